"""What an order of the club's own shop brought for each of the shows in it.

An order's lines name products; what a line is for (which night) only its tickets say, or its places while it has no
tickets. So a product's amounts are shared by the seats that the order has of it. Fees and whatever else the total holds
beside the lines are shared by seats too; a refund that names no line goes by what is left of each product's amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from brcc_tui.model.counting import DEAD, DRAFT, STOCK, CellFinder, is_live, is_sold
from brcc_tui.model.counts import CellKey, ProductCells
from brcc_tui.model.money.amounts import NOTHING, in_cents, shared
from brcc_tui.model.money.records import Line, OrderRecord

_PAID: Final = frozenset({"wc-processing", "wc-completed", "wc-refunded"})
_WAITING: Final = frozenset({"wc-pending", "wc-on-hold", "wc-failed", DRAFT})

NO_ORDER: Final = "the order is gone from the shop: it was deleted for good"
NO_TOTAL: Final = "the shop tells no amount of this order"
ENDED: Final = (
    "it was paid and then ended without a refund in the shop: whether the money went back, nobody noted there"
)


@dataclass(frozen=True, slots=True)
class Part:
    """What of an order is for one place: a cell, or the stock of a product or variation (`cell` STOCK).

    `cell` None: of the product, but nothing tells for which night. `seats` are those that are taken now, sold or held.
    `paid` is what was paid for it and `tax` the tax in that, `refunded` and `refunded_tax` what of both went back. The
    amounts are None with a reason in `unknown`.
    """

    order: OrderRecord
    product_id: int
    variation_id: int | None
    cell: CellKey | None
    seats: int
    sold: int
    tickets: tuple[int, ...] = ()
    paid: Decimal | None = None
    tax: Decimal | None = None
    refunded: Decimal | None = None
    refunded_tax: Decimal | None = None
    unknown: str = ""

    @property
    def amount(self) -> Decimal | None:
        """What was paid and has not been given back."""
        return None if self.paid is None or self.refunded is None else self.paid - self.refunded

    @property
    def tax_left(self) -> Decimal | None:
        """The tax in that."""
        return None if self.tax is None or self.refunded_tax is None else self.tax - self.refunded_tax


def money_unknown(order: OrderRecord) -> str:
    """Why nobody can tell how much of an order's money the club has; empty where it can be told."""
    if order.id is None:
        return "" if not order.tickets else "these tickets never had an order"
    if order.status is None:
        return NO_ORDER
    if order.status in DEAD - _PAID:
        return ENDED if order.paid else ""
    if order.status not in _PAID | _WAITING and not order.paid:
        return f"nobody can tell whether an order of the status {order.status} was paid"
    if order.total is None or order.given_back is None:
        return NO_TOTAL
    return ""


def is_paid(order: OrderRecord) -> bool:
    """Whether money of it came in."""
    return order.status in _PAID or order.paid


def parts(order: OrderRecord, products: Mapping[int, ProductCells]) -> list[Part]:
    """The order by what it is for. Products that are not among these have no cells that are known: one part each."""
    seats = _Seats.of(order, products)
    wrong = money_unknown(order)
    lines = _by_product(order, seats)
    amounts = _amounts(order, lines) if not wrong else {}
    found = []
    for product in lines:
        places = seats.of_product(product) or [_Place(None if _has_dates(products, product) else STOCK, None)]
        if places[0].cell == STOCK and not places[0].bought:
            places = [_held_stock(order, lines[product], places[0])]
        weights = [place.bought for place in places]
        of_each = [shared(amount, weights) for amount in amounts[product]] if not wrong else []
        for n, place in enumerate(places):
            paid, tax, refunded, refunded_tax = (each[n] for each in of_each) if of_each else (None,) * 4
            found.append(
                Part(
                    order=order,
                    product_id=product,
                    variation_id=place.variation_id,
                    cell=place.cell,
                    seats=place.taken,
                    sold=place.sold,
                    tickets=tuple(place.tickets),
                    paid=paid,
                    tax=tax,
                    refunded=refunded,
                    refunded_tax=refunded_tax,
                    unknown=wrong,
                )
            )
    return found


@dataclass(slots=True)
class _Place:
    """Seats of an order in one place: bought (whatever became of them), sold, and taken now."""

    cell: CellKey | None
    variation_id: int | None
    bought: int = 0
    sold: int = 0
    taken: int = 0
    tickets: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Seats:
    """The seats of an order by product."""

    places: dict[int, dict[tuple[CellKey | None, int | None], _Place]]

    @classmethod
    def of(cls, order: OrderRecord, products: Mapping[int, ProductCells]) -> _Seats:
        """From its tickets of any status, or from its places."""
        seats = cls(defaultdict(dict))
        finders = {product: CellFinder(cells) for product, cells in products.items()}
        for ticket in sorted(order.tickets, key=lambda ticket: ticket.id):
            finder = finders.get(ticket.product_id)
            dated = _has_dates(products, ticket.product_id) or bool(ticket.date_id)
            cell = (finder.cell(ticket) if finder else (ticket.slot_id, ticket.date_id)) if dated else STOCK
            place = seats._at(ticket.product_id, cell, None if dated else ticket.variation_id)
            sold = is_sold(ticket)
            place.bought, place.sold, place.taken = place.bought + 1, place.sold + sold, place.taken + sold
            place.tickets.append(ticket.id)
        live = order.status is not None and is_live(order.status, order.changed_lately)
        for product, cells in (order.places.places or {} if order.places else {}).items():
            for cell, places in cells.items():
                place = seats._at(product, cell if _has_dates(products, product) or any(cell) else STOCK, None)
                place.bought += places
                place.taken += places if live else 0
        return seats

    def of_product(self, product: int) -> list[_Place]:
        """In the order in which they were sold."""
        return list(self.places.get(product, {}).values())

    def _at(self, product: int, cell: CellKey | None, variation: int | None) -> _Place:
        return self.places[product].setdefault((cell, variation), _Place(cell, variation))


def _has_dates(products: Mapping[int, ProductCells], product: int) -> bool:
    return product in products and products[product].has_dates


def _held_stock(order: OrderRecord, lines: list[Line], place: _Place) -> _Place:
    """Seats of a product without dates that an order without tickets takes, as its lines say."""
    quantity = sum(line.quantity for line in lines)
    live = order.status is not None and order.status != DRAFT and is_live(order.status, order.changed_lately)
    variations = {line.variation_id for line in lines}
    found = _Place(place.cell, variations.pop() if len(variations) == 1 else None, quantity)
    found.taken = quantity if live and not order.tickets else 0
    return found


def _by_product(order: OrderRecord, seats: _Seats) -> dict[int, list[Line]]:
    """The lines of each product; tickets of a product without a line stand with none."""
    found: dict[int, list[Line]] = {}
    for line in sorted(order.lines, key=lambda line: line.id):
        found.setdefault(line.product_id, []).append(line)
    for product in seats.places:
        found.setdefault(product, [])
    return found


def _amounts(order: OrderRecord, lines: Mapping[int, list[Line]]) -> dict[int, tuple[Decimal, ...]]:
    """Paid, tax, given back, and the tax in that, of each product. Nothing was paid for an order that still waits."""
    if not is_paid(order) or order.total is None:
        return dict.fromkeys(lines, (NOTHING,) * 4)
    gross = {product: sum((line.gross for line in those), Decimal(0)) for product, those in lines.items()}
    tax = {product: sum((line.tax for line in those), Decimal(0)) for product, those in lines.items()}
    beside = order.total - in_cents(sum(gross.values(), Decimal(0)))
    quantities = [sum(line.quantity for line in those) for those in lines.values()]
    whole = shared(order.total - beside, list(gross.values()))
    fees = shared(beside, quantities)
    paid = {product: part + fee for product, part, fee in zip(lines, whole, fees, strict=True)}
    back = {product: _of(order.refunded, product, gross=True) for product in lines}
    rest = (order.given_back or Decimal(0)) - sum(back.values(), Decimal(0))
    left = [max(Decimal(0), paid[product] - back[product]) for product in lines]
    by_amount = dict(zip(lines, shared(rest, left), strict=True))
    return {
        product: (
            paid[product],
            in_cents(tax[product]),
            in_cents(back[product] + by_amount[product]),
            in_cents(_of(order.refunded, product, gross=False)),
        )
        for product in lines
    }


def _of(refunded: tuple[Line, ...], product: int, *, gross: bool) -> Decimal:
    """What lines of refunds gave back of a product, or the tax in that."""
    return -sum(((line.gross if gross else line.tax) for line in refunded if line.product_id == product), Decimal(0))
