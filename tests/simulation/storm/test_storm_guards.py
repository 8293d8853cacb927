"""Negative controls: with one guard of the engine taken away, the campaign's invariants notice."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import re
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, Change, ChangeRequest, Danger, Plan
from brcc_tui.model.shows import sharing
from brcc_tui.operations.changes import batch, propose, recorder, sync, verify_eventbrite
from brcc_tui.operations.changes import plan as planning
from brcc_tui.operations.changes import verify_woocommerce as verify
from brcc_tui.operations.changes import write as writing
from brcc_tui.operations.changes.expectations import Expectations, Stands, Verdict
from brcc_tui.operations.changes.guards import Guarded
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.locking import SubjectLock
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.store.journal import Journal
from tests.simulation.defects import skip_the_second_reading
from tests.simulation.storm import storm_history
from tests.simulation.storm.acts import a_replica_answers
from tests.simulation.storm.pilots import Pilot
from tests.simulation.storm.small_club import CELLS
from tests.simulation.storm.test_storm_campaign import one

MAX_SEEDS = 25


def _caught(weather: str, words: str, begin: int = 0) -> None:
    """One of these histories must be complained of, in these words. `begin` is where a seed is known to be."""
    for seed in range(begin, begin + MAX_SEEDS):
        said = _complaint(seed, weather)
        if said:
            assert re.search(words, said)
            return
    pytest.fail("nobody noticed")


def _complaint(seed: int, weather: str) -> str:
    try:
        one(seed, weather)
    except AssertionError as error:
        return str(error)
    return ""


def test_without_verification_a_lost_sale_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Step 8 switched off: whatever stands there is taken for what was wanted."""
    judge = Expectations.judge

    def content(self: Expectations, look: Any) -> list[Verdict]:
        found = judge(self, look)
        return [Verdict(v.listing_id, Stands.AS_WANTED, v.number, v.target) for v in found if v.named]

    monkeypatch.setattr(Expectations, "judge", content)
    _caught("aimed", "settled at|no plan named", begin=6)


def test_a_write_before_its_record_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    move_all = recorder.move_all

    def late(recorders: Sequence[ChangeRecorder], state: State, said: str = "", /, **detail: object) -> None:
        if state is not State.SENT:
            move_all(recorders, state, said, **detail)
            return
        for each in recorders:
            each.state, each.sent = state, True

    for module in (recorder, batch):
        monkeypatch.setattr(module, "move_all", late)
    _caught("quiet", "never recorded")


def test_a_text_that_was_written_anew_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text decoded and encoded instead of edited: other spacing, and nothing else."""
    draft_of_numbers = writing.request_of_numbers

    def anew(look: Any, numbers: Any) -> writing.WriteRequest:
        draft = draft_of_numbers(look, numbers)
        return writing.WriteRequest(draft.numbers, json.dumps(json.loads(draft.text or "")), draft.row)

    monkeypatch.setattr(writing, "request_of_numbers", anew)
    monkeypatch.setattr(verify, "request_of_numbers", anew)
    _caught("quiet", "made of nothing that stood there")


@pytest.mark.filterwarnings("ignore:Exception ignored in. .*__del__:pytest.PytestUnraisableExceptionWarning")
def test_a_lock_that_is_kept_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection outlives its loop, and says so once it is garbage: here, and not in whatever test runs then."""

    async def keep(_self: SubjectLock) -> None:
        return None

    monkeypatch.setattr(SubjectLock, "release", keep)
    _caught("quiet", "still locked")
    gc.collect()


def test_raising_before_lowering_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lowers = Change.lowers
    assert isinstance(lowers, property)
    get = lowers.fget
    assert get is not None
    monkeypatch.setattr(Change, "lowers", property(lambda self: not get(self)))
    _caught("quiet", "on offer, between", begin=22)


def test_neighbours_that_are_not_judged_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Expectations, "_others", lambda *_: [])
    _caught("aimed", "which no plan named", begin=66)


def test_a_move_that_the_table_does_not_know_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_the_second_reading(monkeypatch)
    _caught("quiet", "locked -> checkpointed")


def test_an_error_that_no_plan_tells_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read for a decision refuses its own listings; here it ends the whole operation."""

    def untold(app_error: AppError) -> Guarded:
        raise app_error

    async def plans_on_a_replica(_rng: Random, pilot: Pilot, *_: object, **__: object) -> Plan:
        a_replica_answers(yes=True)
        try:
            return await pilot.plan(ChangeRequest(CELLS[0], Action.SET, 50))
        finally:
            a_replica_answers(yes=False)

    monkeypatch.setattr(storm_history, "plan_something", plans_on_a_replica)
    assert not _complaint(0, "quiet")
    monkeypatch.setattr(planning, "of_app_error", untold)
    assert "OnReplica: " in _complaint(0, "quiet")


def test_a_text_with_another_label_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    draft_of_numbers = writing.request_of_numbers

    def renaming(look: Any, numbers: Any) -> writing.WriteRequest:
        draft = draft_of_numbers(look, numbers)
        return dataclasses.replace(draft, text=(draft.text or "").replace("pm Show", "pm Shows"))

    monkeypatch.setattr(writing, "request_of_numbers", renaming)
    monkeypatch.setattr(verify, "request_of_numbers", renaming)
    _caught("quiet", "slots, dates, labels or times have changed")


@pytest.mark.parametrize("forgets", ["everything", "what is unclear"])
def test_a_recovery_that_forgets_is_noticed(monkeypatch: pytest.MonkeyPatch, forgets: str) -> None:
    unresolved = Journal.unresolved

    def left(self: Journal) -> list[Any]:
        return [x for x in unresolved(self) if forgets != "everything" and x.outcome is None]

    monkeypatch.setattr(Journal, "unresolved", left)
    _caught("clean", "nobody is told of it", begin=1)


def test_an_answer_of_eventbrite_that_is_made_up_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unsent(self: Eventbrite, _permit: object, event: str, ticket_class: str, capacity: int) -> Any:
        there = next(each for each in (await self.event(event)).ticket_classes if each.id == ticket_class)
        return dataclasses.replace(there, capacity=capacity)

    monkeypatch.setattr(Eventbrite, "set_capacity", unsent)
    monkeypatch.setattr(verify_eventbrite, "_as_written", lambda *_: True)
    _caught("clean", "at Eventbrite, settled at", begin=2)


def test_a_split_of_more_than_is_free_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    share = sharing.share_seats

    def generous(*given: Any, **more: Any) -> sharing.Shares:
        shares = share(*given, **more)
        wanted = [
            dataclasses.replace(wish, number=wish.number + 2) if wish.action is Action.SET else wish
            for wish in shares.wanted
        ]
        return dataclasses.replace(shares, wanted=tuple(wanted))

    monkeypatch.setattr(sync, "share_seats", generous)
    monkeypatch.setattr(sync, "fitting", lambda _, wanted, __: wanted)
    _caught("shared", "on offer and taken after a split")


def test_a_sync_that_reopens_what_was_closed_here_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def closes(_rng: Random, pilot: Pilot, *_: object, **__: object) -> Plan:
        return await pilot.plan(ChangeRequest(CELLS[0], Action.CLOSE))

    monkeypatch.setattr(storm_history, "plan_something", closes)
    monkeypatch.setattr(sync, "_closed_here", lambda *_: {})
    monkeypatch.setattr(sync, "look_for_closed", lambda *_: {})
    monkeypatch.setattr(propose, "closed_here", lambda _: False)
    monkeypatch.setattr(sharing, "has_none_left", lambda _: False)
    _caught("shared", "which was closed here", begin=13)


def test_a_zero_that_is_raised_without_a_word_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody gives every date more, long after staff have closed one."""
    dangers = propose._dangers

    def harmless(*given: Any, **more: Any) -> tuple[Danger, ...]:
        return tuple(danger for danger in dangers(*given, **more) if danger is not Danger.FROM_ZERO)

    async def gives_more(_rng: Random, pilot: Pilot, *_: object, **__: object) -> Plan:
        await asyncio.sleep(150)
        return await pilot.plan(*(ChangeRequest(listing, Action.SET, 50) for listing in CELLS))

    monkeypatch.setattr(storm_history, "plan_something", gives_more)
    monkeypatch.setattr(propose, "_dangers", harmless)
    _caught("wild", "which staff closed")
