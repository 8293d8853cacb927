"""Eventbrite's events: coming and past ones, each a list of its own, with their ticket classes."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from brcc_tui.logs import log
from brcc_tui.model.catalogue import Event
from brcc_tui.model.failure import Failure, Unanswered
from brcc_tui.model.wholeness import NOT_WHOLE, Shortfall
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere, PlatformError, Rejected, is_of_one_thing
from brcc_tui.platforms.eventbrite.answers import event_from, event_label, expanded_classes
from brcc_tui.platforms.eventbrite.pages import EVENTBRITE_PAGE_SIZE, Page
from brcc_tui.platforms.eventbrite.walk import PagedList, Read, id_of, walk_list
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.http.client import Call, all_or_first_failure
from brcc_tui.platforms.progress import Progress

T = TypeVar("T")
OnPage = Callable[[Sequence[Event]], Awaitable[object]]

EVENTS_LIST: Final = "eventbrite"
"""The id under which it is told that a list of events failed, or came short."""

EXPAND: Final = {"expand": "ticket_classes"}
"""The parameter by which an event's ticket classes come along with it."""

_OF_AN_EXPANSION: Final = ("expan", *EXPAND.values())
"""What a refusal names that is about the expansion."""

_PAGE_SIZE: Final = "page_size"
_ORDER: Final = "order_by"

_MAY_PASS: Final = frozenset({"", "INTERNAL_ERROR"})
"""What a failed page bears of Eventbrite's own, where the next asking may bring it: no word, or one about nothing."""

_NOT_TRIED_AGAIN: Final = frozenset({200, 500})
"""The statuses of such a page with which no reading is tried again by itself."""

_SMALL_PAGES: Final = 10


@dataclass(frozen=True, slots=True)
class Chain:
    """A list of events of some statuses in some order, read up to so many pages.

    `whole` says that the list is of no use when it is longer than that. `backwards` is the opposite order of a list
    that may be read from both of its ends. `about` and `title` name it for people.
    """

    status: str
    order: str
    pages: int
    whole: bool
    about: str
    title: str
    backwards: str | None = None

    def call(self, organization: str) -> Call:
        """The list's first page. A parameter that is not needed is not sent: Eventbrite refuses some as unknown."""
        params: dict[str, str | int] = {"status": self.status, _ORDER: self.order, _PAGE_SIZE: EVENTBRITE_PAGE_SIZE}
        params |= EXPAND
        return Call("organizations/{organization}/events/", {"organization": organization}, self.about, params)


UPCOMING: Final = Chain(
    "draft,live,started", "start_asc", 1_000, True, "the list of events", "Eventbrite", backwards="start_desc"
)
"""Room for a hundred such clubs; where the hour's allowance cannot give all pages, the second is not asked for."""
ENDED_EVENTS: Final = Chain(
    "ended,completed", "start_desc", 20, False, "the list of past events", "Eventbrite, past events"
)
"""The newest 1,000: a club's whole past would cost more calls each year."""
OLDEST_EVENTS: Final = Chain(
    "ended,completed", "start_asc", 1_000, True, "the list of the oldest events", "Eventbrite, oldest events"
)
"""The whole past from its beginning on, up to an instant: for whoever asks for a time before the newest 1,000."""

CANCELED_EVENTS: Final = Chain(
    "canceled", "start_desc", 20, False, "the list of cancelled events", "Eventbrite, cancelled events"
)
"""The newest 1,000: no refresh reads them, for they sell nothing; who gives money back asks for them."""


async def all_events(
    read: Read, organization: str, progress: Progress | None, on_page: OnPage | None
) -> tuple[list[Event], list[Failure]]:
    """The events of both chains, read side by side, without canceled ones.

    The coming events are needed: what is wrong with them is raised. The past ones are not, and are told as failed. What
    came short is told as well, both under the id `EVENTS_LIST`.
    """
    counts: dict[Chain, tuple[int, int | None]] = dict.fromkeys((UPCOMING, ENDED_EVENTS), (0, None))
    coming_are_read = asyncio.Event()

    def progress_of(chain: Chain) -> Progress:
        def update(done: int, total: int | None) -> None:
            counts[chain] = (done, total)
            if progress:
                totals = [known for _, known in counts.values() if known is not None]
                whole = sum(totals) if len(totals) == len(counts) else None
                progress(sum(read_so_far for read_so_far, _ in counts.values()), whole)

        return update

    async def upcoming() -> tuple[list[Event], list[Failure]]:
        found = await read_chain(read, organization, UPCOMING, progress_of(UPCOMING), on_page)
        coming_are_read.set()
        return found

    async def ended() -> tuple[list[Event], list[Failure]]:
        try:
            return await read_chain(
                read, organization, ENDED_EVENTS, progress_of(ENDED_EVENTS), on_page, coming_are_read
            )
        except PlatformError as app_error:
            if isinstance(app_error, NotThere):
                app_error.next_step = "try again"
            return [], [Failure(EVENTS_LIST, ENDED_EVENTS.title, str(app_error))]

    of_coming, of_past = await all_or_first_failure((upcoming(), ended()))
    # An event that ends while the lists are read may stand in both: once is enough.
    events = {event.id: event for event in (*of_coming[0], *of_past[0]) if event.status != "canceled"}
    return list(events.values()), list(dict.fromkeys((*of_coming[1], *of_past[1])))


async def read_chain(
    read: Read,
    organization: str,
    chain: Chain,
    progress: Progress,
    on_page: OnPage | None = None,
    may_ask_more: asyncio.Event | None = None,
    until: dt.datetime | None = None,
) -> tuple[list[Event], list[Failure]]:
    """All events of a chain, and those that could not be read; a list that came short is one of these.

    A chain in order of start may be left with the first page that holds an event which starts after `until`.

    Where Eventbrite does not send the ticket classes along, they are asked for event by event: a hundred times the
    calls, which wait for `may_ask_more`.
    """
    gathered = _Gathered(read, chain, progress, on_page, may_ask_more, until)
    spare = (_PAGE_SIZE,) if until else (_PAGE_SIZE, _ORDER)
    found = await _without_refused(gathered.walk, chain.call(organization), spare)
    return gathered.result(found)


@dataclass(slots=True)
class _Gathered:
    """The events of a chain as they come, each once, however often the list is read."""

    read: Read
    chain: Chain
    progress: Progress
    on_page: OnPage | None
    may_ask_more: asyncio.Event | None
    until: dt.datetime | None
    outcomes: dict[str, Event | Failure] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    nameless: list[Failure] = field(default_factory=list)

    async def walk(self, call: Call) -> _Found:
        chain, ordered = self.chain, _ORDER in call.params
        turned = chain.backwards if ordered else None
        backwards = replace(call, params={**call.params, _ORDER: turned}) if turned else None
        self.nameless.clear()
        enough = self._is_after if self.until else None
        whole = chain.whole or not ordered  # the pages of it that came are not the newest then
        wanted = PagedList(call, "events", self.keep, chain.pages, whole, backwards, enough)
        found = await walk_list(self._page, wanted)
        return _Found(found.ids, found.short)

    async def _page(self, call: Call, ahead: int) -> object:
        """A page's data. One that came garbled is asked for once more: without the expansion the list would cost a call
        for each event.
        """
        try:
            return await self.read(call, ahead)
        except BadAnswer as app_error:
            passing = app_error.code in _MAY_PASS and app_error.status in _NOT_TRIED_AGAIN
            if not (passing and EXPAND.keys() <= call.params.keys()):
                raise
            log("a page is asked for once more", about=call.about, reason=str(app_error))
        return await self.read(call, ahead)

    async def keep(self, page: Page) -> None:
        items = {ident: item for item in page.items if (ident := id_of(item)) is not None}
        known = self.outcomes.keys() | self.under_way
        new = {ident: item for ident, item in items.items() if ident not in known}
        lost = [item for item in page.items if id_of(item) is None]
        # What is being read is not to be read by the other way through the list as well.
        self.under_way |= new.keys()
        try:
            outcomes = await self._events([*new.values(), *lost])
        finally:  # what another page's failure cuts short is read when the list is asked for again
            self.under_way -= new.keys()
        self.outcomes |= zip(new, outcomes, strict=False)
        self.nameless += _failures_among(outcomes[len(new) :])
        total = page.pagination.object_count
        self.progress(
            len(self.outcomes) + len(self.nameless), total and min(total, self.chain.pages * EVENTBRITE_PAGE_SIZE)
        )
        if self.on_page:
            await self.on_page(_events_among(outcomes))

    def _is_after(self, page: Page) -> bool:
        """Whether an event of the page starts later than anybody asked for."""
        for item in page.items:
            with contextlib.suppress(Broken):
                start = event_from(item, []).starts_at
                if start is not None and self.until is not None and start > self.until:
                    return True
        return False

    def result(self, found: _Found) -> tuple[list[Event], list[Failure]]:
        """What the list held in the end: what stood in an earlier reading alone is gone from it."""
        outcomes = [outcome for ident, outcome in self.outcomes.items() if ident in found.ids]
        short = [found.short.failure(EVENTS_LIST, self.chain.title)] if found.short else []
        return _events_among(outcomes), [*short, *_failures_among(outcomes), *self.nameless]

    async def _events(self, items: Sequence[object]) -> list[Event | Failure]:
        """The events of a page; the classes of some are asked for where they did not come along."""
        # Beside the event loop: all of a page would let a key wait, and an answer.
        outcomes = await asyncio.to_thread(lambda: [_event(item) for item in items])
        bare = [item for item, known in zip(items, outcomes, strict=True) if known is None]
        if bare and self.may_ask_more:
            await self.may_ask_more.wait()
        asked = iter(await all_or_first_failure(_completed(self.read, item) for item in bare))
        return [next(asked) if known is None else known for known in outcomes]


def _events_among(outcomes: Iterable[Event | Failure]) -> list[Event]:
    return [outcome for outcome in outcomes if isinstance(outcome, Event)]


def _failures_among(outcomes: Iterable[Event | Failure]) -> list[Failure]:
    return [outcome for outcome in outcomes if isinstance(outcome, Failure)]


@dataclass(frozen=True, slots=True)
class _Found:
    ids: frozenset[str]
    short: Shortfall | None


async def whole_short_list(read: Read, call: Call, key: str) -> list[object]:
    """All things of a short list, still to be checked. Raises `BadAnswer` (code `NOT_WHOLE`) for a part of it."""
    items: dict[str | int, object] = {}

    async def keep(page: Page) -> None:
        for item in page.items:
            items[id_of(item) or len(items)] = item

    found = await walk_list(read, PagedList(call, key, keep, _SMALL_PAGES))
    if found.short:
        raise BadAnswer(str(found.short), code=NOT_WHOLE, subject="Eventbrite", next_step="try again")
    return [item for ident, item in items.items() if not isinstance(ident, str) or ident in found.ids]


async def ticket_classes(read: Read, event_id: str) -> list[object]:
    """All ticket classes of one event, still to be checked."""
    call = Call("events/{event}/ticket_classes/", {"event": event_id}, f"ticket classes of event {event_id}")
    return await whole_short_list(read, call, "ticket_classes")


async def expanded_or_bare(ask: Callable[[Call], Awaitable[T]], call: Call) -> T:
    """The answer to a question with an expansion, or else to the same question for the bare thing."""
    try:
        return await ask(call)
    except (AccessDenied, BadAnswer, Rejected) as app_error:
        if not _may_be_of_the_expansion(app_error):
            raise
        log("it is asked for without its expansion", about=call.about, reason=str(app_error))
    return await ask(_unexpanded(call))


async def _without_refused(ask: Callable[[Call], Awaitable[T]], call: Call, spare: Sequence[str]) -> T:
    """The answer to a question, asked again without what Eventbrite refuses of it by name, where that can be spared."""
    try:
        return await expanded_or_bare(ask, call)
    except Rejected as refused:
        said = f"{refused.code} {refused.happened}".lower()
        name = next((name for name in spare if name in said), None)
        if name is None:
            raise
        log("it is asked for without a parameter", about=call.about, parameter=name, reason=str(refused))
    left = replace(call, params={param: value for param, value in call.params.items() if param != name})
    return await _without_refused(ask, left, [other for other in spare if other != name])


def _may_be_of_the_expansion(app_error: PlatformError) -> bool:
    """Whether the same question without its expansion may be answered.

    Expansions fail by themselves: 500 EXPANSION_FAILED by the documentation, but any other failure of the server is
    none of a simpler question. A refusal is worth another question only if it is about the expansion.
    """
    if isinstance(app_error, AccessDenied | Rejected):
        words = f"{app_error.code} {app_error.happened}".lower()
        return any(word in words for word in _OF_AN_EXPANSION)
    return isinstance(app_error, BadAnswer) and app_error.code != "redirect"


def _unexpanded(call: Call) -> Call:
    """The same question for the bare thing."""
    return replace(call, params={name: value for name, value in call.params.items() if name not in EXPAND})


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


def _failure(item: object, problem: Exception) -> Failure:
    ident, name = event_label(item)
    kind = Failure if isinstance(problem, Broken) or is_of_one_thing(problem) else Unanswered
    return kind(f"eb:{ident}" if ident else "eb", name, str(problem))
