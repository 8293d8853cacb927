"""What is refused because of something else: a lock, a lowering that failed, a journal or a disk."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any, cast

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.model.counts import Counts, Orphan
from brcc_tui.platforms.wordpress.counts import Snapshot
from brcc_tui.store.journal_file import JournalUnavailable
from tests.operations.changes import nights
from tests.operations.changes.fake_texts import encode
from tests.operations.changes.guard_world import CELL, CLASS, SINGLE, database_tells, nothing_was_sent, world
from tests.operations.changes.nights import Cache
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run


def test_one_refused_listing_refuses_its_show_but_not_the_closes() -> None:
    async def story() -> None:
        club = world()  # the cell and the class are one show: 27 November, 8 pm
        club.shop.editors[4061] = 3.0
        plan = await club.us.plan((CELL, 40), (CLASS, 40))
        assert plan.changes == ()
        assert {refusal.listing_id for refusal in plan.refused} == {CELL, CLASS}
        assert CELL in next(r.reason for r in plan.refused if r.listing_id == CLASS)
        closing = await club.us.plan(ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CLASS, Action.CLOSE))
        assert [change.listing.id for change in closing.changes] == [CLASS]

    run(story())


@pytest.mark.parametrize("gone", [False, True], ids=["that cannot be read", "that is gone"])
def test_a_listing_that_is_not_there_to_be_read_refuses_its_show_as_well(gone: bool) -> None:
    """It is of its show all the same, as the catalogue knows: beside it the class was raised alone."""

    async def story() -> None:
        club = nights.world(30, 10, 25)
        known = Cache((await nights.the_show(club)).listings)
        club.us.club = dataclasses.replace(club.us.club, cache=cast("Any", known))
        if gone:
            club.shop.add_bookings(4061, {("aaa", "fff"): 5})
        else:
            club.us.wire.faults["snapshot"].append("database")
        plan = await club.us.plan((CELL, 10), (CLASS, 40))
        assert plan.changes == ()
        reasons = {refusal.listing_id: refusal.reason for refusal in plan.refused}
        assert reasons[CLASS].startswith(f"another listing of its show cannot be changed ({CELL}: ")

    run(story())


def test_a_lock_held_by_another_refuses_the_whole_show_before_anything_is_sent() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 20), (CLASS, 20))
        club.shop.locks[4061] = object()
        result = await club.us.apply(plan)
        assert [change.outcome for change in result.changes] == [Outcome.REFUSED] * 2
        nothing_was_sent(club)

    run(story())


def test_a_raise_is_not_sent_when_the_lowering_of_its_show_failed() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_capacity"].append("rejected")
        result = await club.us.set((CELL, 40), (CLASS, 20))
        assert {change.listing_id: change.outcome for change in result.changes} == {
            CLASS: Outcome.REFUSED,
            CELL: Outcome.REFUSED,
        }
        nothing_was_sent(club)

    run(story())


@pytest.mark.parametrize("faults", [["lost", "lost"], []], ids=["never answered", "changed by somebody else"])
def test_a_raise_is_not_sent_when_the_lowering_of_its_show_was_sent_and_did_not_stand(faults: list[str]) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_capacity"].extend(faults)
        task = asyncio.ensure_future(club.us.set((CELL, 40), (CLASS, 20)))
        await asyncio.sleep(8)
        if not faults:
            club.eventbrite.change("123", "456", capacity=50)
        outcomes = {change.listing_id: change.outcome for change in (await task).changes}
        assert outcomes == {CLASS: Outcome.UNCLEAR if faults else Outcome.CONFLICT, CELL: Outcome.REFUSED}
        assert club.shop.requests == []

    run(story())


def test_a_close_goes_on_where_another_listing_of_its_show_is_refused_at_the_second_reading() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan(ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CLASS, Action.CLOSE))
        club.shop.editors[4061] = 3.0
        outcomes = {change.listing_id: change.outcome for change in (await club.us.apply(plan)).changes}
        assert outcomes == {CELL: Outcome.REFUSED, CLASS: Outcome.SETTLED}
        assert club.eventbrite.events["123"].classes["456"].capacity == 10

    run(story())


def test_the_same_listing_twice_is_refused() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40), (CELL, 41))
        assert [refusal.code.value for refusal in plan.refused] == ["bad_number"] * 2

    run(story())


def test_a_journal_that_cannot_be_written_refuses_the_plan_and_its_application(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))

        def full() -> None:
            raise JournalUnavailable("the journal cannot be used: disk full")

        monkeypatch.setattr(club.us.journal, "check_writable", full)
        result = await club.us.apply(plan)
        (change,) = result.changes
        assert (change.outcome, change.entry, result.entries) == (Outcome.REFUSED, None, ())
        assert "disk full" in change.reason
        again = await club.us.plan((CELL, 40))
        assert [refusal.code.value for refusal in again.refused] == ["journal_unavailable"]
        nothing_was_sent(club)

    run(story())


@pytest.mark.parametrize("move", ["planned", "confirmed", "locked", "read_again", "checkpointed", "sent"])
def test_a_disk_that_fills_up_before_the_request_stops_it(monkeypatch: pytest.MonkeyPatch, move: str) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        fill_up(club, monkeypatch, move)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.REFUSED
        assert "disk full" in change.reason
        nothing_was_sent(club)
        assert club.us.locks.held == {}

    run(story())


@pytest.mark.parametrize("move", ["answered", "looked", "verified", "settled"])
def test_a_disk_that_fills_up_after_the_request_does_not_stop_the_watching(
    monkeypatch: pytest.MonkeyPatch, move: str
) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        fill_up(club, monkeypatch, move)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        assert "could not record" in change.reason
        assert club.shop.number(CELL) == 40

    run(story())


def fill_up(club: World, monkeypatch: pytest.MonkeyPatch, move: str) -> None:
    journal = club.us.journal
    begin, append = journal.begin, journal.append
    full = [False]

    def fail(event: str) -> None:
        full[0] = full[0] or event == move
        if full[0]:
            raise JournalUnavailable("the journal cannot be used: disk full")

    def begins(**values: object) -> str:
        fail("planned")
        return begin(**values)

    def appends(entry: str, event: str, at: object, detail: object) -> None:
        fail(event)
        append(entry, event, at, detail)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "begin", begins)
    monkeypatch.setattr(journal, "append", appends)


def test_drift_is_named_in_the_next_plan() -> None:
    async def story() -> None:
        club = world()
        await club.us.set((CELL, 40))
        go(club.shop.sale(CELL, 2))
        (order,) = club.shop.orders_of(CELL)
        go(club.shop.refund(order))
        (change,) = (await club.us.plan((CELL, 45))).changes
        assert any("last set here to 40, now it is 38 (-2)" in warning for warning in change.warnings)

    run(story())


def test_that_somebody_moved_a_class_of_eventbrite_is_said_as_that() -> None:
    """Eventbrite loses no places by itself, as FooEvents does: no order explains it."""

    async def story() -> None:
        club = world()
        await club.us.set((CLASS, 40))
        await asyncio.sleep(301)
        club.eventbrite.change("123", "456", capacity=45)
        (change,) = (await club.us.plan((CLASS, 50))).changes
        said = [warning for warning in change.warnings if "last set here" in warning]
        assert said == ["its capacity was last set here to 40; somebody changed it since (+5)"]

    run(story())


@pytest.mark.parametrize(("wanted", "said"), [(35, False), (36, True)])
def test_a_capacity_beyond_the_events_own_is_said_to_be_that(wanted: int, said: bool) -> None:
    """The class would look open, and sell no more than the event does."""

    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 10)}, capacity=35)
        (change,) = (await club.us.plan((CLASS, wanted))).changes
        assert ("the event as a whole is limited to 35" in change.warnings) is said

    run(story())


@pytest.mark.parametrize(("wanted", "said"), [(35, False), (36, True)])
def test_a_capacity_beyond_the_limit_that_the_events_tier_tells_is_said_to_be_that(wanted: int, said: bool) -> None:
    """The event itself does not say that it has one: 10 are sold, 3 in checkout, and 22 left of it."""

    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (30, 10)}, tier=CapacityTier(3, left=22, is_custom=True))
        (change,) = (await club.us.plan((CLASS, wanted))).changes
        assert ("the event as a whole is limited to 35" in change.warnings) is said

    run(story())


OF_ORDERS = [
    ({"paid_without_place": 1}, "ordered without a date, and not counted: 1 place of this product"),
    ({"orphans": (Orphan("", "", "aaa", "gone", 3, 1),)}, "no longer, and not counted: 4 places of this product"),
    ({"deleted_orders": 1}, "tickets of 1 deleted order are counted as sold"),
    ({"custom_statuses": ("wc-moved",)}, "orders with the status wc-moved are counted as live"),
]


@pytest.mark.parametrize(("counted", "words"), OF_ORDERS, ids=[words for _, words in OF_ORDERS])
def test_what_the_numbers_leave_out_is_said_before_a_write(counted: dict[str, object], words: str) -> None:
    async def story() -> None:
        club = world()

        def with_more(seen: Snapshot) -> Snapshot:
            more = {id_: dataclasses.replace(each, **counted) for id_, each in seen.counts.products.items()}  # type: ignore[arg-type]
            return Snapshot(Counts(seen.counts.taken_at, more), seen.products)

        database_tells(club, with_more)
        (change,) = (await club.us.plan((CELL, 40))).changes
        assert any(words in warning for warning in change.warnings)

    run(story())


def test_what_is_not_a_booking_text_is_told_as_such() -> None:
    async def story() -> None:
        club = world()
        club.shop.products[4061].text = encode({"aaa": {"label": "x", "add_date": {"ddd": {"date": "?"}}}})
        plan = await club.us.plan((CELL, 40))
        assert plan.changes == () or plan.changes[0].dangers
        nothing_was_sent(club)

    run(story())


def test_an_order_that_never_gets_places_is_waited_for_until_it_is_no_longer_young() -> None:
    """Staff's own orders and those of the block checkout have none, and look like a sale in its first moments."""

    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 1), until="order")
        (change,) = (await club.us.set((CELL, 40))).changes
        assert change.outcome is Outcome.SETTLED

    run(story())


def test_a_key_that_may_only_read_is_told_in_the_plan_and_not_at_the_write() -> None:
    async def story() -> None:
        club = world()
        club.shop.key_may_only_read = True
        plan = await club.us.plan((CELL, 40), ChangeRequest(SINGLE, Action.CLOSE), (CLASS, 40))
        told = {refusal.listing_id: (refusal.code.value, refusal.reason) for refusal in plan.refused}
        assert plan.changes == ()
        assert {code for code, _ in told.values()} == {"not_writable_key"}
        assert "Read/Write" in told[CELL][1]
        assert f"another listing of its show cannot be changed ({CELL}" in told[CLASS][1]
        alone = await club.us.plan((CLASS, 40))
        assert [change.listing.id for change in alone.changes] == [CLASS]

    run(story())


@pytest.mark.parametrize("switch", ["key_broken", "key_silent"])
def test_a_shop_that_does_not_tell_what_its_key_may_is_asked_by_the_write(switch: str) -> None:
    async def story() -> None:
        club = world()
        setattr(club.shop, switch, True)
        plan = await club.us.plan((CELL, 40))
        assert [change.listing.id for change in plan.changes] == [CELL]

    run(story())
