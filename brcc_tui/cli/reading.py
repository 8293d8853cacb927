"""Commands that read: refresh, listings, shows, explain, export."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from brcc_tui.cli import as_json
from brcc_tui.cli.console import DONE, ProgressLine, print_json, print_lines, print_message
from brcc_tui.cli.failures import (
    SHOP_TITLES,
    WHOLE_PARTS,
    list_status,
    no_catalogue,
    refresh_status,
    say_failed,
    say_what_lacks,
    shops_never_listed,
    silent_parts,
    told_once,
    unread_listings,
    with_failed,
    with_unlisted,
)
from brcc_tui.cli.session import usable_settings, with_club
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing import Flag, Listing, Platform

if TYPE_CHECKING:
    import argparse

    from brcc_tui.model.catalogue import Membership
    from brcc_tui.model.failure import Failure
    from brcc_tui.operations.catalogue.refresh_report import RefreshProgress, RefreshReport
    from brcc_tui.operations.context import ClubContext, LocalStores


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
        say_what_lacks(club)
        return report, club.cache.kept

    report, kept = with_club(settings, work, on_the_catalogue=False)
    if chosen.json:
        print_json(as_json.refresh_json(report))
    else:
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items())
        requests = ", ".join(f"{count} to {name}" for name, count in report.requests.items())
        lines = [counts, f"{report.seconds:.1f} s; requests: {requests}; queries: {report.queries}"]
        print_lines([*lines, *organization_lines(report.organizations)])
    say_failed(report.failed)
    return refresh_status(report.failed, kept=kept)


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


def listings_command(chosen: argparse.Namespace) -> int:
    """Every listing from today on, from the cache or read now."""
    settings = usable_settings(as_json=chosen.json)
    if chosen.platform and getattr(settings, chosen.platform) is None:
        print_message(f"{SHOP_TITLES[chosen.platform]} is not configured: brcc-tui setup asks for its settings")
    if chosen.live:
        return with_club(settings, lambda club: _live_listings(club, chosen))
    from brcc_tui.operations.context import open_local_stores
    from brcc_tui.store.catalogue_file import CacheDamaged

    async def again(club: ClubContext) -> int:
        return _kept_listings(club, chosen)

    gc.disable()  # what lives for half a second needs no collector, and it would cost a fifth of that
    stores = open_local_stores(settings)
    try:
        if stores.cache.notice and not stores.cache.lost:
            print_message(stores.cache.notice)
        if not stores.cache.lost:
            return _kept_listings(stores, chosen)
    except CacheDamaged:
        pass
    finally:
        stores.close()
        gc.enable()
    return with_club(settings, again)


async def _live_listings(club: ClubContext, chosen: argparse.Namespace) -> int:
    read = await _read_now(club, [listing.id for listing in _cached(club, chosen)])
    return _print_listings(club, chosen, read, silent_parts(club, read, _asked(chosen)), unread_listings(read))


def _kept_listings(club: ClubContext | LocalStores, chosen: argparse.Namespace) -> int:
    return _print_listings(club, chosen, _cached(club, chosen), shops_never_listed(club, _asked(chosen)))


def _asked(chosen: argparse.Namespace) -> Collection[str]:
    """The shops that a list is to be of."""
    return {chosen.platform} if chosen.platform else SHOP_TITLES.keys()


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
    failed = told_once((*kept, *silent, *unread))
    if chosen.json:
        rest = {
            "failed": as_json.failures_json([*failed, *no_catalogue(club)]),
            "catalogue_read_at": read_at.isoformat() if read_at else None,
        }
        print_json(rest, listings=as_json.listings_text(found, _show_ids(club, found)))
    else:
        from brcc_tui.cli.tables import listings_table

        print_lines(listings_table(found))
        _say_age(club, found)
    return list_status(club, silent, failed=silent if chosen.json else failed)


def _tells_sold_now(found: Sequence[Listing]) -> bool:
    """Whether the database has told just now what the shop sold: that it was silent at the last refresh is over."""
    from brcc_tui.model.reading import Source

    readings = (x.reading for x in found if x.platform is Platform.WOOCOMMERCE and x.reading.source is Source.LIVE)
    return any("sold" not in reading.unknowns() for reading in readings)


def _say_age(club: ClubContext | LocalStores, listings: Sequence[Listing]) -> None:
    if age := age_of_kept(club, listings):
        print_message(f"from the catalogue: the oldest of these numbers is {age}. --live reads them now")


def age_of_kept(club: ClubContext | LocalStores, listings: Sequence[Listing]) -> str:
    """How old the oldest of what is told from the catalogue may be, in words; empty where none of it is.

    Of what is over nothing changes any more.
    """
    from brcc_tui.model.newest import read_since
    from brcc_tui.model.reading import Source
    from brcc_tui.widgets.when import say_age

    kept = [x for x in listings if Flag.PAST not in x.flags and x.reading.source is Source.CACHE]
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


def shows_command(chosen: argparse.Namespace) -> int:
    """Listings grouped into performances."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.catalogue.shows import programme

        found = _cached(club, chosen)
        if chosen.live:
            found = await _read_now(club, [listing.id for listing in found])
        silent = silent_parts(club, found) if chosen.live else shops_never_listed(club)
        failed = with_unlisted(club, silent, SHOP_TITLES.keys() if chosen.live else WHOLE_PARTS)
        grouped = programme(club, found)
        if chosen.json:
            document = {
                "shows": [as_json.show_json(show) for show in grouped.shows],
                "unpaired": as_json.listings_json(grouped.unpaired),
            }
            print_json(with_failed(document, club, failed))
        else:
            from brcc_tui.cli.tables import listings_table, shows_table

            print_lines(shows_table(grouped.shows))
            if grouped.unpaired:
                print_lines(["", "Of no show:", *listings_table(grouped.unpaired)])
            _say_age(club, found)
        return list_status(club, silent, failed=failed)

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
        silent = silent_parts(club, read)
        failed = with_unlisted(club, silent)
        grouped = programme(club, read)
        if chosen.format == "csv":
            text = listings_as_csv(grouped)
        else:
            found = [*(listing for show in grouped.shows for listing in show.listings), *grouped.unpaired]
            document = {
                "listings": as_json.listings_json(found),
                "shows": [as_json.show_json(show) for show in grouped.shows],
                "exported_at": club.clock.now().isoformat(),
            }
            text = json.dumps(with_failed(document, club, failed), indent=1) + "\n"
        if chosen.out and no_catalogue(club):
            print_message(f"Nothing was written to {chosen.out}: there is nothing known")
        elif chosen.out:
            write_file(chosen.out, text)
            print_message(f"{so_many(len(read), 'listing')} written to {chosen.out}")
        else:
            print_lines(text.splitlines())
        return list_status(club, silent, failed=failed)

    return with_club(settings, work)
