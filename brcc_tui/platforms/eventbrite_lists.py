"""Eventbrite's lists of events: chains of pages, each of which names the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Final

from brcc_tui.model.catalogue import Event
from brcc_tui.model.failure import Failure
from brcc_tui.platforms.answer_shapes import Broken
from brcc_tui.platforms.errors import BadAnswer, PlatformTrouble
from brcc_tui.platforms.eventbrite_answers import Page, event_from, expanded_classes, label_of, page_from
from brcc_tui.platforms.http import Call, together

Read = Callable[[Call, int], Awaitable[object]]
"""Read a call's data, if so many calls (this one counted in) may still be made."""

ChainProgress = Callable[[int, int | None], None]

EXPAND: Final = {"expand": "ticket_classes"}
EXPANSION_FAILED: Final = "EXPANSION_FAILED"
_PAGE_SIZE: Final = 50
_CLASS_PAGES: Final = 10


@dataclass(frozen=True, slots=True)
class Chain:
    """A list of events of some statuses in some order, read up to so many pages.

    `whole` says that the list is of no use when it is longer than that.
    """

    status: str
    order: str
    pages: int
    whole: bool


UPCOMING: Final = Chain("draft,live,started", "start_asc", pages=1_000, whole=True)
"""Room for a hundred such clubs; where the hour's allowance cannot give all pages, the second is not asked for."""
ENDED: Final = Chain("ended,completed", "start_desc", pages=20, whole=False)
"""The newest 1,000: a club's whole past would cost more calls each year."""


async def all_events(
    read: Read, organization: str, progress: ChainProgress | None = None
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

        return await events_of(read, organization, chain, told)

    upcoming, ended = await together(one(chain) for chain in (UPCOMING, ENDED))
    # An event that ends while the lists are read may stand in both: once is enough.
    events = {event.id: event for event in (*upcoming[0], *ended[0]) if event.status != "canceled"}
    return list(events.values()), list(dict.fromkeys((*upcoming[1], *ended[1])))


async def events_of(
    read: Read, organization: str, chain: Chain, progress: ChainProgress
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

    async def keep(page: Page) -> Page:
        for outcome in await together(_event(read, item) for item in page.items):
            if isinstance(outcome, Event):
                events.append(outcome)
            else:
                failed.append(outcome)
        total = page.pagination.object_count
        progress(len(events) + len(failed), total and min(total, chain.pages * _PAGE_SIZE))
        return page

    await _each_page(read, call, "events", chain.pages, keep, whole=chain.whole)
    return events, failed


async def ticket_classes(read: Read, event_id: str) -> list[object]:
    """All ticket classes of one event, still to be checked."""
    call = Call("events/{event}/ticket_classes/", {"event": event_id}, f"ticket classes of event {event_id}")
    items: list[object] = []

    async def keep(page: Page) -> Page:
        items.extend(page.items)
        return page

    await _each_page(read, call, "ticket_classes", _CLASS_PAGES, keep, whole=True)
    return items


async def _event(read: Read, item: object) -> Event | Failure:
    """One event of a page; its classes are asked for where they did not come along."""
    ident, name = label_of(item)
    try:
        classes = expanded_classes(item)
        if classes is None:
            classes = await ticket_classes(read, event_from(item, []).id)
        return event_from(item, classes)
    except Broken as broken:
        reason = str(broken)
    except PlatformTrouble as trouble:
        reason = str(trouble)
    return Failure(f"eb:{ident}" if ident else "eb", name, reason)


async def _each_page(
    read: Read, call: Call, key: str, most: int, keep: Callable[[Page], Coroutine[object, object, Page]], *, whole: bool
) -> None:
    """Page after page; while one is kept, the next is on its way.

    Ends early only if nothing is missing; raises `BadAnswer` when the list cannot end well.
    """
    tokens: set[str] = set()
    page = await _page(read, call, key, 1)
    seen = 0
    for number in range(1, most + 1):
        seen += len(page.items)
        count = page.pagination.object_count
        token = page.pagination.continuation
        if not page.goes_on or not token or token in tokens or number == most:
            await keep(page)
            break
        tokens.add(token)
        call = replace(call, params={**call.params, "continuation": token})
        ahead = max(1, min(page.pagination.page_count or 1, most) - number)
        page, _ = await together((_page(read, call, key, ahead), keep(page)))
    about = f"Eventbrite, {call.about}"
    if not page.goes_on:
        return
    if token and token not in tokens:
        if whole:
            raise BadAnswer(f"the list has more than {most} pages", subject=about)
    elif count is None or seen < count:
        raise BadAnswer("the list goes on, but names no next page", subject=about)


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
        trouble = not_shaped(broken, call.about)
    raise trouble


def unexpanded(call: Call) -> Call:
    """The same question for the bare thing: expansions fail by themselves (500 EXPANSION_FAILED)."""
    return replace(call, params={name: value for name, value in call.params.items() if name != "expand"})


def not_shaped(broken: Broken, about: str) -> BadAnswer:
    """A readable answer that is not what Eventbrite documents."""
    return BadAnswer(
        f"the shop answered with something else than it documents: {broken}", subject=f"Eventbrite, {about}"
    )
