"""What a change came to reaches the cache as soon as it was seen, so that every screen and command shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.logs import log
from brcc_tui.model.changes.plan import Action, Outcome
from brcc_tui.model.shows.sharing import listing_after
from brcc_tui.operations.changes.lifecycle import State
from brcc_tui.operations.closed_marks import note_given_here
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.operations.changes.recorder import Step, Watch
    from brcc_tui.operations.club import Club


_AS_WANTED = frozenset({State.VERIFIED.value, Outcome.SETTLED.value, Outcome.SETTLED_LOW.value})
"""Moves that say that what was written was seen to stand."""


def remembering(club: Club, plan: Plan, watch: Watch) -> Watch:
    """A watch that keeps in the cache what was seen of each change, and then tells `watch`."""
    changes = {change.listing.id: change for change in plan.changes}

    def tell(step: Step) -> None:
        if step.reading is not None:
            change = changes[step.listing_id]
            after = listing_after(change, step.reading)
            if change.action is not Action.CLOSE and step.event in _AS_WANTED:
                note_given_here(club, after)
            try:
                club.cache.remember([after])
            except CacheError as app_error:  # the shop and the journal have it
                log("could not be remembered", error=app_error)
        watch(step)

    return tell
