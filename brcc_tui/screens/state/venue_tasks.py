"""The screens' requests to the application about the venue and the operator's name. Nothing is sent to a shop."""

from __future__ import annotations

from abc import abstractmethod

from brcc_tui.screens.support.host import ScreenHost


class VenueTasks(ScreenHost):
    """The part of the tasks that writes to this computer alone."""

    history_moves = 0
    """How often the history became another one here but for plans: something was taken back, decided or begun anew."""

    @abstractmethod
    async def regroup(self) -> None:
        """Group the board's listings into shows again, beside the event loop."""

    async def take_back(self, entry_id: str) -> None:
        """Undo of what was said about the venue: nothing is written to a shop, so nothing is asked."""
        words = self.desk.take_back(entry_id)
        self.history_moves += 1
        await self.regroup()
        self.changed()
        self.show_status(f"Taken back. {words}", "good")

    async def ask_who(self) -> None:
        """Ask for the operator's name, and save it. One that cannot be saved holds until the end: it stops nobody."""
        from brcc_tui.screens.modals.ask_operator import AskOperator

        name = await self.ask(AskOperator(self.desk.operator()))
        with self.telling("saving your name"):
            self.desk.set_operator(name)

    def action_who(self) -> None:
        """Ask for the operator's name."""
        self.work(self.ask_who, "asking for your name", group="ask")
