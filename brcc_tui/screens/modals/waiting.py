"""Work that an answer has to wait for: what is being done, with numbers, and a key to cancel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.paint import Painted, Span, line

Found = TypeVar("Found")


class Waiting(Modal[Found | None], Generic[Found]):
    """Does one piece of reading work and is dismissed with what it found; None when it was cancelled or failed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "cancel", "cancel")]

    def __init__(self, doing: str, job: Callable[[], Awaitable[Found]], again: Callable[[], object]) -> None:
        """`again` begins anew what this work was for: what the errors panel offers when it failed."""
        super().__init__()
        self._doing = doing
        self._job = job
        self._again = again
        self._words = ""

    def compose(self) -> ComposeResult:
        """What is being done, and how far it has come."""
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Painted(id="progress", classes="gap")
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        self.query_one("#title", Painted).show([line((self._doing, "title"))])
        self.say("asking…")
        self.query_one("#answer", Painted).show(
            [(Span(" esc", "key", "screen.cancel"), Span(" cancel: nothing is written", "dim", "screen.cancel"))]
        )
        self.run_worker(self._work(), exit_on_error=False)

    def keep_up(self) -> None:
        """Who does not answer by now."""
        self.say(self._words)

    def say(self, words: str) -> None:
        """How far it has come."""
        self._words = words
        silent = self.host.who_is_silent()
        warnings = [line((f" {silent}", "warn"))] if silent else []
        self.query_one("#progress", Painted).show([line(f" {words}"), *warnings])

    async def _work(self) -> None:
        try:
            self.dismiss(await self._job())
        except Exception as error:  # noqa: BLE001 - told to the person who waits for it
            self.dismiss(None)
            self.app.call_later(self.host.fault, self._doing, error, self._again)

    def action_cancel(self) -> None:
        """Leave the work."""
        self.workers.cancel_node(self)
        super().action_cancel()
