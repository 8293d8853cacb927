"""Set-up, health, live numbers and a change, end to end on MySQL with its own kind of account.

As the program is installed: without the package that the driver would encipher passwords with, without TLS over
loopback, as through an SSH tunnel, and with a server that has forgotten every password.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from brcc_tui.model.fooevents.booking_text import parse_booking_text
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from tests import forked
from tests.commands import Ran
from tests.mariadb.fixtures import needs_server, running_server
from tests.mariadb.mirror import Mirror
from tests.mariadb.server import MYSQL_9
from tests.practice import SHORT
from tests.system.terminal import Terminal, clean_environment

pytestmark = [
    pytest.mark.xdist_group("mariadb"),
    pytest.mark.xdist_group(MYSQL_9.group),
    pytest.mark.real_clock,  # the server has no other
]


@dataclass
class Club:
    """The practice club, whose site's database is on MySQL too."""

    practice: Mapping[str, str]
    mirror: Mirror
    data: Path

    @property
    def values(self) -> dict[str, str]:
        """The settings with which the program asks MySQL."""
        return {**self.practice, **self.mirror.settings()}

    def forget(self) -> None:
        """The server remembers no password any more."""
        running_server(MYSQL_9).run("FLUSH PRIVILEGES")

    async def run(self, *arguments: str, values: Mapping[str, str] | None = None) -> Ran:
        """The command in a process of its own, while the shops serve from this one."""
        environment = {
            **os.environ,
            "BRCC_DATA_DIR": str(self.data),
            "BRCC_SETTLE": "0.1,0.2",
            **(values or self.values),
        }
        child = forked.start([*arguments], environment, self.data)
        out, err = await asyncio.wait_for(asyncio.to_thread(child.communicate), 60)
        return Ran(child.returncode or 0, out, err)


@pytest_asyncio.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    needs_server(MYSQL_9)
    practice = PracticeClub(PracticeOptions(seed=5, now="now", **SHORT))
    try:
        values = await practice.start()
        mirror = Mirror(running_server(MYSQL_9), practice.site.database)
        yield Club(values, mirror, tmp_path)
        mirror.close()
    finally:
        await practice.stop()


def set_up(club: Club) -> str:
    """`setup` on a terminal, answered from the settings and kept; what it showed."""
    home = club.data / "home"
    home.mkdir()
    terminal = Terminal(["setup"], clean_environment(home), home)
    terminal.until("Profile.*: ")
    terminal.type("practice")
    terminal.answer(club.values)
    terminal.type("yes")
    terminal.until("Read the catalogue.*: ")
    terminal.type("no")
    assert terminal.ended() == 0, terminal.shown
    return terminal.shown


def without_times(shown: Any) -> Any:
    """Live numbers without when they were taken."""
    if isinstance(shown, dict):
        return {name: without_times(part) for name, part in shown.items() if name not in ("taken_at", "read_at", "at")}
    return [without_times(part) for part in shown] if isinstance(shown, list) else shown


@pytest.mark.timeout(300)  # six programs, one after the other
async def test_mysql_end_to_end(club: Club) -> None:
    assert importlib.util.find_spec("cryptography") is None
    club.forget()
    shown = await asyncio.to_thread(set_up, club)
    assert shown.count("It works: ") == 3, shown
    assert re.search(r"It works: [^\n]*\b9\.\d", shown), shown

    club.forget()
    health = json.loads((await club.run("health", "--json")).out)
    assert health["checks"]["wordpress_db"]["status"] == "healthy", health

    assert (await club.run("refresh", "--json")).status == 0
    club.forget()
    here = await club.run("shows", "--live", "--json")
    there = await club.run("shows", "--live", "--json", values=club.practice)
    assert without_times(here.json) == without_times(there.json)

    listings = (await club.run("listings", "--live", "--json")).json["listings"]
    chosen = next(
        one for one in listings
        if one["stock_method"] == "booking_stock" and not one["flags"] and (one["reading"]["remaining"] or 0) > 1
        and isinstance(one["reading"]["sold"], int) and one["reading"]["sold"] > 0
    )  # fmt: skip
    wanted = chosen["reading"]["capacity"] + 2
    plan = (await club.run("set", chosen["id"], str(wanted), "--json")).json
    club.forget()
    changed = await club.run("set", chosen["id"], str(wanted), "--confirm", plan["digest"], "--json")
    assert changed.status == 0, changed
    (change,) = changed.json["changes"]
    assert (change["outcome"], change["reading"]["capacity"]) == ("settled", wanted)
    _, product, slot, date = chosen["id"].split(":")
    ((text,),) = club.mirror.rows(
        "SELECT meta_value FROM wp_postmeta WHERE post_id = %s AND meta_key = 'fooevents_bookings_options_serialized'",
        product,
    )
    cell = parse_booking_text(text).cell(slot, date)
    assert cell is not None
    assert cell.remaining == chosen["reading"]["remaining"] + 2
