"""Text from the shops made safe for a terminal cell: no control characters, no direction overrides, no overflow.

Nothing here is markup. What a shop says is shown literally; whatever a terminal would interpret is replaced.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len, chop_cells, set_cell_size

_MAX_MARKS = 2
"""Combining marks kept on one letter: names need one or two, a tower of them paints over other lines."""

_NEAR = {
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'",
    "\u201c": '"', "\u201d": '"', "\u2026": ".", "\u00d7": "x", "\u00a0": " ",
}  # fmt: skip
"""Letters of club texts that have a plain neighbour which Unicode does not know of."""


def clean(text: str) -> str:
    """One line of plain text: control characters become a space, invisible and direction marks vanish."""
    return text if text.isascii() and text.isprintable() else _clean(text)


@lru_cache(maxsize=2048)  # the same bars and names are painted at every key
def _clean(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category == "Mn" or category == "Me":
            marks += 1
            if marks > _MAX_MARKS or "\ufe00" <= char <= "\ufe0f":
                continue
        else:
            marks = 0
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category in ("Cs", "Co", "Cn"):
            kept.append("\ufffd")
        elif category != "Cf":
            kept.append(char)
    return "".join(kept)


def ascii_only(text: str) -> str:
    """The nearest plain letters, `?` for what has none, in as many cells: for terminals and fonts without more."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(char: str) -> str:
    if char.isascii():
        return char
    cells = cell_len(char)
    near = _NEAR.get(char) or unicodedata.normalize("NFKD", char)
    plain = near.encode("ascii", "ignore").decode()[:cells]
    return plain.ljust(cells) if plain else "?" * cells


def width(text: str) -> int:
    """Terminal cells that the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, cells: int, *, right: bool = False, more: str = "…") -> str:
    """The text in exactly that many cells: padded, or cut with a mark. Wide letters are never halved.

    It is cleaned before it is measured: a control character takes no cell, and the space in its place takes one.
    """
    if cells <= 0:
        return ""
    text = clean(text)
    taken = width(text)
    if taken > cells:
        room = max(cells - len(more), 0)
        return set_cell_size(set_cell_size(text, room).rstrip() + more[:cells], cells)
    padding = " " * (cells - taken)
    return padding + text if right else text + padding


def fit_name(text: str, cells: int, *, more: str = "…", between: str = "  ", after: int = 0) -> str:
    """A name of two parts in exactly that many cells, both of which can be seen: the first is cut first.

    For names that are alike: of two ticket classes of one event only the second part differs. `after` so many cells of
    marks and time the name begins.
    """
    first, gap, last = text.rstrip().rpartition(between)
    room = cells - after
    if width(text) <= cells or not gap or not last or width(first) <= after:
        return fit(text, cells, more=more)
    if room < (_MIN_ALIKE if after else _MIN_NAME):
        return fit(set_cell_size(first, after) + last if after else text, cells, more=more)
    share = max(room - width(gap) - width(last), room * 3 // 5 - width(gap) // 2)
    return fit(fit(first, after + min(share, width(first) - after), more=more).rstrip() + gap + last, cells, more=more)


_MIN_NAME, _MIN_ALIKE = 12, 16
"""Cells below which two parts of a name would tell less than one: behind marks, that is what tells it apart."""


def wrap(text: str, cells: int) -> list[str]:
    """The text in lines of at most so many cells, broken at spaces; a word longer than a line is cut."""
    lines: list[str] = []
    current = ""
    for word in clean(text).split():
        if width(word) > cells > 1:
            if current:
                lines.append(current)
                current = ""
            *whole, word = chop_cells(word, cells)
            lines += whole
        if not current:
            current = word
        elif width(current) + 1 + width(word) <= cells:
            current += " " + word
        else:
            lines.append(current)
            current = word
    return [*lines, current] if current or not lines else lines


def wrap_within(text: str, cells: int, most: int, more: str) -> list[str]:
    """The text in at most so many lines of so many cells; where it goes on, the last of them says so."""
    lines = wrap(text, cells)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], fit(f"{lines[most - 1]} {lines[most]}", cells, more=more).rstrip()]
