"""What is known of how listings belong together: verdicts on two groups, and doubts about single listings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from brcc_tui.model.shows.show import Pairing, PairingState


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

    def is_in_doubt(self, listing_id: str) -> bool:
        """Whether a listing may belong elsewhere, or stands at another start than its own."""
        return listing_id in self.doubts or listing_id in self.moved

    def verdict(self, one: str, other: str) -> Pairing:
        """How sure it is that two groups that meet at one start sell the same seats."""
        found = self.verdicts.get(frozenset((one, other)))
        return found or Pairing(PairingState.LIKELY, "same room and start")
