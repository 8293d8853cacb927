"""Nothing is decided on a list of which only a part came."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, RefusalCode
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Platform
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.model.wholeness import NOT_WHOLE, Shortfall
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import find_show, programme
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.changes.sync import plan_sync
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.health import check_health
from brcc_tui.operations.money.door import read_door
from brcc_tui.platforms.errors import BadAnswer, NotReachable

OF_EVENTS = Shortfall("the list of events", 1, 2, "no more pages were named")


def show_of(town: Any, listing_id: str) -> str:
    shows = programme(town.club, town.club.cache.listings()).shows
    return next(show.id for show in shows if listing_id in [listing.id for listing in show.listings])


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        (OF_EVENTS.failure("eventbrite", "Eventbrite"), True),
        (OF_EVENTS.failure("woocommerce", "WooCommerce"), True),
        (Failure("eventbrite", "Eventbrite", "the list of events did not come whole: 1 of 2 came, no more"), True),
        (OF_EVENTS.failure("eventbrite", "Eventbrite, past events"), False),
        (Failure("eventbrite", "Eventbrite, past events", "the shop refused"), False),
        (Failure("woocommerce", "WooCommerce", "the shop does not answer"), True),
    ],
)
async def test_a_show_is_not_shared_while_listings_of_it_may_be_unknown(
    town: Any, make_event: Any, told: Failure, refused: bool
) -> None:
    town.eventbrite.stored["1"] = make_event(1, capacity=50)
    town.eventbrite.broken = [told]
    club = town.without("woocommerce", "wordpress")
    await refresh(club)
    plan = await plan_sync(club, [show_of(town, "eb:1:19")], Mode.MIRROR)
    codes = {refusal.code for refusal in plan.refused}
    assert (RefusalCode.NOT_WHOLE in codes, bool(plan.changes)) == (refused, not refused)
    assert all(
        f"{told.title}: {told.reason}" in x.reason and "refresh, then sync again" in x.reason
        for x in plan.refused
        if x.code is RefusalCode.NOT_WHOLE
    )


async def test_a_show_is_not_shared_while_no_date_of_the_shop_can_be_placed(town: Any, make_event: Any) -> None:
    """Without the site's zone its dates are of no show: who sells the show's seats there, nobody knows."""
    town.eventbrite.stored["1"] = make_event(1, capacity=50)
    club = town.without("wordpress")
    await refresh(club)
    assert club.cache.zone() is None
    show = show_of(town, "eb:1:19")
    plan = await plan_sync(club, [show], Mode.MIRROR)
    assert (plan.changes, {refusal.code for refusal in plan.refused}) == ((), {RefusalCode.NOT_WHOLE})
    assert all("set BRCC_TIMEZONE" in refusal.reason for refusal in plan.refused)
    seen = find_show(club, show)
    assert {type(getattr(seen, name)) for name in ("sold", "held", "remaining", "free", "exposure")} == {Unknown}
    assert "set BRCC_TIMEZONE" in seen.sold.reason
    assert "set BRCC_TIMEZONE" in (await read_door(club, seen)).failed[Platform.WOOCOMMERCE]

    check = (await check_health(club)).checks["cache_status"]
    assert (check.status, "set BRCC_TIMEZONE" in check.detail) == (Condition.DEGRADED, True)

    zoned = replace(club, settings=replace(club.settings, timezone="America/Toronto"))
    assert (await plan_sync(zoned, [show], Mode.MIRROR)).refused, "what is kept was read before the zone was known"
    assert isinstance(find_show(zoned, show).free, Unknown), "the shop's dates are of no show still"
    await refresh(zoned)
    assert "wc:" in " ".join(listing.id for listing in find_show(zoned, show).listings)


async def test_an_event_of_which_classes_are_missing_is_not_changed(town: Any) -> None:
    await refresh(town.club)
    short = Shortfall("ticket classes of event 1", 1, 2, "no more pages were named")
    town.eventbrite.app_error["event 1"] = BadAnswer(str(short), code=NOT_WHOLE, subject="Eventbrite")
    plan = await plan_changes(town.club, [ChangeRequest("eb:1:19", Action.SET, 60)])
    [refusal] = plan.refused
    assert (refusal.code, plan.changes) == (RefusalCode.NOT_WHOLE, ())
    assert "1 of 2 came" in refusal.reason


@pytest.mark.parametrize(
    ("hours", "told", "refused"), [(1, False, False), (3, True, False), (25, False, True), (-1, False, True)]
)
@pytest.mark.parametrize("silent", [False, True], ids=["nobody refreshed since", "that shop told a refresh nothing"])
async def test_a_sync_says_how_old_the_list_of_its_listings_is_and_takes_none_of_yesterday(
    town: Any, make_event: Any, silent: bool, hours: int, told: bool, refused: bool
) -> None:
    """Another event of the same night may be on sale since, with seats of the same room. Where the clock was set back
    nobody knows how old it is.
    """
    town.eventbrite.stored["1"] = make_event(1, capacity=50)
    town.woocommerce.stored.clear()
    club = town.club
    await refresh(club)
    show = show_of(town, "eb:1:19")
    town.clock.at += dt.timedelta(hours=hours)
    if silent:
        town.eventbrite.app_error["events"] = NotReachable("no network")
        await refresh(club)
        town.eventbrite.app_error.clear()
    plan = await plan_sync(club, [show], Mode.MIRROR)
    warnings = [warning for change in plan.changes for warning in change.warnings]
    assert any("lists were last read 3 hours ago" in warning for warning in warnings) == told
    assert [refusal.code for refusal in plan.refused] == ([RefusalCode.NOT_WHOLE] if refused else [])
    assert bool(plan.changes) != refused
    await refresh(club)
    again = await plan_sync(club, [show], Mode.MIRROR)
    assert again.changes
    assert not any("lists were last read" in warning for change in again.changes for warning in change.warnings)
