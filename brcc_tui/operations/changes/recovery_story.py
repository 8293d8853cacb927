"""The story of a change that never ended, as a sentence: what was sent, and what its listing shows now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Outcome
from brcc_tui.model.listing import Listing
from brcc_tui.model.listing_id import is_on_eventbrite
from brcc_tui.model.quantity import Quantity, Unknown, is_known
from brcc_tui.model.reading import Reading
from brcc_tui.operations.changes.as_before import seems_as_before
from brcc_tui.operations.changes.as_intended import as_intended, intended_capacity
from brcc_tui.operations.changes.closing import hides
from brcc_tui.operations.changes.collateral import Raised, editor_used
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.known_state import is_unseen, why_unknown
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.since_plan import last_made_since
from brcc_tui.operations.changes.unexpected_state import unexpected_state
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import Entry

_TAKEN: Final = (State.ANSWERED.value, State.VERIFIED.value)
"""What a shop has taken was done, whatever stands there now."""


def last_sent_place(entry: Entry) -> int | None:
    """The journal's place of the last request of it that left; None where none did."""
    moves = zip(entry.events, [*entry.events[1:], None], strict=True)
    places = [
        event.position
        for event, after in moves
        if event.event == State.SENT.value and (after is None or after.event != State.HELD_BACK.value)
    ]
    return places[-1] if places else None


def what_stands(look: DecisionReading | AppError, entry: Entry) -> tuple[Reading, Quantity]:
    """What stands of an entry's listing by a look, and what buyers can buy; both unknown, and why, where it failed."""
    if isinstance(look, AppError):
        return standing_of(None, str(look))
    return standing_of(look.listings.get(entry.listing), "it is gone from the shop")


def standing_of(listing: Listing | None, why: str) -> tuple[Reading, Quantity]:
    """What stands of it and what buyers can buy; where there is none, both are unknown, and why."""
    return (Reading.unknown(why), Unknown(why)) if listing is None else (listing.reading, listing.offer.value)


def recovery_story(club: ClubContext, entry: Entry, look: DecisionReading | AppError, raised: Sequence[Raised]) -> str:
    """What became of an entry, in words for people: what was sent, what stands, and what its write may have undone."""
    parts = [_what_happened(club, entry, look), *map(str, raised)]
    if raised:
        parts.append("re-apply lowers what may have been lost")
    if isinstance(look, DecisionReading) and last_sent_place(entry) is not None:
        parts += filter(None, [editor_used(entry, look)])
    return ". ".join(parts)


def _what_happened(club: ClubContext, entry: Entry, look: DecisionReading | AppError) -> str:
    (now, _), place = what_stands(look, entry), last_sent_place(entry)
    if place is None:
        return "it was prepared, but never sent"
    was = how_it_went(entry)
    if is_unseen(look):
        return f"{was}, and its present number could not be read ({look})"
    if as_intended(entry, look):
        return f"{was}, and it is as intended"
    changed_by = last_made_since(club, entry.listing, place, but=(entry.id,))
    if changed_by is not None:
        return f"{was}, and {changed_by.actor} changed it here since ({changed_by.id})"
    if seems_as_before(entry, look, now):
        return _as_before(entry, was)
    if (why := why_unknown(entry, look) or now.unknowns().get("capacity")) is not None:
        return f"{was}, and its present number is unknown ({why})"
    if not is_known(now.capacity):
        return f"{was}, and it has no limit now"
    return f"{was}, and {unexpected_state(entry, look, now, now.capacity - intended_capacity(entry))}"


def _as_before(entry: Entry, was: str) -> str:
    """That it stands as if nothing had been done: so Eventbrite may show for minutes what was."""
    taken, hidden = entry.last(*_TAKEN) is not None, hides(entry)
    meant = was if taken or entry.outcome is not None else "it was to be sent"
    stands = (
        "the old number is there" if hidden is None else "it is shown as before" if hidden else "it is hidden as before"
    )
    if is_on_eventbrite(entry.listing):
        return f"{meant}, and {stands}, as Eventbrite may show it for minutes after a write"
    return f"{meant}, and {stands}{' again' if taken else ''}"


def how_it_went(entry: Entry) -> str:
    seen, taken = entry.last(State.VERIFIED.value), entry.last(State.ANSWERED.value)
    if entry.outcome == Outcome.UNCLEAR.value and taken is None:
        return "the shop never said whether it was done"
    return (
        "it was done and verified" if seen is not None else "the shop took it" if taken is not None else "it was sent"
    )
