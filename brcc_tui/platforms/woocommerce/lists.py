"""WooCommerce's lists, page by page, and whether they are complete.

Something between us and the shop may remove `X-WP-Total` and `X-WP-TotalPages`, or ignore `page`, so that each page
is the first. A page in the middle may have fewer items than it could, and the list may change between two
pages. So different ids are counted, and compared with the number that the shop gives.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from brcc_tui.model.wholeness import Shortfall
from brcc_tui.platforms.errors import BadAnswer, PlatformError, of_another
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.answers import ShopResponse
from brcc_tui.platforms.http.client import Call, Http, all_or_first_failure
from brcc_tui.platforms.progress import Progress
from brcc_tui.platforms.woocommerce.answers import items_from, product_label
from brcc_tui.platforms.woocommerce.page_parts import NotSent, PageInParts, fails_on_the_site

WOOCOMMERCE_PAGE_SIZE: Final = 100
"""The largest page that WooCommerce gives."""

_MAX_PAGES: Final = 100

IN_ORDER: Final[Mapping[str, str | int]] = {
    "per_page": WOOCOMMERCE_PAGE_SIZE,
    "orderby": "id",
    "order": "asc",
    "status": "any",
}
"""The parameters of every list. The default order, by date, is not stable: over several pages it gave one product twice
and another never.
"""

_TWICE: Final = "some came twice, so that others never came"
_NO_REST: Final = "and no page brought the rest"


@dataclass(slots=True)
class _Reading:
    """What one reading of a list brought: its things by id, and what was seen that a whole list does not show."""

    about: str
    pages_reported: int | None = None
    things: dict[str, object] = field(default_factory=dict)
    totals: set[int] = field(default_factory=set)
    pages: dict[int, tuple[str, ...]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    twice: bool = False
    stale: str = ""

    def add(self, number: int, items: list[object]) -> None:
        """The things of a page, after those of the pages before it."""
        names = tuple(_id_of(item) or f"page {number}, place {place}" for place, item in enumerate(items))
        known = [name in self.things for name in names]
        self.twice = self.twice or any(known)
        if names and all(known) and not self.stale:
            self.stale = self._nothing_new(number, names)
        self.things |= zip(names, items, strict=True)
        self.pages[number] = names

    def _nothing_new(self, number: int, names: tuple[str, ...]) -> str:
        """What a page was of which every thing had come before."""
        same = next((earlier for earlier, others in self.pages.items() if others == names), None)
        return f"page {number} was page {same} once more" if same else f"page {number} brought nothing new"

    @property
    def reported(self) -> int | None:
        """How many things there are, as the shop says; of several answers the largest. A number that fewer things would
        have made is none.
        """
        reported = max(self.totals, default=None)
        return None if reported is not None and reported < len(self.things) else reported

    @property
    def lacks_a_page(self) -> bool:
        """Whether a page that the shop tells of is empty."""
        return any(self.pages.get(number) == () for number in range(1, (self.pages_reported or 0) + 1))

    @property
    def enough(self) -> bool:
        """Whether as much came as the shop tells. One that tells no number is asked until a page is empty."""
        return self.reported is not None and len(self.things) >= self.reported

    @property
    def ended(self) -> bool:
        """Whether further pages bring nothing: an empty one is the end."""
        return () in self.pages.values() or bool(self.stale or self.failed)

    @property
    def worth_another(self) -> bool:
        """Whether another reading may find the list whole: it changed meanwhile, and nothing else went wrong."""
        return self.shortfall() is not None and not self.stale and not self.failed

    def shortfall(self) -> Shortfall | None:
        """What is missing, and why; None when nothing is."""
        reason = self._why_short()
        return Shortfall(self.about, len(self.things), self.reported, reason) if reason else None

    def _why_short(self) -> str:
        """What was seen that a whole list does not show, as the end of a sentence; empty when nothing was."""
        if self.failed:
            number, why = min(self.failed.items())
            return f"page {number} did not come: {why}"
        if len(self.totals) > 1:
            return "it changed while it was read"
        if self.enough:
            return ""
        missing = self.reported is not None or self.lacks_a_page
        return self.stale or (_TWICE if self.twice else "") or (_NO_REST if missing else "")


def _id_of(item: object) -> str:
    return item.id if isinstance(item, NotSent) else product_label(item)[0]


async def list_with_shortfall(
    http: Http, call: Call, progress: Progress | None = None, *, in_parts: bool = False
) -> tuple[list[object], Shortfall | None]:
    """All things of a list, and what is missing of it. Raises `PlatformError` when not even its first page can be had.

    A list that changed between two of its pages is read once more. With `in_parts` a page over which PHP fails on the
    site is read in smaller ones; what it fails to send is told as `NotSent`, by its id.
    """
    reading = await _read_pages(http, call, progress, in_parts=in_parts)
    if reading.worth_another:
        with contextlib.suppress(PlatformError):  # then what came the first time is what there is, and short
            reading = await _read_pages(http, call, progress, in_parts=in_parts)
    return list(reading.things.values()), reading.shortfall()


async def _read_pages(http: Http, call: Call, progress: Progress | None, *, in_parts: bool) -> _Reading:
    pages = _Pages(http, call, progress, _Reading(call.about), in_parts)
    reading = pages.reading
    reading.add(1, await pages.page(1))
    page_count = reading.pages_reported or 1
    if page_count > _MAX_PAGES:
        raise _too_long(call)
    for number, found in await all_or_first_failure(pages.later(number) for number in range(2, page_count + 1)):
        if found is not None:
            reading.add(number, found)
    number = page_count
    while not (reading.enough or reading.ended):
        if number == _MAX_PAGES:
            raise _too_long(call)
        number, found = await pages.later(number + 1)
        if found is not None:
            reading.add(number, found)
    return reading


@dataclass(slots=True)
class _Pages:
    """The pages of a list as the shop sends them, and how far it is."""

    http: Http
    call: Call
    progress: Progress | None
    reading: _Reading
    in_parts: bool
    done: int = 0

    async def page(self, number: int) -> list[object]:
        """The things of one page; what its headers tell of the whole is noted. Raises `PlatformError`."""
        try:
            found, pages = await self._asked({"page": number})
        except BadAnswer as app_error:
            if not (self.in_parts and fails_on_the_site(app_error)):
                raise
            wrong = app_error
        else:
            return self._noted(number, found, pages)
        found = await PageInParts(self._things, product_label).things(number, wrong)
        total = max(self.reading.totals, default=None)
        pages = None if total is None else -(-total // WOOCOMMERCE_PAGE_SIZE)
        return self._noted(number, self._named(number, found), pages)

    def _noted(self, number: int, found: list[object], pages: int | None) -> list[object]:
        if number == 1:
            self.reading.pages_reported = pages
        self.done += len(found)
        if self.progress:
            self.progress(self.done, self.reading.reported)
        return found

    def _named(self, number: int, found: list[object]) -> list[object]:
        """What came of a page, without what was not sent and cannot even be named: that is missing then."""
        for thing in found:
            if isinstance(thing, NotSent) and not thing.id:
                self.reading.failed[number] = f"not the whole of it, for {thing.reason}"
        return [thing for thing in found if not isinstance(thing, NotSent) or thing.id]

    async def _things(self, more: Mapping[str, str | int]) -> list[object]:
        return (await self._asked(more))[0]

    async def _asked(self, more: Mapping[str, str | int]) -> tuple[list[object], int | None]:
        """The things that are asked for with these parameters besides, and how many such pages there are."""
        answer = await self.http.read(replace(self.call, params={**self.call.params, **more}))
        if (reported := _number(answer, "x-wp-total")) is not None:
            self.reading.totals.add(reported)
        return items_of(answer, self.call.about), _number(answer, "x-wp-totalpages")

    async def later(self, number: int) -> tuple[int, list[object] | None]:
        """One more page, or None with the reason noted: what came of the other pages is true all the same."""
        try:
            return number, await self.page(number)
        except PlatformError as app_error:
            self.reading.failed[number] = str(app_error)
            return number, None


def _too_long(call: Call) -> BadAnswer:
    return BadAnswer(f"the list has more than {_MAX_PAGES} pages", subject=f"WooCommerce, {call.about}")


def items_of(answer: ShopResponse, about: str) -> list[object]:
    """The things on a page of a list. Raises `BadAnswer` for anything else that came under a good status."""
    try:
        return items_from(answer.data)
    except Broken as broken:
        reason = str(broken)
    happened = f"the shop answered with something other than it documents: {reason}"
    raise of_another(BadAnswer(happened, subject=f"WooCommerce, {about}"))


def _number(answer: ShopResponse, header: str) -> int | None:
    text = answer.headers.get(header, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
