"""Leave to write: no platform client writes without a permit, and only a confirmed plan makes one.

A person's consent travels as a value. `confirmation.confirm` seals the plan that a person has seen; the
apply operation draws a permit for each write from it; the clients' write methods demand that permit and
refuse one that names another listing. Nothing outside this module and `confirmation` knows the seal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Plan
from brcc_tui.model.listing_id import CellId, parse_listing_id

SEAL: Final = object()


class NotConfirmed(AppError):
    """Somebody tried to write what no person confirmed. A defect, never a normal path."""


@dataclass(frozen=True, slots=True)
class WritePermit:
    """Leave to write the listings named, under the plan of that digest."""

    digest: str
    listing_ids: frozenset[str]
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not SEAL:
            raise NotConfirmed("a write permit can only come from a confirmed plan")

    def check(self, *listing_ids: str) -> None:
        """Raise `NotConfirmed` unless every listing is covered."""
        if not listing_ids or not set(listing_ids) <= self.listing_ids:
            raise NotConfirmed("this permit is for other listings", subject=", ".join(listing_ids))


@dataclass(frozen=True, slots=True)
class ConfirmedPlan:
    """A plan that a person has seen and agreed to."""

    plan: Plan
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not SEAL:
            raise NotConfirmed("a plan is confirmed by a person, not by code")

    def permit(self, *listing_ids: str) -> WritePermit:
        """Leave to write these listings; all must be among the plan's changes."""
        if not set(listing_ids) <= self._planned():
            raise NotConfirmed("the confirmed plan does not name this listing", subject=", ".join(listing_ids))
        return WritePermit(self.plan.digest, frozenset(listing_ids), SEAL)

    def permit_correction(self, *listing_ids: str) -> WritePermit:
        """Leave to lower these cells for sales that fell into a write of the plan.

        The cells of a product share one text, so a write of one may overwrite a sale of another; the
        confirmation says so. Every cell must be of a product of which the plan names a cell.
        """
        products = {cell.product for cell in map(_cell, self._planned()) if cell is not None}
        for listing_id in listing_ids:
            cell = _cell(listing_id)
            if listing_id not in self._planned() and (cell is None or cell.product not in products):
                raise NotConfirmed("the confirmed plan does not touch this product", subject=listing_id)
        return WritePermit(self.plan.digest, frozenset(listing_ids), SEAL)

    def _planned(self) -> set[str]:
        return {change.listing.id for change in self.plan.changes}


def _cell(listing_id: str) -> CellId | None:
    parsed = parse_listing_id(listing_id)
    return parsed if isinstance(parsed, CellId) else None
