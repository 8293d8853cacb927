"""What most commands begin with: settings, the log, a club context, and its orderly end."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from brcc_tui.cli.console import FAILED, Failed, print_json, print_message
from brcc_tui.settings import SettingsError, missing_lines
from brcc_tui.settings_file import load_settings
from brcc_tui.windows.console_events import woken_by_ctrl_c

if TYPE_CHECKING:
    from brcc_tui.operations.context import ClubContext
    from brcc_tui.settings import Settings

_T = TypeVar("_T")


def usable_settings(*, as_json: bool) -> Settings:
    """The settings; without any, or with wrong ones, one line for each value, what to do, and status 1."""
    try:
        settings = load_settings()
    except SettingsError as app_error:
        _refuse(app_error.problems, "Correct them, or run brcc-tui setup.", as_json)
    if not settings.configured:
        _refuse(missing_lines(), "Run brcc-tui to be asked for them, or brcc-tui demo for the practice club.", as_json)
    for warning in settings.warnings:
        print_message(f"warning: {warning}")
    return settings


def _refuse(problems: Sequence[str], next_step: str, as_json: bool) -> None:
    if as_json:
        print_json({"error": "the settings cannot be used", "problems": list(problems)})
    print_message(*problems, next_step)
    raise Failed(FAILED)


def with_club(settings: Settings, work: Callable[[ClubContext], Awaitable[_T]], *, on_the_catalogue: bool = True) -> _T:
    """Open the club, do the work with it, and give everything back whatever happens.

    Work that rests on the catalogue begins with a whole one: a damaged one is read again from the shops first.
    """
    import asyncio

    from brcc_tui.logs import start_logging
    from brcc_tui.operations.context import find_wall, open_context
    from brcc_tui.operations.settings_seen import note_edits
    from brcc_tui.store.catalogue_file import CacheError

    start_logging(settings.log_dir, settings.secrets())
    note_edits(settings)

    async def run() -> _T:
        club, said_of_catalogue = open_context(settings), ""
        try:
            with contextlib.suppress(CacheError):  # the notice tells, or the work itself
                find_wall(settings, club.cache)
            if on_the_catalogue:
                said_of_catalogue = await _made_whole(club)
            if club.cache.notice and club.cache.notice != said_of_catalogue:
                said_of_catalogue = club.cache.notice
                print_message(said_of_catalogue)
            return await work(club)
        finally:
            if club.cache.notice and club.cache.notice != said_of_catalogue:
                print_message(club.cache.notice)
            await club.close()

    # Windows' own loop cannot speak TLS with the database's driver; elsewhere this is the usual one.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner, woken_by_ctrl_c(runner.get_loop()):
        return runner.run(run())


async def _made_whole(club: ClubContext) -> str:
    """Look whether the catalogue agrees with itself; one that was damaged, or read before the zone was known, is read
    again. What fails there is told. Returns what was told of the catalogue; empty for nothing.
    """
    import asyncio

    from brcc_tui.operations.catalogue.unlisted import why_no_zone
    from brcc_tui.store.catalogue_file import CacheError

    again, notice = False, ""
    with contextlib.suppress(CacheError):  # the notice tells, or the work itself
        await asyncio.to_thread(club.cache.check)
        again = bool(club.settings.timezone and why_no_zone(club))
    if again or club.cache.lost:
        from brcc_tui.operations.catalogue.refresh import refresh

        notice = str(club.cache.notice) if club.cache.lost else "BRCC_TIMEZONE is new: the shops are read again."
        print_message(notice)
        for failure in (await refresh(club)).failed:
            print_message(f"could not be read: {failure.id}, {failure.title}: {failure.reason}")
    return notice


def log_unexpected(doing: str, error: Exception) -> str:
    """Keep an error nobody expected in the log; returns the line that tells a person of it."""
    from brcc_tui.logs import log, redact, start_logging

    try:
        settings = load_settings()
    except Exception:  # noqa: BLE001 - perhaps the very error that is to be told
        return f"unexpected: {type(error).__name__}"
    start_logging(settings.log_dir, settings.secrets())
    log("unexpected", doing=doing, error=error)
    line = f"unexpected: {type(error).__name__}: {redact(str(error))}"
    return f"{line}. The log in {settings.log_dir} has the details"
