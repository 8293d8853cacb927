"""Each SQLite file has one owner in a process, and nothing but SQLite opens it: the application is watched at work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_WATCHED = """
import asyncio, datetime as dt, json, os, sys
from pathlib import Path

opened, connections = [], []

def watch(event, arguments):
    if event == "open" and ".sqlite" in str(arguments[0]) and not str(arguments[0]).endswith(".making"):
        existed = os.path.exists(arguments[0])
        opened.append([Path(arguments[0]).name, existed])
    if event == "sqlite3.connect" and ".sqlite" in str(arguments[0]):
        connections.append(Path(str(arguments[0]).split("?")[0]).name)

sys.addaudithook(watch)
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.desk import Desk
from brcc_tui.settings_checks import settings_from

async def look_around():
    desk = Desk(settings_from({"PRIVATE_TOKEN": "token", "BRCC_DATA_DIR": sys.argv[1],
                               "EVENTBRITE_API_URL": "http://127.0.0.1:9/v3"}))
    board = Board()
    desk.load_first(board)
    desk.load(board, {})
    await desk.open()
    await desk.check_catalogue()
    await desk.unfinished()
    await desk.history()
    await desk.check_health()
    await desk.refresh(lambda progress: None)
    desk.load(board, {})
    desk.set_is_seat("wc:1", False)
    desk.notices()
    await desk.close()

asyncio.run(look_around())
print(json.dumps({"opened": opened, "connections": connections}))
"""


def test_nothing_else_opens_a_file_that_sqlite_has_open(tmp_path: Path) -> None:
    for round_ in ("new", "there already"):
        done = subprocess.run(
            [sys.executable, "-c", _WATCHED, str(tmp_path)], capture_output=True, text=True, check=True
        )
        seen = json.loads(done.stdout)
        assert [name for name, existed in seen["opened"] if existed] == [], round_
        assert sorted(seen["connections"]) == sorted(set(seen["connections"])), "a second connection behind the first"
        under_their_names = {
            name for name in seen["connections"] if not name.endswith(".new")
        }  # a file is made whole first
        assert under_their_names == {"catalogue.sqlite", "house.sqlite", "journal.sqlite"}
