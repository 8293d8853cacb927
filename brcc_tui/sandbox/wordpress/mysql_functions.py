"""MariaDB functions that SQLite lacks, added to a session's connection."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import re
import sqlite3
import zlib

FORMAT = "%Y-%m-%d %H:%M:%S"
"""How MariaDB writes a datetime."""

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)

_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400, "WEEK": 7 * 86400}


@functools.lru_cache(maxsize=1024)
def read_datetime(text: str) -> dt.datetime | str:
    """A datetime column's text; texts that are none (`0000-00-00 00:00:00`) stay texts."""
    with contextlib.suppress(ValueError):
        # thousands are read; strptime, which takes other forms too, takes six times as long
        return dt.datetime.fromisoformat(text) if _WRITTEN.fullmatch(text) else dt.datetime.strptime(text, FORMAT)
    return text


def shift(moment: str | None, amount: float | None, unit: str, sign: int) -> str | None:
    """`moment + INTERVAL amount unit`."""
    if moment is None or amount is None:
        return None
    start = read_datetime(moment)
    if isinstance(start, str):
        return None
    return (start + dt.timedelta(seconds=sign * float(amount) * _SECONDS[unit])).isoformat(" ", "seconds")


def substring_index(text: str | None, mark: str, count: int) -> str | None:
    """What stands before the count-th mark, or behind it when counted from the end."""
    if text is None:
        return None
    parts = text.split(mark)
    return mark.join(parts[:count] if count >= 0 else parts[count:])


def find_in_set(value: str | None, listed: str | None) -> int | None:
    """The place of a value in a list with commas, from 1; 0 if it is not there."""
    if value is None or listed is None:
        return None
    names = listed.split(",")
    return names.index(value) + 1 if value in names else 0


def matches(pattern: str | None, text: str | None) -> bool | None:
    """`text REGEXP pattern`, without regard to case."""
    if pattern is None or text is None:
        return None
    return re.search(pattern, str(text), re.IGNORECASE) is not None


def unix_timestamp(moment: str | None) -> int | None:
    """Seconds since 1970 of a moment in UTC."""
    read = read_datetime(moment or "")
    return None if isinstance(read, str) else int(read.replace(tzinfo=dt.UTC).timestamp())


def concat_ws(separator: str, *parts: object) -> str:
    """The parts that are not NULL, with the separator between them."""
    return separator.join(str(part) for part in parts if part is not None)


def crc32(text: object) -> int | None:
    """The checksum of a text's bytes."""
    return None if text is None else zlib.crc32(str(text).encode())


def locate(part: str | None, text: str | None) -> int | None:
    """Where the part begins in the text, from 1, without regard to case; 0 if nowhere."""
    return None if part is None or text is None else text.lower().find(part.lower()) + 1


def install(connection: sqlite3.Connection, connection_id: int, texts: dict[str, str]) -> None:
    """Make the functions known to a connection. `texts` are functions that answer a text, by their name."""
    connection.create_function("mysql_shift", 4, shift, deterministic=True)
    connection.create_function("unix_timestamp", 1, unix_timestamp, deterministic=True)
    connection.create_function("substring_index", 3, substring_index, deterministic=True)
    connection.create_function("find_in_set", 2, find_in_set, deterministic=True)
    connection.create_function("concat_ws", -1, concat_ws, deterministic=True)
    connection.create_function("crc32", 1, crc32, deterministic=True)
    connection.create_function("locate", 2, locate, deterministic=True)
    connection.create_function("charset", 1, lambda text: "utf8mb4", deterministic=True)
    connection.create_function("regexp", 2, matches, deterministic=True)
    connection.create_function("connection_id", 0, lambda: connection_id)
    for name, text in texts.items():
        connection.create_function(name, 0, lambda text=text: text)
