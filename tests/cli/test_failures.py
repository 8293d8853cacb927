"""Which part of a club told nothing just now: a command that lists says so, and ends with 1."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.cli.console import DONE, FAILED
from brcc_tui.cli.failures import list_status, silent_parts, unread_listings, with_unlisted
from brcc_tui.model.failure import Failure
from brcc_tui.model.listing import Flag, Platform
from brcc_tui.model.listings.from_catalogue import product_listings
from brcc_tui.model.listings.lost import as_unread
from brcc_tui.model.listings.stock_terms import UNCOUNTED_VARIATION
from brcc_tui.model.offer import PLAIN_TERMS, Terms
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from tests.model.listings.made_listings import NOW, SITE, counts, single

EB, WC = Platform.EVENTBRITE, Platform.WOOCOMMERCE
AWAY = Unknown("database: is away")
NO = Unknown("is silent")
CHART = Unknown("its seats are counted by its seating chart")


def told(shop: Platform, capacity: Quantity, sold: Quantity, held: Quantity, remaining: Quantity, **more: Any) -> Any:
    reading, terms = Reading(capacity, sold, held, remaining, None, Source.LIVE), Terms(unknown=NO.reason)
    return SimpleNamespace(
        **{"id": "x", "title": "X", "platform": shop, "flags": (), "terms": terms, **more}, reading=reading
    )


WHOLE = told(EB, 55, 12, 0, 43), told(WC, 55, 12, 0, 43)
WITHOUT_DATABASE = told(WC, 55, AWAY, AWAY, 43)
SILENT: dict[str, tuple[tuple[Any, ...], list[tuple[str, str]]]] = {
    "all tell": (WHOLE, []),
    "Eventbrite tells nothing": ((told(EB, NO, NO, NO, NO), WHOLE[1]), [("eventbrite", "is silent")]),
    "it tells nothing of one event": ((told(EB, NO, NO, NO, NO), *WHOLE), []),
    "it tells what it has sold alone": ((told(EB, NO, 12, 0, NO), WHOLE[1]), []),
    "the shop tells nothing": ((WHOLE[0], told(WC, NO, NO, NO, NO)), [("woocommerce", "is silent")]),
    "the shop is silent, its database tells": ((WHOLE[0], told(WC, NO, 12, 0, NO)), [("woocommerce", "is silent")]),
    "the database tells nothing": ((WHOLE[0], WITHOUT_DATABASE), [("wordpress", "is away")]),
    "it tells nothing of one date": ((*WHOLE, WITHOUT_DATABASE), []),
    "a seating chart counts all seats": ((told(WC, CHART, 12, 0, CHART, terms=PLAIN_TERMS),), []),
    "sales that are over, and no word of them": (
        (told(WC, NO, 12, 0, NO, terms=PLAIN_TERMS, flags={Flag.SALES_ENDED}),),
        [("woocommerce", "is silent")],
    ),
    "variations of one stock, of a night that is over": (
        (told(WC, UNCOUNTED_VARIATION, 12, 0, UNCOUNTED_VARIATION, flags={Flag.PAST}),),
        [],
    ),
    "variations of one stock": ((told(WC, UNCOUNTED_VARIATION, 12, 0, UNCOUNTED_VARIATION),), []),
    "a date beside variations of one stock": (
        (told(WC, UNCOUNTED_VARIATION, 12, 0, UNCOUNTED_VARIATION), told(WC, NO, NO, NO, NO)),
        [("woocommerce", "is silent")],
    ),
}


def club(*failed: Failure, read: bool = True, database: bool = True) -> Any:
    cache = SimpleNamespace(failed=lambda: failed, lost=False, read_at=lambda: "now" if read else None, kept=True)
    shop: Any = SimpleNamespace(zone=None)
    settings = SimpleNamespace(eventbrite=shop, woocommerce=None if not database else shop, wordpress=shop, timezone="")
    cache.zone = lambda: "America/Toronto"
    return SimpleNamespace(cache=cache, wordpress=shop if database else None, settings=settings)


@pytest.mark.parametrize(("read", "silent"), SILENT.values(), ids=SILENT)
def test_a_part_is_silent_that_told_none_of_its_own_numbers(read: Any, silent: list[tuple[str, str]]) -> None:
    assert [(part.id, part.reason) for part in silent_parts(club(), read)] == silent


def test_a_shop_whose_listings_have_no_number_by_nature_is_not_silent_until_it_does_not_answer() -> None:
    seating = [replace(row, value="seating") if row.key.endswith("Type") else row for row in single().meta]
    for product in (single(None, meta=tuple(seating)), single(None, type="auction")):
        listings = product_listings(product, SITE, NOW, counts(31907, sold=3)).listings
        assert silent_parts(club(), listings) == []
        unread = [as_unread(listing, "is silent") for listing in listings]
        assert [(part.id, part.reason) for part in silent_parts(club(), unread)] == [("woocommerce", "is silent")]


def test_a_shop_that_does_not_answer_is_silent_about_what_is_over() -> None:
    over = product_listings(single(5), SITE, NOW + dt.timedelta(days=400), counts(31907, sold=3)).listings
    assert [Flag.PAST in listing.flags for listing in over] == [True]
    unread = [as_unread(listing, "is silent") for listing in over]
    assert [(part.id, part.reason) for part in silent_parts(club(), unread)] == [("woocommerce", "is silent")]


def test_without_a_database_none_is_silent() -> None:
    assert silent_parts(club(database=False), [WITHOUT_DATABASE]) == []


def test_a_shop_that_listed_nothing_tells_nothing_where_it_was_asked() -> None:
    there = club(Failure("eventbrite", "Eventbrite", "answered 503"))
    assert [part.id for part in silent_parts(there, [])] == ["eventbrite"]
    assert silent_parts(there, [], {"woocommerce"}) == []
    assert silent_parts(there, WHOLE) == [], "what it sold before was told"


def test_a_listing_is_unread_of_which_no_number_is_told() -> None:
    nothing = told(WC, AWAY, AWAY, AWAY, AWAY)
    (unread,) = unread_listings([*WHOLE, WITHOUT_DATABASE, nothing])
    assert (unread.id, unread.reason) == ("x", "is away")


def test_each_list_that_came_short_is_told_and_the_newer_word_of_one() -> None:
    coming = Failure("eventbrite", "Eventbrite", "the list of events did not come whole")
    past = Failure("eventbrite", "Eventbrite, past events", "the list of past events did not come whole")
    there, silent = club(coming, past), Failure("eventbrite", "Eventbrite", "is silent")
    assert with_unlisted(there, []) == [coming, past]
    assert with_unlisted(there, [silent]) == [silent, past]


def test_only_what_is_silent_now_or_was_never_read_fails(capsys: pytest.CaptureFixture[str]) -> None:
    last = Failure("wordpress", "WordPress database", "is away")
    there, silent = club(last), [Failure("eventbrite", "Eventbrite", "is silent")]
    said = with_unlisted(there, silent, {"wordpress"})
    assert [part.id for part in said] == ["wordpress", "eventbrite"]
    assert with_unlisted(there, silent) == silent, "the database is no shop that lists"
    assert list_status(there, [], said) == DONE
    assert list_status(there, silent, said) == FAILED
    capsys.readouterr()
    assert list_status(club(read=False), [], []) == FAILED
    assert "no catalogue yet" in capsys.readouterr().err
