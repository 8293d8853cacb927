"""Work done before it is needed, while something else is still awaited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

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
