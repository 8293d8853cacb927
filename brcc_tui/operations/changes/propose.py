"""Turns one request and one fresh reading into one change with its dangers and warnings, or a guard refuses it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Final

from brcc_tui.model.changes.plan import Action, Change, ChangeRequest, Danger, RefusalCode
from brcc_tui.model.checkout import is_unread_checkout
from brcc_tui.model.drift import moved_in_words
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.listing_id import CellId, ProductId, TicketClassId, parse_listing_id
from brcc_tui.model.listings.of_eventbrite import CANCELLED
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.quantity import Quantity, Unlimited, is_known, remaining_from
from brcc_tui.model.reading import Reading
from brcc_tui.model.shows.at_number import left_at
from brcc_tui.model.shows.sharing import has_none_left
from brcc_tui.operations.changes.closing import (
    Goal,
    PastChanges,
    closed_here,
    goal_of_close,
    goal_of_reopen,
    why_left_closed,
)
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.event_warnings import warnings_of_event
from brcc_tui.operations.changes.guards import (
    Guarded,
    Waivers,
    find,
    guard_listing,
    guard_number,
    guard_present,
    guard_sells_by_number,
)

NOT_SHOWN_YET: Final = "Eventbrite does not show the change made here a moment ago"
"""What a refusal begins with where another look may be all that it takes."""


def not_shown_yet(listing_id: str) -> str:
    """Why nothing is shared, or raised, beside a class that is not shown as it was left here."""
    return f"{listing_id}, of this show: {NOT_SHOWN_YET}, so what it offers is not known. Try again in a few minutes"


def make_change(
    look: DecisionReading,
    wanted: ChangeRequest,
    past: PastChanges,
    *,
    seats: int,
    held_back: int,
    by_rule: bool,
    seen: int | None,
) -> Change:
    """The change that the wish asks for. Raises `Guarded`.

    `seats` are those of the room, of which the house keeps `held_back`; for what is no seat there may be as many as can
    be asked for. `by_rule` says that a sync asks, which never raises what staff closed. `seen` is the capacity that a
    person saw, where the shop itself has moved it since (else None).
    """
    listing = find(look, wanted.listing_id)
    guard_listing(look, listing)
    _guard_stale(look, listing, past)
    if by_rule:
        _guard_shared(listing, past)
    else:
        guard_present(listing, Waivers(from_zero=True, from_unlimited=not wanted.delta))
    # Where the shop's own losses have led to the very number that is wanted, it is still to be set: then it counts.
    base = look.ours[listing.id] if look.moved_by_shop(listing.id) else seen
    goal = _goal(look, listing, wanted, past, listing.reading.capacity if base is None else base)
    if wanted.action is not Action.CLOSE and goal.hide is None:
        guard_number(listing, goal.capacity)
    if goal.hide is None and base is None and _is_done(look, listing, goal, past):
        raise Guarded(RefusalCode.NO_CHANGE, _nothing_to_do(wanted, goal))
    after = _after(listing, goal, closes=wanted.action is Action.CLOSE)
    return Change(
        listing=_with_doubt_once_hidden(look, listing, goal),
        action=wanted.action,
        before=listing.reading,
        after=after,
        call=_call(listing, goal, after),
        dangers=_dangers(listing, goal, seats - held_back, closes=wanted.action is Action.CLOSE),
        warnings=(
            *_of_seen(listing, seen),
            *_of_offer(look, listing, goal, after, wanted.action),
            *_warnings(look, listing, goal, past),
            *_of_room(goal, seats, held_back),
            *goal.says,
        ),
        follows=wanted.follows,
        base=base,
        saved=look.saved,
        opened=look.opened,
        journal_position=look.journal_position,
        since=_since(look, listing) if wanted.delta else None,
    )


def _with_doubt_once_hidden(look: DecisionReading, listing: Listing, goal: Goal) -> Listing:
    """A class that is to be hidden with what nobody may know of it then: whether an access code sells it."""
    if not goal.hide or look.event is None or look.event.access_codes is not None or listing.terms.unknown is not None:
        return listing
    why = f" ({look.event.codes_unread})" if look.event.codes_unread else ""
    doubt = f"it is unknown whether an access code sells it once it is hidden{why}"
    terms = dataclasses.replace(listing.terms, by_code=None, unknown=doubt)
    return dataclasses.replace(listing, terms=terms)


def _is_done(look: DecisionReading, listing: Listing, goal: Goal, past: PastChanges) -> bool:
    """Whether it is at the capacity that is wanted, and nothing follows from giving it that.

    What Eventbrite may show from before a change is no proof; what counts as closed, with something on offer, is open
    once somebody gives it its number.
    """
    stands = goal.capacity == listing.reading.capacity and listing.id not in look.doubtful
    return stands and not _is_taken_for_closed(listing, past)


def _is_taken_for_closed(listing: Listing, past: PastChanges) -> bool:
    """Whether syncs leave it alone as closed, and it is on sale: a cancel gave places back, or somebody opened it."""
    on_sale = listing.status is Status.ON_SALE and not has_none_left(listing)
    return on_sale and (past.closed or closed_here(past.entries))


def _guard_shared(listing: Listing, past: PastChanges) -> None:
    """Raise `Guarded` for what a sync leaves alone: what sells by other rules, and what people closed."""
    guard_sells_by_number(listing)
    if closed_here(past.entries):
        raise Guarded(RefusalCode.AT_ZERO, why_left_closed(past.entries, listing))
    # It raises no 0 that people may have set: only one that came of sales under the number that was on offer.
    sold_out = past.offered is not None and past.offered == listing.reading.capacity
    guard_present(listing, Waivers(from_zero=sold_out))


def _since(look: DecisionReading, listing: Listing) -> str | None:
    """When anybody but the shop itself can have moved its capacity last, where that can be told."""
    return f"{look.saved} {look.opened}" if _is_moved_by_sales_alone(look, listing) else None


def _guard_stale(look: DecisionReading, listing: Listing, past: PastChanges) -> None:
    """Eventbrite may show for minutes what was there before a write: nothing is planned on that."""
    latest, followed = next(iter(past.entries), None), past.followed
    # What was sent and never answered may be sent again by whoever takes that very change up.
    taken_up = latest and followed and followed.id == latest.id and latest.last("answered") is None
    if listing.id in look.doubtful and not taken_up:
        last = latest.id if latest is not None else "the journal"
        raise Guarded(
            RefusalCode.SOLD_UNKNOWN,
            f"{NOT_SHOWN_YET} ({last}): its readings may be some minutes "
            "old, or somebody changed it since. Try again in a few minutes",
        )


def _is_moved_by_sales_alone(look: DecisionReading, listing: Listing) -> bool:
    """Whether nothing but people's saving, and the shop's own sales, cancels and losses, moves its capacity.

    Where WooCommerce counts the product's stock too, every sale saves it.
    """
    counted = look.product is None or look.product.manage_stock
    return listing.stock_method is StockMethod.BOOKING_STOCK and look.saved is not None and not counted


def _goal(look: DecisionReading, listing: Listing, wanted: ChangeRequest, past: PastChanges, present: Quantity) -> Goal:
    """Where the wish leads. The shop's own losses are no reason to offer more or fewer: one more is one more than
    `present`, which was set here or seen.
    """
    if wanted.action is Action.CLOSE:
        return goal_of_close(look, listing)
    if wanted.action is Action.REOPEN:
        return goal_of_reopen(look, listing, past)
    if type(wanted.number) is not int:
        raise Guarded(RefusalCode.BAD_NUMBER, f"{str(wanted.number)[:20]!r} is not a whole number of seats")
    if not wanted.delta:
        return Goal(wanted.number)
    if not is_known(present):
        raise Guarded(RefusalCode.UNLIMITED, "unlimited plus one is not a number: give a capacity")
    return Goal(present + wanted.number)


def _nothing_to_do(wanted: ChangeRequest, goal: Goal) -> str:
    return "it is open as it was before" if wanted.action is Action.REOPEN else f"its capacity is {goal.capacity} now"


def _after(listing: Listing, goal: Goal, *, closes: bool) -> Reading:
    before = listing.reading
    remaining = 0 if closes else left_at(listing, remaining_from(goal.capacity, before.taken, 0))
    return dataclasses.replace(before, capacity=goal.capacity, remaining=remaining)


def _dangers(listing: Listing, goal: Goal, seats: int, *, closes: bool) -> tuple[Danger, ...]:
    before = listing.reading
    none_left = before.remaining == 0 or has_none_left(listing)
    found = {
        Danger.HIDES: goal.hide is True,
        Danger.UNHIDES: goal.hide is False,
        Danger.CLOSES_SALES: closes or goal.capacity == before.taken,
        Danger.BEYOND_ROOM: goal.capacity > seats and goal.hide is not True,
        Danger.FROM_ZERO: listing.platform is Platform.WOOCOMMERCE and none_left,
        Danger.FROM_UNLIMITED: isinstance(before.capacity, Unlimited),
        Danger.CHECKOUT_UNKNOWN: is_unread_checkout(before.held) and _puts_on_sale(before, goal),
    }
    return tuple(danger for danger, applies in found.items() if applies)


def _puts_on_sale(before: Reading, goal: Goal) -> bool:
    if goal.hide is not None:
        return not goal.hide
    return is_known(before.capacity) and goal.capacity > before.capacity


def _call(listing: Listing, goal: Goal, after: Reading) -> str:
    match parse_listing_id(listing.id):
        case TicketClassId(event, ticket_class):
            what = f"capacity {goal.capacity}" if goal.hide is None else f"hidden: {str(goal.hide).lower()}"
            return f"POST event {event}, ticket class {ticket_class}: {what}"
        case CellId(product, _, _):
            return f"PUT product {product}: one number in its booking options, {_shown(after)} remaining"
        case ProductId(product):
            return f"PUT product {product}: stock quantity {_shown(after)}"
    raise AssertionError(listing.id)  # variations are never writable


def _shown(reading: Reading) -> str:
    return str(reading.remaining) if is_known(reading.remaining) else "?"


def _warnings(look: DecisionReading, listing: Listing, goal: Goal, past: PastChanges) -> list[str]:
    """What a person should know before a yes, in the order in which it is read."""
    warnings = [*_of_opening(listing, goal, past), *_of_followed(listing, past), *_of_drift(look, listing, past)]
    warnings += _of_stock(look, listing)
    if look.count is not None:
        warnings += _of_orders(look)
    warnings += warnings_of_event(look, listing, goal)
    if listing.terms.endless is OfferRule.BACKORDERS:
        warnings.append(f"this number does not limit what is sold: {listing.offer.words}")
    return warnings


def _of_opening(listing: Listing, goal: Goal, past: PastChanges) -> list[str]:
    """That the number which stands there is written all the same, and what for."""
    if goal.hide is not None or goal.capacity != listing.reading.capacity or not _is_taken_for_closed(listing, past):
        return []
    return ["this is its present number: given here, it counts as open again, and syncs move it"]


def _of_stock(look: DecisionReading, listing: Listing) -> Iterator[str]:
    """What is peculiar about the way in which its stock is kept."""
    if is_known(listing.reading.pending) and listing.reading.pending > 0:
        yield f"still on offer, and waiting for payment: {so_many(listing.reading.pending, 'place')}"
    if listing.stock_method is StockMethod.BOOKING_STOCK and look.product is not None:
        yield f"dates of product {look.product.id} may be lowered further for sales made during the write"
    if look.cached is not None:
        yield f"a cache answers for the shop: {look.cached} is taken from the database instead"
    if Flag.TWO_STOCKS in listing.flags:
        yield "this date has two stored numbers that differ; both get the new one"


def _of_offer(look: DecisionReading, listing: Listing, goal: Goal, after: Reading, action: Action) -> list[str]:
    """That the new number sells nothing to anybody, and why."""
    event = look.event
    if action is Action.CLOSE:
        return _of_closing(listing)
    if goal.hide is not None:
        return []
    if event is not None and event.sold_elsewhere:
        return ["Eventbrite sends the buyers of this event to another site: this number sells nothing"]
    if event is not None and event.status.lower() in CANCELLED:
        return [f"this event is {event.status.lower()} on Eventbrite: no number sells anything of it"]
    if Flag.PAST in listing.flags:
        return ["this show is over: no number sells anything of it"]
    why = _why_none_buys(listing, goal, after)
    return [f"nobody can buy what this puts on sale, as things stand: {why}"] if why else []


def _of_closing(listing: Listing) -> list[str]:
    """That people may buy it by something else than its number, and why."""
    unknown = listing.offer_at(0).unknown
    return [f"it is unknown whether that closes it: {unknown}"] if unknown is not None else []


def _why_none_buys(listing: Listing, goal: Goal, after: Reading) -> str:
    """Why none of it is sold at the new number; empty where it is, or where that puts nothing on sale."""
    offer, left = listing.offer_at(after.remaining), listing.event_left
    if after.remaining != 0 and (offer.is_stopped or offer.rule is OfferRule.MINIMUM):
        return offer.words
    is_full = isinstance(left, int) and left <= 0
    return "the event as a whole has no more left" if is_full and _puts_on_sale(listing.reading, goal) else ""


def _of_room(goal: Goal, seats: int, held_back: int) -> list[str]:
    if goal.capacity <= seats - held_back or goal.hide is True:
        return []
    if held_back:
        return [f"{goal.capacity} is more than the room has for sale: {held_back} of its {seats} seats are held back"]
    return [f"{goal.capacity} is more than the {seats} seats of the room"]


def _of_orders(look: DecisionReading) -> list[str]:
    count = look.count
    if count is None:
        return []
    warnings = []
    if count.paid_without_place:
        warnings.append(
            f"ordered without a date, and not counted: {so_many(count.paid_without_place, 'place')} of this product"
        )
    astray = sum(orphan.sold + orphan.held for orphan in count.orphans)
    if astray:
        warnings.append(
            f"of dates or slots that it has no longer, and not counted: {so_many(astray, 'place')} of this product"
        )
    if count.deleted_orders:
        warnings.append(f"tickets of {so_many(count.deleted_orders, 'deleted order')} are counted as sold")
    if count.custom_statuses:
        warnings.append(f"orders with the status {', '.join(count.custom_statuses)} are counted as live")
    return warnings


def _of_seen(listing: Listing, seen: int | None) -> list[str]:
    """What the shop itself has moved since a person saw the capacity."""
    present = listing.reading.capacity
    if seen is None or not is_known(present):
        return []
    moved = present - seen
    return [
        f"its capacity was {seen} when this was confirmed, now it is {present} ({moved:+d}): {moved_in_words(moved)}"
    ]


def _of_followed(listing: Listing, past: PastChanges) -> list[str]:
    """What was changed here since the change that is taken back, or taken up again: that goes as well."""
    followed = past.followed
    if followed is None or listing.reading.capacity == followed.after:
        return []
    began = followed.events[0].position
    since = [entry for entry in past.entries if entry.events[0].position > began]
    return [
        f"{last.actor} changed it since {followed.id} ({last.id}, to {last.after}): that is undone as well"
        for last in since[:1]
    ]


def _of_drift(look: DecisionReading, listing: Listing, past: PastChanges) -> list[str]:
    present, drift = listing.reading.capacity, look.moved_by_shop(listing.id)
    if past.entries and past.entries[0].after == present:
        return []  # our own last request made it so, though it never settled: nobody else did
    if drift is not None:
        heal = f"brcc-tui heal {look.subject} puts all its dates right in one plan"
        difference = f"its capacity was last set here to {look.ours[listing.id]}, now it is {present} ({drift:+d})"
        return [f"{difference}: {moved_in_words(drift)}. {heal}"] if drift else []
    if past.last_set is None or not is_known(present) or present == past.last_set:
        return []
    drift = present - past.last_set
    if listing.platform is Platform.EVENTBRITE:
        return [f"its capacity was last set here to {past.last_set}; somebody changed it since ({drift:+d})"]
    cause = (
        "an order cancelled and then paid or completed again, a partial refund, or somebody's change"
        if drift > 0
        else "a refund or deletion that gave nothing back, a payment tried twice, or somebody's change"
    )
    return [f"its capacity was last set here to {past.last_set}, now it is {present} ({drift:+d}): {cause}"]


def group_of(listing: Listing) -> str:
    """What is refused together: a show, or the listing alone when it belongs to none."""
    return listing.show or listing.id
