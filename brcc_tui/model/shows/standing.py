"""What a plan makes of its shows, told before and after: seats on offer, and those that could be sold twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brcc_tui.model.changes.plan import Change
from brcc_tui.model.quantity import Quantity, add, at_least_zero, least, less
from brcc_tui.model.shows.grouping import sold_twice
from brcc_tui.model.shows.sharing import show_after, show_before
from brcc_tui.model.shows.show import Show
from brcc_tui.model.shows.sums import doubtful_twice, offered_twice


@dataclass(frozen=True, slots=True)
class Standing:
    """The effect of a plan on its shows: seats on offer, and those that could be sold twice, each before and after.

    `free` are the seats that nobody has taken yet, `doubtful` the part of the later offer that may not be seats.
    Unknown if any part is.
    """

    free: Quantity
    offered: Quantity
    then_offered: Quantity
    twice: Quantity
    then_twice: Quantity
    doubtful: Quantity = 0


def standing_of_shows(shows: Iterable[Show], changes: Sequence[Change]) -> Standing | None:
    """The standing of all shows that these changes touch, before and after; None if they touch none."""
    touched = _touched(shows, changes)
    if not touched:
        return None
    before = [show_before(show, changes) for show in touched]
    after = [show_after(show, changes) for show in touched]
    offered, then_offered = _offered(before), _offered(after)
    return Standing(
        free=add(*(at_least_zero(show.free) for show in before)),
        offered=offered,
        then_offered=then_offered,
        twice=_twice(before, offered),
        then_twice=_twice(after, then_offered),
        doubtful=less(add(*(show.doubtful for show in after)), doubtful_twice(after)),
    )


def _touched(shows: Iterable[Show], changes: Iterable[Change]) -> Sequence[Show]:
    """Those of the shows with a changed listing."""
    changed = {change.listing.id for change in changes}
    return [show for show in shows if any(listing.id in changed for listing in show.listings)]


def _offered(shows: Sequence[Show]) -> Quantity:
    return less(add(*(show.remaining for show in shows)), offered_twice(shows))


def _twice(shows: Iterable[Show], offered: Quantity) -> Quantity:
    """Never more than is on offer: what one stock could sell twice in each of several shows, it sells in one."""
    twice = add(*map(sold_twice, shows))
    return least(twice, offered) if isinstance(twice, int) and isinstance(offered, int) else twice
