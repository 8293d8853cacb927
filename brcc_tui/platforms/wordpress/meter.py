"""Counts and times the queries to the database."""

from __future__ import annotations

import contextlib
import time

from brcc_tui.logs import log
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.timings import DATABASE, Timings
from brcc_tui.platforms.wordpress.statement import Statement


class Meter:
    """Counts and times the statements of all sessions."""

    def __init__(self, timings: Timings) -> None:
        self.statements = 0
        self._timings = timings

    def asking(self) -> contextlib.AbstractContextManager[None]:
        """The database is being asked."""
        return self._timings.asking(DATABASE)

    def lost(self, problem: DatabaseError) -> None:
        """It could not even be reached."""
        self._timings.ended(DATABASE, problem.happened)

    def note(self, query: Statement, started: float, rows: int | None, problem: DatabaseError | None) -> None:
        """One statement has ended, with so many rows; `started` is of the monotonic clock."""
        self.statements += 1
        milliseconds = (time.monotonic() - started) * 1000
        reason = problem.happened if problem else "" if rows is not None else "cancelled"
        self._timings.record(f"{DATABASE} {query.name}", milliseconds, problem is None, reason)
        if problem is not None or rows is not None:
            self._timings.ended(DATABASE, reason)
        log(
            f"SQL {query.name}",
            outcome=reason or "answered",
            rows=rows,
            milliseconds=round(milliseconds),
            good=not reason,
        )
