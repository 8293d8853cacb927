"""A listing at another number: its status and offer as its shop would have them, before the shop is asked again."""

from __future__ import annotations

import dataclasses
from typing import Final

from brcc_tui.model.listing import Flag, Listing, Platform, flags_that_hold
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, is_known, is_less_than, least, remaining_from
from brcc_tui.model.reading import Reading
from brcc_tui.model.shows.ending import status_in_doubt

AT_ZERO: Final = frozenset({Status.SOLD_OUT, Status.CLOSED})
"""What a listing at 0 may be called: sold out, or closed where nothing of it is sold."""


def listing_at(listing: Listing, reading: Reading) -> Listing:
    """The listing with other numbers, and what follows from them."""
    terms = _terms_at(listing.terms, reading)
    woocommerce, endless = listing.platform is Platform.WOOCOMMERCE, terms.endless is not None
    left = reading.remaining if woocommerce or Flag.OVERSOLD in listing.flags else reading.left_but_for_checkout
    beyond = not woocommerce and reading.is_sold_beyond_capacity
    later = dataclasses.replace(listing, reading=reading, terms=terms)
    later = dataclasses.replace(later, status=status_at(later, reading))
    by_number = {
        Flag.AT_ZERO: woocommerce and reading.remaining == 0 and not endless,
        Flag.OVERSOLD: beyond or (is_less_than(left, 0) and not endless),
        Flag.THRESHOLD: later.offer.rule is OfferRule.THRESHOLD,
        Flag.UNLIMITED: reading.remaining is UNLIMITED,
    }
    return dataclasses.replace(later, flags=listing.flags.difference(by_number) | flags_that_hold(by_number))


def _terms_at(terms: Terms, reading: Reading) -> Terms:
    """The terms with the limit that the remaining number of a class is then: its own, or its event's. A stock is sold
    without limit below 0 alone.
    """
    if terms.endless is OfferRule.NEGATIVE_STOCK and not is_less_than(reading.remaining, 0):
        return dataclasses.replace(terms, endless=None)
    if terms.limit not in (OfferRule.CAPACITY, OfferRule.EVENT_CAPACITY):
        return terms
    is_own = remaining_from(reading.capacity, reading.taken, 0) == reading.remaining
    return dataclasses.replace(terms, limit=OfferRule.CAPACITY if is_own else OfferRule.EVENT_CAPACITY)


def status_at(listing: Listing, reading: Reading) -> Status:
    """What its shop calls it at that number: where nothing remains it is sold out, or closed where nothing is sold.

    So it is where fewer remain than it sells at all (closed, to WooCommerce), and in doubt where its terms are. What is
    hidden, over, not published or stopped by its terms stays so.
    """
    status, terms, remaining = listing.status, listing.terms, reading.remaining
    if not is_known(remaining) or not terms.is_by_number:
        return status
    if remaining > 0 and not terms.is_too_few(remaining):
        return status_in_doubt(Status.ON_SALE if status in AT_ZERO else status, terms)
    if not _follows_number(status, terms, remaining):
        return status
    is_closed = listing.platform is Platform.WOOCOMMERCE and (remaining > 0 or reading.taken == 0)
    return Status.CLOSED if is_closed else Status.SOLD_OUT


def _follows_number(status: Status, terms: Terms, remaining: Quantity) -> bool:
    """Whether what a listing is called hangs on its number, of which it sells none: also where it is not known whether
    it sells, for that is no matter then.
    """
    in_doubt = status is Status.UNKNOWN and terms.unknown is not None
    return status in (*AT_ZERO, Status.ON_SALE) or (in_doubt and terms.sells_none_of(remaining))


def with_sales(listing: Listing, sold: Quantity) -> Listing:
    """The listing once so many are sold of it: its event has as many fewer left, where it limits its classes."""
    before, limit = listing.reading.sold, listing.event_left
    if limit is None or not isinstance(before, int) or not isinstance(sold, int):
        return listing
    return dataclasses.replace(listing, event_left=remaining_from(limit, max(0, sold - before), 0))


def left_at(listing: Listing, own: Quantity) -> Quantity:
    """What remains where its own number leaves so many: no more than its event does, which may not be known."""
    limit = listing.event_left
    return own if limit is None or (isinstance(own, int) and own <= 0) else least(own, limit)


def at_capacity(listing: Listing, capacity: int) -> Listing:
    """The listing with that capacity and as many places taken; its flags stay as they are."""
    remaining = remaining_from(capacity, listing.reading.taken, 0)
    reading = dataclasses.replace(listing.reading, capacity=capacity, remaining=remaining)
    return dataclasses.replace(listing, reading=reading, status=status_at(listing, reading))
