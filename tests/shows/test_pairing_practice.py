"""Pairing practice by the practice club, whose truth is known: precision, recall, and how often people are asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from brcc_tui.model.show import PairingState
from brcc_tui.operations.refresh import refresh
from brcc_tui.operations.shows import confirm_pairing

Pair = tuple[str, str]


def pairs_across_shops(ids: Iterable[str]) -> Iterable[Pair]:
    return ((a, b) for a, b in itertools.combinations(sorted(ids), 2) if a[:2] != b[:2])


def true_pairs(truth: Mapping[str, str | None]) -> set[Pair]:
    by_show: dict[str, list[str]] = {}
    for listing, show in truth.items():
        if show:
            by_show.setdefault(show, []).append(listing)
    return {pair for ids in by_show.values() for pair in pairs_across_shops(ids)}


async def test_certain_is_never_wrong_and_few_true_pairs_are_missed(practice: Any) -> None:
    wanted = true_pairs(practice.world.world.truth)
    found = {pair: show for show in practice.shows() for pair in pairs_across_shops(x.id for x in show.listings)}
    certain = {pair for pair, show in found.items() if show.pairing.state is PairingState.CERTAIN}
    titles = {listing.id: listing.title for listing in practice.club.cache.listings()}
    wrong = [tuple(titles[each] for each in pair) for pair in found if pair not in wanted]
    recall = len(wanted & found.keys()) / len(wanted)
    print(f"pairs in truth {len(wanted)}, found {len(found)}, recall {recall:.3f}")
    print(f"marked certain {len(certain)}, of these wrong {len(certain - wanted)}")
    print(f"found but not true {len(wrong)}: {sorted(set(wrong))}")
    assert certain <= wanted
    assert len(certain) > 100
    assert recall >= 0.95


async def test_a_season_needs_some_twenty_words_of_a_person(practice: Any) -> None:
    said = practice.settle_all()
    shows = practice.shows()
    together = [show for show in shows if show.pairing.state is PairingState.CONFIRMED]
    print(f"{said} answers settle {len(together)} shows with more than one listing")
    assert len(together) > 250
    assert said <= 30
    found = {pair for show in shows for pair in pairs_across_shops(x.id for x in show.listings)}
    assert found == true_pairs(practice.world.world.truth)


async def test_what_was_said_survives_a_refresh(practice: Any) -> None:
    practice.say_not_seats()
    [first, *_] = [show for show in practice.shows() if show.pairing.state is PairingState.CERTAIN]
    confirm_pairing(practice.club, first)
    before = {show.id: show.pairing.state for show in practice.shows()}
    await refresh(practice.club)
    assert {show.id: show.pairing.state for show in practice.shows()} == before
    assert before[first.id] is PairingState.CONFIRMED
