"""Whether a person took a listing off sale in its shop, decided from one look to the next.

In both shops people close sales with a number: a remaining of 0, or a capacity equal to what is sold. Selling out also
ends at 0, but at the capacity that was on offer before; closing ends below it. A later cancellation gives places back
and leaves the capacity as it was, so what is known must outlast the look that saw the 0.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

from brcc_tui.model.quantity import Quantity, Unknown, is_known
from brcc_tui.model.reading import Reading

WITHOUT_LIMIT: Final = -1
"""Stands for a capacity without end."""


@dataclass(frozen=True, slots=True)
class ClosedMark:
    """What the looks at one listing came to by `at`.

    `offered` is the capacity at which it was last seen with something left (`WITHOUT_LIMIT`; None: never seen so), and
    `taken` the places that were taken when it was last seen. `closed` says that it has had nothing left since
    without having sold out, as far as anybody saw, at `capacity` (None: not known).
    """

    at: dt.datetime
    offered: int | None = None
    taken: int | None = None
    closed: bool = False
    capacity: int | None = None


def seen(
    mark: ClosedMark | None, reading: Reading, at: dt.datetime, *, none_left: bool, set_here: int | None = None
) -> ClosedMark | None:
    """The mark after another look; the same one where it told nothing new, or was older than what is known.

    `none_left` says that its own number sells no seat more. `set_here` is the capacity that this program set last: it
    stands for what was on offer where nobody has looked.
    """
    now = reading.capacity
    if mark is not None and at < mark.at:
        return mark
    known = mark or ClosedMark(at)
    if none_left:
        made = _without_any(known, now, set_here)
    elif isinstance(now, Unknown):
        return mark
    else:
        made = _with_some(known, now if is_known(now) else WITHOUT_LIMIT, set_here)
    taken = reading.taken
    made = replace(made, taken=taken if is_known(taken) else None)
    return mark if mark is not None and replace(made, at=mark.at) == mark else replace(made, at=at)


def given_here(reading: Reading, at: dt.datetime) -> ClosedMark | None:
    """The mark once somebody has given a listing a capacity here: whatever was known before, it is open at that.

    None where the reading tells no number, as of one without a limit.
    """
    capacity, taken = reading.capacity, reading.taken
    return ClosedMark(at, capacity, taken if is_known(taken) else None) if is_known(capacity) else None


def _without_any(mark: ClosedMark, now: Quantity, set_here: int | None) -> ClosedMark:
    before = set_here if mark.offered is None else mark.offered
    if not is_known(now):
        return mark if mark.closed else replace(mark, closed=True, capacity=None)
    if now == before and not (mark.closed and mark.capacity is not None):
        return replace(mark, offered=now, closed=False, capacity=None)
    return replace(mark, closed=True, capacity=now)


def _with_some(mark: ClosedMark, now: int, set_here: int | None) -> ClosedMark:
    opened = replace(mark, offered=now, closed=False, capacity=None)
    if now == WITHOUT_LIMIT:
        return opened
    if mark.closed:
        least = mark.offered if mark.capacity is None else mark.capacity + 1
        if least is not None and now >= least:
            return opened
        return replace(mark, capacity=now) if mark.capacity is None else mark
    return replace(mark, closed=True, capacity=now) if now != set_here and _was_shut(mark, now) else opened


def _was_shut(mark: ClosedMark, now: int) -> bool:
    """Whether it was closed, and a cancel gave places back, before anybody looked.

    Nobody lowers a capacity to what was taken, or to less, but to close.
    """
    if mark.offered is None or mark.taken is None or now > mark.taken:
        return False
    return mark.offered == WITHOUT_LIMIT or now < mark.offered
