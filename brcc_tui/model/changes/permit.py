"""The permit to write: no platform client writes without one, and only a confirmed plan yields one.

A person's confirmation travels as a value. `confirmation.confirm` seals the plan that a person has seen; the
apply operation draws a permit for each write from it; the clients' write methods require that permit and
refuse one that names another listing. A seal is computed from the content that it covers, so a copy with another plan,
or for other listings, carries a seal that does not match. Nothing outside this module and `confirmation` makes one.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Plan
from brcc_tui.model.listing_id import CellId, parse_listing_id

_SECRET: Final = secrets.token_bytes(32)
"""Of this process alone: consent is never kept, and never handed on."""


def seal_of(*content: object) -> bytes:
    """The seal of this content, every part of it: readings, rules and times too, which no digest covers."""
    return hmac.digest(_SECRET, repr(content).encode("utf-8", "backslashreplace"), "sha256")


def seals_of(plan: Plan) -> tuple[bytes, ...]:
    """The seals of a plan: first that of the whole, made of those of its changes, then these, in its order.

    Whoever draws on one change need not read all the others once more.
    """
    changes = tuple(seal_of(change) for change in plan.changes)
    return _seal_of_whole(plan, changes), *changes


def _seal_of_whole(plan: Plan, changes: tuple[bytes, ...]) -> bytes:
    return seal_of(plan.digest, changes, plan.refused, plan.made_at, plan.shop, plan.rules)


class NotConfirmed(AppError):
    """Somebody tried to write what no person confirmed. A defect, never a normal path."""


@dataclass(frozen=True, slots=True)
class WritePermit:
    """Leave to write the listings named, under the plan of that digest."""

    digest: str
    listing_ids: frozenset[str]
    seal: object

    def __post_init__(self) -> None:
        self._check_seal()

    def _check_seal(self) -> None:
        if self.seal != seal_of(self.digest, sorted(self.listing_ids)):
            raise NotConfirmed("a write permit can only come from a confirmed plan")

    def check(self, *listing_ids: str) -> None:
        """Raise `NotConfirmed` unless every listing is covered."""
        self._check_seal()
        if not listing_ids or not set(listing_ids) <= self.listing_ids:
            raise NotConfirmed("this permit is for other listings", subject=", ".join(listing_ids))


@dataclass(frozen=True, slots=True)
class ConfirmedPlan:
    """A plan that a person has seen and agreed to."""

    plan: Plan
    seal: object

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raise `NotConfirmed` unless the plan is, to the last reading, the one that was confirmed."""
        if self.seal != seals_of(self.plan):
            raise NotConfirmed("a plan is confirmed by a person, not by code")

    def _check_for(self, listing_ids: Collection[str]) -> None:
        """The same for what a permit for these listings rests on: their changes, and the plan as a whole."""
        seals, changes = self.seal, self.plan.changes
        if (
            not isinstance(seals, tuple)
            or len(seals) != 1 + len(changes)
            or seals[0] != _seal_of_whole(self.plan, seals[1:])
            or any(own != seal_of(x) for own, x in zip(seals[1:], changes, strict=True) if x.listing.id in listing_ids)
        ):
            raise NotConfirmed("a plan is confirmed by a person, not by code")

    def permit(self, *listing_ids: str) -> WritePermit:
        """Leave to write these listings. Raises `NotConfirmed` unless all are among the plan's changes."""
        self._check_for(listing_ids)
        if not set(listing_ids) <= self._planned():
            raise NotConfirmed("the confirmed plan does not name this listing", subject=", ".join(listing_ids))
        return _permit(self.plan, listing_ids)

    def permit_correction(self, *listing_ids: str) -> WritePermit:
        """Leave to lower these cells for sales that fell into a write of the plan.

        The cells of a product share one text, so a write of one may overwrite a sale of another; the
        confirmation says so. Raises `NotConfirmed` for a cell of a product of which the plan names none.
        """
        self.check()
        products = {cell.product for cell in map(_cell, self._planned()) if cell is not None}
        for listing_id in listing_ids:
            cell = _cell(listing_id)
            if listing_id not in self._planned() and (cell is None or cell.product not in products):
                raise NotConfirmed("the confirmed plan does not touch this product", subject=listing_id)
        return _permit(self.plan, listing_ids)

    def _planned(self) -> set[str]:
        return {change.listing.id for change in self.plan.changes}


def _permit(plan: Plan, listing_ids: Collection[str]) -> WritePermit:
    return WritePermit(plan.digest, frozenset(listing_ids), seal_of(plan.digest, sorted(set(listing_ids))))


def _cell(listing_id: str) -> CellId | None:
    parsed = parse_listing_id(listing_id)
    return parsed if isinstance(parsed, CellId) else None
