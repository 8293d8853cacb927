"""What a person may have otherwise: keys, clock, signs; and what they take along: copies and pictures."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import Running, make_app, press, screen_text, settle
from fake_club import at, eb
from fake_desk import FakeDesk

from brcc_tui.app import BrccApp
from brcc_tui.model.failure import Failure
from brcc_tui.model.shows.show import ShowFlag
from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
from brcc_tui.screens.support.keymap import NotAKeymap, read_keymap
from brcc_tui.settings import SettingsError
from brcc_tui.settings_checks import settings_from

TOKEN = {"PRIVATE_TOKEN": "invented"}


@pytest.fixture
def say_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Write the file of keys."""
    file = tmp_path / "keys.toml"
    monkeypatch.setattr(FakeDesk, "keys_file", lambda _: file)
    return lambda text: file.write_text(text) and None


async def test_a_key_is_moved_and_the_old_one_does_nothing(
    say_keys: Callable[[str], None], running: Running, app: BrccApp
) -> None:
    say_keys('sync = "f8"\nread-now = ["r", "f9"]\n')
    async with running() as pilot:
        await press(pilot, "question_mark")
        assert "  f8     sync: " in screen_text(app), "the help names the key that works"
        await press(pilot, "escape", "s")
        assert "Sync" not in screen_text(app)
        await press(pilot, "f8")
        assert "share the free seats" in screen_text(app)


async def test_a_file_of_keys_that_is_wrong_is_told_and_all_keys_work(
    say_keys: Callable[[str], None], running: Running, app: BrccApp
) -> None:
    say_keys('sing = "f8"\n')
    async with running() as pilot:
        assert "sing is not an action" in app.board.faults[0].text
        await press(pilot, "s")
        assert "share the free seats" in screen_text(app)


async def test_the_questions_keep_their_own_keys(
    say_keys: Callable[[str], None], running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    say_keys('open = "y"\nbelongs-together = "f7"\n')
    async with running() as pilot:
        await press(pilot, "space", "3", "plus", "w", "enter")
        assert desk.applied == []
        await press(pilot, "w")
        assert isinstance(app.screen, ConfirmPlan)
        await press(pilot, "y")
        assert len(desk.applied) == 1


WRONG = {
    "no TOML": ("sync = ", "Invalid value"),
    "unknown": ('apply = "f8"', "apply is not an action"),
    "a number": ("sync = 8", "needs a key"),
    "nothing": ("sync = []", "needs a key"),
    "twice": ('sync = "f8"\nread-now = "f8"', "f8 stands for both sync and read-now"),
    "of another": ('sync = ["f8", "r"]', "r stands for both sync and read-now"),
    "of another, as it is printed": ('sync = "?"', "question_mark stands for both sync and help"),
    "of one with another key elsewhere": ('sync = "3"', "3 stands for both sync and compare"),
    "a comma": ('sync = ","', "needs a key"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_file_of_keys_is_said(name: str, tmp_path: Path) -> None:
    text, words = WRONG[name]
    file = tmp_path / "keys.toml"
    file.write_text(text)
    with pytest.raises(NotAKeymap, match=words):
        read_keymap(file, BrccApp)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_of_keys_is_read_as_windows_writes_it(encoding: str, tmp_path: Path) -> None:
    """Its editors put a byte order mark first, and Windows PowerShell's `>` writes UTF-16."""
    file = tmp_path / "keys.toml"
    file.write_text('sync = "f8"\n', encoding=encoding)
    assert read_keymap(file, BrccApp) == {"sync": "f8"}


def test_no_file_moves_no_key(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "keys.toml", BrccApp) == {}


def test_clock_and_signs_are_settings() -> None:
    settings = settings_from({**TOKEN, "BRCC_CLOCK": "12", "BRCC_ASCII": "1"})
    assert settings.display == {"BRCC_CLOCK": "12", "BRCC_ASCII": "1"}


@pytest.mark.parametrize("wrong", [{"BRCC_CLOCK": "13"}, {"BRCC_ASCII": "maybe"}, {"BRCC_MOUSE": "left"}])
def test_a_wrong_habit_is_told(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        settings_from({**TOKEN, **wrong})


async def test_hours_of_the_settings_file_and_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeDesk, "display", {"BRCC_CLOCK": "12"})
    app = make_app(FakeDesk())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "tonight 8pm" in screen_text(app)
    monkeypatch.setenv("BRCC_CLOCK", "24")
    app = make_app(FakeDesk())
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "tonight 20:00" in screen_text(app)


COPIES = {
    "the id of a show": ("2 C i", "2026-11-27T20:00@main"),
    "the id of a listing": ("2 enter down C i", "eb:101:1011"),
    "the id of a show on the dashboard": ("C i", "2026-11-27T20:00@main"),
    "the id of an entry": ("6 C i", "c3"),
    "the id of a product that cannot be read": ("5 end C i", "wc:4077"),
}


@pytest.mark.parametrize("name", COPIES)
async def test_ids_are_copied(name: str, running: Running, app: BrccApp) -> None:
    keys, wanted = COPIES[name]
    async with running() as pilot:
        await press(pilot, *keys.split())
        assert app.clipboard == wanted


async def test_a_table_is_copied_whole_and_can_be_selected_by_hand(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        await press(pilot, "2", "C", "t")
        lines = app.clipboard.splitlines()
        assert len(lines) == 13
        assert "tonight 20:00" in lines[0]
        await press(pilot, "C", "s")
        assert screen_text(app).splitlines()[0].startswith("Select with the mouse")


async def test_a_picture_is_saved_by_command(
    running: Running, app: BrccApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeDesk, "pictures", lambda _: tmp_path / "pictures")
    async with running() as pilot:
        await press(pilot, "ctrl+p", *"picture", "enter")
        (file,) = (tmp_path / "pictures").iterdir()
        assert file.suffix == ".svg"
        assert "Saved as" in screen_text(app)


async def test_pairings_are_looked_at_and_confirmed_one_after_the_other(
    running: Running, desk: FakeDesk, app: BrccApp
) -> None:
    async with running() as pilot:
        await press(pilot, "2", "v", "v", "v", "y")
        assert desk.rules.together == frozenset(), "the first y only shows what would be confirmed"
        assert "Do these sell the same seats?" in screen_text(app)
        assert "EB General Admission" in screen_text(app), "what it sells; its title stands above"
        assert "WC Friday Night  8pm Show" in screen_text(app)
        count = 0
        while any(ShowFlag.UNCONFIRMED_PAIRING in show.flags for show in app.board.shows):
            count += 1
            assert count <= 8, "a confirmation counts for every date"
            await press(pilot, "y")
        assert "All shows are confirmed" in screen_text(app)


async def test_the_dashboard_leads_to_what_nobody_confirmed(running: Running, app: BrccApp) -> None:
    async with running() as pilot:
        app.screen.query_one("#attention").focus()
        await press(pilot, "down", "down", "down", "enter")
        assert "showing not confirmed" in screen_text(app)


HOSTILE = {
    "markup": "[bold]VIP[/nope] [@click=app.quit]x[/]",
    "escapes": "\x1b[2J\x1b]0;owned\x07 \x9b31m night",
    "right to left": "\u202eshow \u2066x \u05e9\u05dc\u05d5\u05dd",
    "zero width": "a\u200db\u200bc\ufeffd\u00ade",
    "long": "Night " * 50,
    "emoji": "👩\u200d🎤 🎭🎤 日本語 " + "Z\u0301" * 30,
}
EVERY_SCREEN = "1 2 enter C s escape escape p escape s escape x escape 3 4 e i escape 5 6 enter escape 7 question_mark"


async def test_hostile_names_on_every_screen() -> None:
    names = [eb(n, text, at(n, 20), 31, 3, ticket=text) for n, text in enumerate(HOSTILE.values(), 1)]
    desk = FakeDesk([*names, *FakeDesk().listings.values()])
    desk.failed = tuple(Failure(f"wc:{n}", text, text) for n, text in enumerate(HOSTILE.values()))
    app = make_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.board.selected = [listing.id for listing in names]
        for key in EVERY_SCREEN.split():
            await press(pilot, key)
            shown = screen_text(app)
            assert not {char for char in shown if ord(char) < 32 and char != "\n"}, key
            assert not set("\x9b\u202e\u2066\u200d\u200b\ufeff\u00ad") & set(shown), key
        await press(pilot, "escape", "ctrl+p", "n", "i", "g", "h", "t", "escape", "3", "plus", "w", "y", "escape")
        assert app.board.faults == []
        assert len(desk.applied) == 1


async def test_a_picture_that_cannot_be_saved_says_why_and_what_to_do(
    running: Running, desk: FakeDesk, app: BrccApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> Path:
        """The working folder, where pictures go before there are settings, was deleted."""
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    (tmp_path / "a file").touch()
    desk.pictures = lambda: tmp_path / "a file" / "pictures"  # type: ignore[method-assign]
    async with running() as pilot:
        await press(pilot, "f12")
        assert "saving a picture of the screen: " in screen_text(app)
        assert "Saved as" not in screen_text(app)
        await press(pilot, "E")
        told = " ".join(screen_text(app).split())
        assert "cannot be written: " in told
        assert "let this user write to that folder" in told
        assert "BRCC_DATA_DIR" not in told, "another folder has another journal, and other locks"
        assert "Traceback" not in told
        await press(pilot, "escape")
        monkeypatch.setattr(desk, "pictures", gone)
        await press(pilot, "f12", "E")
        assert "saving a picture of the screen" in screen_text(app)
        assert "Traceback" not in screen_text(app)


def test_an_action_of_an_earlier_version_keeps_its_key(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('who-is-at-this-desk = "f8"', encoding="utf-8")
    assert read_keymap(file, BrccApp) == {"your-name": "f8"}
    file.write_text('who-is-at-this-desk = "f8"\nyour-name = "f9"', encoding="utf-8")
    with pytest.raises(NotAKeymap, match="is called your-name now, and stands beside it"):
        read_keymap(file, BrccApp)
    file.write_text("who-is-at-this-desk = 8", encoding="utf-8")
    with pytest.raises(NotAKeymap, match="who-is-at-this-desk needs a key"):  # as it stands in the file
        read_keymap(file, BrccApp)
