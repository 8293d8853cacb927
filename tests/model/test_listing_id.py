"""Ids that a person can type, read back exactly and refused otherwise."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.listing_id import (
    CellId,
    ListingId,
    NotAListingId,
    ProductId,
    TicketClassId,
    VariationId,
    parse_listing_id,
)

DIGITS = st.integers(1, 10**15).map(str)
PARTS = st.from_regex(r"[a-z0-9é]{1,20}", fullmatch=True)
IDS = st.one_of(
    st.builds(TicketClassId, DIGITS, DIGITS),
    st.builds(ProductId, st.integers(1, 10**9)),
    st.builds(VariationId, st.integers(1, 10**9), st.integers(1, 10**9)),
    st.builds(CellId, st.integers(1, 10**9), PARTS, PARTS),
)


@given(IDS)
def test_written_and_read_back(listing_id: ListingId) -> None:
    assert parse_listing_id(str(listing_id)) == listing_id


@given(st.text(max_size=40))
def test_any_text_is_an_id_or_named_as_none(text: str) -> None:
    with contextlib.suppress(NotAListingId):
        assert isinstance(parse_listing_id(text), ListingId)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "wc",
        "wc:",
        "wc:x",
        "wc:-1",
        "wc:4156:",
        "wc:4156:slot",
        "wc:4156:vx",
        "wc:4156::",
        "wc:4156:slot:date:more",
        "wc:4156:sl ot:date",
        "wc:4156:slot:date\n",
        "wc:٤",
        "eb:1",
        "eb:1:x",
        "eb:x:1",
        "EB:1:2",
        "wc:" + "9" * 19,
        "wc:1:" + "a" * 65 + ":d",
        "wc:1:slot:" + "d" * 65,
        "wc:1:slot:\udcff",
        "\x1b[31mwc:1",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(NotAListingId) as app_error:
        parse_listing_id(text)
    assert app_error.value.next_step
    assert str(app_error.value).isprintable()


def test_large_eventbrite_ids_stay_texts() -> None:
    assert parse_listing_id("eb:1362389596959:3451654576") == TicketClassId("1362389596959", "3451654576")
