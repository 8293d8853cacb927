"""Why a change is refused: every guard with its code, the reason, and what to do.

The same guards are checked when a plan is made and again right before its write, on a fresh reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import NO_META
from brcc_tui.model.changes.plan import Refusal, RefusalCode
from brcc_tui.model.checkout import is_unread_checkout
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.fooevents.booking_text import BookingText, NotEditable, parse_booking_text
from brcc_tui.model.fooevents.classify import classify
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.listing_id import CellId, VariationId, parse_listing_id
from brcc_tui.model.offer import OfferRule
from brcc_tui.model.quantity import Unlimited, add, is_known, is_less_than
from brcc_tui.model.shows.sharing import has_none_left
from brcc_tui.model.shows.show import MAX_SEATS
from brcc_tui.model.wholeness import NOT_WHOLE
from brcc_tui.operations.changes.decision_reader import NotConfigured
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.own_answers import Behind
from brcc_tui.platforms.errors import NotThere, OnReplica, PlatformError

_READ_ONLY_BY_FLAG = (
    (Flag.SERIES_PARENT, RefusalCode.SERIES_PARENT, "change its dates instead, one by one"),
    (Flag.RESERVED_SEATING, RefusalCode.RESERVED_SEATING, "change the seat map in {shop}"),
    (Flag.TIERED, RefusalCode.TIERED, "change the tier in Eventbrite"),
    (Flag.INVALID_JSON, RefusalCode.INVALID_TEXT, "save the product's booking options once in WordPress"),
    (Flag.LABEL_BREAKS_FOOEVENTS, RefusalCode.LABEL_BREAKS_FOOEVENTS, 'take " and \\ out of the slot labels'),
    (Flag.DONATION, RefusalCode.UNLIMITED, "donations have no seats"),
)

CHANGED_IN = {Platform.EVENTBRITE: "Eventbrite", Platform.WOOCOMMERCE: "WordPress"}
"""Where a person changes what this program does not."""


class Guarded(Exception):
    """A guard refused: `code` for programs, `reason` with what to do for people."""

    def __init__(self, code: RefusalCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason

    def refusal(self, listing_id: str) -> Refusal:
        """The refusal that a person sees."""
        return Refusal(listing_id, self.code, self.reason)

    def refusals(self, listing_ids: Iterable[str]) -> list[Refusal]:
        """The same for each of these."""
        return [self.refusal(listing_id) for listing_id in listing_ids]


@dataclass(frozen=True, slots=True)
class Waivers:
    """What the plan says explicitly: which of the guards' dangers a person has confirmed."""

    from_zero: bool = False
    from_unlimited: bool = False


def of_app_error(app_error: AppError) -> Guarded:
    """What a failed reading means for a change."""
    if isinstance(app_error, NotThere):
        return Guarded(RefusalCode.UNKNOWN_LISTING, str(app_error))
    if isinstance(app_error, Behind | OnReplica):
        return Guarded(RefusalCode.REPLICA, str(app_error))
    if isinstance(app_error, NotConfigured):
        return Guarded(RefusalCode.PLATFORM_NOT_CONFIGURED, str(app_error))
    if isinstance(app_error, PlatformError) and app_error.code == NOT_WHOLE:
        return Guarded(RefusalCode.NOT_WHOLE, str(app_error))
    return Guarded(RefusalCode.SOLD_UNKNOWN, str(app_error))


def find(look: DecisionReading, listing_id: str) -> Listing:
    """The listing of that id; raises `Guarded` when the shop has none."""
    listing = look.listings.get(listing_id)
    if listing is None:
        raise _not_there(look, listing_id)
    return listing


def _not_there(look: DecisionReading, listing_id: str) -> Guarded:
    """Why there is no listing of that id, by what is there. Raises `Guarded` for a text that cannot be read."""
    if look.booking_rows():
        guard_text(look)  # a text that cannot be read has no cells
    if listing_id == str(look.subject) and look.listings:
        return Guarded(
            RefusalCode.UNKNOWN_LISTING, f"{listing_id} sells its seats {_by_what(next(iter(look.listings)))}"
        )
    if look.product is not None and not look.product.meta and isinstance(parse_listing_id(listing_id), CellId):
        return Guarded(RefusalCode.UNCERTAIN_PRODUCT, f"it could not be read: {NO_META}. Try again")
    if look.product is not None and not look.listings:
        kind = classify(look.product)
        return Guarded(
            RefusalCode.UNCERTAIN_PRODUCT,
            f"{kind.contradiction or 'it sells no seats'}: brcc-tui explain {look.subject} shows the evidence",
        )
    return Guarded(
        RefusalCode.UNKNOWN_LISTING,
        "there is no such listing now: the slot, date or ticket class is gone. Refresh the catalogue",
    )


def _by_what(one: str) -> str:
    """How seats are sold that are sold as this listing."""
    by = "variation" if isinstance(parse_listing_id(one), VariationId) else "date"
    return f"by {by}: name one, such as {one}"


def guard_listing(look: DecisionReading, listing: Listing) -> None:
    """Raises `Guarded` if this listing must not be written at all, whatever the number."""
    _guard_method(listing)
    _guard_product(look)
    if listing.stock_method is StockMethod.BOOKING_STOCK:
        _guard_cell(guard_text(look), listing)
    unknown = listing.reading.unknowns()
    if is_unread_checkout(listing.reading.held):
        del unknown["held"]  # whether that matters depends on what is to be changed
    if unknown:
        reasons = "; ".join(f"{part}: {why}" for part, why in unknown.items())
        raise Guarded(RefusalCode.SOLD_UNKNOWN, f"not all numbers are known ({reasons}), so none is written")


def _guard_product(look: DecisionReading) -> None:
    """Raise `Guarded` where the product as a whole must not be written."""
    if look.product is None:
        return
    if look.product.is_in_trash:
        raise Guarded(
            RefusalCode.UNKNOWN_LISTING,
            "its product is in the trash in WordPress, where nobody can buy it: restore it there, then refresh the "
            "catalogue",
        )
    if look.site is not None and look.site.translated_by is not None:
        raise Guarded(
            RefusalCode.TRANSLATED,
            f"the shop keeps translations ({look.site.translated_by}), each with its own copy of the seats: change "
            "it in WordPress",
        )
    if look.editor is not None:
        raise Guarded(
            RefusalCode.OPEN_IN_EDITOR,
            f"the product is open in the WordPress editor (seen {look.editor:.0f} s ago), which would put the old "
            "seats back: close that page without saving and try again after 150 s",
        )


def _guard_method(listing: Listing) -> None:
    if listing.writable:
        return
    reason = listing.read_only_reason or "it can only be read"
    for flag, code, way_out in _READ_ONLY_BY_FLAG:
        if flag in listing.flags:
            raise Guarded(code, f"{reason}: {way_out.format(shop=CHANGED_IN[listing.platform])}")
    parsed = parse_listing_id(listing.id)
    if Flag.HYBRID in listing.flags and isinstance(parsed, CellId):
        raise Guarded(RefusalCode.HYBRID_CELL, f"{reason.partition(':')[0]}: change wc:{parsed.product} instead")
    if isinstance(parsed, VariationId):
        raise Guarded(RefusalCode.NO_STOCK_TO_CHANGE, f"{reason}: change the variation's stock in WordPress")
    if listing.reading.remaining == 0 or isinstance(listing.reading.remaining, Unlimited):
        raise Guarded(RefusalCode.NO_STOCK_TO_CHANGE, f"{reason}: switch on stock management in WordPress first")
    raise Guarded(RefusalCode.UNCERTAIN_PRODUCT, f"{reason}: brcc-tui explain shows the evidence")


def guard_text(look: DecisionReading) -> BookingText:
    """The booking text, if both FooEvents and we can handle it; raises `Guarded`."""
    rows = look.booking_rows()
    if len(rows) > 1:
        raise Guarded(
            RefusalCode.TWO_ROWS,
            "the booking options are stored in two meta rows, and FooEvents may act on either: remove one in WordPress",
        )
    if not rows or not isinstance(rows[0].value, str):
        raise Guarded(RefusalCode.INVALID_TEXT, "the booking options are no text: save them once in WordPress")
    text = parse_booking_text(rows[0].value)
    if text.error is not None:
        raise Guarded(
            RefusalCode.INVALID_TEXT, f"FooEvents cannot read the booking options: {text.error}. Save them in WordPress"
        )
    if text.breaks_fooevents is not None:
        raise Guarded(
            RefusalCode.LABEL_BREAKS_FOOEVENTS,
            f"FooEvents would destroy these options at its next sale: {text.breaks_fooevents}. Rename the slot first",
        )
    return text


def _guard_cell(text: BookingText, listing: Listing) -> None:
    """Raise `Guarded` for a date whose stock cannot be replaced in the text."""
    parts = parse_listing_id(listing.id)
    cell = text.cell(parts.slot, parts.date) if isinstance(parts, CellId) else None
    if cell is None:
        return
    try:
        text.check_replaceable(cell)
    except NotEditable as app_error:
        why = f"{app_error.happened}: set its stock once in WordPress, then plan again"
        raise Guarded(RefusalCode.INVALID_TEXT, why) from None


def guard_present(listing: Listing, waivers: Waivers) -> None:
    """Raise `Guarded` for an unlimited listing, or one that is at 0, unless the plan says so explicitly."""
    remaining = listing.reading.remaining
    if isinstance(listing.reading.capacity, Unlimited) and not waivers.from_unlimited:
        raise Guarded(
            RefusalCode.UNLIMITED, "it sells without limit: give it a capacity in a plan that says so (a plain number)"
        )
    zero = has_none_left(listing) or (listing.platform is Platform.WOOCOMMERCE and remaining == 0)
    if zero and not waivers.from_zero:
        surely = listing.platform is Platform.WOOCOMMERCE or Flag.OVERSOLD in listing.flags
        below = is_less_than(remaining, 0) and surely
        stands = "below 0, as what staff closed at 0 may" if below else "at 0, which is how staff close sales"
        raise Guarded(
            RefusalCode.AT_ZERO,
            f"it is {stands}: only a plan that says so explicitly may raise it (a capacity of its own)",
        )


def guard_sells_by_number(listing: Listing) -> None:
    """Raises `Guarded` for a listing that is sold regardless of its number: no capacity closes it, or shares it."""
    if listing.terms.endless is OfferRule.BACKORDERS:
        raise Guarded(RefusalCode.BACKORDERS, f"its number does not limit what is sold: {listing.offer.words}")
    if listing.offer.rule is OfferRule.HIDDEN_SOLD_BY_CODE:
        raise Guarded(
            RefusalCode.SELLS_BY_CODE,
            f"{listing.offer.words}, and its number is theirs alone: delete the code, or end the sales of the class, "
            "in Eventbrite",
        )


def guard_number(listing: Listing, capacity: int, *, least: int | None = None) -> None:
    """Raises `Guarded` for an impossible capacity: absurd, below what is taken, or 0 on Eventbrite.

    `least` replaces what is taken where that is known better: the places in an Eventbrite checkout may belong to
    another class of the event, and a lowering must not be refused because of them.
    """
    if not 0 <= capacity <= MAX_SEATS:
        raise Guarded(RefusalCode.BAD_NUMBER, f"{capacity:,} is not a number of seats: give 0 to {MAX_SEATS:,}")
    reading = listing.reading
    taken = reading.taken
    with_pending = add(taken, reading.pending)
    if not is_known(taken) or not is_known(with_pending):
        raise Guarded(RefusalCode.SOLD_UNKNOWN, "the places taken are not known, so nothing is written")
    if capacity == 0 and listing.platform is Platform.EVENTBRITE:
        raise Guarded(
            RefusalCode.ZERO_REFUSED_BY_EVENTBRITE,
            f"Eventbrite refuses a capacity of 0: close it instead (brcc-tui close {listing.id})",
        )
    if capacity < (with_pending if least is None else least):
        waiting = "" if with_pending == taken else f", {with_pending - taken} about to be paid"
        raise Guarded(
            RefusalCode.BELOW_SOLD,
            f"{capacity} is fewer than the {so_many(taken, 'place')} taken already ({_plain(reading.sold)} sold, "
            f"{_plain(reading.held)} held{waiting}): {with_pending} is the least, and closes sales"
            f"{_once_checkouts_are_over(listing, capacity)}",
        )


def _once_checkouts_are_over(listing: Listing, capacity: int) -> str:
    """What to do about a number that only the places in checkouts stand against, as the end of a sentence."""
    sold = listing.reading.sold
    of_checkouts = listing.platform is Platform.EVENTBRITE and is_known(sold) and sold <= capacity
    return ". What is in a checkout is paid or given up within minutes: try again then" if of_checkouts else ""


def _plain(quantity: object) -> str:
    return str(quantity) if isinstance(quantity, int) else "?"
