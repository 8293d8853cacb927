"""Every check of the shops, the database and this computer."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from brcc_tui.operations.club import Club


class Condition(enum.StrEnum):
    """How something is; `not_configured` does not make the whole worse."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was found, the way out when it is not healthy, and how long the answer took."""

    status: Condition
    detail: str
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class HealthReport:
    """All checks by name, in the order of the contract, and the worst of them."""

    status: Condition
    timestamp: dt.datetime
    checks: Mapping[str, Check]


async def check_health(club: Club) -> HealthReport:
    """Run every check, side by side; a check that fails is down, never an exception."""
    raise NotImplementedError
