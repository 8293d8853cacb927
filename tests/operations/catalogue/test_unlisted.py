"""What a damaged catalogue does not tell: events and products that could not be read may sell the seats of any show."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from brcc_tui.model.listing import Platform
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.catalogue.listing_gaps import gaps_of_each, listing_gaps
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.store.catalogue_cache import CacheError, CatalogueCache

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
