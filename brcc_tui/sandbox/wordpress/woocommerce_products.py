"""Products in the format of WooCommerce's REST API (wc/v3), and its lists of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import phpserialize

from brcc_tui.sandbox.offences import Offence
from brcc_tui.sandbox.wordpress.database import with_lists
from brcc_tui.sandbox.wordpress.shop import Shop

_INTERNAL = """_backorders _button_text _children _crosssell_ids _default_attributes _download_expiry _download_limit
_downloadable _edit_last _edit_lock _global_unique_id _height _length _low_stock_amount _manage_stock _price
_product_attributes _product_image_gallery _product_url _product_version _purchase_note _regular_price
_sale_price _sale_price_dates_from _sale_price_dates_to _sku _sold_individually _stock _stock_status _tax_class
_tax_status _thumbnail_id _upsell_ids _variation_description _virtual _visibility _wc_average_rating
_wc_rating_count _wc_review_count _weight _width _wp_old_slug total_sales"""
INTERNAL_KEYS = frozenset(_INTERNAL.split())
"""Meta that REST neither shows nor lets through: it has fields of its own."""

STATUSES = ("publish", "draft", "pending", "private", "future")
"""The statuses of a product that a list of `any` holds; one in the trash is not among them."""


@dataclass(slots=True)
class Post:
    """A product's or variation's row with its meta rows (id, key, stored text), as one request read them."""

    id: int
    kind: str
    status: str
    name: str
    parent: int
    dates: tuple[str, ...]
    type: str = "simple"
    rows: list[tuple[int, str, str]] = field(default_factory=list)
    parent_managed: bool = False

    def first(self, key: str) -> str | None:
        """The value of the first row of that key."""
        return next((value for _, name, value in self.rows if name == key), None)

    @property
    def managed(self) -> bool | str:
        """`manage_stock` as REST tells it: a variation may say `parent`."""
        if self.first("_manage_stock") == "yes":
            return True
        return "parent" if self.parent_managed else False

    @property
    def quantity(self) -> int | None:
        """`stock_quantity` as REST tells it."""
        stored = self.first("_stock")
        return None if self.managed is not True or not stored else int(float(stored))


_COLUMNS = (
    "SELECT ID, post_type, post_status, post_title, post_parent, post_date, post_date_gmt, post_modified,"
    " post_modified_gmt FROM {p}posts"
)


def load(shop: Shop, post_id: int, kind: str) -> Post | None:
    """One product or variation with all its meta, or None."""
    found = _posts(shop, shop.database.rows(_COLUMNS + " WHERE ID=? AND post_type=?", (post_id, kind)), None)
    return found[0] if found else None


def load_list(
    shop: Shop,
    kind: str,
    statuses: Collection[str],
    parent: int | None,
    order: str,
    part: tuple[int, int],
    only: Collection[int] | None,
) -> tuple[list[int], int]:
    """The ids of one part of a list (from where, how many), of all or `only` these, and how many there are in all."""
    where = with_lists(
        "FROM {p}posts WHERE post_type=? AND post_status IN ({statuses}) AND (? IS NULL OR post_parent=?)"
        " AND (? OR ID IN ({only}))",
        statuses=statuses,
        only=only or (0,),
    )
    bound: tuple[object, ...] = (kind, *statuses, parent, parent, only is None, *(only or (0,)))
    total = shop.database.number("SELECT COUNT(*) " + where, bound)
    first, size = part
    sql = " ".join(("SELECT ID", where, "ORDER BY", order, "LIMIT ? OFFSET ?"))
    rows = shop.database.rows(sql, (*bound, size, first))
    return [int(str(row[0])) for row in rows], total


def load_many(shop: Shop, post_ids: Sequence[int], keys: Collection[str] | None) -> list[Post]:
    """Products in the order of these ids; of their meta all rows, or those that these keys need."""
    sql = with_lists(_COLUMNS + " WHERE ID IN ({ids})", ids=post_ids)
    by_id = {post.id: post for post in _posts(shop, shop.database.rows(sql, tuple(post_ids)), keys)}
    return [by_id[post_id] for post_id in post_ids]


_TYPES = """SELECT r.object_id, t.slug FROM {p}term_relationships r JOIN {p}terms t ON t.term_id=r.term_taxonomy_id
WHERE r.object_id IN ({ids})"""
_META = "SELECT post_id, meta_id, meta_key, meta_value FROM {p}postmeta WHERE post_id IN ({ids}) ORDER BY meta_id"
_META_OF_KEYS = _META.replace("ORDER BY", "AND meta_key IN ({keys}) ORDER BY")


def _posts(shop: Shop, rows: Iterable[Sequence[object]], keys: Collection[str] | None) -> list[Post]:
    posts: dict[int, Post] = {}
    for post_id, kind, status, name, parent, *dates in rows:
        moments = tuple(str(date).replace(" ", "T") for date in dates)
        number = int(str(post_id))
        posts[number] = Post(number, str(kind), str(status), str(name), int(str(parent)), moments)
    for post_id, slug in shop.database.rows(with_lists(_TYPES, ids=posts), tuple(posts)):
        posts[int(str(post_id))].type = str(slug)
    wanted = () if keys is None else (*keys, *INTERNAL_KEYS)
    sql = with_lists(_META_OF_KEYS if wanted else _META, ids=posts, keys=wanted)
    for post_id, meta_id, key, value in shop.database.rows(sql, (*posts, *wanted)):
        posts[int(str(post_id))].rows.append((int(str(meta_id)), str(key), str(value or "")))
    for post in posts.values():
        post.parent_managed = bool(post.parent) and shop.posts.get(post.parent, "_manage_stock") == "yes"
    return list(posts.values())


def meta_value(stored: str) -> object:
    """A stored text as REST shows it: a PHP array becomes a list or an object, everything else stays a text."""
    if not stored.startswith("a:"):
        return stored
    try:
        return _jsonable(phpserialize.loads(stored.encode(), decode_strings=True))
    except (ValueError, IndexError, RecursionError):
        return stored


def _jsonable(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if list(value) == list(range(len(value))):
        return [_jsonable(item) for item in value.values()]
    return {str(key): _jsonable(item) for key, item in value.items()}


@dataclass(frozen=True, slots=True)
class View:
    """What a caller wants to see: fields (`_fields`) and meta keys (`include_meta`, `exclude_meta`)."""

    fields: frozenset[str] | None
    include: frozenset[str] | None
    exclude: frozenset[str]

    @property
    def keys(self) -> Collection[str] | None:
        """The meta keys that have to be read; None for all."""
        if self.fields is not None and "meta_data" not in self.fields:
            return ()
        return self.include


def describe(shop: Shop, post: Post, view: View, *, in_list: bool) -> dict[str, object]:
    """A product or variation as REST tells it; a single one always carries `_links`. `Offence` for an unknown field."""
    described = _all_fields(shop, post) | {"meta_data": _meta_data(post, view), "_links": _links(shop, post)}
    if view.fields is None:
        return described
    if unknown := sorted({name.partition(".")[0] for name in view.fields} - described.keys()):
        raise Offence(f"the field {unknown[0]} of a product")
    wanted = view.fields if in_list else view.fields | {"_links"}
    return {name: value for name, value in described.items() if name in wanted}


def _meta_data(post: Post, view: View) -> list[dict[str, object]]:
    return [
        {"id": meta_id, "key": key, "value": meta_value(value)}
        for meta_id, key, value in post.rows
        if key not in INTERNAL_KEYS and (view.include is None or key in view.include) and key not in view.exclude
    ]


def _links(shop: Shop, post: Post) -> dict[str, object]:
    """A single product's; a variation's has `up` as well. WordPress 6.7 added the hints of what may be done."""
    root = "http://127.0.0.1/wp-json/wc/v3/products"
    collection = f"{root}/{post.parent}/variations" if post.parent else root
    itself: dict[str, object] = {"href": f"{collection}/{post.id}"}
    if shop.spec.woocommerce_version.startswith("10."):
        itself["targetHints"] = {"allow": ["GET", "POST", "PUT", "PATCH", "DELETE"]}
    links: dict[str, object] = {"self": [itself], "collection": [{"href": collection}]}
    return links | ({"up": [{"href": f"{root}/{post.parent}"}]} if post.parent else {})


def _all_fields(shop: Shop, post: Post) -> dict[str, object]:
    created, created_gmt, modified, modified_gmt = post.dates
    stored_type = "variation" if post.parent else post.type
    slug = _slug(post.name)
    sold = int(post.first("total_sales") or 0)
    return {
        "id": post.id,
        "name": post.name,
        "slug": slug,
        "permalink": f"http://127.0.0.1/product/{slug}/",
        "date_created": created,
        "date_created_gmt": created_gmt,
        "date_modified": modified,
        "date_modified_gmt": modified_gmt,
        "type": stored_type,
        "status": post.status,
        "featured": False,
        "catalog_visibility": "visible",
        "description": "",
        "short_description": "",
        "sku": post.first("_sku") or "",
        "price": post.first("_price") or "",
        "regular_price": post.first("_regular_price") or "",
        "sale_price": "",
        "on_sale": False,
        "purchasable": post.status == "publish" and bool(post.first("_price")),
        "total_sales": sold,
        "virtual": False,
        "manage_stock": post.managed,
        "stock_quantity": post.quantity,
        "stock_status": post.first("_stock_status") or "instock",
        "backorders": post.first("_backorders") or "no",
        "backorders_allowed": (post.first("_backorders") or "no") != "no",
        "low_stock_amount": None,
        "parent_id": post.parent,
        "attributes": _attributes(post),
        "variations": _variations(shop, post),
        "menu_order": 0,
    }


def _slug(name: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())


def _attributes(post: Post) -> list[dict[str, object]]:
    return [
        {"id": 0, "name": key.removeprefix("attribute_").title(), "option": value}
        for _, key, value in post.rows
        if key.startswith("attribute_")
    ]


def _variations(shop: Shop, post: Post) -> list[int]:
    if post.type != "variable":
        return []
    sql = "SELECT ID FROM {p}posts WHERE post_parent=? AND post_type='product_variation' ORDER BY ID"
    return [int(str(row[0])) for row in shop.database.rows(sql, (post.id,))]
