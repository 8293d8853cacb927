"""Commands that read: refresh, listings, shows, explain, export."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from brcc_tui.cli import as_json
from brcc_tui.cli.console import DONE, FAILED, ProgressLine, print_json, print_lines, print_message
from brcc_tui.cli.session import usable_settings, with_club
from brcc_tui.model.listing import Flag, Listing, Platform

if TYPE_CHECKING:
    import argparse

    from brcc_tui.model.catalogue import Membership
    from brcc_tui.model.failure import Failure
    from brcc_tui.operations.catalogue.refresh_report import RefreshProgress, RefreshReport
    from brcc_tui.operations.context import ClubContext, LocalStores

_SHOPS: Final = {"eventbrite": "Eventbrite", "woocommerce": "WooCommerce"}
_PARTS: Final = {*_SHOPS, "wordpress"}
"""Ids of failures that mean a whole part could not be read, not one thing in it."""

_OWN_NUMBERS: Final = {
    "eventbrite": {"capacity", "remaining", "sold"},
    "woocommerce": {"capacity", "remaining"},
}
"""What each shop tells of a listing by itself: what WooCommerce has sold, its database knows alone."""

_NUMBERS: Final = 4
"""A reading has capacity, sold, held and remaining."""


def refresh_command(chosen: argparse.Namespace) -> int:
    """Read the catalogue of both shops. Status 1 when one of them failed as a whole, or nothing could be kept of it."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> tuple[RefreshReport, bool]:
        from brcc_tui.operations.catalogue.refresh import refresh as read_catalogue

        progress = ProgressLine()
        try:
            report = await read_catalogue(club, tell_progress(progress))
        finally:
            progress.end()
        _say_what_lacks(club)
        return report, club.cache.kept

    report, kept = with_club(settings, work, on_the_catalogue=False)
    if chosen.json:
        print_json(as_json.refresh_json(report))
    else:
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items())
        requests = ", ".join(f"{count} to {name}" for name, count in report.requests.items())
        lines = [counts, f"{report.seconds:.1f} s; requests: {requests}; queries: {report.queries}"]
        print_lines([*lines, *organization_lines(report.organizations)])
    _say_failed(report.failed)
    return FAILED if not kept or any(failure.id in _PARTS for failure in report.failed) else DONE


def organization_lines(membership: Membership | None) -> list[str]:
    """Which organization was read, and which others the token sees; a choice that nobody made says how to make it."""
    if membership is None or membership.chosen is None:
        return []
    words = f"organization: {membership.chosen}"
    if membership.others:
        words += f"; not read: {' and '.join(map(str, membership.others))}"
    if membership.others and membership.wanted is None:
        words += ". The first of them is read: set EVENTBRITE_ORGANIZATION_ID to the id of the club's"
    return [words]


def tell_progress(progress: ProgressLine) -> Callable[[RefreshProgress], None]:
    """How far each part has come, side by side on one line."""
    parts: dict[str, str] = {}

    def update(now: RefreshProgress) -> None:
        of = f" of {now.total}" if now.total is not None else ""
        parts[now.part] = f"{now.done}{of} {now.unit}"
        progress.show(" · ".join(parts.values()))

    return update


def _say_failed(failed: Sequence[Failure]) -> None:
    """A line for each, but not for the hundreds of listings that a silent shop takes with it."""
    parts = {failure.reason for failure in failed if failure.id in _PARTS}
    for failure in failed:
        if failure.id in _PARTS and failure.reason.startswith(failure.title):
            print_message(f"could not be read: {failure.reason}")
        elif failure.id in _PARTS or failure.reason not in parts:
            print_message(f"could not be read: {failure.id}, {failure.title}: {failure.reason}")


def _say_what_lacks(club: ClubContext | LocalStores) -> None:
    """That the shop's dates are of no show for want of a zone: they look like dates that the shop has written badly.
    And that nothing bears a flag of what was set or closed here, for want of a journal that can be read.
    """
    from brcc_tui.operations.catalogue.unlisted import why_no_zone
    from brcc_tui.operations.context import ClubContext

    if why := why_no_zone(club):
        print_message(why)
    if isinstance(club, ClubContext) and club.journal.notice:
        print_message(f"What was set or closed here is not known: {club.journal.notice}")


def listings_command(chosen: argparse.Namespace) -> int:
    """Every listing from today on, from the cache or read now."""
    settings = usable_settings(as_json=chosen.json)
    if chosen.live:
        return with_club(settings, lambda club: _live_listings(club, chosen))
    from brcc_tui.operations.context import open_local_stores
    from brcc_tui.store.catalogue_cache import CacheDamaged

    async def again(club: ClubContext) -> int:
        return _print_listings(club, chosen, _cached(club, chosen))

    gc.disable()  # what lives for half a second needs no collector, and it would cost a fifth of that
    shelf = open_local_stores(settings)
    try:
        if shelf.cache.notice and not shelf.cache.lost:
            print_message(shelf.cache.notice)
        if not shelf.cache.lost:
            return _print_listings(shelf, chosen, _cached(shelf, chosen))
    except CacheDamaged:
        pass
    finally:
        shelf.close()
        gc.enable()
    return with_club(settings, again)


async def _live_listings(club: ClubContext, chosen: argparse.Namespace) -> int:
    read = await _read_now(club, [listing.id for listing in _cached(club, chosen)])
    asked = {chosen.platform} if chosen.platform else _SHOPS.keys()
    return _print_listings(club, chosen, read, _silent(club, read, asked), _unread(read))


async def _read_now(club: ClubContext, ids: Sequence[str]) -> tuple[Listing, ...]:
    from brcc_tui.operations.catalogue.read import read_live

    progress = ProgressLine()
    try:
        return await read_live(club, ids, lambda done, total: progress.show(f"{done} of {total} events and products"))
    finally:
        progress.end()


def _cached(club: ClubContext | LocalStores, chosen: argparse.Namespace) -> tuple[Listing, ...]:
    from brcc_tui.model.shows.ending import as_of
    from brcc_tui.operations.context import current_listings

    now = club.clock.now()
    platform = Platform(chosen.platform) if getattr(chosen, "platform", None) else None
    if getattr(chosen, "past", False):
        return tuple(as_of(club.cache.listings(platform=platform), now))
    return current_listings(club, now, platform)


def _print_listings(
    club: ClubContext | LocalStores,
    chosen: argparse.Namespace,
    found: Sequence[Listing],
    silent: Sequence[Failure] = (),
    unread: Sequence[Failure] = (),
) -> int:
    read_at = club.cache.read_at()
    kept = (failure for failure in club.cache.failed() if failure.id != "wordpress" or not _tells_sold_now(found))
    failed = list({failure.id: failure for failure in (*kept, *silent, *unread)}.values())
    if chosen.json:
        print_json(
            {
                "listings": as_json.listings_json(found, _show_ids(club, found)),
                "failed": as_json.failures_json([*failed, *_unopened(club)]),
                "catalogue_read_at": read_at.isoformat() if read_at else None,
            }
        )
    else:
        from brcc_tui.cli.tables import listings_table

        print_lines(listings_table(found))
        _say_age(club, found)
    return _ended(club, silent, said=silent if chosen.json else failed)


def _tells_sold_now(found: Sequence[Listing]) -> bool:
    """Whether the database has told just now what the shop sold: that it was silent at the last refresh is over."""
    from brcc_tui.model.reading import Source

    told = (x.reading for x in found if x.platform is Platform.WOOCOMMERCE and x.reading.source is Source.LIVE)
    return any("sold" not in reading.unknowns() for reading in told)


def _say_age(club: ClubContext | LocalStores, told: Sequence[Listing]) -> None:
    if age := age_of_kept(club, told):
        print_message(f"from the catalogue: the oldest of these numbers is {age}. --live reads them now")


def age_of_kept(club: ClubContext | LocalStores, told: Sequence[Listing]) -> str:
    """How old the oldest of what is told from the catalogue may be, in words; empty where none of it is.

    Of what is over nothing changes any more.
    """
    from brcc_tui.model.newest import read_since
    from brcc_tui.model.reading import Source
    from brcc_tui.widgets.when import say_age

    kept = [x for x in told if Flag.PAST not in x.flags and x.reading.source is Source.CACHE]
    since = read_since(kept)
    age = say_age(since, club.clock.now()) if since is not None else "of unknown age"
    return age if kept and age != "just now" else ""


def _show_ids(club: ClubContext | LocalStores, found: Sequence[Listing]) -> list[str | None]:
    """The show of each; without what people said of rooms and pairings none is known."""
    from brcc_tui.operations.catalogue.shows import show_ids
    from brcc_tui.store.venue import VenueError

    try:
        return show_ids(club, found)
    except VenueError as app_error:
        print_message(str(app_error))
        return [None] * len(found)


def _silent(club: ClubContext, read: Sequence[Listing], asked: Collection[str] = _SHOPS.keys()) -> list[Failure]:
    """What told none of its numbers just now: a shop, or the database that knows what WooCommerce has sold.

    A single listing that cannot be read is a row with its reason, and no failure of the command. Eventbrite tells by
    itself what it has sold: where it does, it is not silent. A shop of which nothing is known to ask about tells
    nothing either, where the last refresh could not list what it sells.
    """
    from brcc_tui.model.failure import Failure
    from brcc_tui.operations.catalogue.unlisted import lists_that_failed

    unlisted = {shop.value: why for shop, why in lists_that_failed(club)}
    silent: list[Failure] = []
    for shop, name in _SHOPS.items():
        unknown = [listing.reading.unknowns() for listing in read if listing.platform.value == shop]
        if unknown:
            silent += _silent_about(club, shop, unknown)
        elif shop in asked and shop in unlisted:
            silent.append(Failure(shop, name, unlisted[shop]))
    return silent


def _silent_about(club: ClubContext, shop: str, unknown: Sequence[Mapping[str, str]]) -> list[Failure]:
    """The same for a shop of whose listings this is not known."""
    from brcc_tui.model.failure import Failure

    if _tells_no_number(shop, unknown):
        return [Failure(shop, _SHOPS[shop], unknown[0]["remaining"])]
    if shop == "woocommerce" and club.wordpress and all("sold" in reasons for reasons in unknown):
        return [Failure("wordpress", "WordPress database", _why(unknown[0]))]
    return []


def _tells_no_number(shop: str, unknown: Sequence[Mapping[str, str]]) -> bool:
    """Whether a shop told no number of its own of any of these listings, and not by the nature of all of them."""
    from brcc_tui.model.listings.stock_terms import UNCOUNTED_VARIATION

    if not all(_OWN_NUMBERS[shop] <= reasons.keys() for reasons in unknown):
        return False
    return {reasons["remaining"] for reasons in unknown} != {UNCOUNTED_VARIATION.reason}


def _unread(read: Sequence[Listing]) -> list[Failure]:
    """The listings of which nothing could be read. One unknown number alone can be a listing's nature."""
    from brcc_tui.model.failure import Failure

    unknown = ((listing, listing.reading.unknowns()) for listing in read)
    return [Failure(one.id, one.title, _why(reasons)) for one, reasons in unknown if len(reasons) == _NUMBERS]


def _why(unknown: Mapping[str, str]) -> str:
    """Why nothing could be read: what was sold is never unknown by a listing's nature alone."""
    return unknown["sold"].removeprefix("database: ")


def _ended(club: ClubContext | LocalStores, silent: Sequence[Failure], said: Sequence[Failure]) -> int:
    """The status of a command that shows listings; what it could not read is named on standard error."""
    _say_failed(said)
    unopened = _unopened(club)
    if unopened:
        print_message("What the shops sell is not known here: let this user write to that folder, then refresh.")
    elif club.cache.read_at() is None:
        print_message("There is no catalogue yet: brcc-tui refresh reads it.")
    _say_what_lacks(club)
    return FAILED if silent or unopened else DONE


def _unopened(club: ClubContext | LocalStores) -> list[Failure]:
    """The catalogue, where its file can neither be read nor made: that nothing is listed says nothing of the shops."""
    from brcc_tui.model.failure import Failure

    if club.cache.kept or club.cache.read_at() is not None:
        return []
    return [Failure("catalogue", "Catalogue", club.cache.notice or "it cannot be opened")]


def _with_unlisted(
    club: ClubContext, silent: Sequence[Failure], parts: Collection[str] = _SHOPS.keys()
) -> Sequence[Failure]:
    """What is silent, and those of the parts that the last refresh could not read.

    Of a shop that it could not list a show may lack listings; without the database nobody knows what the shop sold.
    """
    unlisted = (failure for failure in club.cache.failed() if failure.id in parts)
    return list({failure.id: failure for failure in (*unlisted, *silent)}.values())


def shows_command(chosen: argparse.Namespace) -> int:
    """Listings grouped into performances."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.catalogue.shows import programme

        found = _cached(club, chosen)
        if chosen.live:
            found = await _read_now(club, [listing.id for listing in found])
        silent = _silent(club, found) if chosen.live else []
        grouped = programme(club, found)
        if chosen.json:
            print_json(
                {
                    "shows": [as_json.show_json(show) for show in grouped.shows],
                    "unpaired": [as_json.listing_json(listing) for listing in grouped.unpaired],
                }
            )
        else:
            from brcc_tui.cli.tables import listings_table, shows_table

            print_lines(shows_table(grouped.shows))
            if grouped.unpaired:
                print_lines(["", "Of no show:", *listings_table(grouped.unpaired)])
            _say_age(club, found)
        return _ended(club, silent, said=_with_unlisted(club, silent, _SHOPS.keys() if chosen.live else _PARTS))

    return with_club(settings, work)


def explain_command(chosen: argparse.Namespace) -> int:
    """How a product was classified, and where each number comes from."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.catalogue.explain import explain as explain_listing

        answer = await explain_listing(club, chosen.listing)
        if chosen.json:
            print_json(as_json.explanation_json(answer))
        else:
            from brcc_tui.cli.tables import explanation_lines

            print_lines(explanation_lines(answer))
        return DONE

    return with_club(settings, work)


def export_command(chosen: argparse.Namespace) -> int:
    """Listings and shows with live numbers, as CSV or JSON, on standard output or in a file."""
    import json

    if chosen.first or chosen.last:
        from brcc_tui.cli.money import export_period

        return export_period(chosen)
    chosen.json = chosen.format == "json" and not chosen.out
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.catalogue.export import listings_as_csv, write_file
        from brcc_tui.operations.catalogue.shows import programme

        read = await _read_now(club, [listing.id for listing in _cached(club, chosen)])
        grouped = programme(club, read)
        if chosen.format == "csv":
            text = listings_as_csv(grouped)
        else:
            found = [*(listing for show in grouped.shows for listing in show.listings), *grouped.unpaired]
            document = {
                "listings": [as_json.listing_json(listing) for listing in found],
                "shows": [as_json.show_json(show) for show in grouped.shows],
                "exported_at": club.clock.now().isoformat(),
            }
            text = json.dumps(document, indent=1) + "\n"
        if chosen.out:
            write_file(chosen.out, text)
            print_message(f"{len(read)} listings written to {chosen.out}")
        else:
            print_lines(text.splitlines())
        silent = _silent(club, read)
        return _ended(club, silent, said=_with_unlisted(club, silent))

    return with_club(settings, work)
