"""What listings hold and offer together, counting shared stock once (an event's places, a tier, a product's own stock,
one stock in several languages).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from brcc_tui.model.checkout import at_least
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import parent_of
from brcc_tui.model.quantity import Quantity, add, at_least_zero, is_known, least, less


def by_event(listings: Iterable[Listing]) -> Collection[Sequence[Listing]]:
    """Listings whose places in checkout are one number: the classes of an event; all others stand alone."""
    events: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        eventbrite = listing.platform is Platform.EVENTBRITE
        events[parent_of(listing.id) if eventbrite else listing.id].append(listing)
    return events.values()


def limited_together(listings: Iterable[Listing]) -> Iterator[Sequence[Listing]]:
    """The classes of each event, apart from them those of tiers that do not count against its capacity."""
    for classes in by_event(listings):
        limited = [x for x in classes if x.event_left is not None]
        yield from (limited, [x for x in classes if x.event_left is None]) if limited else (classes,)


def held_of(listings: Iterable[Listing]) -> Quantity:
    """Places held over these listings; an event's places in checkout stand at each of its classes, and count once."""
    return add(*(_most([at_least(listing.reading.held) for listing in classes]) for classes in by_event(listings)))


def known_taken(listings: Collection[Listing]) -> int:
    """The places that are taken for certain: those of which nobody knows are left out."""
    held = [[part for x in classes if is_known(part := at_least(x.reading.held))] for classes in by_event(listings)]
    return sum(part for x in listings if is_known(part := x.reading.sold)) + sum(max(each, default=0) for each in held)


def on_offer(listings: Iterable[Listing]) -> Quantity:
    """Seats that buyers can still take: classes of one event never offer more than the event has left.

    Products that are each other's copies in several languages sell one stock, so the greatest of their offers counts.
    """
    own, translated = by_original(listings)
    copies = (_most([_on_offer_of_all(each) for each in products]) for products in translated)
    return add(_on_offer_of_all(own), *copies)


def by_original(listings: Iterable[Listing]) -> tuple[Sequence[Listing], Sequence[Collection[Sequence[Listing]]]]:
    """The listings that sell a stock of their own; and for each stock of several languages those of each product."""
    own: list[Listing] = []
    translated: dict[str, dict[str, list[Listing]]] = defaultdict(lambda: defaultdict(list))
    for listing in listings:
        if Flag.TRANSLATED in listing.flags:
            product = parent_of(listing.id)
            translated[listing.copy_of or product][product].append(listing)
        else:
            own.append(listing)
    return own, [products.values() for products in translated.values()]


def by_tier(classes: Iterable[Listing]) -> Collection[Sequence[Listing]]:
    """The classes of an event by the inventory tier that they share; those of none together."""
    tiers: dict[str | None, list[Listing]] = defaultdict(list)
    for listing in classes:
        tiers[listing.tier].append(listing)
    return tiers.values()


def _on_offer_of_all(listings: Iterable[Listing]) -> Quantity:
    """Of all these: dates of a product offer together no more than its own stock has left."""
    apart, dates = by_limiting_stock(listings)
    return add(*map(_on_offer, limited_together(apart)), *map(_of_one_stock, dates))


def by_limiting_stock(listings: Iterable[Listing]) -> tuple[Sequence[Listing], Collection[Sequence[Listing]]]:
    """The listings that no product's own stock limits besides; and of each such product the dates."""
    apart: list[Listing] = []
    dates: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        is_limited = listing.platform is Platform.WOOCOMMERCE and listing.tier_left is not None
        (dates[parent_of(listing.id)] if is_limited else apart).append(listing)
    return apart, dates.values()


def _of_one_stock(dates: Sequence[Listing]) -> Quantity:
    limits = [listing.tier_left for listing in dates if listing.tier_left is not None]
    return least(add(*(listing.offer.value for listing in dates)), *map(at_least_zero, limits))


def _on_offer(classes: Sequence[Listing]) -> Quantity:
    """Of one event (or one listing). Each class was read as if all places in checkout were its own."""
    offers = [(listing, offer) for listing in classes if not (offer := listing.offer).is_stopped]
    if len(offers) < 2:
        return offers[0][1].value if offers else 0
    selling = [listing for listing, _ in offers]
    in_checkout = _most([at_least(listing.reading.held) for listing in selling])
    each = [_of_tier(mates, in_checkout) for mates in by_tier(selling)]
    total = at_least_zero(less(add(*each), in_checkout))
    limits = [listing.event_left for listing in selling if listing.event_left is not None]
    return least(total, *map(at_least_zero, limits))


def _of_tier(classes: Sequence[Listing], in_checkout: Quantity) -> Quantity:
    """What the classes of one tier (or those of none) offer, were nobody in the checkout."""
    each = [listing.offer_at(add(listing.reading.remaining, in_checkout)).value for listing in classes]
    limits = [add(x.tier_left, in_checkout) for x in classes if x.tier_left is not None]
    return least(add(*each), *map(at_least_zero, limits))


def _most(quantities: Iterable[Quantity]) -> Quantity:
    """The largest; unknown if any is."""
    known: list[int] = []
    for quantity in quantities:
        if not isinstance(quantity, int):
            return quantity
        known.append(quantity)
    return max(known)
