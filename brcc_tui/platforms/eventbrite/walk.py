"""Eventbrite's lists: chains of pages, each of which names the next, and whether the list is complete.

What the shop says about a list varies: `has_more_items` may be absent, a token may come although nothing follows, and
according to the documentation an empty page is the end. Observed tokens contained only a page number, so a list that
changes between two pages skips or repeats something. So whatever can be counted is counted: a list is complete
when it has as many different items as the shop says there are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from brcc_tui.model.wholeness import Shortfall
from brcc_tui.platforms.errors import BadAnswer, Rejected
from brcc_tui.platforms.eventbrite.pages import Page, page_from
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.client import Call, all_or_first_failure

D = TypeVar("D")
T = TypeVar("T")
Read = Callable[[Call, int], Awaitable[object]]
"""Read a call's data, if so many calls (this one counted in) may still be made."""

KeepPage = Callable[[Page], Coroutine[object, object, None]]

Enough = Callable[[Page], bool]

_LOST_ITS_WAY: Final = frozenset({"BAD_CONTINUATION_TOKEN", "BAD_PAGE"})
_QUESTION_IS_OUT: Final = 0.003
"""Seconds in which a request leaves this computer."""
_WORTH_TWO_WAYS: Final = 3
"""From so many pages on, two ways through a list are quicker than one."""
_READINGS: Final = 2
"""A list that changed while it was read is read once more."""


@dataclass(frozen=True, slots=True)
class PagedList:
    """A list of Eventbrite's, of the things under `key`, and how much of it is wanted; each page goes to `keep`.

    At most `limit` pages are read; a list that need not be `whole` may be left after them, and any after a page that is
    `enough`. `backwards` is the same list in the opposite order, if there is one: then it may be read from both ends at
    once.
    """

    call: Call
    key: str
    keep: KeepPage
    limit: int
    whole: bool = True
    backwards: Call | None = None
    enough: Enough | None = None


class PagePlan:
    """How many pages a list has, as far as the shop told, of at most so many; and how many were asked for."""

    def __init__(self, limit: int) -> None:
        self.pages = 1
        self._limit = limit
        self._asked = 0

    def update(self, pages: int | None) -> None:
        """The shop said how many pages there are, or did not."""
        self.pages = min(pages or 1, self._limit)

    def ask(self) -> int:
        """A page is asked for; how many calls that are still to be made, this one counted in."""
        self._asked += 1
        return max(1, self.pages - self._asked + 1)


class Walk:
    """One way through a list, page after page: while one page is kept, the next is on its way.

    `pages` is how many it has read, `ids` what it came upon in them, `total` and `most` how many the shop said last,
    and at most, that the list holds; `changed` says that it was not the same list all the time. A page that is `enough`
    is the last that is wanted: `ended_early`.
    """

    def __init__(self, read: Read, wanted: PagedList, plan: PagePlan) -> None:
        self.ended_early = False
        self.ids: set[str] = set()
        self.total: int | None = None
        self.most: int | None = None
        self.pages = 0
        self.changed = False
        self._read = read
        self._wanted = wanted
        self._call = wanted.call
        self._plan = plan
        self._nameless = 0
        self._page_count: int | None = None
        self._last = Page(items=[])
        self._tokens: set[str] = set()
        self._empty = False
        self._repeated = False
        self._waiting: list[Page] = []

    @property
    def received(self) -> int:
        """How many different things came; what has no id that can be read is taken for one of its own."""
        return len(self.ids) + self._nameless

    async def turn(self) -> None:
        """Read the next page; it is kept when the walk goes on."""
        page = await _page(self._read, self._call, self._wanted.key, self._plan.ask())
        self.pages += 1
        self._compare(page)
        self._last = page
        self.ended_early = self._wanted.enough is not None and self._wanted.enough(page)
        self._waiting.append(page)
        if page.pagination.page_count is not None:
            self._page_count = page.pagination.page_count
        self._plan.update(page.pagination.page_count)

    async def go_on(self, limit: int) -> None:
        """Read until so many pages are read, or there are no more. Every page that was read is kept."""
        if not self.pages:
            await self.turn()
        while self.pages < limit and self.knows_more:
            token = self._last.pagination.continuation or ""
            self._tokens.add(token)
            self._call = replace(self._call, params={**self._call.params, "continuation": token})
            kept, self._waiting = self._waiting, []
            await all_or_first_failure((self.turn(), *(self._keep_beside(page) for page in kept)))
        kept, self._waiting = self._waiting, []
        for page in kept:
            await self._wanted.keep(page)

    @property
    def knows_more(self) -> bool:
        """Whether there is a next page, and a way to it that was not gone yet."""
        token = self._last.pagination.continuation
        return self._goes_on and not self.ended_early and bool(token) and token not in self._tokens

    @property
    def ended_empty(self) -> bool:
        """Whether it came to an empty page, which is an end however much the page promises, but for pages counted after
        it.
        """
        return self._empty and (self._page_count or 0) <= self.pages

    def missing(self) -> str:
        """What the last page shows that is missing, as the end of a sentence; empty when it shows nothing.

        How many there are is not looked at here.
        """
        pagination = self._last.pagination
        if self._empty:
            return f"page {self.pages} was empty"
        if self._repeated and not pagination.has_more_items:
            return f"page {self.pages} held what had come before"
        if self._repeated or self._goes_on:
            return "the list goes on, but names no next page"
        if pagination.page_count is not None and pagination.page_count > self.pages:
            return f"it has {pagination.page_count} pages, but page {self.pages} names no next one"
        if self._last.is_full_without_a_word:
            return "the page is full, and nothing says that it is the last"
        return ""

    def _compare(self, page: Page) -> None:
        """What the page tells beside the ones before it."""
        object_count, ids = page.pagination.object_count, ids_of(page.items)
        nameless = sum(id_of(item) is None for item in page.items)
        again, new = ids & self.ids, ids - self.ids
        self._empty = not page.items
        self._repeated = not (self._empty or new or nameless)
        self.changed |= bool(again and new) or (None not in (object_count, self.total) and object_count != self.total)
        if object_count is not None:
            self.total, self.most = object_count, max(object_count, self.most or object_count)
        self.ids |= ids
        self._nameless += nameless

    @property
    def _goes_on(self) -> bool:
        """Whether the shop has more of this list, by what it said last."""
        pagination = self._last.pagination
        if self._empty or self._repeated:
            return False
        if pagination.has_more_items is not None:
            return pagination.has_more_items
        return bool(pagination.continuation) and (self.total is None or self.received < self.total)

    async def _keep_beside(self, page: Page) -> None:
        """Keep a page once the next one was asked for: the work on it would hold the question up."""
        await asyncio.sleep(_QUESTION_IS_OUT)
        await self._wanted.keep(page)


@dataclass(frozen=True, slots=True)
class WalkedList:
    """What one reading of a list came upon. `short` says what is missing of it; None when it is whole."""

    ids: frozenset[str]
    short: Shortfall | None
    changed: bool


async def walk_list(read: Read, wanted: PagedList) -> WalkedList:
    """Read a list; once more where it changed in between.

    Raises `PlatformError` when a page cannot be read, the second time around where the shop no longer knew the way to
    it.
    """
    for reading in range(1, _READINGS + 1):
        try:
            found = await _read_once(read, wanted)
        except Rejected as refused:
            if refused.code not in _LOST_ITS_WAY or reading == _READINGS:
                raise
        else:
            if not found.changed:
                return found
    short = found.short and replace(found.short, reason=f"{found.short.reason}, and it changed while it was read")
    return replace(found, short=short)


async def _read_once(read: Read, wanted: PagedList) -> WalkedList:
    """Every page of the list, from both ends at once where that is possible.

    Each page names only the next one, so that one way through a list takes as long as all its pages together. Two
    ways that meet take half of it and no page more: they have met when both together saw as many as the shop says
    that there are. Until then the way forwards goes on.
    """
    limit, plan = wanted.limit, PagePlan(wanted.limit)
    forwards = Walk(read, wanted, plan)
    await forwards.turn()
    ways = [forwards]
    if wanted.backwards and plan.pages >= _WORTH_TWO_WAYS and forwards.total is not None:
        reverse = Walk(read, replace(wanted, call=wanted.backwards, enough=None), plan)
        ways.append(reverse)
        half = plan.pages // 2
        await all_or_first_failure((forwards.go_on(plan.pages - half), reverse.go_on(half)))
        while _received(ways) < (_reported(ways) or 0) and forwards.pages < limit and forwards.knows_more:
            await forwards.go_on(forwards.pages + 1)
    else:
        await forwards.go_on(limit)
    return WalkedList(
        ids=frozenset().union(*(way.ids for way in ways)),
        short=_shortfall(ways, wanted),
        changed=_changed_meanwhile(ways),
    )


def _changed_meanwhile(ways: Sequence[Walk]) -> bool:
    """Whether the list was not the same all the time, by one way through it or by what two ways were told."""
    totals = {way.total for way in ways if way.total is not None}
    return any(way.changed for way in ways) or len(totals) > 1


def _received(ways: Sequence[Walk]) -> int:
    """How many different things came by all ways together."""
    ids = set().union(*(way.ids for way in ways))
    return len(ids) + sum(way.received - len(way.ids) for way in ways)


def _reported(ways: Sequence[Walk]) -> int | None:
    """How many there are: the most that was told, for of a list that changes nobody knows what was skipped."""
    return max((way.most for way in ways if way.most is not None), default=None)


def _shortfall(ways: Sequence[Walk], wanted: PagedList) -> Shortfall | None:
    """What is missing. A list that need not be whole ends where it was left."""
    forwards, received, reported = ways[0], _received(ways), _reported(ways)
    reason = forwards.missing()
    if forwards.ended_early:
        return None
    if forwards.pages >= wanted.limit and forwards.knows_more:
        if not wanted.whole:
            return None
        reason = f"and it has more than {wanted.limit} pages"
    elif reported is not None:
        if received >= reported:
            return None
        reason = reason or "and no further page was named"
    elif forwards.ended_empty:
        return None
    return Shortfall(wanted.call.about, received, reported, reason) if reason else None


async def _page(read: Read, call: Call, key: str, ahead: int) -> Page:
    data = await read(call, ahead)
    try:
        return page_from(data, key)
    except Broken as broken:
        app_error = not_shaped(broken, call.about)
    raise app_error


def id_of(item: object) -> str | None:
    """The id of a thing on a page, where one can be read."""
    ident = item.get("id") if isinstance(item, Mapping) else None
    if isinstance(ident, int) and not isinstance(ident, bool):
        return str(ident)
    return ident if isinstance(ident, str) else None


def ids_of(items: Sequence[object]) -> set[str]:
    """The ids of those things that have one."""
    return {ident for ident in map(id_of, items) if ident is not None}


def not_shaped(broken: Broken, about: str) -> BadAnswer:
    """A readable answer that is not what Eventbrite documents."""
    return BadAnswer(
        f"the shop answered with something other than it documents: {broken}", subject=f"Eventbrite, {about}"
    )


def understood(data: D, understand: Callable[[D], T], about: str) -> T:
    """What is made of an answer; raises `BadAnswer` where it is not what Eventbrite documents."""
    try:
        return understand(data)
    except Broken as broken:
        app_error = not_shaped(broken, about)
    raise app_error
