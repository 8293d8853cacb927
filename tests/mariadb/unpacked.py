"""Database servers that are not installed here: fetched as packages, unpacked into the environment's folder, and kept.

    python -m tests.mariadb.unpacked        fetch what is not there yet; says what cannot be had, and why

Nothing is installed and no other package is touched: apt works in a folder of its own, with this machine's own sources
and another suite's name. The servers start through that suite's own dynamic loader, so this system's libraries do not
matter. Where a server cannot be had (another system, no network, the suite has moved on), its tests are named as not
run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "database-servers"
APT = Path("/etc/apt")
SECONDS = 300

_NOT_NEEDED = ("perl", "libperl")
"""Packages that only scripts need, which are not run."""

_NOT_STARTED = ("usr/bin", "usr/share/doc", "usr/share/man", "usr/share/locale", "etc")

_APT = """
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Etc::sourcelist "{folder}/{suite}.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
"""


NOT_TO_BE_HAD = "not to be had here: "
"""What the reason begins with where a test was not run and nobody can help it."""


class NotToBeHad(Exception):
    """Why a server cannot be fetched here."""


@dataclass(frozen=True)
class Package:
    """A server's package, the suite that has it, and the path of its program within."""

    name: str
    suite: str
    package: str
    program: str

    @property
    def folder(self) -> Path:
        """Where it is unpacked."""
        return FOLDER / f"{self.suite}-{self.package}"

    @property
    def missing(self) -> str | None:
        """Why it cannot be started, or None."""
        if sys.platform != "linux":
            return f"{self.name} is unpacked from packages for Linux"
        if (self.folder / self.program).exists():
            return None
        why = FOLDER / f"{self.folder.name}.why"
        told = why.read_text() if why.exists() else "python -m tests.mariadb.unpacked"
        return f"{self.name} is not unpacked here ({told})"

    def command(self) -> list[str]:
        """The program, through its own loader."""
        loader = next(self.folder.glob("usr/lib/*/ld-linux-*.so.*"))
        libraries = [loader.parent, self.folder / "usr/lib/mysql/private"]
        return [str(loader), "--library-path", ":".join(map(str, libraries)), str(self.folder / self.program)]


MARIADB_11 = Package("MariaDB 11.8", "trixie", "mariadb-server-core", "usr/sbin/mariadbd")
MYSQL_9 = Package("MySQL 9.7", "sid", "mysql-server-core", "usr/sbin/mysqld")
PACKAGES = (MARIADB_11, MYSQL_9)


def provide(package: Package) -> str | None:
    """Fetch and unpack it where it is not there yet; why that is not possible, or None."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with FileLock(FOLDER / "lock"):  # several runs of the tests may begin at once
        if package.missing is None:
            return None
        work = FOLDER / f"{package.folder.name}.work"
        why = FOLDER / f"{package.folder.name}.why"
        shutil.rmtree(work, ignore_errors=True)
        try:
            _unpack(_fetch(package, work), work / "root")
            (work / "root").rename(package.folder)
        except NotToBeHad as error:
            why.write_text(str(error))
            return f"{package.name}: {error}"
        finally:
            shutil.rmtree(work, ignore_errors=True)
        why.unlink(missing_ok=True)
        return None


def sources(suite: str) -> str:
    """This machine's own source of its system's packages, for another suite. Raises `NotToBeHad`."""
    own = re.search(r"^VERSION_CODENAME=(\w+)$", _text(Path("/etc/os-release")), re.MULTILINE)
    for address, signed_by in _addresses(own[1] if own else "?"):
        signed = f"Signed-By: {signed_by}\n" if signed_by else ""
        return f"Types: deb\nURIs: {address}\nSuites: {suite}\nComponents: main\n{signed}"
    raise NotToBeHad("this system has no Debian sources of packages")


def _addresses(own: str) -> Iterator[tuple[str, str]]:
    """Where the packages of this very suite come from, and the file of the keys that sign them."""
    for path in sorted(APT.glob("sources.list.d/*.sources")):
        for paragraph in re.split(r"\n\s*\n", _text(path)):
            fields = {name.lower(): value.strip() for name, value in re.findall(r"^([\w-]+):(.*)$", paragraph, re.M)}
            if own in fields.get("suites", "").split() and "deb" in fields.get("types", "").split():
                yield fields["uris"].split()[0], fields.get("signed-by", "")
    for path in [APT / "sources.list", *sorted(APT.glob("sources.list.d/*.list"))]:
        for options, address, suite in re.findall(r"^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s", _text(path), re.M):
            if suite == own:
                signed = re.search(r"signed-by=(\S+)", options)
                yield address, signed[1] if signed else ""


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _fetch(package: Package, work: Path) -> list[Path]:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NotToBeHad("there is no apt-get on this system")
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()
    (work / f"{package.suite}.sources").write_text(sources(package.suite))
    (work / "apt.conf").write_text(_APT.format(folder=work, suite=package.suite))
    _apt(work, "update")
    _apt(work, "install", "--yes", "--download-only", package.package)
    found = sorted((work / "cache/archives").glob("*.deb"))
    return [path for path in found if not path.name.startswith(_NOT_NEEDED)]


def _apt(work: Path, *command: str) -> None:
    try:
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=os.environ | {"APT_CONFIG": str(work / "apt.conf")},
            capture_output=True, text=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"apt-get {command[0]} took longer than {SECONDS} s") from None
    errors = [line for line in done.stderr.splitlines() if line.startswith("E:")]
    if done.returncode or errors:
        raise NotToBeHad(f"apt-get {command[0]} said {(errors or ['nothing'])[0]}")


def _unpack(archives: list[Path], root: Path) -> None:
    root.mkdir()
    for archive in archives:
        done = subprocess.run(["dpkg-deb", "--extract", archive, root], capture_output=True, check=False)
        if done.returncode:
            raise NotToBeHad(f"{archive.name} cannot be unpacked")
    for part in _NOT_STARTED:
        shutil.rmtree(root / part, ignore_errors=True)


def main() -> int:
    """Provide each; names what cannot be had."""
    for package in PACKAGES:
        if why := provide(package):
            print(why)
    return 0


if __name__ == "__main__":
    sys.exit(main())
