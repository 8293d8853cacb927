"""What orders and sales reports come to: no sum of what cannot be added up, and no part that nobody can tell."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from brcc_tui.model.listing import Platform
from brcc_tui.model.money.amounts import amount_of
from brcc_tui.model.money.door import Guest, HeldOrder
from brcc_tui.model.money.eventbrite import BoughtPlace, SalesReport
from brcc_tui.model.money.figures import NO_PAYMENT_FEES, NOT_IN_REPORT, of_event, of_orders
from brcc_tui.model.money.records import OrderRecord, Person
from brcc_tui.model.money.refunds import Refunds, ShowOrder
from brcc_tui.model.money.report import By, Figures, Report, ShowFigures
from brcc_tui.model.money.shares import Part

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)


def part(ident: int, paid: str, currency: str) -> Part:
    record = OrderRecord(ident, "wc-completed", currency=currency, total=Decimal(paid), paid=True)
    return Part(record, 1, None, ("s", "a"), 1, 1, (), Decimal(paid), Decimal(0), Decimal(0), Decimal(0))


def test_orders_in_two_currencies_have_no_sum() -> None:
    found = of_orders([part(1, "10", "CAD"), part(2, "10", "USD")])
    assert (found.sold, found.gross, found.net, found.currency) == (2, None, None, "")
    both = "it is in CAD and USD"
    assert found.unknown == {"gross": both, "net": both, "fees": NO_PAYMENT_FEES}


def test_what_a_provider_keeps_is_told_by_no_order_and_of_no_payment_is_nothing() -> None:
    assert of_orders([part(1, "10", "CAD")]).unknown == {"fees": NO_PAYMENT_FEES}
    free = of_orders([part(1, "0.00", "CAD")])
    assert (free.sold, free.gross, free.net, free.fees, free.unknown) == (1, 0, 0, 0, {})
    back = replace(part(1, "10", "CAD"), refunded=Decimal(10))
    assert of_orders([back]).unknown == {"fees": NO_PAYMENT_FEES}, "it keeps its part of what went back"


@pytest.mark.parametrize("free", ["USD", ""])
def test_a_free_order_has_no_say_in_the_currency(free: str) -> None:
    found = of_orders([part(1, "10", "CAD"), part(2, "0.00", free)])
    assert (found.gross, found.currency) == (Decimal(10), "CAD")


REPORT = SalesReport("CAD", Decimal(40), Decimal(30), None, 4)


def test_an_event_of_two_shows_is_shared_by_what_they_sold() -> None:
    found = of_event(REPORT, {"one": 3, "other": 1}, "not told")
    assert [each.gross for each in found.values()] == [30, 10]
    assert found["one"].fees is None
    assert found["one"].unknown == {"fees": NOT_IN_REPORT}


def test_an_event_of_two_prices_is_shared_by_what_was_paid_for_each_show() -> None:
    found = of_event(REPORT, {"one": 2, "other": 2}, "not told", {"one": Decimal(30), "other": Decimal(10)})
    assert [(each.sold, each.gross, each.net) for each in found.values()] == [
        (2, 30, Decimal("22.5")),
        (2, 10, Decimal("7.5")),
    ]
    found = of_event(REPORT, {"one": 2, "other": 2}, "not told", "its places are not told")
    assert [(each.sold, each.gross) for each in found.values()] == [(2, None), (2, None)]
    assert found["one"].unknown["gross"] == "its places are not told"


def test_of_shows_one_of_which_tells_no_number_nobody_knows_the_parts() -> None:
    found = of_event(REPORT, {"one": 3, "other": None}, "Eventbrite hides it")
    assert [(each.sold, each.gross) for each in found.values()] == [(3, None), (None, None)]
    assert {each.unknown["gross"] for each in found.values()} == {"Eventbrite hides it"}
    assert of_event(REPORT, {"one": None}, "Eventbrite hides it")["one"].gross == 40, "of one show it is all of it"


def test_no_total_where_shows_of_the_period_are_not_known() -> None:
    shop = {Platform.WOOCOMMERCE: Figures(2, Decimal(20), Decimal(20), Decimal(0), "CAD")}
    show = ShowFigures("2026-11-20T20:00@main", "One", NOW, 55, 0, "wc:1:s", shop)
    whole = Report(NOW.date(), NOW.date(), NOW, (show,))
    part_of_it = Report(NOW.date(), NOW.date(), NOW, (show,), unread={Platform.EVENTBRITE: "its list never came"})
    assert whole.total().both.gross == 20
    total = part_of_it.total()
    assert (total.both.sold, total.both.gross, total.fill, total.shops[Platform.EVENTBRITE].gross) == (None,) * 4
    assert total.both.unknown["gross"] == "its list never came"
    assert total.shops[Platform.WOOCOMMERCE].gross == 20
    assert part_of_it.rows(By.SHOW)[0].both.gross == 20
    for by in (By.WEEKDAY, By.SERIES, By.MONTH):
        assert part_of_it.rows(by)[0].both.gross is None, "more shows of the kind may have been"
    of_old_days = replace(part_of_it, whole_from=NOW.date().replace(day=1))
    assert (of_old_days.rows(By.MONTH)[0].both.gross, of_old_days.rows(By.WEEKDAY)[0].both.gross) == (20, None)
    assert replace(of_old_days, whole_from=NOW.date()).rows(By.MONTH)[0].both.gross is None


def night(at: str, title: str, series: str, sold: str = "20") -> ShowFigures:
    start = dt.datetime.fromisoformat(f"{at}T20:00-05:00")
    figures = Figures(2, Decimal(sold), Decimal(sold) - 3, Decimal(1), "CAD")
    return ShowFigures(f"{at}T20:00@main", title, start, 55, 0, series, {Platform.EVENTBRITE: figures})


def test_months_stand_in_the_order_of_the_calendar_across_the_new_year() -> None:
    nights = (night("2026-12-04", "A", "eb:1"), night("2027-01-08", "A", "eb:1"), night("2027-12-03", "A", "eb:1", "5"))
    rows = Report(NOW.date(), NOW.date(), NOW, nights).rows(By.MONTH)
    assert [(row.label, row.both.gross) for row in rows] == [
        ("December 2026", 20), ("January 2027", 20), ("December 2027", 5),
    ]  # fmt: skip
    both = Report(NOW.date(), NOW.date(), NOW, nights).total().both
    assert (both.sold, both.gross, both.net, both.fees, both.currency) == (6, 45, 36, 3, "CAD")


def test_nights_of_a_month_and_of_a_weekday_are_added_up() -> None:
    nights = [night(f"2026-12-0{day}", "A", f"eb:{day}") for day in (4, 5, 1, 8)]
    report = Report(NOW.date(), NOW.date(), NOW, tuple(nights))
    (month,) = report.rows(By.MONTH)
    assert (month.key, month.label, month.shows, month.both.gross) == ("2026-12", "December 2026", 4, 80)
    assert [(row.key, row.label, row.shows) for row in report.rows(By.WEEKDAY)] == [
        ("tuesday", "Tuesday", 2), ("friday", "Friday", 1), ("saturday", "Saturday", 1),
    ]  # fmt: skip
    assert [row.key[:10] for row in report.rows(By.SHOW)] == ["2026-12-01", "2026-12-04", "2026-12-05", "2026-12-08"]


def test_guests_stand_by_the_last_word_of_their_names_and_who_has_none_at_the_end() -> None:
    names = ["", "Zoe adams", "ada Adams", "Cy de Boer", "Ada Zed", "bo"]
    guests = [Guest(name, 1, str(n), Platform.EVENTBRITE, "eb:1:2") for n, name in enumerate(names)]
    in_order = [guest.name for guest in sorted(guests, key=lambda guest: guest.place)]
    assert in_order == ["ada Adams", "Zoe adams", "bo", "Cy de Boer", "Ada Zed", ""]
    twins = [Guest("Bo", 1, number, Platform.EVENTBRITE, "eb:1:2") for number in ("8", "7")]
    assert [guest.number for guest in sorted(twins, key=lambda guest: guest.place)] == ["7", "8"]


def test_series_of_one_title_are_told_apart_by_when_they_usually_are() -> None:
    nights = (
        night("2026-12-01", "Open Mic", "eb:1"), night("2026-12-04", "Open Mic", "eb:2"),
        night("2026-12-11", "Open Mic", "eb:2"), night("2026-12-05", "Gala", "eb:3"),
    )  # fmt: skip
    rows = Report(NOW.date(), NOW.date(), NOW, nights).rows(By.SERIES)
    assert [(row.label, row.shows) for row in rows] == [
        ("Gala", 1), ("Open Mic, Fri 20:00", 2), ("Open Mic, Tue 20:00", 1),
    ]  # fmt: skip


def test_a_currency_that_is_not_told_is_another_one() -> None:
    found = of_orders([part(1, "10", "CAD"), part(2, "10", "")])
    assert found.unknown["gross"] == "it is in CAD and an unknown currency"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1000000000000", "ten", "", None])
def test_what_is_no_amount_is_not_nothing(text: str | None) -> None:
    assert amount_of(text) is None


def test_where_more_went_back_than_the_orders_tell_their_sum_is_not_known() -> None:
    shop, told = Platform.EVENTBRITE, Decimal(10)
    paid = ShowOrder(shop, "1", "1", 1, told, "CAD", "placed", "")
    untold = replace(paid, id="2", amount=None, unknown="Eventbrite gives no amount for it")
    made = Refunds("x", "x", NOW, NOW, (paid,), shops=(shop,))
    assert [(one.amount, one.unknown) for one in made.sums()] == [(10, "")]
    more = replace(made, more_back={shop: "a part of an order was given back"})
    assert [(one.amount, one.unknown) for one in more.sums()] == [(None, "a part of an order was given back")]
    assert [(one.amount, one.told, one.unknown) for one in replace(more, orders=(paid, untold)).sums()] == [
        (None, 10, "1 order has no known amount")
    ]


def test_an_order_whose_currency_is_gone_is_counted_once() -> None:
    def order(n: int, currency: str, amount: str | None) -> ShowOrder:
        told = None if amount is None else Decimal(amount)
        return ShowOrder(Platform.WOOCOMMERCE, str(n), str(n), 1, told, currency, "completed", "", unknown="gone")

    orders = (order(1, "CAD", "10"), order(2, "USD", "7"), order(3, "", None))
    sums = Refunds("x", "x", NOW, NOW, orders, shops=(Platform.WOOCOMMERCE,)).sums()
    assert [(one.currency, one.orders, one.amount) for one in sums] == [
        ("CAD", 1, 10), ("USD", 1, 7), ("", 1, None),
    ]  # fmt: skip
    (one,) = Refunds("x", "x", NOW, NOW, (orders[0], orders[2]), shops=(Platform.WOOCOMMERCE,)).sums()
    assert (one.currency, one.orders, one.amount, one.told) == ("CAD", 2, None, 10)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"status": "Attending"}, "valid"),
        ({"status": "Checked In"}, "valid"),
        ({"status": "Unpaid"}, "valid, unpaid"),
        ({"status": "Not Attending"}, "given up"),
        ({"status": " not_attending"}, "given up"),
        ({"status": "Deleted"}, "given up"),
        ({"status": "Transferred"}, "given up"),
        ({"status": "Attending", "cancelled": True}, "given up"),
        ({"status": "Attending", "refunded": True}, ""),
        ({"status": "Not Attending", "refunded": True}, ""),
    ],
)
def test_who_has_a_place_at_eventbrite_and_whose_money_may_not_have_gone_back(told: dict[str, Any], state: str) -> None:
    place = BoughtPlace("1", "2", "3", Decimal(10), "CAD", **told)
    named = {"valid": place.is_valid, "given up": place.is_given_up, "unpaid": place.is_unpaid}
    assert ", ".join(name for name, holds in named.items() if holds) == state


def test_no_error_that_quotes_a_record_tells_a_name() -> None:
    person = Person("Greta Holm", "greta@example.com")
    records = [
        person,
        BoughtPlace("1", "2", "3", None, "CAD", person=person),
        Guest("Greta Holm", 2, "9", Platform.EVENTBRITE, "eb:1:2"),
        HeldOrder(Platform.WOOCOMMERCE, "9", 2, "on-hold", "wc:1", "Greta Holm"),
        OrderRecord(9, buyer=person, people={1: person}),
    ]
    assert not [one for one in records if "greta" in repr(one).lower() or "greta" in f"{ValueError(one)}".lower()]


def test_a_report_in_yen_is_shared_among_shows_in_whole_yen() -> None:
    told = SalesReport("JPY", Decimal(1000), Decimal(900), Decimal(100))
    found = of_event(told, {"one": 1, "two": 2}, "")
    assert [figures.gross for figures in found.values()] == [333, 667]
    assert [figures.net for figures in found.values()] == [300, 600]
