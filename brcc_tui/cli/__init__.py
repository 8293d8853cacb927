"""The command line: the same operations as the screens, for scripts, monitors and tests.

Every command imports what it needs when it runs, so that the quick ones are quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

from brcc_tui.cli.console import FAILED, INTERRUPTED, Failed, prepare, print_json, print_message
from brcc_tui.model.app_error import AppError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    Command = Callable[[argparse.Namespace], int]

_COMMANDS: Final = {
    None: ("application", "application_command"),
    "setup": ("setup", "setup_command"),
    "demo": ("practice", "demo_command"),
    "refresh": ("reading", "refresh_command"),
    "listings": ("reading", "listings_command"),
    "shows": ("reading", "shows_command"),
    "explain": ("reading", "explain_command"),
    "export": ("reading", "export_command"),
    "orders": ("money", "orders_command"),
    "report": ("money", "report_command"),
    "door": ("money", "door_command"),
    "health": ("health", "health_command"),
    "logs": ("logs", "logs_command"),
    "set": ("changing", "set_command"),
    "close": ("changing", "close_command"),
    "reopen": ("changing", "reopen_command"),
    "sync": ("changing", "sync_command"),
    "heal": ("changing", "heal_command"),
    "hold": ("house_seats", "hold_command"),
    "venue": ("venue", "venue_command"),
    "history": ("journal", "history_command"),
    "undo": ("journal", "undo_command"),
    "recover": ("journal", "recover_command"),
}
"""The module and the function behind each command."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status. An expected error is told in words, never by a traceback."""
    prepare()
    try:
        return _run(_chosen(sys.argv[1:] if arguments is None else arguments))
    except Failed as failed:
        return failed.status
    except KeyboardInterrupt:
        print_message("brcc-tui: interrupted")
        return INTERRUPTED


def _chosen(arguments: list[str]) -> argparse.Namespace:
    """What was typed. Where nothing was, as mostly, what reads it is not even loaded: the screens are waited for."""
    if not arguments:
        return cast("argparse.Namespace", SimpleNamespace(command=None, json=False))
    from brcc_tui.cli.arguments import parse

    return parse(arguments)


def _run(chosen: argparse.Namespace) -> int:
    try:
        return _command(chosen.command)(chosen)
    except Failed:
        raise
    except KeyboardInterrupt:
        if chosen.json:
            print_json({"error": "interrupted"})
        raise
    except AppError as app_error:
        return _told(str(app_error), chosen)
    except Exception as error:  # noqa: BLE001 - the last place before the person; the log has the rest
        from brcc_tui.cli.session import log_unexpected

        return _told(log_unexpected(chosen.command or "brcc-tui", error), chosen)


def _told(text: str, chosen: argparse.Namespace) -> int:
    from brcc_tui.logs import redact

    text = redact(text)
    if chosen.json:
        print_json({"error": text})
    print_message(f"brcc-tui: {text}")
    return FAILED


def _command(name: str | None) -> Command:
    module, function = _COMMANDS[name]
    command: Command = getattr(import_module(f"brcc_tui.cli.{module}"), function)
    return command
