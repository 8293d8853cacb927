"""Eventbrite's attendees and sales reports: the reads about money.

An attendee is a person. Only places, orders and amounts are kept; names are requested only where
somebody asked for them, and an invalid answer is reported without any of its contents.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from brcc_tui.model.money.amounts import amount_of
from brcc_tui.model.money.eventbrite import BoughtPlace, SalesReport
from brcc_tui.model.money.records import Person
from brcc_tui.model.wholeness import NOT_WHOLE
from brcc_tui.platforms.errors import BadAnswer, NotThere, PlatformError, Rejected
from brcc_tui.platforms.eventbrite.pages import Page
from brcc_tui.platforms.eventbrite.walk import PagedList, Read, not_shaped, walk_list
from brcc_tui.platforms.http.answer_shapes import (
    WHEN_AN_OBJECT,
    AnswerShape,
    Broken,
    Detail,
    Ident,
    YesOrNo,
    parsed,
    sendable,
)
from brcc_tui.platforms.http.client import Call

_PAGES: Final = 100
"""Room for 5,000 attendees of one event."""

_OF_WHAT_WAS_ASKED: Final = "ARGUMENTS_ERROR"
"""Eventbrite's word for a question about something that it does not know, or does not tell."""


class _Costs(AnswerShape):
    gross: Any = None
    base_price: Any = None


class _Profile(AnswerShape):
    name: Detail = None
    first_name: Detail = None
    last_name: Detail = None
    email: Detail = None


class _Attendee(AnswerShape):
    id: Ident
    order_id: Ident
    event_id: Detail = None
    ticket_class_id: Detail = None
    costs: Annotated[_Costs | None, WHEN_AN_OBJECT] = None
    refunded: YesOrNo = None
    cancelled: YesOrNo = None
    status: Detail = None
    created: Detail = None


class _Named(AnswerShape):
    profile: Annotated[_Profile | None, WHEN_AN_OBJECT] = None


def _read_or_told(read: Read) -> Read:
    """Asks as `read` does, but a 404 does not say that the event is gone: whether it is there, another route tells."""

    async def asked(call: Call, ahead: int) -> object:
        try:
            return await read(call, ahead)
        except NotThere as gone:
            wrong = gone
        raise _of_this_event(wrong)

    return asked


def _of_this_event(wrong: PlatformError) -> BadAnswer:
    return BadAnswer(wrong.happened, code=wrong.code, subject=wrong.subject, next_step="look at it in Eventbrite")


async def attendees(read: Read, event_id: str, *, names: bool) -> list[BoughtPlace]:
    """Every place of an event that was ever bought. Raises `BadAnswer` for a part of the list."""
    call = Call("events/{event}/attendees/", {"event": event_id}, f"what was bought of event {event_id}")
    found: dict[str, BoughtPlace] = {}
    wrong: list[str] = []

    async def keep(page: Page) -> None:
        for item in page.items:
            try:
                place = _place(item, event_id, names=names)
                found[place.id] = place
            except Broken as broken:
                wrong.append(str(broken))

    walked = await walk_list(_read_or_told(read), PagedList(call, "attendees", keep, _PAGES))
    if walked.short or wrong:
        reason = str(walked.short) if walked.short else f"{len(wrong)} of what was bought {wrong[0]}"
        raise BadAnswer(reason, code=NOT_WHOLE, subject=f"Eventbrite, event {event_id}", next_step="try again")
    return [place for ident, place in found.items() if ident in walked.ids]


def _place(item: object, event_id: str, *, names: bool) -> BoughtPlace:
    """Raises `Broken` with what is wrong with it, as the end of a sentence."""
    try:
        attendee = parsed(_Attendee, item)
    except Broken:
        attendee = None
    if attendee is None:
        raise Broken("could not be read")
    if attendee.event_id not in (None, event_id):
        raise Broken("is of another event")
    costs = attendee.costs or _Costs()
    return BoughtPlace(
        id=attendee.id,
        order_id=attendee.order_id,
        class_id=attendee.ticket_class_id or "",
        gross=amount_of(_amount(costs.gross)),
        currency=_currency(costs.gross),
        refunded=bool(attendee.refunded),
        cancelled=bool(attendee.cancelled),
        status=attendee.status or "",
        base=amount_of(_amount(costs.base_price)),
        created=_moment(attendee.created),
        person=_person(item) if names else None,
    )


def _person(item: object) -> Person:
    with contextlib.suppress(Broken):
        profile = parsed(_Named, item).profile or _Profile()
        whole = profile.name or " ".join(part for part in (profile.first_name, profile.last_name) if part)
        return Person(whole.strip(), (profile.email or "").strip())
    return Person("")


async def sales_report(read: Read, organization: str, event_id: str, *, by_day: bool) -> SalesReport:
    """The sums of one event, and with `by_day` the places by the day of the sale.

    One event at a question is what was recorded of the real service. Raises `AccessDenied` for a token without the
    financial permission.
    """
    params: dict[str, str | int] = {"event_ids": event_id}
    if by_day:
        params["date_facet"] = "day"
    about = f"the sales report of event {event_id}"
    call = Call("organizations/{organization}/reports/sales/", {"organization": organization}, about, params)
    app_error: PlatformError
    try:
        return report_from(_about(event_id, await _read_or_told(read)(call, 1)), by_day=by_day)
    except Broken as broken:
        app_error = not_shaped(broken, about)
    except Rejected as refused:  # the id of one that was deleted says nothing of the next event
        app_error = _of_this_event(refused) if refused.code == _OF_WHAT_WAS_ASKED else refused
    raise app_error


def _about(event_id: str, data: object) -> object:
    """The sales report, which names the events whose sums it has. Raises `Broken` where these are not that one alone: a
    cache or a proxy that goes by the address alone keeps the answer to another question.
    """
    event_ids = data.get("event_ids") if isinstance(data, Mapping) else None
    named = (
        event_ids.split(",")
        if isinstance(event_ids, str)
        else event_ids
        if isinstance(event_ids, list)
        else [event_ids]
    )
    if {str(each).strip() for each in named if each} - {event_id}:
        raise Broken("it is of other events")
    return data


def report_from(data: object, *, by_day: bool) -> SalesReport:
    """The one reader of sales reports: tolerant of how amounts and dates are written.

    Raises `Broken`, also where there are sales and no day came, or more on its days than in all.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("totals"), Mapping):
        raise Broken("there are no totals")
    totals = data["totals"]
    quantity = _count(totals.get("quantity"))
    days = _days(data.get("data")) if by_day else {}
    return SalesReport(
        currency=_currency(totals),
        gross=amount_of(_amount(totals.get("gross"))),
        net=amount_of(_amount(totals.get("net"))),
        fees=amount_of(_amount(totals.get("fees"))),
        quantity=quantity,
        days=days,
        untold=_untold(quantity, days) if by_day else None,
    )


def _currency(amounts: object) -> str:
    """The currency that is told beside these amounts; empty where none is."""
    currency = amounts.get("currency") if isinstance(amounts, Mapping) else None
    return sendable(currency) if isinstance(currency, str) else ""


def _untold(quantity: int | None, days: Mapping[dt.date, int]) -> int | None:
    """How many more there are in all than on these days; None where that is not known. Raises `Broken`.

    Nobody has recorded whether every day comes unasked: that all of them did is seen by their sum.
    """
    if quantity is None:
        return None
    untold = quantity - sum(days.values())
    if untold < 0 or (untold and not days):
        raise Broken(f"its days have {sum(days.values())} sales, and the whole has {quantity}")
    return untold


def _days(rows: object) -> dict[dt.date, int]:
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise Broken("there are no days")
    found: dict[dt.date, int] = {}
    for row in rows:
        totals = row.get("totals") if isinstance(row, Mapping) else None
        if not isinstance(row, Mapping) or not isinstance(totals, Mapping):
            raise Broken("a day without its totals")
        day, quantity = _day(row), _count(totals.get("quantity"))
        if day is None or quantity is None:
            raise Broken("a day without its date or its quantity")
        found[day] = found.get(day, 0) + quantity
    return found


def _day(row: Mapping[object, object]) -> dt.date | None:
    """The day by the event's own calendar: the localized date where there is one. Either may lack its Z."""
    for name in ("date_localized", "date"):
        text = row.get(name)
        if isinstance(text, str):
            with contextlib.suppress(ValueError):
                return dt.date.fromisoformat(text[:10])
    return None


def _amount(value: object) -> object:
    """An amount as text, as a number, or as an object of Eventbrite's other answers."""
    if isinstance(value, Mapping):
        return value.get("major_value")
    return None if isinstance(value, bool) else value


def _count(value: object) -> int | None:
    amount = amount_of(_amount(value))
    return int(amount) if amount is not None and amount == amount.to_integral_value() else None


def _moment(text: str | None) -> dt.datetime | None:
    with contextlib.suppress(ValueError):
        at = dt.datetime.fromisoformat(text) if text else None
        return at.replace(tzinfo=at.tzinfo or dt.UTC) if at else None
    return None
