"""The JSON of every command as its readers rely on it: exact keys, exact types, words from closed lists.

A shape is a type, a set of allowed words, a compiled pattern, a dict of exact keys (or of one type for any key), a
list of one shape, or a tuple of shapes of which one must fit.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

ID: Final = re.compile(r"eb:\d+:\d+|wc:\d+(:v\d+|:[^:]*:[^:]*)?")
SHOW_ID: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d@.+")
DIGEST: Final = re.compile(r"[0-9a-f]{12}")
SEATS: Final = (int, {"unlimited"}, None)


class Moment:
    """A time in ISO 8601 with its zone."""


def words(text: str) -> set[str]:
    """A closed list."""
    return set(text.split())


FLAGS: Final = words("""
    hybrid two_stocks stale_booking_text shared_ids past unlimited at_zero label_breaks_fooevents invalid_json
    unreadable_date time_inferred series_parent reserved_seating tiered donation add_on open_in_editor oversold drift
    not_a_seat paid_without_place backorders threshold sales_ended hidden_sold_by_code lost cached_rest several_days
    translated protected
""")
CODES: Final = words("""
    sold_unknown below_sold unlimited at_zero invalid_text two_rows label_breaks_fooevents open_in_editor translated
    hybrid_cell series_parent tiered reserved_seating zero_refused_by_eventbrite not_writable_key locked
    no_stock_to_change uncertain_product unknown_listing bad_number no_change digest_changed journal_unavailable
    platform_not_configured unconfirmed_pairing not_whole checkout_unknown backorders sells_by_code lost_listing replica
""")
RULES: Final = words("""
    stock product_stock capacity tier event_capacity no_limit backorders negative_stock no_price other_date variations
    threshold minimum sales_ended hidden hidden_sold_by_code not_yet_on_sale closed draft ended lost not_known
""")
OUTCOMES: Final = words("settled settled_low refused conflict undone_by_shop rolled_back unclear interrupted")

READING: Final = {
    "capacity": SEATS, "sold": SEATS, "held": SEATS, "remaining": SEATS, "unknown": {str: str},
    "read_at": (Moment, None), "source": {"live", "cache"},
    "sources": {str: words("database rest eventbrite tier write_answer cache")},
}  # fmt: skip
LISTING: Final = {
    "id": ID, "platform": {"eventbrite", "woocommerce"}, "title": str, "slot": (str, None),
    "date": (re.compile(r"\d{4}-\d\d-\d\d"), None), "starts_at": (Moment, None), "ends_at": (Moment, None),
    "stock_method": {"ticket_class_capacity", "woocommerce_stock", "booking_stock", "read_only"},
    "status": words("on_sale sold_out closed not_yet_on_sale ended hidden draft unknown"),
    "price": (re.compile(r"\d+\.\d\d"), None), "currency": str,
    "url": str, "show": (SHOW_ID, None), "read_only_reason": (str, None), "flags": [FLAGS],
    "reading": READING, "offer": {"value": SEATS, "rule": RULES, "unknown": (str, None)},
}  # fmt: skip
FAILED: Final = [{"id": str, "title": str, "reason": str}]
LISTINGS: Final = {"listings": [LISTING], "failed": FAILED, "catalogue_read_at": (Moment, None)}
SHOW: Final = {
    "id": SHOW_ID, "starts_at": Moment, "room": str, "seats": int, "title": str, "listings": [ID], "sold": SEATS,
    "held": SEATS, "remaining": SEATS, "free": SEATS, "exposure": SEATS, "on_offer": SEATS, "doubtful": SEATS,
    "held_back": int,
    "lost": [{"id": ID, "sold": SEATS, "reason": str}],
    "flags": [words("oversold can_oversell not_offered one_shop_only drift held_back_short unconfirmed_pairing")],
    "pairing": {"state": {"certain", "likely", "confirmed", "single"}, "reason": str}, "unknown": {str: str},
}  # fmt: skip
SHOWS: Final = {"shows": [SHOW], "unpaired": [LISTING]}
REFRESH: Final = {
    "catalogue_read_at": Moment, "seconds": float, "requests": {"eventbrite": int, "woocommerce": int},
    "queries": int, "failed": FAILED, "organization": ({"id": str, "name": (str, None), "others": int}, None),
    "counts": dict.fromkeys(
        ("series", "events", "ticket_classes", "products", "slots", "dates", "listings"), int
    ),
}  # fmt: skip
PLAN: Final = {
    "digest": DIGEST,
    "changes": [{"listing": ID, "before": READING, "after": READING, "call": str, "warnings": [str]}],
    "refused": [{"listing": str, "reason": str, "code": CODES}],
}
RESULT: Final = {
    "plan": PLAN, "entries": [str],
    "changes": [
        {"listing": ID, "outcome": {*OUTCOMES, "verified"}, "wanted": int, "reading": READING, "sold_meanwhile": int,
         "corrections": int, "reason": str}
    ],
}  # fmt: skip
ENTRY: Final = {
    "id": str, "at": Moment, "actor": str, "listing": ID, "show": (SHOW_ID, None), "action": {"set", "close", "reopen"},
    "from": SEATS, "to": SEATS, "reason": str, "digest": DIGEST, "outcome": (OUTCOMES, None),
    "events": [{"at": Moment, "event": str, "detail": dict}],
}  # fmt: skip
HISTORY: Final = {"entries": [ENTRY]}
RECOVER: Final = {
    "entries": [
        {"id": str, "listing": ID, "intended": SEATS, "before": SEATS, "now": READING, "state": str,
         "story": str, "choices": [{"keep", "reapply", "restore"}]}
    ],
}  # fmt: skip
NUMBER: Final = {"value": SEATS, "from": str}
EXPLAIN: Final = {
    "id": ID, "class": str, "stock_method": LISTING["stock_method"],
    "rules": [{"rule": str, "evidence": str, "matched": bool}],
    "numbers": {"remaining": NUMBER, "sold": NUMBER, "held": NUMBER}, "flags": LISTING["flags"],
}  # fmt: skip
CHECK: Final = {
    "status": {"healthy", "degraded", "down", "unknown", "not_configured"}, "detail": str,
    "milliseconds": (float, None),
}  # fmt: skip
HEALTH: Final = {
    "status": {"healthy", "degraded", "down", "unknown"}, "timestamp": Moment,
    "checks": dict.fromkeys(
        ("application", "eventbrite_api", "woocommerce_api", "wordpress_db", "cache_status", "journal", "disk_space",
         "memory_usage", "configuration"), CHECK,
    ),
}  # fmt: skip
EXPORT: Final = {"listings": [LISTING], "shows": [SHOW], "exported_at": Moment}
ERROR: Final = {"error": str}
UNUSABLE: Final = {"error": {"the settings cannot be used"}, "problems": [str]}


def misfits(value: Any, shape: Any, where: str = "") -> list[str]:
    """Where a document differs from its shape, in words; nothing where it fits."""
    if isinstance(shape, tuple):
        return [] if any(not misfits(value, one, where) for one in shape) else [f"{where}: {value!r}"]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        return [found for at, one in enumerate(value) for found in misfits(one, shape[0], f"{where}[{at}]")]
    if isinstance(shape, dict):
        return _misfits_of_object(value, shape, where)
    if isinstance(shape, set):
        fits = isinstance(value, str) and value in shape
    elif isinstance(shape, re.Pattern):
        fits = isinstance(value, str) and shape.fullmatch(value) is not None
    elif shape is Moment:
        fits = isinstance(value, str) and dt.datetime.fromisoformat(value).tzinfo is not None
    else:
        fits = value is None if shape is None else type(value) is shape
    return [] if fits else [f"{where}: {value!r}"]


def _misfits_of_object(value: Any, shape: dict[Any, Any], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is no object"]
    if set(shape) == {str}:
        return [found for name, one in value.items() for found in misfits(one, shape[str], f"{where}.{name}")]
    found = [f"{where}: {name} is missing" for name in shape.keys() - value.keys()]
    found += [f"{where}: {name} is not in the contract" for name in value.keys() - shape.keys()]
    both = shape.keys() & value.keys()
    return found + [one for name in both for one in misfits(value[name], shape[name], f"{where}.{name}")]
