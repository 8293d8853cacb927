"""A small practice club with both shops' real servers, which keeps a record of every request and every write.

Everything here is the other side of the wire: what it tells is read from the site's own tables.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from aiohttp import web

from brcc_tui.sandbox.eventbrite.server import EventbriteServer
from brcc_tui.sandbox.eventbrite.shop import EventbriteShop
from brcc_tui.sandbox.faults import FaultBoard
from brcc_tui.sandbox.wordpress import fooevents, php, tickets
from brcc_tui.sandbox.wordpress.database import Meta
from brcc_tui.sandbox.wordpress.mysql_server import PracticeMysql
from brcc_tui.sandbox.wordpress.order_store import GENERATED
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.wordpress.woocommerce_server import make_app
from brcc_tui.sandbox.world.types import EventSpec, ProductSpec, SiteSpec, TicketClassSpec

BOOKINGS, SINGLE_ID, EVENT = 4061, 31907, "123"
EARLY, LATE = "earlyearlyearlyearly", "latelatelatelatelate"
FRIDAY, SATURDAY, OPEN, AFTER = (
    "fridayfridayfridayfr",
    "saturdaysaturdaysatu",
    "openopenopenopenopen",
    "afterafterafterafter",
)
CELLS = (f"wc:{BOOKINGS}:{EARLY}:{FRIDAY}", f"wc:{BOOKINGS}:{EARLY}:{SATURDAY}", f"wc:{BOOKINGS}:{LATE}:{AFTER}")
UNLIMITED = f"wc:{BOOKINGS}:{LATE}:{OPEN}"
SINGLE = f"wc:{SINGLE_ID}"
CLASSES = (f"eb:{EVENT}:456", f"eb:{EVENT}:457")
WRITES = ("PUT", "POST", "PATCH", "DELETE")
LIVE = {f"wc-{status}" for status in ("pending", "on-hold", "processing", "completed", "failed")} | {
    "wc-checkout-draft"
}
OPERATOR = "x-storm-operator"

HAND: ContextVar[str] = ContextVar("HAND", default="nobody")
"""Whose request the site is serving: a buyer's, staff's, or the name of an operator."""

KEY, SECRET, TOKEN, USER, PASSWORD = "ck_storm", "cs_storm", "STORMTOKEN", "storm", "storm-password"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A write that has reached a shop."""

    at: float
    operator: str
    path: str
    body: Mapping[str, Any]

    def numbers(self) -> dict[str, int]:
        """What it says of each limited listing."""
        if "/ticket_classes/" in self.path:
            parts = self.path.strip("/").split("/")
            fields = self.body.get("ticket_class", {})
            return {f"eb:{parts[2]}:{parts[4]}": fields["capacity"]} if "capacity" in fields else {}
        if "stock_quantity" in self.body:
            return {SINGLE: self.body["stock_quantity"]}
        return {listing: number for listing, number in cells_of(self.text or "").items() if number is not None}

    @property
    def text(self) -> str | None:
        """The booking text that it carries."""
        return next((row["value"] for row in self.body.get("meta_data", ())), None)


@dataclass(frozen=True, slots=True)
class TextWrite:
    """The booking text was written: when, by whom, and how each limited cell moved."""

    at: float
    hand: str
    before: str
    after: str

    def moved(self) -> dict[str, int]:
        """By how much, of cells that are limited before and after."""
        old, new = cells_of(self.before), cells_of(self.after)
        found = {}
        for listing, number in new.items():
            was = old.get(listing)
            if number is not None and was is not None and number != was:
                found[listing] = number - was
        return found


@functools.lru_cache(maxsize=64)
def cells_of(text: str) -> Mapping[str, int | None]:
    """What FooEvents' own reading makes of the text: places by listing id, None without limit."""
    found: dict[str, int | None] = {}
    for slot, fields in fooevents.read_options(text).items():
        dates = fields.get("add_date")
        for date, leaves in (dates if isinstance(dates, dict) else {}).items():
            stock = leaves.get("stock")
            found[f"wc:{BOOKINGS}:{slot}:{date}"] = None if stock in (None, "") else php.intval(stock)
    return MappingProxyType(found)


def structure_of(text: str) -> object:
    """Everything but the numbers, as FooEvents reads it."""
    options = fooevents.read_options(text)
    for fields in options.values():
        fields.pop("formatted_time", None)
        for leaves in fields.get("add_date", {}).values():  # type: ignore[attr-defined]
            leaves["stock"] = "" if leaves.get("stock") in (None, "") else "a number"
    return options


class _RecordingMeta(Meta):
    """Post meta that tells of every booking text written."""

    club: SmallClub

    def set(self, owner_id: int, key: str, value: str) -> None:
        before = self.get(owner_id, key) if (owner_id, key) == (BOOKINGS, fooevents.TEXT_KEY) else None
        super().set(owner_id, key, value)
        if before is not None and before != value:
            self.club.text_was_written(before, value)

    def set_row(self, row_id: int, value: str) -> None:
        before = self.get(BOOKINGS, fooevents.TEXT_KEY) or ""
        super().set_row(row_id, value)
        after = self.get(BOOKINGS, fooevents.TEXT_KEY) or ""
        if before != after:
            self.club.text_was_written(before, after)


@web.middleware
async def _the_keys_permissions(request: web.Request, handler: Any) -> web.StreamResponse:
    """The PUT of nothing to a product that cannot exist is no write, and no storm is about it."""
    if request.path.endswith("/products/2147483647"):
        return web.json_response({"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."}, status=400)
    answer: web.StreamResponse = await handler(request)
    return answer


@web.middleware
async def _whole(request: web.Request, handler: Any) -> web.StreamResponse:
    await request.read()
    answer: web.StreamResponse = await handler(request)
    return answer


Seconds = Callable[[], float]
Moment = Callable[[str, Arrived | None], Awaitable[None]]


class SmallClub:
    """A bookings product with three limited dates and an unlimited one, a single event, an Eventbrite event.

    `on_arrival` and `on_answer` are called around every HTTP request, `on_write` after every write of a text.
    """

    def __init__(self, seed: int, *, clock: Callable[[], dt.datetime], seconds: Seconds, hpos: bool = True) -> None:
        self.random = random.Random(seed)
        self.seconds = seconds
        self.site = WordPressSite(SiteSpec(hpos=hpos), clock=clock, seed=seed)
        self.arrived: list[Arrived] = []
        self.texts: list[TextWrite] = []
        self.requests = 0
        self.at_work = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self.on_arrival: Moment | None = None
        self.on_answer: Moment | None = None
        self.on_write: list[Callable[[], None]] = []
        posts = self.site.shop.posts
        recording = _RecordingMeta(self.site.database, "postmeta", "post_id", "meta_id")
        recording.club = self
        assert type(posts) is Meta
        self.site.shop.posts = recording
        self._fill(clock())
        self.mysql = PracticeMysql(self.site.shop, user=USER, password=PASSWORD)
        self.faults = FaultBoard()
        self._runners: list[web.AppRunner] = []

    def _fill(self, now: dt.datetime) -> None:
        rng = self.random
        first = (now + dt.timedelta(days=5)).replace(hour=0, minute=0, second=0, microsecond=0)
        days = [(first + dt.timedelta(days=number)).strftime("%B %d, %Y") for number in range(3)]
        seats = [
            rng.randint(3, 40) if rng.random() < 0.6 else rng.randint(1, 4) for _ in range(4)
        ]  # some nearly sold out
        stocks: dict[str, list[tuple[str, str, object]]] = {
            EARLY: [(FRIDAY, days[0], seats[0]), (SATURDAY, days[1], str(seats[1]))],
            LATE: [(OPEN, days[2], ""), (AFTER, days[0], seats[2])],
        }
        flat, options = rng.random() < 0.4, {}
        for slot, hour in ((EARLY, "08"), (LATE, "10")):
            head: dict[str, object] = {"label": f"{hour}pm Show", "hour": hour, "minute": "00", "period": "p.m."}
            head["add_time"] = "enabled"
            if flat:
                for date, text, stock in stocks[slot]:
                    head |= {f"{date}_add_date": text, f"{date}_stock": str(stock)}
            else:
                head["add_date"] = {date: {"date": text, "stock": stock} for date, text, stock in stocks[slot]}
            options[slot] = head
        text = json.dumps(options, separators=(",", ":"))
        event = (("WooCommerceEventsEvent", "Event"),)
        meta = (*event, ("WooCommerceEventsType", "bookings"), (fooevents.TEXT_KEY, text))
        self.site.add_product(ProductSpec(BOOKINGS, "Friday Show", meta))
        single = (*event, ("WooCommerceEventsType", "single"))
        self.site.add_product(ProductSpec(SINGLE_ID, "Gala", single, manage_stock=True, stock=seats[3], price="20.00"))
        starts = dt.datetime.strptime(days[0], "%B %d, %Y").replace(hour=20, tzinfo=self.site.shop.zone)
        classes = (
            TicketClassSpec("456", "General", rng.randint(10, 55), 5),
            TicketClassSpec("457", "Reduced", rng.randint(10, 55), 0),
        )
        self.eventbrite = EventbriteShop(
            "777",
            [EventSpec(EVENT, "Friday Show", starts, "America/Toronto", classes)],
            stale_seconds=rng.choice([0.0, 0.0, 1.0, 30.0, 300.0]),
            checkout_seconds=rng.uniform(0.1, 4),
            clock=self.seconds,
            now=self.site.shop.clock,
        )

    async def start(self) -> dict[str, str]:
        """Serve; returns the settings that point here."""
        port = await self.mysql.start()
        eventbrite = await self._serve(EventbriteServer(self.eventbrite, TOKEN).make_app())
        woocommerce = await self._serve(make_app(self.site, KEY, SECRET))
        return {
            "PRIVATE_TOKEN": TOKEN,
            "EVENTBRITE_ORGANIZATION_ID": "777",
            "EVENTBRITE_API_URL": f"{eventbrite}/v3",
            "WOOCOMMERCE_CONSUMER_KEY": KEY,
            "WOOCOMMERCE_CONSUMER_SECRET": SECRET,
            "WOOCOMMERCE_API_URL": woocommerce,
            "WORDPRESS_DB_HOST": "127.0.0.1",
            "WORDPRESS_DB_PORT": str(port),
            "WORDPRESS_DB_USER": USER,
            "WORDPRESS_DB_PASSWORD": PASSWORD,
            "WORDPRESS_DB_NAME": self.mysql.database,
            "WORDPRESS_TABLE_PREFIX": self.site.spec.prefix,
            "WORDPRESS_DB_TLS": "off",
            "BRCC_PROFILE": "practice",
        }

    async def _serve(self, app: web.Application) -> str:
        # PHP has the whole request before it begins, and goes on when nobody waits any more; what is recorded
        # behind the faults has reached the shop
        around = [_the_keys_permissions, self._counted(), _whole, self.faults.middleware(), self._record()]
        app.middlewares[:0] = around
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    def _counted(self) -> Any:
        """A request is at work from its first byte: one that is still on its way may yet be carried out."""

        @web.middleware
        async def count(request: web.Request, handler: Any) -> web.StreamResponse:
            self.at_work += 1
            self.idle.clear()
            try:
                answer: web.StreamResponse = await handler(request)
                return answer
            finally:
                self.at_work -= 1
                if not self.at_work:
                    self.idle.set()

        return count

    def _record(self) -> Any:
        @web.middleware
        async def record(request: web.Request, handler: Any) -> web.StreamResponse:
            token = HAND.set(request.headers.get(OPERATOR, "the command"))
            self.requests += 1
            write: Arrived | None = None
            try:
                if request.method in WRITES:
                    write = Arrived(self.seconds(), HAND.get(), request.path, await request.json())
                    self.arrived.append(write)
                if self.on_arrival is not None:
                    await self.on_arrival(request.method, write)
                answer: web.StreamResponse = await handler(request)
                if self.on_answer is not None:
                    await self.on_answer(request.method, write)
                return answer
            finally:
                HAND.reset(token)
                for tell in self.on_write:
                    tell()

        return record

    def text_was_written(self, before: str, after: str) -> None:
        """Keep the write, and tell whoever wants to know."""
        self.texts.append(TextWrite(self.seconds(), HAND.get(), before, after))
        for tell in self.on_write:
            tell()

    async def buy(self, listing: str, places: int, gateway: Gateway = Gateway.COD) -> int:
        """Buy by the classic checkout; returns the order's id. Raises `CheckoutRefused`."""
        _, product, *cell = listing.split(":")
        slot, date = cell or ("", "")
        return await self.site.checkout(int(product), places, slot_id=slot, date_id=date, gateway=gateway)

    async def stop(self) -> None:
        """Close the ports and delete the database."""
        for runner in self._runners:
            await runner.cleanup()
        await self.mysql.stop()
        self.site.close()

    # -- what is true ----------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The booking text as it is stored now."""
        return self.site.booking_text(BOOKINGS) or ""

    def left(self, listing: str) -> int:
        """What is on offer of a limited listing."""
        if listing in CLASSES:
            ticket_class = self.ticket_class(listing)
            return 0 if ticket_class.hidden else (ticket_class.capacity or 0) - ticket_class.sold
        number = self.site.stock(SINGLE_ID) if listing == SINGLE else cells_of(self.text)[listing]
        assert number is not None, listing
        return number

    def ticket_class(self, listing: str) -> Any:
        """Eventbrite's own state of a class."""
        _, event, name = listing.split(":")
        return self.eventbrite.find(event, name)[1]

    def orders(self) -> dict[int, str]:
        """Every order's status."""
        if self.site.spec.hpos:
            sql = "SELECT id, status FROM {p}wc_orders WHERE type='shop_order'"
        else:
            sql = "SELECT ID, post_status FROM {p}posts WHERE post_type='shop_order'"
        return {int(str(order)): str(status) for order, status in self.site.database.rows(sql)}

    def taken(self) -> Counter[str]:
        """Sold and held by listing: tickets that count, and places of live orders that have no ticket yet."""
        shop, found = self.site.shop, Counter[str]()
        statuses = self.orders()
        for order, status in statuses.items():
            if status not in LIVE:
                continue
            posts = Counter[str]()
            for ticket in tickets.tickets_of(shop, order):
                meta = {key.removeprefix("WooCommerceEvents"): value for _, key, value in shop.posts.rows(ticket)}
                listing = _listing(meta.get("ProductID"), meta.get("BookingSlotID", ""), meta.get("BookingDateID", ""))
                posts[listing] += 1
                if meta.get("Status") not in ("Canceled", "Cancelled", "Unpaid"):
                    found[listing] += 1
            if shop.orders.meta.get(order, GENERATED) == "yes":
                continue
            asked = Counter(
                _listing(place.product_id, place.slot_id, place.date_id)
                for place in tickets.places_in_order(shop, order)
            )
            for listing, places in asked.items():
                if listing != SINGLE or shop.orders.stock_reduced(order):
                    found[listing] += max(0, places - posts[listing])
        return found

    def implied(self) -> dict[str, int]:
        """What is on offer and what is taken, together, of every limited listing of the club's own shop."""
        taken = self.taken()
        return {listing: self.left(listing) + taken[listing] for listing in (*CELLS, SINGLE)}


def _listing(product: object, slot: str, date: str) -> str:
    return f"wc:{product}:{slot}:{date}" if slot or date else f"wc:{product}"


async def quiet(club: SmallClub) -> None:
    """Wait until no request is being worked on, nor one that a process has sent before it died."""
    for _ in range(50):  # each look at the sockets takes it a step further: accepted, read, parsed, begun
        await asyncio.sleep(0)
    await club.idle.wait()
