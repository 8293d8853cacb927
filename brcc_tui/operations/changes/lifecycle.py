"""The life of one change: every state, and every permitted move. The journal stores the moves.

A move is recorded before what it announces: `sent` is in the journal before the request leaves. So
the last recorded state of a change that died is the worst that can have happened to the shop.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from brcc_tui.model.changes.plan import Outcome


class State(enum.StrEnum):
    """The state of a change; the values are the journal's names for the moves."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    LOCKED = "locked"
    READ_AGAIN = "read_again"
    CHECKPOINTED = "checkpointed"
    SENT = "sent"
    HELD_BACK = "held_back"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    LOOKED = "looked"
    VERIFIED = Outcome.VERIFIED.value
    CORRECTING = "correcting"
    UNWATCHED = "unwatched"
    SETTLED = Outcome.SETTLED.value
    SETTLED_LOW = Outcome.SETTLED_LOW.value
    REFUSED = Outcome.REFUSED.value
    CONFLICT = Outcome.CONFLICT.value
    UNDONE_BY_SHOP = Outcome.UNDONE_BY_SHOP.value
    ROLLED_BACK = Outcome.ROLLED_BACK.value
    UNCLEAR = Outcome.UNCLEAR.value
    INTERRUPTED = Outcome.INTERRUPTED.value


_S = State
ENDED_STATES: Final = frozenset(State(outcome.value) for outcome in Outcome if outcome is not Outcome.VERIFIED)
"""The states that are outcomes; the only moves from them are a later undo and what a person decides about them."""

OPEN: Final = (None, Outcome.UNCLEAR.value)
"""Outcomes of entries that are not resolved yet: what is known of them is told, and decided, by recovery."""

_BEFORE_THE_WIRE: Final = frozenset({_S.REFUSED, _S.CONFLICT, _S.INTERRUPTED})
_SEEN: Final = frozenset({_S.SETTLED, _S.SETTLED_LOW, _S.CONFLICT, _S.UNDONE_BY_SHOP, _S.UNCLEAR})
_BY_A_PERSON: Final = frozenset({_S.SETTLED, _S.INTERRUPTED, _S.ROLLED_BACK})
"""A person who is shown a change that never ended keeps what stands, applies it anew, or goes back."""

TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    _S.PLANNED: frozenset({_S.CONFIRMED}) | _BEFORE_THE_WIRE,
    _S.CONFIRMED: frozenset({_S.LOCKED}) | _BEFORE_THE_WIRE,
    _S.LOCKED: frozenset({_S.READ_AGAIN}) | _BEFORE_THE_WIRE,
    # A close that finds everything sold has nothing to send, and ends well.
    _S.READ_AGAIN: frozenset({_S.READ_AGAIN, _S.CHECKPOINTED, _S.SETTLED}) | _BEFORE_THE_WIRE,
    # The text was read too long ago, or the lock is gone: back to the reading.
    _S.CHECKPOINTED: frozenset({_S.SENT, _S.HELD_BACK}) | _BEFORE_THE_WIRE | _BY_A_PERSON,
    _S.SENT: frozenset({_S.ANSWERED, _S.UNANSWERED, _S.HELD_BACK, _S.REFUSED}) | _BY_A_PERSON,
    _S.HELD_BACK: frozenset({_S.READ_AGAIN, _S.LOOKED, _S.UNWATCHED}) | _BEFORE_THE_WIRE | _SEEN | _BY_A_PERSON,
    # Eventbrite is sent the same absolute number once more.
    _S.UNANSWERED: frozenset({_S.SENT, _S.LOOKED, _S.UNWATCHED}) | _SEEN | _BY_A_PERSON,
    _S.ANSWERED: frozenset({_S.LOOKED, _S.UNWATCHED}) | _SEEN | _BY_A_PERSON,
    _S.LOOKED: frozenset({_S.LOOKED, _S.VERIFIED, _S.CORRECTING, _S.UNWATCHED}) | _SEEN | _BY_A_PERSON,
    _S.VERIFIED: frozenset({_S.LOOKED, _S.CORRECTING, _S.UNWATCHED}) | _SEEN | _BY_A_PERSON,
    # A correction has its own checkpoint, and is sent like any write; a refused one leaves what stands.
    _S.CORRECTING: frozenset({_S.SENT, _S.HELD_BACK}) | _SEEN | _BY_A_PERSON,
    _S.UNWATCHED: frozenset({_S.LOOKED}) | _SEEN | _BY_A_PERSON,
    _S.SETTLED: frozenset({_S.ROLLED_BACK}),
    _S.SETTLED_LOW: frozenset({_S.ROLLED_BACK}),
    _S.CONFLICT: frozenset({_S.ROLLED_BACK}),
    _S.UNDONE_BY_SHOP: frozenset({_S.ROLLED_BACK}),
    _S.UNCLEAR: _BY_A_PERSON,
    _S.INTERRUPTED: frozenset({_S.ROLLED_BACK}),
    _S.REFUSED: frozenset(),
    _S.ROLLED_BACK: frozenset(),
}
"""From each state, the states that may follow it."""


class IllegalMove(Exception):
    """A change was to make a move that its state does not allow: a defect of this program."""


def check_move(last: State | None, to: State) -> None:
    """Raise `IllegalMove` unless the move is in the table. An entry begins with `planned`."""
    allowed = frozenset({_S.PLANNED}) if last is None else TRANSITIONS[last]
    if to not in allowed:
        raise IllegalMove(f"{last} -> {to}")
