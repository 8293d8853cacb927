"""What `listings --live`, a refresh and `shows` say in practice clubs with random habits is so, or is told as unknown.

More seeds: `python tests/simulation/truth/run.py --seeds 200`.
"""

from __future__ import annotations

import dataclasses

import pytest

from brcc_tui.model import listing as listings
from brcc_tui.model.offer import Offer, OfferRule, Status, Terms, offer_of
from brcc_tui.model.quantity import Quantity
from brcc_tui.platforms.eventbrite import access_codes
from brcc_tui.sandbox import offences
from brcc_tui.sandbox.habits import Habit
from brcc_tui.widgets import show_line
from tests.simulation.truth.compare import findings

SEEDS = range(1000, 1015)


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_number_is_wrong(seed: int) -> None:
    found = await findings(seed)
    assert found.wrong == []
    assert found.compared > 80, "enough was there to be compared"
    assert found.unknown * 2 < found.compared, "what can be known is not told as unknown"
    assert offences.NOTED == []


@pytest.mark.parametrize("seed", [1100, 1101])
async def test_no_number_on_the_screens_is_wrong(seed: int) -> None:
    found = await findings(seed, screens=True)
    assert found.wrong == []


async def test_a_screen_that_tells_another_number_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    told = show_line.quantity_text
    monkeypatch.setattr(
        show_line,
        "quantity_text",
        lambda number, glyphs: told(number + 1 if isinstance(number, int) else number, glyphs),
    )
    found = await findings(1, frozenset(), screens=True)
    assert any("dashboard" in words and "sold" in words for words in found.wrong)
    assert any("shows: " in words and "at woocommerce" in words for words in found.wrong)


@pytest.mark.parametrize("seed", [2000, 2001])
async def test_a_long_list_that_asks_for_no_codes_tells_nothing_wrong(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_codes, "SHORT_LIST", 0)
    found = await findings(seed, frozenset({Habit.ACCESS_CODES}))
    assert found.wrong == []
    assert found.unknown > 0


DEAF: dict[str, tuple[Habit, dict[str, object]]] = {
    "backorders are not felt": (Habit.BACKORDERS, {"endless": None}),
    "a threshold is felt that there is not": (Habit.EXPIRY, {"none_at": 1000}),
    "sales do not end": (Habit.EXPIRY, {"stopped": None}),
    "codes open nothing": (Habit.ACCESS_CODES, {"by_code": False}),
}


@pytest.mark.parametrize(("habit", "spoilt"), DEAF.values(), ids=DEAF)
async def test_a_program_that_is_deaf_to_a_habit_is_found_out(
    habit: Habit, spoilt: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(remaining: Quantity, status: Status, terms: Terms) -> Offer:
        if terms.stopped is OfferRule.SALES_ENDED and "stopped" in spoilt:
            status = Status.ON_SALE
        return offer_of(remaining, status, dataclasses.replace(terms, **spoilt))

    monkeypatch.setattr(listings, "offer_of", deaf)
    found = await findings(1, frozenset({habit}))
    assert found.wrong
