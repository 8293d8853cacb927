"""What the practice shop's orders cost: prices, taxes and fees in cents, and their rows as WooCommerce keeps them.

A line holds its amounts without tax and its tax apart (`_line_total`, `_line_tax`); a refund is an order of another
type whose amount is `_refund_amount` and whose lines, where it has any, are negative.
"""

from __future__ import annotations

from brcc_tui.sandbox.wordpress.shop import Shop

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


def seat(shop: Shop, product_id: int, variation_id: int | None = None) -> tuple[int, int]:
    """Price and tax of one seat in cents; the tax is rounded seat by seat."""
    price = shop.posts.get(variation_id or product_id, "_price") or shop.posts.get(product_id, "_price") or "0"
    net = round(float(price) * 100)
    return net, tax_on(net)


def line_meta(net: int, tax: int) -> list[tuple[str, str]]:
    """The rows of a line's amounts."""
    amounts = {"_line_subtotal": net, "_line_subtotal_tax": tax, "_line_total": net, "_line_tax": tax}
    return [(key, stored_price(amount)) for key, amount in amounts.items()]


def price_of(shop: Shop, product_id: int, variation_id: int | None, quantity: int) -> str:
    """What so many seats cost, tax included, as an order's total."""
    return stored_price(quantity * sum(seat(shop, product_id, variation_id)))


def unrefunded_cents(shop: Shop, order_id: int) -> int:
    """Cents of an order that no refund has given back."""
    return cents_of(shop.orders.total(order_id)) - sum(
        cents_of(shop.orders.meta.get(refund, "_refund_amount")) for refund in shop.orders.refunds(order_id)
    )
