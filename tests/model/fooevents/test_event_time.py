"""When an event is, by what FooEvents keeps of it: also of what it was before."""

from __future__ import annotations

import datetime as dt

import pytest

from brcc_tui.model.catalogue import Product
from brcc_tui.model.fooevents.event_time import unreadable_end
from brcc_tui.model.listing import Flag
from brcc_tui.model.offer import OfferRule
from tests.model.listings.test_offers import TORONTO, event_product
from tests.model.listings.test_what_is_really_sold import only


def told(**said: object) -> Product:
    return event_product(9, meta={f"WooCommerceEvents{key}": value for key, value in said.items()})


def test_hours_that_are_left_of_days_chosen_one_by_one_are_none_of_a_single_nights() -> None:
    left: dict[str, object] = {
        "SelectDateHour": ["07"],
        "SelectDateMinutes": ["30"],
        "SelectDatePeriod": ["p.m."],
        "SelectGlobalTime": "",
    }
    single, chosen = (only(told(Type=kind, **left)).starts_at for kind in ("single", "select"))
    assert single == dt.datetime(2026, 12, 4, 20, tzinfo=TORONTO)
    assert chosen == dt.datetime(2026, 12, 4, 19, 30, tzinfo=TORONTO)


@pytest.mark.parametrize(
    ("hour", "ends"), [("08", dt.datetime(2026, 12, 4, 22, tzinfo=TORONTO)), ("", None)], ids=["begins", "nobody knows"]
)
def test_a_night_of_which_nobody_knows_when_it_begins_has_no_end(hour: str, ends: dt.datetime | None) -> None:
    listing = only(told(Hour=hour, Period="p.m." if hour else "", HourEnd="10", MinutesEnd="00", EndPeriod="p.m."))
    assert (listing.starts_at is None, listing.date, listing.ends_at) == (not hour, dt.date(2026, 12, 4), ends)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"NumDays": "four"}, "its last day cannot be read: 'four' is no number of days"),
        ({"NumDays": "3"}, None),
        ({"NumDays": "3", "Date": "soon"}, None),  # it is its first day that cannot be read
        ({"NumDays": "0"}, None),
        ({}, None),
        ({"NumDays": "four", "EndDateTimestamp": "1796083200"}, None),
        ({"NumDays": "four", "EndDateTimestamp": "86400"}, "its last day cannot be read: 'four' is no number of days"),
        ({"NumDays": "3", "EndDateTimestamp": "9" * 20}, None),
    ],
)
def test_why_the_last_of_several_days_is_not_known(said: dict[str, str], why: str | None) -> None:
    assert unreadable_end(told(Type=" Sequential", **said), "F j, Y") == why
    assert unreadable_end(told(Type="single", **said), "F j, Y") is None


def test_what_has_days_and_no_hour_is_over_when_the_last_of_them_ends() -> None:
    no_hour: dict[str, object] = {"Date": "November 26, 2026", "Hour": "", "Minutes": "", "Period": ""}
    end: dict[str, object] = {"EndDate": "November 28, 2026", "HourEnd": "10", "MinutesEnd": "00", "EndPeriod": "p.m."}
    for more, over in (
        ({}, dt.datetime(2026, 11, 27, 3, tzinfo=TORONTO)),  # nobody knows when that night's show begins
        ({"Type": "sequential", **end}, dt.datetime(2026, 11, 28, 22, tzinfo=TORONTO)),
    ):
        product = told(**{**no_hour, **more})
        before, after = (only(product, now=at) for at in (over - dt.timedelta(minutes=1), over))
        assert [Flag.PAST in listing.flags for listing in (before, after)] == [False, True]
        assert (before.starts_at, before.terms.until, before.terms.then) == (None, over, OfferRule.ENDED)
