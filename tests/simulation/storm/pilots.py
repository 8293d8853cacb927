"""Operators: whole copies of the program, with its real clients and its real files, that can be killed anywhere."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from brcc_tui.clock import system_now
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import ChangeRequest, Plan, Result
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.platforms.woocommerce.client import WooCommerce
from brcc_tui.settings_checks import settings_from
from brcc_tui.store.journal import Journal
from tests.simulation.storm.small_club import OPERATOR
from tests.simulation.storm.wire_time import VirtualClock


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


class Life:
    """Whether a process still lives; everything that it does asks here first."""

    def __init__(self) -> None:
        self.dead = asyncio.Event()
        self.on_request: Callable[[str], None] | None = None
        self.on_move: Callable[[str], None] | None = None

    def check(self) -> None:
        """Raise `Killed` when it does not."""
        if self.dead.is_set():
            raise Killed

    async def do(self, work: Any) -> Any:
        """Do something that ends at once, whatever it waits for, when the process is killed."""
        if self.dead.is_set():
            work.close()
            raise Killed
        task, end = asyncio.ensure_future(work), asyncio.ensure_future(self.dead.wait())
        try:
            await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
            self.check()
            return await task
        finally:
            end.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})


class _Wire(httpx.AsyncBaseTransport):
    """The network as a mortal process sees it; every request names its operator."""

    def __init__(self, name: str, life: Life) -> None:
        self._name, self._life = name, life
        self._network = httpx.AsyncHTTPTransport(verify=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers[OPERATOR] = self._name
        if self._life.on_request is not None:
            self._life.on_request(request.method)
        response: httpx.Response = await self._life.do(self._answer(request))
        return response

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._network.handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    async def aclose(self) -> None:
        await self._network.aclose()


class _Clock(VirtualClock):
    def __init__(self, life: Life) -> None:
        super().__init__()
        self._life = life

    async def sleep(self, seconds: float) -> None:
        await self._life.do(asyncio.sleep(seconds))


class _MortalJournal(Journal):
    """The real journal on the real disk, until its process is killed."""

    def __init__(self, path: Path, life: Life) -> None:
        super().__init__(path)
        self._life = life

    def begin(self, **values: Any) -> str:
        self._life.check()
        return super().begin(**values)

    def append(self, entry: str, event: str, at: dt.datetime, detail: Mapping[str, object]) -> None:
        self._life.check()
        super().append(entry, event, at, detail)
        if self._life.on_move is not None:
            self._life.on_move(event)


class Pilot:
    """One copy of the program. `folder` is its data folder, which several may share."""

    def __init__(self, name: str, values: Mapping[str, str], folder: Path) -> None:
        self.name, self.folder = name, folder
        self._values = {**values, "BRCC_DATA_DIR": str(folder), "BRCC_TIMEZONE": "America/Toronto"}
        self.stopped = False
        self.steps: list[tuple[str, str]] = []
        self.start()

    def start(self) -> None:
        """Begin anew, as a new process."""
        self.life, self.stopped = Life(), False
        clock = _Clock(self.life)
        # What is stamped by the program's own clock stands on the shops' day too.
        ahead = clock.now() - system_now()
        settings = dataclasses.replace(settings_from(self._values), practice_ahead=ahead)
        loop = asyncio.get_running_loop()
        club = open_context(settings)
        assert settings.eventbrite is not None
        assert settings.woocommerce is not None
        wire = _Wire(self.name, self.life)
        self.club: ClubContext = dataclasses.replace(
            club,
            eventbrite=Eventbrite(settings.eventbrite, monotonic=loop.time, transport=wire),
            woocommerce=WooCommerce(settings.woocommerce, transport=wire),
            journal=_MortalJournal(settings.data_dir / "journal.sqlite", self.life),
            clock=clock,
        )

    def kill(self) -> None:
        """kill -9: not one more request, not one more line in the journal."""
        self.life.dead.set()

    async def end(self) -> None:
        """What the system does for a process that has ended: every connection and file is closed."""
        self.life.on_move = self.life.on_request = None
        await self.club.close()

    async def plan(self, *wanted: ChangeRequest) -> Plan:
        return await plan_changes(self.club, wanted)

    async def apply(self, plan: Plan, *, settle: bool = True) -> Result:
        return await apply_plan(
            self.club,
            confirm(plan, plan.digest),
            settle=settle,
            watch=lambda step: self.steps.append((step.listing_id, step.event)),
            stop=lambda: self.stopped,
        )
