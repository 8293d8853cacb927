"""What both shops' answers have in common: how a value is parsed, and how an invalid one is described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, TypeGuard, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from brcc_tui.platforms.http.answers import quoted

ModelT = TypeVar("ModelT", bound=BaseModel)

_UNCOUNTABLE: Final = 2**53
"""From here on a JSON number need not be the one that was meant: many programs read them all as fractions."""


class Broken(Exception):
    """An answer, or a thing in it, is not what the shop documents; the message says what is wrong with it."""


class AnswerShape(BaseModel):
    """A part of an answer. Fields that are not named here are of no interest."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def whole(value: object) -> object:
    """A whole number, also as 7.0 or "7" (plugins write it so). Raises `ValueError`: 7.5, true and "" are none, nor is
    what is larger than anything that a shop could count, or SQLite keep.
    """
    if isinstance(value, str) and _spells_whole(value):
        value = int(value)
    if value is None:
        return None
    if not _is_whole(value):
        raise ValueError("is not a whole number")
    if abs(value) >= _UNCOUNTABLE:
        raise ValueError("is too large a number to count")
    return int(value)


def _is_whole(value: object) -> TypeGuard[int | float]:
    return value.is_integer() if isinstance(value, float) else isinstance(value, int) and not isinstance(value, bool)


def _spells_whole(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 40


def _whole_or_none(value: object) -> object:
    try:
        return whole(value)
    except ValueError:
        return None


def _words(value: object) -> object:
    return sendable(value) if isinstance(value, str) else value


def _text_or_none(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return sendable(value) if isinstance(value, str) else None


def _named(value: object) -> object:
    if isinstance(value, str) and sendable(value) != value:
        raise ValueError("is no text that could be sent back")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_YES_AND_NO: Final = {"true": True, "1": True, "false": False, "0": False}


def _yes_or_no(value: object) -> object:
    answer = _YES_AND_NO.get(value.lower()) if isinstance(value, str) else value
    return answer if answer in (True, False) else None


def _part_or_none(value: object) -> object:
    return value if isinstance(value, Mapping) else None


Whole = Annotated[int, BeforeValidator(whole)]
"""A whole number."""

Hint = Annotated[int | None, BeforeValidator(_whole_or_none)]
"""A number without which there is no less to read: what is none is as good as not told."""

Ident = Annotated[str, BeforeValidator(_named)]
"""What something is called by: an id also where it comes as a number."""

LenientText = Annotated[str, BeforeValidator(_words)]
"""A name or title. Otherwise as it came: markup and control characters are for whoever shows it."""

Detail = Annotated[str | None, BeforeValidator(_text_or_none)]
"""Text that nothing depends on: a wrong kind of value is as good as none."""

YesOrNo = Annotated[bool | None, BeforeValidator(_yes_or_no)]
"""Yes or no, also as a word; anything else is as good as not told."""

WHEN_AN_OBJECT = BeforeValidator(_part_or_none)
"""For a part that nothing depends on: anything but an object is as good as none."""


def parsed(shape: type[ModelT], data: object) -> ModelT:
    """The data in that shape; raises `Broken` with the first things that are wrong."""
    problem = ""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        problem = "; ".join(
            f"{'.'.join(map(str, part['loc'])) or 'the answer'} {_said_of(part['type'], part['msg'])}"
            for part in error.errors()[:3]
        )
    raise Broken(quoted(problem))


def label(ident: object, name: object) -> tuple[str, str]:
    """(id, name) of a thing that may be broken, as far as they can be told; empty where they cannot."""
    known = isinstance(ident, str) or (isinstance(ident, int) and not isinstance(ident, bool))
    return (sendable(str(ident))[:40] if known else ""), (sendable(name)[:200] if isinstance(name, str) else "")


def sendable(text: str) -> str:
    """The text as every file and terminal can take it: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


_PLAINLY: Final = {
    "model_type": "is not made of names and values",
    "dict_type": "is not made of names and values",
    "list_type": "is not a list",
    "missing": "is missing",
    "string_type": "is not a text",
}
"""What is wrong, by pydantic's word for it, for people who know no Python. Its own message stands for all others."""


def _said_of(kind: str, message: str) -> str:
    return _PLAINLY.get(kind) or _lowered(message)


def _lowered(message: str) -> str:
    message = message.removeprefix("Value error, ").partition(" or instance of ")[0]
    return message[:1].lower() + message[1:]
