"""A small booking product to count: one slot on two dates."""

from __future__ import annotations

from brcc_tui.model.counts import CellTexts, ProductCells

MON, TUE = ("late", "mon"), ("late", "tue")


def bookings(product: int) -> ProductCells:
    return ProductCells(
        product,
        {
            MON: CellTexts(("8pm Show", "8pm Show (08:00 p.m.)"), "January 06, 2025"),
            TUE: CellTexts(("8pm Show", "8pm Show (08:00 p.m.)"), "January 07, 2025"),
        },
    )
