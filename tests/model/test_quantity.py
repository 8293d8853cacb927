"""Unknown is never 0, unlimited is no number, and capacity, sold, held and remaining always balance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, add, capacity_from, is_known, least, remaining_from

WHY = Unknown("the database does not answer")
NUMBERS = st.integers(-50, 500)
QUANTITIES = NUMBERS | st.just(UNLIMITED) | st.builds(Unknown, st.sampled_from(["one", "other"]))


@given(NUMBERS, st.integers(0, 500), st.integers(0, 500))
def test_remaining_and_capacity_are_each_others_inverse(capacity: int, sold: int, held: int) -> None:
    assert capacity_from(remaining_from(capacity, sold, held), sold, held) == capacity


@given(st.lists(QUANTITIES, max_size=4), st.sampled_from([add, least]))
def test_unknown_spoils_everything_with_the_first_reason(parts: list[Quantity], combine: object) -> None:
    reasons = [part for part in parts if isinstance(part, Unknown)]
    total = add(*parts) if combine is add else least(*parts)
    assert (total == reasons[0]) if reasons else not isinstance(total, Unknown)


@pytest.mark.parametrize(
    ("capacity", "sold", "held", "remaining"),
    [
        (55, 12, 1, 42),
        (10, 12, 0, -2),
        (UNLIMITED, 12, 0, UNLIMITED),
        (55, WHY, 0, WHY),
        (55, 0, WHY, WHY),
        (WHY, 0, 0, WHY),
        (UNLIMITED, WHY, 0, WHY),
    ],
)
def test_remaining(capacity: Quantity, sold: Quantity, held: Quantity, remaining: Quantity) -> None:
    assert remaining_from(capacity, sold, held) == remaining


def test_unlimited_places_cannot_be_taken_from_a_number() -> None:
    assert isinstance(remaining_from(55, UNLIMITED, 0), Unknown)


@pytest.mark.parametrize(
    ("parts", "smallest"), [((3, UNLIMITED), 3), ((UNLIMITED,), UNLIMITED), ((), UNLIMITED), ((0, -1), -1)]
)
def test_least(parts: tuple[Quantity, ...], smallest: Quantity) -> None:
    assert least(*parts) == smallest


def test_sum_with_unlimited() -> None:
    assert add(1, UNLIMITED, 2) is UNLIMITED
    assert add() == 0


def test_only_numbers_are_known() -> None:
    assert [is_known(part) for part in (0, UNLIMITED, WHY)] == [True, False, False]
