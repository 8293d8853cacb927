"""Practice clubs of any size, each with a filled cache, for the benchmarks to look at."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dotenv import dotenv_values
from measure import PROGRAM, NotMeasured, background, run_to_end

CELLS_10_000 = 22
"""As many clubs have 10,000 booking cells, and as many ticket classes besides."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A practice club that runs, and its catalogue in a cache. `folder` is empty and can be worked in."""

    scale: int
    settings: Mapping[str, str]
    folder: Path
    refresh: Mapping[str, Any]

    @property
    def cache(self) -> Path:
        """The cached catalogue."""
        return next(Path(self.settings["BRCC_DATA_DIR"]).rglob("catalogue.sqlite"))

    def sizes(self) -> str:
        """How much the cache holds, in words."""
        with contextlib.closing(sqlite3.connect(self.cache)) as database:
            everything, cells = database.execute("SELECT COUNT(*), SUM(id LIKE 'wc:%:%:%') FROM listings").fetchone()
        return f"{everything:,} listings, {cells:,} of them booking cells"

    def first_title(self) -> str:
        """The title of the next show to come, as the dashboard shows it."""
        from brcc_tui.screens.state.board import Board
        from brcc_tui.screens.state.desk import Desk
        from brcc_tui.settings_checks import settings_from

        board, desk = Board(), Desk(settings_from(self.settings))
        desk.load_first(board)
        title = board.upcoming(desk.now())[0].title
        desk.stores.close()
        return title


@contextlib.contextmanager
def sample(scale: int, *, latency: int = 0, sql_latency: int = 0, past: int = 26) -> Iterator[Sample]:
    """A practice club of so many times the club's size that has played for so many weeks, refreshed once."""
    options = (f"--scale={scale}", f"--latency={latency}", f"--sql-latency={sql_latency}", f"--past={past}")
    with (
        TemporaryDirectory(prefix="brcc-bench-") as place,
        background((*PROGRAM, "demo", "--serve", "--until-eof", *options), {}) as child,
    ):
        settings = _settings(child.stdout) | {"BRCC_DATA_DIR": place}
        folder = Path(place) / "empty"
        folder.mkdir()
        _, printed = run_to_end((*PROGRAM, "refresh", "--json"), settings, folder)
        yield Sample(scale, settings, folder, json.loads(printed))


def _settings(lines: io.BufferedReader | None) -> dict[str, str]:
    told = []
    for line in lines or ():
        if line.strip() == b"ready":
            values = dotenv_values(stream=io.StringIO("".join(told)), interpolate=False)
            return {name: value for name, value in values.items() if value is not None}
        told.append(line.decode())
    raise NotMeasured("the practice club did not start")


def warm() -> None:
    """Compile everything once, as an installed program is."""
    run_to_end((sys.executable, "-m", "compileall", "-q", "brcc_tui"), {}, Path(__file__).parent.parent.parent)
