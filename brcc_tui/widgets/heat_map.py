"""A month of shows: for every day how full each of its shows is, as a block of that height.

For the present month it shows this week and the four that follow: past weeks help nobody on the 27th.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Sequence

from brcc_tui.model.shows.show import Show
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.numbers import level, percent_sold
from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.text import fit, width

_MIN_FOR_PERCENT = 11
"""Cells of a day from which on its percentage stands beside its blocks."""

_WEEKS_AHEAD = 5
_DAY_OF_ID = len("2026-11-27")

Day = tuple[int | None, ...]
"""Percent sold of each show of a day, in order of time; None where it is not known."""


class HeatMap(Painted):
    """One month, with today marked. The blocks differ in height as well as in colour."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._content: tuple[Sequence[Show], tuple[int, int], dt.date] | None = None
        self._days: dict[dt.date, Day] = {}

    def set_content(self, shows: Sequence[Show], month: dt.date, today: dt.date) -> None:
        """Show the month in which that day is. Nothing is painted again while it stays the same."""
        content = (shows, (month.year, month.month), today)
        if self._content is not None and self._content[0] is shows and self._content[1:] == content[1:]:
            return
        self._content = content
        self._days = _days_of(shows, [day for week in weeks_of(month, today) for day in week])
        self.refresh(layout=True)

    def lines(self, cells: int) -> Sequence[Line]:
        if self._content is None:
            return []
        _, (year, month), today = self._content
        each = (cells - 1) // 7
        ahead = (year, month) == (today.year, today.month)
        title = f" {calendar.month_name[month]} {year}{' and on' if ahead else ''}"
        rows: list[Line] = [_with_legend(title, cells, self.host.glyphs)]
        rows.append((Span(" " + "".join(fit(f" {name}", each) for name in calendar.day_abbr), "dim"),))
        for week in weeks_of(dt.date(year, month, 1), today):
            spans: list[Span] = [Span(" ")]
            for day in week:
                spans += self._day(day, each, today) if ahead or day.month == month else [Span(" " * each)]
            rows.append(tuple(spans))
        return rows

    def _day(self, day: dt.date, cells: int, today: dt.date) -> list[Span]:
        fills = self._days.get(day, ())
        action = f"screen.day('{day.isoformat()}')" if fills else ""
        spans = [Span(f"{day.day:>2}", _tone_of_day(day, today, has_shows=bool(fills)), action), Span(" ")]
        room = cells - 4
        percent = f" {_mean(fills)}" if fills and cells >= _MIN_FOR_PERCENT else ""
        room -= len(percent)
        shown = fills if len(fills) <= room else fills[: room - 1]
        spans += [block(fill, self.host.glyphs) for fill in shown]
        if len(shown) < len(fills):
            spans.append(Span("+", "dim"))
        spans.append(Span(percent, "dim"))
        return [*spans, Span(" " * (cells - sum(width(span.text) for span in spans)))]


def _with_legend(title: str, cells: int, glyphs: Glyphs) -> Line:
    """The title, and at the right what the blocks mean and which keys there are, in as many words as fit."""
    signs = "".join(glyphs.eighths[step] for step in (2, 5, 7, 8))
    legends = (f"how full each show is {signs}   [ ] month   M hides this", f"how full {signs}  [ ] month  M hides")
    room = max(cells - width(title) - 3, 0)
    legend = next((words for words in legends if width(words) <= room), "")
    gap = Span(" " * max(cells - width(title) - width(legend) - 1, 1))
    return Span(title, "title"), gap, Span(legend, "dim")


def _tone_of_day(day: dt.date, today: dt.date, *, has_shows: bool) -> str:
    """Today and the first of a month stand out; a day without shows steps back."""
    if day == today:
        return "reverse"
    if day.day == 1:
        return "strong"
    return "" if has_shows else "dim"


def block(percent: int | None, glyphs: Glyphs) -> Span:
    """One show: a question mark when nobody knows, the lowest block for nobody, the highest for all."""
    if percent is None:
        return Span(glyphs.unknown, "warn")
    height = max(1, min(percent * 8 // 100, 8))
    return Span(glyphs.eighths[height], level(percent)[0] if percent else "dim")


def weeks_of(month: dt.date, today: dt.date) -> Sequence[Sequence[dt.date]]:
    """The weeks, from Monday on, that stand for a month: of the present one those from today's on."""
    if (month.year, month.month) != (today.year, today.month):
        return calendar.Calendar().monthdatescalendar(month.year, month.month)
    monday = today - dt.timedelta(days=today.weekday())
    return [[monday + dt.timedelta(days=7 * week + day) for day in range(7)] for week in range(_WEEKS_AHEAD)]


def _days_of(shows: Sequence[Show], days: Collection[dt.date]) -> dict[dt.date, Day]:
    """Percent sold of every show of these days, by day."""
    found: dict[dt.date, Day] = {}
    wanted = {day.isoformat() for day in days}  # as a show's id begins: thousands of shows are looked through
    for show in shows:
        if show.id[:_DAY_OF_ID] in wanted:
            day = show.starts_at.date()
            found[day] = (*found.get(day, ()), percent_sold(show.sold, show.room.seats))
    return found


def _mean(fills: Day) -> str:
    known = [fill for fill in fills if fill is not None]
    return f"{sum(known) // len(known)}%" if known else "?"
