"""One random history: buyers, cancels, refunds, staff, operators, faults and deaths, all from one seed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Plan, Result
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.operations.changes.sync import plan_sync
from tests.operations.changes.fake_texts import cells_of, with_stock
from tests.operations.changes.fake_wire import Killed, Wire
from tests.operations.changes.fakes import FakeShop, Order
from tests.operations.changes.operators import FakeLocks, MemoryJournal, Operator, World
from tests.people import held_back_of, take_up
from tests.simulation.campaign.acts import (
    begin_without_a_catalogue,
    hold_back,
    plan_something,
    put_in_between,
    refresh,
    shared_shows,
)
from tests.simulation.campaign.weather import Weather

NIGHT = "November 27, 2026"
CELLS = ("wc:4061:aaa:ddd", "wc:4061:aaa:eee", "wc:4061:bbb:ggg")
UNLIMITED = "wc:4061:bbb:fff"
SINGLE = "wc:31907"
CLASSES = ("eb:123:456", "eb:123:457")
FAULTS = {
    "set_booking_text": ("timeout", "500", "html", "lost", "late 3", "late 40", "rejected"),
    "set_stock": ("timeout", "500", "html", "lost", "late 3", "rejected"),
    "set_capacity": ("timeout", "500", "lost", "rejected"),
    "snapshot": ("database",),
    "product": ("html",),
    "event": ("html",),
}


@dataclass
class Applied:
    """One plan that an operator applied, when, and what came of it (None: the operator was killed)."""

    operator: Operator
    plan: Plan
    began: float
    result: Result | None = None
    ended: float = 0.0
    taken: tuple[int, int] = (0, 0)
    held_back: frozenset[int] = frozenset()


@dataclass
class History:
    """Runs one seed; the invariants read what it leaves."""

    seed: int
    weather: Weather
    applied: list[Applied] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    crashes: list[str] = field(default_factory=list)
    saved: list[tuple[float, float]] = field(default_factory=list)
    fallen: list[asyncio.Task[None]] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    at_eventbrite: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        rng = self.random
        self.world = World(wire=self._wire(), waypoint=not self.weather.between or rng.random() < 0.5)
        stocks: dict[tuple[str, str], object] = {
            ("aaa", "ddd"): rng.randint(3, 40),
            ("aaa", "eee"): str(rng.randint(1, 30)),
            ("bbb", "fff"): "",
            ("bbb", "ggg"): rng.randint(1, 20),
        }
        same_night = {"ddd": NIGHT, "ggg": NIGHT}  # with Eventbrite: one show
        if self.weather.shared:
            same_night = {date: NIGHT for date in ("ddd", "eee", "ggg") if rng.random() < 0.6}
        self.world.shop.add_bookings(4061, stocks, flat=rng.random() < 0.4, texts=same_night)
        single = self.world.shop.add_single(31907, rng.randint(3, 40))
        if self.weather.shared and rng.random() < 0.5:
            single.rows[9003] = ("WooCommerceEventsDate", NIGHT)
        self.world.eventbrite.add("123", {"456": (rng.randint(10, 55), 5), "457": (rng.randint(10, 55), 0)})
        self.world.eventbrite.lag = rng.choice([0.0, 0.0, 1.0, 30.0, 300.0])
        if self.weather.shared and rng.random() < 0.4:
            del self.world.eventbrite.events["123"].classes["457"]
        self.operators = [self.world.us]
        self.checkouts = asyncio.Lock()
        for _ in self._before():
            pass
        self.began_at = {listing: self.world.implied(listing) for listing in (*CELLS, SINGLE)}

    @property
    def shop(self) -> FakeShop:
        return self.world.shop

    def _wire(self) -> Wire:
        rng = self.random
        slow = rng.choice([1.0, 1.0, 4.0])
        return Wire(lambda: rng.uniform(0.005, 0.12) * slow)

    async def live(self) -> None:
        """Let everything happen, then let everything come to rest."""
        rng, weather = self.random, self.weather
        for number in range(1, weather.operators):
            shared = rng.random() < 0.5
            self.operators.append(
                Operator(
                    self.world.shop,
                    self.world.eventbrite,
                    who=f"them {number}",
                    wire=self._wire(),
                    journal=self.world.us.journal if shared else MemoryJournal(),
                    locks=FakeLocks(self.world.us.locks.held) if shared else FakeLocks(),
                )
            )
        for operator in self.operators:
            begin_without_a_catalogue(operator)
        for operator in self.operators if weather.between else ():
            put_in_between(rng, operator)
        tasks = [asyncio.ensure_future(self._operate(operator)) for operator in self.operators]
        tasks += [
            asyncio.ensure_future(self._at(self._moment(), self._buy)) for _ in range(rng.randint(0, weather.buyers))
        ]
        tasks += [
            asyncio.ensure_future(self._at(self._moment(), self._cancel))
            for _ in range(rng.randint(0, weather.cancels))
        ]
        tasks += [asyncio.ensure_future(self._at(self._moment(), self._refund)) for _ in range(weather.refunds)]
        tasks += [asyncio.ensure_future(self._at(self._moment(), self._staff)) for _ in range(weather.staff)]
        if weather.shared:
            tasks += [asyncio.ensure_future(self._at(self._moment(), self._look)) for _ in range(rng.randint(0, 2))]
        if weather.shared and weather.staff:
            tasks.append(asyncio.ensure_future(self._at(self._moment(), self._at_eventbrite)))
        await asyncio.gather(*tasks)
        await asyncio.gather(*self.fallen)
        await asyncio.gather(*(task for operator in self.operators for task in operator.wire.late))
        if weather.shared:
            await self._share_at_last()
        await asyncio.sleep(10)

    def _moment(self) -> float:
        """Mostly while something is being written, sometimes while it is watched."""
        return self.random.uniform(0, 4) if self.random.random() < 0.75 else self.random.uniform(4, 90)

    async def _at(self, moment: float, what: Any) -> None:
        await asyncio.sleep(moment)
        await what()

    # -- buyers and staff -----------------------------------------------------------------------------------

    def _before(self) -> Iterator[str]:
        for listing in (*CELLS, SINGLE):
            for _ in range(self.random.randint(0, 3)):
                yield from self.shop.sale(listing, self.random.randint(1, 2), complete=self.random.random() < 0.7)

    async def _buy(self) -> None:
        listing = self.random.choice((*CELLS, *CELLS, SINGLE, *self.classes))
        if listing in CLASSES:
            _, event, name = listing.split(":")
            self.world.eventbrite.sell(event, name, self.random.randint(1, 2))
            return
        await self._checkout(self.shop.sale(listing, self.random.randint(1, 3)))

    async def _checkout(self, life: Iterator[str]) -> None:
        """Commits some milliseconds apart, as measured; on a loaded server ten times that."""
        if self.weather.overlapping:
            await self._steps(life)
        else:
            async with self.checkouts:  # so that FooEvents loses nothing by itself
                await self._steps(life)

    async def _steps(self, life: Iterator[str]) -> None:
        load = self.random.choice([1.0, 1.0, 3.0, 10.0])
        gaps = {"read": 0.06, "order": 0.008, "places": 0.02, "status": 0.014, "stock": 0.012, "flag": 0.01}
        for step in life:
            await asyncio.sleep(gaps.get(step, 0.002) * load * self.random.uniform(0.5, 1.5))

    def _an_order(self) -> Order | None:
        living = [order for order in self.shop.orders.values() if order.live and (order.placed or order.reduced)]
        return self.random.choice(living) if living else None

    async def _cancel(self) -> None:
        order = self._an_order()
        if order is not None:
            stale = self.weather.overlapping and self.random.random() < 0.3
            await self._checkout(self.shop.cancel(order, stale=stale))

    async def _refund(self) -> None:
        order = self._an_order()
        if order is not None:
            await self._steps(self.shop.refund(order))

    async def _staff(self) -> None:
        """Somebody opens the product, changes one number, and saves the whole page as it was when it was opened."""
        shelf, opened = self.shop.products[4061], asyncio.get_running_loop().time()
        page = shelf.text
        self.shop.editors[4061] = 0.0
        await asyncio.sleep(self.random.uniform(1, 20))
        listing = self.random.choice(CELLS)
        _, _, slot, date = listing.split(":")
        stock = self.random.choice([0, 0, self.random.randint(1, 40), ""])
        self.shop.save_page(shelf, with_stock(page, (slot, date), stock))
        self.saved.append((opened, asyncio.get_running_loop().time()))
        await asyncio.sleep(5)
        self.shop.editors.pop(4061, None)

    async def _at_eventbrite(self) -> None:
        """Somebody changes a class in Eventbrite's own pages: sets a number, closes it, hides it, or shows it."""
        name = self.random.choice(self.classes).rpartition(":")[2]
        sold = self.world.eventbrite.events["123"].classes[name].quantity_sold or 0
        capacity = self.random.choice([max(1, sold), sold + self.random.randint(1, 20)])
        what = self.random.choice([{"capacity": capacity, "quantity_total": capacity}, {"hidden": True}])
        self.world.eventbrite.change("123", name, **what)
        self.at_eventbrite.append(asyncio.get_running_loop().time())

    async def _share_at_last(self) -> None:
        """Whatever happened, somebody looks at the shops and splits the night, while people go on buying."""
        operator = self.operators[-1]
        operator.wire.faults.clear()
        await refresh(operator)
        shows = await shared_shows(operator)
        if shows:
            plan = await plan_sync(operator.club, [shows[0].id], Mode.SPLIT, self.random.choice([0, 0, 2]))
            buys = [self._at(self.random.uniform(0, 30), self._buy) for _ in range(self.weather.buyers // 2)]
            await asyncio.gather(self._apply(operator, plan, settle=True), *buys)

    async def _look(self) -> None:
        """Somebody refreshes, holds seats back, or decides on what never ended, beside whoever is at work."""
        operator, chance = self.random.choice(self.operators), self.random.random()
        if operator.wire.dead:
            return
        with suppress(Killed):
            if chance < 0.4:
                await refresh(operator)
            elif chance < 0.6:
                await hold_back(self.random, operator)
            else:
                await take_up(self.random, operator.club, lambda plan: self._apply(operator, plan))

    # -- operators ------------------------------------------------------------------------------------------

    async def _operate(self, operator: Operator) -> None:
        rng = self.random
        await asyncio.sleep(rng.uniform(0, 2))
        for _ in range(rng.choice([1, 1, 2])):
            fate = self._app_error(operator)
            try:
                await self._change(operator)
            except Killed:
                pass
            except AppError as app_error:
                self.crashes.append(f"{type(app_error).__name__}: {app_error}")
            if fate is not None:
                fate.cancel()
            assert isinstance(operator.journal, MemoryJournal)
            operator.journal.on_append = None
            operator.wire.before.clear()
            operator.wire.after.clear()
            operator.stopped = False
            if operator.wire.dead:
                await self._come_back(operator)
            await asyncio.sleep(rng.uniform(0, 3))

    def _app_error(  # noqa: C901 - the order in which chance is asked makes a seed's history
        self, operator: Operator
    ) -> asyncio.TimerHandle | None:
        """Decide what will go wrong this time."""
        rng, weather = self.random, self.weather
        operator.wire.faults.clear()
        if rng.random() < weather.faults:
            call = rng.choice(list(FAULTS))
            for _ in range(rng.choice([1, 1, 2])):
                operator.wire.faults[call].append(rng.choice(FAULTS[call]))
        if rng.random() < weather.aimed:
            self._aim(operator)
        chance = rng.random()
        if chance < weather.kills / 2:
            self._kill_after_a_move(operator, rng.randint(1, 16))
        elif chance < weather.kills * 0.7 and weather.shared:
            self._kill_after_a_move(operator, 0, at=rng.choice(["correcting", "verified", "looked"]))
        elif chance < weather.kills:
            return self._kill_later(operator, rng.uniform(0.1, 4) if rng.random() < 0.7 else rng.uniform(4, 80))
        if weather.faults and rng.random() < 0.3:
            self._fail_a_later_look(operator)
        if chance < weather.kills + weather.stops:
            return asyncio.get_running_loop().call_later(rng.uniform(0.1, 30), setattr, operator, "stopped", True)
        return None

    def _aim(self, operator: Operator) -> None:
        """Let something fall into the very moment of a write: before it arrives, after it, or across it."""
        rng = self.random
        acts = [self._buy_aimed] * 3
        acts += [self._cancel] * (2 if self.weather.cancels else 0)
        acts += [self._staff] * (1 if self.weather.staff else 0)
        for when in rng.sample([operator.wire.before, operator.wire.after], rng.choice([1, 1, 2])):
            for call in ("set_booking_text", "set_stock", "set_capacity", "product"):
                act, wait = rng.choice(acts), rng.random() < 0.5
                when[call].append(lambda act=act, wait=wait: self._fall_in(act, wait))  # type: ignore[misc]

    async def _fall_in(self, act: Callable[[], Awaitable[None]], wait: bool) -> None:
        task = asyncio.ensure_future(act())
        self.fallen.append(task)
        if wait:
            await asyncio.wait({task}, timeout=0.4)
        else:
            await asyncio.sleep(self.random.uniform(0, 0.1))

    async def _buy_aimed(self) -> None:
        listing = self.random.choice((*CELLS, *CELLS, SINGLE))
        await self._checkout(self.shop.sale(listing, self.random.randint(1, 3)))

    def _fail_a_later_look(self, operator: Operator) -> None:
        """What is looked at while a change settles cannot be seen, once or for a while."""
        call, times = self.random.choice(["snapshot", "event"]), self.random.choice([1, 1, 4, 60])
        fault = "database" if call == "snapshot" else "html"
        asyncio.get_running_loop().call_later(
            self.random.choice([2.0, 3.0, 15.0, 60.0]), operator.wire.faults[call].extend, [fault] * times
        )

    def _kill_after_a_move(self, operator: Operator, moves: int, at: str = "") -> None:
        """kill -9 between two steps: right after so many moves (of that name) were recorded."""
        journal = operator.journal
        assert isinstance(journal, MemoryJournal)
        if any(other.journal is journal for other in self.operators if other is not operator):
            return
        left = iter(range(moves))

        def count(event: str) -> None:
            if at in ("", event) and next(left, None) is None and not operator.wire.dead:
                operator.wire.dead = journal.dead = True

        journal.on_append = count

    def _kill_later(self, operator: Operator, seconds: float) -> asyncio.TimerHandle:
        """kill -9: not one more request, not one more line in the journal; the locks are free."""

        def kill() -> None:
            operator.wire.dead = True
            assert isinstance(operator.journal, MemoryJournal)
            if all(other.journal is not operator.journal for other in self.operators if other is not operator):
                operator.journal.dead = True  # else another process has it open as well

        return asyncio.get_running_loop().call_later(seconds, kill)

    async def _come_back(self, operator: Operator) -> None:
        """Started again: look at what never ended, and act on it."""
        operator.wire.dead = False
        assert isinstance(operator.journal, MemoryJournal)
        operator.journal.dead = False
        await asyncio.sleep(self.random.uniform(1, 70))
        await take_up(self.random, operator.club, lambda plan: self._apply(operator, plan))

    async def _change(self, operator: Operator) -> None:
        listings = [*CELLS, SINGLE, *self.classes]
        plan = await plan_something(self.random, operator, listings, shared=self.weather.shared)
        await asyncio.sleep(self.random.uniform(0, 2))
        if plan.changes:
            await self._apply(operator, plan)

    async def _apply(self, operator: Operator, plan: Plan, *, settle: bool | None = None) -> None:
        applied = Applied(operator, plan, asyncio.get_running_loop().time())
        self.applied.append(applied)
        self.named |= {change.listing.id for change in plan.changes}
        before, held = self._taken(), {held_back_of(operator.club, plan)}
        applied.result = await operator.apply(plan, settle=self.random.random() < 0.85 if settle is None else settle)
        applied.taken = (before, self._taken())
        applied.held_back = held | {held_back_of(operator.club, plan)}
        applied.ended = asyncio.get_running_loop().time()

    def _taken(self) -> int:
        """Places taken of everything that is for sale."""
        sold = sum(each.quantity_sold or 0 for each in self.world.eventbrite.events["123"].classes.values())
        return sold + sum(self.shop.taken(listing) for listing in (*CELLS, SINGLE))

    @property
    def classes(self) -> list[str]:
        """The ticket classes that there are."""
        return [f"eb:123:{name}" for name in self.world.eventbrite.events["123"].classes]

    # -- what is read afterwards -------------------------------------------------------------------------------

    def structure(self) -> dict[str, list[str]]:
        """Slots and dates of the booking text, which no write may change."""
        return {
            slot: [date for s, date in cells_of(self.shop.products[4061].text) if s == slot] for slot in ("aaa", "bbb")
        }
