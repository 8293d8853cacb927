"""Listings grouped into performances, with their sums and what a person should know of each."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from brcc_tui.model.house_rules import HouseRules
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.pairing import Pairings, contradiction
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited, add, least
from brcc_tui.model.show import Pairing, PairingState, Room, Show, ShowFlag

NOT_READ = "not_read"
"""The reason of a `held` that was not asked for; it alone makes no sum unknown."""


@dataclass(frozen=True, slots=True)
class Programme:
    """Shows in order of time, and the listings that belong to none (no start, or not a seat)."""

    shows: tuple[Show, ...]
    unpaired: tuple[Listing, ...]


def show_id(start: dt.datetime, room: str) -> str:
    """`YYYY-MM-DDTHH:MM@room`; the start is already in the site's zone."""
    return f"{start:%Y-%m-%dT%H:%M}@{room}"


def place_of(
    listing: Listing, rules: HouseRules, pairings: Pairings, zone: dt.tzinfo
) -> tuple[dt.datetime, str] | None:
    """The start (in the site's zone) and the room of the show whose seats a listing sells; None if none."""
    start = rules.moved.get(listing.id) or pairings.moved.get(listing.id) or listing.starts_at
    if start is None or not rules.sells_seats(listing):
        return None
    return start.astimezone(zone), rules.room(listing)


def group_shows(listings: Iterable[Listing], rules: HouseRules, pairings: Pairings, zone: dt.tzinfo) -> Programme:
    """Every performance of these listings. Listings come back with `show` filled."""
    together: dict[tuple[dt.datetime, str], list[Listing]] = defaultdict(list)
    unpaired: list[Listing] = []
    for listing in listings:
        place = place_of(listing, rules, pairings, zone)
        if place is None:
            unpaired.append(dataclasses.replace(listing, show=None))
        else:
            together[place].append(dataclasses.replace(listing, show=show_id(*place)))
    shows = [
        sum_up(start, rules.seats(show_id(start, room), room), there, _pairing(there, rules, pairings))
        for (start, room), there in together.items()
    ]
    return Programme(tuple(sorted(shows, key=lambda show: (show.starts_at, show.id))), tuple(unpaired))


def sum_up(start: dt.datetime, room: Room, listings: Iterable[Listing], pairing: Pairing) -> Show:
    """One performance of these listings, with its sums and flags."""
    there = sorted(listings, key=lambda listing: (listing.platform.value, listing.title, listing.id))
    sold = add(*(listing.reading.sold for listing in there))
    held = add(*(_asked(listing.reading.held) for listing in there))
    remaining = on_offer(there)
    free = _less(room.seats, add(sold, held))
    exposure = _less(add(sold, held, remaining), room.seats)
    show = Show(
        id=show_id(start, room.name),
        starts_at=start,
        room=room,
        title=_title(there),
        listings=tuple(there),
        sold=sold,
        held=held,
        remaining=remaining,
        free=free,
        exposure=exposure,
        pairing=pairing,
        unknown=_unknown(there, sold=sold, held=held, remaining=remaining),
    )
    return dataclasses.replace(show, flags=_flags(show))


def on_offer(listings: Sequence[Listing]) -> Quantity:
    """Seats that buyers can still take: classes of one event never offer more than the event has left."""
    events: dict[str, list[Listing]] = defaultdict(list)
    parts: list[Quantity] = []
    for listing in listings:
        if listing.platform is Platform.EVENTBRITE:
            events[listing.id.rsplit(":", 1)[0]].append(listing)
        else:
            parts.append(listing.reading.remaining)
    for classes in events.values():
        total = add(*(listing.reading.remaining for listing in classes))
        limits = [listing.event_left for listing in classes if listing.event_left is not None]
        parts.append(least(total, *limits) if limits else total)
    return add(*(max(part, 0) if isinstance(part, int) else part for part in parts))


def _asked(held: Quantity) -> Quantity:
    return 0 if isinstance(held, Unknown) and held.reason == NOT_READ else held


def _less(quantity: Quantity, taken: Quantity | int) -> Quantity:
    if isinstance(quantity, int) and isinstance(taken, int):
        return quantity - taken
    return quantity if not isinstance(quantity, int) else taken


def _unknown(there: Sequence[Listing], **sums: Quantity) -> Mapping[str, str]:
    unknown = {name: part.reason for name, part in sums.items() if isinstance(part, Unknown)}
    if "held" not in unknown and any(
        isinstance(x.reading.held, Unknown) and x.reading.held.reason == NOT_READ for x in there
    ):
        unknown["held"] = NOT_READ
    return unknown


def _title(there: Sequence[Listing]) -> str:
    """Eventbrite's title where there is one: the shop's is often that of a whole weekday."""
    return next((x.title for x in there if x.platform is Platform.EVENTBRITE), there[0].title)


def _pairing(there: Sequence[Listing], rules: HouseRules, pairings: Pairings) -> Pairing:
    there = sorted(there, key=lambda listing: listing.id)
    groups = sorted({listing.group for listing in there})
    if len(groups) == 1:
        return Pairing(PairingState.SINGLE, "nothing else is sold for this room at this time")
    if rules.confirmed(frozenset(groups)):
        return Pairing(PairingState.CONFIRMED, "a person said that these belong together")
    moved = [listing for listing in there if listing.id in pairings.moved and listing.id not in rules.moved]
    if moved:
        return Pairing(PairingState.LIKELY, f"{moved[0].title} stands at another time, a little apart")
    for listing in there:
        if reason := contradiction(listing):
            return Pairing(PairingState.LIKELY, f"{listing.title}: {reason}")
    return _weakest_link(groups, rules, pairings)


def _weakest_link(groups: Sequence[str], rules: HouseRules, pairings: Pairings) -> Pairing:
    """Groups hang together when sure links reach all of them; else the first doubtful link is the reason."""
    reached, waiting = {groups[0]}, set(groups[1:])
    reason = Pairing(PairingState.CERTAIN, "the titles and starts agree")
    while waiting:
        for one in sorted(reached):
            for other in sorted(waiting):
                verdict = pairings.verdict(one, other)
                if frozenset((one, other)) in rules.together or verdict.state is PairingState.CERTAIN:
                    reason = verdict if verdict.state is PairingState.CERTAIN else reason
                    break
            else:
                continue
            break
        else:
            one, other = min(reached), min(waiting)
            return Pairing(PairingState.LIKELY, pairings.verdict(one, other).reason)
        reached.add(other)
        waiting.remove(other)
    return reason


def _flags(show: Show) -> frozenset[ShowFlag]:
    flags: set[ShowFlag] = set()
    if isinstance(show.free, int) and show.free < 0:
        flags.add(ShowFlag.OVERSOLD)
    if isinstance(show.exposure, Unlimited) or (isinstance(show.exposure, int) and show.exposure > 0):
        flags.add(ShowFlag.CAN_OVERSELL)
    if isinstance(show.free, int) and show.free > 0 and show.remaining == 0:
        flags.add(ShowFlag.NOT_OFFERED)
    if len({listing.platform for listing in show.listings}) == 1:
        flags.add(ShowFlag.ONE_SHOP_ONLY)
    if any(Flag.DRIFT in listing.flags for listing in show.listings):
        flags.add(ShowFlag.DRIFT)
    if show.pairing.state in (PairingState.CERTAIN, PairingState.LIKELY):
        flags.add(ShowFlag.UNCONFIRMED_PAIRING)
    return frozenset(flags)
