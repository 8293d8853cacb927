"""How many of a WooCommerce product are left, and how it is sold: the stored number alone decides neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from brcc_tui.model.catalogue import Product, Variation
from brcc_tui.model.fooevents.booking_text import Cell
from brcc_tui.model.fooevents.classify import (
    DATE_FIRST,
    MANAGED_WITHOUT_QUANTITY,
    METHOD,
    SEVERAL_STOCKS,
    Classification,
    ProductClass,
)
from brcc_tui.model.fooevents.meta_keys import EVENT_KEY, IS_EVENT
from brcc_tui.model.fooevents.sales_end import cell_sales_end, event_sales_end, may_have_passed
from brcc_tui.model.listings.listing_context import ListingContext
from brcc_tui.model.offer import OfferRule, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, add, is_less_than, is_used_up, least

_REFUSED: Final = (
    "WooCommerce says that it cannot be bought, although it is published and has a price: a plugin may forbid it"
)
_NO_VARIATIONS: Final = "it is bought as one of its variations, and the shop lists none"
_BOOKINGS_OFF: Final = (
    "FooEvents, or FooEvents Bookings, is not among the site's active plugins: while it is off WooCommerce sells this "
    "product without asking for a date"
)
_NO_EVENT: Final = (
    "its product is not marked as an event: until it is, FooEvents leaves it alone, and WooCommerce sells it without "
    "asking for a date. Mark it as one again in WordPress (Product data, Event settings)"
)
_NO_QUANTITY: Final = Unknown("WooCommerce has no quantity for it")
UNCOUNTED_VARIATION: Final = Unknown("WooCommerce does not manage this variation's stock")
_COMPOSED = frozenset(("grouped", "external", "bundle", "composite", "mix-and-match", "woosb", "woosg", "yith_bundle"))
"""Types of products that are sold as their parts, or elsewhere: their own stock is not all that limits them."""

_TYPES_WITHOUT_LIMITS = frozenset({"simple", "variable", "subscription", "variable-subscription"})
"""Types of products of which an unmanaged stock is known to be none; those of other plugins may limit it themselves."""


def own_stock(product: Product) -> Quantity:
    """The quantity that WooCommerce holds; without one it sells endlessly, or not at all once marked out of stock."""
    if product.manage_stock:
        stock = product.stock_quantity
        return _NO_QUANTITY if stock is None else stock
    if product.is_out_of_stock:
        return 0
    if product.type in _TYPES_WITHOUT_LIMITS:
        return UNLIMITED
    return Unknown(f"it is not known what limits a WooCommerce product of the type {product.type[:40]!r}")


def _left_of_cell(product: Product, kind: Classification, cell: Cell, whole: Terms) -> tuple[Quantity, Terms]:
    """What a booking cell has left, of a hybrid the less of its own stock and the product's, and how that is sold."""
    remaining, terms = cell.remaining, Terms()
    if _is_endless(product, cell):
        terms = Terms(endless=OfferRule.NEGATIVE_STOCK)
    if kind.product_class is ProductClass.HYBRID and whole.endless is None:
        return _of_both(product, remaining, terms)
    return remaining, terms


def _is_endless(product: Product, cell: Cell) -> bool:
    """Whether FooEvents takes the stock of a date for no limit: where buyers choose the date first, one below 0."""
    return is_less_than(cell.remaining, 0) and product.text(METHOD) == DATE_FIRST


def _sells_apart(product: Product, shop: ListingContext) -> bool:
    """Whether a variation sells by a stock, or a status, of its own: that of the product stops none of them."""
    published = product.published_variations
    apart = [each for each in published if each.has_own_stock or not product.manage_stock]
    return any(_offered(each, shop) != 0 for each in apart)


def _stopped_by_product(product: Product, terms: Terms, whole: Terms, shop: ListingContext) -> Terms:
    """The terms of a date, where its product's own stock stops it: it is marked as out, or at the threshold."""
    stock = product.stock_quantity
    at_threshold = whole.endless is None and stock is not None and 0 < stock <= whole.none_at
    if not (product.is_out_of_stock or at_threshold) or _sells_apart(product, shop):
        return terms
    return replace(terms, stopped=OfferRule.THRESHOLD if at_threshold else OfferRule.CLOSED)


def _limit_of(remaining: Quantity, terms: Terms) -> Quantity:
    """How many may be bought by this number alone: without limit where FooEvents takes it for no limit."""
    return remaining if terms.endless is None else UNLIMITED


def _of_both(product: Product, remaining: Quantity, terms: Terms) -> tuple[Quantity, Terms]:
    """The less of a cell's own stock and its product's, and how it is sold then."""
    both = least(_limit_of(remaining, terms), own_stock(product))
    return both, terms if both == remaining and terms.endless is None else Terms(OfferRule.PRODUCT_STOCK)


def _why_doubtful(product: Product, cell: Cell, date_format: str) -> str | None:
    """Why nobody knows whether FooEvents sells what a cell has left."""
    if cell.is_ghost:
        return "a leftover of a cancelled order: nobody knows whether FooEvents sells it"
    if "_" in cell.slot_id or "_" in cell.date_id:
        return "FooEvents does not find a date everywhere whose id holds an underscore: nobody knows whether it is sold"
    if may_have_passed(product, cell, date_format):
        return "FooEvents sells no passed dates of it, and this one cannot be read: nobody knows whether it is sold"
    return None


def cell_stock(
    product: Product, kind: Classification, cell: Cell, shop: ListingContext, whole: Terms
) -> tuple[Quantity, Terms]:
    """What a booking cell has left, and how it is sold: by its own stock, and by all that holds for the product.

    `whole` are the terms of the product (`product_terms`).
    """
    remaining, terms = _left_of_cell(product, kind, cell, whole)
    terms = _stopped_by_product(product, terms, whole, shop)
    without_dates = _why_no_dates(product, shop)
    if cell.key in kind.replaced and without_dates is None:
        terms = replace(terms, stopped=OfferRule.OTHER_DATE)
    if doubt := _why_doubtful(product, cell, shop.date_format):
        terms = terms.doubted(doubt)
    used_up = is_used_up(cell.remaining) and not _is_endless(product, cell)
    none_of_it = used_up and product.type not in _COMPOSED  # whichever variation of it is asked for
    terms = _limited_by_variations(product, remaining, terms, shop, none_of_it=none_of_it)
    terms = replace(terms, until=whole.until, then=whole.then)
    if without_dates is None:
        terms = shop.until(terms, cell_sales_end(product, cell, shop.date_format))
    else:
        terms = terms.doubted(without_dates, capped=False)
    if whole.stopped in (OfferRule.SALES_ENDED, OfferRule.NO_PRICE):
        terms = replace(terms, stopped=whole.stopped)
    if whole.unknown is not None:
        terms = terms.doubted(whole.unknown, capped=whole.capped or none_of_it)
    return remaining, terms


def _why_no_dates(product: Product, shop: ListingContext) -> str | None:
    """Why WooCommerce sells the product without asking for a date; None where FooEvents asks."""
    if shop.site and shop.site.bookings_off:
        return _BOOKINGS_OFF
    flag = product.rows(EVENT_KEY)
    return _NO_EVENT if flag and flag[0].value != IS_EVENT else None


def _limited_by_variations(
    product: Product, remaining: Quantity, terms: Terms, shop: ListingContext, *, none_of_it: bool
) -> Terms:
    """A date of a product with variations is bought as one of these, whose stocks limit all dates together.

    `none_of_it`: the date's own stock has none left.
    """
    if not product.variations or terms.stopped is not None:
        return terms
    remaining = _limit_of(remaining, terms)
    offers = [_offered(variation, shop) for variation in product.published_variations]
    if product.manage_stock and product.has_stocked_variations:
        return terms.doubted(SEVERAL_STOCKS, capped=none_of_it)
    together = add(*offers)
    if together == 0:
        return replace(terms, stopped=OfferRule.VARIATIONS)
    if _is_within(remaining, together):
        return terms
    return terms.doubted("the stocks of the product's variations limit this date too")


def _is_within(quantity: Quantity, limit: Quantity) -> bool:
    """Whether there is no limit, or the quantity is known to be no more than it."""
    return limit is UNLIMITED or (isinstance(limit, int) and isinstance(quantity, int) and quantity <= limit)


def _offered(variation: Variation, shop: ListingContext) -> Quantity:
    """What a variation itself would sell; one whose stock nobody counts, or the product's, limits nothing more."""
    if variation.is_out_of_stock or variation.unpriced:
        return 0
    if not variation.has_own_stock or _backorders(variation) is not None:
        return UNLIMITED
    stock = variation.stock_quantity
    if stock is None:
        return _NO_QUANTITY
    return stock if stock > _none_at(shop) else 0


def product_terms(product: Product, shop: ListingContext) -> Terms:
    """How WooCommerce sells the product's own stock."""
    counted = product.manage_stock
    terms = Terms(endless=_backorders(product), none_at=_none_at(shop)) if counted else Terms()
    if product.type in _COMPOSED:
        terms = terms.doubted(f"a product of the type {product.type} is sold as its parts, or elsewhere", capped=False)
    elif counted and product.stock_quantity is None and terms.endless is None:
        terms = terms.doubted(MANAGED_WITHOUT_QUANTITY)
    terms = _bought_as_variations(product, terms, shop)
    if product.unpriced and all(variation.unpriced for variation in product.published_variations):
        terms = replace(terms, stopped=OfferRule.NO_PRICE)
    elif product.refused:
        terms = terms.doubted(_REFUSED)
    return shop.until_of_event(terms, event_sales_end(product))


def _bought_as_variations(product: Product, terms: Terms, shop: ListingContext) -> Terms:
    """The terms of a stock that is bought as a variation alone: all may have another stock, or none be for sale."""
    if not product.variations:
        return terms.doubted(_NO_VARIATIONS, capped=False) if product.has_variations else terms
    published = product.published_variations
    sharing = [variation for variation in published if not variation.has_own_stock]
    if published and not sharing:
        return replace(terms, stopped=OfferRule.VARIATIONS) if product.manage_stock else terms
    return _bought_as_these(sharing, terms, shop)


def _bought_as_these(sharing: Sequence[Variation], terms: Terms, shop: ListingContext) -> Terms:
    """The terms of a stock that these variations share."""
    selling = [variation for variation in sharing if _offered(variation, shop) != 0]
    if selling and all(variation.refused for variation in selling):
        return terms.doubted(_REFUSED)
    return terms if selling else replace(terms, stopped=OfferRule.CLOSED)


def _none_at(shop: ListingContext) -> int:
    return shop.site.none_at if shop.site else 0


def _backorders(stock: Product | Variation) -> OfferRule | None:
    return OfferRule.BACKORDERS if stock.backorders in ("yes", "notify") else None


def variation_terms(product: Product, variation: Variation, shop: ListingContext) -> Terms:
    """How WooCommerce sells a variation: from a stock of its own where it has one, else from the product's.

    The mark of being out of stock is its own also where the stock is the product's.
    """
    apart = variation.has_own_stock
    counted = product.manage_stock and not apart
    refused = product.refused or variation.refused
    whole = replace(
        product, variations=(), has_variations=False, unpriced=variation.unpriced, refused=refused, manage_stock=counted
    )
    terms = product_terms(whole, shop)
    if apart:
        terms = replace(terms, endless=_backorders(variation), none_at=_none_at(shop))
    if not variation.is_published or (counted and variation.is_out_of_stock):
        terms = replace(terms, stopped=terms.stopped or OfferRule.CLOSED)
    return terms


def variation_stock(product: Product, variation: Variation) -> Quantity:
    """What is left of a variation: of its own stock, or of the product's; unknown where nobody counts it."""
    if variation.manage_stock == "parent":
        return own_stock(product)
    if variation.has_own_stock and variation.stock_quantity is not None:
        return variation.stock_quantity
    if variation.is_out_of_stock:
        return 0
    return _NO_QUANTITY if variation.has_own_stock else UNCOUNTED_VARIATION
