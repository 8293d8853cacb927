"""Whatever data a shop sends, the client has a thing or a reason, never an exception of another kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.platforms.eventbrite.answers import event_from, expanded_classes
from brcc_tui.platforms.eventbrite.answers import event_label as event_label
from brcc_tui.platforms.eventbrite.capacity_tier import capacity_tier_from
from brcc_tui.platforms.eventbrite.pages import page_from
from brcc_tui.platforms.http.answer_shapes import Broken, whole
from brcc_tui.platforms.woocommerce.answers import items_from, product_from, variation_from
from brcc_tui.platforms.woocommerce.answers import product_label as product_label
from tests.platforms.eventbrite.recorded_eventbrite import event, page, ticket_class
from tests.platforms.woocommerce.test_woocommerce import product, variation

T = TypeVar("T")

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.sampled_from(
        ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "Asia/Tokyo", "America/New_York", "\udc80", ""]
    ),
    st.lists(st.none() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.sampled_from(["text", "utc", "local", "timezone", "id", "key", "value"]), st.text(max_size=5)),
)


@st.composite
def spoiled(draw: st.DrawFn, whole: object) -> object:
    """The thing with some of its parts replaced by anything or taken away."""
    if isinstance(whole, dict):
        if draw(st.integers(0, 9)) == 0:
            return draw(ODD)
        return {name: draw(spoiled(value)) for name, value in whole.items() if draw(st.integers(0, 9)) > 0}
    if isinstance(whole, list):
        return [draw(spoiled(value)) for value in whole]
    return draw(ODD) if draw(st.integers(0, 4)) == 0 else whole


EVENT = event(ticket_classes=[ticket_class(inventory_tier_id="I1", sales_end="2025-01-31T13:00:00Z")])
PRODUCT = product(meta_data=[{"id": 9, "key": "WooCommerceEventsType", "value": "single"}])


def _read(work: Callable[[], T]) -> T | None:
    """The thing; None when it came with a reason that can be shown."""
    reason = ""
    try:
        return work()
    except Broken as broken:
        reason = str(broken)
    assert reason
    assert reason.isprintable()
    return None


@given(data=spoiled(EVENT))
def test_any_event(data: object) -> None:
    "".join(event_label(data)).encode()
    found = _read(lambda: event_from(data, expanded_classes(data) or []))
    if found is not None:
        assert found.starts_at is None or found.starts_at.tzinfo is not None
        assert all(type(part.quantity_sold) in (int, type(None)) for part in found.ticket_classes)
        (found.name + found.zone).encode()


@given(data=spoiled(page([EVENT], continuation="x", object_count=1)))
def test_any_page(data: object) -> None:
    assert _read(lambda: page_from(data, "events").pagination.has_more_items) in (True, False, None)


@given(data=spoiled({"capacity_tier": {"capacity_pending": 3}}) | spoiled({"capacity_pending": 3}))
def test_any_tier(data: object) -> None:
    assert isinstance(_read(lambda: capacity_tier_from(data, "11").held_back), int | None)


@given(data=spoiled(PRODUCT))
def test_any_product(data: object) -> None:
    "".join(product_label(data)).encode()
    found = _read(lambda: product_from(data))
    if found is not None:
        assert type(found.stock_quantity) in (int, type(None))
        found.name.encode()


@given(data=spoiled(variation()) | spoiled([variation()]))
def test_any_variation(data: object) -> None:
    items = _read(lambda: items_from(data)) or [data]
    for item in items:
        found = _read(lambda item=item: variation_from(item))  # type: ignore[misc]
        assert found is None or type(found.manage_stock) in (bool, str)


WHOLE = [(7, 7), (7.0, 7), ("7", 7), ("-3", -3), (-3, -3), (-3.0, -3), ("-0", 0), (None, None)]
NOT_WHOLE = [7.5, "7.5", "", "-", "--3", "٣", "7 ", True, False, "1" * 400, [7]]


@pytest.mark.parametrize(("told", "number"), WHOLE, ids=map(repr, [told for told, _ in WHOLE]))
def test_a_number_is_read_however_a_plugin_writes_it(told: object, number: int | None) -> None:
    """Below none as well: a shop that sells on back order has so many fewer."""
    assert (whole(told), type(whole(told))) == (number, type(number))


@pytest.mark.parametrize("told", NOT_WHOLE, ids=repr)
def test_what_is_no_whole_number_is_none(told: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        whole(told)


@pytest.mark.parametrize("told", [2.0**53, 2**53, -(10**30), "1" * 19], ids=repr)
def test_a_number_that_is_too_large_to_count_is_told_as_one(told: object) -> None:
    with pytest.raises(ValueError, match="too large a number"):
        whole(told)


@pytest.mark.parametrize("name", ["id", "series_id"])
def test_an_id_that_no_file_could_keep_is_none(name: str) -> None:
    """Half of a letter in one event's kept the whole of Eventbrite from being stored."""
    assert _read(lambda: event_from({**EVENT, name: "\ud8001"}, [])) is None
