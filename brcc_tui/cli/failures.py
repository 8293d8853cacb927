"""Reports what the listing commands could not read: on standard error, in their documents, and in their exit status."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from brcc_tui.cli.console import DONE, FAILED, print_message
from brcc_tui.model.listing import Flag, Platform

if TYPE_CHECKING:
    from brcc_tui.model.failure import Failure
    from brcc_tui.model.listing import Listing
    from brcc_tui.operations.context import ClubContext, LocalStores

SHOP_TITLES: Final = {"eventbrite": "Eventbrite", "woocommerce": "WooCommerce"}
WHOLE_PARTS: Final = {*SHOP_TITLES, "wordpress"}
"""Ids of failures that mean a whole part could not be read, not one thing in it."""

_OWN_NUMBERS: Final = {
    "eventbrite": {"capacity", "remaining", "sold"},
    "woocommerce": {"capacity", "remaining"},
}
"""What each shop tells of a listing by itself: what WooCommerce has sold, its database knows alone."""

_NUMBERS: Final = 4
"""A reading has capacity, sold, held and remaining."""


def say_failed(failed: Sequence[Failure]) -> None:
    """A line for each, but not for the hundreds of listings that a silent shop takes with it."""
    parts = {failure.reason for failure in failed if failure.id in WHOLE_PARTS}
    for failure in failed:
        if failure.id in WHOLE_PARTS and failure.reason.startswith(failure.title):
            print_message(f"could not be read: {failure.reason}")
        elif failure.id in WHOLE_PARTS or failure.reason not in parts:
            print_message(f"could not be read: {failure.id}, {failure.title}: {failure.reason}")


def refresh_status(failed: Sequence[Failure], *, kept: bool) -> int:
    """The status of a refresh: 1 when a shop, or the database, failed as a whole, or nothing could be kept of it."""
    return FAILED if not kept or any(failure.id in WHOLE_PARTS for failure in failed) else DONE


def say_what_lacks(club: ClubContext | LocalStores) -> None:
    """That the shop's dates are of no show for want of a zone: they look like dates that the shop has written badly.
    And that nothing bears a flag of what was set or closed here, for want of a journal that can be read.
    """
    from brcc_tui.operations.catalogue.unlisted import why_no_zone
    from brcc_tui.operations.context import ClubContext

    if why := why_no_zone(club):
        print_message(why)
    if isinstance(club, ClubContext) and club.journal.notice:
        print_message(f"What was set or closed here is not known: {club.journal.notice}")


def silent_parts(
    club: ClubContext, read: Sequence[Listing], asked: Collection[str] = SHOP_TITLES.keys()
) -> list[Failure]:
    """What told none of its numbers just now: a shop, or the database that knows what WooCommerce has sold.

    A single listing that cannot be read is a row with its reason, and no failure of the command. Eventbrite tells by
    itself what it has sold: where it does, it is not silent. A shop of which nothing is known to ask about tells
    nothing either, where the last refresh could not list what it sells.
    """
    from brcc_tui.model.failure import Failure
    from brcc_tui.operations.catalogue.unlisted import lists_that_failed

    unlisted = {shop.value: why for shop, why in lists_that_failed(club)}
    silent: list[Failure] = []
    for shop, name in SHOP_TITLES.items():
        of_shop = [listing for listing in read if listing.platform.value == shop]
        if of_shop:
            silent += _silent_about(club, shop, of_shop)
        elif shop in asked and shop in unlisted:
            silent.append(Failure(shop, name, unlisted[shop]))
    return silent


def _silent_about(club: ClubContext, shop: str, read: Sequence[Listing]) -> list[Failure]:
    """What of a shop was silent, by what is unknown of each of its listings that were read."""
    from brcc_tui.model.failure import Failure

    if (why := _why_no_number(shop, read)) is not None:
        return [Failure(shop, SHOP_TITLES[shop], why)]
    unknown = [listing.reading.unknowns() for listing in read]
    if shop == "woocommerce" and club.wordpress and all("sold" in reasons for reasons in unknown):
        return [Failure("wordpress", "WordPress database", _why(unknown[0]))]
    return []


def _why_no_number(shop: str, read: Sequence[Listing]) -> str | None:
    """Why a shop told no number of its own of any of these listings; None where it did, or none of them has one."""
    unknown = [(listing, listing.reading.unknowns()) for listing in read]
    if not all(_OWN_NUMBERS[shop] <= reasons.keys() for _, reasons in unknown):
        return None
    why = (reasons["remaining"] for listing, reasons in unknown if not _has_no_number(listing, reasons["remaining"]))
    return next(why, None)


def _has_no_number(listing: Listing, why: str) -> bool:
    """Whether the web shop has none to tell of it, for that reason (a seating chart counts its seats, or nobody does):
    of what it did not tell it is not known either whether that is sold, for the same reason. What is over is not sold,
    whatever the shop tells.
    """
    from brcc_tui.model.listings.stock_terms import UNCOUNTED_VARIATION

    if listing.platform is not Platform.WOOCOMMERCE:
        return False
    is_over = not {Flag.PAST, Flag.SALES_ENDED}.isdisjoint(listing.flags)
    return why == UNCOUNTED_VARIATION.reason or (not is_over and listing.terms.unknown != why)


def unread_listings(read: Sequence[Listing]) -> list[Failure]:
    """The listings of which nothing could be read. One unknown number alone can be a listing's nature."""
    from brcc_tui.model.failure import Failure

    unknown = ((listing, listing.reading.unknowns()) for listing in read)
    return [Failure(one.id, one.title, _why(reasons)) for one, reasons in unknown if len(reasons) == _NUMBERS]


def _why(unknown: Mapping[str, str]) -> str:
    """Why nothing could be read: what was sold is never unknown by a listing's nature alone."""
    return unknown["sold"].removeprefix("database: ")


def shops_never_listed(club: ClubContext | LocalStores, asked: Collection[str] = SHOP_TITLES.keys()) -> list[Failure]:
    """Those of the shops asked for of which no list has ever come, though a catalogue was read."""
    from brcc_tui.model.failure import Failure
    from brcc_tui.operations.catalogue.unlisted import lists_that_failed

    unlisted = lists_that_failed(club) if club.cache.read_at() is not None else ()
    never = ((shop, why) for shop, why in unlisted if shop.value in asked and not club.cache.has_any(shop))
    return [Failure(shop.value, SHOP_TITLES[shop.value], why) for shop, why in never]


def list_status(club: ClubContext | LocalStores, silent: Sequence[Failure], failed: Sequence[Failure]) -> int:
    """The status of a command that shows listings; what it could not read is named on standard error."""
    say_failed(failed)
    if club.cache.read_at() is None:
        kept = club.cache.kept
        print_message(_NO_CATALOGUE if kept else f"What the shops sell is not known here. {club.cache.way_out}")
    say_what_lacks(club)
    return FAILED if silent or no_catalogue(club) else DONE


_NO_CATALOGUE: Final = "There is no catalogue yet: brcc-tui refresh reads it."


def no_catalogue(club: ClubContext | LocalStores) -> list[Failure]:
    """The catalogue, where nothing was read into it yet, or its file can neither be read nor made: that nothing is
    listed says nothing of the shops then.
    """
    from brcc_tui.model.failure import Failure

    if club.cache.read_at() is not None:
        return []
    why = _NO_CATALOGUE if club.cache.kept else club.cache.notice or "it cannot be opened"
    return [Failure("catalogue", "Catalogue", why)]


def with_failed(document: dict[str, Any], club: ClubContext, failed: Sequence[Failure]) -> dict[str, Any]:
    """The document of a command whose lists bear no failures, with what failed beside them, where anything did: what
    could not be read, or the want of a catalogue.
    """
    from brcc_tui.cli.as_json import failures_json

    missing = no_catalogue(club)
    with_failures = {**document, "failed": failures_json(failed)} if failed else document
    return {**with_failures, "error": missing[0].reason} if missing else with_failures


def with_unlisted(
    club: ClubContext, silent: Sequence[Failure], parts: Collection[str] = SHOP_TITLES.keys()
) -> Sequence[Failure]:
    """What is silent, and those of the parts that the last refresh could not read.

    Of a shop that it could not list a show may lack listings; without the database nobody knows what the shop sold.
    """
    unlisted = (failure for failure in club.cache.failed() if failure.id in parts)
    return told_once((*unlisted, *silent))


def told_once(failed: Iterable[Failure]) -> list[Failure]:
    """What could not be read, the newest word of each. Of a shop both lists may have failed, coming and past events."""
    found = {(one.id, one.title if one.id in WHOLE_PARTS else ""): one for one in failed}
    return list(found.values())
