"""Tickets to come of dates that their product has not: they are told, though no listing can have them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from brcc_tui.model.catalogue import MetaRow, Product, Site
from brcc_tui.model.counting import SnapshotRows, TicketRow, count
from brcc_tui.model.counts import Counts
from brcc_tui.model.listings.from_catalogue import cells_to_count, shop_listings
from brcc_tui.model.listings.lost import with_lost
from brcc_tui.model.quantity import Unknown

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
SITE = Site("F j, Y", "g:i a", "America/Toronto")


def weekly(day: str = "November 27, 2026") -> Product:
    slot = {"label": "8pm Show", "hour": "08", "minute": "00", "period": "p.m.", "add_time": "enabled"}
    meta = {
        "WooCommerceEventsEvent": "Event",
        "WooCommerceEventsType": "bookings",
        "fooevents_bookings_options_serialized": json.dumps({"s": {**slot, "add_date": {"d": {"date": day}}}}),
    }
    return Product(
        10, "Weekly", "publish", "simple", False, None, "", tuple(MetaRow(0, key, text) for key, text in meta.items())
    )


def ticket(number: int, day: str, slot: str = "8pm Show", **ids: str) -> TicketRow:
    return TicketRow(number, True, 10, slot_text=slot, date_text=day, to_come=True, **ids)


def told(*tickets: TicketRow) -> list[str]:
    product = weekly()
    counts = Counts(NOW, count(cells_to_count([product]), SnapshotRows(tickets)))
    made = shop_listings([product], SITE, NOW, counts, read_at=NOW)
    assert [listing.id for listing in made.listings if "lost" not in listing.flags] == ["wc:10:s:d"]
    return [failure.reason for failure in made.failed if (failure.id, failure.title) == ("wc:10", "Weekly")]


def test_tickets_without_ids_of_a_day_that_the_product_has_not_are_told() -> None:
    (reason,) = told(*(ticket(n, "November 28, 2026") for n in range(2)), ticket(3, "2026-11-29", "Late"))
    assert "3 places" in reason
    assert "8pm Show, November 28, 2026" in reason
    assert "Late, 2026-11-29" in reason
    assert "WordPress (Tickets)" in reason
    (one,) = told(ticket(1, "November 28, 2026"))
    assert "1 place " in one


def test_so_are_those_whose_ids_are_none() -> None:
    (reason,) = told(ticket(1, "November 28, 2026", slot_id="s", date_id="an other"))
    assert "1 place " in reason


@pytest.mark.parametrize(("day", "slot", "called"), [("sometime", "", "sometime"), ("", "", "no slot and no day")])
def test_so_are_those_of_which_no_day_can_be_read_unless_they_are_over(day: str, slot: str, called: str) -> None:
    coming, over = ticket(1, day, slot), replace(ticket(2, day, slot), to_come=False)
    undated = replace(over, id=3, undated=True)
    (reason,) = told(coming, over, undated)
    assert f"2 places of it are of no date that it has, by what tickets and orders say ({called})" in reason


@pytest.mark.parametrize(
    "other",
    [
        ticket(1, "November 27, 2026"),  # one of its own
        ticket(1, "November 27, 2026", "Another"),  # may be one of its own: its number is not known
        ticket(1, "November 20, 2026"),  # over
        ticket(1, "November 28, 2026", slot_id="s", date_id="gone"),  # a listing that is lost
        replace(ticket(1, "sometime"), to_come=False),  # over, by the moment that it tells
    ],
    ids=["its own", "perhaps its own", "over", "lost", "over, of no day"],
)
def test_nobody_is_told_of_what_is_told_elsewhere_or_is_over(other: TicketRow) -> None:
    assert told(other) == []


def test_one_that_may_be_of_a_date_found_lost_just_now_is_told() -> None:
    """Its numbers were counted before anybody knew that date: the next look makes them unknown."""
    gone = ticket(1, "November 28, 2026", slot_id="s", date_id="gone")
    half = ticket(2, "November 28, 2026", date_id="gone")
    seen = count(cells_to_count([weekly()]), SnapshotRows((gone, half)))
    product = with_lost(weekly(), None, seen[10])
    made = shop_listings([product], SITE, NOW, Counts(NOW, seen), read_at=NOW)
    assert [listing.reading.sold for listing in made.listings if listing.id == "wc:10:s:gone"] == [1]
    assert ["1 place " in failure.reason for failure in made.failed] == [True]
    again = count(cells_to_count([product]), SnapshotRows((gone, half)))
    made = shop_listings([product], SITE, NOW, Counts(NOW, again), read_at=NOW)
    assert [isinstance(one.reading.sold, Unknown) for one in made.listings if one.id == "wc:10:s:gone"] == [True]
    assert made.failed == ()
