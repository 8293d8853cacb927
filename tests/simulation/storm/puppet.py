"""The real command in a process of its own, that does something to itself at an exact point of its way.

`STORM_PUPPET` is a JSON object: `at` a word of the journal, `nth` which time, `send` the signal that the process
sends to itself right after that word was committed; `lock_seconds` after which the database lets go of a silent
connection's lock; `fresh` seconds that a reading may be old. `broken` takes a guard away, for negative controls:
`journal` (nothing is recorded before it is sent) or `guards` (the lock and the age are never asked again).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def _prepare(wish: dict[str, Any]) -> None:  # noqa: C901 - one wish after the other, independent of each other
    from brcc_tui.operations.changes import batch, recorder
    from brcc_tui.operations.changes import locking as holding
    from brcc_tui.platforms.wordpress import locks as wordpress_locks
    from brcc_tui.store.journal import Journal

    left = wish.get("nth", 1)
    deep, noted = 0, list[str]()

    def moved(event: str) -> None:
        noted.append(event)
        if not deep:
            committed()

    def committed() -> None:
        nonlocal left
        events = noted.copy()
        noted.clear()
        for event in events:
            if event == wish.get("at"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), getattr(signal, wish["send"]))

    begin, append, together = Journal.begin, Journal.append, Journal.together

    def begin_and_tell(self: Journal, **values: Any) -> str:
        entry = begin(self, **values)
        moved("planned")
        return entry

    def append_and_tell(self: Journal, entry: str, event: str, at: Any, detail: Any) -> None:
        append(self, entry, event, at, detail)
        moved(event)

    @contextmanager
    def together_and_tell(self: Journal) -> Iterator[None]:
        """What is recorded together is committed when the outermost block has ended."""
        nonlocal deep
        deep += 1
        try:
            with together(self):
                yield
        except BaseException:
            noted.clear()
            raise
        finally:
            deep -= 1
        if not deep:
            committed()

    Journal.begin, Journal.append = begin_and_tell, append_and_tell  # type: ignore[method-assign]
    Journal.together = together_and_tell  # type: ignore[method-assign]
    if "lock_seconds" in wish:
        keywords: dict[str, Any] = wordpress_locks.take.__kwdefaults__  # type: ignore[assignment]
        keywords |= {"wait_timeout": wish["lock_seconds"], "ping_seconds": wish["lock_seconds"] / 4}
    batch.FRESH_SECONDS = wish.get("fresh", batch.FRESH_SECONDS)  # type: ignore[misc]
    if wish.get("broken") == "journal":
        move_all = recorder.move_all

        def forget(recorders: Sequence[Any], state: Any, said: str = "", /, **detail: object) -> None:
            if state.value not in ("checkpointed", "sent"):
                move_all(recorders, state, said, **detail)
                return
            for each in recorders:
                each.state, each.sent = state, True

        for module in (recorder, batch):
            setattr(module, "move_all", forget)  # noqa: B010
    if wish.get("broken") == "guards":

        async def ours(_self: object) -> bool:
            return True

        setattr(holding.SubjectLock, "still_ours", ours)  # noqa: B010
        setattr(batch.PlanRun, "too_old", lambda _self, _look: False)  # noqa: B010


if __name__ == "__main__":
    _prepare(json.loads(os.environ["STORM_PUPPET"]))
    from brcc_tui.cli import main

    sys.exit(main())
