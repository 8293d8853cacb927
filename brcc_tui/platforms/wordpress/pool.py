"""Read-only connections to the database: five at most, kept, and checked before each use."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from brcc_tui.logs import log
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress import sql
from brcc_tui.platforms.wordpress.errors import NoCipher, NoMySql, NoTls, app_error, worth_another_try
from brcc_tui.settings import WordPressSettings

POOL_SIZE = 5
CONNECT_TRIES = 3
BACK_OFF_SECONDS = 0.5
"""The pause before the second try of connecting; the next one is twice as long."""

STATEMENT_SECONDS = 30
"""After these the server stops a statement; we stop waiting a little later, should the server be gone."""

ANSWER_SECONDS = STATEMENT_SECONDS + 5

KEPT_ANSWER_SECONDS = 3.0
"""How long a kept connection may take to say that it lives: one that a router has forgotten never says anything."""

Row = tuple[Any, ...]


class Meter:
    """Counts and times the statements of all sessions."""

    def __init__(self, timings: Timings) -> None:
        self.statements = 0
        self._timings = timings

    def note(self, query: sql.Query, started: float, rows: int | None, problem: DatabaseError | None) -> None:
        """One statement has ended, with so many rows; `started` is of the monotonic clock."""
        self.statements += 1
        milliseconds = (time.monotonic() - started) * 1000
        reason = problem.happened if problem else "" if rows is not None else "cancelled"
        self._timings.record(f"SQL {query.name}", milliseconds, problem is None, reason)
        log(
            f"SQL {query.name}",
            outcome=reason or "answered",
            rows=rows,
            milliseconds=round(milliseconds),
            good=not reason,
        )


class Session:
    """One connection, lent to one task at a time."""

    def __init__(self, connection: Any, meter: Meter) -> None:
        self._connection = connection
        self._meter = meter

    @property
    def closed(self) -> bool:
        """Whether the connection is known to be gone."""
        return bool(self._connection.closed)

    @property
    def tls(self) -> str | None:
        """The version of TLS that the connection is encrypted with; None for plain text."""
        writer = self._connection._writer
        encryption = writer.get_extra_info("ssl_object") if writer else None
        return str(encryption.version()) if encryption else None

    @property
    def server_version(self) -> str:
        """What the server called itself when we connected."""
        return str(self._connection.get_server_info())

    async def rows(self, query: sql.Query) -> list[Row]:
        """The rows of one statement. Raises `DatabaseError`."""
        started = time.monotonic()
        problem: DatabaseError | None = None
        found: list[Row] | None = None
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._connection.cursor() as cursor:
                await cursor.execute(query.text, query.bound)
                found = list(await cursor.fetchall())
                return found
        except _driver_errors() as error:
            problem = app_error(error)
            raise problem from None
        finally:
            self._meter.note(query, started, None if found is None else len(found), problem)

    async def alive(self, within: float | None = None) -> bool:
        """Whether the server answers on this connection, in so many seconds; never reconnects."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS if within is None else within):
                await self._connection.ping(reconnect=False)
        except _driver_errors():
            return False
        return True

    @contextlib.asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """All statements inside see the database as it was at one instant, the one of entering."""
        await self.rows(sql.SNAPSHOT)
        try:
            yield
            await self.rows(sql.COMMIT)
        except BaseException:
            self._connection.close()  # ends the transaction whatever state it is in
            raise

    async def close(self) -> None:
        """Say goodbye and close; safe to call twice."""
        with contextlib.suppress(*_driver_errors()):
            async with asyncio.timeout(1):
                await self._connection.ensure_closed()
        self._connection.close()


class Connections:
    """Lends sessions, five at a time; the sixth borrower waits."""

    def __init__(self, settings: WordPressSettings, *, ca_file: Path | None, timings: Timings) -> None:
        self._settings = settings
        self._meter = Meter(timings)
        self._ca_file = ca_file
        self._idle: list[Session] = []
        self._free = asyncio.Semaphore(POOL_SIZE)
        self._closed = False

    @property
    def statements(self) -> int:
        """How many have been sent."""
        return self._meter.statements

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A session that was alive a moment ago. Raises `DatabaseError`."""
        async with self._free:
            session = await self._kept() or await self.connect()
            try:
                yield session
            finally:
                if self._closed:
                    await session.close()
                elif not session.closed:
                    self._idle.append(session)

    async def connect(self) -> Session:
        """A new session that belongs to the caller alone. Three tries; raises `DatabaseError`."""
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential

        tries = AsyncRetrying(
            stop=stop_after_attempt(CONNECT_TRIES),
            wait=wait_exponential(multiplier=BACK_OFF_SECONDS),
            retry=retry_if_exception(worth_another_try),
            reraise=True,
        )
        try:
            connection: Any = await tries(self._open)
        except _driver_errors() as error:
            raise app_error(error) from None
        except NoTls as error:
            raise app_error(error) from None
        except (ValueError, IndexError, AssertionError, struct.error):
            raise app_error(NoMySql()) from None
        except RuntimeError:  # the driver has no cryptography, which only passwords in plain connections need
            raise app_error(NoCipher()) from None
        session = Session(connection, self._meter)
        try:
            await _prepare(session)
        except BaseException:
            await session.close()
            raise
        return session

    async def close(self) -> None:
        """Close what is idle now, and everything else when it comes back."""
        self._closed = True
        await self._close_idle()

    async def _kept(self) -> Session | None:
        while self._idle:
            session = self._idle.pop()
            began = time.monotonic()
            if not session.closed and await session.alive(KEPT_ANSWER_SECONDS):
                return session
            await session.close()
            if time.monotonic() - began >= KEPT_ANSWER_SECONDS:
                await self._close_idle()  # silent, and so will be the others, which went the same way
        return None

    async def _close_idle(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _open(self) -> Any:
        from brcc_tui.platforms.wordpress import wire

        try:
            context = wire.tls_context(self._settings, self._ca_file)
        except OSError as error:  # an SSLError is one: there is a file, but no certificate in it
            problem = (
                "is not there" if isinstance(error, FileNotFoundError) else "holds no certificate that can be read"
            )
            raise DatabaseError(
                f"the file with the CA certificate {problem}",
                subject=str(self._ca_file),
                next_step="Check BRCC_CA_FILE",
            ) from None
        async with asyncio.timeout(wire.CONNECT_SECONDS):
            return await wire.open_connection(self._settings, context)


async def _prepare(session: Session) -> None:
    """Let the server itself refuse writes and stop statements that take too long."""
    await session.rows(sql.READ_ONLY)
    await session.rows(sql.REPEATABLE_READ)
    await session.rows(sql.LONG_TEXTS)
    mariadb = "mariadb" in session.server_version.lower()
    limit = sql.limit_mariadb if mariadb else sql.limit_mysql
    with contextlib.suppress(DatabaseError):  # a server that knows no limit: then only we stop waiting
        await session.rows(limit(STATEMENT_SECONDS))


def _driver_errors() -> tuple[type[BaseException], ...]:
    """The driver's errors and the network's; imported late, because the driver is slow to load."""
    from brcc_tui.platforms.wordpress import wire

    return (wire.DriverError, OSError, TimeoutError)
