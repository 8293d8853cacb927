"""Reads the pace of a show when it is unfolded or read, and again when it is out of date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from brcc_tui.model.app_error import AppError
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.show_actions import NO_SHOW
from brcc_tui.screens.show_rules import ShowRules
from brcc_tui.widgets.age import is_faded

if TYPE_CHECKING:
    from brcc_tui.operations.catalogue.pace import Pace


class KnownPace(NamedTuple):
    """How a show sold when that was asked last with success, and why it could not be told since."""

    pace: Pace | None = None
    asked_at: dt.datetime | None = None
    error: str = ""

    def is_old(self, now: dt.datetime) -> bool:
        """Whether it is not of this moment."""
        return self.asked_at is None or is_faded(self.asked_at, now)


class ShowPaces(ShowRules):
    """A screen of shows that tells how they sell."""

    def __init__(self) -> None:
        super().__init__()
        self.paces: dict[str, KnownPace] = {}

    def show_block(self) -> None:
        """What stands below the show under the cursor comes into sight."""

    def wants_pace(self, key: str) -> bool:
        """Whether how a show sells is to be asked: nobody knows, or what is known is not of this moment."""
        known = self.paces.get(key, KnownPace())
        return bool(known.error) or known.is_old(self.host.now())

    def ask_pace(self, show: Show) -> None:
        """Ask how it sells, beside what is asked of others."""
        self.host.work(lambda: self._read_pace(show), "reading a show's pace", group=f"pace {show.id}")

    def action_read(self) -> None:
        """Read their numbers now, and how those sell that are unfolded."""
        super().action_read()
        for show in self.shows_meant():
            if self.is_unfolded(show.id):
                self.ask_pace(show)

    async def _read_pace(self, show: Show) -> None:
        asked_at = self.host.now()
        try:
            self.paces[show.id] = KnownPace(await self.host.desk.pace(show), asked_at)
        except AppError as app_error:
            self.paces[show.id] = self.paces.get(show.id, KnownPace())._replace(error=str(app_error))
        self.update_content()
        self.show_block()

    def action_pace(self) -> None:
        """How it sells, day by day, in a larger picture."""
        row = self._current()
        if row is None or row.show is None:
            self.host.show_status(NO_SHOW)
            return
        from brcc_tui.screens.modals.pace import show_pace

        show_pace(self.host, row.show)
