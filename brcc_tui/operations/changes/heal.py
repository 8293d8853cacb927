"""Heals a product: resets every date that the shop itself has moved to what was set here, in one plan.

FooEvents rewrites all dates of a product at every sale, and simultaneous checkouts overwrite each other: seats
that are sold are on offer again. Nobody has saved the product then, and writing `capacity - sold - held` repairs it.
"""

from __future__ import annotations

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest, Plan, Refusal, RefusalCode, make_plan
from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import Unknown, is_known, plain
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.guards import of_app_error
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import Entry


async def plan_heal(club: ClubContext, listing_id: str) -> Plan:
    """A plan for every date of this listing's product that the shop itself has moved since it was set here.

    A date with more places taken by now than its capacity gets what is taken: nothing of it stays on offer. A date that
    differs because somebody saved the product since is among the refusals, because only that person knows which number
    is meant; so is one whose places taken are not fully known, and one that a change from here which has not ended may
    have moved: recovery decides about that. Raises `NotAListingId`.
    """
    subject = subject_of(listing_id)
    try:
        look = await DecisionReader(club).look(subject)
    except AppError as app_error:
        return make_plan(club.settings.shop, (), [of_app_error(app_error).refusal(listing_id)], club.clock.now())
    last_set, unended = club.journal.last_set(), _unended(club, subject)
    wanted: list[ChangeRequest] = []
    refused: list[Refusal] = []
    for listing in look.listings.values():
        drift = look.moved_by_shop(listing.id)
        if drift:
            wanted.append(ChangeRequest(listing.id, Action.SET, _right_capacity(look, listing.id)))
        elif drift is None and last_set.get(listing.id, listing.reading.capacity) != listing.reading.capacity:
            refused.append(_left_as_it_is(listing, last_set[listing.id], unended))
    plan = await plan_changes(club, wanted, looks={wish.listing_id: look for wish in wanted})
    return make_plan(plan.shop, plan.changes, [*refused, *plan.refused], plan.made_at)


def _unended(club: ClubContext, subject: Subject) -> Entry | None:
    """A change of this product that was sent and has no end yet: its text holds every date."""
    sent = (x for x in club.journal.unresolved() if subject_of(x.listing) == subject and x.last(State.SENT.value))
    return next(sent, None)


def _left_as_it_is(listing: Listing, set_here: int, unended: Entry | None) -> Refusal:
    """Why what stands otherwise than it was set here, as far as that is known, is not put right."""
    capacity = listing.reading.capacity
    if isinstance(capacity, Unknown):
        unknown = f"whether the shop has moved it since it was set here to {set_here} is not known ({capacity.reason})"
        return Refusal(listing.id, RefusalCode.SOLD_UNKNOWN, unknown)
    if unended is not None:
        words = f"{unended.id}, a change of {unended.listing}, has not ended and may have made it {plain(capacity)}"
        return Refusal(listing.id, RefusalCode.NO_CHANGE, f"{words}: brcc-tui recover tells what it did")
    saved = f"somebody has saved the product since it was set here to {set_here}: set the right number"
    return Refusal(listing.id, RefusalCode.NO_CHANGE, saved)


def _right_capacity(look: DecisionReading, listing_id: str) -> int:
    """What was set here, or what is taken by now where the shop has sold more: fewer than that cannot be had."""
    set_here, taken = look.ours[listing_id], look.taken(listing_id)
    return max(set_here, taken) if is_known(taken) else set_here
