"""The program dies in every moment of a change, one after the other; whatever a person decides then comes out true."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.operations.changes import recover
from brcc_tui.operations.changes.recover import plan_recovery, recoverable
from tests.operations.changes.fake_wire import Killed
from tests.operations.changes.operators import MemoryJournal, World, go
from tests.operations.changes.test_every_moment import Moments
from tests.operations.changes.virtual_time import run

CELL, BESIDE, CLASS = "wc:4061:aaa:ddd", "wc:4061:aaa:eee", "eb:123:456"
BEFORE, WANTED = 30, 20


class Death:
    """A change of one listing that dies in that moment, with a sale of the date beside it right before its write."""

    def __init__(self, listing: str, chosen: int) -> None:
        self.listing, self.wire = listing, Moments(chosen, self.die)
        self.club = World(wire=self.wire)
        self.club.shop.add_bookings(4061, {("aaa", "ddd"): BEFORE, ("aaa", "eee"): 10})
        self.club.eventbrite.add("123", {"456": (BEFORE, 5)})
        self.club.us.wire.before["set_booking_text"].append(lambda: go(self.club.shop.sale(BESIDE, 3)))

    def die(self) -> None:
        assert isinstance(self.club.us.journal, MemoryJournal)
        self.wire.dead = self.club.us.journal.dead = True
        self.wire.chosen = -1  # once
        raise Killed

    async def happens(self) -> None:
        """It dies, the computer is back two minutes later, and whoever died holds no lock any more."""
        us = self.club.us
        with suppress(Killed):
            await us.set((self.listing, WANTED))
        assert isinstance(us.journal, MemoryJournal)
        self.wire.dead = us.journal.dead = False
        us.locks.held.clear()
        self.club.shop.locks.clear()
        await asyncio.sleep(120)

    def stands(self) -> int:
        """The capacity as the shop has it."""
        if self.listing == CLASS:
            return self.club.eventbrite.events["123"].classes["456"].capacity or 0
        return self.club.implied(self.listing)

    @property
    def twice(self) -> bool:
        """Whether seats of the date beside it that were sold are on sale again."""
        return self.club.implied(BESIDE) > 10

    async def decided(self, choice: str) -> bool:
        """Tell what stands, and carry the choice out; whether all was said that there was to say."""
        us, told = self.club.us, True
        for one in await recoverable(us.club):
            assert one.now.capacity == self.stands()
            assert ("it is as intended" in one.story) is (self.stands() == WANTED), one.story
            told = (BESIDE in one.story) is self.twice
            plan = await plan_recovery(us.club, one.entry.id, choice)
            for change in (await us.apply(plan)).changes if plan.changes else ():
                assert change.outcome is Outcome.SETTLED, change.reason
            assert self.stands() == {"reapply": WANTED, "restore": BEFORE}[choice]
        assert await recoverable(us.club) == []
        return told and not self.twice


def untold(listing: str, choice: str) -> list[int]:
    """The moments after whose death something was left unsaid, or on sale twice."""

    async def story(chosen: int) -> tuple[bool, int]:
        death = Death(listing, chosen)
        await death.happens()
        return await death.decided(choice), death.wire.passed

    _, moments = run(story(-1))
    return [chosen for chosen in range(moments) if not run(story(chosen))[0]]


@pytest.mark.parametrize("listing", [CELL, CLASS])
@pytest.mark.parametrize("choice", ["reapply", "restore"])
def test_wherever_it_dies_what_is_chosen_comes_out_and_nothing_is_left_unsaid(listing: str, choice: str) -> None:
    assert untold(listing, choice) == []


def test_the_seats_beside_it_would_be_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, with nobody looking at the other dates: step off."""
    monkeypatch.setattr(recover, "raised_neighbours", lambda *_: [])
    assert untold(CELL, "reapply") != []
