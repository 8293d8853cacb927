"""How certain it is that the listings of one room and start sell the same seats."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Iterable, Sequence

from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.show import Pairing, PairingState
from brcc_tui.model.shows.venue_rules import VenueRules, pairing_name

ALONE = Pairing(PairingState.SINGLE, "nothing else is sold for this room at this time")
ALONE_BY_ONE_LIST = Pairing(PairingState.SINGLE, "nothing else that is known is sold for this room at this time")
CONFIRMED = Pairing(PairingState.CONFIRMED, "a person confirmed that these belong together")


def how_sure(
    listings: Sequence[Listing],
    rules: VenueRules,
    pairings: Pairings,
    zone: dt.tzinfo,
    links: dict[tuple[str, ...], Pairing],
    *,
    all_listed: bool,
) -> Pairing:
    """How sure it is that these stand together. `links` keeps what was found of the same names before.

    Unless both shops are `all_listed` nothing is known to be alone.
    """
    names = names_of(listings, rules, pairings)
    unsaid = _unsaid(listings, rules, pairings, zone)
    for listing in unsaid:
        if pairings.start(listing) is not None:
            apart = {_name(listing, rules, pairings)}
            reason = f"{listing.title} is at a slightly different time"
            return Pairing(PairingState.LIKELY, reason, _parts(names, rules, pairings, apart))
    if len(names) == 1 and not any(pairings.doubts[x.id].single for x in unsaid):
        return ALONE if all_listed else ALONE_BY_ONE_LIST
    if rules.confirmed(names):
        return CONFIRMED
    if unsaid:
        return _doubted_pairing(unsaid, names, rules, pairings)
    key = tuple(names)
    if key not in links:
        links[key] = _weakest_link(names, rules, pairings)
    return links[key]


def _unsaid(there: Iterable[Listing], rules: VenueRules, pairings: Pairings, zone: dt.tzinfo) -> Sequence[Listing]:
    """Those that may belong elsewhere, and of which no person said when they start."""
    return [x for x in there if pairings.is_in_doubt(x) and rules.start(x, zone) is None]


def _doubted_pairing(
    doubtful: Sequence[Listing], names: Sequence[str], rules: VenueRules, pairings: Pairings
) -> Pairing:
    """The pairing of names of which these listings may belong elsewhere: doubts about a single date speak first."""
    first = min(doubtful, key=lambda x: (not pairings.doubts[x.id].single, x.id))
    apart = {_name(listing, rules, pairings) for listing in doubtful}
    reason = f"{first.title}: {pairings.doubts[first.id].reason}"
    return Pairing(PairingState.LIKELY, reason, _parts(names, rules, pairings, apart))


def names_of(listings: Iterable[Listing], rules: VenueRules, pairings: Pairings) -> list[str]:
    """What a person ties by saying that these listings belong together: groups, and dates that are exceptions."""
    return sorted({_name(x, rules, pairings) for x in listings})


def _name(listing: Listing, rules: VenueRules, pairings: Pairings) -> str:
    moved, doubt = rules.moved.get(listing.id), pairings.doubts.get(listing.id)
    single = (moved is not None and moved.says == listing.starts_at) or (doubt is not None and doubt.single)
    return pairing_name(listing, single=single)


def _weakest_link(groups: Sequence[str], rules: VenueRules, pairings: Pairings) -> Pairing:
    """Groups hang together when sure links reach all of them; else the first doubtful link is the reason."""
    reached, waiting = {groups[0]}, set(groups[1:])
    reason = Pairing(PairingState.CERTAIN, "the titles and starts agree")
    while waiting:
        for one in sorted(reached):
            for other in sorted(waiting):
                verdict = pairings.verdict(one, other)
                if _is_sure(one, other, rules, pairings):
                    reason = verdict if verdict.state is PairingState.CERTAIN else reason
                    break
            else:
                continue
            break
        else:
            one, other = min(reached), min(waiting)
            return Pairing(
                PairingState.LIKELY, pairings.verdict(one, other).reason, _parts(groups, rules, pairings, ())
            )
        reached.add(other)
        waiting.remove(other)
    return reason


def _is_sure(one: str, other: str, rules: VenueRules, pairings: Pairings) -> bool:
    """Whether a person, or titles and starts, say of two names that they sell the same seats."""
    return frozenset((one, other)) in rules.together or pairings.verdict(one, other).state is PairingState.CERTAIN


def _parts(
    names: Sequence[str], rules: VenueRules, pairings: Pairings, apart: Collection[str]
) -> tuple[frozenset[str], ...]:
    """The names in parts that surely hang together; those that are `apart` stand for themselves."""
    parts: list[set[str]] = []
    for name in names:
        near = [
            part
            for part in parts
            if name not in apart and any(x not in apart and _is_sure(name, x, rules, pairings) for x in part)
        ]
        parts = [part for part in parts if part not in near] + [{name}.union(*near)]
    return _kept_parts(tuple(map(frozenset, parts)))


@functools.lru_cache(maxsize=256)
def _kept_parts(parts: tuple[frozenset[str], ...]) -> tuple[frozenset[str], ...]:
    """The same parts stand on every date of a series."""
    return parts
