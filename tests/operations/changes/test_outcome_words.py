"""What a shop did is said as what it did."""

from __future__ import annotations

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.changes.outcome_words import STATE_WORDS, met_in_words

PAGE = "answered 502 with a web page instead of data"
ODD = "answered with something unexpected: id field required"
LOST = "lost the connection before its answer was complete"


@pytest.mark.parametrize(
    ("met", "words"),
    [
        ([PAGE], f"the shop {PAGE}"),
        ([PAGE, PAGE], "the shop answered 502 twice with a web page instead of data"),
        ([PAGE, PAGE, PAGE], "the shop answered 502 3 times with a web page instead of data"),
        ([LOST, LOST], f"the shop {LOST} twice"),
        ([ODD, ODD], "the shop answered twice with something unexpected: id field required"),
        ([PAGE, LOST], f"the shop {PAGE}, then {LOST}"),
        ([], "the shop did not say what was done"),
    ],
)
def test_what_the_shop_did_instead_of_a_clear_answer(met: list[str], words: str) -> None:
    assert met_in_words(met) == words


def test_what_is_written_once_more_leaves_the_reason_to_what_stands_beside_it() -> None:
    """A number that is put back, or a class that is closed further, was said to be lowered for a sale."""
    assert "sale" not in STATE_WORDS[State.CORRECTING.value]
    assert STATE_WORDS.keys() | {outcome.value for outcome in Outcome} >= {state.value for state in State}
