"""Reads again right before the write. Sales since the plan are fine; somebody else's change is a conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, Change, Danger, RefusalCode, ShowRule
from brcc_tui.model.checkout import is_unread_checkout
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.quantity import is_known, plain
from brcc_tui.operations.changes.closing import closed_capacity, guard_no_code
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.guards import Guarded, guard_listing, guard_number, guard_sells_by_number, of_app_error

_WHY_NOTHING_LEFT = (
    "nothing was sent: the seats sold, and those on offer elsewhere, since the plan leave it nothing but what it has"
)


class Conflicted(Exception):
    """Somebody else was there since the plan. `may_pass` says that a sale or cancel in progress looks the same."""

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_pass = may_pass


class NothingLeft(Exception):
    """What happened since the plan has left the change nothing to do: `capacity` is what stands, and is to stand."""

    def __init__(self, capacity: int, reason: str) -> None:
        super().__init__(reason)
        self.capacity = capacity


@dataclass(frozen=True, slots=True)
class WriteInstruction:
    """What is to be written now: the capacity, or whether a ticket class is to be hidden.

    `kept` are the seats of a closing's capacity that are in the listing's own checkout.
    """

    capacity: int
    hide: bool | None = None
    kept: int = 0


def check_again(change: Change, look: DecisionReading, allowed: Mapping[str, int | None]) -> WriteInstruction:
    """What the change comes to over a fresh reading. Raises `Conflicted`, `Guarded` or `NothingLeft`.

    `allowed` is what a sync's rule makes of the fresh readings (of `ceilings`): it can lower the capacity, never raise
    it. Sales never refuse what it lowers: where they went beyond it, nothing is left on offer.

    A 0 that was not there in the plan came of sales if they leave the implied capacity as it was: then the
    wanted one stands. Staff who put a 0 there lower the implied capacity, which counts as somebody else's change.
    """
    at_most = allowed.get(change.listing.id)
    if at_most is None and change.listing.id in allowed and change.action is Action.SET:
        raise Conflicted("the sync leaves it alone now: it was closed or hidden since the plan. Plan again")
    listing = look.listings.get(change.listing.id)
    if listing is None:
        raise Conflicted("the slot, date or ticket class is gone from the shop")
    _guard_as_planned(change, look, listing)
    if Danger.HIDES in change.dangers or Danger.UNHIDES in change.dangers:
        if Danger.HIDES in change.dangers:
            guard_no_code(look, listing)
        return WriteInstruction(change.capacity, hide=Danger.HIDES in change.dangers)
    taken, sold = closed_capacity(look, listing), listing.reading.sold
    if change.action is Action.CLOSE:
        capacity = _closing_capacity(look, listing, taken)
    else:
        capacity = _wanted_capacity(change, listing, taken, at_most)
    return WriteInstruction(capacity, kept=max(0, taken - sold) if is_known(sold) else 0)


def _guard_as_planned(change: Change, look: DecisionReading, listing: Listing) -> None:
    """Raise `Conflicted` where somebody else changed it since the plan, `Guarded` where it may not be written."""
    _same_structure(change.listing, listing)
    guard_listing(look, listing)
    _guard_checkout(change, listing)
    if listing.reading.capacity != change.before.capacity and not _moved_by_the_shop(change, look):
        raise Conflicted(
            f"its capacity was {plain(change.before.capacity)} in the plan and is {plain(listing.reading.capacity)} "
            "now: somebody else changed it. Plan again",
            may_pass=listing.platform is Platform.WOOCOMMERCE,
        )
    if _may_be_closed_anew(change, look, listing):
        raise Conflicted(
            "its product was saved in the shop since the plan, and it is at 0, which is how staff close sales. "
            "Plan again"
        )
    if change.action is Action.CLOSE:
        guard_sells_by_number(listing)


def _closing_capacity(look: DecisionReading, listing: Listing, taken: int) -> int:
    """The capacity that closes it now: what is taken. Raises `NothingLeft` or `Conflicted`."""
    present, shown = listing.reading.capacity, listing.id not in look.doubtful
    if shown and is_known(present) and present <= taken and not listing.terms.sells_on:
        raise NothingLeft(present, "it sold out by itself since the plan, so nothing was left to close")
    if taken == 0 and listing.platform is Platform.EVENTBRITE:
        raise Conflicted("what was sold of it was given back since the plan, and Eventbrite takes no 0. Plan again")
    return taken


def _wanted_capacity(change: Change, listing: Listing, taken: int, at_most: int | None) -> int:
    """The capacity that was planned, lowered to what a sync's rule allows now. Raises `NothingLeft` or `Guarded`."""
    if at_most is None:
        guard_number(listing, change.capacity)
        return change.capacity
    least = _least(listing, taken)  # the rule has looked at the whole event
    capacity = max(least, min(change.capacity, at_most))
    if capacity == listing.reading.capacity:
        raise NothingLeft(capacity, _WHY_NOTHING_LEFT)
    guard_number(listing, capacity, least=least)
    return capacity


def _least(listing: Listing, taken: int) -> int:
    """The least capacity that may be written: what is taken, and what waits to be paid and is taken then."""
    pending = listing.reading.pending
    return taken + pending if is_known(pending) else taken


def _guard_checkout(change: Change, now: Listing) -> None:
    """Raise `Guarded` for seats that are put on sale beside places in checkout that were known at the plan only."""
    if is_unread_checkout(now.reading.held) and not change.lowers and Danger.CHECKOUT_UNKNOWN not in change.dangers:
        raise Guarded(
            RefusalCode.CHECKOUT_UNKNOWN,
            f"{now.reading.unknowns()['held']}, and they could when this was planned: plan again, to be asked about it",
        )


def mates_of(rules: Iterable[ShowRule], subjects: Collection[Subject]) -> set[Subject]:
    """Every subject of the shows of these subjects, those that the plan leaves alone among them."""
    shows = [{subject_of(listing_id) for listing_id in rule.listing_ids} for rule in rules]
    return {mate for show in shows if not show.isdisjoint(subjects) for mate in show}


def ceilings(
    rules: Sequence[ShowRule],
    looks: Mapping[Subject, DecisionReading | AppError],
    subject: Subject,
    about_to_write: Iterable[Change] = (),
) -> Mapping[str, int | None]:
    """What the plan's rules now allow the listings of this subject, from fresh readings of their whole shows.

    None stands for a listing that its rule leaves alone now. What is about to be written may raise no more than all
    listings of the show leave free at this moment. Raises `Guarded` when a listing is gone or could not be read.
    """
    found: dict[str, int | None] = {}
    for rule in rules:
        if subject not in map(subject_of, rule.listing_ids):
            continue
        seen = {listing_id: _of_the_show(looks, listing_id) for listing_id in rule.listing_ids}
        try:
            rule.whole(_of_its_subjects(rule, looks))
            allowed = dict(rule.capacities(seen))
            wanted = {
                x.listing.id: min(x.capacity, allowed[x.listing.id]) for x in about_to_write if x.listing.id in allowed
            }
            found |= {**dict.fromkeys(rule.listing_ids), **allowed, **rule.fits(seen, wanted)}
        except AppError as app_error:
            raise of_app_error(app_error) from None
    return found


def _of_its_subjects(rule: ShowRule, looks: Mapping[Subject, DecisionReading | AppError]) -> dict[str, Listing]:
    """Whatever its products and events sell, also what is of other shows."""
    read = [looks[each] for each in set(map(subject_of, rule.listing_ids))]
    return {x.id: x for look in read if isinstance(look, DecisionReading) for x in look.listings.values()}


def _of_the_show(looks: Mapping[Subject, DecisionReading | AppError], listing_id: str) -> Listing:
    """The listing as it was read. Raises `Guarded` where it is gone or could not be: nobody knows then what its show
    has.
    """
    look = looks[subject_of(listing_id)]
    if isinstance(look, AppError):
        no = of_app_error(look)
        raise Guarded(no.code, f"{listing_id}, of the same show, could not be read: {no.reason}")
    if listing_id not in look.listings:
        raise Guarded(RefusalCode.SOLD_UNKNOWN, f"{listing_id}, of the same show, is gone: plan again")
    return look.listings[listing_id]


def _moved_by_the_shop(change: Change, look: DecisionReading) -> bool:
    """Whether nobody can have changed the number since the plan: people and programs save the product, the shop's own
    sales, cancels and losses do not. FooEvents' own button in the editor stores options without saving the product.
    """
    by_text = change.listing.stock_method is StockMethod.BOOKING_STOCK
    untouched = look.saved is not None and look.saved == change.saved and look.opened == change.opened
    return by_text and untouched and is_known(change.before.capacity)


def _may_be_closed_anew(change: Change, look: DecisionReading, now: Listing) -> bool:
    """Whether a date that the plan found at 0 may have been opened and closed again since, for it is there still.

    Somebody else has saved its product then; our own last save of it is known by its answer.
    """
    by_text = change.listing.stock_method is StockMethod.BOOKING_STOCK and now.reading.remaining == 0
    saved = None not in (change.saved, look.saved) and look.saved != change.saved
    return Danger.FROM_ZERO in change.dangers and by_text and saved and not look.ours


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
