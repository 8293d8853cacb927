"""Sheets of what was read: the same words for the terminal, a printed page and a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from brcc_tui.model.listing import Platform
from brcc_tui.model.money.refunds import Refunds, ShowOrder
from brcc_tui.model.money.sheet import Cell, Sheet, Table

SHOPS: Final = {Platform.EVENTBRITE: "Eventbrite", Platform.WOOCOMMERCE: "shop"}


def when(start: dt.datetime) -> str:
    """`Fri 27 Nov 2026 20:00`."""
    return f"{start:%a %d %b %Y %H:%M}"


def refunds_sheet(found: Refunds, *, names: bool, links: bool = True) -> Sheet:
    """What is to be refunded of a show."""
    tables = [_orders("", found.orders, names=names, links=links), _sums(found)]
    if found.doubtful:
        title = "Of the same products, without a word for which night:"
        tables.insert(1, _orders(title, found.doubtful, names=names, links=links))
    failed = [f"{SHOPS[shop]}: {reason}" for shop, reason in found.failed.items()]
    reasons = dict.fromkeys(order.unknown for order in (*found.orders, *found.doubtful) if order.unknown)
    several = [f"{_numbers(found, reason)}: {reason}" for reason in reasons]
    return Sheet(
        title=f"Orders of {when(found.starts_at)}, {found.title}",
        lines=(f"as the shops say now, {when(found.read_at.astimezone(found.starts_at.tzinfo))}",),
        tables=tuple(tables),
        notes=(*failed, *several),
    )


def _numbers(found: Refunds, reason: str) -> str:
    numbers = [order.number or "?" for order in (*found.orders, *found.doubtful) if order.unknown == reason]
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"order{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:5])}{more}"


def _orders(title: str, orders: Iterable[ShowOrder], *, names: bool, links: bool) -> Table:
    header = ["order", "shop", "seats", "amount", "", "status"]
    header += ["name", "e-mail"] if names else []
    header += ["link"] if links else []
    rows = []
    for order in orders:
        row: list[Cell] = [order.number, SHOPS[order.shop], order.seats, order.amount, order.currency, order.status]
        if names:
            row.append(", ".join(person.name for person in order.people))
            row.append(", ".join(dict.fromkeys(person.email for person in order.people if person.email)))
        rows.append((*row, order.url) if links else tuple(row))
    return Table(tuple(header), tuple(rows), title)


def _sums(found: Refunds) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (SHOPS[part.shop], part.orders, part.seats, part.amount, part.currency, part.unknown) for part in found.sums()
    ]
    rows += [(SHOPS[shop], None, None, None, "", "could not be asked") for shop in found.failed]
    return Table(("shop", "orders", "seats", "to refund", "", ""), tuple(rows), "In all:")


def refunds_rows(found: Refunds, *, names: bool) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """The same as a table for a spreadsheet."""
    header = (
        "show",
        "order",
        "shop",
        "seats",
        "amount",
        "currency",
        "status",
        "placed_at",
        "certain",
        "unknown",
        "url",
    )
    rows: list[tuple[Cell, ...]] = []
    for order in (*found.orders, *found.doubtful):
        row: tuple[Cell, ...] = (
            found.show_id, order.number, order.shop.value, order.seats, order.amount, order.currency, order.status,
            order.placed_at.isoformat() if order.placed_at else "", "yes" if order.certain else "no", order.unknown,
            order.url,
        )  # fmt: skip
        if names:
            row += (", ".join(who.name for who in order.people), ", ".join(who.email for who in order.people))
        rows.append(row)
    return ((*header, "name", "email") if names else header), rows
