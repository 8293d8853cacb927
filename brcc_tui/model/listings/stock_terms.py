"""What of a WooCommerce product is left, and how it is sold: the stored number alone decides neither."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from brcc_tui.model.catalogue import Product, Variation
from brcc_tui.model.fooevents.booking_text import Cell
from brcc_tui.model.fooevents.classify import Classification, ProductClass
from brcc_tui.model.fooevents.sales_end import cell_sales_end, event_sales_end
from brcc_tui.model.listings.listing_context import ListingContext
from brcc_tui.model.offer import OfferRule, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, least

UNCOUNTED_VARIATION: Final = Unknown("WooCommerce does not manage this variation's stock")
_TYPES_WITHOUT_LIMITS = frozenset({"simple", "variable", "subscription", "variable-subscription"})
"""Types of products of which an unmanaged stock is known to be none; those of other plugins may limit it themselves."""


def own_stock(product: Product) -> Quantity:
    """The quantity that WooCommerce holds; without one it sells endlessly, or not at all once marked out of stock."""
    if product.manage_stock:
        stock = product.stock_quantity
        return Unknown("WooCommerce has no quantity for it") if stock is None else stock
    if product.stock_status == "outofstock":
        return 0
    if product.type in _TYPES_WITHOUT_LIMITS:
        return UNLIMITED
    return Unknown(f"it is not known what limits a WooCommerce product of the type {product.type[:40]!r}")


def cell_stock(product: Product, kind: Classification, cell: Cell, shop: ListingContext) -> tuple[Quantity, Terms]:
    """What a booking cell has left, of a hybrid the less of its own stock and the product's, and how it is sold."""
    remaining, terms = cell.remaining, Terms()
    if _is_negative(remaining) and product.text("WooCommerceEventsBookingsMethod") == "dateslot":
        terms = Terms(endless=OfferRule.NEGATIVE_STOCK)
    whole = product_terms(product, shop)
    if kind.product_class is ProductClass.HYBRID and whole.endless is None:
        both = least(remaining, own_stock(product))
        if both != remaining:
            terms = Terms(OfferRule.PRODUCT_STOCK)
        stock = product.stock_quantity
        if stock is not None and 0 < stock <= whole.none_at:
            terms = replace(terms, stopped=OfferRule.THRESHOLD)
        remaining = both
    if product.stock_status == "outofstock" and terms.stopped is None:
        terms = replace(terms, stopped=OfferRule.CLOSED)
    ended = shop.has_ended(cell_sales_end(product, cell, shop.date_format))
    if ended or whole.stopped is OfferRule.SALES_ENDED:
        terms = replace(terms, stopped=OfferRule.SALES_ENDED)
    return remaining, terms


def _is_negative(remaining: Quantity) -> bool:
    return isinstance(remaining, int) and remaining < 0


def product_terms(product: Product, shop: ListingContext) -> Terms:
    """How WooCommerce sells the product's own stock."""
    stopped = OfferRule.SALES_ENDED if shop.has_ended(event_sales_end(product, shop.date_format)) else None
    if not product.manage_stock:
        return Terms(stopped=stopped)
    return Terms(endless=_backorders(product), none_at=shop.site.none_at if shop.site else 0, stopped=stopped)


def _backorders(stock: Product | Variation) -> OfferRule | None:
    return OfferRule.BACKORDERS if stock.backorders in ("yes", "notify") else None


def variation_terms(product: Product, variation: Variation, shop: ListingContext) -> Terms:
    terms = product_terms(product, shop)
    if variation.manage_stock is True:
        terms = replace(terms, endless=_backorders(variation), none_at=shop.site.none_at if shop.site else 0)
    if variation.status != "publish" and terms.stopped is None:
        terms = replace(terms, stopped=OfferRule.CLOSED)
    return terms


def variation_stock(product: Product, variation: Variation) -> Quantity:
    if variation.manage_stock == "parent":
        return own_stock(product)
    if variation.manage_stock is True and variation.stock_quantity is not None:
        return variation.stock_quantity
    return 0 if variation.stock_status == "outofstock" else UNCOUNTED_VARIATION
