"""Before the first of several writes every subject is read once: one listing's refusal spares its whole show."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest

from brcc_tui.cli.tables import result_lines
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.permit import NotConfirmed
from brcc_tui.model.changes.plan import Outcome, Result
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.operations.changes import side_by_side
from brcc_tui.operations.changes.apply import apply_plan
from tests.operations.changes.nights import CELL, CLASS, STOCK, planned, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run


def outcomes(result: Result) -> dict[str, Outcome]:
    return {change.listing_id: change.outcome for change in result.changes}


def nothing_was_sent(club: World) -> bool:
    return club.shop.requests == [] and club.eventbrite.requests == []


def test_what_cannot_be_read_spares_the_lowering_of_its_show() -> None:
    async def story() -> None:
        club = world(40, 5, 20)
        plan = await club.us.plan((CLASS, 30), (CELL, 30))
        club.us.wire.faults["snapshot"] += ["database"]
        assert set(outcomes(await club.us.apply(plan)).values()) == {Outcome.REFUSED}
        assert nothing_was_sent(club)

    run(story())


def test_why_a_listing_of_the_show_could_not_be_read_is_told_of_all_of_it() -> None:
    """Also where another one is asked about first: "plan again" alone helps nobody."""

    async def story() -> None:
        club = world(40, 5, 30)
        plan = await planned(club, Mode.SPLIT)
        assert [change.listing.id for change in plan.changes] == [CLASS, CELL]
        club.us.wire.faults["snapshot"] += ["database"]
        for change in (await club.us.apply(plan)).changes:
            assert "the database went away" in change.reason, change.reason
        assert nothing_was_sent(club)

    run(story())


def test_what_is_gone_is_a_conflict() -> None:
    async def story() -> None:
        club = world(40, 5, 20)
        plan = await club.us.plan((CLASS, 30), (CELL, 30))
        del club.shop.products[4061]
        assert outcomes(await club.us.apply(plan)) == {CLASS: Outcome.REFUSED, CELL: Outcome.CONFLICT}
        assert nothing_was_sent(club)

    run(story())


def test_another_hand_at_one_listing_spares_the_others() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CLASS, 45), (CELL, 20))
        club.eventbrite.change("123", "456", capacity=44, quantity_total=44)
        assert outcomes(await club.us.apply(plan)) == {CLASS: Outcome.CONFLICT, CELL: Outcome.REFUSED}
        assert nothing_was_sent(club)

    run(story())


def test_a_change_that_was_refused_is_told_with_the_numbers_that_were_seen_then() -> None:
    """Those of the plan stood there as if they were: beside "and is 44 now" it said that the capacity was 40."""

    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CLASS, 45), (CELL, 20))
        club.eventbrite.change("123", "456", capacity=44, quantity_total=44)
        go(club.shop.sale(CELL, 2))
        told = " ".join(result_lines(await club.us.apply(plan)))
        assert "somebody else changed it, capacity 44, left 39 (entry" in told
        assert "refused, capacity 30, left 28, 2 sold meanwhile (entry" in told

    run(story())


@pytest.mark.parametrize("why", ["sent here since", "gone", "cannot be read"])
def test_numbers_that_nobody_has_read_since_the_plan_are_told_as_its_own(why: str) -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CELL, 20))
        if why == "sent here since":
            await club.same_folder().set((CELL, 33))
        elif why == "gone":
            del club.shop.products[4061]
        else:
            club.us.wire.faults["snapshot"] += ["database"]
        (told,) = result_lines(await club.us.apply(plan))
        assert ", capacity 30, left 30 when it was planned (entry " in told

    run(story())


def test_another_hand_at_one_show_is_nothing_to_another_show() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        club.shop.add_single(31907, 20)
        plan = await club.us.plan((CELL, 20), (STOCK, 12))
        go(club.shop.staff(CELL, 25))
        assert outcomes(await club.us.apply(plan)) == {CELL: Outcome.CONFLICT, STOCK: Outcome.SETTLED}

    run(story())


def test_a_show_is_looked_at_when_its_turn_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another hand did while an earlier show was written spares the whole of the next one."""
    monkeypatch.setattr(side_by_side, "BATCHES_AT_ONCE", 1)

    async def story() -> None:
        club = world(40, 5, 30)
        club.eventbrite.add("122", {"456": (30, 0)}, starts_at=dt.datetime(2026, 12, 5, 1, tzinfo=dt.UTC))
        plan = await club.us.plan(("eb:122:456", 20), (CLASS, 30), (CELL, 40))
        assert [change.listing.id for change in plan.changes] == ["eb:122:456", CLASS, CELL]
        club.us.wire.after["set_capacity"].append(lambda: renamed(club))
        assert outcomes(await club.us.apply(plan)) == {
            "eb:122:456": Outcome.SETTLED, CLASS: Outcome.REFUSED, CELL: Outcome.CONFLICT,
        }  # fmt: skip

    run(story())


def test_a_lowering_that_failed_holds_back_no_other_show() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        club.shop.add_single(31907, 20)
        club.us.wire.faults["set_capacity"].append("rejected")
        plan = await club.us.plan((CLASS, 30), (CELL, 35), (STOCK, 25))
        assert outcomes(await club.us.apply(plan)) == {
            CLASS: Outcome.REFUSED, CELL: Outcome.REFUSED, STOCK: Outcome.SETTLED,
        }  # fmt: skip

    run(story())


def test_a_number_that_is_moving_is_left_to_the_reading_before_its_write() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CLASS, 35), (CELL, 20))
        go(club.shop.staff(CELL, 31))
        asyncio.get_running_loop().call_later(0.4, lambda: go(club.shop.staff(CELL, 30)))
        assert set(outcomes(await club.us.apply(plan)).values()) == {Outcome.SETTLED}

    run(story())


def test_a_plan_that_was_changed_after_the_yes_begins_nothing() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        seen, other = await club.us.plan((CELL, 29)), await club.us.plan((CELL, 1))
        confirmed = confirm(seen, seen.digest)
        object.__setattr__(confirmed, "plan", other)
        with pytest.raises(NotConfirmed):
            await apply_plan(club.us.club, confirmed)
        assert nothing_was_sent(club)
        assert list(club.us.journal.entries()) == []

    run(story())


def renamed(club: World) -> None:
    club.shop.products[4061].name = "Saturday Night"


def another_day(club: World) -> None:
    shelf = club.shop.products[4061]
    shelf.text = shelf.text.replace("November 27", "December 4")


def another_hour(club: World) -> None:
    shelf = club.shop.products[4061]
    shelf.text = shelf.text.replace('"hour":"08"', '"hour":"09"')


def another_slot(club: World) -> None:
    shelf = club.shop.products[4061]
    shelf.text = shelf.text.replace("aaa Show", "Late Show")


def stock_is_no_longer_kept(club: World) -> None:
    club.shop.products[31907].manage_stock = False


@pytest.mark.parametrize(
    ("what", "happened"),
    [
        ("title", renamed),
        ("date", another_day),
        ("start", another_hour),
        ("slot", another_slot),
        ("way its stock is kept", stock_is_no_longer_kept),
    ],
)
def test_whatever_a_person_saw_and_that_is_otherwise_now_is_a_conflict(
    what: str, happened: Callable[[World], None]
) -> None:
    async def story() -> None:
        club = world(40, 5, 30, 20)
        plan = await club.us.plan((STOCK if "stock" in what else CELL, 12))
        happened(club)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert f"its {what} was changed in the shop since the plan" in change.reason
        assert nothing_was_sent(club)

    run(story())
