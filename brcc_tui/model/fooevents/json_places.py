"""The position of each value in a JSON text, so that one number can be replaced and every other byte kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str, ...]
"""Keys from the outside in; a list's places count from "0", as PHP's arrays do."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_OPENING, _CLOSING = frozenset("{["), frozenset("}]")


@dataclass(frozen=True, slots=True)
class TextSpan:
    """The characters from `start` up to `end` are one value: a scalar's token, or a container's opening bracket."""

    start: int
    end: int


def text_spans(text: str, depth: int) -> dict[Path, list[TextSpan]]:
    """Every value down to `depth` keys, by path. A key that occurs twice in its object has two places.

    The text must be valid JSON. Time is linear in its length.
    """
    found: dict[Path, list[TextSpan]] = {}
    for path, place in _walk(text, depth):
        found.setdefault(path, []).append(place)
    return found


def nesting(text: str) -> int:
    """How many containers deep a valid JSON text goes."""
    deepest = now = 0
    for match in _TOKEN.finditer(text):
        if match[0] in _OPENING:
            now += 1
            deepest = max(deepest, now)
        elif match[0] in _CLOSING:
            now -= 1
    return deepest


def _walk(text: str, depth: int) -> Iterator[tuple[Path, TextSpan]]:  # noqa: C901 - a case for each token of JSON
    path: list[str] = []
    containers: list[str] = []
    key_is_next = False
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in _CLOSING:
            containers.pop()
            path.pop()
        elif piece == ",":
            key_is_next = containers[-1] == "{"
            if not key_is_next:
                path[-1] = str(int(path[-1]) + 1)
        elif piece == ":":
            key_is_next = False
        elif key_is_next:
            path[-1] = json.loads(piece) if "\\" in piece else piece[1:-1]
        else:
            if len(path) <= depth:
                yield tuple(path), TextSpan(*match.span())
            if piece in _OPENING:
                containers.append(piece)
                path.append("0")
                key_is_next = piece == "{"
