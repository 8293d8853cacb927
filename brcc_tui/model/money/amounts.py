"""Amounts of money: exact, in whole cents, and unknown where a shop does not tell one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")


def amount_of(text: object) -> Decimal | None:
    """The amount that a shop writes as text; None for what is none."""
    try:
        amount = Decimal(str(text).strip()) if text is not None else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount) < 10**12 else None


def in_cents(amount: Decimal) -> Decimal:
    """Rounded to whole cents, half a cent away from nothing."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def shared(amount: Decimal, weights: Sequence[int | Decimal]) -> list[Decimal]:
    """The amount in whole cents, in parts as the weights say; the parts add up to it exactly.

    Where the weights are all nothing the parts are alike. Who comes first keeps a part however many come after.
    """
    whole = in_cents(amount)
    if len(weights) < 2 or not whole:
        return [whole] * len(weights)
    total = sum(map(Decimal, weights), Decimal(0))
    if total <= 0:
        weights, total = [1] * len(weights), Decimal(len(weights))
    parts, given, so_far = list[Decimal](), NOTHING, Decimal(0)
    for weight in weights:
        so_far += weight
        until = in_cents(whole * so_far / total)
        parts.append(until - given)
        given = until
    return parts


def added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Their sum; None as soon as one of them is not known."""
    total = NOTHING
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total
