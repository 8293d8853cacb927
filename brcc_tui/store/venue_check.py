"""Whether the rules are still as somebody said them last: the history beside them tells what each was left at.

A rule that a disk has changed would else be another rule, or none: seats that the house keeps would be sold.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import Final

_OTHERWISE: Final = """
WITH kept AS (
  SELECT json_extract(r.value, '$[0]') AS kind, json_extract(r.value, '$[1]') AS subject,
         json_extract(r.value, '$[3]') AS value, MAX(s.number) AS number
  FROM said s, json_each(s.rows) r GROUP BY 1, 2)
SELECT kept.kind, kept.subject, kept.number FROM kept LEFT JOIN rule USING (kind, subject)
WHERE kept.value IS NOT rule.value ORDER BY kept.number DESC LIMIT 1"""
"""The newest of the rules that are not as they were left. One statement: others may write between two."""


def rule_not_as_said(db: sqlite3.Connection) -> str | None:
    """The rule that is not as it was said last, in words; None where all are, or the history is broken itself.

    What was said before there was a history is believed. Raises `sqlite3.Error` for a file that cannot be read.
    """
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'said'").fetchone():
        return None
    found = None
    with contextlib.suppress(sqlite3.OperationalError):  # a row of the history that is no JSON
        found = db.execute(_OTHERWISE).fetchone()
    if found is None:
        return None
    from brcc_tui.store.venue_history import entries  # the first picture does without

    if any(entry.damage for entry in entries(db)):
        return None
    kind, subject, number = found
    return f"{kind} {subject} is not as h{number} left it"
