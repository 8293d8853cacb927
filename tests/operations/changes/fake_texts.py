"""FooEvents' booking text, read and written the plain way."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from types import MappingProxyType

from brcc_tui.model.counts import CellKey


def encode(slots: object) -> str:
    return json.dumps(slots, ensure_ascii=False, separators=(",", ":"))


def nested(text: str) -> dict[str, dict[str, object]]:
    """`process_booking_options`: keys replayed in stored order into the nested shape."""
    slots: dict[str, dict[str, object]] = {}
    for slot, keys in json.loads(text).items():
        made: dict[str, object] = {}
        for key, value in keys.items():
            date, found, kind = key.partition("_")
            if found and kind in ("add_date", "stock", "zoom_id"):
                dates = made.setdefault("add_date", {})
                assert isinstance(dates, dict)
                dates.setdefault(date, {})["date" if kind == "add_date" else kind] = value
            else:
                made[key] = value
        slots[slot] = made
    return slots


@functools.lru_cache(maxsize=64)
def cells_of(text: str) -> Mapping[CellKey, object]:
    """Every cell's stock, as FooEvents reads it."""
    found: dict[CellKey, object] = {}
    for slot, keys in nested(text).items():
        dates = keys.get("add_date", {})
        assert isinstance(dates, dict)
        for date, cell in dates.items():
            stock = cell.get("stock")
            found[slot, date] = int(stock) if stock not in ("", None) else stock
    return MappingProxyType(found)


def stock_of(text: str, cell: CellKey) -> object:
    return cells_of(text).get(cell)


def with_stock(text: str, cell: CellKey, stock: object) -> str:
    """The text with one stock changed, as FooEvents stores it: wholly nested."""
    slots = nested(text)
    slots[cell[0]]["add_date"][cell[1]]["stock"] = stock  # type: ignore[index]
    return encode(slots)


def moved(text: str, cell: CellKey, by: int) -> str:
    """One ticket taken or given back. Unlimited stays; a sale leaves 0 alone; every write is nested."""
    stock = stock_of(text, cell)
    if not isinstance(stock, int) or (by < 0 and stock == 0):
        return encode(nested(text))
    return with_stock(text, cell, stock + by)
