"""Which reports of sales by day are kept: they are never asked for again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from brcc_tui.model.money.eventbrite import SalesReport
from brcc_tui.operations.catalogue import pace
from brcc_tui.operations.catalogue.tried import Unread

DAYS = {dt.date(2026, 11, 2): 4}


def test_only_a_report_of_which_each_day_is_told_is_kept() -> None:
    told = SalesReport("CAD", Decimal(40), Decimal(30), None, 4, days=DAYS, untold=0)
    part = SalesReport("CAD", Decimal(40), Decimal(30), None, 6, days=DAYS, untold=2)
    never = SalesReport("CAD", Decimal(40), Decimal(30), None, None, days=DAYS, untold=None)
    assert pace._whole({"1": told, "2": part, "3": never, "4": Unread("no answer")}) == {"1": DAYS}
    assert [pace._by_day(x) for x in (told, part, never)] == [DAYS, {**DAYS, None: 2}, {**DAYS, None: 0}]
