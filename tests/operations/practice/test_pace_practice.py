"""Pace on the practice club: seats bought today stand on today, beside the same weekday's shows before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Platform
from brcc_tui.model.money.eventbrite import SalesReport
from brcc_tui.operations.catalogue.pace import pace
from brcc_tui.platforms.errors import BadAnswer
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.sandbox.buyers import buy_on_site
from brcc_tui.sandbox.eventbrite.orders import SalesSum
from brcc_tui.sandbox.serve import PracticeOptions
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.widgets.glyphs import ASCII
from brcc_tui.widgets.pace_plot import pace_line

_EXTRAS = 10
"""Donations and add-ons of an event, which its report counts in."""


async def test_what_is_bought_today_stands_on_today(practice: Any) -> None:
    today = practice.club.clock.now()
    show, listing = next(
        (show, listing)
        for show in practice.shows()
        if show.starts_at > today
        for listing in show.listings
        if listing.id.startswith("wc:4152:")
        and isinstance(listing.reading.remaining, int)
        and listing.reading.remaining > 4
    )
    before = await pace(practice.club, show)
    site = practice.world.site
    order = await buy_on_site(site, listing.id.split(":")[1:], 3, Gateway.CARD)
    site.thank_you_page(order)
    await site.set_status(order, "completed")
    after = await pace(practice.club, show)
    assert len(after.days) == len(after.sold) == len(after.usual) == 14
    assert after.days[-1] == min(today.astimezone(show.starts_at.tzinfo).date(), show.starts_at.date())
    assert [now - then for now, then in zip(after.sold, before.sold, strict=True)] == [0] * 13 + [3]
    assert after.usual == before.usual
    assert after.shops.keys() == {x.platform for x in show.listings}
    assert after.unknown == ""


async def test_a_weekly_show_is_compared_with_those_before_it_at_the_same_distance(season: Any) -> None:
    today = season.club.clock.now()
    coming = [show for show in season.shows() if show.starts_at > today]
    paces = [await pace(season.club, show, days=60) for show in coming[:12]]
    assert any(found.compared == 4 for found in paces)
    assert any(sum(found.usual) > 5 for found in paces)
    for show, found in zip(coming, paces, strict=False):
        for shop, by_day in found.shops.items():
            assert sum(by_day) <= sum(x.reading.sold for x in show.listings if x.platform is shop) + _EXTRAS


async def test_what_is_bought_on_eventbrite_stands_on_its_day(practice: Any) -> None:
    now = practice.club.clock.now()
    show, listing = next(
        (show, listing)
        for show in practice.shows()
        if show.starts_at.date() > now.date() and len({x.platform for x in show.listings}) == 2
        for listing in show.listings
        if listing.platform is Platform.EVENTBRITE and listing.offer.value not in (0, 1)
    )
    before = await pace(practice.club, show)
    _, event, ticket_class = listing.id.split(":")
    shop = practice.world.eventbrite
    shop.checkout_seconds = 0.0
    await shop.buy(event, ticket_class, 2)
    after = await pace(practice.club, show)
    grown = [now - then for now, then in zip(after.sold, before.sold, strict=True)]
    assert grown == [0] * 13 + [2]
    assert after.shops[Platform.WOOCOMMERCE] == before.shops[Platform.WOOCOMMERCE]
    truth = practice.world.eventbrite_orders.by_day(shop.events[event], show.starts_at.tzinfo)
    assert after.shops[Platform.EVENTBRITE] == tuple(truth.get(day, SalesSum()).quantity for day in after.days)


async def test_a_shop_that_does_not_tell_is_left_out_and_named(practice: Any) -> None:
    show = next(show for show in practice.shows() if len({x.platform for x in show.listings}) == 2)
    practice.world.eventbrite.tells_money = False
    found = await pace(practice.club, show)
    assert (found.shops.keys(), found.silent) == ({Platform.WOOCOMMERCE}, {Platform.EVENTBRITE})
    assert found.unknown.startswith("without Eventbrite: ")
    practice.world.eventbrite.tells_money = True
    club = dataclasses.replace(practice.club, wordpress=None)
    found = await pace(club, show)
    assert found.shops.keys() == {Platform.EVENTBRITE}
    assert "the shop: the WordPress database is not configured" in found.unknown
    with pytest.raises(AppError, match="when seats were sold is not known") as told:
        await pace(dataclasses.replace(club, eventbrite=None), show)
    assert "on Eventbrite" not in str(told.value), "it does not answer either"


async def test_shows_that_are_long_over_are_asked_for_once(open_practice: Any) -> None:
    practice = await open_practice(PracticeOptions(past_weeks=26))
    now = practice.club.clock.now()
    show = [x for x in practice.shows() if x.starts_at < now - dt.timedelta(weeks=8)][-1]
    first = await pace(practice.club, show)
    asked = practice.club.eventbrite.requests
    assert await pace(practice.club, show) == first
    assert practice.club.eventbrite.requests == asked
    assert first.compared == 4


async def test_what_a_report_does_not_tell_by_day_silences_nothing_else(
    season: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked = season.club.clock.now(), Eventbrite.sales_report
    coming = [x for x in season.shows() if x.starts_at > now and len({each.platform for each in x.listings}) == 2]
    paces = [(x, await pace(season.club, x)) for x in coming[:12]]
    show, before = next((x, found) for x, found in paces if found.compared == 4)
    own = {x.id.split(":")[1] for x in show.listings if x.platform is Platform.EVENTBRITE}
    less: dict[str, Any] = {}

    async def told(self: Eventbrite, event: str, **how: Any) -> SalesReport:
        report = await asked(self, event, **how)
        return dataclasses.replace(report, **less) if event in own else report

    monkeypatch.setattr(Eventbrite, "sales_report", told)
    for untold, words in (
        (3, "on which days at least 3 more were sold"),
        (None, "on which days others were sold, and how many,"),
    ):
        less["untold"] = untold
        found = await pace(season.club, show)
        assert (found.sold, found.usual, found.at_least) == (before.sold, before.usual, {Platform.EVENTBRITE})
        assert f"Eventbrite: {words}" in found.unknown
        assert "(EB at least " in "".join(span.text for span in pace_line(found, ASCII, 200))

    async def fails(self: Eventbrite, event: str, **how: Any) -> SalesReport:
        if event in own:
            return await asked(self, event, **how)
        raise BadAnswer("its days do not add up", subject=f"event {event}")

    monkeypatch.setattr(Eventbrite, "sales_report", fails)
    found = await pace(season.club, show)
    assert (found.sold, found.shops, found.at_least) == (before.sold, before.shops, frozenset())
    left_out = before.compared - found.compared
    assert f"compared without {left_out} of the shows before it: " in found.unknown
    assert "its days do not add up" in found.unknown
