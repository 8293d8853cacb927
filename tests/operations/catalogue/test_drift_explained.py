"""What has moved a date away from what was set here is said with the orders whose traces fit."""

from __future__ import annotations

import dataclasses
from typing import Any

from brcc_tui.model.drift import DriftCause
from brcc_tui.operations.catalogue.explain import explain
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.platforms.errors import DatabaseError
from tests.operations.conftest import bookings

CELL = "wc:10:slotone:dateone"


def set_here(town: Any, capacity: int, listing: str = CELL) -> None:
    at = town.clock.now().replace(year=2026, month=1)
    said = {"actor": "me", "show": None, "action": "set", "before": 50, "reason": "", "digest": "0" * 12, "at": at}
    entry = town.club.journal.begin(listing=listing, after=capacity, **said)
    town.club.journal.append(entry, "settled", at, {"capacity": capacity})


def orders(*numbers: int) -> tuple[DriftCause, ...]:
    return tuple(DriftCause(number, -2, "was refunded") for number in numbers)


async def test_the_orders_that_fit_are_named_the_best_first(town: Any) -> None:
    set_here(town, 57)  # 42 remain and 13 are taken
    town.database.causes = orders(101, 102, 103, 104, 105)
    notes = (await explain(town.club, CELL)).notes
    assert "drift of 10 slotone dateone -2" in town.database.asked
    assert f"{CELL} has drifted by -2; that may be: order 101 was refunded: -2" in notes[-1]
    assert notes[-1].endswith("order 103 was refunded: -2, and 2 orders more")


async def test_the_orders_that_fit_a_products_own_stock_are_named_too(town: Any) -> None:
    set_here(town, 57, "wc:11")  # 40 remain and 15 are taken
    town.database.causes = orders(101)
    notes = (await explain(town.club, "wc:11")).notes
    assert "drift of 11 -2" in town.database.asked
    for cause in ("refund", "set back to pending", "trash", "ticket that was canceled"):
        assert cause in notes[-2], "what was measured to move such a stock"
    assert notes[-1] == "wc:11 has drifted by -2; that may be: order 101 was refunded: -2"
    town.database.causes = ()
    assert (await explain(town.club, "wc:11")).notes[-1] == "wc:11 has drifted by -2, and no order's traces fit that"


async def test_of_a_stock_that_limits_dates_too_nobody_can_say_what_orders_moved(town: Any) -> None:
    """FooEvents splits their line items, and forgets what was taken."""
    dates = bookings(11)
    town.woocommerce.stored[11] = dataclasses.replace(dates, manage_stock=True, stock_quantity=40)
    await refresh(town.club)
    set_here(town, 41, "wc:11")
    notes = (await explain(town.club, "wc:11")).notes
    assert any("set it again to heal" in note for note in notes)
    assert not [asked for asked in town.database.asked if asked.startswith("drift")]


async def test_drift_without_a_trace_is_said_as_such(town: Any) -> None:
    set_here(town, 51)
    notes = (await explain(town.club, CELL)).notes
    assert any("overwrote each other" in note for note in notes)
    assert notes[-1] == f"{CELL} has drifted by +4, and no order's traces fit that"


async def test_nobody_is_asked_where_nothing_has_drifted(town: Any) -> None:
    set_here(town, 55)
    await explain(town.club, CELL)
    set_here(town, 50, "eb:1:19")
    assert "changed it on Eventbrite" in (await explain(town.club, "eb:1:19")).notes[-1]
    assert not [asked for asked in town.database.asked if asked.startswith("drift")]


async def test_a_search_that_fails_takes_nothing_from_the_explanation(town: Any) -> None:
    set_here(town, 51)

    async def broken(*_: object) -> None:
        raise DatabaseError("it went away")

    town.database.drift_causes = broken
    assert "overwrote each other" in (await explain(town.club, CELL)).notes[-1]
