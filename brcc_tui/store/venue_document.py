"""What people set for the venue as a document that travels: to another computer, or into a safe place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.store.venue_rows import KINDS, rules_of

VenueRow = tuple[str, str, str]

LONGEST_DOCUMENT: Final = 8 * 1024 * 1024
"""Bytes; what a club says of its shows in ten years is a tenth of it."""

_ROOM: Final = re.compile(r"[^\s@](?:[^@]{0,58}[^\s@])?")
_NAME: Final = re.compile(r"(?:eb|wc):[^\s\x00-\x1f\x7f\ud800-\udfff]{1,300}")
_SHOW: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}@(?P<room>.+)")


class NotOfTheVenue(AppError):
    """A file that was to be taken over holds nothing that people said of rooms, pairings and house seats."""


def document_of(rows: Iterable[VenueRow]) -> Mapping[str, Mapping[str, str]]:
    """The rows by kind and subject."""
    document: dict[str, dict[str, str]] = {}
    for kind, subject, value in rows:
        document.setdefault(kind, {})[subject] = value
    return document


def rows_in(text: str, name: str) -> Sequence[VenueRow]:
    """The rows of such a document; `name` is the file's. Raises `NotOfTheVenue`."""
    try:
        rows = _rows(json.loads(text)["venue"])
        if not rows:
            raise ValueError("it says nothing")
        for house in rules_of(rows, 0).held_back.values():
            " ".join((house.note, *house.listings)).encode()  # half of a character pair cannot be kept
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise NotOfTheVenue(
            f"this is no file of rooms, pairings and house seats: {_why(error)}",
            subject=name,
            still_works="Nothing was taken from it",
            next_step="brcc-tui venue --out FILE writes such a file",
        ) from None
    return rows


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON ({error.msg} at character {error.pos + 1})"
    if isinstance(error, LookupError | TypeError):
        return "it has no venue"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeError):
        return "half of a character pair stands alone"
    return "".join(c if c.isprintable() else "?" for c in str(error)[:100])


def _rows(document: object) -> list[VenueRow]:
    """Each row, of whose subject one can be sure. Raises `ValueError`."""
    found: list[VenueRow] = []
    for kind, told in _members(document):
        if kind not in KINDS:
            raise ValueError(f"{kind} is nothing that is said of a venue")
        for subject, value in _members(told):
            if not isinstance(value, str) or not _SUBJECTS.get(kind, _is_name)(subject, value):
                raise ValueError(f"{kind} {subject}: {value}")
            value.encode()
            found.append((kind, " ".join(sorted(subject.split(" "))) if kind == "together" else subject, value))
    return found


def _members(value: object) -> Iterable[tuple[str, object]]:
    if not isinstance(value, Mapping):
        raise TypeError
    return value.items()


def _is_name(subject: str, _: str) -> bool:
    """Whether this is the name of a listing, of a group or of a product."""
    return _NAME.fullmatch(subject) is not None


def _is_room(name: str) -> bool:
    return name.isprintable() and _ROOM.fullmatch(name) is not None


def _is_pair(subject: str, value: str) -> bool:
    names = subject.split(" ")
    return len(names) == 2 and all(map(_NAME.fullmatch, names)) and value == "yes"


def _is_show(subject: str, _: str) -> bool:
    show = _SHOW.fullmatch(subject)
    return show is not None and _is_room(show["room"])


_SUBJECTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "room": lambda subject, _: _is_room(subject),
    "room_of": lambda subject, value: _is_name(subject, value) and _is_room(value),
    "together": _is_pair,
    "held_back": _is_show,
}
"""Which subjects, and values, are some; of the other kinds any name is."""
