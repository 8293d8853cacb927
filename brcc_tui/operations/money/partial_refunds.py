"""Partial refunds on Eventbrite: whether a part of an order was refunded by amount, which no attendee record shows.

An attendee is refunded or not; a refund of some dollars does not change it. The sales report has it deducted, so the
difference between the places paid and the report was refunded, but it is unknown for which order.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from brcc_tui.model.money.amounts import added
from brcc_tui.model.money.eventbrite import BoughtPlace, SalesReport
from brcc_tui.operations.catalogue.tried import Unread, tried
from brcc_tui.operations.context import ClubContext

NOT_LOOKED_INTO: Final = "Eventbrite: whether a part of some order was given back could not be looked into"


async def given_back_in_part(club: ClubContext, event: str, places: Sequence[BoughtPlace]) -> tuple[str, str]:
    """What was given back beside whole places, in words, and why that could not be looked into; empty for neither."""
    if club.eventbrite is None or all(place.gross == 0 for place in places):
        return "", ""
    report = await tried(f"sales of eb:{event}", club.eventbrite.sales_report(event))
    if isinstance(report, Unread):
        return "", f"{NOT_LOOKED_INTO}: {report.reason}"
    missing = missing_in(report, places)
    if missing is None:
        what = "its sales report gives no amount" if report.gross is None else "not every place says what it cost"
        return "", f"{NOT_LOOKED_INTO}: {what}"
    if not missing:
        return "", ""
    return (
        f"Eventbrite's sales report has {missing:.2f} {report.currency} less than these places paid: a part of an"
        " order was given back there, and it does not tell of which",
        "",
    )


def missing_in(report: SalesReport, places: Sequence[BoughtPlace]) -> Decimal | None:
    """How much less the report has than the places that were not given back paid; None where that cannot be told.

    Whether it counts fees and taxes, and what was given back as a whole, is not documented: where any of these sums is
    the report's, nothing is missing.
    """
    settled = [place for place in places if place.is_valid and not place.is_unpaid]
    paid = added(place.gross for place in settled)
    if report.gross is None or paid is None:
        return None
    return Decimal(0) if report.gross in _whole_sums(places, settled) else max(Decimal(0), paid - report.gross)


def _whole_sums(places: Sequence[BoughtPlace], settled: Sequence[BoughtPlace]) -> set[Decimal | None]:
    """What a report may tell where nothing was given back in part; None for a sum that some place does not tell."""
    valid = [place for place in places if place.is_valid]
    unrefunded = [place for place in places if not place.refunded]
    sums = set[Decimal | None]()
    for counted in (settled, valid, unrefunded, places):
        sums |= {added(place.gross for place in counted), added(place.base for place in counted)}
    return sums
