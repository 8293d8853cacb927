"""Which shows the places of orders belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from brcc_tui.model.counts import STOCK, CellTexts, ProductCells, own_cell
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.listing_id import CellId, ProductId, TicketClassId, VariationId, parse_listing_id
from brcc_tui.model.listings.from_catalogue import cells_to_count
from brcc_tui.model.money.eventbrite import BoughtPlace
from brcc_tui.model.money.shares import Part
from brcc_tui.model.quantity import is_known
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.context import ClubContext


def whole_products(club: ClubContext, listings: Iterable[Listing]) -> Mapping[int, ProductCells]:
    """The products of these listings with all their cells, which tickets without ids are told apart by."""
    wanted: dict[int, dict[tuple[str, str], CellTexts]] = {}
    for listing in listings:
        match parse_listing_id(listing.id):
            case CellId(product, slot, date):
                wanted.setdefault(product, {})[slot, date] = CellTexts((), "")
            case ProductId(product) | VariationId(product, _):
                wanted.setdefault(product, {})
    kept = {each.product_id: each for each in cells_to_count(club.cache.products(wanted.keys()))}
    return {
        product: replace(kept[product], cells={**cells, **kept[product].cells})
        if product in kept
        else ProductCells(product, cells)
        for product, cells in wanted.items()
    }


def only_cells(products: Mapping[int, ProductCells], listing_ids: Collection[str]) -> tuple[ProductCells, ...]:
    """The products with these listings' cells alone: what the database is asked for."""
    named = list(map(parse_listing_id, listing_ids))
    wanted = {(each.product, (each.slot, each.date)) for each in named if isinstance(each, CellId)}
    wanted |= {(each.product, STOCK) for each in named if isinstance(each, ProductId)}
    return tuple(
        replace(product, cells={cell: texts for cell, texts in product.cells.items() if (ident, cell) in wanted})
        for ident, product in products.items()
    )


def candidate_listings(part: Part) -> tuple[str, ...]:
    """The listings that a part of an order may be of, the likelier one first; none where nobody can tell.

    The date that an earlier program wrote for an event without any is, if there is none, the event itself.
    """
    if part.cell is None:
        return ()
    own = str(ProductId(part.product_id))
    if part.cell != STOCK:
        of_date = str(CellId(part.product_id, *part.cell))
        return (of_date, own) if part.cell == own_cell(part.product_id) else (of_date,)
    return (f"{own}:v{part.variation_id}", own) if part.variation_id else (own,)


def listing_of_part(part: Part, listing_ids: Collection[str]) -> str | None:
    """The likeliest of these listings that a part of an order may be of; None where it is of none of them."""
    return next((listing for listing in candidate_listings(part) if listing in listing_ids), None)


def classes_by_event(listings: Iterable[Listing]) -> Mapping[str, frozenset[str]]:
    """The Eventbrite events of these listings, with their ticket classes."""
    found: dict[str, set[str]] = {}
    for listing in listings:
        match parse_listing_id(listing.id):
            case TicketClassId(event, ticket_class):
                found.setdefault(event, set()).add(ticket_class)
    return {event: frozenset(classes) for event, classes in found.items()}


def of_no_class(event: str, places: Iterable[BoughtPlace]) -> str:
    """That Eventbrite does not say of which class some places of an event are, in words; empty where it does."""
    many = sum(place.is_valid and not place.class_id for place in places)
    if not many:
        return ""
    return f"Eventbrite: of {so_many(many, 'place')} bought of event {event} it does not say the ticket class"


def too_few_bought(event: str, listings: Iterable[Listing], places: Iterable[BoughtPlace]) -> str:
    """That more are sold of an event's seats than its list of what was bought has, in words; empty where not.

    The list keeps what was given back since. A place of which it does not say the class may be of any.
    """
    of_event = [x for x in listings if x.id.startswith(f"eb:{event}:") and Flag.NOT_A_SEAT not in x.flags]
    classes = {"", *(ident for each in classes_by_event(of_event).values() for ident in each)}
    sold = sum(x.reading.sold for x in of_event if is_known(x.reading.sold))
    named = sum(place.class_id in classes for place in places)
    if named >= sold:
        return ""
    told = f"Eventbrite said that {sold} are sold of event {event}"
    return f"{told}, and its list of what was bought has {named}: some are missing"


def events_of_several(shows: Iterable[Show]) -> Mapping[str, Mapping[str, str]]:
    """The Eventbrite events that stand for more than one show, with the show that each of their classes is of."""
    found: dict[str, dict[str, str]] = {}
    for show in shows:
        for event, classes in classes_by_event(show.listings).items():
            found.setdefault(event, {}).update(dict.fromkeys(classes, show.id))
    return {event: classes for event, classes in found.items() if len(set(classes.values())) > 1}
