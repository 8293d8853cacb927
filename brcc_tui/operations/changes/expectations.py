"""The number that every cell of a written product should have, and what it means if it has another.

The rule: a cell should have what its capacity leaves, `capacity - sold - held`, counted now.
Sales that our text overwrote leave it too high, and only that is corrected, downwards.
A cell that is too low is a sale in flight, or a cancellation that our text overwrote; raising it could sell
a seat twice, so it is only reported.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from brcc_tui.model.listing import StockMethod
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited, is_known, plain, remaining_from
from brcc_tui.operations.changes.decision_reading import DecisionReading

MAX_ROUNDS: Final = 3
"""Rounds of corrections while a change is verified, and as many again while it is watched: sales that still fall into
every write then need a person."""


class Stands(enum.StrEnum):
    """What a cell's number means.

    `HIGH` is a sale that our text overwrote, `LOW` a sale in flight or a cancellation that it overwrote, `AS_BEFORE`
    the old number less the sales since.
    """

    AS_WANTED = "as wanted"
    LOW = "low"
    HIGH = "high"
    AS_BEFORE = "as before"
    OTHER_HAND = "changed by somebody else"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One cell: its `number`, the one it should have (`target`), and how it `stands`. `named`: the plan is about it.

    * `explained`: orders that ended or came since the checkpoint can account for a low number.
    * `unmoved`: it is the number from before our write, less the sales since.
    * `unwritten`: no write of ours is needed for it to stand there. Those orders account for what is missing from the
      number before, or for neither that nor ours (a payment that was tried twice).
    * `words`: what somebody made of it beside its number, in words.
    """

    listing_id: str
    stands: Stands
    number: Quantity
    target: int
    explained: bool = False
    named: bool = True
    unmoved: bool = False
    unwritten: bool = False
    words: str = ""

    def detail(self) -> dict[str, object]:
        """The verdict as the journal keeps it."""
        return {
            "listing": self.listing_id,
            "stands": self.stands.value,
            "at": plain(self.number),
            "wanted": self.target,
        }


@dataclass(slots=True)
class Expectations:
    """One product since the checkpoint of a change. All but `known` and `seen` are by listing id.

    * `wanted`: the capacities of the named listings; None for one that is being closed, where nothing shall be left.
    * `before`: what these capacities were.
    * `capacity`: those of every other cell, at the checkpoint, or when a named one was left to somebody else.
    * `by_orders`: the same by live orders alone, for cells of which nobody knows all that is taken (tickets that do not
      tell their slot). Whatever else is taken of these stays as it is.
    * `highest`: the largest number of each cell in any text that we sent: FooEvents may write back any that it read.
    * `back_before`: places that had come back already when a named cell was left to somebody else.
    * `known`: the orders that were live at the checkpoint; `seen`: the places of each that was live then or since.
    """

    wanted: dict[str, int | None]
    before: Mapping[str, Quantity]
    capacity: dict[str, Quantity]
    known: frozenset[int]
    by_orders: dict[str, int] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    seen: dict[int, dict[str, int]] = field(default_factory=dict)
    back_before: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, look: DecisionReading, wanted: Mapping[str, int | None], numbers: Mapping[str, int]) -> Expectations:
        """The expectations of a write that is computed from this look and sends these numbers."""
        expectations = cls(
            wanted=dict(wanted),
            before={listing_id: look.listings[listing_id].reading.capacity for listing_id in wanted},
            capacity={
                listing_id: listing.reading.capacity
                for listing_id, listing in look.listings.items()
                if listing_id not in wanted and listing.stock_method is StockMethod.BOOKING_STOCK
            },
            known=frozenset(look.orders),
        )
        for listing_id in expectations.capacity:
            expectations._keep_by_orders(look, listing_id)
        expectations.remember(look)
        expectations.wrote(look, numbers)
        return expectations

    def wrote(self, look: DecisionReading, numbers: Mapping[str, int]) -> None:
        """A number, or a text that was made from this look, was sent with these numbers in it."""
        beside = {
            listing_id: listing.reading.remaining
            for listing_id, listing in look.listings.items()
            if listing.stock_method is StockMethod.BOOKING_STOCK
        }
        for listing_id, number in {**beside, **numbers}.items():
            if is_known(number):
                self.highest[listing_id] = max(number, self.highest.get(listing_id, number))

    def _keep_by_orders(self, look: DecisionReading, listing_id: str) -> None:
        remaining = look.listings[listing_id].reading.remaining
        if is_known(remaining) and not isinstance(self.capacity[listing_id], Unlimited):
            self.by_orders[listing_id] = remaining + placed(look, listing_id)

    def leave(self, look: DecisionReading, listing_id: str) -> None:
        """Somebody else has changed a named listing, or it was given up: from now on it is a date like the others.

        What is there is right, and our next text must not harm it either.
        """
        self.wanted.pop(listing_id, None)
        listing = look.listings.get(listing_id)
        if listing is not None and listing.stock_method is StockMethod.BOOKING_STOCK:
            self.capacity[listing_id] = listing.reading.capacity
            self._keep_by_orders(look, listing_id)
            self.back_before[listing_id] = self._given_back(look)[listing_id]
            if is_known(listing.reading.remaining):
                self.highest[listing_id] = listing.reading.remaining

    @property
    def has_others(self) -> bool:
        """Whether our text holds limited dates that no plan named, or that were left to somebody else."""
        return bool(self.by_orders)

    def remember(self, look: DecisionReading) -> None:
        """Keep the places of every order that is live now: when it ends, its places come back."""
        for order, places in look.orders.items():
            kept = self.seen.setdefault(order, {})
            for listing_id, number in places.items():
                kept[listing_id] = max(number, kept.get(listing_id, 0))

    def target(self, listing_id: str, taken: int) -> int:
        """What a named listing should have left with so many places taken."""
        wanted = self.wanted[listing_id]
        return 0 if wanted is None else max(0, wanted - taken)

    def judge(self, look: DecisionReading) -> list[Verdict]:
        """The verdict on every named listing, and on every other cell that our text may have harmed."""
        self.remember(look)
        back, new = self._given_back(look), self._newly_taken(look)
        named = [self._named(look, listing_id, back[listing_id], new[listing_id]) for listing_id in self.wanted]
        return [*(self._unless_opened(look, verdict) for verdict in named), *self._others(look, back)]

    def _named(self, look: DecisionReading, listing_id: str, back: int, new: int) -> Verdict:
        """A listing that the plan names. `back` and `new` are its places that were given back and taken since the
        checkpoint: they may explain a number that is too low, and those given back one that is too high.
        """
        listing = look.listings.get(listing_id)
        if listing is None:
            return Verdict(listing_id, Stands.OTHER_HAND, Unknown("it is gone from the shop"), 0)
        number, taken, before = listing.reading.remaining, look.taken(listing_id), self.before[listing_id]
        if isinstance(number, Unlimited):
            stands = Stands.AS_BEFORE if isinstance(before, Unlimited) else Stands.OTHER_HAND
            return Verdict(listing_id, stands, number, 0)
        if not is_known(number) or not is_known(taken):  # without what is taken nobody knows what it should have left
            return Verdict(listing_id, Stands.NOT_KNOWN if is_known(number) else Stands.OTHER_HAND, number, 0)
        target = self.target(listing_id, taken)
        explained = target - number <= back + new
        left = remaining_from(before, taken, 0)
        unmoved = number == left
        unwritten = _is_unwritten(number, left, back + new, explained=explained)
        paid_after_all = number < target == 0 and not unmoved and not listing.terms.sells_on  # none is on offer then
        if number == target or paid_after_all:
            stands = Stands.AS_WANTED
        elif target < number <= self.highest.get(listing_id, 0) + back:
            stands = Stands.HIGH
        elif number != 0 and unmoved:
            stands = Stands.AS_BEFORE
        elif number > target or (number == 0 and not explained):
            stands = Stands.OTHER_HAND  # above all a 0: staff close sales that way
        else:
            stands = Stands.LOW
        return Verdict(listing_id, stands, number, target, explained, unmoved=unmoved, unwritten=unwritten)

    def _unless_opened(self, look: DecisionReading, verdict: Verdict) -> Verdict:
        """No number closes what somebody lets sell on whatever that is."""
        listing = look.listings.get(verdict.listing_id)
        if self.wanted[verdict.listing_id] is not None or listing is None or not listing.terms.sells_on:
            return verdict
        return replace(verdict, stands=Stands.OTHER_HAND, words=listing.offer.words)

    def _others(self, look: DecisionReading, back: Mapping[str, int]) -> Iterable[Verdict]:
        """Cells that no plan named, where they do not stand as they should. Those without a limit are never touched."""
        for listing_id in self.capacity:
            if listing_id not in self.highest or listing_id not in look.listings:
                continue
            number, target = look.listings[listing_id].reading.remaining, self._left_beside(look, listing_id)
            if is_known(number) and target is not None:
                yield from self._other(listing_id, number, target, back)

    def _left_beside(self, look: DecisionReading, listing_id: str) -> int | None:
        """What such a cell should have left; None for one without a limit."""
        capacity, taken = self.capacity[listing_id], look.taken(listing_id)
        if isinstance(capacity, int) and is_known(taken):
            return max(0, capacity - taken)
        by_orders = self.by_orders.get(listing_id)
        return None if by_orders is None else max(0, by_orders - placed(look, listing_id))

    def _other(self, listing_id: str, number: int, target: int, back: Mapping[str, int]) -> Iterable[Verdict]:
        """Too high when our text overwrote a sale of its, too low for a cancel.

        One that stands higher than that was raised by somebody, or sold and given back in the very moment
        of our write: left alone, and told.
        """
        given_back = max(0, back.get(listing_id, 0) - self.back_before.get(listing_id, 0))
        if number > 0 and target < number <= self.highest[listing_id] + given_back:
            yield Verdict(listing_id, Stands.HIGH, number, target, named=False)
        elif number > target:
            yield Verdict(listing_id, Stands.OTHER_HAND, number, target, named=False)
        elif 0 < target - number <= given_back:
            yield Verdict(listing_id, Stands.LOW, number, target, explained=True, named=False)

    def oversold(self, look: DecisionReading) -> dict[str, int]:
        """Cells that no plan named and in which more places are taken than they had at the checkpoint: by how many.

        A sale that our text overwrote leaves its seats on sale until they are subtracted again. What was oversold
        before is none of that.
        """
        found, new = {}, self._newly_taken(look)
        for listing_id, capacity in self.capacity.items():
            taken = look.taken(listing_id) if listing_id in look.listings else None
            if isinstance(capacity, int) and isinstance(taken, int):
                found[listing_id] = min(taken - capacity, new[listing_id])
        return {listing_id: more for listing_id, more in found.items() if more > 0}

    def _given_back(self, look: DecisionReading) -> Counter[str]:
        """Places of orders that were live since the checkpoint and are no longer, by listing."""
        back = Counter[str]()
        for order, places in self.seen.items():
            now = look.orders.get(order, {})
            for listing_id, number in places.items():
                back[listing_id] += max(0, number - now.get(listing_id, 0))
        return back

    def _newly_taken(self, look: DecisionReading) -> Counter[str]:
        """Places of orders that came after the checkpoint, by listing."""
        new = Counter[str]()
        for order, places in look.orders.items():
            if order not in self.known:
                new.update(places)
        return new


def placed(look: DecisionReading, listing_id: str) -> int:
    """The places that live orders have of a listing: what is taken of it may be more, or not be known."""
    return sum(places.get(listing_id, 0) for places in look.orders.values())


def _is_unwritten(number: int, left: Quantity, orders: int, *, explained: bool) -> bool:
    """Whether what the old number leaves can have become this by the shop's own losses; `orders` are the places of
    those that ended or came.
    """
    return is_known(left) and number <= left and (left - number <= orders or not explained)
