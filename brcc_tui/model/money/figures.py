"""What orders and sales reports come to: figures of a show, unknown with a reason where a part of them is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from brcc_tui.model.money.amounts import NOTHING, shared, unit_of
from brcc_tui.model.money.eventbrite import SalesReport
from brcc_tui.model.money.report import Figures, added_up, in_currencies
from brcc_tui.model.money.shares import ENDED_UNREFUNDED, Part

NO_PAYMENT_FEES: Final = "the shop's orders do not tell what the payment provider keeps"
NOT_IN_REPORT: Final = "Eventbrite's sales report does not tell it"


def of_orders(several: Sequence[Part]) -> Figures:
    """Parts of orders added up; those of which WooCommerce's own reports know nothing are left out."""
    counted = [part for part in several if part.unknown != ENDED_UNREFUNDED]
    currencies = {part.order.currency for part in counted if part.paid}
    reason = next((part.unknown for part in counted if part.amount is None), "") or in_currencies(currencies)
    gross = None if reason else _sum(part.amount for part in counted)
    unknown = dict.fromkeys(("gross", "net"), reason) if reason else {}
    nothing = gross == 0 and not currencies
    if not nothing:
        unknown["fees"] = NO_PAYMENT_FEES
    return Figures(
        sold=sum(part.sold for part in several),
        gross=gross,
        net=None if gross is None else gross - _sum(part.tax_left for part in counted),
        fees=NOTHING if nothing else None,
        currency=next(iter(currencies)) if len(currencies) == 1 else "",
        unknown=unknown,
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    """What is known of them, added up."""
    return sum((amount for amount in amounts if amount is not None), NOTHING)


def of_event(
    told: SalesReport | str,
    sold: Mapping[str, int | None],
    unknown: str,
    paid: Mapping[str, Decimal] | str | None = None,
) -> Mapping[str, Figures]:
    """An event's report, or why there is none, shared among its shows: by what was `paid` for the seats of each, or
    where that is None by what each of them has sold of it.

    Where that is not known of one of several shows, nobody can tell which part of the amounts is whose.
    """
    if len(sold) > 1 and not isinstance(told, str):
        told = paid if isinstance(paid, str) else unknown if None in sold.values() else told
    if isinstance(told, str):
        return {show: _untold(number, unknown, told) for show, number in sold.items()}
    weights = [paid.get(show, NOTHING) if isinstance(paid, Mapping) else number or 0 for show, number in sold.items()]
    named = {"gross": told.gross, "net": told.net, "fees": told.fees}
    reasons = {name: NOT_IN_REPORT for name, amount in named.items() if amount is None}
    gross, net, fees = (_parts(amount, weights) for amount in named.values())
    return {
        show: Figures(
            number, gross[n], net[n], fees[n], told.currency, reasons | ({"sold": unknown} if number is None else {})
        )
        for n, (show, number) in enumerate(sold.items())
    }


def _parts(amount: Decimal | None, weights: Sequence[int | Decimal]) -> Sequence[Decimal | None]:
    """The amount in parts as the weights say; None for each where nobody told it."""
    return [None] * len(weights) if amount is None else shared(amount, weights, unit_of(amount))


def _untold(sold: int | None, unknown: str, reason: str) -> Figures:
    """A show of an event that has no report."""
    reasons = dict.fromkeys(("gross", "net", "fees"), reason) | ({"sold": unknown} if sold is None else {})
    return Figures(sold, None, None, None, "", reasons)


def figures_together(several: Sequence[Figures]) -> Figures:
    """Figures of one show added up: the first reason will do for what is not known."""
    return several[0] if len(several) == 1 else added_up(several, lambda reasons: next(iter(reasons)))
