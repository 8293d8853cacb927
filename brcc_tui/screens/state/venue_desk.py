"""The screens' access to what is set for the venue, and to the operator's name. Nothing is sent to a shop."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from brcc_tui.model.listing import Platform

if TYPE_CHECKING:
    from brcc_tui.model.listing import Listing
    from brcc_tui.model.shows.show import Show
    from brcc_tui.operations.changes.history import Told
    from brcc_tui.operations.context import ClubContext, LocalStores
    from brcc_tui.settings import Settings


class VenueDesk:
    """The part of the desk that keeps what people say, imported only when somebody first says it."""

    _settings: Settings | None

    @property
    @abstractmethod
    def stores(self) -> LocalStores:
        """What is kept on this computer, made without any client."""

    @property
    @abstractmethod
    def club(self) -> ClubContext:
        """The clients and stores."""

    @property
    def shops(self) -> frozenset[Platform]:
        """The shops that are configured; before there are settings, both."""
        settings = self._settings
        if settings is None:
            return frozenset(Platform)
        settings_of = {Platform.EVENTBRITE: settings.eventbrite, Platform.WOOCOMMERCE: settings.woocommerce}
        return frozenset(shop for shop, of_shop in settings_of.items() if of_shop is not None)

    def actor(self) -> str:
        """Who would be named in the journal."""
        from brcc_tui.operations.actor import actor

        return actor(self.operator())

    def operator(self) -> str:
        """The operator's name, if anybody gave one."""
        return self._settings.operator if self._settings else ""

    def asks_who(self) -> bool:
        """Whether a first write asks who is there: over SSH everybody shares the account, and nobody was asked yet.

        A practice club's history is nobody's record.
        """
        from brcc_tui.operations.actor import shares_account

        settings = self._settings
        if settings is None or settings.operator or settings.profile == "practice":
            return False
        return shares_account() and not self._asked(settings).exists()

    def set_operator(self, name: str) -> None:
        """Set the operator's name, saved with the settings; of a practice club for this session alone.

        An empty name says nothing, and is not asked for again. Raises `SettingsError` where the name cannot be kept: it
        holds for this session then, too.
        """
        settings = self._settings
        if settings is None:
            return
        if name:
            self._renew(dataclasses.replace(settings, operator=name))
        if name and settings.profile != "practice":
            from brcc_tui.operations.kept_settings import keep_settings

            keep_settings({"BRCC_OPERATOR": name, "BRCC_PROFILE": settings.profile})
        with contextlib.suppress(OSError):
            self._asked(settings).touch()

    @abstractmethod
    def _renew(self, settings: Settings) -> None:
        """Go on with these settings: the same shops, files and connections."""

    @staticmethod
    def _asked(settings: Settings) -> Path:
        return settings.data_dir / "operator-asked"

    def hold_back(self, show: Show, seats: int, note: str) -> str | None:
        """The house keeps so many seats of the show; the entry's id, None when that stood already."""
        from brcc_tui.operations.catalogue.venue_changes import hold_back

        return hold_back(self.stores, show, seats, note)

    def take_back(self, entry_id: str) -> str:
        """What was said in that entry is as it was before; what that was, in words."""
        from brcc_tui.operations.catalogue.venue_changes import find_said, take_back
        from brcc_tui.operations.changes.history import what
        from brcc_tui.operations.changes.undo import no_such_entry

        entry = find_said(self.stores, entry_id)
        if entry is None:
            raise no_such_entry(entry_id)
        return what(take_back(self.stores, entry))

    def venue_changed(self) -> bool:
        """Whether another process has said something of the venue since this was asked last."""
        return self.stores.venue.changed_elsewhere()

    async def history(self) -> Told:
        """The newest changes, and what people said about the venue; and what of it cannot be read."""
        from brcc_tui.operations.changes.history import history

        return await asyncio.to_thread(lambda: history(self.club.journal, self.club.venue, limit=2000))

    def confirm_pairing(self, show: Show) -> None:
        """A person says that all listings of the show sell its seats."""
        from brcc_tui.operations.catalogue.venue_changes import confirm_pairing

        confirm_pairing(self.stores, show)

    def forget_pairing(self, show: Show) -> None:
        """What a person said of the pairing of the show's listings is not said any more."""
        from brcc_tui.operations.catalogue.venue_changes import forget_pairing

        forget_pairing(self.stores, show)

    def set_is_seat(self, subject: str, is_seat: bool) -> None:
        """A product's slot, a series, or a single listing sells seats, or does not (a free drink)."""
        from brcc_tui.operations.catalogue.venue_changes import set_is_seat

        set_is_seat(self.stores, subject, is_seat)

    def set_seats(self, show: Show, seats: int | None, whose: str) -> None:
        """Seats of one night, of its series, or of the room."""
        from brcc_tui.operations.catalogue.venue_changes import SeatsFor, set_seats

        set_seats(self.stores, show, seats, SeatsFor(whose))

    def split_off(self, show: Show, listing: Listing, *, every_date: bool) -> str:
        """A listing of the show sells seats of another room; gives the room's name."""
        from brcc_tui.operations.catalogue.venue_changes import split_off

        return split_off(self.stores, show, [listing], every_date=every_date)

    def merge(self, show: Show, listing: Listing, *, every_date: bool) -> None:
        """A listing of another show sells this show's seats."""
        from brcc_tui.operations.catalogue.venue_changes import merge

        merge(self.stores, show, [listing], every_date=every_date)
