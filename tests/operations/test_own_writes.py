"""A reading of Eventbrite that is older than our own write does not take its place, and is nobody else's doing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from typing import Any

import pytest

from brcc_tui.clock import SystemClock
from brcc_tui.model.catalogue import TicketClass
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.offer import Status
from brcc_tui.operations.catalogue.explain import explain
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.lately import sent_lately, steady_now
from brcc_tui.operations.own_writes import MAY_BE_OLD, Written, as_left, written_lately
from tests.systems import posix

CLASS = "eb:1:19"


def wrote(town: Any, before: int, after: int, *moves: str, hidden: bool = False, sold: int = 12) -> None:
    """A change of the class that was made now, and came so far."""
    journal, at = town.club.journal, town.clock.now()
    entry = journal.begin(
        actor="ann", listing=CLASS, show=None, action="set", before=before, after=after, reason="", digest="d", at=at
    )
    told = {
        "checkpointed": {"hide": hidden} if before == after else {},
        "answered": {"capacity": after, "hidden": hidden, "sold": sold},
        "verified": {"capacity": after, "sold": sold},
        "settled": {"capacity": after},
    }
    for move in moves:
        journal.append(entry, move, at, told.get(move, {}))


ANSWERED = ("confirmed", "locked", "read_again", "checkpointed", "sent", "answered", "looked", "verified")
SETTLED = (*ANSWERED, "settled")
UNANSWERED = (*ANSWERED[:5], "unanswered", "looked", "verified", "settled")


async def seen(town: Any) -> Listing:
    """The class as it is read by itself; as it is in the list and explained, it must be the same."""
    (one,) = await read_live(town.club, [CLASS])
    await refresh(town.club)
    (cached,) = (x for x in town.club.cache.listings() if x.id == CLASS)
    assert (cached.reading.capacity, cached.status, cached.flags) == (one.reading.capacity, one.status, one.flags)
    told = await explain(town.club, CLASS)
    assert told.numbers["remaining"][0] == one.reading.remaining
    return one


@pytest.mark.parametrize("moves", [ANSWERED, SETTLED], ids=["left verified", "settled"])
async def test_an_old_number_is_shown_as_we_left_it_for_minutes(town: Any, moves: tuple[str, ...]) -> None:
    await refresh(town.club)
    wrote(town, 55, 60, *moves)
    stale = await seen(town)
    assert (stale.reading.capacity, stale.reading.remaining) == (60, 48)
    assert Flag.DRIFT not in stale.flags
    town.clock.at += MAY_BE_OLD + dt.timedelta(seconds=1)
    later = await seen(town)
    assert later.reading.capacity == 55
    assert (Flag.DRIFT in later.flags) == (moves == SETTLED), "by now it is somebody else's"


async def test_a_write_dated_by_a_clock_that_was_put_back_is_no_late_one(town: Any, make_event: Any) -> None:
    """Else what somebody set on Eventbrite since would be shown as we left it until that date has come."""
    await refresh(town.club)
    town.clock.at += dt.timedelta(days=1)
    wrote(town, 55, 60, *SETTLED)
    town.eventbrite.stored["1"] = make_event(1, capacity=55)
    town.clock.at -= dt.timedelta(seconds=3)
    assert (await seen(town)).reading.capacity == 60, "a clock is set by seconds at times"
    town.clock.at -= dt.timedelta(days=1)
    now = await seen(town)
    assert (now.reading.capacity, Flag.DRIFT in now.flags) == (55, True)


async def test_a_number_of_somebody_else_is_shown_at_once(town: Any, make_event: Any) -> None:
    await refresh(town.club)
    wrote(town, 55, 60, *SETTLED)
    town.eventbrite.stored["1"] = make_event(1, capacity=70)
    assert (await seen(town)).reading.capacity == 70


@pytest.mark.parametrize("moves", [SETTLED, UNANSWERED], ids=["answered", "seen alone"])
async def test_a_class_that_we_hid_is_hidden_although_it_is_shown_for_sale(town: Any, moves: tuple[str, ...]) -> None:
    await refresh(town.club)
    wrote(town, 55, 55, *moves, hidden=True)
    hidden = await seen(town)
    assert (hidden.status, hidden.offer.value) == (Status.HIDDEN, 0), "no code opens it: that is asked"
    (listed,) = (x for x in town.club.cache.listings() if x.id == CLASS)
    assert "a list does not give it" in (listed.offer.unknown or "")


@pytest.mark.parametrize("moves", [("confirmed", "refused"), ANSWERED[:5]], ids=["refused", "never answered"])
async def test_what_was_not_answered_changes_nothing(town: Any, moves: tuple[str, ...]) -> None:
    await refresh(town.club)
    wrote(town, 55, 60, *moves)
    assert (await seen(town)).reading.capacity == 55


@pytest.mark.parametrize("shown", [55, 60])
async def test_whatever_our_last_changes_replaced_is_old(town: Any, make_event: Any, shown: int) -> None:
    """Two within a few minutes, as a change and its undo; what was refused after them is none."""
    await refresh(town.club)
    wrote(town, 55, 60, *SETTLED)
    wrote(town, 60, 50, *SETTLED)
    wrote(town, 50, 70, "confirmed", "refused")
    left = Written(frozenset({55, 60}), 50, False, sold=12)
    assert written_lately(town.club) == {CLASS: left}
    town.eventbrite.stored["1"] = make_event(1, capacity=shown)
    assert (await seen(town)).reading.capacity == 50


async def test_a_class_that_we_hid_and_changed_after_that_stays_hidden(town: Any) -> None:
    await refresh(town.club)
    wrote(town, 55, 55, *SETTLED, hidden=True)
    wrote(town, 55, 60, *UNANSWERED)
    assert ((found := await seen(town)).status, found.reading.capacity) == (Status.HIDDEN, 60)


async def test_sales_that_an_answer_told_are_not_on_offer_again_in_an_older_reading(town: Any) -> None:
    await refresh(town.club)
    wrote(town, 55, 60, *SETTLED, sold=20)
    assert ((found := await seen(town)).reading.sold, found.reading.remaining) == (20, 40)


OLD = frozenset({55})
SHOWN: list[tuple[str, dict[str, object], Written, dict[str, object]]] = [
    ("as before", {"capacity": 55, "quantity_total": 55}, Written(OLD, 60, False),
     {"capacity": 60, "quantity_total": 60}),
    ("not for sale by another's will", {"capacity": 55, "on_sale_status": "UNAVAILABLE"}, Written(OLD, 60, False),
     {"capacity": 60, "on_sale_status": "UNAVAILABLE"}),
    ("limited by its event", {"capacity": 55, "quantity_total": 30}, Written(OLD, 60, False),
     {"capacity": 60, "quantity_total": 30}),
    ("as written", {"capacity": 60, "quantity_total": 60}, Written(OLD, 60, False), {"capacity": 60}),
    ("without a capacity", {"capacity": None, "quantity_total": 55}, Written(OLD, 60, False), {"capacity": None}),
    ("after an answer without a capacity", {"capacity": 55}, Written(OLD, None, False), {"capacity": 55}),
    ("as before it was hidden, too", {"capacity": 55}, Written(OLD, 60, True), {"capacity": 60, "hidden": True}),
    ("shown again here", {"hidden": True, "hidden_currently": True}, Written(frozenset(), 55, False, hides=True),
     {"hidden": False, "hidden_currently": False}),
    ("shown again here, where its sales were called so, too",
     {"hidden": True, "hidden_currently": True, "on_sale_status": "HIDDEN"},
     Written(frozenset(), 55, False, hides=True),
     {"hidden": False, "hidden_currently": False, "on_sale_status": "AVAILABLE"}),
    ("hidden until its sales begin", {"hidden_currently": True}, Written(frozenset(), 55, False, hides=True),
     {"hidden_currently": True}),
    ("hidden by somebody beside our new number", {"hidden": True, "capacity": 60}, Written(OLD, 60, False),
     {"hidden": True}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shown", "written", "left"), SHOWN, ids=[part[0] for part in SHOWN])
def test_what_is_made_of_a_class_that_is_shown(
    make_event: Any, name: str, shown: dict[str, Any], written: Written, left: dict[str, object]
) -> None:
    event = make_event(1)
    ticket: TicketClass = dataclasses.replace(event.ticket_classes[0], **shown)
    (made,) = as_left(dataclasses.replace(event, ticket_classes=(ticket,)), {CLASS: written}).ticket_classes
    assert {field: getattr(made, field) for field in left} == left


async def test_a_write_that_is_answered_while_a_refresh_reads_is_shown_as_we_left_it(town: Any) -> None:
    await refresh(town.club)
    ask = town.eventbrite.events

    async def meanwhile(*args: Any) -> Any:
        answer = await ask(*args)  # as it was before
        wrote(town, 55, 60, *ANSWERED[:6])  # another copy of the program, which died before it kept the answer
        return answer

    town.eventbrite.events = meanwhile
    await refresh(town.club)
    (cached,) = (x for x in town.club.cache.listings() if x.id == CLASS)
    assert cached.reading.capacity == 60


@posix("Windows' own monotonic clock goes on while the computer sleeps")
async def test_what_was_written_before_the_computer_slept_is_not_of_these_minutes(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody set back on Eventbrite meanwhile would be shown as we left it, once a lid was opened."""
    club = dataclasses.replace(town.club, clock=SystemClock())
    wrote(town, 55, 60, "sent")
    assert sent_lately(club, MAY_BE_OLD) == {}
    club.journal.append("c1", "answered", town.clock.now(), steady_now(club))
    assert sent_lately(club, MAY_BE_OLD) == {CLASS: ["c1"]}
    clock = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda number: clock(number) + 36_000)
    assert sent_lately(club, MAY_BE_OLD) == {}
