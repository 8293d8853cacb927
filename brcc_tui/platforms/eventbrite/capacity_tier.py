"""The capacity tier of an event: places in checkout, places held back, and what is left of the event's own capacity.

None was ever recorded. By the documentation `capacity_...` includes held-back places, `quantity_...` does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from brcc_tui.model.checkout import CapacityTier
from brcc_tui.platforms.eventbrite.answers import unwrapped
from brcc_tui.platforms.http.answer_shapes import AnswerShape, Broken, Detail, Hint, Whole, YesOrNo, parsed

_MAX_PLACES: Final = 1_000_000
"""More people than ever bought at once."""


def _list_or_none(value: object) -> object:
    return value if isinstance(value, list) else None


def _some_or_none(places: int | None) -> int | None:
    return None if places is not None and places < 0 else places


_Sum = Annotated[Hint, AfterValidator(_some_or_none)]
"""A sum of places; fewer than none says nothing."""


class _Hold(AnswerShape):
    quantity_total: Hint = None
    quantity_sold: Hint = None
    quantity_pending: Hint = None


class _Tier(AnswerShape):
    event_id: Detail = None
    capacity_pending: Whole | None = None
    quantity_pending: Whole | None = None
    capacity_total: _Sum = None
    quantity_total: Hint = None
    capacity_sold: _Sum = None
    quantity_sold: _Sum = None
    capacity_is_custom: YesOrNo = None
    holds: Annotated[list[object] | None, BeforeValidator(_list_or_none)] = None

    @property
    def total_for_buyers(self) -> int | None:
        """The total without what is held back: fewer than none only where that is more than there is in all."""
        return _some_or_none(self.quantity_total) if self.capacity_total is None else self.quantity_total


def capacity_tier_from(data: object, event_id: str) -> CapacityTier:
    """A capacity tier, bare or wrapped; raises `Broken` when it does not tell the places in checkout.

    Where two of its numbers say the same thing, the one that leaves fewer places to buyers is the safe one.
    """
    tier = parsed(_Tier, unwrapped(data, "capacity_tier"))
    if tier.event_id not in (None, event_id):
        raise Broken("it is of another event")
    pending = [places for places in (tier.capacity_pending, tier.quantity_pending) if places is not None]
    if not pending:
        raise Broken("neither capacity_pending nor quantity_pending is given")
    if not all(0 <= places <= _MAX_PLACES for places in pending):
        raise Broken(f"{max(pending, key=abs)} is no number of places in checkout")
    held_back = max(_left_in_holds(tier), _left_beside(tier))
    return CapacityTier(
        max(pending), held_back, _left_to_buyers(tier, held_back, max(pending)), tier.capacity_is_custom
    )


def _left_to_buyers(tier: _Tier, held_back: int, in_checkout: int) -> int | None:
    """Places that nobody has and nothing holds back, by the smaller of the tier's sums; None where neither is told.

    Where a sum does not tell its own places in checkout, those of the other are `in_checkout` of it, too.
    """
    left = [
        total - sold - (in_checkout if pending is None else pending) - held_back_in_it
        for total, sold, pending, held_back_in_it in (
            (tier.capacity_total, tier.capacity_sold, tier.capacity_pending, held_back),
            (tier.total_for_buyers, tier.quantity_sold, tier.quantity_pending, 0),
        )
        if total is not None and sold is not None
    ]
    return min(left, default=None)


def _holds_of(tier: _Tier) -> Sequence[_Hold]:
    return [parsed(_Hold, item) if isinstance(item, Mapping) else _Hold() for item in tier.holds or ()]


def _taken_of_holds(tier: _Tier) -> int:
    """Places that the holds name and somebody has or is buying."""
    return sum(max(0, hold.quantity_sold or 0) + max(0, hold.quantity_pending or 0) for hold in _holds_of(tier))


def _left_in_holds(tier: _Tier) -> int:
    """Places that the holds name and nobody has taken; raises `Broken` where nothing tells how many these are."""
    left = 0
    for hold in _holds_of(tier):
        if hold.quantity_total is None and None in (tier.capacity_total, tier.quantity_total):
            raise Broken("a hold does not say how many places it keeps")
        left += max(0, (hold.quantity_total or 0) - (hold.quantity_sold or 0) - (hold.quantity_pending or 0))
    return left


def _left_beside(tier: _Tier) -> int:
    """The same by its sums, of which the holds may be a part alone; what is taken of it they tell, too, where the sums
    leave that out.
    """
    if tier.capacity_total is None or tier.quantity_total is None:
        return 0
    held = tier.capacity_total - tier.quantity_total
    pairs = ((tier.capacity_sold, tier.quantity_sold), (tier.capacity_pending, tier.quantity_pending))
    taken = sum(whole - public for whole, public in pairs if whole is not None and public is not None)
    if any(None in pair for pair in pairs):
        taken = max(taken, _taken_of_holds(tier))
    return max(0, held - max(0, taken))
