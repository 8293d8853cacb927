"""The cache gives back what it was given, whole catalogues at a time, and never takes the program down."""

from __future__ import annotations

import datetime as dt
import gc
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brcc_tui.model.catalogue import Catalogue, Event, MetaRow, Product, Site, TicketClass, Variation
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.catalogue_file import CacheError
from brcc_tui.store.listing_rows import from_rows, to_row

ZONE = ZoneInfo("America/Toronto")
NOW = dt.datetime(2026, 11, 22, 18, 2, 11, tzinfo=dt.UTC)


def listing(number: int = 1, day: dt.date | None = dt.date(2026, 11, 27), **changes: object) -> Listing:
    made = Listing(
        id=f"wc:{number}:slot:date",
        platform=Platform.WOOCOMMERCE,
        title="[b]Tom & Jerry[/b] \U0001f600",
        slot="Friday 8pm",
        starts_at=dt.datetime.combine(day, dt.time(20), ZONE) if day else None,
        stock_method=StockMethod.BOOKING_STOCK,
        status=Status.ON_SALE,
        reading=Reading(55, 12, 1, 42, NOW, Source.CACHE),
        group=f"wc:{number}:slot",
        date=day,
        price="14.11",
        currency="CAD",
        url="https://club.example.org/p",
        show="2026-11-27T20:00@main",
        flags=frozenset({Flag.SHARED_IDS, Flag.PAST}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[CatalogueCache]:
    opened = CatalogueCache(path)
    yield opened
    opened.close()


def fill(cache: CatalogueCache, *listings: Listing, read_at: dt.datetime = NOW) -> None:
    cache.replace(Catalogue(read_at), listings, ())


def test_a_new_cache_is_empty_and_says_nothing(cache: CatalogueCache) -> None:
    assert (cache.read_at(), cache.listings(), cache.failed(), cache.catalogue()) == (None, (), (), None)
    assert cache.notice is None
    cache.check()


quantities: st.SearchStrategy[Quantity] = st.one_of(
    st.integers(-(2**62), 2**62), st.just(UNLIMITED), st.text(st.characters(codec="utf-8")).map(Unknown)
)


@settings(max_examples=200)
@given(
    numbers=st.tuples(quantities, quantities, quantities, quantities, quantities),
    text=st.text(st.characters(codec="utf-8")),
    start=st.none() | st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(ZONE)),
    flags=st.frozensets(st.sampled_from(Flag)),
)
def test_a_listing_comes_back_as_it_was(
    numbers: tuple[Quantity, ...], text: str, start: dt.datetime | None, flags: frozenset[Flag]
) -> None:
    reading = Reading(*numbers[:4], NOW, Source.CACHE, numbers[4])
    given_listing = listing(
        title=text,
        slot=text,
        starts_at=start,
        flags=flags,
        reading=reading,
        read_only_reason=text,
        event_left=numbers[0],
    )
    assert from_rows([to_row(given_listing, 7)], 7) == (given_listing,)


def test_the_hour_that_comes_twice_keeps_its_offset_and_its_zone() -> None:
    nights = [dt.datetime(2026, 11, 1, 1, 30, tzinfo=ZONE, fold=fold) for fold in (0, 1)]
    back = [from_rows([to_row(listing(starts_at=night), 7)], 7)[0].starts_at for night in nights]
    assert [start.utcoffset() for start in back if start] == [dt.timedelta(hours=-4), dt.timedelta(hours=-5)]
    assert all(start is not None and start.tzinfo is ZONE for start in back)


def test_nothing_of_a_reading_is_in_a_circle() -> None:
    """It would stay for good: what is there after a reading is frozen before anything looks for circles."""
    rows = [to_row(listing(number), 7) for number in range(3)]
    was_enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        from_rows(rows, 7)
        assert gc.collect() == 0
    finally:
        if was_enabled:
            gc.enable()


def test_a_catalogue_shares_what_is_the_same_in_the_one_before_it(cache: CatalogueCache) -> None:
    terms, ends_at = Terms(until=NOW), dt.datetime(2026, 11, 27, 22, tzinfo=ZONE)
    fill(cache, listing(1, terms=terms, ends_at=ends_at), listing(2))
    before = {each.id: each for each in cache.listings()}
    again = cache.listings(known=before)
    assert again == tuple(before.values()) == cache.listings()
    for each, known in zip(again, before.values(), strict=True):
        assert each is not known
        for name in ("id", "url", "show", "starts_at", "ends_at", "terms"):
            assert getattr(each, name) is getattr(known, name), name


def test_what_differs_in_the_catalogue_before_is_not_shared(cache: CatalogueCache) -> None:
    night = dt.datetime(2026, 11, 1, 1, 30, tzinfo=ZONE)
    fill(cache, listing(1, starts_at=night, url="https://new.example.org"))
    elsewhere = night.astimezone(ZoneInfo("America/Panama"))
    for start in (night.replace(fold=1), night.replace(tzinfo=ZoneInfo("America/Detroit")), elsewhere, None):
        (made,) = cache.listings(known={listing(1).id: listing(1, starts_at=start)})
        assert made.url == "https://new.example.org"
        assert made.starts_at is not None
        assert (made.starts_at.isoformat(), made.starts_at.tzinfo) == (night.isoformat(), ZONE)


def test_structure_comes_back_as_it_was(cache: CatalogueCache) -> None:
    classes = (TicketClass("9", "1", "General", "admission", None, 0, 3, "AVAILABLE", sales_start=NOW),)
    events = (Event("1", "Ünïcode \\ ' \u2028", NOW, "America/Toronto", "live", 55, False, classes, series_id="7"),)
    meta = (MetaRow(1, "text", '{"a":"\\u00e9"}'), MetaRow(2, "array", {"a": [1, "b", None]}), MetaRow(3, "list", []))
    variations = (Variation(5, "v", "publish", "parent", None),)
    product = Product(9, "P", "publish", "variable", False, None, "instock", meta, variations=variations)
    products = (replace(product, id=10), product)
    site = Site("F j, Y", "g:i a", "America/Toronto", may_write=False)
    failed = (Failure("wc:3", "Broken", "its text is not valid JSON"),)
    cache.replace(Catalogue(NOW, events, products, site, failed), [], failed)
    assert cache.catalogue() == Catalogue(NOW, events, products[::-1], site, failed)
    assert cache.failed() == failed


def test_a_catalogue_is_of_one_moment(cache: CatalogueCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another copy may have refreshed between two questions: a part of each would be a catalogue that never was."""
    product = Product(9, "P", "publish", "simple", False, None, "instock", ())
    event = Event("1", "E", NOW, "America/Toronto", "live", 55, False, ())
    before = Catalogue(NOW, (event,), (product,), None, (Failure("wc:3", "Broken", "why"),))
    after = Catalogue(NOW + dt.timedelta(hours=1), (replace(event, id="2"),), (replace(product, id=10),), None, ())
    cache.replace(before, [], before.failed)
    other, read = CatalogueCache(cache.path), cache._file.read

    def meanwhile(work: Any) -> Any:
        found = read(work)
        other.replace(after, [], ())
        return found

    monkeypatch.setattr(cache._file, "read", meanwhile)
    assert cache.catalogue() == before
    assert cache.catalogue() == after
    other.close()


def test_a_new_catalogue_takes_the_place_of_the_old_one(cache: CatalogueCache) -> None:
    fill(cache, listing(1), listing(2))
    later = NOW + dt.timedelta(hours=1)
    fill(cache, listing(3), read_at=later)
    assert [found.id for found in cache.listings()] == ["wc:3:slot:date"]
    assert cache.read_at() == later


def test_a_failing_replacement_leaves_the_old_catalogue(cache: CatalogueCache) -> None:
    fill(cache, listing(1))
    with pytest.raises(CacheError):
        cache._file.write(lambda db: (db.execute("DELETE FROM listings"), db.execute("INSERT INTO")))
    assert len(cache.listings()) == 1


def test_listings_from_a_day_on_in_order_of_time(cache: CatalogueCache) -> None:
    days = [dt.date(2026, 11, day) for day in (24, 21, 22, 23)]
    fill(
        cache,
        *(listing(n, day) for n, day in enumerate(days)),
        listing(9, None),
        listing(8, None, platform=Platform.EVENTBRITE),
    )
    wanted = [None, None, dt.date(2026, 11, 22), dt.date(2026, 11, 23), dt.date(2026, 11, 24)]
    assert [found.date for found in cache.listings(dt.date(2026, 11, 22))] == wanted
    assert len(cache.listings()) == 6
    assert [found.id for found in cache.listings(platform=Platform.EVENTBRITE)] == ["wc:8:slot:date"]


def test_some_listings_are_found_by_their_ids(cache: CatalogueCache) -> None:
    fill(cache, *(listing(number) for number in range(5)))
    assert [found.id for found in cache.some({"wc:3:slot:date", "wc:1:slot:date", "wc:77", "'; --"})] == [
        "wc:1:slot:date",
        "wc:3:slot:date",
    ]
    assert cache.some([]) == ()


def test_the_next_dates_are_whole_days(cache: CatalogueCache) -> None:
    first, second, third = (dt.date(2026, 11, day) for day in (22, 23, 24))
    fill(cache, *(listing(n, day) for n, day in enumerate([first, second, second, second, third])), listing(9, None))
    assert [found.date for found in cache.upcoming(2, first)] == [first, second, second, second]
    assert len(cache.upcoming(100, second)) == 4
    assert cache.upcoming(3, dt.date(2027, 1, 1)) == ()


@pytest.mark.parametrize(
    ("numbers", "seconds", "kept"),
    [
        pytest.param((60, 13, 1, 46), 1, True, id="newer"),
        pytest.param((60, 13, 1, 46), -1, False, id="older"),
        pytest.param((60, 13, Unknown("not_read"), 46), 1, True, id="newer_without_places_in_checkout"),
        pytest.param((Unknown("database"), Unknown("database"), 1, 46), 1, False, id="newer_that_knows_less"),
    ],
)
def test_readings_are_remembered(
    cache: CatalogueCache, numbers: tuple[Quantity, ...], seconds: int, kept: bool
) -> None:
    fill(cache, listing(1), listing(2))
    reading = Reading(*numbers[:4], NOW + dt.timedelta(seconds=seconds), Source.LIVE)
    cache.remember([listing(1, reading=reading, status=Status.SOLD_OUT), listing(77, reading=reading)])
    first, second = cache.listings()
    assert second == listing(2)
    assert (first.status is Status.SOLD_OUT) is kept
    assert first.reading == (replace(reading, source=Source.CACHE) if kept else listing(1).reading)


def test_two_processes_share_a_cache(path: Path, cache: CatalogueCache) -> None:
    other = CatalogueCache(path)
    fill(cache, listing(1))
    assert len(other.listings()) == 1
    fill(other, listing(1), listing(2))
    assert len(cache.listings()) == 2
    other.close()


def test_first_paint_imports_no_heavy_library(path: Path, cache: CatalogueCache) -> None:
    fill(cache, listing(1))
    code = (
        "import sys, pathlib; from brcc_tui.store.catalogue_cache import CatalogueCache\n"
        "cache = CatalogueCache(pathlib.Path(sys.argv[1])); assert cache.listings()\n"
        "print([m for m in ('pydantic', 'httpx', 'asyncio', 'textual') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_offer_comes_back_as_it_was(cache: CatalogueCache) -> None:
    terms = [
        Terms(OfferRule.TIER, by_code=True),
        Terms(by_code=True, code_places=0, unknown="?"),
        Terms(endless=OfferRule.BACKORDERS, none_at=5),
        Terms(stopped=OfferRule.SALES_ENDED),
        Terms(unknown="a reason | with a bar", until=NOW, then=OfferRule.NOT_KNOWN),
        Terms(since=NOW.astimezone(ZONE)),
    ]
    ends_at = dt.datetime(2026, 11, 30, 22, tzinfo=ZONE)
    kept = [
        listing(n, terms=each, ends_at=ends_at, tier="I1", tier_left=7, copy_of="wc:9", event_left=UNLIMITED)
        for n, each in enumerate(terms)
    ]
    cache.replace(Catalogue(NOW), kept, ())
    assert cache.listings() == tuple(kept)
    assert [each.offer for each in cache.listings()] == [each.offer for each in kept]


def test_what_goes_on_for_days_is_there_until_its_last_day(cache: CatalogueCache) -> None:
    midnight = dt.datetime(2026, 12, 1, tzinfo=ZONE)
    days = listing(1, dt.date(2026, 11, 27), ends_at=midnight, flags=frozenset({Flag.SEVERAL_DAYS}))
    night = listing(2, dt.date(2026, 11, 27), ends_at=dt.datetime(2026, 11, 28, 1, tzinfo=ZONE))
    cache.replace(Catalogue(NOW), [days, night], ())
    for day, kept in ((27, [days, night]), (28, [days]), (30, [days])):
        assert cache.listings(dt.date(2026, 11, day)) == tuple(kept)
        assert cache.upcoming(9, dt.date(2026, 11, day)) == tuple(kept)
    assert cache.listings(dt.date(2026, 12, 1)) == ()


def test_what_goes_on_for_days_whose_last_cannot_be_read_is_there_and_damages_nothing(cache: CatalogueCache) -> None:
    days = listing(1, dt.date(2026, 11, 27), flags=frozenset({Flag.SEVERAL_DAYS}))
    cache.replace(Catalogue(NOW), [days], ())
    assert [cache.listings(day) for day in (None, dt.date(2026, 12, 1))] == [(days,), (days,)]
