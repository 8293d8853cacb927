"""What stands on the terminal, cell by cell: the letter, its colours, and how it is set off."""

from __future__ import annotations

import functools
from typing import NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual._context import visible_screen_stack
from textual.strip import Strip

from brcc_tui.app import BrccApp


class Look(NamedTuple):
    """The colours of a cell as they are seen, and its attributes. A blank has no ink, unless it is underlined."""

    ink: str
    ground: str
    how: str = ""


class Cell(NamedTuple):
    """One cell of the terminal; the right half of a wide letter holds no text."""

    text: str
    look: Look


Picture = list[list[Cell]]
"""The cells of a screen, row by row."""


def strips(app: BrccApp) -> list[Strip]:
    """The lines of the terminal; what lies behind a dialog is told to it as at each of Textual's own paintings."""
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def cells(app: BrccApp) -> Picture:
    """Every cell of the screen that is in front."""
    picture = []
    for strip in strips(app):
        row: list[Cell] = []
        for text, style, control in strip:
            if control:
                continue
            if text.isascii() and text.isprintable():
                row += _plain(text, style or Style.null())
                continue
            for char in text:
                look = _look(style or Style.null(), blank=char.isspace())
                taken = cell_len(char)
                if taken:
                    row += [Cell(char, look), Cell("", look)][:taken]
                elif row:
                    row[-1] = Cell(row[-1].text + char, row[-1].look)
        picture.append(row)
    return picture


def text_of(picture: Picture) -> str:
    """The same without colours."""
    return "".join("".join(cell.text for cell in row).rstrip() + "\n" for row in picture)


@functools.lru_cache(10_000)
def _plain(text: str, style: Style) -> list[Cell]:
    """Letters that take a cell each; the same words stand there again and again."""
    return [Cell(char, _look(style, blank=char.isspace())) for char in text]


@functools.cache
def _look(style: Style, *, blank: bool) -> Look:
    how = [name for name in ("bold", "dim", "italic", "underline", "strike") if getattr(style, name)]
    ink, ground = _hex(style.color), _hex(style.bgcolor)
    if style.reverse:
        ink, ground = ground, ink
        how.append("reverse")
    if blank:
        how = [name for name in how if name in ("underline", "strike", "reverse")]
        ink = ink if "underline" in how or "strike" in how else ""
    return Look(ink, ground, " ".join(how))


def _hex(colour: Color | None) -> str:
    return colour.triplet.hex if colour and colour.triplet else "default"
