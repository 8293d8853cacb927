"""Reads a period's figures: the club's own shop in one statement, Eventbrite's sales report event by event."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from brcc_tui.logs import operation
from brcc_tui.model.app_error import AppError
from brcc_tui.model.counts import ProductCells
from brcc_tui.model.dates import day_and_time
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing import SHOP_NAMES, Listing, Platform
from brcc_tui.model.listing_id import is_on_eventbrite, parent_number
from brcc_tui.model.money.figures import figures_together, of_orders
from brcc_tui.model.money.records import OrderRecord
from brcc_tui.model.money.report import Figures, Report, ShowFigures, series_of
from brcc_tui.model.money.shares import ENDED_UNREFUNDED, Part, parts
from brcc_tui.model.quantity import is_known
from brcc_tui.model.shows.grouping import sells_same_seats, summed_again
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.shows import programme, site_zone
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.catalogue.unlisted import listed_at, lists_that_failed, never_listed, unread_parts
from brcc_tui.operations.context import ClubContext, import_clients
from brcc_tui.operations.garbage import no_full_collection
from brcc_tui.operations.money.event_sales import SHOW_LASTS, EventSales
from brcc_tui.operations.money.past import NO_PAST, Past, read_past
from brcc_tui.operations.money.places import candidate_listings, classes_by_event, only_cells, whole_products
from brcc_tui.operations.money.refunds import NO_DATABASE

ReportProgress = Callable[[str], None]

_CALENDAR: Final = dt.date(1970, 1, 2), dt.date(9000, 1, 1)
"""Days that every zone and both shops can tell."""


class BadPeriod(AppError):
    """The period ends before it begins, or lies beyond every calendar."""


class NoCatalogue(AppError):
    """Nothing was read of any shop yet, so that nobody knows which shows there were."""


async def read_report(
    club: ClubContext, first: dt.date, last: dt.date, progress: ReportProgress = lambda words: None
) -> Report:
    """The figures of every show that starts from the first day to the last, by the club's calendar.

    Raises `BadPeriod` and `NoCatalogue`. A shop that cannot be asked leaves its figures unknown, with the reason, and
    is in `failed`.
    """
    if last < first:
        raise BadPeriod("the period ends before it begins", subject=f"{first} to {last}")
    if not _CALENDAR[0] <= first <= last <= _CALENDAR[1]:
        years = f"{_CALENDAR[0].year} to {_CALENDAR[1].year}"
        raise BadPeriod(f"a period lies within the years {years}", subject=f"{first} to {last}")
    if await asyncio.to_thread(club.cache.read_at) is None:
        raise NoCatalogue("there is no catalogue yet", next_step="brcc-tui refresh reads it, or R on the screens")
    with operation("report"), no_full_collection():
        await import_clients()
        reading = _Reading(club, first, last, progress, club.clock.now())
        await reading.read()
        return await asyncio.to_thread(reading.report)


def period(club: ClubContext, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date]:
    """The days meant: up to today, from the first of the month, where nothing else was said."""
    zone = site_zone(club, club.cache.listings())
    today = club.clock.now().astimezone(zone).date()
    last = last or max(today, first or today)
    return first or last.replace(day=1), last


@dataclass(slots=True)
class _Reading:
    """What is gathered for one report."""

    club: ClubContext
    first: dt.date
    last: dt.date
    progress: ReportProgress
    began: dt.datetime
    listings: tuple[Listing, ...] = ()
    every: tuple[Show, ...] = ()
    shows: tuple[Show, ...] = ()
    past: Past = NO_PAST
    unlisted: Mapping[Platform, str] = field(default_factory=dict)
    unread: dict[Platform, str] = field(default_factory=dict)
    nightless: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    series: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    eventbrite: EventSales | None = None
    by_listing: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    elsewhere: list[Part] = field(default_factory=list)
    failed: dict[Platform, str] = field(default_factory=dict)

    async def read(self) -> None:
        known = await asyncio.to_thread(self.club.cache.listings)
        self.past = await read_past(self.club, (self.first, self.last), known, self.progress)
        await asyncio.to_thread(self._find_shows, known)
        await self._read_anew()
        days = self.first, self.last
        self.eventbrite = EventSales(self.club, days, self.shows, self.every, self.listings, self.progress)
        await asyncio.gather(self._read_orders(), self.eventbrite.read())
        if self.eventbrite.failed:
            self.failed[Platform.EVENTBRITE] = self.eventbrite.failed
        self._note_unread()

    def _find_shows(self, known: Sequence[Listing]) -> None:
        self.listings = (*known, *self.past.listings)
        self.every = programme(self.club, self.listings).shows
        self.known = frozenset(listing.id for listing in self.listings)
        self.unlisted = never_listed(self.club)
        self.shows = tuple(show for show in self.every if self.first <= show.starts_at.date() <= self.last)
        self.series = series_of(self.every)

    def _note_unread(self) -> None:
        """Shops of which not every show of the period is known: an old time, or a list that never came."""
        of_these_days = (shop for shop in self.unlisted if not self._is_before_lists(shop, self.last))
        self.unread |= {shop: self.unlisted[shop] for shop in of_these_days}
        if self.past.unread:
            self.unread.setdefault(Platform.EVENTBRITE, f"before {self.past.begins}: {self.past.unread}")
        for shop, reason in lists_that_failed(self.club, past=True):
            if shop not in self.unlisted:
                self.notes.append(f"since the last refresh the list of shows may be old or short: {reason}")
        if unread := unread_parts(self.club):
            self.notes.append(f"what could not be read may have sold these days, and is in no show above: {unread}")
        if since := self._why_not_new():
            self.notes.append(f"{since}: what was put on sale since is in no show above. Refresh first if anything was")
        for shop, reason in self.unread.items():
            self.failed.setdefault(shop, reason)

    def _why_not_new(self) -> str:
        """When the shops' lists were read, where more may have come since for these days; else empty."""
        zone, listed = site_zone(self.club, self.listings), listed_at(self.club)
        if listed is None or listed > self.began:  # the clock was set back since
            return "it is unknown when the shops' lists were last read"
        listed_here = listed.astimezone(zone)
        over = min(self.last, self.began.astimezone(zone).date())
        return f"events and products are as listed {day_and_time(listed_here)}" if listed_here.date() < over else ""

    async def _read_anew(self) -> None:
        """What Eventbrite has sold of shows that the catalogue saw last before they were over."""
        now = self.club.clock.now()
        stale = [listing.id for listing in self._listings_on(Platform.EVENTBRITE) if _may_have_sold_since(listing, now)]
        if stale and self.club.eventbrite is not None:
            self.progress("reading what Eventbrite has sold")
            events = set(map(parent_number, stale))
            # With what is no seat: an event of which no class has sold anything is not asked for its money.
            whole = [x.id for x in self.listings if is_on_eventbrite(x.id) and parent_number(x.id) in events]
            read = {listing.id: listing for listing in await read_live(self.club, whole)}
            await asyncio.to_thread(self._put_in, read)

    def _put_in(self, read: Mapping[str, Listing]) -> None:
        new = [listing for name, listing in read.items() if name not in self.known]
        stays = not new and all(sells_same_seats(x, read[x.id]) for x in self.listings if x.id in read)
        self.listings = (*(read.get(listing.id, listing) for listing in self.listings), *new)
        self.every = _summed_again(self.every, read) if stays else programme(self.club, self.listings).shows
        self.shows = tuple(show for show in self.every if self.first <= show.starts_at.date() <= self.last)
        self.series = series_of(self.every)

    def _listings_on(self, shop: Platform) -> list[Listing]:
        return [listing for show in self.shows for listing in show.listings if listing.platform is shop]

    async def _read_orders(self) -> None:
        listings = self._listings_on(Platform.WOOCOMMERCE)
        if self.club.wordpress is None:
            if listings or self.club.woocommerce is not None:
                self.failed[Platform.WOOCOMMERCE] = NO_DATABASE
            return
        self.progress("reading the shop's orders")
        products = await asyncio.to_thread(whole_products, self.club, listings)
        wanted = only_cells(products, [listing.id for listing in listings])
        answer = await tried("orders of a period", self.club.wordpress.orders(wanted, between=self._local_seconds()))
        if isinstance(answer, Unread):
            self.failed[Platform.WOOCOMMERCE] = answer.reason
            return
        self.notes += [f"the shop: {words}" for words in (*answer.left_out, *answer.late)]
        mine = {listing.id for listing in listings}
        for part in await asyncio.to_thread(_parts_of_each, answer.records, products, answer.by_id):
            self._sort_in(part, mine, products.keys())

    def _sort_in(self, part: Part, mine: Collection[str], products: Collection[int]) -> None:
        """To its listing; or, where it names none of the period, to what is told beside the shows."""
        named = candidate_listings(part)
        place = next((listing for listing in named if listing in mine), None)
        if place is not None:
            self.by_listing[place].append(part)
        elif named and self.known.isdisjoint(named) and self._is_within(part):
            self.elsewhere.append(part)
        elif not named and _is_money(part) and part.product_id in products:
            self.nightless.append(part)

    def _local_seconds(self) -> tuple[int, int]:
        """The period as FooEvents dates tickets: the local time of the show, read as if it were UTC."""
        begin = dt.datetime.combine(self.first, dt.time(), dt.UTC)
        end = dt.datetime.combine(self.last, dt.time(), dt.UTC) + dt.timedelta(days=1)
        return int(begin.timestamp()), int(end.timestamp()) - 1

    def _is_within(self, part: Part) -> bool:
        begin, end = self._local_seconds()
        return any(begin <= part.order.starts.get(ticket, -1) <= end for ticket in part.tickets)

    # What it comes to

    def report(self) -> Report:
        sold_of = self.eventbrite.by_show() if self.eventbrite else {}
        figures = tuple(self._figures(show, sold_of) for show in self.shows)
        left_out = {
            part.order.id for found in self.by_listing.values() for part in found if part.unknown == ENDED_UNREFUNDED
        }
        return Report(
            first=self.first,
            last=self.last,
            read_at=self.began,
            shows=figures,
            outside=of_orders(self.elsewhere) if self.elsewhere else None,
            notes=tuple(self._notes(len(left_out))),
            failed=self.failed,
            unread=self.unread,
            whole_from=self._whole_from(),
        )

    def _notes(self, left_out: int) -> Iterable[str]:
        if left_out:
            yield (
                f"{left_out} order{'s' if left_out > 1 else ''} of the shop ended after payment, not wholly refunded"
                " there (cancelled, trash): left out, as WooCommerce's own reports do"
            )
        if self.elsewhere:
            seats = sum(part.sold for part in self.elsewhere)
            of_gone = so_many(seats, "seat")
            yield f"sold by the shop for dates that it no longer lists, and in no show above: {of_gone}"
        if self.nightless:
            yield _nightless_words(self.nightless)
        yield from self.notes
        yield from self.eventbrite.notes if self.eventbrite else ()
        for shop, reason in self.unread.items():
            yield f"{SHOP_NAMES[shop]}: not every show of these days is known here: {reason}"

    def _figures(self, show: Show, sold_of: Mapping[str, Mapping[str, Figures]]) -> ShowFigures:
        shops: dict[Platform, Figures] = {}
        for shop in Platform:
            mine = [listing for listing in show.listings if listing.platform is shop]
            if mine and shop is Platform.WOOCOMMERCE:
                shops[shop] = self._of_shop(mine)
            elif mine:
                events = classes_by_event(mine)
                shops[shop] = figures_together([sold_of[event].get(show.id, Figures()) for event in events])
            elif reason := self._why_unknown(shop, show):
                shops[shop] = Figures.not_known(reason)
        return ShowFigures(
            show_id=show.id,
            title=show.title,
            starts_at=show.starts_at,
            capacity=show.room.seats,
            house_seats=show.held_back,
            series=self.series.get(show.id, ""),
            shops=shops,
        )

    def _why_unknown(self, shop: Platform, show: Show) -> str:
        """Why a shop may have sold seats of a show that nobody could read; empty where it sold none."""
        day, begins = show.starts_at.date(), self.past.begins
        if shop is Platform.EVENTBRITE and self.past.unread and begins is not None and day <= begins:
            return self.past.unread
        return "" if self._is_before_lists(shop, day) else self.unlisted.get(shop, "")

    def _whole_from(self) -> dt.date | None:
        begins = self.past.begins
        return begins + dt.timedelta(days=1) if begins is not None and not self.unlisted else None

    def _is_before_lists(self, shop: Platform, day: dt.date) -> bool:
        """Whether a day is before those that a refresh lists, so that it was read for this report by itself.

        A show that still goes on is none of what is over at Eventbrite: the list of that does not have it.
        """
        begins, over = self.past.begins, self.began - SHOW_LASTS
        if shop is not Platform.EVENTBRITE or begins is None:
            return False
        return day < min(begins, over.astimezone(site_zone(self.club, self.listings)).date())

    def _of_shop(self, listings: Sequence[Listing]) -> Figures:
        if Platform.WOOCOMMERCE in self.failed:
            return Figures.not_known(self.failed[Platform.WOOCOMMERCE])
        return of_orders([part for listing in listings for part in self.by_listing.get(listing.id, ())])


def _parts_of_each(
    orders: Iterable[OrderRecord], products: Mapping[int, ProductCells], others: Mapping[int, OrderRecord]
) -> list[Part]:
    return [part for order in orders for part in parts(order, products, others)]


def _summed_again(shows: Iterable[Show], read: Mapping[str, Listing]) -> tuple[Show, ...]:
    """The same shows, of which those that something was read of have its numbers."""
    return tuple(summed_again(x, read) if any(y.id in read for y in x.listings) else x for x in shows)


def _is_money(part: Part) -> bool:
    """Whether the club has money of it, or may have: of what nobody can tell the amount, but what reports leave out."""
    return part.amount != 0 and part.unknown != ENDED_UNREFUNDED


def _nightless_words(nightless: Sequence[Part]) -> str:
    """That paid orders name no night, and what they come to."""
    paid_parts = [part for part in nightless if part.amount is not None]
    many, paid = len({part.order.id for part in nightless}), len({part.order.id for part in paid_parts})
    figures = of_orders(paid_parts)
    worth = "unknown amounts" if figures.gross is None or not paid_parts else f"{figures.gross} {figures.currency}"
    more = f" and {many - paid} whose payment is unknown" if many > paid > 0 else ""
    return (
        f"{many} paid order{'s' if many > 1 else ''} of these products, of whatever day, name no"
        f" night ({worth}{more}): they are in no show above"
    )


def _may_have_sold_since(listing: Listing, now: dt.datetime) -> bool:
    """Whether it may have sold, or given back, since its number was read; one that is dated to come tells no time."""
    start, read_at = listing.starts_at, listing.reading.read_at
    if read_at is None or not is_known(listing.reading.sold):
        return True
    end = (listing.ends_at or start + SHOW_LASTS) if start is not None else now
    return read_at > now or read_at < min(end, now)
