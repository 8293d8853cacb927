"""The question before quitting with drafts that are not written."""

from __future__ import annotations

from brcc_tui.screens.modals.choose import Choose, Option


class Leaving(Choose):
    """Dismissed with `w` (review them), `l` (quit, they are discarded) or None (stay)."""

    def __init__(self, drafts: int) -> None:
        many = "1 draft is" if drafts == 1 else f"{drafts} drafts are"
        super().__init__(
            lambda: f"Quit? {many} not written",
            "Nothing of this has reached a shop. Drafts are lost when the program ends.",
            (Option("w", "review and write first"), Option("l", "quit; discard the drafts")),
        )
