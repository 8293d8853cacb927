"""What is to be refunded of a show, when it does not take place."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from brcc_tui.model.money.sheet import Sheet
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.sheet import SheetScreen


class RefundsScreen(SheetScreen):
    """The orders of a show on both shops, and their sums. Names of people come only when somebody asks for them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("I", "names", "names")]
    EXTRA_KEYS: ClassVar = (("I", "names", "screen.names"),)

    def __init__(self, show: Show) -> None:
        super().__init__("Orders to refund", f"asking both shops for the orders of {show.title}…")
        self._show_meant = show
        self._names = False

    def action_names(self) -> None:
        """With or without the buyers' names and addresses."""
        self._names = not self._names
        self.action_read()

    async def read_sheet(self) -> Sheet:
        """The orders as the shops tell now."""
        from brcc_tui.operations.money.refunds import read_refunds
        from brcc_tui.operations.money.sheets import refunds_sheet

        found = await read_refunds(self.host.desk.club, self._show_meant, names=self._names)
        return refunds_sheet(found, names=self._names, links=self.app.size.width >= 120)
