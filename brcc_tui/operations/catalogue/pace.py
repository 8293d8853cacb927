"""How fast a show sells, beside the shows before it on the same weekday and hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.counting import STOCK
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import CellId, ProductId, parse_listing_id
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.club import Club
from brcc_tui.platforms.wordpress.pace import PlaceOfSale

DAYS: Final = 14
SHOWS_BEFORE: Final = 4
"""Shows of the same weekday, hour and room that a show is compared with."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seats that the club's own shop sold of a show, day by day, the last day being today or that of the show.

    `sold` is in order of `days`; `usual` is the mean of `compared` shows before it, each so many days before
    its own start. `unknown` says of which listings nobody can tell when they were sold.
    """

    days: tuple[dt.date, ...]
    sold: tuple[int, ...]
    usual: tuple[float, ...]
    compared: int
    unknown: str = ""


async def pace(club: Club, show: Show, days: int = DAYS) -> Pace:
    """The last days' sales of a show, from the dates of its tickets. Raises `AppError` when they cannot be had.

    Eventbrite's part is not in it: without its attendees, who are people, it tells no dates of sales.
    """
    if club.wordpress is None:
        raise AppError(
            "when seats were sold is not known: the WordPress database is not configured",
            subject=show.id,
            still_works="How many are sold is known without it on Eventbrite",
            next_step="set WORDPRESS_DB_HOST and its fellows",
        )
    earlier = _earlier(show, programme(club, club.cache.listings()).shows)
    places = {place for one in (show, *earlier) for place in _places(one.listings)}
    sales = await club.wordpress.sales_by_day(places)
    last = min(club.clock.now().astimezone(show.starts_at.tzinfo).date(), show.starts_at.date())
    calendar = [last - dt.timedelta(days=days - 1 - n) for n in range(days)]
    leads = [show.starts_at.date() - day for day in calendar]
    return Pace(
        days=tuple(calendar),
        sold=tuple(_sold(show, leads, sales)),
        usual=tuple(_mean([_sold(one, leads, sales) for one in earlier], days)),
        compared=len(earlier),
        unknown=_untold(show.listings),
    )


def _earlier(show: Show, shows: Iterable[Show]) -> list[Show]:
    """The newest shows before it on the same weekday at the same hour, which the shop sold too."""
    alike = [
        one
        for one in shows
        if one.starts_at < show.starts_at
        and (one.starts_at.weekday(), one.starts_at.time()) == (show.starts_at.weekday(), show.starts_at.time())
        and one.room.name == show.room.name
        and any(_places(one.listings))
    ]
    return sorted(alike, key=lambda one: one.starts_at)[-SHOWS_BEFORE:]


def _places(listings: Iterable[Listing]) -> Iterable[PlaceOfSale]:
    for listing in listings:
        match parse_listing_id(listing.id):
            case CellId(product, slot, date):
                yield product, (slot, date)
            case ProductId(product):
                yield product, STOCK


def _sold(
    show: Show, leads: Sequence[dt.timedelta], sales: Mapping[PlaceOfSale, Mapping[dt.date, int]]
) -> Sequence[int]:
    """Seats sold so many days before the show."""
    of_show = [sales.get(place, {}) for place in _places(show.listings)]
    return [sum(by_day.get(show.starts_at.date() - lead, 0) for by_day in of_show) for lead in leads]


def _mean(several: Sequence[Sequence[int]], days: int) -> list[float]:
    return [sum(column) / len(several) for column in zip(*several, strict=True)] if several else [0.0] * days


def _untold(listings: Sequence[Listing]) -> str:
    silent = sum(listing.platform is Platform.EVENTBRITE for listing in listings)
    return f"without {silent} on Eventbrite, which does not tell when it sold" if silent else ""
