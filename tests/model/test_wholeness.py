"""A list that came short says what came, of how many, and why."""

from __future__ import annotations

import pytest

from brcc_tui.model.failure import Failure
from brcc_tui.model.wholeness import Shortfall


@pytest.mark.parametrize(
    ("shortfall", "words"),
    [
        (
            Shortfall("the list of products", 100, 130, "page 2 was page 1 once more"),
            "the list of products arrived incomplete: 100 of 130 came, page 2 was page 1 once more",
        ),
        (
            Shortfall("the list of events", 50, None, "page 3 did not come"),
            "the list of events arrived incomplete: 50 came, page 3 did not come",
        ),
    ],
)
def test_what_came_of_how_many_and_why(shortfall: Shortfall, words: str) -> None:
    assert str(shortfall) == words
    assert shortfall.failure("shop", "The shop") == Failure("shop", "The shop", words)
