"""What only Windows does, by substitution: no Windows machine is needed, and none was at hand.

What `icacls` saves and `whoami` prints is written down from their documented forms.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import re
from pathlib import Path

import pytest

from brcc_tui import app, private_files, windows
from brcc_tui.cli import session, setup
from brcc_tui.settings_file import save_settings
from tests.system.terminal import ROOT

OWN = "S-1-5-21-1004336348-1177238915-682003330-1001"
PRIVATE = f"D:PAI(A;;FA;;;{OWN})"
USUAL = f"D:AI(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;{OWN})"
OPEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "only we": (PRIVATE, ()),
    "the system and administrators as well": (USUAL, ()),
    "all users": (f"{USUAL}(A;ID;0x1200a9;;;BU)", ("all users",)),
    "everyone": (f"{PRIVATE}(A;;FR;;;WD)", ("everyone",)),
    "another account": (f"{PRIVATE}(A;;FA;;;{OWN[:-4]}1002)", (f"{OWN[:-4]}1002",)),
    "somebody who is only denied": (f"{PRIVATE}(D;;FA;;;WD)", ()),
    "with a condition": (f'{PRIVATE}(XA;;FR;;;AU;(Member_of{{SID(BA)}}))', ("everybody who signs in",)),
    "no list at all": ("D:NO_ACCESS_CONTROL", ("everyone",)),
    "nothing that can be read": ("", ("everyone",)),
    "a list of what is recorded": (f"{PRIVATE}S:(AU;FA;FA;;;WD)", ()),
}  # fmt: skip


class Computer:
    """Stands in for Windows' own programs: keeps an access list, and notes what it was asked."""

    def __init__(self, sddl: str) -> None:
        self.sddl = sddl
        self.asked: list[tuple[str, ...]] = []
        self.stubborn = False

    def run(self, program: str, *arguments: str) -> str:
        self.asked.append((program, *arguments))
        if program == "whoami":
            return f'"club-pc\\dave","{OWN}"\r\n'
        match arguments[1:]:
            case ["/save", file]:
                Path(file).write_bytes(f"settings.env\r\n{self.sddl}\r\n".encode("utf-16-le"))
            case ["/inheritance:r", "/grant:r", granted] if not self.stubborn:
                assert granted in (f"*{OWN}:F", f"*{OWN}:(OI)(CI)F")
                explicit = re.findall(r"\([A-Z]+;(?:;[^)]*)\)", self.sddl)  # what is inherited has flags
                others = "".join(entry for entry in explicit if OWN not in entry)
                self.sddl = f"D:PAI(A;;FA;;;{OWN}){others}"
            case ["/remove:g", who] if not self.stubborn:
                self.sddl = re.sub(rf"\([^()]*;{re.escape(who.lstrip('*'))}\)", "", self.sddl)
        return ""


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Computer:
    made = Computer(USUAL)
    monkeypatch.setattr(windows, "_run", made.run)
    return made


@pytest.mark.parametrize(("sddl", "others"), OPEN.values(), ids=list(OPEN))
def test_who_else_may_read_is_read_from_the_list(computer: Computer, sddl: str, others: tuple[str, ...]) -> None:
    computer.sddl = sddl
    assert windows.others_who_may_read(Path("settings.env")) == others


@pytest.mark.parametrize(
    "sddl", [USUAL, f"{USUAL}(A;ID;0x1200a9;;;BU)", f"D:AI(A;;FR;;;WD)(A;;FA;;;{OWN[:-4]}1002)(A;;FA;;;{OWN})"]
)
def test_a_file_is_closed_and_the_list_read_back(computer: Computer, tmp_path: Path, sddl: str) -> None:
    file = tmp_path / "settings.env"
    file.touch()
    computer.sddl = sddl
    windows.restrict_to_owner(file)
    assert computer.sddl == PRIVATE
    assert ("icacls", str(file), "/inheritance:r", "/grant:r", f"*{OWN}:F") in computer.asked
    assert computer.asked[-1][2] == "/save", "it is looked at once more at the end"


def test_a_file_that_stays_open_is_an_error(computer: Computer, tmp_path: Path) -> None:
    computer.sddl = f"{PRIVATE}(A;;FR;;;WD)"
    computer.stubborn = True
    with pytest.raises(OSError, match="still open to everyone"):
        windows.restrict_to_owner(tmp_path)


def test_settings_are_written_into_a_file_that_is_closed_first(
    computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows the mode of `open` does nothing: the access list is set before the first key is written."""
    sizes: list[int] = []

    def close(path: Path) -> None:
        sizes.append(path.stat().st_size)
        windows.restrict_to_owner(path)

    monkeypatch.setattr("brcc_tui.settings_file.close_to_others", close)
    path = save_settings({"PRIVATE_TOKEN": "token"}, tmp_path / "settings.env")
    assert sizes == [0]
    assert "token" in path.read_text()
    assert computer.sddl == PRIVATE


def test_both_sides_are_asked_of_windows_there(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    computer.sddl = f"{USUAL}(A;ID;FR;;;BU)(A;ID;FR;;;WD)"
    monkeypatch.setattr(private_files, "ON_WINDOWS", True)
    assert private_files.who_else(Path("settings.env")) == "all users and everyone"


def test_programs_of_windows_are_called_by_their_full_path(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def run(command: list[str], **_: object) -> object:
        called.append(command)
        return type("Done", (), {"returncode": 5, "stdout": b""})

    monkeypatch.setattr(windows.subprocess, "run", run)
    monkeypatch.setenv("SYSTEMROOT", os.path.join("C:", "Windows"))  # noqa: PTH118 - another system's path
    with pytest.raises(OSError, match="could not read or change"):
        windows.others_who_may_read(Path("x"))
    assert called[0][0].startswith(os.path.join("C:", "Windows"))  # noqa: PTH118
    assert called[0][0].endswith("whoami.exe")


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
        str(path.relative_to(package).as_posix())
        for path in package.rglob("*.py")
        if re.search(r"os\.name|sys\.platform|platform\.system", path.read_text(encoding="utf-8"))
    }
    assert asking <= {"app.py", "private_files.py"}
