"""Several dates of a product in one show: what its own stock limits together is offered once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from brcc_tui.model.catalogue import MetaRow, Product, Site
from brcc_tui.model.counts import Counts, ProductCount
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.from_catalogue import product_listings
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.show import Room
from brcc_tui.model.shows.sums import sums_together
from brcc_tui.model.shows.venue_rules import VenueRules

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
SITE = Site("F j, Y", "g:i a", "America/Toronto")


def listings(stock: int | None, *stocks: object, backorders: str = "no") -> list[Listing]:
    """A hybrid's dates of one hour, each in a slot of its own."""
    slot = {"hour": "08", "minute": "00", "period": "p.m.", "add_time": "enabled"}
    slots = {
        f"s{n}": {"label": f"Row {n}", **slot, "add_date": {"d": {"date": "November 27, 2026", "stock": each}}}
        for n, each in enumerate(stocks)
    }
    meta = {
        "WooCommerceEventsEvent": "Event",
        "WooCommerceEventsType": "bookings",
        "fooevents_bookings_options_serialized": json.dumps(slots),
    }
    rows = tuple(MetaRow(0, key, value) for key, value in meta.items())
    managed = stock is not None
    product = Product(10, "Gala", "publish", "simple", managed, stock, "instock", rows, backorders=backorders)
    return list(product_listings(product, SITE, NOW, Counts(NOW, {10: ProductCount()})).listings)


def offered(found: list[Listing]) -> Quantity:
    rules = VenueRules({"main": Room("main", 55)})
    (show,) = group_shows(found, rules, Pairings(), dt.UTC).shows
    return show.on_offer


@pytest.mark.parametrize(
    ("stock", "stocks", "wanted"),
    [
        (4, (10, 10), 4),
        (4, (3, 3), 4),
        (8, (3, 3), 6),
        (4, (0, 10), 4),
        (4, ("", ""), 4),
        (0, (3, 3), 0),
        (-1, (3, 3), 0),
        (None, (3, 3), 6),
    ],
)
def test_dates_of_one_show_offer_no_more_than_their_products_stock(
    stock: int | None, stocks: tuple[object, ...], wanted: int
) -> None:
    assert offered(listings(stock, *stocks)) == wanted


def test_what_the_stock_does_not_limit_is_added() -> None:
    assert offered(listings(2, 3, 3, backorders="yes")) == 6
    assert offered(listings(2, 3, "", backorders="yes")) is UNLIMITED


def test_of_a_date_that_is_not_known_nobody_knows_how_many_all_offer() -> None:
    assert isinstance(offered(listings(4, 3, "many")), Unknown)


@pytest.mark.parametrize(
    ("stock", "stocks", "wanted"), [(4, (10, 10), 4), (8, (3, 3), 6), (4, (3, 3), 4), (None, (3, 3), 6)]
)
def test_so_do_their_sums(stock: int | None, stocks: tuple[object, ...], wanted: int) -> None:
    """Beside one another, without the product's own stock among them, and with it."""
    found = listings(stock, *stocks)
    dates = [each for each in found if each.id != "wc:10"]
    together = sums_together(dates)
    assert (together.on_offer.known, together.capacity.known) == (wanted, wanted)
    assert sums_together(found).on_offer.known == (wanted if stock is None else stock)


def test_copies_in_several_languages_sell_that_stock_once() -> None:
    dates = [each for each in listings(4, 10, 10) if each.id != "wc:10"]
    ours = [replace(each, flags=each.flags | {Flag.TRANSLATED}) for each in dates]
    theirs = [replace(each, id=each.id.replace("wc:10:", "wc:11:"), copy_of="wc:10") for each in ours]
    together = sums_together([*ours, *theirs])
    assert (together.on_offer.known, together.capacity.known) == (4, 4)
