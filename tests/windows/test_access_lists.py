"""Access lists by substitution: what Windows answers is written down from its documented forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from brcc_tui import private_files, settings_file
from brcc_tui.settings_file import save_settings
from brcc_tui.windows import access_lists, api

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
    """Stands in for Windows: keeps one access list, as SDDL, and who is signed in."""

    def __init__(self, sddl: str) -> None:
        self.sddl = sddl
        self.own = OWN
        self.stubborn = False
        self.written: list[tuple[str, str]] = []

    def own_sid(self) -> str:
        return self.own

    def read_access_list(self, _path: str) -> str:
        return self.sddl

    def write_access_list(self, path: str, sddl: str) -> None:
        self.written.append((path, sddl))
        if not self.stubborn:
            self.sddl = sddl.replace("D:P(", "D:PAI(")


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Computer:
    made = Computer(USUAL)
    for name in ("own_sid", "read_access_list", "write_access_list"):
        monkeypatch.setattr(api, name, getattr(made, name))
    return made


@pytest.mark.parametrize(("sddl", "others"), OPEN.values(), ids=list(OPEN))
def test_who_else_may_read_is_read_from_the_list(computer: Computer, sddl: str, others: tuple[str, ...]) -> None:
    computer.sddl = sddl
    assert access_lists.others_who_may_read(Path("settings.env")) == others


@pytest.mark.parametrize(
    "sddl", [USUAL, f"{USUAL}(A;ID;0x1200a9;;;BU)", f"D:AI(A;;FR;;;WD)(A;;FA;;;{OWN[:-4]}1002)(A;;FA;;;{OWN})"]
)
def test_a_file_is_closed_and_the_list_read_back(computer: Computer, tmp_path: Path, sddl: str) -> None:
    file = tmp_path / "settings.env"
    file.touch()
    computer.sddl = sddl
    access_lists.restrict_to_owner(file)
    assert computer.sddl == PRIVATE
    assert computer.written == [(str(file), f"D:P(A;;FA;;;{OWN})")]


def test_what_is_put_into_a_closed_folder_is_closed_as_well(computer: Computer, tmp_path: Path) -> None:
    access_lists.restrict_to_owner(tmp_path)
    assert computer.written == [(str(tmp_path), f"D:P(A;OICI;FA;;;{OWN})")]


@pytest.mark.parametrize(("rid", "alias"), [("500", "LA"), ("501", "LG")])
def test_the_computers_own_administrator_is_nobody_else(computer: Computer, rid: str, alias: str) -> None:
    """Windows writes that account in two letters, where it writes all others as SIDs."""
    computer.own = OWN.replace("-1001", f"-{rid}")
    computer.sddl = f"D:PAI(A;;FA;;;{alias})"
    assert access_lists.others_who_may_read(Path("x")) == ()
    computer.own = OWN
    assert access_lists.others_who_may_read(Path("x")) == (alias,)


def test_a_file_that_stays_open_is_an_error(computer: Computer, tmp_path: Path) -> None:
    computer.sddl = f"{PRIVATE}(A;;FR;;;WD)"
    computer.stubborn = True
    with pytest.raises(OSError, match="still open to everyone"):
        access_lists.restrict_to_owner(tmp_path)


def test_settings_are_written_into_a_file_that_is_closed_first(
    computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows the mode of `open` does nothing: the access list is set before the first key is written."""
    sizes: list[int] = []

    def close(path: Path) -> None:
        sizes.append(path.stat().st_size)
        access_lists.restrict_to_owner(path)

    monkeypatch.setattr("brcc_tui.settings_file.close_to_others", close)
    path = save_settings({"PRIVATE_TOKEN": "token"}, tmp_path / "settings.env")
    assert sizes == [0]
    assert "token" in path.read_text()
    assert computer.sddl == PRIVATE


def test_both_sides_are_asked_of_windows_there(on_windows: Computer) -> None:
    on_windows.sddl = f"{USUAL}(A;ID;FR;;;BU)(A;ID;FR;;;WD)"
    assert private_files.who_else(Path("settings.env")) == "all users and everyone"


@pytest.fixture
def on_windows(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> Computer:
    """The program believes that it runs on Windows, as far as files are concerned."""
    for module in (private_files, settings_file):
        monkeypatch.setattr(module, "ON_WINDOWS", True)
    return computer


def test_a_data_folder_outside_the_profile_is_closed_when_it_is_used(on_windows: Computer, tmp_path: Path) -> None:
    """On `D:` whatever is made may be changed by everybody who signs in."""
    on_windows.sddl = f"{USUAL}(A;OICIID;0x1301bf;;;AU)"
    private_files.make_private_folder(tmp_path / "club")
    assert on_windows.sddl == f"D:PAI(A;OICI;FA;;;{OWN})"


def test_a_drive_that_knows_no_lists_can_be_used(on_windows: Computer, tmp_path: Path) -> None:
    """FAT, as on a USB stick: `health` tells that everyone may read it."""
    on_windows.sddl, on_windows.stubborn = "D:NO_ACCESS_CONTROL", True
    private_files.make_private_folder(tmp_path / "club")
    assert private_files.who_else(tmp_path / "club") == "everyone"


def test_a_folder_that_is_closed_already_is_left_alone(on_windows: Computer, tmp_path: Path) -> None:
    private_files.make_private_folder(tmp_path)
    assert on_windows.written == []


def test_keys_that_others_could_read_are_closed_and_told_of(on_windows: Computer, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PRIVATE_TOKEN=token\n")
    on_windows.sddl = f"{USUAL}(A;ID;0x1200a9;;;BU)"
    found = settings_file.gather_settings({}, tmp_path)
    assert "could be read by all users: it is closed now" in found.warnings[0]
    assert (found.problems, on_windows.sddl) == ([], PRIVATE)
