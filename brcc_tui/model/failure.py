"""What could not be read: a row with its reason, beside everything that could."""

from __future__ import annotations

from typing import NamedTuple


class Failure(NamedTuple):
    """One thing that could not be read, and why; everything else was."""

    id: str
    title: str
    reason: str
