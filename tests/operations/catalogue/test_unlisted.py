"""What a damaged catalogue does not tell: events and products that could not be read may sell the seats of any show."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from brcc_tui.model.counts import CellCount, Orphan
from brcc_tui.model.listing import Platform
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.catalogue.listing_gaps import gaps_of_each, listing_gaps
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.catalogue.unlisted import unread_parts
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.store.catalogue_cache import CatalogueCache
from brcc_tui.store.catalogue_file import CacheError

NUMBERS = ("sold", "held", "remaining", "free", "exposure")


async def test_no_sum_is_whole_while_what_could_not_be_read_is_damaged(town: Any) -> None:
    club = town.club
    await refresh(club)
    listings = club.cache.listings()
    whole = programme(club, listings).shows
    assert all(isinstance(show.sold, int) for show in whole)
    database = sqlite3.connect(club.cache.path)
    with database:
        database.execute("INSERT INTO failed VALUES ('wc:12', 'Improv', 'damaged')")
    database.close()
    for _ in range(2):  # as it is found, and while the shops were not read again
        for show in programme(club, listings).shows:
            assert {type(getattr(show, name)) for name in NUMBERS} == {Unknown}
            assert "damaged" in show.sold.reason
            assert show.unlisted.keys() == set(Platform)
        gaps = [listing_gaps(club, show) for show in whole]
        assert all(len(each.failed) + len(each.notes) == 2 for each in gaps), "each shop is named"
        assert [*gaps_of_each(club, whole)] == gaps
    await refresh(club)
    assert [show.sold for show in programme(club, listings).shows] == [show.sold for show in whole]


async def test_no_sum_is_whole_while_what_could_not_be_read_cannot_be_looked_up(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await refresh(town.club)
    listings = town.club.cache.listings()

    def failed(_: CatalogueCache) -> None:
        raise CacheError("the disk cannot be read")

    monkeypatch.setattr(CatalogueCache, "failed", failed)
    for show in programme(town.club, listings).shows:
        assert show.free.reason.endswith("the disk cannot be read")


@pytest.mark.parametrize(
    ("text", "taken", "told_at"),
    [
        ("to be announced", CellCount(3, 0), {"2026-11-27", "2026-11-28", "2026-11-29"}),
        ("to be announced", CellCount(0, 1), {"2026-11-27", "2026-11-28", "2026-11-29"}),
        ("to be announced", CellCount(), set()),
        ("December 24, 2026", CellCount(3, 0), set()),
    ],
    ids=["sold", "held", "nobody has a place", "it can be read"],
)
async def test_places_of_a_date_that_cannot_be_read_may_be_of_any_show(
    town: Any, make_bookings: Any, text: str, taken: CellCount, told_at: set[str]
) -> None:
    options = str(make_bookings(10).meta[-1].value)[:-2] + f',"odd_add_date":"{text}","odd_stock":"5"}}}}'
    town.woocommerce.stored[10] = make_bookings(10, text=options)
    town.database.taken[10, "slotone", "odd"] = taken
    await refresh(town.club)
    shows = programme(town.club, town.club.cache.listings()).shows
    notes = {show.id[:10]: " ".join(listing_gaps(town.club, show).notes) for show in shows}
    assert {day for day, told in notes.items() if "wc:10:slotone:odd" in told} == told_at


async def test_so_may_those_of_one_that_was_taken_out_since(town: Any, make_bookings: Any) -> None:
    """It is lost, in no show: none says so."""
    options = str(make_bookings(10).meta[-1].value)[:-2] + ',"odd_add_date":"to be announced","odd_stock":"5"}}'
    town.database.taken[10, "slotone", "odd"] = CellCount(3, 0)
    for stored in (make_bookings(10, text=options), make_bookings(10)):
        town.woocommerce.stored[10] = stored
        await refresh(town.club)
    for show in programme(town.club, town.club.cache.listings()).shows:
        assert any("wc:10:slotone:odd" in note for note in listing_gaps(town.club, show).notes)


async def test_of_a_date_that_cannot_be_read_nobody_may_know_whether_it_is_taken(town: Any, make_bookings: Any) -> None:
    options = str(make_bookings(10).meta[-1].value)[:-2] + ',"odd_add_date":"to be announced","odd_stock":"5"}}'
    town.woocommerce.stored[10] = make_bookings(10, text=options)
    town.database.app_error["snapshot"] = DatabaseError("it is away")
    await refresh(town.club)
    (show, *_) = programme(town.club, town.club.cache.listings()).shows
    (told,) = (note for note in listing_gaps(town.club, show).notes if "wc:10:slotone:odd" in note)
    assert told.startswith("places may be taken of dates whose time cannot be read")


async def test_a_date_without_an_hour_may_be_of_a_show_of_that_day(town: Any, make_bookings: Any) -> None:
    """FooEvents' form has 00:00 where no hour was chosen."""
    slot = '"odd":{"label":"Late","hour":"00","minute":"00","odd_add_date":"November 28, 2026","odd_stock":"5"}'
    options = f"{str(make_bookings(10).meta[-1].value)[:-1]},{slot}}}"
    town.woocommerce.stored[10] = make_bookings(10, text=options)
    town.database.taken[10, "odd", "odd"] = CellCount(2, 0)
    await refresh(town.club)
    shows = programme(town.club, town.club.cache.listings()).shows
    told = {show.id[:10]: listing_gaps(town.club, show).notes for show in shows}
    assert {day for day, notes in told.items() if notes} == {"2026-11-28"}


@pytest.mark.parametrize(
    ("sold", "more", "told_at"),
    [
        (3, {}, {"2026-11-28", "2026-11-29"}),
        (0, {}, set()),
        (3, {"category": "add_on"}, set()),
        (3, {"ends_at": dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)}, set()),
    ],
    ids=["sold", "nobody has a place", "no seat", "over"],
)
async def test_a_ticket_class_of_no_known_time_may_be_of_any_show(
    town: Any, make_event: Any, sold: int, more: dict[str, Any], told_at: set[str]
) -> None:
    town.woocommerce.stored.pop(10)
    one = make_event(1, sold=sold, starts_at=None, ends_at=more.get("ends_at"))
    category = more.get("category", "admission")
    classes = tuple(replace(each, category=category) for each in one.ticket_classes)
    town.eventbrite.stored["1"] = replace(one, ticket_classes=classes)
    await refresh(town.club)
    shows = programme(town.club, town.club.cache.listings()).shows
    notes = {show.id[:10]: " ".join(listing_gaps(town.club, show).notes) for show in shows}
    assert {day for day, told in notes.items() if "eb:1:19" in told} == told_at


async def test_what_is_to_be_done_about_dates_that_nobody_can_place_is_said_once(town: Any) -> None:
    """A refresh has listed what the shop sells; without a zone its dates are of no show."""
    club = town.without("wordpress")
    await refresh(club)
    for show in programme(club, club.cache.listings()).shows:
        (said,) = listing_gaps(club, show).failed.values()
        assert said.startswith("it is unknown whether it sells this show: the site's time zone is not known")
        assert said.count("refresh") == 1


async def test_tickets_of_no_date_are_told_beside_a_date_that_is_lost(town: Any, make_bookings: Any) -> None:
    """The show of the lost date says nothing of them, nor does one of the date that their tickets name."""
    await refresh(town.club)
    text = '{"slotnew":{"label":"8pm","add_time":"enabled","datenew_add_date":"May 5, 2027","datenew_stock":"9"}}'
    town.woocommerce.stored[10] = make_bookings(10, text=text)
    await refresh(town.club)
    assert unread_parts(town.club) == "", "the lost date has a listing that says so"
    town.database.astray[10] = (Orphan("8pm", "May 6, 2027", "", "", 3),)
    await refresh(town.club)
    assert "wc:10" in unread_parts(town.club)
    for show in programme(town.club, town.club.cache.listings()).shows:
        assert any("wc:10" in note for note in listing_gaps(town.club, show).notes)


async def test_tickets_of_no_date_are_told_of_a_product_in_the_trash(town: Any) -> None:
    await refresh(town.club)
    town.woocommerce.stored[10] = replace(town.woocommerce.stored[10], status="trash")
    town.database.taken.clear()
    town.database.astray[10] = (Orphan("8pm Show", "May 6, 2027", "", "", 3),)
    await refresh(town.club)
    (reason,) = (failure.reason for failure in town.club.cache.failed() if failure.id == "wc:10")
    assert "May 6, 2027" in reason
    assert "bring it back in WordPress" in reason
    assert "add that date" not in reason
