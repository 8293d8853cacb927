"""When a single or multi-day event begins, from its own meta."""

from __future__ import annotations

import datetime as dt

from brcc_tui.model.catalogue import Product
from brcc_tui.model.dates import Start, UnreadableDate, read_clock, read_date, read_start


def event_start(product: Product, date_format: str, zone: dt.tzinfo | None) -> Start:
    """The event's first day at its own hour.

    The date's text is what people see; the machine-readable copy beside it (1970-01-01 when unset) decides
    where the text can mean two days. `WooCommerceEventsHour` counts 24 hours, unless a period follows.
    """
    date = read_date(_date_text(product), date_format)
    if isinstance(date, UnreadableDate):
        copy = read_date(product.text("WooCommerceEventsDateMySQLFormat")[:10], "Y-m-d")
        date = date if isinstance(copy, UnreadableDate) else copy
    hour, minute, period = (product.text(f"WooCommerceEvents{part}") for part in ("Hour", "Minutes", "Period"))
    return read_start(date, read_clock(hour, minute, period, product.name), zone)


def _date_text(product: Product) -> str:
    """The event's date; of days chosen one by one (type select), the first."""
    if text := product.text("WooCommerceEventsDate"):
        return text
    for row in product.rows("WooCommerceEventsSelectDate"):
        days = list(row.value.values()) if isinstance(row.value, dict) else row.value
        if isinstance(days, list) and days and isinstance(days[0], str):
            return days[0]
    return ""
