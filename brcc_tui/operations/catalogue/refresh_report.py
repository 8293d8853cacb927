"""A refresh's progress and result: a light import, for callers that only watch it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from brcc_tui.model.catalogue import Membership
from brcc_tui.model.failure import Failure


@dataclass(frozen=True, slots=True)
class RefreshProgress:
    """How far one part has come: `part` is a platform's name or `wordpress`, `total` None while unknown."""

    part: str
    done: int
    total: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """The result of a refresh. `read_at` is when the present catalogue was read, None while there is none; `seconds` is
    how long the refresh took.

    `organizations` are those that the Eventbrite token sees, and which of them was read; None if unknown.
    """

    read_at: dt.datetime | None
    seconds: float
    requests: Mapping[str, int]
    queries: int
    counts: Mapping[str, int]
    failed: tuple[Failure, ...]
    organizations: Membership | None = None
