"""How sure it is that three groups sell one room's seats: by people's word, by titles and starts, or by neither."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.listing import Platform
from brcc_tui.model.shows.belonging import ALONE, ALONE_BY_ONE_LIST, names_of
from brcc_tui.model.shows.grouping import group_shows
from brcc_tui.model.shows.pairing import Doubt, Pairings
from brcc_tui.model.shows.show import Pairing, PairingState
from brcc_tui.model.shows.venue_rules import Moved
from tests.model.shows.test_grouping import FRIDAY, RULES, TORONTO, grouped, listing

A, B, C = "eb:a", "wc:1:s", "wc:2:s"
SURE, ODD = Pairing(PairingState.CERTAIN, "the titles agree"), Pairing(PairingState.LIKELY, "the titles differ")
THERE = (listing("eb:9:1", title="Ada", group=A), listing(f"{B}:d", title="Bo"), listing(f"{C}:d", title="Cy"))
Two = tuple[str, str]


@pytest.mark.parametrize(
    ("tied", "agreeing", "state", "reason", "parts"),
    [
        ([(A, B), (B, C)], [], PairingState.CONFIRMED, "a person confirmed that these belong together", 0),
        ([], [(A, B), (A, C)], PairingState.CERTAIN, SURE.reason, 0),
        ([], [(A, B), (B, C)], PairingState.CERTAIN, SURE.reason, 0),  # through one another
        ([(A, B)], [(A, C)], PairingState.CERTAIN, SURE.reason, 0),
        ([(A, C)], [(A, B)], PairingState.CERTAIN, SURE.reason, 0),
        ([(A, B)], [], PairingState.LIKELY, ODD.reason, 2),
        ([], [(B, C)], PairingState.LIKELY, ODD.reason, 2),
        ([], [], PairingState.LIKELY, ODD.reason, 3),
    ],
)
def test_what_nobody_tied_and_no_title_tells_is_the_weakest_link(
    tied: list[Two], agreeing: list[Two], state: PairingState, reason: str, parts: int
) -> None:
    verdicts = {frozenset(two): SURE if two in agreeing else ODD for two in ((A, B), (A, C), (B, C))}
    rules = dataclasses.replace(RULES, together=frozenset(map(frozenset, tied)))
    (show,) = grouped(*THERE, rules=rules, pairings=Pairings(verdicts)).shows
    assert (show.pairing.state, show.pairing.reason, len(show.pairing.parts)) == (state, reason, parts)


@pytest.mark.parametrize(
    ("doubts", "reason"),
    [
        ({"eb:9:1": Doubt("meets others"), f"{B}:d": Doubt("says 8PM", single=True)}, "Bo: says 8PM"),
        ({"eb:9:1": Doubt("meets others"), f"{B}:d": Doubt("says 8PM")}, "Ada: meets others"),
    ],
)
def test_the_doubt_about_a_single_date_speaks_first(doubts: dict[str, Doubt], reason: str) -> None:
    (show,) = grouped(*THERE, pairings=Pairings(doubts=doubts)).shows
    assert (show.pairing.state, show.pairing.reason, len(show.pairing.parts)) == (PairingState.LIKELY, reason, 3)


def test_whose_start_a_person_said_is_in_no_doubt() -> None:
    found = Pairings({frozenset((A, B)): SURE}, moved={f"{B}:d": FRIDAY})
    (asked,) = grouped(*THERE[:2], pairings=found).shows
    assert (asked.pairing.state, asked.pairing.reason) == (PairingState.LIKELY, "Bo is at a slightly different time")
    hour = FRIDAY.time()
    rules = dataclasses.replace(RULES, hours={B: (hour, hour)})
    assert grouped(*THERE[:2], rules=rules, pairings=found).shows[0].pairing.state is PairingState.CERTAIN


@pytest.mark.parametrize(
    ("doubts", "unlisted", "pairing"),
    [
        ({}, {}, ALONE),
        ({}, {Platform.WOOCOMMERCE: "never read"}, ALONE_BY_ONE_LIST),
        ({"eb:9:1": Doubt("meets others")}, {}, ALONE),  # of its group, which nothing else meets here
        ({"eb:9:1": Doubt("says 8PM", single=True)}, {}, Pairing(PairingState.LIKELY, "Ada: says 8PM", ())),
    ],
)
def test_one_group_is_alone_unless_its_own_words_speak_against_the_date(
    doubts: dict[str, Doubt], unlisted: dict[Platform, str], pairing: Pairing
) -> None:
    night = group_shows(THERE[:1], RULES, Pairings(doubts=doubts), TORONTO, unlisted=unlisted).shows[0].pairing
    assert (night.state, night.reason) == (pairing.state, pairing.reason)


def test_what_may_belong_elsewhere_stands_apart_from_those_that_hang_together() -> None:
    verdicts = {frozenset((A, B)): SURE, frozenset((B, C)): SURE}
    fourth = listing("wc:3:s:d", title="Di")
    verdicts[frozenset((A, "wc:3:s"))] = SURE
    found = Pairings(verdicts, doubts={"wc:3:s:d": Doubt("meets others")})
    (show,) = grouped(*THERE, fourth, pairings=found).shows
    assert set(show.pairing.parts) == {frozenset((A, B, C)), frozenset(("wc:3:s",))}


@pytest.mark.parametrize(("says", "name"), [(FRIDAY, f"{B}:d"), (FRIDAY + dt.timedelta(days=1), B)])
def test_a_date_that_a_person_moved_is_tied_by_its_own_name_as_long_as_its_shop_says_the_same(
    says: dt.datetime, name: str
) -> None:
    rules = dataclasses.replace(RULES, moved={f"{B}:d": Moved(says, FRIDAY)})
    assert names_of(THERE, rules, Pairings()) == sorted((A, name, C))
    doubted = Pairings(doubts={"eb:9:1": Doubt("says 8PM", single=True), f"{C}:d": Doubt("meets others")})
    assert names_of(THERE, RULES, doubted) == sorted(("eb:9", B, C))
