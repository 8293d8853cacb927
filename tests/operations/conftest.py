"""A club of scripted shops over real stores: what operations are run against here."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from brcc_tui.model.catalogue import Event, Membership, MetaRow, Organization, Product, Site, TicketClass
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.model.counts import CellCount, CellKey, Counts, Orphan, ProductCells, ProductCount, with_known
from brcc_tui.model.drift import DriftCause
from brcc_tui.model.failure import Failure
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listings.from_catalogue import cells_to_count
from brcc_tui.model.money.eventbrite import BoughtPlace
from brcc_tui.model.stored_product import StoredProduct
from brcc_tui.operations.context import ClubContext
from brcc_tui.platforms.errors import NotThere
from brcc_tui.platforms.wordpress.counts import Snapshot
from brcc_tui.platforms.wordpress.site import DatabaseServer
from brcc_tui.settings import Settings
from brcc_tui.settings_checks import settings_from
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.journal import Journal
from brcc_tui.store.locks import LocalLocks
from brcc_tui.store.venue import Venue

NOW = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.UTC)
SITE = Site("F j, Y", "g:i a", "America/Toronto", may_write=False, database="MariaDB 10.11", fooevents_version="1.19.7")


OF_ONE = Membership((Organization("9", "Backroom Comedy Club"),))


class StoppedClock:
    """Time stands until a test moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> dt.datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)


@dataclass
class ScriptedShop:
    """What the scripted clients share: a count of requests, and the error each question is to raise."""

    requests: int = 0
    app_error: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        self.requests += 1
        self.asked.append(question)
        for name, error in self.app_error.items():
            if question.startswith(name):
                raise error

    async def close(self) -> None:
        self.asked.append("close")


@dataclass
class ScriptedEventbrite(ScriptedShop):
    stored: dict[str, Event] = field(default_factory=dict)
    broken: list[Failure] = field(default_factory=list)
    came: list[Event] | None = None
    """What its pages brought, where that is not what they came to in the end."""
    unlisted: dict[str, Event] = field(default_factory=dict)
    """What it has and no list of coming or past events tells."""
    in_checkout: dict[str, int] = field(default_factory=dict)
    held_back: dict[str, int] = field(default_factory=dict)
    calls_left: int | None = 1874
    organizations: Membership = OF_ONE
    bought: dict[str, list[BoughtPlace]] = field(default_factory=dict)

    async def events(
        self,
        progress: Callable[[int, int | None], None] | None = None,
        on_page: Callable[[Sequence[Event]], Awaitable[object]] | None = None,
    ) -> tuple[list[Event], list[Failure]]:
        self.ask("events")
        if on_page:
            await on_page(self.came if self.came is not None else list(self.stored.values()))
        if progress:
            progress(len(self.stored), len(self.stored))
        return list(self.stored.values()), self.broken

    async def organization(self) -> str:
        return "1"

    async def event(self, event_id: str, *, background: bool = False) -> Event:
        self.ask(f"event {event_id}")
        found = {**self.stored, **self.unlisted}.get(event_id)
        if found is None:
            raise NotThere("no such event", subject=f"event {event_id}")
        return found

    async def events_by_id(self, event_ids: Sequence[str], *, background: bool = False) -> list[Event]:
        self.ask(f"{len(event_ids)} events")
        return [self.unlisted[event_id] for event_id in event_ids if event_id in self.unlisted]

    async def with_codes(self, event: Event) -> Event:
        self.ask(f"codes {event.id}")
        return replace(event, access_codes=())

    async def capacity_tier(self, event_id: str) -> CapacityTier:
        self.ask(f"in checkout {event_id}")
        return CapacityTier(self.in_checkout.get(event_id, 0), self.held_back.get(event_id, 0))

    async def attendees(self, event_id: str, *, names: bool = False, background: bool = False) -> list[BoughtPlace]:
        self.ask(f"attendees {event_id}")
        return self.bought[event_id]

    async def membership(self, *, anew: bool = False) -> Membership:
        if anew:
            self.ask("check")
        return self.organizations


@dataclass
class ScriptedWooCommerce(ScriptedShop):
    stored: dict[int, Product] = field(default_factory=dict)
    broken: list[Failure] = field(default_factory=list)
    may_write: bool = True
    hang: bool = False
    hanging: asyncio.Event = field(default_factory=asyncio.Event)

    async def products(
        self, progress: Callable[[int, int | None], None] | None = None
    ) -> tuple[list[Product], list[Failure]]:
        self.ask("products")
        if self.hang:
            self.hanging.set()
            await asyncio.Event().wait()
        return list(self.stored.values()), self.broken

    async def product(self, product_id: int) -> Product:
        self.ask(f"product {product_id}")
        return self.stored[product_id]

    async def check(self) -> None:
        self.ask("check")

    async def write_permission(self) -> bool:
        self.ask("write permission")
        return self.may_write


@dataclass
class ScriptedDatabase(ScriptedShop):
    shop: ScriptedWooCommerce = field(default_factory=lambda: ScriptedWooCommerce())
    rows: dict[int, Product] = field(default_factory=dict)
    lacks: set[int] = field(default_factory=set)
    taken: dict[tuple[int, str, str], CellCount] = field(default_factory=dict)
    stock_taken: dict[int, CellCount] = field(default_factory=dict)
    astray: dict[int, tuple[Orphan, ...]] = field(default_factory=dict)
    """Tickets of dates to come, by product, that fit none of its dates."""
    open_in_editor: dict[int, float] = field(default_factory=dict)
    causes: tuple[DriftCause, ...] = ()
    says: Site = SITE
    said: tuple[dt.datetime, Site] = (dt.datetime.min.replace(tzinfo=dt.UTC), SITE)
    tls: str | None = "TLSv1.3"
    server_ahead: dt.timedelta = dt.timedelta(0)
    clock: StoppedClock = field(default_factory=StoppedClock)

    @property
    def queries(self) -> int:
        return self.requests

    async def site(self, *, within: float = 0.0) -> Site:
        at, site = self.said
        if self.clock.now() - at >= dt.timedelta(seconds=within):
            self.ask("site")
            at, site = self.said = self.clock.now(), self.says
        return site

    async def try_counting(self) -> None:
        self.ask("try counting")

    async def try_orders(self) -> tuple[str, ...]:
        self.ask("try orders")
        return ()

    async def counts(self, products: Collection[ProductCells], *, by_order: bool = False) -> Counts:
        self.ask("counts " + " ".join(str(product.product_id) for product in products))
        return Counts(self.clock.now(), self._counted(products))

    def _counted(self, products: Collection[ProductCells]) -> dict[int, ProductCount]:
        return {
            product.product_id: ProductCount(
                sold=self.stock_taken.get(product.product_id, CellCount()).sold,
                held=self.stock_taken.get(product.product_id, CellCount()).held,
                cells={key: self.taken.get((product.product_id, *key), CellCount()) for key in product.cells},
                orphans=self.astray.get(product.product_id, ()) if product.has_dates else (),
            )
            for product in products
        }

    async def snapshot(
        self,
        product_ids: Collection[int],
        known: Collection[ProductCells] = (),
        *,
        by_order: bool = False,
        lock: object = None,
        with_others: bool = False,
    ) -> Snapshot:
        self.ask("snapshot " + " ".join(map(str, product_ids)))
        others = sorted(self.astray.keys() - {*product_ids}) if with_others else []
        product_ids, known = [*product_ids, *others], [*known, *(ProductCells(id_, lost_cells=True) for id_ in others)]
        stored = {**self.shop.stored, **self.rows}
        rows = {id_: self._row(stored[id_]) for id_ in product_ids if id_ in stored and id_ not in self.lacks}
        cells = with_known(cells_to_count([row.product() for row in rows.values()]), known)
        return Snapshot(Counts(self.clock.now(), self._counted(cells)), rows, none_at=self.says.none_at)

    def _row(self, product: Product) -> StoredProduct:
        now = self.clock.now()
        stored = {"_manage_stock": "yes" if product.manage_stock else "no", "_stock_status": product.stock_status}
        if product.stock_quantity is not None:
            stored["_stock"] = str(product.stock_quantity)
        if product.id in self.open_in_editor:
            stored["_edit_lock"] = f"{now.timestamp() - self.open_in_editor[product.id]:.0f}:1"
        return StoredProduct(product.id, product.name, product.status, product.type, None, now, product.meta, stored)

    async def drift_causes(self, product_id: int, cell: CellKey, drift: int) -> tuple[DriftCause, ...]:
        self.ask(f"drift of {product_id} {' '.join(cell)} {drift:+d}")
        return self.causes

    async def stock_causes(self, product_id: int, drift: int) -> tuple[DriftCause, ...]:
        self.ask(f"drift of {product_id} {drift:+d}")
        return self.causes

    async def server(self) -> DatabaseServer:
        self.ask("server")
        return DatabaseServer(self.tls, self.clock.now() + self.server_ahead)

    async def editors(self, product_ids: Collection[int]) -> Mapping[int, float]:
        self.ask("editors")
        return {id_: age for id_, age in self.open_in_editor.items() if id_ in product_ids}

    async def check(self) -> None:
        self.ask("check")


@dataclass
class Town:
    """A club with the shops behind it, for a test to bend."""

    club: ClubContext
    eventbrite: ScriptedEventbrite
    woocommerce: ScriptedWooCommerce
    database: ScriptedDatabase
    clock: StoppedClock

    def without(self, *names: str) -> ClubContext:
        """The club with some platforms not configured."""
        return replace(self.club, **dict.fromkeys(names))


def event(number: int, *, day: int = 27, capacity: int = 55, sold: int = 12, **changes: Any) -> Event:
    ticket = TicketClass(
        f"{number}9", str(number), "General", "admission", capacity, capacity, sold, "AVAILABLE", currency="CAD"
    )
    starts = dt.datetime(2026, 11, day, 20, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    made = Event(str(number), "Friday Night", starts, "America/Toronto", "live", None, False, (ticket,), series_id="7")
    return replace(made, **changes)


def bookings(number: int, *, stock: str = '"42"', text: str | None = None) -> Product:
    """A bookings product with one slot on two dates."""
    text = text or (
        '{"slotone":{"label":"8pm Show","hour":"08","minute":"00","period":"p.m.","add_time":"enabled",'
        f'"dateone_add_date":"November 27, 2026","dateone_stock":{stock},'
        '"datetwo_add_date":"November 28, 2026","datetwo_stock":"55"}}'
    )
    meta = (
        MetaRow(1, "WooCommerceEventsEvent", "Event"),
        MetaRow(2, "WooCommerceEventsType", "bookings"),
        MetaRow(3, META_KEY, text),
    )
    return Product(number, "Friday at the club", "publish", "simple", False, None, "instock", meta, price="14.11")


def single(number: int, *, stock: int = 40) -> Product:
    """A product whose stock WooCommerce manages."""
    meta = (
        MetaRow(1, "WooCommerceEventsEvent", "Event"),
        MetaRow(2, "WooCommerceEventsType", "single"),
        MetaRow(3, "WooCommerceEventsDate", "November 29, 2026"),
        MetaRow(4, "WooCommerceEventsHour", "20"),
        MetaRow(5, "WooCommerceEventsMinutes", "00"),
    )
    return Product(number, "One night only", "publish", "simple", True, stock, "instock", meta)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_from(
        {
            "PRIVATE_TOKEN": "token",
            "WOOCOMMERCE_CONSUMER_KEY": "ck",
            "WOOCOMMERCE_CONSUMER_SECRET": "cs",
            "WOOCOMMERCE_API_URL": "http://127.0.0.1:1",
            "WORDPRESS_DB_HOST": "127.0.0.1",
            "WORDPRESS_DB_USER": "reader",
            "WORDPRESS_DB_PASSWORD": "pass",
            "WORDPRESS_DB_NAME": "wordpress",
            "BRCC_DATA_DIR": str(tmp_path),
        }
    )


@pytest.fixture
def town(settings: Settings) -> Iterator[Town]:
    """Two events, a bookings product with two dates, a single one; 12 + 1 of the first date are taken."""
    eventbrite = ScriptedEventbrite(stored={"1": event(1), "2": event(2, day=28)})
    woocommerce = ScriptedWooCommerce(stored={10: bookings(10), 11: single(11)})
    clock = StoppedClock()
    database = ScriptedDatabase(
        shop=woocommerce,
        clock=clock,
        taken={(10, "slotone", "dateone"): CellCount(12, 1)},
        stock_taken={11: CellCount(10, 5)},
    )
    folder = settings.data_dir
    folder.mkdir(parents=True, mode=0o700)
    club = ClubContext(
        settings=settings,
        eventbrite=cast("Any", eventbrite),
        woocommerce=cast("Any", woocommerce),
        wordpress=cast("Any", database),
        cache=CatalogueCache(folder / "catalogue.sqlite"),
        journal=Journal(folder / "journal.sqlite"),
        venue=Venue(folder / "house.sqlite", 55),
        locks=LocalLocks(folder / "locks"),
        clock=clock,
    )
    yield Town(club, eventbrite, woocommerce, database, clock)
    for kept in (club.cache, club.journal, club.venue):
        kept.close()


@pytest.fixture
def make_event() -> Callable[..., Event]:
    return event


@pytest.fixture
def make_bookings() -> Callable[..., Product]:
    return bookings
