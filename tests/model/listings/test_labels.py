"""What a slot's label does to a listing: its entities, a time that contradicts the stored one, a text that breaks."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from brcc_tui.model.catalogue import MetaRow, Product, Site
from brcc_tui.model.counts import Counts, ProductCount
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listing import Flag, Listing, StockMethod
from brcc_tui.model.listings.from_catalogue import product_listings, time_problems

NOW = dt.datetime(2027, 6, 1, 18, tzinfo=dt.UTC)
SITE = Site("F j, Y", "g:i a", "America/Toronto", currency="CAD")


def product(label: str, hour: str = "08", minute: str = "00", period: str = "p.m.") -> Product:
    slot = {"label": label, "hour": hour, "minute": minute, "period": period, "add_time": "enabled"}
    text = json.dumps({"slota": {**slot, "add_date": {"datea": {"date": "June 07, 2027", "stock": 42}}}})
    meta = (
        MetaRow(1, "WooCommerceEventsEvent", "Event"),
        MetaRow(2, "WooCommerceEventsType", "bookings"),
        MetaRow(3, META_KEY, text),
    )
    return Product(4156, "Monday Night", "publish", "simple", False, None, "instock", meta, "https://x.test/m", "14.11")


def listing(made: Product) -> Listing:
    counts = Counts(NOW, {4156: ProductCount()})
    (one,) = product_listings(made, SITE, NOW, counts).listings
    return one


@pytest.mark.parametrize(
    ("label", "slot", "start"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry", "2027-06-07T20:00-04:00"),
        ("Late &#8211; 10pm", "Late – 10pm", "2027-06-07T20:00-04:00"),
        ("Fish &amp;amp; Chips", "Fish &amp; Chips", "2027-06-07T20:00-04:00"),
        ("<b>8pm</b>", "<b>8pm</b>", "2027-06-07T20:00-04:00"),
    ],
)
def test_entities_are_read_once(label: str, slot: str, start: str) -> None:
    one = listing(product(label))
    assert (one.slot, one.starts_at) == (slot, dt.datetime.fromisoformat(start))


def test_a_time_behind_an_entity_is_read() -> None:
    one = listing(product("9&nbsp;pm", "", "", ""))
    assert one.starts_at == dt.datetime.fromisoformat("2027-06-07T21:00-04:00")
    assert Flag.TIME_INFERRED in one.flags


@pytest.mark.parametrize(
    ("fields", "label", "contradicted"),
    [
        (("08", "00", "a.m."), "8pm Show", True),
        (("08", "00", "p.m."), "8pm Show", False),
        (("10", "00", "p.m."), "8pm Show", False),
        (("00", "30", "a.m."), "Late-night set", False),
    ],
)
def test_a_stored_half_of_the_day_against_the_label_is_flagged(
    fields: tuple[str, str, str], label: str, contradicted: bool
) -> None:
    made = product(label, *fields)
    assert (Flag.TIME_INFERRED in listing(made).flags) == contradicted
    assert bool(time_problems(made, SITE)) == contradicted


@pytest.mark.parametrize("label", ['The "Late" Show', "Back\\slash"])
def test_a_label_that_forbids_every_write_says_so(label: str) -> None:
    one = listing(product(label))
    assert (one.stock_method, one.writable) == (StockMethod.READ_ONLY, False)
    assert "FooEvents would destroy" in (one.read_only_reason or "")
    assert Flag.LABEL_BREAKS_FOOEVENTS in one.flags
    assert one.reading.remaining == 42, "it is read and sold all the same"
    assert listing(product("The Late Show")).writable
