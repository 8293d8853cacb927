"""The statement type, and parts that many statements share: long lists of values, and the row that marks the end.

That row appears only if the session that was asked answers: each session gets a mark when it is set up, so a session
without the mark has lost the settings. A proxy may share the server's sessions among its clients, or
hand out a new one in the middle. Nor is any query identical to an earlier one: some proxies answer repeated queries
from a cache.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Statement(NamedTuple):
    """A text with %s placeholders, what they stand for, and what its timings are called.

    `end` is the row that a whole answer ends with; None where nothing depends on the answer's rows.
    """

    text: str
    bound: tuple[object, ...] = ()
    name: str = "other"
    end: tuple[object, ...] | None = None


CHUNK = 1900
"""How many values one IN list holds at most: beyond about 2,000 servers plan such lists badly."""


MARK = "@brcc_session"
"""The user variable that holds a session's mark: the server's own session has it, whatever stands between."""

_END = "UNION ALL SELECT {nothing} FROM (SELECT 1 AS one) mark WHERE {mark} = %s AND %s > 0"

_numbers = itertools.count(1)


def with_end(columns: int, query: Statement) -> Statement:
    """Asked with a row of nothing, of so many columns, behind the last one: so a cut is found, whatever cuts."""
    return query._replace(end=(None,) * columns)


def marked(query: Statement, mark: str) -> tuple[str, tuple[object, ...]]:
    """The text that is sent and its values: only the session of this mark answers it with the row of the end, and the
    number is this question's alone.
    """
    if query.end is None:
        return query.text, query.bound
    end = _END.format(nothing=", ".join(["NULL"] * len(query.end)), mark=MARK)
    return f"{query.text}\n{end}", (*query.bound, mark, next(_numbers))


def in_lists(column: str, values: Iterable[object]) -> tuple[str, tuple[object, ...]]:
    """`column IN (...)`, in several lists if there are many values; an empty list matches nothing."""
    bound = tuple(values)
    if not bound:
        return "1 = 0", ()
    sizes = [min(CHUNK, len(bound) - start) for start in range(0, len(bound), CHUNK)]
    lists = [f"{column} IN ({', '.join(['%s'] * size)})" for size in sizes]
    return lists[0] if len(lists) == 1 else f"({' OR '.join(lists)})", bound


def union(branches: Sequence[Statement]) -> Statement:
    """All that these find, each row once; of no branches one row that fits nothing."""
    texts = [branch.text for branch in branches] or ["SELECT 0 AS post_id"]
    return Statement("\n    UNION\n    ".join(texts), tuple(value for branch in branches for value in branch.bound))
