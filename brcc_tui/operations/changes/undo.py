"""Undo: a new plan back to the capacity before. Old text is never restored, for that would resurrect sold seats."""

from __future__ import annotations

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, Plan, Refusal, RefusalCode, make_plan
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.club import Club
from brcc_tui.store.journal import Entry


class NoSuchEntry(AppError):
    """The journal has no change of that id."""


async def plan_undo(club: Club, *entry_ids: str) -> Plan:
    """A plan that takes these changes back: one of a show that went half through, or a single one.

    Raises `NoSuchEntry`. What cannot be undone is among the plan's refusals.
    """
    wanted: list[ChangeRequest] = []
    refused: list[Refusal] = []
    for entry_id in entry_ids:
        entry = find_entry(club, entry_id)
        wish = way_back(entry)
        if isinstance(wish, ChangeRequest):
            wanted.append(wish)
        else:
            refused.append(wish)
    plan = await plan_changes(club, wanted)
    return make_plan(plan.shop, plan.changes, [*refused, *plan.refused], plan.made_at) if refused else plan


def find_entry(club: Club, entry_id: str) -> Entry:
    """The journal's entry of that id; raises `NoSuchEntry`."""
    entry = club.journal.entry(entry_id)
    if entry is None:
        shown = "".join(c if c.isprintable() else "?" for c in entry_id[:20])
        raise NoSuchEntry(
            "the journal has no such change", subject=shown, next_step="look its id up with brcc-tui history"
        )
    return entry


def may_be_written(entry: Entry) -> bool:
    """Whether a request of this change left and was not refused."""
    left = any(event.event == State.SENT.value for event in entry.events)
    return left and entry.outcome != Outcome.REFUSED.value


def way_back(entry: Entry) -> ChangeRequest | Refusal:
    """What undoes a change, or why nothing can."""
    if entry.outcome == Outcome.ROLLED_BACK.value:
        return Refusal(entry.listing, RefusalCode.NO_CHANGE, f"{entry.id} was undone already")
    if not may_be_written(entry):
        return Refusal(entry.listing, RefusalCode.NO_CHANGE, f"nothing of {entry.id} was written: nothing to undo")
    if entry.action == Action.REOPEN.value:
        return ChangeRequest(entry.listing, Action.CLOSE, follows=entry.id)
    if entry.action == Action.CLOSE.value:
        return ChangeRequest(entry.listing, Action.REOPEN, follows=entry.id)
    if type(entry.before) is not int:
        why = "it sold without limit before, which only the shop itself can restore"
        return Refusal(entry.listing, RefusalCode.UNLIMITED, why)
    return ChangeRequest(entry.listing, Action.SET, entry.before, follows=entry.id)
