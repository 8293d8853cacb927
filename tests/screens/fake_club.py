"""A small club as the screens see it: listings, entries of the journal, and its health."""

from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, capacity_from
from brcc_tui.model.reading import Reading, Source
from brcc_tui.operations.changes.recover import Recoverable
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.operations.diagnostics.health import HealthReport
from brcc_tui.store.journal_entries import Entry, JournalEvent

ZONE = ZoneInfo("America/Toronto")
NOW = dt.datetime(2026, 11, 27, 19, 4, tzinfo=ZONE)
READ_AT = NOW - dt.timedelta(hours=2, minutes=10)


def eb(
    event: int,
    title: str,
    start: dt.datetime,
    capacity: Quantity,
    sold: Quantity,
    *,
    ticket: str = "General Admission",
    series: str = "900",
    status: Status = Status.ON_SALE,
    flags: frozenset[Flag] = frozenset(),
    held: Quantity = 0,
) -> Listing:
    """An Eventbrite ticket class."""
    remaining = capacity if not isinstance(capacity, int) or not isinstance(sold, int) else capacity - sold
    if isinstance(sold, Unknown):
        remaining = sold
    return Listing(
        id=f"eb:{event}:{event}1",
        platform=Platform.EVENTBRITE,
        title=title,
        slot=ticket,
        starts_at=start,
        stock_method=StockMethod.TICKET_CLASS_CAPACITY,
        status=status,
        reading=Reading(capacity, sold, held, remaining, READ_AT, Source.CACHE),
        group=f"eb:{series}",
        date=start.date(),
        price="15.00",
        currency="CAD",
        url=f"https://www.eventbrite.ca/e/{event}",
        flags=flags,
    )


def wc(
    product: int,
    title: str,
    slot: str,
    start: dt.datetime | None,
    remaining: Quantity,
    sold: Quantity,
    held: Quantity = 0,
    *,
    date_id: str = "",
    flags: frozenset[Flag] = frozenset(),
    reason: str | None = None,
    status: Status = Status.ON_SALE,
) -> Listing:
    """A FooEvents booking cell."""
    slot_id = "".join(char for char in slot.lower() if char.isalpha())[:20] or "slot"
    date = start.date() if start else None
    return Listing(
        id=f"wc:{product}:{slot_id}:{date_id or (f'{date:%b%d}'.lower() if date else 'nodate')}",
        platform=Platform.WOOCOMMERCE,
        title=title,
        slot=slot,
        starts_at=start,
        stock_method=StockMethod.READ_ONLY if reason else StockMethod.BOOKING_STOCK,
        status=status,
        reading=Reading(capacity_from(remaining, sold, held), sold, held, remaining, READ_AT, Source.CACHE),
        group=f"wc:{product}:{slot_id}",
        date=date,
        price="14.11",
        currency="CAD",
        url=f"https://club.example/product/{product}",
        read_only_reason=reason,
        flags=flags,
    )


def at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    """So many days after tonight."""
    return (NOW + dt.timedelta(days=days)).replace(hour=hour, minute=minute)


def club_listings() -> list[Listing]:
    """A fortnight of shows with the oddities that a club has."""
    lost = Unknown("database: connection refused")
    found = [
        eb(101, "Friday Night at the Backroom", at(0, 20), 31, 24, series="fri"),
        wc(4061, "Friday Night", "8pm Show", at(0, 20), 7, 22, 2),
        eb(102, "Late Laughs", at(0, 22), 28, 10, series="late"),
        wc(4061, "Friday Night", "10pm Late Laughs", at(0, 22), 18, 9, 0),
        eb(103, "Saturday Night at the Backroom", at(1, 20), 30, 30, series="sat", status=Status.SOLD_OUT),
        wc(4062, "Saturday Night", "8pm Show", at(1, 20), 0, 25, 0, flags=frozenset({Flag.AT_ZERO}),
           status=Status.SOLD_OUT),
        eb(104, "Late Laughs", at(1, 22), 43, 20, series="late"),
        wc(4062, "Saturday Night", "10pm Late Laughs", at(1, 22), 12, lost, lost),
        eb(105, "Industry Night 🎤", at(2, 22), 55, 3, series="ind"),
        wc(4156, "Monday Night", "Monday 8pm - Overalls Comedy w/ Vanessa [VIP] Prevost", at(3, 20), 42, 12, 1),
        eb(106, "Monday Night: Overalls Comedy", at(3, 20), 0, 0, series="mon", status=Status.CLOSED),
        eb(107, "Stef Dag @ Backroom | Limited Run", at(7, 20), 55, 54, series="stef"),
        wc(4300, "Stef Dag – Limited Run", "8pm Show", at(7, 20), 4, 0, 0),
        wc(11192, "Free Drink", "8pm Show", at(0, 20), UNLIMITED, 3, 0, flags=frozenset({Flag.NOT_A_SEAT})),
    ]  # fmt: skip
    for week in range(1, 4):
        found += [
            eb(200 + week, "Friday Night at the Backroom", at(7 * week, 20), 28, 4 * week, series="fri"),
            wc(4061, "Friday Night", "8pm Show", at(7 * week, 20), 20, 5, 0),
            eb(210 + week, "Saturday Night at the Backroom", at(7 * week + 1, 20), 28, 3, series="sat"),
            wc(4062, "Saturday Night", "8pm Show", at(7 * week + 1, 20), 25, 2, 0),
        ]
    return found


def journal_entries() -> list[Entry]:
    """Three changes: one well, one that another hand changed, one that never ended."""

    def entry(number: int, listing: str, before: int, after: int, outcome: str | None, minutes: int) -> Entry:
        then = NOW - dt.timedelta(minutes=minutes)
        moves = ["planned", "confirmed", "checkpointed", "sent", "verified", *([outcome] if outcome else [])]
        detail = {"capacity": after, "sold": 24}
        events = tuple(JournalEvent(then + dt.timedelta(seconds=n), move, detail) for n, move in enumerate(moves))
        return Entry(f"c{number}", then, "dave@CLUB-PC", listing, "2026-11-27T20:00@main", "set", before, after,
                     "walk-ins" if number == 3 else "", "a1b2c3d4e5f6", outcome, events)  # fmt: skip

    cell = "wc:4061:pmshow:nov27"
    return [
        entry(3, "eb:101:1011", 28, 31, "settled", 12),
        entry(2, cell, 28, 31, "conflict", 190),
        entry(1, cell, 31, 28, None, 3000),
    ]


def left_over() -> Recoverable:
    """A change that a crash left behind."""
    reading = dataclasses.replace(club_listings()[1].reading, read_at=NOW)
    return Recoverable(
        journal_entries()[2],
        28,
        31,
        reading,
        "sent",
        "it was sent, and stands as it was before",
        ("keep", "reapply", "restore"),
        offered=reading.remaining,
    )


def health() -> HealthReport:
    """All well, but for a slow disk of numbers."""
    good = Condition.HEALTHY
    return HealthReport(
        good,
        NOW,
        {
            "application": Check(good, "brcc-tui 0.1.0, up 2 min", 0.1),
            "eventbrite_api": Check(good, "1,874 calls left this hour", 310.0),
            "woocommerce_api": Check(good, "WooCommerce 10.0.2", 220.0),
            "wordpress_db": Check(good, "MariaDB 10.11, read-only", 9.0),
            "cache_status": Check(good, "2 h 10 min old", 1.0),
            "journal": Check(good, "writable, 12 entries", 2.0),
            "disk_space": Check(good, "61 GB free", 0.2),
            "memory_usage": Check(good, "74 MB", 0.2),
            "configuration": Check(good, "complete", 0.1),
        },
    )
