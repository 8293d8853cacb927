"""Why a stock is not what it should be: the orders whose traces could explain it.

FooEvents' stock is not a ledger: some events in an order's life move stock without moving tickets, others the
reverse. Each rule was measured on WooCommerce 10.0.2 with FooEvents Bookings 1.7.2. A retry at the
checkout, which takes places twice, leaves no trace and cannot be identified. WooCommerce notes at each line item how
much of it was taken from a product's own stock: what is counted of the order beside that is what it has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.counting import is_live


@dataclass(frozen=True, slots=True)
class OrderTrace:
    """What an order has left behind in one cell.

    `places` it took there, `valid` and `invalid` (canceled or trashed) ticket posts of it there, `missing` tickets
    that are nowhere any more, `restocked` seats that a refund gave back, `was_cancelled` an earlier status.
    """

    order_id: int
    status: str
    changed_lately: bool
    generated: bool
    by_staff: bool
    places: int
    valid: int
    invalid: int
    missing: int
    restocked: int
    was_cancelled: bool


@dataclass(frozen=True, slots=True)
class StockTrace:
    """What an order has left behind in a product's own stock.

    `counted` places are sold or held of it, `taken` ones has WooCommerce taken from the stock and not put back,
    `restocked` of them refunds have put back.
    """

    order_id: int
    status: str
    changed_lately: bool
    counted: int
    taken: int
    restocked: int


@dataclass(frozen=True, slots=True)
class DriftCause:
    """An order, and the seats by which it may have moved the stock: above 0 too many are on sale."""

    order_id: int
    seats: int
    happened: str

    def __str__(self) -> str:
        return f"order {self.order_id} {self.happened}: {self.seats:+d}"


def moved_in_words(seats: int) -> str:
    """What it means that the shop itself has moved a date by so many seats: nobody has saved its product since."""
    if seats > 0:
        return (
            f"the shop has lost {seats} sales of its own by overwriting itself (checkouts at the same moment), or gave "
            "places back twice: nobody has saved the product since"
        )
    return (
        f"the shop keeps {-seats} places back that nobody has: a payment tried twice, or an order that ended and gave "
        "nothing back; nobody has saved the product since"
    )


def drift_causes(traces: Iterable[OrderTrace], drift: int) -> tuple[DriftCause, ...]:
    """The causes that move the stock the way it has drifted, the best fitting first.

    `drift` is remaining + sold + held less the capacity last set. None of them is proof.
    """
    return _fitting((cause for trace in traces for cause in _causes(trace)), drift)


def stock_causes(traces: Iterable[StockTrace], drift: int) -> tuple[DriftCause, ...]:
    """The same for a product's own stock."""
    moved = ((trace, trace.counted - trace.taken) for trace in traces)
    return _fitting((DriftCause(trace.order_id, seats, _stock_moved(trace, seats)) for trace, seats in moved), drift)


def _fitting(causes: Iterable[DriftCause], drift: int) -> tuple[DriftCause, ...]:
    fitting = [cause for cause in causes if cause.seats * drift > 0]
    return tuple(sorted(fitting, key=lambda cause: (abs(cause.seats - drift), -cause.order_id)))


def _stock_moved(trace: StockTrace, seats: int) -> str:
    """What happened to an order of which so many more places are counted than are taken from the stock."""
    if seats > 0:
        if trace.restocked:
            return "was refunded with its seats put back on sale, and its tickets are still valid"
        if trace.status == "wc-pending":
            return "went back to pending, which puts its seats back on sale while its tickets stay valid"
        return "has valid tickets whose seats are not taken from the stock"
    if is_live(trace.status, trace.changed_lately):
        return "has tickets that were canceled, trashed or deleted, which gives nothing back"
    return _ENDED.get(trace.status, "ended, which gave nothing back")


_ENDED: Final = {
    "trash": "was put into the trash, which gives nothing back",
    "wc-refunded": "was refunded without its seats being put back on sale",
    "wc-failed": "failed more than a day ago, which gives nothing back",
    "wc-cancelled": "was cancelled without its seats being put back on sale",
}


def _causes(trace: OrderTrace) -> Iterator[DriftCause]:
    for seats, happened in _live_moves(trace) if is_live(trace.status, trace.changed_lately) else _dead_moves(trace):
        if seats:
            yield DriftCause(trace.order_id, seats, happened)


def _live_moves(trace: OrderTrace) -> Iterator[tuple[int, str]]:
    if trace.generated:
        yield -trace.invalid, "has tickets that were canceled or trashed, which gives nothing back"
        yield -trace.missing, "has tickets that were deleted, which gives nothing back"
        if trace.was_cancelled:
            yield trace.valid, "was cancelled, then completed, which takes nothing again"
    if trace.valid:
        yield trace.restocked, "was refunded in part with restocking, and its tickets are still valid"


def _dead_moves(trace: OrderTrace) -> Iterator[tuple[int, str]]:
    match trace.status:
        case "trash":
            yield -trace.places, "was put into the trash, which gives nothing back"
        case "wc-refunded":
            yield -trace.places, "was refunded; by REST or the payment provider that gives nothing back"
        case "wc-failed":
            yield -trace.places, "failed more than a day ago, which gives nothing back"
        case "wc-cancelled" if trace.by_staff:
            yield -(trace.valid + trace.invalid), "was added by staff and cancelled, which gives nothing back"
