"""How long each endpoint takes to answer, what failed last, and which platform does not answer at this moment."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from brcc_tui.clock import system_now

_KEPT_TIMES: Final = 256
_KEPT_ERRORS: Final = 30
_KEPT_NAMES: Final = 64
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class TimingRow:
    """One endpoint or query: how often it was asked and failed, and its newest times, in milliseconds.

    `p50` and `p95` are times that a half and nineteen in twenty of the calls did not exceed.
    """

    name: str
    count: int
    failures: int
    p50: float
    p95: float
    worst: float


@dataclass(frozen=True, slots=True)
class TimedError:
    """A call that failed: when, which one, and the reason in words (never with a secret)."""

    at: dt.datetime
    name: str
    text: str


@dataclass(slots=True)
class Pulse:
    """How a service answers: the seconds since which questions wait for it, and how and when the last one ended.

    The seconds are those of `time.monotonic`; `good` is None while none has ended. `served` is whether the last one was
    given what it asked for: a refusal (of a token, of a key) is an answer, and no sign that others will be served.
    """

    waiting: list[float] = field(default_factory=list)
    good: bool | None = None
    served: bool = False
    at: dt.datetime | None = None
    error: str = ""


DATABASE: Final = "SQL"
"""The name of the database among the services; the shops have their own."""


@dataclass(slots=True)
class _Record:
    count: int = 0
    failures: int = 0
    newest: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT_TIMES))


class Timings:
    """A record of bounded size, shared by all clients of one club."""

    def __init__(self, now: Callable[[], dt.datetime] = system_now) -> None:
        self._now = now
        self._records: dict[str, _Record] = {}
        self._errors: deque[TimedError] = deque(maxlen=_KEPT_ERRORS)
        self._pulses: dict[str, Pulse] = {}
        self.moved: Callable[[], None] = lambda: None
        """Called whenever a question is asked and whenever one ends."""

    @property
    def pulses(self) -> Mapping[str, Pulse]:
        """How each service answers, by its name: that of the shop, or `DATABASE`."""
        return self._pulses

    @contextlib.contextmanager
    def asking(self, service: str) -> Iterator[None]:
        """A question to that service is under way."""
        pulse, began = self._pulses.setdefault(service, Pulse()), time.monotonic()
        pulse.waiting.append(began)
        self.moved()
        try:
            yield
        finally:
            pulse.waiting.remove(began)
            self.moved()

    def ended(self, service: str, error: str = "", *, served: bool = True) -> None:
        """A question to that service has been answered (and `served`, unless it was refused), or has not."""
        pulse = self._pulses.setdefault(service, Pulse())
        pulse.good, pulse.at, pulse.error = not error, self._now(), error
        pulse.served = pulse.good and served
        self.moved()

    def record(self, name: str, milliseconds: float, ok: bool, error: str = "") -> None:
        """Note one call. Names are templates (`GET events/{event}/`), so there are few of them."""
        if name not in self._records and len(self._records) >= _KEPT_NAMES:
            name = _OTHER
        record = self._records.setdefault(name, _Record())
        record.count += 1
        record.newest.append(milliseconds)
        if not ok:
            record.failures += 1
            self._errors.append(TimedError(self._now(), name, error))

    def rows(self) -> tuple[TimingRow, ...]:
        """Every name, in alphabetical order."""
        return tuple(_row(name, record) for name, record in sorted(self._records.items()))

    def errors(self) -> tuple[TimedError, ...]:
        """The last failures, newest first."""
        return tuple(reversed(self._errors))


def _row(name: str, record: _Record) -> TimingRow:
    times = sorted(record.newest)
    return TimingRow(name, record.count, record.failures, _nearest(times, 0.5), _nearest(times, 0.95), times[-1])


def _nearest(times: Sequence[float], share: float) -> float:
    """The nearest-rank percentile, which is always a time that really occurred."""
    return times[max(0, math.ceil(share * len(times)) - 1)]
