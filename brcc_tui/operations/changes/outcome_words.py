"""The journal's states and outcomes, in words for people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from brcc_tui.model.changes.plan import ChangeResult, Outcome

STATE_WORDS = {
    "planned": "planned",
    "confirmed": "confirmed, waiting its turn",
    "locked": "locked, nobody else writes it",
    "read_again": "read again",
    "checkpointed": "the old value is kept",
    "sent": "sent",
    "held_back": "held back, looking again",
    "answered": "the shop answered",
    "unanswered": "no clear answer, looking",
    "looked": "looking at its number",
    "verified": "written and verified; watched until it settles",
    "correcting": "to be written once more",
    "unwatched": "written and verified, no longer watched",
}
"""The journal's words for the moves of a change, for people."""

OUTCOME_WORDS = {
    Outcome.SETTLED: ("done", "good", "done"),
    Outcome.SETTLED_LOW: ("done", "warn", "done, but lower than wanted"),
    Outcome.VERIFIED: ("done", "good", "written and verified"),
    Outcome.REFUSED: ("failed", "warn", "refused"),
    Outcome.CONFLICT: ("failed", "bad", "somebody else changed it"),
    Outcome.UNDONE_BY_SHOP: ("failed", "bad", "the shop undid it"),
    Outcome.ROLLED_BACK: ("hollow", "warn", "rolled back"),
    Outcome.UNCLEAR: ("failed", "bad", "nobody knows whether it was done"),
    Outcome.INTERRUPTED: ("failed", "warn", "interrupted"),
}
"""Outcome -> (sign, tone, words)."""


BRIEF_OUTCOMES = {
    Outcome.SETTLED_LOW: "done, lower",
    Outcome.VERIFIED: "written",
    Outcome.CONFLICT: "somebody else",
    Outcome.UNDONE_BY_SHOP: "shop undid it",
    Outcome.UNCLEAR: "nobody knows",
}
"""The longer of these words in a column that has no room for them."""

_WORST = ("bad", "warn", "good")


def how_it_ended(results: Iterable[ChangeResult]) -> tuple[str, str]:
    """The tone of the worst outcome, and how often each was: `2 done, 1 the shop undid it`."""
    counts = Counter(result.outcome for result in results)
    tones = {OUTCOME_WORDS[outcome][1] for outcome in counts}
    words = ", ".join(f"{count} {OUTCOME_WORDS[outcome][2]}" for outcome, count in counts.items())
    return next((tone for tone in _WORST if tone in tones), "warn"), words or "stopped before anything was sent"


def met_in_words(met: Sequence[str]) -> str:
    """What the shop did instead of saying what was done, each thing once with how often: "the shop answered 502 twice
    with a web page".
    """
    parts = []
    for text, times in Counter(met).items():
        often = {1: "", 2: " twice"}.get(times, f" {times} times")
        answered = re.match(r"answered( \d+)?", text)
        head = answered[0] if answered else text
        parts.append(f"{head}{often}{text[len(head) :]}")
    return f"the shop {', then '.join(parts) or 'did not say what was done'}"
