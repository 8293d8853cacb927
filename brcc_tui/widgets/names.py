"""Listings by the names that people know, wherever the program itself uses an id."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import is_of_the_shop, is_on_eventbrite, parent_of
from brcc_tui.widgets.when import say_start

_COMMAND: Final = "brcc-tui "
_IDS: Final = re.compile(rf"(?:{_COMMAND}[a-z]+ )?(?:eb|wc)(?::\w+)+")

CHECK_NAMES: Final = {
    "application": "This program",
    "eventbrite_api": "Eventbrite",
    "woocommerce_api": "Shop",
    "wordpress_db": "WordPress database",
    "cache_status": "Catalogue",
    "journal": "Journal",
    "disk_space": "Disk",
    "memory_usage": "Memory",
    "configuration": "Settings",
}
"""What people call the checks of health."""


def shop_name(platform: Platform) -> str:
    """What people call a shop."""
    return "Eventbrite" if platform is Platform.EVENTBRITE else "Shop"


def shop_mark(listing_id: str) -> str:
    """Its shop in two letters, as lists have it; empty for what is on neither."""
    if is_on_eventbrite(listing_id):
        return "EB"
    return "WC" if is_of_the_shop(listing_id) else ""


def price_text(listing: Listing) -> str:
    """The price with its currency; empty where the shop gives none."""
    return f"{listing.price} {listing.currency or ''}".strip() if listing.price else ""


def alike_of(listings: Iterable[Listing]) -> frozenset[str]:
    """Those of these that title, shop and time do not tell apart: only their ticket class or slot does."""
    several: dict[object, list[str]] = {}
    for listing in listings:
        several.setdefault((listing.title, listing.platform, listing.starts_at), []).append(listing.id)
    return frozenset(name for names in several.values() if len(names) > 1 for name in names)


def called(listing: Listing) -> str:
    """`Friday Night, 8pm Show`: a slot's name alone is that of other products' slots too."""
    own = listing.slot and listing.slot != listing.title
    return f"{listing.title}, {listing.slot}" if own else listing.title


def called_among(listing: Listing, others: Iterable[Listing]) -> str:
    """Its title; with its ticket class or slot where that alone tells it from one of these (`alike_of`)."""
    own = listing.title, listing.platform, listing.starts_at
    alike = (x for x in others if (x.title, x.platform, x.starts_at) == own and x.id != listing.id)
    return listing.title if next(alike, None) is None else called(listing)


def called_apart(listings: Collection[Listing]) -> Mapping[str, str]:
    """What each is called, by its id, so that no two of them can be taken for each other: alike ones bear their id."""
    alike = Counter((listing.platform, listing.starts_at, called(listing)) for listing in listings)
    return {
        x.id: called(x) if alike[x.platform, x.starts_at, called(x)] == 1 else f"{called(x)} ({x.id})" for x in listings
    }


def listing_name(listing: Listing, now: dt.datetime) -> str:
    """`Shop Friday Night, 8pm Show, tonight 20:00`."""
    when = f", {say_start(listing.starts_at, now)}" if listing.starts_at else ""
    return f"{shop_name(listing.platform)} {called(listing)}{when}"


def with_names(text: str, listings: Mapping[str, Listing], now: dt.datetime, *, of: str = "") -> str:
    """The text with names in the place of ids, but for those in a command, which is typed as it stands; `of` is the
    listing that it speaks of, which needs no name, nor does its product.
    """

    def named(found: re.Match[str]) -> str:
        listing = listings.get(found[0])
        return listing_name(listing, now) if listing else found[0]

    for name in (of, parent_of(of)) if of else ():
        text = text.replace(f"{name}: ", "")
    return _IDS.sub(named, text)
