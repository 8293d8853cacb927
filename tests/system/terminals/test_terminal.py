"""What the program costs on the wire, and how it leaves the terminal behind."""

from __future__ import annotations

import signal

import pytest
from modes import restored
from pty_terminal import Start

DOWN = "\x1b[B"
MANY = """
desk = FakeDesk([eb(n, f'Show {n}', at(n % 300, 20), 55, n % 56, series=str(n)) for n in range(10_000)])
desk.programme = lambda listings: Programme((), tuple(listings))  # the list is what is tested here
"""


@pytest.mark.parametrize("place", ["1", "2", "4"])
def test_one_row_down_costs_at_most_700_bytes(start: Start, place: str) -> None:
    terminal = start()
    terminal.until("310 ms")
    terminal.quiet()
    if place != "1":
        terminal.press(place)
    terminal.quiet(0.8)
    terminal.press(DOWN)  # with the first key may go out what the last layout of the start had marked
    costs = [terminal.press(DOWN) for _ in range(4)]
    assert max(costs) <= 700, costs


def test_ten_thousand_rows_cost_no_more_than_ten(start: Start) -> None:
    terminal = start(MANY)
    terminal.until("310 ms")
    terminal.quiet()
    terminal.press("4")
    terminal.until("10,000 listings")
    terminal.quiet(0.8)
    costs = [terminal.press(DOWN) for _ in range(4)]
    assert max(costs) <= 700, costs


def test_doing_nothing_writes_nothing(start: Start) -> None:
    terminal = start()
    terminal.until("310 ms")
    terminal.quiet(1.0)
    before = len(terminal.written)
    terminal.read(2.0)
    assert len(terminal.written) == before


@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_gives_the_terminal_back(start: Start, name: str, status: int) -> None:
    terminal = start()
    terminal.until("310 ms")
    terminal.quiet()
    assert terminal.kill(name) == status
    restored(terminal.written)


def test_quitting_gives_the_terminal_back(start: Start) -> None:
    terminal = start()
    terminal.until("310 ms")
    terminal.quiet()
    terminal.press("\x11")
    assert terminal.wait() == 0
    restored(terminal.written)


def test_a_signal_while_a_write_is_in_the_air_waits_for_its_end(start: Start) -> None:
    terminal = start("desk.apply_gate.clear()\nimport threading")
    terminal.until("310 ms")
    terminal.quiet()
    for key, sign in ((" ", "Selected"), ("3", "Together"), ("+", "→ 32*"), ("w", "as ")):
        terminal.press(key)
        terminal.until(sign)
    terminal.answer("y", "sent: capacity 32")
    import os

    os.kill(terminal.pid, signal.SIGTERM)
    terminal.read(1.0)
    assert not terminal.ended, "it left a write in the air"


def test_over_ssh_the_mouse_stays_off_unless_asked(start: Start) -> None:
    lines = "import os\nfrom brcc_tui.app import wants_mouse\nprint('mouse', wants_mouse(os.environ))\nsys.exit(7)"
    terminal = start(lines, environment={"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"})
    assert terminal.wait() == 7
    assert b"mouse False" in terminal.written
    terminal = start(lines, environment={"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22", "BRCC_MOUSE": "1"})
    assert terminal.wait() == 7
    assert b"mouse True" in terminal.written
