"""What a change came to reaches the cache as soon as it was seen, so that every screen and command shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.logs import log
from brcc_tui.model.shows.sharing import listing_after
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.operations.changes.recorder import Step, Watch
    from brcc_tui.operations.club import Club


def remembering(club: Club, plan: Plan, watch: Watch) -> Watch:
    """A watch that keeps in the cache what was seen of each change, and then tells `watch`."""
    changes = {change.listing.id: change for change in plan.changes}

    def tell(step: Step) -> None:
        if step.reading is not None:
            try:
                club.cache.remember([listing_after(changes[step.listing_id], step.reading)], club.clock.now())
            except CacheError as app_error:  # the shop and the journal have it
                log("could not be remembered", error=app_error)
        watch(step)

    return tell
