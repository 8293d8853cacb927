"""How fast a show sells, compared with earlier shows on the same weekday and hour."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Final, cast

from brcc_tui.model.app_error import AppError
from brcc_tui.model.counts import STOCK
from brcc_tui.model.listing import SHOP_NAMES, Listing, Platform
from brcc_tui.model.listing_id import CellId, ProductId, VariationId, parse_listing_id
from brcc_tui.model.money.eventbrite import BoughtPlace, SalesReport
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.context import ClubContext
from brcc_tui.operations.money.places import classes_by_event, events_of_several, whole_products
from brcc_tui.platforms.wordpress.pace import PlaceOfSale

if TYPE_CHECKING:
    from brcc_tui.platforms.eventbrite.client import Eventbrite

DAYS: Final = 14
ByDay = Mapping[dt.date | None, int]
"""Seats by day; at None those of which it is not known on which day, 0 where it is not known how many these are."""

_OVER: Final = dt.timedelta(days=14)
"""So long after its start nothing of a show's sales changes any more."""

SHOWS_BEFORE: Final = 4
"""Shows of the same weekday, hour and room that a show is compared with."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seats sold of a show, day by day; the last day is today or the day of the show.

    `sold` is in the order of `days`; `usual` is the mean of `compared` earlier shows, each at the same number of days
    before its start. `shops` has the part of each shop that sells the show and gave its sales; `unknown` says which did
    not. For the shops in `at_least` the numbers are minimums, because some sales have no known day. The sales of the
    `silent` ones are unknown.
    """

    days: tuple[dt.date, ...]
    sold: tuple[int, ...]
    usual: tuple[float, ...]
    compared: int
    unknown: str = ""
    shops: Mapping[Platform, tuple[int, ...]] = field(default_factory=dict)
    at_least: frozenset[Platform] = frozenset()
    silent: frozenset[Platform] = frozenset()


@dataclass(frozen=True, slots=True)
class _Sales:
    """What a shop tells of some shows by their ids; of those that it does not tell why not (`unread`)."""

    days: Mapping[str, ByDay]
    unread: Mapping[str, str] = field(default_factory=dict)

    def doubt(self, show: Show) -> str:
        """Why the days of the show are not all known; empty where they are."""
        if show.id in self.unread:
            return self.unread[show.id]
        by_day = self.days.get(show.id, {})
        if None not in by_day:
            return ""
        more = f"at least {by_day[None]} more were sold" if by_day[None] else "others were sold, and how many,"
        return f"on which days {more} is not known"


async def pace(club: ClubContext, show: Show, days: int = DAYS) -> Pace:
    """The recent sales of a show: for the shop from the dates of its tickets, for Eventbrite from its sales report.

    A shop that does not answer is left out of everything, including the earlier shows, and named in `unknown`; an
    earlier show is not compared if one shop's answer about it is incomplete. Raises `AppError` if no shop answers.
    """
    every = programme(club, club.cache.listings()).shows
    earlier = _earlier(show, every)
    sales_by_shop, silent = await _told(club, show, (show, *earlier), every)
    if not sales_by_shop:
        raise AppError(
            f"when seats were sold is not known: {'; '.join(silent.values())}",
            subject=show.id,
            still_works="How many were sold at the last reading is still shown",
        )
    last = min(club.clock.now().astimezone(show.starts_at.tzinfo).date(), show.starts_at.date())
    calendar = [last - dt.timedelta(days=days - 1 - n) for n in range(days)]
    leads = [show.starts_at.date() - day for day in calendar]
    shops = {shop: tuple(_sold(show, leads, sales)) for shop, sales in sales_by_shop.items()}
    doubts = _doubts(earlier, sales_by_shop.values())
    known = [one for one in earlier if one.id not in doubts]
    unsure = {shop: doubt for shop, sales in sales_by_shop.items() if (doubt := sales.doubt(show))}
    return Pace(
        days=tuple(calendar),
        sold=tuple(_added(list(shops.values()))),
        usual=tuple(_usual(known, leads, sales_by_shop.values())),
        compared=len(known),
        unknown="; ".join(_unknown(silent, unsure, doubts)),
        shops=shops,
        at_least=frozenset(unsure),
        silent=frozenset(silent),
    )


def _doubts(shows: Iterable[Show], by_shop: Collection[_Sales]) -> Mapping[str, str]:
    """Why not all days of some of these shows are known, by their ids."""
    return {one.id: doubt for one in shows for sales in by_shop if (doubt := sales.doubt(one))}


def _unknown(
    silent: Mapping[Platform, str], unsure: Mapping[Platform, str], doubts: Mapping[str, str]
) -> Iterable[str]:
    """Of which shop nothing is known, of which not all days, and of how many of the shows before."""
    yield from (f"without {SHOP_NAMES[shop]}: {reason}" for shop, reason in silent.items())
    yield from (f"{SHOP_NAMES[shop]}: {doubt}" for shop, doubt in unsure.items())
    if doubts:
        yield f"compared without {len(doubts)} of the shows before it: {next(iter(doubts.values()))}"


async def _told(
    club: ClubContext, show: Show, shows: Sequence[Show], every: Sequence[Show]
) -> tuple[Mapping[Platform, _Sales], Mapping[Platform, str]]:
    """What each shop that sells the show tells of these shows, and why another one does not."""
    asking = {
        shop: tried(f"pace of {show.id}", ask(club, shows, every))
        for shop, ask in ((Platform.EVENTBRITE, _eventbrite_sales), (Platform.WOOCOMMERCE, _shop_sales))
        if any(listing.platform is shop for listing in show.listings)
    }
    answers = dict(zip(asking, await asyncio.gather(*asking.values()), strict=True))
    silent = {shop: why for shop, answer in answers.items() if (why := _silence(answer, show)) is not None}
    sales = {shop: answer for shop, answer in answers.items() if not isinstance(answer, Unread) and shop not in silent}
    return sales, silent


def _silence(answer: _Sales | Unread, show: Show) -> str | None:
    """Why a shop tells nothing of the show; None where it does."""
    return answer.reason if isinstance(answer, Unread) else answer.unread.get(show.id)


async def _shop_sales(club: ClubContext, shows: Sequence[Show], _: Sequence[Show]) -> _Sales:
    if club.wordpress is None:
        raise AppError(
            "the WordPress database is not configured",
            next_step="fill in WORDPRESS_DB_HOST and the other WORDPRESS_DB_ settings",
        )
    places = {place: show.id for show in shows for place in _places(show.listings)}
    found: dict[str, Counter[dt.date | None]] = defaultdict(Counter)
    listings = [listing for show in shows for listing in show.listings]
    products = await asyncio.to_thread(whole_products, club, listings)
    for place, by_day in (await club.wordpress.sales_by_day(places.keys(), products.values())).items():
        found[places[place]].update(by_day)
    return _Sales(found)


async def _eventbrite_sales(club: ClubContext, shows: Sequence[Show], every: Sequence[Show]) -> _Sales:
    """By day, everything that an event sold: its add-ons and donations too, which its report does not tell apart.

    Of an event that stands for several shows its report does not tell which sold what: its places do.
    """
    eventbrite = club.eventbrite
    if eventbrite is None:
        raise AppError("Eventbrite is not configured", next_step="set PRIVATE_TOKEN")
    of_several = events_of_several(every)
    named = {event: show for show in shows for event in classes_by_event(show.listings)}
    of_one = {event: show for event, show in named.items() if event not in of_several}
    reports = await _reports(club, eventbrite, list(of_one), _long_over(of_one, club.clock.now()))
    found: dict[str, Counter[dt.date | None]] = defaultdict(Counter)
    unread = _add_reports(found, reports, of_one)
    zones = {show.id: show.starts_at.tzinfo for show in shows}
    for event in named.keys() & of_several.keys():
        places = await tried(f"places of eb:{event}", eventbrite.attendees(event))
        if isinstance(places, Unread):
            unread |= dict.fromkeys(of_several[event].values(), places.reason)
        else:
            _add_places(found, places, of_several[event], zones)
    return _Sales(found, unread)


def _add_reports(
    found: Mapping[str, Counter[dt.date | None]],
    reports: Mapping[str, ByDay | Unread],
    shows: Mapping[str, Show],
) -> dict[str, str]:
    """Count what each event sold to its show; why that is not known of others, by their ids."""
    unread: dict[str, str] = {}
    for event, by_day in reports.items():
        if isinstance(by_day, Unread):
            unread[shows[event].id] = by_day.reason
        else:
            found[shows[event].id].update(by_day)
    return unread


def _long_over(shows: Mapping[str, Show], now: dt.datetime) -> Collection[str]:
    """The events, of these by their show, of which nothing is sold any more."""
    return {event for event, show in shows.items() if show.starts_at + _OVER < now}


def _add_places(
    found: Mapping[str, Counter[dt.date | None]],
    places: Iterable[BoughtPlace],
    show_of: Mapping[str, str],
    zones: Mapping[str, dt.tzinfo | None],
) -> None:
    """Count each place of an event of several shows to its show, on the day on which it was bought there, if told.

    One that names no class may be of any of them.
    """
    for place in filter(attrgetter("is_valid"), places):
        show = show_of.get(place.class_id, "")
        if show in zones:
            found[show][place.created.astimezone(zones[show]).date() if place.created else None] += 1
        elif not place.class_id:
            for any_of_them in {*show_of.values()}:
                found[any_of_them][None] += 0


async def _reports(
    club: ClubContext, eventbrite: Eventbrite, events: Sequence[str], over: Collection[str]
) -> Mapping[str, ByDay | Unread]:
    """What each event sold by day. What is `over` sells nothing any more: its report, if it has all days, is kept, and
    asked for once.
    """
    kept = await asyncio.to_thread(club.sales.days, events) if club.sales else {}
    wanted = [event for event in events if event not in kept]
    questions = (
        tried(f"sales by day of eb:{event}", eventbrite.sales_report(event, by_day=True, background=True))
        for event in wanted
    )
    read = dict(zip(wanted, await asyncio.gather(*questions), strict=True))
    if club.sales is not None:
        await asyncio.to_thread(club.sales.keep_days, _whole({event: read[event] for event in over & read.keys()}))
    return {**cast("Mapping[str, ByDay]", kept), **{event: _by_day(answer) for event, answer in read.items()}}


def _whole(reports: Mapping[str, SalesReport | Unread]) -> Mapping[str, Mapping[dt.date, int]]:
    """The days of those of which all are told."""
    return {event: x.days for event, x in reports.items() if isinstance(x, SalesReport) and x.untold == 0}


def _by_day(answer: SalesReport | Unread) -> ByDay | Unread:
    """The days of a report, and what is on none of them."""
    if isinstance(answer, Unread):
        return answer
    days: ByDay = dict(answer.days.items())
    return days if answer.untold == 0 else {**days, None: answer.untold or 0}


def _earlier(show: Show, shows: Iterable[Show]) -> list[Show]:
    """The newest shows before it on the same weekday at the same hour."""
    alike = [
        one
        for one in shows
        if one.starts_at < show.starts_at
        and (one.starts_at.weekday(), one.starts_at.time()) == (show.starts_at.weekday(), show.starts_at.time())
        and one.room.name == show.room.name
    ]
    return sorted(alike, key=lambda one: one.starts_at)[-SHOWS_BEFORE:]


def _places(listings: Iterable[Listing]) -> Iterable[PlaceOfSale]:
    for listing in listings:
        match parse_listing_id(listing.id):
            case CellId(product, slot, date):
                yield product, (slot, date)
            case VariationId(product, variation):
                yield product, variation
            case ProductId(product):
                yield product, STOCK


def _sold(show: Show, leads: Sequence[dt.timedelta], sales: _Sales) -> Sequence[int]:
    """Seats sold so many days before the show."""
    by_day = sales.days.get(show.id, {})
    return [by_day.get(show.starts_at.date() - lead, 0) for lead in leads]


def _added(several: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*several, strict=True)]


def _usual(shows: Sequence[Show], leads: Sequence[dt.timedelta], by_shop: Collection[_Sales]) -> list[float]:
    """What these shows sold on average so many days before each of them; nothing where there are none."""
    several = [_added([_sold(one, leads, sales) for sales in by_shop]) for one in shows]
    return [sum(column) / len(several) for column in zip(*several, strict=True)] if several else [0.0] * len(leads)
