"""Both shops in memory, a commit at a time: what the engine is proved against.

Written from the measured behaviour of FooEvents, WooCommerce and Eventbrite, and sharing no code with the
program: a sale, a cancel and a staff edit are generators that yield between any two commits, so that a test
can put a write of ours in every gap. Time is virtual (`virtual_time.py`): a minute's watching costs nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from brcc_tui.model.catalogue import Site
from brcc_tui.model.counts import CellKey
from tests.operations.changes.fake_texts import cells_of, encode, moved, stock_of, with_stock
from tests.operations.changes.fake_wire import START, Request, VirtualClock

META = "fooevents_bookings_options_serialized"
STOCK: CellKey = ("", "")


@dataclass
class Order:
    """One order of one product; `cell` is None for plain stock. `placed`: its places can be counted."""

    id: int
    product: int
    cell: CellKey | None
    places: int
    born: float
    live: bool = True
    placed: bool = False
    paid: bool = True
    reduced: bool = False
    tickets: int = 0
    valid: int = 0
    ended: float = float("-inf")

    def end(self) -> None:
        """The order takes no places any more, and the database knows since when."""
        if self.live:
            self.live, self.ended = False, asyncio.get_running_loop().time()


@dataclass
class Shelf:
    """A product as WordPress stores it: its meta rows byte for byte, and its own stock."""

    id: int
    name: str
    type: str
    rows: dict[int, tuple[str, str]]
    manage_stock: bool = False
    stock: int | None = None
    saved: dt.datetime = START - dt.timedelta(days=1)
    backorders: str = "no"
    stock_status: str = "instock"

    def text_row(self) -> int:
        return next(row for row, (key, _) in self.rows.items() if key == META)

    @property
    def text(self) -> str:
        return self.rows[self.text_row()][1]

    @text.setter
    def text(self, text: str) -> None:
        self.rows[self.text_row()] = (META, text)


@dataclass
class Drift:
    """The shop itself went wrong by so many places: FooEvents wrote an old copy, or gave nothing back."""

    at: float
    listing: str
    places: int
    cause: str


@dataclass
class Write:
    """A number that changed, and by whose hand: what the invariants are checked on."""

    at: float
    by: str
    listing: str
    before: object
    after: object


class FakeShop:
    """WooCommerce with FooEvents Bookings, and its database."""

    def __init__(self) -> None:
        self.products: dict[int, Shelf] = {}
        self.orders: dict[int, Order] = {}
        self.editors: dict[int, float] = {}
        self.astray: dict[CellKey, int] = {}
        self.locks: dict[int, object] = {}
        self.site = Site("F j, Y", "g:i a", "America/Toronto", hpos=True)
        self.requests: list[Request] = []
        self.key_may_only_read = self.key_broken = self.key_silent = False
        self.writes: list[Write] = []
        self.drifts: list[Drift] = []
        self.busy = 0
        self.watchers: list[Callable[[], None]] = []
        self._numbers = itertools.count(5001)

    # -- what is for sale -------------------------------------------------------------------------------

    def add_bookings(
        self,
        product: int,
        cells: Mapping[CellKey, object],
        *,
        flat: bool = False,
        name: str = "Friday Night",
        texts: Mapping[str, str] | None = None,
    ) -> Shelf:
        """A bookings product; the stock values are stored as given. Each date has a day of its own, or its text."""
        slots: dict[str, dict[str, object]] = {}
        for number, ((slot, date), stock) in enumerate(cells.items()):
            entry = slots.setdefault(
                slot, {"label": f"{slot} Show", "hour": "08", "minute": "00", "period": "p.m.", "add_time": "enabled"}
            )
            text = (texts or {}).get(date) or f"November {27 - number % 20:02d}, 2026"
            if flat:
                entry[f"{date}_add_date"], entry[f"{date}_stock"] = text, stock
            else:
                dates = entry.setdefault("add_date", {})
                assert isinstance(dates, dict)
                dates[date] = {"date": text, "stock": stock}
        return self.add_text(product, encode(slots), name=name)

    def add_text(self, product: int, text: str, *, name: str = "Friday Night") -> Shelf:
        rows = {
            9001: ("WooCommerceEventsEvent", "Event"),
            9002: ("WooCommerceEventsType", "bookings"),
            9003: (META, text),
        }
        self.products[product] = Shelf(product, name, "bookings", rows)
        return self.products[product]

    def add_single(self, product: int, stock: int, *, name: str = "One Night Only") -> Shelf:
        rows = {
            9001: ("WooCommerceEventsEvent", "Event"),
            9002: ("WooCommerceEventsType", "single"),
            9003: ("WooCommerceEventsDate", "November 28, 2026"),
            9004: ("WooCommerceEventsHour", "20"),
            9005: ("WooCommerceEventsMinutes", "00"),
        }
        self.products[product] = Shelf(product, name, "single", rows, True, stock)
        return self.products[product]

    def number(self, listing: str) -> object:
        """What is stored for a listing now."""
        product, cell = which(listing)
        shelf = self.products[product]
        return shelf.stock if cell is None else stock_of(shelf.text, cell)

    def taken(self, listing: str) -> int:
        """Sold and held, as the definitions have it; what is not visible yet is not counted."""
        product, cell = which(listing)
        return sum(_taken(order) for order in self.orders.values() if (order.product, order.cell) == (product, cell))

    def orders_of(self, listing: str) -> list[Order]:
        product, cell = which(listing)
        return [order for order in self.orders.values() if (order.product, order.cell) == (product, cell)]

    # -- the lives of orders, one commit at a time --------------------------------------------------------

    def sale(self, listing: str, places: int = 1, *, complete: bool = True) -> Iterator[str]:
        """A checkout. FooEvents lowers the text from a copy read at the start; then the places become visible."""
        product, cell = which(listing)
        return self._cell_sale(product, cell, places, complete) if cell else self._stock_sale(product, places, complete)

    def _cell_sale(self, product: int, cell: CellKey, places: int, complete: bool) -> Iterator[str]:
        shelf = self.products[product]
        cached = shelf.text
        left = stock_of(cached, cell)
        if isinstance(left, int) and left < places:
            return
        yield "read"
        order = self._new_order(product, cell, places)
        yield "order"
        for number in range(places):
            self._move(shelf, cached if number == 0 else shelf.text, cell, -1)
            yield f"ticket {number + 1}"
        order.placed = True
        yield "places"
        if complete:
            yield from self.tickets(order)

    def _stock_sale(self, product: int, places: int, complete: bool) -> Iterator[str]:
        shelf = self.products[product]
        if shelf.stock is None or shelf.stock < places:
            return
        yield "read"
        order = self._new_order(product, None, places)
        order.placed = True
        yield "order"
        self._set_stock(shelf, shelf.stock - places, "sale")
        yield "stock"
        order.reduced = True
        yield "flag"
        if complete:
            yield from self.tickets(order)

    def tickets(self, order: Order) -> Iterator[str]:
        """Completion makes the ticket posts, one after the other."""
        for number in range(order.places):
            order.tickets += 1
            order.valid += 1
            yield f"post {number + 1}"

    def cancel(self, order: Order, *, stale: bool = False) -> Iterator[str]:
        """The status first; then, some milliseconds later, the places come back one by one."""
        shelf = self.products[order.product]
        cached = shelf.text if order.cell else ""
        if stale:
            yield "read"
        if not order.live:
            return
        order.end()
        yield "status"
        if order.cell is None:
            if order.reduced:
                self._set_stock(shelf, (shelf.stock or 0) + order.places, "cancel")
                yield "stock"
                order.reduced = False
        else:
            for number in range(order.places):
                self._move(shelf, cached if stale and number == 0 else shelf.text, order.cell, +1)
                yield f"back {number + 1}"
        order.valid = 0
        yield "tickets"

    def refund(self, order: Order) -> Iterator[str]:
        """A refund by REST gives nothing back: the shop's own drift."""
        if order.live:
            listing = f"wc:{order.product}" + (f":{order.cell[0]}:{order.cell[1]}" if order.cell else "")
            self._drift(listing, -_taken(order), "refund")
        order.end()
        yield "status"

    def staff(self, listing: str, stock: object) -> Iterator[str]:
        """Somebody saves the product with another number."""
        product, cell = which(listing)
        shelf = self.products[product]
        if cell is None:
            assert isinstance(stock, int)
            self._set_stock(shelf, stock, "staff")
        else:
            self._store(shelf, with_stock(shelf.text, cell, stock), "staff")
        yield "saved"

    def save_page(self, shelf: Shelf, text: str) -> None:
        """An open product page is saved, with the whole text as it was when the page was opened."""
        self._store(shelf, text, "staff")

    def _new_order(self, product: int, cell: CellKey | None, places: int) -> Order:
        order = Order(next(self._numbers), product, cell, places, asyncio.get_running_loop().time())
        self.orders[order.id] = order
        return order

    def _move(self, shelf: Shelf, base: str, cell: CellKey, by: int) -> None:
        """FooEvents writes the whole text for one ticket; from an old copy it takes other changes back."""
        now, text = cells_of(shelf.text), moved(base, cell, by)
        for key, number in cells_of(text).items():
            there = now.get(key)
            if isinstance(number, int) and isinstance(there, int):
                self._drift(f"wc:{shelf.id}:{key[0]}:{key[1]}", number - there - (by if key == cell else 0), "old copy")
        self._store(shelf, text, "sale" if by < 0 else "cancel")

    def _drift(self, listing: str, places: int, cause: str) -> None:
        if places:
            self.drifts.append(Drift(asyncio.get_running_loop().time(), listing, places, cause))

    # -- commits ------------------------------------------------------------------------------------------

    def _store(self, shelf: Shelf, text: str, by: str) -> None:
        if by not in ("sale", "cancel"):
            self._saved(shelf)
        before, after = cells_of(shelf.text), cells_of(text)
        for cell in before.keys() | after.keys():
            if before.get(cell) != after.get(cell):
                self._log(by, f"wc:{shelf.id}:{cell[0]}:{cell[1]}", before.get(cell), after.get(cell))
        shelf.text = text
        self._changed()

    def _saved(self, shelf: Shelf) -> None:
        """WordPress notes that the product was saved, to the second; FooEvents' own writes leave that as it was."""
        shelf.saved = VirtualClock().now().replace(microsecond=0)

    def _set_stock(self, shelf: Shelf, stock: int, by: str) -> None:
        self._saved(shelf)
        self._log(by, f"wc:{shelf.id}", shelf.stock, stock)
        shelf.stock = stock
        shelf.stock_status = "instock" if stock > 0 else "outofstock"  # as WooCommerce does, whoever sets it
        self._changed()

    def _log(self, by: str, listing: str, before: object, after: object) -> None:
        self.writes.append(Write(asyncio.get_running_loop().time(), by, listing, before, after))

    def _changed(self) -> None:
        for watcher in self.watchers:
            watcher()


def _taken(order: Order) -> int:
    """Places of an order: valid tickets, and places that have no ticket yet. Nothing once it is dead."""
    if not order.live:
        return 0
    if order.cell is not None:
        held = max(0, order.places - order.tickets) if order.placed else 0
    else:
        held = max(0, order.places - order.tickets) if order.reduced else 0
    return order.valid + held


# -- FooEvents' text, read and written as PHP does it ----------------------------------------------------------


def which(listing: str) -> tuple[int, CellKey | None]:
    """Product and cell of a listing id."""
    _, product, *cell = listing.split(":")
    return int(product), (cell[0], cell[1]) if cell else None
