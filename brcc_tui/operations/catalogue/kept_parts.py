"""What a refresh keeps of the previous catalogue: a shop, an event or a product that could not be read now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from brcc_tui.model.catalogue import NO_META, Catalogue, Event, Product
from brcc_tui.model.failure import Failure, Unanswered, WithoutData
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.listing_id import ProductId, is_on_eventbrite, parent_number, parent_of
from brcc_tui.model.listings.lost import ASK_AGAIN
from brcc_tui.model.shows.ending import is_over
from brcc_tui.operations.catalogue.unlisted import LISTS, is_of_coming
from brcc_tui.operations.context import ClubContext

_Part = TypeVar("_Part", Event, Product)


def with_kept_shops(
    club: ClubContext, new: Catalogue, silent: Collection[Platform], failed: Sequence[Failure]
) -> tuple[Catalogue, list[Listing], Sequence[Failure]]:
    """The new catalogue with the old one's part of the shops that gave nothing (`silent`) or not everything (a failure
    has the shop's own name), the listings of that part, and the failures then and now.
    """
    partly, lacks_coming = {failure.id for failure in failed}, _of_coming(failed)
    short = [platform for platform in Platform if platform in silent or platform in partly]
    old = club.cache.catalogue() if short else None
    if old is None:
        return new, [], failed
    listings: list[Listing] = []
    for platform in short:
        if platform in silent:
            new, of_kept, failed = _with_old(club, old, new, platform, failed)
        else:
            new, of_kept = _with_unseen(club, old, new, platform, lacks_coming=platform in lacks_coming)
        listings += of_kept
    return new, listings, failed


def _of_coming(failed: Iterable[Failure]) -> set[Platform]:
    """The shops that did not tell all that is to come."""
    return {LISTS[failure.title] for failure in failed if is_of_coming(failure)}


def _with_old(
    club: ClubContext, old: Catalogue, new: Catalogue, platform: Platform, failed: Sequence[Failure]
) -> tuple[Catalogue, Sequence[Listing], list[Failure]]:
    """The new catalogue with all that the old one had of a shop that did not tell, its listings, and what failed then
    and now.
    """
    kept, prefix = club.cache.listings(platform=platform), "eb:" if platform is Platform.EVENTBRITE else "wc:"
    structure = {"events": old.events} if platform is Platform.EVENTBRITE else {"products": old.products}
    now = [_with_age(failure, platform, kept) for failure in failed]
    before = [failure for failure in old.failed if failure.id.startswith(prefix)]
    return replace(new, **structure), kept, [*now, *before]


def lost_events(club: ClubContext, listed: Iterable[Event], failed: Iterable[Failure]) -> list[Event]:
    """The events that arrived and could not be parsed, as they were known: their seats are sold all the same."""
    reasons = {parent_number(failure.id): _why_lost(failure) for failure in failed if is_on_eventbrite(failure.id)}
    old = club.cache.catalogue() if reasons else None
    if old is None:
        return []
    missing = reasons.keys() - {event.id for event in listed}
    known = (event for event in old.events if event.id in missing)
    return [replace(event, lost=reasons[event.id]) for event in known]


def _why_lost(failure: Failure) -> str:
    """Why nothing is known of an event, and the way out: there is nothing to repair where Eventbrite was silent."""
    way_out = ASK_AGAIN if isinstance(failure, Unanswered) else "refresh once it is fixed on Eventbrite"
    return f"{failure.reason.rstrip('.')}; {way_out}"


def _with_unseen(
    club: ClubContext, old: Catalogue, new: Catalogue, platform: Platform, *, lacks_coming: bool
) -> tuple[Catalogue, list[Listing]]:
    """The new catalogue with what the old one had besides, and the listings of that as they were read last.

    While it is known that not all came, what is missing may be there all the same. Of Eventbrite's past events alone
    that says nothing of those to come: what their list lacks was asked for (`missed_events`).
    """
    if platform is Platform.EVENTBRITE:
        besides = _besides(old.events, new.events)
        events = [event for event in besides if lacks_coming or _is_past(event, new.read_at)]
        kept = {f"eb:{event.id}" for event in events}
        new = replace(new, events=(*new.events, *events))
    else:
        products = _besides(old.products, new.products)
        kept = {str(ProductId(product.id)) for product in products}
        new = replace(new, products=(*new.products, *products))
    return new, _listings_of(club, platform, kept)


def _is_past(event: Event, now: dt.datetime) -> bool:
    return event.starts_at is not None and is_over(event.starts_at, now, event.ends_at)


def _besides(old: Sequence[_Part], new: Sequence[_Part]) -> list[_Part]:
    """What of the old is not among the new."""
    seen = {part.id for part in new}
    return [part for part in old if part.id not in seen]


def _listings_of(club: ClubContext, platform: Platform, parents: Collection[str]) -> list[Listing]:
    """The cached listings of these events or products."""
    return [each for each in club.cache.listings(platform=platform) if parent_of(each.id) in parents]


def with_kept_meta(
    club: ClubContext, new: Catalogue, failed: Sequence[Failure]
) -> tuple[Catalogue, list[Listing], list[Failure]]:
    """The new catalogue with the old products in place of those that were events and now came without any meta, and
    what is to be said of them besides what `failed` says.
    """
    before = _known_with_meta(club, [product.id for product in new.products if not product.meta])
    if not before:
        return new, [], []
    products = tuple(before.get(product.id, product) for product in new.products)
    listings = _listings_of(club, Platform.WOOCOMMERCE, {str(ProductId(number)) for number in before})
    return replace(new, products=products), listings, _without_meta(before.values(), failed)


def _without_meta(kept: Iterable[Product], failed: Sequence[Failure]) -> list[Failure]:
    """What is said of each product whose meta did not come, unless it is said already; if none came, that reason."""
    said = {failure.id for failure in failed}
    of_all = (one.reason for one in failed if isinstance(one, WithoutData) and one.id == Platform.WOOCOMMERCE)
    why = next(of_all, f"could not be read: {NO_META}")
    all_kept = (Failure(str(ProductId(product.id)), product.name, why) for product in kept)
    return [failure for failure in all_kept if failure.id not in said]


def _known_with_meta(club: ClubContext, bare: Sequence[int]) -> dict[int, Product]:
    """Those of these products that were events as far as is known, as they were."""
    return {product.id: product for product in club.cache.products(bare) if product.meta} if bare else {}


def _with_age(failure: Failure, platform: Platform, kept: Sequence[Listing]) -> Failure:
    """Say how old what is kept of a shop may be, where the failure is that shop's: as old as the oldest of it."""
    read = [listing.reading.read_at for listing in kept if listing.reading.read_at]
    if failure.id != platform.value or not read:
        return failure
    return failure._replace(reason=f"{failure.reason} What was read since {min(read):%Y-%m-%d %H:%M} UTC is kept.")
