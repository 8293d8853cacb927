"""A private MariaDB server for tests: own folder, unix socket and random port, gone with its context.

    with mariadb_server(tmp_path) as server:
        server.run("CREATE DATABASE shop")

No service, no system database and no fixed port is touched. `mariadb_missing()` says why it cannot run here.
"""

from __future__ import annotations

import contextlib
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

ROOT_PASSWORD = "root-of-the-test"  # of a server that lives for some seconds, on loopback
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """Where the server is, and its administrator."""

    host: str
    port: int
    socket: str
    pid: int
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
        )

    def run(self, *statements: str, database: str | None = None) -> None:
        """Run statements as the administrator."""
        with contextlib.closing(self.connect(database)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def find_program(*names: str) -> str | None:
    """The first of these programs that is there; servers often stand outside the PATH."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def mariadb_missing() -> str | None:
    """Why no server can be started here, or None."""
    if not find_program("mariadbd", "mysqld"):
        return "no MariaDB server is installed (mariadbd)"
    if not find_program("mariadb-install-db", "mysql_install_db"):
        return "MariaDB's mariadb-install-db is not installed"
    return None


@contextlib.contextmanager
def mariadb_server(folder: Path, *, options: Sequence[str] = ()) -> Iterator[Server]:
    """Start a server with its data in this folder; `options` are put on its command line."""
    data, own_tmp = folder / "data", folder / "tmp"
    own_tmp.mkdir(parents=True)
    _install(data)
    with tempfile.TemporaryDirectory(prefix="maria") as short:  # a socket's path may have 100 characters
        path = str(Path(short) / "s")
        port = _free_port()
        log = folder / "server.log"
        # A starting server deletes what looks like its own in the temporary folder: not other servers' tables.
        process = _start(data, path, port, log, (f"--tmpdir={own_tmp}", *options))
        try:
            _wait(process, path, log)
            yield Server("127.0.0.1", port, path, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()


def _install(data: Path) -> None:
    """The system tables; without root's usual socket login, so that the password below is the only way in."""
    program = find_program("mariadb-install-db", "mysql_install_db")
    if not program:
        raise RuntimeError(mariadb_missing() or "")
    command = [
        program,
        "--no-defaults",
        f"--datadir={data}",
        "--skip-test-db",
        "--auth-root-authentication-method=normal",
    ]
    if os.geteuid() == 0:
        command.append("--user=root")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"mariadb-install-db failed: {done.stdout[-500:]}{done.stderr[-500:]}")


def _start(data: Path, path: str, port: int, log: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    program = find_program("mariadbd", "mysqld")
    command = [
        str(program),
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={path}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--pid-file={path}.pid",
        f"--log-error={log}",
        "--skip-name-resolve",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-doublewrite=0",
        "--innodb-log-file-size=16M",
        "--innodb-buffer-pool-size=64M",
        "--sync-binlog=0",
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_unicode_ci",
        *options,
    ]
    if os.geteuid() == 0:
        command.insert(2, "--user=root")
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait(process: subprocess.Popen[bytes], path: str, log: Path) -> None:
    """Until it answers; then its administrator gets a password."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = pymysql.connect(unix_socket=path, user="root", autocommit=True)
            break
        except pymysql.err.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                said = log.read_text(errors="replace")[-1500:] if log.exists() else "(no log)"
                raise RuntimeError(f"the MariaDB server did not start: {said}") from None
            time.sleep(0.05)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("ALTER USER root@localhost IDENTIFIED BY %s", (ROOT_PASSWORD,))
        cursor.execute("CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY %s", (ROOT_PASSWORD,))
        cursor.execute("GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION")


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
