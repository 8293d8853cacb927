"""Everything of a show is closed: both shops, and what came since the catalogue was read."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from typing import Any, cast

import pytest

from brcc_tui.model.changes.plan import Action, Refusal, RefusalCode, make_plan
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.operations.catalogue.shows import NoSuchShow, programme
from brcc_tui.operations.changes.close_show import _with_gaps, closing, plan_close_shows
from tests.operations.changes.nights import CELL, CLASS, Cache, the_show, world
from tests.operations.changes.operators import World
from tests.operations.changes.virtual_time import run


async def a_night() -> World:
    """One of which the catalogue knows what is there now."""
    club = world(30, 10, 20)
    show = await the_show(club)
    club.us.club = dataclasses.replace(club.us.club, cache=cast("Any", Cache(show.listings)))
    return club


def test_both_shops_and_a_class_that_came_since_the_refresh() -> None:
    async def story() -> None:
        club = await a_night()
        show = await the_show(club)
        club.eventbrite.add("123", {"456": (30, 10), "457": (12, 3)})
        plan = await plan_close_shows(club.us.club, [show.id])
        assert {change.listing.id for change in plan.changes} == {CELL, CLASS, "eb:123:457"}
        assert {change.action for change in plan.changes} == {Action.CLOSE}
        await club.us.apply(plan)
        now = await the_show(club)
        assert now.on_offer == 0
        again = await plan_close_shows(club.us.club, [show.id])
        assert (again.changes, {refusal.code.value for refusal in again.refused}) == ((), {"no_change"})

    run(story())


@pytest.mark.parametrize(("lag", "shown"), [(10.0, True), (200.0, False)])
def test_a_show_is_closed_right_after_a_change_once_eventbrite_shows_it(lag: float, shown: bool) -> None:
    """Another command, or another copy: its close would leave out what was just changed, and that sells on."""

    async def story() -> None:
        club = await a_night()
        show = await the_show(club)
        await asyncio.sleep(1000)
        club.us.club.eventbrite.waypoint = False  # type: ignore[union-attr]
        club.eventbrite.lag = lag
        await club.us.apply(await club.us.plan((CLASS, 40)), settle=False)
        them = dataclasses.replace(club.same_folder().club, cache=club.us.club.cache)
        them.eventbrite.waypoint = False  # type: ignore[union-attr]
        began = asyncio.get_running_loop().time()
        plan = await plan_close_shows(them, [show.id])
        assert {change.listing.id for change in plan.changes} == ({CELL, CLASS} if shown else {CELL})
        assert [refusal.listing_id for refusal in plan.refused] == ([] if shown else [CLASS])
        assert asyncio.get_running_loop().time() - began < 20

    run(story())


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ((CELL, CLASS), "the shop: a listing of this show may be missing, for the last refresh read not all"),
        ((CLASS,), "the shop: it is unknown whether it sells this show, because no refresh has listed what it sells"),
    ],
    ids=["known from earlier", "never listed"],
)
def test_a_close_says_where_a_shop_that_was_not_read_may_sell_the_show_too(known: tuple[str, ...], words: str) -> None:
    async def story() -> None:
        club = await a_night()
        cache = cast("Cache", club.us.club.cache)
        cache._listings = tuple(listing for listing in cache.listings() if listing.id in known)
        (show,) = programme(club.us.club, cache.listings()).shows
        assert not any(words in " ".join(x.warnings) for x in (await plan_close_shows(club.us.club, [show.id])).changes)
        cache.failures = (Failure("woocommerce", "WooCommerce", "no answer"),)
        plan = await plan_close_shows(club.us.club, [show.id])
        assert plan.changes
        assert all(words in " ".join(change.warnings) for change in plan.changes)

    run(story())


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (1, None),
        (3, "the shops' lists were last read 3 hours ago"),
        (30 * 24, "the shops' lists were last read 720 hours ago"),
        (-1, "it is unknown when the shops' lists were last read"),
    ],
)
def test_a_close_says_how_old_the_list_of_what_is_on_sale_is(hours: int, words: str | None) -> None:
    """A product of the same night may be new since then. It is closed all the same: what is known is better shut."""

    async def story() -> None:
        club = await a_night()
        read_at = club.us.club.clock.now() - dt.timedelta(hours=hours)
        cast("Any", club.us.club.cache).read_at = lambda: read_at
        show = await the_show(club)
        plan = await plan_close_shows(club.us.club, [show.id])
        assert {change.listing.id for change in plan.changes} == {CELL, CLASS}
        for change in plan.changes:
            told = [warning for warning in change.warnings if "lists were last read" in warning]
            assert [warning.partition(":")[0] for warning in told] == ([] if words is None else [words])
            assert all("what was put on sale since is not closed" in warning for warning in told)
        await club.us.apply(plan)
        again = await plan_close_shows(club.us.club, [show.id])
        assert all((words or "no change") in f"{no.reason}, no change" for no in again.refused)

    run(story())


def test_what_is_said_beside_a_refusal_is_a_sentence_after_it() -> None:
    at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    for reason in ("Eventbrite: no answer. Try again.", "Eventbrite: no answer. Try again"):
        plan = make_plan("club", [], [Refusal(CLASS, RefusalCode.SOLD_UNKNOWN, reason)], at)
        (no,) = _with_gaps(plan, [], "the shops' lists were last read 3 hours ago").refused
        assert no.reason.startswith("Eventbrite: no answer. Try again. the shops' lists")


def test_a_show_that_nobody_knows_is_named() -> None:
    async def story() -> None:
        with pytest.raises(NoSuchShow):
            await plan_close_shows((await a_night()).us.club, ["2026-11-27T20:00@nowhere"])

    run(story())


def test_what_is_closed_and_can_be_opened_here_is_asked_about_and_what_cannot_only_where_it_stands_alone() -> None:
    """The first may be open again by the time of the plan; of the second nobody could do anything."""

    async def story() -> None:
        eb, cell = (await the_show(world(30, 10, 20))).listings
        shut = dataclasses.replace(eb, status=Status.CLOSED)
        fixed = dataclasses.replace(shut, stock_method=StockMethod.READ_ONLY, read_only_reason="a seat map")
        assert [wish.listing_id for wish in closing([shut, cell])] == [eb.id, cell.id]
        assert [wish.listing_id for wish in closing([fixed, cell])] == [cell.id]
        assert [wish.listing_id for wish in closing([fixed])] == [eb.id], "why it cannot be closed is told"

    run(story())
