"""Start and stop the practice club's servers, and the settings that point at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    """`buyers` buy while you watch; `latency` milliseconds per request; `scale` times the club's size."""

    buyers: int = 0
    latency: int = 0
    seed: int = 1
    scale: int = 1


class PracticeClub:
    """Both shops and the WordPress database on loopback: random ports, random credentials."""

    def __init__(self, options: PracticeOptions) -> None:
        raise NotImplementedError

    async def start(self) -> Mapping[str, str]:
        """Serve; returns the settings (names of COMMANDS.md) that point the program here."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Close every port and delete every file."""
        raise NotImplementedError
