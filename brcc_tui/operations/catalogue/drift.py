"""Marks listings from the shops with what this program did to them: drift, and closed here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from brcc_tui.logs import log
from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.listing_id import CellId, ProductId, parse_listing_id
from brcc_tui.model.quantity import is_known
from brcc_tui.operations.context import ClubContext
from brcc_tui.operations.own_writes import MAY_BE_OLD
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_entries import SETTLED_EVENTS, LastWrite
from brcc_tui.store.journal_file import JournalUnavailable

if TYPE_CHECKING:
    from brcc_tui.model.drift import DriftCause
    from brcc_tui.platforms.wordpress.database import WordPress

_SEARCHED: Final = 10
"""Dates of one product of which the orders are searched for the causes of their drift."""

_NAMED: Final = 3
"""Orders named of one date, the best fitting first."""


def mark_drift(club: ClubContext, listings: Iterable[Listing]) -> list[Listing]:
    """Flags listings whose capacity is not the one last set here, and those that were last closed here.

    Sales cannot move a capacity; other people and faults can. Eventbrite may show the state before our write for
    minutes, and a listing that is as our last answered write left it, settled or not (undone while it was watched), is
    our own doing; so is one that is as a change was to make it which was sent and has not ended. Without a readable
    journal these flags are unknown, and everything else is not affected.
    """
    try:
        last_set, written = club.journal.last_set(), club.journal.last_writes()
        lately = club.journal.written_about(club.clock.now(), MAY_BE_OLD)
        sent = _sent_and_open(club.journal)
    except JournalUnavailable as app_error:
        log("drift is not known", error=app_error)
        return list(listings)

    def marked(listing: Listing) -> Listing:
        own = written.get(listing.id)
        flags: set[Flag] = {Flag.CLOSED_HERE} if own is not None and own.closed else set()
        if listing.id not in lately and _has_drifted(listing, last_set, own, sent.get(listing.id)):
            flags.add(Flag.DRIFT)
        return replace(listing, flags=listing.flags | flags) if flags else listing

    return [marked(listing) for listing in listings]


def _sent_and_open(journal: Journal) -> dict[str, int]:
    """The capacities that changes which were sent and have no end yet were to give their listings, unless one that was
    made later has settled.
    """
    found: dict[str, int] = {}
    for entry in journal.unfinished():
        (newest, *_) = (*journal.made(entry.listing, limit=1), entry)
        if newest.id != entry.id and newest.last(*SETTLED_EVENTS):
            continue
        checkpoint = entry.last("checkpointed")
        wanted = checkpoint.detail.get("wanted") if checkpoint is not None and entry.last("sent") else None
        capacity = wanted.get(entry.listing) if isinstance(wanted, dict) else None
        if isinstance(capacity, int):
            found[entry.listing] = capacity
    return found


def _has_drifted(listing: Listing, last_set: Mapping[str, int], own: LastWrite | None, sent: int | None) -> bool:
    capacity = listing.reading.capacity
    ours = (last_set.get(listing.id, capacity), own.capacity if own is not None else None, sent)
    return is_known(capacity) and listing.id in last_set and capacity not in ours


def drift_note(listing: Listing) -> str | None:
    """What distorts remaining + sold + held: the causes that were measured on real shops; None for a listing that has
    not drifted.
    """
    if Flag.DRIFT not in listing.flags:
        return None
    if listing.platform is Platform.EVENTBRITE:
        return "the capacity is not the one last set here: somebody changed it on Eventbrite"
    if listing.stock_method is StockMethod.BOOKING_STOCK:
        causes = (
            "checkouts at the same moment that overwrote each other, a cancelled order that was completed or paid "
            "after all, a refund, or a ticket put in the trash"
        )
    else:
        causes = (
            "a refund, an order completed after its refund, set back to pending or put in the trash, or a ticket that "
            "was canceled or trashed"
        )
    return f"the capacity is not the one last set here (somebody's change, {causes}): set it again to heal"


async def drift_notes(club: ClubContext, listings: Iterable[Listing]) -> list[str]:
    """The notes of these listings, each once, with what could explain their drift: changes made here that have not
    ended, and orders by their traces.
    """
    drifted = [listing for listing in listings if Flag.DRIFT in listing.flags]
    notes = dict.fromkeys(note for note in map(drift_note, drifted) if note)
    notes |= dict.fromkeys(_of_unended(club, drifted))
    if drifted and club.wordpress:
        try:
            last_set = club.journal.last_set()
            for listing in drifted[:_SEARCHED]:
                notes |= dict.fromkeys(await _orders_that_fit(club.wordpress, listing, last_set))
        except AppError as app_error:
            log("the causes of drift are not known", error=app_error)
    return list(notes)


def _of_unended(club: ClubContext, drifted: Iterable[Listing]) -> list[str]:
    """Changes that were sent and have not ended, where their text may have moved another date of the product."""
    try:
        sent = [entry for entry in club.journal.unfinished() if entry.last("sent")]
    except JournalUnavailable as error:
        log("changes that have not ended are not known", error=error)
        return []
    words = "{}, a change of {}, has not ended and may have moved {}: brcc-tui recover tells"
    return [
        words.format(entry.id, entry.listing, listing.id)
        for listing in drifted
        for entry in sent
        if listing.id != entry.listing and _share_a_text(listing.id, entry.listing)
    ]


def _share_a_text(one: str, other: str) -> bool:
    """Whether they are dates of one product."""
    parsed = (parse_listing_id(one), parse_listing_id(other))
    products = {each.product for each in parsed if isinstance(each, CellId)}
    return len(products) == 1 and all(isinstance(each, CellId) for each in parsed)


async def _orders_that_fit(database: WordPress, listing: Listing, last_set: Mapping[str, int]) -> list[str]:
    capacity, ours = listing.reading.capacity, last_set.get(listing.id)
    if not is_known(capacity) or ours is None:
        return []
    drift = capacity - ours
    causes = await _causes(database, listing, drift)
    if causes is None:
        return []
    if not causes:
        return [f"{listing.id} has drifted by {drift:+d}, and no order's traces fit that"]
    words = "; ".join(str(cause) for cause in causes[:_NAMED])
    more = f", and {len(causes) - _NAMED} orders more" if len(causes) > _NAMED else ""
    return [f"{listing.id} has drifted by {drift:+d}; that may be: {words}{more}"]


async def _causes(database: WordPress, listing: Listing, drift: int) -> tuple[DriftCause, ...] | None:
    """None where no traces tell: of a stock that limits dates too FooEvents forgets what orders took."""
    match parse_listing_id(listing.id):
        case CellId(product, slot, date):
            return await database.drift_causes(product, (slot, date), drift)
        case ProductId(product) if Flag.HYBRID not in listing.flags:
            return await database.stock_causes(product, drift)
    return None
