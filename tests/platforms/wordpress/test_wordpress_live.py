"""Looking again cheaply: the same numbers as a full look, after whatever the shop went through."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from brcc_tui.model.counts import CellTexts, Counts, ProductCells, ProductCount
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress import live as wordpress_live
from brcc_tui.platforms.wordpress.counts import CountsSnapshot
from brcc_tui.platforms.wordpress.fingerprints import UNSETTLED_ROWS
from tests.mariadb.fixtures import Connect, connect, shop
from tests.mariadb.shop import Shop

__all__ = ["connect", "shop"]

pytestmark = pytest.mark.xdist_group("mariadb")

CELLS = [("late", "mon"), ("late", "tue"), ("early", "wed")]
PAST = ("late", "last year")
STATES = ("pending", "on-hold", "processing", "completed", "failed", "cancelled", "refunded", "odd")


def bookings(product: int) -> ProductCells:
    return ProductCells(product, {cell: CellTexts(("8pm",), f"text of {cell[1]}") for cell in CELLS})


class Life:
    """A shop in which something happens at every step."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self.chance = random.Random(seed)
        self.products = [shop.product(), shop.product(managed=True)]
        self.plain = shop.product(managed=True)
        self.orders: list[int] = []
        self.tickets: list[int] = []

    @property
    def asked(self) -> list[ProductCells]:
        return [*(bookings(product) for product in self.products), ProductCells(self.plain)]

    def step(self) -> None:
        doing = [
            *[self.buy] * 4,
            self.complete,
            self.move_order,
            self.move_ticket,
            self.cancel_ticket,
            self.trash,
            self.delete,
        ]
        self.chance.choice(doing)()

    def buy(self) -> None:
        product = self.chance.choice([*self.products, self.plain])
        cell = self.chance.choice([*CELLS, PAST]) if product != self.plain else ("", "")
        status = f"wc-{self.chance.choice(STATES[:4])}"
        places = None if self.chance.random() < 0.2 else [(product, *cell)] * 2
        age = self.chance.choice([0, 60, 90_000])
        self.orders.append(self.shop.order(status, {product: 2}, places=places, age=age))
        if self.chance.random() < 0.5:
            self.make_tickets(self.orders[-1], product, cell)

    def make_tickets(self, order: int, product: int, cell: tuple[str, str]) -> None:
        for _ in range(self.chance.choice([1, 2])):
            self.tickets.append(self.shop.ticket(product, order, cell if cell[0] else None))
        if self.chance.random() < 0.8:
            self.shop.generated(order)

    def complete(self) -> None:
        if self.orders:
            order = self.chance.choice(self.orders)
            self.shop.move(order, "wc-completed")
            self.make_tickets(order, self.chance.choice(self.products), self.chance.choice(CELLS))

    def move_order(self) -> None:
        if self.orders:
            self.shop.move(self.chance.choice(self.orders), f"wc-{self.chance.choice(STATES)}")

    def move_ticket(self) -> None:
        """As the edit screen does it: the post is saved, the ids change."""
        if self.tickets:
            ticket, cell = self.chance.choice(self.tickets), self.chance.choice([*CELLS, PAST])
            self.shop.sql("UPDATE wp_posts SET post_modified_gmt = UTC_TIMESTAMP() WHERE ID = %s", ticket)
            for key, value in zip(("SlotID", "DateID"), cell, strict=True):
                self.shop.set_meta(ticket, f"WooCommerceEventsBooking{key}", value)

    def cancel_ticket(self) -> None:
        if self.tickets:
            status = self.chance.choice(["Canceled", "Not Checked In"])
            self.shop.set_meta(self.chance.choice(self.tickets), "WooCommerceEventsStatus", status)

    def trash(self) -> None:
        """No save: the status alone changes."""
        if self.tickets:
            status = self.chance.choice(["trash", "publish"])
            self.shop.sql(
                "UPDATE wp_posts SET post_status = %s WHERE ID = %s", status, self.chance.choice(self.tickets)
            )

    def delete(self) -> None:
        if self.tickets and self.chance.random() < 0.5:
            ticket = self.tickets.pop(self.chance.randrange(len(self.tickets)))
            self.shop.sql("DELETE FROM wp_posts WHERE ID = %s", ticket)
            self.shop.sql("DELETE FROM wp_postmeta WHERE post_id = %s", ticket)
        elif self.orders:
            self.shop.forget(self.orders.pop())


def aged(seen: Counts, later: Counts) -> dict[int, ProductCount]:
    """What was seen, some moments later: an order may be young no longer, on a busy computer."""
    return {
        product: replace(count, unplaced=count.unplaced and later.products[product].unplaced)
        for product, count in seen.products.items()
    }


def calls(timings: Timings) -> dict[str, int]:
    return {row.name: row.count for row in timings.rows()}


@pytest.mark.parametrize("seed", range(5))
async def test_every_look_equals_a_full_one(connect: Connect, shop: Shop, seed: int) -> None:
    timings = Timings()
    wordpress, life = connect(shop.settings(), timings=timings), Life(shop, seed)
    live = wordpress.live_counts()
    sold = held = 0
    for step in range(25):
        for _ in range(3):
            life.step()
        shop.other_meta(150)  # what was sold some steps ago lies in stretches of its own
        seen, full = await live.look(life.asked), await wordpress.counts(life.asked)
        assert aged(seen, full) == full.products, f"after step {step}"
        cells = [cell for product in full.products.values() for cell in product.cells.values()]
        sold, held = sold + sum(cell.sold for cell in cells), held + sum(cell.held for cell in cells)
    assert calls(timings)["SQL changed tickets"] > 15  # the others met a deletion of the newest ticket
    assert sold > 3
    assert held > 3


async def test_a_ticket_that_got_its_ids_after_the_look_before(connect: Connect, shop: Shop) -> None:
    """Its post was there already, but it was no ticket yet."""
    wordpress, product = connect(shop.settings()), shop.product()
    live, asked = wordpress.live_counts(), [bookings(product)]
    post = shop.post("event_magic_tickets")
    await live.look(asked)
    for key, value in (("ProductID", product), ("BookingSlotID", "late"), ("BookingDateID", "mon")):
        shop.meta(post, f"WooCommerceEvents{key}", value)
    assert (await live.look(asked)).products[product].cells[CELLS[0]].sold == 1


async def test_an_old_ticket_moved_in_from_a_date_nobody_asked_for(connect: Connect, shop: Shop) -> None:
    wordpress, product = connect(shop.settings()), shop.product()
    live, asked = wordpress.live_counts(), [bookings(product)]
    ticket = shop.ticket(product, None, PAST)
    shop.sql("UPDATE wp_posts SET post_modified_gmt = '2026-01-01' WHERE ID = %s", ticket)
    assert (await live.look(asked)).products[product].sold == 0
    shop.set_meta(ticket, "WooCommerceEventsBookingDateID", "mon")
    shop.sql("UPDATE wp_posts SET post_modified_gmt = UTC_TIMESTAMP() WHERE ID = %s", ticket)
    assert (await live.look(asked)).products[product].sold == 1


def _to_come(shop: Shop, ticket: int, seconds: int) -> None:
    """The show of a date that nobody asked for is over everywhere in so many seconds."""
    begins = shop.rows("SELECT UNIX_TIMESTAMP() - 54000 + %s", seconds)[0][0]
    shop.meta(ticket, "WooCommerceEventsBookingDateTimestamp", str(begins))


CHANGES: dict[str, Callable[[Shop, int, int], object]] = {
    "cancelled in an app, which saves no post": lambda shop, ticket, order: shop.set_meta(
        ticket, "WooCommerceEventsStatus", "Canceled"
    ),
    "put to another date behind WordPress's back": lambda shop, ticket, order: shop.set_meta(
        ticket, "WooCommerceEventsBookingDateID", "tue"
    ),
    "thrown away": lambda shop, ticket, order: shop.sql(
        "UPDATE wp_posts SET post_status = 'trash' WHERE ID = %s", ticket
    ),
    "deleted": lambda shop, ticket, order: shop.sql("DELETE FROM wp_posts WHERE ID = %s", ticket),
    "its order cancelled": lambda shop, ticket, order: shop.move(order, "wc-cancelled"),
    "its order deleted": lambda shop, ticket, order: shop.forget(order),
    "a date of its own to come": lambda shop, ticket, order: _to_come(shop, ticket, 60),
}


@pytest.mark.parametrize("since_then", [0, 3 * UNSETTLED_ROWS], ids=["sold just now", "sold before others"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_known_tickets_are_read_again_when_one_changed_and_only_then(
    connect: Connect, shop: Shop, change: Callable[[Shop, int, int], object], since_then: int
) -> None:
    timings = Timings()
    wordpress, product = connect(shop.settings(), timings=timings), shop.product()
    live, asked = wordpress.live_counts(), [bookings(product)]
    order = shop.order("wc-completed", {product: 1}, places=[(product, "late", "mon")], age=90_000)
    tickets = [shop.ticket(product, order, ("late", "mon")) for _ in range(2)]
    shop.generated(order)
    if since_then:
        shop.other_meta(since_then)
    shop.sql("UPDATE wp_posts SET post_modified_gmt = '2026-01-01' WHERE post_type = 'event_magic_tickets'")
    first = await live.look(asked)
    assert first.products[product].cells[CELLS[0]].sold == 2
    again = await live.look(asked)
    assert again.products is first.products  # nothing was counted anew
    assert again.products == (await wordpress.counts(asked)).products
    assert calls(timings)["SQL tickets"] == 2  # the first look and the full one
    change(shop, tickets[0], order)
    seen = await live.look(asked)
    assert calls(timings)["SQL tickets"] == 3
    assert seen.products == (await wordpress.counts(asked)).products


async def full_looks(timings: Timings) -> int:
    seen = calls(timings)
    return seen["SQL highest post"] - seen.get("SQL changed tickets", 0)


async def test_when_in_doubt_everything_is_read(connect: Connect, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    timings = Timings()
    wordpress, product, other = connect(shop.settings(), timings=timings), shop.product(), shop.product()
    live = wordpress.live_counts()
    await live.look([bookings(product)])
    await live.look([bookings(product)])
    assert await full_looks(timings) == 1
    await live.look([bookings(product), bookings(other)])
    assert await full_looks(timings) == 2  # another question
    shop.set_meta(product, "_manage_stock", "yes")
    await live.look([bookings(product), bookings(other)])
    assert await full_looks(timings) == 3  # a product that has become a hybrid
    shop.option("woocommerce_custom_orders_table_enabled", "no" if shop.hpos else "yes")
    await live.look([bookings(product), bookings(other)])
    assert await full_looks(timings) == 4  # another order storage
    monkeypatch.setattr(wordpress_live, "FULL_EVERY_SECONDS", 0)
    await live.look([bookings(product), bookings(other)])
    assert await full_looks(timings) == 5  # the last full one is too old


async def test_after_a_failed_look_everything_is_read(
    connect: Connect, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    timings = Timings()
    wordpress, product = connect(shop.settings(), timings=timings), shop.product()
    live = wordpress.live_counts()
    await live.look([bookings(product)])

    async def broken(*_: object) -> Counts:
        raise OSError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(wordpress_live, "read_database_clock", broken)
        with pytest.raises(OSError, match="gone"):
            await live.look([bookings(product)])
    await live.look([bookings(product)])
    assert await full_looks(timings) == 2


async def test_a_look_that_was_given_up_while_it_counted_leaves_no_older_numbers(
    connect: Connect, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordpress, product = connect(shop.settings()), shop.product()
    live, asked = wordpress.live_counts(), [bookings(product)]
    await live.look(asked)
    shop.ticket(product, None, CELLS[0])

    def given_up(*_: object) -> Counts:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(CountsSnapshot, "counts", given_up)
        with pytest.raises(asyncio.CancelledError):
            await live.look(asked)
    assert (await live.look(asked)).products[product].cells[CELLS[0]].sold == 1
