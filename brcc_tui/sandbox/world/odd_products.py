"""One product for every oddity that was seen in real shops; `World.oddities` says which is which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from brcc_tui.sandbox.world import names
from brcc_tui.sandbox.world.booking import (
    UNSET,
    BookingStock,
    PlannedDate,
    Slot,
    compact,
    date_text,
    flat_text,
    nested_slot,
    nested_text,
    slot_head,
    twelve_hour_time,
)
from brcc_tui.sandbox.world.draft import WorldDraft
from brcc_tui.sandbox.world.meta import BOOKING_KEY, bookings_meta, dated_meta, php_list
from brcc_tui.sandbox.world.types import Life, ProductSpec, VariationSpec

TextOf = Callable[[list[Slot]], str]


def add_odd_products(draft: WorldDraft) -> None:
    """All of them, each at an hour of its own, so that no show of the club gains a listing by it."""
    hours = iter(dt.time(12 + n // 6, n % 6 * 10 + 5) for n in range(36))
    _broken_texts(draft, hours.__next__)
    _odd_slots(draft, hours.__next__)
    _odd_states(draft, hours.__next__)
    _dated(draft, hours.__next__)
    _variable(draft, hours.__next__)


def _broken_texts(draft: WorldDraft, hour: Callable[[], dt.time]) -> None:
    """Booking options that nobody can read, or that hold nothing."""
    slot = _slot(draft, names.QUOTED_LABEL, hour(), (6, 13))
    broken = nested_text([slot]).replace('\\"', '"')
    for oddity, text in (("invalid_json", broken), ("empty_list", "[]"), ("empty_text", "")):
        _add(draft, oddity, bookings_meta(text, draft.meta_keys))
    _add(draft, "no_text", tuple(row for row in bookings_meta("", draft.meta_keys) if row[0] != BOOKING_KEY))


def _odd_slots(draft: WorldDraft, hour: Callable[[], dt.time]) -> None:
    """Readable booking options with something strange inside."""
    good = _slot(draft, "Early Show", time := hour(), (4, 11))
    text = compact({draft.ids.letters(): "lost", good.id: nested_slot(good)})
    _list(draft, _add(draft, "slot_not_an_object", bookings_meta(text, draft.meta_keys)), good, time)

    good = _slot(draft, "Lights Off", time := hour(), (5, 12))
    ghost = {"add_date": {draft.ids.letters(): {"stock": 1}}}
    body = nested_slot(good)
    body["add_date"] = {**_dates(body), draft.ids.letters(): {"stock": 2}}
    text = compact({good.id: body, draft.ids.letters(): ghost})
    _list(draft, _add(draft, "ghost_slot", bookings_meta(text, draft.meta_keys)), good, time)

    for oddity, label in (("label_with_quotes", names.QUOTED_LABEL), ("label_with_markup", names.ODD_LABEL)):
        _bookings(draft, oddity, flat_text, _slot(draft, label, time := hour(), (7, 14, 21)), time)

    _two_stocks(draft, hour())

    time = hour()
    slot = _slot(draft, "Matinee", time, (3, 10, 17, 24))
    for place, stock in zip(slot.places, (UNSET, None, -1, "12"), strict=True):
        place.stock = stock
    _bookings(draft, "odd_stocks", nested_text, slot, time)

    time = hour()
    slot = _slot(draft, "Pop-up", time, (8,))
    product_id = _bookings_id(draft, "unreadable_date", slot, time)
    for text in ("to be announced", "31/02/2027", "Sometime, 2026"):
        slot.places.append(PlannedDate(draft.ids.letters(), text, "30"))
    _add(draft, "unreadable_date", bookings_meta(nested_text([slot]), draft.meta_keys), product_id)

    slot = _slot(draft, "June", dt.time(0), (200, 207))
    slot.clock, slot.timed = ("00", "00", ""), False
    _add(draft, "no_time", bookings_meta(nested_text([slot]), draft.meta_keys))


def _two_stocks(draft: WorldDraft, time: dt.time) -> None:
    """Both layouts at once. FooEvents takes the later key, so the first date is at 9, not 40, and where
    the flat dates come first they are lost to the nested ones.
    """
    slot = _slot(draft, "Duo 1", time, (9, 16), "40")
    first, second = slot.places
    body = nested_slot(slot)
    body |= {f"{first.date_id}_add_date": first.text, f"{first.date_id}_stock": "9"}
    body |= {f"{second.date_id}_add_date": second.text, f"{second.date_id}_stock": "40"}
    late = dt.time(time.hour + 10, time.minute)
    lost = _slot(draft, "Duo 2", late, (9, 16), "25")
    gone = lost.places.pop(0)
    other = slot_head(lost, nested=True)
    other |= {f"{gone.date_id}_add_date": gone.text, f"{gone.date_id}_stock": "25"}
    other["add_date"] = _dates(nested_slot(lost))
    text = compact({slot.id: body, lost.id: other})
    product_id = _add(draft, "two_stocks", bookings_meta(text, draft.meta_keys))
    _list(draft, product_id, slot, time)
    _list(draft, product_id, lost, late)
    draft.oddities["two_stocks"] = f"wc:{product_id}:{slot.id}:{first.date_id}"
    draft.oddities["date_lost_in_mixed_text"] = f"wc:{product_id}:{lost.id}:{gone.date_id}"


def _odd_states(draft: WorldDraft, hour: Callable[[], dt.time]) -> None:
    """Ordinary booking options of products in an extraordinary state."""
    time = hour()
    slot = _slot(draft, "Members", time, (6, 13, 20))
    product_id = _bookings(draft, "hybrid", nested_text, slot, time, manage_stock=True, stock=60)
    for place, life in zip(slot.places, (Life.COMPLETED, Life.ON_HOLD, Life.PROCESSING), strict=True):
        draft.order(product_id, slot.id, place.date_id, draft.today, 2, life)

    time = hour()
    slot = _slot(draft, "Told Once", time, (5, 19))
    product_id = _bookings_id(draft, "two_meta_rows", slot, time)
    meta = bookings_meta(nested_text([slot]), draft.meta_keys)
    slot.places[0].stock = "1"
    _add(draft, "two_meta_rows", (*meta, (BOOKING_KEY, nested_text([slot]))), product_id)

    for oddity, label, days in (
        ("one_cell", "8pm Reunion", (37,)),
        ("open_in_editor", "New Faces", (2, 9, 16, 23)),
        ("draft", "Festival Opening", (120, 121)),
    ):
        slot = _slot(draft, label, time := hour(), days)
        _bookings(
            draft, oddity, nested_text, slot, time,
            status="draft" if oddity == "draft" else "publish", open_in_editor=oddity == "open_in_editor",
        )  # fmt: skip


def _dated(draft: WorldDraft, hour: Callable[[], dt.time]) -> None:
    """Events with a date of their own, of every type."""
    for ahead, oddity, kind, stock in (
        (18, "single_unmanaged", "single", None),
        (22, "sequential", "sequential", 16),
        (25, "select", "select", 12),
        (28, "null_text", "sequential", 14),
        (35, "seating", "seating", 48),
        (36, "no_type", None, 40),
        (41, "stale_booking_text", "single", 33),
    ):
        day = draft.day(ahead)
        starts_at = draft.at(day, hour())
        meta = dated_meta(starts_at, kind, draft.meta_keys)
        if kind == "sequential":
            meta = (*meta, ("WooCommerceEventsNumDays", "3"))
        elif kind == "select":
            texts = (date_text(day), date_text(day + dt.timedelta(days=3)))
            meta = (*meta, ("WooCommerceEventsSelectDate", php_list(texts)))
        elif kind == "seating":
            rows = compact({f"{row}_row_name": row.upper() for row in ("a", "b", "c")})
            meta = (*meta, ("fooevents_seating_options_serialized", rows))
        if oddity == "null_text":
            meta = (*meta, (BOOKING_KEY, "null"))
        elif oddity == "stale_booking_text":
            old = [_slot(draft, label, starts_at.time(), (-40, -33)) for label in ("8pm Show", "10pm Show")]
            meta = (*meta, (BOOKING_KEY, nested_text(old)))
        product_id = _add(draft, oddity, meta, manage_stock=stock is not None, stock=stock)
        draft.truth[f"wc:{product_id}"] = draft.performance(day, starts_at.time()).show
        draft.order(product_id, "", "", day, 2, Life.COMPLETED)


def _variable(draft: WorldDraft, hour: Callable[[], dt.time]) -> None:
    """Variable products: stock in the variations, or in the product with one variation that shares it."""
    for oddity, shared in (("variable", False), ("variable_parent_stock", True)):
        starts_at = draft.at(draft.day(30), hour())
        show = draft.performance(draft.day(30), starts_at.time()).show
        product_id = draft.ids.product()
        variations = (
            VariationSpec(draft.ids.product(), "With dinner", "61.00", True, 12),
            VariationSpec(
                draft.ids.product(), "Show only", "18.00", "parent" if shared else True, None if shared else 20
            ),
            VariationSpec(draft.ids.product(), "At the bar", "15.00", False, None),
        )
        _add(
            draft, oddity, dated_meta(starts_at, "single", draft.meta_keys), product_id,
            kind="variable", variations=variations, manage_stock=shared, stock=30 if shared else None,
        )  # fmt: skip
        if shared:
            draft.truth[f"wc:{product_id}"] = show
        for variation in variations:
            draft.truth[f"wc:{product_id}:v{variation.id}"] = show
        draft.order(product_id, "", "", draft.today, 2, Life.COMPLETED, variations[0].id)


def _slot(draft: WorldDraft, label: str, time: dt.time, days: tuple[int, ...], stock: BookingStock = "30") -> Slot:
    places = [PlannedDate(draft.ids.letters(), date_text(draft.day(ahead)), stock) for ahead in days]
    return Slot(draft.ids.letters(), label, twelve_hour_time(time), places=places)


def _dates(body: dict[str, object]) -> dict[str, object]:
    dates = body["add_date"]
    return dates if isinstance(dates, dict) else {}


def _bookings_id(draft: WorldDraft, oddity: str, slot: Slot, time: dt.time) -> int:
    product_id = draft.ids.product()
    _list(draft, product_id, slot, time)
    draft.oddities[oddity] = f"wc:{product_id}"
    return product_id


def _bookings(
    draft: WorldDraft, oddity: str, text_of: TextOf, slot: Slot, time: dt.time,
    *, status: str = "publish", manage_stock: bool = False, stock: int | None = None, open_in_editor: bool = False,
) -> int:  # fmt: skip
    product_id = _bookings_id(draft, oddity, slot, time)
    return _add(
        draft, oddity, bookings_meta(text_of([slot]), draft.meta_keys), product_id,
        status=status, manage_stock=manage_stock, stock=stock, open_in_editor=open_in_editor,
    )  # fmt: skip


def _list(draft: WorldDraft, product_id: int, slot: Slot, time: dt.time) -> None:
    """Note the truth of each date of the slot."""
    days = {date_text(day): day for day in (draft.day(ahead) for ahead in range(-60, 400))}
    for place in slot.places:
        draft.truth[f"wc:{product_id}:{slot.id}:{place.date_id}"] = draft.performance(days[place.text], time).show


def _add(
    draft: WorldDraft, oddity: str, meta: tuple[tuple[str, str], ...], product_id: int | None = None,
    *, status: str = "publish", kind: str = "simple", manage_stock: bool = False, stock: int | None = None,
    variations: tuple[VariationSpec, ...] = (), open_in_editor: bool = False,
) -> int:  # fmt: skip
    product_id = product_id or draft.ids.product()
    draft.oddities[oddity] = f"wc:{product_id}"
    draft.products.append(
        ProductSpec(
            product_id, names.ODD_PRODUCTS[oddity], meta, status, kind, "18.58", manage_stock, stock, variations,
            open_in_editor=open_in_editor,
        )
    )  # fmt: skip
    return product_id
