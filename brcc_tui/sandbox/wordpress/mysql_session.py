"""One session of the practice club's database server: it may read, and take named locks."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from mysql_mimic import ResultSet
from mysql_mimic.errors import MysqlError
from mysql_mimic.session import BaseSession
from mysql_mimic.types import ServerStatus
from mysql_mimic.variables import SYSTEM_VARIABLES, GlobalVariables, SessionVariables

from brcc_tui.sandbox.wordpress import mysql_dialect as dialect
from brcc_tui.sandbox.wordpress import mysql_functions as functions
from brcc_tui.sandbox.wordpress.mysql_locks import SERVER_NAME_LIMIT
from brcc_tui.sandbox.wordpress.mysql_results import result_table

if TYPE_CHECKING:
    from brcc_tui.sandbox.wordpress.mysql_locks import NamedLocks

SERVER_VERSION = "10.11.19-MariaDB"

AUTOCOMMIT = ServerStatus.SERVER_STATUS_AUTOCOMMIT
"""What every answer tells the client's driver; a new session starts with it."""

_VARIABLES = GlobalVariables(
    {
        **SYSTEM_VARIABLES,
        "version": (str, SERVER_VERSION, False),
        "version_comment": (str, "practice club", False),
        "completion_type": (str, "NO_CHAIN", True),
        "innodb_read_only": (bool, False, False),
        "read_only": (bool, False, True),
        "sql_big_selects": (bool, True, True),
        "sql_mode": (str, "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION", True),
        "sql_select_limit": (int, 2**64 - 1, True),
        "timestamp": (float, 0.0, True),
        "transaction_isolation": (str, "REPEATABLE-READ", True),
        "wsrep_on": (bool, False, True),
        "tx_isolation": (str, "REPEATABLE-READ", True),
        "tx_read_only": (bool, False, True),
        "max_statement_time": (float, 0.0, True),
        "group_concat_max_len": (int, 1024 * 1024, True),
    }
)

sqlite3.register_converter("wpdatetime", lambda text: functions.read_datetime(text.decode()))

_READ_ONLY = ("tx_read_only", "transaction_read_only")
_NAMES = dict.fromkeys(_READ_ONLY, _READ_ONLY)
"""Variables that have more names than one."""

_WRITES = re.compile(r"(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|ALTER|DROP|CREATE|RENAME)\b", re.I)
_WRITTEN = re.compile(r"\w+\s+(?:(?:IGNORE|INTO|FROM|TABLE|TEMPORARY|IF|NOT|EXISTS)\s+)*`?(\w+)`?", re.I)
_ASSIGNMENT = re.compile(r"(?:(?:SESSION|LOCAL)\s+|@@(?:SESSION\.|LOCAL\.)?)?(@?\w+)\s*:?=\s*(.+)", re.I | re.S)
_TABLE_ERRORS = (
    (re.compile(r"no such table: (?:main\.)?(\S+)"), 1146, "Table '{database}.{name}' doesn't exist"),
    (re.compile(r"no such column: (\S+)"), 1054, "Unknown column '{name}' in 'field list'"),
    (re.compile(r"no such function: (\S+)"), 1305, "FUNCTION {database}.{name} does not exist"),
)


class SessionServer(Protocol):
    """What a session asks of the server that it belongs to."""

    database: str
    latency: float
    locks: NamedLocks

    def check_database(self, name: str | None) -> None:
        """Refuse a database that is not there."""

    def grants(self) -> list[str]:
        """What the account may do, as `SHOW GRANTS` says it."""

    def kill(self, number: int, *, by: str | None = None) -> bool:
        """End the session of that number, if it is of the same account."""

    def now(self) -> dt.datetime:
        """The server's clock."""

    def open_reader(self, session: PracticeSession) -> sqlite3.Connection:
        """A connection of the session's own to the tables."""

    def fill_information_schema(self, reader: sqlite3.Connection, user: str | None) -> None:
        """Write down what the information schema shows just now."""

    def sessions(self, user: str | None) -> list[tuple[object, ...]]:
        """The account's sessions, as the process list shows them."""


class PracticeSession(BaseSession):  # type: ignore[misc]  # mysql-mimic is not typed
    """What a connection's statements do. Statements are told apart by their first words."""

    def __init__(self, server: SessionServer, number: int, host: str) -> None:
        self.server = server
        self.number = number
        self.host = host
        self.variables = SessionVariables(_VARIABLES)
        self._own_variables: dict[str, dialect.SqlValue] = {}
        self.username: str | None = None
        self.database: str | None = None
        self.busy_since = time.monotonic()
        self._connection: Any = None
        self._reader: sqlite3.Connection | None = None
        self._reading: asyncio.Future[tuple[list[str], list[Any]]] | None = None
        self._autocommit = True
        self._statements: list[tuple[re.Pattern[str], Callable[[str], Any]]] = [
            (re.compile(pattern, re.I | re.S), act)
            for pattern, act in (
                (r"SELECT\b|\(\s*SELECT\b|WITH\b", self._select),
                (r"SET\s+STATEMENT\s+", self._set_statement),
                (r"SET\s+", self._set),
                (r"START\s+TRANSACTION\b|BEGIN\b", self._begin),
                (r"COMMIT\b|ROLLBACK\b", self._commit),
                (r"SHOW\s+", self._show),
                (r"KILL\s+", self._kill),
            )
        ]

    async def init(self, connection: Any) -> None:
        """The connection is made, or refused: then it is closed."""
        self._connection = connection
        if self.username is None:
            connection.stream.writer.close()

    async def close(self) -> None:
        """The connection is gone: its transaction and its locks are too."""
        self.server.locks.release_all(self.number)
        reader, self._reader = self._reader, None
        if reader is None:
            return
        if self._reading is None:
            reader.close()
            return
        reader.interrupt()  # a killed session's statement ends before its connection is closed
        self._reading.add_done_callback(lambda _: reader.close())  # also where the server stops meanwhile
        await asyncio.gather(self._reading, return_exceptions=True)

    async def reset(self) -> None:
        """A reset connection is used on as it is."""

    async def use(self, database: str) -> None:
        """`USE`: there is one database."""
        self.server.check_database(database)
        self.database = database

    async def handle_query(self, sql: str, attrs: dict[str, str]) -> ResultSet | None:
        """Answer one statement. Raises `MysqlError`."""
        self.busy_since = time.monotonic()
        if self.server.latency:
            await asyncio.sleep(self.server.latency)
        statement = sql.strip().rstrip(";").strip()
        for pattern, act in self._statements:
            if match := pattern.match(statement):
                answer = await act(statement if act in (self._select, self._begin) else statement[match.end() :])
                return answer if isinstance(answer, ResultSet) else None
        raise self._refusal(statement)

    def _refusal(self, statement: str) -> MysqlError:
        """This account may only read."""
        if not _WRITES.match(statement):
            return MysqlError(f"You have an error in your SQL syntax near '{statement[:60]}'", 1064)
        command = statement.split(None, 1)[0].upper()
        if command == "CREATE" and "TEMPORARY" in statement.upper() and self.variables.get("tx_read_only"):
            return MysqlError("Cannot execute statement in a READ ONLY transaction", 1792)
        table = _WRITTEN.match(statement)
        who = f"'{self.username}'@'{self.host}'"
        return MysqlError(f"{command} command denied to user {who} for table `{table[1] if table else '?'}`", 1142)

    # -- transactions and variables --------------------------------------------------------------------------

    def _sqlite(self) -> sqlite3.Connection:
        if self._reader is None:
            self._reader = self.server.open_reader(self)
        return self._reader

    async def _begin(self, statement: str) -> None:
        """A transaction; its view of the data freezes at the first read, or at once for a consistent snapshot."""
        reader = self._sqlite()
        if reader.in_transaction:
            reader.execute("COMMIT")
        reader.execute("BEGIN")
        if re.search(r"CONSISTENT\s+SNAPSHOT", statement, re.I):
            reader.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()

    async def _commit(self, _: str) -> None:
        if self._reader is not None and self._reader.in_transaction:
            self._reader.execute("COMMIT")

    async def _set(self, rest: str) -> None:
        if found := re.match(r"(?:SESSION\s+|LOCAL\s+)?TRANSACTION\s+(.*)", rest, re.I | re.S):
            words = found[1].upper()
            if "READ ONLY" in words or "READ WRITE" in words:
                for name in _READ_ONLY:
                    self.variables.set(name, "READ ONLY" in words)
            return
        for assignment in rest.split(","):
            if re.match(r"\s*(NAMES|CHARACTER\s+SET)\b", assignment, re.I):
                continue  # texts are kept and sent in one character set alone
            found = _ASSIGNMENT.fullmatch(assignment.strip())
            if found is None:
                raise MysqlError(f"You have an error in your SQL syntax near '{assignment.strip()[:60]}'", 1064)
            self._set_variable(found[1].lower(), found[2].strip())

    def _set_variable(self, name: str, value: str) -> None:
        if name.startswith("@"):
            self._own_variables[name] = dialect.read_value(value)
            return
        if name not in self.variables.schema:
            raise MysqlError(f"Unknown system variable '{name}'", 1193)
        words = {"on": 1, "true": 1, "off": 0, "false": 0, "default": None}
        read = words.get(value.lower(), dialect.read_value(value) if re.match(r"['\"\d]", value) else value)
        if name == "completion_type" and isinstance(read, int):
            read = ("NO_CHAIN", "CHAIN", "RELEASE")[read]
        for called in _NAMES.get(name, (name,)):
            self.variables.set(called, read)
        if name == "wait_timeout":
            self._connection.stream.reader.silence = float(str(read))
        if name == "autocommit":
            self._autocommit = bool(read)
            self._connection.status_flags = AUTOCOMMIT if read else ServerStatus(0)

    async def _set_statement(self, rest: str) -> ResultSet | None:
        """`SET STATEMENT variable=value FOR statement`: the variable goes back to what it was."""
        assignments, _, statement = re.split(r"(\s+FOR\s+)", rest, maxsplit=1, flags=re.I)
        before = dict(self.variables._values)
        try:
            await self._set(assignments)
            return await self.handle_query(statement, {})
        finally:
            self.variables._values = before

    async def _kill(self, rest: str) -> None:
        number = re.search(r"(\d+)\s*$", rest)
        if number is None or not self.server.kill(int(number[1]), by=self.username):
            raise MysqlError(f"You are not owner of thread {rest.strip()}", 1095)

    # -- SHOW --------------------------------------------------------------------------------------------------

    async def _show(self, rest: str) -> ResultSet | None:
        what = rest.upper()
        if what.startswith("GRANTS"):
            return result_table([f"Grants for {self.username}@%"], [(line,) for line in self.server.grants()])
        like = re.search(r"LIKE\s+('.*')\s*$", rest, re.I | re.S)
        pattern = str(dialect.read_value(like[1])) if like else "%"
        if re.match(r"(FULL\s+)?TABLES", what):
            sql = (
                "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
                " AND name LIKE ? ESCAPE '\\' ORDER BY name"
            )
            return result_table(
                [f"Tables_in_{self.server.database}"], self._sqlite().execute(sql, (pattern,)).fetchall()
            )
        if re.match(r"((SESSION|GLOBAL)\s+)?VARIABLES", what):
            return self._show_variables(rest, pattern)
        if re.match(r"(FULL\s+)?PROCESSLIST", what):
            names = ["Id", "User", "Host", "db", "Command", "Time", "State", "Info"]
            return result_table(names, self.server.sessions(self.username))
        if what.startswith(("WARNINGS", "ERRORS")):
            return result_table(["Level", "Code", "Message"], [])
        raise MysqlError(f"You have an error in your SQL syntax near 'SHOW {rest[:60]}'", 1064)

    def _show_variables(self, rest: str, pattern: str) -> ResultSet:
        """Those of a list of names, where one is given, or else those of a pattern with `%` and `_`."""
        named = re.search(r"WHERE\s+Variable_name\s+IN\s*\((.*)\)\s*$", rest, re.I | re.S)
        listed = "|".join(re.escape(name.strip(" '\"\n")) for name in named[1].split(",")) if named else ""
        matcher = re.compile(listed or re.escape(pattern).replace("%", ".*").replace("_", "."), re.I)
        rows = [(name, _shown(value)) for name, value in self.variables.list() if matcher.fullmatch(name)]
        return result_table(["Variable_name", "Value"], rows)

    # -- SELECT ------------------------------------------------------------------------------------------------

    async def _select(self, sql: str) -> ResultSet | None:
        shape = dialect.shape(sql)
        try:
            statement = dialect.translate(shape.text)
        except dialect.NotSql as error:
            raise MysqlError(f"You have an error in your SQL syntax; {error}", 1064) from None
        if statement.locks_rows and self.variables.get("tx_read_only"):
            raise MysqlError("Cannot execute statement in a READ ONLY transaction", 1792)
        now = self.server.now().astimezone(dt.UTC)
        values: dict[str, Any] = dict(shape.values)
        values |= {dialect.NOW: now.strftime(functions.FORMAT), dialect.UNIX_NOW: int(now.timestamp())}
        values |= {parameter: self._variable(name) for parameter, name in statement.variables}
        for call in statement.calls:
            arguments = [values[part[1:]] if isinstance(part, str) else part for part in call.arguments]
            values[call.parameter] = await self._call(call.function, arguments)
        text, of_lists = _spread_lists(statement.sql, shape.lists)
        return await self._run(text, values | of_lists, statement)

    def _variable(self, name: str) -> object:
        if name.startswith("@"):
            return self._own_variables.get(name)
        if name not in self.variables.schema:
            raise MysqlError(f"Unknown system variable '{name}'", 1193)
        return self.variables.get(name)

    async def _run(self, text: str, values: dict[str, Any], statement: dialect.SqliteStatement) -> ResultSet:
        """Read in a thread: no real database holds up the web servers beside it.

        The thread has the session's own connection to the file and touches nothing else, and nothing else touches
        the connection meanwhile. SQLite gives it the data as they stand when the statement begins, or as the
        session's transaction froze them.
        """
        reader = self._sqlite()
        if "information_schema" in text:
            self.server.fill_information_schema(reader, self.username)
        if not self._autocommit and not reader.in_transaction:
            reader.execute("BEGIN")
        limit = self._statement_limit
        self._reading = asyncio.ensure_future(asyncio.to_thread(_read, reader, text, values, limit))
        try:
            names, rows = await asyncio.shield(self._reading)
        except sqlite3.Error as error:
            raise self._mysql_error(error) from None
        return result_table(names, rows, statement.datetimes, statement.decimals)

    def _mysql_error(self, error: sqlite3.Error) -> MysqlError:
        text = str(error)
        if text == "interrupted":
            return _took_too_long()
        for pattern, code, words in _TABLE_ERRORS:
            if found := pattern.search(text):
                return MysqlError(words.format(name=found[1], database=self.server.database), code)
        return MysqlError(f"You have an error in your SQL syntax; {text}", 1064)

    async def _call(self, function: str, arguments: list[Any]) -> int | None:
        locks = self.server.locks
        if function == "SLEEP":
            return await self._sleep(float(arguments[0]))
        if function == "RELEASE_ALL_LOCKS":
            return locks.release_all(self.number)
        name = str(arguments[0])
        if len(name) > SERVER_NAME_LIMIT:
            raise MysqlError(f"Identifier name '{name}' is too long", 1059)
        if function == "GET_LOCK":
            return await self._get_lock(name, float(arguments[1]))
        if function == "RELEASE_LOCK":
            return locks.release(self.number, name)
        owner = locks.owner(name)
        return owner if function == "IS_USED_LOCK" else int(owner is None)

    @property
    def _statement_limit(self) -> float:
        """Seconds that a statement may take; 0: as many as it needs."""
        return float(self.variables.get("max_statement_time") or 0)

    async def _sleep(self, seconds: float) -> int:
        limit = self._statement_limit
        await asyncio.sleep(min(seconds, limit or float("inf")))
        if limit and seconds >= limit:
            raise _took_too_long()
        return 0

    async def _get_lock(self, name: str, seconds: float) -> int | None:
        """A lock, waited for so many seconds; fewer than 0: without end. NULL where the statement has to end before."""
        limit = self._statement_limit
        if limit and (seconds < 0 or seconds > limit):
            return await self.server.locks.get(self.number, name, limit) or None
        return await self.server.locks.get(self.number, name, seconds)


def _took_too_long() -> MysqlError:
    return MysqlError("Query execution was interrupted (max_statement_time exceeded)", 1969)


def _spread_lists(text: str, lists: Mapping[str, Sequence[object]]) -> tuple[str, dict[str, object]]:
    """A statement with the members of its lists in place of one parameter for each list, and their values by name.

    Whole numbers are written out: SQLite looks for each parameter among the names of all, and ids come in thousands.
    """
    values: dict[str, object] = {}
    for name, listed in lists.items():
        members = [str(value) if type(value) is int else f":{name}_{index}" for index, value in enumerate(listed)]
        text = text.replace(f":{name})", ",".join(members) + ")")
        values.update((f"{name}_{index}", value) for index, value in enumerate(listed) if type(value) is not int)
    return text, values


def _read(reader: sqlite3.Connection, text: str, values: dict[str, Any], limit: float) -> tuple[list[str], list[Any]]:
    """The names and rows of one statement, which may take so many seconds (0: as many as it needs)."""
    ends = time.monotonic() + limit
    reader.set_progress_handler((lambda: time.monotonic() > ends) if limit else None, 10_000)
    try:
        cursor = reader.execute(text, values)
        return [str(column[0]) for column in cursor.description], cursor.fetchall()
    finally:
        reader.set_progress_handler(None, 0)


def _shown(value: object) -> str:
    return ("OFF", "ON")[value] if isinstance(value, bool) else str(value)
