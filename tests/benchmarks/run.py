"""Measure how quick the program is, and print small tables. Not a part of the tests: figures depend on the machine.

    python tests/benchmarks/run.py [--json FOLDER] [NAME ...]

Run it in the environment that a user has, one without development tools: in this one

    python3 -m venv bench && bench/bin/pip install -q -c assets/constraints.txt ".[practice]"
    bench/bin/python tests/benchmarks/run.py

Every time is a median and stands against a floor that was measured in turns with it; needs a pseudo-terminal
(Linux, macOS). `numbers` needs a MariaDB server besides.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

from bench_commands import listings_json, refresh, refresh_seconds  # noqa: E402
from bench_report import reports  # noqa: E402
from bench_screens import first_content, idle, keys, opening, refreshing  # noqa: E402
from bench_writes import STATEMENT_LATENCY, a_sync, confirmed_set, counts_of_a_set, one_night  # noqa: E402
from clubs import CELLS_10_000, Sample, sample, warm  # noqa: E402
from measure import Figure, NotMeasured, keep, report  # noqa: E402

GROWTH = (1, 10, 100)
LATENCY = 100


def screens() -> list[Figure]:
    """First content, idleness, memory, keys and lists, from a cache of 10,000 cells."""
    with sample(CELLS_10_000) as club:
        print(f"{club.scale} clubs: {club.sizes()}", flush=True)
        measures = (first_content, idle, keys, opening, refreshing, listings_json)
        return _all(measures, club)


def refreshes() -> list[Figure]:
    """Reading everything anew where each request takes a tenth of a second."""
    with sample(1) as quick:
        work = refresh_seconds(quick)
    with sample(1, latency=LATENCY) as club:
        return refresh(club, LATENCY, work)


def writes() -> list[Figure]:
    """Changes and live numbers over slow lines to both shops and to the database."""
    with sample(1, latency=LATENCY, sql_latency=STATEMENT_LATENCY) as club:
        return [*confirmed_set(club), *counts_of_a_set(), *one_night(club), *a_sync()]


def growth() -> list[Figure]:
    """The same at several sizes of the club: what the screens cost should not change."""
    figures = []
    for scale in GROWTH:
        with sample(scale) as club:
            print(f"{scale} x the club: {club.sizes()}", flush=True)
            measures = (functools.partial(first_content, rounds=5), idle, keys,
                        functools.partial(opening, rounds=3), functools.partial(listings_json, rounds=5))  # fmt: skip
            found = _all(measures, club)
            seconds, listings = club.refresh["seconds"], club.refresh["counts"]["listings"]
            found.append(Figure("full refresh, no latency", seconds, "s", None, f"{listings:,} listings"))
        figures += [Figure(f"{scale:>3} x {f.name}", f.value, f.unit, None, f.note) for f in found]
    return figures


def _all(measures: Iterable[Callable[[Sample], list[Figure]]], club: Sample) -> list[Figure]:
    """All figures of one club, and a word on each part when it is done."""
    figures = []
    for measure in measures:
        figures += measure(club)
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return figures


def numbers() -> list[Figure]:
    """Live numbers of 600 cells among 200,000 tickets on a real server."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "counts.json"
        command = [sys.executable, "-m", "tests.benchmarks.bench_counts"]
        options = ["--tickets", "200000", "--cells", "600", "--sample", "1", "--json", str(out)]
        done = subprocess.run([*command, *options], cwd=HERE.parent.parent, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotMeasured((done.stderr or done.stdout).strip().splitlines()[-1])
        found = json.loads(out.read_text())
    full, again, single = found["full"], found["again"], found["single query"]
    return [
        Figure(
            "all numbers against the best single query", full / single, "x", 1.5, f"{full:.3f} against {single:.3f} s"
        ),
        Figure("second look against the first", again / full, "x", 0.2, f"{again:.3f} s"),
    ]


BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "screens": screens,
    "refresh": refreshes,
    "writes": writes,
    "numbers": numbers,
    "growth": growth,
    "report": reports,
}


def main() -> int:
    """Measure what was asked for; 1 when something could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; else all")
    parser.add_argument("--json", type=Path, help="keep the figures in this folder")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if importlib.util.find_spec("click"):
        print("click is installed here: this is not the environment of a user, and httpx takes longer to load in it")
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}", flush=True)
    warm()
    folder = chosen.json or Path(tempfile.mkdtemp(prefix="brcc-figures-"))
    folder.mkdir(parents=True, exist_ok=True)
    status = 0
    for name in chosen.names or BENCHMARKS:
        try:
            figures = BENCHMARKS[name]()
        except NotMeasured as why:
            print(f"\n{name}: not measured: {why}")
            status = 1
            continue
        report(name, figures)
        keep(folder / f"{name}.json", name, figures)
    print(f"\nJSON: {folder}")
    return status


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
