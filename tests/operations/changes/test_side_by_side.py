"""Changes of different shows run side by side, those of one show in turns; who asks in time shares a reading."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.catalogue import Event
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Outcome, ShowRule
from brcc_tui.operations.changes import side_by_side
from brcc_tui.operations.changes.batch import Batch, PlanRun, batches
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.locking import SubjectLock
from brcc_tui.operations.changes.recorder import ChangeRecorder
from tests.operations.changes.nights import CLASS, NIGHT, planned, the_show, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.test_at_once import counted
from tests.operations.changes.virtual_time import run

FIRST, SECOND, THIRD = (f"wc:{product}:aaa:ddd" for product in (4061, 4062, 4063))


def weekend(*nights: str) -> World:
    """A product for each of these nights."""
    club = World()
    for number, night in enumerate(nights):
        club.shop.add_bookings(4061 + number, {("aaa", "ddd"): 10}, texts={"ddd": night}, name=f"Night {number}")
    return club


THREE_NIGHTS = (NIGHT, "November 28, 2026", "November 29, 2026")


@pytest.mark.parametrize("at_once", [4, 1])
def test_changes_of_different_shows_are_under_way_at_once(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(side_by_side, "BATCHES_AT_ONCE", at_once)

    async def story() -> None:
        club, all_there = weekend(*THREE_NIGHTS), asyncio.Event()

        sending: list[int] = []

        async def meet() -> None:
            sending.append(1)
            if len(sending) == 3:
                all_there.set()
            async with asyncio.timeout(1):
                await all_there.wait()

        club.us.wire.before["set_booking_text"] += [meet] * 3
        assert (await club.us.set((FIRST, 12), (SECOND, 18), (THIRD, 20))).done
        assert [club.implied(cell) for cell in (FIRST, SECOND, THIRD)] == [12, 18, 20]

    if at_once > 1:
        run(story())
    else:
        with pytest.raises(TimeoutError):
            run(story())


def test_those_of_one_show_follow_each_other() -> None:
    async def story() -> None:
        club = weekend(NIGHT, NIGHT, THREE_NIGHTS[1])
        assert (await club.us.set((FIRST, 12), (SECOND, 18), (THIRD, 20))).done
        steps = club.us.steps
        assert steps.index((FIRST, "verified")) < steps.index((SECOND, "read_again"))
        assert steps.index((THIRD, "sent")) < steps.index((FIRST, "verified"))

    run(story())


def test_who_writes_waits_for_whom_reads_it_for_a_rule() -> None:
    """Two classes whose shows a third product is counted in may run at once; the product's own change may not."""

    async def story() -> None:
        club = weekend(*THREE_NIGHTS)
        plan = await club.us.plan((FIRST, 12), (SECOND, 18), (THIRD, 20))
        rules = tuple(ShowRule((cell, THIRD), dict.fromkeys) for cell in (FIRST, SECOND))  # type: ignore[arg-type]

        class Confirmed:
            plan = None

        confirmed = Confirmed()
        confirmed.plan = type("Plan", (), {"rules": rules})  # type: ignore[assignment]
        a_run = PlanRun(club.us.club, confirmed, lambda: False, DecisionReader(club.us.club))  # type: ignore[arg-type]
        first, second, third = (
            side_by_side._Footprint.of(
                a_run,
                Batch(subject_of(change.listing.id), [ChangeRecorder(club.us.club, change, None)], None),  # type: ignore[arg-type]
            )
            for change in plan.changes
        )
        assert not first.meets(second)
        assert first.meets(third)
        assert third.meets(second)

    run(story())


def test_nothing_is_written_that_is_read_ahead_meanwhile() -> None:
    """Of two nights that one product sells, one is lowered while the other begins: its reading would show old text."""

    async def story() -> None:
        club = weekend(NIGHT, THREE_NIGHTS[1])
        texts = {"ddd": NIGHT, "eee": THREE_NIGHTS[1]}
        club.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 10}, texts=texts)
        plan = await club.us.plan((FIRST, 20), ("wc:4061:aaa:eee", 20), (SECOND, 8))
        assert [change.listing.id for change in plan.changes] == [FIRST, SECOND, "wc:4061:aaa:eee"]
        made = [ChangeRecorder(club.us.club, change, None) for change in plan.changes]
        line = PlanRun(club.us.club, confirm(plan, plan.digest), lambda: False, DecisionReader(club.us.club), made)
        feet = [side_by_side._Footprint.of(line, Batch(subject_of(each.id), [each], None)) for each in made[:2]]  # type: ignore[arg-type]
        assert feet[0].meets(feet[1])

    run(story())


def test_what_nobody_expected_begins_nothing_new_and_breaks_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "BATCHES_AT_ONCE", 2)

    async def story() -> None:
        club = weekend(*THREE_NIGHTS)
        released: list[float] = []
        release = SubjectLock.release

        async def noted(hold: SubjectLock) -> None:
            released.append(asyncio.get_running_loop().time())
            await release(hold)

        monkeypatch.setattr(SubjectLock, "release", noted)

        def broken() -> None:
            raise RuntimeError("nobody expected this")

        async def slow() -> None:
            await asyncio.sleep(3)

        club.us.wire.before["set_booking_text"] += [broken, slow]
        plan = await club.us.plan((FIRST, 12), (SECOND, 18), (THIRD, 20))
        with pytest.raises(RuntimeError):
            await club.us.apply(plan)
        assert (club.implied(SECOND), club.implied(THIRD)) == (18, 10)
        assert [event for cell, event in club.us.steps if cell == SECOND][-2:] == ["looked", "verified"]
        assert min(released) >= club.shop.requests[0].at, "the locks are held while anything is under way"
        assert len(club.shop.requests) == 1

    run(story())


def test_a_reading_answers_those_who_asked_before_it_began() -> None:
    async def story() -> None:
        club = weekend(NIGHT)
        go(club.shop.sale(FIRST, 1))
        await asyncio.sleep(600)
        asked, reader, subject = counted(club.us), DecisionReader(club.us.club), subject_of(FIRST)
        late: list[asyncio.Task[object]] = []

        def sold_and_asked_again() -> None:
            go(club.shop.sale(FIRST, 2))
            late.extend(asyncio.ensure_future(reader.look(subject)) for _ in range(5))

        club.us.wire.after["snapshot"].append(sold_and_asked_again)
        first = await reader.look(subject)
        looks = await asyncio.gather(*late)
        assert first.taken(FIRST) == 1
        assert {look.taken(FIRST) for look in looks} == {3}  # type: ignore[attr-defined]
        assert asked["snapshot"] <= 1 + 3, "one more for all of them, but for an order that was just placed"

    run(story())


def test_a_reading_that_failed_answers_nobody() -> None:
    async def story() -> None:
        club = weekend(NIGHT)
        club.us.wire.faults["snapshot"].append("database")
        reader, subject = DecisionReader(club.us.club), subject_of(FIRST)
        found = await asyncio.gather(*(reader.look(subject) for _ in range(3)), return_exceptions=True)
        assert [isinstance(each, Exception) for each in found] == [True, False, False]

    run(story())


@pytest.mark.parametrize(("seconds", "readings"), [(0, 1 + 1), (6, 1 + 2)])
def test_what_was_read_under_the_locks_is_written_on_while_it_is_fresh(seconds: float, readings: int) -> None:
    async def story() -> None:
        club = weekend(NIGHT)
        club.eventbrite.add("123", {"456": (30, 5)})
        asked = counted(club.us)
        plan = await club.us.plan((CLASS, 20), (FIRST, 8))

        async def slow() -> None:
            await asyncio.sleep(seconds)

        club.us.wire.before["snapshot"].append(slow)  # the other one that is looked at before anything is written
        club.us.wire.before["set_capacity"].append(lambda: asked.update({"before the write": asked["event"]}))
        assert (await club.us.apply(plan)).done
        assert asked["before the write"] == readings
        assert "held_back" not in {event for _, event in club.us.steps}, "it is not tried in vain"

    run(story())


def asked(club: World) -> list[str]:
    """The events that are asked for from now on."""
    eventbrite, found = club.us.club.eventbrite, []
    assert eventbrite is not None
    event = eventbrite.event

    async def counting(event_id: str) -> Event:
        found.append(event_id)
        return await event(event_id)

    eventbrite.event = counting  # type: ignore[method-assign]
    return found


def test_what_only_lowers_counts_on_what_was_read_of_its_show_a_moment_ago() -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await planned(club)
        assert [change.lowers for change in plan.changes] == [True, True]
        events = asked(club)
        club.us.wire.after["set_capacity"].append(lambda: club.eventbrite.sell("123", "456", 3) and None)
        assert {x.outcome for x in (await club.us.apply(plan, settle=False)).changes} == {Outcome.VERIFIED}
        assert len(events) == 1, "looked ahead at once; written on that, and counted on with the answer"
        show = await the_show(club)
        assert show.free == 47
        assert isinstance(show.exposure, int)
        assert show.exposure <= 0

    run(story())


def test_what_raises_reads_the_rest_of_its_show_anew() -> None:
    async def story() -> None:
        club = world(55, 5, 10)
        plan = await planned(club)
        assert [change.lowers for change in plan.changes] == [True, False]
        events = asked(club)
        await club.us.apply(plan, settle=False)
        assert len(events) == 2

    run(story())


def test_a_show_that_was_begun_is_gone_on_with_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "BATCHES_AT_ONCE", 1)

    async def story() -> None:
        club = weekend(*THREE_NIGHTS)
        club.shop.add_bookings(4064, {("bbb", "ddd"): 10}, texts={"ddd": NIGHT}, name="Night 0 again")
        order: list[str] = []

        async def noted(_: PlanRun, batch: Batch) -> None:
            order.append(batch.recorders[0].id)

        plan = await club.us.plan((FIRST, 12), (SECOND, 18), (THIRD, 20), ("wc:4064:bbb:ddd", 11))
        made = [ChangeRecorder(club.us.club, change, None) for change in plan.changes]
        line = PlanRun(club.us.club, confirm(plan, plan.digest), lambda: False, DecisionReader(club.us.club), made)
        line.locks = dict.fromkeys((subject_of(each.id) for each in made), SubjectLock(club.us.club, *[None] * 3))  # type: ignore[arg-type]
        await side_by_side.each_in_turn(line, batches(line, made), noted)
        assert order == [FIRST, "wc:4064:bbb:ddd", SECOND, THIRD]

    run(story())
