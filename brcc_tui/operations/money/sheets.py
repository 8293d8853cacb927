"""Builds the sheets of what was read: the same text for the terminal, a printed page and a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from brcc_tui.model.dates import day_and_time
from brcc_tui.model.few_of_many import few_of_many
from brcc_tui.model.listing import Listing, Platform
from brcc_tui.model.money.door import DoorSheet, Guest, HeldOrder
from brcc_tui.model.money.refunds import Refunds, ShopSum, ShowOrder
from brcc_tui.model.money.report import By, Report, ReportRow
from brcc_tui.model.money.sheet import Chart, Sheet, SheetCell, Table, cell_text
from brcc_tui.model.quantity import Quantity, Unknown, is_known
from brcc_tui.model.shows.show import Show

SHOPS: Final = {Platform.EVENTBRITE: "Eventbrite", Platform.WOOCOMMERCE: "shop"}


def refunds_sheet(found: Refunds, *, names: bool, links: bool = True) -> Sheet:
    """What is to be refunded of a show."""
    each = _orders("Each of them:", found.orders, names=names, links=links)
    tables = [_sums(found), replace(each, nothing=_none_of(found.failed))]
    if found.doubtful:
        title = "Of the same products, without a word for which night:"
        tables.append(_orders(title, found.doubtful, names=names, links=links))
    failed = [f"{SHOPS[shop]}: {reason}" for shop, reason in found.failed.items()]
    reasons = dict.fromkeys(order.unknown for order in (*found.orders, *found.doubtful) if order.unknown)
    several = [f"{_numbers(found, reason)}: {reason}" for reason in reasons]
    return Sheet(
        title=f"Orders of {day_and_time(found.starts_at)}, {found.title}",
        lines=(
            f"as the shops say now, {day_and_time(found.read_at.astimezone(found.starts_at.tzinfo))}",
            *_listed(found.listed_at, found.starts_at),
        ),
        tables=tuple(tables),
        notes=(*failed, *found.more_back.values(), *found.notes, *several),
    )


def _none_of(failed: Mapping[Platform, str]) -> str:
    """What is said where nothing is in a list; a shop that could not be asked may have some."""
    return "none that is known" if failed else "none"


def _listed(listed_at: dt.datetime | None, starts_at: dt.datetime) -> tuple[str, ...]:
    """From when the list is of what sells the show: an event or a product that came since is not among it."""
    if listed_at is None:
        return ()
    return (f"its events and products as listed {day_and_time(listed_at.astimezone(starts_at.tzinfo))}",)


def _numbers(found: Refunds, reason: str) -> str:
    numbers = [order.number or "?" for order in (*found.orders, *found.doubtful) if order.unknown == reason]
    return f"order{'s' if len(numbers) > 1 else ''} {few_of_many(numbers, 5)}"


def _orders(title: str, orders: Iterable[ShowOrder], *, names: bool, links: bool) -> Table:
    header = ["order", "shop", "seats", "amount", "", "status"]
    header += ["name", "e-mail"] if names else []
    header += ["link"] if links else []
    rows = tuple(tuple(_order_cells(order, names=names, links=links)) for order in orders)
    return Table(tuple(header), rows, title, below="link" if links else "e-mail" if names else "")


def _order_cells(order: ShowOrder, *, names: bool, links: bool) -> Iterable[SheetCell]:
    yield from (order.number, SHOPS[order.shop], order.seats, order.amount, order.currency, order.status)
    if names:
        yield ", ".join(person.name for person in order.people)
        yield ", ".join(dict.fromkeys(person.email for person in order.people if person.email))
    if links:
        yield order.url


def _sums(found: Refunds) -> Table:
    rows: list[tuple[SheetCell, ...]] = [
        (SHOPS[part.shop], part.orders, part.seats, part.amount, part.currency, _without_a_sum(found, part))
        for part in found.sums()
    ]
    rows += [(SHOPS[shop], None, None, None, "", "could not be asked") for shop in found.failed]
    return Table(("shop", "orders", "seats", "to refund", "", ""), tuple(rows), "In all:")


def _without_a_sum(found: Refunds, part: ShopSum) -> str:
    """Beside a sum that is not known: how much of it is told, and why not all."""
    if part.amount is not None:
        return ""
    reason = "see below" if part.shop in found.more_back else part.unknown
    return f"{part.told} told: {reason}"


def refunds_rows(found: Refunds, *, names: bool) -> tuple[tuple[str, ...], list[tuple[SheetCell, ...]]]:
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
    rows: list[tuple[SheetCell, ...]] = []
    for order in (*found.orders, *found.doubtful):
        row: tuple[SheetCell, ...] = (
            found.show_id, order.number, order.shop.value, order.seats, order.amount, order.currency, order.status,
            order.placed_at.isoformat() if order.placed_at else "", "yes" if order.certain else "no", order.unknown,
            order.url,
        )  # fmt: skip
        if names:
            row += (", ".join(who.name for who in order.people), ", ".join(who.email for who in order.people))
        rows.append(row)
    return ((*header, "name", "email") if names else header), rows


def report_sheet(found: Report, by: By, *, roomy: bool = True) -> Sheet:
    """What a period brought. Without room the figures of the single shops, fees and house seats are left out."""
    rows, total = found.rows(by), found.total()
    currency = f", in {total.both.currency}" if total.both.currency else ""
    lines = [f"{found.first:%a %d %b %Y} to {found.last:%a %d %b %Y}, by {by.value}{currency}"]
    if not rows:
        lines.append("No show that is known here started in these days.")
    return Sheet(
        title="What the shows earned",
        lines=tuple(lines),
        tables=(_report_table(rows, total, roomy=roomy),) if rows else (),
        charts=tuple(_charts(rows, by)) if by is not By.SHOW else (),
        notes=tuple(_report_notes(found)),
        legend=(_LEGEND + (_OF_SHOPS if roomy else ""),) if rows else (),
    )


def _report_table(rows: Iterable[ReportRow], total: ReportRow, *, roomy: bool) -> Table:
    header = ("", "shows", "seats", "sold", "fill", "gross", "net", "Eventbrite", "shop", "fees", "house")
    shown = range(len(header)) if roomy else (0, 1, 3, 4, 5, 6)
    *lines, sums = [tuple(_line(row)[n] for n in shown) for row in (*rows, total)]
    return Table(tuple(header[n] for n in shown), tuple(lines), totals=(sums,))


def _line(row: ReportRow) -> tuple[SheetCell, ...]:
    by_shop = [
        row.shops[shop].gross if shop in row.shops else "" for shop in (Platform.EVENTBRITE, Platform.WOOCOMMERCE)
    ]
    fees = row.shops[Platform.EVENTBRITE].fees if Platform.EVENTBRITE in row.shops else ""
    return (
        row.label, row.shows, row.capacity, row.both.sold, percent(row.fill), row.both.gross, row.both.net, *by_shop,
        fees, row.house_seats,
    )  # fmt: skip


def percent(part: float | None) -> str:
    """`76 %`."""
    return "?" if part is None else f"{part * 100:.0f} %"


def _charts(rows: Sequence[ReportRow], by: By) -> Iterable[Chart]:
    labels = tuple(row.label for row in rows)
    if by is By.MONTH:
        yield _gross_chart(labels, [row.both.gross for row in rows])
    yield Chart(
        f"Fill by {by.value}", labels, tuple(row.fill for row in rows), tuple(percent(row.fill) for row in rows)
    )


def _gross_chart(labels: tuple[str, ...], gross: Sequence[Decimal | None]) -> Chart:
    most = max((amount for amount in gross if amount is not None), default=None) or 1
    parts = tuple(None if amount is None else float(amount / most) for amount in gross)
    return Chart("Gross by month", labels, parts, tuple(map(cell_text, gross)))


_LEGEND: Final = (
    "gross: what buyers paid, taxes and fees included, less refunds. net: Eventbrite's after its fees, the shop's"
    " without taxes. fees: Eventbrite's."
)
_OF_SHOPS: Final = " Eventbrite and shop: the gross of each. house: seats that the house keeps for itself."


def _report_notes(found: Report) -> Iterable[str]:
    total = found.total()
    for shop, figures in total.shops.items():
        reasons: dict[str, list[str]] = {}
        for name, reason in figures.unknown.items():
            reasons.setdefault(reason, []).append(name)
        for reason, names in reasons.items():
            yield f"{SHOPS[shop]}, {' and '.join(names)}: {reason}"
    yield from found.notes


REPORT_COLUMNS: Final = (
    "key", "label", "shows", "capacity", "sold", "fill", "gross", "net", "fees", "house_seats", "currency",
    "eventbrite_sold", "eventbrite_gross", "eventbrite_net", "eventbrite_fees",
    "woocommerce_sold", "woocommerce_gross", "woocommerce_net", "woocommerce_fees", "unknown",
)  # fmt: skip


def report_rows(found: Report, by: By) -> tuple[tuple[str, ...], list[tuple[SheetCell, ...]]]:
    """The same as a table for a spreadsheet, without the total: whoever adds up adds no sum.

    The cells of a shop that does not sell what the row is of are empty.
    """
    rows: list[tuple[SheetCell, ...]] = []
    for row in found.rows(by):
        both = row.both
        fill = None if row.fill is None else f"{row.fill:.4f}"
        cells: list[SheetCell] = [
            row.key,
            row.label,
            row.shows,
            row.capacity,
            both.sold,
            fill,
            both.gross,
            both.net,
            both.fees,
        ]
        cells += [row.house_seats, both.currency]
        for shop in Platform:
            figures = row.shops.get(shop)
            cells += [figures.sold, figures.gross, figures.net, figures.fees] if figures else [None] * 4
        rows.append((*cells, "; ".join(f"{name}: {reason}" for name, reason in both.unknown.items())))
    return REPORT_COLUMNS, rows


def door_sheet(found: DoorSheet) -> Sheet:
    """The sheet for the door: numbers, held orders and, where they were asked for, the guests to tick off."""
    house = f", {found.show.held_back} of them held back by the house" if found.show.held_back else ""
    note = f" ({found.show.held_back_note})" if found.show.held_back_note else ""
    read_at = found.read_at.astimezone(found.show.starts_at.tzinfo)
    titles = {listing.id: _called(listing) for listing in found.show.listings}
    tables = [_door_numbers(found.show, titles)]
    if found.held_orders:
        tables.append(_held_orders(found.held_orders, titles, names=found.guests is not None))
    if found.guests is not None:
        tables.append(replace(_guest_list(found.guests, titles), nothing=_none_of(found.failed)))
    return Sheet(
        title=f"{day_and_time(found.show.starts_at)}, {found.show.title}",
        lines=(
            f"{found.show.room.seats} seats ({found.show.room.name}){house}{note}",
            f"as it was at {read_at:%H:%M on %a %d %b}",
            *_listed(found.listed_at, found.show.starts_at),
        ),
        tables=tuple(tables),
        notes=tuple(_door_notes(found)),
    )


def _door_numbers(show: Show, titles: Mapping[str, str]) -> Table:
    return Table(
        ("listing", "shop", "sold", "held"),
        tuple(
            (titles[one.id], SHOPS[one.platform], _seats(one.reading.sold), _seats(one.reading.held))
            for one in show.listings
        ),
        totals=(("together", "", _seats(show.sold), _seats(show.held)),),
    )


def _held_orders(orders: Iterable[HeldOrder], titles: Mapping[str, str], *, names: bool) -> Table:
    return Table(
        ("order", "seats", "status", *(["name"] if names else []), "listing"),
        tuple(
            (one.number, one.seats, one.status, *([one.name or ""] if names else []), titles.get(one.listing_id, ""))
            for one in orders
        ),
        "Held, without a ticket yet:",
    )


def _guest_list(guests: Iterable[Guest], titles: Mapping[str, str]) -> Table:
    return Table(
        ("", "name", "seats", "order", "shop", "listing"),
        tuple(
            ("[ ]", one.name, one.seats, one.number, SHOPS[one.shop], titles.get(one.listing_id, "")) for one in guests
        ),
        "Guests:",
    )


def _door_notes(found: DoorSheet) -> Iterable[str]:
    for listing in found.show.listings:
        for name, reason in listing.reading.unknowns().items():
            if name in ("sold", "held"):
                yield f"{_called(listing)}, {name}: {reason}"
    for shop, reason in found.failed.items():
        yield f"{SHOPS[shop]}: {reason}"
    yield from found.notes
    if found.guests is not None and is_known(found.show.sold):
        named = sum(guest.seats for guest in found.guests)
        if named != found.show.sold:
            yield f"{named} seats are on the list, {cell_text(_seats(found.show.sold))} are sold"


def _called(listing: Listing) -> str:
    return f"{listing.title}, {listing.slot}" if listing.slot else listing.title


def _seats(number: Quantity) -> SheetCell:
    return number if isinstance(number, int) else None if isinstance(number, Unknown) else str(number)


def door_rows(found: DoorSheet) -> tuple[tuple[str, ...], list[tuple[SheetCell, ...]]]:
    """The guests as a table for a spreadsheet; without names the listings and held orders."""
    if found.guests is not None:
        header: tuple[str, ...] = ("name", "seats", "order", "shop", "listing")
        return header, [(x.name, x.seats, x.number, x.shop.value, x.listing_id) for x in found.guests]
    read = [(one, one.reading) for one in found.show.listings]
    rows: list[tuple[SheetCell, ...]] = [
        (one.id, one.platform.value, "", _seats(reading.sold), _seats(reading.held), "") for one, reading in read
    ]
    rows += [(one.listing_id, one.shop.value, one.number, None, one.seats, one.status) for one in found.held_orders]
    return ("listing", "shop", "order", "sold", "held", "status"), rows
