"""Every show with its listings from both shops: pairings, rooms, and sync."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from brcc_tui.model.few_of_many import plural
from brcc_tui.model.finding.query import Query
from brcc_tui.model.finding.sorting import SortOrder, in_order
from brcc_tui.model.finding.subject import of_listing, show_subject
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.house_seats import too_many_held
from brcc_tui.model.shows.show import PairingState, Show, ShowFlag
from brcc_tui.model.shows.sums import sums_of
from brcc_tui.screens.filtered import OF_CANCELLED, FilteredScreen
from brcc_tui.screens.show_actions import NO_SHOW
from brcc_tui.screens.show_pace import KnownPace, ShowPaces
from brcc_tui.screens.show_rules import ShowRow
from brcc_tui.widgets.filter_field import FIND_SHOWS, FilterField
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.heat_map import HeatMap
from brcc_tui.widgets.names import alike_of, shop_mark
from brcc_tui.widgets.pace_plot import pace_line
from brcc_tui.widgets.paint import Line, folded, line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.show_header import ShowHeader
from brcc_tui.widgets.show_line import paint_listing_of_show, paint_show
from brcc_tui.widgets.text import wrap
from brcc_tui.widgets.totals import TotalsLine, show_sums
from brcc_tui.widgets.when import say_age, say_exactly

NOT_CONFIRMED = "not confirmed"

_ROOMY = 76
"""Cells from which on the heading says in a sentence what is shown."""

_INDENT = 7
"""Cells before the words below a show."""

FILTERS: tuple[tuple[str, Callable[[Show], bool]], ...] = (
    ("all", lambda _: True),
    ("could be sold twice", lambda show: bool(show.flags & {ShowFlag.CAN_OVERSELL, ShowFlag.OVERSOLD})),
    ("one shop only", lambda show: ShowFlag.ONE_SHOP_ONLY in show.flags),
    (NOT_CONFIRMED, lambda show: ShowFlag.UNCONFIRMED_PAIRING in show.flags),
    ("unknown numbers", lambda show: bool(show.unknown)),
)
"""What can be looked at alone, by its name."""


_NOTHING_TO_COME = "No show to come is known. R reads the catalogue of both shops."


class Shows(FilteredScreen, ShowPaces):
    """The programme."""

    NAME = "shows"
    ELSEWHERE = OF_CANCELLED
    CSS_PATH = "shows.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open"),
        Binding("right,l", "unfold(True)", "right, or unfold", show=False),
        Binding("left,h", "unfold(False)", "left, or fold", show=False),
        Binding("c", "app.go('compare')", "compare", show=False),
        Binding("m", "mark", "mark show"),
        Binding("A", "mark_all", "mark all in view", show=False),
        Binding("v", "next_filter", "view"),
        Binding("S", "sort", "sort", show=False, tooltip="sort by the next column: date, title, sold, free, how full"),
        Binding("Z", "turn_order", "sort the other way round", show=False),
        Binding("P", "pace", "pace", show=False),
        Binding("M", "month", "month", show=False),
        Binding("right_square_bracket", "turn(1)", "next month", show=False, key_display="]"),
        Binding("left_square_bracket", "turn(-1)", "month before", show=False, key_display="["),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._unfolded: set[str] = set()
        self._filter = 0
        self._order = SortOrder()
        self._month: bool | None = None

    def contents(self) -> Iterable[Widget]:
        yield Heading(id="state")
        yield FilterField(FIND_SHOWS)
        yield TotalsLine(id="sums", rows=2)
        month = HeatMap(id="month")
        month.display = self._has_month()
        yield month
        yield ShowHeader("")
        yield Rows[ShowRow](self._paint, lambda row: row.key, id="shows")

    def update_content(self) -> None:
        """The shows as they are unfolded now."""
        self._let_go_of_marks()
        wanted = self.wanted()
        name, in_view = FILTERS[self._filter]
        coming = self.board.upcoming(self.host.now())
        found = [show for show in coming if in_view(show)]
        verdicts = [wanted.verdict(show_subject(show)) for show in found] if wanted else []
        shown = in_order(compress(found, verdicts) if wanted else found, self._order)
        rows = self._rows_of(shown)
        if name == "all":
            rows += self._of_no_show(wanted)
        nothing = _NOTHING_TO_COME if name == "all" else f"Nothing under “{name}”. v changes the view."
        self.show_rows(rows, nothing, self.board.why_no_shows, self.board.not_all)
        self._tell_state(coming, shown, self.found_note(wanted, verdicts.count(None)))
        self._tell_month()

    def _let_go_of_marks(self) -> None:
        """Of shows that are gone, or are other shows by now."""
        if self.marked and self.board.shows_known and not self.board.partly:
            self.marked.intersection_update(show.id for show in self.board.shows)

    def _rows_of(self, shown: Sequence[Show]) -> list[ShowRow]:
        if not self._unfolded:  # as at first, of thousands of shows
            return list(map(_folded, shown))
        return [row for show in shown for row in self._rows(show)]

    def _of_no_show(self, wanted: Query) -> Iterable[ShowRow]:
        if not self.board.shows_known:
            return
        not_seats = [listing for listing in self.board.unpaired if wanted(of_listing(listing))]
        if not_seats:
            words = f" {self.host.glyphs.shut} Belong to no show ({len(not_seats)}): no seat, or no start that is known"
            yield ShowRow("unpaired", None, words=line((words, "dim")))
            if "unpaired" in self._unfolded:
                yield from (ShowRow(listing.id, None, listing) for listing in not_seats)

    def _tell_state(self, coming: Sequence[Show], shown: Sequence[Show], found: str) -> None:
        """How many shows, in which order and view, and their sums."""
        open_ones = sum(1 for show in coming if ShowFlag.UNCONFIRMED_PAIRING in show.flags)
        note = self.host.busy or f"{found}{self._view_note(open_ones)}"
        tone = "warn" if found else "accent" if self.host.busy or open_ones else "dim"
        nobody_knows = bool(self.board.why_no_shows)
        many = "Shows" if nobody_knows else f"{len(shown)} {plural('show', len(shown))}"
        self.query_one("#state", Heading).set_content(many, note, tone)
        self.tell_sums([] if nobody_knows else show_sums(sums_of(shown), self.host.glyphs))
        self.query_one(ShowHeader).set_order(self._order.column, self.order_sign)

    def _view_note(self, open_ones: int) -> str:
        """How many nobody has confirmed and how many are marked, then the view and its order."""
        roomy = self.size.width >= _ROOMY
        says_doubt = open_ones > 0 and (roomy or not self._filter)
        doubt = f"{self.host.glyphs.maybe} {open_ones} not confirmed   " if says_doubt else ""
        marked = f"{len(self.marked)} marked   " if self.marked else ""
        view = f"{'showing ' if roomy else ''}{FILTERS[self._filter][0]}, by {self._order.column} {self.order_sign}"
        return f"{doubt}{marked}{view}"

    def _rows(self, show: Show) -> Iterable[ShowRow]:
        yield ShowRow(show.id, show)
        if show.id in self._unfolded:
            glyphs = self.host.glyphs
            for listing in show.listings:
                yield ShowRow(f"{show.id} {listing.id}", show, self.board.listings.get(listing.id, listing))
            yield from self._words(show, "when", f"{say_exactly(show.starts_at)}   id {show.id}")
            sure = {PairingState.CONFIRMED: "confirmed", PairingState.SINGLE: "alone"}
            doubt = show.pairing.state not in sure
            state = sure.get(show.pairing.state, f"{glyphs.maybe} {show.pairing.state.value}, y confirms")
            yield from self._words(show, "pairing", f"{state}: {show.pairing.reason}", "accent" if doubt else "dim")
            yield from self._words(show, "room", f"room {show.room.name}, {show.room.seats} seats: N changes them")
            if show.held_back:
                note = f" ({show.held_back_note})" if show.held_back_note else ""
                yield from self._words(show, "house", f"{show.held_back} held back{note}: H changes them")
            if short := too_many_held(show):
                yield from self._words(show, "short", f"{glyphs.warning} {short}", "warn")
            yield from self._pace_rows(show)

    def _pace_rows(self, show: Show) -> Iterable[ShowRow]:
        """How it sells, once that was read; the picture first, whole. What is not of this moment says its age."""
        known, glyphs, now = self.paces.get(show.id, KnownPace()), self.host.glyphs, self.host.now()
        if known.pace is not None and known.asked_at is not None:
            cells = self._cells() - 1
            for number, part in enumerate(folded(pace_line(known.pace, glyphs, cells), cells)):
                yield ShowRow(f"{show.id} pace {number}", show, words=part)
            if known.pace.unknown:
                yield from self._words(show, "pace of", known.pace.unknown)
            if known.is_old(now):
                yield from self._words(show, "pace at", f"pace {say_age(known.asked_at, now)}: r reads it again")
        if known.error:
            yield from self._words(show, "pace", f"pace {glyphs.unknown} {known.error}", "warn")

    def _words(self, show: Show, name: str, words: str, tone: str = "dim") -> Iterable[ShowRow]:
        """Words below a show, in as many rows as they need."""
        for number, part in enumerate(wrap(words, max(self._cells() - _INDENT - 1, 20))):
            yield ShowRow(f"{show.id} {name} {number}", show, words=line((" " * _INDENT + part, tone)))

    def _cells(self) -> int:
        """Cells of a row; before the first layout those of the screen."""
        return self.query_one("#shows").size.width or self.size.width

    def _paint(self, row: ShowRow, cells: int) -> Line:
        glyphs = self.host.glyphs
        if row.listing is not None:
            chosen = glyphs.chosen if row.listing.id in self.board.selected else " "
            lead = f" {chosen}    {shop_mark(row.listing.id)} "
            name, short = _names_under(row.show, row.listing)
            draft = self.board.drafts.get(row.listing.id)
            alike = row.show is not None and row.listing.id in alike_of(row.show.listings)
            old = self.ages().of([row.listing])
            return paint_listing_of_show(
                lead + name, row.listing, draft, cells, glyphs, old, short=lead + short, alike=alike
            )
        if row.words or row.show is None:
            return row.words
        mark = glyphs.marked if row.show.id in self.marked else " "
        return paint_show(row.show, cells, self.host.now(), glyphs, self.ages().of(row.show.listings), mark)

    def open_show(self, show_id: str) -> None:
        """Unfold a show and go to it."""
        self._filter = 0
        self.unfold(show_id)
        self.go_to(show_id)

    def action_open(self) -> None:
        """Unfold a show; tell why about a listing."""
        row = self._current()
        if row is None:
            self.say_no_row()
        elif row.listing is not None:
            self.host.explain(row.listing.id)
        elif not row.words or row.show is None:
            if row.key in self._unfolded:
                self._unfolded.discard(row.key)
                self.update_content()
            else:
                self.unfold(row.key)

    def unfold(self, key: str) -> None:
        """Show what is below a show, and ask how it sells."""
        self._unfolded.add(key)
        self.update_content()
        self.show_block()
        show = next((show for show in self.board.shows if show.id == key), None)
        if show is not None and self.wants_pace(key):
            self.ask_pace(show)

    def is_unfolded(self, key: str) -> bool:
        """Whether what is below it can be seen."""
        return key in self._unfolded

    def go_to(self, key: str) -> None:
        """Put the cursor on that row, if it is there."""
        rows = self.rows
        rows.move_to(next((index for index, row in enumerate(rows.rows) if row.key == key), rows.cursor))
        self.show_block()

    def show_block(self) -> None:
        """What stands below the show under the cursor comes into sight, as much of it as fits."""
        rows, row = self.rows, self._current()
        key = row and (row.show.id if row.show else "unpaired")
        if key in self._unfolded:
            block = [index for index, one in enumerate(rows.rows) if (one.show.id if one.show else "unpaired") == key]
            rows.show_together(block[0], block[-1])

    def action_unfold(self, unfold: bool) -> None:
        """Unfold, or fold from anywhere inside."""
        row = self._current()
        if row is None:
            self.say_no_row()
            return
        key = row.show.id if row.show else "unpaired"
        if unfold:
            self.unfold(key)
        else:
            self._unfolded.discard(key)
            self.update_content()

    def action_select(self) -> None:
        """Select the listing, or all listings of the show."""
        row = self._current()
        if row is not None:
            listings = [row.listing] if row.listing else list(row.show.listings) if row.show else []
            self.select(listings)
        else:
            self.host.show_status(NO_SHOW)

    def action_mark(self) -> None:
        """Mark the show, so that many can be planned at once."""
        row = self._current()
        if row and row.show:
            self.marked.symmetric_difference_update({row.show.id})
            self.rows.action_move(1)
            self.update_content()
        else:
            self.host.show_status(NO_SHOW)

    def action_mark_all(self) -> None:
        """Mark every show in view (`/` and `v` say which), or none of them if all are."""
        in_view = {row.show.id for row in self.rows.rows if row.show}
        if not in_view:
            self.say_no_row()
        self.marked.symmetric_difference_update(in_view if in_view <= self.marked else in_view - self.marked)
        self.update_content()

    def open_unconfirmed(self) -> None:
        """Only the shows that nobody has confirmed."""
        self._filter = next(index for index, (name, _) in enumerate(FILTERS) if name == NOT_CONFIRMED)
        self.update_content()
        self.rows.move_to(0)

    def action_month(self) -> None:
        """Show or hide how full the days of the month are."""
        self._month = not self.query_one("#month", HeatMap).display
        self._tell_month()

    def action_turn(self, by: int) -> None:
        """To the first show of another month."""
        row = self._current()
        if row is None or row.show is None:
            self.host.show_status(NO_SHOW)
            return
        month = _month_of(row.show)
        months = [_month_of(one.show) if one.show else month for one in self.rows.rows]
        target = min((m for m in months if m > month), default=month) if by > 0 else _before(month, months)
        self.rows.move_to(months.index(target))
        if target == month:
            self.host.show_status(f"No show in view is of {'a later' if by > 0 else 'an earlier'} month.")

    def action_day(self, day: str) -> None:
        """To the first show of a day."""
        rows = self.rows
        days = [one.show.starts_at.date().isoformat() if one.show else "" for one in rows.rows]
        rows.move_to(days.index(day) if day in days else rows.cursor)

    def _tell_month(self) -> None:
        month = self.query_one("#month", HeatMap)
        month.display = self._has_month()
        row = self._current()
        if month.display and row is not None and row.show is not None:
            month.set_content(self.board.shows, row.show.starts_at.date(), self.host.now().date())

    def _has_month(self) -> bool:
        """Whether it is shown: as a person said, else where there is room. Known before the first layout."""
        size = self.app.size
        return self._month if self._month is not None else size.width >= 100 and size.height >= 36

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """The month follows the cursor."""
        event.stop()
        self._tell_month()

    def on_resize(self) -> None:
        """The month is there where there is room."""
        self.call_after_refresh(self._tell_month)

    def on_rows_widened(self, event: Rows.Widened) -> None:
        """Words are wrapped for the width there is."""
        event.stop()
        if self._unfolded:
            self.update_content()

    def action_next_filter(self) -> None:
        """The next view."""
        self._filter = (self._filter + 1) % len(FILTERS)
        self.update_content()

    def action_leave_filter(self) -> None:
        """Everything again, nothing marked."""
        self.marked.clear()
        self._filter = 0
        super().action_leave_filter()
        self.update_content()


def _names_under(show: Show | None, listing: Listing) -> tuple[str, str]:
    """What a listing is called under its show, and in little room: the title stands in the show's row already."""
    name = f"{listing.title}  {listing.slot or ''}".rstrip()
    return name, listing.slot if show is not None and listing.slot and listing.title == show.title else name


def _folded(show: Show) -> ShowRow:
    return ShowRow(show.id, show)


def _month_of(show: Show) -> tuple[int, int]:
    return show.starts_at.year, show.starts_at.month


def _before(here: tuple[int, int], months: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The month before; the same one where there is none."""
    return max((month for month in months if month < here), default=here)


SCREEN = Shows
