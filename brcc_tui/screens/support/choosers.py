"""Choosing what a card compares: another product or series, then another date, slot or ticket class of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from brcc_tui.model.finding.subject import of_listing, of_text
from brcc_tui.model.finding.words import text_words
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import parent_of
from brcc_tui.model.shows.ending import Over
from brcc_tui.screens.support.find import FindableChoice
from brcc_tui.widgets.names import shop_name
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from brcc_tui.screens.support.host import ScreenHost


def choose_product(host: ScreenHost, now_chosen: Listing | None, then: Callable[[Listing], None]) -> None:
    """Let a person choose a product or series, then a date of it; at the same start as now, if it has one."""
    coming = _to_come(host.board.listings.values(), host.desk.now())
    products: dict[str, list[Listing]] = {}
    for listing in coming:
        products.setdefault(_top(listing), []).append(listing)

    def found(key: str, inside: Sequence[Listing]) -> FindableChoice:
        title, shop = inside[0].title, shop_name(inside[0].platform)
        slots = " ".join(dict.fromkeys(x.slot or "" for x in inside))
        words = text_words(f"{title} {slots} {key} {shop} {'eb' if key.startswith('eb:') else 'wc'}")
        return FindableChoice(
            key, lambda: title, f"{shop}, {len(inside)} to come", of_text(words), lambda: chosen(inside)
        )

    def chosen(inside: Sequence[Listing]) -> None:
        if len(inside) == 1:
            then(inside[0])
        else:
            _choose_date(host, inside, now_chosen, then)

    things = sorted((found(*one) for one in products.items()), key=lambda one: (one.title.casefold(), one.key))
    host.search("Which product or series?", things, at=_top(now_chosen) if now_chosen else "", nothing=_nothing(host))


def choose_date(host: ScreenHost, listing: Listing, then: Callable[[Listing], None]) -> None:
    """Let a person choose another date, slot or ticket class of a listing's product."""
    top = _top(listing)
    inside = [one for one in host.board.listings.values() if _top(one) == top]
    coming = _to_come(inside, host.desk.now())
    _choose_date(host, coming if listing in coming else [listing, *coming], listing, then)


def _choose_date(
    host: ScreenHost, inside: Sequence[Listing], now_chosen: Listing | None, then: Callable[[Listing], None]
) -> None:
    def called(listing: Listing) -> str:
        when = say_start(listing.starts_at, host.now()) if listing.starts_at else "no date"
        return f"{when}  {listing.slot or listing.title}"

    def found(listing: Listing) -> FindableChoice:
        note = "compared already" if listing.id in host.board.selected else listing.price or ""
        return FindableChoice(listing.id, lambda: called(listing), note, of_listing(listing), lambda: then(listing))

    at = _nearest(inside, now_chosen) if now_chosen else ""
    host.search(
        f"{inside[0].title}: which date?", [found(listing) for listing in inside], at=at, nothing=_nothing(host)
    )


def _nothing(host: ScreenHost) -> str:
    return host.board.nothing_found()


def _top(listing: Listing) -> str:
    """What stands at the top of its shop's tree: a series, or a product."""
    return listing.group if listing.platform is Platform.EVENTBRITE else parent_of(listing.id)


def _to_come(listings: Iterable[Listing], now: dt.datetime) -> Sequence[Listing]:
    """Those not over, soonest first; without a date at the end. All of them, if they are over."""
    every = list(listings)
    over = Over(now)
    coming = [x for x in every if not over(x)]
    return sorted(coming or every, key=lambda x: (x.starts_at is None, x.starts_at or now, x.slot or "", x.id))


def _nearest(inside: Sequence[Listing], listing: Listing) -> str:
    """The listing itself, or the one that begins nearest to it."""
    start = listing.starts_at
    if start is None or any(one.id == listing.id for one in inside):
        return listing.id
    dated = [(abs(one.starts_at - start), one.id) for one in inside if one.starts_at]
    return min(dated)[1] if dated else ""
