"""Reads what a period brought: the club's own shop in one statement, Eventbrite's sales report event by event."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from brcc_tui.logs import operation
from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.money.amounts import NOTHING, shared
from brcc_tui.model.money.eventbrite import SalesReport
from brcc_tui.model.money.report import Figures, Report, ShowFigures, added_up, series_of
from brcc_tui.model.money.shares import ENDED, Part, parts
from brcc_tui.model.quantity import is_known
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.shows import programme, site_zone
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.club import Club, import_clients
from brcc_tui.operations.money.places import events_of, listings_of, only_cells, whole_products
from brcc_tui.operations.money.refunds import NO_DATABASE, NO_EVENTBRITE

Progress = Callable[[str], None]

FINAL_AFTER: Final = dt.timedelta(days=14)
"""So long after its end an event's figures are taken for its last: a refund that comes later is not seen."""

SHOW_LASTS: Final = dt.timedelta(hours=6)
"""After so long a show is over whose end no shop tells."""

_AT_ONCE: Final = 4
"""Questions to Eventbrite side by side."""

_NO_SALES: Final = SalesReport("", NOTHING, NOTHING, NOTHING, 0)
"""Of an event that has sold nothing."""

NO_PAYMENT_FEES: Final = "the shop's orders do not tell what the payment provider keeps"


class BadPeriod(AppError):
    """The period ends before it begins."""


async def read_report(club: Club, first: dt.date, last: dt.date, progress: Progress = lambda words: None) -> Report:
    """The figures of every show that starts from the first day to the last, by the club's calendar.

    Raises `BadPeriod`. A shop that cannot be asked leaves its figures unknown, with the reason, and is in `failed`.
    """
    if last < first:
        raise BadPeriod("the period ends before it begins", subject=f"{first} to {last}")
    with operation("report"):
        await import_clients()
        reading = _Reading(club, first, last, progress)
        await reading.read()
        return await asyncio.to_thread(reading.report)


def period(club: Club, first: dt.date | None, last: dt.date | None) -> tuple[dt.date, dt.date]:
    """The days meant: up to today, from the first of the month, where nothing else was said."""
    zone = site_zone(club, ())
    today = club.clock.now().astimezone(zone).date()
    last = last or max(today, first or today)
    return first or last.replace(day=1), last


@dataclass(slots=True)
class _Reading:
    """What is gathered for one report."""

    club: Club
    first: dt.date
    last: dt.date
    progress: Progress
    shows: tuple[Show, ...] = ()
    series: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    zone: dt.tzinfo = dt.UTC
    sales: dict[str, SalesReport | str] = field(default_factory=dict)
    by_listing: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    elsewhere: list[Part] = field(default_factory=list)
    failed: dict[Platform, str] = field(default_factory=dict)
    oldest_event: dt.date | None = None

    async def read(self) -> None:
        await asyncio.to_thread(self._find_shows)
        await self._read_anew()
        await asyncio.gather(self._read_orders(), self._read_sales())

    def _find_shows(self) -> None:
        listings = self.club.cache.listings()
        every = programme(self.club, listings).shows
        self.zone = site_zone(self.club, listings)
        self.known = frozenset(listing.id for listing in listings)
        self.shows = tuple(show for show in every if self.first <= show.starts_at.date() <= self.last)
        self.series = series_of(every)
        days = [x.date for x in listings if x.platform is Platform.EVENTBRITE and x.date is not None]
        self.oldest_event = min(days, default=None)

    async def _read_anew(self) -> None:
        """What Eventbrite has sold of shows that the catalogue saw last before they were over."""
        now = self.club.clock.now()
        stale = [
            listing.id
            for show in self.shows
            for listing in show.listings
            if listing.platform is Platform.EVENTBRITE and _may_have_sold_since(listing, now)
        ]
        if stale and self.club.eventbrite is not None:
            self.progress("reading what Eventbrite has sold")
            await read_live(self.club, stale)
            await asyncio.to_thread(self._find_shows)

    async def _read_orders(self) -> None:
        listings = [x for show in self.shows for x in show.listings if x.platform is Platform.WOOCOMMERCE]
        if self.club.wordpress is None:
            if listings:
                self.failed[Platform.WOOCOMMERCE] = NO_DATABASE
            return
        self.progress("reading the shop's orders")
        products = await asyncio.to_thread(whole_products, self.club, listings)
        wanted = only_cells(products, [listing.id for listing in listings])
        answer = await tried("orders of a period", self.club.wordpress.orders(wanted, between=self._local_seconds()))
        if isinstance(answer, Unread):
            self.failed[Platform.WOOCOMMERCE] = answer.reason
            return
        found = await asyncio.to_thread(lambda: [part for order in answer.records for part in parts(order, products)])
        mine = {listing.id for listing in listings}
        for part in found:
            named = listings_of(part)
            place = next((listing for listing in named if listing in mine), None)
            if place is not None:
                self.by_listing[place].append(part)
            elif named and self.known.isdisjoint(named) and self._is_within(part):
                self.elsewhere.append(part)

    def _local_seconds(self) -> tuple[int, int]:
        """The period as FooEvents dates tickets: the local time of the show, read as if it were UTC."""
        begin = dt.datetime.combine(self.first, dt.time(), dt.UTC)
        end = dt.datetime.combine(self.last, dt.time(), dt.UTC) + dt.timedelta(days=1)
        return int(begin.timestamp()), int(end.timestamp()) - 1

    def _is_within(self, part: Part) -> bool:
        begin, end = self._local_seconds()
        return any(begin <= part.order.starts.get(ticket, -1) <= end for ticket in part.tickets)

    async def _read_sales(self) -> None:
        listings = [listing for show in self.shows for listing in show.listings]
        events = events_of(listings)
        if self.club.eventbrite is None:
            if events:
                self.failed[Platform.EVENTBRITE] = NO_EVENTBRITE
            return
        now, ends = self.club.clock.now(), _ends(listings)
        if self.club.sales is not None:
            kept = await asyncio.to_thread(self.club.sales.reports, list(events))
            self.sales |= {x: report for x, (report, at) in kept.items() if at >= ends.get(x, now) + FINAL_AFTER}
        wanted = [event for event in events if event not in self.sales]
        self.sales |= dict.fromkeys(await asyncio.to_thread(self._unsold, wanted), _NO_SALES)
        await self._ask([event for event in wanted if event not in self.sales])

    def _unsold(self, events: Collection[str]) -> list[str]:
        """Those of which nothing was ever sold, of any class: there is nothing to ask for."""
        sold: dict[str, bool] = defaultdict(bool)
        for listing in self.club.cache.listings(platform=Platform.EVENTBRITE):
            event = listing.id.split(":")[1]
            sold[event] |= listing.reading.sold != 0
        return [event for event in events if event in sold and not sold[event]]

    async def _ask(self, events: Sequence[str]) -> None:
        eventbrite = self.club.eventbrite
        if eventbrite is None:
            return
        done, gate, fresh = 0, asyncio.Semaphore(_AT_ONCE), dict[str, SalesReport]()

        async def ask(event: str) -> None:
            nonlocal done
            async with gate:
                if Platform.EVENTBRITE in self.failed:  # refused, or the hour's calls are used up: so would this be
                    self.sales[event] = self.failed[Platform.EVENTBRITE]
                    return
                answer = await tried(f"sales of eb:{event}", eventbrite.sales_report(event, background=True))
            done += 1
            self.progress(f"Eventbrite's sales: {done} of {len(events)} events")
            if isinstance(answer, Unread):
                self.sales[event] = answer.reason
                if not answer.alone:
                    self.failed.setdefault(Platform.EVENTBRITE, answer.reason)
            else:
                self.sales[event] = fresh[event] = answer

        await asyncio.gather(*(ask(event) for event in events))
        if self.club.sales is not None:
            await asyncio.to_thread(self.club.sales.keep, fresh, self.club.clock.now())

    # What it comes to

    def report(self) -> Report:
        sold_of = {event: self._shares(event) for event in events_of(x for show in self.shows for x in show.listings)}
        figures = tuple(self._figures(show, sold_of) for show in self.shows)
        left_out = {part.order.id for found in self.by_listing.values() for part in found if part.unknown == ENDED}
        return Report(
            first=self.first,
            last=self.last,
            read_at=self.club.clock.now(),
            shows=figures,
            outside=_of_orders(self.elsewhere) if self.elsewhere else None,
            notes=tuple(self._notes(len(left_out))),
            failed=self.failed,
        )

    def _notes(self, left_out: int) -> Iterable[str]:
        if left_out:
            yield (
                f"{left_out} order{'s' if left_out > 1 else ''} of the shop ended after payment without a refund there"
                " (cancelled, trash): left out, as WooCommerce's own reports do"
            )
        if self.elsewhere:
            seats = sum(part.sold for part in self.elsewhere)
            yield f"{seats} seats were sold by the shop for dates that it no longer lists: they are in no show above"
        if self.oldest_event is not None and self.first < self.oldest_event:
            yield f"the oldest event of Eventbrite that is known here is of {self.oldest_event}"

    def _figures(self, show: Show, sold_of: Mapping[str, Mapping[str, Figures]]) -> ShowFigures:
        shops: dict[Platform, Figures] = {}
        for shop in Platform:
            mine = [listing for listing in show.listings if listing.platform is shop]
            if mine and shop is Platform.WOOCOMMERCE:
                shops[shop] = self._of_shop(mine)
            elif mine:
                events = events_of(mine)
                shops[shop] = _together([sold_of[event].get(show.id, Figures()) for event in events])
        return ShowFigures(
            show_id=show.id,
            title=show.title,
            starts_at=show.starts_at,
            capacity=show.room.seats,
            house_seats=show.held_back,
            series=self.series.get(show.id, ""),
            shops=shops,
        )

    def _of_shop(self, listings: Sequence[Listing]) -> Figures:
        if Platform.WOOCOMMERCE in self.failed:
            return Figures.not_known(self.failed[Platform.WOOCOMMERCE])
        return _of_orders([part for listing in listings for part in self.by_listing.get(listing.id, ())])

    def _shares(self, event: str) -> Mapping[str, Figures]:
        """An event's figures by show: nearly always of one, else by the seats that each of them has sold of it."""
        sold: dict[str, int | None] = {}
        unknown = ""
        for show in self.shows:
            mine = [x.reading.sold for x in show.listings if x.id.startswith(f"eb:{event}:")]
            if mine:
                numbers = [number for number in mine if is_known(number)]
                sold[show.id] = sum(numbers) if len(numbers) == len(mine) else None
                unknown = next((str(getattr(x, "reason", "")) for x in mine if not is_known(x)), unknown)
        told = self.sales.get(event, self.failed.get(Platform.EVENTBRITE, "it was not asked"))
        return _split(told, sold, unknown or "Eventbrite does not tell what is sold")


def _split(told: SalesReport | str, sold: Mapping[str, int | None], unknown: str) -> Mapping[str, Figures]:
    """A report shared among shows by what they have sold."""
    found = {}
    weights = [number or 0 for number in sold.values()]
    amounts: dict[str, list[Decimal | None]] = {}
    for name in ("gross", "net", "fees"):
        amount = None if isinstance(told, str) else getattr(told, name)
        amounts[name] = [None] * len(weights) if amount is None else list(shared(amount, weights))
    for n, (show, number) in enumerate(sold.items()):
        why = told if isinstance(told, str) else "Eventbrite's sales report does not tell it"
        reasons = {name: why for name, parts_of in amounts.items() if parts_of[n] is None}
        if number is None:
            reasons["sold"] = unknown
        currency = "" if isinstance(told, str) else told.currency
        found[show] = Figures(number, amounts["gross"][n], amounts["net"][n], amounts["fees"][n], currency, reasons)
    return found


def _of_orders(several: Sequence[Part]) -> Figures:
    """Parts of orders added up; those of which WooCommerce's own reports know nothing are left out."""
    counted = [part for part in several if part.unknown != ENDED]
    reason = next((part.unknown for part in counted if part.amount is None), "")
    gross = None if reason else sum((part.amount for part in counted if part.amount is not None), NOTHING)
    tax = sum((part.tax_left for part in counted if part.tax_left is not None), NOTHING)
    unknown = dict.fromkeys(("gross", "net"), reason) if reason else {}
    nothing = gross == 0 and not any(part.paid for part in counted)
    if not nothing:
        unknown["fees"] = NO_PAYMENT_FEES
    return Figures(
        sold=sum(part.sold for part in several),
        gross=gross,
        net=None if gross is None else gross - tax,
        fees=NOTHING if nothing else None,
        currency=next((part.order.currency for part in counted if part.order.currency and part.paid), ""),
        unknown=unknown,
    )


def _together(several: Sequence[Figures]) -> Figures:
    return several[0] if len(several) == 1 else added_up(several, lambda reasons: next(iter(reasons)))


def _ends(listings: Iterable[Listing]) -> Mapping[str, dt.datetime]:
    """When each Eventbrite event is over."""
    return {
        listing.id.split(":")[1]: listing.ends_at or listing.starts_at + SHOW_LASTS
        for listing in listings
        if listing.platform is Platform.EVENTBRITE and listing.starts_at is not None
    }


def _may_have_sold_since(listing: Listing, now: dt.datetime) -> bool:
    """Whether it may have sold, or given back, since its number was read."""
    start, read_at = listing.starts_at, listing.reading.read_at
    if read_at is None or not is_known(listing.reading.sold):
        return True
    end = (listing.ends_at or start + SHOW_LASTS) if start is not None else now
    return read_at < min(end, now)
