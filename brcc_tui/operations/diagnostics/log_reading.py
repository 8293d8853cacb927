"""Reads the log back: lines for a person, and how long every endpoint and query took over the whole log."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from brcc_tui.log_file import ASIDE, FILE_NAME
from brcc_tui.platforms.timings import Timings

LogLine = Mapping[str, Any]


def read_log(folder: Path, unread: Callable[[str], None] = lambda _: None) -> Iterator[LogLine]:
    """Every line that is kept, oldest first; what is no line of ours (cut by a crash) is left out.

    `unread` hears of each file that is there and cannot be read.
    """
    for name in reversed([FILE_NAME, *(f"{FILE_NAME}.{ending}" for ending in (ASIDE, *range(1, 10)))]):
        try:
            text = (folder / name).read_text("ascii", "replace")
        except FileNotFoundError:
            continue
        except OSError as error:
            unread(f"{name} cannot be read ({error.strerror}): what it holds is not known")
            continue
        for row in text.splitlines():
            try:
                line = json.loads(row)
            except ValueError:
                continue
            if isinstance(line, dict) and isinstance(line.get("event"), str):
                yield line


def timings_of(lines: Iterable[LogLine]) -> Timings:
    """The durations of all requests and statements among these lines."""
    timings = Timings()
    for line in lines:
        name, milliseconds = line["event"], line.get("milliseconds")
        if isinstance(milliseconds, int | float) and isinstance(line.get("good"), bool):
            shop = line.get("shop")
            timings.record(
                f"{shop}: {name}" if shop else name, milliseconds, line["good"], str(line.get("outcome", ""))
            )
    return timings


def log_line_in_words(line: LogLine) -> str:
    """One line for a person: when, within what, what, and how it went."""
    words = [_moment(str(line.get("at", ""))), str(line.get("operation", "-" * 8)), str(line.get("doing", ""))]
    words += [str(line["shop"])] if line.get("shop") else []
    words.append(line["event"])
    error = line.get("error")
    if isinstance(error, Mapping):
        words.append(f"{error.get('type')}: {error.get('text')}")
    words += [
        f"{name}={line[name]}"
        for name in line
        if name not in _TOLD and not isinstance(line[name], Mapping) and line[name] not in ("", None)
    ]
    return "  ".join(word for word in words if word)


def in_words(text: str) -> str:
    """The same of a line as it is in the log; what is none of ours (cut by a crash) stays as it is."""
    try:
        said = json.loads(text)
    except ValueError:
        return text
    return log_line_in_words(said) if isinstance(said, dict) and isinstance(said.get("event"), str) else text


_TOLD = frozenset({"at", "level", "event", "operation", "doing", "shop", "error", "good", "method"})


def _moment(text: str) -> str:
    try:
        return f"{dt.datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):  # the last is Windows', for a year before 1970 or after 3000
        return text
