"""The log: JSON lines, rotated, one correlation id per operation, with every secret redacted.

The standard library's logging is enough for this; structlog would delay the first paint by 45 ms.

A secret is registered (`keep_secret`) and then found in every spelling in which it travels:
plain, percent-encoded, HTML- and JSON-escaped, as Python writes it, and in HTTP Basic's base64. An unregistered
one is still found if it looks like a credential: `consumer_key=...`, `Bearer ...`, `user:pass@`.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import json
import logging
import os
import re
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from brcc_tui.log_file import FILE_NAME, LogFile
from brcc_tui.private_files import make_private_folder
from brcc_tui.settings import Secret

_LONGEST_TEXT: Final = 8_000
_DEEPEST_FIELD: Final = 6
_SHORTEST_SECRET: Final = 4
"""A password of three letters would be found in half the words of the log; only patterns guard it."""

_Scalar = bool | int | float | None
"""What a line of JSON holds as it is."""

_HIDDEN: Final = "***"
_SOMEBODY: Final = "somebody"
_NAMES: Final = (
    r"(?:consumer_key|consumer_secret|(?:private_|access_|refresh_|waypoint[_-])?token|api_?key|"
    r"password|passwd|secret|authorization)"
)


@functools.cache
def _secret_name() -> re.Pattern[str]:
    return re.compile(_NAMES, re.IGNORECASE)


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...]:
    """What looks like a credential, what is in its place, and marks of which it has one at least: to look
    for these takes a twentieth of the time, and a line of the log has a dozen texts.
    """
    return (
        (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {_HIDDEN}", ("",)),
        (
            re.compile(
                rf"({_NAMES}[\"']?\s*(?:=|:|%3D)\s*)(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s&,;\"'<>)}}\]]+)",
                re.IGNORECASE,
            ),
            rf"\1{_HIDDEN}",
            ("=", ":", "%3"),
        ),
        (re.compile(r"\bc[ks]_[0-9A-Za-z]{8,}"), _HIDDEN, ("_",)),
        # Without what stands before it: to look for that takes minutes in a text of a million letters.
        (re.compile(r"(//)[^/\s@]+@"), rf"\1{_HIDDEN}@", ("@",)),
    )


_logger: Final = logging.getLogger("brcc_tui")
_logger.setLevel(logging.INFO)
_logger.addHandler(logging.NullHandler())

_operation: ContextVar[tuple[str, str] | None] = ContextVar("operation", default=None)


class _Secrets:
    """Everything that must never be written, and all its spellings."""

    def __init__(self) -> None:
        self._texts: frozenset[str] = frozenset()

    def add(self, texts: Iterable[str]) -> None:
        # str.__str__ and not str(): a Secret prints itself as asterisks.
        fresh = {plain for text in texts if len(plain := str.__str__(text)) >= _SHORTEST_SECRET} - self._texts
        if fresh:
            self._texts |= fresh
            _redacted_name.cache_clear()

    def hide(self, text: str) -> str:
        lowered = _lowered_spellings(self._texts)
        if lowered is not None and text.isascii():
            in_lower_case = text.lower()
            if not any(spelling in in_lower_case for spelling in lowered):
                return text
        return _any_spelling(self._texts).sub(_HIDDEN, text) if self._texts else text


# Made when something is first written, not when a secret is told: the first picture waits for neither.


@functools.lru_cache(maxsize=1)
def _all_spellings(texts: frozenset[str]) -> frozenset[str]:
    found = {spelling for text in texts for spelling in _spellings(text)}
    return frozenset(found | {_basic(user, word) for user in texts for word in texts})


@functools.lru_cache(maxsize=1)
def _lowered_spellings(texts: frozenset[str]) -> frozenset[str] | None:
    """All spellings, to look for first: it takes a twentieth of the time. None where not all are ASCII."""
    spellings = _all_spellings(texts)
    return frozenset(map(str.lower, spellings)) if all(map(str.isascii, spellings)) else None


@functools.lru_cache(maxsize=1)
def _any_spelling(texts: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(_all_spellings(texts), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def _spellings(text: str) -> set[str]:
    import html

    encoded = {quote(text, safe=""), quote(text), quote_plus(text), quote(quote(text, safe=""), safe="")}
    encoded |= {re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), form) for form in encoded}
    written = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}
    written |= {json.dumps(json.dumps(text)[1:-1])[1:-1], *_quoted(text)}
    escaped = {json.dumps(text)[1:-1].replace("/", "\\/"), html.escape(text), html.escape(text, quote=False)}
    return {text, base64.b64encode(_bytes(text)).decode(), *encoded, *written, *escaped}


def _quoted(text: str) -> set[str]:
    """As Python's exceptions quote a text, its bytes, and another exception that quoted it."""
    once = {form for write in (repr, ascii, lambda part: repr(_bytes(part))[1:]) for form in _in_quotes(text, write)}
    return once | {form for part in once for form in _in_quotes(part, repr)}


def _in_quotes(text: str, write: Callable[[str], str]) -> set[str]:
    """Between quotation marks of either kind: which kind it is depends on what else is quoted."""
    escaped = write(f"{text}'\"")[1:-4]
    return {escaped, escaped.replace("\\'", "'")}


def _basic(user: str, word: str) -> str:
    return base64.b64encode(_bytes(f"{user}:{word}")).decode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_secrets: Final = _Secrets()


def keep_secret(*texts: str) -> None:
    """Never show these texts again: `redact` and the log replace them from now on."""
    _secrets.add(texts)


class _People:
    """Names of people that are told elsewhere, to whoever works beside them."""

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()

    def add(self, names: Iterable[str]) -> None:
        if fresh := frozenset(filter(None, names)) - self._names:
            self._names |= fresh

    def hide(self, text: str) -> str:
        return _any_name(self._names).sub(_SOMEBODY, text) if self._names else text


@functools.lru_cache(maxsize=1)
def _any_name(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


_people: Final = _People()


def keep_name(*names: str) -> None:
    """Leave these names of people out of the log from now on. On screens, in refusals and in the journal they stand."""
    _people.add(names)


def redact(text: str) -> str:
    """The text with every known secret, and everything that looks like a credential, replaced."""
    text = _secrets.hide(text)
    for pattern, replacement, marks in _patterns():
        if any(mark in text for mark in marks):
            text = pattern.sub(replacement, text)
    return text


@functools.lru_cache(maxsize=256)
def _redacted_name(name: str) -> str:
    """The same for names of fields: each line of the log has those of the line before."""
    return redact(name)


def without_secrets(value: object) -> object:
    """The value as a line of the log would have it: plain, and every secret in it replaced, however deep."""
    return _clean(value, _DEEPEST_FIELD)


def start_logging(folder: Path, secrets: Iterable[str]) -> None:
    """Write the log to that folder from now on, redacting these texts wherever they occur.

    Warnings of every library come along. A log that cannot be written never stops or disturbs the program.
    """
    keep_secret(*secrets)
    with suppress(OSError):  # a folder that cannot be made: then there is no log
        make_private_folder(folder)
    stop_logging()
    handler = LogFile(folder / FILE_NAME)
    handler.setFormatter(_JsonLine())
    logging.getLogger().addHandler(handler)


def stop_logging() -> None:
    """Write no log any more and let go of its file, so that its folder can be deleted."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, LogFile)]:
        root.removeHandler(handler)
        handler.close()


def log(event: str, /, **fields: object) -> None:
    """Write one line: an event's name and its fields. An exception as a field brings its traceback."""
    failed = any(isinstance(value, BaseException) for value in fields.values())
    level = logging.ERROR if failed else logging.INFO
    if _logger.isEnabledFor(level):
        # Who called is written nowhere: `Logger.log` would look for it, a third of the time.
        record = _logger.makeRecord(_logger.name, level, "", 0, "%s", (event,), None, extra={"brcc_fields": fields})
        _logger.handle(record)


@contextmanager
def operation(name: str) -> Iterator[str]:
    """Give everything logged inside the same fresh correlation id; yields it."""
    ident = os.urandom(4).hex()
    outer = _operation.get()
    token = _operation.set((ident, name))
    began = time.monotonic()
    within = {"within": outer[0]} if outer else {}
    log("operation begins", **within)
    ending: dict[str, object] = {}
    try:
        yield ident
    except BaseException as error:
        ending = {"ended_by": type(error).__name__, "text": str(error)}
        raise
    finally:
        log("operation ends", milliseconds=round((time.monotonic() - began) * 1000), **ending)
        _operation.reset(token)


def log_tail(count: int) -> list[str]:
    """The last lines of the log that is being written, oldest first; none before `start_logging`."""
    handler = next((handler for handler in logging.getLogger().handlers if isinstance(handler, LogFile)), None)
    if handler is None:
        return []
    with suppress(OSError), Path(handler.baseFilename).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 2_000 * count))
        lines = file.read().decode("ascii", "replace").splitlines()
        return lines[1:][-count:] if size > 2_000 * count else lines[-count:]
    return []


class _JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        if record.name != _logger.name:
            line["logger"] = record.name
        if current := _operation.get():
            line["operation"], line["doing"] = current
        fields: Mapping[str, object] = getattr(record, "brcc_fields", {})
        line |= {name: value for name, value in fields.items() if name not in line}
        if record.exc_info and record.exc_info[1]:
            line["error"] = record.exc_info[1]
        # Plain ASCII, so that the log can be shown on any terminal without doing anything to it.
        return json.dumps(_clean(line, _DEEPEST_FIELD))


def _clean(value: object, depth: int) -> object:
    """The value as JSON can hold it, without secrets."""
    if isinstance(value, _Scalar):
        return value
    if isinstance(value, Secret) or depth == 0:
        return _HIDDEN
    if isinstance(value, BaseException):
        lines = traceback.format_exception(value)
        value = {"type": type(value).__name__, "text": str(value), "traceback": "".join(lines)}
    if isinstance(value, Mapping):
        return {_redacted_name(str(key)): _hidden_if_named(str(key), part, depth) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(part, depth - 1) for part in value]
    # Redact first: a cut through a secret would leave a half that nothing recognizes.
    return _people.hide(redact(value if isinstance(value, str) else str(value)))[:_LONGEST_TEXT]


def _hidden_if_named(name: str, value: object, depth: int) -> object:
    return _HIDDEN if _secret_name().fullmatch(name) else _clean(value, depth - 1)
