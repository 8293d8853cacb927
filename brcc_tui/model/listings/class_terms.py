"""How Eventbrite sells a ticket class: which limit its number is, access codes, and when its sales end."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Final

from brcc_tui.model.catalogue import CODES_NOT_ASKED, AccessCode, Event, TicketClass
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.quantity import Quantity, is_used_up
from brcc_tui.model.reading import Reading

_UNTOLD_END: Final = dt.timedelta(hours=1)
"""How long before its event a class's sales end that tells no end: documented."""


def class_terms(
    event: Event,
    tickets: TicketClass,
    numbers: tuple[Status, Reading],
    limits: tuple[Quantity, Quantity | None, Quantity | None],
    now: dt.datetime,
) -> Terms:
    """Which of the limits (its own, its tier's, its event's) the number is, and what else decides whether it sells.

    The codes of an event are not always known. A hidden class that has sold there may be sold by one where the token
    may not read them; of one that has sold nothing, and in a list, nobody knows.
    """
    status, reading = numbers
    codes = event.codes_for(tickets, now)
    stopped, unknown = _stopped(event, tickets, numbers)
    limit = _limit(tickets, *limits, reading.remaining)
    by_code = _is_opened(event, reading, codes) if status is Status.HIDDEN else False
    opening = (codes or ()) if by_code else ()
    places = _places_of(opening) if opening else None
    none_at = tickets.minimum - 1
    terms = Terms(limit, stopped=stopped, none_at=none_at, by_code=by_code, code_places=places)
    terms = _with_doubt(terms, event, unknown)
    if stopped is not None or not event.is_selling:
        return terms
    since = tickets.sales_start if status is Status.NOT_YET_ON_SALE else None
    return _with_times(terms, since, *_end(event, tickets, opening))


def _with_doubt(terms: Terms, event: Event, unknown: str | None) -> Terms:
    """The terms with why it is not known whether it sells: the reason given, or that its codes are not known.

    Of what is sold at the dates of a series, or on another site, no number of its own limits anything.
    """
    if unknown is None and terms.by_code is None:
        unknown = f"it is hidden, and it is unknown whether an access code sells it{_why_no_codes(event)}"
    if unknown is None:
        return terms
    return terms.doubted(unknown, capped=not (event.is_series_parent or event.sold_elsewhere))


def _with_times(terms: Terms, since: dt.datetime | None, until: dt.datetime | None, then: OfferRule) -> Terms:
    """The terms of a class that is sold from `since` to `until`; nobody knows what of one that ends before it begins.

    `then` is what holds from its end on.
    """
    if since is not None and until is not None and until <= since:
        terms = terms.doubted("Eventbrite says that its sales begin only after they have ended")
    return replace(terms, until=until, then=then, since=since)


def _stopped(
    event: Event, tickets: TicketClass, numbers: tuple[Status, Reading]
) -> tuple[OfferRule | None, str | None]:
    """What has stopped its sales; and why it is not known whether they go on, where nothing is known to stop them."""
    status, _ = numbers
    if not event.is_selling:
        asked = f"it is not known whether an event that is {event.status[:20]!r} sells on Eventbrite"
        stopped = OfferRule.CLOSED if status is Status.CLOSED else None
        return stopped, asked if status is Status.UNKNOWN else None
    stopped = {Status.ENDED: OfferRule.SALES_ENDED, Status.CLOSED: OfferRule.CLOSED}.get(status)
    return stopped, _why_doubtful(event, tickets, numbers) if stopped is None else None


def _end(event: Event, tickets: TicketClass, codes: Sequence[AccessCode]) -> tuple[dt.datetime | None, OfferRule]:
    """Until when it is sold, and what is known of it from then on.

    `codes` are those that alone sell it. Sales that outlast their event, as far as Eventbrite tells, are not believed.
    """
    ends = [(tickets.sales_end, OfferRule.SALES_ENDED), (_untold_end(event, tickets), OfferRule.NOT_KNOWN)]
    backwards = event.starts_at is not None and event.ends_at is not None and event.ends_at < event.starts_at
    if not event.is_series_parent and not backwards:
        ends.append((event.ends_at, OfferRule.NOT_KNOWN))
    ends.append(_end_of_codes(codes))
    known_ends = [(at, rule) for at, rule in ends if at is not None]
    return min(known_ends, key=itemgetter(0)) if known_ends else (None, OfferRule.SALES_ENDED)


def _end_of_codes(codes: Sequence[AccessCode]) -> tuple[dt.datetime | None, OfferRule]:
    """When the last of these codes ends; of several that are good for so many places the first: their sum changes."""
    ends = [code.ends_at for code in codes if code.ends_at is not None]
    if len(codes) > 1 and ends and _places_of(codes) is not None:
        return min(ends), OfferRule.NOT_KNOWN
    return (max(ends) if ends and len(ends) == len(codes) else None), OfferRule.HIDDEN


def _why_doubtful(event: Event, tickets: TicketClass, numbers: tuple[Status, Reading]) -> str | None:
    """Why it is not known what of its number a buyer can buy: Eventbrite says two things, or nothing."""
    status, reading = numbers
    if event.is_series_parent:
        return "it stands for a whole series: buyers buy its dates"
    if event.sold_elsewhere:
        return "Eventbrite says that its tickets are sold on another site"
    if isinstance(reading.remaining, int) and reading.remaining < tickets.minimum:
        return None
    if status is Status.SOLD_OUT:
        return f"Eventbrite says that it is sold out, although {_shown(reading.remaining)} should be left"
    if status is Status.UNKNOWN:
        return f"Eventbrite does not say whether it is on sale ({tickets.on_sale_status[:20]!r})"
    return _why_not_sold(event, tickets, status)


def _why_not_sold(event: Event, tickets: TicketClass, status: Status) -> str | None:
    if event.sells_none is not None and status is Status.ON_SALE:
        return f"Eventbrite calls the event as a whole {event.sells_none.replace('_', ' ')!r}"
    return None if tickets.sold_online else "Eventbrite says that it is sold at the door only, not online"


def _shown(remaining: Quantity) -> str:
    return str(remaining) if isinstance(remaining, int) else "some"


def _untold_end(event: Event, tickets: TicketClass) -> dt.datetime | None:
    """When its sales may be over, where their end is not given."""
    if tickets.sales_end is not None or event.is_series_parent:
        return None
    with contextlib.suppress(OverflowError):
        return tickets.may_end_at or (event.starts_at and event.starts_at - _UNTOLD_END)
    return None


def _is_opened(event: Event, reading: Reading, codes: Sequence[AccessCode] | None) -> bool | None:
    """Whether a code shows a hidden class to buyers; None where nobody knows.

    They are asked for where one could open seats. Of a class that has none left none is sold by them, until it is
    given more.
    """
    if codes is not None:
        return bool(codes)
    unasked = event.codes_unread in (None, CODES_NOT_ASKED) or is_used_up(reading.remaining)
    return None if unasked or reading.sold == 0 else True


def _why_no_codes(event: Event) -> str:
    if event.codes_unread == CODES_NOT_ASKED:
        return f": {event.codes_unread}, brcc-tui explain asks"
    return f" ({event.codes_unread})" if event.codes_unread else ""


def _places_of(codes: Sequence[AccessCode]) -> int | None:
    """How many places these codes let in together; None: without a limit. A code's limit counts tickets."""
    left = [code.uses_left for code in codes]
    return None if None in left else sum(each for each in left if each is not None)


def _limit(
    tickets: TicketClass, own: Quantity, tier: Quantity | None, event: Quantity | None, remaining: Quantity
) -> OfferRule:
    """Which of the limits the remaining number is; a class of a tier without a limit of its own has the tier's."""
    if own == remaining:
        return OfferRule.CAPACITY if tickets.inventory_tier_id is None or tickets.capacity else OfferRule.TIER
    return OfferRule.TIER if tier == remaining else OfferRule.EVENT_CAPACITY
