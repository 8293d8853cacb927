"""Eventbrite's lists of events: chains of pages, each of which names the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from brcc_tui.model.catalogue import Event
from brcc_tui.model.failure import Failure
from brcc_tui.platforms.errors import BadAnswer, PlatformError
from brcc_tui.platforms.eventbrite.answers import Page, event_from, expanded_classes, label_of, page_from
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.client import Call, together

Read = Callable[[Call, int], Awaitable[object]]
"""Read a call's data, if so many calls (this one counted in) may still be made."""

ChainProgress = Callable[[int, int | None], None]
OnPage = Callable[[Sequence[Event]], Awaitable[object]]
Keep = Callable[[Page], Coroutine[object, object, None]]

EXPAND: Final = {"expand": "ticket_classes"}
EXPANSION_FAILED: Final = "EXPANSION_FAILED"
_PAGE_SIZE: Final = 50
_CLASS_PAGES: Final = 10
_QUESTION_IS_OUT: Final = 0.003
"""Seconds in which a request leaves this computer."""
_WORTH_TWO_WAYS: Final = 3
"""From so many pages on, two ways through a list are quicker than one."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A list of events of some statuses in some order, read up to so many pages.

    `whole` says that the list is of no use when it is longer than that. `backwards` is the opposite order of a list
    that may be read from both of its ends.
    """

    status: str
    order: str
    pages: int
    whole: bool
    backwards: str | None = None


UPCOMING: Final = Chain("draft,live,started", "start_asc", pages=1_000, whole=True, backwards="start_desc")
"""Room for a hundred such clubs; where the hour's allowance cannot give all pages, the second is not asked for."""
ENDED: Final = Chain("ended,completed", "start_desc", pages=20, whole=False)
"""The newest 1,000: a club's whole past would cost more calls each year."""


async def all_events(
    read: Read, organization: str, progress: ChainProgress | None = None, came: OnPage | None = None
) -> tuple[list[Event], list[Failure]]:
    """The events of both chains, read side by side, without canceled ones."""
    counts: dict[Chain, tuple[int, int | None]] = dict.fromkeys((UPCOMING, ENDED), (0, None))

    async def one(chain: Chain) -> tuple[list[Event], list[Failure]]:
        def told(done: int, total: int | None) -> None:
            counts[chain] = (done, total)
            if progress:
                totals = [known for _, known in counts.values() if known is not None]
                whole = sum(totals) if len(totals) == len(counts) else None
                progress(sum(read_so_far for read_so_far, _ in counts.values()), whole)

        return await events_of(read, organization, chain, told, came)

    upcoming, ended = await together(one(chain) for chain in (UPCOMING, ENDED))
    # An event that ends while the lists are read may stand in both: once is enough.
    events = {event.id: event for event in (*upcoming[0], *ended[0]) if event.status != "canceled"}
    return list(events.values()), list(dict.fromkeys((*upcoming[1], *ended[1])))


async def events_of(
    read: Read, organization: str, chain: Chain, progress: ChainProgress, came: OnPage | None = None
) -> tuple[list[Event], list[Failure]]:
    """All events of a chain, and those that could not be read."""
    call = Call(
        "organizations/{organization}/events/",
        {"organization": organization},
        "the list of events",
        {
            "status": chain.status,
            "order_by": chain.order,
            "page_size": _PAGE_SIZE,
            "show_series_parent": "false",
            **EXPAND,
        },
    )
    events: list[Event] = []
    failed: list[Failure] = []
    seen: set[str] = set()

    async def keep(page: Page) -> None:
        new = [item for item in page.items if _id_of(item) not in seen]
        seen.update(_ids_of(new))
        outcomes = await _events(read, new)
        found = [outcome for outcome in outcomes if isinstance(outcome, Event)]
        events.extend(found)
        failed.extend(outcome for outcome in outcomes if isinstance(outcome, Failure))
        total = page.pagination.object_count
        progress(len(events) + len(failed), total and min(total, chain.pages * _PAGE_SIZE))
        if came:
            await came(found)

    await _read_list(read, call, chain, keep)
    return events, failed


async def _read_list(read: Read, call: Call, chain: Chain, keep: Keep) -> None:
    """Every page of the list, from both ends at once where that is possible.

    Each page names only the next one, so that one way through a list takes as long as all its pages together. Two
    ways that meet take half of it and no page more. That they met is sure when one came upon what the other had
    seen, and both together saw as many as the shop says that there are. Until then the way forwards goes on.
    """
    plan = PagePlan(chain.pages)
    forwards = Walk(read, call, "events", keep, plan)
    await forwards.turn()
    if chain.backwards and plan.pages >= _WORTH_TWO_WAYS and forwards.total is not None:
        reverse = replace(call, params={**call.params, "order_by": chain.backwards})
        backwards = Walk(read, reverse, "events", keep, plan)
        half = plan.pages // 2
        await together((forwards.go_on(plan.pages - half), backwards.go_on(half)))
        while not _met(forwards, backwards) and forwards.pages < chain.pages and forwards.knows_more:
            await forwards.go_on(forwards.pages + 1)
        if _met(forwards, backwards):
            return
    await forwards.go_on(chain.pages)
    forwards.check_end(whole=chain.whole)


def _met(one: Walk, other: Walk) -> bool:
    total = max(one.total or 0, other.total or 0)
    return not one.ids.isdisjoint(other.ids) and len(one.ids | other.ids) >= total


async def ticket_classes(read: Read, event_id: str) -> list[object]:
    """All ticket classes of one event, still to be checked."""
    call = Call("events/{event}/ticket_classes/", {"event": event_id}, f"ticket classes of event {event_id}")
    items: list[object] = []

    async def keep(page: Page) -> None:
        items.extend(page.items)

    walk = Walk(read, call, "ticket_classes", keep, PagePlan(_CLASS_PAGES))
    await walk.go_on(_CLASS_PAGES)
    walk.check_end(whole=True)
    return items


async def _events(read: Read, items: Sequence[object]) -> list[Event | Failure]:
    """The events of a page; the classes of some are asked for where they did not come along."""
    # Beside the event loop: all of a page would let a key wait, and an answer.
    outcomes = await asyncio.to_thread(lambda: [_event(item) for item in items])
    asked = iter(
        await together(_completed(read, item) for item, known in zip(items, outcomes, strict=True) if not known)
    )
    return [known or next(asked) for known in outcomes]


def _event(item: object) -> Event | Failure | None:
    """The event with the classes that came along; None when they did not."""
    try:
        classes = expanded_classes(item)
        return None if classes is None else event_from(item, classes)
    except Broken as broken:
        return _failure(item, broken)


async def _completed(read: Read, item: object) -> Event | Failure:
    """The event with its classes, which are asked for."""
    try:
        return event_from(item, await ticket_classes(read, event_from(item, []).id))
    except (Broken, PlatformError) as problem:
        return _failure(item, problem)


def _id_of(item: object) -> str | None:
    ident = item.get("id") if isinstance(item, Mapping) else None
    return ident if isinstance(ident, str) else None


def _ids_of(items: Iterable[object]) -> set[str]:
    """The ids of those things that have one."""
    return {ident for ident in map(_id_of, items) if ident is not None}


def _failure(item: object, problem: Exception) -> Failure:
    ident, name = label_of(item)
    return Failure(f"eb:{ident}" if ident else "eb", name, str(problem))


class PagePlan:
    """How many pages a list has, as far as the shop told, of at most so many; and how many were asked for."""

    def __init__(self, most: int) -> None:
        self.pages = 1
        self._most = most
        self._asked = 0

    def heard(self, pages: int | None) -> None:
        """The shop said how many pages there are, or did not."""
        self.pages = min(pages or 1, self._most)

    def ask(self) -> int:
        """A page is asked for; how many calls that are still to be made, this one counted in."""
        self._asked += 1
        return max(1, self.pages - self._asked + 1)


class Walk:
    """One way through a list, page after page: while one page is kept, the next is on its way.

    `pages` is how many it has read and `ids` what it came upon in them; `total` is what the shop last said that the
    list holds.
    """

    def __init__(self, read: Read, call: Call, key: str, keep: Keep, plan: PagePlan) -> None:
        self.ids: set[str] = set()
        self.total: int | None = None
        self.pages = 0
        self._read = read
        self._call = call
        self._key = key
        self._keep = keep
        self._plan = plan
        self._items = 0
        self._goes_on = True
        self._token = ""
        self._tokens: set[str] = set()
        self._waiting: list[Page] = []

    async def turn(self) -> None:
        """Read the next page; it is kept when the walk goes on."""
        page = await _page(self._read, self._call, self._key, self._plan.ask())
        pagination = page.pagination
        self.ids.update(_ids_of(page.items))
        self.total = self.total if pagination.object_count is None else pagination.object_count
        self.pages += 1
        self._items += len(page.items)
        self._goes_on, self._token = page.goes_on, pagination.continuation or ""
        self._waiting.append(page)
        self._plan.heard(pagination.page_count)

    async def go_on(self, most: int) -> None:
        """Read until so many pages are read, or there are no more. Every page that was read is kept."""
        if not self.pages:
            await self.turn()
        while self.pages < most and self.knows_more:
            self._tokens.add(self._token)
            self._call = replace(self._call, params={**self._call.params, "continuation": self._token})
            kept, self._waiting = self._waiting, []
            await together((self.turn(), *(self._keep_beside(page) for page in kept)))
        kept, self._waiting = self._waiting, []
        for page in kept:
            await self._keep(page)

    async def _keep_beside(self, page: Page) -> None:
        """Keep a page once the next one was asked for: the work on it would hold the question up."""
        await asyncio.sleep(_QUESTION_IS_OUT)
        await self._keep(page)

    def check_end(self, *, whole: bool) -> None:
        """Raise `BadAnswer` unless nothing is missing; a list that need not be `whole` may be left early."""
        about = f"Eventbrite, {self._call.about}"
        if self.knows_more:
            if whole:
                raise BadAnswer(f"the list has more than {self.pages} pages", subject=about)
        elif self._goes_on and (self.total is None or self._items < self.total):
            raise BadAnswer("the list goes on, but names no next page", subject=about)

    @property
    def knows_more(self) -> bool:
        """Whether there is a next page, and a way to it that was not gone yet."""
        return self._goes_on and bool(self._token) and self._token not in self._tokens


async def _page(read: Read, call: Call, key: str, ahead: int) -> Page:
    try:
        data = await read(call, ahead)
    except BadAnswer as error:
        if error.code != EXPANSION_FAILED or "expand" not in call.params:
            raise
        data = await read(unexpanded(call), ahead)
    try:
        return page_from(data, key)
    except Broken as broken:
        app_error = not_shaped(broken, call.about)
    raise app_error


def unexpanded(call: Call) -> Call:
    """The same question for the bare thing: expansions fail by themselves (500 EXPANSION_FAILED)."""
    return replace(call, params={name: value for name, value in call.params.items() if name != "expand"})


def not_shaped(broken: Broken, about: str) -> BadAnswer:
    """A readable answer that is not what Eventbrite documents."""
    return BadAnswer(
        f"the shop answered with something else than it documents: {broken}", subject=f"Eventbrite, {about}"
    )
