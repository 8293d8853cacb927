"""Every check, with the exit statuses that Nagios plugins agreed on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from brcc_tui.cli import as_json
from brcc_tui.cli.console import DONE, harmless, print_json, print_lines, say
from brcc_tui.cli.session import usable_settings, with_club
from brcc_tui.cli.tables import health_lines
from brcc_tui.operations.health import CHECKS, Check, Condition, HealthReport, check_health
from brcc_tui.settings import SettingsTrouble, load_settings, missing_lines

if TYPE_CHECKING:
    import argparse

_STATUS = {Condition.HEALTHY: 0, Condition.DEGRADED: 1, Condition.DOWN: 2}
_UNKNOWN = 3


def health(chosen: argparse.Namespace) -> int:
    """Run every check; without usable settings nothing is known."""
    report = _report()
    if chosen.json:
        print_json(as_json.health(report))
    else:
        print_lines(health_lines(report))
    return _STATUS.get(report.status, _UNKNOWN)


def logs(chosen: argparse.Namespace) -> int:
    """The log's last lines; its secrets were left out when they were written."""
    from brcc_tui.logs import FILE_NAME, log_tail, start_logging

    settings = usable_settings(as_json=False)
    start_logging(settings.data_dir, settings.secrets())
    say(f"{settings.data_dir / FILE_NAME}")
    print_lines([harmless(line) for line in log_tail(chosen.lines)])
    return DONE


def _report() -> HealthReport:
    try:
        settings = load_settings()
    except SettingsTrouble as trouble:
        return _unusable(Condition.DOWN, "; ".join(trouble.problems))
    if not settings.configured:
        return _unusable(Condition.NOT_CONFIGURED, "; ".join(missing_lines()))
    return with_club(settings, check_health)


def _unusable(condition: Condition, why: str) -> HealthReport:
    checks = dict.fromkeys(CHECKS, Check(Condition.UNKNOWN, "not asked: the settings cannot be used"))
    checks["configuration"] = Check(condition, why)
    return HealthReport(Condition.UNKNOWN, dt.datetime.now(dt.UTC), checks)
