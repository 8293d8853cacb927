"""The small club served in a thread in real time, and the real command against it: in this process, or in its own."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import io
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from brcc_tui.cli import main
from brcc_tui.sandbox.clock import clock_at
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_entries import Entry
from brcc_tui.store.locks import LocalLocks
from tests import forked
from tests.commands import Ran
from tests.days import opens
from tests.simulation.storm import puppet as puppets
from tests.simulation.storm.small_club import Arrived, SmallClub, quiet

T = TypeVar("T")


class Served:
    """A club that serves while the tests do something else. `folder` is the program's data folder by default."""

    def __init__(self, folder: Path, seed: int, *, latency: float, settle: str) -> None:
        self.folder, self._settle = folder, settle
        self._loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        clock = clock_at(opens())
        self.club = SmallClub(seed, clock=clock.now, seconds=time.monotonic)
        self.values = {**self.call(self.club.start()), **clock.settings()}
        self.club.faults.latency = latency

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the thread of the club."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def tell(self, ask: Callable[[], T]) -> T:
        """Ask the club something in its own thread."""

        async def asked() -> T:
            return ask()

        return self.call(asked())

    def close(self) -> None:
        """Stop serving."""
        self.call(self.club.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def environment(self, folder: Path | None = None) -> dict[str, str]:
        """The settings that point a command here."""
        chosen = {"BRCC_DATA_DIR": str(folder or self.folder), "BRCC_SETTLE": self._settle}
        return {**self.values, **chosen, "BRCC_TIMEZONE": "America/Toronto"}

    def run(self, *arguments: str, folder: Path | None = None) -> Ran:
        """A command in this process."""
        out, err, before = io.StringIO(), io.StringIO(), dict(os.environ)
        os.environ.update(self.environment(folder))
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = main(list(arguments))
        finally:
            os.environ.clear()
            os.environ.update(before)
        return Ran(status, out.getvalue(), err.getvalue())

    @contextlib.contextmanager
    def spawn(
        self, *arguments: str, puppet: Mapping[str, object] | None = None, folder: Path | None = None
    ) -> Iterator[forked.Process]:
        """A command in a process of its own; with `puppet` one that does something to itself."""
        prepare = None if puppet is None else functools.partial(puppets.prepare, puppet)
        environment = {**os.environ, **self.environment(folder)}
        process = forked.start([*arguments], environment, self.folder, prepare)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def keep(self, entry: str) -> None:
        """Keep what is there, once no request of it can arrive any more: as long as a change is watched here."""
        kept = self.run("recover", entry, "--choose", "keep", "--json")
        if "may still arrive" in kept.err:
            time.sleep(max(map(float, self._settle.split(","))))
            kept = self.run("recover", entry, "--choose", "keep", "--json")
        assert kept.status == 0, kept.err

    def confirmed(self, listing: str, capacity: int, folder: Path | None = None) -> list[str]:
        """The command that sets it, with the digest of the plan as it stands now."""
        plan = self.run("set", listing, str(capacity), "--json", folder=folder).json
        assert plan["changes"], plan
        return ["set", listing, str(capacity), "--json", "--confirm", plan["digest"]]

    def entries(self, folder: Path | None = None) -> list[Entry]:
        """The journal, oldest first."""
        found: list[Entry] = []
        for path in (folder or self.folder).glob("*/journal.sqlite"):
            journal = Journal(path)
            found += journal.entries()[::-1]
            journal.close()
        return found

    def writes(self) -> list[Arrived]:
        """Every write that has reached a shop, once the shops have finished what they are at."""
        self.call(quiet(self.club))
        return list(self.club.arrived)

    def implied(self, listing: str) -> int:
        """Capacity as it is, from the shops' own tables."""
        if listing.startswith("eb:"):
            return int(self.tell(lambda: self.club.ticket_class(listing).capacity))
        return self.tell(self.club.implied)[listing]

    def assert_locks_are_free(self) -> None:
        """The database's, soon after the connection is gone, and this computer's."""
        deadline = time.monotonic() + 5
        while self.tell(lambda: dict(self.club.mysql.locks._held)):
            assert time.monotonic() < deadline, "the database still holds a lock"
            time.sleep(0.01)
        for path in self.folder.glob("*/locks"):
            for subject in ("wc:4061", "wc:31907", "eb:123"):
                assert LocalLocks(path).is_free(subject), subject
