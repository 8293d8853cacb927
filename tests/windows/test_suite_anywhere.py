"""The suite itself can be collected on Windows, and keeps its hands off whoever runs it."""

from __future__ import annotations

import ast
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import platformdirs
import pytest
from platformdirs.windows import Windows

from tests import outside
from tests.outside import GUARD, Guard, WroteOutside, fail_for_offences
from tests.parsing import parsed
from tests.systems import MAX_ID, posix, pytest_make_parametrize_id

TESTS = Path(outside.__file__).parent
MODULES = {"fcntl", "termios", "pty", "tty", "resource", "pwd", "grp", "readline", "curses", "syslog"}
ATTRIBUTES = {
    "signal": {"SIGKILL", "SIGHUP", "SIGSTOP", "SIGCONT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE", "SIGCHLD"},
    "os": {"fork", "geteuid", "getuid", "killpg", "getpgid", "setsid", "uname", "mkfifo", "O_NOFOLLOW", "WNOHANG"},
    "socket": {"AF_UNIX"},
}
"""What Python has on POSIX systems alone."""


def posix_at_import(source: str) -> list[str]:
    """What of POSIX a module uses while it is imported: outside functions, in their defaults and decorators."""
    return [what for node in _run_at_import(parsed(source)) for what in _posix(node)]


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            parts = [*child.decorator_list, *child.args.defaults, *child.args.kw_defaults]
            for part in filter(None, parts):
                yield part
                yield from _run_at_import(part)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from _run_at_import(child)


def _posix(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name in MODULES]
    if isinstance(node, ast.ImportFrom):
        return [node.module] if node.module in MODULES else []
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [f"{node.value.id}.{node.attr}"] if node.attr in ATTRIBUTES.get(node.value.id, ()) else []
    return []


def test_nothing_of_posix_is_needed_to_collect_the_tests() -> None:
    files = [path for path in TESTS.rglob("*.py") if "benchmarks" not in path.parts]
    found = {path.name: what for path in files if (what := posix_at_import(path.read_text(encoding="utf-8")))}
    assert found == {}, "import it in the function, and mark the test with `tests.systems.posix`"


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "from pty import fork",
        "END = signal.SIGKILL",
        "@mark(signal.SIGHUP)\ndef test(): pass",
        "class A:\n    uid = os.getuid()",
        "def f(end=signal.SIGKILL): pass",
    ],
)
def test_what_windows_lacks_would_be_noticed(source: str) -> None:
    assert posix_at_import(source)


def test_what_a_function_does_when_it_is_called_is_its_own_affair() -> None:
    assert posix_at_import("def f():\n    import pty\n    return signal.SIGKILL\nend = lambda: os.fork()") == []


def test_a_long_parameter_makes_no_long_name() -> None:
    assert 0 < len(pytest_make_parametrize_id("[" * 100_000) or "") < MAX_ID
    assert pytest_make_parametrize_id("short") is None


# The guard


def test_a_write_elsewhere_is_refused_and_fails_its_test(request: pytest.FixtureRequest) -> None:
    elsewhere = TESTS / "made-by-a-test"
    with pytest.raises(WroteOutside):
        elsewhere.write_text("x")
    assert not elsewhere.exists()
    assert GUARD.offences == [str(elsewhere)], "which fails a test even where the program goes on"
    GUARD.offences.clear()


def test_a_refusal_that_the_program_swallows_fails_its_test_and_no_other(tmp_path: Path) -> None:
    guard = Guard(tmp_path)
    with suppress(OSError):
        guard.hook("open", (str(TESTS / "made-by-a-test"), "w", 0))
    with pytest.raises(AssertionError, match="made-by-a-test"):
        fail_for_offences(guard)
    fail_for_offences(guard)


@pytest.mark.parametrize("name", [".env", "practice.env", "keys.toml"])
def test_settings_that_another_process_has_changed_fail_the_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The guard sees this process alone."""
    monkeypatch.setattr(platformdirs, "user_config_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(GUARD, "watching", True)  # and put back, for the end of a run ends the watch
    stash = pytest.Stash()
    session: Any = SimpleNamespace(config=SimpleNamespace(stash=stash), exitstatus=pytest.ExitCode.OK)
    stash[outside._BEFORE] = outside._own_settings()
    outside.pytest_sessionfinish(session)
    assert session.exitstatus == pytest.ExitCode.OK
    (tmp_path / name).write_text("PRIVATE_TOKEN='planted'")
    outside.pytest_sessionfinish(session)
    assert session.exitstatus == pytest.ExitCode.TESTS_FAILED
    assert "has changed the settings" in capsys.readouterr().err


@pytest.mark.parametrize("change", ["mkdir", "unlink", "chmod", "rename", "database", "descriptor", "truncate"])
def test_every_way_to_change_a_file_is_known(change: str, tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", TESTS / "not-there"
    mine.touch()
    ways = {
        "mkdir": other.mkdir,
        "unlink": other.unlink,
        "chmod": lambda: other.chmod(0o600),
        "rename": lambda: mine.rename(other),
        "database": lambda: sqlite3.connect(other),
        "descriptor": lambda: os.open(other, os.O_CREAT | os.O_WRONLY),
        "truncate": lambda: os.truncate(other, 0),
    }
    with pytest.raises(WroteOutside):
        ways[change]()
    GUARD.offences.clear()


@pytest.mark.parametrize("path", [os.devnull, str(TESTS / "__pycache__" / "x.pyc"), str(TESTS.parent / ".coverage.1")])
def test_what_tools_keep_is_left_alone(path: str) -> None:
    assert GUARD.may_write(path)


def test_a_link_out_of_the_temporary_folder_is_followed(tmp_path: Path) -> None:
    guard = Guard(tmp_path)
    assert guard.may_write(str(tmp_path / "a" / "b"))
    assert not guard.may_write(str(tmp_path / ".." / "b"))
    assert not guard.may_write(f"{tmp_path}-other")


@posix("links that anybody may make")
def test_a_folder_that_became_a_link_is_followed(tmp_path: Path) -> None:
    """Where a folder leads is remembered, for it is asked at every write; but no longer than that is true."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "made-by-a-test").touch()
    shutil.rmtree(folder)
    folder.symlink_to(TESTS)
    with pytest.raises(WroteOutside):
        (folder / "made-by-a-test").touch()
    GUARD.offences.clear()


def test_a_whole_folder_can_be_deleted(tmp_path: Path) -> None:
    """Python deletes its files by name within the open folder."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    shutil.rmtree(tmp_path / "a")
    assert GUARD.offences == []


def test_the_users_own_folders_are_replaced_for_every_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows platformdirs asks the system where they are, whatever the environment says of `LOCALAPPDATA`."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for folder in (platformdirs.user_config_path, platformdirs.user_data_path, platformdirs.user_log_path):
        assert folder("brcc-tui", appauthor=False).resolve().is_relative_to(temporary), folder
    assert Path.home().resolve().is_relative_to(temporary)
    heeded = "WIN_PD_OVERRIDE_LOCAL_APPDATA"
    assert Path(os.environ[heeded]).resolve().is_relative_to(temporary)
    monkeypatch.setenv(heeded, r"C:\Temp\home")
    assert Windows("brcc-tui", appauthor=False).user_config_dir.startswith(r"C:\Temp\home"), "by which it is told"
