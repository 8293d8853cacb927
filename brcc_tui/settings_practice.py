"""The one setting that no person makes: how far the clock of a practice club is ahead of this computer's."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

PRACTICE_CLOCK: Final = "BRCC_PRACTICE_CLOCK"
"""What a practice club of another day adds to its settings: seconds."""


def practice_ahead(text: str, profile: str, problem: Callable[[str, str], None]) -> dt.timedelta:
    """The practice club may stand on any day. A real shop has the real time, whatever anybody sets.

    `problem` is told the name and the words of what is wrong; the profile practice is of shops on this computer alone.
    """
    if not text:
        return dt.timedelta(0)
    if profile != "practice":
        problem(PRACTICE_CLOCK, f"moves the clock of a practice club, and BRCC_PROFILE says {profile}")
    if not re.fullmatch(r"-?[0-9]{1,10}(\.[0-9]{1,6})?", text):
        problem(PRACTICE_CLOCK, "must be seconds, such as 86400")
        return dt.timedelta(0)
    return dt.timedelta(seconds=float(text))
