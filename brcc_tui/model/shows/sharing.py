"""How the free seats of one show are offered by its listings: mirrored, or split.

*Mirror*: each listing offers all free seats less a buffer; a seat may be sold twice until the next sync.
*Split*: the offers never add up to more than what is free.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from brcc_tui.model.changes.plan import Action, Change, ChangeRequest, Danger, Refusal, RefusalCode
from brcc_tui.model.checkout import is_unread_checkout
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import (
    UNLIMITED,
    Quantity,
    Unlimited,
    add,
    is_known,
    is_less_than,
    is_used_up,
)
from brcc_tui.model.reading import Reading
from brcc_tui.model.shows.at_number import AT_ZERO, at_capacity, listing_at, status_at
from brcc_tui.model.shows.grouping import summed_again
from brcc_tui.model.shows.shared_stock import by_event, held_of, on_offer
from brcc_tui.model.shows.show import Show


class Mode(enum.StrEnum):
    """The two ways to offer the same seats on several listings."""

    MIRROR = "mirror"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Shares:
    """What a sync wants of each listing, why it is not possible, and which listings it leaves as they are."""

    wanted: tuple[ChangeRequest, ...]
    refused: tuple[Refusal, ...]
    left_alone: tuple[Listing, ...] = ()


@dataclass(frozen=True, slots=True)
class _Outlet:
    """One listing, or the movable classes of one event, which share its limit.

    `doubled` are seats on offer beyond what we give: each class must leave room for all places in checkout, because it
    is unknown which class they belong to. `limit` is what the event may still sell, None if it sets no limit, and
    `beside` the part of it that the unmoved classes have on offer.
    """

    listings: tuple[Listing, ...]
    doubled: int
    limit: int | None
    beside: int

    @property
    def own_limit(self) -> int | None:
        """What is left of the limit for its listings alone; None without a limit."""
        return None if self.limit is None else max(0, self.limit - self.beside)

    @property
    def is_full(self) -> bool:
        """Whether others of its event, which stay as they are, may sell all that it has left: its listings add nothing
        to that as they stand, and one that nobody bought would be hidden for good.
        """
        return self.own_limit == 0 and all(listing.event_left is not None for listing in self.listings)


def share_seats(
    show: Show,
    mode: Mode,
    *,
    buffer: int = 0,
    weights: Mapping[str, float] | None = None,
    last_set: Mapping[str, int] | None = None,
    closed: Collection[str] = (),
) -> Shares:
    """Capacities for every movable listing of the show.

    Listings that a person closed (at 0, hidden, draft) and read-only ones stay as they are; what they still offer is
    subtracted from what is shared. `last_set` are the capacities that this program set, by listing id; `closed` are
    listings known to be closed, whatever a cancellation has given back to them since. `weights` (by listing id too)
    only matter for a split; without them the movable listings share evenly, and each gets a seat before one gets two,
    because at 0 it would stay closed. Nothing is wanted if any number of the show is unknown.
    """
    ours, shut = last_set or {}, frozenset(closed)
    if incomplete := _incomplete(show):
        return Shares((), incomplete)
    others = tuple(listing for listing in show.listings if not _is_movable(listing, ours, shut))
    fixed = on_offer(others)
    if isinstance(fixed, Unlimited):
        return Shares((), _endless(others), others)
    if not is_known(show.free) or not is_known(fixed):
        return Shares((), _unknown(show), others)
    outlets = [outlet for classes in by_event(show.listings) if (outlet := _outlet(classes, ours, shut))]
    to_offer = show.free - buffer - fixed
    return Shares(_requests(show, _offers(outlets, to_offer, mode, weights)), (), others)


def _requests(show: Show, offers: Mapping[str, int]) -> tuple[ChangeRequest, ...]:
    """The changes that make the show's listings offer so much; none for a listing that offers it already."""
    wanted = (_wanted(listing, max(0, offers[listing.id])) for listing in show.listings if listing.id in offers)
    return tuple(filter(None, wanted))


def _offers(
    outlets: Sequence[_Outlet], to_offer: int, mode: Mode, weights: Mapping[str, float] | None
) -> Mapping[str, int]:
    """How many seats each listing is to offer, by its id: all of them, or a part."""
    if mode is Mode.MIRROR:
        return {x.id: _at_most(to_offer, outlet.limit) for outlet in outlets for x in outlet.listings}
    seats = to_offer - sum(outlet.doubled for outlet in outlets)
    if seats > 0:  # else there are too many on offer, whoever may sell them
        outlets = [outlet for outlet in outlets if not outlet.is_full]
    return _split_over(outlets, seats, weights)


def _incomplete(show: Show) -> tuple[Refusal, ...]:
    """Why it is unknown who has seats of the show: a lost listing, or a checkout that cannot be read."""
    if show.lost:
        return tuple(Refusal(x.id, RefusalCode.LOST_LISTING, x.reason) for x in show.lost)
    unreadable = [x for x in show.listings if is_unread_checkout(x.reading.held)]
    if unreadable:
        words = (
            f"{unreadable[0].reading.unknowns()['held']}, so nobody knows how many seats of this show are free: set "
            "its capacities one by one"
        )
        return tuple(Refusal(x.id, RefusalCode.CHECKOUT_UNKNOWN, words) for x in show.listings)
    return ()


def _unknown(show: Show) -> tuple[Refusal, ...]:
    """The reason if the number of free seats is unknown."""
    reason = "; ".join(f"{part}: {why}" for part, why in show.unknown.items()) or "a number is unknown"
    return tuple(Refusal(x.id, RefusalCode.SOLD_UNKNOWN, reason) for x in show.listings)


def _endless(listings: Iterable[Listing]) -> tuple[Refusal, ...]:
    """Why nothing can be shared, if one of these listings sells without limit."""
    return tuple(_beside_endless(listing) for listing in listings if listing.offer.value is UNLIMITED)


def _beside_endless(listing: Listing) -> Refusal:
    if listing.terms.endless is None:
        words = "it sells without limit, so nothing can be promised for this show: give it a capacity first"
        return Refusal(listing.id, RefusalCode.UNLIMITED, words)
    words = f"nothing can be promised for this show: {listing.offer.words}"
    return Refusal(listing.id, RefusalCode.BACKORDERS, words)


def _is_movable(listing: Listing, last_set: Mapping[str, int], closed: Collection[str]) -> bool:
    """Whether a sync may set its capacity: it is writable, on sale by its number, and nobody closed it.

    One with nothing left at the capacity that this program set last is sold out, not closed by somebody.
    """
    if listing.id in closed:
        return False
    if has_none_left(listing):
        on_sale = last_set.get(listing.id) == listing.reading.capacity and listing.status in AT_ZERO
    else:
        on_sale = listing.status is not Status.HIDDEN and not listing.is_stopped
    by_number = listing.terms.is_by_number and is_known(listing.reading.remaining)
    return listing.writable and by_number and on_sale and Flag.HYBRID not in listing.flags


def has_none_left(listing: Listing) -> bool:
    """Whether its own number sells no seat more, as when it is sold out, and as people of both shops close sales. A 0
    goes on below it where somebody pays who was at the checkout then.

    Eventbrite's remaining may be 0 for another reason: the places in checkout, or the limit, of the event as a whole.
    """
    capacity, sold = listing.reading.capacity, listing.reading.sold
    if listing.platform is Platform.EVENTBRITE and is_known(capacity) and is_known(sold):
        return capacity <= sold
    below = listing.platform is Platform.WOOCOMMERCE and is_less_than(listing.reading.remaining, 0)
    return Flag.AT_ZERO in listing.flags or (below and listing.terms.endless is None)


def fitting(show: Show, wanted: Mapping[str, int], seats: int) -> dict[str, int]:
    """These capacities, raised no further than all listings of the show together may offer `seats`.

    What is raised is shrunk, in the end to the capacity that stands; what is lowered stays so. Where it is not known
    what the listings offer, nothing is raised. Nobody tells which class places in checkout are of: the worst is meant.
    """
    now = {listing.id: listing for listing in show.listings}
    raised = [id_ for id_, capacity in wanted.items() if _raises(now[id_], capacity)]
    fits = {id_: capacity for id_, capacity in wanted.items() if id_ not in raised}
    after = {id_: at_capacity(now[id_], capacity) for id_, capacity in fits.items()}
    for id_ in raised:
        fits[id_] = _fitting(show, after, now[id_], wanted[id_], seats)
        after[id_] = at_capacity(now[id_], fits[id_])
    return fits


def _fitting(show: Show, after: Mapping[str, Listing], listing: Listing, wanted: int, seats: int) -> int:
    present = listing.reading.capacity
    least = present if is_known(present) else wanted
    while wanted > least:
        offered = _at_worst(summed_again(show, {**after, listing.id: at_capacity(listing, wanted)}).listings)
        if not is_known(offered):
            return least
        if offered <= seats:
            break
        wanted = max(least, wanted - (offered - seats))
    return wanted


def _at_worst(listings: Sequence[Listing]) -> Quantity:
    """The total offer if the places in an event's checkout belong to the class that has the least room for them.

    Places for which their own class has no room left, because it was lowered or closed, take nothing from the others.
    """
    return add(on_offer(listings), *(_without_room(classes) for classes in by_event(listings) if len(classes) > 1))


def _without_room(classes: Sequence[Listing]) -> int:
    in_checkout = held_of(classes)
    if not is_known(in_checkout):
        return 0
    room = min(0 if x.is_stopped else _room(x, in_checkout) for x in classes)
    limits = [x.event_left for x in classes if isinstance(x.event_left, int)]
    offered = on_offer(classes)
    most = max(0, min(limits) - offered) if limits and is_known(offered) else in_checkout
    return min(max(0, in_checkout - max(0, room)), most)


def _room(listing: Listing, in_checkout: int) -> int:
    """How many places in checkout its own number has room for."""
    reading = listing.reading
    return reading.capacity - reading.sold if is_known(reading.capacity) and is_known(reading.sold) else in_checkout


def _raises(listing: Listing, capacity: int) -> bool:
    return is_less_than(listing.reading.capacity, capacity)


def show_after(show: Show, changes: Iterable[Change]) -> Show:
    """The show once these changes are made; changes to other shows' listings do not matter."""
    later = {change.listing.id: listing_after(change, change.after) for change in changes}
    return summed_again(show, later)


def show_before(show: Show, changes: Iterable[Change]) -> Show:
    """The show with the readings that these changes were planned on."""
    return summed_again(show, {x.listing.id: dataclasses.replace(x.listing, reading=x.before) for x in changes})


def offers_of(change: Change) -> tuple[Quantity, Quantity]:
    """What buyers can buy of the listing as it was read, and once the change is made: its number where that decides."""
    return change.listing.offer.value, listing_after(change, change.after).offer.value


def listing_after(change: Change, reading: Reading, seen: Listing | None = None) -> Listing:
    """The listing once its change is made and read back: number, status and flags, as a shop would then give it.

    `seen` is how it was last seen before that, if it was read again since the plan.
    """
    listing = listing_at(seen or change.listing, reading)
    if Danger.HIDES in change.dangers:
        doubt = change.listing.terms  # what nobody knows of it once it is hidden was looked up for the plan
        # that it has none left is told of it for being hidden: its number stays, and may all be sold by a code
        terms = dataclasses.replace(listing.terms, by_code=doubt.by_code, unknown=doubt.unknown, capped=False)
        listing = dataclasses.replace(listing, status=Status.HIDDEN, terms=terms)
    elif Danger.UNHIDES in change.dangers:
        status = status_at(dataclasses.replace(listing, status=Status.ON_SALE), reading)
        listing = dataclasses.replace(listing, status=status)
    return with_own_flags(change, listing)


def with_own_flags(change: Change, listing: Listing) -> Listing:
    """The listing after its change: its capacity is the one last set here, and if it is closed, it was closed here."""
    flags = listing.flags - {Flag.DRIFT, Flag.CLOSED_HERE}
    return dataclasses.replace(listing, flags=flags | ({Flag.CLOSED_HERE} if change.action is Action.CLOSE else set()))


def _outlet(classes: Sequence[Listing], last_set: Mapping[str, int], closed: Collection[str]) -> _Outlet | None:
    """The movable part of one event, or of one listing."""
    movable = tuple(listing for listing in classes if _is_movable(listing, last_set, closed))
    if not movable:
        return None
    in_checkout = held_of(classes) if classes[0].platform is Platform.EVENTBRITE else 0
    selling = sum(not listing.is_stopped for listing in classes)
    elsewhere = min(len(classes) - 1, selling)  # a class that was hidden a moment ago may have them all
    doubled = elsewhere * in_checkout if is_known(in_checkout) else 0
    limits = [listing.event_left for listing in movable if isinstance(listing.event_left, int)]
    return _Outlet(movable, doubled, max(0, min(limits)) if limits else None, _kept_of_event(classes, movable))


def _kept_of_event(classes: Iterable[Listing], movable: Collection[Listing]) -> int:
    """What the unmoved classes have on offer of their event's limit; 0 if unknown."""
    offered = on_offer(each for each in classes if each not in movable and each.event_left is not None)
    return offered if is_known(offered) else 0


def _wanted(listing: Listing, offer: int) -> ChangeRequest | None:
    """None for a listing that has nothing on offer and is to have nothing: it is never raised for that, nor is a class
    hidden of an event that is full. What people give back to the event is free then, too.
    """
    reading = listing.reading
    taken = sum(part for part in (reading.sold, reading.held) if is_known(part))
    if offer == 0 and (_is_event_full(listing) or _has_no_room(reading, taken)):
        return None
    if taken + offer == 0 and listing.platform is Platform.EVENTBRITE:
        return ChangeRequest(listing.id, Action.CLOSE)  # Eventbrite refuses a capacity of 0
    return ChangeRequest(listing.id, Action.SET, taken + offer)


def _is_event_full(listing: Listing) -> bool:
    return listing.event_left is not None and is_used_up(listing.event_left)


def _has_no_room(reading: Reading, taken: int) -> bool:
    """Whether its own number has room for no more than these."""
    return reading.capacity <= taken if is_known(reading.capacity) else reading.remaining == 0


def _at_most(seats: int, limit: int | None) -> int:
    return seats if limit is None else min(seats, limit)


def _split_over(outlets: Sequence[_Outlet], seats: int, weights: Mapping[str, float] | None) -> dict[str, int]:
    """Seats by listing id: first over the outlets within their limits, then within each over its classes."""

    def weight(listing: Listing) -> float:
        return weights.get(listing.id, 0.0) if weights else 1.0

    given = [sum(map(weight, outlet.listings)) for outlet in outlets]
    first = [sum(weight(listing) > 0 for listing in outlet.listings) for outlet in outlets]
    shares = _split(seats, given, first, [outlet.own_limit for outlet in outlets])
    offers: dict[str, int] = {}
    for outlet, share in zip(outlets, shares, strict=True):
        many = len(outlet.listings)
        parts = _split(share, [weight(x) for x in outlet.listings], [1] * many, [None] * many)
        offers |= {listing.id: part for listing, part in zip(outlet.listings, parts, strict=True)}
    return offers


def _split(seats: int, weights: Sequence[float], first: Sequence[int], limits: Sequence[int | None]) -> list[int]:
    """Whole seats by weight (Sainte-Laguë), the `first` seats of everybody before any more for anybody."""
    if not any(weights):
        weights = [1.0] * len(weights)
    shares = [0] * len(weights)
    for _ in range(seats):
        open_ = [i for i, limit in enumerate(limits) if weights[i] > 0 and (limit is None or shares[i] < limit)]
        if not open_:
            break
        best = max(open_, key=lambda i: (shares[i] < first[i], weights[i] / (2 * shares[i] + 1), -i))
        shares[best] += 1
    return shares
