"""The command line's arguments."""

from __future__ import annotations

import argparse
import datetime as dt
import functools
from collections.abc import Callable

from brcc_tui import __version__
from brcc_tui.sandbox.habits import Habit

_Commands = argparse._SubParsersAction
_IDS = "eb:<event>:<class>, wc:<product>, wc:<product>:v<variation> or wc:<product>:<slot>:<date>"

_DIGITS = 15
"""A longer number is a slip of the fingers, and soon more than a computer counts in one word."""

_WEEKS = 1040
"""Twenty years, of which no club announces more; the calendar ends some day."""

_SHOW = "YYYY-MM-DDTHH:MM@room"
_MOMENTS = "now, 2027-03-14 (noon), 2027-03-14T19:30 or 2027-03-28[Europe/London]"


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the arguments; wrong ones end the program with status 2 and a usage line."""
    parser, commands = make_parser()
    chosen = parser.parse_args(arguments)
    if chosen.command == "recover" and bool(chosen.entry) != bool(chosen.choose):
        commands.choices["recover"].error("ENTRY and --choose go together")
    if chosen.command == "venue" and chosen.reason and chosen.source is None:
        commands.choices["venue"].error("--reason goes with --from, which alone stands in the history")
    return chosen


@functools.cache
def make_parser() -> tuple[argparse.ArgumentParser, _Commands[argparse.ArgumentParser]]:
    """What reads the arguments, and the commands in it by name."""
    parser = argparse.ArgumentParser(
        prog="brcc-tui", description="The seats of a comedy club's shows on Eventbrite and WooCommerce/FooEvents."
    )
    parser.add_argument("--version", action="version", version=f"brcc-tui {__version__}")
    parser.set_defaults(command=None, json=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_practice(commands)
    _add_reading(commands)
    _add_money(commands)
    _add_changing(commands)
    _add_journal(commands)
    return parser, commands


def _command(commands: _Commands[argparse.ArgumentParser], name: str, says: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=says, description=says)


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="one JSON document on standard output")


def _at_least(least: int, most: int | None = None) -> Callable[[str], int]:
    wanted = f"from {least} up" if most is None else f"from {least} to {most}"

    def number(text: str) -> int:
        is_number = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
        if not is_number or int(text) < least or (most is not None and int(text) > most):
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number {wanted}")
        return int(text)

    return number


def _moment(text: str) -> str:
    from brcc_tui.sandbox.clock import clock_at

    try:
        clock_at(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _add_practice(commands: _Commands[argparse.ArgumentParser]) -> None:
    demo = _command(
        commands, "demo", "run the practice club: both shops on this computer, with invented shows and buyers"
    )
    demo.add_argument("--buyers", type=_at_least(0), default=0, metavar="N", help="simulated buyers")
    demo.add_argument("--latency", type=_at_least(0), default=0, metavar="MS", help="milliseconds added to each answer")
    demo.add_argument(
        "--sql-latency",
        type=_at_least(0),
        default=0,
        metavar="MS",
        help="milliseconds added to each database statement",
    )
    demo.add_argument(
        "--seed", type=_at_least(0), default=1, metavar="N", help="a different number makes a different club"
    )
    demo.add_argument(
        "--scale", type=_at_least(1), default=1, metavar="N", help="size of the club, as a multiple of the real one"
    )
    demo.add_argument("--past", type=_at_least(2, _WEEKS), default=26, metavar="WEEKS", help="weeks of past shows")
    demo.add_argument(
        "--ahead", type=_at_least(8, _WEEKS), default=25, metavar="WEEKS", help="weeks of announced shows"
    )
    demo.add_argument(
        "--now", type=_moment, default="", metavar="MOMENT", help=f"the time at which the club starts: {_MOMENTS}"
    )
    names = [habit.value for habit in Habit]
    demo.add_argument("--with", action="append", default=[], dest="habits", choices=names, metavar="NAME",
                      help=f"a habit of shops or hosts; may be repeated: {', '.join(names)}")  # fmt: skip
    demo.add_argument("--serve", action="store_true", help="run only the servers, and print their settings")
    demo.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)


def _add_reading(commands: _Commands[argparse.ArgumentParser]) -> None:
    _command(commands, "setup", "ask for the settings and test each service")
    _add_json(_command(commands, "refresh", "read the catalogue of both shops into the cache"))
    listings = _command(commands, "listings", "list every listing from today on")
    listings.add_argument("--live", action="store_true", help="read the numbers now")
    listings.add_argument("--platform", choices=("eventbrite", "woocommerce"), help="only listings of this shop")
    listings.add_argument("--past", action="store_true", help="include past dates")
    _add_json(listings)
    shows = _command(commands, "shows", "list the shows: listings grouped by performance")
    shows.add_argument("--live", action="store_true", help="read the numbers now")
    _add_json(shows)
    explain = _command(commands, "explain", "explain how a product was classified and where each number comes from")
    explain.add_argument("listing", metavar="LISTING", help=f"{_IDS}; a product as a whole is wc:<product>")
    _add_json(explain)
    health = _command(commands, "health", "run every check; exit status 0 healthy, 1 degraded, 2 down, 3 unknown")
    health.add_argument(
        "--watch", type=_at_least(1), nargs="?", const=60, metavar="SECONDS",
        help="repeat the checks every minute, or every SECONDS, until interrupted",
    )  # fmt: skip
    _add_json(health)
    _add_logs(commands)
    export = _command(
        commands, "export", "write listings and shows with live numbers; for a period, its shows and their revenue"
    )
    export.add_argument("--format", choices=("csv", "json"), default="csv")
    export.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    export.add_argument("--out", metavar="FILE", help="write to FILE instead of standard output")
    _add_period(export)


def _add_logs(commands: _Commands[argparse.ArgumentParser]) -> None:
    logs = _command(commands, "logs", "show the last lines of the log, or how long answers took")
    logs.add_argument("--lines", type=_at_least(1), default=20, metavar="N", help="how many lines")
    logs.add_argument("--operation", metavar="ID", help="only lines of this operation (its id is in the second column)")
    logs.add_argument("--errors", action="store_true", help="only failures")
    logs.add_argument("--timings", action="store_true", help="typical and worst durations of requests and queries")
    _add_json(logs)


def _add_money(commands: _Commands[argparse.ArgumentParser]) -> None:
    orders = _command(commands, "orders", "list what to refund for a show: its orders on both shops")
    door = _command(commands, "door", "print the door list of a show: numbers by listing, house seats, held orders")
    names = ("also show the buyers' names and addresses", "also list the guests by name")
    for sheet, of_whom in zip((orders, door), names, strict=True):
        sheet.add_argument("show", metavar="SHOW", help=_SHOW)
        sheet.add_argument("--names", action="store_true", help=of_whom)
        _add_printing(sheet)
    report = _command(commands, "report", "report a period's shows: seats, fill, gross, net, fees")
    _add_period(report)
    report.add_argument(
        "--by", choices=("show", "weekday", "series", "month"), default="show", help="group the sums by this"
    )
    _add_printing(report)


def _add_period(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", type=_day, dest="first", metavar="DATE", help="the first day, such as 2026-11-01")
    command.add_argument("--to", type=_day, dest="last", metavar="DATE", help="the last day")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-11-01") from None


def _add_printing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("text", "csv", "html"), default="text", help="html is a page to print")
    command.add_argument("--out", metavar="FILE", help="write to FILE instead of standard output")
    _add_json(command)


def _add_changing(commands: _Commands[argparse.ArgumentParser]) -> None:
    set_ = _command(commands, "set", "change a listing's capacity: the seats it may sell in all")
    set_.add_argument("listing", metavar="LISTING", help=_IDS)
    set_.add_argument("capacity", metavar="CAPACITY", help="a number, or +1 or -1 for one more or fewer")
    _add_confirming(set_)
    for name, says in (("close", "stop online sales"), ("reopen", "resume online sales")):
        command = _command(commands, name, f"{says} of a listing, or of a whole show")
        command.add_argument("subject", metavar="LISTING-or-SHOW", help=f"{_IDS}, or YYYY-MM-DDTHH:MM@room")
        _add_confirming(command)
    sync = _command(commands, "sync", "share a show's free seats among its listings")
    sync.add_argument("show", metavar="SHOW", help="YYYY-MM-DDTHH:MM@room")
    mode = sync.add_mutually_exclusive_group(required=True)
    mode.add_argument("--mirror", action="store_true", help="each listing offers all free seats")
    mode.add_argument("--split", action="store_true", help="offers never add up to more than what is free")
    sync.add_argument("--buffer", type=_at_least(0), default=0, metavar="N", help="seats kept out of every offer")
    _add_confirming(sync)
    heal = _command(
        commands, "heal", "reset every date of a product whose capacity the shop itself has moved by losing sales"
    )
    heal.add_argument("product", metavar="PRODUCT", help="wc:<product>, or one of its dates")
    _add_confirming(heal)
    hold = _command(
        commands, "hold", "hold seats of a show back for the house: none is offered, and nothing is sent to a shop"
    )
    hold.add_argument("show", metavar="SHOW", help="YYYY-MM-DDTHH:MM@room")
    hold.add_argument("seats", type=_at_least(0), metavar="N", help="how many in all; 0 releases them")
    hold.add_argument("--note", default="", metavar="TEXT", help="for whom, for the history")
    _add_json(hold)
    _add_venue(commands)


def _add_venue(commands: _Commands[argparse.ArgumentParser]) -> None:
    venue = _command(
        commands, "venue", "show what was set here: rooms, pairings, what is no seat, house seats; as a file, too"
    )
    way = venue.add_mutually_exclusive_group()
    way.add_argument("--out", metavar="FILE", help="write it to FILE")
    way.add_argument("--from", dest="source", metavar="FILE", help="take over what such a FILE says")
    venue.add_argument("--reason", default="", metavar="TEXT", help="the reason, for the history")
    _add_json(venue)


def _add_confirming(command: argparse.ArgumentParser) -> None:
    command.add_argument("--reason", default="", metavar="TEXT", help="the reason, for the journal")
    command.add_argument("--confirm", metavar="DIGEST", help="apply the plan with this digest without asking")
    command.add_argument(
        "--no-settle", action="store_true", help="return once verified, without watching until it settles"
    )
    _add_json(command)


def _add_journal(commands: _Commands[argparse.ArgumentParser]) -> None:
    history = _command(commands, "history", "list every change made here, newest first")
    history.add_argument("--show", metavar="ID", help="only changes of this show")
    history.add_argument("--listing", metavar="ID", help="only changes of this listing")
    _add_json(history)
    undo = _command(commands, "undo", "restore the capacity before a change, with a new change")
    undo.add_argument(
        "entry", metavar="ENTRY-or-DIGEST", help="an id from the history, or a plan's digest for all its changes"
    )
    undo.add_argument("--plan", action="store_true", help="undo everything that was changed with it, as one plan")
    _add_confirming(undo)
    recover = _command(commands, "recover", "resolve changes that never ended: the present state, and what can be done")
    recover.add_argument("entry", metavar="ENTRY", nargs="?", help="the entry to act on")
    recover.add_argument("--choose", choices=("keep", "reapply", "restore"), help="what to do")
    recover.add_argument(
        "--set-aside", action="store_true", help="replace a damaged journal by a new one with every intact change"
    )
    _add_confirming(recover)
