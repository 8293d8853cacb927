"""One of a few answers, each a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.paint import Painted, Span, line


@dataclass(frozen=True, slots=True)
class Option:
    """A key, and what it means."""

    key: str
    words: str


class Choose(Modal[str | None]):
    """A question with a key for each answer; dismissed with the key, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "cancel", "cancel")]

    def __init__(self, title: Callable[[], str], words: str, answers: Sequence[Option]) -> None:
        super().__init__()
        self._title = title
        self._words = words
        self._answers = answers

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Painted(id="words", classes="gap")
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        self.query_one("#words", Painted).show([line(f" {self._words}")])
        actions = {one: f"screen.answer('{one.key}')" for one in self._answers}
        rows = [(Span(f" {one.key}", "key", does), Span(f"  {one.words}", "", does)) for one, does in actions.items()]
        keys = (Span(" esc", "key", "screen.cancel"), Span(" cancel", "dim", "screen.cancel"))
        self.query_one("#answer", Painted).show([*rows, (), keys])

    def keep_up(self) -> None:
        self.query_one("#title", Painted).show([line((self._title(), "title"))])

    def on_key(self, event: events.Key) -> None:
        """An answer's key."""
        if any(event.character == one.key for one in self._answers):
            event.stop()
            self.action_answer(event.character or "")

    def action_answer(self, key: str) -> None:
        self.dismiss(key)


EVERY_DATE = (Option("e", "every date: remembered for its series or slot"), Option("d", "this date alone"))
"""The answers to how far a rule about a listing reaches."""
