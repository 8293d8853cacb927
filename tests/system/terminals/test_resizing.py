"""Somebody pulls at the window, at any moment: every size down to 60x20 is drawn, and the first one as it was.

All moments are moments of one program; each leads back to the dashboard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from modes import restored
from pty_terminal import NAMED, Start, Terminal

SIZES = ((200, 50), (80, 24), (60, 20), (100, 30))
FIRST = (120, 36)

MOMENTS = {
    "dashboard": ([], "Next shows", "Next", []),
    "shows": (["2"], "how full each show is", "20:00", ["1"]),
    "compare": ([" ", "c"], "Together", "Together", ["1", " "]),
    "tree": (["4"], "by week", "▸", ["1"]),
    "finding": (["/", "f"], "Find a listing", "Find a listing", ["escape"]),
    "asking how to sync": (["s"], "kept back", "kept back", ["escape"]),
    "help": (["?"], "sidebar", "Help: dashboard", ["escape"]),
}
"""Keys that lead there, what stands there at first, what stands there at every size, and the keys back."""


@pytest.fixture(scope="module")
def program(start_for_all: Start) -> Iterator[Callable[[], Terminal]]:
    """The program that all of these use, started by the first one; it leaves the terminal as it found it."""
    running: list[Terminal] = []

    def look() -> Terminal:
        if not running:
            running.append(start_for_all(columns=FIRST[0], rows=FIRST[1]))
            running[0].until("310 ms")
            running[0].quiet()
        return running[0]

    yield look
    for terminal in running:
        terminal.send(NAMED["ctrl+q"])
        assert terminal.wait() == 0
        restored(terminal.written)
        assert terminal.unchanged()


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_window_is_pulled(program: Callable[[], Terminal], moment: str) -> None:
    keys, there, always, back = MOMENTS[moment]
    terminal = program()
    dashboard = terminal.text()
    for key in keys:
        terminal.type(key)
        terminal.quiet(0.15)
    terminal.until(there)
    terminal.quiet()
    before = terminal.text()
    for columns, rows in SIZES:
        terminal.resize(columns, rows)
        text = terminal.text()
        assert always in text, f"{columns}x{rows}:\n{text}"
        assert "(E)" not in text, f"an error at {columns}x{rows}:\n{text}"
    terminal.resize(*FIRST)
    terminal.until_again(before)
    for key in back:
        terminal.press(NAMED.get(key, key))
    terminal.until_again(dashboard)
