"""A class is closed while somebody is in its checkout: paid for, or given up, what was kept is not on sale again."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from brcc_tui.model.catalogue import TicketClass
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from tests.operations.changes.nights import CLASS
from tests.operations.changes.operators import World
from tests.operations.changes.virtual_time import run

CLOSE = ChangeRequest(CLASS, Action.CLOSE)


def now(club: World) -> TicketClass:
    return club.eventbrite.events["123"].classes["456"]


def sold(club: World, number: int) -> None:
    club.eventbrite.change("123", "456", quantity_sold=number)


@pytest.mark.parametrize("paid", [True, False], ids=["paid", "given up"])
@pytest.mark.parametrize("seconds", [None, 1, 8], ids=["between two questions", "while verified", "while watched"])
def test_places_that_have_left_its_checkout_are_not_kept(seconds: int | None, *, paid: bool) -> None:
    """Paid for between the questions what is in checkouts and what is sold, they are counted twice; given up, they
    would be on sale again.
    """

    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (30, 10)}, pending=2)

        def leave() -> None:
            event.pending = 0
            sold(club, 12 if paid else 10)

        plan = await club.us.plan(CLOSE)
        if seconds is None:
            club.us.wire.before["event"].append(leave)
        else:
            asyncio.get_running_loop().call_later(seconds, leave)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        assert now(club).capacity == now(club).quantity_sold == (12 if paid else 10)

    run(story())


@pytest.mark.parametrize("paid", [True, False], ids=["paid", "given up"])
@pytest.mark.parametrize("seconds", [1, 8], ids=["while verified", "while watched"])
def test_what_a_reading_does_not_show_as_sold_yet_is_not_taken_off_again(seconds: int, *, paid: bool) -> None:
    """The checkout is empty, and the event is shown as it was: the class was lowered below what it had sold."""

    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (30, 10)}, pending=2)
        club.eventbrite.lag = 250.0

        def leave() -> None:
            event.pending = 0
            sold(club, 12 if paid else 10)

        asyncio.get_running_loop().call_later(seconds, leave)
        (change,) = (await club.us.set(CLOSE)).changes
        assert (change.outcome, change.corrections) == (Outcome.SETTLED, 0 if paid else 1)
        assert now(club).capacity == now(club).quantity_sold == (12 if paid else 10)

    run(story())


def test_what_was_given_up_is_taken_off_also_where_no_answer_tells_what_is_sold() -> None:
    async def story() -> None:
        club = World()
        event = club.eventbrite.add("123", {"456": (30, 10)}, pending=2)
        club.eventbrite.answered = lambda answer: dataclasses.replace(answer, quantity_sold=None)
        asyncio.get_running_loop().call_later(8, setattr, event, "pending", 0)
        (change,) = (await club.us.set(CLOSE)).changes
        assert (change.outcome, now(club).capacity) == (Outcome.SETTLED, 10)

    run(story())
