"""Two processes read the shops and keep what they read, in any order: the one that was asked later is what stays."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brcc_tui.model.catalogue import Catalogue
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.newest import asked_later, takes_place
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.store.catalogue_cache import CatalogueCache

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
IDS = ("wc:1", "wc:2", "eb:3:4")
NOT_READ = Unknown("database: it does not answer")


def at(second: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=second)


def reading(second: float | None, remaining: Quantity = 40, sold: Quantity = 5) -> Reading:
    return Reading(45, sold, 0, remaining, None if second is None else at(second), Source.CACHE)


def listing(name: str, second: float, sold: Quantity = 5) -> Listing:
    """Every part of it tells when it was asked for, so that a part of another one would be seen."""
    status = [Status.ON_SALE, Status.SOLD_OUT, Status.CLOSED][int(second) % 3]
    flags = frozenset({[Flag.DRIFT, Flag.AT_ZERO, Flag.BACKORDERS][int(second) % 3]})
    return Listing(
        id=name,
        platform=Platform.EVENTBRITE if name.startswith("eb") else Platform.WOOCOMMERCE,
        title=f"asked at {second}",
        slot=None,
        starts_at=at(3600 + second),
        stock_method=StockMethod.WOOCOMMERCE_STOCK,
        status=status,
        reading=reading(second, int(second), sold),
        group=name,
        date=at(3600 + second).date(),
        flags=flags,
    )


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[CatalogueCache, CatalogueCache]]:
    processes = CatalogueCache(tmp_path / "catalogue.sqlite"), CatalogueCache(tmp_path / "catalogue.sqlite")
    yield processes
    for process in processes:
        process.close()


def refresh(process: CatalogueCache, second: float, sold: Quantity = 5, *names: str, now: float = 10_000) -> None:
    made = [listing(name, second, sold) for name in names or IDS]
    process.replace(Catalogue(at(second)), made, (), now=at(now))


def found(process: CatalogueCache) -> dict[str, Listing]:
    return {each.id: each for each in process.listings()}


deeds = st.lists(st.tuples(st.sampled_from(["refresh", *IDS]), st.integers(0, 1)), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None)
@given(deeds=deeds, order=st.randoms(use_true_random=False))
def test_any_interleaving_ends_with_the_newest(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, int]], order: random.Random
) -> None:
    path = tmp_path_factory.mktemp("two") / "catalogue.sqlite"
    processes = CatalogueCache(path), CatalogueCache(path)
    refresh(processes[0], 0)
    asked = list(enumerate(deeds, start=1))
    order.shuffle(asked)  # as they come back
    for second, (what, process) in asked:
        if what == "refresh":
            refresh(processes[process], second)
        else:
            processes[process].remember([listing(what, second)], at(10_000))
    newest = {name: max([0, *(n for n, (what, _) in asked if what in (name, "refresh"))]) for name in IDS}
    for process in processes:
        assert found(process) == {name: listing(name, second) for name, second in newest.items()}
        process.check()
        process.close()


@settings(max_examples=60, deadline=None)
@given(deeds=st.lists(st.tuples(st.sampled_from(IDS), st.booleans()), min_size=1, max_size=9),
       order=st.randoms(use_true_random=False))  # fmt: skip
def test_what_could_not_be_read_takes_nothing_away(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[tuple[str, bool]], order: random.Random
) -> None:
    process = CatalogueCache(tmp_path_factory.mktemp("one") / "catalogue.sqlite")
    refresh(process, 0)
    asked = list(enumerate(deeds, start=1))
    order.shuffle(asked)
    for second, (name, known) in asked:
        process.remember([listing(name, second, 5 if known else NOT_READ)], at(10_000))
    whole = {name: max([0, *(n for n, (what, known) in asked if known and what == name)]) for name in IDS}
    assert found(process) == {name: listing(name, second) for name, second in whole.items()}
    process.close()


def test_a_write_that_is_verified_during_a_refresh_stays(two: tuple[CatalogueCache, CatalogueCache]) -> None:
    ours, other = two
    refresh(ours, 0)
    other.remember([listing("eb:3:4", 20)], at(21))
    refresh(ours, 10, now=30)  # it was asked before, and ends after
    assert found(ours)["eb:3:4"] == listing("eb:3:4", 20)
    assert found(ours)["wc:1"] == listing("wc:1", 10)
    refresh(ours, 40, now=50)
    assert found(other)["eb:3:4"] == listing("eb:3:4", 40)


def test_the_older_of_two_refreshes_brings_nothing_back(two: tuple[CatalogueCache, CatalogueCache]) -> None:
    ours, other = two
    refresh(other, 20, 5, "wc:1", "eb:3:4", now=25)  # wc:2 was deleted by then
    refresh(ours, 10, now=30)
    assert found(ours) == {name: listing(name, 20) for name in ("wc:1", "eb:3:4")}
    assert ours.read_at() == at(20)


def test_the_older_refresh_fills_what_the_newer_could_not_read(two: tuple[CatalogueCache, CatalogueCache]) -> None:
    ours, other = two
    kept = [listing("eb:3:4", 0), listing("wc:1", 20)]  # Eventbrite was silent: its part is an old one
    other.replace(Catalogue(at(20)), kept, (), now=at(25))
    refresh(ours, 10, now=30)
    assert found(ours) == {"eb:3:4": listing("eb:3:4", 10), "wc:1": listing("wc:1", 20)}


def test_a_clock_that_was_put_back_keeps_nothing_old(two: tuple[CatalogueCache, CatalogueCache]) -> None:
    ours, _ = two
    refresh(ours, 5000, now=5001)
    refresh(ours, 10, now=11)
    assert found(ours)["wc:1"] == listing("wc:1", 10)
    refresh(ours, 5000, now=5001)
    ours.remember([listing("wc:1", 20)], at(21))
    assert found(ours)["wc:1"] == listing("wc:1", 20)


def test_a_newer_one_stands_in_its_place_in_time(two: tuple[CatalogueCache, CatalogueCache]) -> None:
    ours, other = two
    refresh(ours, 0)
    moved = replace(listing("wc:1", 20), starts_at=at(100_000), date=at(100_000).date())
    other.remember([moved], at(21))
    refresh(ours, 10, now=30)
    assert ours.listings()[-1] == moved


@pytest.mark.parametrize(
    ("one", "other", "now", "later"),
    [
        (2, 1, 9, True),
        (1, 2, 9, False),
        (1, 1, 9, False),
        (None, 1, 9, False),
        (1, None, 9, True),
        (None, None, 9, False),
        (10, 1, 9, False),
        (10, 1, None, True),
    ],
)
def test_which_was_asked_later(one: float | None, other: float | None, now: float | None, later: bool) -> None:
    assert asked_later(reading(one), reading(other), None if now is None else at(now)) is later


def test_places_in_checkout_are_no_knowledge_that_is_missed() -> None:
    known, told = reading(1), replace(reading(2), held=NOT_READ)
    assert takes_place(told, known)
    assert not takes_place(reading(2, sold=NOT_READ), known)
    assert takes_place(reading(2, NOT_READ), reading(1, sold=NOT_READ))
