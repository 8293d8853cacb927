"""The whole program in a terminal of its own."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from pty_terminal import Start, StartProgram, Terminal
from shops import Shops

from brcc_tui.cli.practice import practice_club
from tests.commands import assert_no_offences
from tests.practice import SHORT_DEMO
from tests.systems import posix

SCREENS = Path(__file__).parents[2] / "screens"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need a pseudo-terminal."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(posix("pseudo-terminals"))


@pytest.fixture(scope="session")
def shops_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Shops]]:
    """Opens the practice club of a day, and closes that of the day before it."""
    opened: list[tuple[str, Shops]] = []
    with contextlib.ExitStack() as stack:

        def shops(day: str) -> Shops:
            if not opened or opened[-1][0] != day:
                stack.close()
                values = stack.enter_context(practice_club(["--seed=7", *SHORT_DEMO]))
                opened.append((day, Shops(values, tmp_path_factory.mktemp("catalogue"))))
                stack.callback(assert_no_offences, values)
            return opened[-1][1]

        yield shops


@pytest.fixture(scope="session")
def shops(day: str, shops_on: Callable[[str], Shops]) -> Shops:
    """A practice club that all tests share: each changes shows of its own, and mends what it breaks.

    Those that are run on the usual day among others, and those that are run on no other, have the same.
    """
    return shops_on(day)


def _starting(folder: Path) -> Iterator[Start]:
    started: list[Terminal] = []

    def run(
        lines: str = "",
        *,
        columns: int = 120,
        rows: int = 40,
        environment: dict[str, str] | None = None,
        forked: bool = True,
    ) -> Terminal:
        script = folder / "program.py"
        script.write_text(_SCRIPT.format(screens=str(SCREENS), lines=lines), encoding="utf-8")
        terminal = Terminal([str(script)], columns, rows, environment or {}, forked=forked)
        started.append(terminal)
        return terminal

    yield run
    for terminal in started:
        terminal.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Run a script that may say `desk = ...` over the written-down desk; what it starts is ended with the test."""
    yield from _starting(tmp_path)


@pytest.fixture(scope="module")
def start_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """The same for a program that several tests of a module use; it ends with the last of them."""
    yield from _starting(tmp_path_factory.mktemp("program"))


@pytest.fixture
def start_program(tmp_path: Path) -> Iterator[StartProgram]:
    """Run `brcc-tui` with these arguments, in an environment and a folder."""
    started: list[Terminal] = []

    def run(*arguments: str, columns: int = 120, rows: int = 36, environment: dict[str, str] | None = None) -> Terminal:
        forked = not arguments  # what else there is begins as a person begins it
        command = ["-m", "brcc_tui", *arguments]
        terminal = Terminal(command, columns, rows, environment or {}, tmp_path, forked=forked)
        started.append(terminal)
        return terminal

    yield run
    for terminal in started:
        terminal.close()


_SCRIPT = """
import sys
sys.path.insert(0, {screens!r})
from fake_club import *
from fake_desk import *
from brcc_tui.app import BrccApp
desk = FakeDesk()
{lines}
app = BrccApp(desk)
app.run(mouse=False)
sys.exit(app.return_code)
"""


@pytest.fixture
def data(shops: Shops, tmp_path: Path) -> Path:
    """A data folder of this test, with the catalogue of the shops in it."""
    return shops.data(tmp_path)


@pytest.fixture
def program(start_program: StartProgram, shops: Shops, data: Path) -> Terminal:
    """The program on the shops, once it has looked at them."""
    terminal = start_program(environment={**shops.environment(data), "LOGNAME": "robin"})
    terminal.until("calls left")
    return terminal
