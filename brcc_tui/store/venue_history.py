"""Who said what of the house: an append-only record in the house's own file, written with what it tells of.

It is told as the journal's entries are: with an id of its own (`h7`), no listing's numbers, and an end.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.store.journal_entries import FIRST, Entry, JournalEvent, event_of, moment_of, storable, typed

HISTORY: Final = (
    "CREATE TABLE IF NOT EXISTS said (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL,"
    " action TEXT NOT NULL, show TEXT, subject TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,"
    " reason TEXT NOT NULL, undoes INTEGER REFERENCES said (number), rows TEXT NOT NULL)",
    *(
        f"CREATE TRIGGER IF NOT EXISTS said_{verb.lower()} BEFORE {verb} ON said"
        " BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
)
_INSERT: Final = (
    "INSERT INTO said (at, actor, action, show, subject, before, after, reason, undoes, rows)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SELECT: Final = "SELECT number, at, actor, action, show, subject, before, after, reason, undoes, rows FROM said"

SAID: Final = "said"
"""The event in which an entry keeps its rows, as they were before and after."""


@dataclass(slots=True)
class Said:
    """What a person says about the venue: who, when, and what of (a show, a listing or a group).

    `action` is `hold`, `seats`, `room`, `pairing`, `is_seat` or `settings`. `before` and `after` are numbers or words
    for people to read. `undoes` is the id of the entry that this takes back,
    `id` its own once it is kept.
    """

    actor: str
    at: dt.datetime
    action: str
    show: str | None = None
    subject: str = ""
    reason: str = ""
    before: int | str | None = None
    after: int | str | None = None
    undoes: str | None = None
    id: str | None = None


RuleRows = Mapping[tuple[str, str], tuple[str | None, str | None]]
"""What was changed: each row (its kind, and what it is said of) before and after, None where there is none."""


def number_of(entry_id: str) -> int:
    """The row of an id; -1, which no row has, for what is none of this history."""
    text = entry_id.strip().lower()
    digits = text.removeprefix("h")
    return int(digits) if text != digits and digits.isascii() and digits.isdecimal() and len(digits) < 19 else -1


def record(db: sqlite3.Connection, said: Said, rows: RuleRows) -> None:
    """Write it down, in the caller's transaction; what was said has an id then."""
    kept = [[kind, subject, before, after] for (kind, subject), (before, after) in rows.items()]
    bound = (
        moment_of(said.at), storable(said.actor), said.action, said.show, storable(said.subject),
        json.dumps(said.before), json.dumps(said.after), storable(said.reason),
        None if said.undoes is None else number_of(said.undoes), json.dumps(kept),
    )  # fmt: skip
    said.id = f"h{db.execute(_INSERT, bound).lastrowid}"


def entries(db: sqlite3.Connection) -> list[Entry]:
    """Everything said, oldest first. Raises `ValueError` for what cannot have been written here.

    A file of an earlier version keeps no history until something is said.
    """
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'said'").fetchone():
        return []
    found = db.execute(f"{_SELECT} ORDER BY number").fetchall()
    undone: dict[int, bool] = {}
    for row in reversed(found):  # what was taken back by something that stands: newest first
        number, undoes = row[0], row[9]
        if undoes is not None and not undone.get(number):
            undone[undoes] = True
    return [_entry(row, undone=undone.get(row[0], False)) for row in found]


def rows_of(entry: Entry) -> RuleRows:
    """What an entry of this history changed."""
    told = entry.last(SAID)
    kept = told.detail.get("rules", ()) if told is not None else ()
    return {(row[0], row[1]): (row[2], row[3]) for row in kept} if isinstance(kept, Sequence) else {}


def subject_of(entry: Entry) -> str:
    """What an entry of this history is of beside a show: a listing, groups, or words."""
    told = entry.last(SAID)
    return str(told.detail.get("subject", "")) if told is not None else ""


def _entry(row: tuple[Any, ...], *, undone: bool) -> Entry:
    number, at, actor, action, show, subject, before, after, reason, _, rows = row
    outcome = Outcome.ROLLED_BACK if undone else Outcome.SETTLED
    detail = json.dumps({"subject": subject, "rules": json.loads(typed(rows, str))})
    events: tuple[JournalEvent, ...] = (event_of(at, FIRST, "{}"), event_of(at, SAID, detail))
    return Entry(
        id=f"h{typed(number, int)}",
        at=events[0].at,
        actor=typed(actor, str),
        listing="",
        show=None if show is None else typed(show, str),
        action=typed(action, str),
        before=json.loads(typed(before, str)),
        after=json.loads(typed(after, str)),
        reason=typed(reason, str),
        digest="",
        outcome=outcome.value,
        events=(*events, JournalEvent(events[0].at, outcome.value, {})),
    )
