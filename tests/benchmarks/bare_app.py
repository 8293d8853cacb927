"""The floor: the smallest Textual application there is."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """One text."""

    def compose(self) -> ComposeResult:
        """The text that a benchmark waits for."""
        yield Static("the floor stands")


if __name__ == "__main__":
    Bare().run()
