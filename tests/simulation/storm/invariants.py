"""What must hold after a history, computed from the site's own tables and the record of what reached it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from brcc_tui.model.changes.plan import Action, Change, ChangeResult, Danger, Outcome
from brcc_tui.operations.changes.lifecycle import State, check_move
from brcc_tui.operations.changes.recover import recoverable
from brcc_tui.sandbox.faults import FaultKind
from brcc_tui.sandbox.wordpress import php
from brcc_tui.store.journal_entries import Entry
from tests.simulation.storm.small_club import CELLS, CLASSES, SINGLE, UNLIMITED, Arrived, cells_of, structure_of
from tests.simulation.storm.storm_history import Applied, History, carries
from tests.simulation.storm.weather import QUIET

_WELL = (Outcome.SETTLED, Outcome.SETTLED_LOW, Outcome.REFUSED)
_STOCK = re.compile(r'(stock"\s*:\s*)("?)(\d*)("?)')
SEATS, FEW = 55, 10
"""Seats of the room; and so many free that sales and cancels in between do not matter."""

_AGE = 8.0
"""Seconds between a reading and the arrival of a text made from it: 5 s at most, and the way there."""


async def check(history: History, offers: Offers, weather: str) -> None:
    """Raise `AssertionError` for the first that does not hold."""
    entries = [entry for journal in history.journals() for entry in journal.entries()]
    assert not history.app_errors, history.app_errors
    assert not history.unrecorded, f"never recorded before it arrived: {history.unrecorded[0]}"
    every_entry_made_legal_moves(entries)
    fooevents_still_reads_the_text(history)
    only_named_numbers_were_written(history, entries)
    every_lock_is_free(history)
    await every_change_is_accounted_for(history)
    eventbrite_stands_as_said(history)
    a_sync_leaves_what_was_closed_here(history)
    what_staff_closed_stays_closed(history)
    if weather != "wild":
        what_a_split_offers_is_free(history)
        capacities_are_as_settled(history)
        no_neighbour_changed(history)
    if weather == "quiet":
        offers.never_above_the_plans_worst_end(history)


def every_entry_made_legal_moves(entries: Sequence[Entry]) -> None:
    for entry in entries:
        last: State | None = None
        for event in entry.events:
            check_move(last, State(event.event))
            last = State(event.event)


def fooevents_still_reads_the_text(history: History) -> None:
    """Slots, dates, labels and times are those of the beginning, in FooEvents' own reading; numbers are numbers."""
    assert isinstance(php.json_decode(history.club.text), dict), "FooEvents cannot read its text any more"
    if not history.weather.staff:
        same = structure_of(history.club.text) == structure_of(history.text_at_first)
        assert same, "slots, dates, labels or times have changed"
    cells = cells_of(history.club.text)
    assert cells[UNLIMITED] is None, "an unlimited date was limited"
    assert all((number or 0) >= 0 for number in cells.values()), cells


def only_named_numbers_were_written(history: History, entries: Sequence[Entry]) -> None:
    """Every text of ours is one that stood there shortly before, byte for byte, but for the numbers announced."""
    for write in history.club.arrived:
        if write.text is None:
            if "stock_quantity" in write.body:
                assert set(write.body) == {"stock_quantity"}, write
            continue
        announced = [
            event.detail["numbers"]
            for entry in entries
            for event in entry.events
            if event.event == "sent" and carries(write, event.detail["numbers"])
        ]
        assert any(
            _differs_only_in(text, write, set(numbers))  # type: ignore[call-overload]
            for text in _stood_before(history, write)
            for numbers in announced
        ), f"at {write.at}: {write.text} is made of nothing that stood there"


def _stood_before(history: History, write: Arrived) -> list[str]:
    """The texts that stood there in the seconds before the write arrived."""
    slack = 45.0 if history.weather.faults else _AGE  # a delayed request arrives that much later
    texts = history.club.texts
    found = [history.text_at_first] if not texts or texts[0].at >= write.at - slack else []
    for number, each in enumerate(texts):
        ends = texts[number + 1].at if number + 1 < len(texts) else write.at
        if each.at <= write.at and ends >= write.at - slack:
            found.append(each.after)
    return found


def _differs_only_in(before: str, write: Arrived, named: set[str]) -> bool:
    assert write.text is not None
    if _STOCK.sub(r"\1\2#\4", before) != _STOCK.sub(r"\1\2#\4", write.text):
        return False
    old, new = cells_of(before), cells_of(write.text)
    return all(listing in named or old[listing] == number for listing, number in new.items())


def what_staff_closed_stays_closed(history: History) -> None:
    """A 0 that staff saved is raised by no hand of ours, unless a later plan said so."""
    slack = 45.0 if FaultKind.DELAY in history.club.faults.struck else _AGE  # on its way before they saved
    closed: dict[str, float] = {}
    for write in history.club.texts:
        old, new = cells_of(write.before), cells_of(write.after)
        for listing in CELLS:
            if write.hand == "staff" and new.get(listing) == 0 != old.get(listing):
                closed[listing] = write.at
            elif new.get(listing) != old.get(listing):
                at = closed.pop(listing, None)
                ours = at is not None and write.hand.startswith("pilot") and write.at - at > slack
                said = [a for a in history.applied if at is not None and a.began > at and _raises_from_zero(a, listing)]
                assert not ours or said, f"{listing}, which staff closed at {at}, was raised at {write.at}"
                history.checked["closed by staff"] += ours


def _raises_from_zero(applied: Applied, listing: str) -> bool:
    changes = [change for change in applied.plan.changes if change.listing.id == listing]
    return any(Danger.FROM_ZERO in change.dangers for change in changes)


def every_lock_is_free(history: History) -> None:
    assert not history.club.mysql.locks._held, "still locked"
    for pilot in history.pilots:
        for subject in ("wc:4061", "wc:31907", "eb:123"):
            assert pilot.club.locks.is_free(subject), f"{subject} still locked by {pilot.name}"


async def every_change_is_accounted_for(history: History) -> None:
    """Whatever was sent has an outcome that leaves nothing to be found out, or recovery shows it."""
    for pilot in history.pilots:
        shown = {found.entry.id for found in await recoverable(pilot.club)}
        for entry in pilot.club.journal.entries():
            sent = any(event.event == "sent" for event in entry.events)
            found_out = entry.outcome is not None and entry.outcome != Outcome.UNCLEAR.value
            assert not sent or found_out or entry.id in shown, f"{entry.id} was sent, and nobody is told of it"


def eventbrite_stands_as_said(history: History) -> None:
    for listing in CLASSES:
        said = _last_word(history, listing)
        if said is not None and said.change.outcome is Outcome.SETTLED and not said.by_state:
            there = history.club.ticket_class(listing).capacity
            assert there == said.change.wanted, f"{listing}: {there} at Eventbrite, settled at {said.change.wanted}"
            history.checked["ticket class"] += 1


def capacities_are_as_settled(history: History) -> None:
    """Sold, held and remaining add up to the capacity last settled, or the difference was reported."""
    implied = history.club.implied()
    for listing in (*CELLS, SINGLE):
        said = _last_word(history, listing)
        if said is None or said.change.outcome is not Outcome.SETTLED or said.by_state:
            continue
        wanted = max(said.change.wanted, said.applied.taken[listing])  # more were sold in the moment of the write
        assert wanted == said.change.wanted or "more places are taken" in said.change.reason, f"{listing}: untold"
        wanted += _drift_of_the_shop(history, listing, said.applied.ended)
        assert implied[listing] == wanted, f"{listing}: {implied[listing]}, settled at {wanted}"
        history.checked["settled capacity"] += 1


def what_a_split_offers_is_free(history: History) -> None:
    """After a split, what all listings of the show offer and what is taken leave the house the seats that it keeps."""
    for applied in history.applied:
        split = next((rule for rule in applied.plan.rules if rule.terms.get("mode") == "split"), None)
        if split is None or applied.result is None or _may_write_when_dead(history):
            continue
        if applied.plan.refused and not applied.plan.changes:
            continue  # an old number of Eventbrite's is nothing to share by
        well = {change.outcome for change in applied.result.changes} <= {Outcome.SETTLED, Outcome.SETTLED_LOW}
        taken = history.club.taken()
        taken.update({listing: history.club.ticket_class(listing).sold for listing in CLASSES})
        seats = SEATS - max(applied.held_back) if len(applied.held_back) == 1 else SEATS  # else said in the midst of it
        many = sum(taken[listing] for listing in split.listing_ids)
        if well and _was_alone(history, applied) and many <= seats - FEW:
            numbers = [(max(0, history.club.left(listing)), taken[listing]) for listing in split.listing_ids]
            history.checked["split"] += 1
            history.checked["split, seats held back"] += seats < SEATS
            words = f"{numbers} of {seats} seats on offer and taken after a split"
            assert sum(map(sum, numbers)) <= seats, words


def _was_alone(history: History, applied: Applied) -> bool:
    """Whether every other plan had ended before it began."""
    others = (other for other in history.applied if other is not applied)
    return all(other.result is not None and other.ended < applied.began for other in others)


def a_sync_leaves_what_was_closed_here(history: History) -> None:
    """No sync of a copy of the program changes what it has closed, with nothing else of its own in between."""
    if any(each.result is None for each in history.applied):
        return
    for applied in history.applied:
        for change in applied.plan.changes if applied.plan.rules else ():
            before = [
                (other, planned.action is Action.CLOSE and ended.outcome is Outcome.SETTLED)
                for other in history.applied
                if other.pilot == applied.pilot and other.ended < applied.began and other.result is not None
                for ended, planned in zip(other.result.changes, other.plan.changes, strict=True)
                if planned.listing.id == change.listing.id and ended.outcome is not Outcome.REFUSED
            ]
            closed = bool(before) and max(before, key=lambda each: each[0].ended)[1]
            assert not closed, f"a sync changes {change.listing.id}, which was closed here"
            history.checked["sync after a change"] += bool(before)


def _drift_of_the_shop(history: History, listing: str, since: float) -> int:
    """Seats that FooEvents lost (-) or invented (+) since, writing an older copy of the text back."""
    found = 0
    for write in history.club.texts:
        moved = write.moved()
        if write.at > since and write.hand in ("buyer", "cancel") and sum(map(abs, moved.values())) > 1:
            found += moved.get(listing, 0)
    return found


def no_neighbour_changed(history: History) -> None:
    """A listing that no plan named stands as its own orders account for, unless that was reported."""
    if _may_write_when_dead(history):
        return
    named = {change.listing.id for applied in history.applied for change in applied.plan.changes}
    implied = history.club.implied()
    told = " ".join(
        str(event.detail.get("reason"))
        for journal in history.journals()
        for entry in journal.entries()
        for event in entry.events
    )
    for listing in sorted({*CELLS, SINGLE} - named):
        if listing not in told and all(_ended_well(applied, listing) for applied in history.applied):
            first = history.at_first[listing]
            least = first - _cancels_overwritten(history, listing)
            words = f"{listing}, which no plan named: {implied[listing]}, at first {first}"
            assert least <= implied[listing] <= first, words
            history.checked["cancel overwritten, untold"] += implied[listing] < first
            history.checked["neighbour"] += any(write.hand.startswith("pilot") for write in history.club.texts)


def _cancels_overwritten(history: History, listing: str) -> int:
    """Places that a cancel gave back in the very moment of a write of ours, which took them away again.

    An order that was placed after our first reading and stopped being live before the second, its places not yet
    given back, cannot be told from one that never was. Too few are on offer then, which is the safe side.
    """
    found = 0
    for n, write in enumerate(history.club.texts):
        lately = [each for each in history.club.texts[:n] if each.hand == "cancel" and write.at - each.at < _AGE]
        given_back, taken = sum(each.moved().get(listing, 0) for each in lately), -write.moved().get(listing, 0)
        if write.hand.startswith("pilot") and 0 < taken <= given_back:
            found += taken
    return found


def _ended_well(applied: Applied, listing: str) -> bool:
    return applied.result is None or all(
        change.outcome in _WELL for change in applied.result.changes if _product(change.listing_id) == _product(listing)
    )


@dataclass(frozen=True)
class _Word:
    """The last that was said of a listing; `by_state` when it was closed, hidden or shown again: no plain number."""

    applied: Applied
    change: ChangeResult
    by_state: bool


def _last_word(history: History, listing: str) -> _Word | None:
    """None when an operator died over its product, or two overlapped."""
    touching = [
        applied
        for applied in history.applied
        if any(_product(change.listing.id) == _product(listing) for change in applied.plan.changes)
    ]
    if not touching or _may_write_when_dead(history):
        return None
    last = max(touching, key=lambda applied: applied.ended)
    if last.result is None or any(other is not last and other.ended > last.began for other in touching):
        return None
    for change, planned in zip(last.result.changes, last.plan.changes, strict=True):
        if change.listing_id == listing:
            hides = {Danger.HIDES, Danger.UNHIDES} & set(planned.dangers)
            return _Word(last, change, planned.action is Action.CLOSE or bool(hides))
    return None


def _may_write_when_dead(history: History) -> bool:
    """Whether a request of a dead operator may have come long after, when somebody else had begun."""
    return FaultKind.DELAY in history.club.faults.struck and any(each.result is None for each in history.applied)


def _product(listing: str) -> str:
    return listing.split(":")[1]


class Offers:
    """What all listings together offered, after every write, in a world where nobody buys."""

    def __init__(self, history: History) -> None:
        self._club = history.club
        self._seen: list[tuple[float, dict[str, int]]] = []
        if history.weather is QUIET:  # where somebody buys, no sum of offers is promised
            self._club.on_write.append(self.note)
        self.note()

    def note(self) -> None:
        numbers = {listing: self._club.left(listing) for listing in (*CELLS, SINGLE, *CLASSES)}
        self._seen.append((self._club.seconds(), numbers))

    def never_above_the_plans_worst_end(self, history: History) -> None:
        for applied in history.applied:
            for show in {change.listing.show for change in applied.plan.changes}:
                changes = [change for change in applied.plan.changes if change.listing.show == show]
                self._of_show(history, applied, changes)

    def _of_show(self, history: History, applied: Applied, changes: Sequence[Change]) -> None:
        start = sum(_number(change.before.remaining) for change in changes)
        end = sum(_number(change.after.remaining) for change in changes)
        until = applied.ended if applied.result is not None else applied.began
        for at, numbers in self._seen:
            if applied.began <= at <= until:
                history.checked["offer"] += 1
                offered = sum(numbers[change.listing.id] for change in changes)
                assert offered <= max(start, end), f"{offered} on offer, between {start} and {end}"


def _number(quantity: object) -> int:
    assert isinstance(quantity, int)
    return quantity
