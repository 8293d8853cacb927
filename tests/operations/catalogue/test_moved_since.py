"""A show that the catalogue has as over, and that its shop has moved to a later day since: its seats are on sale."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from brcc_tui.model.catalogue import Product
from brcc_tui.model.counts import CellCount
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.from_catalogue import Listings, product_listings
from brcc_tui.operations.catalogue import shop_reading
from brcc_tui.operations.catalogue.read import FEW_EVENTS, read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shop_reading import FEW_PRODUCTS
from brcc_tui.operations.catalogue.shows import programme

CELL = "wc:10:slotone:dateone"


def text_of(*days: int) -> str:
    """The booking text of a slot with dates on these days of November: the first of them is over on the 22nd."""
    dates = "".join(
        f',"{date}_add_date":"November {day}, 2026","{date}_stock":"42"'
        for date, day in zip(("dateone", "datetwo"), days, strict=False)
    )
    return f'{{"slotone":{{"label":"8pm Show","hour":"08","minute":"00","period":"p.m.","add_time":"enabled"{dates}}}}}'


async def looked_an_hour_later(town: Any) -> dict[str, Listing]:
    """What a live look shows an hour after the refresh, by id; what it kept is the same."""
    town.clock.at += dt.timedelta(hours=1)
    town.database.asked.clear()
    found = {listing.id: listing for listing in await read_live(town.club)}
    kept = {listing.id: listing for listing in town.club.cache.listings()}
    assert {id_: kept[id_].starts_at for id_ in found if id_ in kept} == {
        id_: listing.starts_at for id_, listing in found.items() if id_ in kept
    }
    return found


async def test_an_event_that_was_put_off_is_read_where_a_list_tells_of_it(town: Any, make_event: Any) -> None:
    town.eventbrite.stored = {str(n): make_event(n) for n in range(1, FEW_EVENTS + 2)}
    town.eventbrite.stored |= {"50": make_event(50, day=20), "51": make_event(51, day=20)}
    await refresh(town.club)
    town.eventbrite.stored["50"] = make_event(50, day=28, sold=20)
    found = await looked_an_hour_later(town)
    assert (found["eb:50:509"].reading.sold, Flag.PAST in found["eb:50:509"].flags) == (20, False)
    assert "eb:51:519" not in found, "that one is over"
    assert "2026-11-28T20:00@main" in {show.id for show in programme(town.club, town.club.cache.listings()).shows}


async def test_a_date_of_a_product_that_is_read_anyway(town: Any, make_bookings: Any) -> None:
    town.woocommerce.stored[10] = make_bookings(10, text=text_of(20, 29))
    await refresh(town.club)
    town.woocommerce.stored[10] = make_bookings(10, text=text_of(28, 29))
    assert (await looked_an_hour_later(town))[CELL].reading.sold == 12


@pytest.mark.parametrize("days", [(28,), (20, 28), (20,)], ids=["moved", "one more", "still over"])
async def test_a_product_of_which_all_was_over(town: Any, make_bookings: Any, days: tuple[int, ...]) -> None:
    town.woocommerce.stored |= {number: make_bookings(number) for number in range(20, 21 + FEW_PRODUCTS)}
    town.woocommerce.stored[10] = make_bookings(10, text=text_of(20))
    await refresh(town.club)
    town.woocommerce.stored[10] = make_bookings(10, text=text_of(*days))
    town.database.taken[10, "slotone", "datetwo"] = CellCount(sold=7)
    found = await looked_an_hour_later(town)
    sold = {id_: listing.reading.sold for id_, listing in found.items() if id_.startswith("wc:10:")}
    assert sold == {(28,): {CELL: 12}, (20, 28): {"wc:10:slotone:datetwo": 7}, (20,): {}}[days]
    assert any(question.startswith("snapshot 10") for question in town.database.asked) == (days != (20,))


async def test_a_product_that_is_told_as_it_was_known_is_not_gone_through_again(
    town: Any, make_bookings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shop has hundreds of which all is over, and each look at the whole club is told them."""
    gone_through: list[int] = []

    def noted(product: Product, *more: Any, **named: Any) -> Listings:
        gone_through.append(product.id)
        return product_listings(product, *more, **named)

    town.woocommerce.stored |= {number: make_bookings(number) for number in range(20, 21 + FEW_PRODUCTS)}
    town.woocommerce.stored |= {number: make_bookings(number, text=text_of(20)) for number in (10, 11)}
    await refresh(town.club)
    town.woocommerce.stored[11] = make_bookings(11, text=text_of(19))
    monkeypatch.setattr(shop_reading, "product_listings", noted)
    assert not {"wc:10:slotone:dateone", "wc:11:slotone:dateone"} & (await looked_an_hour_later(town)).keys()
    assert (10 in gone_through, 11 in gone_through) == (False, True)
