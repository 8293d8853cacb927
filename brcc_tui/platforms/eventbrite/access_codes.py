"""Access codes, with which buyers see hidden classes: requested only where a hidden class could be sold by one.

According to the documentation they are the discounts of type `access`, listed for an organization, where `scope` is
required: those of one event (`event`), or of a series by its parent, need one request each; those of ticket groups,
which may cover several events (`multi_events`), another one, and so do those for every event (`user`). They are
requested for a short list of events; for a long one that would be several times the requests of the list itself, so
its events are marked as not asked for, and reading one event completes it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Final

from brcc_tui.logs import log
from brcc_tui.model.catalogue import CODES_NOT_ASKED, AccessCode, Event, TicketClass
from brcc_tui.model.listings.of_eventbrite import is_seat
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere, PlatformError, RateLimited, Rejected
from brcc_tui.platforms.eventbrite.discounts import ClassesByEvent, ListedCode, classes_from, codes_from
from brcc_tui.platforms.eventbrite.lists import whole_short_list
from brcc_tui.platforms.eventbrite.walk import Read, understood
from brcc_tui.platforms.http.client import Call, all_or_first_failure

Codes = tuple[AccessCode, ...]
Listed = tuple[ListedCode, ...]
KeepCodes = Callable[[str, Callable[[], Awaitable[Listed | None]]], Awaitable[Listed | None]]
"""What was asked for under that name a moment ago, or is asked for now; None for a list that is not there."""

_HIDDEN: Final = "HIDDEN"
"""A class that is hidden, in the word of its sales alone."""
_ENOUGH: Final = (AccessDenied, RateLimited)
"""What the next question would be answered with as well."""
_NO_SUCH_LIST: Final = (NotThere, Rejected)
SHORT_LIST: Final = 50
"""Events of a list that is short: one page."""


def could_be_opened(event: Event) -> bool:
    """Whether a code could open something of it: a class of seats that is hidden, and has not sold all it has."""
    return event.is_selling and any(_is_closed_to_buyers(each) for each in event.ticket_classes)


def _is_closed_to_buyers(each: TicketClass) -> bool:
    sold_out = each.capacity and each.quantity_sold is not None and each.quantity_sold >= each.capacity
    is_hidden = each.hidden or each.hidden_currently or each.on_sale_status == _HIDDEN
    return is_hidden and is_seat(each) and not sold_out


async def codes_of(read: Read, organization: str, event: Event, keep: KeepCodes) -> Codes:
    """The access codes that are good for an event: those of its series, its own, those of ticket groups in which it has
    classes, and those for every event.

    Nobody has recorded where the codes of a series are listed. So both places are asked, side by side, and one of them
    may not be there. First comes the list that all events share: a token that may not read codes is told so once.
    Raises `PlatformError`.
    """
    lists = _Lists(read, organization, event, keep)
    of_all = await lists.of_others("every event", scope="user")
    own = [lists.of_one(at) for at in dict.fromkeys((event.series_id or event.id, event.id))]
    shared = [lists.of_others("ticket groups", scope="multi_events")]
    if of_all is None:  # by one of two documentations `user`, too, is asked for one event
        shared.append(lists.of_others(event.id, scope="user", event_id=event.id))
    asked: list[Coroutine[object, object, Listed | PlatformError | None]] = [*own, *shared]
    answers = await all_or_first_failure(asked)
    _raise_where_all_failed(answers[: len(own)])
    found = (codes for codes in (*answers, of_all) if codes is not None and not isinstance(codes, PlatformError))
    return _by_id(code for each in chain.from_iterable(found) if (code := each.of(event)) is not None)


def _raise_where_all_failed(answers: Sequence[object]) -> None:
    """Raise the error of the first list where each of them failed."""
    errors = [wrong for wrong in answers if isinstance(wrong, PlatformError)]
    if len(errors) == len(answers):
        raise errors[0]


def _by_id(codes: Iterable[AccessCode]) -> Codes:
    """Each code once, however many lists name it; one without an id is taken for one of its own."""
    return tuple({code.id or n: code for n, code in enumerate(codes)}.values())


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists in which the codes of an event stand."""

    read: Read
    organization: str
    event: Event
    keep: KeepCodes

    async def of_one(self, at: str) -> Listed | PlatformError:
        """The codes of one event, or of a series by its parent; or that there is no such list."""
        try:
            return await self.keep(at, partial(self._listed, scope="event", event_id=at)) or ()
        except _NO_SUCH_LIST as app_error:
            return app_error

    async def of_others(self, of: str, **params: str) -> Listed | None:
        """The codes of a list that need not be there; None where it is not.

        Their dates are of no zone: what was understood for one event's is kept for that zone alone.
        """

        async def asked() -> Listed | None:
            try:
                return await self._listed(**params)
            except _NO_SUCH_LIST as app_error:
                log("there is no such list", about=f"access codes for {of}", reason=str(app_error))
                return None

        return await self.keep(f"others: {of}, zone {self.event.zone}", asked)

    async def _listed(self, **params: str) -> Listed:
        """The access codes of a list. Of one that is not of single events those that name one are left out: whether it
        names them is not documented.
        """
        about = f"access codes of event {params['event_id']}" if "event_id" in params else "access codes of all events"
        call = Call("organizations/{organization}/discounts/", {"organization": self.organization}, about, params)
        items = await whole_short_list(self.read, call, "discounts")
        of_one, zone = params["scope"] == "event", self.event.zone
        codes = understood(items, lambda items: codes_from(items, zone, of_one=of_one), about)
        groups = list(dict.fromkeys(code.group for code in codes if code.group is not None))
        classes = await all_or_first_failure(_classes(self.read, group) for group in groups)
        of_group = dict(zip(groups, classes, strict=True))
        return tuple(replace(code, classes=of_group.get(code.group or "")) for code in codes)


async def _classes(read: Read, group: str) -> ClassesByEvent:
    """The classes of a ticket group. One that cannot be read leaves its codes unknown, whatever the reason."""
    about = f"ticket group {group[:20]}"
    try:
        if not group.isalnum():  # it becomes a part of an address
            raise Rejected("its id is none", subject=f"Eventbrite, {about}")
        data = await read(Call("ticket_groups/{group}/", {"group": group}, about), 1)
        return understood(data, classes_from, about)
    except _NO_SUCH_LIST as app_error:
        wrong = app_error
    raise BadAnswer(f"{wrong.happened} ({about})", code=wrong.code, subject=wrong.subject, next_step=wrong.next_step)


def why_unread(app_error: PlatformError) -> str:
    """Why the codes of an event are not known, as the part of a sentence."""
    return f"they could not be read: {app_error.happened}"


async def with_codes(ask: Callable[[Event], Awaitable[Codes]], events: Sequence[Event]) -> list[Event]:
    """The events with their codes, or with why these are not known. A token that may not read them is asked once."""
    wanted = [event for event in events if could_be_opened(event) and not event.is_series_parent]
    known: dict[str, Event] = {}
    enough: list[str] = []

    async def one(event: Event) -> None:
        try:
            codes = None if enough else await ask(event)
            known[event.id] = replace(event, access_codes=codes, codes_unread=enough[0] if enough else None)
        except PlatformError as app_error:
            log("access codes could not be read", about=event.id, reason=str(app_error))
            known[event.id] = replace(event, codes_unread=why_unread(app_error))
            if isinstance(app_error, _ENOUGH):
                enough.append(why_unread(app_error))

    if len(events) > SHORT_LIST:
        known = {event.id: replace(event, codes_unread=CODES_NOT_ASKED) for event in wanted}
    else:
        for event in wanted[:1]:
            await one(event)
        await all_or_first_failure(one(event) for event in wanted[1:])
    return [known.get(event.id, event) for event in events]
