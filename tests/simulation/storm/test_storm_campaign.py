"""Random histories through the program's real clients, against the practice club's real servers.

A failure names its seed and its weather. To see it again, or to run as many as you like:

    STORM_SEED=1234 .venv/bin/pytest tests/simulation/storm/test_storm_campaign.py -k wild
    STORM_HISTORIES=20000 .venv/bin/pytest tests/simulation/storm/test_storm_campaign.py -n 2 --timeout 0
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.storm.invariants import Offers, check
from tests.simulation.storm.storm_history import History
from tests.simulation.storm.weather import WEATHERS
from tests.simulation.storm.wire_time import run

HISTORIES = int(os.environ.get("STORM_HISTORIES", "90"))
CHUNKS = 2


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("weather", list(WEATHERS))
def test_storm(weather: str, chunk: int) -> None:
    seeds = range(chunk, HISTORIES // len(WEATHERS), CHUNKS)
    if "STORM_SEED" in os.environ:
        seeds = range(int(os.environ["STORM_SEED"]), int(os.environ["STORM_SEED"]) + (chunk == 0))
    checked: Counter[str] = Counter()
    for seed in seeds:
        checked += one(seed, weather).checked
    if len(seeds) > 8 and weather in ("clean", "aimed"):
        assert checked["settled capacity"] + checked["neighbour"] > len(seeds) / 2, (
            f"hardly anything checked: {checked}"
        )
    if len(seeds) > 8 and weather == "shared":
        assert checked["split"] > len(seeds) / 4, f"hardly anything checked: {checked}"


def one(seed: int, weather: str) -> History:
    """Live a history and look at what it left."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return run(_live(seed, weather, Path(folder)))
        except BaseException as error:
            raise AssertionError(f"seed {seed}, {weather}: {type(error).__name__}: {error}") from error


async def _live(seed: int, weather: str, folder: Path) -> History:
    history = History(seed, WEATHERS[weather], folder)
    await history.begin()
    offers = Offers(history)
    try:
        await history.live()
        await check(history, offers, weather)
    except BaseException:
        print(history.told())
        raise
    finally:
        await history.end()
    return history
