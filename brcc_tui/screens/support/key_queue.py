"""Handles one key at a time: the next waits until everything that the previous one causes has been done.

A terminal sends in one burst what was pasted, or typed while the line was slow. Textual sends each key to whatever has
the focus at that moment; what `/` opens gets it only a few messages later, so the letters of a word would act as keys
of the screen behind. So a key waits until the messages of the previous one have travelled from the focus up to the
application, and until a screen that it opened is ready and has set its focus.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from textual import events
from textual.app import App
from textual.dom import DOMNode

_LONGEST_WAIT: Final = 1.0
"""Seconds after which the next key is heard in any case: what had the focus may be gone, and its messages with it."""

_LOOK_AGAIN: Final = 0.01
_MAX_WAITING: Final = 5_000
"""Keys that wait at most; whoever pastes more meant another window."""

KeyOrPaste = events.Key | events.Paste


class KeyQueue:
    """Hands keys and pasted texts to `handle`, one by one. `moving` says that a key is still leading somewhere."""

    def __init__(
        self, app: App[int], handle: Callable[[KeyOrPaste], Awaitable[None]], moving: Callable[[], bool]
    ) -> None:
        self._app, self._handle, self._moving = app, handle, moving
        self._waiting: deque[KeyOrPaste] = deque()
        self._turn = 0
        self._busy = False
        self._in_any_case: asyncio.TimerHandle | None = None

    async def hear(self, event: KeyOrPaste) -> None:
        """Handle it now, or when those before it have been. All fields are of one line: of several that are pasted they
        would take the first, and leave out the others without a word. Line ends around the text are no part of it: a
        password would end with a blank.
        """
        if isinstance(event, events.Paste):
            event.text = " ".join(event.text.strip("\r\n").splitlines())
        if self._busy:
            if len(self._waiting) < _MAX_WAITING:
                self._waiting.append(event)
            return
        await self._take(event)

    async def _take(self, event: KeyOrPaste) -> None:
        self._busy = True
        self._turn += 1
        turn, app = self._turn, self._app
        screen = app.screen if app.screen_stack else None
        focused: DOMNode = app.focused or screen or app
        try:
            await self._handle(event)
        finally:
            loop = asyncio.get_running_loop()
            self._in_any_case = loop.call_later(_LONGEST_WAIT, app.call_later, self._next, turn)
            self._follow(focused, lambda: self._arrived(turn, screen))

    def _follow(self, pump: DOMNode | None, then: Callable[[], None]) -> None:
        """Go the way of an event that nobody stops: behind it, through each queue, up to the application."""
        while pump is not None and pump is not self._app:
            parent = pump.parent
            if pump.call_later(self._follow, parent, then):
                return
            pump = parent  # it is gone
        self._app.call_later(then)

    def _arrived(self, turn: int, before: object) -> None:
        """The key has been everywhere. What it opened is followed to the place where its keys go."""
        app = self._app
        screen = app.screen if app.screen_stack else None
        if self._moving():
            app.set_timer(_LOOK_AGAIN, lambda: self._arrived(turn, before))
        elif screen is not None and screen is not before:
            self._follow(screen, lambda: self._arrived(turn, screen))
        else:
            app.call_later(app.call_later, self._next, turn)  # a focus that was asked for is given in between

    async def _next(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._busy = False
        if self._in_any_case is not None:
            self._in_any_case.cancel()
        if self._waiting:
            await self._take(self._waiting.popleft())
