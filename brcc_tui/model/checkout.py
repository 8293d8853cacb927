"""Places of an Eventbrite event that are in checkout, and what still holds while their number is unknown.

Eventbrite reports them only for an event as a whole, in its capacity tier, which a member's role may not be allowed to
read. Sold and capacity are unaffected; remaining and taken are then known except for these places.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from brcc_tui.model.quantity import Quantity, Unknown

NOT_READ: Final = "not_read"
"""The reason of places that were not asked for, as in a list."""

_UNREADABLE: Final = "places in checkout cannot be read"


class CapacityTier(NamedTuple):
    """What an event's capacity tier tells.

    `pending` are places in somebody's checkout. `held_back` are those of the event's own capacity that its organizer
    keeps (holds) and nobody has taken: no buyer can buy them. Where the tier cannot be read, there may be some. `left`
    is what that capacity leaves to buyers by the tier's own count, which knows what classes that are gone have sold.
    `is_custom`: whether it limits them, and is no sum of what the classes have; None where that is not told.
    """

    pending: Quantity
    held_back: int = 0
    left: int | None = None
    is_custom: bool | None = None


def unread_checkout(reason: str) -> Unknown:
    """Places that were asked for in vain."""
    return Unknown(f"{_UNREADABLE} ({reason})")


def is_unread_checkout(held: Quantity) -> bool:
    """Whether these places were asked for in vain."""
    return isinstance(held, Unknown) and held.reason.startswith(_UNREADABLE)


def at_least(held: Quantity) -> Quantity:
    """The places that are known to be held: none, where those in checkout were not asked for or cannot be read."""
    return 0 if is_unread_checkout(held) or held == Unknown(NOT_READ) else held


NOT_ASKED: Final = CapacityTier(Unknown(NOT_READ))
"""The tier of an event in a list."""
