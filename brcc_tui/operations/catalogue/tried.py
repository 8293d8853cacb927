"""Requests one thing in such a way that its failure hides nothing else."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final, TypeVar

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.platforms.errors import NotThere, is_of_one_thing

_T = TypeVar("_T")

GONE: Final = "the shop no longer has this listing: refresh the catalogue"
"""Said of its own 404 alone: whatever else keeps a listing from being read does not say that it is gone."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Why there is no answer. `alone`: it is this one thing that cannot be read, and not a shop that is silent, or has
    its host answer for it.
    """

    reason: str
    alone: bool = False

    def __str__(self) -> str:
        return self.reason


async def tried(what: str, question: Awaitable[_T]) -> _T | Unread:
    """The answer, or the reason why there is none. If a list does not exist, that says nothing about what it would
    contain.
    """
    try:
        return await question
    except Exception as error:  # noqa: BLE001 - one thing that cannot be read must not hide the others
        log("could not be read", what=what, error=error)
        reason = str(error) if isinstance(error, AppError) else f"unexpected: {type(error).__name__}"
        return Unread(reason, alone=is_of_one_thing(error) and not isinstance(error, NotThere))


async def tried_one(what: str, question: Awaitable[_T]) -> _T | Unread:
    """The same for one event or product by its id: if it does not exist, it is gone."""

    async def asked() -> _T | Unread:
        try:
            return await question
        except NotThere as app_error:
            log("is not there", what=what, error=app_error)
            return Unread(GONE, alone=True)

    return await tried(what, asked())
