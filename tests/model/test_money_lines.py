"""Which line of an order paid for which night: a refunded line, tickets of two prices, fees with a tax of their own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from brcc_tui.model.counting import PlacesRow, TicketRow
from brcc_tui.model.counts import CellKey, CellTexts, ProductCells
from brcc_tui.model.money.amounts import amount_of
from brcc_tui.model.money.records import OrderLine, OrderRecord
from brcc_tui.model.money.shares import ENDED_UNREFUNDED, NOT_ALL_BACK, Part, parts

A, B, C = (("s", day) for day in "abc")
DATED = {1: ProductCells(1, {cell: CellTexts((), "") for cell in (A, B, C)})}
DATELESS = {3: ProductCells(3)}


def line(
    ident: int, quantity: int, net: int | str, cell: CellKey | None = None, *, product: int = 1, of: int | None = None,
    variation: int | None = None, tax: str = "0", beside: bool = False,
) -> OrderLine:  # fmt: skip
    return OrderLine(ident, product, variation, quantity, Decimal(net), Decimal(tax), cell, of, beside)


def tickets(*cells: CellKey, product: int = 1, variations: tuple[int, ...] = ()) -> tuple[TicketRow, ...]:
    return tuple(
        TicketRow(
            n, True, product, "", *cell, variation_id=variations[n] if variations else None, order_id=9,
            order_status="wc-completed",
        )
        for n, cell in enumerate(cells)
    )  # fmt: skip


def order(total: int | str, *lines: OrderLine, seats: tuple[TicketRow, ...] = (), back: tuple[OrderLine, ...] = (),
          refunds: tuple[int | str, ...] = (), places: dict[CellKey, int] | None = None,
          status: str = "wc-completed") -> OrderRecord:  # fmt: skip
    return OrderRecord(
        9, status, currency="CAD", total=amount_of(total), paid=True, number="9", tickets=seats, lines=lines,
        refunds=tuple(map(Decimal, refunds)), refunded=back,
        places=None if places is None else PlacesRow(9, status, {1: places}),
    )  # fmt: skip


def left(record: OrderRecord, products: dict[int, ProductCells] = DATED) -> dict[CellKey | int | None, Decimal | None]:
    return {part.variation_id or part.cell: part.amount for part in parts(record, products)}


@pytest.mark.parametrize("knows_its_line", [True, False], ids=["names its line", "names its product"])
def test_a_refunded_line_is_given_back_for_its_own_night(knows_its_line: bool) -> None:
    back = line(70, -2, -20, of=11 if knows_its_line else None)
    record = order(
        60, line(10, 2, 20, A), line(11, 2, 20, B), line(12, 2, 20, C), seats=tickets(A, A, B, B, C, C), back=(back,),
        refunds=(20,),
    )  # fmt: skip
    if knows_its_line:
        assert left(record) == {A: 20, B: 0, C: 20}
    else:  # nothing tells for which night: no night is told all of it
        assert sum(left(record).values(), Decimal(0)) == 40
        assert all(left(record).values())


def test_a_line_whose_ticket_was_moved_pays_for_the_night_it_moved_to() -> None:
    record = order(50, line(10, 2, 20, A), line(11, 1, 30, B), seats=tickets(A, C, B))
    assert left(record) == {A: 10, B: 30, C: 10}


def test_an_order_without_tickets_has_its_lines_in_the_order_of_its_places() -> None:
    record = order(50, line(10, 1, 20), line(11, 2, 30), places={A: 1, B: 2}, status="wc-processing")
    assert left(record) == {A: 20, B: 30}


def test_lines_that_do_not_fit_the_places_are_shared_by_seats() -> None:
    record = order(40, line(10, 1, 10), line(11, 1, 30), places={A: 1, B: 3}, status="wc-processing")
    assert left(record) == {A: 10, B: 30}
    record = order(40, line(10, 1, 30), line(11, 1, 10), places={A: 1, B: 3}, status="wc-processing")
    assert left(record) == {A: 10, B: 30}


@pytest.mark.parametrize("bought", ["tickets", "lines"])
def test_variations_have_their_own_prices(bought: str) -> None:
    lines = (line(10, 1, 10, product=3, variation=31), line(11, 2, 60, product=3, variation=32))
    seats = tickets(("", ""), ("", ""), ("", ""), product=3, variations=(32, 31, 32)) if bought == "tickets" else ()
    record = order(70, *lines, seats=seats, status="wc-completed" if seats else "wc-processing")
    assert left(record, DATELESS) == {31: 10, 32: 60}
    assert {part.variation_id: part.seats for part in parts(record, DATELESS)} == {31: 1, 32: 2}


def test_prices_of_one_night_follow_their_variation_to_it() -> None:
    lines = (line(10, 1, 10, variation=31), line(11, 1, 30, variation=32))
    record = order(40, *lines, seats=tickets(A, B, variations=(32, 31)))
    assert left(record) == {A: 30, B: 10}


def test_the_tax_on_a_fee_is_a_tax() -> None:
    fee = line(12, 1, 3, product=0, tax="0.39", beside=True)
    record = order("34.69", line(10, 1, 10, A, tax="1.30"), line(11, 2, 20, B), fee, seats=tickets(A, B, B))
    found = {part.cell: (part.paid, part.tax) for part in parts(record, DATED)}
    assert sum((paid or 0) for paid, _ in found.values()) == Decimal("34.69")
    assert {cell: tax for cell, (_, tax) in found.items()} == {A: Decimal("1.43"), B: Decimal("0.26")}


def test_a_fee_that_was_given_back_goes_by_seats_as_it_came() -> None:
    fee, back = line(12, 1, 4, product=0, beside=True), line(70, -1, -4, product=0, beside=True, of=12)
    record = order(
        44, line(10, 1, 30, A), line(11, 3, 10, B), fee, seats=tickets(A, B, B, B), back=(back,), refunds=(4,)
    )
    assert left(record) == {A: 30, B: 10}


def test_a_discount_as_a_negative_fee_is_shared_by_seats() -> None:
    fee = line(12, 1, -8, product=0, beside=True)
    record = order(32, line(10, 1, 10, A), line(11, 3, 30, B), fee, seats=tickets(A, B, B, B))
    assert left(record) == {A: 8, B: 24}


def test_an_order_that_failed_after_it_was_paid_is_not_known() -> None:
    found: list[Part] = parts(order(10, line(10, 1, 10, A), seats=tickets(A), status="wc-failed"), DATED)
    assert [(part.amount, part.unknown) for part in found] == [(None, ENDED_UNREFUNDED)]


def test_an_order_without_lines_is_shared_by_its_seats() -> None:
    assert left(order(30, seats=tickets(A, B, B))) == {A: 10, B: 20}


def test_what_was_given_back_beyond_its_line_is_taken_from_the_others() -> None:
    back = line(70, -2, -25, of=10)
    record = order(30, line(10, 1, 15, A), line(11, 1, 15, B), seats=tickets(A, B), back=(back,), refunds=(25,))
    assert left(record) == {A: 0, B: 5}, "no show is told more than the order has left"


def test_of_what_went_back_as_a_mere_amount_no_tax_is_left() -> None:
    lines = (line(10, 1, 10, A, tax="1.30"), line(11, 1, 10, B, tax="1.30"))
    whole = parts(order("22.60", *lines, seats=tickets(A, B), refunds=("22.60",), status="wc-refunded"), DATED)
    assert [(part.amount, part.tax_left) for part in whole] == [(0, 0), (0, 0)]
    some = parts(order("22.60", *lines, seats=tickets(A, B), refunds=("2.60",)), DATED)
    assert [(part.amount, part.tax_left) for part in some] == [(10, Decimal("1.30"))] * 2


@pytest.mark.parametrize(
    ("status", "refunds", "reason"),
    [
        ("wc-refunded", (), NOT_ALL_BACK),
        ("wc-refunded", ("12",), NOT_ALL_BACK),
        ("wc-refunded", ("20",), ""),
        ("wc-cancelled", ("12",), ENDED_UNREFUNDED),
        ("wc-cancelled", ("20",), ""),
        ("trash", ("20",), ""),
        ("wc-partial-payment", (), "how much of an order of the status wc-partial-payment was paid"),
        ("wc-partially-paid", (), "how much"),
        ("wc-deposit-paid", (), "how much"),
        ("wc-reagendado", (), ""),
    ],
)
def test_a_status_that_says_more_than_the_refunds_is_not_believed(
    status: str, refunds: tuple[str, ...], reason: str
) -> None:
    (part,) = parts(order(20, line(10, 1, 20, A), seats=tickets(A), refunds=refunds, status=status), DATED)
    left_of_it = 0 if refunds == ("20",) else 20
    assert (part.amount, part.unknown.startswith(reason)) == (None if reason else left_of_it, True)
    assert bool(part.unknown) == bool(reason)


def test_mills_of_a_currency_that_has_them_are_kept() -> None:
    record = order("30.125", line(10, 3, "30.125"), seats=tickets(A, B, C))
    assert sum(left(record).values(), Decimal(0)) == Decimal("30.125")
    assert set(left(record).values()) <= {Decimal("10.041"), Decimal("10.042")}
