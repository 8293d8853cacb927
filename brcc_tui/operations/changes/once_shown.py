"""Plans of what was changed here a moment ago: made once Eventbrite shows that, if it does so soon."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from brcc_tui.model.changes.plan import Plan
from brcc_tui.operations.changes.propose import NOT_SHOWN_YET
from brcc_tui.operations.context import ClubContext

_USUALLY_SHOWN: Final = 15.0
"""Seconds in which Eventbrite usually shows a change to everybody: documented."""
_LOOK_AGAIN: Final = 3.0


async def once_shown(club: ClubContext, make: Callable[[], Awaitable[Plan]]) -> Plan:
    """The plan; while Eventbrite does not show what was changed here last, it is made again now and then.

    People undo, reopen or correct right after a change. Who made it sees it at once, but another command is a stranger
    to Eventbrite.
    """
    until = club.clock.monotonic() + _USUALLY_SHOWN
    while True:
        plan = await make()
        not_yet = any(refusal.reason.startswith(NOT_SHOWN_YET) for refusal in plan.refused)
        if not not_yet or club.clock.monotonic() >= until:
            return plan
        await club.clock.sleep(_LOOK_AGAIN)
