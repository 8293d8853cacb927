"""Which of an order's seats each of its lines paid for.

A line names its product and variation and, once its tickets were made, the date that it was for. A ticket that was
moved has another date, a line that the thank-you page split has none, and before there are tickets no line has one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from brcc_tui.model.counts import CellKey
from brcc_tui.model.money.records import OrderLine


class Seat(NamedTuple):
    """A seat that an order bought: where it is (the number of its place), for which night, of which variation."""

    place: int
    cell: CellKey | None
    variation_id: int | None


_FITS: Sequence[Callable[[OrderLine, Seat], bool]] = (
    lambda line, seat: line.cell == seat.cell and line.variation_id == seat.variation_id,
    lambda line, seat: line.cell == seat.cell,
    lambda line, seat: line.variation_id is not None and line.variation_id == seat.variation_id,
)
"""How well a line may fit a seat, the best first."""


def seats_paid(lines: Sequence[OrderLine], seats: Sequence[Seat]) -> Mapping[int, Sequence[int]]:
    """The places of the seats of one product that each line paid for, by the line's id, a place once for each seat.

    `seats` are in the order in which they were bought. Lines that fit no seat take what is left in that order where
    it comes out even; else they paid for all that is left alike, and where nothing is left for all there are.
    """
    found, rest = _of_fitting(lines, seats)
    wanting = {line.id: wants for line in lines if (wants := _wants(line, found))}
    for line_id, places in _of_the_rest(wanting, [seat.place for seat in rest]).items():
        found[line_id] += places
    everywhere = [seat.place for seat in seats]
    return {ident: places or everywhere for ident, places in found.items()}


def _of_fitting(lines: Sequence[OrderLine], seats: Sequence[Seat]) -> tuple[dict[int, list[int]], list[Seat]]:
    """The places of the seats that fit each line, the best fits first; and the seats that none of them took."""
    found: dict[int, list[int]] = {line.id: [] for line in lines}
    rest = list(seats)
    for fits in _FITS:
        for line in lines:
            for seat in [seat for seat in rest if fits(line, seat)][: _wants(line, found)]:
                rest.remove(seat)
                found[line.id].append(seat.place)
    return found, rest


def _of_the_rest(wanting: Mapping[int, int], left: Sequence[int]) -> Mapping[int, Sequence[int]]:
    """What each line that still wants seats takes of the places that are left: its share of them, or all alike."""
    if sum(wanting.values()) != len(left):
        return dict.fromkeys(wanting, left)
    rest = iter(left)
    return {line_id: list(itertools.islice(rest, wants)) for line_id, wants in wanting.items()}


def _wants(line: OrderLine, found: Mapping[int, Sequence[int]]) -> int:
    return max(0, line.quantity - len(found[line.id]))
