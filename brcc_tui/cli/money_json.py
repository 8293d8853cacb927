"""The JSON of the money commands, as plain values: amounts are decimal strings, an unknown is null with a reason."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from brcc_tui.model.money.amounts import amount_text
from brcc_tui.model.quantity import Unknown, plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from brcc_tui.cli.as_json import Json
    from brcc_tui.model.listing import Platform
    from brcc_tui.model.money.door import DoorSheet
    from brcc_tui.model.money.refunds import Refunds, ShopSum, ShowOrder
    from brcc_tui.model.money.report import By, Figures, Report, ReportRow


def _amount_json(value: Decimal | None) -> str | None:
    """`15.94`."""
    return None if value is None else amount_text(value)


def refunds_json(found: Refunds, *, names: bool) -> Json:
    """What is to be refunded of a show."""
    return {
        "show": found.show_id,
        "title": found.title,
        "starts_at": found.starts_at.isoformat(),
        "read_at": found.read_at.isoformat(),
        "listed_at": _moment(found.listed_at),
        "orders": [_order(order, names=names) for order in found.orders],
        "doubtful": [_order(order, names=names) for order in found.doubtful],
        "notes": list(found.notes),
        "sums": [*map(_sum, found.sums()), *(_no_sum(shop, reason) for shop, reason in found.failed.items())],
        "failed": _money_failures_json(found.failed),
    }


def _moment(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _money_failures_json(failed: Mapping[Platform, str]) -> list[Json]:
    """The shops that could not be asked."""
    return [{"id": shop.value, "title": shop.value, "reason": reason} for shop, reason in failed.items()]


def _order(order: ShowOrder, *, names: bool) -> Json:
    return {
        "order": order.number,
        "id": order.id,
        "shop": order.shop.value,
        "seats": order.seats,
        "amount": _amount_json(order.amount),
        "currency": order.currency or None,
        "status": order.status,
        "url": order.url or None,
        "placed_at": _moment(order.placed_at),
        "people": [{"name": who.name, "email": who.email} for who in order.people] if names else None,
        "unknown": {"amount": order.unknown} if order.amount is None else {},
    }


def _sum(part: ShopSum) -> Json:
    return {
        "shop": part.shop.value,
        "currency": part.currency or None,
        "orders": part.orders,
        "seats": part.seats,
        "amount": _amount_json(part.amount),
        "told": _amount_json(part.told),
        "unknown": {"amount": part.unknown} if part.amount is None else {},
    }


def _no_sum(shop: Platform, reason: str) -> Json:
    numbers = ("orders", "seats", "amount", "told")
    return {"shop": shop.value, "currency": None, **dict.fromkeys(numbers), "unknown": dict.fromkeys(numbers, reason)}


def report_json(found: Report, by: By) -> Json:
    """What a period brought."""
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "by": by.value,
        "read_at": found.read_at.isoformat(),
        "rows": [_row(row) for row in found.rows(by)],
        "total": _row(found.total()),
        "outside": _figures(found.outside) if found.outside else None,
        "notes": list(found.notes),
        "failed": _money_failures_json(found.failed),
    }


def _row(row: ReportRow) -> Json:
    return {
        "key": row.key,
        "label": row.label,
        "shows": row.shows,
        "capacity": row.capacity,
        "house_seats": row.house_seats,
        "fill": None if row.fill is None else round(row.fill, 4),
        **_figures(row.both),
        "shops": {shop.value: _figures(figures) for shop, figures in row.shops.items()},
    }


def _figures(figures: Figures) -> Json:
    return {
        "sold": figures.sold,
        "gross": _amount_json(figures.gross),
        "net": _amount_json(figures.net),
        "fees": _amount_json(figures.fees),
        "currency": figures.currency or None,
        "unknown": dict(figures.unknown),
    }


def door_json(found: DoorSheet) -> Json:
    """The sheet for the door of a show."""
    numbers = {"sold": found.show.sold, "held": found.show.held}
    return {
        "show": found.show.id,
        "title": found.show.title,
        "starts_at": found.show.starts_at.isoformat(),
        "read_at": found.read_at.isoformat(),
        "listed_at": _moment(found.listed_at),
        "room": found.show.room.name,
        "seats": found.show.room.seats,
        "house_seats": found.show.held_back,
        "house_note": found.show.held_back_note,
        "sold": plain(found.show.sold),
        "held": plain(found.show.held),
        "listings": [
            {
                "id": one.id,
                "shop": one.platform.value,
                "title": one.title,
                "slot": one.slot,
                "sold": plain(one.reading.sold),
                "held": plain(one.reading.held),
                "unknown": {k: v for k, v in one.reading.unknowns().items() if k in ("sold", "held")},
            }
            for one in found.show.listings
        ],
        "held_orders": [
            {
                "order": one.number,
                "shop": one.shop.value,
                "seats": one.seats,
                "status": one.status,
                "listing": one.listing_id,
                "name": one.name,
            }
            for one in found.held_orders
        ],
        "guests": None
        if found.guests is None
        else [
            {
                "name": one.name,
                "seats": one.seats,
                "order": one.number,
                "shop": one.shop.value,
                "listing": one.listing_id,
            }
            for one in found.guests
        ],
        "unknown": {name: number.reason for name, number in numbers.items() if isinstance(number, Unknown)},
        "notes": list(found.notes),
        "failed": _money_failures_json(found.failed),
    }
