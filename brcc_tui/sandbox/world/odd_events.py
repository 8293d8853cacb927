"""One Eventbrite event for every oddity; `World.oddities` says which is which."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from brcc_tui.sandbox.world import names
from brcc_tui.sandbox.world.draft import SEATS, WorldDraft
from brcc_tui.sandbox.world.types import EventSpec, TicketClassSpec, TierSpec


def add_odd_events(draft: WorldDraft) -> None:
    """All of them, each at an hour of its own."""
    _plain(draft, "sold_out", 1, dt.time(14), 40, 40)
    _add(
        draft, "started", replace(_event(draft, "started", 0, dt.time(0), (_class(draft, SEATS, 31),)), minutes=24 * 60)
    )
    event = _event(draft, "reserved_seating", 35, dt.time(14, 30), (_class(draft, 48, 12),))
    _add(draft, "reserved_seating", replace(event, is_reserved_seating=True))
    _tiered(draft)
    pair = (_class(draft, 40, 9, "Roast"), _class(draft, 40, 6, "Toast"))
    event = _event(draft, "capacity_below_classes", 11, dt.time(14), pair)
    _add(draft, "capacity_below_classes", replace(event, capacity=30, capacity_is_custom=True))
    event = _event(draft, "canceled", 6, dt.time(14), (_class(draft, SEATS, 4),))
    _add(draft, "canceled", replace(event, status="canceled"))
    _add(draft, "draft_event", replace(_event(draft, "draft_event", 90, dt.time(14), ()), status="draft"))
    opening = draft.at(draft.day(20), dt.time(10))
    later = replace(_class(draft, SEATS, 0), sales_start=opening)
    _add(draft, "not_yet_on_sale", _event(draft, "not_yet_on_sale", 60, dt.time(14), (later,)))
    gift = TicketClassSpec(draft.ids.ticket_class(), names.DONATION, None, 7, 0, category="donation", donation=True)
    _add(draft, "donation", _event(draft, "donation", 13, dt.time(14), (_class(draft, SEATS, 20), gift)))
    poster = TicketClassSpec(draft.ids.ticket_class(), names.ADD_ON, 30, 5, 1000, category="add_on")
    _add(draft, "add_on", _event(draft, "add_on", 14, dt.time(14), (_class(draft, SEATS, 18), poster)))
    comp = TicketClassSpec(draft.ids.ticket_class(), names.DOOR_COMP, 10, 3, 0, hidden=True)
    _add(draft, "hidden_class", _event(draft, "hidden_class", 16, dt.time(14), (_class(draft, 45, 11), comp)))
    waiting = replace(_class(draft, SEATS, 50), pending=3)
    _add(draft, "places_in_checkout", _event(draft, "places_in_checkout", 2, dt.time(14), (waiting,)))
    _plain(draft, "odd_event_name", 17, dt.time(14), SEATS, 8)
    _sold_by_code(draft)
    rule = replace(_class(draft, SEATS, 6), rule_id="3451654000")
    _add(draft, "ticket_rule", _event(draft, "ticket_rule", 23, dt.time(14), (rule,)))
    _several_days(draft)
    shy = replace(_class(draft, SEATS, 0), auto_hide_before=draft.at(draft.day(27), dt.time(10)))
    _add(draft, "auto_hidden", _event(draft, "auto_hidden", 29, dt.time(14), (shy,)))


def _sold_by_code(draft: WorldDraft) -> None:
    """Two hidden classes: one that a code opens and nobody has used yet, one that nobody can see."""
    friends = TicketClassSpec(draft.ids.ticket_class(), "Friends of the club (code)", 12, 0, 900, hidden=True)
    crew = TicketClassSpec(draft.ids.ticket_class(), "Crew", 4, 0, 0, hidden=True)
    event = _event(draft, "sold_by_code", 21, dt.time(14), (_class(draft, 36, 15), friends, crew))
    _add(draft, "sold_by_code", replace(event, coded=(friends.id,)))


def _several_days(draft: WorldDraft) -> None:
    """A pass that is sold until the last of its days begins, which is long after its own beginning."""
    begins, last = draft.at(draft.day(-1), dt.time(14)), draft.at(draft.day(2), dt.time(14))
    ticket = replace(_class(draft, SEATS, 20), sales_end=last)
    event = _event(draft, "several_days", -1, dt.time(14), (ticket,))
    minutes = int((last + dt.timedelta(hours=3) - begins).total_seconds() // 60)
    _add(draft, "several_days", replace(event, minutes=minutes))


def _tiered(draft: WorldDraft) -> None:
    """Two tiers, one of which two classes share; the classes have no limit of their own."""
    tables = TierSpec(draft.ids.tier(), "Tables", 24)
    bar = TierSpec(draft.ids.tier(), "Bar", 20)
    classes = tuple(
        replace(_class(draft, None, sold, name), inventory_tier_id=tier.id)
        for name, tier, sold in (("Table, full price", tables, 8), ("Table, student", tables, 3), ("Bar", bar, 5))
    )
    _add(draft, "tiered", replace(_event(draft, "tiered", 19, dt.time(14), classes), tiers=(tables, bar)))


def _plain(draft: WorldDraft, oddity: str, ahead: int, time: dt.time, capacity: int, sold: int) -> None:
    _add(draft, oddity, _event(draft, oddity, ahead, time, (_class(draft, capacity, sold),)))


def _class(draft: WorldDraft, capacity: int | None, sold: int, name: str = names.GENERAL) -> TicketClassSpec:
    return TicketClassSpec(draft.ids.ticket_class(), name, capacity, sold, 1800)


def _event(
    draft: WorldDraft, oddity: str, ahead: int, time: dt.time, classes: tuple[TicketClassSpec, ...]
) -> EventSpec:
    starts_at = draft.at(draft.day(ahead), time)
    return EventSpec(draft.ids.event(), names.ODD_EVENTS[oddity], starts_at, draft.zone, classes)


def _add(draft: WorldDraft, oddity: str, event: EventSpec) -> None:
    draft.events.append(event)
    draft.oddities[oddity] = f"eb:{event.id}"
    local = event.starts_at
    for each in event.classes:
        seat = each.category == "admission" and not each.donation
        show = draft.performance(local.date(), local.time()).show
        draft.truth[f"eb:{event.id}:{each.id}"] = show if seat else None
