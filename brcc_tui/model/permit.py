"""Leave to write: no platform client writes without a permit, and only a confirmed plan makes one.

A person's consent travels as a value. `confirm` is called by the confirmation modal and by the command
line's own confirmation, nowhere else (an import contract holds it); the apply operation draws a permit
for each change from what `confirm` returned; the clients' write methods demand that permit and refuse
one that names another listing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from brcc_tui.model.plan import Plan
from brcc_tui.model.trouble import Trouble

_SEAL: Final = object()


class NotConfirmed(Trouble):
    """Somebody tried to write what no person confirmed. A defect, never a normal path."""


@dataclass(frozen=True, slots=True)
class WritePermit:
    """Leave to write the listings named, under the plan of that digest."""

    digest: str
    listing_ids: frozenset[str]
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise NotConfirmed("a write permit can only come from a confirmed plan")

    def check(self, *listing_ids: str) -> None:
        """Raise `NotConfirmed` unless every listing is covered."""
        if not set(listing_ids) <= self.listing_ids:
            raise NotConfirmed("this permit is for other listings", subject=", ".join(listing_ids))


@dataclass(frozen=True, slots=True)
class ConfirmedPlan:
    """A plan that a person has seen and agreed to."""

    plan: Plan
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise NotConfirmed("a plan is confirmed by a person, not by code")

    def permit(self, *listing_ids: str) -> WritePermit:
        """Leave to write these listings; all must be among the plan's changes."""
        planned = {change.listing.id for change in self.plan.changes}
        if not set(listing_ids) <= planned:
            raise NotConfirmed("the confirmed plan does not name this listing", subject=", ".join(listing_ids))
        return WritePermit(self.plan.digest, frozenset(listing_ids), _SEAL)


def confirm(plan: Plan, digest: str) -> ConfirmedPlan:
    """A person saw the plan of this digest and said yes. Raises `NotConfirmed` when it is another plan."""
    if digest != plan.digest:
        raise NotConfirmed("the plan made now is not the one that was confirmed", subject=f"digest {digest[:12]}")
    return ConfirmedPlan(plan, _SEAL)
