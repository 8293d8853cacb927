"""What to refund if a show does not take place: its orders, with what the club still has of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from brcc_tui.model.listing import Platform
from brcc_tui.model.money.amounts import added, only_currency
from brcc_tui.model.money.records import Person


@dataclass(frozen=True, slots=True)
class ShowOrder:
    """One order's part in one show. `amount` is what was paid less what went back; None with a reason in `unknown`.

    `seats` are those that it takes now. `certain` False: nothing tells that it is for this show, only that it is for
    its product. `people` are there only where somebody asked for names.
    """

    shop: Platform
    id: str
    number: str
    seats: int
    amount: Decimal | None
    currency: str
    status: str
    url: str
    placed_at: dt.datetime | None = None
    unknown: str = ""
    certain: bool = True
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopSum:
    """The orders of one shop in one currency. `amount` is None while an order's is not known; `told` is what is."""

    shop: Platform
    currency: str
    orders: int
    seats: int
    amount: Decimal | None
    told: Decimal
    unknown: str


@dataclass(frozen=True, slots=True)
class Refunds:
    """The orders of a show at `read_at`. `failed` says which shop could not be asked, and why.

    `doubtful` are orders of the same products of which nothing tells for which night they are. `more_back` says of a
    shop that its orders do not tell all that was given back, or sold. `notes` are what could not be looked into. What
    sells the show is as it was listed at `listed_at`, classes and dates of that excepted.
    """

    show_id: str
    title: str
    starts_at: dt.datetime
    read_at: dt.datetime
    orders: tuple[ShowOrder, ...] = ()
    doubtful: tuple[ShowOrder, ...] = ()
    failed: Mapping[Platform, str] = field(default_factory=dict)
    shops: tuple[Platform, ...] = ()
    more_back: Mapping[Platform, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    listed_at: dt.datetime | None = None

    def sums(self) -> tuple[ShopSum, ...]:
        """By shop and currency; a shop without orders has a sum of nothing, one that failed has none.

        Orders that tell no currency count with the only other one there is, else by themselves.
        """
        return tuple(one for shop in self.shops if shop not in self.failed for one in self._sums_of(shop))

    def _sums_of(self, shop: Platform) -> Iterable[ShopSum]:
        doubt = self.more_back.get(shop, "")
        for currency, orders in _by_currency([order for order in self.orders if order.shop is shop]).items():
            one = _sum(shop, currency, orders)
            yield replace(one, amount=None, unknown=one.unknown or doubt) if doubt else one


def _by_currency(orders: Sequence[ShowOrder]) -> Mapping[str, Sequence[ShowOrder]]:
    """The orders by what they are counted in, which is no currency at all where there are no orders."""
    named = sorted({order.currency for order in orders if order.currency})
    only = only_currency(named)
    found: dict[str, list[ShowOrder]] = {currency: [] for currency in named or [only]}
    for order in orders:
        found.setdefault(order.currency or only, []).append(order)
    return found


def _sum(shop: Platform, currency: str, several: Sequence[ShowOrder]) -> ShopSum:
    unknown = [order for order in several if order.amount is None]
    word = "order has" if len(unknown) == 1 else "orders have"
    return ShopSum(
        shop=shop,
        currency=currency,
        orders=len(several),
        seats=sum(order.seats for order in several),
        amount=added(order.amount for order in several),
        told=sum((order.amount for order in several if order.amount is not None), Decimal("0.00")),
        unknown=f"{len(unknown)} {word} no known amount" if unknown else "",
    )
