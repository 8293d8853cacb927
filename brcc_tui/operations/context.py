"""What operations work with: the clients and stores of one pair of shops, passed in, never looked up."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from brcc_tui.clock import Clock, SystemClock, use_wall
from brcc_tui.model.listing import Flag, Platform
from brcc_tui.model.shows.ending import as_of, over_before
from brcc_tui.model.zones import zone_of
from brcc_tui.private_files import make_private_folder
from brcc_tui.settings import Settings
from brcc_tui.settings_identity import JOURNAL_FILE
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from brcc_tui.model.catalogue import Site
    from brcc_tui.model.listing import Listing
    from brcc_tui.platforms.eventbrite.client import Eventbrite
    from brcc_tui.platforms.timings import Timings
    from brcc_tui.platforms.woocommerce.client import WooCommerce
    from brcc_tui.platforms.wordpress.database import WordPress
    from brcc_tui.platforms.wordpress.live import LiveCounts
    from brcc_tui.store.journal import Journal
    from brcc_tui.store.locks import LocalLocks
    from brcc_tui.store.sales import SalesFile
    from brcc_tui.store.venue import Venue

_CATALOGUE, _VENUE = "catalogue.sqlite", "house.sqlite"
_DAY = dt.timedelta(days=1)


def _timings() -> Timings:
    from brcc_tui.platforms.timings import Timings

    return Timings()


@dataclass(frozen=True, slots=True)
class ClubContext:
    """The collaborators of every operation. A platform that is None is not configured.

    `timings` are those of all three clients together. `live_counts` counts for views that look again and again.
    `sales` keeps what Eventbrite reported of events that are over. `cached_rest` are products of which the shop's web
    answers were found to be older than its database.
    """

    settings: Settings
    eventbrite: Eventbrite | None
    woocommerce: WooCommerce | None
    wordpress: WordPress | None
    cache: CatalogueCache
    journal: Journal
    venue: Venue
    locks: LocalLocks
    clock: Clock
    timings: Timings = field(default_factory=_timings)
    live_counts: LiveCounts | None = None
    cached_rest: set[int] = field(default_factory=set)
    sales: SalesFile | None = None

    async def close(self) -> None:
        """Give back every connection and file."""
        if self.sales is not None:
            self.sales.close()
        for client in (self.eventbrite, self.woocommerce, self.wordpress):
            if client is not None:
                await client.close()
        for kept in (self.cache, self.journal, self.venue):
            kept.close()


@dataclass(frozen=True, slots=True)
class LocalStores:
    """What is known without a request to a shop: enough for a quick look, and made without importing any client."""

    settings: Settings
    cache: CatalogueCache
    venue: Venue
    clock: Clock

    def close(self) -> None:
        """Close the files."""
        self.cache.close()
        self.venue.close()


def open_local_stores(settings: Settings) -> LocalStores:
    """The stores that a quick look needs."""
    with contextlib.suppress(OSError):  # a folder that cannot be made: the cache's notice tells
        make_private_folder(settings.data_dir)
    cache = CatalogueCache(settings.data_dir / _CATALOGUE)
    return LocalStores(settings, cache, open_venue(settings), clock_of(settings))


def open_venue(settings: Settings) -> Venue:
    """What people said about the venue alone; its file is opened at the first use."""
    from brcc_tui.store.venue import Venue

    return Venue(settings.data_dir / _VENUE, settings.room_seats)


def open_journal(settings: Settings) -> Journal:
    """The journal alone; its file is opened at the first use."""
    from brcc_tui.store.journal import Journal

    return Journal(settings.data_dir / JOURNAL_FILE)


def clock_of(settings: Settings) -> Clock:
    """This computer's clock; the practice club's if the settings point at one."""
    return SystemClock(settings.practice_ahead)


def current_listings(
    club: ClubContext | LocalStores, now: dt.datetime, platform: Platform | None = None
) -> tuple[Listing, ...]:
    """The cached listings from today on, with those that began earlier and whose show may still be running.

    Today is the club's (this computer's if the club's zone is unknown): an Eventbrite event may be stored under another
    date, that of a zone of its own.
    """
    zone = club_zone(club.settings, club.cache)
    today, first = now.astimezone(zone).date(), first_day(club.settings, club.cache, now)

    def counts(listing: Listing) -> bool:
        start, day, is_past = listing.starts_at, listing.date, Flag.PAST in listing.flags
        if day is None:
            return True
        if start is None:
            return day >= first or (Flag.SEVERAL_DAYS in listing.flags and not is_past)
        if listing.platform is Platform.EVENTBRITE:
            day = start.astimezone(zone).date()
        return day >= today or not is_past

    return tuple(filter(counts, as_of(club.cache.listings(first - _DAY, platform), now)))


def first_day(settings: Settings, cache: CatalogueCache, now: dt.datetime) -> dt.date:
    """The club's date of the first shows that may still run: after midnight it is yesterday for some hours."""
    return over_before(now).astimezone(club_zone(settings, cache)).date()


def find_wall(settings: Settings, cache: CatalogueCache) -> None:
    """From now on, shows times in the club's zone: this computer, or a server, may be in another one. Raises
    `CacheError`.
    """
    use_wall(club_zone(settings, cache))


def find_kept_wall(settings: Settings) -> None:
    """The same for a look that needs no catalogue: the kept one is asked, if there is any. What is wrong with it,
    whoever needs it tells.
    """
    with contextlib.suppress(CacheError, OSError):
        if settings.timezone:
            use_wall(zone_of(settings.timezone))
        elif (settings.data_dir / _CATALOGUE).exists():
            with contextlib.closing(CatalogueCache(settings.data_dir / _CATALOGUE)) as kept:
                find_wall(settings, kept)


def club_zone(settings: Settings, cache: CatalogueCache) -> dt.tzinfo | None:
    """The zone of the settings, else the site's, else that of most shows; None if none of them has one.

    Raises `CacheError`.
    """
    return zone_of(settings.timezone) if settings.timezone else cache.zone() or cache.usual_zone()


def site_in_zone(settings: Settings, site: Site | None) -> Site | None:
    """The site with the zone that the settings name, if they name one; that much of a site exists even without a
    database.

    Its own clock is kept separately, because FooEvents ends sales by that one.
    """
    from brcc_tui.model.catalogue import Site

    if not settings.timezone:
        return site
    if site is None:
        return Site("", "", settings.timezone)
    return replace(site, zone=settings.timezone, clock_zone=site.clock_zone or site.zone)


def open_context(settings: Settings, stores: LocalStores | None = None, timings: Timings | None = None) -> ClubContext:
    """Makes the collaborators that the settings require; nothing is connected yet.

    Stores that are already open are handed over to the club, which closes them: each file has one owner in a process.
    `timings` is where the clients record how long they wait, if not in the club's own.
    """
    from brcc_tui.platforms.eventbrite.client import Eventbrite
    from brcc_tui.platforms.timings import Timings
    from brcc_tui.platforms.woocommerce.client import WooCommerce
    from brcc_tui.platforms.wordpress.database import WordPress
    from brcc_tui.store.locks import LocalLocks
    from brcc_tui.store.sales import SalesFile

    clock, stores = clock_of(settings), stores or open_local_stores(settings)
    timings, ca_file = timings or Timings(clock.now), settings.ca_file
    eventbrite, woocommerce, wordpress = None, None, None
    if settings.eventbrite:
        eventbrite = Eventbrite(settings.eventbrite, ca_file=ca_file, timings=timings)
    if settings.woocommerce:
        woocommerce = WooCommerce(settings.woocommerce, ca_file=ca_file, timings=timings)
    if settings.wordpress:
        wordpress = WordPress(settings.wordpress, ca_file=ca_file, timings=timings, now=clock.now)
    return ClubContext(
        settings=settings,
        eventbrite=eventbrite,
        woocommerce=woocommerce,
        wordpress=wordpress,
        cache=stores.cache,
        journal=open_journal(settings),
        venue=stores.venue,
        locks=LocalLocks(settings.data_dir / "locks"),
        clock=clock,
        timings=timings,
        live_counts=wordpress.live_counts() if wordpress else None,
        sales=SalesFile(settings.data_dir / "sales.sqlite"),
    )


async def import_driver() -> None:
    """Imports the database driver first of all, because the database's queries run one after the other."""
    await _import("wordpress.wire")


async def import_clients() -> None:
    """Imports what a first request needs beside the event loop: otherwise every key would wait for it (150 ms)."""
    for module in ("wordpress.wire", "eventbrite.calls", "woocommerce.calls"):
        await _import(module)


async def _import(module: str) -> None:
    from importlib import import_module

    from brcc_tui.platforms.loading import off_the_loop

    await off_the_loop(lambda: import_module(f"brcc_tui.platforms.{module}"))
