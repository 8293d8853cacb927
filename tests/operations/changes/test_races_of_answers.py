"""Answers that are missing, late or wrong, each with the write done, lost or refused."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.operations.changes import write as writing
from tests.operations.changes.operators import go
from tests.operations.changes.race_world import CELL, CLASS, SINGLE, goes_on, promised, verifies, world
from tests.operations.changes.virtual_time import run

__all__ = ["verifies"]

# -- answers that do not come ----------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["timeout", "500", "html"])
@pytest.mark.parametrize(("listing", "call"), [(CELL, "set_booking_text"), (SINGLE, "set_stock")])
def test_a_write_that_was_done_without_an_answer_is_found(fault: str, listing: str, call: str) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults[call].append(fault)
        (change,) = (await club.us.set((listing, 40))).changes
        assert (change.outcome, promised(club, listing)) == (Outcome.SETTLED, 40)
        assert len(club.shop.requests) == 1
        assert "unanswered" in club.us.moves(change.entry)

    run(story())


def test_what_eventbrite_does_late_goes_over_no_later_change() -> None:
    """The same number was sent once more, and answered; its class is held while the first request may come."""

    async def story() -> None:
        club = world()
        club.us.wire.faults["set_capacity"].append("late 30")
        assert (await club.us.set((CLASS, 40))).changes[0].outcome is Outcome.SETTLED
        await club.us.set((CLASS, 20))
        await asyncio.sleep(60)
        assert club.eventbrite.events["123"].classes["456"].capacity == 20

    run(story())


@pytest.mark.parametrize(("listing", "call"), [(CELL, "set_booking_text"), (SINGLE, "set_stock")])
def test_a_write_that_was_lost_on_the_way_is_unclear_and_never_repeated(listing: str, call: str) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults[call].append("lost")
        (change,) = (await club.us.set((listing, 40))).changes
        assert (change.outcome, promised(club, listing)) == (Outcome.UNCLEAR, 30)
        assert club.shop.requests == []

    run(story())


def test_staff_while_the_answer_is_missing_are_watched_to_the_end() -> None:
    """The request may still arrive, and put our number over theirs: that is not ended before it could be seen."""

    async def story() -> None:
        club = world()
        club.us.wire.faults["set_booking_text"].append("late 30")
        task = asyncio.ensure_future(goes_on(club.shop.staff(CELL, 0), 10.0))
        (change,) = (await club.us.set((CELL, 40))).changes
        await task
        assert (change.outcome, change.reading.remaining) == (Outcome.CONFLICT, 40)
        assert "set it to 0" in change.reason

    run(story())


@pytest.mark.parametrize("seconds", [1, 10, 40])
def test_a_write_that_php_finishes_late_is_still_watched_for(seconds: int) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_booking_text"].append(f"late {seconds}")
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED, 40)

    run(story())


def test_a_sale_while_the_answer_is_missing_is_lost_to_a_blind_repeat(
    verifies: bool,
) -> None:
    async def story() -> None:
        club = world()
        shop = club.us.club.woocommerce
        assert shop is not None
        send = shop.set_booking_text

        async def repeating(*given: object) -> object:
            try:
                return await send(*given)  # type: ignore[arg-type]
            except writing.Unclear:
                go(club.shop.sale(CELL, 2))
                return await send(*given)  # type: ignore[arg-type]

        if not verifies:
            shop.set_booking_text = repeating  # type: ignore[method-assign, assignment]
        else:
            club.us.wire.after["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        club.us.wire.faults["set_booking_text"].append("timeout")
        await club.us.set((CELL, 40))
        assert promised(club, CELL) == (40 if verifies else 42)

    run(story())


@pytest.mark.parametrize(("faults", "sent"), [(["timeout"], 2), (["500"], 2), (["lost"], 1), (["html", "timeout"], 2)])
def test_eventbrite_is_sent_the_same_number_once_more_and_no_oftener(faults: list[str], sent: int) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_capacity"].extend(faults)
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert change.outcome is Outcome.SETTLED
        assert [request.carried for request in club.eventbrite.requests] == [
            {"capacity": 40, "quantity_total": 40}
        ] * sent

    run(story())


def test_eventbrite_without_any_answer_is_unclear() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_capacity"].extend(["lost", "lost"])
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert change.outcome is Outcome.UNCLEAR
        assert club.us.moves(change.entry).count("sent") == 2

    run(story())


@pytest.mark.parametrize(
    ("listing", "call"), [(CELL, "set_booking_text"), (SINGLE, "set_stock"), (CLASS, "set_capacity")]
)
def test_a_refusal_of_the_shop_is_told_and_not_repeated(listing: str, call: str) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults[call].append("rejected")
        (change,) = (await club.us.set((listing, 40))).changes
        assert change.outcome is Outcome.REFUSED
        assert "it was refused" in change.reason
        assert club.us.moves(change.entry).count("sent") == 1

    run(story())


# -- readings that fail ----------------------------------------------------------------------------------


def test_a_write_that_cannot_be_read_back_is_watched_until_it_can() -> None:
    async def story() -> None:
        club = world()

        def breaks() -> None:
            club.us.wire.faults["snapshot"].extend(["database"] * 2)

        club.us.wire.after["set_booking_text"].append(breaks)
        (change,) = (await club.us.set((CELL, 40))).changes
        assert change.outcome is Outcome.SETTLED

    run(story())


def test_a_write_that_can_never_be_read_back_is_unclear() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.after["set_booking_text"].append(lambda: club.us.wire.faults["snapshot"].extend(["database"] * 99))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert change.outcome is Outcome.UNCLEAR

    run(story())


def test_a_sale_lost_to_a_write_without_settling_is_still_corrected() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        (change,) = (await club.us.set((CELL, 40), settle=False)).changes
        assert (change.outcome, promised(club, CELL)) == (Outcome.VERIFIED, 40)

    run(story())


def test_a_capacity_that_another_hand_moved_since_the_plan_is_a_conflict() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        go(club.shop.staff(CELL, 33))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.shop.requests) == (Outcome.CONFLICT, [])
        assert "was 30 in the plan and is 33 now" in change.reason

    run(story())
