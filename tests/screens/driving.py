"""Driving the screens: keys pressed to their end, and what then stands on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from cells import strips
from fake_desk import FakeDesk
from textual.pilot import Pilot

from brcc_tui.app import BrccApp

Running = Callable[..., AbstractAsyncContextManager[Pilot[int]]]

ASKING = ("ask", "review", "recover", "why")
"""Workers that wait for a person's answer: waiting for them would wait for ever."""

_PATIENCE = 1000
"""Hundredths of a second that a modal may take to stand on a busy machine: until then it hears no key."""


def make_app(desk: FakeDesk, problems: Sequence[str] = ()) -> BrccApp:
    """An application that lets an unexpected error through, so that no test passes over one."""
    app = BrccApp(desk, problems)
    app.survive = False
    return app


async def settle(pilot: Pilot[int], *, held: bool = False) -> None:
    """Wait until no key, worker or repaint is left to do; not for workers where a test holds them back."""
    await pilot.pause()
    while not held and (busy := [w for w in pilot.app.workers if w.group not in ASKING and not w.is_finished]):
        await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()
    await pilot.pause()
    for _ in range(_PATIENCE):
        if getattr(pilot.app.screen, "painted_at", 0.0) is not None:
            break
        await pilot.pause(0.01)


async def press(pilot: Pilot[int], *keys: str, held: bool = False) -> None:
    """Press keys, one after the other, each to its end."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot, held=held)


def screen_text(app: BrccApp) -> str:
    """What stands on the terminal, without colours."""
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips(app))
