"""Work done before it is needed, while something else is awaited."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from brcc_tui.store.listing_rows import CachedRow, to_row

if TYPE_CHECKING:
    from brcc_tui.model.catalogue import Event, Product
    from brcc_tui.model.listing import Listing

T = TypeVar("T")
R = TypeVar("R")

_ROWS: Final = 4_000
"""A club has a third of it. So many rows take 4 MiB until they are written; what is beyond is made when it is, for what
a program once used it does not give back."""


class Ahead(Generic[T, R]):
    """Does something for things as they come; its result is found again by the very same object.

    An equal object that is another one has its work done anew. At `most` so many results are prepared; None: all.
    Several threads may share this.
    """

    def __init__(self, work: Callable[[T], R], most: int | None = None) -> None:
        self._work = work
        self._most = most
        self._done: dict[int, tuple[T, R]] = {}

    def prepare(self, things: Iterable[T]) -> None:
        """Do it now for those that have come."""
        for thing in things:
            if self._most is None or len(self._done) < self._most:
                self(thing)

    def __call__(self, thing: T) -> R:
        """The result, worked out now if that has not happened yet."""
        done = self._done.get(id(thing))
        if done is None:
            # The thing is kept beside its result: as long as it lives, no other object has its identity.
            done = self._done[id(thing)] = (thing, self._work(thing))
        return done[1]

    def take(self, thing: T) -> R:
        """The result for the last time: it is not kept any longer."""
        done = self._done.pop(id(thing), None)
        return self._work(thing) if done is None else done[1]


class RowsAhead:
    """What the cache will keep of things that have come, prepared while the rest of a catalogue is still being read.

    All rows of one catalogue bear its `generation`, so that none of an earlier one passes for its own.
    """

    def __init__(self) -> None:
        self.generation = generation = int.from_bytes(os.urandom(4))
        self.row: Ahead[Listing, CachedRow] = Ahead(lambda listing: to_row(listing, generation), _ROWS)
        self.packed: Ahead[Event | Product, bytes] = Ahead(_pack)

    def prepare(self, things: Iterable[Event | Product], listings: Iterable[Listing]) -> None:
        """Prepare these."""
        self.packed.prepare(things)
        self.row.prepare(listings)


def _pack(thing: Event | Product) -> bytes:
    from brcc_tui.store.structure import pack

    return pack(thing)
