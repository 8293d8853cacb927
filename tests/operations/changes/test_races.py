"""Every known race, twice: with the guarding step switched off, where a seat is lost, and with it on."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from brcc_tui.model.changes.plan import ChangeResult, Outcome
from brcc_tui.operations.changes import batch
from brcc_tui.operations.changes import locking as holding
from brcc_tui.operations.changes import verify_woocommerce as verify
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.expectations import MAX_ROUNDS, Stands, Verdict
from tests.operations.changes.fake_texts import with_stock
from tests.operations.changes.fakes import FakeShop
from tests.operations.changes.operators import FakeLocks, World, go
from tests.operations.changes.race_world import (
    CELL,
    ON_OFF,
    OTHER,
    SINGLE,
    goes_on,
    promised,
    see_nothing,
    verifies,
    world,
)
from tests.operations.changes.virtual_time import run

__all__ = ["verifies"]

# -- a sale between our read and our write ---------------------------------------------------------------


@pytest.mark.parametrize("sold", [CELL, OTHER])
@pytest.mark.parametrize("wanted", [20, 40])
def test_a_sale_between_our_read_and_our_write(verifies: bool, sold: str, wanted: int) -> None:
    """Of the date that is changed, or of its neighbour in the same text."""

    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(sold, 2)))
        (change,) = (await club.us.set((CELL, wanted))).changes
        should_be = wanted if sold == CELL else 30
        if verifies:
            assert (change.outcome, change.corrections) == (Outcome.SETTLED, 1)
            assert promised(club, sold) == should_be
            assert promised(club, OTHER if sold == CELL else CELL) == (30 if sold == CELL else wanted)
        else:
            assert promised(club, sold) == should_be + 2

    run(story())


def test_a_sale_of_a_product_with_plain_stock_between_our_read_and_our_write(
    verifies: bool,
) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.before["set_stock"].append(lambda: go(club.shop.sale(SINGLE, 2)))
        await club.us.set((SINGLE, 40))
        assert promised(club, SINGLE) == (40 if verifies else 42)

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


@pytest.mark.parametrize("wanted", [20, 40])
def test_a_checkout_that_read_before_our_write_puts_the_old_text_back(verifies: bool, wanted: int) -> None:
    async def story() -> None:
        club = world()
        life = club.shop.sale(CELL, 1)
        club.us.wire.before["set_booking_text"].append(lambda: go(life, until="order"))
        club.us.wire.after["set_booking_text"].append(lambda: go(life))
        (change,) = (await club.us.set((CELL, wanted))).changes
        if verifies:
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
        monkeypatch.setattr(DecisionReader, "_unsettled", lambda *_: None)
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
        monkeypatch.setattr("brcc_tui.operations.changes.verify_woocommerce._saved_by_others", lambda *_: frozenset())

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
            shelf = club.shop.products[4061]  # a late old copy puts it back, to be replaced once more
            club.shop._store(shelf, with_stock(shelf.text, ("aaa", "eee"), 28), "sale")

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
