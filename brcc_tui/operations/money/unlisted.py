"""Shops whose list did not come at the last refresh: what of a show they sell is not known, which is not nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from brcc_tui.model.listing import Platform
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.context import ClubContext

SHOP_NAMES: Final = {Platform.EVENTBRITE: "Eventbrite", Platform.WOOCOMMERCE: "the shop"}


def lists_that_failed(club: ClubContext) -> Iterable[tuple[Platform, str]]:
    """The configured shops of which the last refresh read no list, or not the whole of it, with the reason."""
    clients = {Platform.EVENTBRITE: club.eventbrite, Platform.WOOCOMMERCE: club.woocommerce}
    for failure in club.cache.failed():
        shop = next((shop for shop in clients if shop.value == failure.id), None)
        if shop is not None and clients[shop] is not None:
            yield shop, failure.reason


def never_listed(club: ClubContext) -> Mapping[Platform, str]:
    """Those of them of which nothing is known from earlier either, with the reason: they may sell any show's seats."""
    failed = dict(lists_that_failed(club))
    return {shop: reason for shop, reason in failed.items() if not club.cache.listings(platform=shop)}


@dataclass(frozen=True, slots=True)
class ListingGaps:
    """What is not known of who sells a show's seats.

    `failed` are shops of which nobody knows whether they do, with the reason; `notes` say of which shop a listing may
    be missing.
    """

    failed: Mapping[Platform, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def listing_gaps(club: ClubContext, show: Show) -> ListingGaps:
    """Where the catalogue may lack listings of the show."""
    sells = {listing.platform for listing in show.listings}
    never = {shop: reason for shop, reason in never_listed(club).items() if shop not in sells}
    return ListingGaps(
        {
            shop: f"whether it sells this show is not known, for no refresh has listed what it sells ({reason}):"
            " refresh, then ask again"
            for shop, reason in never.items()
        },
        tuple(
            f"{SHOP_NAMES[shop]}: a listing of this show may be missing, for the last refresh read not all: {reason}"
            for shop, reason in lists_that_failed(club)
            if shop not in never
        ),
    )


def without_sums(show: Show, gaps: ListingGaps) -> Show:
    """The show, of which nobody knows what is sold and held in all while a shop may sell it that is not known to."""
    if not gaps.failed:
        return show
    untold = Unknown("; ".join(f"{SHOP_NAMES[shop]}: {reason}" for shop, reason in gaps.failed.items()))
    return replace(show, sold=untold, held=untold)
