"""A refresh reads both shops, keeps what it read wholly or not at all, and names what it could not read."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from brcc_tui.model.catalogue import Membership, Organization, Variation
from brcc_tui.model.counts import CellCount
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Platform
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.wholeness import Shortfall
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.refresh_report import RefreshProgress
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.catalogue.unlisted import listed_at
from brcc_tui.operations.catalogue.venue_changes import set_is_seat
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.health import check_health
from brcc_tui.platforms.errors import BadAnswer, DatabaseError, NotReachable
from brcc_tui.store.venue import VenueError

CELL = "wc:10:slotone:dateone"


async def test_both_shops_are_read_and_kept(town: Any) -> None:
    seen: list[RefreshProgress] = []
    report = await refresh(town.club, seen.append)
    assert report.failed == ()
    assert report.counts == {
        "series": 1, "events": 2, "ticket_classes": 2, "products": 2, "slots": 1, "dates": 2, "listings": 5,
    }  # fmt: skip
    assert (report.requests, report.queries) == ({"eventbrite": 1, "woocommerce": 1}, 2)
    assert report.read_at == town.clock.now() == town.club.cache.read_at()
    listings = {listing.id: listing for listing in town.club.cache.listings()}
    reading = listings[CELL].reading
    assert (reading.capacity, reading.sold, reading.held, reading.remaining) == (55, 12, 1, 42)
    assert (listings["wc:11"].reading.capacity, listings["wc:11"].reading.sold) == (55, 10)
    assert listings["eb:1:19"].reading.remaining == 43
    assert {progress.part for progress in seen} == {"eventbrite", "wordpress"}
    assert town.club.cache.zone() is not None


async def test_what_is_kept_bears_the_name_of_its_show_so_that_grouping_copies_nothing(town: Any) -> None:
    for _ in range(2):  # the first one learns of the zone in which shows are named
        await refresh(town.club)
        kept = {listing.id: listing for listing in town.club.cache.listings()}
        found = programme(town.club, [*kept.values()])
        grouped = [*(each for show in found.shows for each in show.listings), *found.unpaired]
        assert found.shows
        assert len(grouped) == len(kept)
        assert all(each is kept[each.id] for each in grouped)
        assert all(show.id is show.listings[0].show for show in found.shows)


async def test_shows_are_named_anew_where_what_people_said_of_them_came_since(town: Any) -> None:
    await refresh(town.club)
    set_is_seat(town.club, "wc:11", False)
    found = programme(town.club, town.club.cache.listings())
    assert town.club.cache.some(["wc:11"])[0].show is not None
    assert [each.show for each in found.unpaired if each.id == "wc:11"] == [None]


async def test_while_rooms_cannot_be_read_listings_are_kept_without_a_show(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refresh(town.club)

    def broken() -> None:
        raise VenueError("it is damaged", subject="house.sqlite", next_step="look")

    monkeypatch.setattr(town.club.venue, "rules", broken)
    await refresh(town.club)
    assert {each.show for each in town.club.cache.listings()} == {None}


@pytest.mark.parametrize(
    ("part", "question", "kept"),
    [
        pytest.param("eventbrite", "events", Platform.EVENTBRITE, id="eventbrite"),
        pytest.param("woocommerce", "products", Platform.WOOCOMMERCE, id="woocommerce"),
    ],
)
async def test_a_shop_that_fails_keeps_its_part_of_the_old_catalogue(
    town: Any, part: str, question: str, kept: Platform
) -> None:
    await refresh(town.club)
    town.clock.at += dt.timedelta(minutes=50)
    await read_live(town.club, [town.club.cache.listings(platform=kept)[0].id])
    before = town.club.cache.listings(platform=kept)
    structure = town.club.cache.catalogue()
    town.clock.at += dt.timedelta(minutes=10)
    getattr(town, part).app_error[question] = NotReachable("the server does not answer")
    report = await refresh(town.club)
    assert [failure.id for failure in report.failed] == [part]
    assert "does not answer" in report.failed[0].reason
    assert "What was read since 2026-11-22 18:00 UTC is kept" in report.failed[0].reason, "not all of it was read later"
    assert town.club.cache.listings(platform=kept) == before
    now = town.club.cache.catalogue()
    assert (now.events, now.products) == (structure.events, structure.products)
    assert now.read_at > structure.read_at == listed_at(town.club)
    others = [listing for listing in town.club.cache.listings() if listing.platform is not kept]
    assert {listing.reading.read_at for listing in others} == {town.clock.now()}


async def test_when_neither_shop_answers_the_old_catalogue_keeps_its_age(town: Any) -> None:
    first = await refresh(town.club)
    for shop in (town.eventbrite, town.woocommerce, town.database):
        shop.app_error[""] = NotReachable("no network")
    town.clock.at += dt.timedelta(hours=1)
    report = await refresh(town.club)
    assert {failure.id for failure in report.failed} == {"eventbrite", "woocommerce", "wordpress"}
    assert report.read_at == first.read_at
    assert len(town.club.cache.listings()) == 5


async def test_an_unexpected_error_in_one_shop_does_not_hide_the_other(town: Any) -> None:
    town.eventbrite.app_error["events"] = KeyError("pagination")
    report = await refresh(town.club)
    assert report.failed[0].reason.startswith("unexpected: KeyError")
    assert report.counts["products"] == 2


@pytest.mark.parametrize("question", ["site", "snapshot"])
async def test_without_the_database_sold_is_unknown_and_never_0(town: Any, question: str) -> None:
    town.database.app_error[question] = DatabaseError("too many connections")
    report = await refresh(town.club)
    assert [failure.id for failure in report.failed] == ["wordpress"]
    cell = next(listing for listing in town.club.cache.listings() if listing.id == CELL)
    assert cell.reading.remaining == 42
    assert isinstance(cell.reading.sold, Unknown)
    assert "too many connections" in cell.reading.sold.reason
    assert (cell.starts_at is not None) == (question == "snapshot"), "without a site nobody knows what its dates mean"


@pytest.mark.parametrize("question", ["site", "snapshot"])
async def test_what_was_counted_stays_with_its_age_while_the_database_is_silent(
    town: Any, question: str, make_bookings: Any
) -> None:
    rows = town.woocommerce.stored[11]
    front = Variation(31, "Front", "publish", True, 5)
    town.woocommerce.stored[13] = replace(
        rows, id=13, type="variable", manage_stock=False, stock_quantity=None, variations=(front,)
    )
    town.database.stock_taken[13] = CellCount(3, 0)  # of a variation that was deleted
    await refresh(town.club)
    before = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.WOOCOMMERCE)}
    town.clock.at += dt.timedelta(hours=1)
    town.woocommerce.stored[12] = make_bookings(12)
    town.database.app_error[question] = DatabaseError("too many connections")
    report = await refresh(town.club)
    assert [failure.id for failure in report.failed] == ["wordpress"]
    now = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.WOOCOMMERCE)}
    assert (before[CELL].reading.sold, before["wc:13"].reading.sold) == (12, 3)
    assert all(now[name] == before[name] for name in before), "not forgotten, and not made younger"
    new = [listing for name, listing in now.items() if name not in before]
    assert new
    assert all(isinstance(listing.reading.sold, Unknown) for listing in new)
    town.database.app_error.clear()
    await refresh(town.club)
    again = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.WOOCOMMERCE)}
    assert again[CELL].reading.read_at > before[CELL].reading.read_at


async def test_pairings_that_cannot_be_kept_leave_the_new_catalogue_and_are_named(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(_: object) -> None:
        raise VenueError("rooms and pairings cannot be read or kept: disk full")

    monkeypatch.setattr(town.club.venue, "keep_found", disk_full)
    report = await refresh(town.club)
    assert report.read_at == town.clock.now() == town.club.cache.read_at()
    assert len(town.club.cache.listings()) == 5
    [failure] = report.failed
    assert (failure.id, failure.title) == ("pairings", "Pairings of listings")
    assert "disk full" in failure.reason


async def test_what_is_not_configured_is_empty_and_no_failure(town: Any) -> None:
    report = await refresh(town.without("eventbrite", "wordpress"))
    assert report.failed == ()
    assert report.requests == {"eventbrite": 0, "woocommerce": 1}
    cells = town.club.cache.listings()
    assert {listing.platform for listing in cells} == {Platform.WOOCOMMERCE}
    assert all(listing.reading.sold == Unknown("database: not configured") for listing in cells)


async def test_broken_things_are_rows_with_their_reason(town: Any, make_bookings: Any) -> None:
    town.eventbrite.broken = [Failure("eb:5", "Odd", "it has no start")]
    town.woocommerce.stored[12] = make_bookings(12, text="{not json")
    report = await refresh(town.club)
    assert {failure.id for failure in report.failed} == {"eb:5", "wc:12"}
    assert town.club.cache.failed() == report.failed
    assert report.counts["listings"] == 5


async def test_a_capacity_that_is_not_the_one_last_set_here_is_flagged(town: Any) -> None:
    journal, now = town.club.journal, town.clock.now()
    change = {"actor": "me", "listing": CELL, "show": None, "action": "set", "before": 55, "after": 50, "reason": ""}
    entry = journal.begin(**change, digest="d", at=now)
    journal.append(entry, "settled", now, {"capacity": 50})
    await refresh(town.club)
    drifted = {listing.id for listing in town.club.cache.listings() if Flag.DRIFT in listing.flags}
    assert drifted == {CELL}


async def test_what_our_own_last_write_left_is_no_drift_even_if_it_never_settled(town: Any) -> None:
    """Undone while it was watched, and then left: nobody else was there."""
    journal, long_ago = town.club.journal, town.clock.now() - dt.timedelta(hours=1)
    change = {"actor": "me", "listing": CELL, "show": None, "reason": "", "digest": "d", "at": long_ago}
    await refresh(town.club)
    entry = journal.begin(**change, action="set", before=55, after=50)
    journal.append(entry, "settled", long_ago, {"capacity": 50})
    stands = next(listing for listing in town.club.cache.listings() if listing.id == CELL).reading.capacity
    back = journal.begin(**change, action="close", before=50, after=stands)
    journal.append(back, "verified", long_ago, {"capacity": stands})
    await refresh(town.club)
    (cell,) = (listing for listing in town.club.cache.listings() if listing.id == CELL)
    assert cell.flags & {Flag.DRIFT, Flag.CLOSED_HERE} == {Flag.CLOSED_HERE}


async def test_a_cancelled_refresh_leaves_the_old_catalogue(town: Any) -> None:
    first = await refresh(town.club)
    town.woocommerce.hang = True
    town.clock.at += dt.timedelta(hours=1)
    work = asyncio.create_task(refresh(town.club))
    await town.woocommerce.hanging.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert town.club.cache.read_at() == first.read_at


async def test_a_list_that_is_cut_short_is_no_catalogue(town: Any) -> None:
    await refresh(town.club)
    town.eventbrite.app_error["events"] = BadAnswer("page 3 could not be read")
    await refresh(town.club)
    assert len(town.club.cache.listings(platform=Platform.EVENTBRITE)) == 2


async def test_only_the_list_that_was_returned_is_kept_not_what_its_pages_brought(town: Any) -> None:
    event = town.eventbrite.stored["1"]
    ghost = replace(event, id="999", ticket_classes=tuple(replace(x, event_id="999") for x in event.ticket_classes))
    before = replace(event, ticket_classes=tuple(replace(x, quantity_sold=1) for x in event.ticket_classes))
    town.eventbrite.came = [ghost, before]
    await refresh(town.club)
    listings = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.EVENTBRITE)}
    assert not [listing_id for listing_id in listings if listing_id.startswith("eb:999:")]
    assert listings["eb:1:19"].reading.sold == event.ticket_classes[0].quantity_sold != 1
    assert town.club.cache.catalogue().events == tuple(town.eventbrite.stored.values())


async def test_garbage_is_searched_for_wholly_only_once_a_refresh_has_ended(town: Any) -> None:
    usual, during = gc.get_threshold(), set()
    await refresh(town.club, lambda _: during.add(gc.get_threshold()[2]))
    assert min(during) > 1_000_000
    assert gc.get_threshold() == usual
    town.club.cache.close()  # and when it fails
    with pytest.raises(sqlite3.ProgrammingError):
        await refresh(town.club)
    assert gc.get_threshold() == usual


async def test_it_is_told_which_organization_was_read(town: Any) -> None:
    town.eventbrite.organizations = Membership((Organization("9", "Mine"), Organization("10", "The Club")), "10")
    assert (await refresh(town.club)).organizations == town.eventbrite.organizations
    assert (await refresh(town.without("eventbrite"))).organizations is None


SHORT = Shortfall("the list of events", 1, 2, "no more pages were named").failure("eventbrite", "Eventbrite")


async def test_events_that_did_not_come_with_a_part_of_the_list_stay_as_they_were(town: Any, make_event: Any) -> None:
    await refresh(town.club)
    before = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.EVENTBRITE)}
    town.clock.at += dt.timedelta(hours=1)
    town.eventbrite.stored = {"1": make_event(1, sold=20), "3": make_event(3, day=29)}
    town.eventbrite.broken = [SHORT]
    report = await refresh(town.club)
    assert report.failed == (SHORT,)
    now = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.EVENTBRITE)}
    assert now.keys() == {"eb:1:19", "eb:2:29", "eb:3:39"}
    assert now["eb:1:19"].reading.sold == 20
    assert now["eb:2:29"] == before["eb:2:29"], "with the age of its numbers"
    assert {event.id for event in town.club.cache.catalogue().events} == {"1", "2", "3"}
    assert report.counts["events"] == 3
    condition = (await check_health(town.club)).checks["cache_status"]
    assert (condition.status, SHORT.title in condition.detail) == (Condition.DEGRADED, True)
    town.eventbrite.broken = []
    await refresh(town.club)
    gone = {listing.id for listing in town.club.cache.listings(platform=Platform.EVENTBRITE)}
    assert gone == {"eb:1:19", "eb:3:39"}, "the list is whole again"


SHORT_SHOP = Shortfall("the list of products", 1, 2, "and no page brought the rest").failure(
    "woocommerce", "WooCommerce"
)


async def test_products_that_did_not_come_with_a_part_of_the_list_stay_as_they_were(
    town: Any, make_bookings: Any
) -> None:
    await refresh(town.club)
    before = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.WOOCOMMERCE)}
    town.clock.at += dt.timedelta(hours=1)
    whole = dict(town.woocommerce.stored)
    town.woocommerce.stored = {11: whole[11], 12: make_bookings(12)}
    town.woocommerce.broken = [SHORT_SHOP]
    report = await refresh(town.club)
    assert report.failed == (SHORT_SHOP,)
    now = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.WOOCOMMERCE)}
    assert now.keys() > before.keys(), "nothing is gone, and what is new is there"
    lost = [id_ for id_ in before if id_.startswith("wc:10:")]
    assert lost
    assert all(now[id_] == before[id_] for id_ in lost), "with the age of its numbers"
    assert now["wc:11"].reading.read_at > before["wc:11"].reading.read_at
    assert {product.id for product in town.club.cache.products()} == {10, 11, 12}
    condition = (await check_health(town.club)).checks["cache_status"]
    assert (condition.status, "WooCommerce" in condition.detail) == (Condition.DEGRADED, True)
    town.woocommerce.broken = []
    await refresh(town.club)
    (missed,) = (product for product in town.club.cache.products() if product.id == 10)
    assert missed.lost, "the list is whole again, and people have seats of it"
    town.database.taken.clear()
    await refresh(town.club)
    assert {product.id for product in town.club.cache.products()} == {11, 12}


async def test_a_product_whose_meta_did_not_come_is_no_plain_product(town: Any) -> None:
    """An event that comes without any of its data could not be read; a mug never had any."""
    mug = replace(town.woocommerce.stored[10], id=20, name="Mug", meta=())
    town.woocommerce.stored[20] = mug
    assert (await refresh(town.club)).failed == ()
    before = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.WOOCOMMERCE)}
    town.clock.at += dt.timedelta(hours=1)
    town.woocommerce.stored[10] = replace(town.woocommerce.stored[10], meta=())
    report = await refresh(town.club)
    assert [(failure.id, failure.reason[:17]) for failure in report.failed] == [("wc:10", "could not be read")]
    now = {listing.id: listing for listing in town.club.cache.listings(platform=Platform.WOOCOMMERCE)}
    assert now.keys() == before.keys()
    assert all(now[id_] == before[id_] for id_ in now if id_.startswith("wc:10:"))
