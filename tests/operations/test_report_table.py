"""What a period brought, as a table for a spreadsheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from brcc_tui.model.listing import Platform
from brcc_tui.model.money.report import By, Figures, Report, ShowFigures
from brcc_tui.operations.money.sheets import report_rows

AT = dt.datetime(2026, 11, 27, 20, 0, tzinfo=dt.UTC)
SOLD = Figures(3, Decimal("48.32"), Decimal("42.83"), Decimal("1.50"), "CAD")


def row_of(shops: dict[Platform, Figures]) -> dict[str, object]:
    show = ShowFigures("2026-11-27T20:00@main", "Late", AT, 55, 0, "wc:1", shops)
    header, (row,) = report_rows(Report(AT.date(), AT.date(), AT, (show,)), By.SHOW)
    return dict(zip(header, row, strict=True))


def test_a_shop_that_does_not_sell_a_show_is_left_empty() -> None:
    """A nought would say that it was on sale there, and nobody came."""
    row = row_of({Platform.WOOCOMMERCE: SOLD})
    assert [row[f"woocommerce_{name}"] for name in ("sold", "gross")] == [3, Decimal("48.32")]
    assert [row[f"eventbrite_{name}"] for name in ("sold", "gross", "net", "fees")] == [None] * 4
    assert row["sold"] == 3


def test_one_that_sold_nothing_has_noughts_and_one_that_tells_nothing_is_empty() -> None:
    row = row_of({Platform.WOOCOMMERCE: Figures(), Platform.EVENTBRITE: Figures.not_known("it was silent")})
    assert [row[f"woocommerce_{name}"] for name in ("sold", "gross")] == [0, 0]
    assert row["eventbrite_sold"] is row["sold"] is None
    assert "it was silent" in str(row["unknown"])
