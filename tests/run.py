"""Run every check of this project on a machine that has no more than Python 3.11.

    python3 tests/run.py             everything; what depends on dates on nine more days, the real one among them
    python3 tests/run.py --day DAY   everything as on that day (2027-03-14, 2027-03-28[Europe/London], today)
    python3 tests/run.py PYTEST...   only these tests (arguments go to pytest)
    python3 tests/run.py --wine [PYTEST...]   under Windows' own Python, where Wine can be had
    python3 tests/run.py --coverage [PYTEST...]   branches that the tests took, by module; too few are a failure

Sets up what is missing by itself: a virtual environment in `.venv`, the packages, and through the system's
package manager a MariaDB server and PHP, where they are missing and may be installed; two more database servers
are unpacked into `.venv`. What cannot be had is named at the end as not run; with `CI=true` in the environment that
is a failure, except for those two, which only some package sources have.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "test-packages"
IN_CI = os.environ.get("CI", "").lower() == "true"

# What the tests need besides Python packages: (what for, programs of which one must be there, Debian packages,
# Homebrew formula). Tests that need one of them say so when they are skipped.
SYSTEM_TOOLS = [
    ("MariaDB server (SQL, locks and TLS on a real server)", ("mariadbd", "mysqld"), ("mariadb-server",), "mariadb"),
    ("PHP (the judge of the booking text)", ("php",), ("php-cli",), "php"),
]

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""

ROOM = 6 * 2**30
"""Bytes that the files of all tests together may take there; most are the database servers' own."""


def run(*command: str | Path, **options: object) -> int:
    """Run a command in the project's folder, shown as it is; its exit status."""
    print(f"\n$ {' '.join(str(part) for part in command)}", flush=True)
    return subprocess.call([str(part) for part in command], cwd=ROOT, **options)  # type: ignore[call-overload]


def find(programs: tuple[str, ...]) -> str | None:
    """Where one of the programs is; servers often stand outside the PATH."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])
    return next((found for name in programs if (found := shutil.which(name, path=path))), None)


def as_root(*command: str) -> list[str] | None:
    """The command with the rights to install, if they can be had without asking anybody."""
    if not hasattr(os, "geteuid") or os.geteuid() == 0:
        return list(command)
    if shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return ["sudo", "-n", *command]
    return None


def install_debian(*packages: str) -> None:
    """Install Debian packages, without asking and without starting services; silent about failure."""
    install = as_root("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq", *packages)
    update = as_root("apt-get", "update", "-qq")
    if install and update and shutil.which("apt-get"):
        run(*update, stdout=subprocess.DEVNULL)
        run(*install, stdout=subprocess.DEVNULL)


def provide_system_tools() -> list[str]:
    """Install what is missing; the names of what is still missing then."""
    missing = []
    for purpose, programs, debian, brew in SYSTEM_TOOLS:
        if not find(programs):
            if shutil.which("brew"):
                run("brew", "install", "--quiet", brew)
            else:
                install_debian(*debian)
        if not find(programs):
            missing.append(purpose)
    return missing


def provide_environment() -> None:
    """A virtual environment, with what fetching the database servers needs: they are fetched beside the packages."""
    if not PYTHON.exists() and run(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        install_debian("python3-venv")
        if run(sys.executable, "-m", "venv", VENV):
            raise SystemExit("No virtual environment could be made: install Python's venv module, then run this again.")
    if not packages_are_there():
        install("filelock")


def provide_packages() -> None:
    """The project and its test packages, installed again when their list changes."""
    if not packages_are_there():
        install("-e", ".[test]")
        STAMP.write_text(wanted_packages())


def provide_the_rest() -> list[str]:
    """The packages, and beside them what the system's package manager has; the names of what is missing then."""
    with ThreadPoolExecutor(1) as beside:
        missing = beside.submit(provide_system_tools)
        provide_packages()
        return missing.result()


def packages_are_there() -> bool:
    """Whether the packages are those that the project names now."""
    return STAMP.exists() and STAMP.read_text() == wanted_packages()


def wanted_packages() -> str:
    """A text that is another one when the list of packages is."""
    lists = (ROOT / name for name in ("pyproject.toml", "assets/constraints.txt"))
    return hashlib.sha256(b"".join(each.read_bytes() for each in lists) + str(ROOT).encode()).hexdigest()


def install(*packages: str) -> None:
    """Install packages into the environment, in the versions that the project was tested with."""
    # what is imported is compiled then: much of what the packages bring never is
    if run(PYTHON, "-m", "pip", "install", "-q", "--no-compile", "-c", "assets/constraints.txt", *packages):
        raise SystemExit("The packages could not be installed: see pip's message above.")


def begin_database_servers() -> subprocess.Popen[str]:
    """Begin to unpack the database servers that are not installed; what cannot be had is told, with the reason."""
    unpack = [PYTHON, "-m", "tests.mariadb.unpacked"]
    return subprocess.Popen(unpack, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def without_day(arguments: list[str]) -> list[str]:
    """What is asked for beside the day on which it is to run."""
    kept = [each for each in arguments if not each.startswith("--day=")]
    while "--day" in kept:
        at = kept.index("--day")
        del kept[at : at + 2]
    return kept


@contextlib.contextmanager
def checks_beside() -> Iterator[list[str]]:
    """Lint, format, types and the arrows between the parts, while the tests are made ready and begin.

    The names of those that are not in order are there at the end.
    """
    checks: dict[str, tuple[str | Path, ...]] = {
        "mypy": (PYTHON, "-m", "mypy"),
        "import contracts": (BIN / "lint-imports", "--no-cache"),
        "ruff check": (PYTHON, "-m", "ruff", "check", "."),
        "ruff format": (PYTHON, "-m", "ruff", "format", "--check", "."),
    }
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as files:
        begun = {}
        for name, command in checks.items():
            said = files.enter_context(Path(folder, name).open("w+", encoding="utf-8", errors="replace"))
            begun[name] = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT), said
        try:
            yield failed
        finally:
            for name, (process, said) in begun.items():
                failed += [name] if process.wait() else []
                said.seek(0)
                print(f"\n{name}:\n{said.read()}", flush=True)


def compile_tests() -> None:
    """Let pytest read all tests: what it makes of a file is kept then, and not made by each worker anew."""
    subprocess.run([PYTHON, "-m", "pytest", "--collect-only"], cwd=ROOT, env=keeping_bytecode(), stdout=subprocess.PIPE)


def keeping_bytecode() -> dict[str, str]:
    """The environment, but what Python has compiled is kept, whatever it says."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def memory_left() -> int:
    """Bytes of memory that the system could still give; 0 where it does not say."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def quick_surroundings() -> Iterator[Mapping[str, str]]:
    """The environment for the tests: they start the program hundreds of times, and save thousands of times.

    So what Python has compiled is kept, and the temporary folder lies in memory where there is room: the disk would
    be waited for at every save.
    """
    environment = keeping_bytecode()
    if not os.access(MEMORY, os.W_OK) or min(shutil.disk_usage(MEMORY).free, memory_left() // 2) < ROOM:
        yield environment
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, ignore_cleanup_errors=True) as folder:
        yield {**environment, "TMPDIR": folder}


def failed_tests(arguments: list[str]) -> list[str]:
    """The tests, or some of them; what was not in order."""
    workers = str(min(8, 2 + (os.cpu_count() or 1)))  # two may wait, for a terminal and a server
    days = () if arguments else ("--other-days",)
    # the rows are begun in the order in which they stand (`tests/rows.py`), not by how many tests each has
    pytest = ("-m", "pytest", "-n", workers, "--dist", "loadgroup", "--no-loadscope-reorder", *days)
    with quick_surroundings() as environment:
        if arguments[:1] != ["--coverage"]:
            return ["tests"] if run(PYTHON, *pytest, *arguments, env=environment) else []
        covered = (PYTHON, "-m", "coverage", "run", *pytest, *arguments[1:])
        failed = ["tests"] if run(*covered, env=environment) else []
    run(PYTHON, "-m", "coverage", "combine", "--quiet")
    return [*failed, *(["coverage"] if run(PYTHON, "-m", "coverage", "report") else [])]


def main(arguments: list[str]) -> int:
    """Set up, check, test, report. Exit status 0 only if everything that should run ran and passed."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this file runs before anything is checked)
        raise SystemExit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    provide_environment()
    if arguments[:1] == ["--wine"]:
        provide_packages()
        if not shutil.which("wine"):
            install_debian("wine", "wine64", "gcc-mingw-w64-x86-64-win32")
        return run(PYTHON, "-m", "tests.wine.suite", *arguments[1:])
    servers = begin_database_servers()
    missing = provide_the_rest()
    if without_day(arguments):
        not_to_be_had = servers.communicate()[0].splitlines()
        failed = failed_tests(arguments)
    else:
        with checks_beside() as failed:
            compile_tests()
            not_to_be_had = servers.communicate()[0].splitlines()
            failed += failed_tests(arguments)
    for purpose in missing:
        print(f"Not run, because it is missing here: {purpose}")
    for purpose in not_to_be_had:
        print(f"Not run, because it is not to be had here: {purpose}")
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return 1 if failed or (missing and IN_CI) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
