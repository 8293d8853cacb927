"""Sync on the practice club: what is planned, what is refused, and that a split never sells more than the room."""

from __future__ import annotations

import asyncio
import dataclasses
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from brcc_tui.model.changes.plan import Action, Danger, Outcome, Plan, RefusalCode
from brcc_tui.model.listing import Flag, Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.shows.shared_stock import on_offer
from brcc_tui.model.shows.sharing import Mode, show_after, show_before
from brcc_tui.model.shows.show import PairingState, Show
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.shows import NoSuchShow, programme
from brcc_tui.operations.changes.decision_reading import DecisionReading
from brcc_tui.operations.changes.past_sales import SALES_LOOK_BACK
from brcc_tui.operations.changes.plan import look_at
from brcc_tui.operations.changes.sync import BadBuffer, plan_sync, remember_pairings
from brcc_tui.sandbox.buyers import Buyers, buy_on_site
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.wordpress.orders import Gateway
from tests.days import FEWER
from tests.operations.practice.club import Practice, open_in
from tests.practice import SHORT

SHOWS = 6
"""How many shows are synced at once."""

CROWDED = 3
"""How many shows a crowd sells out, and as many that nobody syncs."""


def selling(practice: Any) -> list[Show]:
    """Coming shows with listings of both shops that anybody may change, the soonest first."""
    fragile = {"label_with_quotes", "label_with_markup", "open_in_editor", "two_meta_rows"}
    odd = {
        practice.world.world.oddities[name].split(":")[1]
        for name in fragile
        if ":" in practice.world.world.oddities[name]
    }
    now = practice.club.clock.now()
    return [
        show
        for show in practice.shows()
        if show.starts_at > now
        and show.free != 0
        and len({listing.platform for listing in show.listings}) == 2
        and all(listing.writable and listing.id.split(":")[1] not in odd for listing in show.listings)
        and isinstance(show.exposure, int)
        and show.exposure > 0
    ]


def on_sale(show: Show) -> list[Listing]:
    """Its listings that a sync would move."""
    return [x for x in show.listings if x.status is Status.ON_SALE and Flag.AT_ZERO not in x.flags]


async def live(practice: Any, chosen: Iterable[Show]) -> dict[str, Show]:
    """The same shows as they are in their shops now."""
    chosen = list(chosen)
    listings = await read_live(practice.club, [x.id for show in chosen for x in show.listings])
    wanted = {show.id for show in chosen}
    return {show.id: show for show in programme(practice.club, listings).shows if show.id in wanted}


async def test_an_unconfirmed_show_is_planned_alone_with_a_danger_and_refused_among_others(practice: Any) -> None:
    [one, other, *_] = [
        show
        for show in selling(practice)
        if show.pairing.state is not PairingState.SINGLE and {x.reading.remaining for x in on_sale(show)} - {show.free}
    ]
    alone = await plan_sync(practice.club, [one.id], Mode.MIRROR)
    assert alone.changes
    assert all(Danger.UNCONFIRMED_PAIRING in change.dangers for change in alone.changes)
    both = await plan_sync(practice.club, [one.id, other.id], Mode.MIRROR)
    assert both.changes == ()
    assert {refusal.code for refusal in both.refused} == {RefusalCode.UNCONFIRMED_PAIRING}
    remember_pairings(practice.club, alone)
    again = await plan_sync(practice.club, [one.id], Mode.MIRROR)
    assert not any(Danger.UNCONFIRMED_PAIRING in change.dangers for change in again.changes)


async def test_the_rule_asked_again_wants_what_was_planned_until_somebody_buys(settled_practice: Any) -> None:
    practice = settled_practice
    chosen = selling(practice)[:SHOWS]
    plan = await plan_sync(practice.club, [show.id for show in chosen], Mode.SPLIT)
    looks = await look_at(practice.club, [x.id for show in chosen for x in show.listings])
    now = {id_: look.listings[id_] for id_, look in looks.items() if isinstance(look, DecisionReading)}
    again: dict[str, int] = {}
    for rule in plan.rules:
        again |= rule.capacities({id_: now[id_] for id_ in rule.listing_ids})
    planned = {x.listing.id: x.capacity for x in plan.changes if x.action is Action.SET}
    assert planned
    assert {id_: again[id_] for id_ in planned} == planned


async def test_a_date_that_sells_out_since_the_plan_is_shared_again_and_not_left_out(settled_practice: Any) -> None:
    """It was on offer, and its implied capacity stands: sales are all that took it to 0."""
    practice = settled_practice
    show, ours = part_of_what_is_free(practice)
    plan = await plan_sync(practice.club, [show.id], Mode.MIRROR)
    site, (_, product, slot, date) = practice.world.site, ours.id.split(":")
    order = await buy_on_site(site, [product, slot, date], ours.reading.remaining, Gateway.COD, None)
    assert site.order_status(order) == "wc-processing"
    assert site.places_left(int(product), slot, date) == 0
    result = await practice.apply(plan)
    assert {x.outcome for x in result.changes} == {Outcome.VERIFIED}, [x.reason for x in result.changes]
    assert site.places_left(int(product), slot, date) == show.free - ours.reading.remaining


async def test_the_rule_leaves_alone_what_staff_put_at_0_since_the_plan(settled_practice: Any) -> None:
    practice = settled_practice
    show, ours = part_of_what_is_free(practice)
    [rule] = (await plan_sync(practice.club, [show.id], Mode.MIRROR)).rules
    looks = await look_at(practice.club, [x.id for x in show.listings])
    now = {id_: look.listings[id_] for id_, look in looks.items() if isinstance(look, DecisionReading)}
    at_0 = dataclasses.replace(now[ours.id], flags=now[ours.id].flags | {Flag.AT_ZERO}, status=Status.SOLD_OUT)
    taken = at_0.reading.sold + at_0.reading.held
    by_staff = dataclasses.replace(at_0.reading, remaining=0, capacity=taken)
    assert ours.id not in rule.capacities({**now, ours.id: dataclasses.replace(at_0, reading=by_staff)})
    by_sales = dataclasses.replace(at_0.reading, remaining=0, sold=at_0.reading.capacity - at_0.reading.held)
    assert ours.id in rule.capacities({**now, ours.id: dataclasses.replace(at_0, reading=by_sales)})


def part_of_what_is_free(practice: Any) -> tuple[Show, Listing]:
    """A show, and a date of the shop that offers some of its free seats and not all of them."""
    return next(
        (show, x)
        for show in selling(practice)
        for x in show.listings
        if x.stock_method is StockMethod.BOOKING_STOCK and 0 < x.reading.remaining < show.free
    )


async def test_a_split_by_the_shops_parts(settled_practice: Any) -> None:
    practice = settled_practice
    show = next(show for show in selling(practice) if len(show.listings) == 2)
    parts = {Platform.EVENTBRITE: 3.0, Platform.WOOCOMMERCE: 1.0}
    plan = await plan_sync(practice.club, [show.id], Mode.SPLIT, weights=parts)
    after = show_after(show, plan.changes)
    left = {x.platform: x.reading.remaining for x in after.listings}
    assert sum(left.values()) == after.free
    assert left[Platform.EVENTBRITE] == pytest.approx(3 * left[Platform.WOOCOMMERCE], abs=3)


async def test_a_split_follows_where_people_bought_lately(settled_practice: Any) -> None:
    practice = settled_practice
    club, now = practice.club, practice.club.clock.now()
    show = next(x for x in selling(practice) if len(x.listings) == 2)
    sold = dict.fromkeys(Platform, 1)
    for earlier in practice.shows():
        for listing in earlier.listings:
            if now - SALES_LOOK_BACK <= earlier.starts_at <= now and listing.group in {x.group for x in show.listings}:
                sold[listing.platform] += listing.reading.sold
    assert min(sold.values()) > 5
    after = show_after(show, (await plan_sync(club, [show.id], Mode.SPLIT)).changes)
    for listing in after.listings:
        part = after.free * sold[listing.platform] / sum(sold.values())
        assert listing.reading.remaining == pytest.approx(part, abs=1)


async def test_a_show_that_nobody_knows_and_a_buffer_below_none_are_named(practice: Any) -> None:
    with pytest.raises(NoSuchShow, match="2001-01-01"):
        await plan_sync(practice.club, ["2001-01-01T20:00@main"], Mode.SPLIT)
    with pytest.raises(BadBuffer):
        await plan_sync(practice.club, [practice.shows()[-1].id], Mode.SPLIT, -1)


def offers_what_is_free(show: Show, plan: Plan, mode: Mode) -> None:
    """A split offers the free seats once, a mirror on each listing of the shop that it moves."""
    before, after = show_before(show, plan.changes), show_after(show, plan.changes)
    assert isinstance(before.exposure, int)
    assert before.exposure > 0
    if mode is Mode.SPLIT:
        assert (after.exposure, after.remaining) == (0, before.free)
        return
    moved = {change.listing.id for change in plan.changes}
    elsewhere = on_offer([x for x in before.listings if x.id not in moved])
    shop = [x for x in after.listings if x.platform is Platform.WOOCOMMERCE and x.id in moved]
    assert shop
    assert {on_offer([listing]) for listing in shop} == {before.free - elsewhere}


@pytest.mark.dates(*FEWER)
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("mode", list(Mode))
async def test_a_show_with_many_listings_of_both_shops(settled: Any, mode: Mode) -> None:
    """A stray of another series, three classes of one event with a hidden one, and the shop's own."""
    practice = settled
    stray, named = shown_by_a_stray(practice.world)
    [show] = [show for show in practice.shows() if any(x.id.startswith(stray) for x in show.listings)]
    assert named == show.id
    show = (await live(practice, [show]))[show.id]  # a list does not tell which hidden class a code sells
    plan = await plan_sync(practice.club, [show.id], mode)
    assert len(show.listings) >= 5
    assert {x.platform for x in show.listings} == set(Platform)
    assert Status.HIDDEN in {x.status for x in show.listings}
    named = {change.listing.id for change in plan.changes} | {refusal.listing_id for refusal in plan.refused}
    assert named == {listing.id for listing in show.listings}
    lowers = [change.lowers for change in plan.changes]
    assert lowers == sorted(lowers, reverse=True)
    after = show_after(show, plan.changes)
    offers_what_is_free(show, plan, mode)
    result = await practice.apply(plan)
    assert {change.outcome for change in result.changes} == {Outcome.VERIFIED}
    now = (await live(practice, [show]))[show.id]
    assert (now.sold, now.held, now.remaining) == (after.sold, after.held, after.remaining)


def shown_by_a_stray(world: PracticeClub) -> tuple[str, str]:
    """An event of a series whose other events begin two hours earlier, and the show of which it sells seats."""
    stray = world.world.oddities["ten_o_clock_in_an_8pm_series"]
    (show,) = {show for listing, show in world.world.truth.items() if listing.startswith(f"{stray}:") and show}
    return stray, show


def more_classes(world: PracticeClub) -> None:
    """Two more classes for the other event of a stray's show: one of them hidden, and sold to nobody."""
    stray, show = shown_by_a_stray(world)
    truth = world.world.truth
    listing = next(x for x in truth if truth[x] == show and x.startswith("eb:") and not x.startswith(stray))
    _, event_id, class_id = listing.split(":")
    classes = world.eventbrite.events[event_id].classes
    old = classes[class_id]
    for number, name, hidden in (("71", "Balcony", False), ("72", "House Comp", True)):
        spec = dataclasses.replace(old.spec, id=number, name=name, hidden=hidden)
        classes[number] = dataclasses.replace(old, spec=spec, capacity=9, sold=0 if hidden else 3, hidden=hidden)
        world.world.truth[f"eb:{event_id}:{number}"] = show  # type: ignore[index]  # a dictionary


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def settled(day: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Practice]:
    """One in which a person has confirmed everything, for all tests of a day (`loop_scope="module"`); the show with a
    stray among its listings has three classes of one event.
    """
    practice = await open_in(tmp_path_factory.mktemp("settled"), PracticeOptions(seed=5, **SHORT), more_classes)
    practice.settle_all()
    yield practice
    await practice.stop()


async def test_a_sync_of_many_shows_is_stopped_and_taken_up_again(settled_practice: Any) -> None:
    practice = settled_practice
    shows = selling(practice)[:SHOWS]
    chosen = [show.id for show in shows]
    first = await plan_sync(practice.club, chosen, Mode.SPLIT)
    verified: list[str] = []

    def watch(step: Any) -> None:
        verified.extend([step.listing_id] if step.event == "verified" else [])

    await practice.apply(first, watch=watch, stop=lambda: len(verified) >= 4)
    assert 4 <= len(verified) < len(first.changes)
    rest = await plan_sync(practice.club, chosen, Mode.SPLIT)
    assert {change.listing.id for change in rest.changes} == {change.listing.id for change in first.changes} - {
        *verified
    }
    result = await practice.apply(rest)
    assert {change.outcome for change in result.changes} == {Outcome.VERIFIED}
    now = await live(practice, shows)
    assert {show.exposure for show in now.values()} == {0}
    assert {show.remaining for show in now.values()} == {show.free for show in now.values()}


@dataclass
class Crowd:
    """Buyers of these shows, and the seats that they and those before them have taken."""

    practice: Any
    shows: Mapping[str, Show]
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    taken: Counter[str] = field(default_factory=Counter)
    paying: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = self.practice.world
        world.eventbrite.checkout_seconds = 0
        self.buyers = Buyers(world.world, world.site, world.eventbrite, 1, moment=0)
        self.taken.update({id_: show.sold + show.held for id_, show in self.shows.items()})

    async def buy(self, ids: Sequence[str], visits: int) -> None:
        """Somebody wants places of one of the shows, so many times, whatever is left."""
        for _ in range(visits):
            show, places = self.rng.choice(ids), self.rng.choice((1, 2, 2, 4))
            listing = self.rng.choice(self.shows[show].listings)
            if listing.platform is Platform.EVENTBRITE:
                self.taken[show] += places if await self._on_eventbrite(listing.id, places) else 0
            else:
                bought = await self.buyers.buy(listing.id, places, self.rng)
                self.taken[show] += places if bought.outcome != "refused" else 0

    async def _on_eventbrite(self, listing: str, places: int) -> bool:
        """Every second buyer stays in the checkout until the next sync."""
        shop = self.practice.world.eventbrite
        _, event, ticket_class = listing.split(":")
        shop.checkout_seconds = 3600 if self.rng.random() < 0.5 else 0
        task = asyncio.create_task(shop.buy(event, ticket_class, places))
        await asyncio.sleep(0)
        if shop.checkout_seconds:
            self.paying.append(task)
        await asyncio.sleep(0)
        return not (task.done() and task.exception())

    async def stop(self) -> None:
        """Whoever is still in the checkout leaves it."""
        for task in self.paying:
            task.cancel()
        await asyncio.gather(*self.paying, return_exceptions=True)

    def twice(self) -> list[str]:
        """Shows of which more seats are taken than the room has."""
        return [id_ for id_, taken in self.taken.items() if taken > self.shows[id_].room.seats]


@pytest.mark.dates(*FEWER)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_split_never_sells_more_than_the_room_and_no_sync_at_all_does(settled: Any) -> None:
    practice = settled
    chosen = selling(practice)[: 2 * CROWDED]
    synced, untouched = ([show.id for show in part] for part in (chosen[::2], chosen[1::2]))
    crowd = Crowd(practice, await live(practice, chosen))
    for time in range(3):
        plan = await plan_sync(practice.club, synced, Mode.SPLIT)
        if time:  # before the first sync more may be on sale than is free
            await crowd.buy(synced, 2 * CROWDED)
        assert await ended(practice, plan) <= {Outcome.VERIFIED, Outcome.SETTLED, Outcome.SETTLED_LOW}
        await crowd.buy(synced, 7 * CROWDED)
        assert crowd.twice() == []
    await crowd.buy(synced, 33 * CROWDED)
    await crowd.buy(untouched, 50 * CROWDED)
    left = {id_: crowd.shows[id_].room.seats - crowd.taken[id_] for id_ in synced}
    print(f"seats left {left}; without a sync {len(crowd.twice())} of {len(untouched)} shows were sold twice")
    now = await live(practice, chosen[::2])
    assert {id_: show.sold + show.held for id_, show in now.items()} == {id_: crowd.taken[id_] for id_ in synced}
    assert crowd.twice(), "the demand was too small to show anything"
    assert set(crowd.twice()) <= set(untouched)
    await crowd.stop()


async def ended(practice: Any, plan: Plan) -> set[Outcome]:
    """How a plan's changes end; what sold out since has nothing left to be changed, and ends well."""
    result = await practice.apply(plan)
    return {x.outcome for x in result.changes}


async def test_a_ticket_class_that_came_or_went_since_the_refresh(settled_practice: Any) -> None:
    practice = settled_practice
    show = next(x for x in selling(practice) if len(x.listings) == 2 and x.free > 9)
    _, event_id, class_id = next(x.id for x in show.listings if x.platform is Platform.EVENTBRITE).split(":")
    event = practice.world.eventbrite.events[event_id]
    old = event.classes[class_id]
    new = dataclasses.replace(old, spec=dataclasses.replace(old.spec, id="77", name="Balcony"), sold=5)
    event.classes["77"] = new
    plan = await plan_sync(practice.club, [show.id], Mode.SPLIT)
    assert f"eb:{event_id}:77" in {change.listing.id for change in plan.changes}
    assert sum(x.after.remaining for x in plan.changes) == show.free - 5
    del event.classes["77"], event.classes[class_id]
    gone = await plan_sync(practice.club, [show.id], Mode.SPLIT)
    assert gone.changes == ()
    assert {x.code for x in gone.refused} == {RefusalCode.UNKNOWN_LISTING}
    assert {x.listing_id for x in gone.refused} == {x.id for x in show.listings}
