"""The practice Eventbrite's orders: who bought which places when, for how much. Nobody in it is real.

Orders are derived from what a class has sold, the same ones each time; later purchases and refunds are
added on request. Amounts are in cents.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from brcc_tui.sandbox.eventbrite.shop import EventbriteShop, StoredEvent, StoredTicketClass

_FIRST = ("Ada", "Bram", "Chidi", "Dalia", "Emeka", "Fern", "Gus", "Hana", "Ivo", "Juno", "Kofi", "Lena")
_LAST = ("Abara", "Birch", "Corso", "Dunne", "Ekwall", "Finch", "Grant", "Holm", "Iyer", "Jansen", "Kerr", "Lund")
_FEE_PERCENT, _FEE_CENTS = 7, 99
_GIVEN_BACK = 0.04
"""How many more places than are sold were once sold and given back."""


@dataclass(slots=True)
class Attendee:
    """One place that somebody has bought."""

    id: str
    order_id: str
    class_id: str
    created: dt.datetime
    price: int
    first_name: str
    last_name: str
    refunded: bool

    @property
    def fee(self) -> int:
        """What Eventbrite keeps of it, which the buyer pays on top."""
        return (self.price * _FEE_PERCENT + 50) // 100 + _FEE_CENTS if self.price else 0

    @property
    def email(self) -> str:
        """An address that reaches nobody."""
        return f"{self.first_name}.{self.last_name}.{self.order_id}@example.com".lower()


@dataclass(frozen=True, slots=True)
class SalesSum:
    """A sum of sales."""

    quantity: int = 0
    gross: int = 0
    fees: int = 0

    def plus(self, attendee: Attendee) -> SalesSum:
        """With one place more."""
        return SalesSum(self.quantity + 1, self.gross + attendee.price + attendee.fee, self.fees + attendee.fee)


@dataclass(slots=True)
class _Book:
    """The places of one event."""

    dice: random.Random
    attendees: list[Attendee] = field(default_factory=list)
    begun: bool = False


class OrderBook:
    """The orders of every event of a shop."""

    def __init__(self, shop: EventbriteShop) -> None:
        self._shop = shop
        self._books: dict[str, _Book] = {}

    def attendees(self, event: StoredEvent) -> list[Attendee]:
        """Every place of the event that was ever sold, oldest first."""
        book = self._books.setdefault(event.spec.id, _Book(random.Random(f"orders of {event.spec.id}")))
        for ticket_class in event.classes.values():
            self._catch_up(book, event, ticket_class)
        book.begun = True
        return book.attendees

    def sales(self, event: StoredEvent) -> SalesSum:
        """What the sales report sums up: places that were not given back."""
        found = SalesSum()
        for attendee in self._sold(event):
            found = found.plus(attendee)
        return found

    def by_day(self, event: StoredEvent, zone: dt.tzinfo) -> dict[dt.date, SalesSum]:
        """What `sales` sums up, by the day of the sale in that zone, in order."""
        days: dict[dt.date, SalesSum] = {}
        for attendee in self._sold(event):
            day = attendee.created.astimezone(zone).date()
            days[day] = days.get(day, SalesSum()).plus(attendee)
        return dict(sorted(days.items()))

    def _sold(self, event: StoredEvent) -> Iterator[Attendee]:
        return (each for each in self.attendees(event) if not each.refunded)

    def _catch_up(self, book: _Book, event: StoredEvent, ticket_class: StoredTicketClass) -> None:
        mine = [each for each in book.attendees if each.class_id == ticket_class.spec.id and not each.refunded]
        missing = ticket_class.sold - len(mine)
        for attendee in mine[missing:] if missing < 0 else ():
            attendee.refunded = True
        if missing > 0:
            self._sell(book, event, ticket_class, missing)
            if not book.begun:
                self._sell(book, event, ticket_class, round(missing * _GIVEN_BACK), refunded=True)

    def _sell(
        self, book: _Book, event: StoredEvent, ticket_class: StoredTicketClass, places: int, *, refunded: bool = False
    ) -> None:
        dice = book.dice
        while places > 0:
            quantity = min(places, dice.choices((1, 2, 3, 4), (3, 9, 2, 2))[0])
            places -= quantity
            order_id = str(9_000_000_000 + dice.randrange(900_000_000))
            created = self._moment(book, event)
            first, last = dice.choice(_FIRST), dice.choice(_LAST)
            for _ in range(quantity):
                ident = str(20_000_000_000 + dice.randrange(9_000_000_000))
                price = ticket_class.spec.price_minor
                book.attendees.append(
                    Attendee(ident, order_id, ticket_class.spec.id, created, price, first, last, refunded)
                )

    def _moment(self, book: _Book, event: StoredEvent) -> dt.datetime:
        """Now, for what is sold while somebody looks on; else some time in the month before."""
        now = self._shop.now()
        if book.begun:
            return now
        latest = min(now, event.spec.starts_at) - dt.timedelta(hours=1)
        return (latest - dt.timedelta(minutes=round(30 * 24 * 60 * book.dice.random() ** 2))).replace(microsecond=0)
