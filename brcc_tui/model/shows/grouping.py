"""Listings grouped into shows, with their sums and the flags that a person should know of."""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from brcc_tui.model.listing import FIELD_INDEX, Flag, Listing, Platform, field_values
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited, add, less
from brcc_tui.model.shows.belonging import how_sure
from brcc_tui.model.shows.house_seats import free_of, house_seats, is_short
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.shared_stock import held_of, known_taken, on_offer
from brcc_tui.model.shows.show import (
    ALL_LISTED,
    NO_HOUSE_SEATS,
    HouseSeats,
    LostListing,
    Pairing,
    Room,
    Show,
    ShowFlag,
    seats_held_back,
)
from brcc_tui.model.shows.venue_rules import NOT_SEATS, VenueRules, pairing_name
from brcc_tui.model.zones import in_zone

_SHOW = FIELD_INDEX["show"]
_ORDER = attrgetter("platform.value", "title", "id")


class Programme(NamedTuple):
    """Shows in order of time, and the listings that belong to none (no start, or not a seat)."""

    shows: tuple[Show, ...]
    unpaired: tuple[Listing, ...]


def show_id(start: dt.datetime, room: str) -> str:
    """`YYYY-MM-DDTHH:MM@room`; the start is already in the site's zone."""
    return f"{start.isoformat()[:16]}@{room}"


def _kept_name(id_: str, listings: Iterable[Listing]) -> str:
    """The same text: that which one of these listings bears already, where there is one."""
    return next((listing.show for listing in listings if listing.show == id_), id_)


def place_of(
    listing: Listing, rules: VenueRules, pairings: Pairings, zone: dt.tzinfo
) -> tuple[dt.datetime, str] | None:
    """The start (in the site's zone) and the room of the show whose seats a listing sells; None if none."""
    start = rules.start(listing, zone) or pairings.start(listing) or listing.starts_at
    if start is None or not rules.sells_seats(listing):
        return None
    return in_zone(start, zone), rules.room(listing)


def group_shows(
    listings: Iterable[Listing],
    rules: VenueRules,
    pairings: Pairings,
    zone: dt.tzinfo,
    of: Collection[str] | None = None,
    unlisted: Mapping[Platform, str] = ALL_LISTED,
) -> Programme:
    """Every show of these listings, or only those with one of the ids `of`. Each comes with `show` filled.

    Shops that are `unlisted` may sell seats of each show: what they sell is unknown.
    """
    together: dict[tuple[dt.datetime, str], list[Listing]] = defaultdict(list)
    unpaired: list[Listing] = []
    for listing in listings:
        place = place_of(listing, rules, pairings, zone)
        if place is None:
            unpaired.append(with_show(listing, None))
        else:
            together[place].append(listing)
    shows = []
    links: dict[tuple[str, ...], Pairing] = {}  # the same groups meet on every date of a series
    named = {place: _kept_name(show_id(*place), of_place) for place, of_place in together.items()}
    house = house_seats({named[place]: of_place for place, of_place in together.items()}, rules.held_back)
    for (start, room), of_place in together.items():
        if of is not None and not any(listing.id in of for listing in of_place):
            continue
        id_ = named[start, room]
        filled = sorted((with_show(listing, id_) for listing in of_place), key=_ORDER)
        pairing = how_sure(filled, rules, pairings, zone, links, all_listed=not unlisted)
        seats, kept = rules.seats(room, of_place), house.get(id_, NO_HOUSE_SEATS)
        shows.append(sum_up(id_, start, seats, filled, pairing, kept, unlisted))
    return Programme(tuple(sorted(shows, key=attrgetter("id"))), tuple(unpaired))


def with_show(listing: Listing, show: str | None) -> Listing:
    """The listing as one that sells seats of that show, or of none: the same one where it was that already."""
    if listing.show == show:
        return listing
    values = list(field_values(listing))
    values[_SHOW] = show
    return Listing(*values)


def sum_up(
    id_: str,
    start: dt.datetime,
    room: Room,
    listings: Iterable[Listing],
    pairing: Pairing,
    house: Mapping[str, HouseSeats] = NO_HOUSE_SEATS,
    unlisted: Mapping[Platform, str] = ALL_LISTED,
) -> Show:
    """One show (`id_` as `show_id` makes it) of these listings and house seats, with its sums and flags.

    `unlisted` are the shops of which no list was ever read, with the reason: no sum is known beside them.
    """
    in_order = sorted(listings, key=_ORDER)
    others = tuple(map(Unknown, unlisted.values()))
    sold = add(*(listing.reading.sold for listing in in_order), *others)
    held = add(held_of(in_order), *others)
    lost = _lost_of(in_order)
    offered = _offered_by_present(in_order)
    remaining: Quantity = Unknown(lost[0].reason) if lost else add(offered, *others)
    taken = add(sold, held)
    held_back = seats_held_back(house)
    unsold = remaining if lost else less(room.seats, taken)
    free = free_of(unsold, held_back)
    exposure = less(add(taken, remaining, held_back), room.seats)
    known = taken if isinstance(taken, int) else known_taken(in_order)
    free_at_most = free if isinstance(free, int) else free_of(room.seats - known, held_back)
    exposed = _exposed(in_order, known + held_back - room.seats) if isinstance(exposure, Unknown) else exposure
    flags = _flags(free, free_at_most, remaining, exposed) | _flags_of_listings(in_order, all_listed=not unlisted)
    if pairing.is_unconfirmed:
        flags.add(ShowFlag.UNCONFIRMED_PAIRING)
    if is_short(room.seats - known, held_back):
        flags.add(ShowFlag.HELD_BACK_SHORT)
    return Show(
        id=id_,
        starts_at=start,
        room=room,
        title=_title(in_order),
        listings=tuple(in_order),
        sold=sold,
        held=held,
        remaining=remaining,
        free=free,
        exposure=exposure,
        free_at_most=free_at_most,
        exposed=exposed,
        pairing=pairing,
        on_offer=offered,
        doubtful=_doubtful(in_order, pairing) if pairing.parts else 0,
        flags=_KNOWN_FLAGS.setdefault(frozenset(flags), frozenset(flags)),
        unknown=_unknown(in_order, sold=sold, held=held, remaining=remaining),
        lost=lost,
        house=house,
        unlisted=unlisted,
    )


def _lost_of(there: Iterable[Listing]) -> tuple[LostListing, ...]:
    return tuple(_as_lost(listing) for listing in there if Flag.LOST in listing.flags)


def _as_lost(listing: Listing) -> LostListing:
    remaining = listing.reading.remaining
    reason = remaining.reason if isinstance(remaining, Unknown) else "it cannot be read now"
    return LostListing(listing.id, listing.reading.sold, f"{listing.title}: {reason}")


def summed_again(show: Show, listings: Mapping[str, Listing]) -> Show:
    """The same show with other readings of its listings, such as a plan's before and after."""
    there = [listings.get(x.id, x) for x in show.listings]
    return sum_up(show.id, show.starts_at, show.room, there, show.pairing, show.house, show.unlisted)


def sure_parts(show: Show) -> Sequence[Show]:
    """The parts that certainly sell the same seats, each summed as if it had the room to itself, the fullest first.

    Only the show itself if everything belongs together: what its sums then say of too many people is certain.
    """
    parts = _sure_parts(show.listings, show.pairing)
    if len(parts) < 2:
        return (show,)
    alone = show.pairing._replace(parts=())
    return [sum_up(show.id, show.starts_at, show.room, part, alone, show.house, show.unlisted) for part in parts]


def _sure_parts(listings: Iterable[Listing], pairing: Pairing) -> list[list[Listing]]:
    """The listings in parts that certainly belong together, the one with the most places taken first."""
    parts: dict[int, list[Listing]] = defaultdict(list)
    for listing in listings:
        names = (pairing_name(listing, single=True), listing.group)
        found = (number for name in names for number, part in enumerate(pairing.parts) if name in part)
        parts[next(found, -1)].append(listing)
    return sorted(parts.values(), key=known_taken, reverse=True)


def _doubtful(listings: Sequence[Listing], pairing: Pairing) -> Quantity:
    """What of the total offer may not be seats of this show: everything but the certain part with the most places
    taken.

    Which part that is, is unknown while the places taken of another are unknown.
    """
    apart = _sure_parts(listings, pairing)[1:]
    untold = (x.reading.sold for part in apart for x in part if isinstance(x.reading.sold, Unknown))
    return next(untold, None) or add(*map(_offered_by_present, apart))


def in_doubt(show: Show) -> Sequence[Sequence[Listing]]:
    """The parts whose offers may not be seats of this show (`Show.doubtful`)."""
    return _sure_parts(show.listings, show.pairing)[1:] if show.pairing.parts else ()


def listings_on_offer(listings: Iterable[Listing]) -> Iterable[Listing]:
    """Those that are not lost: what they offer is what their show has on offer."""
    return (listing for listing in listings if Flag.LOST not in listing.flags)


def _offered_by_present(listings: Iterable[Listing]) -> Quantity:
    """What buyers can buy of these."""
    return on_offer(listings_on_offer(listings))


def surely(show: Show, flag: ShowFlag) -> Show | None:
    """The part of it that has the flag by itself; None if that depends on an unanswered question."""
    return next((part for part in sure_parts(show) if flag in part.flags), None) if flag in show.flags else None


def _exposed(listings: Sequence[Listing], without_offers: int) -> int | Unlimited:
    """The exposure from the known offers only."""
    offered = _known_offers(listings)
    return offered if isinstance(offered, Unlimited) else without_offers + offered


def _known_offers(listings: Iterable[Listing]) -> int | Unlimited:
    known = (x for x in listings if Flag.LOST not in x.flags and not isinstance(x.offer.value, Unknown))
    offered = on_offer(known)
    return 0 if isinstance(offered, Unknown) else offered


def sold_twice_at_least(show: Show) -> int | Unlimited:
    """Seats on offer beyond those that are left, from known numbers only: never more than is on offer.

    It is `exposed` without those who have no seat already: people too many, and house seats that are missing.
    """
    offered = _known_offers(show.listings)
    if isinstance(offered, Unlimited) or isinstance(show.exposed, Unlimited):
        return show.exposed
    return max(min(show.exposed, offered), 0)


def sold_twice(show: Show) -> Quantity:
    """The same as a sum: unknown where any part is."""
    return sold_twice_at_least(show) if isinstance(show.exposure, int) else show.exposure


def sells_same_seats(before: Listing, after: Listing) -> bool:
    """Whether a listing read again belongs to the same show as before: nothing that decides this has changed."""
    same = before.starts_at == after.starts_at and before.group == after.group
    return same and before.flags & NOT_SEATS == after.flags & NOT_SEATS


def is_one_shop(listings: Iterable[Listing]) -> bool:
    """Whether all of these are sold in the same shop."""
    return len({listing.platform for listing in listings}) == 1


def with_newer(shows: Iterable[Show], newer: Mapping[str, Listing]) -> tuple[Show, ...]:
    """The same shows, with those of the newer listings summed again."""
    touched = {listing.show for listing in newer.values()}
    return tuple(summed_again(show, newer) if show.id in touched else show for show in shows)


def _unknown(listings: Sequence[Listing], **sums: Quantity) -> Mapping[str, str]:
    unknown = {name: part.reason for name, part in sums.items() if isinstance(part, Unknown)}
    if "held" not in unknown:
        # Known to be at least so many: this alone makes no sum unknown.
        vague = next((held.reason for x in listings if isinstance(held := x.reading.held, Unknown)), None)
        unknown |= {"held": vague} if vague else {}
    return _kept_once(tuple(unknown.items()))


@functools.lru_cache(maxsize=256)
def _kept_once(unknown: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Interned: thousands of shows have the same few reasons, and a dictionary each would take more memory than the
    shows.
    """
    return MappingProxyType(dict(unknown))


def _title(there: Sequence[Listing]) -> str:
    """Eventbrite's title where there is one: the shop's is often that of a whole weekday. Else that of what sells most
    of it, or costs most while that tells nothing: what goes with its seats (a drink) has a title, too.
    """
    of_event = next((x for x in there if x.platform is Platform.EVENTBRITE), None)
    return (of_event or max(there, key=_sold_and_price)).title


def _sold_and_price(listing: Listing) -> tuple[int, float]:
    """How many are known to be sold of it, and what one costs, as exactly as comparing takes."""
    sold = listing.reading.sold
    try:
        price = float(listing.price or 0)
    except ValueError:
        price = 0.0
    return sold if isinstance(sold, int) else 0, price


def _flags(free: Quantity, free_at_most: int, remaining: Quantity, exposed: int | Unlimited) -> set[ShowFlag]:
    flags = set()
    if free_at_most < 0:
        flags.add(ShowFlag.OVERSOLD)
    if isinstance(exposed, Unlimited) or exposed > 0:
        flags.add(ShowFlag.CAN_OVERSELL)
    if isinstance(free, int) and free > 0 and remaining == 0:
        flags.add(ShowFlag.NOT_OFFERED)
    return flags


def _flags_of_listings(there: Sequence[Listing], *, all_listed: bool) -> set[ShowFlag]:
    """What its listings say about a show; that only one shop sells it is known if both were listed."""
    drift, alone = any(Flag.DRIFT in listing.flags for listing in there), all_listed and is_one_shop(there)
    return {flag for flag, holds in ((ShowFlag.ONE_SHOP_ONLY, alone), (ShowFlag.DRIFT, drift)) if holds}


_KNOWN_FLAGS: dict[frozenset[ShowFlag], frozenset[ShowFlag]] = {}
"""Each combination once, as `_kept_once` does."""
