"""Reads products as the database stores them, in the snapshot in which their places are counted."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from brcc_tui.model.catalogue import MetaRow
from brcc_tui.model.fooevents.meta_keys import META_KEYS
from brcc_tui.model.stored_product import OWN_META_KEYS, StoredProduct, StoredVariation
from brcc_tui.platforms.wordpress.mojibake import repaired
from brcc_tui.platforms.wordpress.pool import DatabaseRow, Session
from brcc_tui.platforms.wordpress.rows import utc_moment

_PHP_ARRAY = re.compile(r"a:\d+:\{")
_PHP_TEXT = re.compile(r'i:(\d+);s:\d+:"([^"]*)";')
_PHP_TEXTS = re.compile(rf"a:\d+:\{{(?:{_PHP_TEXT.pattern})+\}}")
_VARIATION = "product_variation"
_DEFAULT_TYPE = "simple"


async def read_stored_products(
    session: Session, products: Collection[int], seen_at: dt.datetime, *, shop_counts: bool = True
) -> Mapping[int, StoredProduct]:
    """These products as stored, one statement for all; those that the database does not have are missing.

    To be asked inside the snapshot of the counts, whose time by the database's clock is `seen_at`. `shop_counts` says
    that the shop's own setting lets WooCommerce manage stock at all.
    """
    if not products:
        return {}
    rows = await session.rows(session.sql.stored_products(sorted(products), (*META_KEYS, *OWN_META_KEYS)))
    return stored_products(rows, seen_at, shop_counts=shop_counts)


@dataclass(slots=True)
class _Post:
    """What the rows of one post say together."""

    id: int
    parent: int
    kind: str
    status: str
    title: str
    modified: dt.datetime | None
    type: str
    protected: bool
    meta: list[MetaRow] = field(default_factory=list)
    own_meta: dict[str, str] = field(default_factory=dict)


def stored_products(
    rows: Iterable[DatabaseRow], seen_at: dt.datetime, *, shop_counts: bool = True
) -> dict[int, StoredProduct]:
    """Rows of `Sql.stored_products` made into products with their variations."""
    posts = _posts_in(rows)
    variations: dict[int, list[StoredVariation]] = defaultdict(list)
    for post in posts:
        if post.kind == _VARIATION:
            variations[post.parent].append(StoredVariation(post.id, post.title, post.status, post.own_meta))
    return {
        post.id: StoredProduct(
            id=post.id,
            title=post.title,
            status=post.status,
            type=post.type,
            modified=post.modified,
            seen_at=seen_at,
            meta=tuple(post.meta),
            own_meta=post.own_meta,
            variations=tuple(variations[post.id]),
            shop_counts=shop_counts,
            protected=post.protected,
        )
        for post in posts
        if post.kind != _VARIATION
    }


def _posts_in(rows: Iterable[DatabaseRow]) -> Collection[_Post]:
    """The posts that rows tell of, each with its meta in the order in which WordPress reads it: by id."""
    posts: dict[int, _Post] = {}
    in_order = sorted(rows, key=lambda row: (int(row[0]), int(row[7] or 0)))
    for number, parent, kind, status, title, modified, type_, meta_id, key, value, protected in in_order:
        post = posts.get(int(number))
        if post is None:
            at = utc_moment(modified)
            name, of_type = repaired(str(title)), type_ or _DEFAULT_TYPE
            post = _Post(int(number), int(parent), str(kind), str(status), name, at, of_type, bool(protected))
            posts[post.id] = post
        if key in OWN_META_KEYS:
            post.own_meta.setdefault(key, str(value or ""))
        elif meta_id is not None:
            post.meta.append(MetaRow(int(meta_id), str(key), _value(value)))
    return posts.values()


def _value(stored: object) -> object:
    """A row's value as FooEvents meets it: an array that PHP has stored is no text. Of a list of texts these are kept,
    as the days are that an event was given one by one.
    """
    text = repaired(str(stored or ""))
    if not _PHP_ARRAY.match(text):
        return text
    texts = _PHP_TEXTS.fullmatch(text)
    return [match[2] for match in _PHP_TEXT.finditer(text)] if texts else {}
