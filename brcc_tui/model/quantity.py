"""Numbers that may be unlimited or unknown, and the arithmetic between capacity, sold, held and remaining.

Unknown is never 0: a result computed from an unknown is unknown, with the first reason met.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final, TypeGuard


class Unlimited(enum.Enum):
    """A stock without a limit, as FooEvents' empty string and Eventbrite's donation classes are."""

    UNLIMITED = "unlimited"


UNLIMITED: Final = Unlimited.UNLIMITED


@dataclass(frozen=True, slots=True)
class Unknown:
    """A number that is unknown, with the reason in words for a person."""

    reason: str


Quantity = int | Unlimited | Unknown


def is_known(quantity: Quantity) -> TypeGuard[int]:
    """Whether the quantity is a plain number."""
    return isinstance(quantity, int)


def is_less_than(quantity: Quantity, number: int) -> bool:
    """Whether it is known to be less than that; False if it is unknown or unlimited."""
    return isinstance(quantity, int) and quantity < number


def is_used_up(remaining: Quantity) -> bool:
    """Whether it is known that none remains, or fewer than none."""
    return is_less_than(remaining, 1)


def at_least_zero(quantity: Quantity) -> Quantity:
    """The quantity, with 0 for a negative number: nobody can buy a seat that was sold twice."""
    return max(quantity, 0) if isinstance(quantity, int) else quantity


def plain(quantity: Quantity) -> int | str | None:
    """The form in JSON and the journal: a number, the word `unlimited`, or None for unknown."""
    if isinstance(quantity, int):
        return quantity
    return quantity.value if isinstance(quantity, Unlimited) else None


def add(*quantities: Quantity) -> Quantity:
    """The sum: unknown if any part is, else unlimited if any part is."""
    total = 0
    unlimited = False
    for quantity in quantities:
        if isinstance(quantity, Unknown):
            return quantity
        if isinstance(quantity, Unlimited):
            unlimited = True
        else:
            total += quantity
    return UNLIMITED if unlimited else total


def less(quantity: Quantity, taken: Quantity) -> Quantity:
    """The difference: unknown or unlimited minus anything stays that, and a number minus unknown or unlimited becomes
    that.
    """
    if isinstance(quantity, int) and isinstance(taken, int):
        return quantity - taken
    return quantity if not isinstance(quantity, int) else taken


def remaining_from(capacity: Quantity, sold: Quantity, held: Quantity) -> Quantity:
    """Seats still on sale for a capacity; below zero when oversold."""
    taken = add(sold, held)
    for quantity in (capacity, taken):
        if isinstance(quantity, Unknown):
            return quantity
    if isinstance(capacity, int) and isinstance(taken, int):
        return capacity - taken
    return capacity if isinstance(capacity, Unlimited) else Unknown("unlimited places are taken")


def capacity_from(remaining: Quantity, sold: Quantity, held: Quantity) -> Quantity:
    """The capacity that a remaining stock implies: what WooCommerce and FooEvents do not store."""
    return add(remaining, sold, held)


def least(*quantities: Quantity) -> Quantity:
    """The smallest limit; unknown if any is unknown, because that one may be the smallest."""
    numbers: list[int] = []
    for quantity in quantities:
        if isinstance(quantity, Unknown):
            return quantity
        if isinstance(quantity, int):
            numbers.append(quantity)
    return min(numbers) if numbers else UNLIMITED
