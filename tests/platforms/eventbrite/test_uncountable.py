"""Numbers, ids and times of Eventbrite that nobody could keep: they break the event that has them, or nothing."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.model.catalogue import Event
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pair_finding import find_pairings
from brcc_tui.model.shows.show import Room
from brcc_tui.model.shows.venue_rules import VenueRules
from brcc_tui.platforms.eventbrite.answers import event_from
from brcc_tui.platforms.http.answer_shapes import Broken
from tests.platforms.eventbrite.recorded_eventbrite import Json, event, ticket_class

RULES = VenueRules({"main": Room("main", 55)})


def read(**fields: object) -> Event:
    body: Json = event(**fields)
    classes = body["ticket_classes"]
    assert isinstance(classes, list)
    return event_from(body, classes)


@pytest.mark.parametrize("field", ["capacity", "quantity_total", "quantity_sold"])
def test_more_than_anybody_can_count_breaks_its_event_alone(field: str) -> None:
    """No catalogue could keep it: nothing of either shop was read any more."""
    for number in (2**63, 10**30, -(10**30)):
        with pytest.raises(Broken, match=f"{field} is too large a number to count"):
            read(ticket_classes=[ticket_class(**{field: number})])


@pytest.mark.parametrize("ident", ["9" * 19, 10**18])
def test_an_id_that_no_listing_could_have_breaks_its_event_alone(ident: object) -> None:
    with pytest.raises(Broken, match="id is not a number of at most 18 digits"):
        read(id=ident)
    with pytest.raises(Broken, match="id is not a number of at most 18 digits"):
        read(ticket_classes=[ticket_class(id=ident)])


@pytest.mark.parametrize("zone", ["America/Toronto", "Pacific/Kiritimati", "Etc/GMT+12", "Mars/Base"])
@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_the_first_and_the_last_moment_of_all_end_no_reading(stamp: str, zone: str) -> None:
    """Programs write them where there is no time: both shops were unread for it."""
    for never in ({"utc": stamp, "local": stamp[:19]}, {"local": stamp[:19]}):
        for start in ({"start": {**never, "timezone": zone}}, {}):
            told = read(**start, end={**never, "timezone": zone})
            (listing,) = event_listings(told, dt.datetime(2025, 6, 3, tzinfo=dt.UTC))
            assert ((listing.starts_at is None) == bool(start), listing.reading.remaining) == (True, 43)
            pairings = find_pairings([listing], RULES)
            assert len(group_shows([listing], RULES, pairings, ZoneInfo("Pacific/Kiritimati")).shows) == (not start)
