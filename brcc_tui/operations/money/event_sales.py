"""Eventbrite's half of a report: the sales report of each event, divided among the event's shows."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from brcc_tui.model.few_of_many import few_of_many
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import parent_number
from brcc_tui.model.money.amounts import NOTHING, added, amount_text
from brcc_tui.model.money.eventbrite import BoughtPlace, SalesReport
from brcc_tui.model.money.figures import of_event
from brcc_tui.model.money.report import Figures
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.context import ClubContext
from brcc_tui.operations.money.cancelled import of_days, read_cancelled
from brcc_tui.operations.money.places import classes_by_event, events_of_several
from brcc_tui.operations.money.refunds import NO_EVENTBRITE

FINAL_AFTER: Final = dt.timedelta(days=14)
"""So long after its end an event's figures are taken for its last: a refund that comes later is not seen."""

SHOW_LASTS: Final = dt.timedelta(hours=6)
"""After so long nothing is sold any more of a show whose end no shop tells: a number that was read then is its last.
Longer than `ending.STILL_SELLING`, after which nothing of it counts as on sale.
"""

_AT_ONCE: Final = 4
"""Questions to Eventbrite side by side."""

_NO_SALES: Final = SalesReport("", NOTHING, NOTHING, NOTHING, 0)
"""Of an event to come that has sold nothing."""

_NO_AMOUNT: Final = "the event has several shows, and Eventbrite does not say what was paid for each place"

_NO_CLASS: Final = "the event has several shows, and Eventbrite does not say which class each place belongs to"


@dataclass(slots=True)
class EventSales:
    """The sales of these shows at Eventbrite. `every` are all shows, for an event is as a whole in its report.

    `failed` is why Eventbrite could not be asked, empty where it could. What one event tells, or why it does not, is
    in `answers`; in `paid` what was paid for the seats of each show of an event of several.
    """

    club: ClubContext
    days: tuple[dt.date, dt.date]
    shows: Sequence[Show]
    every: Sequence[Show]
    listings: Sequence[Listing]
    progress: Callable[[str], None]
    failed: str = ""
    notes: list[str] = field(default_factory=list)
    answers: dict[str, SalesReport | str] = field(default_factory=dict)
    paid: dict[str, Mapping[str, Decimal] | str] = field(default_factory=dict)

    async def read(self) -> None:
        """Ask for what is not kept."""
        listings = [listing for show in self.shows for listing in show.listings]
        events = classes_by_event(listings)
        if self.club.eventbrite is None:
            self.failed = NO_EVENTBRITE if events else ""
            return
        await self._recall(list(events), _ends(listings))
        wanted = [event for event in events if event not in self.answers]
        self.answers |= dict.fromkeys(await asyncio.to_thread(self._unsold, wanted), _NO_SALES)
        await self._ask([event for event in wanted if event not in self.answers])
        await self._ask_cancelled(events.keys())
        await self._ask_places(events.keys(), await asyncio.to_thread(events_of_several, self.every))

    async def _recall(self, events: list[str], ends: Mapping[str, dt.datetime]) -> None:
        """What is kept of events that were long over when they were asked for.

        What is dated to come was asked for by a clock that was put back since.
        """
        now = self.club.clock.now()
        if self.club.sales is not None:
            kept = await asyncio.to_thread(self.club.sales.reports, events)
            final = {x: ends.get(x, now) + FINAL_AFTER for x in kept}
            self.answers |= {x: report for x, (report, at) in kept.items() if final[x] <= at <= now}

    def by_show(self) -> Mapping[str, Mapping[str, Figures]]:
        """Each event's figures by show."""
        wanted = classes_by_event(listing for show in self.shows for listing in show.listings)
        sold, unknown = self._sold_by_show(wanted)
        silent = self.failed or "it was not asked"
        no_number = "Eventbrite does not say what is sold"
        return {
            event: of_event(
                self.answers.get(event, silent), shows, unknown.get(event) or no_number, self.paid.get(event)
            )
            for event, shows in sold.items()
        }

    def _sold_by_show(
        self, events: Collection[str]
    ) -> tuple[Mapping[str, Mapping[str, int | None]], Mapping[str, str]]:
        """What each show sold of each of these events, None where that is not known; and by event why it is not."""
        sold: dict[str, dict[str, int | None]] = {event: {} for event in events}
        unknown: dict[str, str] = {}
        of_eventbrite = ((s, x) for s in self.every for x in s.listings if x.platform is Platform.EVENTBRITE)
        for show, listing in of_eventbrite:
            event, number = parent_number(listing.id), listing.reading.sold
            if event not in sold:
                continue
            so_far = sold[event].get(show.id, 0)
            if not isinstance(number, int):
                unknown[event] = str(getattr(number, "reason", ""))
            sold[event][show.id] = so_far + number if isinstance(number, int) and so_far is not None else None
        return sold, unknown

    def _unsold(self, events: Collection[str]) -> list[str]:
        """Those to come of which nothing is sold, of any class: there is nothing to ask for.

        Of what is over everything may have been given back, less fees.
        """
        sold: dict[str, bool] = defaultdict(bool)
        for listing in self.listings:
            if listing.platform is Platform.EVENTBRITE:
                sold[parent_number(listing.id)] |= listing.reading.sold != 0 or Flag.PAST in listing.flags
        return [event for event in events if event in sold and not sold[event]]

    async def _ask(self, events: Sequence[str]) -> None:
        eventbrite = self.club.eventbrite
        if eventbrite is None:
            return
        began, done, gate, fresh = self.club.clock.now(), 0, asyncio.Semaphore(_AT_ONCE), dict[str, SalesReport]()

        async def ask(event: str) -> None:
            nonlocal done
            async with gate:
                if self.failed:  # refused, or the hour's calls are used up: so would this be
                    self.answers[event] = self.failed
                    return
                answer = await tried(f"sales of eb:{event}", eventbrite.sales_report(event, background=True))
            done += 1
            self.progress(f"Eventbrite's sales: {done} of {len(events)} events")
            if isinstance(answer, Unread):
                self.answers[event] = answer.reason
                if not answer.alone:
                    self.failed = self.failed or answer.reason
            else:
                self.answers[event] = fresh[event] = answer

        await asyncio.gather(*(ask(event) for event in events))
        if self.club.sales is not None:
            await asyncio.to_thread(self.club.sales.keep, fresh, began)

    async def _ask_cancelled(self, known: Collection[str]) -> None:
        """What events of these days had sold that were cancelled at Eventbrite: no show of the catalogue has them."""
        found = await tried("cancelled events", read_cancelled(self.club, background=True))
        if isinstance(found, Unread):
            self.notes.append(f"whether events of these days were cancelled at Eventbrite is not known: {found.reason}")
            return
        asked = of_days(self.club, found, *self.days)
        await self._ask([event for event in asked if event not in known])
        events = {event: x for event, x in asked.items() if event not in known and _is_something(self.answers[event])}
        if events:
            self.notes.append(_cancelled_words(events, [self.answers[event] for event in events]))

    async def _ask_places(self, events: Collection[str], of_several: Mapping[str, Mapping[str, str]]) -> None:
        """What was paid for each show of these events, where they are of several and their classes differ in price."""
        eventbrite = self.club.eventbrite
        if eventbrite is None:
            return
        prices: dict[str, set[object]] = defaultdict(set)
        for listing in self.listings:
            if listing.platform is Platform.EVENTBRITE:
                prices[parent_number(listing.id)].add((listing.price, listing.currency))
        for event, classes in of_several.items():
            if event not in events or len(prices[event]) < 2 or isinstance(self.answers.get(event), str):
                continue
            answer = await tried(f"places of eb:{event}", eventbrite.attendees(event))
            self.paid[event] = answer.reason if isinstance(answer, Unread) else _paid(answer, classes)


def _is_something(answer: SalesReport | str) -> bool:
    """Whether money of it is left, or may be."""
    return isinstance(answer, str) or answer.gross != 0 or bool(answer.fees)


def _cancelled_words(events: Mapping[str, Listing], answers: Sequence[SalesReport | str]) -> str:
    named = few_of_many([f"eb:{event} ({x.title}, {x.starts_at:%d %b})" for event, x in events.items()])
    what = "1 event of these days was" if len(events) == 1 else f"{len(events)} events of these days were"
    return (
        f"{what} cancelled at Eventbrite, and in no show above: what is left of their sales is"
        f" {_amount_left(answers) or 'not known'}. brcc-tui orders (on the screens ctrl+p, eventbrite cancelled) lists"
        f" what to refund of {named}"
    )


def _amount_left(answers: Sequence[SalesReport | str]) -> str:
    """`312.40 CAD`: what the sales of several events come to; empty where that cannot be told."""
    gross = added(None if isinstance(one, str) else one.gross for one in answers)
    currencies = {one.currency for one in answers if not isinstance(one, str) and one.gross}
    return f"{amount_text(gross)} {''.join(currencies)}".strip() if gross is not None and len(currencies) < 2 else ""


def _paid(places: Collection[BoughtPlace], classes: Mapping[str, str]) -> Mapping[str, Decimal] | str:
    """What was paid for the seats of each show; a reason where that is not told of one."""
    by_show: dict[str, list[Decimal | None]] = defaultdict(list)
    for place in places:
        if place.is_valid and place.class_id in classes:
            by_show[classes[place.class_id]].append(place.gross)
    if any(place.is_valid and not place.class_id for place in places):
        return _NO_CLASS
    found = {show: sum_ for show, amounts in by_show.items() if (sum_ := added(amounts)) is not None}
    return found if len(found) == len(by_show) else _NO_AMOUNT


def _ends(listings: Iterable[Listing]) -> Mapping[str, dt.datetime]:
    """When each Eventbrite event is over."""
    return {
        parent_number(listing.id): listing.ends_at or listing.starts_at + SHOW_LASTS
        for listing in listings
        if listing.platform is Platform.EVENTBRITE and listing.starts_at is not None
    }
