"""Somebody pulls at the window, at any moment: every size down to 60x20 is drawn, and the first one as it was."""

from __future__ import annotations

import pytest
from modes import restored
from pty_terminal import Start

SIZES = ((200, 50), (80, 24), (60, 20), (100, 30))
FIRST = (120, 36)

MOMENTS = {
    "dashboard": ([], "Next shows", "Next"),
    "shows": (["2"], "how full each show is", "20:00"),
    "compare": ([" ", "c"], "Together", "Together"),
    "tree": (["4"], "by week", "▸"),
    "finding": (["/", "f"], "Find a listing", "Find a listing"),
    "asking how to sync": (["s"], "kept back", "kept back"),
    "help": (["?"], "sidebar", "Help: dashboard"),
}
"""Keys that lead there, what stands there at first, and what stands there at every size."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_window_is_pulled(start: Start, moment: str) -> None:
    keys, there, always = MOMENTS[moment]
    program = start(columns=FIRST[0], rows=FIRST[1])
    program.until("310 ms")
    for key in keys:
        program.type(key)
        program.quiet(0.15)
    program.until(there)
    program.quiet()
    before = program.text()
    for columns, rows in SIZES:
        program.resize(columns, rows)
        program.quiet()
        text = program.text()
        assert always in text, f"{columns}x{rows}:\n{text}"
        assert "(E)" not in text, f"an error at {columns}x{rows}:\n{text}"
    program.resize(*FIRST)
    program.quiet()
    assert program.text() == before
    program.insist("ctrl+q", lambda _: program.ended)
    assert program.wait() == 0
    restored(program.written)
    assert program.unchanged()
