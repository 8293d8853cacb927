"""What a change came to reaches the cache as soon as it was seen, so that every screen and command shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from brcc_tui.logs import log
from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.model.listing import with_kept_flags
from brcc_tui.model.shows.sharing import listing_after, listing_at
from brcc_tui.operations.closed_marks import note_given_here
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.model.listing import Listing
    from brcc_tui.model.reading import Reading
    from brcc_tui.operations.changes.recorder import Step, Watch
    from brcc_tui.operations.context import ClubContext

_STANDS: Final = frozenset({Outcome.VERIFIED.value, Outcome.SETTLED.value, Outcome.SETTLED_LOW.value})
"""Moves that say that what was written was seen to stand."""
_TAKEN_BACK: Final = frozenset({Outcome.CONFLICT.value, Outcome.UNDONE_BY_SHOP.value, Outcome.ROLLED_BACK.value})


class LeftBehind:
    """The listings of a plan as its changes leave them, whole: numbers, status and flags."""

    def __init__(self, plan: Plan) -> None:
        self._changes = {change.listing.id: change for change in plan.changes}
        self._standing: set[str] = set()

    def after(self, step: Step) -> Listing | None:
        """The listing as this move left it; None for a move by which nothing was seen of it."""
        if step.event in _STANDS:
            self._standing.add(step.listing_id)
        elif step.event in _TAKEN_BACK:
            self._standing.discard(step.listing_id)
        return None if step.reading is None else self.reading(step.listing_id, step.reading)

    def is_open(self, listing_id: str) -> bool:
        """Whether its change gave it a capacity, and did not close it."""
        return self._changes[listing_id].action is not Action.CLOSE

    def reading(self, listing_id: str, reading: Reading) -> Listing:
        """The listing that reads so now."""
        change = self._changes[listing_id]
        return listing_after(change, reading) if listing_id in self._standing else listing_at(change.listing, reading)


def remembering(club: ClubContext, plan: Plan, watch: Watch) -> Watch:
    """A watch that keeps in the cache what was seen of each change, and then tells `watch`."""
    left = LeftBehind(plan)

    def update(step: Step) -> None:
        if (listing := left.after(step)) is not None:
            if step.event in _STANDS and left.is_open(step.listing_id):
                note_given_here(club, listing)
            try:
                known = club.cache.some([step.listing_id])
                club.cache.remember([with_kept_flags(listing, *known)], club.clock.now())
            except CacheError as app_error:  # the shop and the journal have it
                log("could not be remembered", error=app_error)
        watch(step)

    return update
