"""Live numbers of the shop's products: the database is the authority, REST answers are compared with it.

Remaining is read from the rows that WooCommerce and FooEvents sell from, in the snapshot in which the places taken
are counted. REST adds which products there are, and what no row holds.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from brcc_tui.logs import log
from brcc_tui.model.catalogue import NO_META, Product, Site
from brcc_tui.model.counts import Counts
from brcc_tui.model.failure import Failure, Unanswered
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import ProductId, TicketClassId, parse_listing_id
from brcc_tui.model.listings.from_catalogue import Listings, product_listings
from brcc_tui.model.listings.lost import MEND, PRODUCT_GONE, as_unread, known_cells, with_lost
from brcc_tui.model.reading import Origin
from brcc_tui.model.stored_product import StoredProduct
from brcc_tui.operations.catalogue.present import as_stored, count_of, sells_seats, still_stored
from brcc_tui.operations.catalogue.rest_cache import as_seen, disputed, stale_answers
from brcc_tui.operations.catalogue.tried import GONE, Unread, tried, tried_one
from brcc_tui.operations.context import ClubContext, current_listings, site_in_zone
from brcc_tui.platforms.wordpress.options import SITE_SECONDS
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from brcc_tui.platforms.wordpress.counts import Snapshot

FEW_PRODUCTS: Final = 4
"""Up to so many products are asked for one by one; the whole list is one request for a hundred."""

NOT_IN_LIST: Final = "it is not among what the shop lists now: refresh the catalogue"
NOT_IN_PRODUCT: Final = "its product was read, and has no such date or stock now: refresh the catalogue"


async def read_listings_of_products(
    club: ClubContext, wanted: Mapping[int, list[str]], now: dt.datetime, step: Callable[[int], None]
) -> dict[str, Listing | str]:
    """The listings of these products, or the reason why there is none, by id. A product that cannot be read, and a date
    that is gone, keep their place with the numbers of their tickets.
    """
    if not wanted:
        return {}
    if club.woocommerce is None:
        return {id_: "WooCommerce is not configured" for ids in wanted.values() for id_ in ids}
    known = {each.id: each for each in await asyncio.to_thread(club.cache.products, wanted)}
    others: list[Product] = []
    from_rest, database = await asyncio.gather(_told(club, wanted, step, others), _Database.asked(club, wanted, known))
    await database.compare(club, from_rest)
    found = await asyncio.to_thread(_found, wanted, from_rest, known, database, now)
    return found | await _beside(club, *await asyncio.to_thread(_come_since, club, others, now), now)


async def _beside(
    club: ClubContext, from_rest: Mapping[int, Product], known: Mapping[int, Product], now: dt.datetime
) -> dict[str, Listing | str]:
    """The listings of products that REST has told besides."""
    if not from_rest:
        return {}
    database = await _Database.asked(club, from_rest.keys(), {id_: known[id_] for id_ in known if id_ in from_rest})
    await database.compare(club, from_rest)
    return await asyncio.to_thread(_found, {id_: [] for id_ in from_rest}, from_rest, known, database, now)


def _come_since(
    club: ClubContext, products: Sequence[Product], now: dt.datetime
) -> tuple[Mapping[int, Product], Mapping[int, Product]]:
    """Those of these products that sell seats of which the catalogue knows nothing: it lacks them, or all that it has
    of them is over, and they have got a later date since. And what it has of any of them.
    """
    selling = {product.id: product for product in products if sells_seats(product)}
    try:
        known = {product.id: product for product in club.cache.products(selling.keys())} if selling else {}
        again = _on_sale_again(club, selling, known, now)
    except CacheError as app_error:  # it takes nothing from what was read just now
        log("what came since the last refresh is not known", error=app_error)
        return {}, {}
    return {id_: product for id_, product in selling.items() if id_ in again or id_ not in known}, known


def _on_sale_again(
    club: ClubContext, from_rest: Mapping[int, Product], known: Mapping[int, Product], now: dt.datetime
) -> Collection[int]:
    """Those of the known products of which all that the catalogue has is over, and something that REST tells is not."""
    # One that is told as it was known has no other dates: a shop of years keeps hundreds that are over.
    changed = [from_rest[id_] for id_ in known if from_rest[id_] != known[id_]]
    if not changed:
        return ()
    current, site = _sold_by_now(club, now), site_in_zone(club.settings, club.cache.site())
    return {x.id for x in changed if x.id not in current and _has_dates_to_come(x, site, now)}


def _sold_by_now(club: ClubContext, now: dt.datetime) -> Collection[int]:
    """The products of which the catalogue knows dates to come."""
    of_shop = (parse_listing_id(listing.id) for listing in current_listings(club, now, Platform.WOOCOMMERCE))
    return {each.product for each in of_shop if not isinstance(each, TicketClassId)}


def _has_dates_to_come(product: Product, site: Site | None, now: dt.datetime) -> bool:
    """Whether something of a product is not over, as REST tells it."""
    return any(Flag.PAST not in listing.flags for listing in product_listings(product, site, now, None).listings)


def _found(
    wanted: Mapping[int, list[str]],
    from_rest: Mapping[int, Product | Unread],
    known: Mapping[int, Product],
    database: _Database,
    now: dt.datetime,
) -> dict[str, Listing | str]:
    found: dict[str, Listing | str] = {}
    for id_, answer in from_rest.items():
        before = known.get(id_)
        product = _understood(answer, before, database)
        if isinstance(product, Unread):
            found |= dict.fromkeys(wanted[id_], product.reason)
            found |= {listing.id: listing for listing in _of_unread(before, product, database, now)}
            continue
        found |= {each: _not_in(product, each, database) for each in wanted[id_]}
        made = database.listings(product, before, now)
        found |= {each: failure.reason for failure in made.failed for each in wanted[id_]}
        found |= {listing.id: listing for listing in made.listings}
    return found


def _not_in(product: Product, listing_id: str, database: _Database) -> str:
    """Why a product that was read has no such listing. Of places of none of its variations the database alone tells."""
    if not product.meta:
        return f"could not be read: {NO_META}"
    of_none = database.snapshot is None and product.variations and listing_id == str(ProductId(product.id))
    return database.why if of_none else NOT_IN_PRODUCT


def _understood(answer: Product | Unread, before: Product | None, database: _Database) -> Product | Unread:
    """The product as it is now. One that was an event, and comes without any event data, was not read; one that a list
    lacks is what the database has, for a cache may have given an old list.
    """
    if isinstance(answer, Unread):
        unlisted = before if answer.reason == NOT_IN_LIST else None
        return (unlisted and still_stored(unlisted, database.snapshot)) or answer
    product = database.present(answer)
    if not product.meta and before is not None and before.meta:
        return Unread(f"could not be read: {NO_META}", alone=True)
    return product


def _of_unread(before: Product | None, product: Unread, database: _Database, now: dt.datetime) -> Sequence[Listing]:
    """What was known of a product that could not be read: itself lost, or as its silent shop left it."""
    if before is None:
        return ()
    if product.alone:
        lost = PRODUCT_GONE if _is_known_to_be_gone(before, product) else _way_out(product.reason)
        return database.listings(replace(before, lost=lost), before, now).listings
    return _unread(before, product.reason, database, now)


def _is_known_to_be_gone(before: Product, product: Unread) -> bool:
    """Whether a refresh has found out already that the shop has it no more: no other one will find anything else."""
    return before.lost == PRODUCT_GONE and product.reason in (GONE, NOT_IN_LIST)


def _way_out(reason: str) -> str:
    """What happened to a product that cannot be read, and what to do."""
    return reason if "refresh" in reason else f"{reason}; {MEND}"


def _unread(before: Product, reason: str, database: _Database, now: dt.datetime) -> list[Listing]:
    """What is known of a product while its shop is silent: the places taken, by the database."""
    return [as_unread(listing, reason) for listing in database.listings(before, before, now).listings]


async def _told(
    club: ClubContext, wanted: Mapping[int, list[str]], step: Callable[[int], None], others: list[Product]
) -> Mapping[int, Product | Unread]:
    """What REST says of these products. What it lists besides goes to the `others`."""
    assert club.woocommerce is not None  # noqa: S101 - the caller looked
    if len(wanted) <= FEW_PRODUCTS:
        return await _told_one_by_one(club, wanted, step)
    answer = await tried("woocommerce", club.woocommerce.products())
    step(len(wanted))
    if isinstance(answer, Unread):
        return dict.fromkeys(wanted, Unread(answer.reason))  # it is the list that cannot be read, and no product
    products, broken = answer
    others += [product for product in products if product.id not in wanted]
    failed = {failure.id: failure for failure in broken}
    found = _in_list(products, failed, wanted)
    missing = [id_ for id_ in wanted if id_ not in found]
    if len(missing) <= FEW_PRODUCTS:  # that a list leaves something out does not say that it is gone
        return found | await _told_one_by_one(club, missing, lambda _: None)
    return found | dict.fromkeys(missing, _not_in_list(failed))


def _not_in_list(failed: Mapping[str, Failure]) -> Unread:
    """Why a product is not among those that came: of a list that came short nobody knows whether it is gone."""
    short = failed.get(Platform.WOOCOMMERCE.value)
    return Unread(NOT_IN_LIST, alone=True) if short is None else Unread(short.reason)


def _in_list(
    products: Sequence[Product], failed: Mapping[str, Failure], wanted: Collection[int]
) -> dict[int, Product | Unread]:
    """Those of the wanted products that the shop's list has, or the reason why one of them could not be read."""
    why = {id_: failed[f"wc:{id_}"] for id_ in wanted if f"wc:{id_}" in failed}
    found: dict[int, Product | Unread] = {
        id_: Unread(failure.reason, alone=not isinstance(failure, Unanswered)) for id_, failure in why.items()
    }
    return found | {product.id: product for product in products if product.id in wanted}


async def _told_one_by_one(
    club: ClubContext, wanted: Collection[int], step: Callable[[int], None]
) -> dict[int, Product | Unread]:
    assert club.woocommerce is not None  # noqa: S101 - the caller looked
    answers = await asyncio.gather(*(tried_one(f"wc:{id_}", club.woocommerce.product(id_)) for id_ in wanted))
    step(len(wanted))
    return dict(zip(wanted, answers, strict=True))


@dataclass(slots=True)
class _Database:
    """What the WordPress database says, asked beside the shop; `why` it says nothing when it does not."""

    site: Site | None
    snapshot: Snapshot | None = None
    why: str = "database: not configured"
    stale: Collection[int] = ()
    disputed: Collection[int] = ()
    asked_at_all: bool = True

    @classmethod
    async def asked(cls, club: ClubContext, wanted: Collection[int], known: Mapping[int, Product]) -> _Database:
        """Read these products and count their places, those of dates that are known of before included.

        What the site says of itself decides what is sold, and when: it is not taken from the last refresh where the
        database tells.
        """
        database = cls(site_in_zone(club.settings, await asyncio.to_thread(club.cache.site)))
        if club.wordpress is None:
            database.asked_at_all = False
            return database
        cells = await asyncio.to_thread(known_cells, known.values())
        reader = club.live_counts if club.live_counts and len(wanted) > FEW_PRODUCTS else club.wordpress
        answer, site = await asyncio.gather(
            tried("database", reader.snapshot(wanted, cells)),
            tried("database", club.wordpress.site(within=SITE_SECONDS)),
        )
        if isinstance(site, Site):
            database.site = site_in_zone(club.settings, site)
        if isinstance(answer, Unread):
            database.why = f"database: {answer.reason}"
        else:
            database.snapshot = answer
            if database.site is not None and answer.none_at is not None:
                database.site = replace(database.site, none_at=answer.none_at)
        return database

    async def compare(self, club: ClubContext, from_rest: Mapping[int, Product | Unread]) -> None:
        """Find out which of REST's answers are older than the rows, and of which it may be the other way round."""
        if self.snapshot is not None:
            products = {id_: answer for id_, answer in from_rest.items() if isinstance(answer, Product)}
            self.stale = await stale_answers(club, products, self.snapshot)
            self.disputed = disputed(self.stale, products, self.snapshot)

    @property
    def counts(self) -> Counts | None:
        """The places taken; None when the database is silent."""
        return self.snapshot.counts if self.snapshot else None

    def row(self, product_id: int) -> StoredProduct | None:
        """The product as the database has it; None where it has none such, or told nothing."""
        return self.snapshot.products.get(product_id) if self.snapshot else None

    def present(self, from_rest: Product) -> Product:
        """The product as it is now: as stored, where the database tells. One that it lacks is lost."""
        return as_stored(from_rest, self.snapshot)

    def listings(self, product: Product, before: Product | None, now: dt.datetime) -> Listings:
        """The listings of the product, and of what is lost of it."""
        row, counts = self.row(product.id), self.counts
        if product.lost is None:
            product = with_lost(product, before, count_of(product.id, self.snapshot, asked=self.asked_at_all))
        origin = Origin.REST if row is None else Origin.DATABASE
        made = product_listings(product, self.site, now, counts, self.why, origin=origin)
        seen = as_seen(made.listings, product.id, self.snapshot, self.stale, self.disputed)
        return replace(made, listings=seen)
