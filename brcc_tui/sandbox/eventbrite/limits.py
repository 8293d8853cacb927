"""Eventbrite's hourly budget: 2,000 calls for the token and, at once, for the app's key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """Calls of one window. `started` is the clock's second at which the window began."""

    name: str
    limit: int
    used: int = 0
    started: float = 0.0


class RateLimits:
    """Counts every call in both buckets; `used` and `limit` of a bucket may be set to bring one near its end."""

    window = 3600.0

    def __init__(self, clock: Callable[[], float], limit: int = 2000) -> None:
        self._clock = clock
        self.token = Bucket("token:PRACTICETOKEN", limit, started=clock())
        self.key = Bucket("key:PRACTICEKEY", limit, started=clock())

    def count(self) -> bool:
        """One more call; False when one bucket is empty."""
        now = self._clock()
        buckets = (self.token, self.key)
        for bucket in buckets:
            if now - bucket.started >= self.window:
                bucket.used, bucket.started = 0, now
        if any(bucket.used >= bucket.limit for bucket in buckets):
            return False
        for bucket in buckets:
            bucket.used += 1
        return True

    def header(self) -> str:
        """The value of `x-rate-limit`."""
        now = self._clock()
        return ", ".join(
            f"{bucket.name} {bucket.used}/{bucket.limit} reset={max(0, round(self.window - now + bucket.started))}s"
            for bucket in (self.token, self.key)
        )
