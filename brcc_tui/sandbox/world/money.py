"""The odd orders of a till: partial refunds, fees, several shows in one order.

They are made from orders that the world has anyway, so that only money differs.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from brcc_tui.sandbox.world.types import Life, OrderSpec, RefundSpec

_FEE_FOR_EACH = 25
"""Cents of a booking fee for each seat of an order."""

UNPAID_LIVES = frozenset({Life.ON_HOLD, Life.PENDING, Life.FAILED})
"""Lives of orders that nobody has paid."""


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
