"""Reads many events and products for a plan at once: a list of each, and one database snapshot.

Only for a plan: under a lock everything is read individually, at the moment that decides. Each answer serves one
look. What the lists lack, or have only in part, is read individually, where any problem is reported.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Event, Product
from brcc_tui.model.listing_id import ProductId
from brcc_tui.operations.context import ClubContext

if TYPE_CHECKING:
    from brcc_tui.platforms.wordpress.counts import Snapshot
    from brcc_tui.platforms.wordpress.database import WordPress
    from brcc_tui.platforms.wordpress.locks import ProductLock
    from brcc_tui.store.journal_entries import JournalEvent

WORTH_A_LIST: Final = 4
"""Events, or products, of a plan from which on a list of them is fewer requests."""


@dataclass(frozen=True, slots=True)
class AskedAt:
    """When something was asked: the monotonic second, the moment, and the journal's position before it."""

    began: float
    at: dt.datetime
    journal_position: int

    @classmethod
    def now(cls, club: ClubContext) -> Self:
        """Just before it is asked. Raises `JournalUnavailable`."""
        return cls(club.clock.monotonic(), club.clock.now(), club.journal.position())


@dataclass(frozen=True, slots=True)
class Seen:
    """Products in one snapshot of the database, and by product what had been sent to it from here before that."""

    asked: AskedAt
    snapshot: Snapshot
    requests: Mapping[int, Mapping[str, Sequence[JournalEvent]]]


async def see(
    club: ClubContext, database: WordPress, numbers: Collection[int], lock: ProductLock | None = None
) -> Seen:
    """What the database and our own requests say of these products now. Raises `AppError`.

    What was sent is read first: every write that it tells was answered before the snapshot, which has to show it.
    """
    asked, requests = AskedAt.now(club), {}
    for number in numbers:
        requests[number] = club.journal.requests(str(ProductId(number)))
        if len(numbers) > 1:
            await asyncio.sleep(0)  # a key may come in between
    return Seen(asked, await database.snapshot(numbers, by_order=True, lock=lock), requests)


class ReadTogether:
    """Asks for these events and products from now on; whoever looks at one waits for that."""

    def __init__(self, club: ClubContext, events: Sequence[str], products: Sequence[int]) -> None:
        self._club = club
        self._events = asyncio.ensure_future(self._list_events(events if len(events) >= WORTH_A_LIST else ()))
        many = products if len(products) >= WORTH_A_LIST else ()
        self._products = asyncio.ensure_future(self._list_products(many))
        self._seen = asyncio.ensure_future(self._see_products(many))

    async def event(self, event_id: str) -> tuple[Event, AskedAt] | None:
        """The event as a list told it, still to be completed; None: not listed, or handed out before."""
        return (await self._events).pop(event_id, None)

    async def product(self, product_id: int) -> Product | None:
        """What REST says of the product, by a list; None as of `event`."""
        return (await self._products).pop(product_id, None)

    async def seen(self, product_id: int) -> Seen | None:
        """The snapshot that the product was seen in; None as of `event`."""
        return (await self._seen).pop(product_id, None)

    async def _list_events(self, event_ids: Sequence[str]) -> dict[str, tuple[Event, AskedAt]]:
        eventbrite = self._club.eventbrite
        if eventbrite is None or not event_ids:
            return {}
        try:
            asked = AskedAt.now(self._club)
            return {event.id: (event, asked) for event in await eventbrite.events_by_id(event_ids)}
        except AppError as app_error:
            log("events could not be listed", reason=str(app_error))
            return {}

    async def _list_products(self, product_ids: Sequence[int]) -> dict[int, Product]:
        shop = self._club.woocommerce
        if shop is None or not product_ids:
            return {}
        try:
            return {product.id: product for product in await shop.products_by_id(product_ids)}
        except AppError as app_error:
            log("products could not be listed", reason=str(app_error))
            return {}

    async def _see_products(self, product_ids: Sequence[int]) -> dict[int, Seen]:
        database = self._club.wordpress
        if database is None or not product_ids:
            return {}
        try:
            return dict.fromkeys(product_ids, await see(self._club, database, product_ids))
        except AppError as app_error:
            log("products could not be read in one snapshot", reason=str(app_error))
            return {}
