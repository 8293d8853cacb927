"""MySQL's named locks: `GET_LOCK` and its kin, with MariaDB's semantics across sessions."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

SERVER_NAME_LIMIT = 192
"""MariaDB's longest name of a lock."""


@dataclass(slots=True)
class _Held:
    owner: int
    times: int = 1
    waiting: deque[tuple[int, asyncio.Future[None]]] = field(default_factory=deque)


class NamedLocks:
    """Who holds which name. A session may hold several, and one of them several times."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    async def get(self, session: int, name: str, seconds: float) -> int:
        """1 when taken; 0 when somebody else kept it for so many seconds (below zero: wait for ever)."""
        held = self._held.get(name)
        if held is None:
            self._held[name] = _Held(session)
            return 1
        if held.owner == session:
            held.times += 1
            return 1
        if seconds == 0:
            return 0
        turn = asyncio.get_running_loop().create_future()
        held.waiting.append((session, turn))
        try:
            async with asyncio.timeout(None if seconds < 0 else seconds):
                await turn
        except TimeoutError:
            return 0
        finally:
            if (session, turn) in held.waiting:
                held.waiting.remove((session, turn))
        return 1

    def release(self, session: int, name: str) -> int | None:
        """1 when let go, 0 when it is somebody else's, None when nobody holds it."""
        held = self._held.get(name)
        if held is None:
            return None
        if held.owner != session:
            return 0
        held.times -= 1
        if not held.times:
            self._hand_on(name, held)
        return 1

    def release_all(self, session: int) -> int:
        """Let go of everything a session holds; how many times it held something."""
        mine = [(name, held) for name, held in self._held.items() if held.owner == session]
        for name, held in mine:
            self._hand_on(name, held)
        return sum(held.times for _, held in mine)

    def owner(self, name: str) -> int | None:
        """The session that holds the name, or None."""
        held = self._held.get(name)
        return None if held is None else held.owner

    def _hand_on(self, name: str, held: _Held) -> None:
        while held.waiting:
            session, turn = held.waiting.popleft()
            if not turn.done():
                self._held[name] = _Held(session, waiting=held.waiting)
                turn.set_result(None)
                return
        del self._held[name]
