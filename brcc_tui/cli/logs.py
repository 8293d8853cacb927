"""Shows the log: its last lines, those of one operation, and how long answers took."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from brcc_tui.cli.console import DONE, FAILED, harmless, print_json, print_lines, print_message
from brcc_tui.cli.session import usable_settings
from brcc_tui.model.few_of_many import so_many

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from brcc_tui.operations.diagnostics.log_reading import LogLine
    from brcc_tui.platforms.timings import Timings


def logs_command(chosen: argparse.Namespace) -> int:
    """Print what is kept; nothing is asked of any shop."""
    from brcc_tui.logs import keep_secret
    from brcc_tui.operations.diagnostics.log_reading import read_log

    settings = usable_settings(as_json=chosen.json)
    keep_secret(*settings.secrets())
    folder = settings.log_dir
    unread: list[str] = []
    lines = _wanted(read_log(folder, unread.append), chosen)
    _print(folder, lines, chosen)
    print_message(*unread)
    return FAILED if unread else DONE


def _print(folder: Path, lines: Iterable[LogLine], chosen: argparse.Namespace) -> None:
    from brcc_tui.logs import redact, without_secrets
    from brcc_tui.operations.diagnostics.log_reading import log_line_in_words, timings_of

    if chosen.timings:
        timings = timings_of(lines)
        if chosen.json:
            print_json({"folder": str(folder), "timings": _timings(timings)})
        else:
            print_lines(_timings_table(timings))
        return
    last = deque(lines, maxlen=chosen.lines)
    if chosen.json:
        print_json({"folder": str(folder), "lines": [without_secrets(line) for line in last]})
        return
    print_lines([harmless(redact(log_line_in_words(line))) for line in last])
    print_message(f"{so_many(len(last), 'line')} of the log in {folder}")


def _wanted(lines: Iterable[LogLine], chosen: argparse.Namespace) -> Iterable[LogLine]:
    for line in lines:
        if chosen.operation and chosen.operation not in (line.get("operation"), line.get("within")):
            continue
        if chosen.errors and line.get("level") not in ("error", "critical") and line.get("good") is not False:
            continue
        yield line


def _timings(timings: Timings) -> list[dict[str, object]]:
    return [
        {"name": row.name, "count": row.count, "failures": row.failures}
        | {"p50": row.p50, "p95": row.p95, "worst": row.worst}
        for row in timings.rows()
    ]


def _timings_table(timings: Timings) -> list[str]:
    rows = timings.rows()
    widest = max((len(row.name) for row in rows), default=0)
    head = f"{'milliseconds':<{widest}}   count  failed  typical  95% within  worst"
    return [head] + [
        f"{harmless(row.name):<{widest}}{row.count:>8}{row.failures:>8}{row.p50:>9.0f}{row.p95:>12.0f}{row.worst:>7.0f}"
        for row in rows
    ]
