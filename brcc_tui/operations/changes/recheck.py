"""Step 4: read again right before the write. Sales since the plan are fine; another hand is a conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, Change, Danger, RefusalCode, ShowRule
from brcc_tui.model.checkout import is_unreadable
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.quantity import plain
from brcc_tui.operations.changes.decision_reading import DecisionReader, DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.guards import Guarded, guard_listing, guard_number, of_app_error
from brcc_tui.operations.changes.propose import closed_capacity


class Conflicted(Exception):
    """Another hand was there since the plan. `may_pass` says that a sale or cancel in progress looks the same."""

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_pass = may_pass


class SoldOut(Exception):
    """Sales since the plan have left a close nothing to do: `capacity` seats are taken, and none is on offer."""

    def __init__(self, capacity: int) -> None:
        super().__init__("it sold out by itself since the plan, so nothing was left to close")
        self.capacity = capacity


@dataclass(frozen=True, slots=True)
class WriteInstruction:
    """What is to be written now: the capacity, or whether a ticket class is to be hidden."""

    capacity: int
    hide: bool | None = None


def check_again(change: Change, look: DecisionReading, *, at_most: int | None = None) -> WriteInstruction:
    """What the change comes to over a fresh reading. Raises `Conflicted`, `Guarded` or `SoldOut`.

    `at_most` is what a sync's rule makes of the fresh readings: it can lower the capacity, never raise it.

    A 0 that was not there in the plan came of sales if they leave the implied capacity as it was: then the
    wanted one stands. Staff who put a 0 there lower the implied capacity, which is another hand.
    """
    listing = look.listings.get(change.listing.id)
    if listing is None:
        raise Conflicted("the slot, date or ticket class is gone from the shop")
    _same_structure(change.listing, listing)
    guard_listing(look, listing)
    _guard_checkout(change, listing)
    if listing.reading.capacity != change.before.capacity:
        raise Conflicted(
            f"its capacity was {plain(change.before.capacity)} in the plan and is {plain(listing.reading.capacity)} "
            "now: another hand changed it. Plan again",
            may_pass=listing.platform is Platform.WOOCOMMERCE,
        )
    if Danger.HIDES in change.dangers or Danger.UNHIDES in change.dangers:
        return WriteInstruction(change.capacity, hide=Danger.HIDES in change.dangers)
    taken = closed_capacity(look, listing)
    if change.action is Action.CLOSE:
        if taken == listing.reading.capacity:
            raise SoldOut(taken)
        capacity = taken
    elif at_most is not None:
        capacity = max(taken, min(change.capacity, at_most))
    else:
        capacity = change.capacity
    if change.action is not Action.CLOSE or listing.platform is Platform.EVENTBRITE:
        guard_number(listing, capacity)
    return WriteInstruction(capacity)


def _guard_checkout(change: Change, now: Listing) -> None:
    """Raise `Guarded` for seats that are put on sale beside places in checkout that were known at the plan only."""
    if is_unreadable(now.reading.held) and not change.lowers and Danger.CHECKOUT_UNKNOWN not in change.dangers:
        raise Guarded(
            RefusalCode.CHECKOUT_UNKNOWN,
            f"{now.reading.unknowns()['held']}, and they could when this was planned: plan again, to be asked about it",
        )


async def read_mates(
    reader: DecisionReader, rules: Sequence[ShowRule], subject: Subject
) -> dict[Subject, DecisionReading]:
    """Fresh readings of whatever else the plan's rules want to see beside this subject; the subject comes last.

    Raises `AppError` when one cannot be had.
    """
    looks: dict[Subject, DecisionReading] = {}
    for rule in rules:
        subjects = dict.fromkeys(subject_of(listing_id) for listing_id in rule.listing_ids)
        if subject in subjects:
            for mate in subjects:
                if mate != subject and mate not in looks:
                    looks[mate] = await reader.look(mate)
    return looks


def ceilings(
    rules: Sequence[ShowRule], looks: Mapping[Subject, DecisionReading], subject: Subject
) -> Mapping[str, int | None]:
    """What the plan's rules now allow the listings of this subject, from fresh readings of their whole shows.

    None stands for a listing that its rule leaves alone now. Raises `Guarded` when a listing is gone.
    """
    found: dict[str, int | None] = {}
    for rule in rules:
        if subject not in map(subject_of, rule.listing_ids):
            continue
        seen: dict[str, Listing] = {}
        for listing_id in rule.listing_ids:
            listing = looks[subject_of(listing_id)].listings.get(listing_id)
            if listing is None:
                raise Guarded(RefusalCode.SOLD_UNKNOWN, f"{listing_id}, of the same show, is gone: plan again")
            seen[listing_id] = listing
        try:
            found |= dict.fromkeys(rule.listing_ids) | dict(rule.capacities(seen))
        except AppError as app_error:
            raise of_app_error(app_error) from None
    return found


def _same_structure(planned: Listing, now: Listing) -> None:
    parts = (
        ("title", planned.title, now.title),
        ("slot", planned.slot, now.slot),
        ("date", planned.date, now.date),
        ("start", planned.starts_at, now.starts_at),
        ("way its stock is kept", planned.stock_method, now.stock_method),
    )
    for name, before, after in parts:
        if before != after:
            raise Conflicted(f"its {name} was changed in the shop since the plan ({before} is now {after}). Plan again")
