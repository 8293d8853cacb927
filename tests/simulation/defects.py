"""Defects of the program that both kinds of random histories must notice."""

from __future__ import annotations

import pytest

from brcc_tui.operations.changes import recorder
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.recorder import ChangeRecorder


def skip_the_second_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its record is left out, so that a change goes from the lock to the checkpoint, and no table forbids that."""
    move = ChangeRecorder.move

    def skipping(self: ChangeRecorder, state: State, said: str = "", /, **detail: object) -> None:
        if state is not State.READ_AGAIN:
            move(self, state, said, **detail)

    monkeypatch.setattr(recorder, "check_move", lambda *_: None)
    monkeypatch.setattr(ChangeRecorder, "move", skipping)
