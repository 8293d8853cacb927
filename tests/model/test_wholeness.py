"""A list that came short says what came, of how many, and why."""

from __future__ import annotations

import pytest

from brcc_tui.model.failure import Failure
from brcc_tui.model.wholeness import Shortfall, came_short


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


@pytest.mark.parametrize("words", ["did not come whole: ", "is incomplete: ", "arrived incomplete: "])
def test_a_list_that_came_short_is_known_in_the_words_of_earlier_versions(words: str) -> None:
    """The catalogue that they kept stands there until the next refresh, and no sync may rest on it."""
    assert came_short(Failure("eventbrite", "Eventbrite", f"the list of events {words}240 of 398 came"))


def test_one_that_did_not_come_at_all_came_not_short() -> None:
    assert not came_short(Failure("eventbrite", "Eventbrite", "Eventbrite: the shop answered 502"))
