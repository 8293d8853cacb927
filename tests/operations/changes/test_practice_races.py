"""The races once more, through the program's own clients, against the practice club's FooEvents and database."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.clock import SystemClock
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, ChangeResult, Outcome
from brcc_tui.model.fooevents.booking_text import parse_booking_text
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.settings_checks import settings_from
from tests.practice import SHORT

META = "fooevents_bookings_options_serialized"


class QuickClock(SystemClock):
    """The practice club's clock, on which waiting takes a twentieth of the time."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 20)


class Gate:
    """Lets a request of the shop run to one of its commits, waits there until it is opened, and goes on."""

    def __init__(self, stage: str) -> None:
        self.stage, self.reached, self.opened = stage, asyncio.Event(), asyncio.Event()

    async def __call__(self, done: str) -> None:
        if done == self.stage:
            self.reached.set()
            await self.opened.wait()


@dataclass
class House:
    """A practice club with a club of ours on it, and what happens around our write."""

    practice: PracticeClub
    club: ClubContext
    cells: list[str]
    before: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    after: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        shop: Any = self.club.woocommerce
        write = shop.set_booking_text

        async def around(*given: Any) -> Any:
            if self.before:
                await self.before.pop(0)()
            answer = await write(*given)
            if self.after:
                await self.after.pop(0)()
            return answer

        shop.set_booking_text = around

    async def add(self, listing: str, more: int) -> ChangeResult:
        """So many seats more; the result's capacity is told as the difference to the one before."""
        plan = await plan_changes(self.club, [ChangeRequest(listing, Action.SET, more, delta=True)])
        assert not plan.refused, plan.refused
        (change,) = (await apply_plan(self.club, confirm(plan, plan.digest))).changes
        before, now = plan.changes[0].before, change.reading
        assert isinstance(before.capacity, int)
        assert isinstance(now.capacity, int)
        more_now = dataclasses.replace(now, capacity=now.capacity - before.capacity)
        return dataclasses.replace(change, listing=dataclasses.replace(change.listing, reading=more_now))

    def left(self, listing: str) -> int:
        _, product, slot, date = listing.split(":")
        left = self.practice.site.places_left(int(product), slot, date)
        assert isinstance(left, int)
        return left

    def across(self, gate: Gate, request: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """A request of the shop that begins before our write arrives, waits at the gate, and ends after it."""
        running: list[asyncio.Task[Any]] = []

        async def begin() -> None:
            running.append(asyncio.create_task(request()))
            await gate.reached.wait()

        async def end() -> None:
            gate.opened.set()
            await running[0]

        self.before.append(begin)
        self.after.append(end)

    def staff(self, listing: str, number: int) -> None:
        """Somebody in WordPress gives a date another number."""
        _, product, slot, date = listing.split(":")
        text = parse_booking_text(self.practice.site.booking_text(int(product)) or "")
        self.practice.site.shop.posts.set(int(product), META, text.edit({(slot, date): number}))

    async def checkout(self, listing: str, places: int, hook: Gate | None = None) -> int:
        _, product, slot, date = listing.split(":")
        return await self.practice.site.checkout(
            int(product), places, slot_id=slot, date_id=date, gateway=Gateway.COD, hook=hook
        )


def _roomy_cells(product: int, meta: dict[str, str]) -> list[str]:
    """The cells of a product that have room for these tests."""
    return [
        f"wc:{product}:{cell.slot_id}:{cell.date_id}"
        for cell in parse_booking_text(meta.get(META, "")).cells
        if isinstance(cell.remaining, int) and cell.remaining > 40
    ]


@pytest.fixture
async def venue(tmp_path: Path) -> AsyncIterator[House]:
    practice = PracticeClub(PracticeOptions(seed=5, **SHORT))
    values = await practice.start()
    settings = settings_from({**values, "BRCC_DATA_DIR": str(tmp_path), "BRCC_SETTLE": "0.05"})
    club = dataclasses.replace(open_context(settings), clock=QuickClock(settings.practice_ahead))
    roomy = [_roomy_cells(product.id, dict(product.meta)) for product in practice.world.products]
    cells = min((found for found in roomy if len(found) >= 5), key=len)  # counting more takes longer
    try:
        yield House(practice, club, cells)
    finally:
        await club.close()
        await practice.stop()


async def test_the_races_of_one_evening(venue: House) -> None:
    """One club for all of them: starting it takes longer than the races."""
    await a_sale_between_our_read_and_our_write(venue, *venue.cells[:2])
    await an_old_copy_written_back(venue, venue.cells[2])
    await a_write_between_the_second_and_the_third_ticket(venue, venue.cells[3])
    await a_cancel_around_our_write(venue, venue.cells[4])
    await our_first_text_written_back_after_its_correction(venue, *venue.cells[:2])
    await staff_change_the_date_while_its_neighbour_is_put_right(venue, *venue.cells[2:4])


async def a_sale_between_our_read_and_our_write(venue: House, cell: str, neighbour: str) -> None:
    async def sell() -> None:
        await venue.checkout(cell, 1)
        await venue.checkout(neighbour, 2)

    venue.before.append(sell)
    left = venue.left(neighbour)
    change = await venue.add(cell, 3)
    assert (change.outcome, change.corrections, change.reading.capacity) == (Outcome.SETTLED, 1, 3)
    assert venue.left(neighbour) == left - 2


async def an_old_copy_written_back(venue: House, cell: str) -> None:
    gate = Gate("items")
    venue.across(gate, lambda: venue.checkout(cell, 1, gate))
    change = await venue.add(cell, 5)
    assert (change.outcome, change.reading.capacity) == (Outcome.SETTLED, 5)


async def a_write_between_the_second_and_the_third_ticket(venue: House, cell: str) -> None:
    gate = Gate("text_written:2")
    venue.across(gate, lambda: venue.checkout(cell, 3, gate))
    change = await venue.add(cell, 4)
    assert (change.outcome, change.reading.capacity) == (Outcome.SETTLED, 4)


async def a_cancel_around_our_write(venue: House, cell: str) -> None:
    """Its status and the first of two places come before our write, and that place is overwritten."""
    order = await venue.checkout(cell, 2)
    await venue.practice.site.set_status(order, "completed")
    gate = Gate("cancel:text:1")
    venue.across(gate, lambda: venue.practice.site.set_status(order, "cancelled", hook=gate))
    change = await venue.add(cell, 3)
    assert (change.outcome, change.reading.capacity) == (Outcome.SETTLED_LOW, 3 - 1)


async def our_first_text_written_back_after_its_correction(venue: House, cell: str, neighbour: str) -> None:
    """A checkout is slow before its order has a row: it read our first text, and writes it after our second."""
    gate = Gate("read_text")
    running: list[asyncio.Task[int]] = []

    async def sell() -> None:
        await venue.checkout(neighbour, 2)

    async def begins() -> None:
        running.append(asyncio.create_task(venue.checkout(cell, 1, gate)))
        await gate.reached.wait()

    async def goes_on() -> None:
        gate.opened.set()
        await running[0]

    venue.before, venue.after = [sell], [begins, goes_on]
    left = venue.left(neighbour)
    change = await venue.add(cell, 2)
    assert (change.outcome, change.corrections, change.reading.capacity) == (Outcome.SETTLED, 2, 2)
    assert venue.left(neighbour) == left - 2


async def staff_change_the_date_while_its_neighbour_is_put_right(venue: House, cell: str, neighbour: str) -> None:
    """A checkout of the neighbour is slow between FooEvents' reading and its writing; staff save in that window."""
    gate = Gate("text_reread:2")

    async def sell() -> None:
        await venue.checkout(neighbour, 3)

    async def staff() -> None:
        venue.staff(cell, 77)

    venue.before, venue.after = [sell], [staff]
    left = venue.left(neighbour)
    change = await venue.add(cell, 2)
    assert (change.outcome, venue.left(cell), venue.left(neighbour)) == (Outcome.CONFLICT, 77, left - 3)

    venue.across(gate, lambda: venue.checkout(neighbour, 2, gate))
    change = await venue.add(cell, 1)
    assert (change.outcome, venue.left(neighbour)) == (Outcome.SETTLED, left - 5)
