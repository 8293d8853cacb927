"""What may happen in a history in memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weather:
    """What may happen in a history.

    `shared`: shows of several listings, that people sync, undo and recover while others are at work; somebody changes a
    class at Eventbrite itself. `between`: a cache before the shop's answers, a replica, no waypoint.
    """

    buyers: int = 6
    cancels: int = 3
    refunds: int = 0
    staff: int = 0
    operators: int = 1
    faults: float = 0.0
    kills: float = 0.0
    stops: float = 0.0
    overlapping: bool = False
    aimed: float = 0.6
    shared: bool = False
    between: bool = False


CLEAN = Weather(faults=0.25, kills=0.15, stops=0.1, operators=2)
"""FooEvents' own checkouts one after the other, so that every lost seat would be ours."""

WILD = Weather(
    buyers=10, cancels=5, refunds=1, staff=2, operators=3, faults=0.3, kills=0.2, stops=0.1, overlapping=True
)
SHARED = Weather(faults=0.25, kills=0.2, stops=0.1, operators=2, shared=True)
"""One night that several listings sell: synced, taken back, closed, recovered, with deaths inside corrections."""

ROUGH = Weather(staff=1, operators=3, faults=0.3, kills=0.2, stops=0.1, overlapping=True, shared=True, between=True)
"""The same with FooEvents' own losses, people in both shops' own pages, a cache, a replica, and no waypoint."""

QUIET = Weather(buyers=0, cancels=0, aimed=0.0, faults=0.5, kills=0.3, stops=0.2, operators=1)
"""Nobody buys: what is on offer moves only by our own hand, at every moment."""

WEATHERS = {"clean": CLEAN, "wild": WILD, "quiet": QUIET, "shared": SHARED, "rough": ROUGH}
