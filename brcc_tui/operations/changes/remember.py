"""Puts the result of a change into the cache as soon as it was seen, so that every screen and command shows it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from brcc_tui.logs import log
from brcc_tui.model.changes.plan import Action
from brcc_tui.model.checkout import at_least
from brcc_tui.model.listing import OF_THE_JOURNAL, OF_THE_WHOLE_SHOP, Listing, Platform, with_kept_flags
from brcc_tui.model.quantity import is_known, remaining_from
from brcc_tui.model.reading import Reading
from brcc_tui.model.shows.at_number import left_at, listing_at
from brcc_tui.operations.changes.recorder import STANDS
from brcc_tui.operations.closed_marks import note_given_here
from brcc_tui.store.catalogue_file import CacheError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.operations.changes.recorder import Step, Watch
    from brcc_tui.operations.context import ClubContext


def remembering(club: ClubContext, plan: Plan, watch: Watch) -> Watch:
    """A watch that keeps in the cache what was seen of each change, and then tells `watch` the same."""
    closing = {change.listing.id for change in plan.changes if change.action is Action.CLOSE}
    before = {change.listing.id: change.before for change in plan.changes}

    def update(step: Step) -> None:
        if step.listing is not None:
            if step.stands and step.event in STANDS and step.listing_id not in closing:
                note_given_here(club, step.listing)
            try:
                known, kept = club.cache.some([step.listing_id]), OF_THE_WHOLE_SHOP
                if not step.stands:  # what another hand, or nobody, made of it tells nothing of what the journal knows
                    kept |= OF_THE_JOURNAL
                readings = (*(each.reading for each in known), *filter(None, [before.get(step.listing_id)]))
                listing = _with_sold(step.listing, readings)
                step = dataclasses.replace(step, listing=listing)
                club.cache.remember([with_kept_flags(listing, *known, kept=kept)], club.clock.now())
            except CacheError as app_error:  # the shop and the journal have it
                log("could not be remembered", error=app_error)
        watch(step)

    return update


def _with_sold(listing: Listing, readings: Sequence[Reading]) -> Listing:
    """A ticket class with the most that was told as sold before, where Eventbrite's answer to our write leaves it out.

    The cache and the screens take no reading by which less is known: they would go on with the number that we have
    replaced.
    """
    reading = listing.reading
    sold = max((each.sold for each in readings if is_known(each.sold)), default=None)
    is_left_out = is_known(reading.capacity) and not is_known(reading.sold)
    if listing.platform is not Platform.EVENTBRITE or not is_left_out or sold is None:
        return listing
    left = left_at(listing, remaining_from(reading.capacity, sold, at_least(reading.held)))
    remaining = reading.remaining if is_known(reading.remaining) else left
    return listing_at(listing, dataclasses.replace(reading, sold=sold, remaining=remaining))
