"""Periods that no report can be made of, told before anybody is asked; and money that is of no show."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.model.money.eventbrite import BoughtPlace
from brcc_tui.model.money.records import OrderRecord
from brcc_tui.model.money.shares import ENDED_UNREFUNDED, Part
from brcc_tui.operations.money.event_sales import _paid
from brcc_tui.operations.money.report import BadPeriod, NoCatalogue, _is_money, _nightless_words, read_report
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


def _part(number: int, amount: str | None, unknown: str = "") -> Part:
    paid = None if amount is None else Decimal(amount)
    back = None if amount is None else Decimal(0)
    order = OrderRecord(number, "wc-completed", currency="CAD", paid=True)
    return Part(order, 4061, None, None, 1, 1, (), paid, back, back, back, unknown)


def test_an_order_of_no_night_whose_amount_nobody_can_tell_is_not_worth_nothing() -> None:
    told, untold, left_out = _part(1, "15.94"), _part(2, None, "no total"), _part(3, None, ENDED_UNREFUNDED)
    assert [_is_money(part) for part in (told, untold, left_out, _part(4, "0"))] == [True, True, False, False]
    assert "2 paid orders" in (words := _nightless_words([told, untold]))
    assert "(15.94 CAD and 1 of which nobody can tell what was paid)" in words
    assert "(amounts that cannot be told)" in _nightless_words([untold])


def test_what_was_paid_for_shows_is_not_told_by_places_that_name_no_class() -> None:
    places = [BoughtPlace(str(n), "1", name, Decimal(10), "CAD") for n, name in enumerate(("5", "6", ""))]
    assert _paid(places[:2], {"5": "early", "6": "late"}) == {"early": Decimal(10), "late": Decimal(10)}
    assert "of which class each place is" in str(_paid(places, {"5": "early", "6": "late"}))
