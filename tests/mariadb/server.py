"""A private database server for tests: own folder, unix socket and random port, gone with its context.

    with database_server(tmp_path) as server:
        server.run("CREATE DATABASE shop")

No service, no system database and no fixed port is touched. `Kind.missing()` says why one cannot run here.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pymysql
from filelock import FileLock

from tests.mariadb import unpacked

ROOT_PASSWORD = "root-of-the-test"  # of a server that lives for some seconds, on loopback
START_SECONDS = 60

_SYSTEM_TABLES = ("mariadb_system_tables", "mariadb_performance_tables", "mariadb_system_tables_data")


@dataclass(frozen=True)
class Kind:
    """A database server that hosts run: the one installed here, or one unpacked from a package."""

    name: str
    package: unpacked.Package | None = None

    @property
    def mysql(self) -> bool:
        """Whether it is MySQL, with MySQL's own accounts; else a MariaDB."""
        return self.package is unpacked.MYSQL_9

    @property
    def group(self) -> str:
        """The group of tests that share one server, for pytest-xdist."""
        return self.name.replace(" ", "-").lower()

    def missing(self) -> str | None:
        """Why it cannot be started here, or None."""
        if self.package:
            return self.package.missing
        if not find_program("mariadbd", "mysqld"):
            return "no MariaDB server is installed (mariadbd)"
        if not find_program("mariadb-install-db", "mysql_install_db"):
            return "MariaDB's mariadb-install-db is not installed"
        return None

    def command(self) -> list[str]:
        """The program and what it needs to know, whatever folder its data are in."""
        if self.package is None:
            return [str(find_program("mariadbd", "mysqld")), "--no-defaults", *_as_root()]
        root, share = self.package.folder, "mysql" if self.mysql else "mariadb"
        own = ["--secure-file-priv=NULL", "--mysqlx=OFF", "--skip-log-bin"] if self.mysql else []
        return [
            *self.package.command(),
            "--no-defaults",
            *_as_root(),
            f"--lc-messages-dir={root}/usr/share/{share}",
            f"--character-sets-dir={root}/usr/share/{share}/charsets",
            f"--plugin-dir={root}/usr/lib/mysql/plugin",
            *own,
        ]


INSTALLED = Kind("MariaDB")
MARIADB_11 = Kind("MariaDB 11.8", unpacked.MARIADB_11)
MYSQL_9 = Kind("MySQL 9.7", unpacked.MYSQL_9)
KINDS = (INSTALLED, MARIADB_11, MYSQL_9)


@dataclass(frozen=True)
class Server:
    """Where the server is, and its administrator."""

    host: str
    port: int
    socket: str
    pid: int
    kind: Kind = INSTALLED
    data: Path = Path()
    user: str = "root"
    password: str = ROOT_PASSWORD

    def connect(self, database: str | None = None) -> pymysql.connections.Connection:
        """A new connection of the administrator, in autocommit."""
        return pymysql.connect(
            unix_socket=self.socket,
            user=self.user,
            password=self.password,
            database=database,
            autocommit=True,
            charset="utf8mb4",
            ssl_disabled=True,  # the usual authorities would be read from their files for each connection
        )

    def run(self, *statements: str, database: str | None = None) -> None:
        """Run statements as the administrator."""
        with contextlib.closing(self.connect(database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def make_user(self, name: str, *clauses: str, grants: Sequence[str] = ()) -> None:
        """Make an account anew, of any address; `grants` are what stands between GRANT and TO."""
        account = f"'{name}'@'%'"
        self.run(
            f"DROP USER IF EXISTS {account}",
            f"CREATE USER {account} {' '.join(clauses)}",
            *(f"GRANT {grant} TO {account}" for grant in grants),
        )


def find_program(*names: str) -> str | None:
    """The first of these programs that is there; servers often stand outside the PATH."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


@contextlib.contextmanager
def database_server(folder: Path, *, kind: Kind = INSTALLED, options: Sequence[str] = ()) -> Iterator[Server]:
    """Start a server with its data in this folder; `options` are put on its command line."""
    data, own_tmp = folder / "data", folder / "tmp"
    own_tmp.mkdir(parents=True)
    shutil.copytree(_prepared(kind), data)
    with tempfile.TemporaryDirectory(prefix="maria") as short:  # a socket's path may have 100 characters
        path = str(Path(short) / "s")
        # A starting server deletes what looks like its own in the temporary folder: not other servers' tables.
        process, port = answering(kind, data, path, folder / "server.log", (f"--tmpdir={own_tmp}", *options))
        try:
            yield Server("127.0.0.1", port, path, process.pid, kind, data)
        finally:
            _end(process)


def answering(
    kind: Kind, data: Path, path: str, log: Path, options: Sequence[str]
) -> tuple[subprocess.Popen[bytes], int]:
    """A server that answers, and its port: one that was free may be somebody else's once the server asks for it."""
    for last in (False, False, True):
        port = _free_port()
        process = _start(kind, data, path, port, log, options)
        try:
            _wait(process, path, log)
        except BaseException as error:
            _end(process)
            if last or "already in use" not in str(error):
                raise
        else:
            break
    return process, port


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _prepared(kind: Kind) -> Path:
    """A folder with the system tables alone, made once for each version: it takes some seconds."""
    version = subprocess.run([*kind.command(), "--version"], capture_output=True, check=True).stdout
    folder = unpacked.FOLDER / f"prepared-{kind.group}-{hashlib.sha256(version).hexdigest()[:12]}"
    if folder.exists():  # whole, for it was renamed; nothing is written then, where nothing may be
        return folder
    unpacked.FOLDER.mkdir(parents=True, exist_ok=True)
    with FileLock(unpacked.FOLDER / "lock"):
        if not folder.exists():  # another run made it meanwhile
            with tempfile.TemporaryDirectory(dir=unpacked.FOLDER) as work:
                data = Path(work) / "data"
                _install(kind, data)
                data.rename(folder)
    return folder


def _install(kind: Kind, data: Path) -> None:
    """The system tables; without root's usual socket login, so that the password below is the only way in."""
    given: str | None = None
    if kind.mysql:
        command = [*kind.command(), f"--datadir={data}", "--initialize-insecure"]
    elif kind.package:
        data.mkdir()
        share = kind.package.folder / "usr/share/mariadb"
        given = "CREATE DATABASE mysql;\nUSE mysql;\n"
        given += "".join((share / f"{name}.sql").read_text(encoding="utf-8") for name in _SYSTEM_TABLES)
        command = [*kind.command(), f"--datadir={data}", "--bootstrap"]
    else:
        program = find_program("mariadb-install-db", "mysql_install_db")
        if not program:
            raise RuntimeError(kind.missing() or "")
        command = [program, "--no-defaults", *_as_root(), f"--datadir={data}", "--skip-test-db"]
        command.append("--auth-root-authentication-method=normal")
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{kind.name} could not make its tables: {done.stdout[-500:]}{done.stderr[-500:]}")


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _with_us() -> list[str]:
    """What ends the server with the process that starts it, where that can be had: a test run may be killed."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


def _start(kind: Kind, data: Path, path: str, port: int, log: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    command = [
        *_with_us(),
        *kind.command(),
        f"--datadir={data}",
        f"--socket={path}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--pid-file={path}.pid",
        f"--log-error={log}",
        "--skip-name-resolve",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-doublewrite=0",
        "--innodb-buffer-pool-size=64M",
        "--sync-binlog=0",
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_unicode_ci",
        *options,
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait(process: subprocess.Popen[bytes], path: str, log: Path) -> None:
    """Until it answers; then its administrator gets a password."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = pymysql.connect(unix_socket=path, user="root", autocommit=True, ssl_disabled=True)
            break
        except pymysql.err.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                said = log.read_text(errors="replace")[-1500:] if log.exists() else "(no log)"
                raise RuntimeError(f"the database server did not start: {said}") from None
            time.sleep(0.05)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("DROP USER IF EXISTS root@'127.0.0.1'")
        cursor.execute("CREATE USER root@'127.0.0.1' IDENTIFIED BY %s", (ROOT_PASSWORD,))
        cursor.execute("GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION")
        cursor.execute("ALTER USER root@localhost IDENTIFIED BY %s", (ROOT_PASSWORD,))


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
