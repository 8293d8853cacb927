"""What must hold after a history in memory, computed from the fake shops and the record of what reached them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

from brcc_tui.model.changes.plan import Action, Change, Danger, Outcome
from brcc_tui.operations.changes.lifecycle import State, check_move
from brcc_tui.operations.changes.recover import recoverable
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_entries import Entry
from tests.operations.changes.fake_texts import cells_of
from tests.operations.changes.fake_wire import START
from tests.operations.changes.fakes import Write
from tests.simulation.campaign.history import CELLS, SINGLE, UNLIMITED, Applied, History

SEATS, FEW = 55, 10
"""Seats of the room; and so many free that sales and cancels in between do not matter."""


async def check(history: History, offers: Offers, weather: str) -> None:
    """Raise `AssertionError` for the first that does not hold."""
    kept = entries_of(history)
    entries = [entry for of_journal in kept.values() for entry in of_journal.values()]
    every_entry_made_legal_moves(entries)
    every_request_was_recorded_before_it_left(history, entries)
    nothing_forbidden_was_written(history)
    what_staff_closed_stays_closed(history)
    every_lock_is_free(history)
    await every_change_that_was_sent_is_accounted_for(history)
    one_writer_at_a_time(history, kept)
    a_sync_leaves_what_was_closed_here(history)
    if not history.weather.overlapping:
        capacities_are_as_settled(history)
        no_neighbour_gained_a_seat(history)
        what_a_split_offers_is_free(history)
    if weather == "quiet":
        offers.never_above_the_plans_worst_end()


def entries_of(history: History) -> dict[Journal, dict[str, Entry]]:
    """What each journal keeps, by the entry's id."""
    journals = dict.fromkeys(operator.journal for operator in history.operators)
    return {journal: {entry.id: entry for entry in journal.entries()} for journal in journals}


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
    assert len(history.world.eventbrite.requests) <= sum(recorded[each] for each in recorded if each.startswith("eb:"))


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
    assert history.shop.locks == {}, "locks of the database are kept"
    for operator in history.operators:
        assert operator.locks.held == {}, "locks of this computer are kept"


def one_writer_at_a_time(history: History, kept: Mapping[Journal, Mapping[str, Entry]]) -> None:
    """Nobody else's request reaches a product between our lock and our last look.

    One of somebody who was told to stop before its answer came may be done by PHP at any time: nobody can call it back.
    """
    for applied in history.applied:
        if applied.result is None:
            continue
        who = applied.operator.who
        for change in applied.result.changes:
            entry = kept[applied.operator.journal].get(change.entry or "")
            locked = entry.last("locked") if entry is not None else None
            if locked is None or change.outcome is Outcome.REFUSED or not change.listing_id.startswith("wc:"):
                continue
            what = "set_stock" if change.listing_id == SINGLE else "set_booking_text"
            for request in history.shop.requests:
                inside = _seconds(locked.at) < request.at < applied.ended and request.what == what
                assert not inside or request.late or request.who == who, (
                    f"{request.who} wrote while it was changed by {who}"
                )


async def every_change_that_was_sent_is_accounted_for(history: History) -> None:
    """It has an outcome that leaves nothing to be found out, or recovery shows it."""
    shown_by = []
    for operator in history.operators:
        operator.wire.faults.clear()
        shown_by.append({found.entry.id for found in await recoverable(operator.club)})
    kept = entries_of(history)
    for operator, shown in zip(history.operators, shown_by, strict=True):
        for entry in kept[operator.journal].values():
            sent = any(event.event == "sent" for event in entry.events)
            found_out = entry.outcome is not None and entry.outcome != Outcome.UNCLEAR.value
            assert not sent or found_out or entry.id in shown, f"{entry.id} was sent, and nobody is told of it"


def what_a_split_offers_is_free(history: History) -> None:
    """After a split, what all listings of the show offer and what is taken leave the house the seats that it keeps."""
    for applied in history.applied:
        split = next((rule for rule in applied.plan.rules if rule.terms.get("mode") == "split"), None)
        if split is None or applied.result is None or not _undisturbed(history, applied):
            continue
        outcomes, seats = {change.outcome for change in applied.result.changes}, SEATS - max(applied.held_back)
        if outcomes <= {Outcome.SETTLED, Outcome.SETTLED_LOW} and max(applied.taken) <= seats - FEW:
            numbers = [_offered_and_taken(history, listing) for listing in split.listing_ids]
            lost = sum(drift.places for drift in history.shop.drifts if drift.at > applied.ended and drift.places > 0)
            history.checked["split"] += 1
            history.checked["split, seats held back"] += seats < SEATS and len(applied.held_back) == 1
            seats = seats if len(applied.held_back) == 1 else SEATS  # said in the midst of it
            assert sum(map(sum, numbers)) <= seats + lost, (
                f"{numbers} of {seats} seats on offer and taken after a split"
            )


def _undisturbed(history: History, applied: Applied) -> bool:
    """Whether nobody else's plan was at work on it since it began, and nobody died over one."""
    others = [other for other in history.applied if other is not applied]
    return all(other.result is not None and other.ended < applied.began for other in others)


def _offered_and_taken(history: History, listing: str) -> tuple[int, int]:
    if listing.startswith("eb:"):
        found = history.world.eventbrite.events["123"].classes[listing.rpartition(":")[2]]
        sold = found.quantity_sold or 0
        return (0 if found.hidden else max(0, (found.capacity or 0) - sold)), sold
    number = history.shop.number(listing)
    return (number if isinstance(number, int) else SEATS), history.shop.taken(listing)


def a_sync_leaves_what_was_closed_here(history: History) -> None:
    """No sync that was planned after a close here, with nothing here in between, changes what was closed."""
    for applied in history.applied:
        for change in applied.plan.changes if applied.plan.rules else ():
            closed = _closed_before(history, applied, change.listing.id)
            assert not closed, f"a sync changes {change.listing.id}, which was closed here"


def _closed_before(history: History, applied: Applied, listing: str) -> bool:
    """Whether the last change of the listing in this journal had closed it before that plan was made."""
    made = (applied.plan.made_at - START).total_seconds()
    touching = [
        (other, change, planned)
        for other in history.applied
        if other.operator.journal is applied.operator.journal and other is not applied and other.began < applied.began
        for change, planned in zip(other.result.changes if other.result else (), other.plan.changes, strict=False)
        if planned.listing.id == listing
    ]
    if any(other.result is None for other in history.applied) or not touching:
        return False
    last, change, planned = max(touching, key=lambda each: each[0].ended)
    alone = all(other is last or other.ended < last.began for other, _, _ in touching)
    closed = planned.action is Action.CLOSE and change.outcome is Outcome.SETTLED
    history.checked["closed here"] += closed and alone
    return closed and alone and last.ended < made


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
    if closing:
        return None
    # What was sold in the moment of the write, beyond its capacity, is told; a cancel gives it back later.
    taken = change.reading.taken
    there = max(change.wanted, taken) if isinstance(taken, int) else change.wanted
    return last.ended, there, change.outcome is Outcome.SETTLED_LOW


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
            assert told or history.world.implied(listing) <= history.began_at[listing] + max(0, drift), (
                f"{listing}, which no plan named, has gained a seat"
            )


def _all_ended_well(applied: Applied) -> bool:
    assert applied.result is not None
    return all(
        change.outcome in (Outcome.SETTLED, Outcome.SETTLED_LOW, Outcome.REFUSED) for change in applied.result.changes
    )


class Offers:
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
