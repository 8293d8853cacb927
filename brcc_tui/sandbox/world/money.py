"""The odd orders of a till: partial refunds, fees, several shows in one order; and the true amounts.

They are made from orders that the world has anyway, so that only money differs.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from brcc_tui.sandbox.world.prices import cents_of, tax_on
from brcc_tui.sandbox.world.types import Life, OrderSpec, ProductSpec, RefundSpec, World

_FEE_FOR_EACH = 25
"""Cents of a booking fee for each seat of an order."""

UNPAID_LIVES = frozenset({Life.ON_HOLD, Life.PENDING, Life.FAILED})
"""Lives of orders that nobody has paid."""

NOT_COUNTED = UNPAID_LIVES | {Life.CANCELLED, Life.TRASHED, Life.ORDER_DELETED}
"""Lives whose money is not there, or of which the shop cannot tell whether it went back."""


@dataclass(frozen=True, slots=True)
class Till:
    """The money of one show at the club's own shop, in cents: taken less given back, and the tax in it."""

    gross: int = 0
    tax: int = 0

    def plus(self, gross: int, tax: int) -> Till:
        """With so much more."""
        return Till(self.gross + gross, self.tax + tax)


def with_odd_money(orders: Sequence[OrderSpec], seed: int) -> list[OrderSpec]:
    """These orders, of which some completed ones got money back, or a fee, or a companion; chosen by the seed."""
    rng = random.Random(f"money of {seed}")
    found = list(orders)
    paid = [n for n, order in enumerate(found) if order.life is Life.COMPLETED]
    rng.shuffle(paid)
    share = len(paid) // 24
    for n in paid[:share]:
        if found[n].quantity > 1:
            found[n] = replace(found[n], refunds=(RefundSpec(seats=1),))
    for n in paid[share : 2 * share]:
        found[n] = replace(found[n], refunds=(RefundSpec(cents=rng.randrange(100, 900)),))
    for n in paid[2 * share : 3 * share]:
        found[n] = replace(found[n], fee_cents=_FEE_FOR_EACH * found[n].quantity)
    rest = paid[3 * share : 7 * share]
    for together, pair in enumerate(zip(rest[::2], rest[1::2], strict=False), 1):
        _join(found, min(pair), max(pair), together)
    return found


def _join(orders: list[OrderSpec], one: int, other: int, together: int) -> None:
    """Two orders become two lines of one, some with a fee for all seats, and some with money back for both alike."""
    first, second = orders[one], orders[other]
    fee = _FEE_FOR_EACH * (first.quantity + second.quantity) if together % 3 == 0 else 0
    alike = together % 2 == 0 and (first.product_id, first.quantity) == (second.product_id, second.quantity)
    refunds = (RefundSpec(cents=400),) if alike and not fee else ()
    orders[one] = replace(first, together=together, fee_cents=fee, refunds=refunds)
    orders[other] = replace(second, together=together)


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
        if order.life in NOT_COUNTED or order.life is Life.REFUNDED_BY_REST:
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
