"""The session variables that are set so that answers are right whatever the server's defaults are.

Hosts set defaults that change answers silently: `sql_select_limit` cuts them, `init_connect` may set any session
variable, old sites' servers speak Latin-1. Every variable that can change one of our answers is in one of the two
tables below. It is set; then the server is asked for its value, because a proxy may swallow a SET. Answers are
accepted only from the session that was set (`statement.marked`), because a proxy may hand out another one later.

The list was found by setting every session variable of MariaDB 10.11 and 11.8 and of MySQL 9.7 to each of its
values, and counting again. Variables that only slow statements down, or only affect writes, are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

LONGEST_TEXT = 2**20
"""Bytes of the longest text that an answer may have: tickets of many posts come as one."""

MAX_ROWS = 2**64 - 1
"""The server's own word for "no limit" to the rows of an answer."""


class Variable(NamedTuple):
    """A session variable: its name, what it is set to (as SQL), what the server then shows, and what it would do."""

    name: str
    value: str
    shown: str
    otherwise: str


SET = (
    Variable("sql_select_limit", str(MAX_ROWS), str(MAX_ROWS), "cuts every answer after so many rows"),
    Variable("group_concat_max_len", str(LONGEST_TEXT), str(LONGEST_TEXT), "cuts the texts that hold many tickets"),
    Variable("sql_big_selects", "1", "ON", "refuses queries that may look at more than max_join_size rows"),
    Variable("sql_mode", "''", "", "turns '' into NULL (MariaDB), and changes what signs in texts mean"),
    Variable("autocommit", "1", "ON", "freezes what a kept connection sees at its first query"),
    Variable("completion_type", "0", "NO_CHAIN", "freezes it again after each snapshot, or ends the connection"),
)
"""What one statement sets, together with the two below and the time limit."""

STOPPED_CLOCK = "timestamp = DEFAULT"
"""`init_connect` may have stopped the session's clock, by which orders are young and counts are dated."""

SET_NAMES = "NAMES utf8mb4"
"""`skip-character-set-client-handshake` and `init_connect` overrule what was agreed on when logging in."""

_LETTERS_SHOWN = dict.fromkeys(("character_set_client", "character_set_connection", "character_set_results"), "utf8mb4")
_STATE_SHOWN = {
    "transaction_isolation": "REPEATABLE-READ",
    "tx_isolation": "REPEATABLE-READ",
    "transaction_read_only": "ON",
    "tx_read_only": "ON",
}

WHICH_SERVER = ("hostname", "port", "server_id")
"""By what a server is known from another one that answers under the same name."""

TOLD = ("wsrep_on", "max_allowed_packet", *WHICH_SERVER)
"""What is read besides: whether the server is a node of a Galera cluster, what it makes of long texts, which it is."""

_EITHER = (("transaction_isolation", "tx_isolation"), ("transaction_read_only", "tx_read_only"))
"""Servers have one of the names, or the other, or both."""


def assignments(limits: Iterable[str]) -> str:
    """What follows SET SESSION; `limits` are the assignments of the times after which the server stops us."""
    every = [f"{variable.name} = {variable.value}" for variable in SET]
    return ", ".join([*every, STOPPED_CLOCK, *limits, SET_NAMES])


def wanted() -> dict[str, str]:
    """What the server must show afterwards."""
    return _LETTERS_SHOWN | _STATE_SHOWN | {variable.name: variable.shown for variable in SET}


def shown(rows: Iterable[tuple[object, ...]]) -> dict[str, str]:
    """The rows of SHOW VARIABLES by name."""
    return {str(name).lower(): str(value) for name, value in rows}


def wrong(found: Mapping[str, str]) -> list[str]:
    """The variables that the server shows otherwise than they were set, or not at all."""
    others = {name for pair in _EITHER for name in pair if any(other in found for other in pair)} - found.keys()
    return [name for name, value in wanted().items() if name not in others and found.get(name) != value]
