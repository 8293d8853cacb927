"""A change as a person reads it: from what to what, and how it ended."""

from __future__ import annotations

from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.operations.changes.closing import HIDDEN
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.outcome_words import OUTCOMES
from brcc_tui.store.journal import Entry


def what(entry: Entry) -> str:
    """From what to what."""
    hidden = entry.events[0].detail.get(HIDDEN) if entry.events else None
    if hidden is not None:
        return "hidden from sale" if hidden else "shown for sale again"
    before = "?" if entry.before is None else entry.before
    names = {Action.CLOSE.value: "sales closed, ", Action.REOPEN.value: "sales reopened, "}
    return f"{names.get(entry.action, '')}capacity {before} -> {entry.after}"


def ending(entry: Entry) -> str:
    """How it ended, with the reason that was recorded."""
    if entry.outcome is None:
        seen, looked = entry.last(State.VERIFIED.value) is not None, entry.last(State.LOOKED.value)
        if seen and looked is not None and "failed" in looked.detail:
            return "written and seen, not seen since: recover looks again"
        return "written and seen, not watched to the end" if seen else "never ended: recover tells what stands"
    end = entry.last(entry.outcome)
    reason = str(end.detail.get("reason") or "") if end is not None else ""
    _, _, words = OUTCOMES[Outcome(entry.outcome)]
    return f"{words} ({reason})" if reason else words
