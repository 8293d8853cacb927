"""One seed: a small practice club with random habits, some sales, and what the program says against what is so."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.offer import OfferRule
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown
from brcc_tui.operations.catalogue.read import read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.sandbox.buyers import buy_on_site
from brcc_tui.sandbox.eventbrite.shop import NotForSale
from brcc_tui.sandbox.habits import Habit
from brcc_tui.sandbox.wordpress.orders import Gateway
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused, PhpError
from brcc_tui.settings_checks import settings_from
from tests.simulation.truth.on_screen import wrong_on_screen
from tests.simulation.truth.small_world import SmallClub
from tests.simulation.truth.world_truth import Truth, offer_of_all, truth_of

_AT_WORK = frozenset({Habit.BROKEN_PRODUCT})
"""Habits that come while the club is open: what was known before is what makes them matter."""


@dataclass(frozen=True, slots=True)
class Findings:
    """`wrong` numbers, in words, how many were compared, and how many of them were told to be unknown."""

    habits: frozenset[Habit]
    wrong: Sequence[str]
    compared: int
    unknown: int


async def findings(seed: int, habits: frozenset[Habit] | None = None, *, screens: bool = False) -> Findings:
    """What is wrong in the world of that seed, with these habits or random ones; on request on the screens too."""
    dice = random.Random(seed)
    if habits is None:
        habits = frozenset(habit for habit in Habit if dice.random() < 0.4)
    world = SmallClub(seed, habits - _AT_WORK)
    settings = await world.start()
    world.eventbrite.checkout_seconds = 0
    club = open_context(settings_from(settings))
    try:
        await refresh(club)
        await _sell(world, club.cache.listings(), dice)
        world.turn_on(*(habits & _AT_WORK))
        found = await _compared(world, club, habits, anew=dice.random() < 0.5 or screens)
        if not screens:
            return found
        await club.close()  # each file has one owner in a process
        seen = await wrong_on_screen(world, settings, lambda *each: _too_many(*each, Habit.REFUSED_CODES not in habits))
        return replace(found, wrong=[*found.wrong, *seen])
    finally:
        await club.close()
        await world.stop()


async def _compared(world: SmallClub, club: ClubContext, habits: frozenset[Habit], *, anew: bool) -> Findings:
    """The live reading against the truth; or a new refresh, which has no more to go by."""
    if anew:
        await refresh(club)
        listings = club.cache.listings()
    else:
        listings = await read_live(club)
    listings = tuple(each for each in listings if Flag.PAST not in each.flags)
    truths = {each.id: truth_of(world, each.id) for each in listings}
    codes_are_told = Habit.REFUSED_CODES not in habits
    wrong = [words for each in listings for words in _about_listing(each, truths[each.id], codes_are_told)]
    unknown = sum(isinstance(each.offer.value, Unknown) for each in listings)
    grouped = programme(club, listings).shows
    for show in grouped:
        seats = [each for each in show.listings if Flag.NOT_A_SEAT not in each.flags]
        known = not show.lost and not any(isinstance(each.offer.value, Unknown) for each in show.listings)
        if known:
            together = offer_of_all(world, [each.id for each in seats], truths)
            in_checkout = {each.id.split(":")[1]: _not_told(each, truths[each.id]) for each in seats}
            more = sum(in_checkout.values()) + sum(_may_sell(each, truths[each.id], codes_are_told) for each in seats)
            wrong += _differs(f"show {show.id} on offer", show.on_offer, together, more)
            wrong += _differs(f"show {show.id} sold", show.sold, sum(truths[each.id].sold for each in seats))
        elif not isinstance(show.remaining, Unknown) and not show.unknown:
            wrong.append(f"show {show.id}: {show.remaining} remaining, although something of it is unknown")
    return Findings(habits, wrong, len(listings) + len(grouped), unknown)


def _about_listing(listing: Listing, truth: Truth, codes_are_told: bool) -> Iterator[str]:
    offer = listing.offer
    if offer.rule is OfferRule.HIDDEN_SOLD_BY_CODE and truth.offer == 0 and codes_are_told:
        yield f"{listing.id}: {offer.value} by a code that there is not"
    else:
        more = _too_many(listing, truth, codes_are_told)
        yield from _differs(f"{listing.id} offer ({offer.rule})", offer.value, truth.offer, more)
    yield from _differs(f"{listing.id} sold", listing.reading.sold, truth.sold)


def _too_many(listing: Listing, truth: Truth, codes_are_told: bool) -> int:
    return _not_told(listing, truth) + _may_sell(listing, truth, codes_are_told)


def _may_sell(listing: Listing, truth: Truth, codes_are_told: bool) -> int:
    """How much too much may be told of a hidden class that has sold, where nobody may read its codes."""
    offer = listing.offer
    vague = offer.rule is OfferRule.HIDDEN_SOLD_BY_CODE and not codes_are_told
    return max(0, offer.value - (truth.offer or 0)) if vague and isinstance(offer.value, int) else 0


def _not_told(listing: Listing, truth: Truth) -> int:
    """Places in checkout that a list does not tell: `held` says so, and so many more may seem to be there."""
    return truth.in_checkout if isinstance(listing.reading.held, Unknown) else 0


def _differs(name: str, told: Quantity, truth: int | None, more: int = 0) -> Iterable[str]:
    if isinstance(told, Unknown):
        return () if told.reason else (f"{name}: unknown without a reason",)
    if truth is None or told is UNLIMITED:
        so = truth is None and told is UNLIMITED
    else:
        so = isinstance(told, int) and truth <= told <= truth + more
    return () if so else (f"{name}: {told}, and {truth} is so",)


async def _sell(world: SmallClub, listings: Sequence[Listing], dice: random.Random) -> None:
    """Some people buy, of whatever is offered to them; some of them give it back."""
    for listing in dice.sample(listings, min(12, len(listings))):
        shop, *parts = listing.id.split(":")
        places = dice.randint(1, 3)
        try:
            if shop == "eb":
                await world.eventbrite.buy(parts[0], parts[1], places)
            else:
                order = await buy_on_site(world.site, parts, places, dice.choice((Gateway.CARD, Gateway.COD)))
                if dice.random() < 0.5:
                    await world.site.set_status(order, dice.choice(("completed", "cancelled")))
        except (NotForSale, CheckoutRefused, PhpError):
            continue
