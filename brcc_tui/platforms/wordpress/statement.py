"""What a statement is, and the parts that many have: long lists of values, and the row that marks the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Statement(NamedTuple):
    """A text with %s placeholders, what they stand for, and what its timings are called.

    `end` is the row that a whole answer ends with; None where the answer has one row, or none that counts.
    """

    text: str
    bound: tuple[object, ...] = ()
    name: str = "other"
    end: tuple[object, ...] | None = None


CHUNK = 1900
"""How many values one IN list holds at most: beyond about 2,000 servers plan such lists badly."""


def with_end(columns: int, query: Statement) -> Statement:
    """With a row of nothing behind the last one, so that a cut is found, whatever cuts: of so many columns."""
    end = f"UNION ALL SELECT {', '.join(['NULL'] * columns)}"
    return query._replace(text=f"{query.text}\n{end}", end=(None,) * columns)


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
