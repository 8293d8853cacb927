"""How long it takes to parse and classify a large shop's products. Run it by hand: prints a small table."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable

from brcc_tui.model.catalogue import MetaRow, Product, Site
from brcc_tui.model.fooevents.booking_text import META_KEY, parse_booking_text
from brcc_tui.model.fooevents.classify import classify
from brcc_tui.model.listings.from_catalogue import shop_listings

PRODUCTS, META_KEYS, SLOTS, DATES = 1000, 180, 2, 15
NOW = dt.datetime(2027, 6, 1, 18, tzinfo=dt.UTC)


def booking_options(product: int, *, nested: bool) -> str:
    """Booking options of 30 cells: nested as after a sale, else flat and escaped as after an admin's save."""
    slots: dict[str, object] = {}
    for number in range(SLOTS):
        slot: dict[str, object] = {
            "label": f"Café {6 + 2 * number}pm / Show",
            "hour": f"{6 + 2 * number:02d}",
            "minute": "00",
            "period": "p.m.",
            "add_time": "enabled",
        }
        dates = {
            f"{product:010d}{number}{day:09d}": {"date": f"June {day + 1:02d}, 2027", "stock": 55}
            for day in range(DATES)
        }
        if nested:
            slot["add_date"] = dates
        else:
            for date_id, entry in dates.items():
                slot[f"{date_id}_add_date"] = entry["date"]
                slot[f"{date_id}_stock"] = str(entry["stock"])
        slots[f"slot{product:016d}{number}"] = slot
    if nested:
        return json.dumps(slots, separators=(",", ":"), ensure_ascii=False)
    return json.dumps(slots, separators=(",", ":")).replace("/", "\\/")


def shop(count: int = PRODUCTS) -> list[Product]:
    """Bookings products with as many meta rows as the club's have, half of them flat and half nested."""
    filler = tuple(MetaRow(number, f"WooCommerceEventsSetting{number}", "on") for number in range(META_KEYS - 3))
    products = []
    for number in range(count):
        own = (
            MetaRow(1000, "WooCommerceEventsEvent", "Event"),
            MetaRow(1001, "WooCommerceEventsType", "bookings"),
            MetaRow(1002, META_KEY, booking_options(number, nested=number % 2 == 0)),
        )
        products.append(
            Product(number + 1, f"Show {number}", "publish", "simple", False, None, "instock", filler + own)
        )
    return products


def measure(count: int = PRODUCTS) -> dict[str, float]:
    """Seconds taken by each part over `count` products, the best of three runs."""
    products = shop(count)
    texts = [product.text(META_KEY) for product in products]
    site = Site("F j, Y", "g:i a", "America/Toronto")
    parts: dict[str, Callable[[], object]] = {
        "parse booking texts": lambda: [parse_booking_text(text) for text in texts],
        "parse and classify": lambda: [classify(product) for product in products],
        "edit one cell of each": lambda: [_edit(text) for text in texts],
        "all listings": lambda: shop_listings(products, site, NOW, None, read_at=NOW),
    }
    return {name: min(_seconds(part) for _ in range(3)) for name, part in parts.items()}


def _edit(text: str) -> str:
    parsed = parse_booking_text(text)
    cell = parsed.cells[0]
    return parsed.edit({(cell.slot_id, cell.date_id): 7})


def _seconds(part: Callable[[], object]) -> float:
    began = time.perf_counter()
    part()
    return time.perf_counter() - began


if __name__ == "__main__":
    print(f"{PRODUCTS} products, {META_KEYS} meta keys and {SLOTS * DATES} cells each")
    for name, seconds in measure().items():
        print(f"{name:24} {seconds * 1000:8.0f} ms")
