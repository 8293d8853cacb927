"""The whole program in a terminal of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from pty_terminal import Start, StartProgram, Terminal

SCREENS = Path(__file__).parent.parent / "screens"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Run a script that may say `desk = ...` over the written-down desk; what it starts is ended with the test."""
    started: list[Terminal] = []

    def run(
        lines: str = "", *, columns: int = 120, rows: int = 40, environment: dict[str, str] | None = None
    ) -> Terminal:
        script = tmp_path / "program.py"
        script.write_text(_SCRIPT.format(screens=str(SCREENS), lines=lines), encoding="utf-8")
        terminal = Terminal([str(script)], columns, rows, environment or {})
        started.append(terminal)
        return terminal

    yield run
    for terminal in started:
        terminal.close()


@pytest.fixture
def start_program() -> Iterator[StartProgram]:
    """Run `brcc-tui` with these arguments."""
    started: list[Terminal] = []

    def run(*arguments: str, columns: int = 120, rows: int = 36) -> Terminal:
        terminal = Terminal(["-m", "brcc_tui", *arguments], columns, rows, {})
        started.append(terminal)
        return terminal

    yield run
    for terminal in started:
        terminal.close()


_SCRIPT = """
import sys
sys.path.insert(0, {screens!r})
from fake_desk import *
from brcc_tui.app import BrccApp
desk = FakeDesk()
{lines}
app = BrccApp(desk)
app.run(mouse=False)
sys.exit(app.return_code)
"""
