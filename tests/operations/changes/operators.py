"""Operators at work on the fake shops: a club of their own each, and one call to plan, confirm and apply."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Action, ChangeRequest, Plan, Result, ShowRule
from brcc_tui.model.shows.closed_mark import ClosedMark
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.show import Room
from brcc_tui.model.shows.venue_rules import DEFAULT_ROOM, VenueRules
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.context import ClubContext
from brcc_tui.settings import EventbriteSettings, Secret, Settings, WooCommerceSettings
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.journal_tables import JournalTables
from brcc_tui.store.locks import Holder, LockedHere
from tests.operations.changes.fake_clients import FakeWooCommerce, FakeWordPress
from tests.operations.changes.fake_eventbrite import FakeEventbrite, FakeEventbriteShop
from tests.operations.changes.fake_wire import Killed, VirtualClock, Wire
from tests.operations.changes.fakes import FakeShop

SETTLE = (2.0, 15.0, 60.0)


@functools.cache
def _empty_journal() -> bytes:
    """The file of a journal in which nothing has been recorded yet."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        JournalTables(db)
        return db.serialize()


class MemoryJournal(Journal):
    """The real journal without a disk. `dead` is set when its process is killed."""

    def __init__(self) -> None:
        super().__init__(Path(":memory:"))
        self.dead = False
        self.on_append: Callable[[str], None] | None = None
        self._noted: list[str] = []

    def check_writable(self) -> None:
        pass

    def _open(self) -> sqlite3.Connection:
        return self._db or super()._open()  # nobody can have moved its file away

    def _prepare(self, db: sqlite3.Connection) -> None:
        db.deserialize(_empty_journal())
        super()._prepare(db)

    def begin(self, **values: Any) -> str:
        if self.dead:
            raise Killed
        return super().begin(**values)

    def append(self, entry: str, event: str, at: dt.datetime, detail: Any) -> None:
        if self.dead:
            raise Killed
        super().append(entry, event, at, detail)
        self._noted.append(event)
        if self._in_one is None:
            self._tell()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        try:
            with super().together():
                yield
        except BaseException:
            self._noted.clear()
            raise
        if self._in_one is None:
            self._tell()

    def _tell(self) -> None:
        """What is on disk by now."""
        noted, self._noted = self._noted, []
        for event in noted:
            if self.on_append is not None:
                self.on_append(event)


class FakeLocks:
    """Local locks of one data folder; processes share the folder's `held`."""

    def __init__(self, held: dict[str, str] | None = None) -> None:
        self.held: dict[str, str] = {} if held is None else held

    def take(self, subject: str, who: str, at: dt.datetime, *_: object) -> FakeLock:
        if subject in self.held:
            raise LockedHere(f"{self.held[subject]} is changing it", subject=subject)
        self.held[subject] = who
        return FakeLock(self.held, subject)

    def is_free(self, subject: str) -> bool:
        return subject not in self.held

    def holder(self, subject: str) -> Holder:
        return Holder(self.held.get(subject, "nobody"), None)


class FakeLock:
    """A local lock that is held."""

    def __init__(self, held: dict[str, str], subject: str) -> None:
        self.held, self.subject = held, subject

    def still_held(self) -> bool:
        return self.subject in self.held

    def release(self) -> None:
        self.held.pop(self.subject, None)


class FakeHouse:
    """One room of 55 seats."""

    def __init__(self, seats: int = 55) -> None:
        self.now = VenueRules(rooms={DEFAULT_ROOM: Room(DEFAULT_ROOM, seats)})
        self._marks: dict[str, ClosedMark] = {}

    def rules(self) -> VenueRules:
        return self.now

    def found(self) -> Pairings:
        return Pairings()

    def marks(self, listing_ids: Collection[str]) -> dict[str, ClosedMark]:
        return {id_: self._marks[id_] for id_ in listing_ids if id_ in self._marks}

    def mark(self, listing_ids: Collection[str], rule: Any) -> dict[str, ClosedMark]:
        self._marks |= rule(self.marks(listing_ids))
        return self.marks(listing_ids)

    def close(self) -> None:
        pass


EVENTBRITE: Final = EventbriteSettings(Secret("token"), "http://127.0.0.1:9/v3", None)
SHOP: Final = WooCommerceSettings(Secret("key"), Secret("secret"), "http://127.0.0.1:9", "http://127.0.0.1:9", "basic")


@dataclass
class Operator:
    """One copy of the program."""

    shop: FakeShop
    eventbrite_shop: FakeEventbriteShop
    journal: Journal = field(default_factory=MemoryJournal)
    locks: FakeLocks = field(default_factory=FakeLocks)
    wire: Wire = field(default_factory=Wire)
    settle: tuple[float, ...] = SETTLE
    waypoint: bool = True
    who: str = "us"
    seats: int = 55
    steps: list[tuple[str, str]] = field(default_factory=list)
    stopped: bool = False

    def __post_init__(self) -> None:
        settings = Settings(
            EVENTBRITE,
            SHOP,
            None,
            "practice",
            "test-shop",
            Path("unused"),
            self.seats,
            "America/Toronto",
            self.settle,
            None,
        )
        self.club = ClubContext(
            settings=settings,
            eventbrite=cast(
                "Any", FakeEventbrite(self.eventbrite_shop, self.wire, waypoint=self.waypoint, who=self.who)
            ),
            woocommerce=cast("Any", FakeWooCommerce(self.shop, self.wire, self.who)),
            wordpress=cast("Any", FakeWordPress(self.shop, self.wire)),
            # both shops were listed, and none of what they have is kept
            cache=cast("Any", SimpleNamespace(failed=tuple, lost=False, zone=lambda: dt.UTC, some=lambda _: ())),
            journal=self.journal,
            venue=cast("Any", FakeHouse(self.seats)),
            locks=cast("Any", self.locks),
            clock=VirtualClock(),
        )

    async def plan(self, *wanted: ChangeRequest | tuple[str, int], rules: Sequence[ShowRule] = ()) -> Plan:
        wishes = [
            each if isinstance(each, ChangeRequest) else ChangeRequest(each[0], Action.SET, each[1]) for each in wanted
        ]
        return await plan_changes(self.club, wishes, rules=rules)

    async def apply(self, plan: Plan, *, settle: bool = True, reason: str = "") -> Result:
        return await apply_plan(
            self.club,
            confirm(plan, plan.digest),
            reason=reason,
            settle=settle,
            watch=lambda step: self.steps.append((step.listing_id, step.event)),
            stop=lambda: self.stopped,
        )

    async def set(self, *wanted: ChangeRequest | tuple[str, int], settle: bool = True) -> Result:
        """Plan, say yes, apply."""
        plan = await self.plan(*wanted)
        assert not plan.refused, plan.refused
        return await self.apply(plan, settle=settle)

    def entry(self, entry_id: str | None) -> Entry:
        found = self.journal.entry(entry_id or "")
        assert found is not None
        return found

    def moves(self, entry_id: str | None) -> list[str]:
        return [event.event for event in self.entry(entry_id).events]


class World:
    """Both shops, and the first operator."""

    def __init__(self, **operator: Any) -> None:
        self.shop = FakeShop()
        self.eventbrite = FakeEventbriteShop()
        self.us = Operator(self.shop, self.eventbrite, **operator)

    def another(self, **operator: Any) -> Operator:
        """A second operator, by default with a data folder of its own."""
        return Operator(self.shop, self.eventbrite, who="them", **operator)

    def same_folder(self) -> Operator:
        """A second operator on the same computer, with the same data folder."""
        return self.another(journal=self.us.journal, locks=FakeLocks(self.us.locks.held))

    def implied(self, listing: str) -> int:
        """Capacity as it is: what remains, and what is taken."""
        number = self.shop.number(listing)
        assert isinstance(number, int)
        return number + self.shop.taken(listing)


def go(steps: Iterable[str], until: str | None = None) -> None:
    """Let a life go on: to its end, or until this commit has been made."""
    for step in steps:
        if step == until:
            return
