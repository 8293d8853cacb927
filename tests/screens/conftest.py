"""The screens over a desk whose answers are written down; a plain terminal, whatever the developer's is."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

sys.path.insert(0, str(Path(__file__).parent))

from fake_desk import FakeDesk

from brcc_tui.app import BrccApp

Running = Callable[..., AbstractAsyncContextManager[Pilot[int]]]


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BRCC_ASCII", "SSH_CONNECTION", "NO_COLOR", "LC_ALL", "LC_CTYPE", "TEXTUAL_THEME", "BRCC_MOUSE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


def make_app(desk: FakeDesk) -> BrccApp:
    """An application that lets an unexpected error through, so that no test passes over one."""
    app = BrccApp(desk)
    app.survive = False
    return app


@pytest.fixture
def app(desk: FakeDesk) -> BrccApp:
    return make_app(desk)


async def settle(pilot: Pilot[int]) -> None:
    """Wait until no key, worker or repaint is left to do."""
    await pilot.pause()
    while busy := [worker for worker in pilot.app.workers if worker.group not in _ASKING and not worker.is_finished]:
        await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()
    await pilot.pause()


_ASKING = ("ask", "review", "recover", "why")
"""Workers that wait for a person's answer: waiting for them would wait for ever."""


@pytest.fixture
def running(app: BrccApp) -> Running:
    """Run the application: `async with running(size=(120, 36)) as pilot`."""

    @asynccontextmanager
    async def run(size: tuple[int, int] = (120, 36), keys: str = "") -> AsyncIterator[Pilot[int]]:
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            for key in keys.split():
                await press(pilot, key)
            yield pilot

    return run


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys, one after the other, each to its end."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def screen_text(app: BrccApp) -> str:
    """What stands on the terminal, without colours."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)
