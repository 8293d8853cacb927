"""Undo: a new plan back to the capacity before. Old text is never restored, because that would resurrect sold seats.

What was changed by one plan is undone by one: lowered first, then raised, with all the steps of any change. It also
decides changes that never ended, so what their text may have done to other dates is put right with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan, Refusal, RefusalCode, make_plan
from brcc_tui.model.listing_id import CellId, parse_listing_id
from brcc_tui.operations.changes.closing import capacity_before
from brcc_tui.operations.changes.collateral import Raised, raised_neighbours
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.follow_up import applied_with, takes_back
from brcc_tui.operations.changes.guards import of_app_error
from brcc_tui.operations.changes.known_state import UPDATE, why_not_understood
from brcc_tui.operations.changes.lifecycle import OPEN, State
from brcc_tui.operations.changes.once_shown import once_shown
from brcc_tui.operations.changes.plan import LOOK_BACK, plan_changes
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import SETTLED_EVENTS, Entry

_DIGEST: Final = re.compile(r"[0-9a-f]{12}")


class NoSuchEntry(AppError):
    """The journal has no change of that id."""


async def plan_undo(club: ClubContext, *names: str, whole: bool = False) -> Plan:
    """A plan that takes changes back, named by their entries; a plan's digest names all that it changed last.

    With `whole` each entry stands for all changes of the plan that it was made by. Dates that the text of one that
    never ended may have raised are lowered beside it. Raises `NoSuchEntry`. What cannot be undone is among the plan's
    refusals, and refuses the rest of its show.
    """
    wanted: list[ChangeRequest] = []
    beside: dict[str, Raised] = {}
    refused: list[Refusal] = []
    reader = DecisionReader(club)
    for entry in _entries(club, names, whole=whole):
        wish, raised = await _way_back_seen(club, reader, entry)
        if isinstance(wish, ChangeRequest):
            wanted.append(wish)
            beside |= {one.listing_id: one for one in raised}
        else:
            refused.append(wish)
    named = {wish.listing_id for wish in wanted}
    lowered = [one.lowered() for one in beside.values() if one.listing_id not in named]
    plan = await once_shown(club, lambda: plan_changes(club, [*wanted, *lowered], refused=refused))
    refusals = [no if no in refused else _told_beside(no, beside.get(no.listing_id)) for no in plan.refused]
    return make_plan(plan.shop, plan.changes, refusals, plan.made_at)


async def _way_back_seen(
    club: ClubContext, reader: DecisionReader, entry: Entry
) -> tuple[ChangeRequest | Refusal, list[Raised]]:
    """What undoes the change, and the dates that its text may have raised, if it never ended: undone, nobody is told of
    them any more. It is refused where they cannot be seen.
    """
    wish = _undone(entry) if _was_taken_back(club, entry) else way_back(entry)
    decided = entry.outcome not in OPEN or not isinstance(parse_listing_id(entry.listing), CellId)
    if decided or isinstance(wish, Refusal):
        return wish, []
    try:
        look = await reader.look(subject_of(entry.listing))
    except AppError as app_error:
        return of_app_error(app_error).refusal(entry.listing), []
    return wish, raised_neighbours(club, entry, look)


def _was_taken_back(club: ClubContext, entry: Entry) -> bool:
    """Whether a later change took it back and has settled, but ended before it could say so of this one."""
    made = club.journal.made(entry.listing, limit=LOOK_BACK)
    followed_by = (x for x in made if x.events[0].detail.get("follows") == entry.id and x.outcome in SETTLED_EVENTS)
    understood = (x for x in followed_by if why_not_understood(x) is None)
    return any(takes_back(entry, Action(x.action), x.planned_capacity) for x in understood)


def _told_beside(refusal: Refusal, raised: Raised | None) -> Refusal:
    """Of a date that cannot be lowered, why it was to be."""
    return refusal if raised is None else replace(refusal, reason=f"{raised}. It is not lowered: {refusal.reason}")


def _entries(club: ClubContext, names: Sequence[str], *, whole: bool) -> list[Entry]:
    """The entries meant, each once, in the order in which they were made."""
    found: dict[str, Entry] = {}
    for name in names:
        of_plan = club.journal.entries(digest=name) if _DIGEST.fullmatch(name) else ()
        if of_plan:
            meant = applied_with(of_plan[0], of_plan)
        else:
            entry = find_entry(club, name)
            meant = applied_with(entry, club.journal.entries(digest=entry.digest)) if whole else [entry]
        found |= {entry.id: entry for entry in meant}
    return list(found.values())


def find_entry(club: ClubContext, entry_id: str) -> Entry:
    """The journal's entry of that id; raises `NoSuchEntry`."""
    entry = club.journal.entry(entry_id)
    if entry is None:
        raise no_such_entry(entry_id)
    return entry


def no_such_entry(entry_id: str) -> NoSuchEntry:
    """What to say of an id that the history has not."""
    shown = "".join(c if c.isprintable() else "?" for c in entry_id[:20])
    return NoSuchEntry(
        "the journal has no such change", subject=shown, next_step="look its id up with brcc-tui history"
    )


def _may_be_written(entry: Entry) -> bool:
    """Whether a request of this change left and was not refused."""
    left = any(event.event == State.SENT.value for event in entry.events)
    return left and entry.outcome != Outcome.REFUSED.value


def _undone(entry: Entry) -> Refusal:
    return Refusal(entry.listing, RefusalCode.NO_CHANGE, f"{entry.id} was undone already")


def way_back(entry: Entry) -> ChangeRequest | Refusal:
    """What undoes a change, or why nothing can."""
    if (why := why_not_understood(entry)) is not None:
        return Refusal(entry.listing, RefusalCode.JOURNAL_UNAVAILABLE, f"{entry.id}: {why}. {UPDATE}")
    if entry.outcome == Outcome.ROLLED_BACK.value:
        return _undone(entry)
    if not _may_be_written(entry):
        return Refusal(entry.listing, RefusalCode.NO_CHANGE, f"nothing of {entry.id} was written: nothing to undo")
    if entry.action == Action.REOPEN.value:
        return ChangeRequest(entry.listing, Action.CLOSE, follows=entry.id)
    if entry.action == Action.CLOSE.value:
        return ChangeRequest(entry.listing, Action.REOPEN, follows=entry.id)
    before = capacity_before(entry)
    if type(before) is not int:
        why = "it sold without limit before, which only the shop itself can restore"
        return Refusal(entry.listing, RefusalCode.UNLIMITED, why)
    return ChangeRequest(entry.listing, Action.SET, before, follows=entry.id)
