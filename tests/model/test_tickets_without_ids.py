"""Tickets that name no ids, but a slot and a date in words: which date they are of."""

from __future__ import annotations

import pytest

from brcc_tui.model.counting import SnapshotRows, TicketRow, count, relevant
from brcc_tui.model.counts import CellCount, CellTexts, Orphan, ProductCells

P = 10
SLOT = ("8pm Show", "8pm Show (08:00 p.m.)")


def ticket(date_text: str, slot_text: str = "8pm Show") -> TicketRow:
    return TicketRow(1, True, P, "Not Checked In", slot_text=slot_text, date_text=date_text)


def product(**dates: str) -> ProductCells:
    return ProductCells(P, {("late", date): CellTexts(SLOT, text) for date, text in dates.items()})


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("January 06, 2027", "January 6, 2027"),  # the datepicker pads what PHP and people do not
        ("January 6, 2027", "January 06, 2027"),
        ("agosto 04, 2027", "Agosto 4, 2027"),
        ("05/07/2027", "5/7/2027"),  # whichever of both is the day
        ("January 06, 2027", "2027-01-06"),  # the site's format was another one then
        ("13/01/2027", "13 January 2027"),
    ],
)
def test_another_spelling_of_the_day_is_the_same_date(stored: str, written: str) -> None:
    rows = SnapshotRows((ticket(written),))
    seen = count([product(that=stored, other="January 08, 2027")], rows)[P]
    assert seen.cells["late", "that"] == CellCount(1)
    assert seen.orphans == ()


def test_of_two_spellings_in_the_shop_the_tickets_own_counts() -> None:
    asked = product(padded="January 06, 2027", plain="January 6, 2027")
    assert count([asked], SnapshotRows((ticket("January 6, 2027"),)))[P].cells["late", "plain"] == CellCount(1)
    (astray,) = count([asked], SnapshotRows((ticket("2027-01-06"),)))[P].orphans
    assert astray == Orphan("8pm Show", "2027-01-06", "", "", 1)


@pytest.mark.parametrize(
    ("date_text", "slot_text"),
    [("January 16, 2027", "8pm Show"), ("06/01/2027", "8pm Show"), ("January 6, 2027", "8pm Show Extra")],
    ids=["another day", "one of two days", "another slot"],
)
def test_what_may_be_of_another_date_is_of_none(date_text: str, slot_text: str) -> None:
    seen = count([product(that="January 06, 2027")], SnapshotRows((ticket(date_text, slot_text),)))[P]
    assert seen.cells["late", "that"] == CellCount()
    assert len(seen.orphans) == 1


def test_they_are_looked_for_with_and_without_zeros() -> None:
    wanted = relevant([product(that="January 06, 2027")], ())
    assert wanted.date_texts == {"January 06, 2027", "January 6, 2027"}
    assert wanted(ticket("January 6, 2027"))
