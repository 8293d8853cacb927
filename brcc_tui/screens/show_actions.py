"""Actions on shows, shared by the dashboard and the list of shows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from brcc_tui.model.few_of_many import plural
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.app_screen import AppScreen

if TYPE_CHECKING:
    from brcc_tui.screens.modals.ask_house_seats import HouseSeatsWish


NO_SHOW = "This key is for a show: go to one first."


class ShowActions(AppScreen):
    """Read, sync, close and reopen the shows that are meant."""

    FOR_A_ROW = frozenset(
        {"open", "select", "read", "sync", "close_sales", "mark", "draft", "draft_number", "why", "confirm_pairing"}
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read", "read now"),
        Binding("s", "sync", "sync"),
        Binding("x", "close_sales", "close sales"),
        Binding("X", "reopen", "reopen sales", show=False),
        Binding("K", "cancelled", "cancelled", show=False, tooltip="show is cancelled: close all of it, then refunds"),
        Binding("H", "house_seats", "house seats", show=False, tooltip="house seats: hold back comps and guests"),
        Binding("B", "orders", "orders", show=False),
        Binding("L", "door", "door", show=False),
        Binding("R", "refresh_catalogue", "refresh all"),
    ]

    def shows_meant(self) -> Sequence[Show]:
        """The shows that the keys mean now."""
        return ()

    def action_read(self) -> None:
        """Read their numbers now."""
        if shows := self._shows_or_say():
            self.host.read_now([listing.id for show in shows for listing in show.listings])

    def _shows_or_say(self) -> Sequence[Show]:
        """The shows that are meant; where there is none, that is said."""
        shows = self.shows_meant()
        if not shows:
            self.host.show_status(NO_SHOW)
        return shows

    def _one_or_say(self, what: str) -> Show | None:
        """The show that is meant; where there is none, or several, that is said."""
        shows = self._shows_or_say()
        if len(shows) > 1:
            self.host.show_status(f"{what} for one show: go to it, with nothing marked.")
        return shows[0] if len(shows) == 1 else None

    def action_orders(self) -> None:
        """The orders of the show that is meant, with what is to be refunded."""
        show = self._one_or_say("Orders are listed")
        if show is not None:
            from brcc_tui.screens.refunds import RefundsScreen

            self.app.push_screen(RefundsScreen(show))

    def action_door(self) -> None:
        """The sheet for the door of the show that is meant."""
        show = self._one_or_say("The door list is")
        if show is not None:
            from brcc_tui.screens.door import DoorScreen

            self.app.push_screen(DoorScreen(show))

    def action_refresh_catalogue(self) -> None:
        """Both shops from the beginning."""
        self.host.refresh_catalogue()

    def action_close_sales(self) -> None:
        """Stop online sales on both shops. What cannot be stopped from here is named, and the rest is closed."""
        shows = [show.id for show in self._shows_or_say()]
        if shows:
            self.host.review("Closing sales: reading what is sold", partial(self.host.desk.plan_close, shows))

    def action_reopen(self) -> None:
        """What was on sale before it was closed. What cannot be changed from here was not closed here: it is left out,
        and where there is nothing else the plan says why it cannot be.
        """
        from brcc_tui.model.changes.plan import Action, ChangeRequest

        listings = [listing for show in self._shows_or_say() for listing in show.listings]
        meant = [listing for listing in listings if listing.writable] or listings
        if meant:
            wanted = [ChangeRequest(x.id, Action.REOPEN) for x in meant]
            self.host.review("Reopening sales: reading what is sold", partial(self.host.desk.plan, wanted))

    def action_cancelled(self) -> None:
        """The show does not take place: everything closed on both shops, then what is to be refunded."""
        from brcc_tui.screens.cancelled_show import cancel

        shows = self.shows_meant()
        if len(shows) == 1:
            cancel(self.host, shows[0])
        else:
            self.host.show_status("Only one show at a time can be cancelled: go to it, with nothing marked.")

    def action_sync(self) -> None:
        """Share what is free among the listings of each show."""
        if shows := self._shows_or_say():
            self.host.work(lambda: self._sync(shows), "planning a sync", group="ask")

    async def _sync(self, shows: Sequence[Show]) -> None:
        from brcc_tui.screens.modals.ask_sync import AskSync

        answer = await self.host.ask(AskSync(shows))
        if answer is None:
            return
        plan = partial(self.host.desk.plan_sync, [show.id for show in shows], answer.split, answer.buffer)
        self.host.review(f"Reading {len(shows)} {plural('show', len(shows))} again", plan)

    def action_house_seats(self) -> None:
        """Seats that the house keeps for itself: comps, guests, press."""
        shows = self.shows_meant()
        if len(shows) == 1:
            self._ask_house_seats(shows[0])
        else:
            self.host.show_status("House seats are held for one show: go to it, with nothing marked.")

    def _ask_house_seats(self, show: Show) -> None:
        from brcc_tui.screens.modals.ask_house_seats import AskHouseSeats

        self.app.push_screen(AskHouseSeats(show), lambda wish: self._hold_back(show, wish))

    def _hold_back(self, show: Show, wish: HouseSeatsWish | None) -> None:
        from brcc_tui.model.shows.house_seats import too_many_held

        if wish is None:
            return
        with self.host.telling("holding seats back"):
            self.host.desk.hold_back(self.board.show_now(show), wish.seats, wish.note)
            self.host.desk.group(self.board)
            self.host.changed()
            now = self.board.show_now(show)
            short = too_many_held(now)
            words = short or f"{now.held_back} held back. 6 History has it, u there takes it back."
            self.host.show_status(words, "warn" if short else "good")
