"""Rooms with their seats, and what people said about which listings belong together."""

from __future__ import annotations

from pathlib import Path

from brcc_tui.model.show import Room

DEFAULT_ROOM = "main"


class House:
    """One file. Rules are kept for a product's slot or a series over all dates, exceptions for single dates."""

    def __init__(self, path: Path, default_seats: int) -> None:
        raise NotImplementedError

    def room(self, name: str = DEFAULT_ROOM) -> Room:
        """The room of that name; the default one always exists."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the file."""
        raise NotImplementedError
