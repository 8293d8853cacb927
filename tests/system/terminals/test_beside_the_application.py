"""The application on a terminal, and commands in other processes beside it on the same files: none is harmed.

`BRCC_ROUNDS=50` makes it long.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pytest
from pty_terminal import Terminal
from shops import Shops

from brcc_tui.model.shows.ending import over_before
from brcc_tui.model.shows.sums import sums_of
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.context import open_local_stores
from brcc_tui.settings_checks import settings_from
from tests import forked
from tests.days import practice_now

ROUNDS = int(os.environ.get("BRCC_ROUNDS", "1"))
_TOTALS = re.compile(r"to come\s.*?([\d,]+) of [\d,]+ seats sold.*?([\d,]+)(?: \+ ∞)? on sale")

_OPENS_IT_TWICE = """
import os, sys
from brcc_tui.operations import context
opened = context.open_context
def open_context(settings, stores=None):
    made = opened(settings, stores)
    os.close(os.open(made.cache.path, os.O_RDWR))
    return made
context.open_context = open_context
from brcc_tui.cli import main
sys.exit(main([]))
"""
"""The application, with a file that it has open through SQLite opened and closed once more: that is all it takes."""


@pytest.fixture
def beside(shops: Shops, data: Path, tmp_path: Path) -> Iterator[Beside]:
    made = Beside(shops, data, tmp_path)
    yield made
    for terminal in made.terminals:
        terminal.close()


class Beside:
    """The application on a terminal, and what else runs on its files."""

    def __init__(self, shops: Shops, data: Path, folder: Path) -> None:
        self.shops, self.data, self.folder = shops, data, folder
        self.environment = {**shops.environment(data), "LOGNAME": "robin"}
        self.listing = shops.coming(weekday=5, hour=20, shop="wc")[3]["id"]
        self.terminals: list[Terminal] = []

    def start(self, *command: str) -> Terminal:
        """The application, once it has looked at the shops."""
        terminal = Terminal(command, 120, 36, self.environment, self.folder, forked=True)
        self.terminals.append(terminal)
        terminal.until("calls left")
        return terminal

    def run(self, *arguments: str, may_fail: bool = False) -> str:
        """A command in a process of its own; what it prints."""
        process = forked.start([*arguments], {**os.environ, **self.environment}, self.folder)
        printed, told = process.communicate()
        assert may_fail or process.returncode == 0, printed + told
        return printed

    def one_round(self, terminal: Terminal, by: int) -> Sequence[str]:
        """Everybody does something; what is wrong afterwards, in words."""
        self.run("refresh", "--json")
        digest = json.loads(self.run("set", self.listing, f"{by:+}", "--json", may_fail=True))["digest"]
        self.run("set", self.listing, f"{by:+}", "--json", "--confirm", digest)
        health = json.loads(self.run("health", "--json", may_fail=True))
        true = [self.true()]
        terminal.send("R")
        terminal.until("Reading the catalogue")
        terminal.until(" listings in ")
        true.append(self.true())  # in between a reserved seat may have come free, as its hour ends
        while not (shown := _TOTALS.search(terminal.text())):  # on a busy machine the whole picture may come later
            terminal.read(0.1)
        found = [] if shown.groups() in true else [f"{shown.groups()} on screen, {true} are true"]
        found += [name for name in ("cache_status", "journal") if health["checks"][name]["status"] != "healthy"]
        found += [path.name for path in self.data.rglob("*.damaged*")]
        return [*found, *taken_away(terminal.pid), *broken(self.data)]

    def true(self) -> tuple[str, str]:
        """What is sold and on offer of the shows that are not over, as the shops say now; asked in the tests' process.

        To the application that is one of its own like any other, and it has asked and closed before anybody looks.
        """
        shows = json.loads(self.shops.command(self.data, "shows", "--live", "--json"))["shows"]
        now = practice_now()
        listings = json.loads(self.shops.command(self.data, "listings", "--json"))["listings"]
        # A show of several days is there until the last of them ends.
        ends = {x["show"]: dt.datetime.fromisoformat(x["ends_at"]) for x in listings if x["ends_at"]}
        began = {show["id"]: dt.datetime.fromisoformat(show["starts_at"]) for show in shows}
        since = over_before(now)
        coming = [show for show in shows if began[show["id"]] >= since or ends.get(show["id"], since) > now]

        sold = sum(show["sold"] for show in coming if isinstance(show["sold"], int))
        return f"{sold:,}", f"{self.on_offer({show['id'] for show in coming}):,}"

    def on_offer(self, shows: Collection[str]) -> int:
        """What all these shows offer together: a stock that several of them share is in it once."""
        with contextlib.closing(open_local_stores(settings_from(self.shops.environment(self.data)))) as stores:
            known = programme(stores, stores.cache.listings()).shows
            return sums_of([show for show in known if show.id in shows]).on_offer.known


def taken_away(pid: int) -> list[str]:
    """Files that the application has open and that have no name any more: whatever it writes there is lost."""
    links = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed while we looked
            links.append(str(descriptor.readlink()))
    return [link for link in links if ".sqlite" in link and link.endswith("(deleted)")]


def broken(data: Path) -> list[str]:
    """What SQLite finds wrong in any file, looking from a process of its own."""
    code = (
        "import sqlite3, sys\n"
        "for path in sys.argv[1:]:\n"
        "    try: print(path, sqlite3.connect(path).execute('PRAGMA integrity_check(1)').fetchone()[0])\n"
        "    except sqlite3.Error as error: print(path, error)"
    )
    files = sorted(str(path) for path in data.rglob("*.sqlite"))
    assert len(files) == 3, files
    done = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if not line.endswith(" ok")]


def test_commands_beside_the_application_harm_no_file(beside: Beside) -> None:
    terminal = beside.start("-m", "brcc_tui")
    for number in range(ROUNDS):
        assert beside.one_round(terminal, -1 if number % 2 else 1) == [], f"round {number + 1}"
        assert ": see 7" not in terminal.text()


def test_a_second_opening_is_what_harmed_them(beside: Beside) -> None:
    script = beside.folder / "opens_it_twice.py"
    script.write_text(_OPENS_IT_TWICE, encoding="utf-8")
    terminal = beside.start(str(script))
    for number in range(4):
        if found := beside.one_round(terminal, -1 if number % 2 else 1):
            print(f"round {number + 1}: {found}")
            return
    pytest.fail("it was opened twice and nothing happened: the other test would notice nothing")
