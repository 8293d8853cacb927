"""Amounts of money: exact, in cents or the currency's smallest unit, and unknown where a shop gives none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")
_ONE: Final = Decimal(1)
_WHOLE_UNITS: Final = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
)  # fmt: skip
"""Currencies that have no smaller unit (ISO 4217)."""

_MILL: Final = Decimal("0.001")
"""The least of dinars; no currency that a shop sells tickets in has more digits, longer ones are a plugin's noise."""


def amount_of(text: object) -> Decimal | None:
    """The amount that a shop writes as text; None for what is not an amount."""
    try:
        amount = Decimal(str(text).strip()) if text is not None else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount) < 10**12 else None


def unit_of(total: Decimal, currency: str = "") -> Decimal:
    """The smallest unit of an amount like this one: a cent, or a thousandth where it has three decimals; one whole of a
    currency without any, unless the amount has a fraction all the same.
    """
    if currency.upper() in _WHOLE_UNITS and total == total.to_integral_value():
        return _ONE
    return _MILL if total.normalize().as_tuple().exponent == -3 else CENT


def in_cents(amount: Decimal, unit: Decimal) -> Decimal:
    """Rounded to whole cents (or `unit`), halves away from zero."""
    return amount.quantize(unit, ROUND_HALF_UP)


def amount_text(amount: Decimal) -> str:
    """As a text, with two digits behind the point at least: `15.94`, `12.345`."""
    return str(in_cents(amount, unit_of(amount)))


def only_currency(currencies: Collection[str]) -> str:
    """The one currency that there is; empty where there are several, or none."""
    return next(iter(currencies)) if len(currencies) == 1 else ""


def shared(amount: Decimal, weights: Sequence[int | Decimal], unit: Decimal = CENT) -> list[Decimal]:
    """The amount in whole units, in parts as the weights say; the parts add up to it exactly.

    Where the weights are all nothing the parts are alike. Who comes first keeps a part however many come after.
    """
    whole = in_cents(amount, unit)
    if len(weights) < 2 or not whole:
        return [whole] * len(weights)
    total = sum(map(Decimal, weights), Decimal(0))
    if total <= 0:
        weights, total = [1] * len(weights), Decimal(len(weights))
    parts, given, so_far = list[Decimal](), NOTHING, Decimal(0)
    for weight in weights:
        so_far += weight
        until = in_cents(whole * so_far / total, unit)
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
