"""The first screen: tonight, what needs attention, and the next shows; services only where something is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.widget import Widget

from brcc_tui.model.few_of_many import plural
from brcc_tui.model.finding.days import is_tonight
from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.show import Show
from brcc_tui.model.shows.sums import sums_of
from brcc_tui.screens.show_actions import NO_SHOW, ShowActions
from brcc_tui.screens.state.attention import Attention
from brcc_tui.screens.state.board import NEVER_READ, PAIRINGS
from brcc_tui.screens.support.attention_lines import AttentionRow, attention_rows, paint_attention, rows_shown
from brcc_tui.widgets.age import is_faded
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.names import CHECK_NAMES
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.show_header import ShowHeader
from brcc_tui.widgets.show_line import paint_show
from brcc_tui.widgets.sidebar import SIDEBAR_FROM
from brcc_tui.widgets.text import wrap, wrap_within
from brcc_tui.widgets.top_line import SERVICES, light
from brcc_tui.widgets.totals import TotalsLine, counted, show_sums
from brcc_tui.widgets.when import say_age, say_briefly, say_date

if TYPE_CHECKING:
    from brcc_tui.operations.diagnostics.check import Check

_SIDEBAR, _HIGH = 22, 30
"""Cells of the sidebar, and the rows from which a terminal is high."""

_MAX_LINES, _MAX_LINES_LOW = 2, 1
"""Lines of what is wrong with one service; where several are wrong in a low terminal. Health tells all of it."""

_TONIGHT = 3
"""Rows that tonight's sums may take: enough for all of them in the least terminal."""

_NEWS = 5
"""Up to this rank something is wrong; what follows is to be known."""


_NO_SHOWS = "No shows. R reads the catalogue of both shops."


class _Summed(NamedTuple):
    """The sums of what is to come, of which shows and when (a whole minute): of thousands they take 10 ms."""

    shows: Sequence[Show]
    at: dt.datetime
    lines: list[Line]


class Dashboard(ShowActions):
    """Paints from the cache at once, then fills in what the shops say now."""

    NAME = "dashboard"
    CSS_PATH = "dashboard.tcss"
    AUTO_FOCUS = "#shows"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open"),
        Binding("space", "select", "select"),
        Binding("c", "app.go('compare')", "compare"),
        Binding("slash", "find", "find"),
        Binding("i", "why", "why", show=False),
        Binding("tab", "app.focus_next", "Focus Next", show=False),
    ]

    _told_for: Size | None = None
    _summed: _Summed | None = None

    def contents(self) -> Iterable[Widget]:
        """Tonight, what is wrong with the services, what needs attention, the next shows, and how the services are."""
        yield TotalsLine(id="tonight", rows=_TONIGHT, low_rows=_TONIGHT)
        yield Painted(id="unwell")
        yield Heading("Needs attention", id="attention-heading")
        yield Rows[AttentionRow](self._paint_attention, _attention_key, empty=NEVER_READ, id="attention")
        yield ShowHeader("Next shows")
        yield Rows[Show](self._paint_show, lambda show: show.id, empty=_NO_SHOWS, id="shows")
        yield TotalsLine(rows=2, id="totals")
        yield TotalsLine(rows=2, id="services")

    def _show(self) -> Show | None:
        """The show that the keys mean: of either list."""
        if self.query_one("#attention", Rows).has_focus:
            item = self._item()
            return next((show for show in self.board.shows if item and show.id == item.target), None)
        show: Show | None = self.query_one("#shows", Rows).current
        return show

    def _item(self) -> Attention | None:
        """What needs attention under the cursor."""
        row: AttentionRow | None = self.query_one("#attention", Rows).current
        return row.item if row else None

    def subject(self) -> str:
        """The show's id, or that of the product that needs attention."""
        show = self._show()
        return show.id if show else super().subject().split(" ", 1)[0]

    def shows_meant(self) -> Sequence[Show]:
        """The show under the cursor."""
        show = self._show()
        return [show] if show else []

    def action_open(self) -> None:
        """Open the show under Shows; an unreadable product tells why; an unsettled change goes to History."""
        show = self._show()
        if show is not None:
            self.host.open_show(show.id)
            return
        item = self._item()
        if item is not None and item.target.startswith("entry:"):
            self.host.recover()
        elif item is not None and item.target == PAIRINGS:
            self.host.open_unconfirmed()
        elif item is not None:
            self.host.explain(item.target)
        else:
            self.say_no_row()

    def action_why(self) -> None:
        """Why a product cannot be read; else the show itself."""
        self.action_open()

    def action_select(self) -> None:
        """Select all listings of the show, or let them go."""
        show = self._show()
        if show is None:
            self.host.show_status(NO_SHOW)
            return
        self.select(show.listings)

    def action_find(self) -> None:
        """Find a listing, and open its show."""
        self.host.find(self.host.open_listing)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """All of what needs attention comes into sight, not its first row alone."""
        event.stop()
        attention = event.rows
        if attention.id == "attention":
            row = attention.cursor
            below = next((at for at in range(row + 1, len(attention.rows)) if not attention.rows[at].more), None)
            attention.show_together(row - attention.rows[row].more, (below or len(attention.rows)) - 1)

    def on_rows_opened(self, event: Rows.Opened) -> None:
        """A click on the row under the cursor."""
        event.stop()
        self.action_open()

    def update_content(self) -> None:
        now = self.host.now()
        self._told_for = self.app.size
        waiting = self.board.attention(now)
        self.query_one("#tonight", TotalsLine).set_content(self._tonight(waiting))
        self._tell_trouble()
        heading = self.query_one("#attention-heading", Heading)
        heading.set_content("Needs attention", str(len(waiting)) if waiting else "", "warn")
        attention = self.query_one("#attention", Rows)
        rows = attention_rows(waiting, self._cells(), now)
        none = "" if rows else self._no_attention(now)  # which looks through all shows
        most = 4 if self.app.size.height < _HIGH else 8
        height = rows_shown(rows, most) if rows else len(wrap(none, self._cells() - 2))
        if attention.styles.height is None or attention.styles.height.cells != height:
            attention.styles.height = height
        attention.empty = none
        attention.set_rows(rows)
        self.query_one(ShowHeader).set_busy(self.host.busy)
        shows = self.query_one("#shows", Rows)
        shows.empty = self.board.why_no_shows or f"{_NO_SHOWS} {self.board.not_all}".rstrip()
        shows.set_rows(self.board.upcoming(now))
        self.query_one("#totals", TotalsLine).set_content(self._totals())
        self.query_one("#services", TotalsLine).set_content(self._services())

    def _cells(self) -> int:
        """Cells of a row beside the sidebar and the scroll bar; known before the first layout."""
        cells = self.app.size.width
        return cells - 1 - (_SIDEBAR if cells >= SIDEBAR_FROM and not self.host.sidebar_hidden else 0)

    def on_resize(self) -> None:
        """Fewer lines where the terminal is low. A screen that opens hears of its size several times."""
        if self._told_for not in (None, self.app.size):
            self.update_content()

    def _tonight(self, waiting: Sequence[Attention]) -> list[Line]:
        """The shows of today: how many, what is wrong with them, and their sums; else the next day that has some."""
        now, glyphs = self.host.now(), self.host.glyphs
        coming = self.board.upcoming(now)
        today = now.astimezone(coming[0].starts_at.tzinfo).date() if coming else now.date()
        day = next((show.starts_at.date() for show in coming if show.starts_at.date() >= today), None)
        if day is None:  # nothing, or only what began on an earlier day
            words = "Nothing more is known to be on" if self.board.not_all else "Nothing more is on"
            return [(Span("Nobody knows what is on" if self.board.why_no_shows else words, "title"),)]
        shows = [show for show in coming if show.starts_at.date() == day]
        wrong = _many_wrong(shows, waiting)
        verdict = (Span(f"{glyphs.warning} {wrong} to look at", "warn") if wrong else self._none_wrong(shows),)
        many = counted(str(len(shows)), plural("show", len(shows)))
        age = self.ages().of_sum(_listings_of(shows))
        return [(Span(_when(shows, day, today), "title"),), many, verdict, *show_sums(sums_of(shows), glyphs), (age,)]

    def _none_wrong(self, shows: Sequence[Show]) -> Span:
        """What is said of shows of which nothing wrong is known: that all is well takes numbers, and those of now."""
        if _many_unknown(shows):
            return Span(f"{self.host.glyphs.unknown} not all known", "warn")
        age = self.ages().of(_listings_of(shows))
        return Span("all was well", "dim") if age.faded or age.silent else Span("all is well", "good")

    def _no_attention(self, now: dt.datetime) -> str:
        """What stands where nothing needs attention: by what that is known."""
        if self.board.why_no_shows:
            return self.board.why_no_shows
        if unknown := _many_unknown(self.board.upcoming(now)):
            return f"Nothing that is known: of {unknown:,} {plural('show', unknown)} not every number is."
        read_at = self.board.read_at
        if read_at is not None and is_faded(read_at, now):
            return f"Nothing, by a catalogue {say_age(read_at, now)}."
        return "Nothing. All is well."

    def _tell_trouble(self) -> None:
        """What is not well of the services and of this computer, in a line or two each; nothing while all is."""
        glyphs = self.host.glyphs
        wrong = self.board.unwell
        most = _MAX_LINES_LOW if len(wrong) > 1 and self.app.size.height < _HIGH else _MAX_LINES
        lines: list[Line] = []
        for key, check in wrong.items():
            sign, tone = light(check.status.value, glyphs)
            name = CHECK_NAMES.get(key, key)
            words = f"{name}: {check.detail.removeprefix(f'{name}: ')}"
            goes_on = f"{glyphs.more} (7 has all)"
            first, *more = wrap_within(words, max(self._cells() - 3, 10), most, goes_on)
            lines += [(Span(f" {sign} ", tone), Span(first, tone)), *(line((f"   {one}", tone)) for one in more)]
        unwell = self.query_one("#unwell", Painted)
        unwell.display = bool(lines)
        unwell.show(lines)

    def _services(self) -> list[Line]:
        """How old the catalogue is, and how the services answer."""
        checks = self.board.checks
        glyphs, age = self.host.glyphs, self.board.catalogue_age(self.host.now())
        parts: list[Line] = [
            (Span("Catalogue ", "dim"), Span(age))
            if age
            else (Span(f"{glyphs.unknown} ", "warn"), Span("catalogue never read: R reads it"))
        ]
        return [*parts, *(self._service(key, name, checks.get(key)) for key, name in SERVICES)]

    def _service(self, key: str, name: str, check: Check | None) -> Line:
        """How a service answers: the time it took, else its state; what is overdue is down, or waited for."""
        status = check.status.value if check else None
        if key in self.board.waiting and status != "down":
            sign, tone = light("waiting", self.host.glyphs)
            return (Span(f"{sign} ", tone), Span(f"{name} waiting…"))
        healthy, now = status == "healthy", self.host.now()
        sign, tone = light("quiet" if healthy and self.board.is_quiet(key, now) else status, self.host.glyphs)
        state, words = self._told_of(check, self.board.heard.get(key)) if check else ("asking…", "")
        return (Span(f"{sign} ", tone), Span(f"{name} {state} "), Span(words, "dim"))

    def _told_of(self, check: Check, heard: dt.datetime | None) -> tuple[str, str]:
        """How fast a service answered and what it said (calls left), while that is of now; else when it did last."""
        words = _service_words(check) if check.status.value == "healthy" else ""
        if check.milliseconds is None:
            return check.status.value.replace("_", " "), words
        report, now = self.board.health, self.host.now()
        if report is not None and is_faded(report.timestamp, now):
            since = heard if heard is not None and heard > report.timestamp else None
            when = f"answered {say_briefly(since, now)}" if since else f"checked {say_briefly(report.timestamp, now)}"
            return when, ""
        return f"{check.milliseconds:.0f} ms", words

    def _totals(self) -> list[Line]:
        """All that is to come, summed."""
        if self.board.partly:
            return [(Span("these are the next days; the rest of the catalogue follows", "dim"),)]
        if self.board.why_no_shows:
            return []
        minute = self.host.now().replace(second=0, microsecond=0)
        if self._summed is None or self._summed.shows is not self.board.shows or self._summed.at != minute:
            coming = self.board.upcoming(minute)
            count = counted(f"{len(coming):,}", f"{plural('show', len(coming))} to come")
            self._summed = _Summed(self.board.shows, minute, [count, *show_sums(sums_of(coming), self.host.glyphs)])
        return self._summed.lines

    def _paint_show(self, show: Show, cells: int) -> Line:
        picked = any(listing.id in self.board.selected for listing in show.listings)
        mark = self.host.glyphs.chosen if picked else " "
        return paint_show(show, cells, self.host.now(), self.host.glyphs, self.ages().of(show.listings), mark)

    def _paint_attention(self, row: AttentionRow, cells: int) -> Line:
        return paint_attention(row, cells, self.host.glyphs)


def _listings_of(shows: Iterable[Show]) -> Sequence[Listing]:
    return [listing for show in shows for listing in show.listings]


def _many_wrong(shows: Sequence[Show], waiting: Iterable[Attention]) -> int:
    """How many things are wrong with these shows."""
    ids = {show.id for show in shows}
    return sum(1 for item in waiting if item.target in ids and item.rank < _NEWS)


def _many_unknown(shows: Iterable[Show]) -> int:
    """Of how many of these nobody knows whether all is well: a number that decides it is missing."""
    return sum(isinstance(show.exposure, Unknown) for show in shows)


def _when(shows: Sequence[Show], day: dt.date, today: dt.date) -> str:
    if day != today:
        return f"Next: {say_date(day, today)}"
    return "Tonight" if all(is_tonight(show.starts_at, today) for show in shows) else "Today"


def _service_words(check: Check) -> str:
    """What matters most of a service that answers."""
    detail = check.detail.rpartition("; ")[2].removesuffix(" this hour")
    if "read only" in check.detail or "read-only" in check.detail:
        return "read only"
    return detail.replace("the key may write", "may write")


def _attention_key(row: AttentionRow) -> str:
    return f"{row.item.target} {row.item.text} {row.more}"


SCREEN = Dashboard
