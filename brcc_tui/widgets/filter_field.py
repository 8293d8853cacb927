"""The field above a list: the terms that its rows must match."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widgets import Input

FIND_SHOWS: Final = "find: tonight, next week, fri 8, 12 dec, free>=8, <50%, one shop"
FIND_LISTINGS: Final = "find: tonight, next week, fri 8, 12 dec, left>=8, <50%, closed"
"""What can be typed, by examples; the help says the rest."""


class FilterField(Input):
    """One line, out of the way until somebody asks for it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "to the list"),
        Binding("escape", "screen.leave_filter", "show everything"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    FilterField { height: 1; border: none; padding: 0 1; }
    FilterField.-off { display: none; }
    """

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, id="filter", classes="-off", max_length=80)

    def open(self) -> None:
        """Let a person type."""
        self.remove_class("-off")
        self.focus()

    def clear_away(self) -> None:
        """Nothing is asked for any more."""
        self.value = ""
        self.add_class("-off")
