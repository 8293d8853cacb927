"""Only texts that can matter are read: the numbers are those of reading all."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import phpserialize
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.counting import ItemRow, PlacesRow, SnapshotRows, count, suspects
from brcc_tui.model.counts import CellTexts, ProductCells
from brcc_tui.model.order_places import OrderPlaces, read_places
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import rows as wordpress_rows
from brcc_tui.platforms.wordpress.pool import DatabaseRow
from brcc_tui.platforms.wordpress.rows import order_places, orders_places, tickets

PRODUCTS = [ProductCells(product, {("late", "mon"): CellTexts(("Late",), "Monday")}) for product in (5, 55)]
ASKED = [product.product_id for product in PRODUCTS]


def text_of(*products: object) -> str:
    tickets = {
        number: {
            "WooCommerceEventsProductID": product,
            "WooCommerceEventsBookingOptions": {"slot": "late", "date": "mon"},
        }
        for number, product in enumerate(products, 1)
    }
    return phpserialize.dumps({1: tickets}).decode()


def line_item(order: int, product: int) -> ItemRow:
    return ItemRow(order, "wc-on-hold", order * 10, product, quantity=2, reduced=False)


named = st.sampled_from([5, "5", 55, "055", 6, "6", "500", " 5", "٥", None, "x"])
whole_texts = st.lists(named, max_size=4).map(lambda products: text_of(*products))
broken_texts = st.builds(
    lambda text, end, more: text[:end] + more, whole_texts, st.integers(0, 400), st.text('"5;i:}', max_size=4)
)
orders = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["wc-on-hold", "wc-completed"]), whole_texts | broken_texts),
    unique_by=lambda row: row[0],
)
items = st.lists(
    st.builds(line_item, st.integers(1, 8), st.sampled_from([5, 55, 6])), unique_by=lambda item: item.item_id
)


def numbers(places: Iterable[PlacesRow], bought: Iterable[ItemRow]) -> object:
    rows = SnapshotRows(places=tuple(places), items=tuple(bought))
    return count(PRODUCTS, rows, by_order=True), suspects(PRODUCTS, rows.items, rows.places)


def read_all(rows: Collection[DatabaseRow], bought: Collection[ItemRow]) -> tuple[object, object]:
    """The numbers by reading only what can matter, and by reading everything."""
    mine = [item for item in bought if item.product_id in ASKED]
    some = orders_places(rows, ASKED, {item.order_id for item in mine})
    assert [row.order_id for row in some] == [row[0] for row in rows]
    return numbers(some, mine), numbers(map(order_places, rows), mine)


@given(orders, items)
def test_the_numbers_are_those_of_reading_every_text(rows: list[DatabaseRow], bought: list[ItemRow]) -> None:
    some, everything = read_all(rows, bought)
    assert some == everything


def test_a_text_of_other_products_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(text: str) -> OrderPlaces:
        read.append(text)
        return read_places(text)

    monkeypatch.setattr(wordpress_rows, "read_places", noted)
    rows = [(1, "wc-on-hold", text_of(6)), (2, "wc-on-hold", text_of(6, 5)), (3, "wc-on-hold", text_of(500))]
    orders_places(rows, ASKED, ())
    assert read == [text_of(6, 5)]


def test_an_unreadable_text_counts_where_its_order_has_a_line_item() -> None:
    rows: list[DatabaseRow] = [(1, "wc-on-hold", "a:1:{oops"), (2, "wc-on-hold", "a:1:{oops")]
    some, everything = read_all(rows, [line_item(1, 5)])
    assert some == everything
    assert count(PRODUCTS, SnapshotRows(places=orders_places(rows, ASKED, {1}), items=(line_item(1, 5),)))[5].unplaced


@pytest.mark.parametrize("text", ["[1]", "[1],", "[1],[2", "", None], ids=repr)
def test_a_text_of_fewer_tickets_than_were_counted_is_none(text: str | None) -> None:
    with pytest.raises(DatabaseError, match="only a part of its answer"):
        list(tickets([(text, 2)]))


def test_an_order_whose_meta_an_import_has_doubled_holds_its_places_once() -> None:
    texts = [
        (1, text_of(5, 5)),
        (1, text_of(5, 5)),
        (2, text_of(5)),
        (2, text_of(55)),
        (3, text_of(5)),
        (3, text_of(55)[:-2]),
    ]
    found = orders_places([(order, "wc-on-hold", text) for order, text in texts], ASKED, {3})
    monday = ("late", "mon")
    assert [row.places for row in found] == [{5: {monday: 2}}, {5: {monday: 1}, 55: {monday: 1}}, None]
    assert found[2].products == {5, 55}, "of either, where one of them cannot be read"
    assert [row.labels.keys() for row in found[:2]] == [{5}, {5, 55}], "and its words for them"


@pytest.mark.parametrize(
    ("told", "seats"), [("2", 2), ("2.0", 2), ("-1", 0), ("", 1), (None, 1), ("many", 1), ("inf", 1), ("9" * 30, 1)]
)
def test_a_line_holds_at_least_the_seat_that_it_does_not_tell(told: str | None, seats: int) -> None:
    (line,) = wordpress_rows.items([(1, "wc-on-hold", 7, "5", "", told, 1, 0, 0, None)])
    assert line.quantity == seats


@pytest.mark.parametrize("told", [("1", "3"), ("3", "1")])
def test_a_line_whose_meta_an_import_has_doubled_holds_the_most_of_it_once(told: tuple[str, str]) -> None:
    (line,) = wordpress_rows.items([(1, "wc-on-hold", 7, "5", "", quantity, 1, 0, 0, None) for quantity in told])
    assert line.quantity == 3


@pytest.mark.parametrize(
    ("told", "read"), [("0" * 20 + "31", 31), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("9" * 5000, None)]
)
def test_an_id_that_nobody_could_keep_is_none(told: str, read: int | None) -> None:
    (line,) = wordpress_rows.items([(1, "wc-on-hold", 7, "5", told, "2", 1, 0, 0, None)])
    assert line.variation_id == read
