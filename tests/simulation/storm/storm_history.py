"""One random history over the real wire: buyers, cancels, staff, operators, faults and deaths, all from one seed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Plan, Result
from brcc_tui.sandbox.eventbrite.shop import NotForSale
from brcc_tui.sandbox.faults import Fault
from brcc_tui.sandbox.wordpress import fooevents
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused
from brcc_tui.sandbox.wordpress.staff import RefundBy
from brcc_tui.store.journal import Journal
from tests.people import held_back_of, take_up
from tests.simulation.storm.acts import (
    a_replica_answers,
    hold_some_back,
    plan_something,
    put_in_between,
    read_the_catalogue,
    share_the_night,
)
from tests.simulation.storm.pilots import Killed, Pilot
from tests.simulation.storm.small_club import BOOKINGS, CELLS, CLASSES, HAND, LIVE, SINGLE, Arrived, SmallClub, quiet
from tests.simulation.storm.weather import CLASS, PRODUCT, READ_FAULTS, WRITE_FAULTS, Weather
from tests.simulation.storm.wire_time import VirtualClock


@dataclass
class Applied:
    """One plan that an operator applied, when, and what came of it (None: the operator was killed)."""

    pilot: str
    plan: Plan
    began: float
    result: Result | None = None
    ended: float = 0.0
    taken: Counter[str] = field(default_factory=Counter)
    held_back: frozenset[int] = frozenset()


@dataclass
class History:
    """Lives one seed; the invariants read what it leaves."""

    seed: int
    weather: Weather
    folder: Path
    applied: list[Applied] = field(default_factory=list)
    app_errors: list[str] = field(default_factory=list)
    deaths: int = 0
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    unrecorded: list[Arrived] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=Counter)
    readers: dict[Path, Journal] = field(default_factory=dict)

    async def begin(self) -> None:
        """Fill the club, with some sales of the past, and open its doors."""
        rng = self.random = random.Random(self.seed)
        self.club = SmallClub(
            self.seed, clock=VirtualClock().now, seconds=asyncio.get_running_loop().time, hpos=rng.random() < 0.7
        )
        self.load = rng.choice([0.3, 1.0, 4.0])
        self.turns = asyncio.Lock()
        for listing in (*CELLS, SINGLE):
            for _ in range(rng.randint(0, 2)):
                with suppress(CheckoutRefused):
                    order = await self._checkout(listing, rng.randint(1, 2))
                    if rng.random() < 0.6:
                        await self.club.site.set_status(order, "completed")
        self.at_first = self.club.implied()
        self.text_at_first = self.club.text
        self.club.texts.clear()
        self.club.site.hook = self._pause
        self.aims: dict[tuple[str, str], list[Callable[[], Awaitable[None]]]] = {}
        self.club.on_arrival = lambda method, write: self._around("arrival", method, write)
        self.club.on_answer = lambda method, write: self._around("answer", method, write)
        values = await self.club.start()
        settle = rng.choice(["2,15,60", "2,15,60", "1,4"]) if self.weather.overlapping else "2,15,60"
        self.values = {**values, "BRCC_SETTLE": settle}
        self.pilots = [
            Pilot(f"pilot{number}", self.values, self.folder / (str(number) if rng.random() < 0.5 else "0"))
            for number in range(self.weather.operators)
        ]
        if self.weather.between:
            put_in_between(rng, self.club)

    async def live(self) -> None:
        """Let everything happen, then let everything come to rest."""
        rng, weather = self.random, self.weather
        work = [self._operate(pilot) for pilot in self.pilots]
        for act, times in (
            (self._buy, rng.randint(0, weather.buyers)),
            (self._cancel, rng.randint(0, weather.cancels)),
            (self._refund, weather.refunds),
            (self._staff, weather.staff),
            (self._complete, weather.buyers // 3),
            (self._beside, rng.randint(0, 2) if weather.shared else 0),
            (self._replica, rng.randint(0, 1) if weather.between else 0),
        ):
            work += [self._at(self._moment(), act) for _ in range(times)]
        await asyncio.gather(*work)
        if self.tasks:
            await asyncio.gather(*self.tasks)
        if weather.shared:
            await self._share_at_last()
        await quiet(self.club)
        await asyncio.sleep(200)  # a frozen connection's locks are let go, the last late write has come

    async def end(self) -> None:
        """Close everything."""
        a_replica_answers(yes=False)
        for journal in self.readers.values():
            journal.close()
        for pilot in self.pilots:
            await pilot.end()
        await self.club.stop()

    def _moment(self) -> float:
        """Mostly while something is being written, sometimes while it is watched."""
        return self.random.uniform(0, 4) if self.random.random() < 0.75 else self.random.uniform(4, 90)

    async def _at(self, moment: float, act: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(moment)
        await act()

    # -- what happens between two steps of a request -----------------------------------------------------------

    async def _pause(self, point: str) -> None:
        """Some milliseconds between two commits, as measured; on a loaded server ten times that."""
        gap = 0.06 if point.startswith(("read_text", "cancel:read", "text_reread")) else 0.01
        await asyncio.sleep(gap * self.load * self.random.uniform(0.3, 1.7))

    async def _around(self, moment: str, method: str, write: Arrived | None) -> None:
        if moment == "arrival" and write is not None and not self._is_recorded(write):
            self.unrecorded.append(write)
        await asyncio.sleep(self.random.uniform(0.002, 0.06) * self.load)
        waiting = self.aims.get((moment, method))
        if waiting:
            await waiting.pop()()

    def _is_recorded(self, write: Arrived) -> bool:
        """Whether a journal, read by another hand at this moment, says that these numbers are being sent."""
        folder = next(pilot.folder for pilot in self.pilots if pilot.name == write.operator)
        for journal in self.journals(folder):
            for entry in journal.entries(limit=20):
                moves = [event.event for event in entry.events]
                if "sent" in moves and not {"checkpointed", "correcting"} & set(moves[: moves.index("sent")]):
                    return False
                if any(event.event == "sent" and carries(write, event.detail["numbers"]) for event in entry.events):
                    return True
        return False

    # -- buyers and staff --------------------------------------------------------------------------------------

    async def _checkout(self, listing: str, quantity: int, gateway: Gateway = Gateway.COD) -> int:
        return await self.club.buy(listing, quantity, gateway)

    async def _in_turn(self, work: Callable[[], Awaitable[object]], hand: str) -> None:
        """So that FooEvents loses nothing by itself, unless the weather wants that."""

        async def do() -> None:
            HAND.set(hand)
            with suppress(CheckoutRefused):
                await work()

        if self.weather.overlapping:
            await do()
        else:
            async with self.turns:
                await do()

    async def _buy(self) -> None:
        listing, quantity = self.random.choice((*CELLS, *CELLS, SINGLE, *CLASSES)), self.random.randint(1, 3)
        if listing in CLASSES:
            _, event, name = listing.split(":")
            with suppress(NotForSale):
                await self.club.eventbrite.buy(event, name, quantity, finish=self.random.random() < 0.8)
            return
        gateway = self.random.choice([Gateway.COD, Gateway.CARD, Gateway.BACS, Gateway.HOSTED, Gateway.DECLINED])
        await self._in_turn(lambda: self._checkout(listing, quantity, gateway), "buyer")

    def _an_order(self, *statuses: str) -> int | None:
        found = [order for order, status in self.club.orders().items() if status in (statuses or LIVE)]
        return self.random.choice(found) if found else None

    async def _cancel(self) -> None:
        async def cancel() -> None:
            order = self._an_order()
            if order is not None:
                await self.club.site.set_status(order, "cancelled")

        await self._in_turn(cancel, "cancel")

    async def _complete(self) -> None:
        async def complete() -> None:
            order = self._an_order("wc-processing", "wc-on-hold")
            if order is not None:
                await self.club.site.set_status(order, "completed")

        await self._in_turn(complete, "buyer")

    async def _refund(self) -> None:
        order = self._an_order("wc-processing", "wc-completed")
        if order is not None:
            await self.club.site.refund(order, by=self.random.choice(list(RefundBy)))

    async def _staff(self) -> None:
        """Somebody opens the product, and saves the page as it was when it was opened, perhaps with one change."""
        HAND.set("staff")
        site, rng = self.club.site, self.random
        editor = site.open_editor(BOOKINGS)
        await asyncio.sleep(rng.uniform(1, 20))
        options = fooevents.read_options(editor.text)
        slot, date = rng.choice(CELLS).split(":")[2:]
        options[slot]["add_date"][date]["stock"] = rng.choice([0, 0, rng.randint(1, 40)])  # type: ignore[index]
        await site.save_editor(editor, options=options if rng.random() < 0.7 else None)
        await asyncio.sleep(5)
        editor.leave()

    # -- operators -----------------------------------------------------------------------------------------------

    async def _operate(self, pilot: Pilot) -> None:
        rng = self.random
        await asyncio.sleep(rng.uniform(0, 2))
        for _ in range(rng.choice([1, 1, 2])):
            fate = self._decide_what_goes_wrong(pilot)
            try:
                await self._change(pilot)
            except (Killed, BaseExceptionGroup):
                assert pilot.life.dead.is_set()
                for applied in self.applied:
                    if applied.pilot == pilot.name and applied.result is None:
                        applied.ended = applied.ended or asyncio.get_running_loop().time()
            except AppError as app_error:
                self.app_errors.append(f"{type(app_error).__name__}: {app_error}")
            if fate is not None:
                fate.cancel()
            self.aims.clear()
            pilot.stopped, pilot.life.on_move, pilot.life.on_request = False, None, None
            if pilot.life.dead.is_set():
                await self._come_back(pilot)
            await asyncio.sleep(rng.uniform(0, 3))

    def _decide_what_goes_wrong(self, pilot: Pilot) -> asyncio.TimerHandle | None:
        rng, weather, loop = self.random, self.weather, asyncio.get_running_loop()
        if rng.random() < weather.faults:
            self._switch_a_fault_on()
        if rng.random() < weather.aimed:
            self._aim()
        chance = rng.random()
        if chance < weather.kills / 3:
            self._die_after(pilot, rng.randint(0, 16), rng.randint(1, 30))
        elif chance < weather.kills:
            return loop.call_later(rng.uniform(0.1, 4) if rng.random() < 0.7 else rng.uniform(4, 80), pilot.kill)
        elif chance < weather.kills + weather.stops:
            return loop.call_later(rng.uniform(0.1, 30), setattr, pilot, "stopped", True)
        return None

    def _switch_a_fault_on(self) -> None:
        rng = self.random
        chance = rng.random()
        if chance < 0.15:
            asyncio.get_running_loop().call_later(rng.uniform(0, 3), self.club.mysql.drop_connections)
            return
        writes = chance < 0.75
        kind, seconds = rng.choice(WRITE_FAULTS if writes else READ_FAULTS)
        path = PRODUCT if rng.random() < 0.7 else CLASS
        method = ("PUT" if path == PRODUCT else "POST") if writes else "GET"
        skip = 0 if writes else rng.randint(0, 6)
        self.club.faults.add(Fault(kind, path, method, rng.choice([1, 1, 2]), skip, seconds))

    def _aim(self) -> None:
        """Let something fall into the very moment of a write: before it arrives, after it, or across it."""
        rng = self.random
        acts = [self._buy] * 3 + [self._cancel] * 2 + [self._staff] * (1 if self.weather.staff else 0)
        for moment in rng.sample(["arrival", "answer"], rng.choice([1, 1, 2])):
            for method in ("PUT", "PUT", "POST", "GET"):
                act, wait = rng.choice(acts), rng.random() < 0.5
                self.aims.setdefault((moment, method), []).append(
                    lambda act=act, wait=wait: self._fall_in(act, wait)  # type: ignore[misc]
                )

    async def _fall_in(self, act: Callable[[], Awaitable[None]], wait: bool) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(act())
        self.tasks.append(task)
        if wait:
            await asyncio.wait({task}, timeout=0.4)
        else:
            await asyncio.sleep(self.random.uniform(0, 0.1))

    def _die_after(self, pilot: Pilot, moves: int, requests: int) -> None:
        """kill -9 between two steps: right after so many moves were recorded, or so many requests were made."""
        left = {"moves": moves, "requests": requests}

        def count(what: str) -> Callable[[str], None]:
            def one(_name: str) -> None:
                left[what] -= 1
                if left[what] < 0:
                    pilot.kill()

            return one

        pilot.life.on_move, pilot.life.on_request = count("moves"), count("requests")

    async def _come_back(self, pilot: Pilot) -> None:
        """Started again: look at what never ended, and act on it."""
        self.deaths += 1
        await pilot.end()
        pilot.start()
        await asyncio.sleep(self.random.uniform(0.1, 70))
        await take_up(self.random, pilot.club, lambda plan: self._apply(pilot, plan))

    async def _change(self, pilot: Pilot) -> None:
        plan = await plan_something(self.random, pilot, [*CELLS, SINGLE, *CLASSES], shared=self.weather.shared)
        await asyncio.sleep(self.random.uniform(0, 2))
        if plan.changes:
            await self._apply(pilot, plan)

    async def _apply(self, pilot: Pilot, plan: Plan, *, settle: bool | None = None) -> None:
        loop, held = asyncio.get_running_loop(), {held_back_of(pilot.club, plan)}
        applied = Applied(pilot.name, plan, loop.time())
        self.applied.append(applied)
        applied.result = await pilot.apply(plan, settle=self.random.random() < 0.85 if settle is None else settle)
        applied.ended, applied.taken = loop.time(), self.club.taken()
        applied.held_back = held | {held_back_of(pilot.club, plan)}

    async def _beside(self) -> None:
        """Somebody reads the catalogue anew or holds seats back, beside whoever is at work."""
        pilot, chance = self.random.choice(self.pilots), self.random.random()
        with suppress(Killed, BaseExceptionGroup):
            await (read_the_catalogue(pilot) if chance < 0.6 else hold_some_back(self.random, pilot))

    async def _replica(self) -> None:
        """For a while another server answers at the database's address."""
        a_replica_answers(yes=True)
        await asyncio.sleep(self.random.uniform(0.1, 5))
        a_replica_answers(yes=False)

    async def _share_at_last(self) -> None:
        """Whatever happened, somebody looks at both shops and splits the night, while people go on buying."""
        self.club.faults.clear()
        buys = [self._at(self.random.uniform(0, 30), self._buy) for _ in range(self.weather.buyers // 2)]
        plan = await share_the_night(self.random, self.pilots[-1])
        if plan is not None:
            await asyncio.gather(self._apply(self.pilots[-1], plan, settle=True), *buys)

    def told(self) -> str:
        """What happened, in order, for whoever has to understand a failure."""
        found: list[tuple[float, str]] = []
        for text in self.club.texts:
            found.append((text.at, f"{text.hand} wrote the text: {text.moved()}"))
        for write in self.club.arrived:
            found.append((write.at, f"{write.operator} {write.path}: {write.numbers()}"))
        for applied in self.applied:
            wanted = [(c.listing.id, c.action.value, c.before.capacity, c.capacity) for c in applied.plan.changes]
            found.append((applied.began, f"{applied.pilot} applies {wanted}"))
            changes = applied.result.changes if applied.result else ()
            ended = [(change.listing_id, change.outcome.value, change.reason) for change in changes]
            found.append((applied.ended, f"{applied.pilot} ended: {ended or 'killed'}"))
        lines = [f"{at:8.3f} {words}" for at, words in sorted(found)]
        struck = {str(kind): times for kind, times in self.club.faults.struck.items()}
        return "\n".join([*lines, f"at first {self.at_first}, at last {self.club.implied()}, faults {struck}"])

    def journals(self, folder: Path | None = None) -> list[Journal]:
        """One a data folder, or that of one, read by another hand."""
        paths = sorted((folder or self.folder).glob("**/journal.sqlite"))
        return [self.readers.setdefault(path, Journal(path)) for path in paths]


def carries(write: Arrived, numbers: object) -> bool:
    """Whether a write is the one that the journal announces with these numbers."""
    assert isinstance(numbers, dict)
    found = write.numbers()
    if write.text is not None:
        return bool(numbers) and all(found.get(listing) == number for listing, number in numbers.items())
    return numbers == found if found else numbers.keys() <= set(CLASSES)
