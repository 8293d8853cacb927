"""Work done before it is needed, while something else is still awaited."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from brcc_tui.store.listing_rows import CachedRow, to_row

if TYPE_CHECKING:
    from brcc_tui.model.catalogue import Event, Product
    from brcc_tui.model.listing import Listing

T = TypeVar("T")
R = TypeVar("R")


class Ahead(Generic[T, R]):
    """Does something for things as they come; its result is found again by the very same object.

    An equal object that is another one has its work done anew. Several threads may share this.
    """

    def __init__(self, work: Callable[[T], R]) -> None:
        self._work = work
        self._done: dict[int, tuple[T, R]] = {}

    def prepare(self, things: Iterable[T]) -> None:
        """Do it now for those that have come."""
        for thing in things:
            self(thing)

    def __call__(self, thing: T) -> R:
        """The result, worked out now if that has not happened yet."""
        done = self._done.get(id(thing))
        if done is None:
            # The thing is kept beside its result: as long as it lives, no other object has its identity.
            done = self._done[id(thing)] = (thing, self._work(thing))
        return done[1]


class RowsAhead:
    """What the cache will keep of things that have come, prepared while the rest of a catalogue is still being read.

    All rows of one catalogue bear its `generation`, so that none of an earlier one passes for its own.
    """

    def __init__(self) -> None:
        self.generation = generation = int.from_bytes(os.urandom(4))
        self.row: Ahead[Listing, CachedRow] = Ahead(lambda listing: to_row(listing, generation))
        self.packed: Ahead[Event | Product, bytes] = Ahead(_pack)

    def prepare(self, things: Iterable[Event | Product], listings: Iterable[Listing]) -> None:
        """Prepare these."""
        self.packed.prepare(things)
        self.row.prepare(listings)


def _pack(thing: Event | Product) -> bytes:
    from brcc_tui.store.structure import pack

    return pack(thing)
