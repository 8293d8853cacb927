"""Reads the door list of a show: numbers now, held orders and, with names, the guests of both shops."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from brcc_tui.logs import operation
from brcc_tui.model.app_error import AppError
from brcc_tui.model.counting import DRAFT, is_sold
from brcc_tui.model.counts import ProductCells
from brcc_tui.model.dates import day_and_time
from brcc_tui.model.listing import SHOP_NAMES, Listing, Platform
from brcc_tui.model.listing_id import parent_of
from brcc_tui.model.money.door import DoorSheet, Guest, HeldOrder
from brcc_tui.model.money.records import OrderRecord
from brcc_tui.model.money.shares import Part, parts
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.listing_gaps import ListingGaps, listing_gaps
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.shows import moved_away, summed_now, with_new
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.context import ClubContext, import_clients
from brcc_tui.operations.money.places import (
    classes_by_event,
    listing_of_part,
    of_no_class,
    only_cells,
    too_few_bought,
    whole_products,
)
from brcc_tui.operations.money.refunds import NO_DATABASE, NO_EVENTBRITE

_NUMBERS: Final = {"capacity", "sold", "remaining"}

OnShop = tuple[list[HeldOrder], list[Guest], list[str]]


async def read_door(club: ClubContext, show: Show, *, names: bool = False) -> DoorSheet:
    """The door of the show as it is now. `names` asks for the guests; they are returned, and kept nowhere."""
    with operation("door"):
        await import_clients()
        began = club.clock.now()
        asked: dict[Platform, Awaitable[OnShop | Unread]] = {}
        if any(listing.platform is Platform.WOOCOMMERCE for listing in show.listings):
            asked[Platform.WOOCOMMERCE] = _shop(club, show, names)
        if classes_by_event(show.listings) and names:
            asked[Platform.EVENTBRITE] = tried(f"guests of {show.id}", _eventbrite(club, show))
        listings, answers = await asyncio.gather(
            read_live(club, [listing.id for listing in show.listings]), asyncio.gather(*asked.values())
        )
        gaps = await asyncio.to_thread(listing_gaps, club, show)
    grown = with_new(club, show, listings)
    if len(grown.listings) > len(show.listings):
        # Something was put on sale since the last refresh: its guests come too.
        return await read_door(club, grown, names=names)
    gaps = replace(gaps, notes=(*gaps.notes, *dict.fromkeys(map(_moved, moved_away(club, show, listings)))))
    now = summed_now(club, show, {listing.id: listing for listing in listings})
    return _door_sheet(now, began, dict(zip(asked, answers, strict=True)), gaps, names=names)


def _moved(listing: Listing) -> str:
    what, start = f"{listing.title} ({parent_of(listing.id)})", day_and_time(listing.starts_at)
    return (
        f"{SHOP_NAMES[listing.platform]}: {what} is at {start} now in its shop, and is counted here all the same:"
        " refresh, then ask again"
    )


def _door_sheet(
    show: Show, read_at: dt.datetime, answers: Mapping[Platform, OnShop | Unread], gaps: ListingGaps, *, names: bool
) -> DoorSheet:
    """What the shops told, put together."""
    held, guests, notes, failed = list[HeldOrder](), list[Guest](), [*gaps.notes], {**gaps.failed}
    for shop, answer in answers.items():
        if isinstance(answer, Unread):
            failed[shop] = answer.reason
        else:
            held += answer[0]
            guests += answer[1]
            notes += answer[2]
    failed = {**_silent(show), **failed}
    return DoorSheet(
        show=show,
        read_at=read_at,
        held_orders=tuple(sorted(held, key=lambda order: (order.shop, order.number))),
        guests=tuple(sorted(guests, key=lambda guest: guest.place)) if names else None,
        failed=failed,
        notes=tuple(notes),
        listed_at=gaps.listed_at,
    )


def _silent(show: Show) -> Mapping[Platform, str]:
    """The shops that told no number at all of what they sell of the show, with the reason."""
    unread: dict[Platform, str] = {}
    for shop in Platform:
        mine = [listing.reading.unknowns() for listing in show.listings if listing.platform is shop]
        if mine and all(unknown.keys() >= _NUMBERS for unknown in mine):
            unread[shop] = mine[0]["sold"]
    return unread


async def _shop(club: ClubContext, show: Show, names: bool) -> OnShop | Unread:
    if club.wordpress is None:
        return Unread(NO_DATABASE)
    mine = {listing.id for listing in show.listings}
    products = whole_products(club, show.listings)
    found = await tried(f"orders of {show.id}", club.wordpress.orders(only_cells(products, mine), names=names))
    if isinstance(found, Unread):
        return found
    held, guests = list[HeldOrder](), list[Guest]()
    for record in found.records:
        for part, listing in _parts_in(record, products, mine):
            if part.seats > part.sold:
                held.append(_held(record, part, listing, names=names))
            if names:
                guests += _guests(record, part, listing)
    return held, guests, [f"the shop: {words}" for words in (*found.late, *(found.left_out if names else ()))]


def _parts_in(
    record: OrderRecord, products: Mapping[int, ProductCells], mine: Collection[str]
) -> Iterable[tuple[Part, str]]:
    """The parts of an order that are of these listings, each with its own; a basket is of none."""
    for part in parts(record, products) if record.status != DRAFT else ():
        listing = listing_of_part(part, mine)
        if listing is not None:
            yield part, listing


def _held(record: OrderRecord, part: Part, listing: str, *, names: bool) -> HeldOrder:
    """An order of which seats are taken that have no ticket yet."""
    status = (record.status or "no status").removeprefix("wc-")
    name = (record.buyer.name if record.buyer else "") if names else None
    return HeldOrder(Platform.WOOCOMMERCE, record.number, part.seats - part.sold, status, listing, name)


def _guests(record: OrderRecord, part: Part, listing: str) -> Iterable[Guest]:
    """Each name of an order with its seats: of valid tickets alone."""
    valid = {ticket.id for ticket in record.tickets if is_sold(ticket)}
    mine = [ticket for ticket in part.tickets if ticket in valid and ticket in record.people]
    named = Counter(record.people[ticket].name for ticket in mine)
    for name, seats in named.items():
        yield Guest(name, seats, record.number, Platform.WOOCOMMERCE, listing)


async def _eventbrite(club: ClubContext, show: Show) -> OnShop:
    if club.eventbrite is None:
        raise AppError(NO_EVENTBRITE, next_step="set PRIVATE_TOKEN")
    found: list[Guest] = []
    notes: list[str] = []
    for event, classes in classes_by_event(show.listings).items():
        places = await club.eventbrite.attendees(event, names=True)
        named = Counter(
            (place.person.name if place.person else "", place.order_id, f"eb:{event}:{place.class_id}")
            for place in places
            if place.is_valid and place.class_id in classes
        )
        found += [Guest(name, n, order, Platform.EVENTBRITE, listing) for (name, order, listing), n in named.items()]
        notes += filter(None, [of_no_class(event, places), too_few_bought(event, show.listings, places)])
    return [], found, notes
