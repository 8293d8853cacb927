"""Periods that no report can be made of, told before anybody is asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.operations.money.report import BadPeriod, NoCatalogue, read_report
from brcc_tui.store.catalogue_cache import CatalogueCache

DAY = dt.date(2026, 11, 22)


async def test_before_a_first_refresh_nothing_is_known(tmp_path: Path) -> None:
    cache = CatalogueCache(tmp_path / "none.sqlite")
    club: Any = SimpleNamespace(cache=cache)
    with pytest.raises(NoCatalogue, match="refresh"):
        await read_report(club, DAY, DAY)
    cache.close()


@pytest.mark.parametrize("years", [(1, 1), (9999, 9999), (1, 9999)])
async def test_years_of_no_calendar(years: tuple[int, int]) -> None:
    club: Any = None
    with pytest.raises(BadPeriod):
        await read_report(club, dt.date(years[0], 1, 1), dt.date(years[1], 12, 31))
