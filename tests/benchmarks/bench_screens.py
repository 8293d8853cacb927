"""The screens on a terminal: first content, idleness, memory, and what each key costs."""

from __future__ import annotations

import re
import statistics
import sys
import time
from pathlib import Path

from clubs import Sample
from measure import BARE, PROGRAM, Figure, Terminal, alternating, ratio, spread

_WATCHED = Path(__file__).with_name("watched_app.py")
_IDLE_SECONDS = 10


def first_content(club: Sample, rounds: int = 9) -> list[Figure]:
    """From the start of the process to the next show with its numbers, against the smallest application."""
    numbers = rf"{re.escape(club.first_title()[:8])}[^\n]*? \d+ +\d+"

    def start(command: tuple[str, ...], pattern: str) -> float:
        with Terminal(command, club.settings, club.folder) as terminal:
            return terminal.until(pattern)

    found = alternating(rounds, bare=lambda: start(BARE, "the floor stands"), ours=lambda: start(PROGRAM, numbers))
    note = f"{spread(found['ours'])} ms against {spread(found['bare'])} ms"
    return [Figure("first content", ratio(found["ours"], found["bare"]), "x", 1.6, note)]


def idle(club: Sample) -> list[Figure]:
    """Ten seconds in which nobody types, after everything that follows the first picture has been read."""
    with Terminal(BARE, {}, club.folder) as bare, Terminal(PROGRAM, club.settings, club.folder) as ours:
        bare.until("the floor stands")
        ours.settle(5)
        bare.settle(1)
        before = [sum(terminal.process.cpu_times()[:2]) for terminal in (ours, bare)]
        began, counted = time.perf_counter(), ours.written
        ours.listen(_IDLE_SECONDS)
        seconds = time.perf_counter() - began
        after = [sum(terminal.process.cpu_times()[:2]) for terminal in (ours, bare)]
        percent = [(new - old) / seconds * 100 for new, old in zip(after, before, strict=True)]
        memory = [terminal.process.memory_info().rss / 2**20 for terminal in (ours, bare)]
        return [
            Figure("idle, 10 s: to the terminal", ours.written - counted, "B", 0),
            Figure("idle, 10 s: processor", percent[0], "%", 0.3, f"the bare application {percent[1]:.1f} %"),
            Figure("memory when idle", memory[0] / memory[1], "x", 1.6, f"{memory[0]:.0f} against {memory[1]:.0f} MiB"),
        ]


def keys(club: Sample) -> list[Figure]:
    """Moving in a long list, going from screen to screen, opening a modal."""
    with Terminal(PROGRAM, club.settings, club.folder) as terminal:
        terminal.settle(5)
        there, back = [], []
        for _ in range(5):
            there.append(terminal.press("2"))
            back.append(terminal.press("1"))
        terminal.press("2")
        help_opens = [(terminal.press("?"), terminal.press("\x1b"))[0] for _ in range(3)]
        terminal.press("5", quiet=1)
        terminal.press("e", quiet=1)
        steps = [terminal.press("\x1b[B", quiet=0.15) for _ in range(12)]
        pages = [terminal.press("\x1b[6~", quiet=0.15) for _ in range(6)]
        rows = re.search(r"([\d,]+) listings", terminal.text())
        switches = there[1:] + back[1:]
        return [
            Figure("down in the list: to the terminal", _median(steps, 0), "B", 700, rows[0] if rows else ""),
            Figure("down in the list: to the last byte", _median(steps, 1), "ms"),
            Figure("page down: to the terminal", _median(pages, 0), "B", None, f"{_median(pages, 1):.0f} ms"),
            Figure("screen switch", _median(switches, 0), "B", 30_000, f"{_median(switches, 1):.0f} ms"),
            Figure("modal", _median(help_opens, 0), "B", 40_000, f"{_median(help_opens, 1):.0f} ms"),
        ]


def opening(club: Sample, rounds: int = 5) -> list[Figure]:
    """Opening the long lists: milliseconds to the last byte, and the longest time in which no key was heard."""
    found: dict[str, list[tuple[float, float]]] = {}
    for number in range(rounds):
        noted = club.folder / f"gaps-{club.scale}-{number}"
        with Terminal((sys.executable, str(_WATCHED), str(noted)), club.settings, club.folder) as terminal:
            terminal.until("Next shows")
            terminal.settle(4)
            for name, key in (("shows", "2"), ("WooCommerce's tree", "5"), ("the tree unfolded", "e")):
                before = len(noted.read_text().split())
                _, milliseconds = terminal.press(key, quiet=0.6)
                gaps = [float(gap) for gap in noted.read_text().split()[before:]]
                found.setdefault(name, []).append((milliseconds, max(gaps, default=0)))
    figures = []
    for name, values in found.items():
        figures.append(Figure(f"opening {name}", _median(values, 0), "ms", 120))
        figures.append(Figure(f"opening {name}: longest stall", _median(values, 1), "ms", 50))
    return figures


def refreshing(club: Sample, rounds: int = 3) -> list[Figure]:
    """Reading both shops with the screens open: the longest time in which no key was heard, and what stays of it."""
    stalls, left = [], []
    for number in range(rounds):
        noted = club.folder / f"gaps-of-refresh-{club.scale}-{number}"
        with Terminal((sys.executable, str(_WATCHED), str(noted)), club.settings, club.folder) as terminal:
            terminal.until("Next shows")
            terminal.settle(4)
            before, memory = len(noted.read_text().split()), terminal.process.memory_info().rss
            terminal.press("R", quiet=0.01)
            terminal.until(r"listings in [\d.]+ s", seconds=300)
            terminal.settle(2)
            stalls.append(max(map(float, noted.read_text().split()[before:]), default=0.0))
            left.append((terminal.process.memory_info().rss - memory) / 2**20)
    return [
        Figure("refresh: longest stall", statistics.median(stalls), "ms", 50, f"{spread(stalls)} ms"),
        Figure("refresh: memory it leaves", statistics.median(left), "MiB", 3 if club.scale == 1 else 10),
    ]


def _median(values: list[tuple[int, float]] | list[tuple[float, float]], part: int) -> float:
    return statistics.median(value[part] for value in values)
