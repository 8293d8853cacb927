"""sold, held, pending and paid-without-a-place, defined once, over plain rows of the WordPress database.

The definitions balance at every measured step of an order's life on WooCommerce 10.0.2 with FooEvents 1.19.7: left +
sold + held of a cell is its capacity. Where it is not, the shop itself has drifted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from brcc_tui.model.cell_finder import CellFinder
from brcc_tui.model.counts import STOCK, CellCount, CellKey, Orphan, ProductCells, ProductCount

DRAFT = "wc-checkout-draft"
KNOWN_LIVE = frozenset({DRAFT, "wc-pending", "wc-on-hold", "wc-processing", "wc-completed", "wc-failed"})
UNPAID_STATUSES = frozenset({DRAFT, "wc-pending", "wc-failed"})
"""Stock is not taken for an order of these, and given back where it was."""
DEAD = frozenset({"wc-cancelled", "wc-refunded", "trash", "auto-draft", "draft"})
_NO_WORDS = ("", "")
NOT_SOLD = frozenset({"Canceled", "Cancelled", "Unpaid"})


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket post of any status. Texts are empty where the ticket has none; `product_id` is 0 where it names none, or
    what is no id.

    `order_id` is None for a ticket that never had an order, `order_status` None for an order that is gone.
    `order_changed_lately` means within 24 h, `to_come` for a show that may not be over, both by the database's clock;
    `undated` that it tells no moment by which that could be known.
    """

    id: int
    published: bool
    product_id: int
    status: str = ""
    slot_id: str = ""
    date_id: str = ""
    slot_text: str = ""
    date_text: str = ""
    variation_id: int | None = None
    order_id: int | None = None
    order_status: str | None = None
    order_changed_lately: bool = True
    to_come: bool = False
    undated: bool = False

    @property
    def names_cell(self) -> bool:
        """Whether it names a slot and a date by their ids."""
        return bool(self.slot_id and self.date_id)


@dataclass(frozen=True, slots=True)
class PlacesRow:
    """The places of a live order whose tickets are not made yet; None if they could not be read.

    Empty places say that it has none of the products counted: those of others may have been left unread.
    `products` are the products it speaks of, as far as they could be made out; `labels` are its own words for the slots
    and dates of its places.
    """

    order_id: int
    status: str
    places: Mapping[int, Mapping[CellKey, int]] | None
    products: frozenset[int] = frozenset()
    labels: Mapping[int, Mapping[CellKey, tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line item of a live order whose tickets are not made yet. `reduced`: its stock has been taken.

    `young`: the order changed some seconds ago; `lately`: within the minutes by which two clocks may disagree.
    `follows`: it is the rest of another order's payment, and stands for no seats of its own.
    """

    order_id: int
    status: str
    item_id: int
    product_id: int
    quantity: int
    reduced: bool
    young: bool = False
    lately: bool = False
    variation_id: int | None = None
    follows: bool = False


@dataclass(frozen=True, slots=True)
class SnapshotRows:
    """What one snapshot of the database showed.

    `managed` are products with cells whose stock WooCommerce manages too; `ticketed` are orders of `items`
    that have a ticket post although nothing else says so. `ended` are orders by product that ended lately, read for a
    decision alone.
    """

    tickets: tuple[TicketRow, ...] = ()
    places: tuple[PlacesRow, ...] = ()
    items: tuple[ItemRow, ...] = ()
    managed: frozenset[int] = frozenset()
    ticketed: frozenset[int] = frozenset()
    ended: Mapping[int, frozenset[int]] = field(default_factory=dict)


def is_live(status: str, changed_lately: bool = True) -> bool:
    """Whether places of an order of this status are taken. A failed one can be paid for a day."""
    return changed_lately if status == "wc-failed" else status not in DEAD


def is_sold(ticket: TicketRow) -> bool:
    """Whether a ticket takes a seat: valid, and its order live, gone, or never there."""
    if not ticket.published or ticket.status in NOT_SOLD:
        return False
    return ticket.order_status is None or is_live(ticket.order_status, ticket.order_changed_lately)


def count(products: Iterable[ProductCells], rows: SnapshotRows, *, by_order: bool = False) -> dict[int, ProductCount]:
    """The numbers of each product."""
    tickets: dict[int, list[TicketRow]] = defaultdict(list)
    for ticket in rows.tickets:
        tickets[ticket.product_id].append(ticket)
    items: dict[int, list[ItemRow]] = defaultdict(list)
    for item in rows.items:
        if not item.follows:
            items[item.product_id].append(item)
    places = _ByProduct.of(rows.places)
    return {
        product.product_id: _Tally(
            product, rows, places, tickets[product.product_id], items[product.product_id], tickets[0]
        ).count(by_order)
        for product in products
    }


def suspects(products: Collection[ProductCells], items: Iterable[ItemRow], places: Iterable[PlacesRow]) -> set[int]:
    """Orders of bookings products that show no places there: whether they have tickets must be asked."""
    rows = _ByProduct.of(places)
    placed = {product.product_id: rows.placed(product.product_id) for product in products if product.sells_dates}
    return {item.order_id for item in items if item.order_id not in placed.get(item.product_id, {item.order_id})}


def _is_paid(item: ItemRow) -> bool:
    """Whether it is known to stand for seats of its own: not a basket, and not what a deposit plugin asks for later.

    Such an order for the rest of a payment has a status of the plugin's own, and takes no stock.
    """
    return item.status != DRAFT and (item.status in KNOWN_LIVE or item.reduced)


@dataclass(frozen=True, slots=True)
class _ByProduct:
    """Places by the products they are of; those that could not be read, which may be of any; and all their orders."""

    readable: Mapping[int, Sequence[PlacesRow]]
    unreadable: Sequence[PlacesRow]
    orders: frozenset[int]

    @classmethod
    def of(cls, places: Iterable[PlacesRow]) -> _ByProduct:
        readable: dict[int, list[PlacesRow]] = defaultdict(list)
        unreadable: list[PlacesRow] = []
        orders: set[int] = set()
        for row in places:
            orders.add(row.order_id)
            if row.places is None:
                unreadable.append(row)
            for product in row.places or ():
                readable[product].append(row)
        return cls(readable, unreadable, frozenset(orders))

    def held(self, product: int, *, undated: bool = False) -> Iterator[tuple[PlacesRow, CellKey, int]]:
        """Every order's places of the product, cell by cell; with `undated` also those of no cell."""
        for row in self.readable.get(product, ()):
            for cell, places in (row.places or {}).get(product, {}).items():
                if undated or cell != STOCK:
                    yield row, cell, places

    def placed(self, product: int) -> set[int]:
        """Orders that name a slot and date of the product, or may: what cannot be read is not taken for nothing.

        An order may hold places of another product alone, and newer cores write places without a date.
        """
        return {row.order_id for row, _, _ in self.held(product)}.union(row.order_id for row in self.unreadable)


@dataclass(slots=True)
class _Tally:
    """The counting of one product."""

    product: ProductCells
    rows: SnapshotRows
    places: _ByProduct
    tickets: list[TicketRow]
    items: list[ItemRow]
    nameless: list[TicketRow]
    custom: set[str] = field(default_factory=set)
    by_order: dict[int, Counter[CellKey]] = field(default_factory=lambda: defaultdict(Counter))
    without_date: set[int] = field(default_factory=set)
    finder: CellFinder = field(init=False)
    item_orders: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.finder = CellFinder(self.product)
        self.item_orders = {item.order_id for item in self.items}

    @property
    def has_stock(self) -> bool:
        """Whether it has a stock of its own to count: its only one, or one that limits all its dates."""
        return not self.product.sells_dates or self.product.product_id in self.rows.managed

    def count(self, by_order: bool) -> ProductCount:
        sold = list(filter(is_sold, self.tickets))
        cells, orphans, astray = self._cells(sold)
        self._leave_to_dates(sold)
        self._name(*(ticket.order_status for ticket in sold), *(item.status for item in self.items))
        held, pending, variations = self._stock(sold) if self.has_stock else (0, 0, {})
        unplaced = self._unplaced()
        in_progress = [*unplaced, *self._untaken()]
        unreadable = tuple(self._unreadable())
        return ProductCount(
            sold=len(sold),
            held=held,
            pending=pending,
            paid_without_place=sum(item.quantity for item in unplaced if _is_paid(item)),
            cells=cells,
            orphans=orphans,
            deleted_orders=_deleted(sold),
            custom_statuses=tuple(sorted(self.custom)),
            unplaced=bool(unreadable) or any(item.young for item in in_progress),
            in_progress=self.rows.ended.get(self.product.product_id, frozenset()) | _begun(in_progress),
            orders=self._orders() if by_order else {},
            variations=variations,
            unreadable_orders=unreadable,
            astray=astray,
        )

    def _leave_to_dates(self, sold: list[TicketRow]) -> None:
        """Take from these tickets, and from the order lines, of a product that sells one stock what is of its dates.

        An order that cannot be read may be of what it sells now: nothing else would tell of its seats.
        """
        if not self.product.one_stock:
            return
        sold[:] = [ticket for ticket in sold if not self.finder.is_of_a_date_it_had(ticket)]
        of_dates = {row.order_id for row, _, _ in self._of_dates()}
        self.items = [item for item in self.items if item.order_id not in of_dates]

    def _of_dates(self) -> Iterator[tuple[PlacesRow, CellKey, int]]:
        """Every order's places of dates; of a product of which nothing is known, of dates or not."""
        held = self.places.held(self.product.product_id, undated=self.product.unheard_of)
        return (each for each in held if not self.finder.is_own_stock(each[1]))

    def _unplaced(self) -> list[ItemRow]:
        """Order lines of a product with dates that have neither places nor tickets."""
        if not self.product.sells_dates:
            return []
        known = self.places.placed(self.product.product_id) | self.rows.ticketed
        return [item for item in self.items if item.order_id not in known]

    def _untaken(self) -> Iterator[ItemRow]:
        """Order lines that have not said that they took stock: it is lowered some milliseconds before they do."""
        if self.has_stock:
            yield from (item for item in self.items if not item.reduced and item.status not in UNPAID_STATUSES)

    def _orders(self) -> dict[int, dict[CellKey, int]]:
        return {order: dict(+places) for order, places in sorted(self.by_order.items()) if +places}

    def _name(self, *statuses: str | None) -> None:
        self.custom |= {status or "(none)" for status in statuses if status is not None} - KNOWN_LIVE

    def _unreadable(self) -> Iterator[int]:
        if self.product.has_dates:
            for row in self.places.unreadable:
                if self.product.product_id in row.products or row.order_id in self.item_orders:
                    yield row.order_id
            yield from sorted(self.without_date)

    def _cells(
        self, sold: list[TicketRow]
    ) -> tuple[dict[CellKey, CellCount], tuple[Orphan, ...], Mapping[CellKey, int]]:
        """Sold and held of every cell asked for, the places that are in none of them, and how many may be in each."""
        if not self.product.may_have_dates:
            return {}, (), {}
        at_cell, astray = Counter[CellKey](), self._of_no_product()
        strays: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for ticket in sold:
            cell = self.finder.cell(ticket)
            if cell is not None and cell in self.product.cells:
                at_cell[cell] += 1
                self._order(ticket, cell)
            elif self._is_stray(ticket):
                stray = strays[ticket.slot_text, ticket.date_text, ticket.slot_id, ticket.date_id]
                stray[0] += 1
                stray[2] += ticket.to_come or ticket.undated
                astray.update(self.finder.possible(ticket))
        held = self._held_of_cells(strays)
        cells = {cell: CellCount(at_cell[cell], held[cell]) for cell in self.product.cells}
        return cells, tuple(Orphan(*key, *numbers) for key, numbers in sorted(strays.items())), astray

    def _held_of_cells(self, strays: Mapping[tuple[str, str, str, str], list[int]]) -> Counter[CellKey]:
        """Places held of the cells asked for. Those of another date go to `strays`; an order that names none may hold
        places of any.
        """
        held = Counter[CellKey]()
        for row, cell, places in self._held():
            self._name(row.status)
            self.by_order[row.order_id][cell] += places
            if cell in self.product.cells:
                held[cell] += places
            elif self.finder.is_a_date(cell):
                strays[*row.labels.get(self.product.product_id, {}).get(cell, _NO_WORDS), *cell][1] += places
            elif cell == STOCK:
                strays[*_NO_WORDS, *STOCK][1] += places
                strays[*_NO_WORDS, *STOCK][2] += places
            else:
                self.without_date.add(row.order_id)
        return held

    def _of_no_product(self) -> Counter[CellKey]:
        """How many tickets of each cell say which cell that is, and not of which product."""
        names = ((ticket.slot_id, ticket.date_id) for ticket in self.nameless if ticket.names_cell and is_sold(ticket))
        return Counter(name for name in names if name in self.product.cells)

    def _is_stray(self, ticket: TicketRow) -> bool:
        """Whether a ticket of no present cell belongs nowhere: one without ids may be of an order that tells more."""
        order = ticket.order_id
        if self.product.one_stock:
            return (ticket.to_come or ticket.undated) and self.finder.is_of_a_date_it_had(ticket)
        if self.product.unheard_of and not ticket.to_come:  # it may be of any year
            return ticket.names_cell
        return ticket.names_cell or not (order in self.places.orders or order in self.item_orders)

    def _held(self) -> Iterator[tuple[PlacesRow, CellKey, int]]:
        """Places of orders without tickets, less the ticket posts (of any status) that already stand for them."""
        named = ((ticket, self.finder.cell(ticket)) for ticket in self.tickets)
        posts = Counter((ticket.order_id, cell or (ticket.slot_id, ticket.date_id)) for ticket, cell in named)
        for row, cell, places in self._of_dates():
            left = places - posts[row.order_id, cell]
            if left > 0:
                yield row, cell, left

    def _order(self, ticket: TicketRow, cell: CellKey) -> None:
        if ticket.order_id and ticket.order_status is not None:
            self.by_order[ticket.order_id][cell] += 1

    def _stock(self, sold: list[TicketRow]) -> tuple[int, int, dict[int, CellCount]]:
        """held and pending of the product's own stock, and sold and held of its variations."""
        posts = Counter(ticket.order_id for ticket in self.tickets)
        wanted = Counter[int]()
        orders: dict[int, ItemRow] = {}
        for item in self.items:
            orders[item.order_id] = item
            wanted[item.order_id] += item.quantity
        held = pending = 0
        for order, item in orders.items():
            left = max(0, wanted[order] - posts[order])
            if item.reduced:
                held += left
                self.by_order[order][STOCK] += left
            elif item.status != DRAFT:
                pending += left
        for ticket in sold:
            if self.finder.cell(ticket) != STOCK:  # else it is among the cells
                self._order(ticket, STOCK)
        return held, pending, self._variations(sold, orders)

    def _variations(self, sold: list[TicketRow], orders: Mapping[int, ItemRow]) -> dict[int, CellCount]:
        """Sold and held of each variation that has any."""
        posts = Counter((ticket.order_id, ticket.variation_id) for ticket in self.tickets)
        wanted = Counter[tuple[int, int | None]]()
        for item in self.items:
            wanted[item.order_id, item.variation_id] += item.quantity
        varied = Counter(ticket.variation_id for ticket in sold if ticket.variation_id)
        held = Counter[int]()
        for (order, variation), quantity in wanted.items():
            if variation and orders[order].reduced:
                held[variation] += max(0, quantity - posts[order, variation])
        return {name: CellCount(varied[name], held[name]) for name in sorted({*varied, *held})}


def _deleted(sold: Iterable[TicketRow]) -> int:
    """How many orders are gone of which tickets are left."""
    return len({ticket.order_id for ticket in sold if ticket.order_id and ticket.order_status is None})


def _begun(in_progress: Iterable[ItemRow]) -> set[int]:
    """The orders among these that began so lately that their places may still come."""
    return {item.order_id for item in in_progress if item.young or item.lately}
