"""What is known of how listings belong together: verdicts on two groups, and doubts about single listings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.show import Pairing, PairingState

NEAR: Final = dt.timedelta(minutes=45)
"""A start that differs by no more may be the same show."""


class Doubt(NamedTuple):
    """Why a listing may belong elsewhere; `single` when it is this date alone: no word about its group covers it."""

    reason: str
    single: bool = False


@dataclass(frozen=True, slots=True)
class Pairings:
    """What was found: a verdict for two groups, doubts by listing, and listings that belong to another start."""

    verdicts: Mapping[frozenset[str], Pairing] = field(default_factory=dict)
    moved: Mapping[str, dt.datetime] = field(default_factory=dict)
    doubts: Mapping[str, Doubt] = field(default_factory=dict)

    def start(self, listing: Listing) -> dt.datetime | None:
        """The start of the show that it was found to belong to, a little apart from its own; None for no other one.

        Its shop may have moved it since: then what was found of it says nothing.
        """
        found, own = self.moved.get(listing.id), listing.starts_at
        if found is None or own is None or abs(found.astimezone(dt.UTC) - own.astimezone(dt.UTC)) > NEAR:
            return None
        return found

    def is_in_doubt(self, listing: Listing) -> bool:
        """Whether a listing may belong elsewhere, or stands at another start than its own."""
        return listing.id in self.doubts or self.start(listing) is not None

    def verdict(self, one: str, other: str) -> Pairing:
        """How sure it is that two groups that meet at one start sell the same seats."""
        found = self.verdicts.get(frozenset((one, other)))
        return found or Pairing(PairingState.LIKELY, "same room and start")
