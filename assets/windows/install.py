"""Install brcc-tui into .venv beside this project: the program first, the practice club's packages after it.

Run by `install.ps1` with whatever Python was found, so it must be understood by older ones than it installs with.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Run = Callable[[Sequence[str]], int]
    Ask = Callable[[Sequence[str]], str]

OLDEST, NEWEST = (3, 11), (3, 14)
"""The versions of Python that the tests run on."""

USUAL = "3.13"
"""The one to be had where none is there."""

PROJECT = Path(__file__).resolve().parents[2]
ABOUT_ITSELF = (
    "import json,struct,sys,sysconfig;"
    "print(json.dumps([list(sys.version_info[:2]),struct.calcsize('P')*8,sysconfig.get_platform()]))"
)
"""What a Python is asked; `get_platform` tells what it was built for (win-amd64, win-arm64, win32)."""

# Ready-made packages alone: a missing one is told at once, where building it would need a compiler and many minutes.
READY_MADE = ("--only-binary=:all:", "--no-binary=phpserialize")


@dataclass(frozen=True)
class Python:
    """An interpreter: where it is, its version, 32 or 64 bits, and what it was built for."""

    path: str
    version: tuple[int, int]
    bits: int
    built_for: str

    @property
    def on_arm(self) -> bool:
        """Whether it was built for ARM; one built for Intel runs on ARM as well."""
        return "arm64" in self.built_for or "aarch64" in self.built_for


class CannotInstall(Exception):
    """Why, and what to do."""


def main(run: Run | None = None, ask: Ask | None = None) -> int:
    """Install, tell how it went, and return the exit status."""
    try:
        lines = install(run or subprocess.call, ask or _ask, PROJECT)
    except CannotInstall as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def install(run: Run, ask: Ask, project: Path) -> list[str]:
    """Make the virtual environment and fill it; returns what there is to say. Raises `CannotInstall`."""
    python = choose(filter(None, (about(path, ask) for path in paths(ask))))
    environment = project / ".venv"
    own = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    already = about(str(own), ask) if own.exists() else None
    if already is None or not _suits(already) or (already.on_arm and not python.on_arm):
        if run([python.path, "-m", "venv", "--clear", str(environment)]):
            raise CannotInstall(
                f"No virtual environment could be made in {environment}. If brcc-tui is running, end it, and try again."
            )
        already = python
    pip = [str(own), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *READY_MADE]
    pip += ["--constraint", str(project / "assets" / "constraints.txt")]
    if run([*pip, str(project)]):
        raise CannotInstall(_why_no_program(already))
    lines = ["brcc-tui is installed."]
    if run([*pip, f"{project}[practice]"]):
        return [*lines, *_why_no_practice(already), "Set it up for your club:   .venv\\Scripts\\brcc-tui setup"]
    return [
        *lines,
        "Try the practice club:     .venv\\Scripts\\brcc-tui demo",
        "Set it up for your club:   .venv\\Scripts\\brcc-tui setup",
    ]


def paths(ask: Ask) -> list[str]:
    """This interpreter and those that the launcher `py` knows, each once."""
    listed = ask(["py", "-0p"]) if sys.platform == "win32" else ""
    return list(dict.fromkeys([sys.executable, *re.findall(r"[A-Za-z]:\\[^\r\n]*?python[\w.]*\.exe", listed)]))


def about(path: str, ask: Ask) -> Python | None:
    """What an interpreter says of itself; None for one that does not run, such as the Store's stand-in."""
    try:
        version, bits, built_for = json.loads(ask([path, "-c", ABOUT_ITSELF]))
        return Python(path, (version[0], version[1]), bits, built_for)
    except (ValueError, TypeError, IndexError):
        return None


def choose(found: Iterable[Python]) -> Python:
    """The newest that the tests run on; for ARM only where there is no other, for it has no practice club.

    One that is newer than those is tried where nothing else is there. Raises `CannotInstall` for none that will do.
    """
    pythons = list(found)
    suitable = [python for python in pythons if python.bits == 64 and python.version >= OLDEST]
    if suitable:
        return max(suitable, key=_preference)
    there = ", ".join(sorted({f"{_name(each)}, {each.bits} bit" for each in pythons})) or "none that runs"
    wanted = f"Python {OLDEST[0]}.{OLDEST[1]} or newer, for 64 bit, is needed; here is: {there}."
    if platform.machine().lower() in ("x86", "i386", "i686"):
        return _refuse(f"{wanted} This Windows itself is for 32 bit: brcc-tui needs another computer.")
    return _refuse(f"{wanted}\n{how_to_get_python()}")


def how_to_get_python() -> str:
    """The way to a Python that will do."""
    return (
        f"Install it:  winget install --exact --id Python.Python.{USUAL} --source winget --architecture x64\n"
        "or from python.org (the installer for 64 bit). Then open a new window and run this again."
    )


def _suits(python: Python) -> bool:
    return python.bits == 64 and OLDEST <= python.version <= NEWEST


def _preference(python: Python) -> tuple[bool, bool, int, int]:
    newer_is_better = 1 if _suits(python) else -1
    return (_suits(python), not python.on_arm, *(part * newer_is_better for part in python.version))


def _refuse(words: str) -> Python:
    raise CannotInstall(words)


def _name(python: Python) -> str:
    return f"Python {python.version[0]}.{python.version[1]}"


def _why_no_program(python: Python) -> str:
    words = "The packages could not be installed: see pip's message above."
    if python.version > NEWEST:
        newest = f"{NEWEST[0]}.{NEWEST[1]}"
        words += (
            f"\n{_name(python)} is newer than {newest}, the newest that brcc-tui was tried with, and some packages may "
            f"not be made for it yet.\n{how_to_get_python()}"
        )
    return words


def _why_no_practice(python: Python) -> list[str]:
    """The program works without the practice club; why that is missing, and how it can be had."""
    words = ["The practice club is left out: one of its packages could not be installed (see pip's message above)."]
    if python.on_arm:
        words += ["It is not made for ARM. A Python for x64 runs here too, and has it:", how_to_get_python()]
    elif python.version > NEWEST:
        words += [f"It may not be made for {_name(python)} yet. With an older one beside it:", how_to_get_python()]
    else:
        words.append("To try again, run this again.")
    return words


def _ask(command: Sequence[str]) -> str:
    """What a program prints; nothing where it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=False)  # noqa: S603 - its own commands
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main())
