"""What a change came to reaches the cache as soon as it was seen, so that every screen and command shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.logs import log
from brcc_tui.model.changes.plan import Action
from brcc_tui.model.listing import OF_THE_JOURNAL, OF_THE_WHOLE_SHOP, with_kept_flags
from brcc_tui.operations.changes.recorder import STANDS
from brcc_tui.operations.closed_marks import note_given_here
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.operations.changes.recorder import Step, Watch
    from brcc_tui.operations.context import ClubContext


def remembering(club: ClubContext, plan: Plan, watch: Watch) -> Watch:
    """A watch that keeps in the cache what was seen of each change, and then tells `watch`."""
    closing = {change.listing.id for change in plan.changes if change.action is Action.CLOSE}

    def update(step: Step) -> None:
        if step.listing is not None:
            if step.stands and step.event in STANDS and step.listing_id not in closing:
                note_given_here(club, step.listing)
            try:
                known, kept = club.cache.some([step.listing_id]), OF_THE_WHOLE_SHOP
                if not step.stands:  # what another hand, or nobody, made of it tells nothing of what the journal knows
                    kept |= OF_THE_JOURNAL
                club.cache.remember([with_kept_flags(step.listing, *known, kept=kept)], club.clock.now())
            except CacheError as app_error:  # the shop and the journal have it
                log("could not be remembered", error=app_error)
        watch(step)

    return update
