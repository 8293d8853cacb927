"""Thousands of random histories, and what must hold after each.

A failure names its seed and its weather. To see it again:

    CAMPAIGN_SEED=1234 .venv/bin/pytest tests/simulation/campaign -k wild
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
from collections import Counter

import pytest

from brcc_tui.model.changes.plan import Change, Danger, Outcome
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.expectations import Expectations, Stands, Verdict
from brcc_tui.operations.changes.lifecycle import ENDED, State, check_move
from brcc_tui.operations.changes.locking import Hold
from brcc_tui.store.journal import Entry, Journal
from tests.operations.changes.fakes import FakeLock, FakeWordPress, Write, cells_of
from tests.operations.changes.virtual_time import run
from tests.simulation.campaign.history import CELLS, CLASSES, SINGLE, UNLIMITED, Applied, History, Weather

IN_CI = os.environ.get("CI", "").lower() == "true"
HISTORIES = 2_100 if IN_CI else 300
CHUNKS = 6

CLEAN = Weather(faults=0.25, kills=0.15, stops=0.1, operators=2)
"""FooEvents' own checkouts one after the other, so that every lost seat would be ours."""

WILD = Weather(
    buyers=10, cancels=5, refunds=1, staff=2, operators=3, faults=0.3, kills=0.2, stops=0.1, overlapping=True
)
QUIET = Weather(buyers=0, cancels=0, aimed=0.0, faults=0.5, kills=0.3, stops=0.2, operators=1)
"""Nobody buys: what is on offer moves only by our own hand, at every moment."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("weather", ["clean", "wild", "quiet"])
def test_campaign(weather: str, chunk: int) -> None:
    seeds = range(chunk, HISTORIES // 3, CHUNKS)
    if "CAMPAIGN_SEED" in os.environ:
        if chunk:
            return
        seeds = range(int(os.environ["CAMPAIGN_SEED"]), int(os.environ["CAMPAIGN_SEED"]) + 1)
    for seed in seeds:
        try:
            run(_one(seed, weather))
        except BaseException as error:
            raise AssertionError(f"seed {seed}, {weather}: {error}") from error


async def _one(seed: int, weather: str) -> None:
    history = History(seed, {"clean": CLEAN, "wild": WILD, "quiet": QUIET}[weather])
    shape, offers = history.structure(), _Offers(history)
    history.shop.watchers.append(offers.note)
    history.world.eventbrite.watchers.append(offers.note)
    await history.live()
    assert not history.crashes, history.crashes
    assert history.structure() == shape
    entries = _entries(history)
    every_entry_made_legal_moves(entries)
    every_request_was_recorded_before_it_left(history, entries)
    nothing_forbidden_was_written(history)
    what_staff_closed_stays_closed(history)
    every_lock_is_free(history)
    every_change_that_was_sent_is_accounted_for(history)
    one_writer_at_a_time(history)
    if weather != "wild":
        capacities_are_as_settled(history)
        no_neighbour_gained_a_seat(history)
    if weather == "quiet":
        offers.never_above_the_plans_worst_end()


def test_the_campaign_notices_an_engine_that_does_not_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = Expectations.judge

    def blind(ledger: Expectations, look: DecisionReading) -> list[Verdict]:
        return [dataclasses.replace(verdict, stands=Stands.AS_WANTED) for verdict in judge(ledger, look)]

    monkeypatch.setattr(Expectations, "judge", blind)
    with pytest.raises(AssertionError, match="settled at"):
        _some("clean")


def test_the_campaign_notices_writers_without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    async def take(database: FakeWordPress, product: int) -> FakeLock:
        return FakeLock(database.shop, product)

    async def yes(_hold: Hold) -> bool:
        return True

    monkeypatch.setattr(FakeWordPress, "lock", take)
    monkeypatch.setattr(Hold, "still_ours", yes)
    with pytest.raises(AssertionError, match="while it was changed by"):
        _some("wild")


def _some(weather: str) -> None:
    for seed in range(40):
        run(_one(seed, weather))


def _entries(history: History) -> list[Entry]:
    journals: dict[int, Journal] = {id(operator.journal): operator.journal for operator in history.operators}
    return [entry for journal in journals.values() for entry in journal.entries()]


def every_entry_made_legal_moves(entries: list[Entry]) -> None:
    for entry in entries:
        last: State | None = None
        for event in entry.events:
            check_move(last, State(event.event))
            last = State(event.event)


def every_request_was_recorded_before_it_left(history: History, entries: list[Entry]) -> None:
    """For each request that arrived, an entry that says it would be sent, with these numbers, before it was."""
    recorded: Counter[str] = Counter()
    for entry in entries:
        assert entry.last("sent") is None or entry.last("checkpointed") is not None
        recorded[entry.listing] += sum(event.event == "sent" for event in entry.events)
    for request in history.shop.requests:
        sent = [
            event
            for entry in entries
            for event in entry.events
            if event.event == "sent" and _carries(event.detail["numbers"], request.carried, request.what)
        ]
        assert any(_seconds(event.at) <= request.at for event in sent), f"{request} was never recorded"
    assert len(history.world.eventbrite.requests) <= sum(recorded[each] for each in CLASSES)


def _carries(numbers: object, carried: object, what: str) -> bool:
    assert isinstance(numbers, dict)
    if what == "set_stock":
        return numbers == {SINGLE: carried}
    cells = cells_of(str(carried))
    return all(
        listing.startswith("wc:4061:") and cells.get(tuple(listing.split(":")[2:])) == number  # type: ignore[call-overload]
        for listing, number in numbers.items()
    )


def _seconds(at: object) -> float:
    from tests.operations.changes.fakes import START

    return (at - START).total_seconds()  # type: ignore[operator, no-any-return]


def nothing_forbidden_was_written(history: History) -> None:
    hands = {operator.who for operator in history.operators}
    last: dict[str, Write] = {}
    for write in history.shop.writes:
        before = last.get(write.listing)
        last[write.listing] = write
        if write.by in hands:
            # What staff save between our last look for an open editor and our write goes under: the text is one.
            just_saved = before is not None and before.by == "staff" and write.at - before.at < 6
            assert isinstance(write.after, int) or just_saved, f"{write}: no number"
            assert not isinstance(write.after, int) or write.after >= 0, f"{write}: negative"
            assert write.listing != UNLIMITED or just_saved, f"{write}: an unlimited cell"


def what_staff_closed_stays_closed(history: History) -> None:
    """A 0 that staff saved is raised by no hand of ours, unless a later plan said so."""
    hands = {operator.who for operator in history.operators}
    last: dict[str, Write] = {}
    for write in history.shop.writes:
        before = last.get(write.listing)
        last[write.listing] = write
        if write.by in hands and before is not None and before.by == "staff" and before.after == 0:
            confirmed = any(
                applied.began > before.at and _raises_from_zero(applied, write.listing) for applied in history.applied
            )
            just_saved = write.at - before.at < 6  # between our last look for an open editor and our write
            assert confirmed or just_saved or write.after == 0, f"{write} over {before}"


def _raises_from_zero(applied: Applied, listing: str) -> bool:
    changes = [change for change in applied.plan.changes if change.listing.id == listing]
    return any(Danger.FROM_ZERO in change.dangers for change in changes)


def every_lock_is_free(history: History) -> None:
    assert history.shop.locks == {}
    for operator in history.operators:
        assert operator.locks.held == {}


def one_writer_at_a_time(history: History) -> None:
    """Nobody else's request reaches a product between our lock and our last look."""
    for applied in history.applied:
        if applied.result is None:
            continue
        who = applied.operator.who
        for change in applied.result.changes:
            entry = applied.operator.journal.entry(change.entry or "")
            locked = entry.last("locked") if entry is not None else None
            if locked is None or change.outcome is Outcome.REFUSED or not change.listing_id.startswith("wc:"):
                continue
            what = "set_stock" if change.listing_id == SINGLE else "set_booking_text"
            for request in history.shop.requests:
                inside = _seconds(locked.at) < request.at < applied.ended and request.what == what
                assert not inside or request.who == who, f"{request.who} wrote while it was changed by {who}"


def every_change_that_was_sent_is_accounted_for(history: History) -> None:
    """It has an outcome, or recovery shows it."""
    for entry in _entries(history):
        sent = entry.last("sent") is not None
        assert not sent or entry.outcome is not None or entry.last("checkpointed") is not None
        assert entry.outcome is None or State(entry.outcome) in ENDED


def capacities_are_as_settled(history: History) -> None:
    """Sold, held and remaining add up to the capacity last settled, or the difference was reported."""
    for listing in (*CELLS, SINGLE):
        settled = _last_word(history, listing)
        if settled is None:
            continue
        at, capacity, low = settled
        drift = sum(drift.places for drift in history.shop.drifts if drift.listing == listing and drift.at > at)
        uncertain = [drift for drift in history.shop.drifts if drift.listing == listing and at - 1 < drift.at <= at]
        if not uncertain:
            found = history.world.implied(listing)
            capacity = max(capacity, history.shop.taken(listing))  # more were sold in the moment of the write
            said = f"{listing}: {found}, settled at {capacity}, drift since {drift}"
            assert found <= capacity + drift if low else found == capacity + drift, said


def _last_word(history: History, listing: str) -> tuple[float, int, bool] | None:
    """When and at what the last change of the listing settled; None when something else happened after or beside."""
    touching = [applied for applied in history.applied if _touches(applied, listing)]
    if not touching or any(applied.result is None for applied in touching):
        return None
    last = max(touching, key=lambda applied: applied.ended)
    if any(other is not last and other.ended > last.began for other in touching):
        return None
    assert last.result is not None
    change = next((c for c in last.result.changes if c.listing_id == listing), None)
    if change is None or change.outcome not in (Outcome.SETTLED, Outcome.SETTLED_LOW):
        return None
    closing = next(c for c in last.plan.changes if c.listing.id == listing).action.value == "close"
    return None if closing else (last.ended, change.wanted, change.outcome is Outcome.SETTLED_LOW)


def _touches(applied: Applied, listing: str) -> bool:
    product = listing.split(":")[1]
    return any(change.listing.id.split(":")[1] == product for change in applied.plan.changes)


def no_neighbour_gained_a_seat(history: History) -> None:
    """A cell that no plan named offers no seat more than its own orders account for, unless that was reported."""
    if any(applied.result is None or not _all_ended_well(applied) for applied in history.applied):
        return
    for listing in CELLS:
        if listing not in history.named:
            drift = sum(drift.places for drift in history.shop.drifts if drift.listing == listing)
            first = next((write for write in history.shop.writes if write.listing == listing), None)
            if first is None:
                continue
            told = any(
                listing in change.reason
                for applied in history.applied
                if applied.result
                for change in applied.result.changes
            )
            assert told or history.world.implied(listing) <= history.began_at[listing] + max(0, drift), listing


def _all_ended_well(applied: Applied) -> bool:
    assert applied.result is not None
    return all(
        change.outcome in (Outcome.SETTLED, Outcome.SETTLED_LOW, Outcome.REFUSED) for change in applied.result.changes
    )


class _Offers:
    """What all listings together offered, after every change, in a world where nobody buys."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.seen: list[tuple[float, dict[str, int]]] = []
        self.note()

    def note(self) -> None:
        now = {listing: self.history.shop.number(listing) for listing in (*CELLS, SINGLE)}
        for name, ticket_class in self.history.world.eventbrite.events["123"].classes.items():
            left = (ticket_class.capacity or 0) - (ticket_class.quantity_sold or 0)
            now[f"eb:123:{name}"] = 0 if ticket_class.hidden else left
        loop = asyncio.get_running_loop()
        self.seen.append((loop.time(), {key: number for key, number in now.items() if isinstance(number, int)}))

    def never_above_the_plans_worst_end(self) -> None:
        for applied in self.history.applied:
            if any(Danger.FROM_UNLIMITED in change.dangers for change in applied.plan.changes):
                continue
            for show in {change.listing.show for change in applied.plan.changes}:
                self._of_show(applied, [c for c in applied.plan.changes if c.listing.show == show])

    def _of_show(self, applied: Applied, changes: list[Change]) -> None:
        start = sum(_number(change.before.remaining) for change in changes)
        end = sum(_number(change.after.remaining) for change in changes)
        until = applied.ended if applied.result is not None else applied.began
        for at, numbers in self.seen:
            if applied.began <= at <= until:
                offered = sum(numbers[change.listing.id] for change in changes)
                assert offered <= max(start, end), f"{offered} on offer, between {start} and {end}"


def _number(quantity: object) -> int:
    assert isinstance(quantity, int)
    return quantity
