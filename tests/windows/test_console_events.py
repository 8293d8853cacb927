"""Ctrl+C, Ctrl+Break, a closed window, a log-off and a shutdown, as Windows tells of them."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable

import pytest

from brcc_tui import app
from brcc_tui.operations.interruption import until_told_to_stop
from brcc_tui.windows import api, console_events
from brcc_tui.windows.console_events import CLOSE, CTRL_BREAK, CTRL_C, EVERY, LOG_OFF, SHUTDOWN, answer, woken_by_ctrl_c
from tests.system.terminal import PATIENCE


@pytest.mark.parametrize("event", [CLOSE, LOG_OFF, SHUTDOWN])
def test_the_process_is_given_the_time_that_windows_gives(event: int) -> None:
    """Windows ends the process when the handler returns: it stays until the program has ended, or five seconds."""
    order: list[object] = []
    assert answer(event, lambda: order.append("told"), order.append)
    assert order[0] == "told"
    assert isinstance(order[1], float)
    assert order[1] > 5


@pytest.mark.parametrize("event", [CTRL_C, CTRL_BREAK])
def test_keys_end_nothing_by_themselves(event: int) -> None:
    order: list[object] = []
    assert answer(event, lambda: order.append("told"), order.append)
    assert order == ["told"], "it returns at once"


@pytest.mark.parametrize("event", [3, 4])
def test_what_is_no_wish_to_end_goes_to_the_next_handler(event: int) -> None:
    assert not answer(event, lambda: pytest.fail("told"), lambda _seconds: pytest.fail("slept"))


class Console:
    """Stands in for Windows: calls whoever listens."""

    def __init__(self) -> None:
        self.handlers: list[Callable[[int], bool]] = []

    def add_control_handler(self, handle: Callable[[int], bool]) -> Callable[[], None]:
        self.handlers.append(handle)
        return lambda: self.handlers.remove(handle)

    def event(self, number: int) -> bool:
        """Whether a handler took it; the newest is asked first."""
        return any(handle(number) for handle in reversed(self.handlers))


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    made = Console()
    monkeypatch.setattr(console_events, "ON_WINDOWS", True)
    monkeypatch.setattr(console_events, "GRACE_SECONDS", 0.0)
    monkeypatch.setattr(api, "add_control_handler", made.add_control_handler)
    return made


@pytest.mark.parametrize("event", sorted(EVERY))
def test_each_of_them_stops_a_command_as_a_signal_does(console: Console, event: int) -> None:
    with until_told_to_stop() as told:
        assert not told()
        assert console.event(event)
        assert told()
    assert console.handlers == []


@pytest.mark.parametrize("event", sorted(EVERY))
def test_the_screens_are_left_as_if_a_signal_had_come(
    console: Console, event: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another thread than the loop's: what is under way is finished by the loop."""

    async def run_async(self: app.BrccApp, **_: object) -> int:
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        monkeypatch.setattr(self, "end_by_signal", ended.set_result)
        await asyncio.to_thread(console.event, event)
        return await asyncio.wait_for(ended, 5)

    monkeypatch.setattr(app.BrccApp, "run_async", run_async)
    assert app.run_app(None, []) == 143
    assert console.handlers == []


@pytest.mark.usefixtures("console")
def test_ctrl_c_ends_what_waits_for_a_silent_service() -> None:
    """Windows has its signal come in another thread, which wakes no loop: it waited on, up to half a minute."""
    waits, ended = threading.Event(), threading.Event()
    at_once: list[bool] = []

    def press(wake: Callable[[], object]) -> None:
        waits.wait()
        signal.raise_signal(signal.SIGINT)
        at_once.append(ended.wait(PATIENCE))
        wake()

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        threading.Thread(target=press, args=(lambda: loop.call_soon_threadsafe(pressed.set),)).start()
        waits.set()
        pressed = asyncio.Event()
        try:
            await pressed.wait()
        finally:
            ended.set()
            await pressed.wait()

    turn, before = sys.getswitchinterval(), signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.setswitchinterval(1000)  # the other thread has its turn when this one waits
    try:
        with (
            pytest.raises(KeyboardInterrupt),
            asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
            woken_by_ctrl_c(runner.get_loop()),
        ):
            runner.run(wait())
    finally:
        sys.setswitchinterval(turn)
        signal.signal(signal.SIGINT, before)
    assert at_once == [True]
