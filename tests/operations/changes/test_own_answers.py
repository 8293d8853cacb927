"""Our own answers against readings that may be older: when a class is doubted, and what was set here by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from brcc_tui.model.catalogue import Event, TicketClass
from brcc_tui.model.stored_product import StoredProduct
from brcc_tui.operations.changes.own_answers import Behind, capacities_set_here, check_not_behind, with_own_answers
from brcc_tui.store.journal_entries import JournalEvent
from tests.operations.changes.fake_wire import START

CLASS, A, B = "eb:123:456", "wc:4061:aaa:ddd", "wc:4061:aaa:eee"


def after(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def move(at: float, event: str, **detail: object) -> JournalEvent:
    return JournalEvent(after(at), event, detail)


def sent(number: int, *, over: int, at: float = 0.0) -> list[JournalEvent]:
    return [move(at, "checkpointed", capacity={CLASS: over}), move(at, "sent", numbers={CLASS: number})]


def answered(capacity: int, sold: int = 12, at: float = 0.0, *, hidden: bool = False) -> JournalEvent:
    return move(at, "answered", capacity=capacity, sold=sold, hidden=hidden)


LOWERED = [*sent(20, over=30), answered(20)]
HIDDEN = [
    move(0, "checkpointed", capacity={CLASS: 30}, hide=True),
    move(0, "sent", numbers={CLASS: 30}),
    answered(30, 0, hidden=True),
]


def shown(
    moves: list[JournalEvent], seconds: float, capacity: int, sold: int = 12, *, hidden: bool = False
) -> tuple[bool, int | None]:
    """Whether the class is doubted, so many seconds after our request, and how many are sold of it then."""
    there = TicketClass("456", "123", "General", "admission", capacity, capacity, sold, "AVAILABLE", hidden=hidden)
    event = Event("123", "Night", START, "UTC", "live", None, False, (there,))
    seen, doubtful = with_own_answers(event, {CLASS: moves}, after(seconds))
    return CLASS in doubtful, seen.ticket_classes[0].quantity_sold


DOUBTS: dict[str, tuple[list[JournalEvent], float, int, bool]] = {
    "as it was left": (LOWERED, 20, 20, False),
    "as before, after some minutes": (LOWERED, 299, 30, True),
    "as before, after more than Eventbrite lags": (LOWERED, 301, 30, False),
    "as before, by a clock that was put back since": (LOWERED, -600, 30, True),
    "otherwise, by a clock that was put back by more than Eventbrite can lag": (LOWERED, -86_400, 50, False),
    "sent and never answered, as before": (sent(20, over=30), 20, 30, True),
    "sent and never answered, as it was sent": (sent(20, over=30), 20, 20, False),
    "refused": ([*sent(20, over=30), move(1, "refused")], 20, 30, False),
    "held back": ([*sent(20, over=30), move(1, "held_back")], 20, 30, False),
    "refused after an answer": ([*LOWERED, *sent(25, over=20, at=5), move(6, "refused")], 20, 30, True),
}


@pytest.mark.parametrize(("moves", "seconds", "capacity", "doubted"), DOUBTS.values(), ids=DOUBTS)
def test_a_class_that_is_shown_otherwise_than_we_left_it_is_doubted_for_minutes(
    moves: list[JournalEvent], seconds: float, capacity: int, doubted: bool
) -> None:
    assert shown(moves, seconds, capacity)[0] is doubted


def test_a_class_that_we_have_hidden_and_that_is_shown_otherwise_is_doubted() -> None:
    assert shown(HIDDEN, 20, 30, 0)[0]
    assert not shown(HIDDEN, 20, 30, 0, hidden=True)[0]
    assert shown(LOWERED, 20, 20, hidden=True)[0], "our answer told that it is on show"
    assert shown([*HIDDEN[:2], answered(30, 0)], 20, 30, 0, hidden=True)[0], "as answered, and not as sent"


@pytest.mark.parametrize(("told", "sold"), [(10, 12), (12, 12), (15, 15)])
def test_of_an_answer_and_an_older_reading_the_more_sold_is_true(told: int, sold: int) -> None:
    assert shown(LOWERED, 20, 30, told)[1] == sold


def test_an_answer_that_does_not_tell_how_many_are_sold_takes_back_none() -> None:
    """The one before it told that, seconds ago, and what is shown is older than both."""
    untold = [*LOWERED, *sent(18, over=20, at=5), move(6, "answered", capacity=18)]
    assert shown(untold, 20, 20, 10) == (True, 12)


def test_a_reading_that_shows_our_number_is_newer_than_our_answer() -> None:
    """Somebody may have cancelled since; an older one would show another number."""
    assert shown(LOWERED, 20, 20, 10)[1] == 10


class _Counts:
    replica = False


class _Snapshot:
    counts = _Counts()


def behind(modified: float | None, now: float, *saved: float) -> bool:
    """Whether a database lags that says the product was saved then, of which these saves of ours were answered.

    Beside an answer that did not tell when the product was saved.
    """
    moves = [move(at, "answered", saved=after(at).isoformat()) for at in saved] + [move(now, "answered", saved=None)]
    shown = None if modified is None else after(modified)
    stored = StoredProduct(4061, "Night", "publish", "simple", shown, after(now))
    try:
        check_not_behind(cast("Any", _Snapshot()), stored, {A: moves}, after(now))
    except Behind:
        return True
    return False


def test_a_database_that_lacks_our_newest_write_lags_behind_for_an_hour() -> None:
    assert not behind(20, 30, 10, 20)
    assert behind(10, 30, 10, 20)
    assert behind(10, 3600 + 19, 10, 20)
    assert not behind(10, 3600 + 21, 10, 20), "it was restored"
    assert behind(None, 30, 10, 20), "one that does not say when it was saved has not got our write"
    assert not behind(None, 30)


def wrote(listing: str, capacity: int, at: float, over: float) -> list[JournalEvent]:
    """A write of ours over a product that was last saved `over`."""
    return [
        move(at, "checkpointed", wanted={listing: capacity}, saved=after(over).isoformat()),
        move(at + 1, "answered", saved=after(at + 1).isoformat()),
    ]


@pytest.mark.parametrize(
    ("moves", "saved", "expected"),
    [
        ({A: wrote(A, 40, 10, over=0)}, 11, {A: 40}),
        ({A: wrote(A, 40, 10, over=0)}, 15, {}),
        ({A: wrote(A, 40, 10, over=0), B: wrote(B, 35, 20, over=11)}, 21, {A: 40, B: 35}),
        ({A: wrote(A, 40, 10, over=0), B: wrote(B, 35, 20, over=15)}, 21, {B: 35}),
        ({A: wrote(A, 40, 10, over=0)}, None, {}),
        ({A: [*wrote(A, 40, 10, over=0)[:1], move(11, "answered", saved=None)]}, 11, {}),
        ({A: [move(10, "checkpointed", wanted={A: 40}), move(11, "answered")]}, 11, {}),
    ],
    ids=[
        "nobody since",
        "somebody since",
        "two writes",
        "somebody between them",
        "nobody knows when",
        "the answer did not tell when",
        "neither did what was there before",
    ],
)
def test_what_was_set_here_stands_until_somebody_saves_the_product(
    moves: Mapping[str, list[JournalEvent]], saved: float | None, expected: Mapping[str, int]
) -> None:
    assert capacities_set_here(moves, None if saved is None else after(saved)) == expected


def test_a_clock_that_was_set_back_between_two_writes_leaves_their_order() -> None:
    moves = {A: wrote(A, 40, 3600, over=0), B: wrote(B, 35, 20, over=3601)}
    placed = {
        id_: [replace(event, position=n) for n, event in enumerate(each, at)]
        for (id_, each), at in zip(moves.items(), (1, 3), strict=True)
    }
    assert capacities_set_here(placed, after(21)) == {A: 40, B: 35}
