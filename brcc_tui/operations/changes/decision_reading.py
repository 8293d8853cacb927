"""A decision reading: one product or event at one moment, with numbers that are known to be consistent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from brcc_tui.model.catalogue import Event, MetaRow, Product, Site
from brcc_tui.model.counts import ProductCount
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import TicketClassId, parse_listing_id
from brcc_tui.model.quantity import Quantity, is_known


@dataclass(frozen=True, slots=True)
class Subject:
    """The unit of locking and writing: a WooCommerce product, or an Eventbrite event."""

    platform: Platform
    number: str

    def __str__(self) -> str:
        return f"{'eb' if self.platform is Platform.EVENTBRITE else 'wc'}:{self.number}"


@lru_cache(maxsize=4096)
def subject_of(listing_id: str) -> Subject:
    """The subject a listing belongs to; raises `NotAListingId`."""
    parsed = parse_listing_id(listing_id)
    if isinstance(parsed, TicketClassId):
        return Subject(Platform.EVENTBRITE, parsed.event)
    return Subject(Platform.WOOCOMMERCE, str(parsed.product))


@dataclass(frozen=True, slots=True)
class DecisionReading:
    """A subject at one moment: `at`, and at the monotonic second `began`, the stored numbers were asked for.

    `journal_position` is where the journal stood before anything was asked. Of a WooCommerce product:

    * `orders`: the places of each live order, by listing id.
    * `editor`: seconds since somebody's open WordPress editor was last heard of, None when none is open; `opened`:
      WordPress's note of who had it open, and when.
    * `saved`: when WordPress says that it was last saved; `ours`: the capacity that our last write gave each date of it
      that nobody has saved since. What stands elsewhere was moved by the shop itself.
    * `cached`: what REST tells otherwise than the database, for longer than a moment.

    Of an Eventbrite event: `doubtful` are the ticket classes whose reading may be older than a write made here, which
    are not planned on; `shown` is the event as it was read, without what our answers told.
    """

    subject: Subject
    listings: Mapping[str, Listing]
    began: float
    at: dt.datetime
    product: Product | None = None
    site: Site | None = None
    event: Event | None = None
    shown: Event | None = None
    count: ProductCount | None = None
    orders: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    editor: float | None = None
    cached: str | None = None
    doubtful: frozenset[str] = frozenset()
    saved: dt.datetime | None = None
    opened: str | None = None
    ours: Mapping[str, int] = field(default_factory=dict)
    journal_position: int = 0

    def taken(self, listing_id: str) -> Quantity:
        """Places sold and held of a listing; at least so many, where those in Eventbrite's checkout are not known."""
        return self.listings[listing_id].reading.taken

    def moved_by_shop(self, listing_id: str) -> int | None:
        """By how many seats the shop itself has moved a date since it was set here; None if somebody else may have.

        A date that has sold more than its capacity has nothing on offer that could be too much.
        """
        ours, reading, taken = self.ours.get(listing_id), self.listings[listing_id].reading, self.taken(listing_id)
        if ours is None or not is_known(reading.capacity) or not is_known(taken):
            return None
        return reading.capacity - (max(ours, taken) if reading.remaining == 0 else ours)

    def is_hidden(self, listing_id: str) -> bool | None:
        """Whether a ticket class is taken off sale by hiding it, as far as that is told; its capacity then stays as it
        was.
        """
        classes = self.event.ticket_classes if self.event is not None else ()
        hidden = (each.hidden for each in classes if str(TicketClassId(each.event_id, each.id)) == listing_id)
        return next(hidden, None)

    def booking_rows(self) -> tuple[MetaRow, ...]:
        """The meta rows that hold booking text; more than one is a hazard."""
        return self.product.rows(META_KEY) if self.product is not None else ()
