"""The JSON of the commands about money, as its readers rely on it; see `contract` for how shapes are written."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.cli.contract import FAILED, ID, SHOW_ID, Moment, words

AMOUNT: Final = (re.compile(r"-?\d+\.\d\d"), None)
CURRENCY: Final = (re.compile("[A-Z]{3}"), None)
SHOP: Final = words("eventbrite woocommerce")

ORDER: Final = {
    "order": str, "id": str, "shop": SHOP, "seats": int, "amount": AMOUNT, "currency": CURRENCY, "status": str,
    "url": (str, None), "placed_at": (Moment, None), "people": ([{"name": str, "email": str}], None),
    "unknown": {str: str},
}  # fmt: skip
SUM: Final = {
    "shop": SHOP, "currency": CURRENCY, "orders": (int, None), "seats": (int, None), "amount": AMOUNT, "told": AMOUNT,
    "unknown": {str: str},
}  # fmt: skip
ORDERS: Final[dict[str, Any]] = {
    "show": SHOW_ID, "title": str, "starts_at": Moment, "read_at": Moment, "listed_at": (Moment, None),
    "orders": [ORDER], "doubtful": [ORDER], "sums": [SUM], "notes": [str], "failed": FAILED,
}  # fmt: skip
FIGURES: Final = {
    "sold": (int, None), "gross": AMOUNT, "net": AMOUNT, "fees": AMOUNT, "currency": CURRENCY, "unknown": {str: str},
}  # fmt: skip
ROW: Final = {
    "key": str, "label": str, "shows": int, "capacity": int, "house_seats": int, "fill": (float, int, None), **FIGURES,
    "shops": {str: FIGURES},
}  # fmt: skip
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
REPORT: Final[dict[str, Any]] = {
    "from": DAY, "to": DAY, "by": words("show weekday series month"), "read_at": Moment, "rows": [ROW], "total": ROW,
    "outside": (FIGURES, None), "notes": [str], "failed": FAILED,
}  # fmt: skip
SEATS: Final = (int, None)
DOOR: Final[dict[str, Any]] = {
    "show": SHOW_ID, "title": str, "starts_at": Moment, "read_at": Moment, "listed_at": (Moment, None), "room": str,
    "seats": int, "house_seats": int, "house_note": str, "sold": SEATS, "held": SEATS,
    "listings": [
        {"id": ID, "shop": SHOP, "title": str, "slot": (str, None), "sold": SEATS, "held": SEATS, "unknown": {str: str}}
    ],
    "held_orders": [
        {"order": str, "shop": SHOP, "seats": int, "status": str, "listing": ID, "name": (str, None)}
    ],
    "guests": ([{"name": str, "seats": int, "order": str, "shop": SHOP, "listing": ID}], None),
    "unknown": {str: str}, "notes": [str], "failed": FAILED,
}  # fmt: skip
