"""Controls Python's garbage collection: not while large answers are read, and never among what stays for long."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

_NEVER: Final = 2**31 - 1
"""More searches among younger things than will ever be made."""

_MANY: Final = 10_000
"""New things after which it is worth a look among the newest: a question of a report leaves a few hundred."""

_OFTEN: Final = 1
"""Looks among the newest after which those that stayed are looked at once more, and then no more until the end: after
ten, as is usual, that alone took a tenth of a second. So it is 20 ms.
"""

_usual: list[tuple[int, int, int]] = []
"""What was set before, once for each work that goes on: a report may begin within a refresh and outlast it."""


@contextlib.contextmanager
def no_full_collection() -> Iterator[None]:
    """Python's full search for garbage waits until all such work has ended, and the small ones are made more rarely.

    It looks at everything that was read so far, again and again: a tenth of a second each time for 20,000 listings,
    in which no key is heard. Nearly none of that is garbage before the end, and then it goes without a search.
    """
    usual = _usual[0] if _usual else gc.get_threshold()
    _usual.append(usual)
    gc.set_threshold(max(usual[0], _MANY), _OFTEN, _NEVER)
    try:
        yield
    finally:
        _usual.pop()
        if not _usual:
            gc.set_threshold(*usual)


def sweep() -> None:
    """Look through all that is not frozen: what is garbage there by now would be kept for good by the next `freeze`."""
    gc.collect()


def freeze() -> None:
    """What is there now stays for long: the search for garbage need not look through it again.

    Looking through libraries and a large catalogue, which hold none, would stop everything for 50 ms and more.
    """
    gc.collect(1)
    gc.freeze()
