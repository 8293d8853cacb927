"""What people at the program may want, at random: shared by the histories in memory and those over the wire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from random import Random

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest, Plan
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.changes.close_show import plan_close_shows
from brcc_tui.operations.changes.heal import plan_heal
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from brcc_tui.operations.changes.sync import plan_sync
from brcc_tui.operations.changes.undo import plan_undo
from brcc_tui.operations.context import ClubContext


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


async def some_plan(rng: Random, club: ClubContext, listings: Sequence[str], show: Show | None) -> Plan:
    """A sync of the show, or its closing; something taken back or healed, a close, or wishes for single listings."""
    chance = rng.random()
    if show is not None and chance < 0.04:
        return await plan_close_shows(club, [show.id])
    if show is not None and chance < 0.4:
        mode = rng.choice([Mode.SPLIT, Mode.SPLIT, Mode.MIRROR])
        return await plan_sync(club, [show.id], mode, rng.choice([0, 0, 1, 3]))
    if chance < 0.55:
        entries = club.journal.entries(limit=6)
        if entries:
            return await plan_undo(club, rng.choice(entries).id, whole=rng.random() < 0.5)
    if chance < 0.62:
        return await plan_heal(club, rng.choice([each for each in listings if each.startswith("wc:")]))
    if chance < 0.75:
        action = rng.choice([Action.CLOSE, Action.CLOSE, Action.REOPEN])
        some = rng.sample(sorted(listings), rng.choice([1, 1, 2]))
        return await plan_changes(club, [ChangeRequest(listing, action) for listing in some])
    return await plan_changes(club, some_wishes(rng, sorted(listings)))


def held_back_of(club: ClubContext, plan: Plan) -> int:
    """So many seats of a sync's shows the house keeps for itself, as this copy of the program was told."""
    shared = {listing_id for rule in plan.rules for listing_id in rule.listing_ids}
    return sum(each.seats for each in club.venue.rules().held_back.values() if not shared.isdisjoint(each.listings))


async def take_up(rng: Random, club: ClubContext, apply: Callable[[Plan], Awaitable[None]]) -> None:
    """Somebody decides on every change that never ended, and acts on it."""
    for found in await recoverable(club):
        choice = rng.choice(["keep", "reapply", "restore"])
        try:
            plan = await plan_recovery(club, found.entry.id, choice)
        except AppError:
            continue  # somebody else took it up meanwhile
        if plan.changes:
            await apply(plan)
