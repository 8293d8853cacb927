"""Offer the free seats of shows over all their listings: a plan for one show, or for many at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from brcc_tui.model.listing import Listing
from brcc_tui.model.plan import Change, Danger, Plan, Refusal, RefusalCode, ShowRule, Wanted, make_plan
from brcc_tui.model.quantity import is_known
from brcc_tui.model.sharing import Mode, share_seats
from brcc_tui.model.show import PairingState, Show
from brcc_tui.model.shows import sum_up
from brcc_tui.model.trouble import Trouble
from brcc_tui.operations.club import Club
from brcc_tui.operations.plan import plan_changes
from brcc_tui.operations.read import read_live
from brcc_tui.operations.shows import programme

LATELY = dt.timedelta(weeks=4)
"""How far back a split looks to see where people buy."""


class NoSuchShow(Trouble):
    """The catalogue has no show of that id."""


async def plan_sync(club: Club, show_ids: Sequence[str], mode: Mode, buffer: int = 0) -> Plan:
    """A plan that shares what is free of each show. Raises `NoSuchShow`.

    A show whose pairing no person has confirmed is planned only when it is asked for alone, with a danger
    that its confirmation asks about: among many it would be overlooked, so there it is refused.
    """
    cached = programme(club, club.cache.listings())
    by_id = {show.id: show for show in cached.shows}
    missing = [show_id for show_id in show_ids if show_id not in by_id]
    if missing:
        raise NoSuchShow(
            "there is no such show",
            subject=missing[0][:60],
            next_step="brcc-tui shows lists them; refresh if it is new",
        )
    chosen = [by_id[show_id] for show_id in dict.fromkeys(show_ids)]
    live = await _read(club, chosen)
    weights = _weights(club, cached.shows) if mode is Mode.SPLIT else {}
    wanted: list[Wanted] = []
    refused: list[Refusal] = []
    rules: list[ShowRule] = []
    for show in chosen:
        fresh = live[show.id]
        if len(chosen) > 1 and not _confirmed(fresh):
            refused += _unconfirmed(fresh)
            continue
        shares = share_seats(fresh, mode, buffer=buffer, weights=_of_show(fresh, weights))
        refused += shares.refused
        wanted += shares.wanted
        if shares.wanted:
            rules.append(_rule(fresh, mode, buffer, _of_show(fresh, weights)))
    plan = await plan_changes(club, wanted, rules=rules)
    doubtful = {listing.id for show in live.values() if not _confirmed(show) for listing in show.listings}
    changes = [_with_doubt(change) if change.listing.id in doubtful else change for change in plan.changes]
    return make_plan(plan.shop, changes, [*refused, *plan.refused], plan.made_at, plan.rules)


async def _read(club: Club, shows: Sequence[Show]) -> Mapping[str, Show]:
    """The same shows with numbers read now, still made of the same listings."""
    ids = [listing.id for show in shows for listing in show.listings]
    fresh = {listing.id: listing for listing in await read_live(club, ids)}
    return {show.id: _again(show, fresh) for show in shows}


def _again(show: Show, listings: Mapping[str, Listing]) -> Show:
    """The show with other readings of its listings."""
    return sum_up(show.starts_at, show.room, [listings.get(x.id, x) for x in show.listings], show.pairing)


def _rule(show: Show, mode: Mode, buffer: int, weights: Mapping[str, float]) -> ShowRule:
    def capacities(listings: Mapping[str, Listing]) -> Mapping[str, int]:
        shares = share_seats(_again(show, listings), mode, buffer=buffer, weights=weights)
        if shares.refused:
            raise Trouble(shares.refused[0].reason, subject=shares.refused[0].listing_id)
        return {wish.listing_id: wish.number for wish in shares.wanted}

    return ShowRule(tuple(listing.id for listing in show.listings), capacities)


def _weights(club: Club, shows: Sequence[Show]) -> Mapping[str, float]:
    """Seats sold of each group over the last weeks, one added so that nobody is left out for good."""
    now = club.clock.now()
    sold: Counter[str] = Counter()
    for show in shows:
        if now - LATELY <= show.starts_at <= now:
            for listing in show.listings:
                if is_known(listing.reading.sold):
                    sold[listing.group] += listing.reading.sold
    return {group: 1.0 + count for group, count in sold.items()}


def _of_show(show: Show, weights: Mapping[str, float]) -> Mapping[str, float]:
    return {listing.id: weights.get(listing.group, 1.0) for listing in show.listings}


def _confirmed(show: Show) -> bool:
    return show.pairing.state in (PairingState.CONFIRMED, PairingState.SINGLE)


def _unconfirmed(show: Show) -> list[Refusal]:
    words = f"nobody has confirmed that these listings share a room ({show.pairing.reason}): confirm it under Shows"
    return [Refusal(listing.id, RefusalCode.UNCONFIRMED_PAIRING, words) for listing in show.listings]


def _with_doubt(change: Change) -> Change:
    return dataclasses.replace(change, dangers=(*change.dangers, Danger.UNCONFIRMED_PAIRING))
