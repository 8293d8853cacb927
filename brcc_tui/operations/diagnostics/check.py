"""The result of one check."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from brcc_tui.clock import Clock
from brcc_tui.logs import log, redact
from brcc_tui.model.app_error import AppError
from brcc_tui.platforms.errors import RateLimited
from brcc_tui.platforms.wordpress.error_words import HOST

CHECK_TIMEOUT: Final = 20.0
"""Seconds after which a check that has not answered counts as down. Clients that wait for a slow answer, and try again,
give up later.
"""

_WHERE_TO_LOOK: Final = {
    "eventbrite_api": "Check the internet connection, and EVENTBRITE_API_URL where it is set",
    "woocommerce_api": "Check WOOCOMMERCE_API_URL, the internet connection, and whether the host lets this computer in",
    "wordpress_db": HOST,
}
"""What keeps a service silent, as a firewall does that drops what comes from an address that it does not know."""


class Condition(enum.StrEnum):
    """How something is; `not_configured` does not make the whole worse."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was found, the way out when it is not healthy, and how long the answer took.

    `found` are settings, by name, with which it works (better): set-up keeps them. `choices` are settings that only a
    person can decide: by name, the values there are, each with what it stands for.
    """

    status: Condition
    detail: str
    milliseconds: float | None = None
    found: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


async def timed(name: str, work: Awaitable[Check], clock: Clock) -> Check:
    """The check with its duration; one that fails or does not end is down, never an exception.

    A service whose allowance of calls is used up answers, and says when it will answer more.
    """
    import asyncio

    began = clock.monotonic()
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            check = await work
    except TimeoutError:
        words = [f"no answer within {CHECK_TIMEOUT:.0f} s", *filter(None, [_WHERE_TO_LOOK.get(name)])]
        check = Check(Condition.DOWN, ". ".join(words))
    except Exception as error:  # noqa: BLE001 - a check that fails is an answer
        log("a check failed", check=name, error=error)
        text = str(error) if isinstance(error, AppError) else f"unexpected: {type(error).__name__}: {error}"
        condition = Condition.DEGRADED if isinstance(error, RateLimited) else Condition.DOWN
        check = Check(condition, redact(text))
    if check.status is Condition.NOT_CONFIGURED:
        return check
    return replace(check, milliseconds=round((clock.monotonic() - began) * 1000, 1))
