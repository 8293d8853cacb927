"""Orders of the club's own shop, as read from its database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from brcc_tui.model.counting import PlacesRow, TicketRow, is_live
from brcc_tui.model.counts import CellKey


@dataclass(frozen=True, slots=True)
class Person:
    """Who a ticket is for. It is read only where somebody asked for names, and kept nowhere; no error quotes it."""

    name: str = field(repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of an order, or of a refund, whose numbers are negative. `net` is without tax.

    `cell` is the night that it was for when its tickets were made; None: it names none. `refunds` is the line that a
    refund's line gives back. `beside` says that it is for no product: a fee, a discount as a negative fee, shipping.
    `is_rest` says that it is the rest of what another order's seats cost (of a deposit): it stands for none of its own.
    `rest_of` is that order, where it is named.
    """

    id: int
    product_id: int
    variation_id: int | None
    quantity: int
    net: Decimal
    tax: Decimal
    cell: CellKey | None = None
    refunds: int | None = None
    beside: bool = False
    is_rest: bool = False
    rest_of: int | None = None

    @property
    def gross(self) -> Decimal:
        """With tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order with everything that hangs on it, or (without an id) tickets that never had one.

    `status` None: the order is gone, its tickets are not. `total` and a refund's amount are None where the shop tells
    none. `refunded` are the lines that refunds name. `places` are those of an order without tickets. `starts` are the
    starts that its tickets carry, by ticket: seconds of the local time, read as if it were UTC. `people` are those of
    its tickets, `buyer` is who is billed; only where somebody asked for names. `stock_taken` is WooCommerce's own note
    that it lowered stock for the order.
    """

    id: int | None
    status: str | None = None
    changed_lately: bool = True
    created: dt.datetime | None = None
    currency: str = ""
    total: Decimal | None = None
    paid: bool = False
    number: str = ""
    tickets: tuple[TicketRow, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    refunds: tuple[Decimal | None, ...] = ()
    refunded: tuple[OrderLine, ...] = ()
    places: PlacesRow | None = None
    starts: Mapping[int, int] = field(default_factory=dict)
    people: Mapping[int, Person] = field(default_factory=dict)
    buyer: Person | None = None
    stock_taken: bool = True

    @property
    def given_back(self) -> Decimal | None:
        """What all refunds gave back; None where one does not tell."""
        known = [refund for refund in self.refunds if refund is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.refunds) else None

    @property
    def is_given_back(self) -> bool:
        """Whether all that it cost went back; what the shop does not say did not."""
        return self.total is not None and self.given_back is not None and self.given_back >= self.total

    @property
    def takes_places(self) -> bool:
        """Whether its places are taken by its status; those of an order that is gone are not."""
        return self.status is not None and is_live(self.status, self.changed_lately)

    @property
    def product_lines(self) -> list[OrderLine]:
        """Its lines that are for a product, in the order in which they were added."""
        return sorted((line for line in self.lines if not line.beside), key=lambda line: line.id)
