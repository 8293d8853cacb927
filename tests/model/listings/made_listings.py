"""Products, events and counts to make listings of."""

from __future__ import annotations

import dataclasses
import datetime as dt

from brcc_tui.model.catalogue import MetaRow, Product, Site
from brcc_tui.model.counts import CellCount, Counts, ProductCount
from brcc_tui.model.fooevents.booking_text import META_KEY
from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import Quantity

NOW = dt.datetime(2027, 6, 1, 18, tzinfo=dt.UTC)
COUNTED_AT = NOW - dt.timedelta(seconds=3)
SITE = Site("F j, Y", "g:i a", "America/Toronto", currency="CAD")
OPTIONS = (
    '{"slota":{"label":"Monday 8pm","hour":"08","minute":"00","period":"p.m.","add_time":"enabled","add_date":'
    '{"datea":{"date":"June 07, 2027","stock":42},"dateb":{"date":"June 14, 2027","stock":"0"}}}}'
)


def bookings(options: str = OPTIONS, id: int = 4156, **fields: object) -> Product:
    meta = (
        MetaRow(1, "WooCommerceEventsEvent", "Event"),
        MetaRow(2, "WooCommerceEventsType", "bookings"),
        MetaRow(3, META_KEY, options),
    )
    product = Product(
        id, "Monday Night", "publish", "simple", False, None, "instock", meta, "https://x.test/m", "14.11"
    )
    return dataclasses.replace(product, **fields)  # type: ignore[arg-type]


def single(stock: int | None = 50, **fields: object) -> Product:
    rows = {"Event": "Event", "Type": "single", "Date": "June 07, 2027", "Hour": "20", "Minutes": "00", "Period": ""}
    meta = tuple(MetaRow(n, f"WooCommerceEvents{key}", value) for n, (key, value) in enumerate(rows.items()))
    product = Product(31907, "Robyn", "publish", "simple", stock is not None, stock, "instock", meta, price="25")
    return dataclasses.replace(product, **fields)  # type: ignore[arg-type]


def counts(product_id: int = 4156, **fields: object) -> Counts:
    return Counts(COUNTED_AT, {product_id: ProductCount(**fields)})  # type: ignore[arg-type]


CELLS = counts(cells={("slota", "datea"): CellCount(12, 1)})


def numbers(listing: Listing) -> tuple[Quantity, ...]:
    reading = listing.reading
    return (reading.capacity, reading.sold, reading.held, reading.remaining)
