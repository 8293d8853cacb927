"""What could not be read: a row with its reason, beside everything that could."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that could not be read, and why; everything else was."""

    id: str
    title: str
    reason: str
