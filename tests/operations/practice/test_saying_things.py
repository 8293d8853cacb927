"""What people say of shows: it holds for all dates, has exceptions, and lapses when the shop's own word changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.pair_finding import find_pairings
from brcc_tui.model.shows.show import PairingState, Show
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.catalogue.venue_changes import (
    SeatsFor,
    confirm_pairing,
    forget_pairing,
    merge,
    set_is_seat,
    set_seats,
    split_off,
)
from brcc_tui.operations.context import LocalStores
from brcc_tui.store.venue import Venue

TORONTO = ZoneInfo("America/Toronto")
FRIDAY = dt.datetime(2026, 11, 27, 20, 0, tzinfo=TORONTO)
WEEKS = 6


def listing(id: str, title: str, start: dt.datetime, group: str, slot: str | None = None) -> Listing:
    platform = Platform.EVENTBRITE if id.startswith("eb:") else Platform.WOOCOMMERCE
    reading = Reading(Unknown("n/a"), 0, 0, 10, start, Source.CACHE)
    flags: frozenset[Flag] = frozenset()
    return Listing(
        id, platform, title, slot, start, StockMethod.BOOKING_STOCK, Status.ON_SALE, reading, group,
        start.date(), flags=flags,
    )  # fmt: skip


class Town:
    """A catalogue and the house's rules, without any shop."""

    def __init__(self, folder: Path) -> None:
        self.venue = Venue(folder / "house", 55)
        self.fridays = [FRIDAY + dt.timedelta(weeks=n) for n in range(WEEKS)]
        self.listings = {
            x.id: x
            for n, start in enumerate(self.fridays)
            for x in (
                listing(f"eb:{n}:1", "8PM Laugh Riot Friday", start, "eb:riot"),
                listing(f"wc:1:slot:d{n}", "Laugh Riot", start, "wc:1:slot", "8pm Show"),
                listing(f"wc:2:late:d{n}", "Late Cabaret", start.replace(hour=22), "wc:2:late", "10pm Show"),
                listing(f"eb:9{n}:1", "Stand-up Sunday", start + dt.timedelta(days=2), "eb:sunday"),
            )
        }
        told = {"listings": lambda: tuple(self.listings.values()), "zone": lambda: TORONTO, "failed": tuple}
        cache = SimpleNamespace(**told, lost=False)
        self.stores = cast(
            LocalStores,
            SimpleNamespace(
                venue=self.venue,
                cache=cache,
                settings=SimpleNamespace(timezone=None, operator="Ann", eventbrite=None, woocommerce=None),
                clock=SimpleNamespace(now=lambda: FRIDAY),
            ),
        )
        self.refresh()

    def refresh(self) -> None:
        self.venue.keep_found(find_pairings(self.listings.values(), self.venue.rules()))

    def change(self, id: str, start: dt.datetime, **more: Any) -> None:
        """The shop tells another start now."""
        old = self.listings[id]
        self.listings[id] = listing(id, more.get("title", old.title), start, old.group, old.slot)
        self.refresh()

    def shows(self) -> dict[str, Show]:
        return {show.id: show for show in programme(self.stores, list(self.listings.values())).shows}

    def show(self, id: str) -> Show:
        [found] = [show for show in self.shows().values() if any(x.id == id for x in show.listings)]
        return found


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_one_word_holds_on_all_dates_and_when_they_move_or_are_renamed(town: Town) -> None:
    assert town.show("eb:0:1").pairing.state is PairingState.CERTAIN
    confirm_pairing(town.stores, town.show("eb:0:1"))
    for id in ("eb:5:1", "wc:1:slot:d5"):
        town.change(id, FRIDAY + dt.timedelta(weeks=20), title="Something else")
    states = {town.show(f"eb:{n}:1").pairing.state for n in range(WEEKS)}
    assert states == {PairingState.CONFIRMED}


def test_a_date_at_another_hour_than_its_words_wants_a_word_of_its_own(town: Town) -> None:
    confirm_pairing(town.stores, town.show("eb:0:1"))
    town.change("eb:2:1", FRIDAY.replace(hour=22) + dt.timedelta(weeks=2))
    odd, left = town.show("eb:2:1"), town.show("wc:1:slot:d2")
    assert odd.id == town.show("wc:2:late:d2").id
    assert (odd.pairing.state, left.pairing.state) == (PairingState.LIKELY, PairingState.LIKELY)
    assert "another time" in odd.pairing.reason
    assert "another time that day" in left.pairing.reason
    confirm_pairing(town.stores, odd)
    confirm_pairing(town.stores, left)
    assert town.show("eb:2:1").pairing.state is PairingState.CONFIRMED
    assert town.show("wc:1:slot:d2").pairing.state is PairingState.CONFIRMED
    town.change("eb:3:1", FRIDAY.replace(hour=22) + dt.timedelta(weeks=3))
    assert town.show("eb:3:1").pairing.state is PairingState.LIKELY


def test_a_stray_date_is_merged_until_the_shop_puts_it_right(town: Town) -> None:
    confirm_pairing(town.stores, town.show("eb:0:1"))
    town.change("eb:2:1", FRIDAY.replace(hour=22) + dt.timedelta(weeks=2))
    stray = town.listings["eb:2:1"]
    merge(town.stores, town.show("wc:1:slot:d2"), [stray], every_date=False)
    merged = town.show("eb:2:1")
    assert {x.id for x in merged.listings} == {"eb:2:1", "wc:1:slot:d2"}
    assert merged.pairing.state is PairingState.CONFIRMED
    town.change("eb:2:1", FRIDAY.replace(hour=21) + dt.timedelta(weeks=2))
    assert town.show("eb:2:1").starts_at.hour == 21


def test_a_slot_that_tells_another_hour_is_merged_on_all_dates(town: Town) -> None:
    merge(town.stores, town.show("eb:0:1"), [town.listings["wc:2:late:d0"]], every_date=True)
    for n in range(WEEKS):
        assert town.show(f"wc:2:late:d{n}").id == town.show(f"eb:{n}:1").id
    town.change("wc:2:late:d1", FRIDAY.replace(hour=23) + dt.timedelta(weeks=1))
    assert town.show("wc:2:late:d1").starts_at.hour == 23
    forget_pairing(town.stores, town.show("eb:0:1"))
    assert town.show("wc:2:late:d0").starts_at.hour == 22


@pytest.mark.parametrize(("every_date", "alone"), [(True, WEEKS), (False, 1)])
def test_a_show_is_split_into_another_room(town: Town, every_date: bool, alone: int) -> None:
    show = town.show("eb:0:1")
    room = split_off(town.stores, show, [town.listings["wc:1:slot:d0"]], every_date=every_date)
    assert room == "room 2"
    assert sum(show.room.name == room for show in town.shows().values()) == alone
    assert town.show("wc:1:slot:d0").room.seats == 55
    merge(town.stores, town.show("eb:0:1"), [town.listings["wc:1:slot:d0"]], every_date=every_date)
    assert {show.room.name for show in town.shows().values()} == {"main"}
    assert town.show("eb:0:1").pairing.state is PairingState.CONFIRMED


def test_seats_of_a_night_a_series_and_a_room(town: Town) -> None:
    def seats(n: int) -> int:
        return town.show(f"eb:{n}:1").room.seats

    set_seats(town.stores, town.show("eb:0:1"), 60, SeatsFor.ROOM)
    set_seats(town.stores, town.show("eb:0:1"), 40, SeatsFor.SERIES)
    set_seats(town.stores, town.show("eb:1:1"), 30, SeatsFor.SHOW)
    assert [seats(0), seats(1), seats(2), town.show("eb:90:1").room.seats] == [40, 30, 40, 60]
    for id in ("eb:1:1", "wc:1:slot:d1"):
        town.change(id, FRIDAY + dt.timedelta(weeks=30))
    assert seats(1) == 30
    set_seats(town.stores, town.show("eb:1:1"), None, SeatsFor.SHOW)
    assert seats(1) == 40


def test_what_is_no_seat_is_no_rival_of_what_is(town: Town) -> None:
    drink = [listing(f"wc:3:slot:d{n}", "Laugh Riot drink", x, "wc:3:slot") for n, x in enumerate(town.fridays)]
    town.listings |= {x.id: x for x in drink}
    town.refresh()
    assert town.show("eb:0:1").pairing.state is PairingState.LIKELY
    set_is_seat(town.stores, "wc:3", False)
    assert town.show("eb:0:1").pairing.state is PairingState.CERTAIN
    assert {x.id for x in town.show("eb:0:1").listings} == {"eb:0:1", "wc:1:slot:d0"}
