"""Which folders of Windows lie on another computer, by what Windows answers about their drives."""

from __future__ import annotations

from pathlib import Path

import pytest

from brcc_tui.store import folder
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.windows import api, drives

REMOVABLE, FIXED, REMOTE = 2, 3, api.DRIVE_REMOTE
KINDS = {"C:\\": FIXED, "E:\\": REMOVABLE, "H:\\": REMOTE}
LINKS = {
    r"H:\club": r"\\nas\share\club",  # what resolving makes of a mapped letter
    r"C:\link": r"\\nas\share",
    r"C:\other": r"H:\club",
    r"S:\club": r"C:\Users\dave\club",  # a letter given to a folder by `subst`
}
PLACES = {
    r"C:\Users\dave\AppData\Local\brcc-tui": None,
    r"E:\club": None,
    r"S:\club": None,
    r"\\?\C:\club": None,
    r"H:\club": "a network drive (H:)",
    "H:/club": "a network drive (H:)",
    r"\\?\H:\club": "a network drive (H:)",
    r"C:\other": "a network drive (H:)",
    r"C:\link": "a network share",
    r"\\server\club\data": "a network share",
    "//server/club/data": "a network share",
    r"\\?\UNC\server\club": "a network share",
    r"\\?\unc\server\club": "a network share",
    r"\\wsl.localhost\Debian\home": "a network share",
}


@pytest.mark.parametrize(("path", "place"), PLACES.items(), ids=list(PLACES))
def test_a_place_on_another_computer_is_known(path: str, place: str | None) -> None:
    found = drives.network_place(
        path, resolve=lambda text: LINKS.get(text, text), drive_type=lambda root: KINDS.get(root.upper(), FIXED)
    )
    assert found == place


def test_a_dead_drive_is_not_waited_for() -> None:
    """Resolving a letter whose server is gone can take a minute."""

    def resolve(path: str) -> str:
        raise AssertionError(f"{path} was resolved")

    assert drives.network_place(r"H:\club", resolve=resolve, drive_type=KINDS.__getitem__) == "a network drive (H:)"


@pytest.mark.parametrize("error", [OSError("gone"), RuntimeError("a loop of links")])
def test_a_path_that_cannot_be_resolved_is_taken_by_its_name(error: Exception) -> None:
    def resolve(_path: str) -> str:
        raise error

    assert drives.network_place(r"C:\club", resolve=resolve, drive_type=KINDS.__getitem__) is None


def test_the_journal_refuses_such_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "ON_WINDOWS", True)
    monkeypatch.setattr(drives, "network_place", lambda _path: "a network drive (H:)")
    with pytest.raises(JournalUnavailable, match="network drive"):
        Journal(tmp_path / "journal.sqlite").check_writable()
