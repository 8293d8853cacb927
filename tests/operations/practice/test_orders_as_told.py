"""What the shops say of an order beside its lines: its number, who comes and who pays, what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.model.listing import Platform
from brcc_tui.model.money.eventbrite import BoughtPlace
from brcc_tui.model.money.records import OrderRecord, Person
from brcc_tui.model.money.shares import Part
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.money.refunds import (
    CANCELLED_UNREFUNDED,
    NO_AMOUNT,
    _eventbrite_order,
    _shop_order,
    read_refunds,
)
from brcc_tui.operations.money.report import read_report
from brcc_tui.sandbox.wordpress.database import item_meta
from brcc_tui.sandbox.world.types import Life

ANNA, PAULA, BILL = Person("Anna Attends", "a@x.org"), Person("Paula Pays", "p@x.org"), Person("Bill Bills", "b@x.org")


def ship(practice: Any, order: int, cost: str, tax: str) -> None:
    """A line of shipping, whose amounts have names of their own, and with it the order's total."""
    site, total = practice.world.site, Decimal(practice.world.site.shop.orders.total(order))
    new = (
        "INSERT INTO {p}woocommerce_order_items (order_item_type, order_item_name, order_id) VALUES ('shipping', '', ?)"
    )
    item_meta(site.database).add_many(site.database.insert(new, (order,)), [("cost", cost), ("total_tax", tax)])
    total += Decimal(cost) + Decimal(tax)
    site.database.execute("UPDATE {p}wc_orders SET total_amount = ? WHERE id = ?", (str(total), order))


def named(practice: Any, ticket: int, attendee: Person, purchaser: Person) -> None:
    """Whose ticket it is, and who bought it."""
    for kind, keys, who in (
        ("Attendee", ("Name", "LastName", "Email"), attendee),
        ("Purchaser", ("FirstName", "LastName", "Email"), purchaser),
    ):
        first, _, last = who.name.partition(" ")
        for key, value in zip(keys, (first, last, who.email), strict=True):
            practice.world.site.shop.posts.set(ticket, f"WooCommerceEvents{kind}{key}", value)


def billed_and_sent(practice: Any, order: int, payer: Person) -> None:
    """Who pays stands behind who gets the post."""
    database, (first, _, last) = practice.world.site.database, payer.name.partition(" ")
    database.execute("UPDATE {p}wc_order_addresses SET address_type = 'shipping' WHERE order_id = ?", (order,))
    new = "INSERT INTO {p}wc_order_addresses (order_id, address_type, first_name, last_name, email)"
    database.execute(f"{new} VALUES (?, 'billing', ?, ?, ?)", (order, first, last, payer.email))


async def net_and_gross(practice: Any, show: Show) -> tuple[Decimal, Decimal]:
    (figures,) = (
        each.shops[Platform.WOOCOMMERCE]
        for each in (await read_report(practice.club, show.starts_at.date(), show.starts_at.date())).shows
        if each.show_id == show.id
    )
    return figures.net, figures.gross


async def test_an_order_is_told_by_its_shops_own_number_names_and_taxes(practice: Any) -> None:
    lives: dict[str, set[Life]] = defaultdict(set)
    for each in practice.world.world.orders:
        lives[f"wc:{each.product_id}:{each.slot_id}:{each.date_id}"].add(each.life)
    show = next(
        show for show in practice.shows() if any(lives[x.id] >= {Life.COMPLETED, Life.ON_HOLD} for x in show.listings)
    )
    orders = {x.id: x for x in (await read_refunds(practice.club, show)).orders}
    sold = next(int(x.id) for x in orders.values() if x.status == "completed" and x.seats > 1 and x.amount)
    waits = next(int(x.id) for x in orders.values() if x.status == "on-hold")
    net, gross = await net_and_gross(practice, show)
    practice.world.site.shop.orders.meta.set(sold, "_order_number", "BR-1077")
    practice.world.site.shop.orders.meta.add(sold, "_order_number", "BR-9999")  # of two rows WordPress reads the first
    ship(practice, sold, "10.00", "1.30")
    billed_and_sent(practice, waits, BILL)
    first, second, *_ = practice.world.site.tickets(sold)
    named(practice, first, ANNA, PAULA)
    named(practice, second, Person("", ""), PAULA)
    after = {int(x.id): x for x in (await read_refunds(practice.club, show, names=True)).orders if x.id.isdecimal()}
    assert {number: x.number for number, x in after.items() if x.number != str(number)} == {sold: "BR-1077"}
    assert after[sold].people[:2] == (ANNA, PAULA)
    assert after[waits].people == (BILL,)
    assert after[sold].amount == (orders[str(sold)].amount or 0) + Decimal("11.30")
    assert await net_and_gross(practice, show) == (net + 10, gross + Decimal("11.30"))


RECORDS = [
    ("completed", OrderRecord(7, "wc-completed"), True, "admin.php?page=wc-orders&action=edit&id=7"),
    ("trash", OrderRecord(7, "trash"), False, "post.php?action=edit&post=7"),
    ("no status", OrderRecord(7, ""), True, "admin.php?page=wc-orders&action=edit&id=7"),
    ("deleted", OrderRecord(7, None), True, ""),
    ("no order", OrderRecord(None, None), True, ""),
]


@pytest.mark.parametrize(("status", "record", "hpos", "page"), RECORDS, ids=[status for status, *_ in RECORDS])
def test_an_order_of_the_shop_has_a_word_for_what_became_of_it(
    status: str, record: OrderRecord, hpos: bool, page: str
) -> None:
    club: Any = SimpleNamespace(settings=SimpleNamespace(woocommerce=SimpleNamespace(site="https://club.example.org")))
    amounts = [(Decimal(30), Decimal(0)), (Decimal(15), Decimal(15))]
    several = [Part(record, 1, None, ("s", "d"), 1, 1, paid=paid, refunded=back) for paid, back in amounts]
    told = _shop_order(club, record, several, hpos)
    assert (told.status, told.url) == (status, page and f"https://club.example.org/wp-admin/{page}")
    assert (told.seats, told.amount, told.certain) == (2, 30, True)
    more_back = [*several, Part(record, 1, None, None, 0, 0, paid=Decimal(0), refunded=Decimal(40), unknown="why")]
    assert _shop_order(club, record, more_back, hpos).amount == 0, "it takes nothing from what others are to get back"
    nobody_knows = [Part(record, 1, None, None, 0, 0, unknown="why"), *several]
    told = _shop_order(club, record, nobody_knows, hpos)
    assert (told.amount, told.unknown, told.certain) == (None, "why", False)


def bought(n: int, **more: Any) -> BoughtPlace:
    at = dt.datetime(2027, 5, n, tzinfo=dt.UTC)
    return BoughtPlace(str(n), "1", **{"class_id": "5", "gross": Decimal(17), "currency": "CAD", "created": at} | more)


SEVERAL: dict[str, tuple[dict[str, Any], tuple[str, int, int | None, str]]] = {
    "valid": ({}, ("placed", 2, 34, "")),
    "refunded": ({"refunded": True}, ("partly refunded", 1, 17, "")),
    "cancelled": ({"cancelled": True}, ("placed", 1, None, CANCELLED_UNREFUNDED)),
    "of no seat of the show": ({"class_id": "poster"}, ("placed", 1, 34, "")),
    "without an amount": ({"gross": None}, ("placed", 2, None, NO_AMOUNT)),
    "without an amount and refunded": ({"gross": None, "refunded": True}, ("partly refunded", 1, 17, "")),
    "without a currency": ({"gross": Decimal(0), "currency": ""}, ("placed", 2, 17, "")),
}


@pytest.mark.parametrize(("other", "wanted"), SEVERAL.values(), ids=SEVERAL)
def test_an_order_of_eventbrite_is_what_became_of_all_its_places(
    other: dict[str, Any], wanted: tuple[Any, ...]
) -> None:
    told = _eventbrite_order("5", "1", [bought(3, **other), bought(2)], {"5"})
    assert (told.status, told.seats, told.amount, told.unknown) == wanted
    assert (told.currency, told.placed_at) == ("CAD", dt.datetime(2027, 5, 2, tzinfo=dt.UTC))
