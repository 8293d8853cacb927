"""Commands that read: refresh, listings, shows, explain, export."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from brcc_tui.cli import as_json
from brcc_tui.cli.console import DONE, FAILED, Progress, print_json, print_lines, say
from brcc_tui.cli.session import usable_settings, with_club
from brcc_tui.model.listing import Listing, Platform

if TYPE_CHECKING:
    import argparse

    from brcc_tui.model.catalogue import Failure
    from brcc_tui.operations.club import Club, Shelf
    from brcc_tui.operations.refresh import RefreshProgress, RefreshReport

_PARTS = {"eventbrite", "woocommerce", "wordpress"}
"""Ids of failures that mean a whole part could not be read, not one thing in it."""


def refresh(chosen: argparse.Namespace) -> int:
    """Read the catalogue of both shops. Status 1 when one of them failed as a whole."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: Club) -> RefreshReport:
        from brcc_tui.operations.refresh import refresh as read_catalogue

        progress = Progress()
        try:
            return await read_catalogue(club, tell_progress(progress))
        finally:
            progress.end()

    report = with_club(settings, work)
    if chosen.json:
        print_json(as_json.refresh(report))
    else:
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items())
        requests = ", ".join(f"{count} to {name}" for name, count in report.requests.items())
        print_lines([counts, f"{report.seconds:.1f} s; requests: {requests}; queries: {report.queries}"])
    _say_failed(report.failed)
    return FAILED if any(failure.id in _PARTS for failure in report.failed) else DONE


def tell_progress(progress: Progress) -> Callable[[RefreshProgress], None]:
    """How far each part has come, side by side on one line."""
    parts: dict[str, str] = {}

    def tell(now: RefreshProgress) -> None:
        of = f" of {now.total}" if now.total is not None else ""
        parts[now.part] = f"{now.done}{of} {now.unit}"
        progress.show(" · ".join(parts.values()))

    return tell


def _say_failed(failed: Sequence[Failure]) -> None:
    for failure in failed:
        say(f"could not be read: {failure.id}, {failure.title}: {failure.reason}")


def listings(chosen: argparse.Namespace) -> int:
    """Every listing from today on, from the cache or read now."""
    settings = usable_settings(as_json=chosen.json)
    if chosen.live:
        return with_club(settings, lambda club: _live_listings(club, chosen))
    from brcc_tui.operations.club import open_shelf

    gc.disable()  # what lives for half a second needs no collector, and it would cost a fifth of that
    shelf = open_shelf(settings)
    try:
        if shelf.cache.notice:
            say(shelf.cache.notice)
        return _print_listings(shelf, chosen, _cached(shelf, chosen), ())
    finally:
        shelf.close()
        gc.enable()


async def _live_listings(club: Club, chosen: argparse.Namespace) -> int:
    read = await _read_now(club, [listing.id for listing in _cached(club, chosen)])
    unread = [listing for listing in read if _is_unread(listing)]
    return _print_listings(club, chosen, read, unread)


async def _read_now(club: Club, ids: Sequence[str]) -> tuple[Listing, ...]:
    from brcc_tui.operations.read import read_live

    progress = Progress()
    try:
        return await read_live(club, ids, lambda done, total: progress.show(f"{done} of {total} events and products"))
    finally:
        progress.end()


def _cached(club: Club | Shelf, chosen: argparse.Namespace) -> tuple[Listing, ...]:
    from brcc_tui.operations.club import today

    past = getattr(chosen, "past", False)
    platform = getattr(chosen, "platform", None)
    from_day = None if past else today(club.settings, club.cache, dt.datetime.now(dt.UTC))
    return club.cache.listings(from_day, Platform(platform) if platform else None)


def _print_listings(
    club: Club | Shelf, chosen: argparse.Namespace, found: Sequence[Listing], unread: Sequence[Listing]
) -> int:
    from brcc_tui.model.catalogue import Failure
    from brcc_tui.operations.shows import show_ids

    read_at = club.cache.read_at()
    failed = [*club.cache.failed(), *(Failure(x.id, x.title, x.reading.unknowns()["remaining"]) for x in unread)]
    if chosen.json:
        print_json(
            {
                "listings": as_json.listings(found, show_ids(club, found)),
                "failed": as_json.failures(failed),
                "catalogue_read_at": read_at.isoformat() if read_at else None,
            }
        )
    else:
        from brcc_tui.cli.tables import listings_table

        print_lines(listings_table(found))
        _say_failed(failed)
    if read_at is None:
        say("There is no catalogue yet: brcc-tui refresh reads it.")
    return FAILED if _a_shop_is_silent(found, unread) else DONE


def _a_shop_is_silent(found: Sequence[Listing], unread: Sequence[Listing]) -> bool:
    """Whether nothing at all could be read of one shop; a single unreadable listing is a row with its reason."""
    return any(
        all(_is_unread(listing) for listing in found if listing.platform is silent)
        for silent in {listing.platform for listing in unread}
    )


def _is_unread(listing: Listing) -> bool:
    """Whether nothing of it could be read. One unknown number alone can be its nature."""
    reading = listing.reading
    return len(reading.unknowns()) == len((reading.capacity, reading.sold, reading.held, reading.remaining))


def shows(chosen: argparse.Namespace) -> int:
    """Listings grouped into performances."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: Club) -> int:
        from brcc_tui.operations.shows import programme

        found = _cached(club, chosen)
        if chosen.live:
            found = await _read_now(club, [listing.id for listing in found])
        grouped = programme(club, found)
        if chosen.json:
            print_json(
                {
                    "shows": [as_json.show(show) for show in grouped.shows],
                    "unpaired": [as_json.listing(listing) for listing in grouped.unpaired],
                }
            )
        else:
            from brcc_tui.cli.tables import listings_table, shows_table

            print_lines(shows_table(grouped.shows))
            if grouped.unpaired:
                print_lines(["", "Of no show:", *listings_table(grouped.unpaired)])
        unread = [listing for listing in found if chosen.live and _is_unread(listing)]
        return FAILED if _a_shop_is_silent(found, unread) else DONE

    return with_club(settings, work)


def explain(chosen: argparse.Namespace) -> int:
    """How a product was classified, and where each number comes from."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: Club) -> int:
        from brcc_tui.operations.explain import explain as explain_listing

        answer = await explain_listing(club, chosen.listing)
        if chosen.json:
            print_json(as_json.explanation(answer))
        else:
            from brcc_tui.cli.tables import explanation_lines

            print_lines(explanation_lines(answer))
        return DONE

    return with_club(settings, work)


def export(chosen: argparse.Namespace) -> int:
    """Listings and shows with live numbers, as CSV or JSON, on standard output or in a file."""
    import json

    settings = usable_settings(as_json=False)

    async def work(club: Club) -> int:
        from brcc_tui.operations.export import as_csv, write_file
        from brcc_tui.operations.shows import programme

        read = await _read_now(club, [listing.id for listing in _cached(club, chosen)])
        grouped = programme(club, read)
        if chosen.format == "csv":
            text = as_csv(grouped)
        else:
            found = [*(listing for show in grouped.shows for listing in show.listings), *grouped.unpaired]
            document = {
                "listings": [as_json.listing(listing) for listing in found],
                "shows": [as_json.show(show) for show in grouped.shows],
                "exported_at": club.clock.now().isoformat(),
            }
            text = json.dumps(document, indent=1) + "\n"
        if chosen.out:
            write_file(chosen.out, text)
            say(f"{len(read)} listings written to {chosen.out}")
        else:
            print_lines(text.splitlines())
        unread = [listing for listing in read if _is_unread(listing)]
        return FAILED if _a_shop_is_silent(read, unread) else DONE

    return with_club(settings, work)
