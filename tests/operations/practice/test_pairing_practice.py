"""Pairing practice by the practice club, whose truth is known: precision, recall, and how often people are asked."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from brcc_tui.model.changes.plan import RefusalCode
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.model.shows.show import PairingState
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.venue_changes import confirm_pairing
from brcc_tui.operations.changes.sync import plan_sync

Pair = tuple[str, str]


def pairs_across_shops(ids: Iterable[str]) -> Iterable[Pair]:
    return ((a, b) for a, b in itertools.combinations(sorted(ids), 2) if a[:2] != b[:2])


def true_pairs(truth: Mapping[str, str | None]) -> set[Pair]:
    by_show: dict[str, list[str]] = {}
    for listing, show in truth.items():
        if show:
            by_show.setdefault(show, []).append(listing)
    return {pair for ids in by_show.values() for pair in pairs_across_shops(ids)}


async def test_certain_is_never_wrong_and_few_true_pairs_are_missed(season: Any) -> None:
    wanted = true_pairs(season.world.world.truth)
    found = {pair: show for show in season.shows() for pair in pairs_across_shops(x.id for x in show.listings)}
    certain = {pair for pair, show in found.items() if show.pairing.state is PairingState.CERTAIN}
    titles = {listing.id: listing.title for listing in season.club.cache.listings()}
    wrong = [tuple(titles[each] for each in pair) for pair in found if pair not in wanted]
    recall = len(wanted & found.keys()) / len(wanted)
    print(f"pairs in truth {len(wanted)}, found {len(found)}, recall {recall:.3f}")
    print(f"marked certain {len(certain)}, of these wrong {len(certain - wanted)}")
    print(f"found but not true {len(wrong)}: {sorted(set(wrong))}")
    assert certain <= wanted
    assert len(certain) > 100
    assert recall >= 0.95


async def test_no_wrong_pairing_is_synced_before_a_person_said_something(practice: Any) -> None:
    truth = practice.world.world.truth
    shows = practice.shows()
    doubtful = [show.id for show in shows if show.pairing.state in (PairingState.CERTAIN, PairingState.LIKELY)]
    plan = await plan_sync(practice.club, doubtful, Mode.SPLIT)
    assert plan.changes == ()
    assert {refusal.code for refusal in plan.refused} == {RefusalCode.UNCONFIRMED_PAIRING}
    alone = [show for show in shows if show.pairing.state is PairingState.SINGLE]
    mixed = [show.id for show in alone if len({truth.get(x.id) for x in show.listings} - {None}) > 1]
    torn = Counter(truth.get(show.listings[0].id) for show in alone if truth.get(show.listings[0].id))
    twice = [show for show, places in torn.items() if places > 1]
    print(f"{len(alone)} shows stand alone; that are of several shows: {mixed}, that are in two places: {twice}")
    assert mixed == []
    assert twice == []


async def test_a_season_needs_some_twenty_words_of_a_person(season: Any) -> None:
    said = season.say_not_seats()
    while doubtful := season.doubtful():
        confirm_pairing(season.club, doubtful[0])
        said += 1
        assert said < 100, "a season needs too many answers"
    shows = season.shows()
    together = [show for show in shows if show.pairing.state is PairingState.CONFIRMED]
    print(f"{said} answers settle {len(together)} shows with more than one listing")
    assert len(together) > 250
    assert said <= 30
    found = {pair for show in shows for pair in pairs_across_shops(x.id for x in show.listings)}
    assert found == true_pairs(season.world.world.truth)


async def test_what_was_said_survives_a_refresh(practice: Any) -> None:
    practice.say_not_seats()
    [first, *_] = [show for show in practice.shows() if show.pairing.state is PairingState.CERTAIN]
    confirm_pairing(practice.club, first)
    before = {show.id: show.pairing.state for show in practice.shows()}
    await refresh(practice.club)
    assert {show.id: show.pairing.state for show in practice.shows()} == before
    assert before[first.id] is PairingState.CONFIRMED
