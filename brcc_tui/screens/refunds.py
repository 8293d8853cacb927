"""What to refund for a show that does not take place."""

from __future__ import annotations

from brcc_tui.model.money.sheet import Sheet
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.sheet import SheetOfPeople


class RefundsScreen(SheetOfPeople):
    """The orders of a show on both shops, and their sums. Names of people come only when somebody asks for them."""

    def __init__(self, show: Show) -> None:
        super().__init__("Orders to refund", f"asking both shops for the orders of {show.title}…", show)

    async def read_sheet(self) -> Sheet:
        """The orders as the shops tell now."""
        from brcc_tui.operations.money.refunds import read_refunds
        from brcc_tui.operations.money.sheets import refunds_sheet

        found = await read_refunds(self.host.desk.club, self.show_meant, names=self.names)
        return refunds_sheet(found, names=self.names, links=self.app.size.width >= 120)
