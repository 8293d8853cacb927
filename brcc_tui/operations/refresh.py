"""Read the catalogue of both shops and put it in the place of the cached one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from brcc_tui.model.catalogue import Failure
from brcc_tui.operations.club import Club


@dataclass(frozen=True, slots=True)
class RefreshProgress:
    """How far one part has come: `part` is a platform's name, `total` None while unknown."""

    part: str
    done: int
    total: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh read: see COMMANDS of the README for the JSON it becomes."""

    read_at: dt.datetime
    seconds: float
    requests: Mapping[str, int]
    queries: int
    counts: Mapping[str, int]
    failed: tuple[Failure, ...]


async def refresh(club: Club, progress: Callable[[RefreshProgress], None] | None = None) -> RefreshReport:
    """Read both shops side by side. When one fails as a whole, its part of the old cache stays."""
    raise NotImplementedError
