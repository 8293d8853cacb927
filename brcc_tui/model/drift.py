"""Why a cell's stock is not what it should be: the orders whose traces could explain it.

FooEvents' stock is not a ledger: some events in an order's life move stock without moving tickets, others the
reverse. Each rule was measured on WooCommerce 10.0.2 with FooEvents Bookings 1.7.2. A retry at the
checkout, which takes places twice, leaves no trace and cannot be identified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    fitting = [cause for trace in traces for cause in _causes(trace) if cause.seats * drift > 0]
    return tuple(sorted(fitting, key=lambda cause: (abs(cause.seats - drift), -cause.order_id)))


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
