"""Shops whose list did not come at the last refresh: what they sell of a show is not known, which is not nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from brcc_tui.model.listing import Platform
from brcc_tui.operations.context import ClubContext, LocalStores
from brcc_tui.store.catalogue_file import CacheError

SHOP_NAMES: Final = {Platform.EVENTBRITE: "Eventbrite", Platform.WOOCOMMERCE: "the shop"}

LISTS: Final = {"Eventbrite": Platform.EVENTBRITE, "WooCommerce": Platform.WOOCOMMERCE}
"""The titles of what failed where it is the list of what a shop has to come; that of past events has the same id."""


def lists_that_failed(club: ClubContext | LocalStores, *, past: bool = False) -> Iterable[tuple[Platform, str]]:
    """The configured shops of which the last refresh read no list, or not the whole of it, with the reason.

    `past`: the list of past events counts, too.
    """
    configured = {Platform.EVENTBRITE: club.settings.eventbrite, Platform.WOOCOMMERCE: club.settings.woocommerce}
    shops = {shop.value: shop for shop, settings in configured.items() if settings is not None}
    for failure in club.cache.failed():
        if failure.id in shops and (past or failure.title in LISTS):
            yield shops[failure.id], failure.reason


def never_listed(club: ClubContext | LocalStores) -> Mapping[Platform, str]:
    """Those of them of which nothing is known from earlier either, with the reason: they may sell any show's seats.

    A catalogue that is damaged, or cannot be read, tells nothing of that, and says so itself.
    """
    try:
        failed = dict(lists_that_failed(club))
        return {shop: reason for shop, reason in failed.items() if not club.cache.has_any(shop)}
    except CacheError:
        return {}
