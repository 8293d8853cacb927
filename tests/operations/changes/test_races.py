"""Every known race, twice: with the guarding step switched off, where a seat is lost, and with it on."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator, Mapping

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, ChangeResult, Outcome, ShowRule
from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.changes import batch
from brcc_tui.operations.changes import decision_reading as decide
from brcc_tui.operations.changes import locking as holding
from brcc_tui.operations.changes import verify_woocommerce as verify
from brcc_tui.operations.changes import write as writing
from brcc_tui.operations.changes.expectations import MAX_ROUNDS, Expectations, Stands, Verdict
from brcc_tui.operations.changes.recheck import WriteInstruction
from tests.operations.changes.fakes import FakeShop
from tests.operations.changes.operators import FakeLocks, World, go
from tests.operations.changes.virtual_time import run

CELL = "wc:4061:aaa:ddd"
OTHER = "wc:4061:aaa:eee"
SINGLE = "wc:31907"
CLASS = "eb:123:456"

ON_OFF = pytest.mark.parametrize("guarded", [False, True], ids=["step off: a seat is lost", "step on"])


def world(**operator: object) -> World:
    made = World(**operator)
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    made.shop.add_single(31907, 30)
    made.eventbrite.add("123", {"456": (30, 0)})
    return made


def see_nothing(
    monkeypatch: pytest.MonkeyPatch, *, told: Stands = Stands.AS_WANTED, instead_of: Stands | None = None
) -> None:
    """Switch verifying off, or one of its distinctions: every cell (or those) is taken for something else."""
    judge = Expectations.judge

    def blind(expectations: Expectations, look: decide.DecisionReading) -> list[Verdict]:
        return [
            dataclasses.replace(verdict, stands=told) if instead_of in (None, verdict.stands) else verdict
            for verdict in judge(expectations, look)
        ]

    monkeypatch.setattr(Expectations, "judge", blind)


def promised(club: World, listing: str) -> int:
    """Seats sold, held and still on offer: what the listing can sell in all."""
    return club.implied(listing)


async def goes_on(life: Iterator[str], after: float) -> None:
    await asyncio.sleep(after)
    go(life)


# -- a sale between our read and our write ---------------------------------------------------------------


@ON_OFF
@pytest.mark.parametrize("sold", [CELL, OTHER])
@pytest.mark.parametrize("wanted", [20, 40])
def test_a_sale_between_our_read_and_our_write(
    monkeypatch: pytest.MonkeyPatch, guarded: bool, sold: str, wanted: int
) -> None:
    """Of the date that is changed, or of its neighbour in the same text."""
    if not guarded:
        see_nothing(monkeypatch)

    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(sold, 2)))
        (change,) = (await club.us.set((CELL, wanted))).changes
        should_be = wanted if sold == CELL else 30
        if guarded:
            assert (change.outcome, change.corrections) == (Outcome.SETTLED, 1)
            assert promised(club, sold) == should_be
            assert promised(club, OTHER if sold == CELL else CELL) == (30 if sold == CELL else wanted)
        else:
            assert promised(club, sold) == should_be + 2

    run(story())


@ON_OFF
def test_a_sale_of_a_product_with_plain_stock_between_our_read_and_our_write(
    monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        see_nothing(monkeypatch)

    async def story() -> None:
        club = world()
        club.us.wire.before["set_stock"].append(lambda: go(club.shop.sale(SINGLE, 2)))
        await club.us.set((SINGLE, 40))
        assert promised(club, SINGLE) == (40 if guarded else 42)

    run(story())


def test_a_sale_that_falls_into_the_correction_is_corrected_too() -> None:
    async def story() -> None:
        club = world()
        for _ in range(3):
            club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL)))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, change.corrections, promised(club, CELL)) == (Outcome.SETTLED, 3, 40)

    run(story())


def test_sales_that_fall_into_every_write_end_as_a_conflict_and_not_in_silence() -> None:
    async def story() -> None:
        club = world()
        for _ in range(30):
            club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL)))
        (change,) = (await club.us.set((CELL, 90))).changes
        assert change.outcome is Outcome.CONFLICT
        assert "more on offer" in change.reason
        assert len(club.shop.requests) == 1 + 2 * MAX_ROUNDS

    run(story())


# -- FooEvents writes an older copy back -----------------------------------------------------------------


@ON_OFF
@pytest.mark.parametrize("wanted", [20, 40])
def test_a_checkout_that_read_before_our_write_puts_the_old_text_back(
    monkeypatch: pytest.MonkeyPatch, guarded: bool, wanted: int
) -> None:
    if not guarded:
        see_nothing(monkeypatch)

    async def story() -> None:
        club = world()
        life = club.shop.sale(CELL, 1)
        club.us.wire.before["set_booking_text"].append(lambda: go(life, until="order"))
        club.us.wire.after["set_booking_text"].append(lambda: go(life))
        (change,) = (await club.us.set((CELL, wanted))).changes
        if guarded:
            assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED, wanted)
        else:
            assert promised(club, CELL) == 30

    run(story())


def test_a_shop_that_undoes_every_write_is_given_up_and_said_so() -> None:
    async def story() -> None:
        club = world()

        def undo() -> None:
            go(club.shop.staff(CELL, 30))

        for _ in range(9):
            club.us.wire.after["set_booking_text"].append(undo)
        (change,) = (await club.us.set((CELL, 20))).changes
        assert change.outcome is Outcome.UNDONE_BY_SHOP
        assert len(club.shop.requests) == 1 + verify.MAX_REAPPLIED

    run(story())


# -- a sale whose text is already lower while its order cannot be counted yet ----------------------------


@pytest.mark.parametrize(
    ("quiet", "twice"),
    [(False, False), (True, False), (False, True), (True, True)],
    ids=["both steps off: a seat is lost", "only the sandwich", "only the second look", "both"],
)
def test_a_sale_in_flight_looks_like_an_undone_raise(monkeypatch: pytest.MonkeyPatch, quiet: bool, twice: bool) -> None:
    """A naive correction would raise the text and sell its seats again."""
    if not quiet:
        monkeypatch.setattr(decide.DecisionReader, "_unsettled", lambda *_: None)
    if not twice:

        def believing(_run: object, _batch: object, _look: object, verdicts: list[Verdict]) -> dict[str, int]:
            return {verdict.listing_id: verdict.target for verdict in verdicts if verdict.stands is Stands.AS_BEFORE}

        monkeypatch.setattr(verify, "_to_put_back", believing)

    async def story() -> None:
        club = world()
        life = club.shop.sale(CELL, 2)

        def begins() -> None:
            go(life, until="ticket 2")
            club.us.wire.late.append(asyncio.ensure_future(goes_on(life, 1.0)))

        club.us.wire.after["set_booking_text"].append(begins)
        (change,) = (await club.us.set((CELL, 32))).changes
        if quiet or twice:
            assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED, 32)
            assert len(club.shop.requests) == 1
        else:
            assert any(request.carried for request in club.shop.requests[1:])
            assert club.shop.number(CELL) == 32 - 2
            assert max_promised(club.shop, CELL, 2) > 32

    run(story())


def max_promised(shop: FakeShop, listing: str, sold: int) -> int:
    """The most that was ever promised once the sale had taken its places."""
    numbers = [write.after for write in shop.writes if write.listing == listing]
    lowered = numbers.index(30) if 30 in numbers else 0
    return max(number for number in numbers[lowered:] if isinstance(number, int)) + sold


def test_an_order_in_flight_is_waited_for_before_the_write() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        life = club.shop.sale(CELL, 2)
        go(life, until="ticket 2")
        task = asyncio.ensure_future(goes_on(life, 0.5))
        (change,) = (await club.us.apply(plan)).changes
        await task
        assert (change.outcome, change.corrections, promised(club, CELL)) == (Outcome.SETTLED, 0, 40)

    run(story())


# -- two operators ---------------------------------------------------------------------------------------


@ON_OFF
@pytest.mark.parametrize("folders", ["one data folder", "two data folders, one database"])
def test_two_operators_on_one_product(monkeypatch: pytest.MonkeyPatch, guarded: bool, folders: str) -> None:
    """Ours writes a text that was read before theirs was written: their lowering would be undone."""

    async def story() -> None:
        club = world()
        them = club.same_folder() if folders == "one data folder" else club.another()
        theirs: list[ChangeResult] = []

        async def they_lower_the_other_date() -> None:
            if not guarded:
                club.shop.locks.clear()
                them.locks = FakeLocks()
                them.club = dataclasses.replace(them.club, locks=them.locks)  # type: ignore[arg-type]
            plan = await them.plan((OTHER, 5))
            theirs.extend((await them.apply(plan, settle=False)).changes)

        club.us.wire.before["set_booking_text"].append(they_lower_the_other_date)
        if not guarded:
            monkeypatch.setattr(holding.SubjectLock, "still_ours", _yes)
        ours = (await club.us.set((CELL, 40))).changes[0]
        if guarded:
            assert theirs[0].outcome is Outcome.REFUSED
            assert "changing it" in theirs[0].reason or "being changed by" in theirs[0].reason
            assert (ours.outcome, promised(club, CELL), promised(club, OTHER)) == (Outcome.SETTLED, 40, 30)
        else:
            assert theirs[0].outcome is Outcome.VERIFIED
            assert promised(club, OTHER) == 30  # they were told 5

    run(story())


async def _yes(_hold: holding.SubjectLock) -> bool:
    return True


@pytest.mark.parametrize(
    ("lock", "age"),
    [(False, False), (True, False), (False, True), (True, True)],
    ids=["both steps off: a seat is lost", "only the lock", "only the age of the text", "both"],
)
def test_a_writer_frozen_after_its_second_reading(monkeypatch: pytest.MonkeyPatch, lock: bool, age: bool) -> None:
    """SIGSTOP between reading and writing; the database frees the lock, another writes, then it is woken."""

    async def story() -> None:
        club = world()
        them = club.another()

        async def frozen() -> None:
            await asyncio.sleep(150)
            club.shop.locks.clear()  # wait_timeout: the server closed the frozen one's connection
            (change,) = (await them.set((CELL, 10))).changes
            assert change.outcome is Outcome.SETTLED

        ours = holding.SubjectLock.still_ours
        thawed: list[bool] = []

        async def still_ours(hold: holding.SubjectLock) -> bool:
            if hold._club is club.us.club and not thawed:
                thawed.append(True)
                await frozen()
                return await ours(hold) if lock else True
            return await ours(hold)

        monkeypatch.setattr(holding.SubjectLock, "still_ours", still_ours)
        if not age:
            monkeypatch.setattr(batch.PlanRun, "too_old", lambda *_: False)
        (change,) = (await club.us.set((CELL, 40))).changes
        if lock or age:
            assert (change.outcome, promised(club, CELL)) == (Outcome.CONFLICT, 10)
            assert "held_back" in club.us.moves(change.entry)
        else:
            assert promised(club, CELL) == 40  # they were told that 10 had settled

    run(story())


# -- staff -----------------------------------------------------------------------------------------------


@ON_OFF
@pytest.mark.parametrize("theirs", [0, 7, ""])
def test_staff_change_a_date_while_we_settle(monkeypatch: pytest.MonkeyPatch, guarded: bool, theirs: object) -> None:
    """Above all a 0, which is how they close sales. A naive settle would put its own number back."""
    if not guarded:
        see_nothing(monkeypatch, told=Stands.AS_BEFORE, instead_of=Stands.OTHER_HAND)
        see_nothing(monkeypatch, told=Stands.AS_BEFORE, instead_of=Stands.LOW)

    async def story() -> None:
        club = world()
        task = asyncio.ensure_future(goes_on(club.shop.staff(CELL, theirs), 8.0))
        (change,) = (await club.us.set((CELL, 40))).changes
        await task
        if guarded:
            assert change.outcome is Outcome.CONFLICT
            assert club.shop.number(CELL) == theirs
        elif theirs != "":
            assert club.shop.number(CELL) == 40

    run(story())


@pytest.mark.parametrize("theirs", [50, 35, 12, 0])
def test_staff_change_one_of_two_dates_that_we_watch(theirs: int) -> None:
    """The other goes on being watched; theirs is never touched again, whatever we correct beside it."""

    async def story() -> None:
        club = world()

        async def meanwhile() -> None:
            await asyncio.sleep(4.0)
            go(club.shop.staff(CELL, theirs))
            await asyncio.sleep(20.0)
            go(club.shop.sale(OTHER, 2))
            go(club.shop.staff(OTHER, 28))  # as a late old copy puts it back, to be replaced once more

        task = asyncio.ensure_future(meanwhile())
        result = await club.us.set((CELL, 40), (OTHER, 45))
        await task
        outcomes = {change.listing_id: change.outcome for change in result.changes}
        assert outcomes == {CELL: Outcome.CONFLICT, OTHER: Outcome.SETTLED}
        assert (club.shop.number(CELL), promised(club, OTHER)) == (theirs, 45)
        assert len(club.shop.requests) == 2

    run(story())


def test_staff_close_a_date_whose_sales_make_it_look_like_the_old_number() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 3, ("aaa", "eee"): 30})

        async def sold_out_and_closed() -> None:
            await asyncio.sleep(8.0)
            go(club.shop.sale(CELL, 3))
            go(club.shop.staff(CELL, 0))

        task = asyncio.ensure_future(sold_out_and_closed())
        (change,) = (await club.us.set((CELL, 8))).changes
        await task
        assert (change.outcome, club.shop.number(CELL)) == (Outcome.CONFLICT, 0)

    run(story())


# -- a sync ----------------------------------------------------------------------------------------------


def mirror(*listings: str, seats: int = 55) -> ShowRule:
    def capacities(now: Mapping[str, Listing]) -> Mapping[str, int]:
        taken = {key: listing.reading.sold + listing.reading.held for key, listing in now.items()}  # type: ignore[operator]
        assert all(map(is_known, taken.values()))
        return {key: own + max(0, seats - sum(taken.values())) for key, own in taken.items()}

    return ShowRule(listings, capacities)


@ON_OFF
def test_a_mirror_sync_with_sales_between_plan_and_write(monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 10, ("aaa", "eee"): 10})
        club.eventbrite.add("123", {"456": (60, 20)})
        plan = await club.us.plan((CELL, 35), (CLASS, 55), rules=[mirror(CELL, CLASS)])
        club.eventbrite.sell("123", "456", 5)
        go(club.shop.sale(CELL, 2))
        if not guarded:
            plan = dataclasses.replace(plan, rules=())
        result = await club.us.apply(plan)
        assert [change.outcome for change in result.changes] == [Outcome.SETTLED] * 2
        free = 55 - 25 - 2
        offered = {change.listing_id: change.reading.remaining for change in result.changes}
        if guarded:
            assert offered == {CELL: free, CLASS: free}
        else:
            assert offered == {CELL: 33, CLASS: 30}  # 5 people could be left standing

    run(story())


def test_a_sync_never_raises_above_what_was_confirmed() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 10, ("aaa", "eee"): 10})
        club.eventbrite.add("123", {"456": (60, 20)})
        life = club.shop.sale(CELL, 4)
        go(life)
        (order,) = club.shop.orders_of(CELL)
        plan = await club.us.plan((CELL, 33), rules=[mirror(CELL, CLASS)])
        go(club.shop.cancel(order))  # the rule alone would now give 35
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.wanted, change.reading.remaining) == (Outcome.SETTLED, 33, 33)

    run(story())


# -- cancels ---------------------------------------------------------------------------------------------


@ON_OFF
def test_a_cancel_whose_places_have_not_come_back_yet(monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """Its status is committed, its text is raised 13 ms later: what is computed in between ends too high."""
    if not guarded:

        def believing(recorder: writing.Diary, *given: object) -> WriteInstruction:
            return WriteInstruction(recorder.change.capacity)

        monkeypatch.setattr(writing, "_checked", believing)
        monkeypatch.setattr(writing, "LOOKS", 1)

    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 3))
        (order,) = club.shop.orders_of(CELL)
        plan = await club.us.plan((CELL, 40))
        life = club.shop.cancel(order)
        go(life, until="status")
        tasks = []
        if guarded:
            tasks.append(asyncio.ensure_future(goes_on(life, 0.4)))
        else:
            club.us.wire.after["set_booking_text"].append(lambda: go(life))
        (change,) = (await club.us.apply(plan)).changes
        await asyncio.gather(*tasks)
        if guarded:
            assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED, 40)
        else:
            assert promised(club, CELL) == 43
            assert change.outcome is Outcome.CONFLICT  # even so, it is not silent

    run(story())


@ON_OFF
def test_a_cancel_between_our_write_and_our_look(monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    """The text looks too low until the places come back: raising it now would offer them twice."""
    if not guarded:
        see_nothing(monkeypatch, told=Stands.HIGH, instead_of=Stands.LOW)

    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 3))
        (order,) = club.shop.orders_of(CELL)
        life = club.shop.cancel(order)

        def begins() -> None:
            go(life, until="status")
            club.us.wire.late.append(asyncio.ensure_future(goes_on(life, 1.6)))

        club.us.wire.after["set_booking_text"].append(begins)
        (change,) = (await club.us.set((CELL, 40))).changes
        if guarded:
            assert (change.outcome, promised(club, CELL), len(club.shop.requests)) == (Outcome.SETTLED, 40, 1)
        else:
            offered = [write.after for write in club.shop.writes if write.listing == CELL]
            assert 43 in offered  # three seats were on offer twice

    run(story())


def test_a_cancel_overwritten_by_our_write_is_reported_and_never_raised() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 3))
        (order,) = club.shop.orders_of(CELL)
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.cancel(order)))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED_LOW, 37)
        assert "3 fewer on offer" in change.reason
        assert len(club.shop.requests) == 1

    run(story())


def test_a_cancel_of_a_neighbour_overwritten_by_our_write_is_named() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(OTHER, 3))
        (order,) = club.shop.orders_of(OTHER)
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.cancel(order)))
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, promised(club, CELL), promised(club, OTHER)) == (Outcome.SETTLED_LOW, 40, 27)
        assert OTHER in change.reason

    run(story())


def test_a_cancel_that_a_correction_had_counted_already_is_lowered() -> None:
    """A sale and a cancel in one write: corrected as if the places were back; then they do come back."""

    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 1))
        (order,) = club.shop.orders_of(CELL)
        life = club.shop.cancel(order)

        def both() -> None:
            go(club.shop.sale(CELL, 4))
            go(life, until="status")
            club.us.wire.late.append(asyncio.ensure_future(goes_on(life, 1.0)))

        club.us.wire.before["set_booking_text"].append(both)
        (change,) = (await club.us.set((CELL, 40))).changes
        assert (change.outcome, promised(club, CELL)) == (Outcome.SETTLED, 40)

    run(story())


# -- an order of three tickets ---------------------------------------------------------------------------


@ON_OFF
def test_our_write_falls_between_the_second_and_the_third_ticket(
    monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        see_nothing(monkeypatch)

    async def story() -> None:
        club = world()
        life = club.shop.sale(CELL, 3)
        club.us.wire.before["set_booking_text"].append(lambda: go(life, until="ticket 2"))
        club.us.wire.after["set_booking_text"].append(lambda: go(life))
        await club.us.set((CELL, 40))
        assert promised(club, CELL) == (40 if guarded else 42)

    run(story())


# -- Eventbrite's readings -------------------------------------------------------------------------------


@ON_OFF
@pytest.mark.parametrize("waypoint", [False, True])
def test_a_stale_read_of_eventbrite_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, guarded: bool, waypoint: bool
) -> None:
    """Without the rule for old readings a true write would be called a conflict, and its show's raises not sent."""
    if not guarded:
        monkeypatch.setattr(batch.Batch, "stale", property(lambda _: frozenset(), lambda *_: None), raising=False)

    async def story() -> None:
        club = world(waypoint=waypoint)
        club.eventbrite.lag = 240.0
        (change,) = (await club.us.set((CLASS, 20))).changes
        assert club.eventbrite.events["123"].classes["456"].capacity == 20
        if guarded or waypoint:
            assert change.outcome is Outcome.SETTLED
        else:
            assert change.outcome is Outcome.CONFLICT

    run(story())


@pytest.mark.parametrize("wish", [ChangeRequest(CLASS, Action.SET, 29), ChangeRequest(CLASS, Action.REOPEN)])
def test_nothing_is_planned_on_a_reading_that_does_not_show_our_own_write(wish: ChangeRequest) -> None:
    """Closed a moment ago, and another process, without our waypoint, still reads the old number."""

    async def story() -> None:
        club = world(waypoint=False)
        club.eventbrite.sell("123", "456", 3)
        await asyncio.sleep(500)
        club.eventbrite.lag = 120.0
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        them = club.same_folder()
        plan = await them.plan(wish)
        assert [refusal.code.value for refusal in plan.refused] == ["sold_unknown"]
        assert "Try again in a few minutes" in plan.refused[0].reason
        await asyncio.sleep(120)
        assert len((await them.plan(wish)).changes) == 1

    run(story())


def test_a_plan_made_before_another_change_here_is_a_conflict_although_the_reading_is_stale() -> None:
    async def story() -> None:
        club = world(waypoint=False)
        club.eventbrite.lag = 240.0
        them = club.same_folder()
        plan = await them.plan((CLASS, 40))
        await club.us.set((CLASS, 5))
        (change,) = (await them.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert club.eventbrite.events["123"].classes["456"].capacity == 5

    run(story())


def test_another_hand_at_eventbrite_is_a_conflict() -> None:
    async def story() -> None:
        club = world()

        async def they_change_it() -> None:
            await asyncio.sleep(5.0)
            club.eventbrite.change("123", "456", capacity=44)

        task = asyncio.ensure_future(they_change_it())
        (change,) = (await club.us.set((CLASS, 20))).changes
        await task
        assert (change.outcome, change.reading.capacity) == (Outcome.CONFLICT, 44)

    run(story())


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


@ON_OFF
def test_a_sale_while_the_answer_is_missing_is_lost_to_a_blind_repeat(
    monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        see_nothing(monkeypatch)

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

        if not guarded:
            shop.set_booking_text = repeating  # type: ignore[method-assign, assignment]
        else:
            club.us.wire.after["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        club.us.wire.faults["set_booking_text"].append("timeout")
        await club.us.set((CELL, 40))
        assert promised(club, CELL) == (40 if guarded else 42)

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
