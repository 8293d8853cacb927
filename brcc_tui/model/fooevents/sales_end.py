"""When FooEvents itself stops selling, before the show begins.

Both rules were read in the plugins' sources. Their times are the site's wall clock, whatever zone the event names:
FooEvents compares them with WordPress's `current_time`. A slot without a stored time counts from midnight.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from brcc_tui.model.catalogue import Product
from brcc_tui.model.dates import UnreadableDate, read_date, stored_minutes
from brcc_tui.model.fooevents.booking_text import Cell

_EPOCH: Final = dt.datetime(1970, 1, 1)
_UNITS: Final = {
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}
_MONTHS: Final = {"month": 1, "year": 12}


def event_sales_end(product: Product, date_format: str) -> dt.datetime | None:
    """Until when (site's wall clock, naive) the event's tickets are sold; None where it sets no end.

    `WooCommerceEventsExpireTimestamp` is the text beside it read by PHP's strtotime, as if the wall clock were UTC.
    """
    stamp = product.text("WooCommerceEventsExpireTimestamp").strip()
    if stamp.isascii() and stamp.isdecimal() and len(stamp) <= 11 and int(stamp) > 0:
        return _EPOCH + dt.timedelta(seconds=int(stamp))  # Windows' own calendar ends with the year 3000
    day = read_date(product.text("WooCommerceEventsExpire"), date_format)
    return None if isinstance(day, UnreadableDate) else dt.datetime.combine(day, dt.time())


def cell_sales_end(product: Product, cell: Cell, date_format: str) -> dt.datetime | None:
    """Until when (site's wall clock, naive) this date can be booked; None where passed dates do not expire.

    A date that cannot be read is none that we could say this of.
    """
    if product.text("WooCommerceEventsBookingsExpirePassedDate") != "yes":
        return None
    day = read_date(cell.date_text, date_format)
    if isinstance(day, UnreadableDate):
        return None
    starts = dt.datetime.combine(day, dt.time())
    starts += dt.timedelta(minutes=stored_minutes(cell.hour, cell.minute, cell.period) or 0)
    value = product.text("WooCommerceEventsBookingsExpireValue").strip()
    unit = product.text("WooCommerceEventsBookingsExpireUnit").strip().lower().removesuffix("s")
    if not (value.isascii() and value.isdecimal() and len(value) <= 4):
        return starts
    if unit in _UNITS:
        return starts - int(value) * _UNITS[unit]
    return _months_before(starts, int(value) * _MONTHS[unit]) if unit in _MONTHS else starts


def _months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """As PHP counts: a day that the earlier month lacks runs over into the next one."""
    month = moment.year * 12 + moment.month - 1 - months
    first = moment.replace(year=month // 12, month=month % 12 + 1, day=1)
    return first + dt.timedelta(days=moment.day - 1)
