"""A terminal that goes before anything was painted, one that takes no output, and keys that come all at once."""

from __future__ import annotations

import os
import signal
import time

import psutil
import pytest
from pty_terminal import PATIENCE, Start, Terminal

HUNG_UP_UNHEARD = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nprint('starting', flush=True)"


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_terminal_that_is_lost_before_the_first_picture_ends_the_program(start: Start, seconds: float) -> None:
    """Whoever started it (`nohup`, a supervisor) had it ignore the system's own signal."""
    terminal = start(HUNG_UP_UNHEARD, forked=False)
    terminal.until("starting")
    time.sleep(seconds)
    terminal.lose()
    assert terminal.wait() == 129


WAITS_FOR_THE_TERMINAL = """
from brcc_tui.screens.support.lost_terminal import Lasting
del Lasting.write
"""
"""The driver as Textual has it: what finds the queue full waits, and the event loop with it."""


def stuck(start: Start, lines: str = "") -> Terminal:
    """The program before a terminal from which nobody takes anything, after many pictures: each key has its own."""
    terminal = start(lines)
    terminal.until("310 ms")
    terminal.quiet()
    for number in range(100):
        terminal.send("2461"[number % 4])
        time.sleep(0.06)
    time.sleep(0.5)
    return terminal


def fill(terminal: Terminal) -> None:
    """More keys until the program does nothing about them: on a busy computer it paints once for several of them."""
    process, end, deaf = psutil.Process(terminal.pid), time.monotonic() + PATIENCE, 0
    while deaf < 5:
        assert time.monotonic() < end, "it goes on, whatever it has written"
        before = process.cpu_times()[:2]
        terminal.send("24"[deaf % 2])
        time.sleep(0.2)
        deaf = deaf + 1 if process.cpu_times()[:2] == before else 0


def ends(terminal: Terminal, seconds: float) -> bool:
    """Whether it ends within that time of being told to; nobody reads what it writes meanwhile."""
    end = time.monotonic() + seconds
    os.kill(terminal.pid, signal.SIGTERM)
    while not terminal.is_over():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_terminal_that_takes_no_output_stops_nothing(start: Start) -> None:
    terminal = stuck(start)
    assert ends(terminal, 30), "it waits for the terminal"
    assert terminal.wait() == 143


def test_a_driver_that_waits_for_the_terminal_would_be_stopped(start: Start) -> None:
    terminal = stuck(start, WAITS_FOR_THE_TERMINAL)
    fill(terminal)
    assert not ends(terminal, 8), "the terminal took it all: the test above proves nothing"


def test_once_it_takes_output_again_everything_is_painted(start: Start) -> None:
    terminal = stuck(start)
    terminal.quiet(1.0)
    terminal.press("2")
    terminal.quiet(0.5)
    seen = terminal.text()
    terminal.press("1")
    terminal.press("2")
    end = time.monotonic() + PATIENCE
    while terminal.text() != seen:
        assert time.monotonic() < end, terminal.text()
        terminal.read(0.1)


AT_ONCE = {
    "a word for what the first key opens": ("/late laughs", "late laughs ", "\x1b"),
    "the list of everything": ("\x10quit", "quit ", "\x1b"),
    "another screen, its filter, a word": ("2/industry", "1 shows", "\x1b"),
    "a word, and the key that chooses": ("1/stef dag\r", "T20:00@main", ""),
}


def test_keys_that_come_all_at_once_go_where_each_was_meant(start: Start) -> None:
    """Pasted without marks around them, or typed while the line was slow: no letter is a key of the screen behind."""
    terminal = start()
    terminal.until("310 ms")
    terminal.quiet()
    for keys, sign, back in AT_ONCE.values():
        terminal.send(keys)
        terminal.until(sign)
        assert "/10" not in terminal.text(), "a space has selected something"
        if back:
            terminal.press(back)
    assert "Stef Dag" in terminal.text()
    terminal.send("1/eb fri 20\r=58\r")
    terminal.until("31 → 58*")
