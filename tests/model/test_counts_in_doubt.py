"""What counts beside the plain case: orders of the last minutes, and tickets that tell half of where they belong."""

from __future__ import annotations

import pytest

from brcc_tui.model.counting import ItemRow, SnapshotRows, count, suspects
from brcc_tui.model.counts import STOCK, CellCount, CellTexts, Orphan, ProductCells, ProductCount, with_known
from tests.model.test_counts import BOOKINGS, MON, OTHER, PLAIN, TEXTS, TUE, P, item, numbers, placed, ticket


def test_what_woocommerce_itself_calls_an_order_is_no_status_of_somebodys_own() -> None:
    plain = ("checkout-draft", "pending", "on-hold", "processing", "completed", "failed")
    rows = SnapshotRows(
        tuple(ticket(id=n, order_id=n, order_status=f"wc-{name}") for n, name in enumerate(plain)),
        tuple(placed(n, {MON: 1}, f"wc-{name}") for n, name in enumerate(plain, 10)),
        tuple(item(n, 1, f"wc-{name}") for n, name in enumerate(plain, 20)),
    )
    assert numbers(BOOKINGS, rows).custom_statuses == ()


@pytest.mark.parametrize(
    ("product", "order", "in_progress"),
    [
        (PLAIN, item(7, 2, reduced=False, lately=True), {7}),
        (PLAIN, item(7, 2, reduced=False, young=True), {7}),
        (PLAIN, item(7, 2, reduced=False), set()),  # so it has been for long, and so it stays
        (PLAIN, item(7, 2, lately=True), set()),
        (PLAIN, item(7, 2, "wc-on-hold", reduced=False, lately=True), {7}),
        (PLAIN, item(7, 2, "wc-pending", reduced=False, lately=True), set()),  # it takes none before it is paid
        (PLAIN, item(7, 2, "wc-failed", reduced=False, lately=True), set()),
        (PLAIN, item(7, 2, "wc-checkout-draft", reduced=False, lately=True), set()),
        (BOOKINGS, item(7, 2, lately=True), {7}),
        (BOOKINGS, item(7, 2), set()),
    ],
)
def test_an_order_of_the_last_minutes_may_be_at_taking_its_stock_or_at_writing_its_places(
    product: ProductCells, order: ItemRow, in_progress: set[int]
) -> None:
    assert numbers(product, SnapshotRows(items=(order,))).in_progress == in_progress
    ended = SnapshotRows(items=(order,), ended={P: frozenset({9}), OTHER: frozenset({8})})
    assert numbers(product, ended).in_progress == in_progress | {9}


def test_seats_of_an_order_whose_stock_nobody_took_are_paid_all_the_same() -> None:
    rows = SnapshotRows(items=(item(7, 2, reduced=False), item(8, 4, follows=True)))
    assert numbers(BOOKINGS, rows).paid_without_place == 2, "the rest of another order's payment is for no seats"
    assert numbers(PLAIN, rows).pending == 2
    assert (suspects([BOOKINGS], rows.items[:1], ()), suspects([PLAIN], rows.items, ())) == ({7}, set())


def test_a_ticket_that_names_its_date_in_words_stands_for_a_place_of_its_order() -> None:
    made = ticket(slot_id="", date_id="", slot_text="8pm Show", date_text=TEXTS.date_text)
    assert numbers(BOOKINGS, SnapshotRows((made,), (placed(7, {MON: 2}),))).cells[MON].held == 1


def test_half_a_name_is_no_stray_while_its_order_may_tell_the_rest() -> None:
    named = ticket(date_id="", slot_text="8pm Show")
    assert numbers(BOOKINGS, SnapshotRows((named,), items=(item(7, 1, "wc-completed"),))).orphans == ()
    (astray,) = numbers(BOOKINGS, SnapshotRows((named,), items=(item(8, 1, "wc-completed"),))).orphans
    assert (astray.slot_id, astray.sold) == ("late", 1)


@pytest.mark.parametrize(
    ("changes", "astray"),
    [({}, {MON: 1}), ({"status": "Canceled"}, {}), ({"slot_id": ""}, {}), ({"date_id": "gone"}, {})],
)
def test_a_valid_ticket_of_no_product_may_be_of_each_date_of_its_ids(
    changes: dict[str, object], astray: dict[tuple[str, str], int]
) -> None:
    seen = count([BOOKINGS, ProductCells(OTHER, BOOKINGS.cells)], SnapshotRows((ticket(product_id=0, **changes),)))
    assert [(seen[product].astray, seen[product].sold) for product in (P, OTHER)] == [(astray, 0)] * 2


UNDATED = {STOCK: CellTexts((), "")}
LOST = ProductCells(P, lost_cells=True)
MONDAY, TUESDAY = ({cell: BOOKINGS.cells[cell]} for cell in (MON, TUE))


@pytest.mark.parametrize(
    ("now", "was", "wanted"),
    [
        (PLAIN, PLAIN, PLAIN),
        (PLAIN, ProductCells(P, UNDATED | MONDAY), ProductCells(P, MONDAY, one_stock=True)),
        (ProductCells(P, one_stock=True), PLAIN, ProductCells(P, one_stock=True)),
        (LOST, PLAIN, PLAIN),
        (LOST, ProductCells(P, MONDAY), ProductCells(P, MONDAY, lost_cells=True)),
        (LOST, ProductCells(P, MONDAY, one_stock=True), ProductCells(P, MONDAY, lost_cells=True)),
        (ProductCells(P, TUESDAY), PLAIN, ProductCells(P, UNDATED | TUESDAY)),
        (ProductCells(P, TUESDAY), ProductCells(P, MONDAY), BOOKINGS),
        (ProductCells(P, TUESDAY), LOST, ProductCells(P, TUESDAY)),
        (
            ProductCells(P, TUESDAY),
            ProductCells(P, MONDAY, one_stock=True),
            ProductCells(P, UNDATED | dict(BOOKINGS.cells)),
        ),
    ],
)
def test_what_a_product_was_before_tells_what_its_places_may_be_of(
    now: ProductCells, was: ProductCells, wanted: ProductCells
) -> None:
    other = ProductCells(OTHER)
    assert with_known([now], [was, other]) == (wanted, other)


def test_a_date_that_was_not_asked_for_has_what_was_found_astray_with_both_its_ids() -> None:
    found = (Orphan("", "", *TUE, 1, 2), Orphan("8pm Show", "", *TUE, 4), Orphan("8pm Show", "", "", "", 8, 16))
    seen = ProductCount(cells={MON: CellCount(32)}, orphans=found)
    assert [seen.of_cell(cell) for cell in (MON, TUE, STOCK)] == [CellCount(32), CellCount(5, 2), CellCount()]
