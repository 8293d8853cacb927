"""The door list of a show, as a screen."""

from __future__ import annotations

from brcc_tui.model.money.sheet import Sheet
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.sheet import SheetOfPeople


class DoorScreen(SheetOfPeople):
    """Numbers by listing, house seats and held orders; the guests come only when somebody asks for them."""

    def __init__(self, show: Show) -> None:
        super().__init__("For the door", f"reading who comes to {show.title}…", show)

    async def read_sheet(self) -> Sheet:
        """The door as it is now."""
        from brcc_tui.operations.money.door import read_door
        from brcc_tui.operations.money.sheets import door_sheet

        return door_sheet(await read_door(self.host.desk.club, self.show_meant, names=self.names))
