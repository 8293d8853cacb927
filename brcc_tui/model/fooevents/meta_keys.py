"""The meta keys that say what a product is, when its show begins and ends, and until when FooEvents sells it.

A product has some 180 keys in all.
"""

from __future__ import annotations

from typing import Final

from brcc_tui.model.fooevents.booking_text import META_KEY

EVENT_KEY: Final = "WooCommerceEventsEvent"
IS_EVENT: Final = "Event"
"""The key that marks an event, and its value. A product with any other is none: FooEvents leaves it alone."""

META_KEYS: Final = (
    META_KEY,
    EVENT_KEY,
    "WooCommerceEventsType",
    "WooCommerceEventsBookingsMethod",
    "WooCommerceEventsDate",
    "WooCommerceEventsDateMySQLFormat",
    "WooCommerceEventsDateTimestamp",
    "WooCommerceEventsSelectDate",
    "WooCommerceEventsSelectDateHour",
    "WooCommerceEventsSelectDateMinutes",
    "WooCommerceEventsSelectDatePeriod",
    "WooCommerceEventsSelectGlobalTime",
    "WooCommerceEventsHour",
    "WooCommerceEventsMinutes",
    "WooCommerceEventsPeriod",
    "WooCommerceEventsTimeZone",
    "WooCommerceEventsEndDate",
    "WooCommerceEventsEndDateMySQLFormat",
    "WooCommerceEventsEndDateTimestamp",
    "WooCommerceEventsNumDays",
    "WooCommerceEventsHourEnd",
    "WooCommerceEventsMinutesEnd",
    "WooCommerceEventsEndPeriod",
    "WooCommerceEventsExpireTimestamp",
    "WooCommerceEventsBookingsExpirePassedDate",
    "WooCommerceEventsBookingsExpireValue",
    "WooCommerceEventsBookingsExpireUnit",
)
"""In the order in which they are asked for. What the shop is asked for by HTTP and what is read from its database
are the same."""
