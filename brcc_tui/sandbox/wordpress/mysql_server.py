"""The WordPress tables over the MySQL protocol, for a read-only account.

mysql-mimic speaks the protocol, SQLite holds the data, and the session between them answers as MariaDB would.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import sqlite3
import struct
import time
from typing import Any

from mysql_mimic.auth import IdentityProvider, NativePasswordAuthPlugin, User
from mysql_mimic.connection import Connection
from mysql_mimic.constants import DEFAULT_SERVER_CAPABILITIES
from mysql_mimic.control import LocalControl
from mysql_mimic.errors import MysqlError
from mysql_mimic.stream import MysqlStream

from brcc_tui.sandbox.wordpress import mysql_functions
from brcc_tui.sandbox.wordpress.mysql_locks import NamedLocks
from brcc_tui.sandbox.wordpress.mysql_session import AUTOCOMMIT, SERVER_VERSION, PracticeSession
from brcc_tui.sandbox.wordpress.shop import Shop

for _name in ("mysql_mimic", "sqlglot"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # a refused statement is an answer, not news


class _Accounts(IdentityProvider):  # type: ignore[misc]  # mysql-mimic is not typed
    """One account. An unknown one is refused like a wrong password, as MariaDB does."""

    def __init__(self, user: str, password: str) -> None:
        self._user = user
        self._secret = NativePasswordAuthPlugin.create_auth_string(password)

    async def get_user(self, username: str) -> User:
        secret = self._secret if username == self._user else "00" * 20
        return User(name=username, auth_string=secret, auth_plugin=NativePasswordAuthPlugin.name)


class _Connection(Connection):  # type: ignore[misc]  # mysql-mimic is not typed
    """Refuses an unknown database where the protocol says welcome."""

    session: PracticeSession
    welcomed = False

    async def handle_ping(self, data: bytes) -> None:
        await asyncio.sleep(self.session.server.latency)
        await super().handle_ping(data)

    def ok(self, **details: Any) -> bytes:
        if not self.welcomed:
            self.welcomed = True
            try:
                self.session.server.check_database(self.session.database)
            except MysqlError as error:
                self.session.username = None
                return bytes(self.error(msg=error.msg, code=error.code))
        return bytes(super().ok(**details))


class _Reader(asyncio.StreamReader):
    """Hears the client's goodbye when it said nothing for `silence` seconds: the server's `wait_timeout`."""

    silence = 28800.0

    async def read(self, n: int = -1) -> bytes:
        try:
            async with asyncio.timeout(self.silence):
                return await super().read(n)
        except TimeoutError:
            return b""


class PracticeMysql:
    """The database server of one practice site: `start` it, tell the program its port, `stop` it."""

    def __init__(
        self, shop: Shop, *, user: str, password: str, database: str = "wordpress", latency: float = 0.0
    ) -> None:
        """`latency` are the seconds that lie between each question, and each new connection, and its answer."""
        self.user = user
        self.latency = latency
        self.database = database
        self.locks = NamedLocks()
        self._shop = shop
        self._accounts = _Accounts(user, password)
        self._server: asyncio.Server | None = None
        self._connections: dict[int, _Connection] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._next_number = 1

    async def start(self, port: int = 0) -> int:
        """Listen on loopback; returns the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: asyncio.StreamReaderProtocol(_Reader(), self._serve), "127.0.0.1", port
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._server is None:
            return
        self._server.close()
        self.drop_connections()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def drop_connections(self) -> None:
        """Cut every connection, as a server that is restarted does: their locks are free."""
        for number in list(self._connections):
            self.kill(number)

    def kill(self, number: int, *, by: str | None = None) -> bool:
        """End a session; False when it is another user's. Without `by` it is the server's own doing."""
        connection = self._connections.get(number)
        if connection is None or (by is not None and connection.session.username != by):
            return False
        connection.stream.writer.transport.abort()
        connection.kill()
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, self._next_number = self._next_number, self._next_number + 1
        session = PracticeSession(self, number, "127.0.0.1")
        connection = _Connection(
            stream=MysqlStream(reader, writer),
            session=session,
            control=LocalControl(1),
            server_capabilities=DEFAULT_SERVER_CAPABILITIES,
            identity_provider=self._accounts,
        )
        connection.connection_id = number
        connection.status_flags = AUTOCOMMIT
        self._connections[number] = connection
        if task := asyncio.current_task():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await asyncio.sleep(2 * self.latency)  # until it is connected, and logged in
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, struct.error, MysqlError):
                await connection.start()
        finally:
            writer.close()
            del self._connections[number]

    # -- what sessions ask of the server ---------------------------------------------------------------------

    def check_database(self, name: str | None) -> None:
        """Raises error 1049 for any database but ours."""
        if name not in (None, "", self.database, "information_schema"):
            raise MysqlError(f"Unknown database '{name}'", 1049)

    def grants(self) -> list[str]:
        """What SHOW GRANTS says of the account, with a hash where MariaDB shows one."""
        return [
            f"GRANT USAGE ON *.* TO `{self.user}`@`%` IDENTIFIED BY PASSWORD '*{'0' * 40}'",
            f"GRANT SELECT ON `{self.database}`.* TO `{self.user}`@`%`",
        ]

    def open_reader(self, session: PracticeSession) -> sqlite3.Connection:
        """A session's own view of the data, with MariaDB's functions."""
        reader = sqlite3.connect(
            f"file:{self._shop.database.path}?mode=ro",
            uri=True,
            isolation_level=None,
            detect_types=sqlite3.PARSE_DECLTYPES,
            check_same_thread=False,
        )
        reader.execute("PRAGMA cache_size=-32000")
        reader.execute("ATTACH ':memory:' AS information_schema")
        reader.execute("CREATE TABLE information_schema.TABLES (TABLE_SCHEMA TEXT, TABLE_NAME TEXT, ENGINE TEXT)")
        reader.execute(
            "CREATE TABLE information_schema.PROCESSLIST (ID INTEGER, USER TEXT, HOST TEXT, DB TEXT, COMMAND TEXT,"
            " TIME INTEGER, STATE TEXT, INFO TEXT)"
        )
        account = f"{session.username}@127.0.0.1"
        texts = {
            "mysql_version": SERVER_VERSION,
            "mysql_database": self.database,
            "mysql_user": account,
            "user": account,
        }
        mysql_functions.install(reader, session.number, texts)
        return reader

    def now(self) -> dt.datetime:
        """The server's clock."""
        return self._shop.now()

    def fill_information_schema(self, reader: sqlite3.Connection, user: str | None) -> None:
        """The tables, and the sessions of the same user: those of others are not shown."""
        reader.execute("DELETE FROM information_schema.TABLES")
        reader.execute(
            "INSERT INTO information_schema.TABLES SELECT ?, name, 'InnoDB' FROM main.sqlite_master WHERE type='table'",
            (self.database,),
        )
        reader.execute("DELETE FROM information_schema.PROCESSLIST")
        rows = self.sessions(user)
        reader.executemany("INSERT INTO information_schema.PROCESSLIST VALUES (?,?,?,?,?,?,?,?)", rows)

    def sessions(self, user: str | None) -> list[tuple[object, ...]]:
        """The sessions of this user, as SHOW PROCESSLIST tells them: those of others are not shown."""
        now = time.monotonic()
        return [
            (number, user, "127.0.0.1:0", self.database, "Sleep", int(now - connection.session.busy_since), "", None)
            for number, connection in self._connections.items()
            if connection.session.username == user
        ]
