"""What a plan of many shows asks of the shops for each of its changes: counts, for times depend on the machine."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Sequence

import pytest

from brcc_tui.model.catalogue import Event, Product
from brcc_tui.model.changes.plan import Outcome, ShowRule
from brcc_tui.operations.changes.batch import PlanRun
from brcc_tui.operations.changes.decision_reader import CHECKOUTS_AT_ONCE, DecisionReader
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.read_together import WORTH_A_LIST
from brcc_tui.platforms.eventbrite.calls import CALLS_AT_ONCE
from tests.operations.changes.operators import World, go
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

    For the plan a list of each shop and one snapshot tell of all; only places in checkout are asked for one by one.
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
        many = nights >= WORTH_A_LIST
        assert planned["places_in_checkout"] == nights
        assert (planned["events"], planned["event"]) == ((1, 0) if many else (0, nights))
        assert (planned["products"], planned["product"]) == ((1, 0) if many else (0, nights))
        assert planned["snapshot"] == (1 if many else nights)
        assert (calls <= MAX_CALLS * len(plan.changes)) is kept
        assert calls == (5 if kept else 7) * nights
        assert applied["snapshot"] == (2 if kept else 3) * nights
        assert len(club.shop.requests) == nights
        most = COMMITS * len(plan.changes) + OF_THE_PLAN
        assert sum(statement == "COMMIT" for statement in commits) <= most, "each waits for the disk"

    run(story())


def test_what_cannot_be_read_with_the_others_is_read_alone() -> None:
    """A product in unrest, one that a list does not tell, an event that it does not: the others are not asked again."""

    async def story() -> None:
        club, wanted, _ = season(WORTH_A_LIST)
        sale = club.shop.sale("wc:4061:aaa:ddd", 1)
        go(sale, "ticket 1")  # the text is lowered, and its order has no places yet
        shop, eventbrite = club.us.club.woocommerce, club.us.club.eventbrite
        assert shop is not None
        assert eventbrite is not None
        of_shop, of_eventbrite = shop.products_by_id, eventbrite.events_by_id

        async def some_products(numbers: Sequence[int]) -> list[Product]:
            return [product for product in await of_shop(numbers) if product.id != 4062]

        async def some_events(event_ids: Sequence[str]) -> list[Event]:
            return await of_eventbrite(event_ids[1:])

        setattr(shop, "products_by_id", some_products)  # noqa: B010
        setattr(eventbrite, "events_by_id", some_events)  # noqa: B010
        asked = counted(club.us)
        planning = asyncio.ensure_future(club.us.plan(*wanted))
        await asyncio.sleep(0.5)
        go(sale)
        plan = await planning
        assert len(plan.changes) == len(wanted)
        assert next(x.before.taken for x in plan.changes if x.listing.id == "wc:4061:aaa:ddd") == 1
        assert (asked["products"], asked["product"], asked["snapshot"]) == (1, 1 + 1, 1 + 1)
        assert (asked["events"], asked["event"]) == (1, 1)

    run(story())


def test_a_reading_of_many_is_as_old_as_the_question() -> None:
    """What is written here while others are still looked at came after it, whether or not it shows."""

    async def story() -> None:
        club, wanted, _ = season(WORTH_A_LIST)
        reader, subjects = DecisionReader(club.us.club), [subject_of(listing_id) for listing_id, _ in wanted]
        reader.read_together(subjects)
        await asyncio.sleep(5)
        asked, before = asyncio.get_running_loop().time(), club.us.journal.position()
        await club.us.set(wanted[-1], settle=False)
        assert club.us.journal.position() > before
        looks = [await reader.look(subject) for subject in subjects]
        assert {look.journal_position for look in looks} == {before}
        assert max(look.began for look in looks) < asked
        again = [await reader.look(subject) for subject in subjects]
        assert min(look.journal_position for look in again) > before, "it is good for one look"

    run(story())


def test_a_list_need_not_queue_behind_what_is_asked_of_each_event() -> None:
    assert CHECKOUTS_AT_ONCE < CALLS_AT_ONCE
