"""What people at the program may want, at random: shared by the histories in memory and those over the wire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from random import Random

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest, Plan
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from brcc_tui.operations.club import Club


def some_wishes(rng: Random, listings: Sequence[str]) -> list[ChangeRequest]:
    """Wishes for one listing, or for a few at once."""
    return [_wish(rng, listing) for listing in rng.sample(listings, rng.choice([1, 1, 1, 2, 3]))]


def _wish(rng: Random, listing: str) -> ChangeRequest:
    chance = rng.random()
    if chance < 0.15:
        return ChangeRequest(listing, Action.CLOSE)
    if chance < 0.3:
        return ChangeRequest(listing, Action.SET, rng.choice([-2, -1, 1, 3]), delta=True)
    return ChangeRequest(listing, Action.SET, rng.randint(0, 60))


async def take_up(rng: Random, club: Club, apply: Callable[[Plan], Awaitable[None]]) -> None:
    """Somebody decides on every change that never ended, and acts on it."""
    for found in await recoverable(club):
        choice = rng.choice(["keep", "reapply", "restore"])
        try:
            plan = await plan_recovery(club, found.entry.id, choice)
        except AppError:
            continue  # somebody else took it up meanwhile
        if plan.changes:
            await apply(plan)
