"""The command in processes of their own, of which none reads the program's modules again.

A process that has done no more than read them is forked for each (Python's own fork server): what it then runs is the
whole command, with an environment, a folder, streams and signals of its own. Elsewhere than on POSIX there is no such
thing, and each process begins with nothing.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import random
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Lock
from typing import Any, Final, TextIO

_READ: Final = [
    "brcc_tui.cli.changing",
    "brcc_tui.cli.journal",
    "brcc_tui.operations.catalogue.venue_changes",
    "brcc_tui.operations.changes.apply",
    "brcc_tui.operations.changes.collateral",
    "brcc_tui.operations.changes.history",
    "brcc_tui.operations.changes.recover",
    "brcc_tui.operations.changes.remember",
    "brcc_tui.operations.changes.undo",
    "brcc_tui.operations.interruption",
    "brcc_tui.operations.settings_seen",
    "brcc_tui.platforms.eventbrite.calls",
    "brcc_tui.platforms.eventbrite.client",
    "brcc_tui.platforms.http.connection",
    "brcc_tui.platforms.woocommerce.calls",
    "brcc_tui.platforms.woocommerce.client",
    "brcc_tui.platforms.wordpress.database",
    "brcc_tui.platforms.wordpress.drift",
    "brcc_tui.platforms.wordpress.live",
    "brcc_tui.platforms.wordpress.wire",
    "brcc_tui.windows.console_events",
    "brcc_tui.store.sales",
    "aiomysql",
    "platformdirs",
    "psutil",
    "brcc_tui.app",
    "brcc_tui.operations.diagnostics.health",
    "brcc_tui.platforms.eventbrite.money",
    "brcc_tui.screens.dashboard",
    "brcc_tui.screens.manager",
    "brcc_tui.screens.modals.confirm_plan",
    "brcc_tui.screens.modals.progress",
    "brcc_tui.screens.modals.search",
    "brcc_tui.screens.modals.waiting",
    "brcc_tui.screens.shows",
    "brcc_tui.screens.state.desk",
    "brcc_tui.screens.state.running_plan",
    "brcc_tui.screens.state.venue_tasks",
    "brcc_tui.store.structure",
    "textual.drivers.linux_driver",
]
"""What a change, a look at the journal, and the screens need. Whatever else a command needs it reads itself, as it
always does."""

_PROGRAM: Final = ["-m", "brcc_tui"]

_ALONE: Final = Lock()
"""Python looks after all processes whenever one is begun, and two threads may not do that at once."""


class Forked:
    """A process that was forked, with the names of `subprocess.Popen`."""

    def __init__(self, process: Any) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its number."""
        return int(self._process.pid)

    @property
    def returncode(self) -> int | None:
        """How it ended: below 0 the signal; None while it lives."""
        with _ALONE:
            status: int | None = self._process.exitcode
        return status

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its status, once it has ended."""
        if not wait([self._process.sentinel], timeout):
            raise subprocess.TimeoutExpired("brcc_tui", timeout or 0)
        status = self.returncode
        assert status is not None
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without a word."""
        self.send_signal(signal.SIGKILL)


class Piped(Forked):
    """One whose output is read through pipes."""

    def __init__(self, process: Any, stdout: TextIO, stderr: TextIO) -> None:
        super().__init__(process)
        self.stdout, self.stderr = stdout, stderr

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it has written, once it has ended. A second time: nothing."""
        if self.stdout.closed:
            return "", ""
        with self.stdout, self.stderr, ThreadPoolExecutor(1) as beside:
            words = beside.submit(self.stderr.read)
            written = self.stdout.read(), words.result()
        self.wait(timeout)
        return written


Process = Piped | subprocess.Popen[str]


def start(
    arguments: list[str], environment: Mapping[str, str], folder: Path, prepare: Callable[[], None] | None = None
) -> Process:
    """Begin the command. `prepare`, which can be pickled, is called in its process before it."""
    if os.name == "nt":
        assert prepare is None, "only where processes are forked"
        return subprocess.Popen(
            [sys.executable, "-m", "brcc_tui", *arguments],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    (out, its_out), (err, its_err) = (multiprocessing.Pipe(duplex=False) for _ in range(2))
    process = _forked(_command, arguments, dict(environment), folder, its_out, its_err, prepare)
    its_out.close()
    its_err.close()
    return Piped(process, _text(out), _text(err))


def start_in_terminal(terminal: int, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Forked:
    """Begin `python COMMAND...`, which is `-m brcc_tui ...` or the path of a script, in a session of its own.

    Its terminal is the open end of a pty, closed here.
    """
    script = (
        None if list(command[:2]) == _PROGRAM else functools.partial(runpy.run_path, command[0], run_name="__main__")
    )
    with Connection(terminal) as its_own:
        return Forked(_forked(_session, its_own, list(command[2:]), dict(environment), folder, script))


def _forked(life: Callable[..., None], *given: object) -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_READ)
    process = context.Process(target=life, args=given, daemon=True)
    with _ALONE:
        process.start()
    return process


def _text(pipe: Connection) -> TextIO:
    with pipe:
        return os.fdopen(os.dup(pipe.fileno()))


def _command(
    arguments: list[str],
    environment: Mapping[str, str],
    folder: Path,
    out: Connection,
    err: Connection,
    prepare: Callable[[], None] | None,
) -> None:
    """The whole life of a process."""
    for pipe, stream in ((out, 1), (err, 2)):
        os.dup2(pipe.fileno(), stream)
        pipe.close()
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115 - as wide as the process
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    _main(arguments, environment, folder, prepare)


def _session(
    terminal: Connection,
    arguments: list[str],
    environment: dict[str, str],
    folder: Path,
    prepare: Callable[[], object] | None,
) -> None:
    """The same at a terminal."""
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(terminal.fileno(), termios.TIOCSCTTY, 0)
    for stream in range(3):
        os.dup2(terminal.fileno(), stream)
    terminal.close()
    sys.stdin = sys.__stdin__ = open(0, closefd=False, encoding="utf-8")  # noqa: SIM115 - as wide as the process
    sys.stdout = sys.__stdout__ = open(1, "w", buffering=1, closefd=False, encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", buffering=1, closefd=False, encoding="utf-8")  # noqa: SIM115
    _main(arguments, environment, folder, prepare)


def _main(
    arguments: list[str], environment: dict[str, str], folder: Path, prepare: Callable[[], object] | None
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    random.seed()  # that of the process it was forked from would be the same for all
    if prepare is not None:
        prepare()
    from brcc_tui.cli import main

    sys.exit(main(arguments))
