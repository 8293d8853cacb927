"""What every part of the practice shop works on, and a single web request to it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from brcc_tui.sandbox.wordpress import fooevents
from brcc_tui.sandbox.wordpress.database import Database, Meta
from brcc_tui.sandbox.wordpress.order_store import OrderStore
from brcc_tui.sandbox.world.types import SiteSpec

Hook = Callable[[str], Awaitable[None]]
"""Called between two statements of a request with the name of what was just done; it may do anything."""


class CheckoutRefused(Exception):
    """The shop itself said no to a buyer: sold out, or not enough left."""


class PhpError(Exception):
    """PHP gave up: the visitor sees the page for critical errors."""


@dataclass(slots=True)
class Shop:
    """The shop's database and its ways. `hook` is what a request without a hook of its own calls."""

    spec: SiteSpec
    database: Database
    orders: OrderStore
    posts: Meta
    items: Meta
    clock: Callable[[], dt.datetime]
    zone: dt.tzinfo
    hook: Hook | None = None
    ticket_statuses: tuple[str, ...] = ("wc-completed",)
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def now(self) -> dt.datetime:
        """The server's clock."""
        return self.clock()

    def request(self, hook: Hook | None = None) -> Request:
        """A new web request."""
        return Request(self, hook or self.hook)

    def is_bookings(self, product_id: int) -> bool:
        """Whether FooEvents takes this product for one with bookings."""
        return self.posts.get(product_id, "WooCommerceEventsType") == "bookings"

    def is_event(self, product_id: int) -> bool:
        """Whether FooEvents takes this product for an event at all."""
        return self.posts.get(product_id, "WooCommerceEventsEvent") == "Event"

    def title(self, post_id: int) -> str:
        """The post's title."""
        return str(self.database.value("SELECT post_title FROM {p}posts WHERE ID=?", (post_id,)) or "")


class Request:
    """One PHP request. A booking text once read is kept until this request itself writes it.

    That copy is why FooEvents may write back a text that is older than what the database holds.
    """

    def __init__(self, shop: Shop, hook: Hook | None) -> None:
        self.shop = shop
        self._hook = hook
        self._texts: dict[int, str | None] = {}

    async def pause(self, done: str) -> None:
        """Let the rest of the world go on: `done` says what this request has just committed or read."""
        if self._hook is not None:
            await self._hook(done)

    def booking_text(self, product_id: int) -> str | None:
        """The product's booking text as this request knows it. FooEvents dies of one that is stored as an array."""
        if product_id not in self._texts:
            self._texts[product_id] = self.shop.posts.get(product_id, fooevents.TEXT_KEY)
        text = self._texts[product_id]
        if text and text.startswith("a:"):
            raise PhpError("TypeError: json_decode(): Argument #1 ($json) must be of type string, array given")
        return text

    def write_booking_text(self, product_id: int, text: str) -> None:
        """`update_post_meta`: nothing is written when the text equals the copy; a write drops the copy."""
        if self.booking_text(product_id) != text:
            self.shop.posts.set(product_id, fooevents.TEXT_KEY, text)
            del self._texts[product_id]
