"""How far a client has got with a list: what is called while it is read."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int | None], None]
"""Called with how many things have been received, and how many there are; None while the shop does not say."""
