"""What only Windows does stands in few modules, and those can be imported anywhere."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil
import re

import pytest

from brcc_tui import app, windows
from brcc_tui.cli import session, setup
from brcc_tui.windows import api
from tests.system.terminal import ROOT
from tests.systems import posix


@pytest.mark.parametrize(
    "function", [session.with_club, setup._try, app.run_app], ids=["commands", "set-up", "screens"]
)
def test_every_loop_can_speak_tls_with_the_database(function: object) -> None:
    """aiomysql cannot upgrade a connection to TLS on Windows' usual loop, so that one is never used."""
    assert "loop_factory=asyncio.SelectorEventLoop" in inspect.getsource(function)  # type: ignore[arg-type]
    assert issubclass(asyncio.SelectorEventLoop, asyncio.AbstractEventLoop)


def test_what_only_windows_does_stands_in_few_places() -> None:
    """A difference between systems is a place that cannot be tried on the other one."""
    package = ROOT / "brcc_tui"
    asking = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"os\.name|sys\.platform|platform\.system|ctypes|msvcrt|winreg", path.read_text(encoding="utf-8"))
    }
    assert asking == {"windows/__init__.py", "windows/api.py"}


@pytest.mark.parametrize("name", [found.name for found in pkgutil.iter_modules(windows.__path__)])
def test_every_module_can_be_imported_on_any_system(name: str) -> None:
    importlib.import_module(f"brcc_tui.windows.{name}")


@posix("Windows has these functions")
def test_windows_own_functions_say_where_they_belong() -> None:
    with pytest.raises(OSError, match="GetDriveTypeW is a function of Windows"):
        api.drive_type("C:\\")
