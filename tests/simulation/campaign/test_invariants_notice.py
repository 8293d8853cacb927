"""Negative controls: with one part of the engine broken, the invariant that watches it complains.

`begin` is where a seed is known to be; a few more are lived, for what others change may move it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from brcc_tui.model.changes.plan import Action, Change, ChangeRequest, Danger, Plan
from brcc_tui.model.shows import sharing
from brcc_tui.operations.changes import batch, propose, recorder, sync
from brcc_tui.operations.changes import verify_woocommerce as verify
from brcc_tui.operations.changes import write as writing
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.expectations import Expectations, Stands, Verdict
from brcc_tui.operations.changes.lifecycle import IllegalMove, State
from brcc_tui.operations.changes.locking import SubjectLock
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.store.journal import Journal
from tests.operations.changes.fake_clients import FakeLock, FakeWordPress
from tests.operations.changes.operators import Operator
from tests.operations.changes.virtual_time import run
from tests.simulation.campaign import history
from tests.simulation.campaign.history import CELLS
from tests.simulation.campaign.test_campaign import one
from tests.simulation.defects import skip_the_second_reading

MAX_SEEDS = 60


def noticed(weather: str, words: str, begin: int = 0) -> None:
    """One of these histories is complained of, in these words."""
    said: list[str] = []
    for seed in range(begin, begin + MAX_SEEDS):
        try:
            run(one(seed, weather))
        except (AssertionError, IllegalMove) as error:
            said.append(f"{seed}: {str(error)[:200]}")
            if words in str(error):
                print(f"seed {seed}")
                return
    pytest.fail(f"nobody noticed ({said})")


def test_an_engine_that_does_not_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = Expectations.judge

    def blind(expectations: Expectations, look: DecisionReading) -> list[Verdict]:
        return [dataclasses.replace(verdict, stands=Stands.AS_WANTED) for verdict in judge(expectations, look)]

    monkeypatch.setattr(Expectations, "judge", blind)
    noticed("clean", "settled at", begin=19)


def test_writers_without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    async def take(database: FakeWordPress, product: int, *_: object) -> FakeLock:
        return FakeLock(database.shop, product)

    async def yes(_hold: SubjectLock) -> bool:
        return True

    monkeypatch.setattr(FakeWordPress, "lock", take)
    monkeypatch.setattr(SubjectLock, "still_ours", yes)
    noticed("wild", "while it was changed by")


def test_neighbours_that_are_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Expectations, "_others", lambda *_: [])
    noticed("clean", "which no plan named, has gained a seat", begin=222)


def test_moves_that_the_table_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_the_second_reading(monkeypatch)
    noticed("quiet", "locked -> checkpointed")


def test_a_request_before_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    move_all = recorder.move_all
    kept: dict[ChangeRecorder, dict[str, object]] = {}

    def late(recorders: Sequence[ChangeRecorder], state: State, said: str = "", /, **detail: object) -> None:
        if state is State.SENT:
            kept.update(dict.fromkeys(recorders, detail))
            return
        for each in recorders:
            if each in kept:
                move_all([each], State.SENT, "", **kept.pop(each))
        move_all(recorders, state, said, **detail)

    for module in (recorder, batch):
        monkeypatch.setattr(module, "move_all", late)
    noticed("quiet", "was never recorded")


def test_numbers_below_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a guard below what is taken, a number that FooEvents takes for closed, or worse, is sent."""
    drafted = writing.request_of

    def below(look: DecisionReading, orders: Any) -> writing.WriteRequest:
        draft = drafted(look, orders)
        if draft.text is not None or draft.hide is not None:
            return draft
        return dataclasses.replace(draft, numbers={each: number - 60 for each, number in draft.numbers.items()})

    monkeypatch.setattr(writing, "request_of", below)
    noticed("quiet", "negative")


def test_a_zero_that_is_raised_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    dangers = propose._dangers

    def harmless(*given: Any, **more: Any) -> tuple[Danger, ...]:
        return tuple(danger for danger in dangers(*given, **more) if danger is not Danger.FROM_ZERO)

    monkeypatch.setattr(propose, "_dangers", harmless)
    noticed("wild", "staff", begin=115)


def test_locks_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def keep(_self: SubjectLock) -> None:
        return None

    monkeypatch.setattr(SubjectLock, "release", keep)
    noticed("quiet", "locks of this computer are kept")


def test_a_recovery_that_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Journal, "unresolved", lambda _: [])
    noticed("quiet", "nobody is told of it")


def test_a_recovery_that_forgets_what_is_unclear(monkeypatch: pytest.MonkeyPatch) -> None:
    unresolved = Journal.unresolved
    monkeypatch.setattr(Journal, "unresolved", lambda self: [x for x in unresolved(self) if x.outcome is None])
    noticed("quiet", "nobody is told of it", begin=16)


def test_raises_before_lowers(monkeypatch: pytest.MonkeyPatch) -> None:
    lowers = Change.lowers
    assert isinstance(lowers, property)
    assert lowers.fget is not None
    get = lowers.fget
    monkeypatch.setattr(Change, "lowers", property(lambda self: not get(self)))
    noticed("quiet", "on offer, between")


def test_shares_of_more_than_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    share = sharing.share_seats

    def generous(*given: Any, **more: Any) -> sharing.Shares:
        shares = share(*given, **more)
        wanted = tuple(
            dataclasses.replace(wish, number=wish.number + 2) if wish.action is Action.SET else wish
            for wish in shares.wanted
        )
        return dataclasses.replace(shares, wanted=wanted)

    monkeypatch.setattr(sync, "share_seats", generous)
    monkeypatch.setattr(sync, "fitting", lambda _, wanted, __: wanted)
    noticed("shared", "on offer and taken after a split")


def test_a_sync_that_reopens_what_was_closed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    async def closes(_rng: Random, operator: Operator, *_: object, **__: object) -> Plan:
        return await operator.plan(ChangeRequest(CELLS[0], Action.CLOSE))

    monkeypatch.setattr(history, "plan_something", closes)
    monkeypatch.setattr(sync, "_closed_here", lambda *_: {})
    monkeypatch.setattr(sync, "look_for_closed", lambda *_: {})
    monkeypatch.setattr(propose, "closed_here", lambda _: False)
    monkeypatch.setattr(sharing, "has_none_left", lambda _: False)
    noticed("shared", "which was closed here", begin=19)


def test_a_text_whose_dates_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    drafted = writing.request_of_numbers

    def shortened(look: DecisionReading, numbers: Any) -> writing.WriteRequest:
        draft = drafted(look, numbers)
        return dataclasses.replace(draft, text=(draft.text or "").replace("eee", "eef"))

    monkeypatch.setattr(writing, "request_of_numbers", shortened)
    monkeypatch.setattr(verify, "request_of_numbers", shortened)
    noticed("quiet", "eef")
