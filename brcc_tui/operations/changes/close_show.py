"""Closes everything that sells the seats of a show, on both shops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from brcc_tui.model.changes.plan import Action, ChangeRequest, Plan
from brcc_tui.model.listing import SHOP_NAMES, Listing
from brcc_tui.operations.catalogue.listing_gaps import ListingGaps, gaps_of_each
from brcc_tui.operations.catalogue.shows import of_id, programme
from brcc_tui.operations.changes.catalogue_known import said_if_old
from brcc_tui.operations.changes.once_shown import once_shown
from brcc_tui.operations.changes.plan import listings_in, look_at, plan_changes, with_siblings
from brcc_tui.operations.context import ClubContext


async def plan_close_shows(club: ClubContext, show_ids: Sequence[str]) -> Plan:
    """A plan that closes every listing of these shows, including those that came since the last refresh.

    Listings that cannot be closed from here and still sell are among the refusals, with what to do; the rest is closed
    all the same, with a note if an unread shop, or listings newer than the last refresh, may sell them too. What was
    changed here a moment ago is waited for (`once_shown`): it would be left out, and sell on. Raises `NoSuchShow`.
    """
    return await once_shown(club, lambda: _plan(club, show_ids))


async def _plan(club: ClubContext, show_ids: Sequence[str]) -> Plan:
    cached = programme(club, club.cache.listings()).shows
    known = [x for show_id in dict.fromkeys(show_ids) for x in of_id(club, cached, show_id).listings]
    looks = with_siblings(await look_at(club, [listing.id for listing in known]))
    now = {listing.id: listing for listing in listings_in(looks)}
    of_show = {show.id: show.listings for show in programme(club, [*now.values()]).shows}
    meant = {x.id: now.get(x.id, x) for x in known}
    meant |= {x.id: x for show_id in show_ids for x in of_show.get(show_id, ())}
    plan = await plan_changes(club, closing(meant.values()), looks=looks)
    shows = [of_id(club, cached, show_id) for show_id in dict.fromkeys(show_ids)]
    return _with_gaps(plan, gaps_of_each(club, shows), said_if_old(club))


def _with_gaps(plan: Plan, gaps: Iterable[ListingGaps], old: str) -> Plan:
    """The plan, which says where the shops may sell these shows by listings that nobody knows of: at each change, or
    where there is none, at each refusal.
    """
    since = [f"{old}: what was put on sale since is not closed by this. Refresh first if anything was"] if old else []
    words = tuple(dict.fromkeys([*(word for each in gaps for word in _words_of(each)), *since]))
    if not words:
        return plan
    changes = tuple(replace(change, warnings=(*change.warnings, *words)) for change in plan.changes)
    refused = tuple(replace(no, reason=". ".join((no.reason.rstrip("."), *words))) for no in plan.refused)
    return replace(plan, changes=changes) if changes else replace(plan, refused=refused)


def _words_of(gaps: ListingGaps) -> list[str]:
    return [*(f"{SHOP_NAMES[shop]}: {why}" for shop, why in gaps.failed.items()), *gaps.notes]


def closing(listings: Iterable[Listing]) -> list[ChangeRequest]:
    """The wish to close these. What cannot be closed from here is named, unless it is closed beside others."""
    there = list(listings)
    meant = [x for x in there if x.writable or not x.is_closed]
    return [ChangeRequest(x.id, Action.CLOSE) for x in meant or there]
