"""Read-only connections to the database: five at most, kept open, and checked before each use."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakSet

from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress import session_sql
from brcc_tui.platforms.wordpress import session_variables as variables
from brcc_tui.platforms.wordpress.errors import (
    Circumstances,
    Garbled,
    NoMySql,
    NoTls,
    NotSet,
    OtherDatabase,
    OtherSession,
    PlainPassword,
    TooLong,
    UntrustedCertificate,
    app_error,
    part_of_an_answer,
    worth_another_try,
)
from brcc_tui.platforms.wordpress.meter import Meter
from brcc_tui.platforms.wordpress.sql import Sql
from brcc_tui.platforms.wordpress.statement import Statement, marked
from brcc_tui.settings import WordPressSettings

POOL_SIZE = 5
CONNECT_TRIES = 3
"""How often a connection is tried, where another try may help (`worth_another_try`)."""

BACK_OFF_SECONDS = 0.5
"""The pause before the second try of connecting; the next one is twice as long."""

STATEMENT_SECONDS = 30
"""After these the server stops a statement; we stop waiting a little later, should the server be gone."""

ANSWER_SECONDS = STATEMENT_SECONDS + 5

KEPT_ANSWER_SECONDS = 3.0
"""How long a kept connection may take to say that it lives: one that a router has forgotten never says anything."""

_NO_MORE = frozenset({"1040", "1203", "1226"})
"""The server's numbers where it, or this account, has no connection left: those that we have already go on."""

ROOM_SECONDS = 0.1
"""A server takes so long to notice that a connection was closed."""

_STOPPED: tuple[type[BaseException], ...] = (Garbled, NoMySql, NoTls, PlainPassword, TooLong, UntrustedCertificate)
"""Why a connection was given up before it was there."""

_UNKNOWN_VARIABLE = "1193"

DatabaseRow = tuple[Any, ...]


class Session:
    """One connection, lent to one task at a time. `sql` has the questions that can be put to its tables."""

    def __init__(self, connection: Any, sql: Sql, meter: Meter, how: Circumstances, peers: WeakSet[Session]) -> None:
        self._all = peers
        self._all.add(self)
        self._connection = connection
        self.sql, self._meter, self._how = sql, meter, how
        self._shown: Mapping[str, str] = {}
        self.mark = secrets.token_hex(8)
        """What the server's session knows itself by, while it has what was set in it."""

    @property
    def closed(self) -> bool:
        """Whether the connection is known to be gone."""
        return bool(self._connection.closed)

    @property
    def tls(self) -> str | None:
        """The version of TLS that the connection is encrypted with; None for plain text."""
        version: str | None = self._connection.tls_version
        return version

    @property
    def server_version(self) -> str:
        """What the server called itself when we connected."""
        return str(self._connection.get_server_info())

    @property
    def longest_packet(self) -> int | None:
        """Bytes of the longest text that the server makes or sends; None where it does not tell."""
        size = self._shown.get("max_allowed_packet", "")
        return int(size) if size.isdecimal() else None

    @property
    def galera(self) -> bool:
        """Whether the server is a node of a Galera cluster: its named locks hold on this node alone."""
        return self._shown.get("wsrep_on", "").upper() == "ON"

    @property
    def one_of_several(self) -> bool:
        """Whether another server answers another session of ours under the same name: one of the two follows the other,
        and nothing tells which. The nodes of a Galera cluster wait for each other.
        """
        ours = self._server()
        return not self.galera and any(x._server() not in ((), ours) for x in self._all if not x.closed)

    def is_replica(self, told: object) -> bool:
        """Whether what it answers may be old; `told` is what the server said of that (`session_sql.REPLICA`)."""
        return bool(told) or self.one_of_several

    def _server(self) -> tuple[str, ...]:
        """Which server it is, as far as it told; nothing before it was asked."""
        return tuple(self._shown.get(name, "") for name in variables.WHICH_SERVER) if self._shown else ()

    def check_database(self, answers: object) -> None:
        """Raise `DatabaseError` where another database answers than the one that was connected to."""
        if str(answers).casefold() != str(self._connection.db).casefold():
            raise app_error(OtherDatabase())

    async def rows(self, query: Statement) -> list[DatabaseRow]:
        """The rows of one statement, all of them. Raises `DatabaseError`, also for a part of an answer."""
        started = time.monotonic()
        problem: DatabaseError | None = None
        found: list[DatabaseRow] | None = None
        try:
            with self._meter.asking():
                found = await self._asked(query)
            return found
        except DatabaseError as error:
            problem = error
            raise
        finally:
            self._meter.note(query, started, None if found is None else len(found), problem)

    async def row(self, query: Statement) -> DatabaseRow:
        """The one row of a statement that has exactly one. Raises `DatabaseError`."""
        found = await self.rows(query)
        if len(found) != 1:
            raise part_of_an_answer()
        return found[0]

    async def _asked(self, query: Statement) -> list[DatabaseRow]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._connection.cursor() as cursor:
                await cursor.execute(*marked(query, self.mark))
                found = [*map(_as_text, await cursor.fetchall())]
        except _driver_errors() as error:
            raise self._failure(error) from None
        if query.end is not None and (not found or found.pop() != query.end):
            raise await self._without_end()
        return found

    def _failure(self, error: BaseException) -> DatabaseError:
        from brcc_tui.platforms.wordpress import wire

        if not isinstance(error, TooLong):
            if not wire.is_unreadable(error):
                return app_error(error, self._how)
            error = Garbled()
        self._connection.close()  # the rest of the answer would be taken for the next one's
        return app_error(error)

    async def _without_end(self) -> DatabaseError:
        """Why the row is missing that marks the end: the answer was cut, or it is another session's."""
        answering = [(self.mark,)]
        with contextlib.suppress(DatabaseError):
            answering = await self._asked(session_sql.MARKED) or answering
        return part_of_an_answer() if answering == [(self.mark,)] else app_error(OtherSession())

    async def prepare(self, silence: int | None = None) -> None:
        """Set what makes answers right, and look whether the server has it so. Raises `DatabaseError`.

        After `silence` seconds without a word the server ends the session.
        """
        limits, states = (
            [session_sql.MYSQL_LIMIT, session_sql.MARIADB_LIMIT],
            [session_sql.STATE, session_sql.OLD_STATE],
        )
        if "mariadb" in self.server_version.lower():
            limits, states = limits[::-1], states[::-1]
        ways = [*itertools.product([*limits, ""], states)]  # "": it knows no limit, and only we stop waiting
        for way in ways:
            try:
                await self.rows(session_sql.session(*way, STATEMENT_SECONDS, self.mark, silence))
                break
            except DatabaseError as problem:
                if problem.code != _UNKNOWN_VARIABLE or way == ways[-1]:
                    raise
        self._shown = variables.shown(await self.rows(session_sql.session_shown()))
        if wrong := variables.wrong(self._shown):
            raise app_error(NotSet(*wrong))
        if self.galera:
            await self.rows(session_sql.NODES_TOGETHER)

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
        await self.rows(session_sql.SNAPSHOT)
        try:
            yield
            await self.rows(session_sql.COMMIT)
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
        self._sql = Sql(settings.prefix)
        self._meter = Meter(timings)
        self._ca_file = ca_file
        self._how = Circumstances(settings.tls, ca_file is not None)
        self._idle: list[Session] = []
        self._all: WeakSet[Session] = WeakSet()
        self._in_use = 0  # and being made
        self._given_back = asyncio.Event()
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
            self._in_use += 1
            try:
                session = await self._kept() or await self._one_more()
                try:
                    yield session
                finally:
                    if self._closed:
                        await session.close()
                    elif not session.closed:
                        self._idle.append(session)
            finally:
                self._in_use -= 1
                self._given_back.set()
                self._given_back = asyncio.Event()

    async def connect(self, silence: int | None = None) -> Session:
        """A new session that belongs to the caller alone. Three tries; raises `DatabaseError`."""
        try:
            with self._meter.asking():
                return await self._with_room(silence)
        except DatabaseError as problem:
            self._meter.lost(problem)
            raise

    async def _with_room(self, silence: int | None) -> Session:
        """Where there is no connection left, those that nobody uses make room."""
        room = len(self._idle)
        while True:
            try:
                return await self._connected(silence)
            except DatabaseError as problem:
                if problem.code not in _NO_MORE or not room:
                    raise
            room -= 1
            if self._idle:
                await self._idle.pop().close()
            await asyncio.sleep(ROOM_SECONDS)

    async def _one_more(self) -> Session:
        """A new session; where there is no connection left, one of ours when it is given back."""
        while True:
            given_back = self._given_back
            try:
                return await self.connect()
            except DatabaseError as problem:
                if problem.code not in _NO_MORE or not (self._in_use > 1 or given_back.is_set()):
                    raise
                self._in_use -= 1  # several may wait, but not for each other
                try:
                    async with asyncio.timeout(ANSWER_SECONDS):
                        await given_back.wait()
                except TimeoutError:
                    raise problem from None
                finally:
                    self._in_use += 1
            if session := await self._kept():
                return session

    async def _connected(self, silence: int | None) -> Session:
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential

        tries = AsyncRetrying(
            stop=stop_after_attempt(CONNECT_TRIES),
            wait=wait_exponential(multiplier=BACK_OFF_SECONDS),
            retry=retry_if_exception(worth_another_try),
            reraise=True,
        )
        try:
            connection: Any = await tries(self._open)
        except _driver_errors() + _STOPPED as error:
            raise app_error(error, self._how) from None
        session = Session(connection, self._sql, self._meter, self._how, self._all)
        try:
            await session.prepare(silence)
            if session.one_of_several:  # or one took over from another, whose sessions are gone
                await self._drop_the_dead()
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

    async def _drop_the_dead(self) -> None:
        idle, self._idle = self._idle, []
        for session in idle:
            if not session.closed and await session.alive(KEPT_ANSWER_SECONDS):
                self._idle.append(session)
            else:
                await session.close()

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


def _as_text(row: DatabaseRow) -> DatabaseRow:
    """Columns that a host keeps as bytes (BLOB, VARBINARY) hold the UTF-8 that WordPress put there.

    Raises `UnicodeDecodeError`.
    """
    if not any(isinstance(value, bytes) for value in row):
        return row
    return tuple(value.decode() if isinstance(value, bytes) else value for value in row)


def _driver_errors() -> tuple[type[BaseException], ...]:
    """The driver's errors, the network's, and what is raised over bytes that are no answer; imported late, because the
    driver is slow to load.
    """
    from brcc_tui.platforms.wordpress import wire

    return (wire.DriverError, OSError, TimeoutError, TooLong, *wire.UNREADABLE)
