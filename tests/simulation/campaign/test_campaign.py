"""Hundreds of random histories, and what must hold after each.

A failure names its seed and its weather. To see it again:

    CAMPAIGN_SEED=1234 .venv/bin/pytest tests/simulation/campaign -k wild
    CAMPAIGN_HISTORIES=10000 .venv/bin/pytest tests/simulation/campaign/test_campaign.py -n 2 --timeout 0
"""

from __future__ import annotations

import os

import pytest

from tests.operations.changes.virtual_time import run
from tests.simulation.campaign.history import History
from tests.simulation.campaign.invariants import Offers, check
from tests.simulation.campaign.weather import WEATHERS

HISTORIES = int(os.environ.get("CAMPAIGN_HISTORIES", "400"))
CHUNKS = 2


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("weather", list(WEATHERS))
def test_campaign(weather: str, chunk: int) -> None:
    seeds = range(chunk, HISTORIES // len(WEATHERS), CHUNKS)
    if "CAMPAIGN_SEED" in os.environ:
        if chunk:
            return
        seeds = range(int(os.environ["CAMPAIGN_SEED"]), int(os.environ["CAMPAIGN_SEED"]) + 1)
    for seed in seeds:
        try:
            run(one(seed, weather))
        except BaseException as error:
            raise AssertionError(f"seed {seed}, {weather}: {error}") from error


async def one(seed: int, weather: str) -> History:
    history = History(seed, WEATHERS[weather])
    shape, offers = history.structure(), Offers(history)
    if weather == "quiet":  # where somebody buys, no sum of offers is promised
        history.shop.watchers.append(offers.note)
        history.world.eventbrite.watchers.append(offers.note)
    await history.live()
    assert not history.crashes, history.crashes
    assert history.structure() == shape
    await check(history, offers, weather)
    return history
