"""The measured walks of an order's life, and a walker who lives them on a practice site.

`facts/order_lives.tsv` holds what real WordPress sites showed at every step.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path

import phpserialize

from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.wordpress.staff import RefundBy
from brcc_tui.sandbox.world.types import ProductSpec, SiteSpec

SLOT, DATE, OTHER_DATE = "aslotaslotaslotaslot", "adateadateadateadate", "otherotherotherother"
TEXT = (
    f'{{"{SLOT}":{{"label":"Late show","hour":"21","minute":"30","period":"","add_time":"enabled",'
    f'"{DATE}_add_date":"December 05, 2026","{DATE}_stock":"10",'
    f'"{OTHER_DATE}_add_date":"December 12, 2026","{OTHER_DATE}_stock":"10"}}}}'
)
FACTS = Path(__file__).parent / "facts" / "order_lives.tsv"
PRODUCT = 4156


def _read_facts() -> dict[tuple[str, str, str], list[list[str]]]:
    walks: dict[tuple[str, str, str], list[list[str]]] = {}
    with FACTS.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t", quotechar="\0"):
            if row[0] != "storage":
                walks.setdefault((row[0], row[1], row[2]), []).append(row)
    return walks


WALKS = _read_facts()


class Walker:
    """Lives one walk on a fresh site; every step's words are those of the table."""

    def __init__(self, storage: str, walk: str, kind: str) -> None:
        self.now = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
        self.site = WordPressSite(SiteSpec(hpos=storage == "hpos"), clock=lambda: self.now)
        self.bookings, self.managed = kind != "single", kind != "bookings"
        meta = [
            ("WooCommerceEventsEvent", "Event"),
            ("WooCommerceEventsType", "bookings" if self.bookings else "single"),
        ]
        if self.bookings:
            meta.append(("fooevents_bookings_options_serialized", TEXT))
        stock = 10 if self.managed else None
        self.site.add_product(ProductSpec(PRODUCT, "Late show", tuple(meta), manage_stock=self.managed, stock=stock))
        self.orders: list[int] = []
        self.quantity = 1 if walk.startswith("E5") else 2
        if walk == "13 tickets sent on processing":
            self.site.send_tickets_on("processing")

    def cell(self, date_id: str = DATE) -> dict[str, str]:
        return {"slot_id": SLOT, "date_id": date_id} if self.bookings else {}

    @property
    def order(self) -> int:
        return self.orders[0]

    def ticket(self, number: int) -> int:
        return self.site.tickets(self.order)[number - 1]

    async def live(self, step: str) -> None:
        self.now += dt.timedelta(seconds=2)
        await _ACTIONS[step](self)

    def seen(self) -> list[str]:
        """The same columns as the table's, from order status to refunds."""
        seen = [self._order(order_id) for order_id in self.orders]
        columns = [" + ".join(column) for column in zip(*seen, strict=True)] if seen else [""] * 10
        text = self.site.booking_text(PRODUCT) if self.bookings else None
        blob = "None" if text is None else str(self.site.places_left(PRODUCT, SLOT, DATE))
        reserved = self.site.database.value("SELECT COALESCE(SUM(stock_quantity),0) FROM {p}wc_reserved_stock")
        return [*columns[:3], blob, str(self.site.stock(PRODUCT)), f"{reserved:.0f}", *columns[3:]]

    def _order(self, order_id: int) -> list[str]:
        database, hpos = self.site.database, self.site.spec.hpos
        post = database.rows("SELECT post_type, post_status FROM {p}posts WHERE ID=?", (order_id,))
        row = database.rows("SELECT type, status FROM {p}wc_orders WHERE id=?", (order_id,))
        meta = {key: value for _, key, value in self.site.shop.orders.meta.rows(order_id)}
        gone = not post and not row
        return [
            str(self.site.order_status(order_id)),
            "/".join(map(str, post[0])) if post else "None",
            "/".join(map(str, row[0])) if row else "None",
            self._tickets(order_id),
            _places(meta.get("WooCommerceEventsOrderTickets"), "orders_meta" if hpos else "postmeta"),
            meta.get("WooCommerceEventsTicketsGenerated", "None"),
            meta.get("WooCommerceEventsTicketsPurchased", "None"),
            self._items(order_id),
            "-" if gone else self._flag(order_id, meta),
            str(len(self.site.shop.orders.refunds(order_id))),
        ]

    def _tickets(self, order_id: int) -> str:
        counted: dict[str, int] = {}
        for ticket_id in self.site.tickets(order_id):
            status = self.site.database.value("SELECT post_status FROM {p}posts WHERE ID=?", (ticket_id,))
            key = f"{self.site.shop.posts.get(ticket_id, 'WooCommerceEventsStatus')}/{status}"
            counted[key] = counted.get(key, 0) + 1
        return str(counted)

    def _items(self, order_id: int) -> str:
        items = []
        rows = self.site.database.rows(
            "SELECT order_item_id FROM {p}woocommerce_order_items WHERE order_id=? ORDER BY 1", (order_id,)
        )
        for (item_id,) in rows:
            meta = {key: value for _, key, value in self.site.shop.items.rows(int(str(item_id)))}
            cell = f"{int('booking_slot_id' in meta)}{int('booking_date_id' in meta)}"
            restocked = f" rr{meta['_restock_refunded_items']}" if "_restock_refunded_items" in meta else ""
            items.append(f"q{meta['_qty']} r{meta.get('_reduced_stock', '-')} b{cell}{restocked}")
        return str(items)

    def _flag(self, order_id: int, meta: dict[str, str]) -> str:
        if not self.site.spec.hpos:
            return meta["_order_stock_reduced"]
        sql = "SELECT order_stock_reduced FROM {p}wc_order_operational_data WHERE order_id=?"
        return str(self.site.database.value(sql, (order_id,)))


def _places(stored: str | None, table: str) -> str:
    if stored is None:
        return "-"
    events = phpserialize.loads(stored.encode(), decode_strings=True)
    return f"{sum(len(event) for event in events.values())} in {table} {stored[:9]}"


Action = Callable[[Walker], Awaitable[object]]


def _buy(gateway: Gateway, quantity: int | None = None) -> Action:
    async def act(walker: Walker) -> None:
        places = quantity or walker.quantity
        walker.orders.append(await walker.site.checkout(PRODUCT, places, gateway=gateway, **walker.cell()))

    return act


def _retry(gateway: Gateway) -> Action:
    return lambda walker: walker.site.checkout(PRODUCT, 2, gateway=gateway, retry_of=walker.order, **walker.cell())


def _status(status: str, which: int = 0) -> Action:
    return lambda walker: walker.site.set_status(walker.orders[which], status)


def _refund(by: RefundBy, quantity: int | None = None) -> Action:
    return lambda walker: walker.site.refund(walker.order, by=by, quantity=quantity)


def _at_once(do: Callable[[Walker], None]) -> Action:
    async def act(walker: Walker) -> None:
        do(walker)

    return act


async def _add_ticket(walker: Walker) -> None:
    order_id, _ = await walker.site.add_ticket(PRODUCT, **walker.cell(OTHER_DATE))
    walker.orders.append(order_id)


async def _open_block_checkout(walker: Walker) -> None:
    walker.orders.append(await walker.site.open_block_checkout(PRODUCT, 2))


async def _order_by_rest(walker: Walker) -> None:
    walker.orders.append(await walker.site.create_order(PRODUCT, 2, status="processing"))


_trash_order = _at_once(lambda walker: walker.site.trash_order(walker.order))
_delete_order = _at_once(lambda walker: walker.site.delete_order(walker.order))

_ACTIONS: dict[str, Action] = {
    "checkout bacs": _buy(Gateway.BACS),
    "checkout cod": _buy(Gateway.COD),
    "checkout card (payment_complete)": _buy(Gateway.CARD),
    "checkout declined: failed": _buy(Gateway.DECLINED),
    "checkout, gateway exception": _buy(Gateway.EXCEPTION),
    "checkout (hosted payment): pending": _buy(Gateway.HOSTED),
    "checkout: pending": _buy(Gateway.HOSTED),
    "second buyer 3, pending": _buy(Gateway.HOSTED, 3),
    "retry at checkout, COD": _retry(Gateway.COD),
    "back to checkout, COD": _retry(Gateway.COD),
    "paid on order-pay page": lambda walker: walker.site.pay(walker.order),
    "thank-you page 200": _at_once(lambda walker: walker.site.thank_you_page(walker.order)),
    "wc_cancel_unpaid_orders": lambda walker: walker.site.cancel_unpaid_orders(dt.timedelta(0)),
    "checkout page opened: checkout-draft": _open_block_checkout,
    "placed, COD": lambda walker: walker.site.place_block_checkout(walker.order),
    "POST /orders processing": _order_by_rest,
    "ticket added in wp-admin": _add_ticket,
    "ticket 1 edit screen: Canceled": _at_once(lambda w: w.site.set_ticket_status(w.ticket(1), "Canceled")),
    "ticket 1 moved (not cell-aware count)": lambda w: w.site.move_ticket(w.ticket(1), SLOT, OTHER_DATE),
    "ticket 1 trashed": _at_once(lambda walker: walker.site.trash_ticket(walker.ticket(1))),
    "ticket 2 trashed": _at_once(lambda walker: walker.site.trash_ticket(walker.ticket(2))),
    "ticket 1 deleted for good": _at_once(lambda walker: walker.site.delete_ticket(walker.ticket(1))),
    "order form saved": lambda walker: walker.site.save_order_form(walker.order),
    "order form: status Completed": lambda walker: walker.site.save_order_form(walker.order, status="completed"),
    "order form: status Refunded, restock ticked": lambda walker: walker.site.save_order_form(
        walker.order, status="refunded", restock=True
    ),
    "refund REST full": _refund(RefundBy.REST),
    "wc_create_refund full, restock_items": _refund(RefundBy.CODE),
    "refund admin screen full, restock ticked": _refund(RefundBy.ADMIN),
    "REST refund 1 of 2": _refund(RefundBy.REST, 1),
    "admin refund 1 of 2, restock": _refund(RefundBy.ADMIN, 1),
    "admin refund the other, restock": _refund(RefundBy.ADMIN, 1),
    "REST DELETE (trash)": _trash_order,
    "completed -> trash": _trash_order,
    "pending -> trash": _trash_order,
    "untrashed": _at_once(lambda walker: walker.site.untrash_order(walker.order)),
    "deleted for good": _delete_order,
    "REST DELETE force": _delete_order,
    "REST PUT status refunded": _status("refunded"),
    "second -> cancelled": _status("cancelled", 1),
    **dict.fromkeys(("-> completed", "-> completed again", "order -> completed again"), _status("completed")),
    **dict.fromkeys(("-> completed after refund", "first -> completed"), _status("completed")),
    **dict.fromkeys(("-> cancelled", "-> cancelled again"), _status("cancelled")),
    **dict.fromkeys(("order -> cancelled", "its order -> cancelled"), _status("cancelled")),
    **dict.fromkeys(("-> processing", "-> processing again", "-> processing (paid late)"), _status("processing")),
    **dict.fromkeys(("paid late -> processing", "completed -> processing"), _status("processing")),
    "-> on-hold": _status("on-hold"),
    **dict.fromkeys(("-> pending back", "completed -> pending"), _status("pending")),
    **dict.fromkeys(("-> failed", "-> failed with tickets"), _status("failed")),
}
