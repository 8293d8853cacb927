"""The real command in a process of its own, that does something to itself at an exact point of its way.

What is wished of it: `at` a word of the journal, `nth` which time, `send` the signal that the process
sends to itself right after that word was committed; `lock_seconds` after which the database lets go of a silent
connection's lock; `fresh` seconds that a reading may be old; `asleep` seconds by which the clock has gone on once
it is woken, as after a sleep of the computer. `broken` takes a guard away, for negative controls: `journal` (nothing is
recorded before it is sent) or `guards` (the lock and the age are never asked again).
"""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class _Listener:
    """Hears each word of the journal once it is committed, and sends the signal at the one that is wished for."""

    def __init__(self, wish: dict[str, Any]) -> None:
        self._wish = wish
        self._left = wish.get("nth", 1)
        self._deep = 0
        self._noted: list[str] = []

    def listen(self, journal: type[Any]) -> None:
        """Put itself between the program and its journal."""
        begin, append, together = journal.begin, journal.append, journal.together

        def begin_and_tell(journal: Any, **values: Any) -> str:
            entry: str = begin(journal, **values)
            self._moved("planned")
            return entry

        def append_and_tell(journal: Any, entry: str, event: str, at: Any, detail: Any) -> None:
            append(journal, entry, event, at, detail)
            self._moved(event)

        @contextmanager
        def together_and_tell(journal: Any) -> Iterator[None]:
            with self._as_one(), together(journal):
                yield

        journal.begin, journal.append, journal.together = begin_and_tell, append_and_tell, together_and_tell

    @contextmanager
    def _as_one(self) -> Iterator[None]:
        """What is recorded together is committed when the outermost block has ended."""
        self._deep += 1
        try:
            yield
        except BaseException:
            self._noted.clear()
            raise
        finally:
            self._deep -= 1
        if not self._deep:
            self._committed()

    def _moved(self, event: str) -> None:
        self._noted.append(event)
        if not self._deep:
            self._committed()

    def _committed(self) -> None:
        events, self._noted = self._noted, []
        for event in events:
            self._left -= event == self._wish.get("at")
            if event == self._wish.get("at") and self._left == 0:
                os.kill(os.getpid(), getattr(signal, self._wish["send"]))
                _pass_over(dt.timedelta(seconds=self._wish.get("asleep", 0)))


def _pass_over(asleep: dt.timedelta) -> None:
    from brcc_tui.clock import SystemClock

    now = SystemClock.now
    setattr(SystemClock, "now", lambda clock: now(clock) + asleep)  # noqa: B010


def _record_nothing_before_it_is_sent() -> None:
    from brcc_tui.operations.changes import batch, recorder

    move_all = recorder.move_all

    def forget(recorders: Sequence[Any], state: Any, said: str = "", /, **detail: object) -> None:
        if state.value not in ("checkpointed", "sent"):
            move_all(recorders, state, said, **detail)
            return
        for each in recorders:
            each.state, each.sent = state, True

    for module in (recorder, batch):
        setattr(module, "move_all", forget)  # noqa: B010


def _ask_no_guard_again() -> None:
    from brcc_tui.operations.changes import batch, locking

    async def ours(_self: object) -> bool:
        return True

    setattr(locking.SubjectLock, "still_ours", ours)  # noqa: B010
    setattr(batch.PlanRun, "too_old", lambda _self, _look: False)  # noqa: B010


_BREAKS = {"journal": _record_nothing_before_it_is_sent, "guards": _ask_no_guard_again}


def prepare(wish: dict[str, Any]) -> None:
    """Make this process a puppet, before the command begins in it."""
    from brcc_tui.operations.changes import batch
    from brcc_tui.platforms.wordpress import locks
    from brcc_tui.store.journal import Journal

    _Listener(wish).listen(Journal)
    if "lock_seconds" in wish:
        keywords: dict[str, Any] = locks.take_lock.__kwdefaults__  # type: ignore[assignment]
        keywords |= {"wait_timeout": wish["lock_seconds"], "ping_seconds": wish["lock_seconds"] / 4}
    batch.FRESH_SECONDS = wish.get("fresh", batch.FRESH_SECONDS)  # type: ignore[misc]
    if "broken" in wish:
        _BREAKS[wish["broken"]]()
