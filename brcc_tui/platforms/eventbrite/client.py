"""Eventbrite API v3. Facts: bearer token, trailing slashes, waypoint tokens, 2,000 calls an hour.

This module is light: httpx and pydantic are loaded beside the screens, when the first request is made.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from brcc_tui.clock import steady_seconds
from brcc_tui.logs import keep_secret
from brcc_tui.model.catalogue import AccessCode, Event, Membership, TicketClass
from brcc_tui.model.changes.permit import WritePermit
from brcc_tui.model.checkout import CapacityTier
from brcc_tui.model.failure import Failure
from brcc_tui.model.money.eventbrite import BoughtPlace, SalesReport
from brcc_tui.platforms.errors import AccessDenied, NotThere, PlatformError
from brcc_tui.platforms.eventbrite.allowance import RESERVE, Allowance, Remembered, Waypoint
from brcc_tui.platforms.http.on_demand import OnDemand
from brcc_tui.platforms.progress import Progress
from brcc_tui.platforms.timings import Timings
from brcc_tui.settings import EventbriteSettings

if TYPE_CHECKING:
    from brcc_tui.platforms.eventbrite.access_codes import Listed
    from brcc_tui.platforms.eventbrite.lists import OnPage
    from brcc_tui.platforms.eventbrite.walk import Read
    from brcc_tui.platforms.http.client import Call, Http
    from brcc_tui.platforms.http.lean_httpx import httpx

_CODES_ARE_GOOD: Final = 60.0
"""Seconds for which access codes that were read are good."""


class Eventbrite:
    """Asynchronous client of one organization.

    Every method raises `PlatformError`; after a write `Unclear` is one that nobody knows the fate of.
    """

    def __init__(
        self,
        settings: EventbriteSettings,
        *,
        ca_file: Path | None = None,
        timings: Timings | None = None,
        monotonic: Callable[[], float] = steady_seconds,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Nothing is sent or loaded yet. Clock, `sleep` and `transport` are for tests."""
        keep_secret(settings.token)
        self._settings = settings
        self._ca_file = ca_file
        self._timings = timings or Timings()
        self._sleep = sleep
        self._transport = transport
        self._monotonic = monotonic
        self._codes: dict[str, tuple[float, Listed | None]] = {}
        self._asking_codes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._allowance = Allowance(monotonic)
        self._waypoint = Waypoint(monotonic)
        self._organization = settings.organization_id
        self._membership: Membership | None = None
        self._connection = OnDemand(self._connect)
        self._asking = asyncio.Lock()
        self._trouble: PlatformError | None = None
        self._failures = 0

    @property
    def requests(self) -> int:
        """HTTP requests sent so far."""
        return self._connection.requests

    @property
    def calls_left(self) -> int | None:
        """Calls left this hour; None when that is not known."""
        return self._allowance.left

    @property
    def remembered(self) -> Remembered:
        """What this client has learned from Eventbrite's answers."""
        allowance = self._allowance
        return Remembered(allowance.left, allowance.seconds, self._waypoint.headers(), self._membership)

    def remember(self, learned: Remembered) -> None:
        """Take over what a client with the same settings in another process has learned.

        A waypoint of our own stays: we may have written since the other one began.
        """
        self._allowance.take(learned.calls_left, learned.seconds)
        self._waypoint.update(learned.waypoint, {})
        self._membership = learned.membership or self._membership

    async def organization(self) -> str:
        """The organization's id: the configured one, else the first that the token may see.

        Raises `AccessDenied` where it sees none.
        """
        if self._organization is None:
            from brcc_tui.platforms.eventbrite.calls import HOW_TO_GET_IN

            chosen = (await self.membership()).chosen
            if chosen is None:
                raise AccessDenied("this token sees no organization", subject="Eventbrite", next_step=HOW_TO_GET_IN)
            self._organization = chosen.id
        return self._organization

    async def membership(self, *, anew: bool = False) -> Membership:
        """The organizations that the token sees, and which of them is read; asked for once, or anew.

        Who came while somebody was asking in vain hears the same: one by one they would wait for a silent shop.
        """
        failures = self._failures
        async with self._asking:
            if self._trouble is not None and self._failures > failures:
                raise self._trouble
            if self._membership is None or anew:
                await self._connection.http()
                from brcc_tui.platforms.eventbrite.calls import organizations

                try:
                    seen = await organizations(self._read)
                except PlatformError as app_error:
                    self._trouble, self._failures = app_error, self._failures + 1
                    raise
                self._membership = Membership(tuple(seen), self._settings.organization_id)
            return self._membership

    async def events(
        self, progress: Progress | None = None, on_page: OnPage | None = None
    ) -> tuple[list[Event], list[Failure]]:
        """Every event that is not canceled, with all its ticket classes; and what could not be read.

        `on_page` is awaited with the events of each page while the next page is on its way; only what is returned
        in the end is the list.

        Of ended events the newest 1,000. A page of coming events that cannot be read raises. A list that came short,
        and a list of past events that could not be read, are told under the id `eventbrite`: a part of a list must not
        pass for the whole. This is background reading: it raises `RateLimited` rather than touch people's reserve, and
        `NotThere`, with what to correct, where the organization itself is not found.
        """
        await self._connection.http()
        from brcc_tui.platforms.eventbrite.access_codes import with_codes
        from brcc_tui.platforms.eventbrite.lists import all_events

        organization = await self.organization()

        def codes(event: Event) -> Awaitable[tuple[AccessCode, ...]]:
            return self._codes_of(organization, event, self._read_in_background)

        try:
            found, failed = await all_events(self._read_in_background, organization, progress, on_page)
            return await with_codes(codes, found), failed
        except NotThere as gone:
            wrong = gone
        raise NotThere(
            wrong.happened,
            code=wrong.code,
            subject=f"Eventbrite, organization {organization}",
            next_step=await self._which_organization(organization),
        )

    async def oldest_events(self, until: dt.datetime, progress: Progress | None) -> tuple[list[Event], list[Failure]]:
        """Every event that is over, from the first there ever was to those that start at `until`, and what failed.

        It may hold some more, of the last page. Background reading, as `events` is; access codes are not asked for.
        """
        await self._connection.http()
        from brcc_tui.platforms.eventbrite.lists import OLDEST_EVENTS, read_chain

        organization, update = await self.organization(), progress or (lambda done, total: None)
        found, failed = await read_chain(self._read_in_background, organization, OLDEST_EVENTS, update, until=until)
        return [event for event in found if event.status != "canceled"], failed

    async def canceled_events(self, *, background: bool) -> tuple[list[Event], list[Failure]]:
        """The newest 1,000 events that were cancelled at Eventbrite, and what failed."""
        await self._connection.http()
        from brcc_tui.platforms.eventbrite.lists import CANCELED_EVENTS, read_chain

        read = self._read_in_background if background else self._read
        return await read_chain(read, await self.organization(), CANCELED_EVENTS, lambda done, total: None)

    async def _which_organization(self, wanted: str) -> str:
        """What to do about an organization that does not exist, or is somebody else's: both are a 404."""
        advice = "correct EVENTBRITE_ORGANIZATION_ID, or leave it empty"
        try:
            seen = (await self.membership()).seen
        except PlatformError:
            return advice
        if any(each.id == wanted for each in seen):
            return "try again: the token sees this organization. If it lasts, check EVENTBRITE_API_URL in the settings"
        return f"{advice}: the token sees {' and '.join(map(str, seen)) or 'no organization'}"

    async def event(self, event_id: str, *, background: bool = False) -> Event:
        """One event with its classes, read with the waypoint token of our last write if there is one.

        `background` leaves people's reserve of calls alone.
        """
        await self._connection.http()
        from brcc_tui.platforms.eventbrite.calls import event

        read = self._read_in_background if background else self._read
        return await event(read, event_id, partial(self._codes_of, read=read))

    async def events_by_id(self, event_ids: Sequence[str], *, background: bool = False) -> list[Event]:
        """Those of these events that a list tells, a call for fifty, each still to be `completed`; the others are for
        `event` to read. `background` leaves people's reserve of calls alone.
        """
        await self._connection.http()
        from brcc_tui.platforms.eventbrite.by_id import events_by_id

        read = self._read_in_background if background else self._read
        return await events_by_id(read, await self.organization(), event_ids)

    async def completed(self, event: Event) -> Event:
        """An event of `events_by_id` with what no list tells: its tiers, and the access codes that might open it."""
        from brcc_tui.platforms.eventbrite.calls import completed

        return await completed(self._read, event, partial(self._codes_of, read=self._read))

    async def with_codes(self, event: Event) -> Event:
        """An event that was read, with its access codes even if no class of it is hidden, or why they are unknown."""
        from brcc_tui.platforms.eventbrite.calls import knowing_codes

        return await knowing_codes(partial(self._codes_of, read=self._read), event)

    async def capacity_tier(self, event_id: str) -> CapacityTier:
        """The event's capacity tier: places in somebody's basket now, and those that the organizer holds back."""
        await self._connection.http()
        from brcc_tui.platforms.eventbrite.calls import capacity_tier

        return await capacity_tier(self._read, event_id)

    async def attendees(self, event_id: str, *, names: bool = False, background: bool = False) -> list[BoughtPlace]:
        """Every place of an event that was ever bought, page by page; `names` tells of whom. Kept nowhere.

        `background` leaves people's reserve of calls alone.
        """
        await self._connection.http()
        from brcc_tui.platforms.eventbrite.money import attendees

        return await attendees(self._read_in_background if background else self._read, event_id, names=names)

    async def sales_report(self, event_id: str, *, by_day: bool = False, background: bool = False) -> SalesReport:
        """What was sold of an event, in money; `background` leaves people's reserve of calls alone."""
        await self._connection.http()
        from brcc_tui.platforms.eventbrite.money import sales_report

        read = self._read_in_background if background else self._read
        return await sales_report(read, await self.organization(), event_id, by_day=by_day)

    async def set_capacity(
        self, permit: WritePermit, event_id: str, ticket_class_id: str, capacity: int
    ) -> TicketClass:
        """Write the class's total, sold ones counted in; the answer is the truth. Never retried."""
        return await self._change(permit, event_id, ticket_class_id, {"capacity": capacity})

    async def set_hidden(self, permit: WritePermit, event_id: str, ticket_class_id: str, hidden: bool) -> TicketClass:
        """Hide or show the class: how a class with nothing sold is closed, for 0 is refused."""
        return await self._change(permit, event_id, ticket_class_id, {"hidden": hidden})

    async def check(self) -> None:
        """Ask something small; raises what is wrong."""
        await self.membership(anew=True)

    async def close(self) -> None:
        await self._connection.close()

    async def _codes_of(self, organization: str, event: Event, read: Read) -> tuple[AccessCode, ...]:
        """The access codes that are good for an event: its own, those of its series and those for every event."""
        from brcc_tui.platforms.eventbrite.access_codes import codes_of

        return await codes_of(read, organization, event, self._kept)

    async def _kept(self, at: str, ask: Callable[[], Awaitable[Listed | None]]) -> Listed | None:
        """The codes of one list (`at`), asked for once in a while: a plan and its looks afterwards see the same. Where
        any can be used only so many times, the list is asked for each time.
        """
        async with self._asking_codes[at]:
            now = self._monotonic()
            known = self._codes.get(at)
            limited = any(each.code.uses_left is not None for each in (known and known[1]) or ())
            if known is None or limited or now - known[0] >= _CODES_ARE_GOOD:
                known = self._codes[at] = now, await ask()
            return known[1]

    async def _change(
        self, permit: WritePermit, event_id: str, ticket_class_id: str, fields: Mapping[str, object]
    ) -> TicketClass:
        permit.check(f"eb:{event_id}:{ticket_class_id}")
        http = await self._connection.http()
        from brcc_tui.platforms.eventbrite.calls import about_class, change_ticket_class

        self._spend(0, about_class(event_id, ticket_class_id))
        return await change_ticket_class(http, self._waypoint.headers(), event_id, ticket_class_id, fields)

    async def _read(self, call: Call, ahead: int) -> object:
        """A call's data, for a person: every call of the allowance may be used, and only this one is counted."""
        http = await self._connection.http()
        self._spend(0, call.about)
        return (await http.read(replace(call, headers=self._waypoint.headers()))).data

    async def _read_in_background(self, call: Call, ahead: int) -> object:
        """A call's data, if this call and those that will follow it leave people's reserve alone."""
        self._spend(RESERVE + ahead - 1, call.about)
        return await self._read(call, ahead)

    def _spend(self, kept: int, about: str) -> None:
        """Raise `RateLimited` unless a call can be made and so many are left after it."""
        left = self._allowance.left
        if left is not None and left <= kept:
            from brcc_tui.platforms.http.answers import rate_limited

            why, seconds = self._allowance.why_too_few, self._allowance.seconds
            raise rate_limited(seconds, f"Eventbrite, {about}", "nothing was sent", why)

    def _connect(self) -> Http:
        from brcc_tui.platforms.eventbrite.calls import connect_eventbrite

        return connect_eventbrite(
            self._settings, self._ca_file, self._timings, self._on_headers, self._sleep, self._transport
        )

    def _on_headers(self, headers: Mapping[str, str], sent: Mapping[str, str] | None) -> None:
        self._allowance.update(headers)
        self._waypoint.update(headers, sent)
