"""What a plan of many shows asks of the shops for each of its changes: counts, for times depend on the machine."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Awaitable

import pytest

from brcc_tui.model.changes.plan import Outcome, ShowRule
from brcc_tui.operations.changes.batch import PlanRun
from brcc_tui.operations.changes.decision_reading import WORTH_A_LIST, DecisionReading, Subject
from tests.operations.changes.operators import World
from tests.operations.changes.race_world import mirror
from tests.operations.changes.test_at_once import counted
from tests.operations.changes.virtual_time import run

MAX_CALLS = 3.2
"""Of Eventbrite, for each change, the plan's own not counted."""

COMMITS, OF_THE_PLAN = 7, 3
"""Of the journal, for each change and for the plan as a whole."""


def season(nights: int) -> tuple[World, list[tuple[str, int]], list[ShowRule]]:
    """So many nights, each sold by a ticket class and by a date: what is wanted, and the rule of each night."""
    club, wanted, rules = World(), list[tuple[str, int]](), list[ShowRule]()
    for number in range(nights):
        day = dt.date(2026, 12, 1) + dt.timedelta(days=number)
        starts_at = dt.datetime.combine(day, dt.time(1, 0), dt.UTC)
        club.eventbrite.add(str(200 + number), {"456": (40, 5)}, starts_at=starts_at)
        night = (day - dt.timedelta(days=1)).strftime("%B %d, %Y")
        club.shop.add_bookings(4061 + number, {("aaa", "ddd"): 30}, texts={"ddd": night}, name=f"Night {number}")
        both = f"eb:{200 + number}:456", f"wc:{4061 + number}:aaa:ddd"
        wanted += [(both[0], 45), (both[1], 50)]
        rules.append(mirror(*both))
    return club, wanted, rules


@pytest.mark.parametrize(
    ("nights", "kept"),
    [(2, True), (2, False), (100, True)],
    ids=["few", "few, each read once more", "more than can be read before the first grows old"],
)
def test_a_plan_of_many_asks_little_for_each_change(monkeypatch: pytest.MonkeyPatch, nights: int, kept: bool) -> None:
    """Of a night both listings are read for the plan, under the locks, and as each other's mate before a write.

    For the plan a list tells the events; only their places in checkout are asked for one by one.
    """

    def read_again(run: PlanRun, subject: Subject) -> Awaitable[DecisionReading]:
        return run.reader.look(subject)

    if not kept:
        monkeypatch.setattr(PlanRun, "second_look", read_again)

    async def story() -> None:
        club, wanted, rules = season(nights)
        asked: Counter[str] = counted(club.us)
        plan = await club.us.plan(*wanted, rules=rules)
        assert len(plan.changes) == 2 * nights
        planned = Counter(asked)
        commits: list[str] = []
        club.us.journal._open().set_trace_callback(commits.append)
        result = await club.us.apply(plan, settle=False)
        assert {change.outcome for change in result.changes} == {Outcome.VERIFIED}
        applied = Counter(asked) - planned
        calls = applied["event"] + applied["places_in_checkout"] + len(club.eventbrite.requests)
        told = (planned["events"], planned["event"], planned["places_in_checkout"])
        assert told == ((1, 0, nights) if nights >= WORTH_A_LIST else (0, nights, nights))
        assert (calls <= MAX_CALLS * len(plan.changes)) is kept
        assert calls == (5 if kept else 7) * nights
        assert applied["snapshot"] == (2 if kept else 3) * nights
        assert len(club.shop.requests) == nights
        most = COMMITS * len(plan.changes) + OF_THE_PLAN
        assert sum(statement == "COMMIT" for statement in commits) <= most, "each waits for the disk"

    run(story())
