"""A client's connection to its shop, made when it is first needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from brcc_tui.platforms.loading import off_the_loop

if TYPE_CHECKING:
    from brcc_tui.platforms.http.client import Http


class OnDemand:
    """Made once, by `connect`, away from the event loop: that imports what takes a moment to load."""

    def __init__(self, connect: Callable[[], Http]) -> None:
        self._connect = connect
        self._http: Http | None = None
        self._connecting = asyncio.Lock()

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return self._http.requests if self._http else 0

    async def http(self) -> Http:
        """What sends the requests. After it, the late imports of whoever asks cost nothing."""
        async with self._connecting:
            if self._http is None:
                self._http = await off_the_loop(self._connect)
            return self._http

    async def close(self) -> None:
        """Give the connections back."""
        if self._http:
            await self._http.close()
