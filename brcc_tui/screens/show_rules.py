"""Actions that set and save rules about shows: which listings belong together, what is not a seat, how many seats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from brcc_tui.model.few_of_many import plural
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.show import PairingState, Show, ShowFlag
from brcc_tui.screens.drafts import DraftScreen
from brcc_tui.screens.show_actions import ShowActions
from brcc_tui.widgets.names import called
from brcc_tui.widgets.paint import Line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from brcc_tui.screens.modals.ask_room import Seats

_REMEMBERING: Final = "remembering what belongs together"


@dataclass(slots=True)
class ShowRow:
    """A show, a listing under it, or a line of words under it. Never changed; not frozen, as there are thousands."""

    key: str
    show: Show | None
    listing: Listing | None = None
    words: Line = ()


class ShowRules(ShowActions, DraftScreen):
    """The keys with which a person corrects what the program thinks of shows. Neither shop is told."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "confirm_pairing", "belongs together"),
        Binding("Y", "forget_pairing", "does not belong together", show=False),
        Binding("n", "ignore", "no seat, or a seat after all", show=False),
        Binding("t", "split", "sells other seats", show=False),
        Binding("T", "pair", "pair with another listing", show=False),
        Binding("N", "room", "seats of the room", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.marked: set[str] = set()
        self._confirmed: list[Sequence[Show]] = []

    def unfold(self, key: str) -> None:
        """Show what is below a show."""

    def is_unfolded(self, key: str) -> bool:
        """Whether what is below it can be seen."""
        return False

    def go_to(self, key: str) -> None:
        """Put the cursor on that row, if it is there."""

    def _current(self) -> ShowRow | None:
        row: ShowRow | None = self.query_one("#shows", Rows).current
        return row

    def listing(self) -> Listing | None:
        """The listing under the cursor."""
        row = self._current()
        return row.listing if row else None

    def subject(self) -> str:
        """The id of the listing or of the show."""
        row = self._current()
        return row.show.id if row and row.show and not row.listing else super().subject()

    def shows_meant(self) -> Sequence[Show]:
        """The marked shows, or the one under the cursor."""
        if self.marked:
            return [show for show in self.board.shows if show.id in self.marked]
        row = self._current()
        return [row.show] if row and row.show else []

    def action_confirm_pairing(self) -> None:
        """These listings sell the same seats: remembered for their series and slots over all dates.

        A person sees the listings before saying so; then the next show that nobody has confirmed comes up.
        """
        row = self._current()
        if self.marked:
            with self.host.telling(_REMEMBERING):
                self._confirm(self.shows_meant())
                self._venue_rules_changed("remembered: they belong together on every date. Y takes that back")
        elif row is None or row.show is None:
            self.host.show_status("Go to a show: y confirms that its listings sell the same seats.")
        elif ShowFlag.UNCONFIRMED_PAIRING not in row.show.flags:
            self.host.show_status("Nothing to confirm here. v shows the shows that nobody has confirmed.")
        elif not self.is_unfolded(row.show.id):
            self.unfold(row.show.id)
            self.host.show_status("Do these sell the same seats? y again confirms it; t: other seats, n: not a seat.")
        else:
            with self.host.telling(_REMEMBERING):
                self._confirm_and_go_on(row.show)

    def _confirm(self, shows: Sequence[Show]) -> None:
        """Remember it of these; `Y` takes back all of them that could be kept."""
        kept: list[Show] = []
        try:
            for show in shows:
                self.host.desk.confirm_pairing(show)
                kept.append(show)
        finally:
            if kept:
                self._confirmed.append(kept)

    def _confirm_and_go_on(self, show: Show) -> None:
        self._confirm([show])
        self._venue_rules_changed("remembered")
        now = self.host.now()
        left = [one for one in self.board.upcoming(now) if ShowFlag.UNCONFIRMED_PAIRING in one.flags]
        if not left:
            self.host.show_status("Remembered for every date. All shows are confirmed.", "good")
            return
        following = next((one for one in left if one.starts_at >= show.starts_at), left[0])
        self.unfold(following.id)
        self.go_to(following.id)
        self.host.show_status(
            f"Remembered for every date; still to confirm: {len(left)}. y: these too belong together.", "good"
        )

    def action_forget_pairing(self) -> None:
        """Take back what `y` said last, by name, wherever the cursor is by now; else what was said of this show."""
        meant = [show for show in self.shows_meant() if show.pairing.state is PairingState.CONFIRMED]
        shows = self._confirmed[-1] if self._confirmed else meant
        if not shows:
            self.host.show_status("Nothing to take back: nobody has confirmed a pairing of this show.")
            return
        with self.host.telling("taking back what belongs together"):
            self._take_back(shows)

    def _take_back(self, shows: Sequence[Show]) -> None:
        for show in shows:
            self.host.desk.forget_pairing(show)
        self._confirmed = self._confirmed[:-1]
        first = shows[0]
        others = len(shows) - 1
        more = f" and {others} more {plural('show', others)}" if others else ""
        names = " and ".join(dict.fromkeys(called(listing) for listing in first.listings))
        self._venue_rules_changed(f"Taken back of {say_start(first.starts_at, self.host.now())}{more}: {names}")
        self.go_to(first.id)

    def action_ignore(self) -> None:
        """The listing is no seat (a free drink), or is one after all."""
        listing = self.listing()
        if listing is None:
            self.host.show_status("Unfold a show (enter) and go to the listing that is not a seat.")
            return
        is_seat = listing in self.board.unpaired
        words = "a seat after all" if is_seat else "no seat"
        name = self.board.title_apart(listing.id)

        def keep(every_date: bool) -> None:
            self.host.desk.set_is_seat(listing.group if every_date else listing.id, is_seat)
            self._venue_rules_changed(f"{name} is {words}")

        self._ask_dates(
            lambda: f"{self._on(name, listing.starts_at)}: {words}",
            "It is then left out of sums and sync, or taken in again.",
            keep,
        )

    def action_split(self) -> None:
        """The listing sells seats of another room."""
        row = self._current()
        if row is None or row.listing is None or row.show is None:
            self.host.show_status("Unfold a show and go to the listing that sells other seats.")
            return
        listing, show = row.listing, row.show
        name = self.board.title_apart(listing.id)

        def keep(every_date: bool) -> None:
            room = self.host.desk.split_off(self.board.show_now(show), listing, every_date=every_date)
            self._venue_rules_changed(f"{name} is in {room} now; N sets its seats")

        self._ask_dates(
            lambda: f"{self._on(name, show.starts_at)} sells other seats",
            f"At {show.title} it moves to a room of its own.",
            keep,
        )

    def action_pair(self) -> None:
        """A listing of another show sells this show's seats."""
        row = self._current()
        if row is None or row.show is None:
            self.host.show_status("Go to the show whose seats another listing sells too.")
            return
        show = row.show

        def join(listing: Listing) -> None:
            name = self.board.title_apart(listing.id)

            def keep(every_date: bool) -> None:
                self.host.desk.merge(self.board.show_now(show), listing, every_date=every_date)
                self._venue_rules_changed(f"{name} sells the seats of {show.title} now")

            self._ask_dates(
                lambda: f"{self._on(name, listing.starts_at)} joins {self._on(show.title, show.starts_at)}",
                "It sells the same seats from now on.",
                keep,
            )

        self.host.find(join)

    def _on(self, name: str, start: dt.datetime | None) -> str:
        """The name with its night: every week has the same ones."""
        return f"{name}, {say_start(start, self.host.now())}" if start else name

    def _ask_dates(self, title: Callable[[], str], words: str, keep: Callable[[bool], None]) -> None:
        """Whether a rule is for one date or for all of them."""
        from brcc_tui.screens.modals.choose import EVERY_DATE, Choose

        def chosen(key: str | None) -> None:
            with self.host.telling(f"remembering: {title()}"):
                if key is not None:
                    keep(key == "e")

        self.app.push_screen(Choose(title, words, EVERY_DATE), chosen)

    def _venue_rules_changed(self, words: str) -> None:
        self.host.desk.group(self.board)
        self.host.changed()
        self.host.show_status(words, "good")

    def action_room(self) -> None:
        """The room's seats, for this show or for the room."""
        row = self._current()
        if row is not None and row.show is not None:
            self._ask_room(row.show)
        else:
            self.host.show_status("Go to a show: N sets how many seats its room has.")

    def _ask_room(self, show: Show) -> None:
        from brcc_tui.screens.modals.ask_room import AskRoom

        self.app.push_screen(AskRoom(show), lambda answer: self._set_seats(show, answer))

    def _set_seats(self, show: Show, answer: Seats | None) -> None:
        if answer is None:
            return
        with self.host.telling("setting the seats of the room"):
            self.host.desk.set_seats(self.board.show_now(show), answer.seats, answer.whose)
            self._venue_rules_changed("remembered")
