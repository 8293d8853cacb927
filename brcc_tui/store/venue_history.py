"""Who set what for the venue: an append-only record in the venue's own file, written together with what it records.

Its entries look like the journal's: with an id of their own (`h7`), no listing's numbers, and an outcome. Each row has
a seal, as the journal's have, in a separate table that earlier versions of this program ignore: a row without one was
written by them, and is trusted. Unlike there, a broken row blocks nothing: what is in force are the rules, in rows of
their own, and an entry is only undone where these are as it left them.
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
from brcc_tui.store.journal_faults import damaged, moment, readable
from brcc_tui.store.journal_tables import as_bytes, row_seal

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
SEALS: Final = (
    "CREATE TABLE IF NOT EXISTS said_seal (said INTEGER PRIMARY KEY, seal INTEGER NOT NULL)",
    *(
        f"CREATE TRIGGER IF NOT EXISTS said_seal_{verb.lower()} BEFORE {verb} ON said_seal"
        " BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
)
_INSERT: Final = (
    "INSERT INTO said (at, actor, action, show, subject, before, after, reason, undoes, rows)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_COLUMNS: Final = "number, at, actor, action, show, subject, before, after, reason, undoes, rows"
_AS_BYTES: Final = as_bytes(_COLUMNS.split(", "))

SAID: Final = "said"
"""The event in which an entry keeps its rows, as they were before and after."""


@dataclass(slots=True)
class VenueChange:
    """What a person changed about the venue: who, when, and what of (a show, a listing or a group).

    `action` is `hold`, `seats`, `room`, `pairing`, `is_seat`, `settings` or `journal`. `before` and `after` are numbers
    or words for people to read. `undoes` is the id of the entry that this takes back, `id` its own once it is kept.
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


def _number_of(entry_id: str) -> int:
    """The row of an id; -1, which no row has, for what is none of this history."""
    text = entry_id.strip().lower()
    digits = text.removeprefix("h")
    return int(digits) if text != digits and digits.isascii() and digits.isdecimal() and len(digits) < 19 else -1


def record(db: sqlite3.Connection, change: VenueChange, rows: RuleRows) -> None:
    """Write it down, in the caller's transaction; what was said has an id then."""
    kept = [[kind, subject, before, after] for (kind, subject), (before, after) in rows.items()]
    bound = (
        moment_of(change.at), storable(change.actor), change.action, change.show, storable(change.subject),
        json.dumps(change.before), json.dumps(change.after), storable(change.reason),
        None if change.undoes is None else _number_of(change.undoes), json.dumps(kept),
    )  # fmt: skip
    for statement in SEALS:
        db.execute(statement)
    number = db.execute(_INSERT, bound).lastrowid
    (written,) = db.execute(f"SELECT {_AS_BYTES} FROM said WHERE number = ?", (number,)).fetchall()  # noqa: S608 - our own words
    db.execute("INSERT INTO said_seal VALUES (?, ?)", (number, row_seal("said", *written)))
    change.id = f"h{number}"


def entries(db: sqlite3.Connection) -> list[Entry]:
    """Everything said, oldest first; what is broken, or gone, stands among it as that.

    A file of an earlier version keeps no history until something is said.
    """
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "said" not in tables:
        return []
    seals = dict(db.execute("SELECT said, seal FROM said_seal")) if "said_seal" in tables else {}
    raw = db.execute(f"SELECT {_AS_BYTES} FROM said ORDER BY number").fetchall()  # noqa: S608 - our own words
    whole = [row[0] for row in raw if seals.get(row[0]) in (None, row_seal("said", *row))]
    undone = _undone(db, whole)
    found: list[Entry] = []
    for number, *values in raw:
        found += _gone(found, number)
        why = f"h{number} is not as it was written" if number not in whole else _why_not(db, number, found, undone)
        if why is not None:
            found.append(damaged(f"h{number}", moment(readable(values[0])), f"{why}. It reads: {_reads(values)}"))
    (last,) = db.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'said'), 0)").fetchone()
    return found + _gone(found, last + 1)


def _gone(found: Sequence[Entry], next_one: int) -> list[Entry]:
    """Those that were written between the last found and the next one, and are not there."""
    last, at = (int(found[-1].id[1:]), found[-1].at) if found else (0, None)
    return [damaged(f"h{number}", at, f"h{number} is gone") for number in range(last + 1, next_one)]


def _undone(db: sqlite3.Connection, whole: Sequence[int]) -> set[int]:
    """What was taken back by something that stands and is whole."""
    undone: set[int] = set()
    for number, undoes in db.execute("SELECT number, undoes FROM said WHERE undoes IS NOT NULL ORDER BY number DESC"):
        if number in whole and number not in undone:
            undone.add(undoes)
    return undone


def _why_not(db: sqlite3.Connection, number: int, found: list[Entry], undone: set[int]) -> str | None:
    """Add the entry of a row; why it cannot have been written here, where it is none."""
    try:
        (row,) = db.execute(f"SELECT {_COLUMNS} FROM said WHERE number = ?", (number,)).fetchall()  # noqa: S608 - as above
        found.append(_entry(row, undone=number in undone))
    except (ValueError, TypeError, sqlite3.Error) as error:
        return f"h{number} is damaged: {readable(error)}"
    return None


def _reads(values: Sequence[bytes | None]) -> str:
    at, actor, action, show, subject, before, after, *_ = map(readable, values)
    return f"{at}, {actor}, {action} of {show} {subject} {before} -> {after}"


def changed_rows(entry: Entry) -> RuleRows:
    """What an entry of this history changed."""
    kept_event = entry.last(SAID)
    kept = kept_event.detail.get("rules", ()) if kept_event is not None else ()
    return {(row[0], row[1]): (row[2], row[3]) for row in kept} if isinstance(kept, Sequence) else {}


def venue_entry_subject(entry: Entry) -> str:
    """What an entry of this history is of beside a show: a listing, groups, or words."""
    kept_event = entry.last(SAID)
    return str(kept_event.detail.get("subject", "")) if kept_event is not None else ""


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
