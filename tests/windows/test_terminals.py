"""The signs that a terminal on Windows can show."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from brcc_tui.screens.support import lost_terminal
from brcc_tui.screens.support.lost_terminal import lasting
from brcc_tui.widgets.glyphs import ASCII, OLD_CONSOLE, UNICODE, Glyphs, glyphs_for

CODE_PAGES = ("cp437", "cp850", "cp1252", "cp1253", "cp1251", "cp1250")
PICTURES = "☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"
"""What the code page of the first PCs shows where others have control characters."""


def known() -> set[str]:
    """The signs of WGL4, the list that Microsoft's own console fonts are made by: the old code pages', and a few."""
    pages = (bytes([number]).decode(page, "ignore") for page in CODE_PAGES for number in range(32, 256))
    return {*pages, *PICTURES, "●", "√"}


def signs(glyphs: Glyphs) -> Iterator[str]:
    for name in glyphs._fields:
        value = getattr(glyphs, name)
        yield from "".join(value) if isinstance(value, str | tuple) else ""


def test_every_sign_for_the_old_console_is_in_its_fonts() -> None:
    assert set(signs(OLD_CONSOLE)) - known() == set()
    assert {"✓", "▁", "┏"} <= set(signs(UNICODE)) - known(), "the list would tell"


def test_each_sign_takes_as_much_room_as_the_one_it_stands_for() -> None:
    for name in Glyphs._fields:
        one, other = getattr(UNICODE, name), getattr(OLD_CONSOLE, name)
        if name != "frames" and isinstance(one, str | tuple):
            assert [len(part) for part in one] == [len(part) for part in other], name


ENVIRONMENTS = [
    ({}, OLD_CONSOLE),
    ({"WT_SESSION": "b9f5"}, UNICODE),
    ({"TERM_PROGRAM": "vscode"}, UNICODE),
    ({"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.8 22"}, UNICODE),
    ({"BRCC_ASCII": "0"}, UNICODE),
    ({"BRCC_ASCII": "1", "WT_SESSION": "b9f5"}, ASCII),
]


@pytest.mark.parametrize(("environment", "glyphs"), ENVIRONMENTS)
def test_which_signs_a_terminal_on_windows_gets(environment: dict[str, str], glyphs: Glyphs) -> None:
    assert glyphs_for(environment, windows=True) is glyphs


def test_elsewhere_all_signs_are_shown() -> None:
    assert glyphs_for({}, windows=False) is UNICODE


@pytest.mark.parametrize("stuck", [False, True])
def test_the_console_gets_its_modes_back(stuck: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Echo, lines and Ctrl+C: a console keeps what one program has set for the next one that runs in it."""
    given_back: list[str] = []

    class Thread:
        def __init__(self) -> None:
            self._queue: queue.Queue[str | None] = queue.Queue(1)

        def join(self, _seconds: float) -> None:
            assert self._queue.get() is None

    class Console:
        def __init__(self) -> None:
            self._writer_thread, self._restore_console = Thread(), lambda: given_back.append("modes")

    monkeypatch.setattr(lost_terminal, "LAST_WORDS", 0.01)
    driver = lasting(Console, lambda: None, lambda: None, cursor=lambda: False)()  # type: ignore[arg-type, call-arg]
    if stuck:
        driver._writer_thread._queue.put("a picture")  # type: ignore[attr-defined]
    driver.close()
    assert given_back == ["modes"]
