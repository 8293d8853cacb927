"""What stands around a WooCommerce product while its listings are made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.catalogue import Product, Site
from brcc_tui.model.counts import CellKey, Counts, ProductCount
from brcc_tui.model.dates import UnreadableDate
from brcc_tui.model.fooevents.sales_end import SalesEnd
from brcc_tui.model.listing_id import ProductId
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Origin, Source
from brcc_tui.model.zones import zone_of

_EARLIEST: Final = dt.timezone(dt.timedelta(hours=-12))
_LATEST: Final = dt.timezone(dt.timedelta(hours=14))


@dataclass(frozen=True, slots=True)
class ListingContext:
    """What stands around a product while its listings are made: the site, the counts and the clock.

    `counts` is None when the database could not tell, for the reason `why_no_counts`. `origin` is who told the products
    themselves.
    """

    site: Site | None
    now: dt.datetime
    counts: Counts | None
    why_no_counts: str
    source: Source
    read_at: dt.datetime
    shared: Collection[CellKey] = ()
    origin: Origin = Origin.DATABASE

    @property
    def date_format(self) -> str:
        """The site's, as far as it is known."""
        return self.site.date_format if self.site else ""

    def has_ended(self, sales_end: SalesEnd) -> bool | Unknown:
        """Whether a moment of the site's wall clock is over. Where its zone is not known, that of any zone on earth."""
        if sales_end is None:
            return False
        if isinstance(sales_end, UnreadableDate):
            return Unknown(f"it is not known when its sales end: {sales_end.reason}")
        zone = zone_of(self.site.zone) if self.site else None
        if zone is not None:
            return self.now.astimezone(zone).replace(tzinfo=None) > sales_end
        first, last = (self.now.astimezone(zone).replace(tzinfo=None) > sales_end for zone in (_LATEST, _EARLIEST))
        return first if first == last else Unknown("its sales end today, and the site's time zone is not known")

    def is_translated(self, product: Product) -> bool:
        """Whether the shop keeps it once for each language; where it is not told of which, all of them may be."""
        if self.site is None or self.site.translated_by is None:
            return False
        copies = self.site.copies
        return copies is None or product.id in copies or product.id in copies.values()

    def copy_of(self, product: Product) -> str | None:
        """The product (`wc:<id>`) whose copy in another language it is."""
        original = self.site.copies.get(product.id) if self.site and self.site.copies else None
        return None if original is None else str(ProductId(original))

    def count(self, product: Product) -> ProductCount | Unknown:
        """The product's places taken, or why they are not known."""
        if self.counts is None:
            return Unknown(self.why_no_counts or "the WordPress database was not asked")
        return self.counts.products.get(product.id) or Unknown("the database was not asked about this product")
