"""What the program says on a terminal is what is true, or says how old it is: after a close, in silence, when idle."""

from __future__ import annotations

import json
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from pty_terminal import Start, StartProgram, Terminal
from shops import Shops, journal

FRIDAY, SATURDAY = 4, 5


def _open(start_program: StartProgram, shops: Shops, data: Path, **environment: str) -> Terminal:
    terminal = start_program(environment={**shops.environment(data), "LOGNAME": "robin", **environment})
    terminal.until("calls left")
    return terminal


def _go_to_show(terminal: Terminal, words: str) -> None:
    """Under Shows, unfolded, and read just now."""
    terminal.type("2")
    terminal.find(words, "find: ")
    terminal.type("l")
    terminal.until("N changes them")
    terminal.type("r")
    while not re.search(r" now .*on sale", terminal.text()):
        terminal.read(0.1)


def test_closed_sales_say_so_while_the_close_is_still_watched(
    start_program: StartProgram, shops: Shops, data: Path
) -> None:
    terminal = _open(start_program, shops, data, BRCC_SETTLE="100,110")
    _go_to_show(terminal, "sat 22:00")
    terminal.type("x")
    terminal.until("as robin")
    assert "Type " in terminal.text(), "it wants a number"
    terminal.agree()
    terminal.until("undo, through a plan")
    terminal.answer("escape", "N changes them")
    while len([entry for entry in journal(data) if entry.last("verified")]) < 2:
        terminal.read(0.05)
    verified = time.monotonic()
    while "on sale" in (said := _listings(terminal)) or "closed" not in said:
        assert time.monotonic() - verified < 50, terminal.text()  # the watch lasts twice as long
        terminal.read(0.05)
    print(f"{time.monotonic() - verified:.2f} s after the last was verified")
    assert len(said) > 1
    assert {entry.outcome for entry in journal(data)} == {None}, "none of them has settled: it is still watched"
    terminal.insist("ctrl+q", lambda _: terminal.ended)


def _listings(terminal: Terminal) -> list[str]:
    """What is said of the listings of the show that is unfolded: on sale, closed."""
    return re.findall(r"      (?:EB|WC) .* now (on sale|closed|sold out|hidden)", terminal.text())


_NUMBERS = re.compile(r"  (EB|WC) .*?\s(\d+) +(\d+) +[\d-]+ +(?:[█▒░]+ +)?(\d+) +(?!\d+ )\S")
"""A listing's shop, seats, sold and left; where there is room, a bar stands among them."""


@contextmanager
def _stopped(shops: Shops) -> Iterator[None]:
    """The servers of the practice club stand still: they take connections and answer nothing."""
    alive = (one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE)
    (club,) = (one for one in alive if "--until-eof" in one.cmdline())
    club.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        club.send_signal(signal.SIGCONT)


def test_silent_shops_take_nothing_from_what_was_known(start_program: StartProgram, shops: Shops, data: Path) -> None:
    terminal = _open(start_program, shops, data)
    _go_to_show(terminal, "fri 20:00")
    before = _NUMBERS.findall(terminal.text())
    assert len(before) > 1
    with _stopped(shops):
        terminal.send("r")
        terminal.until("waiting for")
        assert "○" in terminal.text().splitlines()[0]
        assert _NUMBERS.findall(terminal.text()) == before
    while "waiting for" in terminal.text():
        terminal.read(0.1)
    terminal.quiet(0.1)
    assert "○" not in terminal.text().splitlines()[0], "the lights recover by themselves"
    terminal.insist("ctrl+q", lambda _: terminal.ended)


def test_ten_idle_minutes_are_said_in_the_row_for_a_few_bytes(start: Start) -> None:
    """The practice clock runs two hundred times as fast, and so does what looks at it once a minute."""
    terminal = start(
        "import time, datetime as dt, brcc_tui.app as program\n"
        "program._MINUTE, began = 0.3, time.monotonic()\n"
        "desk.now = lambda: NOW + dt.timedelta(seconds=200 * (time.monotonic() - began))"
    )
    terminal.until(" now ")
    _minutes_ago(terminal, 3)
    terminal.quiet(0.1)  # on a busy machine that may be the first picture of all that was read, and more of it comes
    first, before = _minutes_ago(terminal, 3), len(terminal.written)
    last = _minutes_ago(terminal, first + 7)
    rows = [row for row in terminal.text().splitlines() if "tonight" in row and f" {last}m " in row]
    assert rows, "the shows that were read at the start say how long ago that is"
    a_minute = (len(terminal.written) - before) / (last - first)
    everywhere = len(re.findall(r" \d+m ", terminal.text()))  # some may be a minute older by now
    print(f"{a_minute:.0f} bytes a minute for {len(rows)} rows of tonight and {everywhere} in all")
    assert a_minute < 100 * everywhere + 200


def _minutes_ago(terminal: Terminal, least: int) -> int:
    """How old the shows of tonight are said to be, once it is so many minutes; a busy machine may skip some."""
    while True:
        tonight = "\n".join(row for row in terminal.text().splitlines() if "tonight" in row)
        if (old := min(map(int, re.findall(r" (\d+)m ", tonight)), default=0)) >= least:
            return old
        assert not terminal.ended
        terminal.read(0.1)


def test_one_show_has_one_total_on_every_screen_and_the_command_line(
    start_program: StartProgram, shops: Shops, data: Path
) -> None:
    on_sale = Counter(x["show"] for x in shops.coming(weekday=SATURDAY, hour=20) if shops.left(x["id"]))
    show = str(next(one for one, many in on_sale.items() if many > 1))
    start = show[11:16]  # which its listings need not say
    terminal = _open(start_program, shops, data)
    _go_to_show(terminal, f"{show[:10]} {start}")
    on_screen = re.search(rf" {start} .* (\d+) +(\d+) +(\d+) +(?:[█▒░]+ +)?(-?\d+) +\S+ +\S+ +now ", terminal.text())
    assert on_screen is not None, terminal.text()
    terminal.type(" 3")  # the show is the first row: a key up would do nothing, and nothing would answer it
    terminal.until("Together")
    while "live " not in terminal.text() or "reading" in terminal.text():
        terminal.read(0.1)
    together = re.search(r"(\d+) sold +(\d+) held +(\d+) on sale", terminal.text())
    assert together is not None, terminal.text()
    found = json.loads(shops.command(data, "shows", "--json"))["shows"]
    (told,) = (one for one in found if one["id"] == show)
    assert [int(number) for number in together.groups()] == [told["sold"], told["held"], told["remaining"]]
    assert [int(on_screen[n]) for n in (2, 3, 4)] == [told["sold"], told["held"], told["free"]]
    terminal.insist("ctrl+q", lambda _: terminal.ended)
