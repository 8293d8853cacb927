"""What people at the program do in a history besides single changes: syncs, undo, refreshes, recovery."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Collection, Sequence
from random import Random
from typing import Any, cast

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Product
from brcc_tui.model.changes.plan import Plan
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.show import HouseSeats, Show
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.closed_marks import note_closed
from brcc_tui.platforms.wordpress.counts import Snapshot
from tests.operations.changes.fake_clients import FakeWooCommerce, FakeWordPress
from tests.operations.changes.fake_wire import VirtualClock
from tests.operations.changes.nights import Cache
from tests.operations.changes.operators import Operator
from tests.people import some_plan, some_wishes

SUBJECTS = ("eb:123", "wc:4061", "wc:31907")


async def refresh(operator: Operator) -> None:
    """Read both shops and keep what was found in the place of what was known; what cannot be read stays as it was."""
    known = operator.club.cache
    found: list[Listing] = []
    for subject in SUBJECTS:
        try:
            look = await DecisionReader(operator.club).look(subject_of(subject))
        except AppError:
            found += [listing for listing in known.listings() if listing.id.startswith(subject)]
        else:
            found += look.listings.values()
    note_closed(operator.club, found)
    operator.club = dataclasses.replace(operator.club, cache=cast("Any", Cache(found)))


def begin_without_a_catalogue(operator: Operator) -> None:
    """Nothing has been read yet."""
    operator.club = dataclasses.replace(operator.club, cache=cast("Any", Cache(())))


async def shared_shows(operator: Operator) -> list[Show]:
    """The shows that the operator's catalogue knows, those of several listings first."""
    if not operator.club.cache.listings():
        await refresh(operator)
    shows = programme(operator.club, operator.club.cache.listings()).shows
    return sorted(shows, key=lambda show: -len(show.listings))


async def plan_something(rng: Random, operator: Operator, listings: Sequence[str], *, shared: bool) -> Plan:
    """A plan that somebody makes. Raises `AppError` when it cannot be made at all."""
    if shared:
        show = next(iter(await shared_shows(operator)), None)
        return await some_plan(rng, operator.club, listings, show)
    return await operator.plan(*some_wishes(rng, sorted(listings)))


async def hold_back(rng: Random, operator: Operator) -> None:
    """The house keeps some seats of the show for itself, or gives them free again."""
    shows = await shared_shows(operator)
    if shows:
        seats = HouseSeats(rng.choice([0, 2, 5]), "for the house", frozenset(x.id for x in shows[0].listings))
        venue: Any = operator.club.venue
        venue.now = dataclasses.replace(venue.now, held_back={shows[0].id: seats})


class CachedShop(FakeWooCommerce):
    """A cache stands before the shop's REST answers, and ignores what it is asked: they may be `seconds` old."""

    def __init__(self, real: FakeWooCommerce, seconds: float) -> None:
        super().__init__(real.shop, real.wire, real.who)
        self.seconds = seconds
        self.kept: dict[int, tuple[float, Product]] = {}

    async def product(self, product_id: int) -> Product:
        answer, now = await super().product(product_id), VirtualClock().monotonic()
        at, kept = self.kept.setdefault(product_id, (now, answer))
        if now - at > self.seconds:
            self.kept[product_id] = (now, answer)
            return answer
        return kept


class SometimesReplica(FakeWordPress):
    """A database address behind which now and then another server answers: a replica that lags."""

    def __init__(self, real: FakeWordPress, rng: Random) -> None:
        super().__init__(real.shop, real.wire)
        self.rng, self.before = rng, None
        self.behind: Snapshot | None = None

    async def snapshot(self, product_ids: Collection[int], *, by_order: bool = False, lock: Any = None) -> Snapshot:
        seen = await super().snapshot(product_ids, by_order=by_order, lock=lock)
        if self.rng.random() < 0.8:
            self.behind = copy.deepcopy(seen)
            return seen
        late = self.behind if self.behind is not None and set(self.behind.products) == set(product_ids) else seen
        return dataclasses.replace(late, counts=dataclasses.replace(late.counts, replica=True))


def put_in_between(rng: Random, operator: Operator) -> None:
    """A cache before the shop, and a replica beside its database."""
    club = operator.club
    shop: Any = CachedShop(cast("Any", club.woocommerce), rng.choice([0.0, 3.0, 60.0, 1e9]))
    database: Any = SometimesReplica(cast("Any", club.wordpress), rng) if rng.random() < 0.3 else club.wordpress
    operator.club = dataclasses.replace(club, woocommerce=shop, wordpress=database)
