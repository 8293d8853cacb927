"""A practice club behind a host that closes ways, loses pages and keeps old answers: told, and never taken for true."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, RefusalCode
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.refresh_report import RefreshReport
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.context import open_context
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.health import check_health
from brcc_tui.operations.money.door import read_door
from brcc_tui.operations.money.refunds import read_refunds
from brcc_tui.sandbox.faults import Fault, FaultKind
from brcc_tui.sandbox.wordpress import mysql_session
from brcc_tui.settings import Settings


def changeable(practice: Any) -> Listing:
    """A date of a booking product that can be given one seat more."""
    return next(
        listing
        for listing in practice.club.cache.listings(platform=Platform.WOOCOMMERCE)
        if listing.stock_method is StockMethod.BOOKING_STOCK
        and listing.read_only_reason is None
        and not listing.flags
        and is_known(listing.reading.remaining)
        and 5 < listing.reading.remaining < 30
    )


def of_shop(report: RefreshReport) -> list[str]:
    return [failure.reason for failure in report.failed if failure.id == "woocommerce"]


async def test_a_list_that_does_not_come_whole_is_told_and_takes_nothing_away(practice: Any) -> None:
    club, faults = practice.club, practice.world.faults
    before = {listing.id for listing in club.cache.listings(platform=Platform.WOOCOMMERCE)}
    products = len(club.cache.products())
    faults.add(Fault(FaultKind.SHORT_PAGES, size=5, count=-1))
    assert of_shop(await refresh(club)) == [], "short pages are read to the end"
    faults.add(Fault(FaultKind.FIRST_PAGE, count=-1))
    assert of_shop(await refresh(club)) == [
        f"the list of products arrived incomplete: 5 of {products} came, page 2 was page 1 once more"
    ]
    assert {listing.id for listing in club.cache.listings(platform=Platform.WOOCOMMERCE)} == before
    assert len(club.cache.products()) == products
    cache = (await check_health(club)).checks["cache_status"]
    assert (cache.status, "WooCommerce" in cache.detail) == (Condition.DEGRADED, True)
    faults.clear()
    faults.add(Fault(FaultKind.SHORT_PAGES, size=5, count=-1))
    faults.add(Fault(FaultKind.SHIFTED_PAGE, count=1))
    assert of_shop(await refresh(club)) == [], "a list that changed once is read once more"
    faults.add(Fault(FaultKind.NO_TOTALS, count=-1))
    faults.add(Fault(FaultKind.OWN_ORDER, count=-1))
    if told := of_shop(await refresh(club)):
        assert "arrived incomplete" in told[0]
    assert len(club.cache.products()) == products, "and nothing is lost"


async def test_a_closed_method_refuses_the_plan_and_another_one_carries_it(practice: Any, tmp_path: Path) -> None:
    practice.world.faults.add(Fault(FaultKind.BLOCKED, method="PUT", count=-1))
    listing = changeable(practice)
    wish = ChangeRequest(listing.id, Action.SET, int(listing.reading.capacity) + 1)  # type: ignore[call-overload]
    (refusal,) = (await plan_changes(practice.club, [wish])).refused
    assert refusal.code is RefusalCode.NOT_WRITABLE_KEY
    assert "firewall lets no change through: PUT was answered 405 with a web page" in refusal.reason
    assert "run brcc-tui setup" in refusal.reason.lower()
    shop = (await check_health(practice.club)).checks["woocommerce_api"]
    assert (shop.status, dict(shop.found)) == (Condition.DEGRADED, {"WOOCOMMERCE_WRITE_METHOD": "header"})
    await practice.club.close()
    practice.club = open_context(_by_header(practice.club.settings))
    plan = await plan_changes(practice.club, [wish])
    assert plan.refused == ()
    result = await practice.apply(plan)
    assert [change.outcome for change in result.changes] == [Outcome.VERIFIED]
    left = practice.world.site.places_left(*_cell(listing.id))
    assert left == listing.reading.remaining + 1  # type: ignore[operator]


def _by_header(settings: Settings) -> Settings:
    assert settings.woocommerce is not None
    return dataclasses.replace(settings, woocommerce=dataclasses.replace(settings.woocommerce, write_method="header"))


def _cell(listing_id: str) -> tuple[int, str, str]:
    _, product, slot, date = listing_id.split(":")
    return int(product), slot, date


async def test_orders_and_the_door_say_that_a_replica_may_lack_the_newest(
    practice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = changeable(practice).id
    (show,) = (show for show in practice.shows() if mine in {listing.id for listing in show.listings})
    for expected in (0, 1):
        monkeypatch.setitem(mysql_session._VARIABLES.schema, "read_only", (bool, bool(expected), True))
        for told in (await read_refunds(practice.club, show), await read_door(practice.club, show)):
            assert sum("newest orders" in note for note in told.notes) == expected
