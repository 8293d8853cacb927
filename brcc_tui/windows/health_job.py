"""`python -m brcc_tui.windows.health_job FILE`: runs the checks once and saves the report, as the scheduled task does.

Run by `pythonw.exe`, which opens no window; so there is no standard output, and the report goes to a file.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Final

from brcc_tui.cli import main
from brcc_tui.private_files import make_private_folder
from brcc_tui.windows.files import replace_file

UNKNOWN: Final = 3
"""The exit status of `health` where nothing could be found out."""


def run(arguments: Sequence[str]) -> int:
    """Write the report as JSON to the file that is named; the exit status is that of `brcc-tui health`."""
    if len(arguments) != 1:
        return UNKNOWN
    printed = io.StringIO()
    with redirect_stdout(printed):
        status = main(["health", "--json"])
    try:
        _replace(Path(arguments[0]), printed.getvalue())
    except OSError:  # the monitor sees that the report grows old
        return UNKNOWN
    return status


def _replace(report: Path, text: str) -> None:
    """A reader never sees half a report: it is written beside the old one and then takes its place."""
    make_private_folder(report.parent)
    fresh = report.with_name(f"{report.name}.{os.getpid()}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        replace_file(fresh, report)
    finally:
        fresh.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
