"""How PHP writes JSON and arrays, and what WordPress does to backslashes: byte for byte."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from typing import cast

PhpValue = object
"""None, bool, int, float, str, or a dict or list of them."""

_LINE_SEPARATORS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})
_BACKSLASHED = re.compile(r"\\(.)|\\$", re.DOTALL)


def json_encode(value: PhpValue, *, unescaped_unicode: bool = False) -> str:
    """`wp_json_encode`: compact, `/` as `\\/`; without the flag every letter beyond ASCII as `\\uXXXX`.

    A dict whose keys count from 0 is PHP's list and is written as one; so is the empty dict.
    """
    text = json.dumps(_as_php(value), separators=(",", ":"), ensure_ascii=not unescaped_unicode).replace("/", "\\/")
    return text.translate(_LINE_SEPARATORS) if unescaped_unicode else text


def json_decode(text: str) -> PhpValue:
    """`json_decode(text, true)`: None for anything that is not JSON."""
    try:
        return cast("PhpValue", json.loads(text, parse_constant=_no_constant))
    except ValueError:
        return None


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _as_php(value: PhpValue) -> PhpValue:
    if isinstance(value, list):
        return [_as_php(item) for item in value]
    if isinstance(value, dict):
        if all(key == str(index) for index, key in enumerate(value)):
            return [_as_php(item) for item in value.values()]
        return {key: _as_php(item) for key, item in value.items()}
    return value


def unslash(text: str) -> str:
    """`wp_unslash`: every backslash goes, what it stood before stays (`\\\\` becomes `\\`)."""
    return _BACKSLASHED.sub(lambda match: match.group(1) or "", text) if "\\" in text else text


def intval(value: PhpValue) -> int:
    """`(int) $value`: the number at the text's start, else 0."""
    if isinstance(value, bool | int | float):
        return int(value)
    match = re.match(r"\s*[+-]?\d+", str(value)) if value is not None else None
    return int(match.group()) if match else 0


def serialize(value: PhpValue) -> str:
    """`serialize()`: as WordPress stores an array in a meta row."""
    parts: list[str] = []
    _serialize(value, parts)
    return "".join(parts)


def _serialize(value: PhpValue, parts: list[str]) -> None:  # noqa: C901 - a case for each type of PHP
    if isinstance(value, str):
        parts.append(f's:{len(value) if value.isascii() else len(value.encode())}:"{value}";')
    elif isinstance(value, bool):
        parts.append(f"b:{int(value)};")
    elif isinstance(value, int):
        parts.append(f"i:{value};")
    elif isinstance(value, float):
        parts.append(f"d:{value!r};")
    elif value is None:
        parts.append("N;")
    elif isinstance(value, Mapping):
        parts.append(f"a:{len(value)}:{{")
        for key, item in value.items():
            parts.append(_array_key(key))
            _serialize(item, parts)
        parts.append("}")
    elif isinstance(value, list | tuple):
        _serialize(dict(enumerate(value)), parts)
    else:
        raise TypeError(f"PHP has no such value: {type(value)}")


@functools.lru_cache(maxsize=1024)
def _array_key(key: str | int) -> str:
    """PHP makes a number of a key that is written as one."""
    number = isinstance(key, int) or re.fullmatch(r"0|-?[1-9]\d{0,17}", key)
    return f"i:{key};" if number else serialize(key)
