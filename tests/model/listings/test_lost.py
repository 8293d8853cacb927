"""What cannot be read now keeps its place with what its tickets tell."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.catalogue import MetaRow, Product, Site
from brcc_tui.model.counting import SnapshotRows, TicketRow, count
from brcc_tui.model.counts import STOCK, CellCount, Counts, Orphan, ProductCount, with_known
from brcc_tui.model.failure import DATES_TO_FOLLOW
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listings.from_catalogue import cells_to_count, product_listings
from brcc_tui.model.listings.lost import (
    BEFORE_DATES,
    NO_EVENT,
    PRODUCT_GONE,
    as_unread,
    is_taken,
    known_cells,
    with_lost,
)
from brcc_tui.model.offer import OfferRule, Status
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pairing import Pairings
from brcc_tui.model.shows.show import Room
from brcc_tui.model.shows.venue_rules import VenueRules

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
SITE = Site("F j, Y", "g:i a", "America/Toronto")
RULES = VenueRules({"main": Room("main", 55)})
DATES = {"dateone": "November 27, 2026", "datetwo": "December 04, 2026", "over": "November 02, 2026"}
DATES["date one"] = DATES["dateone"]


def bookings(*dates: str, text: str | None = None) -> Product:
    slot = {"label": "8pm Show", "hour": "08", "minute": "00", "period": "p.m.", "add_time": "enabled"}
    days = {date: {"date": DATES[date], "stock": 20} for date in dates}
    meta = {
        "WooCommerceEventsEvent": "Event",
        "WooCommerceEventsType": "bookings",
        "fooevents_bookings_options_serialized": text
        if text is not None
        else json.dumps({"s": {**slot, "add_date": days}}),
    }
    rows = tuple(MetaRow(n, key, value) for n, (key, value) in enumerate(meta.items()))
    return Product(10, "Gala", "publish", "simple", False, None, "instock", rows)


def with_leftover(*dates: str, of: str) -> Product:
    """Dates, and what FooEvents leaves where an order of a deleted one is cancelled: a stock without a date."""
    text = str(bookings(*dates).meta[-1].value)
    return bookings(text=text.replace('"add_date": {', f'"add_date": {{"{of}": {{"stock": 1}}, '))


def counted(**sold: int) -> ProductCount:
    return ProductCount(sum(sold.values()), cells={("s", date): CellCount(n) for date, n in sold.items()})


def listed(product: Product, count: ProductCount | None) -> dict[str, Listing]:
    counts = None if count is None else Counts(NOW, {10: count})
    return {x.id: x for x in product_listings(product, SITE, NOW, counts, "database: silent").listings}


BROKEN = {"cut off": '{"s":{"label":"8pm', "a list": "[1", "a number": "5", "emptied": "[]"}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_dates_of_broken_options_keep_their_places(text: str) -> None:
    before = bookings("dateone", "datetwo", "over")
    now = with_lost(bookings(text=text), before, counted(dateone=12, datetwo=0))
    found = listed(now, counted(dateone=12, datetwo=0))
    assert found.keys() == {"wc:10:s:dateone", "wc:10:s:datetwo"}, "nobody misses what is over"
    one = found["wc:10:s:dateone"]
    assert Flag.LOST in one.flags
    assert not one.writable
    assert (one.reading.sold, set(one.reading.unknowns())) == (12, {"capacity", "remaining"})
    assert (one.offer.rule, one.starts_at) == (OfferRule.LOST, listed(before, None)["wc:10:s:dateone"].starts_at)
    assert "WordPress" in (one.read_only_reason or "")


@given(st.sets(st.sampled_from(["dateone", "datetwo"])), st.integers(0, 9), st.integers(0, 9))
def test_a_deleted_date_stays_while_people_have_its_places(left: set[str], one: int, two: int) -> None:
    left = left | {"over"}
    before, count = bookings("dateone", "datetwo", "over"), counted(dateone=one, datetwo=two, over=3)
    now = with_lost(bookings(*sorted(left)), before, count)
    lost = {id_.rpartition(":")[2]: x for id_, x in listed(now, count).items() if Flag.LOST in x.flags}
    taken = {"dateone": one, "datetwo": two}
    assert {date: x.reading.sold for date, x in lost.items()} == {d: n for d, n in taken.items() if n and d not in left}
    again = with_lost(bookings(*sorted(left)), now, count)
    assert again.gone == now.gone, "it is remembered from one reading to the next"
    back = with_lost(before, now, count)
    assert not any(Flag.LOST in x.flags for x in listed(back, count).values()), "until it is there again"


@pytest.mark.parametrize("had", [("dateone",), ("dateone", "date one")], ids=["an import's typing", "a date it had"])
def test_a_ticket_whose_date_is_no_id_may_be_one_of_its_day_at_every_look(had: tuple[str, ...]) -> None:
    """No listing can have such an id: taken for one of the dates that are lost, its place would be nobody's."""
    ticket = TicketRow(1, True, 10, slot_id="s", date_id="date one", date_text=DATES["dateone"], to_come=True)
    before = bookings(*had)
    for look in range(3):
        seen = count(with_known(cells_to_count([bookings("dateone")]), known_cells([before])), SnapshotRows((ticket,)))
        before = with_lost(bookings("dateone"), before, seen[10])
        again = count(cells_to_count([before]), SnapshotRows((ticket,)))[10]
        for found in (seen[10], again):
            sold = listed(before, found)["wc:10:s:dateone"].reading.sold
            assert isinstance(sold, Unknown), f"at look {look}"


def test_a_deleted_date_stays_lost_when_a_cancelled_order_of_it_gives_its_place_back() -> None:
    before, count = bookings("dateone", "datetwo"), counted(dateone=11, datetwo=1)
    start = listed(before, count)["wc:10:s:dateone"].starts_at
    now = with_lost(with_leftover("datetwo", of="dateone"), before, count)
    for product in (now, with_lost(with_leftover("datetwo", of="dateone"), now, count)):
        counts = Counts(NOW, {10: count})
        made = product_listings(product, SITE, NOW, counts).listings
        assert [listing.id for listing in made] == ["wc:10:s:datetwo", "wc:10:s:dateone"], "and each of them once"
        assert (Flag.LOST in made[1].flags, made[1].reading.sold, made[1].starts_at) == (True, 11, start)


def test_tickets_tell_of_the_date_of_a_leftover_that_nobody_knew() -> None:
    orphan = Orphan("8pm Show (08:00 p.m.)", "November 27, 2026", "s", "dateone", sold=4)
    count = ProductCount(5, cells={("s", "datetwo"): CellCount(1)}, orphans=(orphan,))
    lost = listed(with_lost(with_leftover("datetwo", of="dateone"), None, count), count)["wc:10:s:dateone"]
    assert (Flag.LOST in lost.flags, lost.reading.sold, str(lost.date)) == (True, 4, "2026-11-27")


def test_a_leftover_that_nobody_has_a_place_of_is_no_date() -> None:
    count = counted(datetwo=1)
    now = with_lost(with_leftover("datetwo", of="dateone"), bookings("dateone", "datetwo"), replace(count))
    assert now.gone == ()
    (asked,) = cells_to_count((now,))
    assert (asked.cells.keys(), asked.leftovers) == ({("s", "datetwo")}, {("s", "dateone")})


def test_a_leftover_of_no_date_at_all_takes_no_tickets() -> None:
    """What the cancelled order of an event without dates leaves; tickets that name no date are not of it."""
    junk = str(bookings("datetwo").meta[-1].value)[:-1] + ', "": {"add_date": {"": {"stock": 1}}}}'
    (asked,) = cells_to_count((bookings(text=junk),))
    assert (asked.cells.keys(), asked.leftovers) == ({("s", "datetwo")}, frozenset())


def test_the_day_of_what_is_lost_is_read_without_the_sites_format_too() -> None:
    count = counted(dateone=4, datetwo=2)
    now = with_lost(bookings("over"), bookings("dateone", "datetwo", "over"), count)
    made = product_listings(now, None, NOW, Counts(NOW, {10: count})).listings
    assert {str(each.date) for each in made if Flag.LOST in each.flags} == {"2026-11-27", "2026-12-04"}


def test_tickets_of_a_date_whose_id_cannot_be_typed_do_not_hide_the_others() -> None:
    named = Orphan("8pm Show (08:00 p.m.)", "November 27, 2026", "gone", "day", sold=4)
    count = ProductCount(5, orphans=(named, replace(named, date_id="a day", sold=1)))
    assert listed(with_lost(bookings(text="{"), None, count), count).keys() == {"wc:10:gone:day"}


def test_without_a_count_nobody_knows_whether_a_deleted_date_has_places() -> None:
    now = with_lost(bookings("datetwo"), bookings("dateone", "datetwo"), None)
    lost = listed(now, None)["wc:10:s:dateone"]
    assert (Flag.LOST in lost.flags, isinstance(lost.reading.sold, Unknown)) == (True, True)


def test_tickets_alone_tell_of_dates_that_nobody_knew() -> None:
    orphan = Orphan("8pm Show (08:00 p.m.)", "November 27, 2026", "gone", "day", sold=4)
    count = ProductCount(4, orphans=(orphan, replace(orphan, slot_id="", date_id="")))
    (lost,) = listed(with_lost(bookings(text="{"), None, count), count).values()
    assert lost.id == "wc:10:gone:day"
    assert lost.starts_at == dt.datetime(2026, 11, 27, 20, tzinfo=ZoneInfo("America/Toronto"))
    assert lost.reading.sold == 4


@pytest.mark.parametrize("text", [None, *BROKEN.values()], ids=["the date alone", *BROKEN])
def test_what_tickets_tell_of_a_date_is_sold_and_held_of_it_at_once(text: str | None) -> None:
    """At a first refresh nobody has asked for its places: they were found beside those that were."""
    tonight = Orphan("8pm Show (08:00 p.m.)", "November 22, 2026", "s", "tonight", sold=4)
    held = Orphan("", "", "s", "tonight", sold=0, held=2)
    count = ProductCount(5, cells={("s", "dateone"): CellCount(1)}, orphans=(tonight, held))
    product = with_lost(bookings("dateone", text=text), None, count)
    lost = listed(product, count)["wc:10:s:tonight"]
    assert (lost.reading.sold, lost.reading.held, Flag.LOST in lost.flags) == (4, 2, True)
    (show,) = (
        show
        for show in group_shows([lost], RULES, Pairings(), ZoneInfo("America/Toronto")).shows
        if show.id == "2026-11-22T20:00@main"
    )
    assert (show.sold, show.held, show.free_at_most, show.lost[0].sold) == (4, 2, 49, 4)


def test_of_a_product_that_is_listed_no_more_the_taken_dates_stay() -> None:
    gone = replace(bookings("dateone", "datetwo"), lost=PRODUCT_GONE)
    assert listed(gone, counted(dateone=3, datetwo=0)).keys() == {"wc:10:s:dateone"}
    assert product_listings(gone, SITE, NOW, Counts(NOW, {10: counted()})).failed == ()


def test_of_a_product_that_is_listed_no_more_its_orphans_alone_are_reason_enough() -> None:
    """All its dates had been taken out before: what people have of it hangs on none that it knows."""
    count = ProductCount(0, orphans=(Orphan("8pm Show", "November 27, 2026", "s", "tonight", sold=0, held=2),))
    assert is_taken(count)
    assert not is_taken(counted(dateone=0))


@pytest.mark.parametrize(
    "count",
    [
        ProductCount(1),
        ProductCount(0, 1),
        ProductCount(cells={("s", "dateone"): CellCount(1)}),
        ProductCount(cells={("s", "dateone"): CellCount(0, 1)}),
        ProductCount(variations={701: CellCount(0, 1)}),
        None,
    ],
)
def test_what_is_in_the_trash_is_missed_where_anybody_may_have_a_place_of_it(count: ProductCount | None) -> None:
    trashed = replace(bookings("dateone"), status="trash")
    assert with_lost(trashed, None, count).lost == PRODUCT_GONE
    assert with_lost(trashed, None, ProductCount()).lost is None


def test_a_product_whose_dates_are_to_follow_misses_nobody() -> None:
    made = product_listings(with_lost(bookings(text="[]"), None, counted()), SITE, NOW, None)
    assert [failure.reason for failure in made.failed] == [DATES_TO_FOLLOW]


@pytest.mark.parametrize("why", [PRODUCT_GONE, NO_EVENT])
def test_what_is_over_of_a_product_that_was_taken_out_was_sold_and_tells_no_other_number(why: str) -> None:
    was = replace(single("November 02, 2026"), lost=why)
    for sold, wanted in ((9, [9]), (0, [])):
        made = product_listings(was, SITE, NOW, Counts(NOW, {10: ProductCount(sold)}))
        assert ([each.reading.sold for each in made.listings], made.failed) == (wanted, ())
        for over in made.listings:
            assert (over.status, over.flags, over.writable) == (Status.ENDED, {Flag.PAST}, False)
            assert set(over.reading.unknowns()) == {"capacity", "remaining"}
    assert listed(replace(bookings("over"), lost=why), counted(over=9)) == {}, "its tickets tell a date themselves"


@pytest.mark.parametrize(("held", "lost"), [(2, True), (0, False)])
def test_a_deleted_date_stays_while_somebody_is_about_to_pay_for_its_places(held: int, lost: bool) -> None:
    count = ProductCount(0, cells={("s", "dateone"): CellCount(0, held), ("s", "datetwo"): CellCount(0)})
    now = with_lost(bookings("datetwo"), bookings("dateone", "datetwo"), count)
    assert ("wc:10:s:dateone" in listed(now, count)) is lost


def test_what_is_lost_of_a_show_leaves_its_sums_unknown() -> None:
    now = with_lost(bookings("datetwo"), bookings("dateone", "datetwo"), counted(dateone=12))
    (show, whole) = group_shows(listed(now, counted(dateone=12, datetwo=1)).values(), RULES, Pairings(), dt.UTC).shows
    assert (show.sold, show.on_offer, [x.sold for x in show.lost]) == (12, 0, [12])
    assert all(isinstance(part, Unknown) for part in (show.remaining, show.free, show.exposure))
    assert "put it back" in show.unknown["remaining"]
    assert (whole.lost, whole.remaining) == ((), 20)


def test_sales_that_have_ended_stay_so_while_the_number_cannot_be_read() -> None:
    """Its night is still to come: nobody should be told that they may sell on for all that is known."""
    open_ = listed(bookings("dateone"), counted(dateone=12))["wc:10:s:dateone"]
    flags = open_.flags | {Flag.SALES_ENDED, Flag.AT_ZERO}
    ended = replace(open_, flags=flags, terms=replace(open_.terms, stopped=OfferRule.SALES_ENDED))
    unread = as_unread(ended, "HTTP 502")
    assert unread.flags & {Flag.SALES_ENDED, Flag.AT_ZERO} == {Flag.SALES_ENDED}
    assert (unread.status, unread.terms, unread.reading.sold) == (ended.status, ended.terms, 12)


def test_whether_it_is_still_closed_or_limited_is_not_known_while_the_number_cannot_be_read() -> None:
    open_ = listed(bookings("dateone"), counted(dateone=12))["wc:10:s:dateone"]
    closed = replace(open_, status=Status.CLOSED, terms=replace(open_.terms, stopped=OfferRule.CLOSED))
    for event_left, tier_left in ((None, None), (7, None), (None, 5)):
        unread = as_unread(replace(closed, event_left=event_left, tier_left=tier_left), "HTTP 502")
        assert (unread.status, unread.offer.value) == (Status.UNKNOWN, Unknown("HTTP 502"))
        limits = (event_left, unread.event_left), (tier_left, unread.tier_left)
        assert all(now == (None if before is None else Unknown("HTTP 502")) for before, now in limits)


def test_what_was_known_is_counted_again() -> None:
    now = with_lost(bookings("datetwo"), bookings("dateone", "datetwo"), counted(dateone=12))
    (asked,) = known_cells([now])
    assert asked.cells.keys() == {("s", "dateone"), ("s", "datetwo")}


@pytest.mark.parametrize("text", [None, BROKEN["cut off"]], ids=["it has others", "none can be read"])
def test_what_lost_a_date_sells_dates_all_the_same(text: str | None) -> None:
    lost = with_lost(bookings("datetwo"), bookings("dateone", "datetwo"), counted(dateone=12)).gone
    product = replace(bookings("datetwo", text=text), gone=lost)
    counted_so = (*known_cells([product]), *cells_to_count((product,)))
    assert [(each.one_stock, each.sells_dates) for each in counted_so] == [(False, True)] * 2


def as_single(product: Product) -> Product:
    rows = product.meta
    return replace(
        product, meta=tuple(replace(row, value="single") if row.key.endswith("Type") else row for row in rows)
    )


@pytest.mark.parametrize("known", [True, False], ids=["known", "first look"])
def test_dates_in_options_out_of_use_are_lost_while_people_have_places_of_them(known: bool) -> None:
    was, count = bookings("dateone", "datetwo"), counted(dateone=12, datetwo=0)
    now = with_lost(as_single(was), was if known else None, count)
    lost = {id_: x for id_, x in listed(now, count).items() if Flag.LOST in x.flags}
    assert {id_: x.reading.sold for id_, x in lost.items()} == {"wc:10:s:dateone": 12}
    assert lost["wc:10:s:dateone"].starts_at == listed(was, count)["wc:10:s:dateone"].starts_at
    assert with_lost(as_single(was), None, None).gone == (), "while the database is silent"


def test_a_single_event_whose_tickets_tell_dates_that_no_text_has_loses_these() -> None:
    orphan = Orphan("8pm Show (08:00 p.m.)", "November 27, 2026", "s", "tonight", sold=3)
    count = ProductCount(2, orphans=(orphan,))
    found = listed(with_lost(as_single(bookings(text="")), None, count), count)
    assert {id_: (x.reading.sold, Flag.LOST in x.flags) for id_, x in found.items()} == {
        "wc:10": (2, False),
        "wc:10:s:tonight": (3, True),
    }


def test_what_an_earlier_program_wrote_of_an_event_is_no_date_that_it_had() -> None:
    text = str(bookings("dateone").meta[-1].value).replace('"s"', '"event_10"').replace('"dateone"', '"date_10"')
    (asked,) = cells_to_count((as_single(bookings(text=text)),))
    assert asked.cells == {}


def test_what_had_dates_before_sells_one_stock_beside_those_that_are_lost() -> None:
    was = bookings("dateone")
    now = with_lost(as_single(was), was, counted(dateone=12))
    (asked,) = known_cells([now])
    assert (asked.cells.keys(), asked.one_stock) == ({("s", "dateone")}, True)
    for gone in (now.gone, ()):
        assert with_known(cells_to_count((replace(now, gone=gone),)), [asked]) == (replace(asked, had_stock=False),)
    assert [each.one_stock for each in known_cells([was])] == [False]


@pytest.mark.parametrize("type", ["", "single"])
def test_a_date_that_its_product_has_and_does_not_sell_is_not_said_to_be_taken_out(type: str) -> None:
    was, made, found = bookings("dateone", "datetwo"), bookings("dateone"), counted(dateone=12, datetwo=1)
    rows = (replace(row, value=type) if row.key == "WooCommerceEventsType" else row for row in made.meta)
    now = with_lost(replace(made, meta=tuple(rows)), was, found)
    reasons = {id_: each.read_only_reason or "" for id_, each in listed(now, found).items()}
    assert "choose Bookable in WordPress" in reasons["wc:10:s:dateone"]
    assert "taken out of the product" in reasons["wc:10:s:datetwo"]


def single(day: str) -> Product:
    told = {"WooCommerceEventsType": "single", "WooCommerceEventsDate": day, "WooCommerceEventsHour": "20"}
    meta = {"WooCommerceEventsEvent": "Event", **told, "WooCommerceEventsMinutes": "00"}
    return replace(bookings(), meta=tuple(MetaRow(n, *row) for n, row in enumerate(meta.items())))


def test_what_was_sold_before_there_were_dates_is_lost_until_its_tickets_name_one() -> None:
    """Staff made a product with dates of a single event: its guests' tickets name none of them."""
    was, made = single("November 27, 2026"), bookings("datetwo")
    count = ProductCount(12, cells={STOCK: CellCount(12), ("s", "datetwo"): CellCount(1)})
    now = with_lost(made, was, count)
    rows = listed(now, count)
    lost = rows["wc:10"]
    assert (rows.keys(), rows["wc:10:s:datetwo"].reading.sold) == ({"wc:10", "wc:10:s:datetwo"}, 1)
    assert (lost.reading.sold, lost.starts_at) == (12, dt.datetime(2026, 11, 28, 1, tzinfo=dt.UTC))
    assert (Flag.LOST in lost.flags, lost.read_only_reason, lost.slot) == (True, BEFORE_DATES, None)
    assert with_lost(made, now, count).gone == now.gone != ()
    assert with_lost(made, now, ProductCount(1, cells={STOCK: CellCount(0)})).gone == ()
    assert listed(with_lost(made, single("November 02, 2026"), count), count).keys() == {"wc:10:s:datetwo"}
    assert with_lost(made, bookings(text=BROKEN["cut off"]), None).gone == (), "that had dates, which nobody could read"


def test_the_day_of_what_was_sold_before_there_were_dates_is_told_in_either_of_two_fields() -> None:
    was = single("")
    was = replace(was, meta=(*was.meta, MetaRow(9, "WooCommerceEventsDateMySQLFormat", "2026-11-27 00:00:00")))
    count = ProductCount(12, cells={STOCK: CellCount(12)})
    assert str(listed(with_lost(bookings("datetwo"), was, count), count)["wc:10"].date) == "2026-11-27"


def test_a_stock_of_its_own_counts_what_was_sold_before_there_were_dates() -> None:
    count = ProductCount(12, cells={STOCK: CellCount(12)})
    now = with_lost(bookings("datetwo"), single("November 27, 2026"), count)
    hybrid = replace(bookings("datetwo"), manage_stock=True, stock_quantity=9)
    assert with_lost(hybrid, now, count).gone == with_lost(single("November 27, 2026"), now, count).gone == ()
    (asked,) = known_cells([now])
    assert asked.needs_all_tickets
    (back,) = with_known(cells_to_count((single("November 27, 2026"),)), [asked])
    assert (back.cells.keys(), back.sells_dates) == ({("s", "datetwo")}, False)


def test_what_was_no_event_yet_tells_nothing_of_options_that_broke_since() -> None:
    """It was made one, with dates, and broke before anybody looked: its tickets are told all the same."""
    broken = bookings(text=BROKEN["cut off"])
    before = replace(broken, meta=(MetaRow(0, "WooCommerceEventsEvent", "NotEvent"),))
    told = Orphan("8pm Show (08:00 p.m.)", "November 27, 2026", "s", "dateone", sold=3)
    count = ProductCount(3, orphans=(told,))
    (lost,) = [x for x in listed(with_lost(broken, before, count), count).values() if x.starts_at is not None]
    assert (Flag.LOST in lost.flags, lost.reading.sold) == (True, 3)
    assert with_lost(broken, before, count).meta == broken.meta
