"""Places of no date that their product has, or had: no listing can be made of them, and people come all the same."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Final

from brcc_tui.model.cell_finder import CellFinder, possible_days
from brcc_tui.model.counts import Orphan, ProductCells, ProductCount
from brcc_tui.model.failure import NO_SUCH_DATE
from brcc_tui.model.few_of_many import few_of_many
from brcc_tui.model.listings.lost import can_be_told
from brcc_tui.model.shows.ending import is_day_over

_WAY_OUT: Final = ": give them their slot and date in WordPress (Tickets), or add that date"


def misplaced(
    cells: ProductCells, count: ProductCount, now: dt.datetime, zone: dt.tzinfo | None, lost: str | None
) -> str | None:
    """How many places to come there are of a product that nothing else tells of, of which days, and what to do, which
    `lost` says of one that is lost as a whole; None for none.

    Those whose tickets name a date by ids that a listing can have are lost listings, and those that may be of one of
    the dates that were counted make that one's numbers unknown.
    """
    counted = {key: texts for key, texts in cells.cells.items() if key in count.cells}
    finder, found = CellFinder(replace(cells, cells=counted)), Counter[str]()
    for orphan in count.orphans:
        if not _is_told(orphan, cells.product_id, finder):
            found[_called(orphan)] += _to_come(orphan, now, zone or dt.UTC)
    found = +found
    if not found:
        return None
    many = found.total()
    of = f"{many} place of it is" if many == 1 else f"{many} places of it are"
    way_out = f", and {lost}" if lost else _WAY_OUT
    return f"{of} {NO_SUCH_DATE}, by what tickets and orders say ({few_of_many(sorted(found))}){way_out}"


def _is_told(orphan: Orphan, product_id: int, finder: CellFinder) -> bool:
    """Whether a listing tells of it: one that is lost, or one that it may be of."""
    has_ids = bool(orphan.slot_id and orphan.date_id) and can_be_told(product_id, (orphan.slot_id, orphan.date_id))
    return has_ids or bool(finder.possible(orphan))


def _called(orphan: Orphan) -> str:
    return ", ".join(filter(None, (orphan.slot_text, orphan.date_text))) or "no slot and no day"


def _to_come(orphan: Orphan, now: dt.datetime, zone: dt.tzinfo) -> int:
    """How many of these places are of a day that is not over; where no day can be read, the tickets' moment decides."""
    days = [day for day in possible_days(orphan.date_text) if isinstance(day, dt.date)]
    if not days:
        return orphan.open
    return 0 if all(is_day_over(day, now, zone) for day in days) else orphan.sold + orphan.held
