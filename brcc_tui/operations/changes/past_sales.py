"""Where people bought recently, which decides how a split divides the seats of a show."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from brcc_tui.model.listing import SHOP_NAMES, Listing, Platform
from brcc_tui.model.quantity import Quantity, Unknown, is_known
from brcc_tui.operations.catalogue.shows import places_of
from brcc_tui.operations.catalogue.unlisted import lists_that_failed
from brcc_tui.operations.context import ClubContext

SALES_LOOK_BACK: Final = dt.timedelta(weeks=4)
"""How far back a split looks to see where people buy."""

_NO_NIGHT: Final = "it had no night then"


@dataclass(frozen=True, slots=True)
class PastSales:
    """Seats sold of each listing of the last weeks, by its group, unknown where nobody knows them.

    `unlisted` are shops of which not every past night is known, with the reason.
    """

    sold: Mapping[str, Sequence[Quantity]]
    unlisted: Mapping[Platform, str]

    @classmethod
    def of(cls, club: ClubContext, listings: Sequence[Listing]) -> Self:
        """What was sold of these listings lately, as the catalogue knows it.

        A shop that was silent at the last refresh told what is kept of it before.
        """
        now = club.clock.now()
        sold: dict[str, list[Quantity]] = defaultdict(list)
        for listing, place in zip(listings, places_of(club, listings), strict=True):
            if place and now - SALES_LOOK_BACK <= place[0] <= now:
                sold[listing.group].append(listing.reading.sold)
        of_coming = set(lists_that_failed(club))
        past = {shop: why for shop, why in lists_that_failed(club, past=True) if (shop, why) not in of_coming}
        return cls(sold, past)

    def weights(self, listings: Sequence[Listing]) -> Mapping[str, float]:
        """By listing id: what its group sold, one added so that nobody is left out for good.

        A group of which that is not known weighs as much as the others on average: all the same where none is known.
        """
        of_groups = {listing.group: self._sold(listing) for listing in listings}
        known = [1.0 + sold for sold in of_groups.values() if not isinstance(sold, Unknown)]
        mean = sum(known) / len(known) if known else 1.0
        by_group = {name: mean if isinstance(sold, Unknown) else 1.0 + sold for name, sold in of_groups.items()}
        return {listing.id: by_group[listing.group] for listing in listings}

    def doubts(self, listings: Iterable[Listing]) -> str:
        """Of which of these it is not known what they sold, and what that makes of the split; empty for none."""
        of_groups = {listing.group: (listing, self._sold(listing)) for listing in listings}
        unknown = [
            f"{SHOP_NAMES[listing.platform]} sold of {listing.title} ({sold.reason})"
            for listing, sold in of_groups.values()
            if isinstance(sold, Unknown)
        ]
        if not unknown:
            return ""
        alike = len(of_groups) - len(unknown) < 2
        then = "the seats are shared evenly" if alike else "it counts as much as the others on average"
        weeks = SALES_LOOK_BACK.days // 7
        return f"for the last {weeks} weeks it is unknown what {', and what '.join(unknown)}: {then}"

    def _sold(self, listing: Listing) -> float | Unknown:
        """Of its whole group; where that is known of one half of it at least, the rest counts as that half does."""
        if listing.platform in self.unlisted:
            return Unknown(self.unlisted[listing.platform])
        nights = self.sold.get(listing.group, ())
        known = [sold for sold in nights if is_known(sold)]
        if not nights:
            return Unknown(_NO_NIGHT)
        if 2 * len(known) < len(nights):
            return next((sold for sold in nights if isinstance(sold, Unknown)), Unknown("it has no limit"))
        return sum(known) * len(nights) / len(known)
