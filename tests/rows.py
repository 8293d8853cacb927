"""Rows: tests that one worker runs one after the other, and the order in which such rows are begun.

A file is a row, for its tests share what is costly to make: a practice club, or what a module keeps once it has it.
Some tests wait more than they compute, for a terminal or a server: their rows are begun first, and are never many at
a time, so that others compute all the while. What takes long is begun before what does not, which ends a run evenly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import pytest

ONE_WORLD: Final = {"test_days", "test_sync_practice"}
"""Files whose clubs of one day are the same: the orders of the second are a copy."""

ONE_CLUB: Final = "tests/operations/practice/"
"""Files whose tests are given copies of one club that was read once."""

TERMINALS: Final = "tests/system/terminals/"
"""Those of one practice club are one row, and those that need none another."""

ONE_BY_ONE: Final = {"test_campaign", "test_pictures", "test_storm_campaign", "test_truth"}
"""Files of long tests that share nothing: each is a row of its own."""

WAITING: Final = (
    "terminals at shops",
    "mariadb",
    "mariadb_mysql-9.7",
    "terminals",
    "told to stop",
    "tests/operations/changes/test_processes.py",
    "mariadb_mariadb-11.8",
    "kill -9",
    "frozen writer",
)
"""Rows that wait, the longest first but for the servers, of which no two are begun together."""

BEGUN: Final = {
    "waiting": (0.0, 0.75),
    "tests/operations/practice/": (0.0, 0.6),
    "tests/cli/": (0.0, 0.6),
    "tests/system/": (0.0, 0.6),
    "tests/simulation/": (0.2, 0.9),
    "tests/screens/": (0.0, 0.9),
    "": (0.6, 1.0),
}
"""Between which parts of a run the rows of a folder are begun, spread evenly; those of all others at the end."""


def name_row(item: pytest.Item) -> str | None:
    """The row of a test that does not name one itself; None where it is alone."""
    names, file = set(getattr(item, "fixturenames", ())), _file(item)
    day = getattr(item, "callspec", None) and item.callspec.params.get("day")  # type: ignore[attr-defined]
    if file.startswith(TERMINALS):
        other = f" on {day}" if day and day != item.config.getoption("--day") else ""
        return f"terminals at shops{other}" if "shops" in names else "terminals"
    if day:
        return f"one world on {day}" if item.path.stem in ONE_WORLD else f"{item.path.stem} on {day}"
    if file.startswith(ONE_CLUB):
        return "one club"
    return None if item.path.stem in ONE_BY_ONE else file


def put_in_turn(items: list[pytest.Item]) -> None:
    """Sort the tests by when their rows begin; within a row nothing moves."""
    rows = defaultdict[str, list[pytest.Item]](list)
    for item in items:
        rows[_row(item)].append(item)
    parts = defaultdict[str, list[str]](list)
    for name in (*WAITING, *(each for each in rows if each not in WAITING)):
        if name in rows:
            parts[_part(name, rows[name])].append(name)
    turns = {name: turn for part, names in parts.items() for name, turn in _spread(part, names)}
    items[:] = [item for name in sorted(rows, key=lambda name: turns[name]) for item in rows[name]]


def _row(item: pytest.Item) -> str:
    return "_".join(sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})) or item.nodeid


def _part(row: str, tests: Sequence[pytest.Item]) -> str:
    return "waiting" if row in WAITING else next(part for part in BEGUN if _file(tests[0]).startswith(part))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _spread(part: str, names: Sequence[str]) -> list[tuple[str, float]]:
    first, last = BEGUN[part]
    return [(name, first + (last - first) * number / len(names)) for number, name in enumerate(names)]
