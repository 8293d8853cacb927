"""One Eventbrite event whose ticket classes are for several shows: each has its own seats, days and money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.pace import pace
from brcc_tui.operations.catalogue.shows import find_show
from brcc_tui.operations.catalogue.venue_changes import split_off
from brcc_tui.operations.money.report import read_report
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.sandbox.eventbrite.shop import takes_a_seat

EB = Platform.EVENTBRITE


def split(practice: Any) -> tuple[list[Show], Any]:
    """A show whose one event sells two classes of seats at two prices and no more; they are now of two rooms."""
    events = practice.world.eventbrite.events
    for show in practice.shows():
        mine: list[Listing] = [x for x in show.listings if x.platform is EB]
        event = events[mine[0].id.split(":")[1]] if mine else None
        if event is None or len(mine) != 2 or len(event.classes) != 2 or len({x.price for x in mine}) != 2:
            continue
        if all(each.sold and takes_a_seat(each.spec) for each in event.classes.values()):
            room = split_off(practice.club, show, mine[1:], every_date=False)
            return [
                find_show(practice.club, show.id),
                find_show(practice.club, f"{show.id.partition('@')[0]}@{room}"),
            ], event
    raise AssertionError("no such event")


def truth(practice: Any, show: Show, event: Any) -> list[Any]:
    """The places of the event that were sold for the show, and not given back."""
    classes = {x.id.split(":")[2] for x in show.listings if x.platform is EB}
    return [
        place
        for place in practice.world.eventbrite_orders.attendees(event)
        if place.class_id in classes and not place.refunded
    ]


async def test_each_show_has_what_was_paid_for_it(practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shows, event = split(practice)
    day = shows[0].starts_at.date()
    found = {
        show.show_id: show.shops[EB] for show in (await read_report(practice.club, day, day)).shows if EB in show.shops
    }
    for show in shows:
        cents = sum(place.price + place.fee for place in truth(practice, show, event))
        assert found[show.id].gross == Decimal(cents) / 100

    async def denied(*_: Any, **__: Any) -> Any:
        raise AppError("the member may not read orders")

    monkeypatch.setattr(Eventbrite, "attendees", denied)
    found = {
        show.show_id: show.shops[EB] for show in (await read_report(practice.club, day, day)).shows if EB in show.shops
    }
    assert [found[show.id].gross for show in shows] == [None, None], "no part of the sum is anybody's"
    assert all("may not read orders" in found[show.id].unknown["gross"] for show in shows)


async def test_each_show_has_its_own_days(practice: Any) -> None:
    shows, event = split(practice)
    for show in shows:
        told = await pace(practice.club, show, days=60)
        days = [place.created.astimezone(show.starts_at.tzinfo).date() for place in truth(practice, show, event)]
        assert told.shops[EB] == tuple(days.count(day) for day in told.days)
        assert sum(told.shops[EB]) == len(days) > 0
