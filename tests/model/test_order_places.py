"""The PHP text of an order's places: what FooEvents writes, and what must never pass for "no places"."""

from __future__ import annotations

import contextlib

import phpserialize
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.order_places import SIZE_LIMIT, UnreadablePlaces, products_named, read_places


def php(*tickets: object) -> str:
    return phpserialize.dumps({1: dict(enumerate(tickets, 1))}).decode()


def place(product: object, slot: object = "late", date: object = "mon") -> dict[str, object]:
    return {
        "WooCommerceEventsProductID": product,
        "WooCommerceEventsAttendeeName": 'Zoë "Q"; }{ 🎭',
        "WooCommerceEventsBookingOptions": {"slot": slot, "date": date, "slot_label": "8pm"},
    }


READABLE = {
    "two places": (php(place(5), place(5)), {5: {("late", "mon"): 2}}),
    "the product as text": (php(place("5")), {5: {("late", "mon"): 1}}),
    "two cells": (php(place(5), place(5, date="tue")), {5: {("late", "mon"): 1, ("late", "tue"): 1}}),
    "two products": (php(place(5), place(6)), {5: {("late", "mon"): 1}, 6: {("late", "mon"): 1}}),
    "an event without slots": (php({"WooCommerceEventsProductID": 5}), {5: {("", ""): 1}}),
    "empty options, as PHP writes none": (
        php({"WooCommerceEventsProductID": 5, "WooCommerceEventsBookingOptions": ""}),
        {5: {("", ""): 1}},
    ),
    "ids that are numbers": (php(place(5, 0, 1)), {5: {("0", "1"): 1}}),
    "no event at all": ("a:0:{}", {}),
}


@pytest.mark.parametrize(("text", "wanted"), READABLE.values(), ids=READABLE)
def test_readable(text: str, wanted: dict[int, dict[tuple[str, str], int]]) -> None:
    assert read_places(text).places == wanted


UNREADABLE = {
    "nothing": "",
    "cut off": php(place(5))[:-4],
    "a length that lies": php(place(5)).replace("s:4:", "s:9:"),
    "extra data after the end": "a:0:{}a:0:{}",
    "JSON": '{"1":{"1":{}}}',
    "an object": 'O:8:"stdClass":0:{}',
    "an object inside": 'a:1:{i:1;a:1:{i:1;O:3:"Foo":0:{}}}',
    "a list of texts": phpserialize.dumps({1: "x"}).decode(),
    "tickets that are texts": phpserialize.dumps({1: {1: "x"}}).decode(),
    "a place without its product": php({"WooCommerceEventsStatus": "Unpaid"}),
    "deeper than any": "a:1:{i:1;" * 5000,
    "a number for all": "i:5;",
    "endless length": 's:99999999999:"x";',
    "a product's number of 5,000 digits": php(place("9" * 5000)),
    "too long": "x" * (SIZE_LIMIT + 1),
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(text: str) -> None:
    with pytest.raises(UnreadablePlaces):
        read_places(text)


@given(st.text(alphabet='aisObN:;{}"0123456789\n', max_size=60) | st.text(max_size=30))
def test_any_text_is_read_or_unreadable(text: str) -> None:
    with contextlib.suppress(UnreadablePlaces):
        assert isinstance(read_places(text).places, dict)


def test_the_products_of_a_broken_text_are_still_named() -> None:
    assert products_named(php(place(5), place("77"))[:-10]) == {5, 77}


def test_the_orders_own_words_for_its_slots_and_dates() -> None:
    told = place(5)
    options = {"slot": "s", "slot_label": "8pm", "date": "d", "date_label": "4 août 2027"}
    told["WooCommerceEventsBookingOptions"] = options
    assert read_places(php(place(5), place(6), told)).labels == {
        5: {("late", "mon"): ("8pm", ""), ("s", "d"): ("8pm", "4 août 2027")},
        6: {("late", "mon"): ("8pm", "")},
    }
