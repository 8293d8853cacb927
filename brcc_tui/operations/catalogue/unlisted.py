"""Shops whose list the last refresh did not get: what they sell of a show is unknown, which is not nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final

from brcc_tui.model.failure import DATES_TO_FOLLOW, NO_SUCH_DATE, PART_IDS, Failure
from brcc_tui.model.listing import Flag, Platform
from brcc_tui.model.listing_id import parent_of
from brcc_tui.model.newest import read_since
from brcc_tui.operations.context import ClubContext, LocalStores
from brcc_tui.store.catalogue_file import CacheError

LISTS: Final = {"Eventbrite": Platform.EVENTBRITE, "WooCommerce": Platform.WOOCOMMERCE}
"""The titles of what failed where it is the list of what a shop has to come; that of past events has the same id."""

_NO_ZONE: Final = (
    "the site's time zone is not known, so its dates belong to no show: set BRCC_TIMEZONE, or the WordPress "
    "database, then refresh"
)
_ZONE_SET_SINCE: Final = (
    "the site's dates are of no show until the next refresh, because BRCC_TIMEZONE was not set at the last one: refresh"
)

_LOST: Final = "the catalogue kept on this computer was damaged"


def lists_that_failed(club: ClubContext | LocalStores, *, past: bool = False) -> Iterable[tuple[Platform, str]]:
    """The configured shops whose list the last refresh did not read, or not completely, with the reason.

    `past`: the list of past events counts, too. What a lost catalogue lacked is unknown.
    """
    shops = {shop.value: shop for shop in _configured(club)}
    if club.cache.lost:
        yield from ((shop, _LOST) for shop in shops.values())
    for failure in club.cache.failed():
        if failure.id in shops and (past or is_of_coming(failure)):
            yield shops[failure.id], failure.reason


def is_of_coming(failure: Failure) -> bool:
    """Whether it is the list of what a shop has to come that failed, or came short."""
    return failure.title in LISTS and failure.id == LISTS[failure.title].value


def never_listed(club: ClubContext | LocalStores) -> Mapping[Platform, str]:
    """The shops whose list failed and of which nothing is known from earlier either: they may sell any show's seats.

    So may each of them while the catalogue is damaged or unreadable, because what could not be read may belong to any
    show, and the shop while its dates cannot be placed.
    """
    try:
        failed = dict(lists_that_failed(club))
        return {**_unplaced(club), **{shop: reason for shop, reason in failed.items() if not club.cache.has_any(shop)}}
    except CacheError as app_error:
        return dict.fromkeys(_configured(club), app_error.happened)


def why_no_zone(club: ClubContext | LocalStores) -> str | None:
    """Why the shop's dates belong to no show, and what to do, if the time zone was unknown when the catalogue was read;
    else None.

    Without the shop's database only `BRCC_TIMEZONE` gives the zone; if it was set since, a refresh is still due.
    """
    if club.settings.woocommerce is None or club.cache.zone() is not None:
        return None
    if all(listing.starts_at is not None for listing in club.cache.listings(platform=Platform.WOOCOMMERCE)):
        return None
    return _ZONE_SET_SINCE if club.settings.timezone else _NO_ZONE


def _unplaced(club: ClubContext | LocalStores) -> Mapping[Platform, str]:
    """The shop, with the reason, while its dates are of no show for want of a zone."""
    why = why_no_zone(club)
    return {Platform.WOOCOMMERCE: why} if why else {}


def listed_at(club: ClubContext | LocalStores) -> dt.datetime | None:
    """Since when not all shops have been asked what they sell: for one that gave the last refresh nothing, or not
    everything, its earlier answer is kept. None if unknown.
    """
    kept = {shop for shop, _ in lists_that_failed(club) if club.cache.has_any(shop)}
    moments = [club.cache.read_at(), *(kept_since(club, shop) for shop in kept)]
    known = [moment for moment in moments if moment is not None]
    return min(known) if len(known) == len(moments) else None


def kept_since(club: ClubContext | LocalStores, shop: Platform) -> dt.datetime | None:
    """When the oldest of what is kept of a shop was read; None where that is not known, or nothing is kept."""
    return read_since(club.cache.listings(platform=shop))


def unread_parts(club: ClubContext | LocalStores) -> str:
    """The events and products that the last refresh could not read, in words; empty for none.

    They may sell any show's seats. Known lost ones are not included, because their shows say so (but of places of no
    date no show does); nor is a product whose dates are still to be added, because it sells no seat yet. Why they could
    not be read is with the listings.
    """
    from brcc_tui.model.few_of_many import few_of_many  # not before the first picture

    failed = [one for one in club.cache.failed() if _is_unread_part(one)]
    if not failed:
        return ""
    lost = {parent_of(listing.id) for listing in club.cache.listings() if Flag.LOST in listing.flags}
    unread = (one for one in failed if one.id not in lost or NO_SUCH_DATE in one.reason)
    return few_of_many([*dict.fromkeys(f"{one.title} ({one.id})" for one in unread)])


def _is_unread_part(failure: Failure) -> bool:
    return failure.id.startswith(PART_IDS) and failure.reason != DATES_TO_FOLLOW


def _configured(club: ClubContext | LocalStores) -> Iterable[Platform]:
    settings = {Platform.EVENTBRITE: club.settings.eventbrite, Platform.WOOCOMMERCE: club.settings.woocommerce}
    return [shop for shop, of_shop in settings.items() if of_shop is not None]
