"""Setting a damaged journal aside: what is broken in it, what the shops show now, and a new journal without it.

While a row is broken or missing nothing is changed anywhere: the very thing that is wrong in it may be which change it
belongs to. A person reviews what would be left behind and confirms it; every change with an intact record is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.model.few_of_many import so_many
from brcc_tui.operations.actor import actor
from brcc_tui.operations.changes.lifecycle import IllegalMove, State, check_move
from brcc_tui.operations.changes.recover import Recoverable, as_they_stand
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.store.venue import VenueError
from brcc_tui.store.venue_history import VenueChange

JOURNAL: Final = "journal"
"""The action under which the history tells that a journal was set aside."""


class NotRenewed(AppError):
    """The journal is intact, differs from what the person saw, or somebody is working with it."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What is broken in the journal. `left` are the changes that a new one will lack, `kept` those that it will have.

    `now` is what the shops show of the listings in `left`, as far as known. `digest` covers all that a person has seen:
    only that is left behind. A file that cannot be read at all keeps nothing, and its content is unknown.
    """

    faults: tuple[str, ...]
    left: tuple[Entry, ...]
    kept: tuple[str, ...]
    digest: str
    now: tuple[Recoverable, ...] = ()


async def look_at_damage(club: ClubContext) -> Damage | None:
    """What is broken, with what the shops show; None if the journal is intact. Raises `JournalUnavailable`."""
    damage = await asyncio.to_thread(find_damage, club)
    if damage is None:
        return None
    return replace(damage, now=tuple(await as_they_stand(club, [entry for entry in damage.left if entry.listing])))


def find_damage(club: ClubContext) -> Damage | None:
    """What is broken, found by checking every row; None if the journal is intact. Raises `JournalUnavailable`."""
    try:
        if club.journal.check() is None:
            return None
        return _judged(club)
    except JournalUnavailable as app_error:
        if not app_error.damaged:
            raise
        return _damage([app_error.happened], (), ())


def _judged(club: ClubContext) -> Damage:
    faults, entries = club.journal.faults(), club.journal.entries_to_show(in_full=True)
    events_lack = any(fault.table == "events" for fault in faults)
    left = [entry for entry in entries if not _is_whole(entry, events_lack=events_lack)]
    gone = {entry.id for entry in left}
    return _damage([str(fault) for fault in faults], left, [entry.id for entry in entries if entry.id not in gone])


def _damage(faults: Sequence[str], left: Sequence[Entry], kept: Sequence[str]) -> Damage:
    content = json.dumps([faults, [entry.id for entry in left], len(kept)]).encode()
    return Damage(tuple(faults), tuple(left), tuple(kept), hashlib.sha256(content).hexdigest()[:12])


def _is_whole(entry: Entry, *, events_lack: bool) -> bool:
    """Whether its record tells the worst that can have happened to the shop: each move may follow the one before it.

    Where events are broken or gone, one of a change that stands as never sent may have told that it was.
    """
    if entry.damage is not None:
        return False
    state: State | None = None
    try:
        for event in entry.events:
            check_move(state, State(event.event))
            state = State(event.event)
    except (IllegalMove, ValueError):
        return False
    return not events_lack or entry.outcome is not None or entry.last(State.SENT.value) is not None


def renew_journal(club: ClubContext, digest: str) -> Path:
    """Begins a new journal; returns the old file's new name. Raises `NotRenewed`, `LockUnusable` or
    `JournalUnavailable`.
    """
    if busy := club.locks.held():
        made = (f"{club.locks.holder(name).who} is changing {name.replace('-', ':', 1)}" for name in busy)
        raise NotRenewed(
            f"{', '.join(made)}: its record goes on in the journal",
            subject="the journal",
            next_step="wait until that has settled, or quit that copy of the program",
        )
    seen: list[Damage] = []

    def judge() -> Sequence[str]:
        damage = find_damage(club)
        if damage is None or damage.digest != digest:
            raise NotRenewed(
                "it is whole" if damage is None else f"what is broken in it has {damage.digest} now, not {digest[:12]}",
                subject="the journal",
                next_step="look at it again: brcc-tui recover",
            )
        seen.append(damage)
        return damage.kept

    aside = club.journal.renew(judge, club.clock.now())
    _note(club, seen[-1], aside)
    return aside


def _note(club: ClubContext, damage: Damage, aside: Path) -> None:
    """In the venue's history, which is another file: who left what behind."""
    ids = ", ".join(entry.id for entry in damage.left) or "nothing that has a name"
    begun = f"a new one was begun with {so_many(len(damage.kept), 'change')} and without {ids}"
    words = f"{begun}; the old one is kept as {aside.name}"
    change = VenueChange(actor(club.settings.operator), club.clock.now(), JOURNAL, after=words)
    try:
        club.venue.note(change)
    except VenueError as app_error:
        log("the new journal could not be noted", error=app_error)
