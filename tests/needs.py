"""What a test needs of a listing, said in its own words: on another day another listing has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Listing = Mapping[str, Any]
"""A listing as `listings --json` prints it."""

A_PROGRAMME = 20
"""Dates from which on a product is one of the club's own; the odd ones have few."""


def listings_with(
    found: Sequence[Listing],
    *,
    method: str,
    status: str = "on_sale",
    on_offer: int = 0,
    with_sold: int = 0,
    changed: Iterable[str] = (),
) -> Iterator[Listing]:
    """Those without anything odd, the last first: of that stock method, with so many seats on offer and sold at least.

    One of Eventbrite is alone in its event, for there nothing but its own number limits what it sells. Those `changed`
    already are left out.
    """
    touched, many = set(changed), Counter(one["id"].split(":")[1] for one in found)
    for one in reversed(found):
        reading, of_its_own = one["reading"], many[one["id"].split(":")[1]]
        usual = {"booking_stock": of_its_own > A_PROGRAMME, "ticket_class_capacity": of_its_own == 1}.get(method, True)
        if (
            usual
            and one["id"] not in touched
            and (one["stock_method"], one["status"], one["flags"]) == (method, status, [])
            and one["starts_at"]
            and isinstance(reading["remaining"], int)
            and reading["remaining"] >= on_offer
            and (reading["sold"] or 0) >= with_sold
        ):
            yield one


def a_cell(found: Sequence[Listing], *, on_offer: int = 0, with_sold: int = 0, changed: Iterable[str] = ()) -> Listing:
    """A date of one of the club's own products on the web shop, with so many seats on offer and sold at least."""
    cells = listings_with(found, method="booking_stock", on_offer=on_offer, with_sold=with_sold, changed=changed)
    return _first(cells, f"a date with {on_offer} seats on offer and {with_sold} sold")


def a_ticket_class(found: Sequence[Listing], *, on_offer: int = 0, changed: Iterable[str] = ()) -> Listing:
    """The only class of an Eventbrite event, with so many seats on offer at least."""
    classes = listings_with(found, method="ticket_class_capacity", on_offer=on_offer, changed=changed)
    return _first(classes, f"a ticket class alone in its event with {on_offer} seats on offer")


def _first(found: Iterator[Listing], wanted: str) -> Listing:
    one = next(found, None)
    assert one is not None, f"the practice club has no {wanted} on this day"
    return one
