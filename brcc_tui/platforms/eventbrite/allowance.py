"""Eventbrite's rate limit and consistency headers: the calls left this hour, and the waypoint token."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from brcc_tui.model.catalogue import Membership

RESERVE: Final = 100
"""Calls that background reading leaves for what people do."""

WAYPOINT_HEADER: Final = "eventbrite-api-waypoint-token"
"""Brings the token of a `Waypoint`, and takes it back; in lower case, as `Raw.headers` has it."""

_WAYPOINT_SECONDS: Final = 300.0
_BUCKET: Final = re.compile(r"(?:^|\s)(\d{1,9})\s*/\s*(\d{1,9})(?:\s+reset\s*=\s*(\d{1,9})\s*s?\b)?")
_HOUR: Final = 3600
"""Seconds until a bucket is full again at most, whatever its reset is said to be, or if nobody tells it."""

_UNDER_WAY: Final = 60.0
"""Seconds by which an answer may be late: so far apart may stand the ends of one hour, as two answers tell it."""


class Allowance:
    """The hourly allowance, counted by the token and by the application's key at once; the fuller one matters."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._left: int | None = None
        self._returns_at = 0.0

    @property
    def left(self) -> int | None:
        """Calls left, as the newest answer told; None when nothing was told, or the hour is over."""
        return self._left if self.seconds > 0 else None

    @property
    def seconds(self) -> float:
        """Seconds until the whole allowance returns; 0 when it has."""
        return max(0.0, self._returns_at - self._monotonic())

    @property
    def why_too_few(self) -> str:
        """Why these calls are not enough, for whoever would leave some for what people do."""
        if not self.left:
            return "the allowance of calls is used up"
        are_left = f"{self.left} {'call is' if self.left == 1 else 'calls are'} left this hour"
        few = self.left <= RESERVE
        return f"{are_left}, and kept for what people do" if few else f"{are_left}: too few for this and what people do"

    def update(self, headers: Mapping[str, str]) -> None:
        """Note an answer's `x-rate-limit`: `token:ABC 21/2000 reset=3575s, key:XYZ 1750/2000 reset=3575s`."""
        worst = _worst(headers)
        if worst is not None:
            self.take(*worst)

    def take(self, left: int | None, seconds: float) -> None:
        """Note that so many calls are left for so many seconds; nothing of None.

        They only become fewer within an hour: an answer with more of them was overtaken by the one that is known.
        """
        if left is None:
            return
        returns_at = self._monotonic() + seconds
        same_hour = self.seconds > 0 and abs(returns_at - self._returns_at) < _UNDER_WAY
        if same_hour and self._left is not None:
            left = min(left, self._left)
        self._left, self._returns_at = left, returns_at


def reset_seconds(headers: Mapping[str, str]) -> float | None:
    """The seconds until the allowance returns, as one answer told them; None where it told of no allowance."""
    worst = _worst(headers)
    return float(worst[1]) if worst else None


def _worst(headers: Mapping[str, str]) -> tuple[int, int] | None:
    """(calls left, seconds to the reset) of the bucket with the fewest calls left.

    One that does not tell its reset counts as well: it is full again when the others are, or within the hour.
    """
    parts = [part for part in _BUCKET.findall(headers.get("x-rate-limit", "")[:1000]) if int(part[1])]
    resets = [min(int(reset), _HOUR) if reset else None for _, _, reset in parts]
    otherwise = max((reset for reset in resets if reset is not None), default=_HOUR)
    buckets = [
        (max(0, int(limit) - int(used)), otherwise if reset is None else reset)
        for (used, limit, _), reset in zip(parts, resets, strict=True)
    ]
    return min(buckets, default=None)


class Waypoint:
    """The token that lets a read see the newest write: each newer one replaces it, five minutes end it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._token = ""
        self._heard_at = 0.0

    def update(self, headers: Mapping[str, str], sent: Mapping[str, str] | None = None) -> None:
        """Note an answer's token, if it brings one that can be sent back and is newer than what is known.

        `sent` are the headers of the read that was answered; None for a write. A read that did not bring the token of
        now was sent before that was heard: what it is answered may be older than our write.
        """
        token = headers.get(WAYPOINT_HEADER, "").strip()
        known = self.headers().get(WAYPOINT_HEADER)
        if known is not None and sent is not None and sent.get(WAYPOINT_HEADER) != known:
            return
        if token and token.isascii() and token.isprintable() and len(token) < 4000:
            self._token, self._heard_at = token, self._monotonic()

    def headers(self) -> dict[str, str]:
        """What to send along."""
        fresh = self._token and self._monotonic() - self._heard_at < _WAYPOINT_SECONDS
        return {WAYPOINT_HEADER: self._token} if fresh else {}


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a client remembers of Eventbrite's answers, for one in another process: nobody's clock but the same seconds.

    `calls_left` and for how many `seconds`, the headers that let a read see our newest write, and the organizations
    that the token sees; None for what is not known.
    """

    calls_left: int | None = None
    seconds: float = 0.0
    waypoint: Mapping[str, str] = field(default_factory=dict)
    membership: Membership | None = None
