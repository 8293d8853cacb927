"""However the program ends: the terminal is given back, no process stays, a change is finished or in the journal."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from modes import modes_after, restored
from pty_terminal import Start, Terminal
from shops import Listing, Shops, journal

SIGNALS = [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)]
SUNDAY = 6


def a_sunday(shops: Shops, nth: int) -> Listing:
    """A show on a Sunday at the web shop with room."""
    return [x for x in shops.coming(weekday=SUNDAY, hour=18, shop="wc") if shops.left(x["id"]) > 9][1 + nth]


def begin_a_change(program: Terminal, shops: Shops, listing: Listing) -> int:
    """One seat fewer, until it was sent; what the shop had left before."""
    before = shops.left(listing["id"])
    program.find(f"6pm wc {listing['date']}", "words, a day")
    program.until("@main")
    program.type("-w")
    program.until("as robin")
    program.agree()
    program.until("sent")
    return before


def assert_finished(shops: Shops, data: Path, listing: str, before: int) -> None:
    """The shop has it, and the journal knows that it was seen there."""
    assert shops.left(listing) == before - 1
    (entry,) = journal(data)
    assert entry.listing == listing
    assert entry.last("verified") is not None, [event.event for event in entry.events]


@pytest.mark.parametrize(("name", "status"), SIGNALS, ids=[name for name, _ in SIGNALS])
def test_a_signal_in_the_midst_of_a_change(program: Terminal, shops: Shops, data: Path, name: str, status: int) -> None:
    listing = a_sunday(shops, [one for one, _ in SIGNALS].index(name))
    with shops.fault_of_the_write("delay", listing, seconds=0.7):
        before = begin_a_change(program, shops, listing)
        assert program.kill(name) == status
    restored(program.written)
    assert program.unchanged()
    assert program.left_behind() == []
    assert_finished(shops, data, listing["id"], before)


def test_a_signal_while_a_question_stands(program: Terminal, shops: Shops, data: Path) -> None:
    """Nobody has answered it: nothing is written."""
    listing = shops.coming(weekday=SUNDAY, hour=18, shop="wc")[0]
    before = shops.left(listing["id"])
    program.find(f"6pm wc {listing['date']}", "words, a day")
    program.until("@main")
    program.type("-w")
    program.until("as robin")
    assert program.kill("SIGTERM") == 143
    restored(program.written)
    assert program.unchanged()
    assert program.left_behind() == []
    assert shops.left(listing["id"]) == before
    assert journal(data) == []


def test_ctrl_c_says_how_to_leave(program: Terminal) -> None:
    program.type("\x03")
    program.until("ctrl+q leaves")
    assert not program.ended


def test_a_terminal_that_is_lost_ends_the_program(program: Terminal, data: Path) -> None:
    began = time.monotonic()
    program.lose()
    assert program.wait() == 129
    assert time.monotonic() - began < 30
    assert program.left_behind() == []
    assert journal(data) == []


def test_a_terminal_that_is_lost_in_the_midst_of_much_output(program: Terminal, data: Path) -> None:
    """Nobody reads what it writes, then nobody is there at all."""
    program.send("2" + "\x06\x02" * 200 + "123456" * 30)
    program.read(0.2)
    began = time.monotonic()
    program.lose()
    assert program.wait() == 129
    assert time.monotonic() - began < 30
    assert program.left_behind() == []


def test_a_terminal_that_is_lost_in_the_midst_of_a_change(program: Terminal, shops: Shops, data: Path) -> None:
    listing = a_sunday(shops, 3)
    with shops.fault_of_the_write("delay", listing, seconds=0.7):
        before = begin_a_change(program, shops, listing)
        program.lose()
        assert program.wait() == 129
    assert program.left_behind() == []
    assert_finished(shops, data, listing["id"], before)


def test_an_error_before_the_first_screen_is_the_one_that_is_told(start: Start) -> None:
    terminal = start("sys.modules['brcc_tui.screens.dashboard'] = None", forked=False)
    assert terminal.wait() == 1
    restored(terminal.written)
    assert b"brcc_tui.screens.dashboard" in terminal.written
    assert b"ScreenStackError" not in terminal.written


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (b"\x1b[?1049h\x1b[?1003h\x1b[?1003l\x1b[?1049l", ""),
        (b"\x1b[?1049h\x1b[?1003h\x1b[?1049l", "modes left on"),
        (b"\x1b[?25l\x1b[?7l\x1b[?25h", "modes left off"),
        (b"\x1b[?1049h\x1b[>25u\x1b[?1049l\x1b[<u", "kitty keyboards pushed and not popped"),
        (b"\x1b[?1049h\x1b[>25u\x1b[<u\x1b[?1049l", ""),
        (b"\x1b[22;0t\x1b]2;brcc\x07", "titles pushed and not popped"),
        (b"\x1b[5 q", "shape of the cursor"),
        (b"\x1b[5 q\x1b[0 q", ""),
        (b"\x1b[38;2;1;1;0m", "style of letters"),
        (b"\x1b[38;2;1;1;0mx\x1b[0m", ""),
        (b"\x1b]11;#000000\x07", "colours of the terminal itself"),
        (b"\x1b]11;#000000\x07\x1b]111\x07", ""),
        (b"\x1b[2;10r", "scrolling margins"),
    ],
)
def test_what_was_left_on_is_noticed(written: bytes, wrong: str) -> None:
    assert list(modes_after(written).differs()) == ([wrong] if wrong else [])
