"""A part of an Eventbrite order that was given back: no place tells of it, so no sum may pass for the whole."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.cli import money_json
from brcc_tui.model.listing import Platform
from brcc_tui.model.money.eventbrite import BoughtPlace, SalesReport
from brcc_tui.operations.money.partial_refunds import given_back_in_part, missing_in
from brcc_tui.operations.money.refunds import AWAITS_PAYMENT, CANCELLED_UNREFUNDED, _eventbrite_order, read_refunds
from brcc_tui.operations.money.sheets import refunds_sheet
from brcc_tui.platforms.errors import AccessDenied
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.widgets.sheet_text import sheet_lines

EB = Platform.EVENTBRITE


def place(n: int, gross: str | None, base: str | None = None, **more: bool) -> BoughtPlace:
    told, bare = (None if text is None else Decimal(text) for text in (gross, base))
    return BoughtPlace(str(n), "1", "5", told, "CAD", base=bare, **more)


PLACES = [
    place(1, "17", "15"),
    place(2, "17", "15"),
    place(3, "17", "15", refunded=True),
    place(4, "9", cancelled=True),
]
REPORTS = {
    "what was paid": ("34", "0"),
    "refunds are not taken off": ("60", "0"),
    "what was cancelled without a refund counts": ("43", "0"),
    "without fees": ("30", "0"),
    "a part was given back": ("22", "12"),
    "more than was paid, such as donations": ("99", "0"),
    "no amount": (None, None),
}


@pytest.mark.parametrize(("gross", "missing"), REPORTS.values(), ids=list(REPORTS))
def test_what_a_report_has_less(gross: str | None, missing: str | None) -> None:
    report = SalesReport("CAD", None if gross is None else Decimal(gross))
    assert missing_in(report, PLACES) == (None if missing is None else Decimal(missing))


def test_of_places_that_tell_no_amount_nobody_can_tell() -> None:
    assert missing_in(SalesReport("CAD", Decimal(5)), [place(1, None)]) is None


async def test_places_that_tell_no_amount_are_not_taken_for_free() -> None:
    async def told(_: str) -> SalesReport:
        return SalesReport("CAD", Decimal(5))

    club: Any = SimpleNamespace(eventbrite=SimpleNamespace(sales_report=told))
    assert await given_back_in_part(club, "5", [place(1, "0")]) == ("", "")
    said, why_not = await given_back_in_part(club, "5", [place(1, None), place(2, "0")])
    assert not said
    assert why_not.endswith("could not be looked into: not every place says what it cost")


STATUSES = [
    ("Attending", {}, ("placed", 1, "17", "")),
    ("Checked In", {}, ("placed", 1, "17", "")),
    ("Unpaid", {}, ("unpaid", 1, None, AWAITS_PAYMENT)),
    ("Not Attending", {"refunded": True, "cancelled": True}, ("refunded", 0, "0", "")),
    ("Not Attending", {"cancelled": True}, ("cancelled", 0, None, CANCELLED_UNREFUNDED)),
    ("Not Attending", {}, ("cancelled", 0, None, CANCELLED_UNREFUNDED)),
    ("Deleted", {}, ("cancelled", 0, None, CANCELLED_UNREFUNDED)),
]


@pytest.mark.parametrize(("said", "flags", "told"), STATUSES, ids=[f"{said}{flags}" for said, flags, _ in STATUSES])
def test_what_the_status_of_a_place_means_for_its_money(said: str, flags: dict[str, bool], told: Any) -> None:
    order = _eventbrite_order("5", "1", [dataclasses.replace(place(1, "17", **flags), status=said)], {"5"})
    amount = None if told[2] is None else Decimal(told[2])
    assert (order.status, order.seats, order.amount, order.unknown) == (told[0], told[1], amount, told[3])
    free = _eventbrite_order("5", "1", [dataclasses.replace(place(1, "0", **flags), status=said)], {"5"})
    assert free.amount == 0, "of a free ticket nothing is owed, whatever became of it"


def test_places_that_are_not_paid_for_are_not_missing_in_the_report() -> None:
    places = [place(1, "17"), dataclasses.replace(place(2, "17"), status="Unpaid")]
    assert missing_in(SalesReport("CAD", Decimal(17)), places) == 0
    assert missing_in(SalesReport("CAD", Decimal(34)), places) == 0
    assert missing_in(SalesReport("CAD", Decimal(12)), places) == 5


def show_of(practice: Any) -> Any:
    shows = [show for show in practice.shows() if {listing.platform for listing in show.listings} == set(Platform)]
    return max(shows, key=lambda show: show.sold if isinstance(show.sold, int) else 0)


async def test_a_part_that_was_given_back_leaves_no_sum(practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    show, asked = show_of(practice), Eventbrite.sales_report

    async def less(self: Any, event: str, **more: Any) -> SalesReport:
        report = await asked(self, event, **more)
        return dataclasses.replace(report, gross=(report.gross or Decimal(0)) - 12)

    whole = {one.shop: one for one in (await read_refunds(practice.club, show)).sums()}
    assert all(one.amount is not None for one in whole.values())
    monkeypatch.setattr(Eventbrite, "sales_report", less)
    found = await read_refunds(practice.club, show)
    sums = {one.shop: one for one in found.sums()}
    assert (sums[EB].amount, sums[EB].told) == (None, whole[EB].amount)
    assert "12.00 CAD less" in sums[EB].unknown
    assert sums[Platform.WOOCOMMERCE] == whole[Platform.WOOCOMMERCE]
    (told,) = [one for one in money_json.refunds_json(found, names=False)["sums"] if one["shop"] == "eventbrite"]
    assert told["unknown"]["amount"] == sums[EB].unknown
    page = "\n".join(sheet_lines(refunds_sheet(found, names=False)))
    assert f"{whole[EB].amount} told: see below" in page
    assert "12.00 CAD less" in page


async def test_where_that_cannot_be_looked_into_it_is_said(practice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def denied(*_: Any, **__: Any) -> SalesReport:
        raise AccessDenied("the token may not see money", subject="Eventbrite")

    monkeypatch.setattr(Eventbrite, "sales_report", denied)
    found = await read_refunds(practice.club, show_of(practice))
    assert all(one.amount is not None for one in found.sums())
    assert ["may not see money" in note for note in found.notes if "could not be looked into" in note] == [True]
    assert not found.failed


async def test_a_list_that_has_fewer_places_than_were_sold_leaves_no_sum(
    practice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list keeps what was given back, so that it has none, or fewer, never means that nothing is to refund."""

    async def none(*_: Any, **__: Any) -> list[BoughtPlace]:
        return []

    monkeypatch.setattr(Eventbrite, "attendees", none)
    show = show_of(practice)
    found = await read_refunds(practice.club, show)
    (one,) = [one for one in found.sums() if one.shop is EB]
    sold = sum(x.reading.sold for x in show.listings if x.platform is EB)
    assert (one.amount, one.seats) == (None, 0)
    assert f"Eventbrite said that {sold} are sold" in one.unknown
    assert "its list of what was bought has 0" in one.unknown
