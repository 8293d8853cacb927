"""Fewer bytes draw the same picture."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.control import Control
from rich.style import Style
from textual.strip import Strip

from brcc_tui.screens.support.terse import terse

COLOURS = st.sampled_from([None, "default", "red", "bright_blue", "color(200)", "#ffffff", "#14161b"])
STYLES = st.builds(
    Style, color=COLOURS, bgcolor=COLOURS, bold=st.booleans(), italic=st.booleans(), underline=st.booleans(),
    reverse=st.booleans(), strike=st.booleans(), dim=st.booleans(), blink=st.booleans(),
)  # fmt: skip
PIECES = st.tuples(st.text("ab ä", min_size=0, max_size=4), STYLES, st.booleans())


def drawn(sent: str) -> list[list[pyte.screens.Char]]:
    screen = pyte.Screen(20, 4)
    pyte.Stream(screen).feed(f"{sent}{Control.move_to(0, 3).segment.text}after")
    return [[screen.buffer[y][x] for x in range(20)] for y in range(4)]


def as_textual_sends(text: str, style: Style, y: int | None) -> str:
    place = "" if y is None else Control.move_to(0, y).segment.text
    return place + Strip.render_style(style, text, ColorSystem.TRUECOLOR)


@settings(max_examples=60)
@given(st.lists(PIECES, max_size=3))
def test_the_picture_is_the_same(pieces: list[tuple[str, Style, bool]]) -> None:
    sent = "".join(as_textual_sends(text, style, n if new else None) for n, (text, style, new) in enumerate(pieces))
    assert drawn(terse(sent)) == drawn(sent)
    assert len(terse(sent)) <= len(sent)


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ("#010203 on #040506", "#070809 on #040506", "\x1b[38;2;7;8;9m"),
        ("bold red on black", "red on black", "\x1b[22m"),
        ("bold dim red", "dim red", "\x1b[22;2m"),
        ("red on black", "red on black", ""),
        ("red on black", "red", "\x1b[0;31m"),
    ],
)
def test_only_what_differs_is_sent(before: str, after: str, sent: str) -> None:
    pieces = (as_textual_sends(text, Style.parse(style), None) for text, style in (("x", before), ("y", after)))
    assert terse("".join(pieces)).partition("x")[2] == f"{sent}y\x1b[0m"
