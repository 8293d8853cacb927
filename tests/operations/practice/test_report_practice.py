"""What a period brought, against what the practice club knows of its own money, to the cent."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from brcc_tui.model.listing import Flag, Platform
from brcc_tui.model.money.eventbrite import SalesReport
from brcc_tui.model.money.report import By, Figures, Report
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.venue_changes import hold_back
from brcc_tui.operations.money.places import classes_by_event
from brcc_tui.operations.money.report import BadPeriod, read_report
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.sandbox.eventbrite.shop import StoredTicketClass
from brcc_tui.sandbox.serve import PracticeOptions
from brcc_tui.sandbox.world.types import Life
from tests.takings import takings

BEFORE, AFTER = dt.timedelta(days=400), dt.timedelta(days=400)
DELETED = "deleted for good"


async def everything(practice: Any) -> Report:
    today = practice.club.clock.now().date()
    return await read_report(practice.club, today - BEFORE, today + AFTER)


def eventbrite_truth(practice: Any) -> Mapping[str, int]:
    """The gross of each show at Eventbrite: everything that was bought of its events."""
    shop, truth = practice.world.eventbrite, practice.world.world.truth
    gross: dict[str, int] = {}
    for event in shop.events.values():
        shows = {truth.get(f"eb:{event.spec.id}:{each}") for each in event.classes} - {None}
        if len(shows) == 1:
            (show,) = shows
            gross[show] = gross.get(show, 0) + practice.world.eventbrite_orders.sales(event).gross
    return gross


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_show_to_the_cent(open_practice: Any, seed: int) -> None:
    practice = await open_practice(PracticeOptions(seed=seed))
    practice.say_not_seats()
    found = await everything(practice)
    took, on_eventbrite = takings(practice.world.world), eventbrite_truth(practice)
    for show in found.shows:
        shop = show.shops.get(Platform.WOOCOMMERCE, Figures())
        if shop.gross is None:
            assert DELETED in shop.unknown["gross"]
        elif show.show_id in took:
            truth = took[show.show_id]
            assert (shop.gross * 100, (shop.gross - (shop.net or 0)) * 100) == (truth.gross, truth.tax), show.show_id
        if show.show_id in on_eventbrite:
            assert (show.shops[Platform.EVENTBRITE].gross or Decimal(0)) * 100 == on_eventbrite[show.show_id]
    told = {show.show_id for show in found.shows}
    deleted = {x for x in practice.world.world.orders if x.life is Life.ORDER_DELETED}
    assert deleted
    assert sum(till.gross for show, till in took.items() if show in told) > 1_000_000
    total = found.total()
    for by in By:  # whatever it is added up by, it adds up to the same
        rows = found.rows(by)
        assert sum(row.both.sold or 0 for row in rows) == total.both.sold
        assert sum(row.shows for row in rows) == len(found.shows) == total.shows
        known = [row.shops[Platform.EVENTBRITE].gross for row in rows if Platform.EVENTBRITE in row.shops]
        assert sum(known, Decimal(0)) == total.shops[Platform.EVENTBRITE].gross


async def test_what_is_no_seat_brings_money_though_nothing_was_sold_at_the_last_refresh(practice: Any) -> None:
    now, events = practice.club.clock.now(), practice.world.eventbrite.events
    coming = ((show, classes_by_event(show.listings)) for show in practice.shows() if show.starts_at > now)
    show, number = next(
        (show, *named) for show, named in coming if len(named) == 1 and all(len(events[x].classes) == 1 for x in named)
    )
    event = events[number]
    (seats,) = event.classes.values()
    spec = dataclasses.replace(seats.spec, id="299999999", category="add_on")
    poster = StoredTicketClass(spec, 10, 0, 0, hidden=False)
    event.classes["299999999"], seats.sold = poster, 0
    await refresh(practice.club)
    poster.sold = 3
    found = await read_report(practice.club, show.starts_at.date(), show.starts_at.date())
    (figures,) = (x.shops[Platform.EVENTBRITE] for x in found.shows if x.show_id == show.id)
    assert (figures.gross or Decimal(0)) * 100 == practice.world.eventbrite_orders.sales(event).gross > 0


@pytest.fixture
def each_event_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eventbrite tells the same of an event at whatever period it is asked for: only the first request goes to it."""
    ask, told = Eventbrite.sales_report, dict[str, SalesReport]()

    async def once(shop: Eventbrite, event_id: str, **how: Any) -> SalesReport:
        if event_id not in told:
            told[event_id] = await ask(shop, event_id, **how)
        return told[event_id]

    monkeypatch.setattr(Eventbrite, "sales_report", once)


async def test_a_show_that_was_put_off_since_the_refresh_is_in_the_night_that_it_is_in_now(practice: Any) -> None:
    """Its event is read anew, for it was not over: that answer tells its new start, too."""
    today = practice.club.clock.now().date()
    on_eventbrite = ((x, [y for y in x.listings if y.platform is Platform.EVENTBRITE]) for x in practice.shows())
    show, (moved,) = next(x for x in on_eventbrite if x[0].starts_at.date() >= today and len(x[1]) == 1)
    event = practice.world.eventbrite.events[moved.id.split(":")[1]]
    event.spec = dataclasses.replace(event.spec, starts_at=event.spec.starts_at + dt.timedelta(days=1, minutes=7))
    day = show.starts_at.date()
    found = await read_report(practice.club, day, day + dt.timedelta(days=1))
    sold = {x.show_id: x.shops[Platform.EVENTBRITE].sold for x in found.shows if Platform.EVENTBRITE in x.shops}
    (there,) = [x for x in found.shows if x.starts_at.minute == 7]
    assert (there.starts_at.date(), sold[there.show_id]) == (day + dt.timedelta(days=1), moved.reading.sold)
    assert show.id not in sold


@pytest.mark.usefixtures("each_event_asked_once")
async def test_two_periods_that_meet_are_the_one_of_both(practice: Any) -> None:
    """Wherever they meet: within a month, at its end, and today."""
    today = practice.club.clock.now().date()
    first, last = today - dt.timedelta(days=45), today + dt.timedelta(days=45)
    whole = await read_report(practice.club, first, last)
    days = {show.starts_at.date() for show in whole.shows}
    assert whole.shows
    assert all(f"{show.starts_at:%Y-%m-%dT%H:%M}" == show.show_id.partition("@")[0] for show in whole.shows), (
        "club's time"
    )
    for cut in (*random.Random(4).sample(sorted(days)[:-1], 3), today):
        halves = [
            await read_report(practice.club, first, cut),
            await read_report(practice.club, cut + dt.timedelta(days=1), last),
        ]
        assert [show for half in halves for show in half.shows] == list(whole.shows)
        for name in ("sold", "gross", "net"):
            parts = [getattr(half.total().both, name) for half in halves]
            total = getattr(whole.total().both, name)
            assert total is None if None in parts else sum(parts) == total


async def test_a_period_is_one_statement_whatever_its_length(practice: Any) -> None:
    today = practice.club.clock.now().date()
    await read_report(practice.club, today, today)
    used = []
    for days in (2, 300):
        before = practice.club.wordpress.queries
        await read_report(practice.club, today - dt.timedelta(days=days), today)
        used.append(practice.club.wordpress.queries - before)
    assert used == [4, 4], "begin, the clock, the orders, end"


async def test_what_is_long_over_is_asked_for_once(open_practice: Any) -> None:
    practice = await open_practice(PracticeOptions(past_weeks=26))
    today = practice.club.clock.now().date()
    first, last = today - dt.timedelta(weeks=20), today - dt.timedelta(weeks=8)
    before = practice.club.eventbrite.requests
    once = await read_report(practice.club, first, last)
    asked = practice.club.eventbrite.requests - before
    again = await read_report(practice.club, first, last)
    assert asked > 40
    assert practice.club.eventbrite.requests - before == asked + 1, "whether something was cancelled meanwhile"
    assert once.shows == again.shows
    assert len(once.shows) > 40


async def test_the_sales_report_may_be_denied(practice: Any) -> None:
    practice.world.eventbrite.tells_money = False
    today = practice.club.clock.now().date()
    before = practice.club.eventbrite.requests
    found = await read_report(practice.club, today - dt.timedelta(days=10), today)
    total = found.total()
    assert total.shops[Platform.EVENTBRITE].gross is total.both.gross is None
    assert total.shops[Platform.EVENTBRITE].sold
    assert "not authorized" in total.both.unknown["gross"].lower()
    assert total.shops[Platform.WOOCOMMERCE].gross
    assert found.failed.keys() == {Platform.EVENTBRITE}
    assert practice.club.eventbrite.requests - before < 20, "once it is denied, nobody asks again and again"


async def test_an_event_that_was_deleted_hides_no_other_ones_money(practice: Any) -> None:
    """Until the next refresh it is in the catalogue, and asked about with the others."""
    today, gross = practice.club.clock.now().date(), eventbrite_truth(practice)
    first, last = today - dt.timedelta(days=10), today + dt.timedelta(days=10)
    sold = [x for x in practice.shows() if first <= x.starts_at.date() <= last and gross.get(x.id)]
    of_the_first = next(x for x in sold[0].listings if x.platform is Platform.EVENTBRITE)
    del practice.world.eventbrite.events[of_the_first.id.split(":")[1]]
    found = await read_report(practice.club, first, last)
    told = {x.show_id: x.shops[Platform.EVENTBRITE].gross for x in found.shows if Platform.EVENTBRITE in x.shops}
    assert len(sold) > 10
    assert [x.id for x in sold if told[x.id] is None] == [sold[0].id]


async def test_a_report_that_tells_no_amount_is_not_nothing(practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: Any, **__: Any) -> SalesReport:
        return SalesReport()

    monkeypatch.setattr(Eventbrite, "sales_report", silent)
    today = practice.club.clock.now().date()
    total = (await read_report(practice.club, today - dt.timedelta(days=10), today)).total()
    assert total.shops[Platform.EVENTBRITE].gross is None
    assert "does not say" in total.shops[Platform.EVENTBRITE].unknown["gross"]


async def test_without_a_database_the_shop_is_not_known(practice: Any) -> None:
    today = practice.club.clock.now().date()
    club = dataclasses.replace(practice.club, wordpress=None)
    found = await read_report(club, today - dt.timedelta(days=10), today)
    shop = found.total().shops[Platform.WOOCOMMERCE]
    assert (shop.sold, shop.gross) == (None, None)
    assert "not configured" in shop.unknown["sold"]
    without_shows = await read_report(club, today + AFTER * 2, today + AFTER * 2)
    assert without_shows.failed.keys() == {Platform.WOOCOMMERCE}, "what it sold of dates that are gone it would tell"


async def test_seats_of_dates_that_the_shop_no_longer_lists_are_told_apart(practice: Any) -> None:
    today = practice.club.clock.now().date()
    first = today - dt.timedelta(days=14)
    before = await read_report(practice.club, first, today)
    cells = {
        listing.id: show.id
        for show in practice.shows()
        for listing in show.listings
        if listing.platform is Platform.WOOCOMMERCE and listing.id.count(":") == 3
    }
    sold = {show.show_id: show.shops[Platform.WOOCOMMERCE].sold for show in before.shows if len(show.shops) == 2}
    name = max((one for one in cells if sold.get(cells[one])), key=lambda one: sold[cells[one]])
    _, product, slot, date = name.split(":")
    site = practice.world.site
    text = json.loads(site.booking_text(int(product)))
    dates = text[slot].get("add_date", text[slot])
    for key in [key for key in dates if key.startswith(date)]:
        del dates[key]
    site.shop.posts.set(int(product), "fooevents_bookings_options_serialized", json.dumps(text))
    await refresh(practice.club)
    after = await read_report(practice.club, first, today)
    assert before.outside is None
    assert after.outside is not None
    assert after.outside.sold == sold[cells[name]]
    assert after.outside.gross
    assert any(f"in no show above: {after.outside.sold} seats" in note for note in after.notes)


async def test_a_product_that_is_put_in_the_trash_once_it_is_over_takes_no_money_with_it(practice: Any) -> None:
    site, today = practice.world.site, practice.club.clock.now().date()
    there = [x for show in practice.shows() for x in show.listings if Flag.SEVERAL_DAYS not in x.flags]
    writable = {x.id for x in there if x.writable and x.reading.sold}
    orders = (x for x in practice.world.world.orders if x.life is Life.COMPLETED and not x.variation_id)
    product = next(order.product_id for order in orders if f"wc:{order.product_id}" in writable)
    day = today - dt.timedelta(days=3)
    site.shop.posts.set(product, "WooCommerceEventsDate", f"{day:%B %d, %Y}")
    site.shop.posts.set(product, "WooCommerceEventsDateMySQLFormat", f"{day:%Y-%m-%d} 16:00:00")
    await refresh(practice.club)
    before = await read_report(practice.club, day, day)
    site.database.execute("UPDATE {p}posts SET post_status='trash' WHERE ID=?", (product,))
    for _ in range(2):
        report = await refresh(practice.club)
    assert not [failure for failure in report.failed if failure.id == f"wc:{product}"], "it is over: nobody misses it"
    after = await read_report(practice.club, day, day)
    assert after.total().shops[Platform.WOOCOMMERCE].gross == before.total().shops[Platform.WOOCOMMERCE].gross > 0
    assert after.total().both.sold == before.total().both.sold


async def test_house_seats_stand_apart(practice: Any) -> None:
    today = practice.club.clock.now().date()
    show = next(show for show in practice.shows() if show.starts_at.date() > today)
    hold_back(practice.club, show, 4, "guests of the headliner")
    day = show.starts_at.date()
    found = await read_report(practice.club, day, day)
    assert {one.show_id: one.house_seats for one in found.shows}[show.id] == found.total().house_seats == 4


async def test_a_period_that_ends_before_it_begins(practice: Any) -> None:
    today = practice.club.clock.now().date()
    with pytest.raises(BadPeriod):
        await read_report(practice.club, today, today - dt.timedelta(days=1))
