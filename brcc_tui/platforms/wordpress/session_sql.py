"""SQL about the session itself: its settings, its snapshot, named locks, its rights.

No WordPress table is read here. Values are always bound, and the SQL is plain enough for MariaDB 10 and MySQL 8.
"""

from __future__ import annotations

from collections.abc import Collection

from brcc_tui.platforms.wordpress import session_variables as variables
from brcc_tui.platforms.wordpress.statement import MARK, Statement, in_lists, with_end


def is_on(variable: str) -> str:
    """1 for a variable of the server that is anything but off, else 0.

    Servers tell 0 and 1, or words: from 12.0 on MariaDB's `read_only` is OFF, ON, NO_LOCK or NO_LOCK_NO_ADMIN, and a
    word that is added to a number counts as 0.
    """
    return f"(CAST({variable} AS CHAR) NOT IN ('0', 'OFF'))"


# Replicas are read only (MySQL's super_read_only switches this on as well), Amazon's Aurora says it of InnoDB.
REPLICA = f"{is_on('@@global.read_only')} + {is_on('@@global.innodb_read_only')}"

SNAPSHOT = Statement("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", name="snapshot")
COMMIT = Statement("COMMIT", name="commit")
NODES_TOGETHER = Statement("SET SESSION wsrep_sync_wait = 1", name="session")
"""A node of a Galera cluster answers once it has caught up with the others."""

MARIADB_LIMIT = "max_statement_time"
MYSQL_LIMIT = "max_execution_time"
"""Which variable lets the server stop statements that take too long: in seconds, and in milliseconds."""

OLD_STATE = "tx"
STATE = "transaction"
"""How the names of the variables begin that say what a transaction may do: MariaDB's and old MySQLs', and MySQL's."""


def session(limit: str, state: str, seconds: float, mark: str, silence: int | None = None) -> Statement:
    """Everything that a session is set to, and after how long its statements are stopped (where `limit` is).

    Writes are refused, and a snapshot is one, also where the server's default is READ COMMITTED: it would ignore it.
    All of it holds while the session has its `mark`. After `silence` seconds without a word the server is to end it.
    """
    units = {MARIADB_LIMIT: seconds, MYSQL_LIMIT: round(seconds * 1000)}
    more = [f"{state}_isolation = 'REPEATABLE-READ'", f"{state}_read_only = 1"]
    more += [f"{limit} = {units[limit]}"] if limit else []
    assigned = variables.assignments([*more, *([] if silence is None else ["wait_timeout = %s"])])
    return Statement(f"SET SESSION {assigned}, {MARK} = %s", (*([] if silence is None else [silence]), mark), "session")


def session_shown() -> Statement:
    """What the server has of it now, and what else it tells of itself: names and values."""
    test, bound = in_lists("Variable_name", [*variables.wanted(), *variables.TOLD])
    return Statement(f"SHOW SESSION VARIABLES WHERE {test}", bound, "session")


GRANTS = Statement("SHOW GRANTS", name="grants")

CONNECTIONS = Statement("SHOW PROCESSLIST", name="lock holder")
"""Who is behind each connection, as far as the account may know: its number, user, host, database, command, seconds.

MySQL is going to remove `information_schema.PROCESSLIST`; the statement stays.
"""

MARKED = Statement(f"SELECT {MARK}", name="check")
"""The mark of the session that answers, None where it was never set up."""

CHECK = with_end(1, Statement("SELECT 1", name="check"))
NODES = Statement("SHOW GLOBAL STATUS WHERE Variable_name = 'wsrep_cluster_size'", name="cluster")
"""How many nodes a Galera cluster has."""


def get_lock(name: str, mark: str) -> Statement:
    """1 taken, 0 somebody else's, NULL neither; and 1 or 2 for a replica. Another session than this takes none."""
    text = f"SELECT CASE WHEN {MARK} = %s THEN GET_LOCK(%s, 0) END, {REPLICA}"
    return with_end(2, Statement(text, (mark, name), "get lock"))


def lock_owner(name: str) -> Statement:
    """The id of the connection that holds the lock, and of ours; and 1 or 2 for a replica."""
    return with_end(3, Statement(f"SELECT IS_USED_LOCK(%s), CONNECTION_ID(), {REPLICA}", (name,), "lock owner"))


def get_locks(names: Collection[str]) -> Statement:
    """1 for each that was taken, in this order."""
    return Statement(f"SELECT {', '.join(['GET_LOCK(%s, 0)'] * len(names))}", tuple(names), "get badge")


def lock_owners(names: Collection[str]) -> Statement:
    """The id of the connection that holds each of them, NULL for none."""
    return Statement(f"SELECT {', '.join(['IS_USED_LOCK(%s)'] * len(names))}", tuple(names), "read badge")


def release_lock(name: str) -> Statement:
    """Let go of the lock."""
    return Statement("SELECT RELEASE_LOCK(%s)", (name,), "release lock")
