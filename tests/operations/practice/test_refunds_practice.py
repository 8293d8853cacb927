"""What is to be refunded of a show, against what the practice club knows of its own money."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from brcc_tui.model.listing import Platform
from brcc_tui.model.money.refunds import Refunds
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.money.places import classes_by_event
from brcc_tui.operations.money.refunds import read_refunds
from brcc_tui.sandbox.world.types import Life, OrderSpec
from tests.takings import takings

ON_BOTH = {Platform.EVENTBRITE, Platform.WOOCOMMERCE}


def sum_of(found: Refunds, shop: Platform) -> Decimal:
    return sum((order.amount for order in found.orders if order.shop is shop and order.amount), Decimal(0))


def on_both(shows: Iterable[Show]) -> list[Show]:
    return [show for show in shows if {listing.platform for listing in show.listings} == ON_BOTH]


def shows_of(practice: Any, orders: Iterable[OrderSpec]) -> list[Show]:
    """The shows of these orders of the world, as the program found them."""
    by_listing = {listing.id: show for show in practice.shows() for listing in show.listings}
    names = (f"wc:{order.product_id}:{order.slot_id}:{order.date_id}" for order in orders if order.date_id)
    return [by_listing[name] for name in names if name in by_listing]


async def test_every_show_of_odd_orders_adds_up_to_what_the_club_took(practice: Any) -> None:
    world = practice.world.world
    practice.say_not_seats()
    odd = [order for order in world.orders if order.refunds or order.fee_cents or order.together]
    of_odd = {show.id: show for show in shows_of(practice, odd)}
    wanted = {show.id: show for show in [*[*of_odd.values()][:11], *on_both(practice.shows())[:2]]}
    truth = takings(world)
    for show in wanted.values():
        found = await read_refunds(practice.club, show)
        assert sum_of(found, Platform.WOOCOMMERCE) * 100 == truth[show.id].gross if show.id in truth else True, show.id
        events = [practice.world.eventbrite.events[event] for event in classes_by_event(show.listings)]
        gross = sum(practice.world.eventbrite_orders.sales(event).gross for event in events)
        assert sum_of(found, Platform.EVENTBRITE) * 100 == gross
    assert len(wanted) > 10


async def test_a_show_is_one_statement_within_a_snapshot(practice: Any) -> None:
    show = on_both(practice.shows())[0]
    await read_refunds(practice.club, show)
    before = practice.club.wordpress.queries
    await read_refunds(practice.club, show)
    assert practice.club.wordpress.queries - before == 4, "begin, the clock, the orders, end"


LIVES = {
    Life.PROCESSING: ("processing", True),
    Life.ON_HOLD: ("on-hold", False),
    Life.PENDING: ("pending", False),
    Life.REFUNDED_BY_REST: ("refunded", False),
    Life.CUSTOM_STATUS: ("reagendado", True),
    Life.CANCELLED: ("cancelled", None),
    Life.TRASHED: ("trash", None),
    Life.ORDER_DELETED: ("deleted", None),
}


@pytest.mark.parametrize("life", LIVES)
async def test_an_order_tells_what_became_of_it(practice: Any, life: Life) -> None:
    status, paid = LIVES[life]
    orders = [order for order in practice.world.world.orders if order.life is life]
    show = shows_of(practice, orders)[0]
    found = [order for order in (await read_refunds(practice.club, show)).orders if order.status == status]
    assert found
    for order in found:
        assert (order.amount is None) == bool(order.unknown) == (paid is None)
        assert paid is None or bool(order.amount) == paid
        assert order.url.endswith(f"id={order.id}") or status == "deleted"
        assert (order.seats > 0) == (status in {"processing", "on-hold", "pending", "reagendado", "deleted"})


async def test_names_come_only_when_they_are_asked_for(practice: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    show = max(on_both(practice.shows()), key=lambda show: show.sold if isinstance(show.sold, int) else 0)
    without = await read_refunds(practice.club, show)
    named = await read_refunds(practice.club, show, names=True)
    assert not any(order.people for order in without.orders)
    assert {order.shop for order in named.orders if order.people} == ON_BOTH
    assert all(order.people for order in named.orders if order.status != "deleted"), "without a ticket too"
    assert dataclasses.replace(without, orders=(), read_at=named.read_at) == dataclasses.replace(named, orders=())
    people = {part for order in named.orders for who in order.people for part in (who.name, who.email)}
    assert len(people) > 10
    assert not [name for name in people if name in caplog.text]


async def test_a_shop_that_cannot_be_asked_is_named_and_has_no_sum(practice: Any) -> None:
    show = on_both(practice.shows())[0]
    practice.world.eventbrite.tells_money = False
    found = await read_refunds(dataclasses.replace(practice.club, wordpress=None), show)
    assert found.failed.keys() == ON_BOTH
    assert found.orders == found.sums() == ()
    found = await read_refunds(practice.club, show)
    assert found.failed.keys() == {Platform.EVENTBRITE}
    assert [part.shop for part in found.sums()] == [Platform.WOOCOMMERCE]


async def test_orders_that_name_no_night_stand_apart(practice: Any) -> None:
    (order, *_) = (x for x in practice.world.world.orders if x.life is Life.BLOCK_CHECKOUT)
    found, named = [
        await read_refunds(practice.club, shows_of(practice, [order])[0], names=names) for names in (False, True)
    ]
    assert found.doubtful
    assert all(not each.certain and each.seats == 0 and each.amount for each in found.doubtful)
    assert not any(each.people for each in found.doubtful), "nobody asked for names"
    assert all(each.people for each in named.doubtful)
    assert found.doubtful == tuple(dataclasses.replace(each, people=()) for each in named.doubtful)
