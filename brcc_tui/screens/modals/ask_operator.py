"""Asks for the operator's name, once, where several people share an account."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from brcc_tui.screens.modals.modal import Modal
from brcc_tui.settings import MAX_OPERATOR
from brcc_tui.widgets.paint import Painted, Span, line


class AskOperator(Modal[str]):
    """Asks for a name; dismissed with it, empty where nobody says."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "skip", "leave it")]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name_now = name

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Painted(id="why", classes="gap")
            with Horizontal(classes="row gap"):
                yield Painted(classes="label", id="label")
                yield Input(value=self._name_now, id="operator", max_length=MAX_OPERATOR)
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        self.query_one("#title", Painted).show([line(("What is your name?", "title"))])
        why = " The history and colleagues who have to wait see this name. @ changes it at any time."
        self.query_one("#why", Painted).show([line((why, "dim"))])
        self.query_one("#label", Painted).show([line((" Name: ", "strong"))])
        keys = (Span(" enter", "key"), Span(" keep it with the settings   ", "dim"),
                Span("esc", "key", "screen.skip"), Span(" leave it", "dim", "screen.skip"))  # fmt: skip
        self.query_one("#answer", Painted).show([keys])
        self.query_one("#operator", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(" ".join(event.value.split()))

    def action_skip(self) -> None:
        """Nobody says."""
        self.dismiss("")
