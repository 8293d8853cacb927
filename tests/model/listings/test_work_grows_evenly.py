"""A product with twice the dates is twice the work, not four times: a club has had 10,000 dates in one product.

Lines that are run are counted rather than seconds, which a busy machine would double.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from types import FrameType
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.model.catalogue import MetaRow, Product, Site
from brcc_tui.model.counting import PlacesRow, SnapshotRows, TicketRow, count
from brcc_tui.model.counts import Counts
from brcc_tui.model.fooevents import booking_text
from brcc_tui.model.fooevents.booking_text import META_KEY, parse_booking_text
from brcc_tui.model.listings.from_catalogue import cells_to_count, product_listings
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.show import Room
from brcc_tui.model.shows.venue_rules import VenueRules

NOW = dt.datetime(2026, 11, 28, 18, tzinfo=dt.UTC)
SITE = Site("F j, Y", "g:i a", "America/Toronto")
RULES = VenueRules({"main": Room("main", 55)})


def text_of(slots: int, dates: int) -> str:
    days = [(NOW + dt.timedelta(days=n)).strftime("%B %d, %Y") for n in range(dates)]
    head = {"hour": "08", "minute": "00", "period": "p.m.", "add_time": "enabled"}
    return json.dumps(
        {
            f"slot{s}": {"label": f"{s} Show", **head,
                         "add_date": {f"d{s}x{n}": {"date": day, "stock": 30} for n, day in enumerate(days)}}
            for s in range(slots)
        }
    )  # fmt: skip


def product(slots: int, dates: int) -> Product:
    meta = (
        MetaRow(1, "WooCommerceEventsEvent", "Event"),
        MetaRow(2, "WooCommerceEventsType", "bookings"),
        MetaRow(3, META_KEY, text_of(slots, dates)),
    )
    return Product(5, "Many", "publish", "simple", False, None, "instock", meta)


def lines_of(work: Callable[[], object]) -> int:
    """How many lines of Python the work runs."""
    lines = 0
    for remembered in (parse_booking_text, booking_text._spans):
        remembered.cache_clear()

    def line(frame: FrameType, event: str, arg: object) -> object:
        nonlocal lines
        lines += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        work()
    finally:
        sys.settrace(before)
    return lines


def reading(slots: int, dates: int) -> None:
    made = product(slots, dates)
    cells = cells_to_count((made,))
    keys = list(cells[0].cells)
    tickets = tuple(
        TicketRow(n, True, 5, "Not Checked In", *(key if n % 2 else ("", "")), slot_text="0 Show (08:00 p.m.)",
                  date_text=cells[0].cells[key].date_text)
        for n, key in enumerate(keys)
    )  # fmt: skip
    places = tuple(PlacesRow(n, "wc-processing", {5: {key: 1}}, frozenset({5})) for n, key in enumerate(keys))
    counted = count(cells, SnapshotRows(tickets, places))
    listings = product_listings(made, SITE, NOW, Counts(NOW, counted)).listings
    group_shows(listings, RULES, Pairings(), ZoneInfo("America/Toronto"))


def writing(slots: int, dates: int) -> None:
    text = parse_booking_text(text_of(slots, dates))
    text.edit({(cell.slot_id, cell.date_id): 7 for cell in text.cells})


@pytest.mark.parametrize("work", [reading, writing])
@pytest.mark.parametrize(("small", "large"), [((8, 15), (16, 15)), ((2, 60), (2, 120))], ids=["slots", "dates"])
def test_twice_the_dates_are_twice_the_work(
    work: Callable[[int, int], None], small: tuple[int, int], large: tuple[int, int]
) -> None:
    work(*small)  # what is kept from then on (patterns, spellings of dates) costs nothing
    once, twice = lines_of(lambda: work(*small)), lines_of(lambda: work(*large))
    assert twice < 2.3 * once, f"{once:,} lines became {twice:,}"
