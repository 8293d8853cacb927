"""From what the shops say to listings: one for every stock of seats, a row with a reason for the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from brcc_tui.model.catalogue import Catalogue, Event, Failure, Product, Site
from brcc_tui.model.counts import Counts, ProductCells
from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Listings:
    """All listings of a catalogue, what could not be made one (with reasons), and what is no event at all."""

    listings: tuple[Listing, ...]
    failed: tuple[Failure, ...]
    not_events: tuple[Failure, ...]


def listings_of(catalogue: Catalogue, now: dt.datetime, counts: Counts | None, why_no_counts: str = "") -> Listings:
    """Every listing of both shops. Without counts, sold and held of the shop's own listings are unknown."""
    raise NotImplementedError


def event_listings(event: Event, now: dt.datetime, in_checkout: Quantity | None = None) -> list[Listing]:
    """The listings of one Eventbrite event; `in_checkout` None means it was not asked for (`not_read`)."""
    raise NotImplementedError


def product_listings(
    product: Product, site: Site | None, now: dt.datetime, counts: Counts | None, why_no_counts: str = ""
) -> Listings:
    """The listings of one WooCommerce product."""
    raise NotImplementedError


def cells_to_count(products: tuple[Product, ...], site: Site | None) -> tuple[ProductCells, ...]:
    """What to ask the database for: every product that sells seats, with its cells and their texts."""
    raise NotImplementedError
