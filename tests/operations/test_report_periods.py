"""Periods that no report can be made of, told before anybody is asked; and money that is of no show."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Event
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.money.eventbrite import BoughtPlace, SalesReport
from brcc_tui.model.money.records import OrderRecord
from brcc_tui.model.money.refunds import Refunds
from brcc_tui.model.money.shares import ENDED_UNREFUNDED, Part
from brcc_tui.model.offer import Status
from brcc_tui.model.reading import Reading, Source
from brcc_tui.operations.catalogue.pace import _add_places
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.money.cancelled import cancelled_shows
from brcc_tui.operations.money.door import _eventbrite
from brcc_tui.operations.money.event_sales import EventSales, _paid
from brcc_tui.operations.money.places import listing_of_part, of_no_class
from brcc_tui.operations.money.report import (
    BadPeriod,
    NoCatalogue,
    _is_money,
    _may_have_sold_since,
    _nightless_words,
    period,
    read_report,
)
from brcc_tui.operations.money.sheets import refunds_sheet
from brcc_tui.platforms.errors import RateLimited
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.widgets.sheet_text import sheet_lines
from tests.operations.conftest import Town

DAY = dt.date(2026, 11, 22)


async def test_before_a_first_refresh_nothing_is_known(tmp_path: Path) -> None:
    cache = CatalogueCache(tmp_path / "none.sqlite")
    club: Any = SimpleNamespace(cache=cache)
    with pytest.raises(NoCatalogue, match="refresh"):
        await read_report(club, DAY, DAY)
    cache.close()


@pytest.mark.parametrize("years", [(1, 1), (9999, 9999), (1, 9999)])
async def test_years_of_no_calendar(years: tuple[int, int]) -> None:
    club: Any = None
    with pytest.raises(BadPeriod):
        await read_report(club, dt.date(years[0], 1, 1), dt.date(years[1], 12, 31))


@pytest.mark.parametrize("zone", [None, "America/Toronto"], ids=["as the events tell", "as the site tells"])
def test_today_is_a_day_of_the_club(zone: str | None) -> None:
    """Also of a club that Eventbrite alone tells of: in the evening it is tomorrow by Greenwich."""
    evening = dt.datetime(2026, 11, 30, 20, tzinfo=ZoneInfo("America/Toronto"))
    club: Any = SimpleNamespace(
        settings=SimpleNamespace(timezone=None),
        clock=SimpleNamespace(now=lambda: evening.astimezone(dt.UTC)),
        cache=SimpleNamespace(
            zone=lambda: zone and ZoneInfo(zone),
            usual_zone=lambda: evening.tzinfo,
            listings=lambda: [SimpleNamespace(starts_at=evening)],
        ),
    )
    assert period(club, None, None) == (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def _part(number: int, amount: str | None, unknown: str = "") -> Part:
    paid = None if amount is None else Decimal(amount)
    back = None if amount is None else Decimal(0)
    order = OrderRecord(number, "wc-completed", currency="CAD", paid=True)
    return Part(order, 4061, None, None, 1, 1, (), paid, back, back, back, unknown)


def test_an_order_of_no_night_whose_amount_nobody_can_tell_is_not_worth_nothing() -> None:
    told, untold, left_out = _part(1, "15.94"), _part(2, None, "no total"), _part(3, None, ENDED_UNREFUNDED)
    assert [_is_money(part) for part in (told, untold, left_out, _part(4, "0"))] == [True, True, False, False]
    assert "2 paid orders" in (words := _nightless_words([told, untold]))
    assert "(15.94 CAD and 1 whose payment is unknown)" in words
    assert "(unknown amounts)" in _nightless_words([untold])


@pytest.mark.parametrize("ours", ["wc:4061", "wc:4061:event_4061:date_4061"])
def test_what_an_earlier_program_named_as_the_date_of_an_event_is_of_that_event(ours: str) -> None:
    """Its seats are counted there: its guests would be at no door else. Where it has such a date, they are of that."""
    part = dataclasses.replace(_part(1, "15.94"), cell=("event_4061", "date_4061"))
    assert listing_of_part(part, {ours, "wc:4061:s:d"}) == ours


async def test_what_was_read_by_a_clock_that_was_put_back_is_not_final() -> None:
    now = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
    kept = SalesReport("CAD", Decimal(10), None, None, 1)

    def numbers(read_at: dt.datetime) -> Listing:
        reading = Reading(55, 12, 0, 43, read_at, Source.CACHE)
        start = now - dt.timedelta(days=20)
        method, ended = StockMethod.READ_ONLY, Status.ENDED
        return Listing("eb:1:19", Platform.EVENTBRITE, "x", None, start, method, ended, reading, group="eb:1")

    async def believed(at: dt.datetime) -> bool:
        sales = SimpleNamespace(reports=lambda _: {"1": (kept, at)})
        club: Any = SimpleNamespace(clock=SimpleNamespace(now=lambda: now), sales=sales)
        found = EventSales(club, (DAY, DAY), (), (), (), lambda _: None)
        await found._recall(["1"], {"1": now - dt.timedelta(days=20)})
        return "1" in found.answers

    ahead = now + dt.timedelta(days=30)
    assert [await believed(at) for at in (now, ahead)] == [True, False]
    assert [_may_have_sold_since(numbers(at), now) for at in (now, ahead)] == [False, True]


def test_what_was_paid_for_shows_is_not_told_by_places_that_name_no_class() -> None:
    places = [BoughtPlace(str(n), "1", name, Decimal(10), "CAD") for n, name in enumerate(("5", "6", ""))]
    assert _paid(places[:2], {"5": "early", "6": "late"}) == {"early": Decimal(10), "late": Decimal(10)}
    assert "which class each place belongs to" in str(_paid(places, {"5": "early", "6": "late"}))


async def test_a_place_of_no_class_is_told_of_at_the_door() -> None:
    places = [BoughtPlace(str(n), "1", name, Decimal(10), "CAD") for n, name in enumerate(("6", "", "7"))]

    async def attendees(_: str, **__: bool) -> list[BoughtPlace]:
        return places

    club: Any = SimpleNamespace(eventbrite=SimpleNamespace(attendees=attendees))
    seats = SimpleNamespace(id="eb:5:6", reading=SimpleNamespace(sold=1), flags=frozenset())
    show: Any = SimpleNamespace(listings=[seats])
    _, guests, notes = await _eventbrite(club, show)
    assert sum(guest.seats for guest in guests) == 1
    assert notes == [of_no_class("5", places)]
    assert "of 1 place bought of event 5 it does not say the ticket class" in notes[0]
    places.pop(1)
    assert (await _eventbrite(club, show))[2] == []
    seats.reading.sold = 3
    (note,) = (await _eventbrite(club, show))[2]
    assert note == "Eventbrite said that 3 are sold of event 5, and its list of what was bought has 1: some are missing"
    seats.flags = frozenset({Flag.NOT_A_SEAT})
    assert (await _eventbrite(club, show))[2] == [], "what a donation is in that list nobody has recorded"


def test_a_place_of_no_class_may_be_of_each_show_of_its_event() -> None:
    zones = {"early": dt.UTC, "late": dt.UTC}
    at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    places = [BoughtPlace("1", "1", "6", Decimal(10), "CAD", created=at), BoughtPlace("2", "1", "6", None, "CAD")]
    found: dict[str, Counter[dt.date | None]] = defaultdict(Counter)
    _add_places(found, places, {"6": "early", "7": "late"}, zones)
    assert found == {"early": {DAY: 1, None: 1}}
    _add_places(found, [BoughtPlace("3", "1", "", None, "CAD")], {"6": "early", "7": "late"}, zones)
    assert found == {"early": {DAY: 1, None: 1}, "late": {None: 0}}


@pytest.mark.parametrize(("failed", "said"), [({}, "none"), ({Platform.EVENTBRITE: "no answer"}, "none that is known")])
def test_a_list_of_no_orders_is_not_none_while_a_shop_could_not_be_asked(
    failed: dict[Platform, str], said: str
) -> None:
    at = dt.datetime(2026, 11, 22, 20, tzinfo=dt.UTC)
    lines = sheet_lines(refunds_sheet(Refunds("2026-11-22T20:00@main", "Improv", at, at, failed=failed), names=False))
    assert lines[lines.index("Each of them:") + 1] == said


async def test_what_eventbrite_cancelled_is_not_nothing_where_nobody_can_ask_it() -> None:
    with pytest.raises(AppError, match="not configured"):
        await cancelled_shows(cast("Any", SimpleNamespace(eventbrite=None)))


@pytest.mark.parametrize(
    ("later", "first", "last", "said"),
    [
        pytest.param(0, -9, 9, "", id="listed today"),
        pytest.param(5, -9, 0, "", id="listed on the last of these days"),
        pytest.param(5, -9, 1, "as listed Sun 22 Nov 2026 13:00", id="listed before these days were over"),
        pytest.param(5, 9, 20, "as listed Sun 22 Nov 2026 13:00", id="days to come"),
        pytest.param(-1, -9, -1, "it is unknown when the shops' lists", id="listed at a time still to come"),
    ],
)
async def test_a_report_says_when_a_show_may_have_been_put_on_sale_since(
    town: Town, later: int, first: int, last: int, said: str
) -> None:
    """Nobody has asked what the shops sell since then: what is new is in no row, and in no sum."""
    await refresh(town.club)
    town.clock.at += dt.timedelta(days=later)
    begin, end = DAY + dt.timedelta(days=first), DAY + dt.timedelta(days=last)
    found = await read_report(town.without("eventbrite", "woocommerce", "wordpress"), begin, end)
    notes = [note for note in found.notes if "put on sale since" in note]
    assert [said in note for note in notes] == [True] * bool(said)


@pytest.mark.parametrize(
    ("hours", "known"), [(23, False), (29, False), (31, True)], ids=["that night", "after midnight", "in the morning"]
)
async def test_a_show_that_goes_on_is_not_known_of_a_shop_that_was_never_listed(
    town: Town, hours: int, known: bool
) -> None:
    """Eventbrite's list of what is over is read for the report, and has no show of this night yet."""
    town.eventbrite.app_error["events"] = RateLimited("the hour's calls are used up", subject="Eventbrite")
    await refresh(town.club)

    async def over(*_: Any, **__: Any) -> tuple[list[Event], list[Failure]]:
        return [], []

    eventbrite: Any = town.eventbrite
    eventbrite.oldest_events = eventbrite.canceled_events = over
    midnight = dt.datetime(2026, 11, 22, tzinfo=ZoneInfo("America/Toronto")).astimezone(dt.UTC)
    town.clock.at = midnight + dt.timedelta(hours=hours)
    found = await read_report(town.without("woocommerce", "wordpress"), DAY, DAY)
    assert (Platform.EVENTBRITE not in found.failed) is known
    assert (found.total().both.gross is not None) is known
