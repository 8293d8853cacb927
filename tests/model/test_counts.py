"""One named case for every line of the definitions, and for every oddity of the rows."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.counting import ItemRow, PlacesRow, SnapshotRows, TicketRow, count, is_live, suspects
from brcc_tui.model.counts import CellCount, CellTexts, Orphan, ProductCells, ProductCount
from brcc_tui.model.relevant_tickets import relevant

P, OTHER = 10, 20
MON, TUE = ("late", "mon"), ("late", "tue")
TEXTS = CellTexts(("8pm Show", "8pm Show (08:00 p.m.)"), "January 06, 2025")
BOOKINGS = ProductCells(P, {MON: TEXTS, TUE: CellTexts(("8pm Show",), "January 07, 2025")})
PLAIN = ProductCells(P)


def ticket(**changes: object) -> TicketRow:
    """A valid ticket of Monday, of a completed order."""
    values: dict[str, object] = {
        "id": 1,
        "published": True,
        "product_id": P,
        "status": "Not Checked In",
        "slot_id": "late",
        "date_id": "mon",
        "order_id": 7,
        "order_status": "wc-completed",
    }
    return TicketRow(**(values | changes))  # type: ignore[arg-type]


def numbers(product: ProductCells, rows: SnapshotRows, **options: bool) -> ProductCount:
    return count([product], rows, **options)[product.product_id]


def placed(order: int, places: dict[tuple[str, str], int], status: str = "wc-processing") -> PlacesRow:
    return PlacesRow(order, status, {P: places}, frozenset({P}))


def item(order: int, quantity: int, status: str = "wc-processing", **changes: object) -> ItemRow:
    values: dict[str, object] = {"item_id": order * 10, "product_id": P, "reduced": True}
    return ItemRow(order, status, quantity=quantity, **(values | changes))  # type: ignore[arg-type]


SOLD = {
    "a valid ticket": ({}, 1),
    "checked in": ({"status": "Checked In"}, 1),
    "a status nobody knows": ({"status": "Lost"}, 1),
    "no status at all": ({"status": ""}, 1),
    "canceled": ({"status": "Canceled"}, 0),
    "cancelled, as some write it": ({"status": "Cancelled"}, 0),
    "unpaid": ({"status": "Unpaid"}, 0),
    "in the trash": ({"published": False}, 0),
    "order refunded, ticket still valid": ({"order_status": "wc-refunded"}, 0),
    "order cancelled": ({"order_status": "wc-cancelled"}, 0),
    "order in the trash": ({"order_status": "trash"}, 0),
    "order pending again": ({"order_status": "wc-pending"}, 1),
    "order on hold": ({"order_status": "wc-on-hold"}, 1),
    "order processing": ({"order_status": "wc-processing"}, 1),
    "order failed an hour ago": ({"order_status": "wc-failed", "order_changed_lately": True}, 1),
    "order failed a week ago": ({"order_status": "wc-failed", "order_changed_lately": False}, 0),
    "a custom status": ({"order_status": "wc-reagendado"}, 1),
    "order deleted": ({"order_status": None}, 1),
    "never had an order": ({"order_id": None, "order_status": None}, 1),
}


@pytest.mark.parametrize(("changes", "sold"), SOLD.values(), ids=SOLD)
def test_sold(changes: dict[str, object], sold: int) -> None:
    seen = numbers(BOOKINGS, SnapshotRows(tickets=(ticket(**changes),)))
    assert seen.cells == {MON: CellCount(sold=sold), TUE: CellCount()}
    assert seen.sold == sold


def test_deleted_orders_and_custom_statuses_are_named() -> None:
    rows = SnapshotRows(
        tickets=(
            ticket(order_id=1, order_status=None),
            ticket(order_id=1, order_status=None),
            ticket(order_id=2, order_status=None),
            ticket(order_id=None, order_status=None),
            ticket(order_status="wc-reagendado"),
        ),
        places=(placed(5, {MON: 1}, "wc-deposit"),),
    )
    seen = numbers(BOOKINGS, rows)
    assert seen.deleted_orders == 2
    assert seen.custom_statuses == ("wc-deposit", "wc-reagendado")


CELLS: dict[str, tuple[dict[str, object], CellCount, tuple[Orphan, ...]]] = {
    "both ids": ({}, CellCount(1), ()),
    "both ids of a cell that is gone": (
        {"date_id": "gone", "date_text": "May 01, 2026"},
        CellCount(),
        (Orphan("", "May 01, 2026", "late", "gone", 1),),
    ),
    "ids win over texts": ({"slot_text": "Other", "date_text": "Other"}, CellCount(1), ()),
    "no ids, both texts": (
        {"slot_id": "", "date_id": "", "slot_text": "8pm Show (08:00 p.m.)", "date_text": "January 06, 2025"},
        CellCount(1),
        (),
    ),
    "no ids, the bare label": (
        {"slot_id": "", "date_id": "", "slot_text": "8pm Show", "date_text": "January 06, 2025"},
        CellCount(1),
        (),
    ),
    "no ids, a longer label is another": (
        {"slot_id": "", "date_id": "", "slot_text": "8pm Show Extra", "date_text": "January 06, 2025"},
        CellCount(),
        (Orphan("8pm Show Extra", "January 06, 2025", "", "", 1),),
    ),
    "one id only, of a finished order": (
        {"date_id": "", "slot_text": "8pm Show"},
        CellCount(),
        (Orphan("8pm Show", "", "late", "", 1),),
    ),
}


@pytest.mark.parametrize(("changes", "cell", "orphans"), CELLS.values(), ids=CELLS)
def test_which_cell(changes: dict[str, object], cell: CellCount, orphans: tuple[Orphan, ...]) -> None:
    seen = numbers(BOOKINGS, SnapshotRows(tickets=(ticket(**changes),)))
    assert (seen.cells[MON], seen.orphans) == (cell, orphans)


def test_places_of_a_leftover_are_astray_with_what_their_tickets_say() -> None:
    product = ProductCells(P, {MON: TEXTS}, leftovers=frozenset({TUE}))
    tickets = (ticket(date_id="tue", date_text="January 07, 2025"), ticket(id=2))
    seen = numbers(product, SnapshotRows(tickets, (placed(9, {TUE: 2}),)))
    assert seen.cells == {MON: CellCount(1)}
    assert set(seen.orphans) == {Orphan("", "January 07, 2025", *TUE, 1), Orphan("", "", *TUE, 0, 2)}
    assert seen.of_cell(TUE) == CellCount(1, 2)
    assert relevant([product], ())(tickets[0])


def test_texts_that_fit_two_cells_fit_none() -> None:
    twice = ProductCells(P, {MON: TEXTS, ("late", "copy"): TEXTS})
    seen = numbers(
        twice, SnapshotRows(tickets=(ticket(slot_id="", date_id="", slot_text="8pm Show", date_text=TEXTS.date_text),))
    )
    assert [orphan.sold for orphan in seen.orphans] == [1]


@pytest.mark.parametrize("made", range(4))
def test_the_sum_stays_while_tickets_are_made_one_by_one(made: int) -> None:
    """A post has its order before its ids; without both it is not yet a ticket, and no orphan either."""
    born = [ticket(id=n) for n in range(made)]
    if made < 3:
        born.append(ticket(id=9, slot_id="", date_id=""))
    seen = numbers(BOOKINGS, SnapshotRows(tuple(born), (placed(7, {MON: 3}, "wc-completed"),)))
    assert seen.cells[MON] == CellCount(sold=made, held=3 - made)
    assert not seen.orphans


HELD = {
    "places of an order without tickets": ((), {MON: 2}, 2),
    "a ticket of that order is already there": ((ticket(),), {MON: 2}, 1),
    "tickets in the trash stand for their places": ((ticket(published=False), ticket(status="Canceled")), {MON: 2}, 0),
    "never below zero": ((ticket(), ticket(), ticket()), {MON: 2}, 0),
    "a ticket of another cell stands for nothing here": ((ticket(date_id="tue"),), {MON: 2}, 2),
    "a ticket of another order stands for nothing here": ((ticket(order_id=8),), {MON: 2}, 2),
}


@pytest.mark.parametrize(("tickets", "places", "held"), HELD.values(), ids=HELD)
def test_held_of_a_cell(tickets: tuple[TicketRow, ...], places: dict[tuple[str, str], int], held: int) -> None:
    assert numbers(BOOKINGS, SnapshotRows(tickets, (placed(7, places),))).cells[MON].held == held


def test_held_places_of_a_cell_that_is_gone_are_reported() -> None:
    seen = numbers(BOOKINGS, SnapshotRows(places=(placed(7, {("late", "gone"): 2}),)))
    assert seen.orphans == (Orphan("", "", "late", "gone", 0, 2),)


STOCK = {
    "taken": ((item(7, 2),), (), (2, 0)),
    "split into single items by the thank-you page": ((item(7, 1), item(7, 1, item_id=71)), (), (2, 0)),
    "a ticket of any status stands for a unit": ((item(7, 2),), (ticket(status="Canceled"),), (1, 0)),
    "not taken yet: pending": ((item(7, 2, "wc-pending", reduced=False),), (), (0, 2)),
    "declined lately, can still be paid": ((item(7, 2, "wc-failed", reduced=False),), (), (0, 2)),
    "somebody looks at the checkout": ((item(7, 2, "wc-checkout-draft", reduced=False),), (), (0, 0)),
    "a draft of a newer version that takes stock": ((item(7, 2, "wc-checkout-draft"),), (), (2, 0)),
}


@pytest.mark.parametrize(("items", "tickets", "numbers_"), STOCK.values(), ids=STOCK)
def test_held_and_pending_of_stock(
    items: tuple[ItemRow, ...], tickets: tuple[TicketRow, ...], numbers_: tuple[int, int]
) -> None:
    seen = numbers(PLAIN, SnapshotRows(tickets, items=items))
    assert (seen.held, seen.pending) == numbers_
    assert not seen.cells
    assert not seen.orphans


def test_the_stock_of_a_bookings_product_is_counted_only_where_there_is_one() -> None:
    rows = SnapshotRows(items=(item(7, 2),), places=(placed(7, {MON: 2}),))
    assert numbers(BOOKINGS, rows).held == 0
    hybrid = SnapshotRows(items=rows.items, places=rows.places, managed=frozenset({P}))
    assert numbers(BOOKINGS, hybrid).held == 2


def test_tickets_of_dates_that_a_plain_product_had_are_not_of_its_stock() -> None:
    """Nobody here knew of them: where they are to come, or nothing says that they are over, they belong nowhere."""
    own = {"slot_id": f"event_{P}", "date_id": f"date_{P}"}
    coming = ticket(to_come=True, slot_text="8pm Show", date_text="January 06, 2025")
    undated = ticket(undated=True, date_id="tue", date_text="January 07, 2025")
    rows = SnapshotRows((ticket(slot_id="", date_id=""), ticket(), coming, undated, ticket(**own)))
    seen = numbers(replace(PLAIN, one_stock=True), rows)
    assert (seen.sold, seen.cells) == (2, {})
    assert seen.orphans == (
        Orphan("", "January 07, 2025", *TUE, 1, open=1),
        Orphan("8pm Show", "January 06, 2025", *MON, 1, open=1),
    )


def test_orders_of_dates_that_a_plain_product_had_hold_none_of_its_stock() -> None:
    unreadable = PlacesRow(9, "wc-processing", None, frozenset({P}))
    rows = SnapshotRows(places=(placed(7, {MON: 2}), unreadable), items=(item(7, 2), item(8, 3), item(9, 1)))
    seen = numbers(replace(PLAIN, one_stock=True), rows)
    assert (seen.held, seen.orphans) == (4, (Orphan("", "", *MON, 0, 2),))


def test_an_order_that_names_an_event_itself_as_its_date_holds_of_its_stock() -> None:
    """As an earlier program named it, and as a ticket of that name is sold of it."""
    own = (f"event_{P}", f"date_{P}")
    seen = numbers(replace(PLAIN, one_stock=True), SnapshotRows(places=(placed(7, {own: 2}),), items=(item(7, 2),)))
    assert (seen.held, seen.orphans) == (2, ())


def test_an_order_that_cannot_be_read_holds_of_one_stock_whatever_dates_that_had() -> None:
    """It may be of one of them: these are not known then. What it sells now would lack the seats else."""
    rows = SnapshotRows(places=(PlacesRow(9, "wc-processing", None, frozenset({P})),), items=(item(9, 2),))
    seen = numbers(replace(BOOKINGS, one_stock=True), rows)
    assert (seen.held, seen.unreadable_orders) == (2, (9,))


def test_variations() -> None:
    rows = SnapshotRows(
        (ticket(variation_id=3), ticket(variation_id=3, order_id=8), ticket(variation_id=4, status="Canceled")),
        items=(item(8, 2, variation_id=3), item(9, 1, variation_id=4), item(9, 1, item_id=91)),
    )
    seen = numbers(PLAIN, rows)
    assert seen.variations == {3: CellCount(2, 1), 4: CellCount(0, 1)}
    assert (seen.sold, seen.held) == (2, 3)


PAID = {
    "block checkout": ((item(7, 2),), (), frozenset(), (2, False)),
    "not while it is a draft": ((item(7, 2, "wc-checkout-draft"),), (), frozenset(), (0, False)),
    "it has places": ((item(7, 2),), (placed(7, {MON: 2}),), frozenset(), (0, False)),
    "its places are an empty list": ((item(7, 2),), (PlacesRow(7, "wc-processing", {}),), frozenset(), (2, False)),
    "its places name no date": ((item(7, 2),), (placed(7, {("", ""): 2}),), frozenset(), (2, False)),
    "its order has places of another product alone": (
        (item(7, 2),),
        (PlacesRow(7, "wc-processing", {OTHER: {MON: 2}}, frozenset({OTHER})),),
        frozenset(),
        (2, False),
    ),
    "the rest of a deposit, to be paid later": (
        (item(7, 2, "wc-scheduled-payment", reduced=False),),
        (),
        frozenset(),
        (0, False),
    ),
    "so young that its plugin may give it places": (
        (item(7, 2, "wc-partial-payment", reduced=False, young=True),),
        (),
        frozenset(),
        (0, True),
    ),
    "a status of a plugin's own, with stock taken": ((item(7, 2, "wc-ready"),), (), frozenset(), (2, False)),
    "it has tickets": ((item(7, 2),), (), frozenset({7}), (0, False)),
    "so young that its places may follow": ((item(7, 2, young=True),), (), frozenset(), (2, True)),
    "young, with places": ((item(7, 2, young=True),), (placed(7, {MON: 2}),), frozenset(), (0, False)),
}


@pytest.mark.parametrize(("items", "places", "ticketed", "wanted"), PAID.values(), ids=PAID)
def test_paid_without_a_place(
    items: tuple[ItemRow, ...], places: tuple[PlacesRow, ...], ticketed: frozenset[int], wanted: tuple[int, bool]
) -> None:
    rows = SnapshotRows(items=items, places=places, ticketed=ticketed)
    seen = numbers(BOOKINGS, rows)
    assert (seen.paid_without_place, seen.unplaced) == wanted
    asked = suspects([BOOKINGS], items, places)
    unpaid = items[0].status == "wc-checkout-draft" or items[0].status.endswith("-payment")
    assert asked == ({7} if wanted[0] or ticketed or unpaid else set())


def test_the_rest_of_a_deposit_is_no_alarm_beside_the_places_of_the_first_order() -> None:
    first = placed(7, {MON: 2}, "wc-partial-payment")
    rest = item(8, 2, "wc-scheduled-payment", reduced=False)
    seen = numbers(BOOKINGS, SnapshotRows(places=(first,), items=(item(7, 2, "wc-partial-payment"), rest)))
    assert (seen.cells[MON].held, seen.paid_without_place, seen.unplaced) == (2, 0, False)
    assert seen.custom_statuses == ("wc-partial-payment", "wc-scheduled-payment")


def test_a_young_order_of_an_event_without_cells_needs_no_places() -> None:
    seen = numbers(PLAIN, SnapshotRows(items=(item(7, 2, young=True),)))
    assert (seen.paid_without_place, seen.unplaced) == (0, False)


def test_places_that_cannot_be_read_are_named_and_block_a_decision() -> None:
    rows = SnapshotRows(places=(PlacesRow(7, "wc-on-hold", None, frozenset({P})), PlacesRow(8, "wc-on-hold", None)))
    seen = numbers(BOOKINGS, rows)
    assert (seen.unreadable_orders, seen.unplaced) == ((7,), True)
    by_item = numbers(BOOKINGS, SnapshotRows(places=rows.places, items=(item(8, 1, "wc-on-hold"),)))
    assert by_item.unreadable_orders == (7, 8)
    assert not numbers(ProductCells(OTHER, BOOKINGS.cells), rows).unreadable_orders


@pytest.mark.parametrize("cell", [("late", ""), ("", "mon"), ("late", "mon "), ("late", 'a:1:{i:0;s:3:"mon";}')])
def test_places_that_name_no_date_may_be_of_any(cell: tuple[str, str]) -> None:
    seen = numbers(BOOKINGS, SnapshotRows(places=(placed(7, {cell: 2, TUE: 1}),)))
    assert (seen.unreadable_orders, seen.unplaced, seen.orphans) == ((7,), True, ())


def test_orders_behind_the_numbers() -> None:
    rows = SnapshotRows(
        (
            ticket(order_id=1),
            ticket(order_id=1, date_id="tue"),
            ticket(order_id=2, order_status="wc-refunded"),
            ticket(order_id=3, order_status=None),
            ticket(order_id=4, status="Canceled"),
        ),
        (placed(5, {MON: 2, TUE: 1}),),
        (item(5, 3), item(6, 1)),
        managed=frozenset({P}),
    )
    assert numbers(BOOKINGS, rows, by_order=True).orders == {
        1: {MON: 1, TUE: 1, ("", ""): 2},
        5: {MON: 2, TUE: 1, ("", ""): 3},
        6: {("", ""): 1},
    }
    assert not numbers(BOOKINGS, rows).orders


def test_products_do_not_see_each_other() -> None:
    rows = SnapshotRows(
        (ticket(), ticket(product_id=OTHER, order_id=9)),
        (PlacesRow(7, "wc-pending", {OTHER: {MON: 4}}, frozenset({OTHER})),),
    )
    seen = count([BOOKINGS, ProductCells(OTHER, BOOKINGS.cells), ProductCells(30)], rows)
    assert [seen[product].cells.get(MON) for product in (P, OTHER, 30)] == [CellCount(1, 0), CellCount(1, 4), None]


def test_live_statuses() -> None:
    live = ["checkout-draft", "pending", "on-hold", "processing", "completed", "failed", "cancelled", "refunded"]
    assert [s for s in live if is_live(f"wc-{s}")] == live[:6]
    assert [s for s in ("trash", "auto-draft", "draft") if is_live(s)] == []


cells = st.sampled_from([MON, TUE, ("late", "gone"), ("late", ""), ("", "")])
statuses = st.sampled_from(["wc-completed", "wc-refunded", "wc-failed", "wc-odd", None])
any_ticket = st.builds(
    lambda cell, order, status, text, published, state: ticket(
        slot_id=cell[0],
        date_id=cell[1],
        order_id=order,
        order_status=status,
        date_text=text,
        published=published,
        status=state,
    ),
    cells,
    st.sampled_from([1, 2, None]),
    statuses,
    st.sampled_from(["", "January 06, 2025"]),
    st.booleans(),
    st.sampled_from(["", "Canceled", "Checked In"]),
)


@given(st.lists(any_ticket, max_size=12))
def test_every_valid_ticket_is_in_a_cell_or_an_orphan(tickets: list[TicketRow]) -> None:
    seen = numbers(BOOKINGS, SnapshotRows(tuple(tickets)))
    assert sum(cell.sold for cell in seen.cells.values()) + sum(orphan.sold for orphan in seen.orphans) == seen.sold


def test_thousands_of_old_tickets_and_dates_are_matched_in_no_time() -> None:
    """Tickets without ids are matched by their texts: by looking them up, not by going through every date."""
    cells = {("late", f"d{n}"): CellTexts(("8pm Show",), f"day {n}") for n in range(4000)}
    old = tuple(
        ticket(id=n, slot_id="", date_id="", slot_text="8pm Show", date_text=f"day {n % 4000}") for n in range(12000)
    )
    began = time.process_time()
    seen = numbers(ProductCells(P, cells), SnapshotRows(old))
    assert seen.cells["late", "d3999"] == CellCount(3, 0)
    assert time.process_time() - began < 1.0
