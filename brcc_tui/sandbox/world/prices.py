"""Amounts of the practice club, in cents, as its shop rounds and writes them."""

from __future__ import annotations

TAX_PERCENT = 13
"""What the club's own shop adds to a price."""


def tax_on(net: int) -> int:
    """The tax on an amount in cents, half a cent up."""
    return (net * TAX_PERCENT + 50) // 100


def stored_price(cents: int) -> str:
    """An amount as WooCommerce stores it."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def cents_of(text: object) -> int:
    """The cents of a stored amount."""
    return round(float(str(text or 0)) * 100)
