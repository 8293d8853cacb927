"""Tickets that name no ids, but a slot and a date in words: which date they are of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brcc_tui.model.counting import PlacesRow, SnapshotRows, TicketRow, count
from brcc_tui.model.counts import STOCK, CellCount, CellTexts, Orphan, ProductCells
from brcc_tui.model.relevant_tickets import relevant

P = 10
SLOT = ("8pm Show", "8pm Show (08:00 p.m.)")


def ticket(date_text: str, slot_text: str = "8pm Show") -> TicketRow:
    return TicketRow(1, True, P, "Not Checked In", slot_text=slot_text, date_text=date_text)


def product(**dates: str) -> ProductCells:
    return ProductCells(P, {("late", date): CellTexts(SLOT, text) for date, text in dates.items()})


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("January 06, 2027", "January 6, 2027"),  # the datepicker pads what PHP and people do not
        ("January 6, 2027", "January 06, 2027"),
        ("agosto 04, 2027", "Agosto 4, 2027"),
        ("05/07/2027", "5/7/2027"),  # whichever of both is the day
        ("January 06, 2027", "2027-01-06"),  # the site's format was another one then
        ("13/01/2027", "13 January 2027"),
    ],
)
def test_another_spelling_of_the_day_is_the_same_date(stored: str, written: str) -> None:
    rows = SnapshotRows((ticket(written),))
    seen = count([product(that=stored, other="January 08, 2027")], rows)[P]
    assert seen.cells["late", "that"] == CellCount(1)
    assert seen.orphans == ()


def test_of_two_spellings_in_the_shop_the_tickets_own_counts() -> None:
    asked = product(padded="January 06, 2027", plain="January 6, 2027")
    assert count([asked], SnapshotRows((ticket("January 6, 2027"),)))[P].cells["late", "plain"] == CellCount(1)
    (astray,) = count([asked], SnapshotRows((ticket("2027-01-06"),)))[P].orphans
    assert astray == Orphan("8pm Show", "2027-01-06", "", "", 1)


@pytest.mark.parametrize(
    ("date_text", "slot_text"),
    [("January 16, 2027", "8pm Show"), ("06/01/2027", "8pm Show"), ("January 6, 2027", "8pm Show Extra")],
    ids=["another day", "one of two days", "another slot"],
)
def test_what_may_be_of_another_date_is_of_none(date_text: str, slot_text: str) -> None:
    seen = count([product(that="January 06, 2027")], SnapshotRows((ticket(date_text, slot_text),)))[P]
    assert seen.cells["late", "that"] == CellCount()
    assert len(seen.orphans) == 1


def test_they_are_looked_for_with_and_without_zeros() -> None:
    wanted = relevant([product(that="January 06, 2027")], ())
    assert wanted.date_texts == {"January 06, 2027", "January 6, 2027"}
    assert wanted(ticket("January 6, 2027"))


@pytest.mark.parametrize(
    ("told", "possible"),
    [
        (
            {"date_text": "January 6, 2027", "slot_text": "The Late Show"},
            {"late", "early"},
        ),  # the slot's name was changed
        ({"date_text": "January 6, 2027"}, {"late", "early"}),
        ({"date_text": "06/01/2027", "slot_text": "8pm Show"}, {"late"}),  # of this day, or of the first of June
        ({"date_text": "2027-01-06", "slot_id": "early"}, {"early"}),
        ({"date_text": "January 6, 2027", "slot_text": "8pm Show", "slot_id": "early"}, {"early"}),
        ({"date_id": "that", "slot_text": "8pm Show"}, {"late", "early"}),
        ({"date_id": "that", "slot_text": "8pm Show", "date_text": "January 6, 2027"}, {"late", "early"}),
        ({"date_id": "other", "slot_text": "8pm Show"}, set()),
        ({"date_text": "January 7, 2027", "slot_text": "8pm Show"}, set()),
        ({"slot_id": "gone", "date_id": "that", "date_text": "January 6, 2027"}, set()),  # it says where it belongs
        ({"slot_id": "late", "date_id": " that", "date_text": "January 6, 2027"}, {"late", "early"}),
        ({"slot_id": "a:0:{}", "date_id": "that", "date_text": "January 6, 2027"}, {"late", "early"}),
        ({}, set()),
    ],
)
def test_a_ticket_that_does_not_say_of_which_slot_it_is_may_be_of_any_that_day(
    told: dict[str, str], possible: set[str]
) -> None:
    slots = {"late": SLOT, "early": ("6pm Show",)}
    asked = ProductCells(P, {(slot, "that"): CellTexts(texts, "January 06, 2027") for slot, texts in slots.items()})
    seen = count([asked], SnapshotRows((TicketRow(1, True, P, **told),)))[P]
    assert seen.astray == {(slot, "that"): 1 for slot in possible}
    assert all(cell == CellCount() for cell in seen.cells.values())
    cancelled = TicketRow(1, True, P, "Canceled", **told)
    assert count([asked], SnapshotRows((cancelled,)))[P].astray == {}


@pytest.mark.parametrize(("told", "possible"), [("When it rains", {"late"}), ("when it snows", set()), ("", set())])
def test_a_day_that_no_calendar_knows_is_that_of_the_same_words(told: str, possible: set[str]) -> None:
    """What the product sold before it had dates bears no day, and is of no ticket that names a slot."""
    asked = ProductCells(P, {("late", "that"): CellTexts(SLOT, "when it rains"), STOCK: CellTexts((), "")})
    seen = count([asked], SnapshotRows((ticket(told, "The Late Show"),)))[P]
    assert seen.astray == {(slot, "that"): 1 for slot in possible}


@pytest.mark.parametrize("told", ["slot_id", "date_id", "slot_text", "date_text", ""])
def test_what_the_product_sold_before_it_had_dates_bears_the_name_of_none(told: str) -> None:
    asked = ProductCells(P, {("late", "that"): CellTexts(SLOT, "January 06, 2027"), STOCK: CellTexts((), "")})
    plain = TicketRow(1, True, P, order_id=7, order_status="wc-completed", **({told: "another"} if told else {}))
    assert count([asked], SnapshotRows((plain,)))[P].cells[STOCK] == CellCount(0 if told else 1)
    never = count([ProductCells(P)], SnapshotRows((plain,)), by_order=True)[P]
    assert never.orders == {7: {STOCK: 1}}, "it never had dates"


def test_of_two_dates_of_one_slot_and_day_it_may_be_either() -> None:
    asked = product(padded="January 06, 2027", plain="January 6, 2027")
    seen = count([asked], SnapshotRows((ticket("2027-01-06"),)))[P]
    assert seen.astray == {("late", "padded"): 1, ("late", "plain"): 1}


def test_while_an_orders_tickets_are_being_made_its_places_tell_where_they_are() -> None:
    begun = TicketRow(1, True, P, order_id=7, order_status="wc-completed", date_text="January 06, 2027")
    rows = SnapshotRows((begun,), (PlacesRow(7, "wc-completed", {P: {("late", "that"): 2}}, frozenset({P})),))
    seen = count([product(that="January 06, 2027")], rows)[P]
    assert (seen.astray, seen.cells["late", "that"]) == ({}, CellCount(0, 2))
    elsewhere = replace(begun, slot_id="late", date_id="gone", date_text="January 08, 2027")
    seen = count([product(that="January 06, 2027")], replace(rows, tickets=(elsewhere,)))[P]
    assert [(orphan.date_id, orphan.sold) for orphan in seen.orphans] == [("gone", 1)], "it says itself where it is"


@pytest.mark.parametrize("cell", [("late", ""), ("", "that"), ("late", "that "), ("a:0:{}", "that")])
def test_places_that_name_no_date_are_held_by_no_order_that_has_their_tickets(cell: tuple[str, str]) -> None:
    """Those that staff or an import made leave no mark at their order: it is read as one that waits for its tickets."""
    made = tuple(TicketRow(n, True, P, slot_id=cell[0], date_id=cell[1], order_id=7) for n in (1, 2))
    for places, unreadable in ((2, ()), (3, (7,))):
        row = PlacesRow(7, "wc-completed", {P: {cell: places}}, frozenset({P}))
        seen = count([product(that="January 06, 2027")], SnapshotRows(made, (row,)))[P]
        assert (seen.unreadable_orders, seen.unplaced) == (unreadable, bool(unreadable))


@pytest.mark.parametrize("cell", [("late", " that"), ("a:0:{}", "that")])
def test_what_names_a_slot_and_a_date_in_any_way_is_of_no_stock_that_the_product_sells_now(
    cell: tuple[str, str],
) -> None:
    turned = replace(product(that="January 06, 2027"), one_stock=True)
    assert count([turned], SnapshotRows((TicketRow(1, True, P, slot_id=cell[0], date_id=cell[1]),)))[P].sold == 0


@pytest.mark.parametrize(
    ("told", "sold"),
    [
        ({"date_text": "January 6, 2027", "slot_text": "8pm Show"}, 0),
        ({"date_text": "January 7, 2027", "slot_text": "8pm Show"}, 1),  # of no date that it had
        ({"slot_id": "late"}, 1),  # half a name
        ({"date_id": "that"}, 1),
    ],
)
def test_what_names_a_date_that_the_product_had_in_words_is_of_that(told: dict[str, str], sold: int) -> None:
    turned = replace(product(that="January 06, 2027"), one_stock=True)
    assert count([turned], SnapshotRows((TicketRow(1, True, P, **told),)))[P].sold == sold
