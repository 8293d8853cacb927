"""Translates MariaDB's SQL to SQLite's, as far as the program's own statements need it.

sqlglot knows both dialects; the rest is done here: time arithmetic, join order, named locks,
session variables, comparison by bytes. A statement's values are extracted first and bound again afterwards,
so that the costly translation of a statement happens once, whatever its values.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from brcc_tui.sandbox.wordpress.database import DATETIME_COLUMNS

LOCK_FUNCTIONS = frozenset({"GET_LOCK", "RELEASE_LOCK", "RELEASE_ALL_LOCKS", "IS_FREE_LOCK", "IS_USED_LOCK", "SLEEP"})
"""What has to be asked of the server, not of the data, before a statement is run."""

NOW, UNIX_NOW = "mysql_now", "mysql_unix_now"
"""Parameters that stand for the moment of the statement, as a datetime's text and in seconds."""

SqlValue = str | int | float | None


class NotSql(Exception):
    """The text cannot be parsed; says where."""


@dataclass(frozen=True, slots=True)
class ServerCall:
    """A call of one of `LOCK_FUNCTIONS`: the name of the parameter that takes its result, and its arguments."""

    parameter: str
    function: str
    arguments: tuple[str | SqlValue, ...]
    """Values, or names of parameters with `:` before them."""


@dataclass(frozen=True, slots=True)
class SqliteStatement:
    """A statement as SQLite takes it. `datetimes` and `decimals` are places of columns whose type is known."""

    sql: str
    calls: tuple[ServerCall, ...]
    variables: tuple[tuple[str, str], ...]
    datetimes: frozenset[int]
    decimals: frozenset[int]
    locks_rows: bool


_STRING = r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\""
_NUMBER = r"\d+(?:\.\d+)?"
_LITERAL = re.compile(
    rf"(?P<keep>(?:\b(?:ORDER|GROUP)\s+BY\s+\d+(?:\s*,\s*\d+)*|\b\w*CHAR\s*\([\d\s]*\)|\bDECIMAL\s*\([\d\s,]*\)"
    rf"|`[^`]*`|@@[\w.]+|[A-Za-z_][\w$]*|[\s,.=<>!*/%;)+-])+)"  # as far as it goes: a statement has many words
    rf"|(?P<list>\(\s*(?:{_STRING}|{_NUMBER})(?:\s*,\s*(?:{_STRING}|{_NUMBER}))*\s*\))"
    rf"|(?P<string>{_STRING})|(?P<number>{_NUMBER})",
    re.DOTALL | re.IGNORECASE,
)
_ENDS_WITH_IN = re.compile(r"\bIN$", re.IGNORECASE)
_VALUE = re.compile(rf"{_STRING}|{_NUMBER}", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "b": "\b"}


@dataclass(frozen=True, slots=True)
class ResultShape:
    """A statement without its values, which are kept by the names of the parameters that stand for them."""

    text: str
    values: Mapping[str, SqlValue]
    lists: Mapping[str, Sequence[SqlValue]]


def shape(sql: str) -> ResultShape:
    """Pull the values out of a statement. Lists of several values become one parameter."""
    values: dict[str, SqlValue] = {}
    lists: dict[str, list[SqlValue]] = {}

    def pull(match: re.Match[str]) -> str:
        if match["keep"]:
            return match.group()
        # asked of three letters alone: what ends with it would be looked for from the statement's beginning
        if match["list"] and not _ENDS_WITH_IN.search(sql[: match.start()].rstrip()[-3:]):
            return _VALUE.sub(lambda value: name_of(read_value(value.group())), match.group())
        if match["list"]:
            name = f"l{len(lists)}"
            lists[name] = [read_value(text) for text in _VALUE.findall(match["list"])]
            return f"(:{name})"
        return name_of(read_value(match.group()))

    def name_of(value: SqlValue) -> str:
        name = f"v{len(values)}"
        values[name] = value
        return f":{name}"

    return ResultShape(_LITERAL.sub(pull, sql), values, lists)


def read_value(literal: str) -> SqlValue:
    """A literal's value."""
    if literal[0] not in "'\"":
        return float(literal) if "." in literal else int(literal)
    quote, body = literal[0], literal[1:-1]
    if "\\" not in body:
        return body.replace(quote * 2, quote)
    return re.sub(
        rf"\\(.)|{quote}{quote}",
        lambda match: quote if match.group(1) is None else _unescaped(match.group(1)),
        body,
        flags=re.DOTALL,
    )


def _unescaped(letter: str) -> str:
    return f"\\{letter}" if letter in "%_" else _ESCAPES.get(letter, letter)


@functools.lru_cache(maxsize=1024)
def translate(text: str) -> SqliteStatement:
    """Translate a statement whose values were pulled out. Raises `NotSql`."""
    try:
        tree = parse_one(text, read="mysql")
    except SqlglotError as error:
        raise NotSql(str(error).splitlines()[0]) from None
    locks_rows = any(select.args.get("locks") for select in tree.find_all(exp.Select))
    calls: list[ServerCall] = []
    variables: list[tuple[str, str]] = []
    columns = tree.selects if isinstance(tree, exp.Query) else []
    datetimes = frozenset(index for index, column in enumerate(columns) if _is_datetime(column))
    decimals = frozenset(index for index, column in enumerate(columns) if isinstance(column.unalias(), exp.Sum))
    for node in reversed(list(tree.walk())):
        changed = _translate_node(node, calls, variables)
        if changed is not node:
            node.replace(changed)
    return SqliteStatement(tree.sql(dialect="sqlite"), tuple(calls), tuple(variables), datetimes, decimals, locks_rows)


def _is_datetime(column: exp.Expr) -> bool:
    column = column.unalias()
    if isinstance(column, exp.Max | exp.Min | exp.Coalesce | exp.Greatest | exp.Least):
        return any(
            (isinstance(part, exp.Column) and part.name.lower() in DATETIME_COLUMNS) or _is_datetime(part)
            for part in column.iter_expressions()
        )
    if isinstance(column, exp.Sub | exp.Add):
        return isinstance(column.expression, exp.Interval)
    return isinstance(column, _TIMES | exp.DateAdd | exp.DateSub)


_TIMES = exp.CurrentTimestamp | exp.UtcTimestamp


def _translate_node(node: exp.Expr, calls: list[ServerCall], variables: list[tuple[str, str]]) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name.upper() in LOCK_FUNCTIONS:
        parameter = f"c{len(calls)}"
        calls.insert(0, ServerCall(parameter, node.name.upper(), tuple(_argument(part) for part in node.expressions)))
        return exp.Placeholder(this=parameter)
    if isinstance(node, exp.SessionParameter | exp.Parameter):
        sign = "@" if isinstance(node, exp.Parameter) else ""  # a user's own variable
        variables.append((f"s{len(variables)}", sign + node.name.lower()))
        return exp.Placeholder(this=variables[-1][0])
    change = _CHANGES.get(type(node))
    return change(node) if change else node


def _argument(node: exp.Expr) -> str | SqlValue:
    if isinstance(node, exp.Placeholder):
        return f":{node.name}"
    if isinstance(node, exp.Neg):
        return f"-{_argument(node.this)}"
    raise NotSql(f"only plain values may be given to a lock function, not {node.sql()}")


def _select(node: exp.Expr) -> exp.Expr:
    """`STRAIGHT_JOIN`: the tables in the order in which they are written, which SQLite's CROSS JOIN means."""
    node.set("locks", None)
    if node.args.get("operation_modifiers"):
        node.set("operation_modifiers", None)
        for join in node.args.get("joins") or []:
            if not join.side:
                join.set("kind", "CROSS")
    return node


def _shifted(node: exp.Expr, sign: int) -> exp.Expr:
    interval = node.expression
    if isinstance(interval, exp.Interval):
        amount, unit = interval.this, interval.text("unit") or "DAY"
    elif isinstance(node, exp.DateAdd | exp.DateSub):
        amount, unit = interval, node.text("unit") or "DAY"
    else:
        return node
    arguments = [node.this.copy(), amount.copy(), exp.Literal.string(unit.upper()), exp.Literal.number(sign)]
    return exp.Anonymous(this="mysql_shift", expressions=arguments)


def _cast(node: exp.Expr) -> exp.Expr:
    """`BINARY x`: compare byte by byte. `CONVERT(x USING utf8mb4)`: SQLite's texts are UTF-8 anyway."""
    if node.args["to"].this is exp.DType.CHARACTER_SET:
        return exp.paren(node.this.copy())
    if node.args["to"].this not in (exp.DType.BINARY, exp.DType.VARBINARY):
        return node
    return exp.Collate(this=exp.paren(node.this.copy()), expression=exp.Var(this="BINARY"))


def _clock(node: exp.Expr) -> exp.Expr:
    """The time of day is one instant for the whole statement."""
    if node.expressions or node.name.upper() not in ("NOW", "UNIX_TIMESTAMP"):
        return node
    return exp.Placeholder(this=NOW if node.name.upper() == "NOW" else UNIX_NOW)


def _like(node: exp.Expr) -> exp.Expr:
    """MySQL's LIKE knows `\\` as its escape, SQLite's none."""
    if isinstance(node.parent, exp.Escape):
        return node
    return exp.Escape(this=node.copy(), expression=exp.Literal.string("\\"))


_CHANGES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.Select: _select,
    exp.CurrentTimestamp: lambda node: exp.Placeholder(this=NOW),
    exp.UtcTimestamp: lambda node: exp.Placeholder(this=NOW),
    exp.Anonymous: _clock,
    exp.Sub: lambda node: _shifted(node, -1),
    exp.Add: lambda node: _shifted(node, 1),
    exp.DateSub: lambda node: _shifted(node, -1),
    exp.DateAdd: lambda node: _shifted(node, 1),
    exp.Cast: _cast,
    exp.Left: lambda node: exp.Anonymous(
        this="SUBSTR", expressions=[node.this.copy(), exp.Literal.number(1), node.expression.copy()]
    ),
    exp.Like: _like,
    exp.Collate: lambda node: exp.paren(node.this.copy()) if node.expression.name.startswith("utf8") else node,
    exp.CurrentVersion: lambda node: exp.Anonymous(this="mysql_version"),
    exp.CurrentSchema: lambda node: exp.Anonymous(this="mysql_database"),
    exp.CurrentUser: lambda node: exp.Anonymous(this="mysql_user"),
}
