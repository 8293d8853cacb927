"""The question before leaving with capacities that are noted and not written."""

from __future__ import annotations

from brcc_tui.screens.modals.choose import Choose, Option


class Leaving(Choose):
    """Dismissed with `w` (review them), `l` (leave, they are forgotten) or None (stay)."""

    def __init__(self, drafts: int) -> None:
        many = "1 capacity is" if drafts == 1 else f"{drafts} capacities are"
        super().__init__(
            f"Leave? {many} noted and not written",
            "Nothing of this has reached a shop. What is noted is forgotten when the program ends.",
            (Option("w", "review and write first"), Option("l", "leave; forget what is noted")),
        )
