"""A terminal that goes before anything was painted, one that takes no output, and keys that come all at once."""

from __future__ import annotations

import os
import signal
import time

import pytest
from pty_terminal import NAMED, Start, Terminal

HUNG_UP_UNHEARD = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nprint('starting', flush=True)"


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_terminal_that_is_lost_before_the_first_picture_ends_the_program(start: Start, seconds: float) -> None:
    """Whoever started it (`nohup`, a supervisor) had it ignore the system's own signal."""
    terminal = start(HUNG_UP_UNHEARD)
    terminal.until("starting")
    time.sleep(seconds)
    terminal.lose()
    assert terminal.wait() == 129


def stuck(start: Start) -> Terminal:
    """The program before a terminal from which nobody takes anything, after much output."""
    terminal = start()
    terminal.until("310 ms")
    terminal.quiet()
    for _ in range(25):
        terminal.send("246135")
        time.sleep(0.04)
    time.sleep(0.5)
    return terminal


def test_a_terminal_that_takes_no_output_stops_nothing(start: Start) -> None:
    terminal = stuck(start)
    began = time.monotonic()
    os.kill(terminal.pid, signal.SIGTERM)
    while not os.waitid(os.P_PID, terminal.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        assert time.monotonic() - began < 30, "it waits for the terminal"
        time.sleep(0.02)
    assert terminal.wait() == 143


def test_once_it_takes_output_again_everything_is_painted(start: Start) -> None:
    terminal = stuck(start)
    terminal.quiet(1.0)
    terminal.press("2")
    terminal.quiet(0.5)
    seen = terminal.text()
    terminal.press("1")
    terminal.press("2")
    terminal.quiet(0.5)
    assert terminal.text() == seen


@pytest.mark.parametrize(
    ("keys", "sign"),
    [
        pytest.param("/late laughs", "late laughs", id="a word for what the first key opens"),
        pytest.param("/stef dag\r", "Limited Run", id="and the key that chooses"),
        pytest.param("2/late", "late", id="another screen and its filter"),
        pytest.param("\x10health", "health", id="the list of everything"),
        pytest.param(NAMED["down"] * 3 + " ", "Mon", id="keys of one list"),
    ],
)
def test_keys_that_come_all_at_once_go_where_each_was_meant(start: Start, keys: str, sign: str) -> None:
    """What comes of them is what comes of typing them one by one."""
    slowly, at_once = start(), start()
    for terminal in (slowly, at_once):
        terminal.until("310 ms")
        terminal.quiet()
    for key in [NAMED["down"]] * keys.count(NAMED["down"]) + list(keys.replace(NAMED["down"], "")):
        slowly.press(key, quiet=0.15)
    at_once.send(keys)
    end = time.monotonic() + 20
    while at_once.text() != slowly.text() and time.monotonic() < end:
        at_once.quiet(0.2)
        slowly.quiet(0.2)
    assert at_once.text() == slowly.text()
    assert sign in at_once.text()
