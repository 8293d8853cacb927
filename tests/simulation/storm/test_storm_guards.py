"""Negative controls: with one guard of the engine taken away, the campaign's invariants notice."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from brcc_tui.model.changes.plan import Change
from brcc_tui.operations.changes import verify_woocommerce as verify
from brcc_tui.operations.changes import write as writing
from brcc_tui.operations.changes.expectations import Expectations, Stands, Verdict
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.locking import SubjectLock
from brcc_tui.operations.changes.recorder import ChangeRecorder
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
    move = ChangeRecorder.move

    def late(self: ChangeRecorder, state: State, said: str = "", /, **detail: object) -> None:
        if state is State.SENT:
            self.state, self.sent = state, True
        else:
            move(self, state, said, **detail)

    monkeypatch.setattr(ChangeRecorder, "move", late)
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


def test_a_lock_that_is_kept_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def keep(_self: SubjectLock) -> None:
        return None

    monkeypatch.setattr(SubjectLock, "release", keep)
    _caught("quiet", "still locked")


def test_raising_before_lowering_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lowers = Change.lowers
    assert isinstance(lowers, property)
    get = lowers.fget
    assert get is not None
    monkeypatch.setattr(Change, "lowers", property(lambda self: not get(self)))
    _caught("quiet", "on offer, between", begin=22)
