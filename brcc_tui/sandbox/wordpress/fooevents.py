"""How FooEvents Bookings reads and writes a product's booking text (versions 1.5.23 to 1.7.2).

Slots and dates are read by replaying the stored keys in order; every change of stock writes the whole
text anew, nested, with numbers that it touched as whole numbers, and without protecting backslashes.
"""

from __future__ import annotations

from dataclasses import dataclass

from brcc_tui.sandbox.wordpress import php

TEXT_KEY = "fooevents_bookings_options_serialized"
"""The product meta that holds the booking text."""

Options = dict[str, dict[str, object]]


def _as_array(value: object) -> dict[str, object]:
    """What PHP's foreach walks over: a list counts from 0, anything else is nothing."""
    if isinstance(value, dict):
        return value
    return {str(index): item for index, item in enumerate(value)} if isinstance(value, list) else {}


def read_options(text: str | None) -> Options:
    """`process_booking_options`: slots by id with their dates nested; of two spellings the later key wins."""
    options: Options = {}
    for slot_id, stored in _as_array(php.json_decode(text or "")).items():
        if isinstance(stored, dict | list):
            options[slot_id] = _read_slot(_as_array(stored))
    return options


def _read_slot(stored: dict[str, object]) -> dict[str, object]:
    slot: dict[str, object] = {}
    for key, value in stored.items():
        leaf = next((leaf for leaf in ("add_date", "zoom_id", "stock") if f"_{leaf}" in key), None)
        if leaf:
            date = _date(slot, key.split("_")[0])
            date["date" if leaf == "add_date" else leaf] = value
            continue
        slot[key] = _copied_dates(value) if key == "add_date" else value
        if key == "add_time" and value == "enabled":
            _format_time(slot)
    return slot


def _format_time(slot: dict[str, object]) -> None:
    """What FooEvents does at the key `add_time`: of hour, minute and period only what came before it is seen."""
    if "hour" in slot and "minute" in slot:
        period = f" {slot['period']}" if slot.get("period") else ""
        slot["formatted_time"] = f"({slot['hour']}:{slot['minute']}{period})"


def _copied_dates(value: object) -> object:
    dates = _as_array(value)
    return {key: dict(date) if isinstance(date, dict) else date for key, date in dates.items()}


def _date(slot: dict[str, object], date_id: str) -> dict[str, object]:
    """The nested date of that id, made if missing (as PHP's array assignment makes it)."""
    dates = slot.setdefault("add_date", {})
    if not isinstance(dates, dict):
        dates = slot["add_date"] = {}
    date = dates.setdefault(date_id, {})
    if not isinstance(date, dict):
        date = dates[date_id] = {}
    return date


def rewritten_text(options: Options) -> str:
    """The text as every change of stock leaves it: a quote or backslash in a label makes it invalid JSON."""
    return php.unslash(php.json_encode(options, unescaped_unicode=True))


def _find(options: Options, slot_id: str, date_id: str) -> dict[str, object] | None:
    date = _as_array(options.get(slot_id, {}).get("add_date")).get(date_id)
    return date if isinstance(date, dict) else None


def available(text: str | None, slot_id: str, date_id: str) -> int | None:
    """Places that a buyer may take: None without limit, 0 also when the slot or date is gone."""
    date = _find(read_options(text), slot_id, date_id)
    if date is None:
        return 0
    stock = date.get("stock")
    return None if stock is None or stock == "" else max(0, php.intval(stock))


def take_place(options: Options, slot_id: str, date_id: str) -> None:
    """One place fewer; an unlimited date and one that is at 0 stay as they are."""
    date = _find(options, slot_id, date_id)
    if date is not None and date.get("stock") not in (None, "", "0", 0, False):
        date["stock"] = php.intval(date["stock"]) - 1


def give_back(options: Options, slot_id: str, date_id: str) -> None:
    """One place more; a date without a number becomes 1, and a slot or date that is gone comes back as a ghost."""
    slot = options.setdefault(slot_id, {})
    date = _date(slot, date_id)
    if date.get("stock") != "":
        date["stock"] = php.intval(date.get("stock")) + 1


_FORM_KEYS = ("label", "hour", "minute", "period", "zoom_id", "add_time")


def form_text(options: Options) -> str:
    """The text as the product form's script builds it from its fields: flat, every value a string."""
    flat: dict[str, dict[str, object]] = {}
    for slot_id, slot in options.items():
        fields: dict[str, object] = {key: str(slot[key]) for key in _FORM_KEYS if slot.get(key) is not None}
        for date_id, date in _as_array(slot.get("add_date")).items():
            leaves = _as_array(date)
            fields[f"{date_id}_add_date"] = str(leaves.get("date") or "")
            stock = leaves.get("stock")
            fields[f"{date_id}_stock"] = "" if stock is None else str(stock)
            if "zoom_id" in leaves:
                fields[f"{date_id}_zoom_id"] = str(leaves["zoom_id"] or "")
        flat[slot_id] = fields
    return php.json_encode(flat)


def reposted_text(text: str) -> str:
    """The text as an Update of the product page stores it when nobody touched the slots: the shape stays."""
    return php.json_encode(php.json_decode(text))


@dataclass(frozen=True, slots=True)
class TicketTexts:
    """What a ticket freezes of its slot and date at the moment it is made; empty where they are gone."""

    label: str = ""
    slot: str = ""
    date: str = ""
    hour: str = ""
    minute: str = ""
    period: str = ""


def cell_texts(options: Options, slot_id: str, date_id: str) -> TicketTexts:
    """The texts of one slot and date."""
    slot = options.get(slot_id, {})
    label = str(slot.get("label") or "")
    time = str(slot.get("formatted_time") or "") if slot.get("add_time") == "enabled" else ""
    date = _find(options, slot_id, date_id) or {}
    return TicketTexts(
        label,
        f"{label} {time}".strip(),
        str(date.get("date") or ""),
        *(str(slot.get(key) or "") for key in ("hour", "minute", "period")),
    )
