"""The JSON of many listings is written piece by piece: it says of each what is its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from zoneinfo import ZoneInfo

from brcc_tui.cli.as_json import listings_json, listings_text
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import UNLIMITED
from brcc_tui.model.reading import Reading, Source

TORONTO, UTC = ZoneInfo("America/Toronto"), ZoneInfo("UTC")
START = dt.datetime(2027, 5, 14, 20, 0, tzinfo=TORONTO)

ON_SALE = Listing(
    "wc:55:a:1", Platform.WOOCOMMERCE, "Show", None, START, StockMethod.BOOKING_STOCK, Status.ON_SALE,
    Reading(20, 5, 0, 15, START, Source.LIVE), "wc:55:a",
)  # fmt: skip


def test_a_moment_that_two_zones_name_differently_is_told_in_the_zone_of_each_listing() -> None:
    in_utc = dataclasses.replace(ON_SALE, starts_at=START.astimezone(UTC))
    second_hour = dt.datetime(2027, 11, 7, 1, 30, tzinfo=TORONTO, fold=1)
    hours = [second_hour.replace(fold=0), second_hour]
    several = [ON_SALE, in_utc, *(dataclasses.replace(ON_SALE, starts_at=hour) for hour in hours)]
    assert [one["starts_at"] for one in listings_json(several)] == [
        "2027-05-14T20:00:00-04:00", "2027-05-15T00:00:00+00:00",
        "2027-11-07T01:30:00-04:00", "2027-11-07T01:30:00-05:00",
    ]  # fmt: skip


def test_equal_numbers_of_different_listings_keep_their_own_moments_and_reasons() -> None:
    later = START + dt.timedelta(minutes=1)
    read_later = dataclasses.replace(ON_SALE, reading=Reading(20, 5, 0, 15, later, Source.LIVE))
    unlimited = dataclasses.replace(ON_SALE, reading=Reading(UNLIMITED, 5, 0, UNLIMITED, START, Source.LIVE))
    unread = dataclasses.replace(ON_SALE, reading=Reading.unknown("the database is away"))
    found = listings_json([ON_SALE, read_later, unlimited, unread])
    assert [one["reading"]["read_at"] for one in found] == [
        START.isoformat(),
        later.isoformat(),
        START.isoformat(),
        None,
    ]
    assert [one["reading"]["remaining"] for one in found] == [15, 15, "unlimited", None]
    assert [one["offer"]["value"] for one in found] == [15, 15, "unlimited", None]
    assert set(found[3]["reading"]["unknown"].values()) == {"the database is away"}


def test_whatever_a_shop_calls_them_it_is_what_json_itself_would_write() -> None:
    hostile = dataclasses.replace(
        ON_SALE, title='%s "Quotes" \\ \x1b[2J \u2026 \U0001f3a4', slot="%(id)s {0}", flags=frozenset(Flag), url=None
    )
    text = listings_text([hostile, ON_SALE], ["2027-05-14T20:00@main", None])
    values = json.loads(text)
    assert text == json.dumps(values)
    assert (values[0]["title"], values[0]["slot"]) == (hostile.title, hostile.slot)
    assert values[0]["flags"] == sorted(flag.value for flag in Flag)
    assert [one["show"] for one in values] == ["2027-05-14T20:00@main", None]
    assert listings_text([], []) == "[]"
