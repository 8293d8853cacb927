"""Live numbers: few requests, each listing fails alone, the cache remembers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from brcc_tui.model.counts import CellCount, Orphan
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Source
from brcc_tui.model.wholeness import Shortfall
from brcc_tui.operations.catalogue.explain import explain
from brcc_tui.operations.catalogue.read import FEW_EVENTS, read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shop_reading import FEW_PRODUCTS
from brcc_tui.platforms.errors import BadAnswer, DatabaseError, NotReachable, NotThere, RateLimited
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.catalogue_file import CacheDamaged, CacheError

CELL, OTHER_CELL = "wc:10:slotone:dateone", "wc:10:slotone:datetwo"


@pytest.fixture
async def open_town(town: Any) -> Any:
    """A town whose catalogue has been read, an hour ago."""
    await refresh(town.club)
    town.clock.at += dt.timedelta(hours=1)
    for shop in (town.eventbrite, town.woocommerce, town.database):
        shop.asked.clear()
    return town


def by_id(listings: tuple[Listing, ...]) -> Mapping[str, Listing]:
    return {listing.id: listing for listing in listings}


async def test_few_events_are_read_one_by_one_with_their_places_in_checkout(open_town: Any, make_event: Any) -> None:
    open_town.eventbrite.stored["1"] = make_event(1, sold=20)
    open_town.eventbrite.in_checkout["1"] = 3
    found = by_id(await read_live(open_town.club, ["eb:1:19"]))
    reading = found["eb:1:19"].reading
    assert (reading.capacity, reading.sold, reading.held) == (55, 20, 3)
    assert (reading.source, reading.read_at) == (Source.LIVE, open_town.clock.now())
    assert sorted(open_town.eventbrite.asked) == ["event 1", "in checkout 1"]
    assert open_town.woocommerce.asked == open_town.database.asked == []


@pytest.mark.parametrize(("is_custom", "remaining"), [(True, 12), (False, 32)], ids=["its own capacity", "a sum"])
async def test_places_that_an_event_holds_back_are_nobodys_to_buy(
    open_town: Any, make_event: Any, is_custom: bool, remaining: int
) -> None:
    limited = replace(make_event(1, sold=20), capacity=45, capacity_is_custom=is_custom)
    open_town.eventbrite.stored["1"] = limited
    open_town.eventbrite.in_checkout["1"], open_town.eventbrite.held_back["1"] = 3, 10
    (listing,) = await read_live(open_town.club, ["eb:1:19"])
    assert (listing.reading.held, listing.reading.remaining, listing.offer.value) == (3, remaining, remaining)
    notes = " ".join((await explain(open_town.club, "eb:1:19")).notes)
    assert ("held back on Eventbrite, for no buyer: 10 places of the event's own capacity" in notes) is is_custom


async def test_an_event_that_a_short_list_lacks_could_not_be_read(open_town: Any, make_event: Any) -> None:
    ids = [f"eb:{n}:{n}9" for n in range(1, FEW_EVENTS + 2)]
    open_town.eventbrite.stored = {str(n): make_event(n) for n in range(1, FEW_EVENTS + 2)}
    open_town.eventbrite.stored["2"] = replace(make_event(2), status="draft")
    await refresh(open_town.club)
    del open_town.eventbrite.stored["2"]
    (gone,) = (one for one in await read_live(open_town.club, ids) if one.id == "eb:2:29")
    assert "not among what the shop lists" in gone.reading.unknowns()["remaining"]
    short = Shortfall("the list of events", 1, 2, "no more pages were named")
    open_town.eventbrite.broken = [short.failure("eventbrite", "Eventbrite")]
    (unread,) = (one for one in await read_live(open_town.club, ids) if one.id == "eb:2:29")
    assert set(unread.reading.unknowns().values()) == {str(short)}
    assert (unread.status, unread.offer.unknown) == (Status.UNKNOWN, str(short)), "it may have been published since"


async def test_a_products_cells_take_one_request_and_one_count(open_town: Any) -> None:
    open_town.database.taken[10, "slotone", "datetwo"] = CellCount(7, 0)
    found = by_id(await read_live(open_town.club, [CELL, OTHER_CELL]))
    assert found[OTHER_CELL].reading.sold == 7
    assert open_town.woocommerce.asked == ["product 10"]
    assert open_town.database.asked == ["snapshot 10", "site"]


async def test_without_ids_everything_from_today_on_is_read(open_town: Any, make_event: Any) -> None:
    open_town.eventbrite.stored["3"] = make_event(3, day=1)
    await refresh(open_town.club)
    found = await read_live(open_town.club)
    assert [listing.id for listing in found] == ["eb:1:19", CELL, "eb:2:29", OTHER_CELL, "wc:11"]


async def test_what_was_read_is_remembered(open_town: Any, make_event: Any) -> None:
    open_town.eventbrite.stored["1"] = make_event(1, sold=20)
    await read_live(open_town.club, ["eb:1:19"])
    cached = by_id(open_town.club.cache.listings())
    assert cached["eb:1:19"].reading.sold == 20
    assert cached["eb:1:19"].reading.read_at == open_town.clock.now()
    assert cached["eb:2:29"].reading.read_at == open_town.clock.now() - dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("app_error", "silent", "speaking"),
    [
        pytest.param({"event 1": NotReachable("gone")}, {"eb:1:19"}, {"eb:2:29", CELL}, id="one_event"),
        pytest.param({"in checkout": NotReachable("gone")}, set(), {"eb:1:19", "eb:2:29", CELL}, id="checkout_alone"),
        pytest.param({"product 10": NotReachable("gone")}, {CELL}, {"eb:1:19", "wc:11"}, id="one_product"),
        pytest.param({"event": RateLimited("used up")}, {"eb:1:19", "eb:2:29"}, {CELL}, id="all_events"),
        pytest.param({"event 1": KeyError("odd")}, {"eb:1:19"}, {"eb:2:29"}, id="unexpected"),
    ],
)
async def test_each_thing_fails_alone(
    open_town: Any, app_error: dict[str, Exception], silent: set[str], speaking: set[str]
) -> None:
    open_town.eventbrite.app_error = open_town.woocommerce.app_error = app_error
    found = by_id(await read_live(open_town.club, ["eb:1:19", "eb:2:29", CELL, "wc:11"]))
    assert {id_ for id_, one in found.items() if isinstance(one.reading.remaining, Unknown)} == silent
    assert all(isinstance(found[id_].reading.sold, int) for id_ in speaking)
    for id_ in silent:
        assert found[id_].title, "the row stays, with its reason"
        assert open_town.club.cache.listings()
    cached = by_id(open_town.club.cache.listings())
    assert all(isinstance(cached[id_].reading.sold, int) for id_ in silent), "the cache keeps what it knew"


async def test_without_the_database_sold_is_unknown_and_what_remains_is_read(open_town: Any) -> None:
    open_town.database.app_error["snapshot"] = DatabaseError("went away")
    (cell,) = await read_live(open_town.club, [CELL])
    assert cell.reading.remaining == 42
    assert isinstance(cell.reading.sold, Unknown)
    assert "went away" in cell.reading.sold.reason


GONE = "no longer has this listing"


async def test_a_listing_that_the_shop_does_not_know_is_gone(open_town: Any) -> None:
    open_town.woocommerce.app_error["product 10"] = NotThere("Invalid ID.")
    open_town.eventbrite.app_error["event 1"] = NotThere("not found")
    for listing in await read_live(open_town.club, [CELL, "eb:1:19"]):
        assert GONE in listing.reading.unknowns()["remaining"]


@pytest.mark.parametrize(
    "wrong",
    [NotThere("this is not there", next_step="the token sees another organization"), BadAnswer("there is no list")],
    ids=["a 404", "no list"],
)
async def test_a_list_that_cannot_be_had_says_nothing_of_what_is_in_it(
    open_town: Any, make_bookings: Any, make_event: Any, wrong: Exception
) -> None:
    open_town.woocommerce.stored |= {number: make_bookings(number) for number in range(20, 21 + FEW_PRODUCTS)}
    open_town.eventbrite.stored |= {str(number): make_event(number) for number in range(20, 21 + FEW_EVENTS)}
    await refresh(open_town.club)
    open_town.woocommerce.app_error = open_town.eventbrite.app_error = {"products": wrong, "events": wrong}
    for listing in await read_live(open_town.club):
        assert listing.reading.unknowns()["remaining"] == str(wrong)
        assert Flag.LOST not in listing.flags


async def test_only_a_404_says_that_a_listing_is_gone(open_town: Any, make_bookings: Any) -> None:
    open_town.eventbrite.stored["1"] = open_town.eventbrite.stored["2"]
    text = '{"slotnew":{"label":"8pm","add_time":"enabled","datenew_add_date":"May 5, 2027","datenew_stock":"9"}}'
    open_town.woocommerce.stored[10] = make_bookings(10, text=text)
    open_town.database.taken.clear()
    found = by_id(await read_live(open_town.club, ["eb:1:19", CELL]))
    assert "not among what the shop lists now" in found["eb:1:19"].reading.unknowns()["remaining"]
    assert "has no such date or stock now" in found[CELL].reading.unknowns()["remaining"]
    assert found[CELL].title, "its place is kept until the catalogue is read anew"


async def test_why_a_date_is_not_there_is_not_what_tickets_of_no_date_say(open_town: Any, make_bookings: Any) -> None:
    text = '{"slotnew":{"label":"8pm","add_time":"enabled","datenew_add_date":"May 5, 2027","datenew_stock":"9"}}'
    open_town.woocommerce.stored[10] = make_bookings(10, text=text)
    open_town.database.taken.clear()
    open_town.database.astray[10] = (Orphan("8pm", "May 6, 2027", "", "", 3),)
    found = by_id(await read_live(open_town.club, [CELL]))
    assert "has no such date or stock now" in found[CELL].reading.unknowns()["remaining"]


async def test_a_product_whose_meta_did_not_come_could_not_be_read(open_town: Any) -> None:
    open_town.woocommerce.stored[10] = replace(open_town.woocommerce.stored[10], meta=())
    (cell,) = await read_live(open_town.club, [CELL])
    assert cell.reading.unknowns()["remaining"].startswith("could not be read: the shop's answer holds none")


async def test_what_a_list_leaves_out_is_asked_for_by_itself(open_town: Any, make_bookings: Any) -> None:
    """A list that misses a product does not say that it is gone: its own answer does."""
    shop = open_town.woocommerce
    shop.stored |= {number: make_bookings(number) for number in range(20, 26)}
    await refresh(open_town.club)
    listed = [product for number, product in shop.stored.items() if number not in (10, 20)]
    shop.products = lambda progress=None: _answer((listed, []))
    shop.app_error["product 20"] = NotThere("Invalid ID.")
    found = by_id(await read_live(open_town.club))
    assert found[CELL].reading.sold == 12
    assert GONE in next(found[id_] for id_ in found if id_.startswith("wc:20:")).reading.unknowns()["remaining"]


@pytest.mark.parametrize("stored", [True, False], ids=["in the database", "in the trash"])
async def test_many_that_an_old_list_leaves_out_are_as_the_database_has_them(
    open_town: Any, make_bookings: Any, stored: bool
) -> None:
    """A list of before they were made, out of a cache: each is sold all the same, as a refresh would tell it."""
    numbers = range(20, 21 + FEW_PRODUCTS)
    open_town.woocommerce.stored |= {number: make_bookings(number) for number in numbers}
    open_town.database.taken |= {(number, "slotone", "dateone"): CellCount(sold=3) for number in numbers}
    await refresh(open_town.club)
    for number in numbers:
        product = open_town.woocommerce.stored.pop(number)
        open_town.database.rows[number] = product if stored else replace(product, status="trash")
    read = by_id(await read_live(open_town.club))
    cells = [read[f"wc:{number}:slotone:dateone"] for number in numbers]
    assert {(cell.offer.value == 42, Flag.LOST in cell.flags) for cell in cells} == {(stored, not stored)}
    assert {cell.reading.sold for cell in cells} == {3}


@pytest.mark.parametrize("silent", [False, True], ids=["with its guests told", "while the database is silent"])
async def test_what_a_look_finds_lost_is_lost_for_whoever_looks_at_what_is_kept(open_town: Any, silent: bool) -> None:
    """What was sold is not forgotten for it: nobody would tell its guests."""
    town = open_town
    town.woocommerce.app_error["product 10"] = NotThere("Invalid ID.")
    town.database.app_error |= {"snapshot": DatabaseError("went away")} if silent else {}
    (told,) = await read_live(town.club, [CELL])
    (kept,) = town.club.cache.some([CELL])
    assert (Flag.LOST in told.flags, Flag.LOST in kept.flags) == (True, not silent)
    assert (kept.reading.sold, isinstance(kept.offer.value, Unknown)) == (12, not silent)
    town.woocommerce.app_error, town.database.app_error = {}, {}
    await read_live(town.club, [CELL])
    (kept,) = town.club.cache.some([CELL])
    assert (Flag.LOST in kept.flags, kept.offer.value) == (False, 42), "it is there again"


async def _answer(value: Any) -> Any:
    return value


async def test_a_new_date_is_counted_after_the_shop_told_of_it(open_town: Any, make_bookings: Any) -> None:
    text = (
        '{"slotone":{"label":"8pm Show","hour":"08","minute":"00","period":"p.m.","add_time":"enabled",'
        '"datenew_add_date":"November 30, 2026","datenew_stock":"50"}}'
    )
    open_town.woocommerce.stored[10] = make_bookings(10, text=text)
    open_town.database.taken[10, "slotone", "datenew"] = CellCount(5, 0)
    (found,) = await read_live(open_town.club, ["wc:10:slotone:datenew"])
    assert (found.reading.capacity, found.reading.sold) == (55, 5)
    assert open_town.database.asked == ["snapshot 10", "site"]


async def test_a_product_that_is_open_in_the_editor_is_flagged(open_town: Any) -> None:
    open_town.database.open_in_editor[10] = 20.0
    found = by_id(await read_live(open_town.club, [CELL, "wc:11"]))
    await refresh(open_town.club)
    for there in (found, by_id(open_town.club.cache.listings())):
        assert Flag.OPEN_IN_EDITOR in there[CELL].flags
        assert Flag.OPEN_IN_EDITOR not in there["wc:11"].flags


@pytest.mark.parametrize("silent", [False, True])
async def test_what_the_site_says_of_itself_is_as_new_as_the_numbers(open_town: Any, silent: bool) -> None:
    """Somebody switched FooEvents off since the refresh: what a date sells is not known, whatever its number."""
    (before,) = await read_live(open_town.club, [CELL])
    assert before.status is Status.ON_SALE
    open_town.database.says = replace(open_town.database.says, bookings_off=True)
    open_town.clock.at += dt.timedelta(minutes=11)
    if silent:
        open_town.database.app_error["site"] = DatabaseError("no answer")
    (now,) = await read_live(open_town.club, [CELL])
    assert (now.status, isinstance(now.offer.value, Unknown)) == (
        (Status.ON_SALE, False) if silent else (Status.UNKNOWN, True)
    )


async def test_what_the_database_lacks_is_not_on_sale_because_an_old_answer_says_so(open_town: Any) -> None:
    open_town.database.lacks = {11}
    for (listing,) in (await read_live(open_town.club, ["wc:11"]), await _refreshed(open_town, "wc:11")):
        assert Flag.LOST in listing.flags
        assert "the WordPress database has no such product" in (listing.offer.unknown or "")
    assert any("has no such product" in note for note in (await explain(open_town.club, "wc:11")).notes)


async def _refreshed(town: Any, listing_id: str) -> tuple[Listing, ...]:
    await refresh(town.club)
    return tuple(town.club.cache.some([listing_id]))


async def test_shared_ids_stay_known_when_one_product_is_read(open_town: Any, make_bookings: Any) -> None:
    open_town.woocommerce.stored[12] = make_bookings(12)
    await refresh(open_town.club)
    (cell,) = await read_live(open_town.club, [CELL])
    assert Flag.SHARED_IDS in cell.flags


async def test_nobody_asked_for_nothing(open_town: Any) -> None:
    assert await read_live(open_town.club, []) == ()
    assert open_town.eventbrite.asked == open_town.woocommerce.asked == []


async def test_progress_counts_events_and_products(open_town: Any) -> None:
    seen: list[tuple[int, int]] = []
    await read_live(open_town.club, ["eb:1:19", "eb:2:29", CELL], lambda done, total: seen.append((done, total)))
    assert [total for _, total in seen] == [3, 3, 3]
    assert max(done for done, _ in seen) == 3


async def test_a_platform_that_is_not_configured_is_the_reason(open_town: Any) -> None:
    (found,) = await read_live(open_town.without("eventbrite"), ["eb:1:19"])
    assert found.reading.unknowns()["sold"] == "Eventbrite is not configured"


def test_few_products_are_fewer_than_a_page() -> None:
    assert FEW_PRODUCTS < 100


async def test_many_products_are_counted_by_what_looks_again_cheaply(open_town: Any, make_bookings: Any) -> None:
    open_town.woocommerce.stored |= {number: make_bookings(number) for number in range(20, 26)}
    await refresh(open_town.club)
    open_town.database.asked.clear()

    class Looking:
        looked = 0

        async def snapshot(self, products: Any, known: Any) -> Any:
            self.looked += 1
            return await open_town.database.snapshot(products, known)

    looking = Looking()
    found = await read_live(replace(open_town.club, live_counts=looking))
    assert looking.looked == 1
    assert by_id(found)[CELL].reading.sold == 12
    await read_live(replace(open_town.club, live_counts=looking), [CELL])
    assert looking.looked == 1, "one product is counted in full"


async def test_a_product_that_the_list_has_and_the_catalogue_has_not_counts(open_town: Any, make_bookings: Any) -> None:
    open_town.woocommerce.stored |= {number: make_bookings(number) for number in range(20, 26)}
    await refresh(open_town.club)
    open_town.woocommerce.stored[30] = make_bookings(30)
    open_town.database.taken[30, "slotone", "dateone"] = CellCount(7, 0)
    found = by_id(await read_live(open_town.club))
    assert (found["wc:30:slotone:dateone"].reading.sold, found[CELL].reading.sold) == (7, 12)
    assert "wc:30:slotone:dateone" not in by_id(open_town.club.cache.listings()), "that is for a refresh"


async def test_products_that_came_beside_others_that_came_are_read_once(open_town: Any, make_bookings: Any) -> None:
    await refresh(open_town.club)
    open_town.woocommerce.stored |= {number: make_bookings(number) for number in range(30, 42)}
    before = len(open_town.woocommerce.asked)
    found = by_id(await read_live(open_town.club, [f"wc:{number}:slotone:dateone" for number in range(30, 36)]))
    assert {f"wc:{number}:slotone:dateone" for number in range(30, 42)} <= found.keys()
    assert open_town.woocommerce.asked[before:].count("products") == 1


async def test_a_cache_that_cannot_tell_what_is_new_takes_no_number(
    open_town: Any, make_bookings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_town.woocommerce.stored |= {number: make_bookings(number) for number in range(20, 26)}
    await refresh(open_town.club)
    ids = [listing.id for listing in open_town.club.cache.listings()]
    open_town.woocommerce.stored[30] = make_bookings(30)
    cells = iter((open_town.club.cache.some(ids),))

    def some(_: Sequence[str]) -> tuple[Listing, ...]:
        found = next(cells, None)
        if found is None:
            raise CacheDamaged("it is not as it was written")
        return found

    monkeypatch.setattr(CatalogueCache, "some", lambda self, wanted: some(wanted))
    assert by_id(await read_live(open_town.club, ids))[CELL].reading.sold == 12


async def test_a_journal_that_cannot_be_used_hides_no_number(open_town: Any) -> None:
    """It says itself that everything can still be read; only drift is not known then."""
    open_town.club.journal.close()
    (open_town.club.settings.data_dir / "journal.sqlite").write_bytes(b"somebody's letters, no database" * 100)
    read = by_id(await read_live(open_town.club, ["eb:1:19", CELL]))
    assert (read["eb:1:19"].reading.sold, read[CELL].reading.sold) == (12, 12)
    assert all(Flag.DRIFT not in listing.flags for listing in read.values())


async def test_a_cache_that_cannot_remember_hides_no_number(open_town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_listings: object, _now: object) -> None:
        raise CacheError("the cached catalogue could not be used: database or disk is full")

    monkeypatch.setattr(open_town.club.cache, "remember", full)
    read = by_id(await read_live(open_town.club, ["eb:1:19", CELL]))
    assert (read["eb:1:19"].reading.source, read[CELL].reading.sold) == (Source.LIVE, 12)
