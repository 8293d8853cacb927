"""The numbers of the planned programme: what each shop offers, given what both have sold.

Mostly a listing offers the seats that nobody has. Sometimes it was not updated after the other shop's last
sales, sometimes it was given only a part. So the sums of the shows look like a real club's.
"""

from __future__ import annotations

from brcc_tui.sandbox.world import names
from brcc_tui.sandbox.world.booking import flat_text, nested_text
from brcc_tui.sandbox.world.club import ClubProgramme
from brcc_tui.sandbox.world.draft import SEATS, WorldDraft
from brcc_tui.sandbox.world.meta import bookings_meta
from brcc_tui.sandbox.world.plan import Happening, PlannedCell, PlannedProduct, Series
from brcc_tui.sandbox.world.types import EventSpec, Life, ProductSpec, TicketClassSpec

_CLOSED_LABEL = "Wednesday 8pm Show"
_UNLIMITED_LABEL = "Thursday 10pm Show"


def fill_draft(draft: WorldDraft, club: ClubProgramme) -> None:
    """Turn a planned club into products, orders and events of the draft."""
    for cell in club.cells:
        cell.place.stock = str(_offered_on_site(draft, cell) + cell.places)
        draft.truth[cell.listing] = cell.performance.show
    if club.copy == 0:
        _closed_and_unlimited(draft, club)
        _every_life(draft, club)
    _sell(draft, club)
    for product in club.products:
        draft.products.append(_product(draft, product))
    for series in club.all_series:
        dates = [happening for happening in club.happenings if happening.series is series]
        draft.events.append(_parent(draft, series, dates[0]))
    for happening in club.happenings:
        draft.events.append(_event(draft, happening))


def _sell(draft: WorldDraft, club: ClubProgramme) -> None:
    for cell in (*club.cells, *club.free_drinks):
        if club.copy and cell.day < draft.today:
            continue  # a copy makes the catalogue larger; a past of its own would only make it slow to begin
        draft.sell_cell(cell.shelf.product.id, cell.shelf.slot.id, cell.place.date_id, cell.day, cell.places)
    for cell in club.free_drinks:
        draft.truth[cell.listing] = None


def _product(draft: WorldDraft, product: PlannedProduct) -> ProductSpec:
    text = flat_text(product.slots) if product.flat else nested_text(product.slots)
    draft.oddities.setdefault("flat" if product.flat else "nested", f"wc:{product.id}")
    return ProductSpec(
        id=product.id,
        name=product.name,
        meta=bookings_meta(text, draft.meta_keys),
        price="8.00" if product.name.startswith(names.FREE_DRINK) else "14.11",
        past_total_sales=draft.rng.randint(0, 900),
        saved_since=product.flat,
    )


def _offered_on_site(draft: WorldDraft, cell: PlannedCell) -> int:
    """What remains on sale at the club's own shop once all orders of the world are placed."""
    free = cell.performance.free
    roll = draft.rng.random()
    if roll < 0.85:
        return free
    if roll < 0.93:
        return min(SEATS - cell.places, free + draft.rng.randint(1, 5))
    return free * 2 // 3


def _closed_and_unlimited(draft: WorldDraft, club: ClubProgramme) -> None:
    """Staff set some dates to 0 although seats are left, and left others without a number."""
    for label, stock, oddity in ((_CLOSED_LABEL, "0", "closed_by_staff"), (_UNLIMITED_LABEL, "", "unlimited")):
        coming = [cell for cell in club.cells if cell.shelf.slot.label == label and cell.day > draft.today]
        for cell in coming[1:4]:
            cell.place.stock = stock
            draft.oddities[oddity] = cell.listing


def _every_life(draft: WorldDraft, club: ClubProgramme) -> None:
    """Each way in which an order can have lived, twice, on coming dates with seats to spare."""
    coming = [
        cell
        for cell in club.cells
        if cell.day > draft.today and str(cell.place.stock).isdigit() and int(str(cell.place.stock)) - cell.places > 8
    ]
    for n, life in enumerate(life for life in Life for _ in range(2)):
        cell = coming[n * 5 % len(coming)]
        product_id, slot_id, date_id = cell.shelf.product.id, cell.shelf.slot.id, cell.place.date_id
        draft.order(product_id, slot_id, date_id, cell.day, 2, life)
        draft.oddities[f"order_{life}"] = cell.listing


def _parent(draft: WorldDraft, series: Series, first: Happening) -> EventSpec:
    draft.truth[f"eb:{series.id}:{series.class_id}"] = None
    draft.oddities.setdefault("series_parent", f"eb:{series.id}")
    return EventSpec(
        id=series.id,
        name=series.name,
        starts_at=first.performance.starts_at,
        zone=draft.zone,
        classes=(TicketClassSpec(series.class_id, names.GENERAL, SEATS, 0),),
        capacity=SEATS,
        is_series_parent=True,
    )


def _event(draft: WorldDraft, happening: Happening) -> EventSpec:
    performance = happening.performance
    roll = draft.rng.random()
    total = SEATS - performance.sold_on_site
    if roll > 0.75:
        total = SEATS if roll < 0.95 else draft.rng.choice((31, 35, 36, 40, 42, 45, 50))
    total = max(1, total, happening.sold)
    classes, own_limit = _mixer_classes(draft, happening) if happening.mixer else _classes(draft, happening, total)
    for each in classes:
        seat = each.category == "admission" and not each.donation
        draft.truth[f"eb:{happening.id}:{each.id}"] = performance.show if seat else None
    return EventSpec(
        id=happening.id,
        name=happening.name,
        starts_at=performance.starts_at,
        zone=draft.zone,
        classes=classes,
        capacity=total if own_limit else None,
        capacity_is_custom=own_limit,
        series_id=happening.series.id if happening.series else None,
    )


def _classes(draft: WorldDraft, happening: Happening, total: int) -> tuple[tuple[TicketClassSpec, ...], bool]:
    """One, two or three classes, as often as the club has them; and whether the event limits them together."""
    rng, parent = draft.rng, happening.series.class_id if happening.series else None
    general = names.GENERAL if rng.random() < 0.93 else names.GENERAL_LOWER
    roll = rng.random()
    if roll > 0.25:
        return (TicketClassSpec(draft.ids.ticket_class(), general, total, happening.sold, parent_id=parent),), False
    comp = TicketClassSpec(
        draft.ids.ticket_class(), names.DOOR_COMP, 6, 0, price_minor=0, hidden=True, parent_id=parent
    )
    early_sold = min(happening.sold, rng.randint(0, 15))
    early = TicketClassSpec(draft.ids.ticket_class(), names.EARLY_BIRD, 15, early_sold, 1200, parent_id=parent)
    rest = TicketClassSpec(
        draft.ids.ticket_class(), general, max(1, total, happening.sold), happening.sold - early_sold, parent_id=parent
    )
    if roll < 0.085:
        return (early, rest, comp), True
    whole = TicketClassSpec(draft.ids.ticket_class(), general, total, happening.sold, parent_id=parent)
    kind = rng.random()
    if kind < 0.5:
        return (early, rest), True
    if kind < 0.8:
        return (whole, comp), True
    if kind < 0.9:
        gift = TicketClassSpec(
            draft.ids.ticket_class(), names.DONATION, None, rng.randint(0, 3), category="donation", donation=True
        )
        return (whole, gift), False
    poster = TicketClassSpec(draft.ids.ticket_class(), names.ADD_ON, 30, rng.randint(0, 6), 1000, category="add_on")
    return (whole, poster), False


def _mixer_classes(draft: WorldDraft, happening: Happening) -> tuple[tuple[TicketClassSpec, ...], bool]:
    parent = happening.series.class_id if happening.series else None
    first = min(20, happening.sold // 2)
    both = happening.sold - first
    return (
        TicketClassSpec(draft.ids.ticket_class(), names.MIXER_CLASSES[0], 20, first, 2000, parent_id=parent),
        TicketClassSpec(draft.ids.ticket_class(), names.MIXER_CLASSES[1], 35, both, 3200, parent_id=parent),
    ), False
