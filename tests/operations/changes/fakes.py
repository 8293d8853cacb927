"""Both shops in memory, a commit at a time: what the engine is proved against.

Written from the measured behaviour of FooEvents, WooCommerce and Eventbrite, and sharing no code with the
program: a sale, a cancel and a staff edit are generators that yield between any two commits, so that a test
can put a write of ours in every gap. Time is virtual (`virtual_time.py`): a minute's watching costs nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from brcc_tui.model.catalogue import AccessCode, Event, MetaRow, Product, Site, TicketClass
from brcc_tui.model.changes.permit import WritePermit
from brcc_tui.model.counts import CellCount, CellKey, Counts, ProductCells, ProductCount
from brcc_tui.model.listings.from_catalogue import cells_to_count
from brcc_tui.model.witness import ProductWitness
from brcc_tui.platforms.errors import BadAnswer, DatabaseError, NotThere, Rejected, Unclear
from brcc_tui.platforms.wordpress.database import LockedElsewhere, Snapshot
from brcc_tui.platforms.wordpress.sql import LATELY_SECONDS, YOUNG_SECONDS

META = "fooevents_bookings_options_serialized"
START = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)
STOCK: CellKey = ("", "")

Hook = Callable[[], Awaitable[None] | None]


class VirtualClock:
    """The running loop's own time, which jumps."""

    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


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

    def text_row(self) -> int:
        return next(row for row, (key, _) in self.rows.items() if key == META)

    @property
    def text(self) -> str:
        return self.rows[self.text_row()][1]

    @text.setter
    def text(self, text: str) -> None:
        self.rows[self.text_row()] = (META, text)


@dataclass
class Request:
    """A write that reached the shop: what it carried, and whether the journal knew of it."""

    at: float
    what: str
    carried: object
    who: str


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


class Wire:
    """What lies between us and a shop: delays, hooks before and after what a call does, and faults."""

    def __init__(self, delay: Callable[[], float] = lambda: 0.05) -> None:
        self.delay = delay
        self.before: dict[str, list[Hook]] = defaultdict(list)
        self.after: dict[str, list[Hook]] = defaultdict(list)
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.dead = False
        self.is_late = False
        self.late: list[asyncio.Task[None]] = []

    async def travel(self, call: str, when: dict[str, list[Hook]]) -> None:
        """Half of a call's time, and what the test wants to happen just then."""
        await asyncio.sleep(self.delay())
        self.check_alive()
        if when[call]:
            waiting = when[call].pop(0)()
            if waiting is not None:
                await waiting

    def check_alive(self) -> None:
        if self.dead:
            raise Killed

    async def write(self, call: str, commit: Callable[[], None]) -> None:
        """A write, with whatever the next fault makes of it."""
        await self.travel(call, self.before)
        fault = self.faults[call].pop(0) if self.faults[call] else ""
        if fault == "rejected":
            raise Rejected("it was refused", code="ARGUMENTS_ERROR")
        if fault == "lost":
            raise Unclear("no answer came")
        if fault.startswith("late"):
            self.late.append(asyncio.ensure_future(self._later(float(fault.partition(" ")[2]), commit)))
            raise Unclear("no answer came")
        commit()
        await self.travel(call, self.after)
        if fault in ("timeout", "500", "html"):
            words = {"timeout": "no answer came", "500": "HTTP 500", "html": "a page instead of an answer"}
            raise Unclear(words[fault])

    async def _later(self, seconds: float, commit: Callable[[], None]) -> None:
        """PHP was still running, and does it after all."""
        await asyncio.sleep(seconds)
        self.is_late = True
        commit()
        self.is_late = False

    async def read(self, call: str) -> None:
        await self.travel(call, self.before)
        fault = self.faults[call].pop(0) if self.faults[call] else ""
        if fault:
            raise DatabaseError("the database went away") if fault == "database" else BadAnswer("a page of HTML")


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


class FakeWooCommerce:
    """Stands for the WooCommerce client of one operator."""

    def __init__(self, shop: FakeShop, wire: Wire, who: str = "us") -> None:
        self.shop, self.wire, self.who = shop, wire, who

    async def may_write(self) -> bool:
        if self.shop.key_silent:
            await asyncio.sleep(60)
        if self.shop.key_broken:
            raise Unclear("no answer came")
        return not self.shop.key_may_only_read

    async def product(self, product_id: int) -> Product:
        await self.wire.read("product")
        shelf = self.shop.products.get(product_id)
        if shelf is None:
            raise NotThere("no such product", subject=f"product {product_id}")
        answer = as_product(shelf)
        await self.wire.travel("product", self.wire.after)
        return answer

    async def set_stock(self, permit: WritePermit, product_id: int, quantity: int) -> Product:
        permit.check(f"wc:{product_id}")
        shelf = self.shop.products[product_id]

        def commit() -> None:
            self._arrived("set_stock", quantity)
            self.shop._set_stock(shelf, quantity, self.hand)

        await self.wire.write("set_stock", commit)
        return as_product(shelf)

    async def set_booking_text(
        self, permit: WritePermit, product_id: int, meta_id: int, text: str, cells: frozenset[str]
    ) -> Product:
        permit.check(*cells)
        shelf = self.shop.products[product_id]
        assert meta_id == shelf.text_row()

        def commit() -> None:
            self._arrived("set_booking_text", text)
            self.shop._store(shelf, text, self.hand)

        await self.wire.write("set_booking_text", commit)
        return as_product(shelf)

    @property
    def hand(self) -> str:
        """Whose hand a number is changed by; a request that PHP finished late is told apart."""
        return f"{self.who}, late" if self.wire.is_late else self.who

    def _arrived(self, what: str, carried: object) -> None:
        self.shop.requests.append(Request(asyncio.get_running_loop().time(), what, carried, self.who))

    async def close(self) -> None:
        pass


class FakeLock:
    """A named lock of the database."""

    def __init__(self, shop: FakeShop, product: int) -> None:
        self.shop, self.product = shop, product
        shop.locks[product] = self

    async def still_ours(self) -> bool:
        await asyncio.sleep(0.001)
        return self.shop.locks.get(self.product) is self

    async def release(self) -> None:
        if self.shop.locks.get(self.product) is self:
            del self.shop.locks[self.product]


class FakeWordPress:
    """Stands for the database client of one operator: products and places are seen in one snapshot."""

    def __init__(self, shop: FakeShop, wire: Wire) -> None:
        self.shop, self.wire = shop, wire

    async def site(self, *, within: float = 0.0) -> Site:
        return self.shop.site

    async def snapshot(
        self, product_ids: Collection[int], *, by_order: bool = False, lock: FakeLock | None = None
    ) -> Snapshot:
        await self.wire.read("snapshot")
        seen = self._seen(product_ids, by_order)
        await self.wire.travel("snapshot", self.wire.after)
        return seen

    def _seen(self, product_ids: Collection[int], by_order: bool) -> Snapshot:
        now = asyncio.get_running_loop().time()
        found = {shelf.id: self._witness(shelf) for id_ in product_ids if (shelf := self.shop.products.get(id_))}
        asked = cells_to_count(tuple(each.product() for each in found.values()), None)
        counted = {product.product_id: self._count(product, now, by_order) for product in asked}
        return Snapshot(Counts(VirtualClock().now(), counted), found)

    def _witness(self, shelf: Shelf) -> ProductWitness:
        stored = {"_manage_stock": "yes" if shelf.manage_stock else "no", "_stock_status": "instock"}
        stored["_backorders"] = shelf.backorders
        if shelf.stock is not None:
            stored["_stock"] = str(shelf.stock)
        now = VirtualClock().now()
        if shelf.id in self.shop.editors:
            stored["_edit_lock"] = f"{int(now.timestamp() - self.shop.editors[shelf.id])}:1"
        meta = tuple(MetaRow(row, key, value) for row, (key, value) in shelf.rows.items())
        return ProductWitness(shelf.id, shelf.name, "publish", "simple", shelf.saved, now, meta, stored)

    def _count(self, product: ProductCells, now: float, by_order: bool) -> ProductCount:
        all_mine = [order for order in self.shop.orders.values() if order.product == product.product_id]
        mine = [order for order in all_mine if order.live]
        places: dict[int, dict[CellKey, int]] = {order.id: {order.cell or STOCK: _taken(order)} for order in mine}
        cells = {}
        for cell in product.cells:
            here = [order for order in mine if order.cell == cell]
            sold = sum(order.valid for order in here)
            cells[cell] = CellCount(sold, sum(map(_taken, here)) - sold)
        plain = [order for order in mine if order.cell is None]
        untaken = [order for order in mine if (not order.placed if order.cell else order.paid and not order.reduced)]
        in_progress = {order.id for order in untaken if now - order.born < LATELY_SECONDS}
        in_progress |= {order.id for order in all_mine if now - order.ended < LATELY_SECONDS}
        sold = sum(order.valid for order in plain)
        return ProductCount(
            sold=sold if not product.cells else sum(order.valid for order in mine),
            held=sum(map(_taken, plain)) - sold,
            pending=sum(order.places for order in plain if not order.reduced),
            cells=cells,
            unplaced=any(now - order.born < YOUNG_SECONDS for order in untaken),
            in_progress=frozenset(in_progress),
            orders={order: taken for order, taken in places.items() if any(taken.values())} if by_order else {},
        )

    async def lock(self, product_id: int) -> FakeLock:
        await self.wire.read("lock")
        if product_id in self.shop.locks:
            raise LockedElsewhere(product_id, 7, "ann@10.0.0.2", 3)
        return FakeLock(self.shop, product_id)

    async def close(self) -> None:
        pass


@dataclass
class FakeEvent:
    """An Eventbrite event; `shown` are older states, for reads that lag behind."""

    id: str
    classes: dict[str, TicketClass]
    pending: int = 0
    capacity: int | None = None
    shown: list[tuple[float, dict[str, TicketClass]]] = field(default_factory=list)
    codes: tuple[AccessCode, ...] | None = None


class FakeEventbriteShop:
    """Eventbrite itself. `lag` seconds pass until a read shows a write."""

    def __init__(self) -> None:
        self.events: dict[str, FakeEvent] = {}
        self.lag = 0.0
        self.requests: list[Request] = []
        self.watchers: list[Callable[[], None]] = []
        self.answered: Callable[[TicketClass], TicketClass] = lambda ticket_class: ticket_class

    def add(self, event: str, classes: Mapping[str, tuple[int, int]], **more: object) -> FakeEvent:
        """An event with classes of (capacity, sold)."""
        made = {
            name: TicketClass(name, event, "General", "admission", capacity, capacity, sold, "AVAILABLE")
            for name, (capacity, sold) in classes.items()
        }
        self.events[event] = FakeEvent(event, made, **more)  # type: ignore[arg-type]
        return self.events[event]

    def change(self, event: str, name: str, **what: object) -> None:
        """Change a class, keeping what reads may still show."""
        import dataclasses

        found = self.events[event]
        found.shown.append((asyncio.get_running_loop().time(), dict(found.classes)))
        found.classes[name] = dataclasses.replace(found.classes[name], **what)  # type: ignore[arg-type]
        for watcher in self.watchers:
            watcher()

    def sell(self, event: str, name: str, places: int = 1) -> bool:
        ticket_class = self.events[event].classes[name]
        sold = ticket_class.quantity_sold or 0
        if ticket_class.hidden or sold + places > (ticket_class.capacity or 0):
            return False
        self.change(event, name, quantity_sold=sold + places)
        return True

    def classes_at(self, event: FakeEvent, moment: float) -> dict[str, TicketClass]:
        """What the classes were at that moment."""
        for at, classes in event.shown:
            if at > moment:
                return classes
        return event.classes


class FakeEventbrite:
    """Stands for the Eventbrite client of one operator; its waypoint keeps reads no older than its own writes."""

    def __init__(self, shop: FakeEventbriteShop, wire: Wire, *, waypoint: bool = True, who: str = "us") -> None:
        self.shop, self.wire, self.waypoint, self.who = shop, wire, waypoint, who
        self.wrote_at = float("-inf")

    async def event(self, event_id: str) -> Event:
        await self.wire.read("event")
        if event_id not in self.shop.events:
            raise NotThere("no such event", subject=f"event {event_id}")
        event = self.shop.events[event_id]
        moment = asyncio.get_running_loop().time() - self.shop.lag
        if self.waypoint:
            moment = max(moment, self.wrote_at)
        classes = self.shop.classes_at(event, moment) if self.shop.lag else event.classes
        await self.wire.travel("event", self.wire.after)
        return Event(
            id=event_id,
            name="Friday Night",
            starts_at=dt.datetime(2026, 11, 28, 1, 0, tzinfo=dt.UTC),
            zone="America/Toronto",
            status="live",
            capacity=event.capacity,
            capacity_is_custom=event.capacity is not None,
            ticket_classes=tuple(classes.values()),
            access_codes=event.codes,
        )

    async def places_in_checkout(self, event_id: str) -> int:
        await self.wire.read("places_in_checkout")
        return self.shop.events[event_id].pending

    async def set_capacity(
        self, permit: WritePermit, event_id: str, ticket_class_id: str, capacity: int
    ) -> TicketClass:
        permit.check(f"eb:{event_id}:{ticket_class_id}")
        return await self._change("set_capacity", event_id, ticket_class_id, capacity=capacity, quantity_total=capacity)

    async def set_hidden(self, permit: WritePermit, event_id: str, ticket_class_id: str, hidden: bool) -> TicketClass:
        permit.check(f"eb:{event_id}:{ticket_class_id}")
        return await self._change("set_hidden", event_id, ticket_class_id, hidden=hidden)

    async def _change(self, what: str, event: str, name: str, **fields: object) -> TicketClass:
        if fields.get("capacity") == 0:
            raise Rejected("capacity 0 is refused", code="ARGUMENTS_ERROR")

        def commit() -> None:
            now = asyncio.get_running_loop().time()
            self.shop.requests.append(Request(now, what, dict(fields), self.who))
            self.shop.change(event, name, **fields)
            self.wrote_at = now

        await self.wire.write(what, commit)
        return self.shop.answered(self.shop.events[event].classes[name])

    async def close(self) -> None:
        pass


# -- FooEvents' text, read and written as PHP does it ----------------------------------------------------------


def which(listing: str) -> tuple[int, CellKey | None]:
    """Product and cell of a listing id."""
    _, product, *cell = listing.split(":")
    return int(product), (cell[0], cell[1]) if cell else None


def encode(slots: object) -> str:
    return json.dumps(slots, ensure_ascii=False, separators=(",", ":"))


def nested(text: str) -> dict[str, dict[str, object]]:
    """`process_booking_options`: keys replayed in stored order into the nested shape."""
    slots: dict[str, dict[str, object]] = {}
    for slot, keys in json.loads(text).items():
        made: dict[str, object] = {}
        for key, value in keys.items():
            date, found, kind = key.partition("_")
            if found and kind in ("add_date", "stock", "zoom_id"):
                dates = made.setdefault("add_date", {})
                assert isinstance(dates, dict)
                dates.setdefault(date, {})["date" if kind == "add_date" else kind] = value
            else:
                made[key] = value
        slots[slot] = made
    return slots


def cells_of(text: str) -> dict[CellKey, object]:
    """Every cell's stock, as FooEvents reads it."""
    found: dict[CellKey, object] = {}
    for slot, keys in nested(text).items():
        dates = keys.get("add_date", {})
        assert isinstance(dates, dict)
        for date, cell in dates.items():
            stock = cell.get("stock")
            found[slot, date] = int(stock) if stock not in ("", None) else stock
    return found


def stock_of(text: str, cell: CellKey) -> object:
    return cells_of(text).get(cell)


def with_stock(text: str, cell: CellKey, stock: object) -> str:
    """The text with one stock changed, as FooEvents stores it: wholly nested."""
    slots = nested(text)
    slots[cell[0]]["add_date"][cell[1]]["stock"] = stock  # type: ignore[index]
    return encode(slots)


def moved(text: str, cell: CellKey, by: int) -> str:
    """One ticket taken or given back. Unlimited stays; a sale leaves 0 alone; every write is nested."""
    stock = stock_of(text, cell)
    if not isinstance(stock, int) or (by < 0 and stock == 0):
        return encode(nested(text))
    return with_stock(text, cell, stock + by)


def as_product(shelf: Shelf) -> Product:
    """What the REST answer becomes."""
    return Product(
        id=shelf.id,
        name=shelf.name,
        status="publish",
        type="simple",
        manage_stock=shelf.manage_stock,
        stock_quantity=shelf.stock,
        stock_status="instock",
        meta=tuple(MetaRow(row, key, value) for row, (key, value) in shelf.rows.items()),
        saved=shelf.saved,
        backorders=shelf.backorders,
    )
