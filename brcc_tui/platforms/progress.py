"""Progress of reading a list: the callback that a client calls meanwhile."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int | None], None]
"""Called with how many things have been received, and how many there are; None while the shop does not say."""
