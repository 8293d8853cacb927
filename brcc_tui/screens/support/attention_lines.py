"""What needs attention, as rows: beside its title where there is room, else below it in as many rows as needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from brcc_tui.screens.state.attention import Attention
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.paint import Line, Span, line
from brcc_tui.widgets.text import fit, width, wrap
from brcc_tui.widgets.when import say_start, start_width

_INDENT: Final = 3
"""Cells before a row: the sign, with a blank on either side."""


_MORE_AT_MOST: Final = 2
"""Rows that the list is longer for the sake of its last item."""

_TEXT_TONES: Final = {"bad": "strong", "warn": ""}
"""The tone of what is said, by that of its sign: a danger is not dimmer than what is beside it."""


class AttentionRow(NamedTuple):
    """A row of an item: `title` are the cells of its title, 0 for all there is; `more` counts rows below the first."""

    item: Attention
    when: str
    title: int
    text: str
    more: int = 0


def attention_rows(items: Sequence[Attention], cells: int, now: dt.datetime) -> list[AttentionRow]:
    """The rows of these, in a list of so many cells. Texts stand in one column, where they have room for it."""
    room = cells - _INDENT - start_width() - 2
    column = max((width(item.title) for item in items if width(item.title) + width(item.text) <= room), default=0)
    return [row for item in items for row in _rows(item, cells, column, room, now)]


def rows_shown(rows: Sequence[AttentionRow], most: int) -> int:
    """How many rows stand there: about so many, so that the last item is whole, whose reason stands at its end."""
    ends = [index for index in range(1, len(rows) + 1) if index == len(rows) or not rows[index].more]
    fitting = [end for end in ends if most <= end <= most + _MORE_AT_MOST]
    return next(iter(fitting), max((end for end in ends if most - 1 <= end < most), default=min(len(rows), most)))


def paint_attention(row: AttentionRow, cells: int, glyphs: Glyphs) -> Line:
    """The line of a row."""
    tone = _TEXT_TONES.get(row.item.tone, "dim")
    if row.more:
        return line((f"{' ' * _INDENT}{row.text}", tone))
    sign = {"warning": glyphs.warning, "one_shop": glyphs.one_shop, "unsettled": glyphs.running}.get(
        row.item.sign, glyphs.unknown
    )
    head = (Span(f" {sign} ", row.item.tone), Span(f"{fit(row.when, start_width(), more='')} "))
    room = cells - _INDENT - start_width() - 1
    if not row.title:
        return (*head, Span(fit(row.item.title, room, more=glyphs.more), "strong"))
    text = Span(fit(row.text, room - row.title - 1, more=glyphs.more), tone)
    return (*head, Span(f"{fit(row.item.title, row.title, more=glyphs.more)} "), text)


def _rows(item: Attention, cells: int, column: int, room: int, now: dt.datetime) -> Iterator[AttentionRow]:
    when = say_start(item.starts_at, now) if item.starts_at else ""
    title = min(column, room - width(item.text))
    if width(item.title) <= title:
        yield AttentionRow(item, when, title, item.text)
        return
    yield AttentionRow(item, when, 0, "")
    for number, part in enumerate(wrap(item.text, max(cells - _INDENT, 10)), 1):
        yield AttentionRow(item, when, 0, part, number)
