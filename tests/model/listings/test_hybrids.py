"""Dates whose product has a stock of its own besides, or variations: whichever of them decides what is sold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brcc_tui.model.catalogue import Variation
from brcc_tui.model.listing import Listing
from brcc_tui.model.offer import Offer, OfferRule, Status
from tests.model.listings.test_offers import SITE, bookings, listed

DATE, PRODUCT = OfferRule.STOCK, OfferRule.PRODUCT_STOCK


def date_of(stock: int, threshold: int = 0, **whole: object) -> Listing:
    """A date with 30 left, of a product with that stock."""
    told = {"manage_stock": True, "stock_quantity": stock, "stock_status": "instock"} | whole
    product = replace(bookings(30), **told)  # type: ignore[arg-type]
    (cell,) = (each for each in listed(product, replace(SITE, none_at=threshold)) if each.id.count(":") == 3)
    return cell


@pytest.mark.parametrize(
    ("stock", "threshold", "offer"),
    [
        (40, 5, Offer(30, DATE)),
        (30, 5, Offer(30, DATE)),
        (6, 5, Offer(6, PRODUCT)),
        (5, 5, Offer(0, OfferRule.THRESHOLD)),
        (1, 1, Offer(0, OfferRule.THRESHOLD)),
        (1, 0, Offer(1, PRODUCT)),
    ],
)
def test_the_less_of_both_stocks_is_sold_unless_the_products_is_at_the_threshold(
    stock: int, threshold: int, offer: Offer
) -> None:
    cell = date_of(stock, threshold)
    assert (cell.offer, cell.tier_left) == (offer, stock)
    shared = (Variation(1, "A", "publish", "parent", None, "10"),)
    assert date_of(stock, threshold, type="variable", has_variations=True, variations=shared).offer == offer


def test_a_product_that_somebody_has_marked_as_out_is_closed_with_all_its_dates() -> None:
    assert date_of(12, 5, stock_status="outofstock").offer == Offer(0, OfferRule.CLOSED)
    assert date_of(3, 5, stock_status="outofstock").offer == Offer(0, OfferRule.THRESHOLD)


@pytest.mark.parametrize("stock", [40, 5, 0, -2])
def test_a_product_that_is_sold_on_backorder_limits_none_of_its_dates(stock: int) -> None:
    status = "instock" if stock > 0 else "onbackorder"
    cell = date_of(stock, 5, backorders="yes", stock_status=status)
    assert (cell.offer, cell.reading.remaining, cell.status) == (Offer(30, DATE), 30, Status.ON_SALE)
    assert cell.tier_left is None, "its dates are added up"


@pytest.mark.parametrize(("status", "offer"), [("instock", 30), ("outofstock", 0)])
def test_a_product_that_counts_nothing_and_is_marked_as_out_stops_none_of_its_variations(
    status: str, offer: int
) -> None:
    uncounted = (Variation(1, "A", "publish", False, None, "10", status),)
    whole = {"manage_stock": False, "stock_quantity": None, "stock_status": "outofstock"}
    assert date_of(0, type="variable", has_variations=True, variations=uncounted, **whole).offer.value == offer
