"""Places that no listing was ever made for: whoever looks at the dashboard is told of them, and what to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.world.meta import BOOKING_KEY
from brcc_tui.sandbox.world.types import Life, OrderSpec
from tests.operations.practice.club import Practice
from tests.practice import SHORT

ORDER, TYPE = "WooCommerceEventsOrderID", "WooCommerceEventsType"


def told(practice: Practice, product: int) -> Failure:
    (failure,) = (each for each in practice.club.cache.failed() if each.id == f"wc:{product}")
    return failure


def coming(world: PracticeClub) -> list[list[str]]:
    """The parts of the ids of the shop's listings of shows from tomorrow on."""
    tomorrow = f"{world.clock.now() + dt.timedelta(days=1):%Y-%m-%d}"
    ids = [id_.split(":") for id_, show in world.world.truth.items() if show and show > tomorrow]
    return [parts for parts in ids if parts[0] == "wc"]


def deleted_for_good(world: PracticeClub, product: int) -> None:
    world.site.shop.database.execute("DELETE FROM wp_posts WHERE ID=?", (product,))
    world.site.shop.posts.delete_all(product)


async def test_held_orders_alone_of_a_product_that_was_deleted_are_seats_of_their_show(open_practice: Any) -> None:
    chosen: list[OrderSpec] = []

    def prepare(world: PracticeClub) -> None:
        product, slot, date = next((int(parts[1]), *parts[2:]) for parts in coming(world) if len(parts) == 4)
        chosen.append(OrderSpec(product, 3, Life.ON_HOLD, world.clock.now(), slot, date))
        for ticket in tickets_of(world, product):
            world.site.delete_order(int(world.site.shop.posts.get(ticket, ORDER) or 0))
            world.site.delete_ticket(ticket)
        world.site.place_orders(chosen)
        deleted_for_good(world, product)

    practice = await open_practice(PracticeOptions(**SHORT), prepare=prepare)
    (order,) = chosen
    lost = {x.id: x for x in practice.club.cache.listings() if Flag.LOST in x.flags}
    listing = lost[f"wc:{order.product_id}:{order.slot_id}:{order.date_id}"]
    assert listing.reading.sold == 0
    assert listing.reading.held >= order.quantity  # type: ignore[operator]
    assert "no longer lists this product" in told(practice, order.product_id).reason
    await refresh(practice.club)
    assert listing.id in {x.id for x in practice.club.cache.listings()}, "and the next time again"


async def test_so_they_are_where_no_product_of_the_shop_has_dates(open_practice: Any) -> None:
    chosen: list[OrderSpec] = []

    def prepare(world: PracticeClub) -> None:
        product, slot, date = next((int(parts[1]), *parts[2:]) for parts in coming(world) if len(parts) == 4)
        chosen.append(OrderSpec(product, 3, Life.ON_HOLD, world.clock.now(), slot, date))
        for order in {world.site.shop.posts.get(each, ORDER) for each in all_tickets(world)}:
            world.site.delete_order(int(order or 0))
        world.site.place_orders(chosen)
        for ticket in all_tickets(world):
            world.site.delete_ticket(ticket)
        for each in world.world.products:
            if (
                world.site.shop.posts.get(each.id, BOOKING_KEY)
                or world.site.shop.posts.get(each.id, TYPE) == "bookings"
            ):
                deleted_for_good(world, each.id)

    practice = await open_practice(PracticeOptions(**SHORT), prepare=prepare)
    (order,) = chosen
    assert all(each.lost for each in practice.club.cache.products() if each.text(TYPE) == "bookings")
    id_ = f"wc:{order.product_id}:{order.slot_id}:{order.date_id}"
    listing = next(x for x in practice.club.cache.listings() if x.id == id_)
    assert (Flag.LOST in listing.flags, listing.reading.sold) == (True, 0)
    assert listing.reading.held >= order.quantity  # type: ignore[operator]


async def test_held_orders_of_a_deleted_event_without_dates_are_told_of(open_practice: Any) -> None:
    chosen: list[OrderSpec] = []

    def prepare(world: PracticeClub) -> None:
        sold = [each.product_id for each in world.world.orders if each.life is Life.COMPLETED]
        product, other, *_ = dict.fromkeys(each for each in sold if ["wc", str(each)] in coming(world))
        chosen.append(OrderSpec(product, 3, Life.ON_HOLD, world.clock.now()))
        database, posts = world.site.shop.database, world.site.shop.posts
        for ticket in tickets_of(world, product):
            world.site.delete_order(int(posts.get(ticket, ORDER) or 0))
            world.site.delete_ticket(ticket)
        world.site.place_orders(chosen)
        # Older releases of FooEvents do not note that an order has its tickets.
        database.execute("DELETE FROM wp_postmeta WHERE meta_key='WooCommerceEventsTicketsGenerated'")
        database.execute("DELETE FROM wp_wc_orders_meta WHERE meta_key='WooCommerceEventsTicketsGenerated'")
        chosen.append(OrderSpec(other, 0, Life.COMPLETED, world.clock.now()))
        for each in chosen:
            deleted_for_good(world, each.product_id)

    practice = await open_practice(PracticeOptions(**SHORT), prepare=prepare)
    held, ticketed = (each.product_id for each in chosen)
    for _ in range(2):
        reason = told(practice, held).reason
        assert "places of it are of no date that it has" in reason
        assert "no longer lists this product" in reason
        assert int(reason.partition(" ")[0]) >= 3
        assert not [each for each in practice.club.cache.failed() if each.id == f"wc:{ticketed}"], "it has its tickets"
        await refresh(practice.club)


async def test_an_event_that_was_unmarked_before_anybody_looked_keeps_its_guests(open_practice: Any) -> None:
    chosen: list[int] = []

    def unmark(world: PracticeClub) -> None:
        sold = {each.product_id for each in world.world.orders if each.life is Life.COMPLETED}
        product = next(int(parts[1]) for parts in coming(world) if len(parts) == 2 and int(parts[1]) in sold)
        world.site.shop.posts.set(product, "WooCommerceEventsEvent", "NotEvent")
        chosen.append(product)

    practice = await open_practice(PracticeOptions(**SHORT), prepare=unmark)
    (product,) = chosen
    for _ in range(2):
        assert "not marked as an event any more" in told(practice, product).reason
        (listing,) = (x for x in practice.club.cache.listings() if x.id == f"wc:{product}")
        assert Flag.LOST in listing.flags
        assert isinstance(listing.reading.sold, int)
        assert listing.reading.sold > 0
        show = next(each for each in practice.shows() if each.id == practice.world.world.truth[listing.id])
        assert listing.id in {x.id for x in show.listings}
        await refresh(practice.club)


async def test_tickets_that_tell_neither_ids_nor_a_day_are_told_of(open_practice: Any) -> None:
    chosen: list[int] = []

    def blank(world: PracticeClub) -> None:
        dates = {tuple(parts[1:]) for parts in coming(world)}
        order = next(
            each
            for each in world.world.orders
            if (str(each.product_id), each.slot_id, each.date_id) in dates
            and each.life is Life.COMPLETED
            and each.quantity > 1
        )
        posts = world.site.shop.posts
        several = tickets_of(world, order.product_id, order.date_id)[:2]
        for ticket in several:
            for key in ("SlotID", "DateID", "Slot", "Date"):
                posts.set(ticket, f"WooCommerceEventsBooking{key}", "")
        chosen.append(order.product_id)

    practice = await open_practice(PracticeOptions(**SHORT), prepare=blank)
    reason = told(practice, chosen[0]).reason
    assert "2 places of it are of no date that it has, by what tickets and orders say (no slot and no day)" in reason
    assert "give them their slot and date in WordPress" in reason


def tickets_of(world: PracticeClub, product: int, date: str = "") -> list[int]:
    rows = world.site.shop.database.rows(
        "SELECT p.post_id FROM wp_postmeta p LEFT JOIN wp_postmeta d ON d.post_id=p.post_id"
        " AND d.meta_key='WooCommerceEventsBookingDateID' WHERE p.meta_key='WooCommerceEventsProductID'"
        " AND p.meta_value=? AND (?='' OR d.meta_value=?) ORDER BY p.post_id",
        (str(product), date, date),
    )
    return [int(str(post)) for (post,) in rows]


def all_tickets(world: PracticeClub) -> list[int]:
    rows = world.site.shop.database.rows("SELECT ID FROM wp_posts WHERE post_type='event_magic_tickets'")
    return [int(str(post)) for (post,) in rows]
