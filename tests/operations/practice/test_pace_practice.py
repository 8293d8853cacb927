"""Pace on the practice club: seats bought today stand on today, beside the same weekday's shows before."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Platform
from brcc_tui.operations.catalogue.pace import pace
from brcc_tui.sandbox.buyers import buy_on_site
from brcc_tui.sandbox.wordpress.orders import Gateway


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
    assert ("Eventbrite" in after.unknown) == any(x.platform is Platform.EVENTBRITE for x in show.listings)


async def test_a_weekly_show_is_compared_with_those_before_it_at_the_same_distance(practice: Any) -> None:
    today = practice.club.clock.now()
    coming = [show for show in practice.shows() if show.starts_at > today]
    paces = [await pace(practice.club, show, days=60) for show in coming[:12]]
    assert any(found.compared == 4 for found in paces)
    assert any(sum(found.usual) > 5 for found in paces)
    for show, found in zip(coming, paces, strict=False):
        shop = [x.reading.sold for x in show.listings if x.platform is Platform.WOOCOMMERCE]
        assert sum(found.sold) <= sum(shop)


async def test_without_a_database_nobody_knows(practice: Any) -> None:
    club = dataclasses.replace(practice.club, wordpress=None)
    with pytest.raises(AppError, match="when seats were sold is not known"):
        await pace(club, practice.shows()[-1])
