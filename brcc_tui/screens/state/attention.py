"""What needs attention about a show: too many people, seats that could be sold twice, one shop only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from brcc_tui.model.few_of_many import plural
from brcc_tui.model.listing import Platform
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Quantity
from brcc_tui.model.shows.grouping import sold_twice_at_least, sure_parts, surely
from brcc_tui.model.shows.house_seats import too_many_held
from brcc_tui.model.shows.show import Show, ShowFlag
from brcc_tui.widgets.names import shop_name

_ONE_SHOP_AHEAD = dt.timedelta(days=14)
"""Shows on one shop only are news for two weeks ahead; later ones are often just not entered yet."""

_OVERSELL_AHEAD = dt.timedelta(days=7)
"""A show that offers more than is free is news for a week ahead, or from 80 % sold on."""


class Attention(NamedTuple):
    """One thing that somebody should look at. `rank` sorts, 0 is worst; `target` is a show, listing or product."""

    rank: int
    tone: str
    sign: str
    title: str
    text: str
    target: str
    starts_at: dt.datetime | None = None


def worst_first(found: Iterable[Attention]) -> Sequence[Attention]:
    """In the order in which people should look; of one rank the soonest show first."""
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda item: (item.rank, item.starts_at or far, item.title))


def attention_of_show(show: Show, now: dt.datetime, shops: Collection[Platform]) -> Iterable[Attention]:
    """What somebody should know of this show now. `shops` are those that are asked at all: of one alone nobody knows
    whether another one sells the show too, and every show would be news.
    """

    def item(rank: int, tone: str, sign: str, text: str) -> Attention:
        return Attention(rank, tone, sign, show.title, text, show.id, show.starts_at)

    if sure := surely(show, ShowFlag.OVERSOLD) if ShowFlag.OVERSOLD in show.flags else None:
        yield item(0, "bad", "warning", _oversold(show, sure))
    else:
        yield from (item(*about) for about in _of_seats(show, now))
    if ShowFlag.DRIFT in show.flags:
        yield item(3, "warn", "warning", "stock does not add up: not the capacity last set here")
    if closed := _closed_on_one_shop(show):
        yield item(4, "note", "one_shop", f"sales are closed on {shop_name(closed)} only")
    if len(shops) > 1 and _is_news_of_one_shop(show, now):
        yield item(6, "note", "one_shop", f"on {shop_name(show.listings[0].platform)} only")


def of_pairings(shows: int, target: str) -> Attention:
    """That nobody has confirmed the pairings of so many shows."""
    whose, them = ("its", "it") if shows == 1 else ("their", "them")
    words = f"nobody has confirmed that {whose} listings sell the same seats: a sync of many leaves {them} out"
    return Attention(5, "accent", "unknown", f"{shows} {plural('show', shows)}", words, target)


def _is_news_of_one_shop(show: Show, now: dt.datetime) -> bool:
    near = show.starts_at - now < _ONE_SHOP_AHEAD
    return near and ShowFlag.ONE_SHOP_ONLY in show.flags and bool(show.listings)


def comes_near(show: Show, before: dt.datetime, now: dt.datetime) -> bool:
    """Whether the time between the two alone may change what `attention_of_show` says of a show that is to come."""
    return any(show.starts_at - now < ahead <= show.starts_at - before for ahead in (_ONE_SHOP_AHEAD, _OVERSELL_AHEAD))


def _of_seats(show: Show, now: dt.datetime) -> Iterable[tuple[int, str, str, str]]:
    """What may become of a show that has not too many people for certain: rank, tone, sign and words."""
    if short := too_many_held(show):
        yield 1, "warn", "warning", short
    presses = ShowFlag.CAN_OVERSELL in show.flags and _presses(show, now) and sold_twice_at_least(show) != 0
    sure = surely(show, ShowFlag.CAN_OVERSELL) if presses else None
    if sure:
        yield 2, "warn", "warning", _can_oversell(show)
    if ShowFlag.OVERSOLD in show.flags or (presses and not sure):
        yield 2, "accent", "unknown", _question(show)


def _question(show: Show) -> str:
    """What a person is to answer before anybody knows whether it has too many people.

    Sync and the exposure of a plan count every listing until then.
    """
    titles = list(dict.fromkeys(listing.title for part in sure_parts(show)[1:] for listing in part.listings))
    many = -show.free_at_most
    twice = sold_twice_at_least(show)
    could = _sold_twice(twice) if isinstance(twice, int) else "more seats on sale than are left"
    words = f"{_at_least(show.free)}{many} too many" if many > 0 else f"{_at_least(show.exposure)}{could}"
    seats = "this is a seat" if len(titles) == 1 else "these are seats"
    return f"{words}, if {seats} here too: {', '.join(titles)}. Open it: y, n or t"


def _presses(show: Show, now: dt.datetime) -> bool:
    """Mirrored offers can nearly always oversell: it is news when the show is near, or nearly full."""
    nearly_full = show.free_at_most * 5 <= show.room.seats
    return nearly_full or show.starts_at - now < _OVERSELL_AHEAD


def _oversold(show: Show, sure: Show) -> str:
    """How many have no seat. What is in doubt (is this a seat here?) is told beside the one sum, never as another."""
    many = -show.free_at_most
    words = f"{_at_least(show.free)}{many} {'people' if many > 1 else 'person'} too many{_doubt(show.free, sure.free)}"
    more = isinstance(show.exposure, int) and show.exposure > many
    return f"{words}, {show.remaining} more on sale" if more and isinstance(show.remaining, int) else words


def _doubt(whole: Quantity, sure: Quantity) -> str:
    """How much of a sum rests on what nobody has answered yet."""
    if not isinstance(whole, int) or not isinstance(sure, int) or whole == sure:
        return ""
    return f" ({abs(whole - sure)} of them in doubt)"


def _can_oversell(show: Show) -> str:
    twice = sold_twice_at_least(show)
    if isinstance(show.exposure, int) and isinstance(show.remaining, int) and isinstance(twice, int):
        doubt = f", {show.doubtful} of them in doubt" if isinstance(show.doubtful, int) and show.doubtful else ""
        return f"{_sold_twice(twice)}: {show.remaining} on sale{doubt}, {_say_free(show)} left"
    if isinstance(twice, int):
        return f"{_at_least(show.exposure)}{_sold_twice(twice)}"
    return "more seats are on sale than are left"


def _at_least(sum_of_all: Quantity) -> str:
    """Of a part that is known, where the whole is not."""
    return "" if isinstance(sum_of_all, int) else "at least "


def _sold_twice(seats: int) -> str:
    return f"{seats} {plural('seat', seats)} could be sold twice"


def _say_free(show: Show) -> str:
    """The free seats of a show in a word; below none is none."""
    return str(max(show.free, 0)) if isinstance(show.free, int) else "?"


def _closed_on_one_shop(show: Show) -> Platform | None:
    """The shop whose listings are all closed while the other one sells."""
    if len({listing.status for listing in show.listings}) == 1:
        return None  # as nearly always: all sell, or none does
    selling = _shops_that_sell(show)
    others = [listing for listing in show.listings if listing.platform not in selling]
    if len(selling) != 1 or not others:
        return None
    return others[0].platform if all(listing.is_closed for listing in others) else None


def _shops_that_sell(show: Show) -> set[Platform]:
    return {x.platform for x in show.listings if x.status is Status.ON_SALE and not x.is_closed}
