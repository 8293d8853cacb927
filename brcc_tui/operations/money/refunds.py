"""Reads what to refund for a show: its orders on both shops, with number, seats, amount, status and link."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from brcc_tui.logs import operation
from brcc_tui.model.app_error import AppError
from brcc_tui.model.counting import DRAFT
from brcc_tui.model.listing import Platform
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.money.amounts import NOTHING, added
from brcc_tui.model.money.eventbrite import BoughtPlace
from brcc_tui.model.money.records import OrderRecord, Person
from brcc_tui.model.money.refunds import Refunds, ShowOrder
from brcc_tui.model.money.shares import Part, is_paid, parts
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.listing_gaps import ListingGaps, listing_gaps
from brcc_tui.operations.catalogue.shows import with_new
from brcc_tui.operations.catalogue.tried import Unread, tried, tried_one
from brcc_tui.operations.context import ClubContext, import_clients
from brcc_tui.operations.money.cancelled import cancelled_of
from brcc_tui.operations.money.partial_refunds import given_back_in_part
from brcc_tui.operations.money.places import (
    classes_by_event,
    listing_of_part,
    of_no_class,
    only_cells,
    too_few_bought,
    whole_products,
)

NO_DATABASE = "the WordPress database is not configured: only it has the orders"
NO_EVENTBRITE = "Eventbrite is not configured"
CANCELLED_UNREFUNDED = (
    "it was cancelled at Eventbrite without a refund there: whether the money went back, nobody noted"
)
NO_AMOUNT = "Eventbrite gives no amount for it"
AWAITS_PAYMENT = "Eventbrite waits for its payment: whether the club was paid in another way, Eventbrite does not know"


async def read_refunds(club: ClubContext, show: Show, *, names: bool = False) -> Refunds:
    """Every order of the show, as both shops tell now. A shop that cannot be asked is named in `failed`.

    `names` asks for the people as well; they are in what is returned, and nothing here keeps or logs them.
    """
    with operation("refunds"):
        await import_clients()
        began = club.clock.now()
        asked: dict[Platform, Coroutine[object, object, _OfShop]] = {}
        if any(listing.platform is Platform.WOOCOMMERCE for listing in show.listings):
            asked[Platform.WOOCOMMERCE] = _of_shop(club, show, names)
        if classes_by_event(show.listings) or club.eventbrite is not None:
            asked[Platform.EVENTBRITE] = _of_eventbrite(club, show, names)
        tries = (tried(f"orders of {show.id}", question) for question in asked.values())
        answers = dict(zip(asked, await asyncio.gather(*tries), strict=True))
        gaps = await asyncio.to_thread(listing_gaps, club, show)
    return _refunds(show, began, answers, gaps)


@dataclass(frozen=True, slots=True)
class _OfShop:
    """What a shop told: orders, what went back beside them, and what could not be looked into; whether it sells it."""

    orders: Sequence[ShowOrder]
    more_back: str = ""
    notes: tuple[str, ...] = ()
    sells: bool = True


def _refunds(
    show: Show, read_at: dt.datetime, answers: Mapping[Platform, _OfShop | Unread], gaps: ListingGaps
) -> Refunds:
    """What the shops told, put together."""
    orders, notes, shops = list[ShowOrder](), [*gaps.notes], list[Platform]()
    more_back, failed = dict[Platform, str](), {**gaps.failed}
    for shop, answer in answers.items():
        if isinstance(answer, Unread):
            failed[shop] = answer.reason
            shops.append(shop)
            continue
        orders += answer.orders
        notes += answer.notes
        if answer.sells:
            shops.append(shop)
        if answer.more_back:
            more_back[shop] = answer.more_back
    return Refunds(
        show_id=show.id,
        title=show.title,
        starts_at=show.starts_at,
        read_at=read_at,
        orders=tuple(order for order in orders if order.certain),
        doubtful=tuple(order for order in orders if not order.certain),
        failed=failed,
        shops=tuple(shops),
        more_back=more_back,
        notes=tuple(notes),
        listed_at=gaps.listed_at,
    )


async def _of_shop(club: ClubContext, show: Show, names: bool) -> _OfShop:
    if club.wordpress is None:
        raise _not_configured(NO_DATABASE, "fill in WORDPRESS_DB_HOST and the other WORDPRESS_DB_ settings")
    mine = {listing.id for listing in show.listings}
    products = whole_products(club, show.listings)
    found = await club.wordpress.orders(only_cells(products, mine), names=names)
    others = found.by_id
    return await asyncio.to_thread(
        lambda: _OfShop(
            [
                _shop_order(club, record, several, found.hpos)
                for record in found.records
                for several in _for_show(parts(record, products, others), mine, products.keys())
            ],
            notes=tuple(f"the shop: {words}" for words in (*found.left_out, *found.late)),
        )
    )


def _for_show(found: Iterable[Part], mine: Collection[str], products: Collection[int]) -> Iterable[list[Part]]:
    """The parts of an order that are for this show, and apart from them those that may be."""
    several = [part for part in found if _matters(part)]
    for chosen in (
        [part for part in several if listing_of_part(part, mine) is not None],
        [part for part in several if part.cell is None and part.product_id in products],
    ):
        if chosen:
            yield chosen


def _matters(part: Part) -> bool:
    """Whether anything may be to refund of it: not of a basket, nor of what was never paid and takes no seat."""
    return part.order.status != DRAFT and bool(part.seats or part.unknown or is_paid(part.order))


def _shop_order(club: ClubContext, record: OrderRecord, several: Sequence[Part], hpos: bool) -> ShowOrder:
    status = "deleted" if record.status is None and record.id else (record.status or "").removeprefix("wc-")
    return ShowOrder(
        shop=Platform.WOOCOMMERCE,
        id=str(record.id or ""),
        number=record.number,
        seats=sum(part.seats for part in several),
        amount=_still_here(added(part.amount for part in several)),
        currency=record.currency,
        status=status or ("no status" if record.id else "no order"),
        url=_shop_url(club, record, hpos),
        placed_at=record.created,
        unknown=_first_said(part.unknown for part in several),
        certain=several[0].cell is not None,
        people=_people(record, several),
    )


def _people(record: OrderRecord, several: Iterable[Part]) -> tuple[Person, ...]:
    """Whose names stand on the tickets; where none do, the buyer."""
    tickets = [ticket for part in several for ticket in part.tickets]
    named = _each_once(record.people.get(ticket) for ticket in tickets)
    buyer = record.buyer
    return named or ((buyer,) if buyer is not None and (buyer.name or buyer.email) else ())


def _still_here(amount: Decimal | None) -> Decimal | None:
    """Of an order that got back more than it paid nothing is left to refund: it takes nothing from the others."""
    return None if amount is None else max(amount, NOTHING)


def _shop_url(club: ClubContext, record: OrderRecord, hpos: bool) -> str:
    """The order's page in wp-admin, where its refunds are made."""
    shop = club.settings.woocommerce
    if shop is None or record.id is None or record.status is None:
        return ""
    page = "admin.php?page=wc-orders&action=edit&id=" if hpos else "post.php?action=edit&post="
    return f"{shop.site}/wp-admin/{page}{record.id}"


async def _of_eventbrite(club: ClubContext, show: Show, names: bool) -> _OfShop:
    """Orders of its events, those counted in that were cancelled at Eventbrite, which the catalogue does not have."""
    if club.eventbrite is None:
        raise _not_configured(NO_EVENTBRITE, "set PRIVATE_TOKEN")
    cancelled, unread = await cancelled_of(club, show)
    events = {**cancelled, **classes_by_event(show.listings)}
    found, more_back, notes = list[ShowOrder](), list[str](), [unread] if unread else []
    for event, classes in events.items():  # one after the other: each is pages of calls out of the hour's allowance
        bought = await club.eventbrite.attendees(event, names=names)
        if new := {place.class_id for place in bought if place.is_valid} - classes:
            classes |= await _classes_since(club, show, event, new)
        more, note = await given_back_in_part(club, event, bought)
        more_back += filter(None, [more, too_few_bought(event, show.listings, bought)])
        notes += filter(None, [note, of_no_class(event, bought)])
        found += [_eventbrite_order(event, order, places, classes) for order, places in _by_order(bought).items()]
    in_order = sorted(found, key=lambda order: (order.placed_at is None, order.placed_at, order.id))
    return _OfShop(in_order, "; ".join(more_back), tuple(notes), sells=bool(events))


def _by_order(bought: Iterable[BoughtPlace]) -> Mapping[str, Sequence[BoughtPlace]]:
    found: dict[str, list[BoughtPlace]] = defaultdict(list)
    for place in bought:
        found[place.order_id].append(place)
    return found


async def _classes_since(club: ClubContext, show: Show, event: str, wanted: Collection[str]) -> frozenset[str]:
    """Classes among these that the catalogue does not have, and that sell seats of the show: they are asked for."""
    known = await asyncio.to_thread(club.cache.some, [f"eb:{event}:{name}" for name in wanted])
    if len(known) == len(wanted) or club.eventbrite is None:
        return frozenset()
    answer = await tried_one(f"eb:{event}", club.eventbrite.event(event))
    made = () if isinstance(answer, Unread) else event_listings(answer, club.clock.now())
    return classes_by_event(with_new(club, show, made).listings).get(event, frozenset())


def _eventbrite_order(event: str, order: str, places: Sequence[BoughtPlace], classes: Collection[str]) -> ShowOrder:
    """An order of the event with everything in it: who bought a poster for the night gets that back as well."""
    amounts = [_amount(place) for place in places]
    return ShowOrder(
        shop=Platform.EVENTBRITE,
        id=order,
        number=order,
        seats=sum(place.is_valid and place.class_id in classes for place in places),
        amount=added(amount for amount, _ in amounts),
        currency=_first_said(place.currency for place in places),
        status=_status(places),
        url=f"https://www.eventbrite.com/myevent?eid={event}",
        placed_at=min((place.created for place in places if place.created), default=None),
        unknown=_first_said(reason for _, reason in amounts),
        people=_each_once(place.person for place in places),
    )


def _status(places: Sequence[BoughtPlace]) -> str:
    """What became of an order of Eventbrite, in a word."""
    if all(place.is_given_up for place in places):
        return "cancelled"
    if any(place.is_unpaid and place.is_valid for place in places):
        return "unpaid"
    refunded = sum(place.refunded for place in places)
    if not refunded:
        return "placed"
    return "refunded" if refunded == len(places) else "partly refunded"


def _amount(place: BoughtPlace) -> tuple[Decimal | None, str]:
    if place.refunded:
        return NOTHING, ""
    if place.gross is None:
        return None, NO_AMOUNT
    if place.is_given_up and place.gross:
        return None, CANCELLED_UNREFUNDED
    if place.is_unpaid and place.gross:
        return None, AWAITS_PAYMENT
    return place.gross, ""


def _each_once(people: Iterable[Person | None]) -> tuple[Person, ...]:
    """Everybody who is named, in their order."""
    return tuple(dict.fromkeys(person for person in people if person is not None))


def _first_said(texts: Iterable[str]) -> str:
    """The first text that is not empty; empty where all are."""
    return next(filter(None, texts), "")


def _not_configured(what: str, next_step: str) -> AppError:
    return AppError(what, next_step=next_step)
