"""The other meta keys of a FooEvents product: what a reader must carry along and never needs."""

from __future__ import annotations

import datetime as dt
import hashlib

from brcc_tui.sandbox.world.booking import date_text, twelve_hour_time

BOOKING_KEY = "fooevents_bookings_options_serialized"
MetaRows = tuple[tuple[str, str], ...]

_USUAL = (
    ("WooCommerceEventsLocation", "Backroom Comedy Club, the room behind the bar"),
    ("WooCommerceEventsTicketLogo", ""),
    ("WooCommerceEventsTicketHeaderImage", ""),
    ("WooCommerceEventsSupportContact", ""),
    ("WooCommerceEventsGPS", ""),
    ("WooCommerceEventsDirections", ""),
    ("WooCommerceEventsEmail", "hello@practice.invalid"),
    ("WooCommerceEventsTicketBackgroundColor", "#55AF71"),
    ("WooCommerceEventsTicketText", "Doors 30 minutes before. Two drinks&rsquo; worth of patience."),
    ("WooCommerceEventsThankYouText", ""),
    ("WooCommerceEventsEmailSubjectSingle", "Your tickets for the Backroom&rsquo;s {OrderNumber}"),
    ("WooCommerceEventsCaptureAttendeeDetails", "off"),
    ("WooCommerceEventsSendEmailTickets", "on"),
    ("WooCommerceEventsTicketTheme", "default_ticket_theme"),
)


def filler(count: int) -> MetaRows:
    """So many rows that say nothing of seats: the usual ones, then cached embeds as WordPress leaves them."""
    more = max(0, count - len(_USUAL))
    embeds = ((f"_oembed_{hashlib.sha256(str(n).encode()).hexdigest()[:32]}", "{{unknown}}") for n in range(more))
    return (*_USUAL[:count], *embeds)


def bookings_meta(text: str, meta_keys: int) -> MetaRows:
    """Meta of a bookings product with these booking options."""
    own = (
        ("WooCommerceEventsEvent", "Event"),
        ("WooCommerceEventsType", "bookings"),
        ("WooCommerceEventsBookingsMethod", "slotdate"),
        ("WooCommerceEventsDateMySQLFormat", "1970-01-01 00:00:00"),
        ("WooCommerceEventsDateTimestamp", "0"),
        (BOOKING_KEY, text),
    )
    return (*own, *filler(meta_keys - len(own)))


def dated_meta(starts_at: dt.datetime, kind: str | None, meta_keys: int) -> MetaRows:
    """Meta of an event with a date of its own. `kind` None: a product from before there were types."""
    hour, minute, period = twelve_hour_time(starts_at.time())
    stamp = str(int(starts_at.timestamp()))
    own = (
        ("WooCommerceEventsEvent", "Event"),
        *((("WooCommerceEventsType", kind),) if kind is not None else ()),
        ("WooCommerceEventsDate", date_text(starts_at.date())),
        ("WooCommerceEventsDateMySQLFormat", f"{starts_at:%Y-%m-%d %H:%M:%S}"),
        ("WooCommerceEventsDateTimestamp", stamp),
        ("WooCommerceEventsDateTimeTimestamp", stamp),
        ("WooCommerceEventsHour", hour),
        ("WooCommerceEventsMinutes", minute),
        ("WooCommerceEventsPeriod", period),
        ("WooCommerceEventsTimeZone", str(starts_at.tzinfo)),
    )
    return (*own, *filler(meta_keys - len(own)))


def php_list(texts: tuple[str, ...]) -> str:
    """A PHP-serialized list of texts."""
    items = "".join(f'i:{n};s:{len(text.encode())}:"{text}";' for n, text in enumerate(texts))
    return f"a:{len(texts)}:{{{items}}}"
