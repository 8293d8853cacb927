"""What an order brought for each show in it: every cent in exactly one place, whatever the order looks like."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from brcc_tui.model.counting import PlacesRow, TicketRow
from brcc_tui.model.counts import STOCK, CellTexts, ProductCells
from brcc_tui.model.money.amounts import amount_of, shared
from brcc_tui.model.money.records import OrderLine, OrderRecord
from brcc_tui.model.money.shares import ENDED_UNREFUNDED, NO_ORDER, NO_TOTAL, parts

CELLS = {("s", day): CellTexts((), "") for day in ("a", "b", "c")}
PRODUCTS = {product: ProductCells(product, CELLS) for product in (1, 2)} | {3: ProductCells(3)}

cents = st.integers(0, 50_000).map(lambda number: Decimal(number) / 100)


@given(st.decimals(0, 10_000, places=2), st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_parts_add_up_to_the_whole(amount: Decimal, weights: list[int]) -> None:
    found = shared(amount, weights)
    assert sum(found) == amount
    assert all(part == part.quantize(Decimal("0.01")) for part in found)
    assert not any(part for part, weight in zip(found, weights, strict=True) if not weight and any(weights))


@given(st.integers(1, 40), cents)
def test_equal_seats_differ_by_a_cent_at_most(seats: int, amount: Decimal) -> None:
    assert max(shared(amount, [1] * seats)) - min(shared(amount, [1] * seats)) <= Decimal("0.01")


def tickets(product: int, cells: list[str], order: int = 9, status: str = "wc-completed") -> tuple[TicketRow, ...]:
    return tuple(
        TicketRow(product * 100 + n, True, product, "", "s", day, order_id=order, order_status=status)
        for n, day in enumerate(cells)
    )


def order(
    status: str | None = "wc-completed", *, paid: bool = True, total: str | None = "20.00", **more: Any
) -> OrderRecord:
    return OrderRecord(9, status, currency="CAD", total=amount_of(total), paid=paid, number="9", **more)


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=5),
    st.lists(st.sampled_from("abc"), max_size=4),
    cents,
    cents,
    cents,
    st.lists(cents, max_size=2),
)
def test_an_orders_parts_are_the_order(
    first: list[str], second: list[str], one: Decimal, other: Decimal, fee: Decimal, refunds: list[Decimal]
) -> None:
    lines = [OrderLine(1, 1, None, len(first), one, Decimal(0))]
    lines += [OrderLine(2, 2, None, len(second), other, Decimal(0))] if second else []
    total = sum((line.net for line in lines), fee)
    record = order(
        total=str(total), lines=tuple(lines), tickets=tickets(1, first) + tickets(2, second), refunds=tuple(refunds)
    )
    found = parts(record, PRODUCTS)
    assert sum(part.paid or 0 for part in found) == total
    assert sum(part.refunded or 0 for part in found) == sum(refunds)
    assert sum(part.sold for part in found) == len(first) + len(second)


def test_tickets_of_what_had_dates_before_are_of_its_one_stock_where_they_name_none() -> None:
    told = CellTexts(("8pm",), "November 30, 2026")
    turned = {1: ProductCells(1, CELLS | {("s", "a"): told}, one_stock=True)}
    plain = replace(tickets(1, [""])[0], id=1, slot_id="", variation_id=7)
    by_texts = replace(plain, id=2, slot_text="8pm", date_text="30 November 2026")  # an import, which writes no ids
    own = (plain, by_texts, *tickets(1, ["a"]))
    record = order(lines=(OrderLine(1, 1, 7, 3, Decimal(20), Decimal(0)),), tickets=own)
    assert [(part.cell, part.variation_id, part.sold) for part in parts(record, turned)] == [
        (STOCK, 7, 1),
        (("s", "a"), None, 2),
    ]


def test_a_line_of_three_nights_loses_no_cent() -> None:
    record = order(
        total="10.00", lines=(OrderLine(1, 1, None, 3, Decimal(10), Decimal(0)),), tickets=tickets(1, ["a", "b", "c"])
    )
    assert [part.amount for part in parts(record, PRODUCTS)] == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]


def test_a_refund_of_a_line_is_that_products_and_one_of_an_amount_is_shared_by_what_is_left() -> None:
    lines = (OrderLine(1, 1, None, 1, Decimal(10), Decimal(0)), OrderLine(2, 2, None, 1, Decimal(10), Decimal(0)))
    back = (OrderLine(7, 1, None, -1, Decimal(-10), Decimal(0)),)
    both = tickets(1, ["a"]) + tickets(2, ["b"])
    record = order(lines=lines, tickets=both, refunds=(Decimal(10), Decimal(4)), refunded=back)
    assert [part.amount for part in parts(record, PRODUCTS)] == [Decimal(0), Decimal(6)]


def test_a_refund_that_names_a_variation_that_is_gone_is_its_products() -> None:
    lines = (OrderLine(1, 1, 11, 1, Decimal(10), Decimal(0)), OrderLine(2, 2, None, 1, Decimal(10), Decimal(0)))
    back = (OrderLine(7, 1, 12, -1, Decimal(-6), Decimal(0)),)
    both = tickets(1, ["a"]) + tickets(2, ["b"])
    record = order(lines=lines, tickets=both, refunds=(Decimal(6),), refunded=back)
    assert [part.amount for part in parts(record, PRODUCTS)] == [Decimal(4), Decimal(10)]


@pytest.mark.parametrize(
    ("one", "other", "total", "paid"),
    [(20, 30, "40.00", (19, 21)), (20, 5, "10.00", (8, 2)), (20, 0, "10.00", (10, 0))],
)
def test_a_discount_is_shared_by_seats_but_takes_no_line_more_than_it_costs(
    one: int, other: int, total: str, paid: tuple[int, int]
) -> None:
    lines = (OrderLine(1, 1, None, 1, Decimal(one), Decimal(0)), OrderLine(2, 2, None, 9, Decimal(other), Decimal(0)))
    record = order(total=total, lines=lines, tickets=tickets(1, ["a"]) + tickets(2, ["b"] * 9))
    assert tuple(part.amount for part in parts(record, PRODUCTS)) == paid


UNKNOWN = [
    ("deleted", None, False, "20.00", (), NO_ORDER),
    ("cancelled after it was paid", "wc-cancelled", True, "20.00", (), ENDED_UNREFUNDED),
    ("in the trash after it was paid", "trash", True, "20.00", (), ENDED_UNREFUNDED),
    ("a status of the shop's own", "wc-reagendado", False, "20.00", (), "reagendado"),
    ("of which a part is paid", "wc-partially-paid", True, "20.00", (), "partially-paid"),
    ("a deposit", "wc-pending-deposit", True, "20.00", (), "pending-deposit"),
    ("without a total", "wc-completed", True, None, (), NO_TOTAL),
    ("a refund without an amount", "wc-completed", True, "20.00", (None,), NO_TOTAL),
]


@pytest.mark.parametrize(("status", "paid", "total", "refunds", "reason"), [row[1:] for row in UNKNOWN])
def test_what_cannot_be_known_is_not_nothing(
    status: str | None, paid: bool, total: str | None, refunds: tuple[None, ...], reason: str
) -> None:
    lines = (OrderLine(1, 1, None, 1, Decimal(20), Decimal(0)),)
    (part,) = parts(
        order(status, paid=paid, total=total, lines=lines, tickets=tickets(1, ["a"]), refunds=refunds), PRODUCTS
    )
    assert part.amount is None
    assert reason in part.unknown


@pytest.mark.parametrize("status", ["wc-pending", "wc-on-hold", "wc-failed", "wc-cancelled"])
def test_what_was_never_paid_is_nothing(status: str) -> None:
    places = PlacesRow(9, status, {1: {("s", "a"): 2}})
    (part,) = parts(
        order(status, paid=False, lines=(OrderLine(1, 1, None, 2, Decimal(20), Decimal(0)),), places=places), PRODUCTS
    )
    assert (part.amount, part.unknown) == (Decimal(0), "")
    assert part.seats == (0 if status == "wc-cancelled" else 2)


def test_an_order_that_names_no_night_has_its_money_and_no_cell() -> None:
    (part,) = parts(order(lines=(OrderLine(1, 1, None, 2, Decimal(20), Decimal(0)),)), PRODUCTS)
    assert (part.cell, part.amount, part.seats) == (None, Decimal(20), 0)


def test_the_rest_of_a_deposit_is_for_the_nights_of_the_order_that_it_completes() -> None:
    places = PlacesRow(9, "wc-partial-payment", {1: {("s", "a"): 2, ("s", "b"): 1}})
    first = order("wc-partial-payment", places=places, lines=(OrderLine(1, 1, None, 3, Decimal(3), Decimal(0)),))
    line = OrderLine(2, 1, None, 3, Decimal(27), Decimal(0), is_rest=True, rest_of=9)
    rest = replace(order(total="27.00", lines=(line,)), id=10)
    found = {part.cell: (part.paid, part.seats) for part in parts(rest, PRODUCTS, {9: first, 10: rest})}
    assert found == {("s", "a"): (18, 0), ("s", "b"): (9, 0)}
    for others in ({}, {9: order(places=None)}, {9: rest}):
        (part,) = parts(rest, PRODUCTS, others)
        assert (part.cell, part.paid, part.seats) == (None, 27, 0), "of which night, nothing tells"


def test_a_product_without_dates_is_one_place() -> None:
    (part,) = parts(order("wc-processing", lines=(OrderLine(1, 3, None, 2, Decimal(20), Decimal(0)),)), PRODUCTS)
    assert (part.cell, part.amount, part.seats, part.sold) == (("", ""), Decimal(20), 2, 0)


@pytest.mark.parametrize(("status", "stock_taken", "seats"), [
    ("wc-pending", False, 0), ("wc-failed", False, 0), ("wc-scheduled-payment", False, 0),
    ("wc-pending", True, 2), ("wc-failed", True, 2), ("wc-on-hold", True, 2), ("wc-processing", False, 2),
])  # fmt: skip
def test_an_order_whose_stock_was_not_taken_holds_no_seats_of_it(status: str, stock_taken: bool, seats: int) -> None:
    """It is pending, as counted everywhere else. Who has paid has a seat, whatever the shop did to its stock."""
    line, places = OrderLine(1, 3, None, 2, Decimal(20), Decimal(0)), PlacesRow(9, status, {3: {("", ""): 2}})
    for more in ({"lines": (line,)}, {"lines": (line,), "places": places}, {"places": places}):
        (part,) = parts(order(status, paid=False, stock_taken=stock_taken, **more), PRODUCTS)
        assert (part.seats, part.sold) == (seats, 0)


def test_held_seats_are_of_the_variation_that_their_line_names() -> None:
    """The places that FooEvents notes with an order do not tell it, and each variation is a listing of its own."""
    lines = tuple(OrderLine(n, 3, n, n, Decimal(10), Decimal(0)) for n in (1, 2))
    record = order("wc-processing", lines=lines, places=PlacesRow(9, "wc-processing", {3: {("", ""): 3}}))
    assert {part.variation_id: (part.seats, part.amount) for part in parts(record, PRODUCTS)} == {
        1: (1, Decimal(10)),
        2: (2, Decimal(10)),
    }


@pytest.mark.parametrize("cell", [("", ""), ("s", ""), ("", "a")])
def test_places_that_name_no_night_are_of_none(cell: tuple[str, str]) -> None:
    """Newer cores of FooEvents write them so at a block checkout; they are of a listing that nobody has else."""
    places = PlacesRow(9, "wc-processing", {1: {cell: 2, ("s", "a"): 1}})
    line = OrderLine(1, 1, None, 3, Decimal(20), Decimal(0))
    found = parts(order("wc-processing", lines=(line,), places=places), PRODUCTS)
    assert {part.cell: part.seats for part in found} == {None: 2, ("s", "a"): 1}
    assert sum(part.amount or 0 for part in found) == 20


refund_lines = st.tuples(st.sampled_from([1, 2, 9]), st.integers(0, 40_000))


@settings(max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9_000), st.integers(0, 1_300)), min_size=1, max_size=3),
    st.integers(-500, 500),
    st.lists(refund_lines, max_size=3),
    st.integers(0, 3_000),
)
@example([("a", 0, 3), ("a", 0, 2), ("b", 0, 3)], -7, [], 1)  # a discount larger than each of the lines
def test_no_show_is_told_more_than_its_order_has_left(
    nights: list[tuple[str, int, int]], fee: int, back: list[tuple[int, int]], plain: int
) -> None:
    """Taxes within, fees and discounts beside, refunds of lines that are larger than the line, and of mere amounts."""
    lines = tuple(
        OrderLine(n, 1, None, 1, Decimal(net) / 100, Decimal(tax) / 100, ("s", day))
        for n, (day, net, tax) in enumerate(nights, 1)
    )
    total = max(Decimal(0), sum((line.gross for line in lines), Decimal(fee) / 100))
    refunded = [
        OrderLine(70 + n, 1, None, -1, -Decimal(cents) / 100, Decimal(0), refunds=of)
        for n, (of, cents) in enumerate(back)
    ]
    given_back = min(total, sum((-line.gross for line in refunded), Decimal(plain) / 100))
    record = order(
        total=str(total), lines=lines, tickets=tickets(1, [day for day, _, _ in nights]), refunded=tuple(refunded),
        refunds=(given_back,),
    )  # fmt: skip
    found = parts(record, PRODUCTS)
    assert sum(part.amount or 0 for part in found) == total - given_back
    if all((part.paid or 0) >= 0 for part in found):
        assert all(0 <= (part.amount or 0) <= total - given_back for part in found)
    if total == given_back and fee == 0:
        assert all(not part.tax_left for part in found), "of nothing no tax is left"


@pytest.mark.parametrize(
    ("currency", "total", "each"),
    [("JPY", "1000", ["333", "334", "333"]), ("CAD", "1000", ["333.33", "333.34", "333.33"]),
     ("JPY", "1000.50", ["333.50", "333.50", "333.50"])],
)  # fmt: skip
def test_no_currency_is_shared_out_in_units_that_it_has_not(currency: str, total: str, each: list[str]) -> None:
    seats = ["a", "b", "c"]
    line = OrderLine(1, 1, None, 3, Decimal(total), Decimal(0))
    found = parts(replace(order(total=total, lines=(line,), tickets=tickets(1, seats)), currency=currency), PRODUCTS)
    assert [part.paid for part in found] == [Decimal(text) for text in each]
