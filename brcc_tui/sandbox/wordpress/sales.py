"""What the shop lets a buyer buy at this moment: WooCommerce's and FooEvents' own rules, from its own tables."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from brcc_tui.sandbox.wordpress import fooevents, stock
from brcc_tui.sandbox.wordpress.shop import Shop

_UNITS = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}


def why_ended(shop: Shop, product_id: int, text: str | None, slot_id: str = "", date_id: str = "") -> str | None:
    """Why FooEvents sells no more of a product, or of one of its dates, although they have places; None: it does."""
    now = shop.now().astimezone(shop.zone).replace(tzinfo=None)
    stamp = shop.posts.get(product_id, "WooCommerceEventsExpireTimestamp") or ""
    if stamp and dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(stamp)) <= now:
        return "its tickets are not sold any more"
    expires = shop.posts.get(product_id, "WooCommerceEventsBookingsExpirePassedDate") == "yes"
    starts = _start(text, slot_id, date_id) if expires and slot_id else None
    if starts is None:
        return None
    value = int(shop.posts.get(product_id, "WooCommerceEventsBookingsExpireValue") or 0)
    unit = _UNITS[shop.posts.get(product_id, "WooCommerceEventsBookingsExpireUnit") or "minute"]
    return "its date has expired" if starts - dt.timedelta(minutes=value * unit) <= now else None


def places_left(shop: Shop, product_id: int, text: str | None, slot_id: str = "", date_id: str = "",
                variation_id: int = 0, *, order_id: int | None = None) -> int | None:  # fmt: skip
    """Places that a buyer may take now, None: any number.

    `order_id` is the order that is being made: what others have reserved is left out for it. Without one, what the
    stock itself says is told.
    """
    if why_ended(shop, product_id, text, slot_id, date_id) or not _is_published(shop, product_id, variation_id):
        return 0
    limits = []
    if shop.is_bookings(product_id) and shop.is_event(product_id):
        limits.append(fooevents.available(text, slot_id, date_id))
    limits.append(_of_woocommerce(shop, product_id, variation_id, order_id))
    known = [limit for limit in limits if limit is not None]
    return max(0, min(known)) if known else None


def _is_published(shop: Shop, product_id: int, variation_id: int) -> bool:
    posts = [product_id, *([variation_id] if variation_id else [])]
    sql = "SELECT post_status FROM {p}posts WHERE ID=?"
    return all(shop.database.value(sql, (post,)) == "publish" for post in posts)


def _of_woocommerce(shop: Shop, product_id: int, variation_id: int, order_id: int | None) -> int | None:
    """What WooCommerce's own stock allows; None where it manages none, or lets buyers order beyond it."""
    owner = stock.stock_owner(shop, product_id, variation_id)
    if owner is None:
        return 0 if shop.posts.get(variation_id or product_id, "_stock_status") == "outofstock" else None
    if stock.allows_backorders(shop, owner):
        return None
    left = stock.stock_of(shop, owner)
    if left <= stock.none_at(shop):
        return 0
    return left if order_id is None else stock.unreserved_stock(shop, owner, order_id)


def _start(text: str | None, slot_id: str, date_id: str) -> dt.datetime | None:
    """When a date of a slot begins by the site's wall clock; None where its text names no day."""
    slot = fooevents.read_options(text).get(slot_id, {})
    dates = slot.get("add_date")
    date = dates.get(date_id) if isinstance(dates, dict) else None
    with suppress(ValueError):
        day = dt.datetime.strptime(str(date.get("date")) if isinstance(date, dict) else "", "%B %d, %Y")
        hour, minute = int(str(slot.get("hour") or 0)), int(str(slot.get("minute") or 0))
        if slot.get("period") in ("a.m.", "p.m.") and hour <= 12:
            hour = hour % 12 + (12 if slot["period"] == "p.m." else 0)
        return day + dt.timedelta(hours=hour, minutes=minute)
    return None
