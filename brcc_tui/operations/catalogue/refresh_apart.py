"""A refresh in a child process, which takes the memory that it needed with it when it ends.

A refresh needs several times the memory of its result, and Python returns little of it: the application grew by
10 MiB with the first one, by 58 for a club with 22 times as many listings, and by more with each further one. Nor does
a key press wait while another process computes.

The child receives everything on its standard input, and reports on its standard output, as pickled calls of
`_Listener`. It is this program itself, in the same version, and nobody else has its pipes.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from brcc_tui.logs import log, start_logging
from brcc_tui.operations.context import open_context
from brcc_tui.own_python import own_environment, own_python
from brcc_tui.platforms.timings import Timings
from brcc_tui.windows import ON_WINDOWS
from brcc_tui.windows.api import CREATE_NO_WINDOW

if TYPE_CHECKING:
    from brcc_tui.operations.catalogue.refresh_report import RefreshProgress, RefreshReport
    from brcc_tui.operations.context import ClubContext
    from brcc_tui.platforms.eventbrite.allowance import Remembered
    from brcc_tui.settings import Settings

_Tell = Callable[..., None]
"""Tells the other process: the name of a method of `_Listener`, and what it is called with."""

_COMMAND: Final = "from brcc_tui.operations.catalogue.refresh_apart import read_for_another; read_for_another()"


async def refresh_apart(club: ClubContext, progress: Callable[[RefreshProgress], None]) -> RefreshReport:
    """Reads both shops as `refresh` does, in a child process.

    If the child cannot be started, or does not finish, the reading is done here, and any error is raised here. So it is
    if the catalogue cannot be stored in its file: in memory it must be in this process.
    """
    began = club.clock.monotonic()
    report = await _read_apart(club, progress) if club.cache.kept else None
    if report is not None:
        return replace(report, seconds=round(club.clock.monotonic() - began, 3))  # the other one's start is waited for
    await asyncio.to_thread(import_module, "brcc_tui.operations.catalogue.refresh")  # 0.1 s, the first time
    from brcc_tui.operations.catalogue.refresh import refresh

    return await refresh(club, progress)


async def _read_apart(club: ClubContext, progress: Callable[[RefreshProgress], None]) -> RefreshReport | None:
    """None where the other process did not come to its end, or could not keep what it read."""
    loop, listener = asyncio.get_running_loop(), _Listener(club, progress)

    def hear(name: str, *values: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the application has ended meanwhile
            loop.call_soon_threadsafe(listener.hear, name, *values)

    try:
        child = await asyncio.to_thread(_start)
    except OSError as error:
        log("no process for a refresh", error=error)
        return None
    try:
        status = await asyncio.to_thread(_follow, child, (club.settings, _Known.of(club)), hear)
    finally:
        child.kill()  # somebody does not want to wait for it any longer
        listener.close()
    if listener.report is None:
        log("the process for a refresh came to no end", status=status)
    return listener.report


def _start() -> subprocess.Popen[bytes]:
    """Begin the other process."""
    # In a session of its own nothing that a terminal sends (its end, a key) reaches it. Nor does it on Windows.
    return subprocess.Popen(  # noqa: S603 - our own
        own_python("-c", _COMMAND),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=own_environment(),
        start_new_session=True, creationflags=CREATE_NO_WINDOW if ON_WINDOWS else 0,
    )  # fmt: skip


def _follow(child: subprocess.Popen[bytes], about: tuple[Settings, _Known], hear: _Tell) -> int:
    """Tell it what it is about, hear all that it tells, and wait for its end; gives its exit status."""
    assert child.stdin is not None  # noqa: S101 - both are pipes
    assert child.stdout is not None  # noqa: S101
    # Around the process too: where it has ended unheard, giving its input back fails like writing to it.
    with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError), child:
        pickle.dump(about, child.stdin)
        child.stdin.flush()
        while True:
            hear(*pickle.load(child.stdout))  # noqa: S301 - from our own process
    return child.returncode


@dataclass(frozen=True, slots=True)
class _Known:
    """What a club knows that is in no file: without our newest waypoint Eventbrite may tell of before our write."""

    cached_rest: frozenset[int]
    eventbrite: Remembered | None

    @classmethod
    def of(cls, club: ClubContext) -> _Known:
        return cls(frozenset(club.cached_rest), club.eventbrite.remembered if club.eventbrite else None)

    def give_to(self, club: ClubContext) -> None:
        club.cached_rest.clear()
        club.cached_rest.update(self.cached_rest)
        if club.eventbrite and self.eventbrite:
            club.eventbrite.remember(self.eventbrite)


@dataclass(slots=True)
class _Listener:
    """What this process does with what the other one tells: its questions to the shops count as ours."""

    club: ClubContext
    progress: Callable[[RefreshProgress], None]
    report: RefreshReport | None = None
    _questions: dict[int, contextlib.ExitStack] = field(default_factory=dict)
    _closed: bool = False

    def hear(self, name: str, *values: Any) -> None:
        if not self._closed:
            getattr(self, name)(*values)

    def close(self) -> None:
        """Nothing is heard any more, and no question waits that the other process did not live to see answered."""
        self._closed = True
        for question in self._questions.values():
            question.close()

    def asking(self, number: int, service: str) -> None:
        question = self._questions[number] = contextlib.ExitStack()
        question.enter_context(self.club.timings.asking(service))

    def asked(self, number: int) -> None:
        self._questions.pop(number).close()

    def ended(self, service: str, error: str, served: bool) -> None:
        self.club.timings.ended(service, error, served=served)

    def record(self, name: str, milliseconds: float, ok: bool, error: str) -> None:
        self.club.timings.record(name, milliseconds, ok, error)

    def done(self, report: RefreshReport, known: _Known) -> None:
        self.report = report
        known.give_to(self.club)
        if self.club.wordpress:
            self.club.wordpress.forget_site()


class _ToldTimings(Timings):
    """Notes nothing itself: the process that is told of it does."""

    def __init__(self, tell: _Tell) -> None:
        super().__init__()
        self._tell, self._numbers = tell, itertools.count()

    @contextlib.contextmanager
    def asking(self, service: str) -> Iterator[None]:
        """A question to that service is under way."""
        number = next(self._numbers)
        self._tell("asking", number, service)
        try:
            yield
        finally:
            self._tell("asked", number)

    def ended(self, service: str, error: str = "", *, served: bool = True) -> None:
        """A question to that service has been answered, or has not."""
        self._tell("ended", service, error, served)

    def record(self, name: str, milliseconds: float, ok: bool, error: str = "") -> None:
        """Note one call."""
        self._tell("record", name, milliseconds, ok, error)


def read_for_another() -> None:
    """The child process: reads what its standard input says, and reports its progress on its standard output."""
    wire, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints is no message
    alone = Lock()

    def tell(name: str, *values: object) -> None:
        with alone:
            wire.write(pickle.dumps((name, *values)))
            wire.flush()

    settings, known = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    start_logging(settings.log_dir, settings.secrets())
    try:
        # Windows' own loop cannot speak TLS with the database's driver; elsewhere this is the usual one.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(_read_and_tell(settings, known, tell))
    except Exception as error:  # noqa: BLE001 - the one who listens reads it again, and tells what is the matter
        log("a refresh in a process of its own failed", error=error)
        sys.exit(1)


async def _read_and_tell(settings: Settings, known: _Known, tell: _Tell) -> None:
    from brcc_tui.operations.catalogue.refresh import refresh

    club = open_context(settings, timings=_ToldTimings(tell))
    try:
        known.give_to(club)
        report = await refresh(club, lambda progress: tell("progress", progress))
        if club.cache.kept:
            tell("done", report, _Known.of(club))
    finally:
        await club.close()
