"""Switches for the practice club: habits of shops and hosts that people should have met before.

`demo --with NAME` (`habits.Habit`) switches one on from the start, `POST /practice/switch` while the club is running.
The club's seed decides which of its shows have the habit, so the same club has the same habits every time. A habit
that needs shows of its own (several days, copies in another language) is only available from the start.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from brcc_tui.sandbox.eventbrite.shop import CLUB
from brcc_tui.sandbox.faults import Fault, FaultKind
from brcc_tui.sandbox.habits import Habit
from brcc_tui.sandbox.world.booking import date_text
from brcc_tui.sandbox.world.meta import BOOKING_KEY, dated_meta
from brcc_tui.sandbox.world.types import EventSpec, ProductSpec, TicketClassSpec, World

if TYPE_CHECKING:
    from brcc_tui.sandbox.clock import PracticeClock
    from brcc_tui.sandbox.eventbrite.shop import EventbriteShop
    from brcc_tui.sandbox.faults import FaultBoard
    from brcc_tui.sandbox.wordpress.site import WordPressSite


class Shops(Protocol):
    """The parts of the practice club that have habits."""

    world: World
    site: WordPressSite
    eventbrite: EventbriteShop
    faults: FaultBoard
    clock: PracticeClock


_FEW: Final = 3
_NEXT_DAYS: Final = 60
_WOOCOMMERCE: Final = "/wp-json/*"
_PRODUCTS: Final = "/wp-json/wc/v3/products"
_EVENTS: Final = "/v3/organizations/*/events/"
_DISCOUNTS: Final = "/v3/organizations/*/discounts/"
TRANSLATED: Final = 500_000
"""What the id of a copy in another language is more than its original's."""
_OF_DAYS: Final = 990_001


def changed_world(world: World, habits: frozenset[Habit], now: dt.datetime) -> World:
    """The world with what some habits need to be in it from its first day."""
    if Habit.SEVERAL_DAYS in habits:
        begins = now.replace(hour=14, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
        world = replace(world, events=(*world.events, _event_of_days(begins)))
        world = replace(world, products=(*world.products, _product_of_days(begins)))
    if Habit.POLYLANG in habits:
        copies = [replace(each, id=each.id + TRANSLATED, name=f"{each.name} (FR)") for each in _translated(world)]
        world = replace(world, products=(*world.products, *copies))
    return world


def turn_on(club: Shops, habit: Habit, dice: random.Random) -> Mapping[str, str]:
    """Switch it on; the settings that set-up would have found for it."""
    turn = _TURNS.get(habit)
    return (turn(club, dice) if turn is not None else None) or {}


def _event_of_days(begins: dt.datetime) -> EventSpec:
    last = begins + dt.timedelta(days=3)
    ticket = TicketClassSpec(str(_OF_DAYS), "Festival pass", 50, 12, sales_end=last)
    minutes = int((last - begins).total_seconds()) // 60 + 120
    return EventSpec(str(_OF_DAYS), "Four Days of Comedy", begins, str(begins.tzinfo), (ticket,), minutes=minutes)


def _product_of_days(begins: dt.datetime) -> ProductSpec:
    last = begins.date() + dt.timedelta(days=3)
    own = (("WooCommerceEventsNumDays", "4"), ("WooCommerceEventsEndDate", date_text(last)))
    meta = dated_meta(begins, "sequential", 20) + own
    return ProductSpec(_OF_DAYS, "Four Days of Comedy", meta, manage_stock=True, stock=30)


def _translated(world: World) -> tuple[ProductSpec, ...]:
    sold = {name.split(":")[1] for name, show in world.truth.items() if show is not None and name.startswith("wc:")}
    simple = [each for each in world.products if str(each.id) in sold and each.type == "simple"]
    return tuple(simple[:2])


def _coming_products(club: Shops, parts: int) -> list[int]:
    """Products with listings of so many parts for shows of the next two months, those of the next days first."""
    today = club.clock.today()
    until = (today + dt.timedelta(days=_NEXT_DAYS)).isoformat()
    found = [
        (show, name)
        for name, show in club.world.truth.items()
        if show is not None and name.startswith("wc:") and name.count(":") == parts and today.isoformat() < show < until
    ]
    return list(dict.fromkeys(int(name.split(":")[1]) for _, name in sorted(found)))


def _products(club: Shops, dice: random.Random, parts: int) -> list[int]:
    """A few products that sell by their own stock (one part after the shop's), or by date (three)."""
    ids = _coming_products(club, parts)
    return dice.sample(ids, min(_FEW, len(ids)))


def _set_stock(club: Shops, product: int, stock: int) -> None:
    posts = club.site.shop.posts
    if posts.get(product, "_manage_stock") == "yes":
        posts.set(product, "_stock", str(stock))
        posts.set(product, "_stock_status", club.site.stock_status(product))


def _backorders(club: Shops, dice: random.Random) -> None:
    for product in _products(club, dice, 1):
        club.site.shop.posts.set(product, "_backorders", dice.choice(("yes", "notify")))
        _set_stock(club, product, dice.choice((0, -2, 20)))


def _threshold(club: Shops, dice: random.Random) -> None:
    club.site.set_option("woocommerce_notify_no_stock_amount", "3")
    for product in _products(club, dice, 1):
        _set_stock(club, product, dice.choice((1, 3, 4)))


def _expiry(club: Shops, dice: random.Random) -> None:
    posts = club.site.shop.posts
    for product in _products(club, dice, 3):
        posts.set(product, "WooCommerceEventsBookingsExpirePassedDate", "yes")
        value, unit = dice.choice((("1", "minute"), ("36", "hour"), ("10", "day"), ("3", "week")))
        posts.set(product, "WooCommerceEventsBookingsExpireValue", value)
        posts.set(product, "WooCommerceEventsBookingsExpireUnit", unit)
    wall = club.clock.now().astimezone(club.site.shop.zone).replace(tzinfo=dt.UTC)
    for product in _products(club, dice, 1):
        ends = wall + dt.timedelta(days=dice.choice((-1, 2)))
        posts.set(product, "WooCommerceEventsExpire", date_text(ends.date()))
        posts.set(product, "WooCommerceEventsExpireTimestamp", str(int(ends.timestamp())))


def _access_codes(club: Shops, dice: random.Random) -> None:
    hidden = [
        event.spec
        for event in club.eventbrite.events.values()
        if not event.spec.is_series_parent and any(each.hidden for each in event.classes.values())
    ]
    for spec in dice.sample(hidden, len(hidden) // 2):
        club.eventbrite.add_code(spec.id if spec.series_id is None else spec.series_id, (), dice.choice((0, 2)))


def _polylang(club: Shops, dice: random.Random) -> None:
    database, ids = club.site.shop.database, {each.id for each in club.world.products}
    plugins = str(database.value("SELECT option_value FROM {p}options WHERE option_name='active_plugins'"))
    club.site.set_option("active_plugins", plugins.replace("a:3:{", 'a:4:{i:3;s:21:"polylang/polylang.php";', 1))
    for number, copy in enumerate(each for each in sorted(ids) if each - TRANSLATED in ids):
        group = TRANSLATED + number
        database.execute("INSERT INTO {p}term_taxonomy VALUES (?,?,'post_translations')", (group, group))
        posts = club.site.shop.posts
        for key in (BOOKING_KEY, "_stock", "_stock_status"):  # the plugin keeps the stock of both the same
            if (value := posts.get(copy - TRANSLATED, key)) is not None:
                posts.set(copy, key, value)
        for member in (copy, copy - TRANSLATED):
            database.execute("INSERT INTO {p}term_relationships VALUES (?,?)", (member, group))


def _two_organizations(club: Shops, dice: random.Random) -> Mapping[str, str]:
    ours = club.eventbrite.organization_id
    club.eventbrite.organizations = [("110000000001", "Practice account of a promoter"), (ours, CLUB)]
    return {"EVENTBRITE_ORGANIZATION_ID": ours}


def _broken_product(club: Shops, dice: random.Random) -> None:
    posts = club.site.shop.posts
    sold = {order.product_id for order in club.world.orders if order.date_id}
    products = [each for each in _coming_products(club, 3) if each in sold]
    for product in dice.sample(products, min(1, len(products))):
        posts.set(product, BOOKING_KEY, (posts.get(product, BOOKING_KEY) or "")[:-20])


def _faults(*faults: Fault, **settings: str) -> Callable[[Shops, random.Random], Mapping[str, str]]:
    def turn(club: Shops, dice: random.Random) -> Mapping[str, str]:
        for fault in faults:
            club.faults.add(replace(fault))
        return settings

    return turn


_TURNS: Final[Mapping[Habit, Callable[[Shops, random.Random], Mapping[str, str] | None]]] = {
    Habit.REST_CACHE: _faults(Fault(FaultKind.OLD_ANSWERS, _WOOCOMMERCE, count=-1, seconds=3600)),
    Habit.BACKORDERS: _backorders,
    Habit.THRESHOLD: _threshold,
    Habit.EXPIRY: _expiry,
    Habit.ACCESS_CODES: _access_codes,
    Habit.REFUSED_CODES: _faults(Fault(FaultKind.REFUSED, _DISCOUNTS, count=-1, status=403)),
    Habit.POLYLANG: _polylang,
    Habit.SHORT_PAGES: _faults(
        Fault(FaultKind.SHORT_PAGES, _EVENTS, count=-1, size=20),
        Fault(FaultKind.SHORT_PAGES, _PRODUCTS, count=-1, size=15),
    ),
    Habit.SHIFTING_PAGES: _faults(
        Fault(FaultKind.SHIFTED_PAGE, _EVENTS, count=1), Fault(FaultKind.SHIFTED_PAGE, _PRODUCTS, count=1)
    ),
    Habit.TWO_ORGANIZATIONS: _two_organizations,
    Habit.STRIPPED_HEADER: _faults(
        Fault(FaultKind.NO_AUTHORIZATION, _WOOCOMMERCE, count=-1), WOOCOMMERCE_READ_AUTH="query"
    ),
    Habit.BLOCKED_PUT: _faults(
        Fault(FaultKind.BLOCKED, _WOOCOMMERCE, "PUT", count=-1), WOOCOMMERCE_WRITE_METHOD="header"
    ),
    Habit.BROKEN_PRODUCT: _broken_product,
}
