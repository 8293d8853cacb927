"""A show is over some hours after it began: not at midnight, and whatever the clocks do in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.model.catalogue import CODES_NOT_ASKED, AccessCode, Event, MetaRow, Product, Site, TicketClass
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.listings.from_catalogue import product_listings
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.offer import PLAIN_TERMS, Offer, OfferRule, Status, Terms
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.ending import STILL_SELLING, aged, as_of, day_over_at, is_day_over, is_over

TORONTO = ZoneInfo("America/Toronto")
MINUTE = dt.timedelta(minutes=1)


def at(text: str) -> dt.datetime:
    """A wall time in Toronto; a * stands for the second time that an hour is told."""
    return dt.datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=TORONTO, fold=int(text.endswith("*")))


def kept(status: Status, ends_at: dt.datetime | None = None, terms: Terms = PLAIN_TERMS, left: int = 43) -> Listing:
    """A show of eight o'clock, as it was read that afternoon."""
    reading = Reading(left + 12, 12, 0, left, at("2027-06-01T16:00"), Source.CACHE)
    start = at("2027-06-01T20:00")
    return Listing(
        "eb:1:2", Platform.EVENTBRITE, "Monday", None, start, StockMethod.READ_ONLY, status, reading, "eb:1",
        ends_at=ends_at, terms=terms,
    )  # fmt: skip


MAY_END = Terms(until=at("2027-06-01T19:00"), then=OfferRule.NOT_KNOWN)


@pytest.mark.parametrize(
    ("listing", "now", "status", "offer"),
    [
        (kept(Status.ON_SALE), "2027-06-01T22:59", Status.ON_SALE, 43),
        (kept(Status.ON_SALE), "2027-06-01T23:01", Status.ENDED, 0),
        (kept(Status.ON_SALE, at("2027-06-03T22:00")), "2027-06-02T23:01", Status.ON_SALE, 43),
        (kept(Status.NOT_YET_ON_SALE), "2027-06-02T23:01", Status.ENDED, 0),
        (kept(Status.UNKNOWN, terms=Terms(unknown="nobody knows")), "2027-06-02T23:01", Status.ENDED, 0),
        (kept(Status.SOLD_OUT, terms=MAY_END, left=0), "2027-06-01T19:00", Status.SOLD_OUT, 0),
        (kept(Status.CLOSED, terms=MAY_END), "2027-06-01T19:00", Status.CLOSED, 0),
        (kept(Status.CLOSED), "2027-06-02T23:01", Status.CLOSED, 0),
        (kept(Status.DRAFT), "2027-06-02T23:01", Status.DRAFT, 0),
    ],
)
def test_what_was_kept_of_a_show_does_not_stay_on_sale_for_ever(
    listing: Listing, now: str, status: Status, offer: int
) -> None:
    found = aged(listing, at(now))
    assert (found.status, found.offer.value) == (status, offer)
    assert (Flag.PAST in found.flags) == is_over(at("2027-06-01T20:00"), at(now), listing.ends_at)


def _classes() -> dict[str, Event]:
    """Events of eight o'clock with one ticket class each."""
    start, end = at("2027-06-01T20:00"), at("2027-06-01T22:00")
    plain = TicketClass("2", "1", "Seat", "admission", 55, 55, 12, "AVAILABLE", sales_end=at("2027-06-01T19:30"))
    code = AccessCode(("2",), ends_at=at("2027-06-01T18:30"))

    def event(tickets: TicketClass = plain, **more: object) -> Event:
        made = Event("1", "Monday", start, "America/Toronto", "live", 55, False, (tickets,), ends_at=end)
        return replace(made, **more)  # type: ignore[arg-type]

    hidden, untold = replace(plain, hidden=True), replace(plain, sales_end=None)
    limited = (replace(code, uses_left=3), replace(code, uses_left=4, ends_at=at("2027-06-01T20:30")))
    return {
        "its own end": event(),
        "sold out": event(replace(plain, quantity_sold=55)),
        "no end told": event(untold),
        "no end told, an hour before the end of the event": event(replace(untold, may_end_at=at("2027-06-01T21:00"))),
        "sold for longer than the event lasts": event(replace(plain, sales_end=at("2027-06-05T20:00"))),
        "days": event(replace(plain, sales_end=at("2027-06-03T20:00")), ends_at=at("2027-06-03T22:00")),
        "a code": event(hidden, access_codes=(code,)),
        "codes of which one ends later": event(hidden, access_codes=(code, replace(code, ends_at=None))),
        "codes for so many each": event(hidden, access_codes=limited[:1]),
        "hidden, no code": event(hidden, access_codes=()),
        "hidden, codes unread": event(hidden, codes_unread=CODES_NOT_ASKED),
        "no end of the event told": event(untold, ends_at=None),
        "closed": event(replace(plain, on_sale_status="UNAVAILABLE")),
        "sold on another site, and later": event(
            replace(plain, sales_start=at("2027-06-01T18:10")), sold_elsewhere=True
        ),
        "sold at the door, and later": event(replace(plain, sales_start=at("2027-06-01T18:10"), sold_online=False)),
        "a draft": event(status="draft"),
        "a status nobody knows": event(status="paused"),
    }


def _products() -> dict[str, Product]:
    """Products of eight o'clock, and one of which the hour is not known."""
    expires = {
        f"BookingsExpire{name}": value for name, value in {"PassedDate": "yes", "Value": "1", "Unit": "hour"}.items()
    }
    single = {"Type": "single", "Date": "June 01, 2027", "Hour": "20", "Minutes": "00"}
    stamp = int(at("2027-06-01T18:15").replace(tzinfo=dt.UTC).timestamp())
    days = {"Type": "select", "EndDate": "someday"}
    cell = '{"s":{"label":"Monday","hour":"20","minute":"00","add_date":{"d":{"date":"June 01, 2027","stock":9}}}}'

    def product(texts: Mapping[str, str], options: str = "") -> Product:
        rows = {"WooCommerceEventsEvent": "Event"} | {f"WooCommerceEvents{key}": value for key, value in texts.items()}
        rows |= {META_KEY: options} if options else {}
        meta = tuple(MetaRow(number, key, value) for number, (key, value) in enumerate(rows.items()))
        return Product(
            5, "Monday", "publish", "simple", not options, None if options else 9, "instock", meta, price="9"
        )

    hourless, timeless = cell.replace('"20"', '""').replace('"00"', '""'), single | {"Hour": "", "Minutes": ""}
    return {
        "a date that expires": product({"Type": "bookings"} | expires, cell),
        "a date": product({"Type": "bookings"}, cell),
        "a date without an hour": product({"Type": "bookings"}, hourless),
        "a date without an hour, closed": replace(product({"Type": "bookings"}, hourless), stock_status="outofstock"),
        "an event": product(single),
        "an event with an end of sales": product(single | {"ExpireTimestamp": str(stamp)}),
        "a bundle of which none is left": replace(product(single), type="bundle", stock_quantity=0),
        "an event without a time": product(timeless),
        "an event without a time or a price": replace(product(timeless), unpriced=True),
        "a draft without a time": replace(product(timeless), status="draft"),
        "days of which the last cannot be read": product(single | days),
        "days without an hour of which the last cannot be read": product(timeless | days),
        "days without an hour": product(single | {"Type": "select", "EndDate": "June 02, 2027", "Hour": ""}),
    }


def _read(thing: Event | Product, now: dt.datetime) -> Listing:
    if isinstance(thing, Event):
        return event_listings(thing, now)[0]
    site = Site("F j, Y", "g:i a", "America/Toronto")
    return product_listings(thing, site, now, None, "not counted").listings[0]


@pytest.mark.parametrize("thing", [pytest.param(each, id=name) for name, each in (_classes() | _products()).items()])
def test_what_was_read_before_is_judged_as_if_it_had_been_read_now(thing: Event | Product) -> None:
    known = _read(thing, at("2027-06-01T16:00"))
    hours = ["18:00", "18:20", "18:45", "19:10", "19:45", "20:15", "21:30", "22:30", "23:30"]
    for now in [*(at(f"2027-06-01T{hour}") for hour in hours), at("2027-06-02T12:00"), at("2027-06-04T12:00")]:
        (known,) = as_of((known,), now)
        fresh = _read(thing, now)
        assert known.offer.value == fresh.offer.value or None not in (known.offer.unknown, fresh.offer.unknown), now
        assert (Flag.PAST in known.flags) == (Flag.PAST in fresh.flags), now
        if fresh.offer.value != 0 or fresh.status is Status.ON_SALE:
            assert (known.status, known.flags) == (fresh.status, fresh.flags), now
        else:
            assert known.is_stopped == fresh.is_stopped, now
            assert known.status is not Status.ON_SALE, now


@pytest.mark.parametrize("thing", [pytest.param(each, id=name) for name, each in (_classes() | _products()).items()])
def test_what_was_judged_every_minute_says_what_is_judged_once(thing: Event | Product) -> None:
    """A program that was left running tells the same as one that is begun now."""
    read = running = _read(thing, at("2027-06-01T16:00"))
    for minutes in range(0, 70 * 60, 10):
        now = at("2027-06-01T16:00") + minutes * MINUTE
        running, begun = aged(running, now), aged(read, now)
        assert (running.status, running.flags, running.offer) == (begun.status, begun.flags, begun.offer), now


@pytest.mark.parametrize(
    ("later", "said"),
    [("16:00:00", True), ("16:02:29", True), ("16:02:30", False), ("17:00:00", False), ("15:00:00", False)],
)
@pytest.mark.parametrize("day", ["2027-06-01", "2027-09-01"], ids=["tonight", "in three months"])
def test_who_had_a_product_open_is_not_told_as_having_it_open(later: str, said: bool, day: str) -> None:
    """WordPress forgets an editor that gives no sign of life; and of a time still to come nobody knows."""
    known = replace(kept(Status.ON_SALE), flags=frozenset({Flag.OPEN_IN_EDITOR, Flag.TWO_STOCKS}))
    known = replace(known, starts_at=at(f"{day}T20:00"), date=dt.date.fromisoformat(day))
    for found in (aged(known, at(f"2027-06-01T{later}")), *as_of((known,), at(f"2027-06-01T{later}"))):
        assert found.flags == known.flags - (set() if said else {Flag.OPEN_IN_EDITOR})
        assert (found.status, found.offer) == (known.status, known.offer)


def test_what_was_to_go_on_sale_is_on_sale_once_that_moment_has_come() -> None:
    opens = at("2027-06-01T17:00")
    made = _classes()["its own end"]
    tickets = replace(made.ticket_classes[0], sales_start=opens, hidden_currently=True)
    known = _read(replace(made, ticket_classes=(tickets,)), at("2027-06-01T16:00"))
    assert (known.status, known.offer.value) == (Status.NOT_YET_ON_SALE, 43)
    found = aged(known, opens)
    assert (found.status, found.offer) == (Status.ON_SALE, Offer(43, OfferRule.CAPACITY))


@pytest.mark.parametrize(
    ("known", "offer"),
    [
        (kept(Status.ON_SALE, terms=Terms(until=at("2027-06-01T17:00"))), 0),
        (kept(Status.NOT_YET_ON_SALE, terms=Terms(since=at("2027-06-01T17:00"))), 43),
    ],
    ids=["its sales have ended", "its sales have begun"],
)
def test_of_a_show_of_other_weeks_the_sales_begin_and_end_all_the_same(known: Listing, offer: int) -> None:
    """Where thousands are judged at once, too, most of which are left as they were."""
    known, now = replace(known, starts_at=at("2027-06-20T20:00")), at("2027-06-01T17:00")
    (found,) = as_of((known,), now)
    assert (found, found.offer.value) == (aged(known, now), offer)
    assert found.status is not known.status or found.terms != known.terms


@pytest.mark.parametrize("hour", ["16:00", "19:00", "23:30"])
@pytest.mark.parametrize("flags", [frozenset(), frozenset({Flag.SEVERAL_DAYS})], ids=["one day", "no last day"])
def test_what_is_judged_again_is_the_same_listing(flags: frozenset[Flag], hour: str) -> None:
    """Nothing is to be painted again each minute where nothing has changed."""
    known = replace(kept(Status.ON_SALE, terms=Terms(until=at("2027-06-01T17:00"))), ends_at=None, flags=flags)
    (judged,) = as_of((known,), at(f"2027-06-01T{hour}"))
    (again,) = as_of((judged,), at(f"2027-06-01T{hour}"))
    assert again is judged


def test_a_hidden_class_whose_sales_have_ended_is_sold_by_no_code() -> None:
    by_code = Terms(by_code=True, until=at("2027-06-01T17:00"))
    known = replace(kept(Status.HIDDEN, terms=by_code), flags=frozenset({Flag.HIDDEN_SOLD_BY_CODE}))
    assert aged(known, at("2027-06-01T16:59")).offer == Offer(43, OfferRule.HIDDEN_SOLD_BY_CODE)
    found = aged(known, at("2027-06-01T17:00"))
    assert (found.flags, found.offer) == ({Flag.SALES_ENDED}, Offer(0, OfferRule.SALES_ENDED))


@pytest.mark.parametrize(
    ("start", "still", "over"),
    [
        pytest.param("2027-06-01T20:00", "2027-06-01T23:00", "2027-06-01T23:01", id="an evening"),
        pytest.param("2027-06-01T22:00", "2027-06-02T00:00", "2027-06-02T01:01", id="past midnight"),
        pytest.param("2027-06-01T23:59", "2027-06-02T02:59", "2027-06-02T03:00", id="a minute to midnight"),
        pytest.param("2027-06-02T00:00", "2027-06-02T03:00", "2027-06-02T03:01", id="midnight"),
        pytest.param("2027-12-31T22:00", "2028-01-01T01:00", "2028-01-01T01:01", id="New Year's Eve"),
        pytest.param("2026-10-31T23:00", "2026-11-01T01:00*", "2026-11-01T01:01*", id="an hour is told twice"),
        pytest.param("2026-10-31T23:00", "2026-11-01T01:59", "2026-11-01T02:00", id="the first of the two"),
        pytest.param("2026-11-01T01:30", "2026-11-01T03:30", "2026-11-01T03:31", id="began in the first of the two"),
        pytest.param("2026-11-01T01:30*", "2026-11-01T04:30", "2026-11-01T04:31", id="began in the second"),
        pytest.param("2027-03-13T23:30", "2027-03-14T03:30", "2027-03-14T03:31", id="an hour is left out"),
    ],
)
def test_three_hours_that_passed_end_a_show_and_no_clock(start: str, still: str, over: str) -> None:
    assert not is_over(at(start), at(still))
    assert is_over(at(start), at(over))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Niue"])
def test_it_is_the_same_moment_wherever_the_computer_stands(zone: str) -> None:
    start = at("2027-06-01T22:00")
    end = (start + STILL_SELLING).astimezone(ZoneInfo(zone))
    assert not is_over(start, end)
    assert is_over(start, end + MINUTE)


@pytest.mark.parametrize(("year", "over"), [(1, True), (9999, False)])
def test_the_ends_of_the_calendar_are_no_trouble(year: int, over: bool) -> None:
    edge = dt.datetime(year, 1, 1, tzinfo=TORONTO) if over else dt.datetime(year, 12, 31, 23, 59, tzinfo=TORONTO)
    assert is_over(edge, at("2027-06-01T20:00")) is over


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2027-06-01T23:59", False),
        ("2027-06-02T02:59", False),
        ("2027-06-02T03:00", True),
        ("2027-03-14T03:30", False),
        ("2027-03-14T04:00", True),
        ("2027-11-07T01:59*", False),
        ("2027-11-07T02:00", True),
    ],
)
def test_a_day_without_an_hour_is_over_when_its_last_show_may_be(now: str, over: bool) -> None:
    day = at(now).date() - dt.timedelta(days=now[11:13] < "23")
    assert is_day_over(day, at(now).astimezone(dt.UTC), TORONTO) is over
    over_at = day_over_at(day, TORONTO).astimezone(dt.UTC)
    assert [is_day_over(day, over_at + n * MINUTE, TORONTO) for n in (-1, 1)] == [False, True]


@pytest.mark.parametrize("thing", [pytest.param(each, id=name) for name, each in (_classes() | _products()).items()])
def test_what_a_clock_that_was_ahead_took_for_over_is_not_known_once_it_is_put_back(thing: Event | Product) -> None:
    """What it was before it was called over stands nowhere."""
    told, fresh = _read(thing, at("2027-06-09T16:00")), _read(thing, at("2027-06-01T16:00"))
    for found in (aged(told, at("2027-06-01T16:00")), *as_of((told,), at("2027-06-01T16:00"))):
        assert not found.flags & {Flag.PAST, Flag.SALES_ENDED}
        assert found.status is not Status.ENDED
        assert found.offer.unknown or found.offer.value == fresh.offer.value
    assert aged(told, at("2027-06-09T12:00")).status == told.status, "what is over by now is over all the same"


def test_of_what_has_no_day_at_all_a_clock_that_was_put_back_leaves_nothing_known() -> None:
    """No day tells that it is over all the same."""
    event = replace(_classes()["its own end"], starts_at=None, ends_at=None)
    told = _read(event, at("2027-06-09T16:00"))
    assert (told.status, told.date) == (Status.ENDED, None)
    assert aged(told, at("2027-06-09T16:00")) == told
    found = aged(told, at("2027-06-09T15:59"))
    assert (found.status, Flag.SALES_ENDED in found.flags) == (Status.UNKNOWN, False)
    assert found.offer.unknown


@pytest.mark.parametrize("name", ["a date that expires", "an event with an end of sales"])
def test_what_is_over_is_not_told_besides_that_its_sales_have_ended(name: str) -> None:
    """Whether it was read before its night or after it."""
    before, after = at("2027-06-01T19:45"), at("2027-06-02T12:00")
    known, fresh = _read(_products()[name], before), _read(_products()[name], after)
    assert Flag.SALES_ENDED in known.flags
    for found in (aged(known, after), fresh):
        assert found.flags & {Flag.PAST, Flag.SALES_ENDED} == {Flag.PAST}


def test_what_is_over_by_the_clock_that_was_put_back_too_stays_over() -> None:
    """It was put back by minutes, in the very night."""
    told = _read(_classes()["its own end"], at("2027-06-02T00:30"))
    assert (told.status, Flag.PAST in told.flags) == (Status.ENDED, True)
    assert aged(told, at("2027-06-02T00:10")) == told
    assert aged(told, at("2027-06-01T22:30")).offer.unknown


def test_what_was_never_read_is_judged_by_its_own_time_alone() -> None:
    """Nothing tells by which clock it was called over."""
    unread = replace(kept(Status.ENDED), reading=Reading.unknown("no answer"))
    assert aged(unread, at("2027-06-01T16:00")).status is Status.ENDED
