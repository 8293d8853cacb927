"""Tests of the tests: a story that is written down and never told shows nothing."""

from __future__ import annotations

import ast
import datetime as dt
import re
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from brcc_tui.clock import SystemClock, system_now
from tests import rows
from tests.mariadb import server
from tests.mariadb.fixtures import needs_server
from tests.mariadb.server import INSTALLED, KINDS
from tests.parsing import parsed
from tests.systems import NOT_HERE

TESTS = Path(__file__).parents[1]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _files() -> list[Path]:
    return list(TESTS.rglob("*.py"))


def never_told(text: str) -> list[str]:
    """Functions inside a test that nothing in it names, and coroutines that it makes and lets go."""
    found = []
    for test in ast.walk(parsed(text)):
        if isinstance(test, Function) and test.name.startswith("test"):
            named = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
            inner = list(_inner(test))
            found += [f"{test.name}: {each.name} is never named" for each in inner if each.name not in named]
            stories = {each.name for each in inner if isinstance(each, ast.AsyncFunctionDef)}
            found += [f"{test.name}: {name} is made and never run" for name in _let_go(test) if name in stories]
    return found


def _inner(node: ast.AST) -> Iterator[Function]:
    """Functions defined in it; methods are named by whoever has the object, and so left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function) and not child.decorator_list:
            yield child
        if not isinstance(child, ast.ClassDef):
            yield from _inner(child)


def _let_go(test: Function) -> Iterator[str]:
    for node in ast.walk(test):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            yield node.value.func.id


def test_every_story_of_every_test_is_told() -> None:
    found = {str(path.relative_to(TESTS)): never_told(path.read_text(encoding="utf-8")) for path in _files()}
    assert {path: told for path, told in found.items() if told} == {}


def failures_elsewhere(text: str) -> list[str]:
    """Conditions on which tests do not run, and whose reason does not say that the system cannot do it.

    They are asked before anything is set up, so that nobody could install what is missing; under CI each is a failure.
    """
    calls = [node for node in ast.walk(parsed(text)) if isinstance(node, ast.Call)]
    asked = [node for node in calls if ast.unparse(node.func).endswith("skipif")]
    return [ast.unparse(node) for node in asked if "NOT_HERE" not in ast.unparse(node)]


def test_what_a_system_cannot_do_is_no_failure_there() -> None:
    found = {str(path.relative_to(TESTS)): failures_elsewhere(path.read_text(encoding="utf-8")) for path in _files()}
    assert {path: told for path, told in found.items() if told} == {}, "see `tests.systems`"
    assert failures_elsewhere("@skipif(ON_WINDOWS, reason='modes')\ndef test_it(): ...") != []


def test_a_program_under_test_that_asks_the_computer_what_day_it_is_fails() -> None:
    with pytest.raises(AssertionError, match="what day it is"):
        SystemClock().now()
    assert SystemClock(dt.timedelta(days=1)).now() > system_now()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("async def story(): ...\nrun(story())", []),
        ("async def story(): ...", ["test_it: story is never named"]),
        ("async def story(): ...\nstory()", ["test_it: story is made and never run"]),
        ("def ask(): ...\nthing.ask = ask", []),
        ("class Fake:\n    def ask(self): ...", []),
        ("with club():\n    def late(): ...", ["test_it: late is never named"]),
    ],
)
def test_what_is_never_told_is_found(body: str, told: list[str]) -> None:
    assert never_told("def test_it():\n" + textwrap.indent(body, "    ")) == told


def test_what_is_said_of_rows_is_said_of_rows_that_there_are() -> None:
    """A name that no test has any more would move nothing, and nobody would see it but by the clock."""
    texts = {
        path.relative_to(TESTS.parent).as_posix(): path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py")
    }
    named = {name for text in texts.values() for name in re.findall(r'xdist_group\("([^"]+)"\)', text)}
    named |= {f"mariadb_{kind.group}" for kind in KINDS} | {"terminals", "terminals at shops"}
    assert [row for row in rows.WAITING if row not in named and row not in texts] == []
    folders = (*rows.BEGUN, rows.ONE_CLUB, rows.TERMINALS)
    assert [each for each in folders if each != "waiting" and not any(name.startswith(each) for name in texts)] == []
    stems = {Path(name).stem for name in texts}
    assert stems >= rows.ONE_BY_ONE | rows.ONE_WORLD


def test_a_database_server_whose_port_was_taken_meanwhile_gets_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every server and every practice club of all workers asks the system for a free port."""
    refusals = ["Can't start server: Bind on TCP/IP port. Got error: 98: Address already in use", "no space left"]
    ports, ended = iter(range(1, 4)), list[None]()

    def wait(*_: object) -> None:
        raise RuntimeError(refusals.pop(0))

    monkeypatch.setattr(server, "_free_port", lambda: next(ports))
    monkeypatch.setattr(server, "_start", lambda *_: None)
    monkeypatch.setattr(server, "_end", ended.append)
    monkeypatch.setattr(server, "_wait", wait)
    with pytest.raises(RuntimeError, match="no space left"):
        server.answering(INSTALLED, tmp_path, "", tmp_path / "log", ())
    assert (next(ports), len(ended)) == (3, 2)


A_RUN_WITH_A_SERVER = """
import sys, time
from pathlib import Path
from tests.mariadb.server import database_server
with database_server(Path(sys.argv[1])) as server:
    print(server.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(not shutil.which("setpriv"), reason=f"{NOT_HERE}setpriv, which ends a process with its parent")
def test_a_database_server_ends_with_the_run_that_is_killed(tmp_path: Path) -> None:
    needs_server()
    run = subprocess.Popen(
        [sys.executable, "-c", A_RUN_WITH_A_SERVER, str(tmp_path / "server")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=TESTS.parent,
    )
    assert run.stdout is not None
    begun = psutil.Process(int(run.stdout.readline()))
    assert not _ended(begun)
    run.kill()
    run.wait()
    end = time.monotonic() + 30
    while not _ended(begun) and time.monotonic() < end:
        time.sleep(0.05)
    assert _ended(begun)


def _ended(process: psutil.Process) -> bool:
    """Whether nothing runs there any more; a container may have nobody who buries it."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
