"""A practice club behind a host that closes ways, loses pages and keeps old answers: told, and never taken for true."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, RefusalCode
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.catalogue.explain import explain
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.refresh_report import RefreshReport
from brcc_tui.operations.catalogue.unlisted import lists_that_failed
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.context import open_context
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.health import check_health
from brcc_tui.operations.money.door import read_door
from brcc_tui.operations.money.refunds import read_refunds
from brcc_tui.sandbox.faults import Fault, FaultKind
from brcc_tui.sandbox.wordpress import mysql_session, woocommerce_products
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


@pytest.fixture
def stripped(practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin takes `meta_data` out of every product that REST tells, once all of them were read as they are."""

    def bare(*args: Any, **more: Any) -> dict[str, object]:
        told = describe(*args, **more)
        return {name: value for name, value in told.items() if name != "meta_data"}

    describe = woocommerce_products.describe
    monkeypatch.setattr(woocommerce_products, "describe", bare)


@pytest.mark.usefixtures("stripped")
async def test_what_a_plugin_strips_from_rest_is_read_from_the_database(practice: Any) -> None:
    club = practice.club
    before = {each.id: each for each in club.cache.listings(platform=Platform.WOOCOMMERCE)}
    failed = (await refresh(club)).failed
    after = {each.id: each for each in club.cache.listings(platform=Platform.WOOCOMMERCE)}
    assert (of_shop(await refresh(club)), [each for each in failed if "meta_data" in each.reason]) == ([], [])
    assert {id_: (each.reading.remaining, each.flags, each.url) for id_, each in after.items()} == {
        id_: (each.reading.remaining, each.flags, each.url) for id_, each in before.items()
    }
    listing = changeable(practice)
    assert (await explain(club, listing.id)).numbers["remaining"][0] == listing.reading.remaining
    wish = ChangeRequest(listing.id, Action.SET, int(listing.reading.capacity) + 1)  # type: ignore[call-overload]
    (refusal,) = (await plan_changes(club, [wish])).refused
    assert "`meta_data`" in refusal.reason
    shop = (await check_health(club)).checks["woocommerce_api"]
    assert (shop.status, "`meta_data`" in shop.detail) == (Condition.DEGRADED, True)


@pytest.mark.usefixtures("stripped")
async def test_without_the_database_too_the_shop_has_told_nothing_of_its_events(practice: Any, tmp_path: Path) -> None:
    known = dataclasses.replace(practice.club, wordpress=None)
    before = known.cache.listings(platform=Platform.WOOCOMMERCE)
    assert ["`meta_data`" in reason for reason in of_shop(await refresh(known))] == [True]
    assert known.cache.listings(platform=Platform.WOOCOMMERCE) == before, "with their age"
    settings = dataclasses.replace(practice.club.settings, wordpress=None, data_dir=tmp_path / "new")
    new = open_context(settings)
    report = await refresh(new)
    assert [(failure.id, "`meta_data`" in failure.reason) for failure in report.failed if failure.id[:2] == "wo"] == [
        ("woocommerce", True)
    ]
    assert [shop for shop, _ in lists_that_failed(new)] == [Platform.WOOCOMMERCE]
    await new.close()


@pytest.mark.usefixtures("stripped")
async def test_so_are_events_that_nobody_here_has_seen_before(practice: Any, tmp_path: Path) -> None:
    """Those without tickets, too: what else sells the seats of their shows is unknown otherwise, and nobody says so."""
    new = open_context(dataclasses.replace(practice.club.settings, data_dir=tmp_path / "new"))
    failed = {failure.id for failure in (await refresh(new)).failed}
    found = {each.id for each in new.cache.listings(platform=Platform.WOOCOMMERCE)}
    assert found == {each.id for each in practice.club.cache.listings(platform=Platform.WOOCOMMERCE)}
    assert failed == {failure.id for failure in practice.club.cache.failed()}
    await new.close()
