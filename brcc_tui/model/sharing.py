"""How the free seats of one show are offered over its listings: mirrored, or split.

*Mirror*: each listing offers all free seats less a buffer; a seat may be sold twice until the next sync.
*Split*: the offers never add up to more than what is free.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brcc_tui.model.listing import Flag, Listing, Platform, Status
from brcc_tui.model.plan import Action, Refusal, RefusalCode, Wanted
from brcc_tui.model.quantity import Unlimited, is_known
from brcc_tui.model.show import Show


class Mode(enum.StrEnum):
    """The two ways to offer the same seats on several listings."""

    MIRROR = "mirror"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Shares:
    """What a sync wants of each listing, why it cannot be, and which listings it leaves as they are."""

    wanted: tuple[Wanted, ...]
    refused: tuple[Refusal, ...] = ()
    left_alone: tuple[Listing, ...] = ()


def share_seats(show: Show, mode: Mode, *, buffer: int = 0, weights: Mapping[str, float] | None = None) -> Shares:
    """Capacities for every listing of the show that may be moved.

    Listings that staff closed (at 0, hidden, draft) and read-only ones stay as they are; what they still
    offer is taken from what is shared. `weights` (by listing id) only matter for a split; without them
    the movable listings share evenly. Nothing is wanted when any number of the show is unknown.
    """
    if not is_known(show.free):
        reason = "; ".join(f"{part}: {why}" for part, why in show.unknown.items()) or "a number is unknown"
        return Shares((), tuple(Refusal(x.id, RefusalCode.SOLD_UNKNOWN, reason) for x in show.listings))
    movable = [listing for listing in show.listings if _movable(listing)]
    others = tuple(listing for listing in show.listings if not _movable(listing))
    endless = [x for x in others if isinstance(x.reading.remaining, Unlimited)]
    if endless:
        words = "it sells without limit, so nothing can be promised for this show: give it a capacity first"
        return Shares((), tuple(Refusal(x.id, RefusalCode.UNLIMITED, words) for x in endless), others)
    spoken_for = sum(x.reading.remaining for x in others if is_known(x.reading.remaining) and x.reading.remaining > 0)
    to_offer = max(0, show.free - buffer - spoken_for)
    if mode is Mode.MIRROR:
        offers = [to_offer] * len(movable)
    else:
        offers = _split(to_offer, [(weights or {}).get(listing.id, 1.0 if not weights else 0.0) for listing in movable])
    return Shares(tuple(map(_wanted, movable, offers)), (), others)


def _movable(listing: Listing) -> bool:
    return (
        listing.writable
        and is_known(listing.reading.remaining)
        and Flag.AT_ZERO not in listing.flags
        and Flag.HYBRID not in listing.flags
        and listing.status not in (Status.HIDDEN, Status.DRAFT, Status.CLOSED, Status.ENDED)
    )


def _wanted(listing: Listing, offer: int) -> Wanted:
    taken = sum(part for part in (listing.reading.sold, listing.reading.held) if is_known(part))
    if taken + offer == 0 and listing.platform is Platform.EVENTBRITE:
        return Wanted(listing.id, Action.CLOSE)  # Eventbrite refuses a capacity of 0
    return Wanted(listing.id, Action.SET, taken + offer)


def _split(seats: int, weights: Sequence[float]) -> list[int]:
    """Whole seats by weight, the largest remainders first; they add up to `seats` exactly."""
    if not weights:
        return []
    if not any(weights):
        weights = [1.0] * len(weights)
    exact = [seats * weight / sum(weights) for weight in weights]
    shares = [int(part) for part in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: seats - sum(shares)]:
        shares[i] += 1
    return shares
