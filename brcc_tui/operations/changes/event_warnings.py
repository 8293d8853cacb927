"""What a person should know of the Eventbrite event of a listing before a change of it."""

from __future__ import annotations

from collections.abc import Iterator

from brcc_tui.model.checkout import is_unread_checkout
from brcc_tui.model.listing import Listing
from brcc_tui.model.listing_id import TicketClassId
from brcc_tui.model.quantity import add, is_known
from brcc_tui.model.shows.shared_stock import held_of
from brcc_tui.operations.changes.closing import Goal
from brcc_tui.operations.changes.decision_reading import DecisionReading


def warnings_of_event(look: DecisionReading, listing: Listing, goal: Goal) -> Iterator[str]:
    """What its event does not let be changed, does not tell, or does not let it sell."""
    yield from _of_rule(look, listing)
    if goal.hide and look.event is not None and look.event.access_codes is None:
        why = f" ({look.event.codes_unread})" if look.event.codes_unread else ""
        yield f"it is unknown whether an access code would still sell it once it is hidden{why}"
    if is_unread_checkout(listing.reading.held):
        yield f"{listing.reading.unknowns()['held']}: fewer seats may be left than is said here"
    limit = _event_limit(look, listing)
    if limit is not None and goal.capacity > limit:
        yield f"the event as a whole is limited to {limit}"


def _event_limit(look: DecisionReading, listing: Listing) -> int | None:
    """How many its event may sell in all, where it limits this listing: by its own word, else by what is left of it."""
    if look.event is None or listing.event_left is None:
        return None
    if look.event.capacity_is_custom and look.event.capacity is not None:
        return look.event.capacity
    counted = [x for x in look.listings.values() if x.event_left is not None]
    total = add(listing.event_left, held_of(counted), *(x.reading.sold for x in counted))
    return total if is_known(total) else None


def _of_rule(look: DecisionReading, listing: Listing) -> list[str]:
    """A class that Eventbrite lets be changed at its ticket rule alone."""
    classes = look.event.ticket_classes if look.event is not None else ()
    rule = next((x.ticket_parent_id for x in classes if str(TicketClassId(x.event_id, x.id)) == listing.id), None)
    if rule is None:
        return []
    return [
        f"it is the child of a ticket rule (ticket_parent_id {rule}): Eventbrite will refuse this, and wants the rule "
        "itself to be changed"
    ]
