"""Which of the tickets that a database query returns count in a look at some products."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from brcc_tui.model.cell_finder import meant_day, spellings
from brcc_tui.model.counting import TicketRow
from brcc_tui.model.counts import ProductCells


def relevant(products: Collection[ProductCells], managed: Collection[int]) -> Relevant:
    """The test for tickets that count in a look at these products."""
    texts = spellings(each.date_text for product in products for each in product.cells.values())
    return Relevant(
        whole=frozenset(each.product_id for each in products if each.needs_all_tickets).union(managed),
        date_ids=frozenset(date for product in products for _, date in (*product.cells, *product.leftovers) if date),
        date_texts=texts,
        days=frozenset(map(meant_day, texts)),
        dates=any(product.has_dates for product in products),
    )


@dataclass(frozen=True, slots=True)
class Relevant:
    """Whole products, and of the others (`dates`: there are others) the dates: ids, texts, and days (`meant_day`)."""

    whole: frozenset[int]
    date_ids: frozenset[str]
    date_texts: frozenset[str]
    days: frozenset[dt.date | str]
    dates: bool

    def __call__(self, ticket: TicketRow) -> bool:
        return (
            ticket.to_come
            or ticket.product_id in self.whole
            or ticket.date_id in self.date_ids
            or meant_day(ticket.date_text) in self.days
        )
