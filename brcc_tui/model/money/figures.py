"""Figures of a show, from orders and sales reports; unknown with a reason if a part of them is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from brcc_tui.model.money.amounts import NOTHING, only_currency, shared, unit_of
from brcc_tui.model.money.eventbrite import SalesReport
from brcc_tui.model.money.report import MONEY, Figures, added_up, in_currencies
from brcc_tui.model.money.shares import ENDED_UNREFUNDED, Part

NO_PAYMENT_FEES: Final = "the shop's orders do not say what the payment provider keeps"
NOT_IN_REPORT: Final = "Eventbrite's sales report does not say"


def of_orders(several: Sequence[Part]) -> Figures:
    """Parts of orders added up; those of which WooCommerce's own reports know nothing are left out."""
    sold = sum(part.sold for part in several)
    counted = [part for part in several if part.unknown != ENDED_UNREFUNDED]
    currencies = {part.order.currency for part in counted if part.paid}
    currency, no_fees = only_currency(currencies), {"fees": NO_PAYMENT_FEES}
    if reason := _why_unknown(counted) or in_currencies(currencies):
        return Figures(sold, None, None, None, currency, dict.fromkeys(("gross", "net"), reason) | no_fees)
    gross, tax = _gross_and_tax(counted)
    if not gross and not currencies:  # of no payment a provider keeps anything
        return Figures(sold, gross, gross - tax)
    return Figures(sold, gross, gross - tax, None, currency, no_fees)


def _why_unknown(several: Iterable[Part]) -> str:
    """Why not all of the amounts can be told; empty where they can."""
    return next((part.unknown for part in several if part.amount is None), "")


def _gross_and_tax(several: Sequence[Part]) -> tuple[Decimal, Decimal]:
    """What was paid for them and is not given back, and the tax in that, where all of it can be told."""
    return _sum(part.amount for part in several), _sum(part.tax_left for part in several)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    """What is known of them, added up."""
    return sum((amount for amount in amounts if amount is not None), NOTHING)


def of_event(
    answer: SalesReport | str,
    sold: Mapping[str, int | None],
    unknown: str,
    paid: Mapping[str, Decimal] | str | None = None,
) -> Mapping[str, Figures]:
    """An event's report, or why there is none, shared among its shows: by what was `paid` for the seats of each, or
    where that is None by what each of them has sold of it.

    Where that is not known of one of several shows, nobody can tell which part of the amounts is whose.
    """
    report = _to_share(answer, sold, unknown, paid)
    if isinstance(report, str):
        return {show: _untold(number, unknown, report) for show, number in sold.items()}
    weights = [paid.get(show, NOTHING) if isinstance(paid, Mapping) else number or 0 for show, number in sold.items()]
    gross, net, fees = (_parts(amount, weights, report.currency) for amount in (report.gross, report.net, report.fees))
    reasons = {name: NOT_IN_REPORT for name in MONEY if getattr(report, name) is None}
    return {
        show: Figures(number, gross[n], net[n], fees[n], report.currency, reasons | _no_number(number, unknown))
        for n, (show, number) in enumerate(sold.items())
    }


def _to_share(
    answer: SalesReport | str,
    sold: Mapping[str, int | None],
    unknown: str,
    paid: Mapping[str, Decimal] | str | None,
) -> SalesReport | str:
    """The report where it can be shared among the shows, else why it cannot. A single show has all of it."""
    if len(sold) < 2 or isinstance(answer, str):
        return answer
    if isinstance(paid, str):
        return paid
    return unknown if None in sold.values() else answer


def _parts(amount: Decimal | None, weights: Sequence[int | Decimal], currency: str) -> Sequence[Decimal | None]:
    """The amount in parts as the weights say; None for each where nobody told it."""
    return [None] * len(weights) if amount is None else shared(amount, weights, unit_of(amount, currency))


def _untold(sold: int | None, unknown: str, reason: str) -> Figures:
    """A show of an event that has no report, or none that could be shared."""
    return Figures(sold, None, None, None, "", dict.fromkeys(MONEY, reason) | _no_number(sold, unknown))


def _no_number(sold: int | None, unknown: str) -> dict[str, str]:
    """Why it is not known what a show sold; nothing where it is."""
    return {"sold": unknown} if sold is None else {}


def figures_together(several: Sequence[Figures]) -> Figures:
    """Figures of one show added up: the first reason will do for what is not known."""
    return several[0] if len(several) == 1 else added_up(several, lambda reasons: next(iter(reasons)))
