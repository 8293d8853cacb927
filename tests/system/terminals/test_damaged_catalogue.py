"""A catalogue that is damaged when the application opens it, or while it runs: told on every screen, read again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from pty_terminal import StartProgram
from shops import Shops


@pytest.mark.parametrize("share", [0.5, 0.0], ids=["half of it", "rubbish"])
def test_a_damaged_catalogue_is_told_and_read_again(
    start_program: StartProgram, shops: Shops, data: Path, share: float
) -> None:
    (path,) = data.glob("*/catalogue.sqlite")
    harmed = path.read_bytes()[: int(path.stat().st_size * share)] or b"this was a database once " * 400
    path.write_bytes(harmed)
    terminal = start_program(environment=shops.environment(data))
    terminal.until(" listings in ")
    terminal.until("calls left")
    assert " sold " in terminal.text()
    for screen in "123456":
        terminal.press(screen)
        terminal.until("catalogue: see 7")
    terminal.press("7")
    terminal.until("set aside as")
    terminal.press("b")  # without the list of screens its lines are those of this one alone
    assert "it was read again from the shops" in " ".join(terminal.text().split())
    (kept,) = (found for found in path.parent.glob("*.damaged-*") if not found.name.endswith(("-wal", "-shm")))
    assert kept.read_bytes() == harmed


def test_a_catalogue_of_a_newer_program_is_said_and_left(start_program: StartProgram, shops: Shops, data: Path) -> None:
    (path,) = data.glob("*/catalogue.sqlite")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    newer = path.read_bytes()
    terminal = start_program(environment=shops.environment(data))
    terminal.until("calls left")
    terminal.until("catalogue: see 7")
    terminal.send("R")
    terminal.until(" listings in ")
    terminal.press("7")
    terminal.until("newer version")
    assert path.read_bytes() == newer
