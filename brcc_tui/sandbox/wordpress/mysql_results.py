"""Result rows of the practice club's database server: each column with a name and a type."""

from __future__ import annotations

from typing import Any

from mysql_mimic import ResultColumn, ResultSet
from mysql_mimic.types import ColumnType


def result_table(
    names: list[str],
    rows: list[Any],
    datetimes: frozenset[int] = frozenset(),
    decimals: frozenset[int] = frozenset(),
) -> ResultSet:
    """Rows with their columns' types: known ones, else as the first value has it."""
    columns = []
    for index, name in enumerate(names):
        first = next((row[index] for row in rows if row[index] is not None), None)
        columns.append(ResultColumn(name, _type(first, index in datetimes, index in decimals)))
    return ResultSet(rows, columns)


def _type(value: object, is_datetime: bool, is_decimal: bool) -> ColumnType:
    if is_datetime or (value is not None and not isinstance(value, str | int | float | bytes)):
        return ColumnType.DATETIME
    if is_decimal:
        return ColumnType.NEWDECIMAL
    if isinstance(value, int):
        return ColumnType.LONGLONG
    return ColumnType.DOUBLE if isinstance(value, float) else ColumnType.VAR_STRING
