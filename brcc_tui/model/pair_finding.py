"""Find which groups of listings sell the same seats, from starts and titles.

Same room and same start is one show; what is found here is only how sure that is, and which listings
stand at a time of their own although they belong to another's show. People's own words (`HouseRules`)
are applied later and win. Done once a refresh: it looks at every date of the catalogue.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from brcc_tui.model.house_rules import HouseRules
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.matching import TitleSense
from brcc_tui.model.pairing import Pairings
from brcc_tui.model.show import Pairing, PairingState

CLEAR_TITLE = 0.55  # likeness from which two titles name the same thing
CLEAR_LEAD = 0.2  # how much better than the next candidate it must be
NEAR = dt.timedelta(minutes=45)  # a start that differs by no more may be the same show


def find_pairings(listings: Iterable[Listing], rules: HouseRules) -> Pairings:
    """Look at all dates of the catalogue, past ones too: the more often two groups meet, the surer it is."""
    seats = [listing for listing in listings if listing.starts_at is not None and rules.sells_seats(listing)]
    sense = TitleSense({listing.group: f"{listing.title} {listing.slot or ''}" for listing in seats}.values())
    starts: dict[str, set[tuple[str, dt.datetime]]] = defaultdict(set)
    meeting: dict[tuple[str, dt.datetime], list[Listing]] = defaultdict(list)
    for listing in seats:
        place = (rules.room(listing), _utc(listing))
        starts[listing.group].add(place)
        meeting[place].append(listing)
    likeness: dict[frozenset[str], float] = {}
    for there in meeting.values():
        for one, other in _pairs(there):
            key = frozenset((one.group, other.group))
            likeness[key] = max(likeness.get(key, 0.0), _likeness(sense, one, other))
    platform_of = {listing.group: listing.platform for listing in seats}
    verdicts = {key: _verdict(key, likeness, starts, platform_of) for key in likeness}
    return Pairings(verdicts, _moved(meeting, sense))


def _utc(listing: Listing) -> dt.datetime:
    if listing.starts_at is None:
        raise ValueError("a listing without a start meets nobody")
    return listing.starts_at.astimezone(dt.UTC)


def _pairs(there: Sequence[Listing]) -> Iterable[tuple[Listing, Listing]]:
    for index, one in enumerate(there):
        for other in there[index + 1 :]:
            if one.group != other.group:
                yield one, other


def _likeness(sense: TitleSense, one: Listing, other: Listing) -> float:
    names = [
        [listing.title, f"{listing.title} {listing.slot}"]
        if listing.platform is Platform.WOOCOMMERCE and listing.slot
        else [listing.title]
        for listing in (one, other)
    ]
    return max(sense.likeness(mine, theirs) for mine in names[0] for theirs in names[1])


def _verdict(
    key: frozenset[str],
    likeness: Mapping[frozenset[str], float],
    starts: Mapping[str, set[tuple[str, dt.datetime]]],
    platform_of: Mapping[str, Platform],
) -> Pairing:
    one, other = sorted(key)
    together = len(starts[one] & starts[other])
    fewer = min(len(starts[one]), len(starts[other]))
    often = f"same start on {together} of {fewer} dates"
    own = likeness[key]
    rivals = [
        value
        for pair, value in likeness.items()
        if pair != key
        and pair & key
        and {platform_of[group] for group in pair} == {platform_of[group] for group in key}
    ]
    if own < CLEAR_TITLE:
        return Pairing(PairingState.LIKELY, f"{often}, but the titles say little of each other")
    if any(rival >= CLEAR_TITLE and own - rival < CLEAR_LEAD for rival in rivals):
        return Pairing(PairingState.LIKELY, f"{often}, but another listing at that time has a title as near")
    if together * 2 < fewer:
        return Pairing(PairingState.LIKELY, f"{often} only, though the titles agree")
    return Pairing(PairingState.CERTAIN, f"{often}, and the titles agree")


def _moved(
    meeting: Mapping[tuple[str, dt.datetime], Sequence[Listing]], sense: TitleSense
) -> Mapping[str, dt.datetime]:
    """Listings whose twin in the other shop starts a little earlier or later: they join Eventbrite's start."""
    moved: dict[str, dt.datetime] = {}
    alone: dict[tuple[str, dt.date], list[Listing]] = defaultdict(list)
    for (room, start), there in meeting.items():
        if len({listing.platform for listing in there}) == 1:
            alone[room, start.date()] += there
    for there in alone.values():
        shops = [x for x in there if x.platform is Platform.WOOCOMMERCE]
        events = [x for x in there if x.platform is Platform.EVENTBRITE]
        for shop in shops:
            near = [e for e in events if e.starts_at != shop.starts_at and abs(_utc(e) - _utc(shop)) <= NEAR]
            near = [e for e in near if _likeness(sense, e, shop) >= CLEAR_TITLE]
            if len({_utc(event) for event in near}) == 1 and near[0].starts_at is not None:
                moved[shop.id] = near[0].starts_at
    return moved
