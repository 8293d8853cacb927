"""Explains, step by step, how a product was classified and where each number comes from."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import NO_META, Event, Product, Site, TicketClass
from brcc_tui.model.counts import ProductCount
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.fooevents.classify import Classification, ProductClass, classify
from brcc_tui.model.listing import Flag, Listing, with_kept_flags
from brcc_tui.model.listing_id import CellId, ListingId, ProductId, TicketClassId, VariationId, parse_listing_id
from brcc_tui.model.listings.from_catalogue import product_listings, time_problems
from brcc_tui.model.listings.lost import PRODUCT_GONE, known_cells, with_lost
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.model.offer import OfferRule
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, add, plain
from brcc_tui.model.reading import Origin
from brcc_tui.operations.catalogue.drift import drift_note, drift_notes, mark_drift
from brcc_tui.operations.catalogue.present import as_stored, count_of, sells_seats
from brcc_tui.operations.catalogue.rest_cache import as_seen, disputed, stale_answers
from brcc_tui.operations.checkout import tier_or_unread
from brcc_tui.operations.context import ClubContext, site_in_zone
from brcc_tui.operations.own_writes import as_left_with_codes, written_lately
from brcc_tui.platforms.errors import NotThere

if TYPE_CHECKING:
    from brcc_tui.platforms.woocommerce.client import WooCommerce
    from brcc_tui.platforms.wordpress.counts import Snapshot

_SOLD_AS_PARTS: Final = frozenset({ProductClass.BOOKINGS, ProductClass.VARIABLE})
"""What is sold as its dates or variations alone: what is there under its own id are places of none of them."""

Number = tuple[int | str | None, str]
"""A value (None: unknown) and where it comes from, or why there is none."""


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One rule of the ordered list, the evidence it looked at, and whether it matched."""

    rule: str
    evidence: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to *why*. `numbers` maps remaining, sold, held to (value, source); `notes` are whole sentences.

    `flags` are those that any of the listings has; `of_some` says how many have it, if not all do.
    """

    id: str
    product_class: str
    stock_method: str
    rules: tuple[RuleStep, ...]
    numbers: Mapping[str, Number]
    flags: tuple[str, ...]
    notes: tuple[str, ...] = ()
    of_some: Mapping[str, str] = field(default_factory=dict)

    @property
    def flag_names(self) -> Sequence[str]:
        """The flags for people: a product with dates to come is not `past`, it is `past (12 of 52)`."""
        return [f"{flag} ({self.of_some[flag]})" if flag in self.of_some else flag for flag in self.flags]


class NotThereToExplain(AppError):
    """There is no such listing or product."""


async def explain(club: ClubContext, listing_or_product: str) -> Explanation:
    """Explain a listing or a whole product (`wc:<product>`), read live. Raises `AppError` for an unknown one."""
    parsed = parse_listing_id(listing_or_product)
    if isinstance(parsed, TicketClassId):
        return await _explain_ticket_class(club, parsed)
    return await _explain_product(club, parsed)


async def _explain_ticket_class(club: ClubContext, wanted: TicketClassId) -> Explanation:
    if club.eventbrite is None:
        raise NotThereToExplain("Eventbrite is not configured", subject=str(wanted))
    now = club.clock.now()
    event, tier = await asyncio.gather(
        club.eventbrite.event(wanted.event), tier_or_unread(club.eventbrite, wanted.event)
    )
    written = await asyncio.to_thread(written_lately, club)
    event = await as_left_with_codes(event, written, club.eventbrite.with_codes)
    made = mark_drift(club, event_listings(event, now, tier))
    if not any(listing.id == str(wanted) for listing in made):
        for lost in await asyncio.to_thread(club.cache.some, [str(wanted)]):
            if Flag.LOST in lost.flags:
                return _of_gone_class(lost, event)
    (listing,) = _meant(made, wanted)
    ticket = next(ticket for ticket in event.ticket_classes if ticket.id == wanted.ticket_class)
    reading = listing.reading
    return Explanation(
        id=listing.id,
        product_class="ticket_class",
        stock_method=listing.stock_method.value,
        rules=_ticket_class_rules(event, ticket),
        numbers={
            "remaining": _number(reading.remaining, "the least that class, tier and event have left"),
            "sold": _number(reading.sold, "quantity_sold of the ticket class"),
            "held": _number(reading.held, "places in checkout, of the event's capacity tier"),
        },
        flags=_flags(listing.flags),
        notes=tuple(
            filter(
                None,
                (
                    listing.read_only_reason,
                    _offer_note(listing),
                    _codes_note(event, listing),
                    _holds_note(listing, tier.held_back),
                    drift_note(listing),
                ),
            )
        ),
    )


def _of_gone_class(lost: Listing, event: Event) -> Explanation:
    """What is known of a ticket class that its event is told without: the last refresh asked who has a place of it."""
    reading = lost.reading
    listed = ", ".join(each.name for each in event.ticket_classes)
    return Explanation(
        id=lost.id,
        product_class="ticket_class",
        stock_method=lost.stock_method.value,
        rules=(RuleStep("Eventbrite lists no such ticket class for the event", f"it lists: {listed or 'none'}", True),),
        numbers={
            "remaining": _number(reading.remaining, ""),
            "sold": _number(reading.sold, "Eventbrite's list of what was bought, at the last refresh"),
            "held": _number(reading.held, "at the last refresh"),
        },
        flags=_flags(lost.flags),
        notes=tuple(filter(None, [lost.read_only_reason])),
    )


def _codes_note(event: Event, listing: Listing) -> str | None:
    """What is only supposed of a hidden class that counts as sold by a code."""
    if listing.offer.rule is not OfferRule.HIDDEN_SOLD_BY_CODE or event.access_codes is not None:
        return None
    why = f" ({event.codes_unread})" if event.codes_unread else ""
    return f"its access codes are not known{why}: it has sold, so a code may sell it now"


def _holds_note(listing: Listing, held_back: int) -> str | None:
    """That the organizer keeps places of the event for itself, where these are not to be had."""
    if not held_back or listing.event_left is None:
        return None
    return f"held back on Eventbrite, for no buyer: {so_many(held_back, 'place')} of the event's own capacity"


def _ticket_class_rules(event: Event, ticket: TicketClass) -> tuple[RuleStep, ...]:
    """What makes a ticket class read-only, in order; the last rule is the ordinary case."""
    is_tiered = event.has_tiers or ticket.inventory_tier_id is not None
    rules = [
        ("the event is a series parent", f"is_series_parent: {event.is_series_parent}", event.is_series_parent),
        ("seats come from a seat map", f"is_reserved_seating: {event.is_reserved_seating}", event.is_reserved_seating),
        ("the number belongs to an inventory tier", f"inventory_tier_id: {ticket.inventory_tier_id}", is_tiered),
        ("a donation has no capacity", f"donation: {ticket.donation}", ticket.donation),
        ("an add-on is no seat", f"category: {ticket.category}", ticket.category == "add_on"),
    ]
    steps: list[RuleStep] = []
    for rule, evidence, matched in rules:
        steps.append(RuleStep(rule, evidence, matched))
        if matched:
            return tuple(steps)
    evidence = f"capacity: {ticket.capacity}, quantity_total: {ticket.quantity_total}, of the event: {event.capacity}"
    gives_capacity = bool(ticket.capacity or ticket.quantity_total)
    rule = "the ticket class has a capacity of its own" if gives_capacity else "the ticket class gives no capacity"
    return (*steps, RuleStep(rule, evidence, True))


async def _explain_product(club: ClubContext, wanted: ProductId | VariationId | CellId) -> Explanation:
    if club.woocommerce is None:
        raise NotThereToExplain("WooCommerce is not configured", subject=str(wanted))
    now = club.clock.now()
    before = next(iter(await asyncio.to_thread(club.cache.products, [wanted.product])), None)
    product, site = await asyncio.gather(
        _told(club.woocommerce, wanted.product, before), asyncio.to_thread(club.cache.site)
    )
    snapshot, site, why = await _seen_in_the_database(club, product.id, before, site)
    if not as_stored(product, snapshot).meta and await asyncio.to_thread(_was_an_event, club, wanted):
        raise NotThereToExplain(f"could not be read: {NO_META}", subject=str(wanted), next_step="try again")
    counts = snapshot.counts if snapshot is not None else None
    origin = Origin.REST if counts is None else Origin.DATABASE
    count = count_of(product.id, snapshot, asked=club.wordpress is not None)
    from_rest, product = product, _with_what_is_lost(product, before, snapshot, count)
    what, site = classify(product), site_in_zone(club.settings, site)
    listings = product_listings(product, site, now, counts, why, origin=origin).listings
    made = mark_drift(club, await _as_seen(club, from_rest, snapshot, listings))
    chosen = _meant_of(what, made, wanted)
    flags = what.flags.union(*(listing.flags for listing in chosen))
    return Explanation(
        id=str(wanted),
        product_class=what.product_class.value,
        stock_method=(chosen[0] if len(chosen) == 1 else what).stock_method.value,
        rules=tuple(RuleStep(tried.rule, tried.evidence, tried.matched) for tried in what.rules),
        numbers=_product_numbers(what, product, chosen),
        flags=_flags(flags),
        notes=(*_time_notes(product, site, chosen), *_notes(what, chosen, count), *await drift_notes(club, chosen)),
        of_some=_of_some(what.flags, chosen),
    )


async def _told(shop: WooCommerce, number: int, before: Product | None) -> Product:
    """The product as REST tells it; one that was deleted is lost, with what was known of it."""
    try:
        return await shop.product(number)
    except NotThere:
        if before is None or not sells_seats(before):
            raise
        return replace(before, lost=PRODUCT_GONE)


def _with_what_is_lost(
    from_rest: Product, before: Product | None, snapshot: Snapshot | None, count: ProductCount | None
) -> Product:
    """The product as it is stored, with what is lost of it."""
    if from_rest.lost is not None:
        return from_rest
    product = as_stored(from_rest, snapshot)
    return with_lost(product, before, count) if product.lost is None else product


async def _seen_in_the_database(
    club: ClubContext, product: int, before: Product | None, site: Site | None
) -> tuple[Snapshot | None, Site | None, str]:
    """The product and the site as the database tells them, or what was known of the site, and why there is no more."""
    if club.wordpress is None:
        return None, site, "database: not configured"
    try:
        site = await club.wordpress.site()
        return await club.wordpress.snapshot([product], known_cells([before] if before else [])), site, ""
    except AppError as app_error:
        return None, site, f"database: {app_error}"


async def _as_seen(
    club: ClubContext, from_rest: Product, snapshot: Snapshot | None, listings: Sequence[Listing]
) -> Sequence[Listing]:
    """The listings of a row with what the look says of it besides, and the flags that a look at all products gave."""
    known = {each.id: each for each in await asyncio.to_thread(club.cache.some, [x.id for x in listings])}
    listings = [with_kept_flags(x, known[x.id]) if x.id in known else x for x in listings]
    if snapshot is None or from_rest.lost is not None:
        return listings
    answers = {from_rest.id: from_rest}
    stale = await stale_answers(club, answers, snapshot)
    return as_seen(listings, from_rest.id, snapshot, stale, disputed(stale, answers, snapshot))


def _was_an_event(club: ClubContext, wanted: ProductId | VariationId | CellId) -> bool:
    """Whether the product had event data when it was last read, or is asked about as if it had."""
    known = club.cache.products([wanted.product])
    return isinstance(wanted, CellId) or any(product.meta for product in known)


def _meant(listings: Sequence[Listing], wanted: ListingId) -> Sequence[Listing]:
    """The listing that is asked about; of a product that is none itself, all of its listings."""
    found = [listing for listing in listings if listing.id == str(wanted)]
    if not found and not isinstance(wanted, ProductId):
        raise NotThereToExplain(
            "the shop has no such listing",
            subject=str(wanted),
            next_step="run brcc-tui refresh, then brcc-tui listings",
        )
    return found[:1] or listings


def _meant_of(what: Classification, listings: Sequence[Listing], wanted: ListingId) -> Sequence[Listing]:
    """The same of a product's listings: of one that is sold as parts alone, where it is asked about, all of them."""
    whole = isinstance(wanted, ProductId) and what.product_class in _SOLD_AS_PARTS
    return listings if whole else _meant(listings, wanted)


def _product_numbers(what: Classification, product: Product, listings: Sequence[Listing]) -> dict[str, Number]:
    if not listings:
        nothing: Number = (None, "the product has no listing")
        return {"remaining": nothing, "sold": nothing, "held": nothing}
    whole = _sum_in_words(listings)
    readings = [listing.reading for listing in listings]
    return {
        "remaining": _number(add(*(r.remaining for r in readings)), _remaining_from(what, product, listings) + whole),
        "sold": _number(
            add(*(r.sold for r in readings)), f"published tickets of live orders in the WordPress database{whole}"
        ),
        "held": _number(
            add(*(r.held for r in readings)), f"places of live orders that have no tickets yet, in the database{whole}"
        ),
    }


def _sum_in_words(listings: Sequence[Listing]) -> str:
    """Of how many of what a number is the sum; empty for that of one listing."""
    kinds = frozenset(type(parse_listing_id(listing.id)) for listing in listings)
    noun = {frozenset({CellId}): "dates", frozenset({VariationId}): "variations"}.get(kinds, "listings")
    return f", the sum of {len(listings)} {noun}" if len(listings) > 1 else ""


def _remaining_from(what: Classification, product: Product, listings: Sequence[Listing]) -> str:
    cells = [parsed for parsed in (parse_listing_id(x.id) for x in listings) if isinstance(parsed, CellId)]
    if not cells:
        whose = "its variations" if len(listings) > 1 else "the variation"
        of = whose if ":v" in listings[0].id else f"product {product.id}"
        return f"WooCommerce's stock_quantity of {of}"
    if len(cells) > 1:
        return "the booking text (fooevents_bookings_options_serialized)"
    return _remaining_of_date(what, product, cells[0])


def _remaining_of_date(what: Classification, product: Product, date: CellId) -> str:
    """Where the number of one date comes from."""
    cell = next((c for c in what.cells if c.key == (date.slot, date.date)), None)
    words = f"the booking text, slot {date.slot}, date {date.date}"
    if cell and cell.other is not None:
        words += f" (the stock FooEvents acts on; the other one stored says {plain(cell.other)})"
    if what.product_class is ProductClass.HYBRID:
        words += f", or WooCommerce's stock of {product.stock_quantity}, whichever is less"
    return words


def _notes(what: Classification, listings: Sequence[Listing], count: ProductCount | None) -> tuple[str, ...]:
    notes = [what.contradiction] if what.contradiction else []
    notes += _said_of(listings, lambda listing: listing.read_only_reason)
    notes += _count_notes(count) if count else ()
    notes += _said_of(listings, _offer_note)
    return tuple(notes)


def _said_of(listings: Sequence[Listing], words: Callable[[Listing], str | None]) -> Iterable[str]:
    """The notes on these listings, each once; with how many it is about, where it is not all of them."""
    for note, many in Counter(filter(None, map(words, listings))).items():
        yield note if many == len(listings) else f"of {many} of its {len(listings)} listings: {note}"


def _count_notes(count: ProductCount) -> Iterable[str]:
    """What is out of the ordinary about the places that people have of a product."""
    if count.paid_without_place:
        yield f"paid for without a place in any date (block checkout, staff): {count.paid_without_place}"
    if count.orphans:
        sold, held = (sum(places) for places in zip(*((o.sold, o.held) for o in count.orphans), strict=True))
        yield f"places of slots or dates that the product no longer has: {sold} sold, {held} held"
    if count.deleted_orders:
        yield f"deleted orders whose tickets still count as sold: {count.deleted_orders}"
    if count.custom_statuses:
        yield f"orders of unknown status count as live: {', '.join(count.custom_statuses)}"


def _time_notes(product: Product, site: Site | None, listings: Sequence[Listing]) -> Iterable[str]:
    """What contradicts the time of these listings, or keeps it from being read."""
    problems = time_problems(product, site)
    return _said_of(listings, lambda x: f"its time: {problems[x.id]}" if x.id in problems else None)


def _offer_note(listing: Listing) -> str | None:
    """What a buyer can buy, where that is not simply what remains."""
    offer = listing.offer
    if offer.value == listing.reading.remaining and not offer.words:
        return None
    if offer.unknown is not None:
        return (
            None if listing.reading.remaining == offer.value else f"what a buyer can buy is not known: {offer.unknown}"
        )
    can = "without end" if offer.value is UNLIMITED else "none" if offer.value == 0 else str(offer.value)
    return f"a buyer can buy {can}: {offer.words}" if offer.words else f"a buyer can buy {can}"


def _number(quantity: Quantity, source: str) -> Number:
    return (None, quantity.reason) if isinstance(quantity, Unknown) else (plain(quantity), source)


def _of_some(whole: frozenset[Flag], listings: Sequence[Listing]) -> dict[str, str]:
    """How many of these have each flag that is not of the product as a whole, where not all have it."""
    many = Counter(flag for listing in listings for flag in listing.flags - whole)
    return {flag.value: f"{count} of {len(listings)}" for flag, count in many.items() if count < len(listings)}


def _flags(flags: frozenset[Flag]) -> tuple[str, ...]:
    return tuple(sorted(flag.value for flag in flags))
