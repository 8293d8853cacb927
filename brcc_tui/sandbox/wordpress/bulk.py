"""A past for the shop: thousands of orders at once, each in the end state that its life on a real shop leaves.

The end states are those of `orders.py` and `staff.py`, written as rows instead of lived through; a test
compares both ways for every life.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from brcc_tui.sandbox.wordpress import fooevents, money, php, stock, tickets
from brcc_tui.sandbox.wordpress.order_ends import ORDER_ENDS, OrderEnd
from brcc_tui.sandbox.wordpress.order_store import (
    ADMIN_ADDED,
    GENERATED,
    ORDER_TICKETS,
    TICKETS_PURCHASED,
    billing,
    stamp,
)
from brcc_tui.sandbox.wordpress.shop import Shop
from brcc_tui.sandbox.wordpress.tickets import OrderedPlace
from brcc_tui.sandbox.world.money import UNPAID_LIVES
from brcc_tui.sandbox.world.types import Life, OrderSpec

_WITHOUT_IDS = ("BookingSlotID", "BookingDateID", "BookingDateTimestamp", "BookingDateMySQLFormat")


@dataclass(slots=True)
class _Together:
    """An order of several parts, while they come: its id, its places, and where the rows that tell of them stand."""

    order_id: int
    parts: list[tuple[OrderedPlace, int, fooevents.TicketTexts]]
    row: int

    def purchased(self) -> dict[int, int]:
        counted: dict[int, int] = {}
        for place, quantity, _ in self.parts:
            counted[place.product_id] = counted.get(place.product_id, 0) + quantity
        return counted


class _Texts:
    """The booking texts of the products while their past is lived: parsed once, written once.

    A text in which a backslash occurs is damaged by the first sale; such a one is written and read each time.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._options: dict[int, fooevents.Options] = {}
        self._fragile: set[int] = set()
        self._changed: set[int] = set()

    def options(self, product_id: int) -> fooevents.Options:
        if product_id not in self._options:
            stored = self._shop.posts.get(product_id, fooevents.TEXT_KEY)
            self._options[product_id] = fooevents.read_options(stored)
            if "\\" in php.json_encode(self._options[product_id], unescaped_unicode=True).replace("\\/", ""):
                self._fragile.add(product_id)
        return self._options[product_id]

    def move(self, place: OrderedPlace, quantity: int, *, take: bool) -> None:
        for _ in range(quantity):
            options = self.options(place.product_id)
            (fooevents.take_place if take else fooevents.give_back)(options, place.slot_id, place.date_id)
            if place.product_id in self._fragile:
                self._options[place.product_id] = fooevents.read_options(fooevents.rewritten_text(options))
        self._changed.add(place.product_id)

    def store(self, flat: frozenset[int]) -> None:
        for product_id in self._changed:
            options = self._options[product_id]
            text = fooevents.form_text(options) if product_id in flat else fooevents.rewritten_text(options)
            self._shop.posts.set(product_id, fooevents.TEXT_KEY, text)


class BulkOrders:
    """Collects the rows of many orders, then writes them in one go."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._texts = _Texts(shop)
        self._posts: list[tuple[object, ...]] = []
        self._post_meta: list[tuple[int, str, str]] = []
        self._orders: list[tuple[object, ...]] = []
        self._order_meta: list[tuple[int, str, str]] = []
        self._operational: list[tuple[object, ...]] = []
        self._addresses: list[tuple[object, ...]] = []
        self._items: list[tuple[object, ...]] = []
        self._item_meta: list[tuple[int, str, str]] = []
        self._reserved: list[tuple[object, ...]] = []
        self._stock: dict[int, int] = {}
        self._stamps: dict[dt.datetime, tuple[str, str]] = {}
        self._known: dict[int, tuple[str, bool, bool]] = {}
        self._owners: dict[tuple[int, int], int | None] = {}
        self._seats: dict[tuple[int, int | None], tuple[int, int]] = {}
        self._totals: dict[int, int] = {}
        self._together: dict[int, _Together] = {}
        self._refunds: list[int] = []
        self._given_back: list[tuple[OrderSpec, int, int, str]] = []
        self._next_post = shop.database.number("SELECT seq FROM sqlite_sequence WHERE name='{p}posts'") + 1
        self._next_item = (
            shop.database.number("SELECT seq FROM sqlite_sequence WHERE name='{p}woocommerce_order_items'") + 1
        )

    def place(self, spec: OrderSpec) -> None:
        """One order with all that its life did to the stocks."""
        single = [spec] if spec.life is not Life.STAFF_ADDED else [replace(spec, quantity=1)] * spec.quantity
        for order in single:
            self._place(order)

    def _place(self, spec: OrderSpec) -> None:  # noqa: C901 - in the order in which the plugins hook into an order
        end = ORDER_ENDS[spec.life]
        title, is_event, is_bookings = self._product(spec.product_id)
        place = OrderedPlace(spec.product_id, spec.variation_id, spec.slot_id, spec.date_id)
        moves_text = is_event and is_bookings and spec.life is not Life.BLOCK_CHECKOUT
        texts = fooevents.TicketTexts()
        if moves_text:
            texts = fooevents.cell_texts(self._texts.options(spec.product_id), spec.slot_id, spec.date_id)
            self._texts.move(place, spec.quantity, take=True)
        order_id = self._order_post(spec, end)
        first = self._together.get(spec.together)
        order_id = first.order_id if first else order_id
        split = end.split and is_bookings and spec.quantity > 1
        self._lower_stock(spec, end, order_id, split=split)
        if first is not None:
            self._join(first, place, spec.quantity, texts)
        elif end.status is not None:
            self._order_rows(spec, end, order_id, place if is_event else None, texts)
        if end.ticket_status is not None and is_event:
            if spec.life is Life.STAFF_ADDED:
                texts = replace(texts, slot=texts.label)
            self._tickets(spec, end.ticket_status, order_id, place, texts, title)
        if end.status is not None:
            self._lines(spec, end, order_id, split=split, title=title, with_cell=moves_text)
        if is_event:
            for _ in range(end.returned):
                self._texts.move(place, spec.quantity, take=False)

    def _product(self, product_id: int) -> tuple[str, bool, bool]:
        if product_id not in self._known:
            shop = self._shop
            self._known[product_id] = shop.title(product_id), shop.is_event(product_id), shop.is_bookings(product_id)
        return self._known[product_id]

    def _post(self, moment: dt.datetime, kind: str, status: str, title: str, parent: int = 0) -> int:
        post_id, self._next_post = self._next_post, self._next_post + 1
        local, utc = self._times(moment)
        self._posts.append((post_id, local, utc, title, status, local, utc, parent, kind))
        return post_id

    def _times(self, moment: dt.datetime) -> tuple[str, str]:
        """The moment in the site's zone and in UTC; one order asks for its own several times."""
        if moment not in self._stamps:
            self._stamps[moment] = stamp(moment.astimezone(self._shop.zone)), stamp(moment.astimezone(dt.UTC))
        return self._stamps[moment]

    def _order_post(self, spec: OrderSpec, end: OrderEnd) -> int:
        if end.status is None:
            order_id, self._next_post = self._next_post, self._next_post + 1
            return order_id
        if self._shop.spec.hpos:
            return self._post(spec.placed_at, "shop_order_placehold", "draft", "")
        return self._post(spec.placed_at, "shop_order", end.status, "Order")

    def _order_rows(
        self, spec: OrderSpec, end: OrderEnd, order_id: int, place: OrderedPlace | None, texts: fooevents.TicketTexts
    ) -> None:
        meta: list[tuple[str, str]] = []
        if end.places and place is not None:
            meta.append((ORDER_TICKETS, tickets.places_value(order_id, place, spec.quantity, texts)))
            meta.append((TICKETS_PURCHASED, php.serialize({spec.product_id: spec.quantity})))
        if spec.life is Life.STAFF_ADDED:
            meta.append((ADMIN_ADDED, "yes"))
        if end.ticket_status is not None and place is not None:
            meta.append((GENERATED, "yes"))
        if end.status == "trash":
            meta.append(("_wp_trash_meta_status", "wc-completed"))
        self._own_columns(spec, end, order_id)
        target = self._meta_of_orders
        if spec.together and place is not None:
            self._together[spec.together] = _Together(order_id, [(place, spec.quantity, texts)], len(target))
        target += [(order_id, key, value) for key, value in meta]

    @property
    def _meta_of_orders(self) -> list[tuple[int, str, str]]:
        """The rows of meta among which those of orders stand."""
        return self._order_meta if self._shop.spec.hpos else self._post_meta

    def _own_columns(self, spec: OrderSpec, end: OrderEnd, order_id: int) -> None:
        """Columns of the HPOS tables, or what stands for them in the meta of an order that is kept as a post."""
        paid = spec.life not in UNPAID_LIVES
        if self._shop.spec.hpos:
            self._table_order(order_id, end.status or "", spec.placed_at, reduced=end.reduced, paid=paid)
            return
        meta = [("_order_currency", self._shop.spec.currency)]
        if paid:
            meta.append(("_date_paid", str(int(spec.placed_at.timestamp()))))
        meta += [*billing(order_id), ("_order_stock_reduced", "yes" if end.reduced else "no")]
        self._post_meta += [(order_id, key, value) for key, value in meta]

    def _join(self, together: _Together, place: OrderedPlace, quantity: int, texts: fooevents.TicketTexts) -> None:
        """Another part of an order whose rows are made: its places stand with those of the others."""
        together.parts.append((place, quantity, texts))
        target, order_id = self._meta_of_orders, together.order_id
        places = tickets.places_values(order_id, together.parts)
        target[together.row] = (order_id, ORDER_TICKETS, places)
        target[together.row + 1] = (order_id, TICKETS_PURCHASED, php.serialize(together.purchased()))

    def _table_order(
        self,
        order_id: int,
        status: str,
        moment: dt.datetime,
        *,
        reduced: bool,
        refunds: int = 0,
        paid: bool = False,
    ) -> None:
        kind = "shop_order_refund" if refunds else "shop_order"
        (_, utc), person = self._times(moment), [value for _, value in billing(order_id)]
        email = person[-1]
        if not refunds:
            self._addresses.append((order_id, "billing", *person))
        self._orders.append((order_id, status, self._shop.spec.currency, kind, email, utc, utc, refunds))
        self._operational.append((order_id, self._shop.spec.woocommerce_version, int(reduced), utc if paid else None))

    def _line(self, order_id: int, spec: OrderSpec, quantity: int, title: str) -> int:
        item_id = self._item(order_id, title)
        seat = self._seat(spec)
        first = stock.first_item_meta(spec.product_id, spec.variation_id, quantity, seat)
        self._tell_of_item(item_id, first)
        self._totals[order_id] = self._totals.get(order_id, 0) + quantity * sum(seat)
        return item_id

    def _tell_of_item(self, item_id: int, meta: Iterable[tuple[str, str]]) -> None:
        self._item_meta += [(item_id, key, value) for key, value in meta]

    def _item(self, order_id: int, title: str, kind: str = "line_item") -> int:
        item_id, self._next_item = self._next_item, self._next_item + 1
        self._items.append((item_id, title, kind, order_id))
        return item_id

    def _seat(self, spec: OrderSpec) -> tuple[int, int]:
        key = spec.product_id, spec.variation_id
        if key not in self._seats:
            self._seats[key] = money.seat(self._shop, *key)
        return self._seats[key]

    def _lines(
        self, spec: OrderSpec, end: OrderEnd, order_id: int, *, split: bool, title: str, with_cell: bool
    ) -> None:
        managed = self._owner(spec) is not None
        quantities = [1] * spec.quantity if split else [spec.quantity]
        refunded = spec.life is Life.REFUNDED_BY_REST
        refund_id = self._refund(order_id, spec) if refunded else 0
        for quantity in quantities:
            item_id = self._line(order_id, spec, quantity, title)
            if managed and end.remembers_stock(split=split):
                self._tell_of_item(item_id, _stock_meta(quantity, refunded=refunded))
            if with_cell and end.cell_on_lines:
                cell = [("booking_slot_id", spec.slot_id), ("booking_date_id", spec.date_id)]
                self._tell_of_item(item_id, cell)
            if refunded:
                line = self._line(refund_id, spec, -quantity, title)
                self._item_meta.append((line, "_refunded_item_id", str(item_id)))
            if spec.refunds:
                self._given_back.append((spec, order_id, item_id, title))
        self._fee(order_id, spec.fee_cents)

    def _fee(self, order_id: int, cents: int) -> None:
        if cents:
            item_id = self._item(order_id, "Booking fee", "fee")
            self._tell_of_item(item_id, money.line_meta(cents, 0))
            self._totals[order_id] += cents

    def _refund(self, order_id: int, spec: OrderSpec) -> int:
        if self._shop.spec.hpos:
            refund_id = self._post(spec.placed_at, "shop_order_placehold", "draft", "")
            self._table_order(refund_id, "wc-completed", spec.placed_at, reduced=False, refunds=order_id)
        else:
            refund_id = self._post(spec.placed_at, "shop_order_refund", "wc-completed", "Refund", order_id)
        self._refunds.append(refund_id)
        return refund_id

    def _give_back(self) -> None:
        """The partial refunds, after everything else: no id of anything depends on them."""
        refunded: set[int] = set()
        for spec, order_id, item_id, title in self._given_back:
            if id(spec) in refunded:
                continue
            refunded.add(id(spec))
            for refund in spec.refunds:
                refund_id = self._refund(order_id, spec)
                if refund.seats:
                    line = self._line(refund_id, spec, -refund.seats, title)
                    self._item_meta.append((line, "_refunded_item_id", str(item_id)))
                else:
                    self._totals[refund_id] = -refund.cents

    def _amounts(self) -> None:
        """What every order costs and every refund gave back, now that all their lines are known."""
        for refund in self._refunds:
            given_back = money.stored_price(-self._totals.get(refund, 0))
            self._meta_of_orders.append((refund, "_refund_amount", given_back))
        if self._shop.spec.hpos:
            self._orders = [(*row, money.stored_price(self._totals.get(int(str(row[0])), 0))) for row in self._orders]
        else:
            for order in (int(str(row[0])) for row in self._posts if str(row[8]).startswith("shop_order")):
                self._post_meta.append((order, "_order_total", money.stored_price(self._totals.get(order, 0))))

    def _owner(self, spec: OrderSpec) -> int | None:
        key = (spec.product_id, spec.variation_id or 0)
        if key not in self._owners:
            self._owners[key] = stock.stock_owner(self._shop, *key)
        return self._owners[key]

    def _lower_stock(self, spec: OrderSpec, end: OrderEnd, order_id: int, *, split: bool) -> None:
        owner = self._owner(spec)
        if owner is None:
            return
        self._stock[owner] = self._stock.get(owner, 0) - spec.quantity * end.lowerings[split]
        if spec.life in (Life.PENDING, Life.FAILED):
            made = spec.placed_at.astimezone(dt.UTC)
            expires = made + stock.RESERVED_FOR
            self._reserved.append((order_id, owner, spec.quantity, stamp(made), stamp(expires)))

    def _tickets(
        self, spec: OrderSpec, status: str, order_id: int, place: OrderedPlace, texts: fooevents.TicketTexts, title: str
    ) -> None:
        for number in range(spec.quantity):
            ticket_id = self._post(spec.placed_at, tickets.TICKET, "publish", "#")
            first, booking = tickets.ticket_meta(self._shop, ticket_id, order_id, place, texts, title)
            self._posts[-1] = (*self._posts[-1][:3], f"#{first[0][1]}", *self._posts[-1][4:])
            if spec.life is Life.TICKETS_WITHOUT_IDS:
                booking = [row for row in booking if not row[0].endswith(_WITHOUT_IDS)]
            if status != tickets.NOT_CHECKED_IN or (spec.life is Life.TICKET_CANCELLED and not number):
                first[-1] = (first[-1][0], tickets.CANCELED)
            self._post_meta += [(ticket_id, key, value) for key, value in first + booking]

    def write(self, flat: Iterable[int] = ()) -> None:
        """Write everything; `flat` are products whose booking text staff saved after the last order."""
        database = self._shop.database
        self._give_back()
        self._amounts()
        database.execute("BEGIN")
        columns = "post_date, post_date_gmt, post_title, post_status, post_modified, post_modified_gmt, post_parent"
        operational = "order_id, woocommerce_version, order_stock_reduced, date_paid_gmt"
        tables = (
            ("posts", f"ID, {columns}, post_type", self._posts),
            ("postmeta", "post_id, meta_key, meta_value", self._post_meta),
            (
                "wc_orders",
                "id, status, currency, type, billing_email, date_created_gmt, date_updated_gmt, parent_order_id,"
                " total_amount",
                self._orders,
            ),
            ("wc_orders_meta", "order_id, meta_key, meta_value", self._order_meta),
            ("wc_order_operational_data", operational, self._operational),
            ("wc_order_addresses", "order_id, address_type, first_name, last_name, email", self._addresses),
            ("woocommerce_order_items", "order_item_id, order_item_name, order_item_type, order_id", self._items),
            ("woocommerce_order_itemmeta", "order_item_id, meta_key, meta_value", self._item_meta),
            ("wc_reserved_stock", "order_id, product_id, stock_quantity, timestamp, expires", self._reserved),
        )
        with database.indexed_afterwards("postmeta", "woocommerce_order_itemmeta"):
            for table, names, rows in tables:
                database.insert_many(table, names, rows)
        self._texts.store(frozenset(flat))
        for owner, change in self._stock.items():
            stock.change_stock(self._shop, owner, change)
        database.execute("COMMIT")


def _stock_meta(quantity: int, *, refunded: bool) -> list[tuple[str, str]]:
    """What a line tells of the stock that it lowered; a refund gave all of it back."""
    if refunded:
        return [("_reduced_stock", "0"), ("_restock_refunded_items", str(quantity))]
    return [("_reduced_stock", str(quantity))]
