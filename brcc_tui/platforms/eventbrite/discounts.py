"""Access codes among Eventbrite's discounts, as its lists give them; what one opens depends on the event.

According to the documentation a discount applies to one event (and, if it names classes, to those of them), to
the classes of a ticket group, which may cover several events, or, if it names neither, to every event.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from brcc_tui.model.catalogue import AccessCode, Event
from brcc_tui.platforms.eventbrite.answers import Places, local_moment, unwrapped
from brcc_tui.platforms.http.answer_shapes import AnswerShape, Broken, Detail, Hint, Ident, parsed

ClassesByEvent = Mapping[str, tuple[str, ...]]
"""The ids of a ticket group's classes, by the event that they are of."""

_ACCESS: Final = "access"
_KINDS: Final = frozenset({_ACCESS, "coded", "public", "hold"})
"""The documented kinds of a discount."""


class _Discount(AnswerShape):
    id: Detail = None
    type: str | None = None
    event_id: Detail = None
    ticket_class_ids: list[Ident] | None = None
    ticket_group_id: Detail = None
    quantity_available: Places = None
    quantity_sold: Places = None
    end_date: Detail = None
    end_date_relative: Hint = None


class _Group(AnswerShape):
    event_ticket_ids: Mapping[str, list[Ident]]


@dataclass(frozen=True, slots=True)
class ListedCode:
    """An access code of a list.

    Where it is good for a ticket group alone, `group` is that one's id and `classes` are its classes. `ends_before` are
    the seconds before the start of an event at which it ends there, where that is told.
    """

    code: AccessCode
    group: str | None
    classes: ClassesByEvent | None = None
    ends_before: int | None = None

    def of(self, event: Event) -> AccessCode | None:
        """What it is for one event; None where its group has no class of that event or of its series."""
        ids = self.code.ticket_class_ids
        if self.classes is not None:
            ids = tuple(each for at in (event.id, event.series_id or "") for each in self.classes.get(at, ()))
            if not ids:
                return None
        return replace(self.code, ticket_class_ids=ids, ends_at=self._end(event.starts_at))

    def _end(self, starts_at: dt.datetime | None) -> dt.datetime | None:
        ends = [self.code.ends_at]
        if self.ends_before is not None and starts_at is not None:
            with suppress(OverflowError):
                ends.append(starts_at - dt.timedelta(seconds=self.ends_before))
        return min((at for at in ends if at is not None), default=None)


def codes_from(items: Iterable[object], zone: str, *, of_one: bool) -> tuple[ListedCode, ...]:
    """The access codes among the discounts of a list, without the classes of their groups; raises `Broken`, as at a
    discount of which nobody knows whether it is one. Their dates are local times of that zone.

    Of a list that is not `of_one` event those are left out that name one.
    """
    discounts = [discount for item in items if not (discount := parsed(_Discount, item)).event_id or of_one]
    return tuple(_listed(discount, zone) for discount in discounts if _opens(discount))


def classes_from(data: object) -> ClassesByEvent:
    """The classes of a ticket group, bare or wrapped; raises `Broken`. They are written as the text of an object."""
    group = unwrapped(data, "ticket_group")
    classes = group.get("event_ticket_ids") if isinstance(group, Mapping) else None
    if isinstance(classes, str):
        with suppress(ValueError):
            classes = json.loads(classes)
    return {event: tuple(ids) for event, ids in parsed(_Group, {"event_ticket_ids": classes}).event_ticket_ids.items()}


def _listed(discount: _Discount, zone: str) -> ListedCode:
    limit = discount.quantity_available or None  # 0 stands for none
    return ListedCode(
        AccessCode(
            ticket_class_ids=tuple(discount.ticket_class_ids or ()),
            uses_left=limit and limit - (discount.quantity_sold or 0),
            ends_at=local_moment(discount.end_date, zone),
            id=discount.id,
        ),
        group=discount.ticket_group_id or None,
        ends_before=discount.end_date_relative or None,
    )


def _opens(discount: _Discount) -> bool:
    kind = (discount.type or "").lower()
    if kind not in _KINDS:
        raise Broken(f"discount {(discount.id or '')[:20]} does not say whether it is an access code")
    return kind == _ACCESS
