"""Sums over many shows: unknown values are left out and counted, so that a sum says "at least"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from brcc_tui.model.checkout import NOT_READ, at_least
from brcc_tui.model.listing import Listing
from brcc_tui.model.listing_id import parent_of
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited, add, at_least_zero
from brcc_tui.model.shows.grouping import in_doubt, listings_on_offer
from brcc_tui.model.shows.shared_stock import (
    by_limiting_stock,
    by_original,
    by_tier,
    held_of,
    limited_together,
    on_offer,
)
from brcc_tui.model.shows.show import Show


class Sum(NamedTuple):
    """What is known of it, how many parts are not known, and how many have no limit."""

    known: int
    missing: int = 0
    endless: int = 0


class ShowSums(NamedTuple):
    """Sums over shows. `free` counts no seats below none: nobody sits in another show's seat.

    `over` is how many people have no seat, of the shows of which that is known. `doubtful` is the part of what is on
    offer of which it is not known whether it is seats: a number beside the others, which count it in.
    """

    shows: int
    seats: int
    sold: Sum
    free: Sum
    on_offer: Sum
    over: int
    doubtful: Sum


class ListingSums(NamedTuple):
    """Sums over listings; `unknown` of them are left out and counted, `endless` has no limit."""

    capacity: int
    sold: int
    remaining: int
    unknown: int
    endless: bool = False


class Together(NamedTuple):
    """Listings side by side, added up as their show adds them up (`shared_stock`)."""

    capacity: Sum
    sold: Sum
    held: Sum
    on_offer: Sum


def sum_of(quantities: Iterable[Quantity]) -> Sum:
    """The sum of what is known."""
    known = missing = endless = 0
    for quantity in quantities:
        if isinstance(quantity, int):
            known += quantity
        elif isinstance(quantity, Unlimited):
            endless += 1
        else:
            missing += 1
    return Sum(known, missing, endless)


def sums_of(shows: Sequence[Show]) -> ShowSums:
    """The sums of these shows. Beside a shop that was never listed what is on offer is a part of it."""
    offered, doubtful = sum_of(show.on_offer for show in shows), sum_of(show.doubtful for show in shows)
    sharing = _with_a_common_limit(shows)
    return ShowSums(
        len(shows),
        sum(show.room.seats for show in shows),
        sum_of(show.sold for show in shows),
        sum_of(at_least_zero(show.free) for show in shows),
        offered._replace(known=offered.known - offered_twice(sharing), missing=_not_all_offered(shows)),
        sum(max(-show.free, 0) for show in shows if isinstance(show.free, int)),
        doubtful._replace(known=doubtful.known - doubtful_twice(sharing)),
    )


def _not_all_offered(shows: Iterable[Show]) -> int:
    """Of how many of these shows it is not known what is on offer in all."""
    return sum(isinstance(show.on_offer_in_all, Unknown) for show in shows)


def _with_a_common_limit(shows: Sequence[Show]) -> Sequence[Show]:
    """Those with a stock that another of them has, too: of thousands a handful, and the others are not looked into."""
    limits = [{_limit_of(listing) for listing in show.listings if listing.shares_limit} for show in shows]
    met = Counter(chain.from_iterable(limits))
    common = {limit for limit, shows_with_it in met.items() if shows_with_it > 1}
    return [show for show, theirs in zip(shows, limits, strict=True) if not common.isdisjoint(theirs)] if common else ()


def _limit_of(listing: Listing) -> str:
    """What the stock is of that limits it together with others: its event or product, the original of a copy."""
    return parent_of(listing.copy_of or listing.id)


def offered_twice(shows: Iterable[Show]) -> int:
    """What is too much in the sum of what these shows offer: each says all of a stock that several share.

    A hybrid product's own stock limits all its dates, an event's own number all its classes, in whichever shows.
    """
    return _counted_twice([listings_on_offer(show.listings) for show in shows if isinstance(show.on_offer, int)])


def doubtful_twice(shows: Iterable[Show]) -> int:
    """The same of what of it may not be seats."""
    several = (show for show in shows if isinstance(show.doubtful, int) and show.doubtful)
    return _counted_twice([[x for part in in_doubt(show) for x in listings_on_offer(part)] for show in several])


def _counted_twice(shows: Sequence[Iterable[Listing]]) -> int:
    limited: dict[str, dict[int, list[Listing]]] = defaultdict(lambda: defaultdict(list))
    for number, there in enumerate(shows):
        for listing in there:
            if listing.shares_limit:
                limited[_limit_of(listing)][number].append(listing)
    several = (list(by_show.values()) for by_show in limited.values() if len(by_show) > 1)
    return sum(_whole(add(*map(on_offer, there))) - _whole(on_offer(chain(*there))) for there in several)


def over_counted(listings: Iterable[Listing]) -> tuple[int, int]:
    """What is too much in the sum of what remains, and in that of the capacities, of these listings.

    Classes of an event sell together what it, and each of its tiers, has left, and each of them says so, as dates do of
    their product's own stock. Products that are each other's copies in several languages sell one stock: that of the
    one that has the most.
    """
    several = [x for x in listings if isinstance(x.reading.remaining, int)]
    own, translated = by_original(several)
    shared, _ = by_limiting_stock(x for x in own if x.shares_limit)
    found = [_over_counted_of_event(classes) for classes in limited_together(shared) if len(classes) > 1]
    of_dates = _over_counted_of_dates(own)
    found += [(of_dates, of_dates), *map(_over_counted_of_copies, translated)]
    return sum(remaining for remaining, _ in found), sum(capacity for _, capacity in found)


def _over_counted_of_copies(copies: Collection[Sequence[Listing]]) -> tuple[int, int]:
    """Of each copy in a language: what is taken of it is taken of the one stock."""
    left = [_remaining(copy) - _over_counted_of_dates(copy) for copy in copies]
    too_much = sum(map(_remaining, copies)) - max(left)
    return too_much, too_much


def _over_counted_of_dates(listings: Iterable[Listing]) -> int:
    """Of the dates of each product: what is more than its own stock has left."""
    too_much = 0
    for dates in by_limiting_stock(listings)[1]:
        limit = min((x.tier_left for x in dates if isinstance(x.tier_left, int)), default=_remaining(dates))
        too_much += max(0, _remaining(dates) - max(0, limit)) if len(dates) > 1 else 0
    return too_much


def _over_counted_of_event(classes: Sequence[Listing]) -> tuple[int, int]:
    """Of each class what is in the event's checkout is taken off, as if it were its own."""
    in_checkout = max(_whole(at_least(x.reading.held)) for x in classes)
    left = -in_checkout
    for mates in by_tier(classes):
        limits = [x.tier_left + in_checkout for x in mates if isinstance(x.tier_left, int)]
        left += min([_remaining(mates) + in_checkout * len(mates), *limits])
    of_event = min((x.event_left for x in classes if isinstance(x.event_left, int)), default=left)
    left = of_event if of_event < 0 else min(left, of_event)  # whoever has no seat is counted at each class
    capacity = sum(_whole(x.reading.capacity) for x in classes)
    sold = sum(_whole(x.reading.sold) for x in classes)
    return _remaining(classes) - left, max(0, capacity - sold - in_checkout - left)


def _remaining(listings: Iterable[Listing]) -> int:
    return sum(_whole(listing.reading.remaining) for listing in listings)


def sums_together(listings: Collection[Listing]) -> Together:
    """The sums of these listings: those of their show, where they are all of it.

    Places in the checkout of an event count once, its classes offer no more than the event has left, and translations
    sell one stock. A hybrid's own stock limits all its dates: where it is among them, they are not added to it.
    """
    added = without_limited_dates(listings)
    held, offers = sum_of(x.reading.held for x in added), sum_of(x.offer.value for x in added)
    whole_held = held_of(x for x in added if isinstance(x.reading.held, int))
    offered = on_offer(x for x in added if isinstance(x.offer.value, int))
    capacity = sum_of(listing.reading.capacity for listing in added)
    return Together(
        capacity=capacity._replace(known=capacity.known - over_counted(added)[1]),
        sold=sum_of(listing.reading.sold for listing in added),
        held=held._replace(known=_whole(whole_held), missing=sum(map(_is_missing, added))),
        on_offer=offers._replace(known=_whole(offered)),
    )


def without_limited_dates(listings: Collection[Listing]) -> Sequence[Listing]:
    """These listings without the dates whose product's own stock is among them, which limits them all."""
    limiting = {listing.id for listing in listings if listing.limits_dates}
    return [x for x in listings if x.id in limiting or parent_of(x.id) not in limiting]


def _whole(quantity: Quantity) -> int:
    return quantity if isinstance(quantity, int) else 0


def _is_missing(listing: Listing) -> bool:
    """Whether its places in checkout are not known, and were asked for."""
    held = listing.reading.held
    return isinstance(held, Unknown) and held.reason != NOT_READ
