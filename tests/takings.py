"""The true amounts of a practice club's shows: what was paid and given back, as it was made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from brcc_tui.sandbox.wordpress.money import cents_of, tax_on
from brcc_tui.sandbox.world.money import UNPAID_LIVES
from brcc_tui.sandbox.world.types import Life, OrderSpec, ProductSpec, World

_NOT_COUNTED = UNPAID_LIVES | {Life.CANCELLED, Life.TRASHED, Life.ORDER_DELETED}
"""Lives whose money is not there, or of which the shop cannot tell whether it went back."""


@dataclass(frozen=True, slots=True)
class Till:
    """The money of one show at the club's own shop, in cents: taken less given back, and the tax in it."""

    gross: int = 0
    tax: int = 0

    def plus(self, gross: int, tax: int) -> Till:
        """With so much more."""
        return Till(self.gross + gross, self.tax + tax)


def takings(world: World) -> Mapping[str | None, Till]:
    """The money of every show by its id, as it is: each seat, fee and refund put where it belongs when it was made up.

    None stands for what belongs to no show, or to one that no order names.
    """
    products = {product.id: product for product in world.products}
    parts: dict[int, list[OrderSpec]] = {}
    for order in world.orders:
        if order.together:
            parts.setdefault(order.together, []).append(order)
    found: dict[str | None, Till] = {}
    for order in world.orders:
        if order.life in _NOT_COUNTED or order.life is Life.REFUNDED_BY_REST:
            continue
        for part, gross, tax in _pieces(order, parts.get(order.together, [order]), products):
            show = _show(world, part)
            found[show] = found.get(show, Till()).plus(gross, tax)
    return found


def _pieces(
    order: OrderSpec, parts: Sequence[OrderSpec], products: Mapping[int, ProductSpec]
) -> list[tuple[OrderSpec, int, int]]:
    """What an order brought, by the part of it that it belongs to."""
    seat = _seat(products[order.product_id], order.variation_id)
    tax = tax_on(seat)
    pieces = [(order, order.quantity * (seat + tax), order.quantity * tax)]
    seats = sum(part.quantity for part in parts)
    for refund in order.refunds:
        if refund.seats:
            pieces.append((order, -refund.seats * (seat + tax), -refund.seats * tax))
        else:
            pieces += [(part, -refund.cents * part.quantity // seats, 0) for part in parts]
    pieces += [(part, order.fee_cents * part.quantity // seats, 0) for part in parts]
    return pieces


def _seat(product: ProductSpec, variation_id: int | None) -> int:
    variation = next((each for each in product.variations if each.id == variation_id), None)
    return cents_of(variation.price if variation else product.price)


def _show(world: World, order: OrderSpec) -> str | None:
    if order.life is Life.BLOCK_CHECKOUT and order.date_id:
        return None
    if order.date_id:
        return world.truth.get(f"wc:{order.product_id}:{order.slot_id}:{order.date_id}")
    variation = f"wc:{order.product_id}:v{order.variation_id}"
    return world.truth.get(variation) or world.truth.get(f"wc:{order.product_id}")
