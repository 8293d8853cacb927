"""The database is the authority on the shop's present; what cannot be read keeps its place, also over a refresh."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from brcc_tui.model.catalogue import MetaRow, Product
from brcc_tui.model.counts import CellCount, Orphan
from brcc_tui.model.failure import Failure, Unanswered
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.lost import PRODUCT_GONE
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Origin
from brcc_tui.operations.catalogue.explain import explain
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shop_reading import FEW_PRODUCTS
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.health import check_health
from brcc_tui.platforms.errors import BadAnswer, DatabaseError, NotReachable, NotThere

CELL, OTHER_CELL = "wc:10:slotone:dateone", "wc:10:slotone:datetwo"


def sold_meanwhile(product: Product, make_bookings: Any) -> Product:
    """The product as the database has it, after 24 were bought of which REST has not heard."""
    return make_bookings(10, stock='"18"')  # type: ignore[no-any-return]


def cached(town: Any) -> dict[str, Listing]:
    return {listing.id: listing for listing in town.club.cache.listings()}


async def test_what_remains_is_read_from_the_row_and_not_from_a_cached_answer(town: Any, make_bookings: Any) -> None:
    await refresh(town.club)
    town.database.rows[10] = sold_meanwhile(town.woocommerce.stored[10], make_bookings)
    (cell,) = await read_live(town.club, [CELL])
    assert cell.reading.remaining == 18
    assert cell.reading.sources["remaining"] is Origin.DATABASE
    assert Flag.CACHED_REST in cell.flags
    assert (await explain(town.club, CELL)).numbers["remaining"][0] == 18
    found = (await check_health(town.club)).checks["woocommerce_api"]
    assert (found.status, "older than its database" in found.detail) == (Condition.DEGRADED, True)
    town.database.rows.clear()
    (cell,) = await read_live(town.club, [CELL])
    assert Flag.CACHED_REST not in cell.flags
    assert (await check_health(town.club)).checks["woocommerce_api"].status is Condition.HEALTHY


async def test_a_sale_between_the_two_answers_is_no_cache(
    town: Any, make_bookings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refresh(town.club)
    after = sold_meanwhile(town.woocommerce.stored[10], make_bookings)
    town.database.rows[10] = after

    async def a_moment(_: float) -> None:
        town.woocommerce.stored[10] = after

    monkeypatch.setattr(town.clock, "sleep", a_moment)
    (cell,) = await read_live(town.club, [CELL])
    assert (cell.reading.remaining, Flag.CACHED_REST in cell.flags) == (18, False)


async def test_a_refresh_takes_its_numbers_from_the_rows(town: Any, make_bookings: Any) -> None:
    town.database.rows[10] = sold_meanwhile(town.woocommerce.stored[10], make_bookings)
    await refresh(town.club)
    assert (cached(town)[CELL].reading.remaining, Flag.CACHED_REST in cached(town)[CELL].flags) == (18, True)


async def test_of_a_row_that_lacks_the_shops_own_sales_nothing_is_known(town: Any, make_bookings: Any) -> None:
    """The settings name a copy of the shop's database, or one that lags and does not say so."""
    await refresh(town.club)
    town.database.rows[10] = town.woocommerce.stored[10]
    town.woocommerce.stored[10] = sold_meanwhile(town.woocommerce.stored[10], make_bookings)
    (live,) = await read_live(town.club, [CELL])
    await refresh(town.club)
    for cell in (live, cached(town)[CELL]):
        assert set(cell.reading.unknowns()) == {"capacity", "sold", "held", "remaining"}
        assert "WORDPRESS_DB_HOST" in (cell.offer.unknown or "")
        assert Flag.CACHED_REST not in cell.flags
    assert cached(town)["wc:11"].reading.unknowns() == {}, "both say the same of it"
    assert (await explain(town.club, CELL)).numbers["sold"][0] is None
    detail = (await check_health(town.club)).checks["woocommerce_api"].detail
    assert ("WORDPRESS_DB_HOST" in detail, "older than its database" in detail) == (True, False)


async def test_health_asks_of_a_product_whose_row_was_found_to_lack_something(town: Any) -> None:
    town.database.rows[11] = town.woocommerce.stored[11]
    town.woocommerce.stored[11] = replace(town.woocommerce.stored[11], stock_quantity=1)
    await refresh(town.club)
    assert town.club.cache.upcoming(9, town.clock.now().date())[0].id != "wc:11", "it is not the next of all"
    assert "product 11" in (await check_health(town.club)).checks["woocommerce_api"].detail


async def test_the_database_of_another_site_is_found_out_by_its_lack_of_products(town: Any) -> None:
    town.database.lacks |= set(town.woocommerce.stored)
    await refresh(town.club)
    found = (await check_health(town.club)).checks["woocommerce_api"]
    assert (found.status, "the database of another one" in found.detail) == (Condition.DEGRADED, True)


async def test_a_date_that_staff_delete_stays_lost_until_it_is_back(town: Any, make_bookings: Any) -> None:
    await refresh(town.club)
    whole = town.woocommerce.stored[10]
    text = '{"slotone":{"label":"8pm Show","hour":"08","minute":"00","period":"p.m.","add_time":"enabled"}}'
    town.woocommerce.stored[10] = make_bookings(10, text=text)
    for _ in range(2):
        await refresh(town.club)
        lost = cached(town)[CELL]
        assert (Flag.LOST in lost.flags, lost.reading.sold, lost.reading.held) == (True, 12, 1)
        assert isinstance(lost.reading.remaining, Unknown)
    (live,) = await read_live(town.club, [CELL])
    assert (Flag.LOST in live.flags, live.reading.sold) == (True, 12)
    town.woocommerce.stored[10] = whole
    await refresh(town.club)
    assert (Flag.LOST in cached(town)[CELL].flags, cached(town)[CELL].reading.remaining) == (False, 42)


async def test_a_product_whose_options_break_stays_with_its_tickets(town: Any, make_bookings: Any) -> None:
    await refresh(town.club)
    town.woocommerce.stored[10] = make_bookings(10, text='{"slotone":{"label":"8pm')
    for _ in range(2):
        report = await refresh(town.club)
        assert [failure.id for failure in report.failed] == ["wc:10"]
        assert {id_ for id_, one in cached(town).items() if Flag.LOST in one.flags} == {CELL, OTHER_CELL}
        assert cached(town)[CELL].reading.sold == 12


async def test_a_product_that_shall_be_sold_by_dates_and_has_none_yet_stays_with_its_tickets(town: Any) -> None:
    """Staff made another kind of event of it: who bought its one stock has a seat all the same."""
    await refresh(town.club)
    event = town.woocommerce.stored[11]
    rest = tuple(row for row in event.meta if row.key != "WooCommerceEventsType")
    town.woocommerce.stored[11] = replace(event, meta=(*rest, MetaRow(99, "WooCommerceEventsType", "bookings")))
    (live,) = await read_live(town.club, ["wc:11"])
    for _ in range(2):
        report = await refresh(town.club)
        assert [failure.id for failure in report.failed] == ["wc:11"]
        for lost in (live, cached(town)["wc:11"]):
            assert (Flag.LOST in lost.flags, lost.reading.sold, lost.reading.held) == (True, 10, 5)
            assert lost.starts_at is not None
            assert "no booking options" in (lost.offer.unknown or "")


async def test_a_product_that_rest_cannot_tell_is_lost_and_one_that_is_gone_is_missed(town: Any) -> None:
    await refresh(town.club)
    whole = town.woocommerce.stored.pop(10)
    town.database.rows[10] = whole
    town.woocommerce.broken = [Failure("wc:10", whole.name, "stock_quantity is not a whole number")]
    await refresh(town.club)
    assert (Flag.LOST in cached(town)[CELL].flags, cached(town)[CELL].reading.sold) == (True, 12)
    town.woocommerce.broken, town.database.rows = [], {}
    await refresh(town.club)
    assert {id_ for id_ in cached(town) if id_.startswith("wc:10:")} == {CELL}, "nobody misses the date without places"
    town.database.taken.clear()
    await refresh(town.club)
    assert not any(id_.startswith("wc:10:") for id_ in cached(town))


async def test_what_a_list_without_any_product_lacks_is_as_the_database_has_it(town: Any) -> None:
    """A filter of a language, or a cache, gives an empty one; people have bought what stands in the rows."""
    await refresh(town.club)
    town.database.rows, town.woocommerce.stored = town.woocommerce.stored, {}
    assert (await refresh(town.club)).failed == ()
    cell = cached(town)[CELL]
    assert (cell.offer.value, cell.reading.sold, Flag.LOST in cell.flags) == (42, 12, False)
    town.database.rows = {}
    await refresh(town.club)
    assert {id_ for id_, one in cached(town).items() if Flag.LOST in one.flags} == {CELL, "wc:11"}
    assert cached(town)[CELL].reading.sold == 12


async def test_a_product_that_nobody_knew_of_is_told_by_its_tickets(town: Any, make_bookings: Any) -> None:
    """It was deleted, put into the trash or left out of the list before the first refresh, with places on it."""
    lost = ("8pm Show (08:00 p.m.)", "November 30, 2026", "slottwo", "dateone", 3)
    town.woocommerce.app_error["product 7"] = NotThere("Invalid ID")
    town.database.astray = {each: (Orphan(*lost),) for each in (7, 8, 9)}
    town.database.taken |= {(each, "slottwo", "dateone"): CellCount(3) for each in (7, 8, 9)}
    town.database.rows = {8: replace(make_bookings(8), status="trash"), 9: replace(make_bookings(9), status="publish")}
    town.database.rows[12] = replace(town.woocommerce.stored[11], id=12, status="trash")
    town.database.astray[12], town.database.stock_taken[12] = (), CellCount(2)
    for _ in range(2):
        report = await refresh(town.club)
        assert {failure.id for failure in report.failed} == {"wc:7", "wc:8", "wc:12"}
        event = cached(town)["wc:12"]
        assert (Flag.LOST in event.flags, event.reading.sold, str(event.date)) == (True, 2, "2026-11-29")
        (live,) = await read_live(town.club, ["wc:7:slottwo:dateone"])
        for date in (live, *(cached(town)[f"wc:{product}:slottwo:dateone"] for product in (7, 8, 9))):
            assert (Flag.LOST in date.flags, date.reading.sold, str(date.date)) == (True, 3, "2026-11-30")
        assert cached(town)["wc:9:slotone:dateone"].offer.value == 42
    town.database.astray, town.database.taken, town.database.stock_taken = {}, {}, {}
    await refresh(town.club)
    assert {id_.partition(":slot")[0] for id_ in cached(town) if id_.startswith("wc:")} == {"wc:9", "wc:10", "wc:11"}


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("known", [True, False])
async def test_what_is_no_event_any_more_is_told_by_tickets(
    town: Any, make_bookings: Any, listed: bool, known: bool
) -> None:
    """Nobody here knew it while it was one: its guests come all the same."""
    was = make_bookings(8)
    meta = (MetaRow(1, "WooCommerceEventsEvent", "NotEvent"),)
    now = replace(was, status="publish", meta=meta)
    if known:
        town.woocommerce.stored[8] = now
        await refresh(town.club)
        del town.woocommerce.stored[8]
    (town.woocommerce.stored if listed else town.database.rows)[8] = now
    town.database.astray = {8: (Orphan("8pm Show (08:00 p.m.)", "November 30, 2026", "slottwo", "dateone", 3),)}
    town.database.taken |= {(8, "slottwo", "dateone"): CellCount(3)}
    for _ in range(2):
        await refresh(town.club)
        date = cached(town)["wc:8:slottwo:dateone"]
        assert (Flag.LOST in date.flags, date.reading.sold, date.title) == (True, 3, was.name)
    town.database.astray, town.database.taken = {}, {}
    await refresh(town.club)
    assert not [id_ for id_ in cached(town) if id_.startswith("wc:8")]


async def test_a_product_of_which_the_shop_did_not_tell_all_is_as_the_database_has_it(town: Any) -> None:
    """One request for its variations failed: there is nothing to mend on it, and nothing of it is lost."""
    await refresh(town.club)
    whole = town.database.rows[10] = town.woocommerce.stored.pop(10)
    town.woocommerce.broken = [Unanswered("wc:10", whole.name, "its variations: the shop did not answer")]
    report = await refresh(town.club)
    assert (cached(town)[CELL].offer.value, Flag.LOST in cached(town)[CELL].flags) == (42, False)
    assert report.failed == ()
    town.database.app_error["snapshot"] = DatabaseError("it is away")
    report = await refresh(town.club)
    assert [failure.id for failure in report.failed if failure.id != "wordpress"] == ["wc:10"]
    reason = cached(town)[CELL].offer.unknown or ""
    assert ("did not answer" in reason, "repair it" in reason) == (True, False)


async def test_nor_is_it_lost_to_a_look_at_many(town: Any, make_bookings: Any) -> None:
    numbers = range(20, 21 + FEW_PRODUCTS)
    town.woocommerce.stored |= {number: make_bookings(number) for number in numbers}
    await refresh(town.club)
    whole = town.database.rows[10] = town.woocommerce.stored.pop(10)
    town.woocommerce.broken = [Unanswered("wc:10", whole.name, "its variations: the shop did not answer")]
    cell = next(each for each in await read_live(town.club) if each.id == CELL)
    assert (cell.reading.sold, Flag.LOST in cell.flags) == (12, False)


async def test_a_product_that_is_no_event_any_more_is_missed_while_people_have_its_places(town: Any) -> None:
    await refresh(town.club)
    event = town.woocommerce.stored[11]
    rest = tuple(row for row in event.meta if row.key != "WooCommerceEventsEvent")
    town.woocommerce.stored[11] = replace(event, meta=(MetaRow(1, "WooCommerceEventsEvent", "NotEvent"), *rest))
    for _ in range(2):
        report = await refresh(town.club)
        lost = cached(town)["wc:11"]
        assert (Flag.LOST in lost.flags, lost.reading.sold, lost.reading.held) == (True, 10, 5)
        assert ["not marked as an event" in failure.reason for failure in report.failed] == [True]
    (live,) = await read_live(town.club, ["wc:11"])
    assert (Flag.LOST in live.flags, live.reading.sold) == (True, 10)
    town.database.stock_taken.clear()
    await refresh(town.club)
    assert "wc:11" not in cached(town)


async def test_while_the_shop_is_silent_the_places_taken_are_known(town: Any) -> None:
    await refresh(town.club)
    town.database.taken[10, "slotone", "dateone"] = CellCount(20, 0)
    town.woocommerce.app_error["product 10"] = NotReachable("no connection")
    (cell,) = await read_live(town.club, [CELL])
    assert (cell.reading.sold, Flag.LOST in cell.flags) == (20, False)
    assert "no connection" in cell.reading.unknowns()["remaining"]
    town.woocommerce.app_error["product 10"] = BadAnswer("something other than it documents")
    (cell,) = await read_live(town.club, [CELL])
    assert (cell.reading.sold, Flag.LOST in cell.flags) == (20, True), "this one product is broken, and the shop is not"


@pytest.mark.parametrize("status", [200, 202, 301, 403, 404, 406])
async def test_a_page_of_the_host_says_nothing_of_the_product(town: Any, status: int) -> None:
    """A firewall's page, a log-in or a redirect in the shop's place: there is nothing to mend on the product."""
    await refresh(town.club)
    page = BadAnswer(f"the shop answered {status} with a web page")
    page.status = status
    town.woocommerce.app_error |= {"product 10": page, "products": page}
    for ids in ([CELL], None):
        cell = next(each for each in await read_live(town.club, ids) if each.id == CELL)
        assert (cell.reading.sold, Flag.LOST in cell.flags) == (12, False)
        assert "with a web page" in cell.reading.unknowns()["remaining"]
        assert "repair it" not in cell.reading.unknowns()["remaining"]


@pytest.mark.parametrize("taken", [True, False], ids=["sold of", "nothing sold"])
async def test_a_product_that_an_old_list_lacks_is_on_sale_while_the_database_has_it(town: Any, taken: bool) -> None:
    """Its seats are sold all the same; left out, they would be given to the other shop."""
    await refresh(town.club)
    if not taken:
        town.database.taken.clear()
    town.database.rows[10] = town.woocommerce.stored.pop(10)
    for _ in range(2):
        await refresh(town.club)
        cell = cached(town)[CELL]
        assert (cell.offer.value, Flag.LOST in cell.flags) == (42, False)
    town.database.rows[10] = replace(town.database.rows[10], status="trash")
    await refresh(town.club)
    assert (CELL in cached(town)) is taken
    town.database.rows[10] = replace(town.database.rows[10], status="publish")
    await refresh(town.club)
    assert (CELL in cached(town)) is taken, "one that nobody knows of any more is not found by its row"
    assert not taken or (cached(town)[CELL].offer.value, Flag.LOST in cached(town)[CELL].flags) == (42, False)


async def test_what_a_replica_still_has_is_gone_where_the_shop_lists_it_no_more(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refresh(town.club)
    town.database.rows[10] = town.woocommerce.stored.pop(10)
    asked = town.database.snapshot

    async def behind(*asks: Any, **more: Any) -> Any:
        seen = await asked(*asks, **more)
        return replace(seen, counts=replace(seen.counts, replica=True))

    monkeypatch.setattr(town.database, "snapshot", behind)
    await refresh(town.club)
    assert Flag.LOST in cached(town)[CELL].flags


async def test_a_product_in_the_trash_is_lost_to_a_look_as_to_a_refresh(town: Any) -> None:
    """The list leaves it out; asked for by itself it comes, and the row of the database is there too."""
    await refresh(town.club)
    town.woocommerce.stored[10] = replace(town.woocommerce.stored[10], status="trash")
    for _ in range(2):
        lost = next(each for each in await read_live(town.club, [CELL, OTHER_CELL]) if each.id == CELL)
        assert (Flag.LOST in lost.flags, lost.reading.sold) == (True, 12)
        assert "bring it back in WordPress" in lost.reading.unknowns()["remaining"]
    town.database.taken.clear()
    (cell,) = await read_live(town.club, [CELL])
    assert (cell.status, Flag.LOST in cell.flags) == (Status.DRAFT, False), "nobody misses it"


async def test_of_a_deleted_product_a_look_misses_what_a_refresh_misses(town: Any) -> None:
    """Dates of which nobody has a place came back with every look, lost, and no refresh did away with them."""
    await refresh(town.club)
    town.woocommerce.stored.pop(10)
    town.database.lacks.add(10)
    town.woocommerce.app_error["product 10"] = NotThere("no such product")
    assert {each.id for each in await read_live(town.club) if Flag.LOST in each.flags} == {CELL, OTHER_CELL}, (
        "until a refresh nobody has looked whether it is gone"
    )
    await refresh(town.club)
    lost = [each for each in (*cached(town).values(), *await read_live(town.club)) if Flag.LOST in each.flags]
    assert [(each.id, each.reading.sold, each.read_only_reason) for each in lost] == [(CELL, 12, PRODUCT_GONE)] * 2
    town.woocommerce.app_error["product 10"] = BadAnswer("its name is no text")
    looked = [each for each in await read_live(town.club) if Flag.LOST in each.flags]
    assert {each.id for each in looked} == {CELL, OTHER_CELL}, "it is there again, and nobody knows what it sells"


@pytest.mark.parametrize(
    ("kind", "way_out"), [(Failure, "fixed on Eventbrite"), (Unanswered, "refresh once the shop answers")]
)
async def test_an_event_that_cannot_be_read_keeps_its_place(town: Any, kind: type[Failure], way_out: str) -> None:
    await refresh(town.club)
    town.eventbrite.stored.pop("1")
    town.eventbrite.broken = [kind("eb:1", "Friday", "capacity is not a whole number")]
    await refresh(town.club)
    lost = cached(town)["eb:1:19"]
    assert way_out in (lost.read_only_reason or "")
    assert (Flag.LOST in lost.flags, isinstance(lost.reading.sold, Unknown)) == (True, True)


async def test_shared_ids_stay_in_the_cache_after_a_live_reading(town: Any, make_bookings: Any) -> None:
    town.woocommerce.stored[12] = replace(make_bookings(12))
    await refresh(town.club)
    await read_live(town.club, [CELL])
    assert Flag.SHARED_IDS in cached(town)[CELL].flags


async def test_the_threshold_is_that_of_now_and_not_of_the_last_refresh(town: Any) -> None:
    town.woocommerce.stored[11] = replace(town.woocommerce.stored[11], stock_quantity=4)
    await refresh(town.club)
    assert cached(town)["wc:11"].offer.value == 4
    town.database.says = replace(town.database.says, none_at=5)
    (listing,) = await read_live(town.club, ["wc:11"])
    assert (listing.offer.value, Flag.THRESHOLD in listing.flags) == (0, True)


async def test_an_answer_that_is_old_in_its_date_alone_is_from_a_cache(town: Any) -> None:
    town.woocommerce.stored[11] = replace(town.woocommerce.stored[11], stock_quantity=4)
    await refresh(town.club)
    moved = tuple(
        replace(row, value="December 06, 2026") if row.key == "WooCommerceEventsDate" else row
        for row in town.woocommerce.stored[11].meta
    )
    town.database.rows[11] = replace(town.woocommerce.stored[11], meta=moved)
    (listing,) = await read_live(town.club, ["wc:11"])
    assert (str(listing.date), Flag.CACHED_REST in listing.flags) == ("2026-12-06", True)
