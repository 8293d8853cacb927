"""Shops whose list did not come at the last refresh: what they sell of a show is not known, which is not nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from brcc_tui.model.listing import Platform
from brcc_tui.operations.context import ClubContext, LocalStores
from brcc_tui.store.catalogue_file import CacheDamaged

SHOP_NAMES: Final = {Platform.EVENTBRITE: "Eventbrite", Platform.WOOCOMMERCE: "the shop"}


def lists_that_failed(club: ClubContext | LocalStores) -> Iterable[tuple[Platform, str]]:
    """The configured shops of which the last refresh read no list, or not the whole of it, with the reason."""
    configured = {
        Platform.EVENTBRITE: club.settings.eventbrite is not None,
        Platform.WOOCOMMERCE: club.settings.woocommerce is not None,
    }
    for failure in club.cache.failed():
        shop = next((shop for shop, is_read in configured.items() if is_read and shop.value == failure.id), None)
        if shop is not None:
            yield shop, failure.reason


def never_listed(club: ClubContext | LocalStores) -> Mapping[Platform, str]:
    """Those of them of which nothing is known from earlier either, with the reason: they may sell any show's seats.

    A damaged catalogue tells nothing of that, and says so itself.
    """
    try:
        failed = dict(lists_that_failed(club))
    except CacheDamaged:
        return {}
    return {shop: reason for shop, reason in failed.items() if not club.cache.listings(platform=shop)}
