"""What defines a practice club: it is on this computer only, and only its clock may be moved."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Final

PRACTICE_CLOCK: Final = "BRCC_PRACTICE_CLOCK"
"""What a practice club of another day adds to its settings, and no person makes: seconds."""

Problem = Callable[[str, str], None]
"""Is told the name of a setting, and the words of what is wrong with it."""


def is_loopback(host: str) -> bool:
    """Whether a host certainly means this computer: by its name or number, without asking anybody."""
    return host.lower() in ("localhost", "::1") or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def nobody_elsewhere(hosts: Mapping[str, str | None], problem: Problem) -> None:
    """The profile practice is of shops on this computer; one without a name is elsewhere too."""
    for name, host in hosts.items():
        if not is_loopback(host or ""):
            problem(name, "is not on this computer, and BRCC_PROFILE says practice: nobody may mistake them")


def practice_ahead(text: str, profile: str, problem: Problem) -> dt.timedelta:
    """How far the clock of a practice club is ahead. A real shop has the real time, whatever anybody sets."""
    if not text:
        return dt.timedelta(0)
    if profile != "practice":
        problem(PRACTICE_CLOCK, f"moves the clock of a practice club, and BRCC_PROFILE says {profile}")
    if not re.fullmatch(r"-?[0-9]{1,10}(\.[0-9]{1,6})?", text):
        problem(PRACTICE_CLOCK, "must be seconds, such as 86400")
        return dt.timedelta(0)
    return dt.timedelta(seconds=float(text))
