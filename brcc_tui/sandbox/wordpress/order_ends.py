"""How each life of an order ends on a real shop: what is left of it, its tickets, its places and the stock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from brcc_tui.sandbox.wordpress import tickets
from brcc_tui.sandbox.world.types import Life


@dataclass(frozen=True, slots=True)
class OrderEnd:
    """What a life leaves behind. `status` None: no order.

    `places`: FooEvents noted the places of the order. `ticket_status` None: no tickets. `split`: the thank-you page was
    seen. `returned`: times the places were given back. `reduced`: whether the flag says that stock was lowered.
    `lowerings`: times the stock was lowered for good, for a line that kept its memory of it and for one that lost it
    when it was split.
    """

    status: str | None
    places: bool = True
    ticket_status: str | None = None
    split: bool = True
    returned: int = 0
    reduced: bool = True
    lowerings: tuple[int, int] = (1, 1)

    @property
    def cell_on_lines(self) -> bool:
        """Whether the lines of the order name the slot and date: tickets were made of its places."""
        return self.places and self.ticket_status is not None

    def remembers_stock(self, *, split: bool) -> bool:
        """Whether a line tells what it took from the stock: one that was split does where it took it a second time."""
        return self.reduced and (not split or self.lowerings[1] > 1)


_COMPLETED = OrderEnd("wc-completed", ticket_status=tickets.NOT_CHECKED_IN)
ORDER_ENDS: dict[Life, OrderEnd] = {
    Life.COMPLETED: _COMPLETED,
    Life.PROCESSING: OrderEnd("wc-processing"),
    Life.ON_HOLD: OrderEnd("wc-on-hold"),
    Life.PENDING: OrderEnd("wc-pending", split=False, reduced=False, lowerings=(0, 0)),
    Life.FAILED: OrderEnd("wc-failed", split=False, reduced=False, lowerings=(0, 0)),
    Life.CANCELLED: OrderEnd(
        "wc-cancelled", ticket_status=tickets.CANCELED, returned=1, reduced=False, lowerings=(0, 1)
    ),
    Life.CANCELLED_THEN_COMPLETED: replace(_COMPLETED, returned=1, lowerings=(1, 2)),
    Life.REFUNDED_BY_REST: replace(_COMPLETED, status="wc-refunded", lowerings=(0, 1)),
    Life.TRASHED: replace(_COMPLETED, status="trash"),
    Life.ORDER_DELETED: replace(_COMPLETED, status=None),
    Life.TICKET_CANCELLED: _COMPLETED,
    Life.BLOCK_CHECKOUT: OrderEnd("wc-processing", places=False, split=False),
    Life.STAFF_ADDED: replace(_COMPLETED, places=False, split=False),
    Life.CUSTOM_STATUS: replace(_COMPLETED, status="wc-reagendado"),
    Life.TICKETS_WITHOUT_IDS: _COMPLETED,
}
"""The end of each life, as `orders.py` and `staff.py` bring it about; a test holds both against each other."""
