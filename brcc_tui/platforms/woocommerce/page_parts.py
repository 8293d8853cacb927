"""Splits a page of a list: one item on which the site's PHP fails takes the whole page with it.

A page that fails is requested again in parts, then the parts that fail, down to the one item: some fifteen
requests find it. If every part of a page fails, the site itself is failing, and nothing more is requested.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from brcc_tui.platforms.errors import BadAnswer
from brcc_tui.platforms.http.answers import PHP_FAILED
from brcc_tui.platforms.http.client import all_or_first_failure

Ask = Callable[[Mapping[str, str | int]], Awaitable[list[object]]]
"""The things of the list that is asked for with these parameters besides; may raise `PlatformError`."""

_SMALLER: Final = {100: 20, 20: 4, 4: 1}
"""Into parts of which size one of a size is split; each size is a multiple of the next."""

_MOST_REQUESTS: Final = 60
"""After so many for one page it is given up: more than a few things fail."""

_FAILED: Final = 500
_NAMES: Final = "id,name"


@dataclass(frozen=True, slots=True)
class NotSent:
    """A thing of a list that the site fails to send, and why; empty what of it is not known."""

    id: str
    name: str
    reason: str


def fails_on_the_site(error: BadAnswer) -> bool:
    """Whether PHP has failed over what was asked for: less of it may be answered."""
    return error.status == _FAILED or PHP_FAILED in error.happened


class PageInParts:
    """Pages of a hundred that failed, asked for in parts."""

    def __init__(self, ask: Ask, label: Callable[[object], tuple[str, str]]) -> None:
        """`label` tells the id and the name of a thing."""
        self._ask = ask
        self._label = label
        self._left = _MOST_REQUESTS

    async def things(self, number: int, error: BadAnswer) -> list[object]:
        """What the page of that number holds, `NotSent` among it. Raises the error where the parts fail as well."""
        found = await self._in_parts(number, max(_SMALLER))
        if found is None:
            raise error
        return found

    async def _in_parts(self, number: int, size: int) -> list[object] | None:
        """What a part that failed holds; None where all of it fails, or too much was asked for."""
        smaller = _SMALLER[size]
        many = size // smaller
        self._left -= many
        if self._left < 0:
            return None
        numbers = range((number - 1) * many + 1, number * many + 1)
        parts = await all_or_first_failure(self._part(each, smaller) for each in numbers)
        if smaller > 1 and all(isinstance(part, BadAnswer) for part in parts):
            return None
        found: list[object] = []
        for each, part in zip(numbers, parts, strict=True):
            if not isinstance(part, BadAnswer):
                found += part
            elif smaller == 1:
                found.append(await self._not_sent(each, part))
            elif (smaller_parts := await self._in_parts(each, smaller)) is not None:
                found += smaller_parts
            else:
                return None
        return found

    async def _part(self, number: int, size: int) -> list[object] | BadAnswer:
        try:
            return await self._ask({"per_page": size, "page": number})
        except BadAnswer as app_error:
            if not fails_on_the_site(app_error):
                raise
            return app_error

    async def _not_sent(self, number: int, error: BadAnswer) -> NotSent:
        """What is called at that place of the list, where the site tells at least that."""
        try:
            things = await self._ask({"per_page": 1, "page": number, "_fields": _NAMES})
        except BadAnswer:
            things = []
        return NotSent(*(self._label(things[0]) if things else ("", "")), str(error))
