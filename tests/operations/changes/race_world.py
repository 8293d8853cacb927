"""A small club in which every known race can be run, and the guards that a test may switch off."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator, Mapping

import pytest

from brcc_tui.model.changes.plan import ShowRule
from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.expectations import Expectations, Stands, Verdict
from tests.operations.changes.operators import World, go

CELL = "wc:4061:aaa:ddd"
OTHER = "wc:4061:aaa:eee"
SINGLE = "wc:31907"
CLASS = "eb:123:456"

_OFF_AND_ON = [False, True], ["step off: a seat is lost", "step on"]
ON_OFF = pytest.mark.parametrize("guarded", _OFF_AND_ON[0], ids=_OFF_AND_ON[1])


def world(**operator: object) -> World:
    made = World(**operator)
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    made.shop.add_single(31907, 30)
    made.eventbrite.add("123", {"456": (30, 0)})
    return made


def mirror(*listings: str, seats: int = 55) -> ShowRule:
    def capacities(now: Mapping[str, Listing]) -> Mapping[str, int]:
        taken = {key: listing.reading.sold + listing.reading.held for key, listing in now.items()}  # type: ignore[operator]
        assert all(map(is_known, taken.values()))
        return {key: own + max(0, seats - sum(taken.values())) for key, own in taken.items()}

    return ShowRule(listings, capacities)


def see_nothing(
    monkeypatch: pytest.MonkeyPatch, *, told: Stands = Stands.AS_WANTED, instead_of: Stands | None = None
) -> None:
    """Switch verifying off, or one of its distinctions: every cell (or those) is taken for something else."""
    judge = Expectations.judge

    def blind(expectations: Expectations, look: DecisionReading) -> list[Verdict]:
        return [
            dataclasses.replace(verdict, stands=told) if instead_of in (None, verdict.stands) else verdict
            for verdict in judge(expectations, look)
        ]

    monkeypatch.setattr(Expectations, "judge", blind)


@pytest.fixture(params=_OFF_AND_ON[0], ids=_OFF_AND_ON[1])
def verifies(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether verifying is on; where it is off, the test shows the seat that it is there for."""
    if not request.param:
        see_nothing(monkeypatch)
    return bool(request.param)


def promised(club: World, listing: str) -> int:
    """Seats sold, held and still on offer: what the listing can sell in all."""
    return club.implied(listing)


async def goes_on(life: Iterator[str], after: float) -> None:
    await asyncio.sleep(after)
    go(life)
