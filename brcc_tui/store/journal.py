"""The append-only record of every change from intent to settled, in SQLite: also the audit trail.

A row is committed with `synchronous=FULL` before anything is sent; nothing is ever updated or deleted
(triggers forbid it). The rollback journal is truncated, not write-ahead: it needs no shared memory, one
file is the whole record, and with FULL every commit is on the disk when the call returns. A change makes
some six commits of a millisecond or so, and shares two more with its whole plan.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.store.journal_entries import (
    FINAL_EVENTS,
    FIRST,
    SETTLED_EVENTS,
    Entry,
    JournalEvent,
    LastWrite,
    entry_of,
    event_of,
    last_write_of,
    moment_of,
    object_of,
    row_of,
    storable,
    typed,
)
from brcc_tui.store.journal_faults import damaged, moment, readable, with_faults
from brcc_tui.store.journal_file import JournalFile
from brcc_tui.store.journal_tables import ENTRY, insert_entry, insert_event

_RESOLVED: Final = json.dumps(sorted(FINAL_EVENTS - {Outcome.UNCLEAR.value}))
"""Those after which nothing is left to find out."""

_CHECKPOINTED: Final = "checkpointed"
_LATEST: Final = 50
"""Entries of one product or event among which its last requests are looked for."""

_LAST_MOVES: Final = 5_000
"""Moves among which those of the last minutes are looked for."""

_HAS: Final = "EXISTS (SELECT 1 FROM events WHERE events.entry = entries.number AND events.event = '{}')"
_LEFT: Final = _HAS.format("sent")
"""A request of the entry left."""

_IS: Final = "IS ?"
"""Equal, said so that SQLite does not put the value in the column's place wherever that stands: a row of another value
would be held against its seal with this one in it, and pass for broken.
"""

_SHORT_DETAIL: Final = (
    "CASE WHEN event IN ('checkpointed', 'correcting') THEN json_remove(detail, '$.text', '$.taken') ELSE detail END"
)
_UNRESOLVED: Final = (
    "WHERE number NOT IN (SELECT entry FROM events WHERE event IN (SELECT value FROM json_each(?))) ORDER BY number"
)


class Journal(JournalFile):
    """One file, shared by every copy of the program that works for the same shops on this computer.

    The file is opened at the first use. Nothing about it is cached: other processes write to it too. Threads
    may share this object, the file's one owner in a process. Every method that reads or records raises
    `JournalUnavailable`, but for `told`, where a row is broken too; `notice` says, until it can be read again, why not.
    """

    def begin(
        self,
        *,
        actor: str,
        listing: str,
        show: str | None,
        action: str,
        before: int | str | None,
        after: int,
        reason: str,
        digest: str,
        at: dt.datetime,
        detail: Mapping[str, object] | None = None,
    ) -> str:
        """Start an entry (event `planned`, with that detail); returns its id, short enough to type."""
        with self._commit() as db:
            of_entry = (
                moment_of(at), storable(actor), listing, show, action, json.dumps(before), after, storable(reason),
                digest,
            )  # fmt: skip
            number = insert_entry(db, of_entry)
            insert_event(db, number, FIRST, at, detail or {})
        return f"c{number}"

    def append(self, entry: str, event: str, at: dt.datetime, detail: Mapping[str, object]) -> None:
        """Record the next move, on disk before this returns."""
        with self._commit() as db:
            insert_event(db, row_of(entry), event, at, detail)

    def append_all(self, entries: Iterable[str], event: str, at: dt.datetime, detail: Mapping[str, object]) -> None:
        """Record the same move of several changes, of all or of none."""
        with self.together():
            for entry in entries:
                self.append(entry, event, at, detail)

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is recorded in this block, or nothing of it, is on disk when the block ends. Await nothing in it."""
        with self._commit() as db:
            around, self._in_one = self._in_one, db
            try:
                yield
            finally:
                self._in_one = around

    def entry(self, entry: str) -> Entry | None:
        """One change in full; None where there is none of that id."""
        found = self._entries("WHERE number = ?", (row_of(entry),), in_full=True)
        return found[0] if found else None

    def entries(
        self,
        *,
        show: str | None = None,
        listing: str | None = None,
        digest: str | None = None,
        limit: int | None = None,
        in_full: bool = False,
    ) -> Sequence[Entry]:
        """Changes, newest first; without `in_full` their checkpoints lack what only recovery needs.

        That is the booking text and what was taken of every date: some 50 kB a change, of all that a history tells
        less than one.
        """
        where, values = _asked({"show": show, "listing": listing, "digest": digest}, limit)
        return self._entries(where, values, in_full=in_full)

    def entries_to_show(
        self, *, show: str | None = None, listing: str | None = None, limit: int | None = None, in_full: bool = False
    ) -> Sequence[Entry]:
        """The same for people to read: what is broken stands beside the rest, and stops none of it.

        It is told whatever is asked for: which listing it is of may be what is wrong in it.
        """
        faults = self.faults()
        if not faults:
            return self.entries(show=show, listing=listing, limit=limit, in_full=in_full)
        where, values = _asked({"show": show, "listing": listing, "digest": None}, limit)
        named = json.dumps([fault.entry for fault in faults if fault.entry is not None])
        found = self._entries(where, values, in_full=in_full, to_show=True)
        found += self._entries(
            "WHERE number IN (SELECT value FROM json_each(?))", (named,), in_full=in_full, to_show=True
        )
        return with_faults(found, faults)

    def made(self, listing: str, *, limit: int) -> Sequence[Entry]:
        """A listing's last changes of which a request left, or that had none to send, newest first. Not in full.

        Those that were refused say nothing about a listing, however many there are.
        """
        return self._entries(
            f"WHERE listing {_IS} AND ({_LEFT} OR {_HAS.format('settled')}) AND NOT {_HAS.format('refused')}"
            " ORDER BY number DESC LIMIT ?",
            (listing, limit),
            in_full=False,
        )

    def changed(self) -> frozenset[str]:
        """The listings that any of `made` are of: of all the others it has nothing to tell."""
        return self.sent_after(0)

    def recorded(self) -> int:
        """How many changes were ever recorded, without reading any."""
        return sum(count for (count,) in self._rows("SELECT COUNT(*) FROM entries", ()))

    def unfinished(self) -> Sequence[Entry]:
        """Changes that were sent or could have been, and are not resolved; oldest first. Not in full."""
        open_ones = self._entries(_UNRESOLVED, (_RESOLVED,), in_full=False)
        return [entry for entry in open_ones if entry.last(_CHECKPOINTED) is not None]

    def unresolved(self) -> Sequence[Entry]:
        """All changes in full that have no outcome or an unclear one, those being made now among them; oldest first."""
        return self._entries(_UNRESOLVED, (_RESOLVED,), in_full=True)

    def requests(self, subject: str) -> Mapping[str, Sequence[JournalEvent]]:
        """What was sent to a product or event (`wc:4061`, `eb:123`) and answered lately, by listing, oldest first.

        The moves `checkpointed` and `correcting` (without what only recovery needs), `sent`, `answered`, `held_back`
        and `refused` of the last entries of which anything was sent.
        """
        rows = self._rows(
            f"SELECT e.listing, v.at, v.event, {_SHORT_DETAIL}, v.number FROM whole_events v"  # noqa: S608
            " JOIN whole_entries e ON e.number = v.entry"
            " WHERE v.event IN ('checkpointed', 'correcting', 'sent', 'answered', 'held_back', 'refused')"
            " AND e.number IN (SELECT number FROM entries WHERE (listing = ? OR (listing > ? AND listing < ?))"
            f" AND {_LEFT} ORDER BY number DESC LIMIT ?) ORDER BY v.number",
            (subject, f"{subject}:", f"{subject};", _LATEST),
        )
        found: dict[str, list[JournalEvent]] = {}
        with self._checked():
            for listing, *event in rows:
                found.setdefault(typed(listing, str), []).append(event_of(*event))
        return found

    def last_set(self) -> Mapping[str, int]:
        """For each listing, the capacity that the last of its changes to settle has settled at.

        A change may be told to have settled long after it was made: one that was made later stands for what was set.
        """
        rows = self._rows(
            "SELECT e.listing, e.after, v.detail, v.number FROM whole_events v"
            " JOIN whole_entries e ON e.number = v.entry WHERE v.event IN (?, ?) ORDER BY e.number, v.number",
            SETTLED_EVENTS,
        )
        settled: dict[str, int] = {}
        with self._checked():
            for listing, after, detail, _ in rows:
                capacity = object_of(detail).get("capacity", after)
                settled[typed(listing, str)] = capacity if isinstance(capacity, int) else typed(after, int)
        return settled

    def last_writes(self) -> Mapping[str, LastWrite]:
        """For each listing, the last change of it that the shop answered or that was seen, settled or not."""
        rows = self._rows(
            "SELECT e.listing, e.action, e.after, v.detail FROM whole_events v"
            " JOIN whole_entries e ON e.number = v.entry WHERE v.event IN ('answered', 'verified', ?, ?)"
            " ORDER BY e.number, v.number",
            SETTLED_EVENTS,
        )
        with self._checked():
            return {typed(listing, str): last_write_of(*change) for listing, *change in rows}

    def written_about(self, now: dt.datetime, within: dt.timedelta) -> frozenset[str]:
        """The listings to which the shop answered a write of ours so lately.

        What is dated later than now by more than that was dated by a clock that was put back since: when it was, nobody
        knows.
        """
        rows = self._rows(
            "SELECT DISTINCT e.listing FROM whole_events v JOIN whole_entries e ON e.number = v.entry"
            " WHERE v.event IN ('answered', 'verified') AND v.at BETWEEN ? AND ?",
            (moment_of(now - within), moment_of(now + within)),
        )
        return frozenset(listing for (listing,) in rows)

    def answered_about(self, now: dt.datetime, within: dt.timedelta, prefix: str) -> Sequence[Entry]:
        """The changes of listings whose id begins so to which the shop answered a write of ours so lately (see
        `written_about`), newest first.
        """
        answered = "SELECT entry FROM whole_events WHERE event IN ('answered', 'verified') AND at BETWEEN ? AND ?"
        where = f"WHERE number IN ({answered}) AND listing GLOB ? ORDER BY number DESC"
        return self._entries(where, (moment_of(now - within), moment_of(now + within), f"{prefix}*"), in_full=False)

    def sent_about(self, now: dt.datetime, within: dt.timedelta) -> Sequence[Entry]:
        """The changes of which a request left so lately (see `written_about`), newest first. Not in full."""
        sent = "SELECT entry FROM whole_events WHERE event = 'sent' AND at BETWEEN ? AND ?"
        where = f"WHERE number IN ({sent}) ORDER BY number DESC"
        return self._entries(where, (moment_of(now - within), moment_of(now + within)), in_full=False)

    def sent_between(
        self, start: str, first: float, last: float, since: dt.datetime, until: dt.datetime
    ) -> Sequence[tuple[str, str]]:
        """The changes, with their listings, to which something was sent, or that were answered, in these steady seconds
        since that start of the computer, and by the clock between these moments: of the last moves, for all of a few
        minutes are among these.
        """
        steady = "CASE WHEN json_valid(detail) THEN json_extract(detail, '$.steady.{}') END"
        rows = self._rows(
            "SELECT DISTINCT e.number, e.listing FROM whole_events v JOIN whole_entries e ON e.number = v.entry"  # noqa: S608
            " WHERE v.number IN (SELECT number FROM (SELECT number, event, detail FROM events"
            " ORDER BY number DESC LIMIT ?) WHERE event IN ('sent', 'answered', 'unanswered')"
            f" AND {steady.format('start')} = ? AND {steady.format('second')} BETWEEN ? AND ?)"
            " AND v.at BETWEEN ? AND ?",
            (_LAST_MOVES, start, first, last, moment_of(since), moment_of(until)),
        )
        return [(f"c{number}", listing) for number, listing in rows]

    def position(self) -> int:
        """The place of the move that was recorded last, 0 before the first. What is recorded later stands higher."""
        return max((number for (number,) in self._rows("SELECT MAX(number) FROM events", ()) if number), default=0)

    def sent_after(self, position: int) -> frozenset[str]:
        """The listings to which something was sent from here after that place, or of which a change has settled."""
        rows = self._rows(
            "SELECT DISTINCT e.listing FROM whole_events v JOIN whole_entries e ON e.number = v.entry"
            " WHERE v.event IN ('sent', 'settled') AND v.number > ?",
            (position,),
        )
        return frozenset(listing for (listing,) in rows)

    def _entries(self, where: str, values: Iterable[object], *, in_full: bool, to_show: bool = False) -> list[Entry]:
        sql = f"SELECT {ENTRY} FROM whole_entries AS entries {where}"  # noqa: S608 - our own words only
        rows = self._rows(sql, values, to_show=to_show)
        with self._checked():
            return self._with_events(rows, in_full=in_full, to_show=to_show)

    def _with_events(self, rows: Sequence[tuple[Any, ...]], *, in_full: bool, to_show: bool) -> list[Entry]:
        events: dict[int, list[tuple[Any, ...]]] = {row[0]: [] for row in rows}
        for entry, *event in self._rows(
            f"SELECT entry, at, event, {'detail' if in_full else _SHORT_DETAIL}, number FROM whole_events"  # noqa: S608 - as above
            " WHERE entry IN (SELECT value FROM json_each(?)) ORDER BY number",
            (json.dumps(list(events)),),
            to_show=to_show,
        ):
            events[entry].append(tuple(event))
        found = []
        for row in rows:
            try:
                found.append(entry_of(row, [event_of(*event) for event in events[row[0]]], to_show=to_show))
            except (ValueError, KeyError, TypeError, IndexError) as error:
                if not to_show:
                    raise
                found.append(damaged(f"c{row[0]}", moment(readable(row[1])), readable(error)))
        return found


def _asked(of: Mapping[str, str | None], limit: int | None) -> tuple[str, list[object]]:
    """Which entries, newest first: the condition, and what it compares with."""
    where = [f"{column} {_IS}" for column, value in of.items() if value is not None]
    values: list[object] = [value for value in of.values() if value is not None]
    sql = (f"WHERE {' AND '.join(where)} " if where else "") + "ORDER BY number DESC"
    if limit is not None:
        sql += " LIMIT ?"
        values.append(limit)
    return sql, values
