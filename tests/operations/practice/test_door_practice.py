"""The door of a show on the practice club: who comes, and what waits for its money."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
from typing import Any

import pytest

from brcc_tui.model.listing import Platform
from brcc_tui.model.listing_id import parent_number
from brcc_tui.model.listings.lost import BEFORE_DATES
from brcc_tui.model.reading import Reading
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import find_show, programme
from brcc_tui.operations.catalogue.venue_changes import SeatsFor, hold_back, set_seats, split_off
from brcc_tui.operations.money.door import read_door
from brcc_tui.operations.money.refunds import read_refunds
from brcc_tui.operations.money.report import read_report
from brcc_tui.sandbox.eventbrite.shop import StoredTicketClass
from brcc_tui.sandbox.world.types import Life

ON_BOTH = {Platform.EVENTBRITE, Platform.WOOCOMMERCE}


def show_with(practice: Any, life: Life) -> Show:
    """A show that both shops sell, with an order of that life."""
    cells = {f"wc:{x.product_id}:{x.slot_id}:{x.date_id}" for x in practice.world.world.orders if x.life is life}
    return next(
        show
        for show in practice.shows()
        if {x.platform for x in show.listings} == ON_BOTH
        and not cells.isdisjoint(x.id for x in show.listings)
        and show.starts_at > practice.club.clock.now()
    )


async def test_every_seat_that_is_sold_has_its_guest(practice: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    show = show_with(practice, Life.ON_HOLD)
    found = await read_door(practice.club, show, names=True)
    assert found.guests
    assert sum(guest.seats for guest in found.guests) == found.show.sold
    assert {guest.shop for guest in found.guests} == ON_BOTH
    assert [guest.place for guest in found.guests] == sorted(guest.place for guest in found.guests)
    assert not [guest for guest in found.guests if guest.name in caplog.text]


async def test_each_sheet_is_of_the_moment_at_which_the_shops_were_asked(
    practice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is sold while the answers come may be in it or not."""
    show, ask, asked = show_with(practice, Life.ON_HOLD), practice.club.wordpress.orders, list[dt.datetime]()

    async def noted(*what: Any, **more: Any) -> Any:
        asked.append(practice.club.clock.now())
        return await ask(*what, **more)

    monkeypatch.setattr(practice.club.wordpress, "orders", noted)
    day = show.starts_at.date()
    assert (await read_door(practice.club, show)).read_at <= asked.pop()
    assert (await read_refunds(practice.club, show)).read_at <= asked.pop()
    assert (await read_report(practice.club, day, day)).read_at <= asked.pop()


async def test_a_class_that_came_since_the_refresh_has_its_guests_too(practice: Any) -> None:
    show = show_with(practice, Life.ON_HOLD)
    event = next(parent_number(x.id) for x in show.listings if x.platform is Platform.EVENTBRITE)
    there = practice.world.eventbrite.events[event].classes
    first = next(iter(there.values())).spec
    there["299999999"] = StoredTicketClass(dataclasses.replace(first, id="299999999"), 10, 4, 0, hidden=False)
    found = await read_door(practice.club, show, names=True)
    assert found.show.sold == sum(guest.seats for guest in found.guests or ()) == show.sold + 4
    refunds = await read_refunds(practice.club, show)
    assert found.listed_at == refunds.listed_at == practice.club.cache.read_at()
    orders = [each for each in refunds.orders if each.shop is Platform.EVENTBRITE]
    assert sum(each.seats for each in orders) == sum(
        x.seats for x in found.guests or () if x.shop is Platform.EVENTBRITE
    )
    report = await read_report(practice.club, show.starts_at.date(), show.starts_at.date())
    (figures,) = (each for each in report.shows if each.show_id == show.id)
    assert figures.shops[Platform.EVENTBRITE].sold == sum(each.seats for each in orders)
    now = programme(practice.club, await read_live(practice.club)).shows
    assert next(each.sold for each in now if each.id == show.id) == show.sold + 4
    assert f"eb:{event}:299999999" not in {x.id for x in practice.club.cache.listings()}, "that is for a refresh"


async def test_an_event_that_was_moved_since_the_refresh_is_told_of(practice: Any) -> None:
    show = show_with(practice, Life.ON_HOLD)
    moved = next(x for x in show.listings if x.platform is Platform.EVENTBRITE)
    event = practice.world.eventbrite.events[parent_number(moved.id)]
    event.spec = dataclasses.replace(event.spec, starts_at=event.spec.starts_at + dt.timedelta(days=7))
    found = await read_door(practice.club, show)
    assert [event.spec.id in note for note in found.notes if "refresh, then ask again" in note] == [True]


async def test_orders_that_wait_stand_by_their_number(practice: Any) -> None:
    show = show_with(practice, Life.ON_HOLD)
    found = await read_door(practice.club, show)
    assert "on-hold" in {order.status for order in found.held_orders}
    assert sum(order.seats for order in found.held_orders) == found.show.held
    assert found.guests is None
    assert not any(order.name for order in found.held_orders)
    named = await read_door(practice.club, show, names=True)
    assert named.held_orders
    assert all(order.name for order in named.held_orders)


async def test_house_seats_stand_on_it(practice: Any) -> None:
    show = show_with(practice, Life.PROCESSING)
    hold_back(practice.club, show, 3, "two critics and a friend")
    found = await read_door(practice.club, find_show(practice.club, show.id))
    assert (found.show.held_back, found.show.held_back_note) == (3, "two critics and a friend")
    every = programme(practice.club, practice.club.cache.listings()).shows
    some = [each for n, each in enumerate(every) if each.id == show.id or n % 60 == 0]
    assert [find_show(practice.club, each.id) for each in some] == some, "alone it has the same sums"


async def test_what_was_said_of_the_house_while_the_sheet_lay_open_stands_on_it(practice: Any) -> None:
    show = show_with(practice, Life.PROCESSING)
    hold_back(practice.club, show, 3)
    set_seats(practice.club, show, 48, SeatsFor.SHOW)
    found = (await read_door(practice.club, show)).show
    assert (found.held_back, found.room.seats) == (3, 48)
    assert found.free == find_show(practice.club, show.id).free
    one = next(x for x in show.listings if x.platform is Platform.EVENTBRITE)
    room = split_off(practice.club, show, [one], every_date=False)
    elsewhere = find_show(practice.club, f"{show.id.partition('@')[0]}@{room}")
    assert [(await read_door(practice.club, each)).show.held_back for each in (elsewhere, show)] == [0, 3]


async def test_a_shop_that_is_silent_takes_nothing_from_the_other(practice: Any) -> None:
    show = show_with(practice, Life.ON_HOLD)
    practice.world.eventbrite.tells_money = False
    found = await read_door(practice.club, show, names=True)
    assert found.failed.keys() == {Platform.EVENTBRITE}
    assert {guest.shop for guest in found.guests or ()} == {Platform.WOOCOMMERCE}
    found = await read_door(dataclasses.replace(practice.club, wordpress=None), show)
    assert found.failed.keys() == {Platform.WOOCOMMERCE}


@pytest.mark.parametrize("shop", list(Platform))
async def test_a_shop_that_tells_no_number_could_not_be_asked(
    practice: Any, shop: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody asks for names, so that no list of guests is asked for."""
    show = show_with(practice, Life.ON_HOLD)

    async def read(club: Any, names: Any) -> Any:
        nothing = Reading.unknown("is silent", read_at=club.clock.now())
        told = await read_live(club, names)
        return tuple(dataclasses.replace(x, reading=nothing) if x.platform is shop else x for x in told)

    monkeypatch.setattr("brcc_tui.operations.money.door.read_live", read)
    found = await read_door(practice.club, show)
    assert found.failed == {shop: "is silent"}


async def test_guests_of_an_event_that_was_given_dates_stay_at_their_door(practice: Any) -> None:
    """Their tickets name no date: they are of the day that the event had."""
    site, now = practice.world.site, practice.club.clock.now()
    stocks = {x.product_id for x in practice.world.world.orders if not (x.slot_id or x.variation_id)}
    show, old = next(
        (show, listing)
        for show in practice.shows()
        for listing in show.listings
        if listing.writable and show.starts_at > now and {listing.id} & {f"wc:{number}" for number in stocks}
        if listing.reading.sold
    )
    product = int(parent_number(old.id))
    dates = {"same": {"date": f"{show.starts_at:%B %d, %Y}", "stock": "40"}}
    clock = {"hour": f"{show.starts_at:%H}", "minute": f"{show.starts_at:%M}", "period": ""}
    options = {"slot": {"label": "Class", **clock, "add_date": dates}}
    site.shop.posts.set(product, "WooCommerceEventsType", "bookings")
    site.shop.posts.set(product, "fooevents_bookings_options_serialized", json.dumps(options))
    site.shop.posts.set(product, "_manage_stock", "no")
    for _ in range(2):
        await refresh(practice.club)
    found = await read_door(practice.club, find_show(practice.club, show.id), names=True)
    sold = {x.id: x.reading.sold for x in show.listings}
    assert {x.id: x.reading.sold for x in found.show.listings} == {**sold, f"{old.id}:slot:same": 0}
    assert BEFORE_DATES in found.show.unknown["remaining"]
    guests = [guest for guest in found.guests or () if guest.shop is Platform.WOOCOMMERCE]
    assert sum(guest.seats for guest in guests) == old.reading.sold
