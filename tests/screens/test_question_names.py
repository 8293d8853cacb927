"""The question before a write: no two listings in it can be taken for each other, however narrow the terminal is, and
what it calls on sale can be bought.
"""

from __future__ import annotations

import dataclasses

import pytest
from fake_club import NOW, at, eb, wc
from fake_desk import FakeDesk, change_to

from brcc_tui.model.changes.plan import Refusal, RefusalCode, make_plan
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.widgets.glyphs import UNICODE
from brcc_tui.widgets.plan_lines import plan_lines
from brcc_tui.widgets.text import width

FRIDAY = wc(4061, "Friday Night", "8pm Show", at(0, 20), 7, 22, 2)
DRINK = wc(11192, "Friday Night with a Free Drink and a Very Long Title Indeed", "8pm Show", at(0, 20), 9, 3)
CLONE = dataclasses.replace(wc(4099, "Friday Night", "8pm Show", at(0, 20), 5, 1))


@pytest.mark.parametrize("cells", [56, 76, 98, 116])
def test_two_products_with_the_same_slot_are_told_apart(cells: int) -> None:
    changes = [change_to(listing, 30) for listing in (FRIDAY, DRINK, CLONE)]
    lines = plan_lines(make_plan("practice", changes, [], NOW), (), FakeDesk().listings, NOW, UNICODE, cells)
    texts = ["".join(span.text for span in line) for line in lines]
    assert max(map(width, texts)) <= cells
    told = " ".join(" ".join(texts).split())
    names = (f"Friday Night, 8pm Show ({FRIDAY.id})", f"Friday Night, 8pm Show ({CLONE.id})")
    if cells < 76:
        assert all(name in told for name in (*names, f"{DRINK.title}, 8pm Show"))
    words = {word for name in (*names, f"{DRINK.title}, 8pm Show") for word in name.split()}
    assert words <= set(told.split()), "nothing of a name is cut off"


LONG = "The Anniversary Gala of the House with Special Guests and Friends of the House from near and far"
IDS = ("wc:4151:ddsjtgsshckmcebpxfas:kdbhunkihtnadisuolhl", "wc:4151:ddsjtgsshckmcebpxfas:jlrhbleddkickezxodxi")


@pytest.mark.parametrize("cells", [56, 76, 98, 116])
@pytest.mark.parametrize(
    ("titles", "slots"),
    [
        ((f"{LONG} EARLY", f"{LONG} LATE"), ("8pm Show", "8pm Show")),
        ((LONG, LONG), ("Balcony", "Front Row")),
        ((f"{LONG} EARLY {LONG}", f"{LONG} LATE {LONG}"), ("8pm Show", "8pm Show")),
        ((LONG, LONG), ("8pm Show", "8pm Show")),
    ],
    ids=["the title's end", "the slot", "its middle", "the id"],
)
def test_two_long_names_are_told_apart(titles: tuple[str, str], slots: tuple[str, str], cells: int) -> None:
    two = [
        dataclasses.replace(FRIDAY, id=name, title=title, slot=slot)
        for name, title, slot in zip(IDS, titles, slots, strict=True)
    ]
    lines = plan_lines(make_plan("practice", [change_to(x, 32) for x in two], [], NOW), (), {}, NOW, UNICODE, cells)
    texts = ["".join(span.text for span in line) for line in lines]
    assert max(map(width, texts)) <= cells
    _, *blocks = " ".join(" ".join(texts).split()).split(" raise ")
    assert len(set(blocks)) == len(two), "nobody could tell which of them is meant"


@pytest.mark.parametrize("cells", [56, 98])
@pytest.mark.parametrize(("terms", "offered"), [(Terms(stopped=OfferRule.SALES_ENDED), "0 → 0"), (Terms(), "7 → 8")])
def test_what_is_on_sale_is_what_can_be_bought(terms: Terms, offered: str, cells: int) -> None:
    ended = dataclasses.replace(FRIDAY, terms=terms)
    raised = make_plan("practice", [change_to(ended, 32)], [], NOW)
    told = ["".join(span.text for span in line) for line in plan_lines(raised, (), {}, NOW, UNICODE, cells)]
    assert [offered in line for line in told if "31 → 32" in line] == [True]


def test_a_product_that_its_shop_calls_sold_out_offers_nothing_before_its_change() -> None:
    closed = dataclasses.replace(FRIDAY, status=Status.CLOSED)
    lines = plan_lines(make_plan("practice", [change_to(closed, 28)], [], NOW), (), {}, NOW, UNICODE, 98)
    assert ["0 → 4" in line for each in lines if "31 → 28" in (line := "".join(x.text for x in each))] == [True]


def test_a_command_in_a_refusal_can_be_typed_as_it_stands() -> None:
    """Names stand in the place of ids everywhere else."""
    listing = eb(101, "Friday Night", at(0, 20), 31, 0)
    reason = f"{CLONE.id}, of the same show: close it instead (brcc-tui close {listing.id})"
    plan = make_plan("practice", [], [Refusal(listing.id, RefusalCode.ZERO_REFUSED_BY_EVENTBRITE, reason)], NOW)
    lines = plan_lines(plan, (), {x.id: x for x in (listing, CLONE)}, NOW, UNICODE, 98)
    told = " ".join(" ".join(span.text for line in lines for span in line).split())
    assert "Shop Friday Night, 8pm Show, tonight 20:00, of the same show" in told
    assert f"(brcc-tui close {listing.id})" in told
