"""What may happen in a history over the wire."""

from __future__ import annotations

from dataclasses import dataclass

from brcc_tui.sandbox.faults import FaultKind

PRODUCT, CLASS = "*/products/*", "*/ticket_classes/*"
WRITE_FAULTS = (
    (FaultKind.HANG_AFTER, 60.0),
    (FaultKind.ERROR_AFTER, 0.0),
    (FaultKind.HTML_AFTER, 0.0),
    (FaultKind.DROP_AFTER, 0.0),
    (FaultKind.HANG_BEFORE, 60.0),
    (FaultKind.ERROR_BEFORE, 0.0),
    (FaultKind.DROP_BEFORE, 0.0),
    (FaultKind.BAD_GATEWAY, 0.0),
    (FaultKind.DELAY, 3.0),
    (FaultKind.DELAY, 40.0),
)
READ_FAULTS = (
    (FaultKind.ERROR_BEFORE, 0.0),
    (FaultKind.HTML_BEFORE, 0.0),
    (FaultKind.DROP_BEFORE, 0.0),
    (FaultKind.TOO_MANY, 1.0),
    (FaultKind.DELAY, 6.0),
    (FaultKind.HANG_BEFORE, 60.0),
)


@dataclass(frozen=True)
class Weather:
    """What may happen in a history.

    `shared`: one night that both shops sell is synced, closed, taken back, healed and held back for, by copies that
    know it from a catalogue. `between`: old answers of the shops, whatever they are asked, and a replica now and then.
    """

    buyers: int = 6
    cancels: int = 3
    refunds: int = 0
    staff: int = 0
    operators: int = 2
    faults: float = 0.25
    kills: float = 0.15
    stops: float = 0.1
    overlapping: bool = False
    aimed: float = 0.6
    shared: bool = False
    between: bool = False


CLEAN = Weather()
"""FooEvents' own requests one after the other, so that every seat lost or invented would be ours."""

WILD = Weather(buyers=10, cancels=5, refunds=1, staff=2, operators=3, kills=0.2, overlapping=True)
QUIET = Weather(buyers=0, cancels=0, faults=0.4, kills=0.25, stops=0.2, operators=1, aimed=0.0)
"""Nobody buys: what is on offer moves only by our own hand, at every moment."""

AIMED = Weather(buyers=3, cancels=0, operators=1, faults=0.0, kills=0.0, stops=0.0, aimed=1.0)
"""Nothing but sales that fall into our writes, whose every seat must be found again."""

SHARED = Weather(buyers=4, cancels=2, shared=True, between=True)
"""The same night on both shops, and old answers on the way."""

WEATHERS = {"clean": CLEAN, "wild": WILD, "quiet": QUIET, "aimed": AIMED, "shared": SHARED}
