"""Walk what people come for by keys alone, with the program itself in a terminal of each size: `python tests/walk.py`.

The practice club's own servers answer, on a Friday at seven. Each errand starts from the first screen of a program that
was just opened, and ends when what it is about stands on the terminal. Its keys are counted; a key that nothing answers
is a dead end. Prints the table that stands in `assets/docs/keys.md`, and fails where an errand takes more than eight
keys or does not arrive. By hand, not in the suite: some ten minutes for all sizes (`--size 60x20`, or names).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "system" / "terminals")]

import psutil  # noqa: E402
from pty_terminal import NAMED, Terminal  # noqa: E402
from shops import Shops  # noqa: E402

from brcc_tui.cli.practice import practice_club  # noqa: E402
from tests.days import OPENS_NOW  # noqa: E402

SIZES = ((120, 36), (80, 24), (60, 20))
OPENS = "2026-11-27T19:00[America/Toronto]"
CLUB = ("--seed=7", f"--now={OPENS}")
MOST = 8
OTHER_KEYS = {"slash": "/", "plus": "+", "minus": "-", "equals": "=", "space": " ", "ctrl+p": "\x10"}


ENDED = r"nothing more will\s+happen"


class World(NamedTuple):
    """What an errand can put in order before it begins."""

    shops: Shops
    data: Path
    size: tuple[int, int]


Preparation = Callable[[World], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def nothing(world: World) -> Iterator[None]:
    """Begin as it is."""
    yield


@contextlib.contextmanager
def a_change_by_dave(world: World) -> Iterator[None]:
    """A colleague changed something, and said why."""
    listing = world.shops.coming(weekday=5, hour=18, shop="wc")[3]["id"]
    world.shops.change(world.data, listing, +1, user="dave", reason="walk-ins")
    yield


@contextlib.contextmanager
def a_closed_show(world: World) -> Iterator[None]:
    """Tonight's show at six is closed on its shop."""
    (listing,) = (x["id"] for x in world.shops.coming(hour=18, shop="wc")[:1])
    if world.shops.left(listing):
        world.shops.change(world.data, listing, -world.shops.left(listing), user="dave", reason="the door takes over")
    yield


@contextlib.contextmanager
def no_answer(world: World) -> Iterator[None]:
    """The internet is gone as soon as the program has opened: see `silence`."""
    yield


@contextlib.contextmanager
def dave_at_the_other_desk(world: World) -> Iterator[None]:
    """A second program, on the same data, is in the middle of a change of tonight's show at six."""
    environment = world.shops.environment(world.data) | {"LOGNAME": "dave", "BRCC_SETTLE": "120,240"}
    other = Terminal(["-m", "brcc_tui"], 120, 36, environment)
    try:
        other.until("calls left")
        for key in ("to=tonight_18:00", "enter", "down", "minus", "w", "yes"):
            press(other, key)
        other.until("watched until it settles")
        yield
    finally:
        other.close()


class Errand(NamedTuple):
    """Keys from the first screen on, what is typed in quotes; what then stands there; what comes before.

    `yes` confirms the question: by `y`, or by the number that it asks for. `to=tonight_20:00` goes down to that row,
    and counts as many keys as it took.
    """

    keys: str
    seen: str
    before: Preparation = nothing


ERRANDS = {
    "How is tonight selling?": Errand("", r"Today +\d+ shows"),
    "What needs me?": Errand("", r"Needs attention +\d+"),
    "Ten more seats in the shop": Errand("slash 'fri 6pm wc' enter equals '+10' enter w yes", ENDED),
    "The door takes over: stop online sales": Errand("to=tonight_22:00 x yes", ENDED),
    "Open them again": Errand("to=tonight_18:00 X yes", ENDED, a_closed_show),
    "Both shops offer what is free: split": Errand("to=tonight_20:00 s p yes", ENDED),
    "Compare some shows": Errand("space down space 3", r"live \d\d|now on sale"),
    "That number looks wrong": Errand("to=tonight_20:00 enter down i", "How it was classified"),
    "Why can this not be changed?": Errand("5 v i", "How it was classified"),
    "That change was a mistake": Errand("6 u yes", ENDED, a_change_by_dave),
    "A new show does not appear": Errand("R", r"listings in"),
    "Something is wrong with a shop": Errand("7 E", "Nothing went wrong"),
    "Numbers for the accountant": Errand("F", "What the shows earned"),
    "Hold four seats back for guests": Errand("H '4' enter", "held back"),
    "A party of eight next week": Errand("2 slash 'next week free>=8' enter", r"\d+ shows"),
    "December under half": Errand("2 slash 'dec <50%' enter", r"\d+ shows"),
    "Friday is cancelled": Errand("2 slash '4 dec 20:00' enter K yes", "refund"),
    "The room shrinks": Errand("2 N f2 f2 '50' enter", "remembered"),
    "The late show": Errand("2 slash 'tonight 22:00' enter", "tonight 22:00"),
    "What did a colleague change?": Errand("6 slash 'dave' enter enter", "Every move of it", a_change_by_dave),
    "Print tonight": Errand("to=tonight_20:00 L", "For the door"),
    "Last month by weekday": Errand("F [", "01 Oct 2026 to Sat 31 Oct 2026, by weekday"),
    "The free drink is no seat": Errand("slash 'free drink fri' enter n e", "no seat|a seat after all"),
    "Two people at once": Errand(
        "to=tonight_18:00 enter down plus w yes", r"dave@\S+\s+is\s+changing\s+it", dave_at_the_other_desk
    ),
    "No internet": Errand("r", r"[○✗] Ev", no_answer),
    "A wrong key": Errand("q", "does nothing"),
    "One shop alone": Errand("2 slash 'one shop' enter", r"\d+ shows"),
    "How does it sell?": Errand("to=tonight_20:00 enter P", "usual"),
}


def shown(keys: str) -> str:
    """The keys as the page of keys tells them."""
    return keys.replace("'", "`").replace("_", " ").replace("to=", "to ") or "-"


def words_of(keys: str) -> list[tuple[str, bool]]:
    """Each key, and each letter of what is typed; whether it is such a letter."""
    found = re.findall(r"'([^']*)'|(\S+)", keys)
    return [part for typed, key in found for part in ([(x, True) for x in typed] if typed else [(key, False)])]


def press(terminal: Terminal, key: str, *, letter: bool = False) -> int:
    """One key, as a person presses it; `yes` waits for the question, a number counts as one. How many keys it was."""
    if key.startswith("to=") and not letter:
        row = key.removeprefix("to=").replace("_", " ")
        for downs in range(12):
            if re.search(f"▌{row}", terminal.text()):
                return downs
            terminal.press(NAMED["down"], quiet=0.1)
        raise AssertionError(f"no row {row!r}:\n{terminal.text()}")
    if key == "yes" and not letter:
        keys = terminal.keys
        terminal.agree()
        return 1 if terminal.keys == keys + 1 else 2
    terminal.press(key if letter else OTHER_KEYS.get(key, NAMED.get(key, key)), quiet=0.05 if letter else 0.4)
    return 0 if letter else 1


def walk(errand: Errand, world: World) -> tuple[int, int, str]:
    """How many keys and letters, and how it ended: empty for well."""
    words = words_of(errand.keys)
    letters, keys = sum(letter for _, letter in words), 0
    with errand.before(world):
        environment = world.shops.environment(world.data) | {"LOGNAME": "robin"}
        terminal = Terminal(["-m", "brcc_tui"], *world.size, environment)
        try:
            terminal.until("Needs attention")
            terminal.quiet(1.5)
            with stopped(world) if errand.before is no_answer else contextlib.nullcontext():
                for key, letter in words:
                    keys += press(terminal, key, letter=letter)
                arrive(terminal, errand.seen)
        except AssertionError as error:
            return keys, letters, str(error)
        finally:
            terminal.close()
    return keys, letters, ""


def arrive(terminal: Terminal, seen: str) -> None:
    """Wait for what the errand is about."""
    for _ in range(300):
        if re.search(seen, terminal.text()):
            return
        terminal.read(0.1)
    raise AssertionError(f"{seen!r} never came:\n{terminal.text()}")


@contextlib.contextmanager
def stopped(world: World) -> Iterator[None]:
    """The servers take connections and answer nothing."""
    (club,) = (one for one in psutil.Process().children() if "--until-eof" in one.cmdline())
    club.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        club.send_signal(signal.SIGCONT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk them; 1 where one does not arrive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", action="append", help="one size alone, as 60x20")
    parser.add_argument("names", nargs="*", help="parts of names: only these errands")
    chosen = parser.parse_args(arguments)
    sizes = [(int(c), int(r)) for c, _, r in (text.partition("x") for text in chosen.size or ())] or SIZES
    wanted = {name: one for name, one in ERRANDS.items() if not chosen.names or any(x in name for x in chosen.names)}
    ended: dict[str, list[str]] = {name: [] for name in wanted}
    counted: dict[str, tuple[int, int]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, practice_club(CLUB) as values:
            shops = Shops(values, Path(folder) / "catalogue")
            for number, (name, errand) in enumerate(wanted.items()):
                data = shops.data(Path(folder) / str(number))
                keys, letters, wrong = walk(errand, World(shops, data, size))
                counted[name] = keys, letters
                ended[name].append("no" if wrong else "yes")
                print(
                    f"{size[0]}x{size[1]}  {name}: {keys} keys, {letters} letters  {wrong}", file=sys.stderr, flush=True
                )
    print(f"| task | keys | how many | letters | {' | '.join(f'{c}x{r}' for c, r in sizes)} |")
    print(f"|---|---|---|---|{'---|' * len(sizes)}")
    for name, (keys, letters) in counted.items():
        print(f"| {name} | {shown(wanted[name].keys)} | {keys} | {letters} | {' | '.join(ended[name])} |")
    well = all(keys <= MOST for keys, _ in counted.values()) and all("no" not in ends for ends in ended.values())
    return 0 if well else 1


if __name__ == "__main__":
    os.environ.pop("BRCC_DATA_DIR", None)
    os.environ[OPENS_NOW] = OPENS
    raise SystemExit(main())
