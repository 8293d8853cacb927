"""The surroundings that are needed to make a WooCommerce product's listings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from brcc_tui.model.catalogue import Product, Site
from brcc_tui.model.counts import CellKey, Counts, ProductCount
from brcc_tui.model.dates import UnreadableDate
from brcc_tui.model.fooevents.sales_end import SalesEnd
from brcc_tui.model.listing_id import ProductId
from brcc_tui.model.offer import OfferRule, Terms
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Origin, Source
from brcc_tui.model.zones import zone_of

_EARLIEST: Final = dt.timezone(dt.timedelta(hours=-12))
_ONE_SECOND: Final = dt.timedelta(seconds=1)
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
    shared: Collection[CellKey]
    origin: Origin

    @property
    def date_format(self) -> str:
        """The site's, as far as it is known."""
        return self.site.date_format if self.site else ""

    @property
    def zone(self) -> dt.tzinfo | None:
        """The site's, as far as it is known."""
        return zone_of(self.site.zone) if self.site else None

    @property
    def clock_zone(self) -> dt.tzinfo | None:
        """That of the site's own clock, as far as it is known."""
        return zone_of(self.site.clock_zone or self.site.zone) if self.site else None

    def until_of_event(self, terms: Terms, sales_end: SalesEnd) -> Terms:
        """The same as `until` of an end that FooEvents itself keeps to: while it is switched off nothing does."""
        return terms if self.site and self.site.fooevents_off else self.until(terms, sales_end)

    def until(self, terms: Terms, sales_end: SalesEnd) -> Terms:
        """The terms with an end of sales by the site's wall clock: reached, to come, or not known.

        Where the site's zone is not known, it may be that of any zone on earth.
        """
        if sales_end is None:
            return terms
        if isinstance(sales_end, UnreadableDate):
            return terms.doubted(f"it is not known when its sales end: {sales_end.reason}")
        zone = self.clock_zone
        zones = (_LATEST, _EARLIEST) if zone is None else (zone,)
        over = [self.now.astimezone(each).replace(tzinfo=None) > sales_end for each in zones]
        if all(over):
            return replace(terms, stopped=OfferRule.SALES_ENDED)
        if any(over):
            return terms.doubted("its sales end today, and the site's time zone is not known")
        until = sales_end.replace(tzinfo=zones[0]) + _ONE_SECOND  # FooEvents sells in the last one
        then = OfferRule.NOT_KNOWN if zone is None else OfferRule.SALES_ENDED
        return terms if terms.ends_by(until) else replace(terms, until=until, then=then)

    def is_translated(self, product: Product) -> bool:
        """Whether the shop keeps it once for each language; where it is not told of which, all of them may be."""
        if self.site is None or self.site.translated_by is None:
            return False
        copies = self.site.copies
        return copies is None or product.id in copies or product.id in copies.values()

    def copy_of(self, product: Product) -> str | None:
        """The product (`wc:<id>`) whose copy in another language it is; None of an original, or if not known."""
        original = self.site.copies.get(product.id) if self.site and self.site.copies else None
        return None if original is None else str(ProductId(original))

    def count(self, product: Product) -> ProductCount | Unknown:
        """The product's places taken, or why they are not known."""
        if self.counts is None:
            return Unknown(self.why_no_counts or "the WordPress database was not asked")
        return self.counts.products.get(product.id) or Unknown("the database was not asked about this product")
