"""Products that sell one event each by WooCommerce's own stock, and the shirt that sells none."""

from __future__ import annotations

import datetime as dt

from brcc_tui.sandbox.world import names
from brcc_tui.sandbox.world.draft import SEATS, WorldDraft
from brcc_tui.sandbox.world.meta import dated_meta, filler
from brcc_tui.sandbox.world.types import EventSpec, Life, ProductSpec, TicketClassSpec


def add_singles(draft: WorldDraft) -> None:
    """The single shows, with stock that WooCommerce keeps, and a product that is no event."""
    for n, (name, on_eventbrite, ahead, time) in enumerate(names.SINGLES):
        day = draft.day(ahead)
        performance = draft.performance(day, time)
        sold = draft.demand(day)
        places = sold // 2 if on_eventbrite else sold
        performance.sold_on_site += places
        product_id = draft.ids.product()
        meta = dated_meta(performance.starts_at, "single", draft.meta_keys)
        if n == len(names.SINGLES) - 1:
            # cancelling an order of a single event leaves junk in its booking options
            draft.oddities["junk_booking_text"] = f"wc:{product_id}"
            draft.order(product_id, "", "", day, 1, Life.CANCELLED)
        if on_eventbrite:
            performance.sold_on_eventbrite += sold - places
            _event(draft, on_eventbrite, performance.starts_at, SEATS - places, sold - places, performance.show)
        stock = SEATS - performance.sold_on_eventbrite
        draft.products.append(ProductSpec(product_id, name, meta, price="22.12", manage_stock=True, stock=stock))
        draft.sell_cell(product_id, "", "", day, places)
        draft.truth[f"wc:{product_id}"] = performance.show
        draft.oddities.setdefault("single", f"wc:{product_id}")
    shirt = draft.ids.product()
    draft.products.append(ProductSpec(shirt, names.SHIRT, filler(8), price="30.00", manage_stock=True, stock=80))
    draft.oddities["not_an_event"] = f"wc:{shirt}"


def _event(draft: WorldDraft, name: str, starts_at: dt.datetime, capacity: int, sold: int, show: str) -> None:
    ticket_class = TicketClassSpec(draft.ids.ticket_class(), names.GENERAL, capacity, sold, 2500)
    event = EventSpec(draft.ids.event(), name, starts_at, draft.zone, (ticket_class,))
    draft.events.append(event)
    draft.truth[f"eb:{event.id}:{ticket_class.id}"] = show
