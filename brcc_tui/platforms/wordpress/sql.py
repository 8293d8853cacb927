"""Every query on WordPress's tables, and nothing else; those about a session are in `session_sql`.

Values are always bound. Only the table prefix is inserted into the SQL, and `_check_prefix` limits it to letters,
digits and underscores. The SQL is plain enough for both MariaDB 10 and MySQL 8.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from brcc_tui.model.order_places import SIZE_LIMIT
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import drift_texts, order_texts, texts
from brcc_tui.platforms.wordpress.session_sql import REPLICA
from brcc_tui.platforms.wordpress.statement import Statement, in_lists, union, with_end

YOUNG_SECONDS = 10
"""An order changed less long ago may not have its places yet (they follow within about 10 ms)."""

LATELY_SECONDS = 300
"""The web server, by whose clock orders are dated, and the database may disagree on the time by so much."""

SOLD_AHEAD_DAYS = 730
"""No ticket that was sold longer ago is looked for among those of dates to come that the shop no longer knows."""

TICKETS_TOGETHER = 256
"""The tickets of so many consecutive posts come as one text, shorter than `LONGEST_TEXT` even with odd signs in it."""

META_BLOCK = 256
"""Reading so many consecutive rows of meta takes as long as looking up one ticket's own, some 40."""

_PREFIX = re.compile(r"[A-Za-z0-9_]{1,40}")


def _check_prefix(prefix: str) -> str:
    """The table prefix, if it is one; raises `DatabaseError` for anything that could be more than a name."""
    if not _PREFIX.fullmatch(prefix):
        raise DatabaseError(
            "the table prefix may only hold letters, digits and _ (40 at most)",
            subject="WORDPRESS_TABLE_PREFIX",
            next_step="Take it from $table_prefix in the site's wp-config.php",
        )
    return prefix


class Sql:
    """The texts for one table prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = _check_prefix(prefix)

    def clock(self) -> Statement:
        """The database's time (unix seconds), whether orders are in HPOS tables (`yes`), 1 or 2 for a replica, whether
        the shop manages stock (`no`), the threshold at which it sells none, and the database's name.
        """
        return with_end(6, Statement(texts.CLOCK.format(prefix=self.prefix, replica=REPLICA), name="clock"))

    def beginning(self, options: Collection[str], table: str) -> Statement:
        """What a decision begins with, a row for each of these options that there is, or one without any.

        Columns: the database's time; 1 or 2 for a replica; its version; the first meta row of the tickets that were
        sold within two years; 1 if the site has this `table` (named without the prefix); how often one is seen in which
        a network keeps its options; the database's name; the names of the tables that cannot be read at one instant
        (None: all can); then an option and its value.
        """
        names, bound = in_lists("n.option_name", options)
        counted, tables = in_lists("TABLE_NAME", [self.prefix + name for name in texts.COUNTED])
        fields = {"prefix": self.prefix, "replica": REPLICA, "table": texts.TABLE, "names": names}
        fields |= {"recent": texts.RECENT.format(prefix=self.prefix), "moving": texts.MOVING.format(tables=counted)}
        text = texts.BEGINNING.format(**fields)
        networks = (f"{prefix}sitemeta" for prefix in (self._networks()[0], self._networks()[-1]))
        values = (SOLD_AHEAD_DAYS, self.prefix + table, *networks, *tables, *bound)
        return with_end(10, Statement(text, values, "clock"))

    def managed(self, products: Collection[int]) -> Statement:
        """Which of these products have a stock that WooCommerce manages."""
        test, bound = in_lists("post_id", products)
        return with_end(1, Statement(texts.MANAGED.format(prefix=self.prefix, products=test), bound, "managed stock"))

    def tickets(self, hpos: bool, products: Collection[int], candidates: Statement) -> Statement:
        """Ticket posts of any status, some in a row: as JSON lists with commas between them, and how many they are.
        Those that name no product, or one in another way than WordPress writes its id, come beside those of these.

        Each has its texts and ids and its order's status, 1 where the order changed within a day, and 1 where the show
        may not be over, 2 where the ticket gives no moment by which that could be known.
        """
        test, bound = in_lists("x.product", [str(product) for product in products])
        test = f"({test} OR {texts.NO_PLAIN_ID.format(column='x.product')})"
        storage = _fields(hpos, self.prefix)
        shape = {"candidates": candidates.text, "together": TICKETS_TOGETHER, **texts.OF_TICKETS}
        shape["texts"] = texts.as_texts("x", *texts.TICKET_TEXTS, "order_id")
        text = texts.TICKETS.format(products=test, **shape, **storage)
        return with_end(2, Statement(text, candidates.bound + bound, "tickets"))

    def recent(self) -> Statement:
        """The first meta row of the tickets that were sold within two years; 0 if there is none."""
        return with_end(1, Statement(texts.RECENT.format(prefix=self.prefix), (SOLD_AHEAD_DAYS,), "recent tickets"))

    def candidates(
        self,
        date_ids: Collection[str],
        date_texts: Collection[str],
        whole: Collection[int],
        to_come_since: int | None = None,
        between: tuple[int, int] | None = None,
    ) -> Statement:
        """Posts that may be tickets of these dates and of these whole products.

        With `between`, those of any show that starts then too, in seconds as FooEvents dates tickets.
        With `to_come_since`, the meta row to begin at, also those of any date that may not be over, to find orphans.
        """
        branches: list[Statement] = []
        for key, values in (
            ("WooCommerceEventsBookingDateID", date_ids),
            ("WooCommerceEventsBookingDate", date_texts),
            ("WooCommerceEventsProductID", [str(product) for product in whole]),
        ):
            if values:
                test, bound = in_lists("meta_value", values)
                branches.append(Statement(texts.META_IN.format(prefix=self.prefix, key=key, values=test), bound))
        if to_come_since is not None:
            future = texts.FUTURE.format(prefix=self.prefix, **texts.OF_TICKETS)
            branches.append(Statement(future, (to_come_since,)))
        if between is not None:
            branches.append(Statement(order_texts.BETWEEN.format(prefix=self.prefix), between))
        return union(branches)

    def products_of(self, posts: Statement) -> Statement:
        """The products, as texts, of which there are published tickets among these posts, and every event in the trash:
        where it is one without dates its tickets do not say when it is.
        """
        text = texts.PRODUCTS_OF.format(prefix=self.prefix, candidates=posts.text)
        return with_end(1, Statement(text, posts.bound, "products of tickets"))

    def candidates_by_id(self, ticket_ids: Collection[int]) -> Statement:
        """Ticket posts of these ids."""
        test, bound = in_lists("ID", ticket_ids)
        return Statement(texts.BY_ID.format(prefix=self.prefix, values=test), bound)

    def meta_blocks(self, ticket_ids: Collection[int]) -> Statement:
        """In which blocks of `META_BLOCK` consecutive meta rows all meta of these posts is."""
        test, bound = in_lists("p.ID", ticket_ids)
        text = texts.META_BLOCKS.format(prefix=self.prefix, block=META_BLOCK, tickets=test)
        return with_end(1, Statement(text, bound, "blocks of meta"))

    def meta_fingerprint(self, stretches: Collection[tuple[int, int]]) -> Statement:
        """How many rows of tickets these stretches of meta have and a sum over them: equal while none changed.

        A change is overlooked once in four thousand million times.
        """
        test = " OR ".join(["m.meta_id BETWEEN %s AND %s"] * len(stretches)) or "1 = 0"
        text = texts.META_FINGERPRINT.format(prefix=self.prefix, stretches=test, **texts.OF_TICKETS)
        return with_end(
            2, Statement(text, tuple(end for stretch in stretches for end in stretch), "fingerprint of meta")
        )

    def posts_fingerprint(self, ticket_ids: Collection[int]) -> Statement:
        """How many of these posts are tickets, and a sum over their status."""
        test, bound = in_lists("ID", ticket_ids)
        text = texts.POSTS_FINGERPRINT.format(prefix=self.prefix, tickets=test)
        return with_end(2, Statement(text, bound, "fingerprint of posts"))

    def orders_fingerprint(self, hpos: bool, orders: Collection[int]) -> Statement:
        """How many of these orders there are, and a sum over what `tickets` reads of them."""
        storage = _fields(hpos, self.prefix)
        test, bound = in_lists(storage["id"], orders)
        text = texts.ORDERS_FINGERPRINT.format(ids=test, **storage)
        return with_end(2, Statement(text, bound, "fingerprint of orders"))

    def orders(
        self, hpos: bool, products: Collection[int], candidates: Statement, wanted: order_texts.Wanted
    ) -> Statement:
        """Every order behind these tickets, and those of the products that have none: what was paid and given back.

        See `order_texts` for the columns. `wanted` adds who the tickets and orders are of, and takes amounts away.
        """
        test, bound = in_lists("p.meta_value", [str(product) for product in products])
        storage = _fields(hpos, self.prefix) | wanted.columns()
        shape = {"candidates": candidates.text, "products": test, "live": texts.LIVE.format(**storage)}
        shape |= {"texts": texts.as_texts("y", *texts.TICKET_TEXTS, "starts"), **texts.OF_TICKETS}
        shape |= {"kind": storage["type"].removeprefix("o."), **order_texts.LINES}
        people = (order_texts.PEOPLE if wanted.names else order_texts.NOBODY) | {"who": storage["buyer"]}
        text = order_texts.ORDERS.format(**shape, **people, **storage)
        values = (*[SIZE_LIMIT + 1] * 3, *candidates.bound, *candidates.bound, *bound)
        return with_end(19, Statement(text, values, "orders"))

    def posted(self, posts: Collection[int]) -> Statement:
        """When each of these posts was made, by the site's own clock."""
        test, bound = in_lists("ID", posts)
        return with_end(2, Statement(texts.POSTED.format(prefix=self.prefix, posts=test), bound, "dates of tickets"))

    def highest(self) -> Statement:
        """The highest id of any post (tickets, products and orders share one series) and of any row of meta."""
        return with_end(2, Statement(texts.HIGHEST.format(prefix=self.prefix), name="highest post"))

    def tickets_changed(self, highest: int, seconds: int) -> Statement:
        """Ticket posts that are newer than this id, or were saved within these seconds."""
        return with_end(
            1, Statement(texts.TICKETS_CHANGED.format(prefix=self.prefix), (highest, seconds), "changed tickets")
        )

    def waiting(
        self, hpos: bool, products: Collection[int], *, places: bool, since: Since | None = None, ended: bool = False
    ) -> Statement:
        """Live orders without tickets that have a line item of these products or (`places`) places of any.

        With `ended` also the orders with line items of these products that ended lately: those with their product.
        """
        storage, bound = _unticketed(hpos, self.prefix, since)
        test, ids = in_lists("p.meta_value", [str(product) for product in products])
        with_places = texts.WITH_PLACES.format(**storage) if places else ""
        text = texts.WAITING.format(with_places=with_places, products=test, **storage)
        values = (*bound, *ids)
        if ended:
            text += texts.ENDED_ORDERS.format(live=texts.LIVE.format(**storage), products=test, **storage)
            values = (*values, LATELY_SECONDS, *ids)
        return with_end(2, Statement(text, values, "waiting orders"))

    def details(self, hpos: bool, products: Collection[int], orders: Collection[int], *, places: bool) -> Statement:
        """Line items of these products in these orders, and (`places`) those of these orders that have places.

        Columns: order, status, item, product, variation, quantity, stock reduced (0/1), age (2: young, 1: lately, 0),
        1 for the rest of another order's payment, and the PHP-serialized places, where there is no item. A text that
        is too long to be read comes one character longer than the longest that is.
        """
        storage = _fields(hpos, self.prefix)
        orders_test, ids = in_lists(storage["id"], orders)
        test, bound = in_lists("p.meta_value", [str(product) for product in products])
        text = texts.DETAILS.format(ids=orders_test, products=test, **storage)
        values = (YOUNG_SECONDS, LATELY_SECONDS, *ids, *bound)
        if places:
            text += texts.ORDER_PLACES_TEXTS.format(ids=orders_test, **storage)
            values = (*values, SIZE_LIMIT + 1, *ids)
        return with_end(10, Statement(text, values, "line items and places"))

    def ticketed(self, orders: Collection[int]) -> Statement:
        """Which of these orders have a ticket post of any status."""
        test, bound = in_lists("m.meta_value", [str(order) for order in orders])
        return with_end(1, Statement(texts.TICKETED.format(prefix=self.prefix, orders=test), bound, "ticketed orders"))

    def traces(self, hpos: bool, date_id: str, orders: Collection[int]) -> Statement:
        """Orders of any status that took places of this date, and these: the row of its places, status, places, three
        0/1. They say: changed within a day, tickets made, added by staff.
        """
        storage = _fields(hpos, self.prefix)
        test, bound = in_lists(storage["id"], orders)
        return with_end(
            7, Statement(drift_texts.TRACES.format(ids=test, **storage), (f'"{date_id}"', *bound), "traces")
        )

    def stock_traces(self, hpos: bool, product: int) -> Statement:
        """Orders of any status with a line item of this product, a row for each item; more where its meta occurs twice.

        Columns: order, status, three 0/1 (changed within a day, stock reduced, tickets made), then the quantity, how
        much of it WooCommerce has taken from the stock, and what refunds gave back (each empty where none is stored),
        the item, and its variation where that has a stock of its own.
        """
        text = drift_texts.STOCK_TRACES.format(**_fields(hpos, self.prefix))
        return with_end(10, Statement(text, (str(product),), "traces of a stock"))

    def restocked(self, product: int, orders: Collection[int]) -> Statement:
        """Seats that refunds of these orders gave back, by line item of the product."""
        test, bound = in_lists("i.order_id", orders)
        return with_end(
            2,
            Statement(
                drift_texts.RESTOCKED.format(prefix=self.prefix, orders=test), (str(product), *bound), "restocked"
            ),
        )

    def notes(self, orders: Collection[int]) -> Statement:
        """The notes that WooCommerce writes at every change of an order's status, in the site's language."""
        test, bound = in_lists("comment_post_ID", orders)
        return with_end(2, Statement(drift_texts.NOTES.format(prefix=self.prefix, orders=test), bound, "notes"))

    def of_orders(self, orders: Collection[int]) -> Statement:
        """Posts that may be tickets of these orders."""
        test, bound = in_lists("meta_value", [str(order) for order in orders])
        return Statement(texts.META_IN.format(prefix=self.prefix, key="WooCommerceEventsOrderID", values=test), bound)

    def stored_products(self, products: Collection[int], keys: Collection[str]) -> Statement:
        """Products and their variations as stored, a row for each meta row of these keys.

        Columns: post, parent, kind, status, title, last saved (UTC), product type, then the meta row's id, key and
        value (empty where it has none of them), and whether a password protects the post (0 is none to WordPress).
        """
        test, ids = in_lists("ID", products)
        parents, parent_ids = in_lists("post_parent", products)
        names, bound = in_lists("m.meta_key", keys)
        text = texts.WITNESS.format(prefix=self.prefix, products=test, parents=parents, keys=names)
        return with_end(11, Statement(text, (*ids, *parent_ids, *bound), "products"))

    def editors(self, products: Collection[int]) -> Statement:
        """The editor's lock of each product, beside the database's time."""
        test, bound = in_lists("post_id", products)
        return with_end(3, Statement(texts.EDITORS.format(prefix=self.prefix, products=test), bound, "editors"))

    def character_set(self) -> Statement:
        """What character set the texts of tickets are kept in, by the server's name for it."""
        return Statement(texts.META_CHARSET.format(prefix=self.prefix), name="character set")

    def network_options(self, names: Collection[str]) -> Sequence[Statement]:
        """What a network of sites keeps for all of them, by name, asked of each table that may be the network's.

        Of a single site there is no such table.
        """
        test, bound = in_lists("meta_key", names)
        questions = (texts.NETWORK_OPTIONS.format(network=prefix, names=test) for prefix in self._networks())
        return [with_end(2, Statement(text, bound, "options of the network")) for text in questions]

    @property
    def may_be_numbered(self) -> bool:
        """Whether the prefix is such as those of a network's sites are: each but the first has a number there."""
        return re.search(r"_\d+_$", self.prefix) is not None

    def _networks(self) -> Sequence[str]:
        """The prefixes that a network may have which the site is in: without the site's number, or with one itself."""
        return list(dict.fromkeys((re.sub(r"\d+_$", "", self.prefix), self.prefix)))

    def wpml_copies(self) -> Statement:
        """The group of each product, its id and 1 for an original: as WPML ties the languages of one product."""
        return with_end(3, Statement(texts.WPML_COPIES.format(prefix=self.prefix), (), "WPML's copies"))

    def polylang_copies(self) -> Statement:
        """The group of each product, its id and 0: as Polylang ties the languages, which names no original."""
        return with_end(3, Statement(texts.POLYLANG_COPIES.format(prefix=self.prefix), (), "Polylang's copies"))


@dataclass(frozen=True, slots=True)
class Since:
    """What an earlier look saw: its age with a margin, the highest post id then, and the completed orders it found.

    Orders take their ids from the posts, in either storage.
    """

    seconds: int
    highest: int
    known: tuple[int, ...]


def _fields(hpos: bool, prefix: str) -> dict[str, str]:
    storage = texts.HPOS if hpos else texts.POSTS
    named = {name: str(getattr(storage, name)).format(prefix=prefix) for name in texts.Storage.__slots__}
    return named | {"prefix": prefix}


def _unticketed(hpos: bool, prefix: str, since: Since | None) -> tuple[dict[str, str], tuple[object, ...]]:
    storage = _fields(hpos, prefix)
    lately = ""
    bound: tuple[object, ...] = ()
    if since is not None:
        test, ids = in_lists(storage["id"], since.known)
        lately = texts.CHANGED_SINCE.format(known=test, **storage)
        bound = (since.seconds, since.highest, *ids)
    text = texts.UNTICKETED.format(live=texts.LIVE.format(**storage), lately=lately, **storage)
    return storage | {"unticketed": text}, bound
