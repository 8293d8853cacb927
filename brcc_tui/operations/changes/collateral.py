"""What a write that nobody could verify may have done to the other dates of its product.

All dates of a product stand in one text. A sale of another date that fell between our reading and our write
is overwritten by it; verifying lowers that date again. When the program died before, only the checkpoint
tells what every date should have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brcc_tui.model.changes.plan import Action, ChangeRequest
from brcc_tui.model.fooevents.booking_text import parse
from brcc_tui.model.listing_id import CellId
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.club import Club
from brcc_tui.store.journal import Entry, JournalEvent


@dataclass(frozen=True, slots=True)
class Raised:
    """A date that stands at `number` remaining, although its `capacity` at the checkpoint leaves `target`."""

    listing_id: str
    number: int
    target: int
    capacity: int

    def __str__(self) -> str:
        return (
            f"{self.listing_id} stands at {self.number} and, unless somebody raised it, should stand at {self.target}: "
            "a sale of it may have been lost to this write"
        )

    def lowered(self) -> ChangeRequest:
        """The wish that puts it right."""
        return ChangeRequest(self.listing_id, Action.SET, self.capacity)


def raised_neighbours(club: Club, entry: Entry, look: DecisionReading) -> list[Raised]:
    """Dates that the entry did not name and that offer more than they should. None are known once it was verified."""
    checkpoint, sent = _unverified(entry)
    if checkpoint is None or sent is None or look.product is None:
        return []
    text, taken, named = (checkpoint.detail.get(key) for key in ("text", "taken", "sends"))
    if not isinstance(text, str) or not isinstance(taken, Mapping) or not isinstance(named, Mapping):
        return []
    found = []
    for cell in parse(text).cells:
        listing_id = str(CellId(look.product.id, cell.slot_id, cell.date_id))
        before, listing = taken.get(listing_id), look.listings.get(listing_id)
        if listing_id in named or listing is None or type(before) is not int or not is_known(cell.remaining):
            continue
        number, taken_now = listing.reading.remaining, look.taken(listing_id)
        if not is_known(number) or not is_known(taken_now):
            continue
        target = max(0, cell.remaining + before - taken_now)
        if number > target and not _changed_here_since(club, listing_id, sent):  # the journal is asked last
            found.append(Raised(listing_id, number, target, target + taken_now))
    return found


def _unverified(entry: Entry) -> tuple[JournalEvent | None, JournalEvent | None]:
    """The checkpoint of the first request that left, and that request; nothing when a look has verified it since."""
    checkpoint: JournalEvent | None = None
    sent: JournalEvent | None = None
    for event in entry.events:
        if event.event == State.CHECKPOINTED.value and sent is None:
            checkpoint = event
        elif event.event == State.SENT.value:
            sent = sent or event
        elif event.event == State.VERIFIED.value:
            return None, None
    return checkpoint, sent


def _changed_here_since(club: Club, listing_id: str, sent: JournalEvent) -> bool:
    """Whether this program wrote the listing itself, later: then its own entry tells how it should stand."""
    events = [event for entry in club.journal.entries(listing=listing_id, limit=5) for event in entry.events]
    return any(event.event == State.SENT.value and event.at > sent.at for event in events)
