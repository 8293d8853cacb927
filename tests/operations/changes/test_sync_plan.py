"""What a sync does not share, by whichever of its rules, and what its rule says at the write."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, cast

import pytest

from brcc_tui.model.changes.plan import Danger, Outcome, Plan
from brcc_tui.model.failure import Failure
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.shows.closed_mark import ClosedMark
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.past_sales import PastSales
from brcc_tui.operations.changes.sync import BadBuffer, plan_sync
from tests.operations.changes.fake_wire import VirtualClock
from tests.operations.changes.nights import CELL, CLASS, NIGHT, Cache, planned, the_show, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.plan_words import capacities
from tests.operations.changes.virtual_time import run


def refusals(plan: Plan) -> dict[str, str]:
    return {refusal.listing_id: refusal.code.value for refusal in plan.refused}


def test_fewer_than_no_seats_cannot_be_kept_back() -> None:
    async def story() -> None:
        with pytest.raises(BadBuffer):
            await planned(world(40, 5, 30), buffer=-1)

    run(story())


def test_a_show_of_which_a_listing_cannot_be_read_is_refused_for_that() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        show = await the_show(club)
        club.us.wire.faults["snapshot"] += ["database"] * 9
        plan = await planned(club, cached=show)
        assert refusals(plan) == {CLASS: "sold_unknown", CELL: "sold_unknown"}
        assert CELL in plan.refused[0].reason

    run(story())


def test_a_show_of_which_a_date_is_gone_is_refused_for_that() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        show = await the_show(club)
        shelf = club.shop.products[4061]
        shelf.text = shelf.text.replace("ddd", "zzz")
        plan = await planned(club, cached=show)
        assert refusals(plan) == {CLASS: "unknown_listing", CELL: "unknown_listing"}

    run(story())


def test_a_pairing_that_nobody_confirmed_is_a_danger_alone_and_a_refusal_among_many() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await planned(club)
        assert {change.dangers for change in plan.changes} == {(Danger.UNCONFIRMED_PAIRING,)}
        club.eventbrite.add("124", {"456": (40, 5)}, starts_at=dt.datetime(2026, 11, 29, 1, 0, tzinfo=dt.UTC))
        club.shop.add_bookings(4062, {("aaa", "ddd"): 20}, texts={"ddd": "November 28, 2026"})
        shows = await both(club)
        plan = await plan_sync(club.us.club, shows, Mode.SPLIT)
        assert plan.changes == ()
        assert set(refusals(plan).values()) == {"unconfirmed_pairing"}
        assert len(plan.refused) == 4

    run(story())


async def both(club: World) -> list[str]:
    """The ids of two nights, which the catalogue knows."""
    listings = []
    for subject in ("eb:123:456", "eb:124:456", "wc:4061", "wc:4062"):
        listings += (await DecisionReader(club.us.club).look(subject_of(subject))).listings.values()
    club.us.club = dataclasses.replace(club.us.club, cache=cast("Any", Cache(listings)))
    shows = [show.id for show in programme(club.us.club, listings).shows]
    assert len(shows) == 2
    return shows


def test_a_show_that_cannot_be_shared_at_the_write_is_not_lowered_to_what_is_taken() -> None:
    """Somebody lets the date sell without limit: nothing is promised for the show then, and nothing is sent."""

    async def story() -> None:
        club = world(60, 5, 30)
        plan = await planned(club)
        assert capacities(plan)[CLASS] < 60
        go(club.shop.staff(CELL, ""))
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.REFUSED}
        assert "sells without limit" in " ".join(change.reason for change in result.changes)
        assert (club.eventbrite.requests, club.shop.requests) == ([], [])

    run(story())


def test_what_was_on_offer_at_the_plan_and_sold_out_since_is_still_shared() -> None:
    """Whatever another copy of the program, that looked later, has kept of the date."""

    async def story() -> None:
        club = world(40, 5, 10)
        plan = await planned(club)
        later = VirtualClock().now() + dt.timedelta(days=1)
        wanted = capacities(plan)[CELL]
        assert wanted > 10
        club.us.club.venue.mark([CELL], lambda _: {CELL: ClosedMark(later, offered=99, taken=0)})
        plan = await planned(club)
        go(club.shop.sale(CELL, 10))
        result = await club.us.apply(plan)
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}
        assert club.implied(CELL) > 10

    run(story())


UNREAD = Unknown("database: no answer")


@pytest.mark.parametrize(
    ("ours", "theirs", "failed", "offered", "said"),
    [
        pytest.param([29], [9], None, (38, 12), "", id="both are known"),
        pytest.param([0], [9], None, (5, 45), "", id="none was sold, which is known"),
        pytest.param(
            [29], [UNREAD], None, (25, 25), "(database: no answer): the seats are shared evenly", id="unknown"
        ),
        pytest.param([UNREAD], [9], None, (25, 25), "what Eventbrite sold of ", id="unknown of the other"),
        pytest.param([29, 29], [9, UNREAD], None, (38, 12), "", id="known of one half"),
        pytest.param(
            [29, 29, 29], [9, UNREAD, UNREAD], None, (25, 25), "what the shop sold of ", id="known of a third"
        ),
        pytest.param([29], [], None, (25, 25), "(it had no night then): the seats are shared evenly", id="no night"),
        pytest.param(
            [29], [9], "Eventbrite, past events", (25, 25), "(no answer): the seats are", id="no list of them"
        ),
    ],
)
def test_a_split_takes_no_unknown_sales_for_none(
    ours: list[Quantity], theirs: list[Quantity], failed: str | None, offered: tuple[int, int], said: str
) -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        show = await the_show(club)
        now = {listing.id: listing for listing in show.listings}
        past = [
            dataclasses.replace(
                now[id_],
                id=f"{id_}{week}",
                starts_at=VirtualClock().now() - dt.timedelta(weeks=week),
                reading=dataclasses.replace(now[id_].reading, sold=sold),
            )
            for id_, nights in ((CLASS, ours), (CELL, theirs))
            for week, sold in enumerate(nights, 1)
        ]
        cache = Cache([*show.listings, *past])
        cache.failures = (Failure("eventbrite", failed, "no answer"),) if failed else ()
        club.us.club = dataclasses.replace(club.us.club, cache=cast("Any", cache))
        plan = await plan_sync(club.us.club, [show.id], Mode.SPLIT)
        after = {change.listing.id: change.after.remaining for change in plan.changes}
        assert (after[CLASS], after[CELL]) == offered
        for change in plan.changes:
            about = [words for words in change.warnings if words.startswith("for the last 4 weeks")]
            assert [said in words for words in about] == [True] * bool(said)
        mirrored = (await plan_sync(club.us.club, [show.id], Mode.MIRROR)).changes
        assert not any("for the last 4 weeks" in words for change in mirrored for words in change.warnings)

    run(story())


def test_what_is_not_known_of_one_of_three_counts_as_much_as_the_others_on_the_mean() -> None:
    async def story() -> None:
        show = await the_show(world(40, 5, 30, 20))
        eb, cell, stock = sorted(show.listings, key=lambda x: x.id)
        past = PastSales({eb.group: [29], cell.group: [9], stock.group: [UNREAD]}, {})
        assert past.weights(show.listings) == {eb.id: 30.0, cell.id: 10.0, stock.id: 20.0}
        assert past.doubts(show.listings).endswith("(database: no answer): it counts as much as the others on average")

    run(story())


def test_among_many_a_show_that_something_joined_since_the_refresh_is_refused() -> None:
    """The shop has a second slot on that night by now, and nobody has said whether it sells the same seats."""

    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 30}, texts={"ddd": NIGHT})
        club.shop.add_bookings(4062, {("aaa", "ddd"): 20}, texts={"ddd": "November 28, 2026"})
        reader = DecisionReader(club.us.club)
        looks = [await reader.look(subject_of(id_)) for id_ in ("wc:4061", "wc:4062")]
        listings = [listing for look in looks for listing in look.listings.values()]
        club.us.club = dataclasses.replace(club.us.club, cache=cast("Any", Cache(listings)))
        shows = [show.id for show in programme(club.us.club, listings).shows]
        assert not (await plan_sync(club.us.club, shows, Mode.MIRROR)).refused
        del club.shop.products[4061]
        club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("bbb", "ddd"): 10}, texts={"ddd": NIGHT})
        plan = await plan_sync(club.us.club, shows, Mode.MIRROR)
        assert refusals(plan) == {CELL: "unconfirmed_pairing"}
        assert [change.listing.id for change in plan.changes] == ["wc:4062:aaa:ddd"]

    run(story())
