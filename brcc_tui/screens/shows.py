"""Every performance with its listings from both shops: how they belong together, rooms, and sync."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from brcc_tui.model.listing import Listing
from brcc_tui.model.show import PairingState, Show, ShowFlag
from brcc_tui.screens.drafts import DraftPlace
from brcc_tui.screens.find import search_words, wanted_by
from brcc_tui.screens.show_actions import ShowActions
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.paint import Line, Span
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.show_header import ShowHeader
from brcc_tui.widgets.show_line import paint_listing_of_show, paint_show

FILTERS: tuple[tuple[str, Callable[[Show], bool]], ...] = (
    ("all", lambda _: True),
    ("can oversell", lambda show: bool(show.flags & {ShowFlag.CAN_OVERSELL, ShowFlag.OVERSOLD})),
    ("one shop only", lambda show: ShowFlag.ONE_SHOP_ONLY in show.flags),
    ("not confirmed", lambda show: ShowFlag.UNCONFIRMED_PAIRING in show.flags),
    ("unknown numbers", lambda show: bool(show.unknown)),
)
"""What can be looked at alone, by its name."""


@dataclass(frozen=True, slots=True)
class ShowRow:
    """A show, a listing under it, or a line of words under it."""

    key: str
    show: Show | None
    listing: Listing | None = None
    words: str = ""


class Shows(ShowActions, DraftPlace):
    """The programme."""

    NAME = "shows"
    CSS_PATH = "shows.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open"),
        Binding("right,l", "unfold(True)", "Unfold", show=False),
        Binding("left,h", "unfold(False)", "Fold", show=False),
        Binding("m", "mark", "mark show"),
        Binding("y", "confirm_pairing", "belongs together"),
        Binding("Y", "forget_pairing", "does not belong together", show=False),
        Binding("n", "ignore", "no seat, or a seat after all", show=False),
        Binding("t", "split", "sells other seats", show=False),
        Binding("P", "pair", "pair with another listing", show=False),
        Binding("u", "room", "seats of the room", show=False),
        Binding("v", "next_filter", "view"),
        Binding("escape", "leave_filter", "leave filter", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._unfolded: set[str] = set()
        self._marked: set[str] = set()
        self._filter = 0

    def contents(self) -> Iterable[Widget]:
        """Filter, columns, shows."""
        yield Heading(id="state")
        yield Input(placeholder="find: words, a day, an hour (fri 8)", id="filter", classes="-off", max_length=80)
        yield ShowHeader("")
        yield Rows[ShowRow](self._paint, lambda row: row.key, empty="No shows here. v changes the view.", id="shows")

    def tell(self) -> None:
        """The shows as they are unfolded now."""
        tokens = self.query_one("#filter", Input).value.casefold().split()
        name, wanted = FILTERS[self._filter]
        coming = self.board.upcoming(self.house.desk.now())
        shown = [show for show in coming if wanted(show) and (not tokens or _found(show, tokens))]
        rows = [row for show in shown for row in self._rows(show)]
        not_seats = [
            listing for listing in self.board.unpaired if not tokens or wanted_by(tokens, search_words(listing))
        ]
        if not_seats and name == "all":
            rows.append(ShowRow("unpaired", None, words=f"Belong to no show ({len(not_seats)}): no seat, or no date"))
            if "unpaired" in self._unfolded:
                rows += [ShowRow(listing.id, None, listing) for listing in not_seats]
        self.query_one("#shows", Rows).set_rows(rows)
        marked = f"{len(self._marked)} marked   " if self._marked else ""
        note = self.house.busy or f"{marked}showing {name}"
        self.query_one("#state", Heading).tell(f"{len(shown)} shows", note, "accent" if self.house.busy else "dim")

    def _rows(self, show: Show) -> Iterable[ShowRow]:
        yield ShowRow(show.id, show)
        if show.id in self._unfolded:
            for listing in show.listings:
                yield ShowRow(f"{show.id} {listing.id}", show, self.board.listings.get(listing.id, listing))
            sure = {PairingState.CONFIRMED: "confirmed", PairingState.SINGLE: "alone"}
            state = sure.get(show.pairing.state, f"{show.pairing.state.value}, y confirms")
            yield ShowRow(f"{show.id} pairing", show, words=f"{state}: {show.pairing.reason}")
            yield ShowRow(
                f"{show.id} room", show, words=f"room {show.room.name}, {show.room.seats} seats: u changes them"
            )

    def _paint(self, row: ShowRow, cells: int) -> Line:
        glyphs = self.house.glyphs
        if row.listing is not None:
            chosen = glyphs.chosen if row.listing.id in self.board.selected else " "
            shop = "EB" if row.listing.id.startswith("eb:") else "WC"
            title = f" {chosen}    {shop} {row.listing.title}  {row.listing.slot or ''}"
            return paint_listing_of_show(title, row.listing, self.board.drafts.get(row.listing.id), cells, glyphs)
        if row.words or row.show is None:
            return (Span(f"       {row.words}" if row.show else f" {glyphs.shut} {row.words}", "dim"),)
        mark = glyphs.chosen if row.show.id in self._marked else " "
        return paint_show(row.show, cells, self.house.desk.now(), glyphs, mark)

    def _current(self) -> ShowRow | None:
        row: ShowRow | None = self.query_one("#shows", Rows).current
        return row

    def listing(self) -> Listing | None:
        """The listing under the cursor."""
        row = self._current()
        return row.listing if row else None

    def shows_meant(self) -> Sequence[Show]:
        """The marked shows, or the one under the cursor."""
        if self._marked:
            return [show for show in self.board.shows if show.id in self._marked]
        row = self._current()
        return [row.show] if row and row.show else []

    def open_show(self, show_id: str) -> None:
        """Unfold a show and go to it."""
        self._unfolded.add(show_id)
        self._filter = 0
        self.tell()
        rows = self.query_one("#shows", Rows)
        rows.move_to(next((index for index, row in enumerate(rows.rows) if row.key == show_id), rows.cursor))

    def action_open(self) -> None:
        """Unfold a show; tell why about a listing."""
        row = self._current()
        if row is None:
            return
        if row.listing is not None:
            self.house.explain(row.listing.id)
        elif not row.words or row.show is None:
            self._unfolded.symmetric_difference_update({row.key})
            self.tell()

    def action_unfold(self, unfold: bool) -> None:
        """Unfold, or fold from anywhere inside."""
        row = self._current()
        if row is None or (row.show is None and row.key != "unpaired"):
            return
        key = row.show.id if row.show else row.key
        if unfold:
            self._unfolded.add(key)
        else:
            self._unfolded.discard(key)
        self.tell()

    def action_select(self) -> None:
        """Select the listing, or all listings of the show."""
        row = self._current()
        if row is not None:
            listings = [row.listing] if row.listing else list(row.show.listings) if row.show else []
            self.select(listings)

    def action_mark(self) -> None:
        """Mark the show, so that many can be planned at once."""
        row = self._current()
        if row and row.show:
            self._marked.symmetric_difference_update({row.show.id})
            self.query_one("#shows", Rows).action_move(1)
            self.tell()

    def action_confirm_pairing(self) -> None:
        """These listings sell the same seats; remembered for their series and slots over all dates."""
        for show in self.shows_meant():
            self.house.desk.confirm_pairing(show)
        self._house_rules_changed("remembered: they belong together on every date")

    def action_forget_pairing(self) -> None:
        """Take that back."""
        for show in self.shows_meant():
            self.house.desk.forget_pairing(show)
        self._house_rules_changed("forgotten")

    def action_ignore(self) -> None:
        """The listing is no seat (a free drink), or is one after all."""
        listing = self.listing()
        if listing is None:
            return
        is_seat = listing in self.board.unpaired
        words = "a seat after all" if is_seat else "no seat"

        def keep(every_date: bool) -> None:
            self.house.desk.set_is_seat(listing.group if every_date else listing.id, is_seat)
            self._house_rules_changed(f"{listing.title} is {words}")

        self._ask_dates(f"{listing.title}: {words}", "It is then left out of sums and sync, or taken in again.", keep)

    def action_split(self) -> None:
        """The listing sells seats of another room."""
        row = self._current()
        if row is None or row.listing is None or row.show is None:
            self.house.say("Unfold a show and stand on the listing that sells other seats.")
            return
        listing, show = row.listing, row.show

        def keep(every_date: bool) -> None:
            room = self.house.desk.split_off(show, listing, every_date=every_date)
            self._house_rules_changed(f"{listing.title} is in {room} now; u sets its seats")

        self._ask_dates(f"{listing.title} sells other seats", f"At {show.title} it moves to a room of its own.", keep)

    def action_pair(self) -> None:
        """A listing of another show sells this show's seats."""
        row = self._current()
        if row is None or row.show is None:
            return
        show = row.show

        def join(listing: Listing) -> None:
            def keep(every_date: bool) -> None:
                self.house.desk.merge(show, listing, every_date=every_date)
                self._house_rules_changed(f"{listing.title} sells the seats of {show.title} now")

            self._ask_dates(f"{listing.title} joins {show.title}", "It sells the same seats from now on.", keep)

        self.house.find(join)

    def _ask_dates(self, title: str, words: str, keep: Callable[[bool], None]) -> None:
        """Whether a rule is for one date or for all of them."""
        from brcc_tui.screens.modals.choose import EVERY_DATE, Choose

        def chosen(key: str | None) -> None:
            if key is not None:
                keep(key == "e")

        self.house.push_screen(Choose(title, words, EVERY_DATE), chosen)

    def _house_rules_changed(self, words: str) -> None:
        self.house.desk.group(self.board)
        self.house.changed()
        self.house.say(words, "good")

    def action_room(self) -> None:
        """The room's seats, for this show or for the room."""
        row = self._current()
        if row is not None and row.show is not None:
            show = row.show
            self.house.work(lambda: self._ask_room(show), "asking for the room", group="ask")

    async def _ask_room(self, show: Show) -> None:
        from brcc_tui.screens.modals.ask_room import AskRoom

        answer = await self.house.push_screen_wait(AskRoom(show))
        if answer is None:
            return
        self.house.desk.set_seats(show, answer)
        self._house_rules_changed("remembered")

    def action_next_filter(self) -> None:
        """The next view."""
        self._filter = (self._filter + 1) % len(FILTERS)
        self.tell()

    def action_filter(self) -> None:
        """Type what to find."""
        field = self.query_one("#filter", Input)
        field.remove_class("-off")
        field.focus()

    def action_leave_filter(self) -> None:
        """Everything again, nothing marked."""
        field = self.query_one("#filter", Input)
        field.value = ""
        field.add_class("-off")
        self._marked.clear()
        self.query_one("#shows", Rows).focus()
        self.tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The list follows every letter."""
        event.stop()
        self.tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the list, filtered."""
        event.stop()
        self.query_one("#shows", Rows).focus()

    def on_rows_opened(self, event: Rows.Opened) -> None:
        """A click on the row under the cursor."""
        event.stop()
        self.action_open()


def _found(show: Show, tokens: Sequence[str]) -> bool:
    return wanted_by(tokens, search_words(show)) or any(wanted_by(tokens, search_words(x)) for x in show.listings)


SCREEN = Shows
