"""Starts and stops the practice club's servers, and makes the settings that point at them.

Heavy imports wait until a club starts, so that only asking about the practice club stays cheap.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from brcc_tui.sandbox.clock import OPENS_NOW, clock_at
from brcc_tui.sandbox.habits import Habit
from brcc_tui.sandbox.world.make import AHEAD_WEEKS, PAST_WEEKS, make_world
from brcc_tui.windows.console_events import told_to_end

if TYPE_CHECKING:
    from aiohttp import web

    from brcc_tui.sandbox.buyers import Buyers
    from brcc_tui.sandbox.eventbrite.orders import OrderBook
    from brcc_tui.sandbox.eventbrite.shop import EventbriteShop
    from brcc_tui.sandbox.faults import FaultBoard
    from brcc_tui.sandbox.wordpress.mysql_server import PracticeMysql
    from brcc_tui.sandbox.wordpress.site import WordPressSite
    from brcc_tui.sandbox.wordpress.staff import Editor
    from brcc_tui.sandbox.world.types import World

_HEARTBEAT = 15.0
"""Seconds between two signs of life of a product page that somebody has open."""


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    """`buyers` buy while you watch; `latency` milliseconds per request; `scale` times the club's size.

    `statement_latency` are the milliseconds per statement, and question for a sign of life, of the database.
    It plays since so many `past_weeks`, and has announced so many `ahead_weeks`. `habits` are names of what the shops
    and their hosts do from the start (`habits.Habit`). `now` is the moment at which the club opens, as `clock_at` reads
    it: its shows are laid around that day.
    """

    buyers: int = 0
    latency: int = 0
    seed: int = 1
    scale: int = 1
    past_weeks: int = PAST_WEEKS
    ahead_weeks: int = AHEAD_WEEKS
    statement_latency: int = 0
    habits: tuple[str, ...] = ()
    now: str = field(default_factory=lambda: os.environ.get(OPENS_NOW, ""))


class PracticeClub:
    """Both shops and the WordPress database on loopback: random ports, random credentials.

    Once started, `world` is how it began, `site` and `eventbrite` are the two shops themselves, `eventbrite_orders`
    what was bought at the second one, `database` is the server that tells of the site, `faults` switches faults on and
    `buyers` tells what they did. `clock` is the time of all of them.
    """

    world: World
    site: WordPressSite
    eventbrite: EventbriteShop
    eventbrite_orders: OrderBook
    database: PracticeMysql
    faults: FaultBoard
    buyers: Buyers

    def __init__(self, options: PracticeOptions) -> None:
        self.options = options
        self.clock = clock_at(options.now)
        self._folder: Path | None = None
        self._runners: list[web.AppRunner] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> Mapping[str, str]:
        """Serve; returns the settings (by their names) that point the program here."""
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="brcc-practice-"))
            editors = self._make_shops()
            settings = await self._listen()
        except BaseException:
            await self.stop()
            raise
        settings = {**settings, **self.turn_on(*self.options.habits)}
        self._in_background(_keep_open(editors))
        if self.options.buyers:
            self._in_background(self.buyers.run())
        return settings

    def turn_on(self, *names: str) -> Mapping[str, str]:
        """Switch these habits on, in the order in which they stand in `Habit`; the settings that set-up would find.

        Raises `ValueError` for a name that is none.
        """
        from brcc_tui.sandbox.switches import turn_on

        wanted = {Habit(name) for name in names}
        settings: dict[str, str] = {}
        for habit in Habit:
            if habit in wanted:
                settings |= turn_on(self, habit, random.Random(f"{self.options.seed}:{habit}"))
        return settings

    def make_world(self) -> World:
        """The world as it begins."""
        from brcc_tui.sandbox.switches import changed_world

        options, clock = self.options, self.clock
        world = make_world(
            options.seed,
            options.scale,
            clock.today(),
            zone=clock.zone,
            past_weeks=options.past_weeks,
            ahead_weeks=options.ahead_weeks,
        )
        return changed_world(world, frozenset(map(Habit, options.habits)), clock.now())

    def _in_background(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(_complain)
        self._tasks.append(task)

    def _make_shops(self) -> list[Editor]:
        """Both shops with their world in them; returns the product pages that somebody has open."""
        from brcc_tui.sandbox.buyers import Buyers
        from brcc_tui.sandbox.eventbrite.shop import EventbriteShop
        from brcc_tui.sandbox.faults import FaultBoard
        from brcc_tui.sandbox.wordpress.site import WordPressSite

        options = self.options
        clock = self.clock
        self.world = self.make_world()
        self.site = WordPressSite(self.world.site, clock=clock.now, seed=options.seed)
        for product in self.world.products:
            self.site.add_product(product)
        self.site.place_orders(self.world.orders)
        self.eventbrite = EventbriteShop(self.world.organization_id, self.world.events, now=clock.now)
        self.faults = FaultBoard(options.latency / 1000)
        self.buyers = Buyers(self.world, self.site, self.eventbrite, options.buyers, seed=options.seed)
        return [self.site.open_editor(product.id) for product in self.world.products if product.open_in_editor]

    async def _listen(self) -> Mapping[str, str]:
        """Open the ports, each with credentials of its own."""
        from brcc_tui.sandbox.control import Control
        from brcc_tui.sandbox.eventbrite.server import EventbriteServer
        from brcc_tui.sandbox.wordpress.mysql_server import PracticeMysql
        from brcc_tui.sandbox.wordpress.woocommerce_server import make_app

        token, practice_token = secrets.token_hex(10).upper(), secrets.token_urlsafe(24)
        key, secret = "ck_" + secrets.token_hex(20), "cs_" + secrets.token_hex(20)
        user, password = "practice", secrets.token_urlsafe(18)
        self.database = PracticeMysql(
            self.site.shop, user=user, password=password, latency=self.options.statement_latency / 1000
        )
        self._database_port = await self.database.start()
        eventbrite_server = EventbriteServer(self.eventbrite, token)
        eventbrite_app = eventbrite_server.make_app()
        self.eventbrite_orders = eventbrite_server.orders
        Control(practice_token, self).add_to(eventbrite_app)
        eventbrite_url = await self._serve(eventbrite_app)
        woocommerce_url = await self._serve(make_app(self.site, key, secret))
        return {
            "PRIVATE_TOKEN": token,
            "EVENTBRITE_API_URL": f"{eventbrite_url}/v3",
            "WOOCOMMERCE_CONSUMER_KEY": key,
            "WOOCOMMERCE_CONSUMER_SECRET": secret,
            "WOOCOMMERCE_API_URL": woocommerce_url,
            "WORDPRESS_DB_HOST": "127.0.0.1",
            "WORDPRESS_DB_PORT": str(self._database_port),
            "WORDPRESS_DB_USER": user,
            "WORDPRESS_DB_PASSWORD": password,
            "WORDPRESS_DB_NAME": self.database.database,
            "WORDPRESS_TABLE_PREFIX": self.world.site.prefix,
            "WORDPRESS_DB_TLS": "off",
            "BRCC_PROFILE": "practice",
            **self.clock.settings(),
            "BRCC_DATA_DIR": str(self._folder),
            "BRCC_PRACTICE_URL": f"{eventbrite_url}/practice",
            "BRCC_PRACTICE_TOKEN": practice_token,
        }

    async def _serve(self, app: web.Application) -> str:
        """Run an application with the faults in front of it; returns its address."""
        from aiohttp import web

        app.middlewares.insert(0, self.faults.middleware())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        self._runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    @property
    def offences(self) -> list[str]:
        """Requests of this process that no recording and no fact covers, in words."""
        from brcc_tui.sandbox import offences

        return offences.NOTED

    async def switch_database(self, *, up: bool) -> None:
        """Take the database server away from the program, or bring it back on the same port."""
        await (self.database.start(self._database_port) if up else self.database.stop())

    async def stop(self) -> None:
        """Close every port and delete every file."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for runner in self._runners:
            await runner.cleanup()
        if hasattr(self, "database"):
            await self.database.stop()
        if hasattr(self, "site"):
            self.site.close()
        if self._folder is not None:
            await _delete(self._folder)
        self._tasks, self._runners, self._folder = [], [], None
        _forget_handlers()


def _forget_handlers() -> None:
    """Let go of closed clubs: aiohttp keeps the last thousand handlers of a process, each with its whole club.

    It has no public way to. Of clubs that are still open the handlers are built anew at their next request.
    """
    from aiohttp import web_app

    forget = getattr(getattr(web_app, "_cached_build_middleware", None), "cache_clear", None)
    if forget is not None:
        forget()


async def _delete(folder: Path) -> None:
    """Delete the data folder, patiently: the program may be closing its own files in it just now."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():  # noqa: ASYNC240  # a local folder
            return
        await asyncio.sleep(0.05)


def _complain(task: asyncio.Task[None]) -> None:
    """A background task that failed says so at once, on standard error."""
    if not task.cancelled() and (error := task.exception()) is not None:
        context = {"message": "the practice club goes on without one of its tasks", "exception": error}
        task.get_loop().call_exception_handler(context)


async def _keep_open(editors: list[Editor]) -> None:
    """Somebody sits before these product pages."""
    while True:
        await asyncio.sleep(_HEARTBEAT)
        for editor in editors:
            editor.heartbeat()


def env_line(name: str, value: str) -> str:
    """One line that python-dotenv and a POSIX shell (`set -a; . file`) read alike."""
    if "'" not in value and "\\\\" not in value:  # dotenv takes two backslashes for one
        return f"{name}='{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"'


def serve_forever(options: PracticeOptions, *, until_eof: bool) -> None:
    """Print the settings as `.env` lines, then `ready`, and serve until SIGINT or SIGTERM.

    With `until_eof` the end of standard input ends it too: a program that starts it as a child keeps the
    pipe open, and so leaves no orphan however it dies itself.
    """
    gc.disable()  # until it serves: all of a world stays, and an eighth of its making would go into looking through it
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve_until_told(options, until_eof))


async def _serve_until_told(options: PracticeOptions, until_eof: bool) -> None:
    must_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            with suppress(NotImplementedError):  # on Windows, which tells of its events in another way
                loop.add_signal_handler(getattr(signal, name), must_stop.set)
    if until_eof:
        threading.Thread(target=_wait_for_eof, args=(loop, must_stop), daemon=True).start()
    club = PracticeClub(options)
    with told_to_end(lambda: loop.call_soon_threadsafe(must_stop.set)):
        try:
            settings = await club.start()
            gc.freeze()
            gc.enable()
            lines = [env_line(name, value) for name, value in settings.items()]
            with suppress(OSError):  # nobody listens any more
                print("\n".join([*lines, "ready"]), flush=True)
                await must_stop.wait()
        finally:
            await club.stop()
    if club.offences:
        raise SystemExit("\n".join(["asked for what no recording and no fact covers:", *club.offences]))


def _wait_for_eof(loop: asyncio.AbstractEventLoop, must_stop: asyncio.Event) -> None:
    with suppress(OSError):
        while os.read(sys.stdin.fileno(), 4096):
            pass
    with suppress(RuntimeError):  # the loop is already closed
        loop.call_soon_threadsafe(must_stop.set)
