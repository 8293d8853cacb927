"""What a PUT of a product does: it reads, changes, and writes what changed, without any lock.

Between its reading and its writing a sale may come; `Request.pause` lets a test put one there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brcc_tui.sandbox.wordpress import php, stock
from brcc_tui.sandbox.wordpress.order_store import touch_post
from brcc_tui.sandbox.wordpress.shop import Request, Shop
from brcc_tui.sandbox.wordpress.woocommerce_products import INTERNAL_KEYS, STATUSES, Post, meta_value

STOCK_STATUSES = ("instock", "outofstock", "onbackorder")
NO_STOCK_STATUS = f"stock_status is not one of {', '.join(STOCK_STATUSES)}."


class BadParameters(Exception):
    """Fields that the schema refuses: (code, text) by name."""

    def __init__(self, wrong: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = dict(wrong)


def _check_schema(body: Mapping[str, object]) -> None:
    """The schema: raises `BadParameters`."""
    wrong: dict[str, tuple[str, str]] = {}
    if "stock_quantity" in body and not _is_integer(body["stock_quantity"]):
        wrong["stock_quantity"] = ("rest_invalid_type", "stock_quantity is not of type integer.")
    if "manage_stock" in body and not isinstance(body["manage_stock"], bool):
        wrong["manage_stock"] = ("rest_invalid_type", "manage_stock is not of type boolean.")
    if "meta_data" in body and not isinstance(body["meta_data"], list):
        wrong["meta_data"] = ("rest_invalid_type", "meta_data is not of type array.")
    if body.get("status", "publish") not in STATUSES:
        wrong["status"] = ("rest_not_in_enum", f"status is not one of {', '.join(STATUSES)}.")
    if body.get("stock_status", "instock") not in STOCK_STATUSES:
        wrong["stock_status"] = ("rest_not_in_enum", NO_STOCK_STATUS)
    if wrong:
        raise BadParameters(wrong)


def _is_integer(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return value.lstrip("+-").isdecimal()
    return value is None or isinstance(value, int) or (isinstance(value, float) and value.is_integer())


@dataclass(slots=True)
class _Meta:
    """A meta row as the request holds it; a value of None is deleted when the product is saved."""

    id: int
    key: str
    value: object
    changed: bool = False

    def become(self, key: str, value: object) -> None:
        """Take this key and value; a row that has them already does not count as changed."""
        self.changed = self.changed or self.key != key or self.value != value
        self.key, self.value = key, value


async def update(request: Request, post: Post, body: Mapping[str, object]) -> None:
    """Save a product with these fields changed; `post` is what the request read of it."""
    shop = request.shop
    _check_schema(body)
    await request.pause("put:read")
    if isinstance(body.get("meta_data"), list):
        _save_meta(shop, post, _changed_meta(post, body["meta_data"]))
        await request.pause("put:meta_written")
    _save_fields(shop, post, body)
    _save_stock(shop, post, body)
    touch_post(shop.database, post.id, shop.now(), shop.zone)
    await request.pause("put:saved")


def _changed_meta(post: Post, entries: object) -> list[_Meta]:
    """`WC_Data::update_meta_data` for every entry, in order."""
    rows = [_Meta(meta_id, key, meta_value(value)) for meta_id, key, value in post.rows if key not in INTERNAL_KEYS]
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or entry["key"] in INTERNAL_KEYS:
            continue
        _change_row(rows, entry["key"], entry.get("value"), php.intval(entry.get("id")))
    return rows


def _change_row(rows: list[_Meta], key: str, value: object, meta_id: int) -> None:
    row = next((row for row in rows if (row.id == meta_id if meta_id else row.key == key)), None)
    if row is None or not meta_id:
        for other in rows:
            if other.key == key:
                other.value, other.changed = None, True
    if row is None:
        rows.append(_Meta(0, key, value, changed=True))
        return
    row.become(key, value)


def _save_meta(shop: Shop, post: Post, rows: list[_Meta]) -> None:
    """Only what changed is written. A text is stored byte for byte, a list or an object as a PHP array."""
    before = {meta_id: (key, meta_value(value)) for meta_id, key, value in post.rows}
    for row in rows:
        if not row.changed or before.get(row.id) == (row.key, row.value):
            continue
        if row.value is None:
            if row.id:
                shop.posts.delete_row(row.id)
        elif row.id:
            shop.posts.set_row(row.id, _stored(row.value))
        else:
            shop.posts.add(post.id, row.key, _stored(row.value))


def _stored(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return php.serialize(value) if isinstance(value, dict | list) else str(value)


def _save_fields(shop: Shop, post: Post, body: Mapping[str, object]) -> None:
    if "name" in body:
        name = str(body["name"]).replace("&amp;", "&").replace("&", "&amp;")
        shop.database.execute("UPDATE {p}posts SET post_title=? WHERE ID=?", (name, post.id))
    if "status" in body:
        shop.database.execute("UPDATE {p}posts SET post_status=? WHERE ID=?", (body["status"], post.id))
    if "regular_price" in body:
        for key in ("_regular_price", "_price"):
            shop.posts.set(post.id, key, str(body["regular_price"]))


def _save_stock(shop: Shop, post: Post, body: Mapping[str, object]) -> None:
    """Stock follows `manage_stock`; with it off a quantity is ignored, and turning it off wipes the quantity."""
    managed = body.get("manage_stock", post.managed)
    if "manage_stock" in body and managed != post.managed:
        shop.posts.set(post.id, "_manage_stock", "yes" if managed else "no")
        if not managed:
            shop.posts.delete(post.id, "_stock")
    if managed is not True:
        if "stock_status" in body and managed is False:
            shop.posts.set(post.id, "_stock_status", str(body["stock_status"]))
        return
    quantity = _quantity_after(post, body)
    if quantity != post.quantity:
        shop.posts.set(post.id, "_stock", str(quantity))
    shop.posts.set(post.id, "_stock_status", stock.stock_status(shop, post.id, quantity or 0))


def _quantity_after(post: Post, body: Mapping[str, object]) -> int | None:
    if "stock_quantity" in body:
        return php.intval(body["stock_quantity"])
    if "inventory_delta" in body:
        return (post.quantity or 0) + php.intval(body["inventory_delta"])
    return post.quantity
