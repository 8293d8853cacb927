"""What our writes may have done to the other dates of a product, as far as the journal shows.

All dates of a product are in one text. A sale of another date between our reading and our write is overwritten by it,
and verifying lowers that date again. If the program died, or could not read, only the checkpoints show what every date
should have: that of the first write, and those of corrections, which are writes like it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from brcc_tui.model.changes.plan import Action, ChangeRequest
from brcc_tui.model.fooevents.booking_text import Cell, parse_booking_text
from brcc_tui.model.listing import Listing
from brcc_tui.model.listing_id import CellId
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.expectations import placed
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.since_plan import last_made_since
from brcc_tui.operations.context import ClubContext
from brcc_tui.store.journal_entries import Entry, JournalEvent

OPENED: Final = "opened"
"""Under which a checkpoint keeps WordPress's note of who had the product in an editor when."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A date that is at `number` remaining, although its `capacity` at the checkpoint leaves `target`."""

    listing_id: str
    number: int
    target: int
    capacity: int

    def __str__(self) -> str:
        return (
            f"{self.listing_id} is at {self.number} and, unless somebody raised it, should be at {self.target}: "
            "a sale of it may have been lost to this write"
        )

    def lowered(self, follows: str | None = None) -> ChangeRequest:
        """The wish that puts it right; `follows` is the entry that ends with it."""
        return ChangeRequest(self.listing_id, Action.SET, self.capacity, follows=follows)


def editor_used(entry: Entry, look: DecisionReading) -> str | None:
    """That somebody had the product in an editor since the reading that was written on, in words; None if nobody had.

    A watched change reports this at its first look: this is for one that died.
    """
    checkpoint = entry.last(State.CHECKPOINTED.value)
    if checkpoint is None or OPENED not in checkpoint.detail or checkpoint.detail[OPENED] == look.opened:
        return None
    return (
        "Somebody opened or saved the product in the WordPress editor since what was written on was read: what was "
        "saved there before the write is overwritten, and a page opened before it puts the old seats back. Look at its "
        "numbers there"
    )


@dataclass(slots=True)
class _Sent:
    """What the requests of one entry carried: the first one's checkpoint, and the largest number of each date.

    FooEvents may write back whichever of our texts it has read, so the largest number bounds what is ours.
    """

    base: Mapping[str, object]
    first: JournalEvent
    highest: dict[str, int] = field(default_factory=dict)

    def add(self, product: int, checkpoint: Mapping[str, object]) -> None:
        """A text that was made from this checkpoint has left."""
        text, numbers = checkpoint.get("text"), checkpoint.get("sends")
        if not isinstance(text, str) or not isinstance(numbers, Mapping):
            return
        for cell in parse_booking_text(text).cells:
            listing_id = str(CellId(product, *cell.key))
            number = numbers.get(listing_id, cell.remaining)
            if type(number) is int:
                self.highest[listing_id] = max(number, self.highest.get(listing_id, number))

    def neighbours(self, product: int) -> list[tuple[str, Cell, object]]:
        """The dates of the first text that it did not name, each as it stood there, with what was taken of it then.

        The list is empty where the checkpoint does not tell them; what was taken is None where it does not tell that.
        """
        text, taken, named = (self.base.get(key) for key in ("text", "taken", "sends"))
        if not isinstance(text, str) or not isinstance(taken, Mapping) or not isinstance(named, Mapping):
            return []
        cells = ((str(CellId(product, *x.key)), x) for x in parse_booking_text(text).cells)
        return [(id_, cell, taken.get(id_)) for id_, cell in cells if id_ not in named]


def raised_neighbours(club: ClubContext, entry: Entry, look: DecisionReading) -> list[Raised]:
    """Dates that the entry did not name and that offer more than they should, by no more than our texts can explain."""
    product = look.product
    sent = _sent(entry, product.id) if product is not None else None
    if product is None or sent is None:
        return []
    found = (
        _raised(listing, sent, cell, *counted)
        for id_, cell, before in sent.neighbours(product.id)
        if (listing := look.listings.get(id_)) is not None and (counted := _counted(look, sent, id_, before))
    )
    place = sent.first.position
    # The journal is asked last: where a date was changed here since, that change tells how it should stand.
    return [one for one in found if one is not None and last_made_since(club, one.listing_id, place) is None]


def _counted(look: DecisionReading, sent: _Sent, listing_id: str, before: object) -> tuple[int, int] | None:
    """What was taken of a date then, and what is now: where nobody knows all of it, at least what live orders have.
    Where it was not known then, what live orders had and have; None where nothing is known of that.
    """
    now, orders = look.taken(listing_id), placed(look, listing_id)
    if type(before) is int:
        return before, now if is_known(now) else orders
    had = sent.base.get("placed")
    then = had.get(listing_id) if isinstance(had, Mapping) else None
    return (then, orders) if type(then) is int else None


def _raised(listing: Listing, sent: _Sent, cell: Cell, before: int, now: int) -> Raised | None:
    """A date that offers more than it should, of which so many were taken then, and are now; None where it does not."""
    number = listing.reading.remaining
    if not is_known(cell.remaining) or not is_known(number):
        return None
    target = max(0, cell.remaining + before - now)
    ours = sent.highest.get(listing.id, 0) + max(0, before - now)
    return Raised(listing.id, number, target, target + now) if target < number <= ours else None


def _sent(entry: Entry, product: int) -> _Sent | None:
    """What the entry's requests carried; None when none of them left."""
    found: _Sent | None = None
    checkpoint: Mapping[str, object] = {}
    leaving: JournalEvent | None = None
    for event in entry.events:
        if leaving is not None and event.event != State.HELD_BACK.value:
            found = found or _Sent(checkpoint, leaving)
            found.add(product, checkpoint)
        leaving = event if event.event == State.SENT.value else None
        if event.event in (State.CHECKPOINTED.value, State.CORRECTING.value):
            checkpoint = event.detail
    if leaving is not None:
        found = found or _Sent(checkpoint, leaving)
        found.add(product, checkpoint)
    return found
