"""How much of an order of the club's own shop belongs to each of its shows.

An order's lines name products; `payers` says which seats each line paid for. Fees, discounts and the rest of the
total are divided by seats; a refund that names no line is divided by what is left of each line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from brcc_tui.model.cell_finder import CellFinder
from brcc_tui.model.counting import DEAD, DRAFT, is_sold
from brcc_tui.model.counts import STOCK, CellKey, ProductCells
from brcc_tui.model.money.amounts import CENT, NOTHING, in_cents, shared, unit_of
from brcc_tui.model.money.payers import Seat, seats_paid
from brcc_tui.model.money.records import OrderLine, OrderRecord

_REFUNDED: Final = "wc-refunded"
_PAID: Final = frozenset({"wc-processing", "wc-completed", _REFUNDED})
_WAITING: Final = frozenset({"wc-pending", "wc-on-hold", DRAFT})
_OVER: Final = DEAD - _PAID | {"wc-failed"}

NO_ORDER: Final = "the order is gone from the shop: it was deleted for good"
NO_TOTAL: Final = "the shop gives no amount for this order"
ENDED_UNREFUNDED: Final = (
    "it was paid and then ended without a refund of all of it in the shop: whether the rest went back, nobody noted"
    " there"
)
NOT_ALL_BACK: Final = (
    "it is called refunded, but the shop has no refund of all of it: whether the rest went back, nobody noted"
)
_PAID_IN_PART: Final = ("part", "deposit")
"""In the names that plugins give to orders of which a first part is paid, and which have a date of payment."""


NO_OTHERS: Final[Mapping[int, OrderRecord]] = MappingProxyType({})


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
        """What was paid and has not been given back; None where nobody knows (`unknown` says why)."""
        return None if self.paid is None or self.refunded is None else self.paid - self.refunded

    @property
    def tax_left(self) -> Decimal | None:
        """The tax in the `amount`; None where nobody knows."""
        return None if self.tax is None or self.refunded_tax is None else self.tax - self.refunded_tax


def _money_unknown(order: OrderRecord) -> str:
    """Why nobody can tell how much of an order's money the club has; empty where it can be told."""
    if order.id is None:
        return "" if not order.tickets else "these tickets never had an order"
    if order.status is None:
        return NO_ORDER
    if order.status in _OVER:
        return ENDED_UNREFUNDED if order.paid and not order.is_given_back else ""
    if None in (order.total, order.given_back):
        return NO_TOTAL
    if order.status == _REFUNDED and not order.is_given_back:
        return NOT_ALL_BACK
    return _status_unknown(order)


def _status_unknown(order: OrderRecord) -> str:
    """What is not known of an order of a status that WooCommerce itself does not have."""
    if order.status is None or order.status in _PAID | _WAITING | _OVER:
        return ""
    if not order.paid:
        return f"it is unknown whether an order with the status {order.status} was paid"
    if any(word in order.status for word in _PAID_IN_PART):
        return f"how much of an order of the status {order.status} was paid, the plugin that names it so knows alone"
    return ""


def is_paid(order: OrderRecord) -> bool:
    """Whether money of it came in."""
    return order.status in _PAID or order.paid


def parts(
    order: OrderRecord, products: Mapping[int, ProductCells], others: Mapping[int, OrderRecord] = NO_OTHERS
) -> list[Part]:
    """The order by what it is for. Products that are not among these have no cells that are known: one part each.

    What pays for the rest of one of the `others` (by id) is for the nights of that one.
    """
    seats = _Seats.of(order, products, others)
    wrong = _money_unknown(order)
    amounts = _amounts(order, seats) if not wrong else {}
    found = []
    for product, places in seats.places.items():
        for n, place in enumerate(places):
            paid, tax, refunded, refunded_tax = amounts[product][n] if not wrong else (None,) * 4
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
    """The seats of an order by product: its places in the order in which they were sold, and what was bought in them.

    Every product that a line or a ticket names has a place at least.
    """

    places: dict[int, list[_Place]]
    bought: dict[int, list[Seat]]

    @classmethod
    def of(
        cls, order: OrderRecord, products: Mapping[int, ProductCells], others: Mapping[int, OrderRecord] = NO_OTHERS
    ) -> _Seats:
        """From its tickets of any status, or from its places, or from its lines alone."""
        seats = cls({}, defaultdict(list))
        for line in order.product_lines:
            seats.places.setdefault(line.product_id, [])
        seats._add_tickets(order, products)
        seats._add_places(order, products)
        for product, places in seats.places.items():
            if not places and not seats._pay_for(_first_of(order, product, others), product, products):
                seats._hold(order, product, dated=_has_dates(products, product))
        return seats

    def _add_tickets(self, order: OrderRecord, products: Mapping[int, ProductCells]) -> None:
        named = {ticket.product_id for ticket in order.tickets} & products.keys()
        finder_of = {product: CellFinder(products[product]) for product in named}
        for ticket in sorted(order.tickets, key=lambda ticket: ticket.id):
            finder = finder_of.get(ticket.product_id)
            named_cell = finder.cell(ticket) if finder else (ticket.slot_id, ticket.date_id)
            dated = _has_dates(products, ticket.product_id) or bool(ticket.date_id)
            dated |= finder is not None and named_cell in products[ticket.product_id].cells
            cell = named_cell if dated else STOCK
            place = self._buy(ticket.product_id, cell, ticket.variation_id, 1, dated=dated)
            sold = is_sold(ticket)
            place.sold, place.taken = place.sold + sold, place.taken + sold
            place.tickets.append(ticket.id)

    def _add_places(self, order: OrderRecord, products: Mapping[int, ProductCells]) -> None:
        """The places of an order of which no tickets are made yet. Of a product without dates its lines tell more."""
        for product, cells in (order.places.places or {} if order.places else {}).items():
            if _has_dates(products, product) or any(map(any, cells)):
                self._add_nights(order, product, cells)
            elif product not in self.places:
                places = sum(cells.values())
                place = self._buy(product, STOCK, None, places, dated=False)
                place.taken += places if _holds_stock(order) else 0

    def _add_nights(self, order: OrderRecord, product: int, cells: Mapping[CellKey, int]) -> None:
        """The places of a product with dates. Those that do not name both slot and date are of no night."""
        for cell, places in cells.items():
            place = self._buy(product, cell if all(cell) else None, None, places, dated=True)
            place.taken += places if order.takes_places else 0

    def _buy(self, product: int, cell: CellKey | None, variation: int | None, places: int, *, dated: bool) -> _Place:
        """So many seats more; of a product with dates a place is a night, whatever the variation."""
        of_product = self.places.setdefault(product, [])
        named = cell, None if dated else variation
        n = next(
            (n for n, place in enumerate(of_product) if (place.cell, place.variation_id) == named), len(of_product)
        )
        if n == len(of_product):
            of_product.append(_Place(*named))
        of_product[n].bought += places
        self.bought[product] += [Seat(n, cell, variation)] * places
        return of_product[n]

    def _pay_for(self, first: OrderRecord | None, product: int, products: Mapping[int, ProductCells]) -> bool:
        """The seats that another order of the product bought, which are not taken once more; whether there are any."""
        bought = _Seats.of(first, products) if first is not None else None
        paid_places = [place for place in bought.places.get(product, ()) if place.bought] if bought else []
        for place in paid_places:
            dated = _has_dates(products, product) or place.cell not in (None, STOCK)
            self._buy(product, place.cell, place.variation_id, place.bought, dated=dated)
        return bool(paid_places)

    def _hold(self, order: OrderRecord, product: int, *, dated: bool) -> None:
        """What lines alone tell: seats of a product without dates by its variations, or no word for which night."""
        if dated:
            self.places[product].append(_Place(None, None))
            return
        held = _holds_stock(order) and not order.tickets
        for line in order.product_lines:
            if line.product_id == product:
                quantity = max(0, line.quantity)
                place = self._buy(product, STOCK, line.variation_id, quantity, dated=False)
                place.taken += quantity if held and not line.is_rest else 0


def _holds_stock(order: OrderRecord) -> bool:
    """Whether an order without tickets has seats of products without dates: once their stock was taken, as they are
    counted (`counting`), or it was paid.
    """
    taken = order.stock_taken or order.status in _PAID
    return order.takes_places and order.status != DRAFT and taken


def _first_of(order: OrderRecord, product: int, others: Mapping[int, OrderRecord]) -> OrderRecord | None:
    """The one order that all lines of a product pay the rest of."""
    named = {line.rest_of for line in order.product_lines if line.product_id == product}
    found = named.pop() if len(named) == 1 else None
    return others.get(found) if found is not None and found != order.id else None


def _has_dates(products: Mapping[int, ProductCells], product: int) -> bool:
    return product in products and products[product].sells_dates


_Amounts = tuple[Decimal, Decimal, Decimal, Decimal]
"""Paid, the tax in that, given back, and the tax in that."""


def _amounts(order: OrderRecord, seats: _Seats) -> Mapping[int, Sequence[_Amounts]]:
    """The amounts of each place of each product. Nothing was paid for an order that still waits."""
    if not is_paid(order) or order.total is None:
        return {product: [(NOTHING,) * 4] * len(places) for product, places in seats.places.items()}
    lines = order.product_lines or _lines_of_seats(seats.bought)
    unit = unit_of(order.total, order.currency)
    of_lines = _of_lines(order, order.total, lines, unit)
    found = {}
    for product, places in seats.places.items():
        mine = [line for line in lines if line.product_id == product]
        found[product] = _of_places(len(places), mine, seats.bought[product], of_lines, unit)
    return found


def _lines_of_seats(bought: Mapping[int, Sequence[Seat]]) -> list[OrderLine]:
    """Lines for an order that somebody took them out of: its seats are all that is left to share by."""
    return [
        OrderLine(-n, product, None, len(seats), NOTHING, NOTHING) for n, (product, seats) in enumerate(bought.items())
    ]


def _of_places(
    places: int, lines: Sequence[OrderLine], bought: Sequence[Seat], of_lines: Mapping[int, _Amounts], unit: Decimal
) -> Sequence[_Amounts]:
    """The amounts of a product's lines by its places."""
    paid_by = seats_paid(lines, bought) if places > 1 else {}
    sums = [[NOTHING] * 4 for _ in range(places)]
    for line in lines:
        seats = paid_by.get(line.id, ())
        counts = [seats.count(n) for n in range(places)]
        for kind, amount in enumerate(of_lines[line.id]):
            for n, part in enumerate(shared(amount, counts, unit) if places > 1 else [amount]):
                sums[n][kind] += part
    return [(paid, tax, refunded, refunded_tax) for paid, tax, refunded, refunded_tax in sums]


def _of_lines(order: OrderRecord, total: Decimal, lines: Sequence[OrderLine], unit: Decimal) -> Mapping[int, _Amounts]:
    """The amounts of each line, in whole units that add up to the order's."""
    paid, tax = _paid_of_lines(total, lines, unit), _tax_of_lines(order, lines, unit)
    back, back_tax = _given_back(order, lines, paid, unit)
    # Of what went back as a whole the tax went back too, though a refund of a mere amount does not say so.
    parts_of_lines = zip(back_tax, paid, back, tax, strict=True)
    back_tax = [all_of_it if part == gone else part_back for part_back, part, gone, all_of_it in parts_of_lines]
    ids = [line.id for line in lines]
    return dict(zip(ids, zip(paid, tax, back, back_tax, strict=True), strict=True))


def _paid_of_lines(total: Decimal, lines: Sequence[OrderLine], unit: Decimal) -> Sequence[Decimal]:
    """What was paid for each line: its own amount, and its share of what the total holds beside the lines."""
    lines_gross = in_cents(sum((line.gross for line in lines), Decimal(0)), unit)
    of_lines = shared(lines_gross, [line.gross for line in lines], unit)
    paid = _added(of_lines, shared(total - lines_gross, [line.quantity for line in lines], unit))
    if min(paid, default=0) < 0 <= min(of_lines):  # a discount that is larger than a line is shared by their prices
        paid = _added(of_lines, shared(total - lines_gross, of_lines, unit))
    return paid


def _tax_of_lines(order: OrderRecord, lines: Sequence[OrderLine], unit: Decimal) -> Sequence[Decimal]:
    """The tax of each line: its own, and its share of that on fees, discounts and shipping."""
    beside = sum((line.tax for line in order.lines if line.beside), Decimal(0))
    own = sum((line.tax for line in lines), Decimal(0))
    return _added(
        shared(own, [line.tax for line in lines], unit), shared(beside, [line.quantity for line in lines], unit)
    )


def _given_back(
    order: OrderRecord, lines: Sequence[OrderLine], paid: Sequence[Decimal], unit: Decimal
) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
    """What refunds gave back of each line, and the tax in that: of the line that a refund's line names, else of its
    product, else of them all. What is more than was paid for a line went back of the others.
    """
    gross, tax = [Decimal(0)] * len(lines), [Decimal(0)] * len(lines)
    for refund in order.refunded:
        if refund.beside:
            weights: Sequence[int | Decimal] = [line.quantity for line in lines]
        else:
            weights = _refunded_weights(refund, lines)
        if weights:
            gross = _added(gross, shared(-refund.gross, weights, unit))
            tax = _added(tax, shared(-refund.tax, weights, unit))
    gross = [min(back, max(part, NOTHING)) for back, part in zip(gross, paid, strict=True)]
    rest = (order.given_back or Decimal(0)) - sum(gross, Decimal(0))
    left = [max(Decimal(0), part - back) for part, back in zip(paid, gross, strict=True)]
    return _added(gross, shared(rest, left, unit)), tax


def _refunded_weights(refund: OrderLine, lines: Sequence[OrderLine]) -> Sequence[int | Decimal]:
    """How much of a refund's line is each line's; empty where it is of none of them."""
    for fits in (
        lambda line: line.id == refund.refunds,
        lambda line: (line.product_id, line.variation_id) == (refund.product_id, refund.variation_id),
        lambda line: line.product_id == refund.product_id,
    ):
        if any(map(fits, lines)):
            return [max(line.gross, CENT) if fits(line) else 0 for line in lines]
    return []


def _added(some: Sequence[Decimal], others: Sequence[Decimal]) -> list[Decimal]:
    return [one + other for one, other in zip(some, others, strict=True)]
