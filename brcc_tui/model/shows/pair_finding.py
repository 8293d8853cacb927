"""Finds which groups of listings sell the same seats, from starts and titles.

Same room and same start is one show; what is found here is only how certain that is, and which listings
have a slightly different time although they belong to another listing's show. People's own rules (`VenueRules`)
are applied later and take precedence. Runs once per refresh, because it looks at every date of the catalogue.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.shows.contradiction import contradiction
from brcc_tui.model.shows.grouping import is_one_shop
from brcc_tui.model.shows.matching import TitleSense
from brcc_tui.model.shows.pairing import NEAR, Doubt, Pairings
from brcc_tui.model.shows.show import Pairing, PairingState
from brcc_tui.model.shows.venue_rules import VenueRules

CLEAR_TITLE = 0.55  # likeness from which two titles name the same thing
CLEAR_LEAD = 0.2  # how much better than the next candidate it must be

RoomAndStart = tuple[str, dt.datetime]
"""A room's name and a start in UTC."""


def find_pairings(listings: Iterable[Listing], rules: VenueRules) -> Pairings:
    """Look at all dates of the catalogue, past ones too: the more often two groups meet, the surer it is."""
    seats = [listing for listing in listings if listing.starts_at is not None and rules.sells_seats(listing)]
    sense = TitleSense({listing.group: f"{listing.title} {listing.slot or ''}" for listing in seats}.values())
    starts: dict[str, set[RoomAndStart]] = defaultdict(set)
    meeting: dict[RoomAndStart, list[Listing]] = defaultdict(list)
    for listing in seats:
        place = (rules.room(listing), _utc(listing))
        starts[listing.group].add(place)
        meeting[place].append(listing)
    likeness = _most_alike(meeting.values(), sense)
    verdicts = _verdicts(likeness, starts, {listing.group: listing.platform for listing in seats})
    doubts = _doubts(seats)
    return Pairings(verdicts, _moved(meeting, sense), {**_left_behind(seats, doubts, verdicts), **doubts})


def _most_alike(meetings: Iterable[Sequence[Listing]], sense: TitleSense) -> Mapping[frozenset[str], float]:
    """For every two groups that meet the likeness of their names, where these are most alike."""
    likeness: dict[frozenset[str], float] = {}
    of_names: dict[tuple[object, ...], float] = {}
    for meeting in meetings:
        for one, other in _pairs(meeting):
            names = (one.platform, one.title, one.slot, other.platform, other.title, other.slot)
            if names not in of_names:
                of_names[names] = _likeness(sense, one, other)
            key = frozenset((one.group, other.group))
            likeness[key] = max(likeness.get(key, 0.0), of_names[names])
    return likeness


def _doubts(seats: Sequence[Listing]) -> dict[str, Doubt]:
    """What single listings say against their own start; an exception where most of the group's dates do not."""
    odd = {listing.id: reason for listing in seats if (reason := contradiction(listing))}
    in_all, in_doubt = (Counter(x.group for x in some) for some in (seats, [x for x in seats if x.id in odd]))
    return {
        listing.id: Doubt(odd[listing.id], single=2 * in_doubt[listing.group] < in_all[listing.group])
        for listing in seats
        if listing.id in odd
    }


def _left_behind(
    seats: Sequence[Listing], doubts: Mapping[str, Doubt], verdicts: Mapping[frozenset[str], Pairing]
) -> dict[str, Doubt]:
    """Listings whose usual partner stands at an odd time that day: it may be their own show, sold twice."""
    partners = _partners(verdicts)
    strays: dict[tuple[str, dt.date | None], Listing] = {}
    for listing in seats:
        if listing.id in doubts and doubts[listing.id].single:
            strays |= {(group, listing.date): listing for group in partners.get(listing.group, ())}
    found: dict[str, Doubt] = {}
    for listing in seats:
        stray = strays.get((listing.group, listing.date))
        if stray is not None and stray.starts_at != listing.starts_at:
            found[listing.id] = Doubt(f"{stray.title} usually belongs to it, and starts at another time that day", True)
    return found


def _partners(verdicts: Mapping[frozenset[str], Pairing]) -> Mapping[str, set[str]]:
    """The groups with which each one surely sells the same seats."""
    partners: dict[str, set[str]] = defaultdict(set)
    for key, verdict in verdicts.items():
        if verdict.state is PairingState.CERTAIN:
            for group in key:
                partners[group] |= key - {group}
    return partners


def _utc(listing: Listing) -> dt.datetime:
    if listing.starts_at is None:
        raise ValueError("a listing without a start cannot be paired")
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


def _verdicts(
    likeness: Mapping[frozenset[str], float],
    starts: Mapping[str, set[RoomAndStart]],
    platform_of: Mapping[str, Platform],
) -> dict[frozenset[str], Pairing]:
    shops = {key: frozenset(platform_of[group] for group in key) for key in likeness}
    meets = _by_group(likeness)
    verdicts = {}
    for key, own in likeness.items():
        rivals = [other for group in key for other in meets[group] if other != key and shops[other] == shops[key]]
        one, other = key
        together, fewer = len(starts[one] & starts[other]), min(len(starts[one]), len(starts[other]))
        verdicts[key] = _verdict(own, [likeness[rival] for rival in rivals], together, fewer)
    return verdicts


def _by_group(pairs: Iterable[frozenset[str]]) -> Mapping[str, Sequence[frozenset[str]]]:
    """The pairs of groups in which each group stands."""
    pairs_of: dict[str, list[frozenset[str]]] = defaultdict(list)
    for pair in pairs:
        for group in pair:
            pairs_of[group].append(pair)
    return pairs_of


def _verdict(own: float, rivals: Sequence[float], together: int, fewer: int) -> Pairing:
    """`together` is on how many dates they meet, of the `fewer` that one of the two has."""
    often = f"same start on {together} of {fewer} dates"
    if own < CLEAR_TITLE:
        return Pairing(PairingState.LIKELY, f"{often}, but the titles have little in common")
    if any(rival >= CLEAR_TITLE and own - rival < CLEAR_LEAD for rival in rivals):
        return Pairing(PairingState.LIKELY, f"{often}, but another listing at that time has a title as similar")
    if together * 2 < fewer:
        return Pairing(PairingState.LIKELY, f"{often} only, though the titles agree")
    return Pairing(PairingState.CERTAIN, f"{often}, and the titles agree")


def _moved(meeting: Mapping[RoomAndStart, Sequence[Listing]], sense: TitleSense) -> Mapping[str, dt.datetime]:
    """Listings whose twin in the other shop starts a little earlier or later: they join Eventbrite's start."""
    moved: dict[str, dt.datetime] = {}
    alone = _of_one_shop(meeting)
    for (room, day), listings in alone.items():
        events = _events_around(alone, room, day)
        for shop in [x for x in listings if x.platform is Platform.WOOCOMMERCE]:
            starts = {event.starts_at for event in events if _are_twins(event, shop, sense)}
            if len(starts) == 1 and (earlier_or_later := starts.pop()) is not None:
                moved[shop.id] = earlier_or_later
    return moved


def _events_around(
    alone: Mapping[tuple[str, dt.date], Sequence[Listing]], room: str, day: dt.date
) -> Sequence[Listing]:
    """Eventbrite's listings in a room on that day, the one before and the one after.

    The day is UTC's, which begins in the middle of a club's evening.
    """
    around = [alone.get((room, day + dt.timedelta(days=n)), ()) for n in (-1, 0, 1)]
    return [x for each in around for x in each if x.platform is Platform.EVENTBRITE]


def _of_one_shop(
    meeting: Mapping[RoomAndStart, Sequence[Listing]],
) -> Mapping[tuple[str, dt.date], Sequence[Listing]]:
    """By room and day, what meets nothing of the other shop."""
    alone: dict[tuple[str, dt.date], list[Listing]] = defaultdict(list)
    for (room, start), listings in meeting.items():
        if is_one_shop(listings):
            alone[room, start.date()] += listings
    return alone


def _are_twins(event: Listing, shop: Listing, sense: TitleSense) -> bool:
    """Whether two listings start a little apart and have one title."""
    apart = event.starts_at != shop.starts_at and abs(_utc(event) - _utc(shop)) <= NEAR
    return apart and _likeness(sense, event, shop) >= CLEAR_TITLE
