"""The first few names, and how many more there are."""

from __future__ import annotations

import pytest

from brcc_tui.model.few_of_many import few_of_many


@pytest.mark.parametrize(
    ("names", "words"),
    [("", ""), ("a", "a"), ("abc", "a, b, c"), ("abcd", "a, b, c and 1 more"), ("abcdefg", "a, b, c and 4 more")],
)
def test_few_of_many(names: str, words: str) -> None:
    assert few_of_many(list(names)) == words


def test_as_many_as_there_is_room_for() -> None:
    assert few_of_many(list("abcde"), 5) == "a, b, c, d, e"
    assert few_of_many(list("abcde"), 4) == "a, b, c, d and 1 more"
