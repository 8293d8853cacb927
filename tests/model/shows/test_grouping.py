"""Shows: grouping, sums with unknown parts, flags, people's rules."""

from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import Quantity, Unknown
from brcc_tui.model.reading import Reading, Source
from brcc_tui.model.shows.contradiction import contradiction
from brcc_tui.model.shows.grouping import Programme, group_shows, sum_up, sure_parts
from brcc_tui.model.shows.pair_finding import find_pairings
from brcc_tui.model.shows.pairing import Doubt, Pairings
from brcc_tui.model.shows.show import Pairing, PairingState, Room, ShowFlag
from brcc_tui.model.shows.venue_rules import Moved, VenueRules

TORONTO = ZoneInfo("America/Toronto")
FRIDAY = dt.datetime(2026, 11, 27, 20, 0, tzinfo=TORONTO)
RULES = VenueRules({"main": Room("main", 55)})


def listing(
    id: str,
    *,
    title: str = "Friday Night Comedy",
    slot: str | None = None,
    start: dt.datetime | None = FRIDAY,
    sold: Quantity = 0,
    held: Quantity = 0,
    remaining: Quantity = 0,
    group: str | None = None,
    flags: frozenset[Flag] = frozenset(),
    event_left: Quantity | None = None,
) -> Listing:
    platform = Platform.EVENTBRITE if id.startswith("eb:") else Platform.WOOCOMMERCE
    return Listing(
        id=id,
        platform=platform,
        title=title,
        slot=slot,
        starts_at=start,
        stock_method=StockMethod.BOOKING_STOCK,
        status=Status.ON_SALE,
        reading=Reading(Unknown("n/a"), sold, held, remaining, FRIDAY, Source.LIVE),
        group=group or ":".join(id.split(":")[:3]),
        flags=flags,
        event_left=event_left,
    )


def grouped(*listings: Listing, rules: VenueRules = RULES, pairings: Pairings | None = None) -> Programme:
    return group_shows(listings, rules, pairings or Pairings(), TORONTO)


def test_both_shops_at_one_start_are_one_show_with_its_sums() -> None:
    eb = listing("eb:1:2", sold=24, held=Unknown("not_read"), remaining=7)
    shop = listing("wc:4061:slot:date", slot="8pm Show", sold=22, held=2, remaining=7)
    [show] = grouped(eb, shop).shows
    assert (show.id, show.sold, show.held, show.remaining, show.free) == ("2026-11-27T20:00@main", 46, 2, 14, 7)
    assert show.exposure == 7
    assert show.unknown == {"held": "not_read"}
    assert show.flags == {ShowFlag.CAN_OVERSELL, ShowFlag.UNCONFIRMED_PAIRING}
    assert all(each.show == show.id for each in show.listings)


def test_an_unknown_part_makes_the_sums_unknown_and_says_why() -> None:
    [show] = grouped(listing("eb:1:2", sold=3, remaining=9), listing("wc:1:s:d", sold=Unknown("DB error"))).shows
    assert show.sold == Unknown("DB error")
    assert show.exposure == Unknown("DB error")
    assert show.free == Unknown("DB error")
    assert show.unknown["sold"] == "DB error"
    assert ShowFlag.OVERSOLD not in show.flags


def test_what_nobody_knows_of_one_listing_does_not_hide_that_the_others_have_too_many() -> None:
    silent = listing("wc:1:s:d", sold=Unknown("DB error"), held=Unknown("DB error"), remaining=Unknown("DB error"))
    for sold, held in ((57, 0), (54, 3)):
        [show] = grouped(listing("eb:1:2", sold=sold, held=held, remaining=3), silent).shows
        assert (show.free, show.exposure) == (Unknown("DB error"), Unknown("DB error"))
        assert (show.free_at_most, show.exposed) == (-2, 5), "places in a checkout are taken, too"
        assert {ShowFlag.OVERSOLD, ShowFlag.CAN_OVERSELL} <= show.flags


def test_what_is_on_offer_for_certain_is_an_alarm_beside_an_offer_that_nobody_knows() -> None:
    hidden = listing("eb:1:3", remaining=Unknown("a list does not give it"))
    shop = listing("wc:1:s:d", sold=20, held=1, remaining=20)
    [show] = grouped(listing("eb:1:2", sold=10, remaining=9), hidden, shop).shows
    assert show.remaining == show.exposure == Unknown("a list does not give it")
    assert (show.free, show.exposed) == (24, 5)
    assert ShowFlag.CAN_OVERSELL in show.flags


def test_a_listing_that_is_lost_leaves_the_alarm_of_what_its_tickets_tell() -> None:
    lost = listing("wc:1:s:d", sold=30, remaining=Unknown("the date was deleted"), flags=frozenset({Flag.LOST}))
    [show] = grouped(listing("eb:1:2", sold=10, remaining=16), lost).shows
    assert isinstance(show.free, Unknown)
    assert (show.free_at_most, show.exposed) == (15, 1)
    assert ShowFlag.CAN_OVERSELL in show.flags
    [fits] = grouped(listing("eb:1:2", sold=10, remaining=15), lost).shows
    assert ShowFlag.CAN_OVERSELL not in fits.flags


def test_the_same_instant_in_another_zone_is_the_same_show() -> None:
    utc = listing("eb:1:2", start=FRIDAY.astimezone(dt.UTC))
    assert [show.id for show in grouped(utc, listing("wc:1:s:d")).shows] == ["2026-11-27T20:00@main"]


def test_classes_of_one_event_offer_no_more_than_the_event_has_left() -> None:
    classes = [listing(f"eb:1:{n}", remaining=20, group="eb:s", event_left=25) for n in (1, 2)]
    [show] = grouped(*classes).shows
    assert show.remaining == 25


def test_places_in_checkout_of_an_event_count_once_over_its_classes() -> None:
    classes = [listing(f"eb:1:{n}", sold=10, held=3, remaining=7, group="eb:s") for n in (1, 2)]
    [show] = grouped(*classes).shows
    assert (show.sold, show.held, show.free) == (20, 3, 32)
    assert show.remaining == 17  # each class was read as if it had all three


def test_classes_that_nobody_can_buy_are_not_on_offer() -> None:
    hidden = dataclasses.replace(listing("eb:1:2", remaining=20), status=Status.HIDDEN)
    [show] = grouped(listing("eb:1:1", sold=1, remaining=20), hidden).shows
    assert (show.remaining, show.exposure) == (20, -34)


def test_a_negative_stock_does_not_hide_what_another_listing_offers() -> None:
    [show] = grouped(listing("eb:1:2", remaining=-3), listing("wc:1:s:d", remaining=5)).shows
    assert show.remaining == 5


def test_drinks_donations_and_listings_without_a_start_stand_apart() -> None:
    drink = listing("wc:11192:slot:date", title="Free Drink")
    rules = VenueRules(RULES.rooms, is_seat={"wc:11192:slot": False})
    result = grouped(
        drink, listing("eb:1:9", flags=frozenset({Flag.DONATION})), listing("wc:7", start=None), rules=rules
    )
    assert result.shows == ()
    assert {each.id for each in result.unpaired} == {"wc:11192:slot:date", "eb:1:9", "wc:7"}


@pytest.mark.parametrize("said", [{}, {"eb:77": True}], ids=["nothing said", "its dates are seats"])
def test_a_series_as_a_whole_is_no_show_beside_its_first_date(said: dict[str, bool]) -> None:
    parent = listing("eb:77:1", group="eb:77", sold=249, flags=frozenset({Flag.SERIES_PARENT}))
    date = listing("eb:1:2", group="eb:77", sold=12, remaining=43)
    result = grouped(parent, date, rules=VenueRules(RULES.rooms, is_seat=said))
    assert [(show.sold, show.exposure) for show in result.shows] == [(12, 0)]
    assert [each.id for each in result.unpaired] == ["eb:77:1"]


def test_an_exception_for_one_date_wins_over_its_groups_rule() -> None:
    rules = VenueRules(RULES.rooms, is_seat={"wc:1:s": False, "wc:1:s:d": True})
    assert len(grouped(listing("wc:1:s:d"), rules=rules).shows) == 1


def test_another_room_makes_two_shows_of_one_start() -> None:
    rules = VenueRules({**RULES.rooms, "upstairs": Room("upstairs", 20)}, room_of={"eb:s": "upstairs"})
    shows = grouped(listing("eb:1:2", group="eb:s"), listing("wc:1:s:d"), rules=rules).shows
    assert {(show.room.name, show.room.seats) for show in shows} == {("main", 55), ("upstairs", 20)}


def test_one_confirmation_holds_for_every_date_of_the_groups() -> None:
    rules = VenueRules(RULES.rooms, together=frozenset({frozenset({"eb:s", "wc:1:slot"})}))
    dates = [FRIDAY + dt.timedelta(weeks=n) for n in range(20)]
    pairs = [
        each
        for n, start in enumerate(dates)
        for each in (listing(f"eb:{n}:1", group="eb:s", start=start), listing(f"wc:1:slot:d{n}", start=start))
    ]
    shows = grouped(*pairs, rules=rules).shows
    assert [show.pairing.state for show in shows] == [PairingState.CONFIRMED] * 20


def weekly(
    id: str, title: str, *, count: int = 8, hour: int = 20, slot: str | None = None, group: str
) -> list[Listing]:
    start = FRIDAY.replace(hour=hour)
    return [
        listing(f"{id}{n}" if id.startswith("wc") else f"{id}{n}:1", title=title, slot=slot, group=group,
                start=start + dt.timedelta(weeks=n))
        for n in range(count)
    ]  # fmt: skip


def test_a_show_of_the_shop_alone_is_called_as_what_sells_most_of_it() -> None:
    """A club without Eventbrite, or while that was never read: tonight was called `Free Drink`."""
    drink = listing("wc:11192:slot:date", title="Free Drink", sold=3, remaining=52)
    seats = listing("wc:4061:slot:date", title="Friday Night", sold=22, remaining=7)
    [show] = grouped(drink, seats).shows
    assert show.title == "Friday Night"


@pytest.mark.parametrize("sold", [0, Unknown("database: no answer")], ids=["nobody has a seat yet", "nobody knows"])
def test_where_that_tells_nothing_it_is_called_as_what_costs_most(sold: Quantity) -> None:
    costs = {"A Tombola": None, "Bar Tab": "8,-", "Free Drink": "8.00", "Friday Night": "14.11"}
    listings = (listing(f"wc:{n}:slot:date", title=title, sold=sold) for n, title in enumerate(costs))
    [show] = grouped(*(dataclasses.replace(each, price=costs[each.title]) for each in listings)).shows
    assert show.title == "Friday Night"


def test_titles_that_agree_make_a_pairing_certain_and_a_drink_beside_them_does_not_join() -> None:
    catalogue = [
        *weekly("eb:1", "Laugh Riot Friday @ Backroom Comedy Club", group="eb:riot"),
        *weekly("wc:1:slot:d", "Laugh Riot – Backroom Comedy Club", slot="8pm Show", group="wc:1:slot"),
        *weekly("wc:2:slot:d", "Free Drink at Backroom Comedy Club", slot="8pm Show", group="wc:2:slot"),
        *weekly("eb:3", "Stand-up Sunday @ Backroom Comedy Club", hour=22, group="eb:sunday"),
    ]
    found = find_pairings(catalogue, RULES)
    assert found.verdict("eb:riot", "wc:1:slot").state is PairingState.CERTAIN
    assert found.verdict("eb:riot", "wc:2:slot").state is PairingState.LIKELY
    assert found.verdict("wc:1:slot", "wc:2:slot").state is PairingState.LIKELY


def test_two_equally_good_partners_leave_the_pairing_to_a_person() -> None:
    catalogue = [
        *weekly("eb:1", "Open House", group="eb:open"),
        *weekly("wc:1:slot:d", "Open House", group="wc:1:slot"),
        *weekly("wc:2:slot:d", "Open House", group="wc:2:slot"),
    ]
    assert find_pairings(catalogue, RULES).verdict("eb:open", "wc:1:slot").state is PairingState.LIKELY


@pytest.mark.parametrize(("ours", "theirs"), [(8, 2), (2, 8)])
def test_who_has_few_dates_and_meets_on_each_of_them_is_sure_of_its_partner(ours: int, theirs: int) -> None:
    """The shop has opened the first two nights of a series that Eventbrite has in full, or the other way round."""
    catalogue = [
        *weekly("eb:1", "Laugh Riot Friday", count=ours, group="eb:riot"),
        *weekly("wc:1:slot:d", "Laugh Riot", count=theirs, group="wc:1:slot"),
    ]
    found = find_pairings(catalogue, RULES).verdict("eb:riot", "wc:1:slot")
    assert (found.state, found.reason) == (PairingState.CERTAIN, "same start on 2 of 2 dates, and the titles agree")


def test_what_is_no_seat_is_nobodys_rival() -> None:
    """The drink that is sold under the show's own title leaves the pairing of the seats as sure as it is."""
    drinks = weekly("wc:2:slot:d", "Open House", group="wc:2:slot")
    catalogue = [
        *weekly("eb:1", "Open House", group="eb:open"),
        *weekly("wc:1:slot:d", "Open House", group="wc:1:slot"),
        *(dataclasses.replace(each, flags=frozenset({Flag.NOT_A_SEAT})) for each in drinks),
    ]
    assert find_pairings(catalogue, RULES).verdict("eb:open", "wc:1:slot").state is PairingState.CERTAIN


@pytest.mark.parametrize(("month", "hour"), [(7, 20), (1, 19), (11, 0)])
def test_a_twin_a_little_apart_is_found_on_both_sides_of_midnight(month: int, hour: int) -> None:
    """In Toronto midnight of UTC is 8 pm in summer and 7 pm in winter: the club's own hours."""
    start = FRIDAY.replace(month=month, day=6, hour=hour)
    eb = listing("eb:1:2", title="Ada Quill: Limited Run", start=start)
    shop = listing("wc:5:s:d", title="Ada Quill – Limited Run", start=start - dt.timedelta(minutes=30))
    assert find_pairings([eb, shop], RULES).moved == {"wc:5:s:d": start}


def test_a_twin_half_an_hour_apart_is_proposed_never_certain() -> None:
    late = FRIDAY + dt.timedelta(minutes=30)
    eb = listing("eb:1:2", title="Ada Quill: Limited Run", start=late)
    shop = listing("wc:5:s:d", title="Ada Quill – Limited Run")
    found = find_pairings([eb, shop], RULES)
    assert found.moved == {"wc:5:s:d": late}
    [show] = grouped(eb, shop, pairings=found).shows
    assert show.pairing.state is PairingState.LIKELY
    assert show.starts_at == late


@pytest.mark.parametrize(("minutes", "one_show"), [(45, True), (46, False), (24 * 60, False)])
def test_one_title_further_apart_is_another_show(minutes: int, one_show: bool) -> None:
    """The comedian plays tomorrow, too: tonight's seats are none of tomorrow's."""
    later = FRIDAY + dt.timedelta(minutes=minutes)
    eb = listing("eb:1:2", title="Ada Quill: Limited Run", start=later)
    shop = listing("wc:5:s:d", title="Ada Quill – Limited Run")
    assert find_pairings([eb, shop], RULES).moved == ({"wc:5:s:d": later} if one_show else {})


@pytest.mark.parametrize(
    ("title", "slot", "start", "expected"),
    [
        ("8PM Friday Night", None, FRIDAY.replace(hour=22), "another time"),
        ("Friday Night", "10pm Show", FRIDAY, "another time"),
        ("Monday Laughs", None, FRIDAY, "another day"),
        ("8PM Friday Night", "8:00 p.m. Show", FRIDAY, None),
        ("10 Spam sketches", None, FRIDAY, None),
        ("Friday Late Night", "12:30am Show", FRIDAY.replace(hour=0, minute=30) + dt.timedelta(days=1), None),
        ("Saturday Late Night", None, FRIDAY.replace(hour=0, minute=30) + dt.timedelta(days=1), None),
        ("Friday Breakfast", None, FRIDAY.replace(hour=5) + dt.timedelta(days=1), "another day"),
        ("Saturday Late Night", None, FRIDAY.replace(hour=23, minute=59), "another day"),
    ],
)
def test_words_that_contradict_the_start(
    title: str, slot: str | None, start: dt.datetime, expected: str | None
) -> None:
    found = contradiction(listing("eb:1:2", title=title, slot=slot, start=start))
    assert (expected is None and found is None) or (expected is not None and expected in (found or ""))


SURE = Pairing(PairingState.CERTAIN, "the titles agree")


def test_what_hangs_together_for_sure_is_summed_apart_from_what_may_not_belong() -> None:
    eb = listing("eb:1:2", group="eb:fri", sold=30)
    shop = listing("wc:4061:slot:date", sold=24)
    drink = listing("wc:11192:slot:date", title="Free Drink", sold=3)
    found = Pairings({frozenset(("eb:fri", "wc:4061:slot")): SURE})
    (show,) = grouped(eb, shop, drink, pairings=found).shows
    assert ShowFlag.OVERSOLD in show.flags, "it counts until a person says otherwise"
    room, apart = sure_parts(show)
    assert [x.id for x in room.listings] == ["eb:1:2", "wc:4061:slot:date"]
    assert (room.sold, room.flags & {ShowFlag.OVERSOLD}) == (54, frozenset())
    assert [x.id for x in apart.listings] == ["wc:11192:slot:date"]


def test_the_fullest_part_comes_first_and_keeps_its_alarm() -> None:
    one = listing("wc:1:slot:date", sold=3)
    other = listing("wc:2:slot:date", sold=56)
    (show,) = grouped(one, other).shows
    fullest, _ = sure_parts(show)
    assert fullest.sold == 56
    assert ShowFlag.OVERSOLD in fullest.flags


def test_a_show_of_which_all_is_sure_has_one_part() -> None:
    eb = listing("eb:1:2", group="eb:fri")
    shop = listing("wc:4061:slot:date")
    found = Pairings({frozenset(("eb:fri", "wc:4061:slot")): SURE})
    (show,) = grouped(eb, shop, pairings=found).shows
    assert sure_parts(show) == (show,)
    said = dataclasses.replace(RULES, together=frozenset([frozenset(("eb:fri", "wc:4061:slot"))]))
    (show,) = grouped(eb, shop, rules=said).shows
    assert sure_parts(show) == (show,)


def test_a_date_whose_own_words_speak_against_it_stands_apart() -> None:
    eb = listing("eb:1:2", group="eb:fri", sold=30)
    shop = listing("wc:4061:slot:date", sold=30)
    found = Pairings({frozenset(("eb:fri", "wc:4061:slot")): SURE}, doubts={"eb:1:2": Doubt("says 8PM", single=True)})
    (show,) = grouped(eb, shop, pairings=found).shows
    assert [part.sold for part in sure_parts(show)] == [30, 30]


def test_what_a_person_tied_is_one_part_beside_what_nobody_answered() -> None:
    ids = ("wc:1:slot", "wc:2:slot", "wc:3:slot")
    said = dataclasses.replace(RULES, together=frozenset([frozenset(ids[:2])]))
    (show,) = grouped(*(listing(f"{id_}:date", sold=20) for id_ in ids), rules=said).shows
    assert [part.sold for part in sure_parts(show)] == [40, 20]


def test_what_may_be_no_seat_here_is_a_number_beside_the_sums() -> None:
    night = [listing("eb:1:2", sold=20, remaining=10, group="eb:s"), listing("wc:1:a:b", sold=5, remaining=10)]
    drink = listing("wc:9:a:b", title="Free Drink", sold=3, remaining=40)
    parts = (frozenset({"eb:s", "wc:1:a"}), frozenset({"wc:9:a"}))
    pairing = Pairing(PairingState.LIKELY, "the titles differ", parts)
    show = sum_up("x", FRIDAY, Room("main", 55), [*night, drink], pairing)
    assert (show.on_offer, show.doubtful, show.exposure) == (60, 40, 28 + 60 - 55)
    assert [part.on_offer for part in sure_parts(show)] == [20, 40]
    assert sum_up("x", FRIDAY, Room("main", 55), night, Pairing(PairingState.CERTAIN, "")).doubtful == 0


AWAY = Unknown("database: away")


@pytest.mark.parametrize(("late", "drink", "doubt"), [(AWAY, 3, 40), (0, AWAY, AWAY)], ids=["the fullest", "another"])
def test_while_nobody_knows_what_a_part_has_taken_it_may_be_the_fullest(
    late: Quantity, drink: Quantity, doubt: Quantity
) -> None:
    there = [
        listing("eb:1:2", sold=20, remaining=10, group="eb:s"),
        listing("eb:1:3", sold=late, remaining=10, group="eb:s"),
        listing("wc:9:a:b", title="Free Drink", sold=drink, remaining=40),
    ]
    pairing = Pairing(PairingState.LIKELY, "the titles differ", (frozenset({"eb:s"}), frozenset({"wc:9:a"})))
    assert sum_up("x", FRIDAY, Room("main", 55), there, pairing).doubtful == doubt


def test_of_what_people_said_of_a_nights_seats_the_fewest_hold() -> None:
    """Its own listings' word goes before that of their series; where two of these differ nobody is to stand."""
    eb, shop = listing("eb:1:2", group="eb:s"), listing("wc:1:s:d", group="wc:1:s")
    said = dataclasses.replace(RULES, seats_of={"eb:s": 30, "wc:1:s": 45})
    assert grouped(eb, shop, rules=said).shows[0].room.seats == 30
    said = dataclasses.replace(RULES, seats_of={"eb:s": 30, "wc:1:s:d": 50, "eb:1:2": 40})
    assert grouped(eb, shop, rules=said).shows[0].room.seats == 40


@pytest.mark.parametrize("told", [FRIDAY, FRIDAY + dt.timedelta(days=7)], ids=["as it was", "another since"])
def test_a_start_that_people_said_holds_until_the_shop_tells_another(told: dt.datetime) -> None:
    """Their word was of the date as it stood then: it must not move what the shop has put off."""
    later = FRIDAY + dt.timedelta(minutes=30)
    said = dataclasses.replace(RULES, moved={"wc:5:s:d": Moved(FRIDAY, later)})
    [show] = grouped(listing("wc:5:s:d", start=told), rules=said).shows
    assert show.starts_at == (later if told == FRIDAY else told)
