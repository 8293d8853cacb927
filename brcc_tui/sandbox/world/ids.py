"""Ids as the two shops make them, from one seeded source."""

from __future__ import annotations

import random
import string

_MAX_PRODUCTS = 100
"""Product ids between one copy of the club and the next."""


class Ids:
    """Gives ids: products count up, FooEvents' are 20 letters, Eventbrite's exceed 32 bits."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._product = 4150
        self._copies = 0
        self._event = 1_362_389_000_000
        self._ticket_class = 2_183_507_000
        self._tier = 900

    def next_copy(self) -> None:
        """Leave room so that a copy's products are numbered alike whatever the copies before hold."""
        self._copies += 1
        self._product = 20_000 + self._copies * _MAX_PRODUCTS

    def product(self) -> int:
        """The next product or variation id."""
        self._product += self._rng.randint(1, 2)
        return self._product

    def letters(self) -> str:
        """A slot or date id: 20 lower-case letters."""
        return "".join(self._rng.choices(string.ascii_lowercase, k=20))

    def event(self) -> str:
        """An event or series id: 13 digits."""
        self._event += self._rng.randint(1_000, 99_000)
        return str(self._event)

    def ticket_class(self) -> str:
        """A ticket class id: more than a signed 32-bit number holds."""
        self._ticket_class += self._rng.randint(1, 9_000)
        return str(self._ticket_class)

    def tier(self) -> str:
        """An inventory tier's id, with its letter."""
        self._tier += 1
        return f"I{self._tier}"
