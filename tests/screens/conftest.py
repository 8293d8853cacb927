"""The screens over a desk whose answers are written down; a plain terminal, whatever the developer's is."""

from __future__ import annotations

import inspect
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import textual._callback
from textual.css.model import RuleSet
from textual.pilot import Pilot

sys.path.insert(0, str(Path(__file__).parent))

from driving import Running, make_app, settle
from fake_desk import FakeDesk
from quiet import wait_quickly

from brcc_tui.app import BrccApp

RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]  # the same, but nobody is told of each `id()`

_count_parameters = textual._callback._count_parameters


def count_parameters(function: Callable[..., object]) -> int:
    """The same as Textual's own count: each key that a test presses asks it of each widget, of a new function."""
    plain = inspect.isfunction(function) and function.__dict__.keys() <= {"_param_count"}
    if not plain or function.__code__.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
        return _count_parameters(function)  # what else has a say in how many there are is looked for there
    return function.__code__.co_argcount + function.__code__.co_kwonlyargcount


textual._callback._count_parameters = count_parameters


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BRCC_ASCII", "SSH_CONNECTION", "NO_COLOR", "LC_ALL", "LC_CTYPE", "TEXTUAL_THEME", "BRCC_MOUSE",
                 "BRCC_CURSOR"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("WT_SESSION", "a terminal with every sign, on Windows too")


@pytest.fixture(autouse=True)
def nothing_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program lives for a tenth of a second here: to look through what all tests have made costs a part of that."""
    monkeypatch.setattr("brcc_tui.app.freeze", lambda: None)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_quickly(monkeypatch)


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def app(desk: FakeDesk) -> BrccApp:
    return make_app(desk)


@pytest.fixture
def running(app: BrccApp) -> Running:
    """Run the application: `async with running(size=(120, 36)) as pilot`."""

    @asynccontextmanager
    async def run(size: tuple[int, int] = (120, 36)) -> AsyncIterator[Pilot[int]]:
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot

    return run
