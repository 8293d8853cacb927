"""Runs every check, with the exit statuses of Nagios plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.cli import as_json
from brcc_tui.cli.console import Failed, print_json, print_lines
from brcc_tui.cli.session import log_unexpected, with_club
from brcc_tui.cli.tables import health_lines
from brcc_tui.clock import system_now
from brcc_tui.logs import redact
from brcc_tui.model.app_error import AppError
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.operations.diagnostics.health import CHECKS, HealthReport, check_health
from brcc_tui.settings import Settings, SettingsError, missing_lines
from brcc_tui.settings_file import load_settings

if TYPE_CHECKING:
    import argparse

    from brcc_tui.operations.context import ClubContext

_STATUS = {Condition.HEALTHY: 0, Condition.DEGRADED: 1, Condition.DOWN: 2}
_UNKNOWN = 3

_LOOKS_A_SECOND = 4
"""How often a watch that waits asks whether it was told to stop: Windows wakes no sleeping loop for Ctrl+C."""


def health_command(chosen: argparse.Namespace) -> int:
    """Run every check; where they cannot be run nothing is known, which is a status of its own."""
    settings = _settings()
    if isinstance(settings, HealthReport):
        return _tell(settings, as_document=chosen.json)
    try:
        if chosen.watch is not None:
            return with_club(
                settings,
                lambda club: _watch(club, chosen.watch, as_document=chosen.json),
                on_the_catalogue=False,
            )
        report = with_club(settings, check_health, on_the_catalogue=False)
    except Failed:
        raise
    except Exception as error:  # noqa: BLE001 - the usual 1 would mean to a monitor that all works, but
        why = str(error) if isinstance(error, AppError) else log_unexpected("health", error)
        report = _unusable(Condition.DOWN, redact(why), "not asked: the checks could not be run")
    return _tell(report, as_document=chosen.json)


async def _watch(club: ClubContext, seconds: int, *, as_document: bool) -> int:
    """Check again and again until told to stop (SIGTERM, Ctrl+C); the status is that of the last report."""
    from brcc_tui.operations.interruption import until_told_to_stop

    with until_told_to_stop() as must_stop:
        while True:
            status = _tell(await check_health(club), as_document=as_document)
            for _ in range(seconds * _LOOKS_A_SECOND):
                if must_stop():
                    break
                await club.clock.sleep(1 / _LOOKS_A_SECOND)
            if must_stop():
                return status


def _tell(report: HealthReport, *, as_document: bool) -> int:
    """Print the report; its status. Where it cannot be printed nothing is known: 1 would mean that all works."""
    try:
        if as_document:
            print_json(as_json.health_json(report))
        else:
            print_lines(health_lines(report))
    except Failed:
        raise Failed(_UNKNOWN) from None
    return _STATUS.get(report.status, _UNKNOWN)


def _settings() -> Settings | HealthReport:
    """The settings, or the report of a program that has none that can be used."""
    try:
        settings = load_settings()
    except SettingsError as app_error:
        return _unusable(Condition.DOWN, "; ".join(app_error.problems))
    if not settings.configured:
        return _unusable(Condition.NOT_CONFIGURED, "; ".join(missing_lines()))
    return settings


def _unusable(condition: Condition, why: str, others: str = "not asked: the settings cannot be used") -> HealthReport:
    checks = dict.fromkeys(CHECKS, Check(Condition.UNKNOWN, others))
    checks["configuration"] = Check(condition, why)
    return HealthReport(Condition.UNKNOWN, system_now(), checks)
