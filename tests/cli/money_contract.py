"""The JSON of the commands about money, as its readers rely on it; see `contract` for how shapes are written."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.cli.contract import FAILED, SHOW_ID, Moment, words

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
    "show": SHOW_ID, "title": str, "starts_at": Moment, "read_at": Moment, "orders": [ORDER], "doubtful": [ORDER],
    "sums": [SUM], "failed": FAILED,
}  # fmt: skip
