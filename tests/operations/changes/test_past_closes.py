"""What a listing's past in the journal says of its closing, and what closing and reopening make of it."""

from __future__ import annotations

import dataclasses

import pytest

from brcc_tui.model.changes.plan import Action, RefusalCode
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.changes.closing import (
    HIDDEN,
    PastChanges,
    closed_capacity,
    closed_here,
    goal_of_close,
    goal_of_reopen,
)
from brcc_tui.operations.changes.guards import Guarded
from brcc_tui.store.journal_entries import Entry
from tests.operations.changes.guard_world import CELL, CLASS
from tests.operations.changes.test_guards_alone import looked_at, the_listing
from tests.operations.changes.test_told_by_the_journal import ON_ITS_WAY, SETTLED, Move, entry

DONE = (*ON_ITS_WAY[1:], "checkpointed", "sent", "answered", "looked", "verified")


def closing(*moves: Move, outcome: str | None = "settled", hides: bool | None = None) -> Entry:
    planned: Move = "planned" if hides is None else ("planned", {HIDDEN: hides})
    return entry(planned, *(moves or DONE), outcome=outcome, action=Action.CLOSE)


CLOSED = closing()
SHOWN = dataclasses.replace(closing(hides=False), action="reopen")

PASTS: dict[str, tuple[bool, list[Entry]]] = {
    "closed": (True, [CLOSED]),
    "closed, and set since": (False, [SETTLED, CLOSED]),
    "closed, and set since without an answer": (True, [entry(*ON_ITS_WAY, "checkpointed", "sent"), CLOSED]),
    "perhaps closed": (True, [closing("confirmed", "checkpointed", "sent", outcome="unclear")]),
    "closed, and taken back": (False, [closing(outcome="rolled_back")]),
    "never answered, and taken back": (False, [closing("confirmed", "sent", outcome="rolled_back")]),
    "refused by the shop": (False, [closing("confirmed", "checkpointed", "sent", outcome="refused")]),
    "never sent": (False, [closing("confirmed", "locked", outcome="interrupted")]),
    "hidden": (True, [closing(hides=True)]),
    "hidden, and shown again": (False, [SHOWN, closing(hides=True)]),
    "lowered, hidden, and shown again": (True, [SHOWN, closing(hides=True), CLOSED]),
}


@pytest.mark.parametrize(("closed", "past"), PASTS.values(), ids=PASTS)
def test_whether_a_person_closed_it_here(closed: bool, past: list[Entry]) -> None:
    assert closed_here(past) is closed


def test_what_sold_without_limit_before_is_reopened_by_no_number() -> None:
    look = looked_at(CELL)
    with pytest.raises(Guarded) as no:
        goal_of_reopen(look, look.listings[CELL], PastChanges([dataclasses.replace(CLOSED, before="unlimited")]))
    assert no.value.code is RefusalCode.UNLIMITED


def test_what_was_not_closed_here_is_reopened_by_no_number_and_says_whether_it_sells() -> None:
    look = looked_at(CELL)
    shut = dataclasses.replace(look.listings[CELL], status=Status.CLOSED)
    for listing, why in ((look.listings[CELL], "it is on sale: there is nothing to reopen"), (shut, "cannot know")):
        with pytest.raises(Guarded, match=why) as no:
            goal_of_reopen(look, listing, PastChanges([]))
        assert no.value.code is RefusalCode.NO_CHANGE


def test_what_is_not_known_to_be_taken_is_no_number_to_close_at() -> None:
    look = looked_at(CLASS)
    unknown = the_listing(CLASS, sold=Unknown("not read"))
    with pytest.raises(Guarded) as no:
        closed_capacity(dataclasses.replace(look, listings={CLASS: unknown}), unknown)
    assert no.value.code is RefusalCode.SOLD_UNKNOWN


@pytest.mark.parametrize("capacity", [10, 8])
def test_a_class_that_sold_all_it_has_or_more_is_closed_already(capacity: int) -> None:
    with pytest.raises(Guarded, match="closed already") as no:
        goal_of_close(looked_at(CLASS), the_listing(CLASS, capacity=capacity, sold=10))
    assert no.value.code is RefusalCode.NO_CHANGE
