"""The journal for people: who, when, from what to what, why, and how it ended. Undo starts here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from brcc_tui.model.app_error import AppError
from brcc_tui.model.few_of_many import plural
from brcc_tui.screens.filtered import FilteredScreen
from brcc_tui.screens.support.entry_lines import (
    ENTRY_ORDER,
    Widest,
    entry_header,
    entry_line,
    entry_lines,
    entry_subject,
    in_order_of,
    is_open,
    widest_of,
)
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.venue import VenueError
from brcc_tui.widgets.filter_field import FilterField
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.names import alike_of
from brcc_tui.widgets.paint import Line, Painted
from brcc_tui.widgets.rows import Rows

_READING = "Reading the journal…"
_UNREAD = "Nobody knows: the journal cannot be read. W shows what to do, E what went wrong."
_VENUE_UNREAD = (
    "Nobody knows: what was said of rooms, pairings and house seats cannot be read. 7 says why, and what to do."
)
"""What stands where changes would, while nobody knows of any."""
_AS_IT_WAS = {
    _UNREAD: "as it was: the journal cannot be read now",
    _VENUE_UNREAD: "as it was: rooms cannot be read now",
}
_WITHOUT = {_UNREAD: "without listings (W: why)", _VENUE_UNREAD: "without rooms (7: why)"}
"""What is said of changes of which one file's are as they were when it could be read, or not among them."""


class History(FilteredScreen):
    """Newest first. Nothing is read from the shops here."""

    NAME = "history"
    FOR_A_ROW = frozenset({"open", "undo", "undo_plan"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", tooltip="open in full"),
        Binding("u", "undo", "undo"),
        Binding("U", "undo_plan", "undo its whole plan"),
        Binding("W", "recover", "unsettled", tooltip="what never settled"),
        Binding("S", "sort", "sort", show=False, tooltip="sort by the next column: when, show, who, how it ended"),
        Binding("Z", "turn_order", "sort the other way round", show=False),
        Binding("r", "read", "read now"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[Entry] = ()
        self._unknown = _READING
        self._note = ""
        self._ended = 0
        self._order = ENTRY_ORDER
        self._widest = Widest()

    def contents(self) -> Iterable[Widget]:
        yield Heading(id="state")
        yield FilterField("find: a show, a person, an outcome")
        yield EntryHeader()
        yield Rows[Entry](self._paint, lambda entry: entry.id, id="entries")

    def on_mount(self) -> None:
        self.action_read()

    def on_screen_resume(self) -> None:
        """What was written meanwhile."""
        self.action_read()

    def action_read(self) -> None:
        """Read the journal again."""
        self.host.work(self._read, "reading the journal", group="journal")

    async def _read(self) -> None:
        from brcc_tui.operations.changes.history import merged

        try:
            told = await self.host.desk.history()
        except AppError:
            self._unknown, self._note = _UNREAD, _AS_IT_WAS[_UNREAD]
            self.update_content()
            raise
        unread, still_known = told.unread, told.known_of_unread(self._entries)
        self._entries = merged(told.entries, still_known)
        self._unknown = "" if unread is None else _VENUE_UNREAD if isinstance(unread, VenueError) else _UNREAD
        self._note = (_AS_IT_WAS if still_known else _WITHOUT).get(self._unknown, "")
        self.update_content()
        if unread is not None:
            raise unread

    def _update_all(self) -> None:
        """A plan that has ended, or what was taken back or decided, is told as it is now: the journal says more."""
        super()._update_all()
        ended = sum(run.ended for run in self.host.runs) + self.host.history_moves
        if ended != self._ended:
            self._ended = ended
            self.action_read()

    def update_content(self) -> None:
        """The entries that match."""
        wanted = self.wanted()
        titles = {listing.id: listing.title for listing in self.board.listings.values()}
        shown = [
            entry
            for entry in self._entries
            if not wanted or wanted(entry_subject(entry, titles.get(entry.listing, "")))
        ]
        shown = in_order_of(shown, self._order)
        self._widest = widest_of(shown, alike_of(self.board.listings.values()), self.host.glyphs)
        self.query_one(EntryHeader).set_widest(self._widest)
        self.show_rows(shown, "Nothing was changed here yet.", self._unknown)
        self._tell_state(shown)

    def _tell_state(self, shown: Sequence[Entry]) -> None:
        """How many changes, in which order, and what of them wants somebody."""
        broken = sum(1 for entry in shown if entry.damage is not None)
        open_ones = sum(map(is_open, shown))
        many = f"{len(shown):,} {plural('change', len(shown))}"
        self.query_one("#state", Heading).set_content(
            many if shown or not self._unknown else "History",
            "   ".join(self._notes(broken, open_ones)),
            "bad" if broken or self._note else "warn" if open_ones else "dim",
        )

    def _notes(self, broken: int, open_ones: int) -> Iterable[str]:
        if self._note and self._entries:
            yield self._note
        if broken:
            yield f"{broken} damaged: W shows what to do"
        if open_ones:
            yield f"{open_ones} not settled"
        if self._order != ENTRY_ORDER:
            yield f"by {self._order.column} {self.order_sign}"

    def _paint(self, entry: Entry, cells: int) -> Line:
        listing = self.board.listings.get(entry.listing)
        return entry_line(entry, listing, cells, self.host.glyphs, self.host.now(), self._widest)

    def _entry(self) -> Entry | None:
        entry: Entry | None = self.rows.current
        return entry

    def _entry_or_say(self) -> Entry | None:
        """The change that the keys mean; where there is none, that is said."""
        entry = self._entry()
        if entry is None:
            self.say_no_row()
        return entry

    def action_open(self) -> None:
        """One change with every move of it."""
        entry = self._entry_or_say()
        if entry is not None:
            from brcc_tui.screens.modals.reader import TextReader

            lines = entry_lines(entry, self.board.listings, self.host.glyphs, self.host.now())
            self.app.push_screen(TextReader(f"Change {entry.id}", lines))

    def action_undo(self) -> None:
        """A new plan back to the capacity before, from today's sales."""
        entry = self._entry_or_say()
        if entry is not None:
            self.host.undo([entry.id], entry)

    def action_undo_plan(self) -> None:
        """The same of everything that was changed with it, as one plan."""
        entry = self._entry_or_say()
        if entry is not None:
            self.host.undo_plan(entry.id, entry)

    def action_recover(self) -> None:
        """Changes that never settled."""
        self.host.recover()


class EntryHeader(Painted):
    """The names of the columns of the list."""

    _widest = Widest()

    def set_widest(self, widest: Widest) -> None:
        """Stand where the columns stand."""
        if widest != self._widest:
            self._widest = widest
            self.refresh()

    def lines(self, cells: int) -> list[Line]:
        """One line, as wide as the list without its scroll bar."""
        return [entry_header(cells - 1, self._widest)]


SCREEN = History
