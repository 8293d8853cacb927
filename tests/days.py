"""The days on which the tests stand: one for all of them, and others for those whose world is laid around a day."""

from __future__ import annotations

import datetime as dt
import os

from brcc_tui.sandbox.clock import HOME, OPENS_NOW, PracticeClock, clock_at

USUAL = "2027-05-12"
"""A Wednesday on which nothing is special."""

OTHERS = (
    "2026-10-25[Europe/London]",  # an hour is told twice there
    "2026-11-01",  # and here
    "2029-12-31",  # a Monday, and tomorrow is another year
    "2027-02-20",  # a Saturday
    "2027-03-14",  # an hour is left out
    "2027-03-28[Europe/London]",  # and there
    "2028-02-29",
    "2027-01-01T00:20",  # last night's late shows still run
)
"""What has gone wrong in calendars before."""

FEWER = ("2027-03-14", "2027-01-01T00:20")
"""Those of them on which what takes long is done as well: crowds buy between syncs, and a terminal is opened; what it
shows there is shown on the others in the tests' own process."""


def opens() -> str:
    """The moment at which every practice club of this run opens."""
    return os.environ[OPENS_NOW]


def set_day(asked: str) -> None:
    """Let every practice club from now on open then, in this process and its children; `today` is the real day."""
    if asked == "today":
        asked = f"{PracticeClock(HOME).today()}"
    clock_at(asked)
    os.environ[OPENS_NOW] = asked


def practice_now() -> dt.datetime:
    """The present moment on the day of this run, at the hour at which its clubs open."""
    return clock_at(opens()).now()
