"""Pairing judged by the practice club, whose truth is known: precision, recall, and how often people are asked."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from brcc_tui.model.listing import Listing
from brcc_tui.model.show import PairingState, Show
from brcc_tui.operations.club import Club, open_club
from brcc_tui.operations.refresh import refresh
from brcc_tui.operations.shows import confirm_pairing, find_and_keep_pairings, programme
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.settings import settings_from

Pair = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """The practice club as the program sees it, and the truth it does not see."""

    club: Club
    truth: Mapping[str, str | None]

    def shows(self) -> tuple[Show, ...]:
        return programme(self.club, self.club.cache.listings()).shows


@pytest.fixture
async def judged(tmp_path: Path) -> AsyncIterator[Judged]:
    practice = PracticeClub(PracticeOptions())
    settings = settings_from({**await practice.start(), "BRCC_DATA_DIR": str(tmp_path)})
    club = open_club(settings)
    try:
        await refresh(club)
        yield Judged(club, practice.world.truth)
    finally:
        await club.close()
        await practice.stop()


def pairs_across_shops(ids: Iterable[str]) -> Iterable[Pair]:
    return ((a, b) for a, b in itertools.combinations(sorted(ids), 2) if a[:2] != b[:2])


def true_pairs(truth: Mapping[str, str | None]) -> set[Pair]:
    by_show: dict[str, list[str]] = {}
    for listing, show in truth.items():
        if show:
            by_show.setdefault(show, []).append(listing)
    return {pair for ids in by_show.values() for pair in pairs_across_shops(ids)}


async def test_certain_is_never_wrong_and_few_true_pairs_are_missed(judged: Judged) -> None:
    wanted = true_pairs(judged.truth)
    found = {pair: show for show in judged.shows() for pair in pairs_across_shops(x.id for x in show.listings)}
    certain = {pair for pair, show in found.items() if show.pairing.state is PairingState.CERTAIN}
    titles = {listing.id: listing.title for listing in judged.club.cache.listings()}
    wrong = [tuple(titles[each] for each in pair) for pair in found if pair not in wanted]
    recall = len(wanted & found.keys()) / len(wanted)
    print(f"pairs in truth {len(wanted)}, found {len(found)}, recall {recall:.3f}")
    print(f"marked certain {len(certain)}, of these wrong {len(certain - wanted)}")
    print(f"found but not true {len(wrong)}: {sorted(set(wrong))}")
    assert certain <= wanted
    assert len(certain) > 100
    assert recall >= 0.95


async def test_a_season_needs_some_twenty_words_of_a_person(judged: Judged) -> None:
    said = say_not_seats(judged)
    while doubtful := next((show for show in judged.shows() if not settled(show)), None):
        confirm_pairing(judged.club, doubtful)
        said += 1
        assert said < 100
    shows = judged.shows()
    together = [show for show in shows if show.pairing.state is PairingState.CONFIRMED]
    print(f"{said} answers settle {len(together)} shows with more than one listing")
    assert len(together) > 250
    assert said <= 30
    found = {pair for show in shows for pair in pairs_across_shops(x.id for x in show.listings)}
    assert found == true_pairs(judged.truth)


async def test_what_was_said_survives_a_refresh(judged: Judged) -> None:
    say_not_seats(judged)
    [first, *_] = [show for show in judged.shows() if show.pairing.state is PairingState.CERTAIN]
    confirm_pairing(judged.club, first)
    before = {show.id: show.pairing.state for show in judged.shows()}
    await refresh(judged.club)
    assert {show.id: show.pairing.state for show in judged.shows()} == before
    assert before[first.id] is PairingState.CONFIRMED


def settled(show: Show) -> bool:
    return show.pairing.state in (PairingState.SINGLE, PairingState.CONFIRMED)


def say_not_seats(judged: Judged) -> int:
    """A person says once for every product (or single listing of a series) that is no seat; how often."""
    in_shows: list[Listing] = [listing for show in judged.shows() for listing in show.listings]
    subjects = {
        ":".join(listing.id.split(":")[:2]) if listing.id.startswith("wc:") else listing.id
        for listing in in_shows
        if judged.truth.get(listing.id) is None
    }
    for subject in subjects:
        judged.club.house.set_is_seat(subject, False)
    find_and_keep_pairings(judged.club)
    return len(subjects)
