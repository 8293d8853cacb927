"""Commands about money and the door: orders, report, door. People's names are shown only if requested."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from brcc_tui.cli import money_json
from brcc_tui.cli.console import DONE, FAILED, ProgressLine, print_json, print_lines, print_message, speaks_utf8
from brcc_tui.cli.session import usable_settings, with_club

if TYPE_CHECKING:
    import argparse

    from brcc_tui.model.money.door import DoorSheet
    from brcc_tui.model.money.refunds import Refunds
    from brcc_tui.model.money.report import Report
    from brcc_tui.model.money.sheet import Sheet, SheetCell
    from brcc_tui.operations.context import ClubContext

TextTable = tuple[tuple[str, ...], "list[tuple[SheetCell, ...]]"]


def orders_command(chosen: argparse.Namespace) -> int:
    """What is to be refunded of a show. Status 1 when a shop could not be asked."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.money.cancelled import find_show_or_cancelled
        from brcc_tui.operations.money.refunds import read_refunds
        from brcc_tui.operations.money.sheets import refunds_rows, refunds_sheet

        found = await read_refunds(club, await find_show_or_cancelled(club, chosen.show), names=chosen.names)
        _print_sheet(
            chosen,
            lambda: money_json.refunds_json(found, names=chosen.names),
            lambda: refunds_sheet(found, names=chosen.names),
            lambda: refunds_rows(found, names=chosen.names),
        )
        return ended(found)

    return with_club(settings, work)


def door_command(chosen: argparse.Namespace) -> int:
    """The sheet for the door of a show. Status 1 when a shop could not be asked."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.catalogue.shows import find_show
        from brcc_tui.operations.money.door import read_door
        from brcc_tui.operations.money.sheets import door_rows, door_sheet

        found = await read_door(club, find_show(club, chosen.show), names=chosen.names)
        _print_sheet(
            chosen,
            lambda: money_json.door_json(found),
            lambda: door_sheet(found),
            lambda: door_rows(found),
        )
        return ended(found)

    return with_club(settings, work)


def report_command(chosen: argparse.Namespace) -> int:
    """What a period brought. Status 1 when a shop could not be asked."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.model.money.report import By
        from brcc_tui.operations.money.sheets import report_rows, report_sheet

        found, by = await _read_period(club, chosen), By(chosen.by)
        _print_sheet(
            chosen,
            lambda: money_json.report_json(found, by),
            lambda: report_sheet(found, by),
            lambda: report_rows(found, by),
        )
        return ended(found)

    return with_club(settings, work)


def export_period(chosen: argparse.Namespace) -> int:
    """The shows of a period one by one, with their seats and money: as CSV or JSON, printed or in a file."""
    chosen.json = chosen.format == "json"
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.model.money.report import By
        from brcc_tui.operations.money.sheets import report_rows, report_sheet

        found = await _read_period(club, chosen)
        _print_sheet(
            chosen,
            lambda: money_json.report_json(found, By.SHOW),
            lambda: report_sheet(found, By.SHOW),
            lambda: report_rows(found, By.SHOW),
        )
        return ended(found)

    return with_club(settings, work)


async def _read_period(club: ClubContext, chosen: argparse.Namespace) -> Report:
    """The report of the days that were asked for, with its progress on the terminal."""
    from brcc_tui.operations.money.report import period, read_report

    progress = ProgressLine()
    try:
        return await read_report(club, *period(club, chosen.first, chosen.last), progress.show)
    finally:
        progress.end()


def ended(found: Report | DoorSheet | Refunds) -> int:
    """The status; a shop that could not be asked is named on standard error."""
    for shop, reason in found.failed.items():
        print_message(f"could not be asked: {shop.value}: {reason}")
    return FAILED if found.failed else DONE


def _print_sheet(
    chosen: argparse.Namespace,
    document: Callable[[], Any],
    sheet: Callable[[], Sheet],
    rows: Callable[[], TextTable],
) -> None:
    """Print what was read as it was asked for, or write it to the file that was named."""
    from brcc_tui.operations.catalogue.export import write_file
    from brcc_tui.operations.money.printing import as_html, table_as_csv

    if chosen.json:
        if not chosen.out:
            print_json(document())
            return
        import json

        text = json.dumps(document(), indent=1) + "\n"
    elif chosen.format == "csv":
        text = table_as_csv(*rows())
        print_message(*(f"note: {note}" for note in sheet().notes))  # a table has no room for them
    elif chosen.format == "html":
        text = as_html(sheet())
    else:
        from brcc_tui.widgets.sheet_text import sheet_lines

        text = "\n".join(sheet_lines(sheet())) + "\n"
    if chosen.out:
        write_file(chosen.out, text)
        print_message(f"written to {chosen.out}")
        return
    if chosen.format == "html" and not speaks_utf8():  # the page says of itself that it does
        text = text.encode("ascii", "xmlcharrefreplace").decode()
    print_lines(text.splitlines())
