"""How sure it is that three groups sell one room's seats: by people's word, by titles and starts, or by neither."""

from __future__ import annotations

import dataclasses

import pytest

from brcc_tui.model.shows.pairing import Doubt, Pairings
from brcc_tui.model.shows.show import Pairing, PairingState
from tests.model.shows.test_grouping import FRIDAY, RULES, grouped, listing

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
