"""What a ticket class's change makes of answers that say less than they should, and of readings that are old."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

import pytest

from brcc_tui.model.catalogue import TicketClass
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.recover import recoverable
from tests.operations.changes import nights
from tests.operations.changes.operators import World
from tests.operations.changes.virtual_time import run

CLASS = "eb:123:456"
Answered = Callable[[TicketClass], TicketClass]


def world(sold: int = 10) -> World:
    made = World()
    made.eventbrite.add("123", {"456": (30, sold)})
    return made


def without_capacity(total: int | None) -> Answered:
    return lambda answer: dataclasses.replace(answer, capacity=None, quantity_total=total)


TOLD: list[tuple[str, Answered]] = [
    ("the effective total alone", without_capacity(40)),
    ("an effective total that is the event's", without_capacity(35)),
    ("no number at all", without_capacity(None)),
]


@pytest.mark.parametrize(("name", "answered"), TOLD, ids=[name for name, _ in TOLD])
def test_an_answer_without_a_capacity_is_looked_up(name: str, answered: Answered) -> None:
    async def story() -> None:
        club = world()
        club.eventbrite.answered = answered
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert (change.outcome, change.reading.capacity) == (Outcome.SETTLED, 40)
        assert len(club.eventbrite.requests) == 1, "it was done: nothing is sent again"
        moves = club.us.moves(change.entry)
        assert moves.index("answered") < moves.index("looked") < moves.index("verified")

    run(story())


@pytest.mark.parametrize("made", [True, False])
def test_an_answer_that_tells_the_number_that_stood_before_is_looked_after(made: bool) -> None:
    async def story() -> None:
        club = world()

        def answered(answer: TicketClass) -> TicketClass:
            if not made:
                club.eventbrite.change("123", "456", capacity=30, quantity_total=30)
            return dataclasses.replace(answer, capacity=30)

        club.eventbrite.answered = answered
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert change.outcome is (Outcome.SETTLED if made else Outcome.CONFLICT)
        assert change.reading.capacity == (40 if made else 30)

    run(story())


def test_an_answer_that_tells_another_number_is_another_hands() -> None:
    async def story() -> None:
        club = world()
        club.eventbrite.answered = lambda answer: dataclasses.replace(answer, capacity=33)
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert change.outcome is Outcome.CONFLICT
        assert "answered with capacity 33" in change.reason

    run(story())


@pytest.mark.parametrize("total", [None, 35], ids=["no number at all", "an effective total that is the event's"])
def test_an_answer_without_a_number_while_readings_are_old_is_watched_and_told(total: int | None) -> None:
    """What is shown proves nothing then, and it is not taken for done."""

    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (30, 10)})
        club.eventbrite.lag = 600.0
        club.eventbrite.answered = without_capacity(total)
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert change.outcome is Outcome.UNCLEAR
        assert "did not say what it did" in change.reason
        assert len(club.eventbrite.requests) == 1

    run(story())


def test_an_answer_that_tells_the_number_as_the_effective_total_is_taken_for_done() -> None:
    """Whatever the readings of the next minutes show."""

    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (30, 10)})
        club.eventbrite.lag = 600.0
        club.eventbrite.answered = without_capacity(40)
        (change,) = (await club.us.set((CLASS, 40))).changes
        assert (change.outcome, change.reading.capacity) == (Outcome.SETTLED, 40)

    run(story())


def test_a_class_whose_answer_does_not_say_that_it_is_hidden_is_looked_up() -> None:
    async def story() -> None:
        club = world(sold=0)
        club.eventbrite.answered = lambda answer: dataclasses.replace(answer, hidden=False)
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.CLOSE))).changes
        assert change.outcome is Outcome.SETTLED
        assert club.eventbrite.events["123"].classes["456"].hidden

    run(story())


@pytest.mark.parametrize("made", [True, False])
def test_a_class_whose_answer_does_not_say_that_it_is_shown_is_looked_up(
    made: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that leaves it out told nothing: it is no word of its being shown again."""

    async def story() -> None:
        club = world(sold=0)
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        await asyncio.sleep(600)
        club.eventbrite.answered = lambda answer: dataclasses.replace(answer, hidden=None)
        if not made:
            monkeypatch.setattr(club.eventbrite, "change", lambda *_, **__: None)
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.REOPEN))).changes
        assert change.outcome is (Outcome.SETTLED if made else Outcome.UNCLEAR)
        assert ("did not say what it did" in change.reason) is not made
        assert club.eventbrite.events["123"].classes["456"].hidden is not made

    run(story())


@pytest.mark.parametrize("answers", [None, False])
def test_a_class_that_was_not_hidden_is_not_told_to_have_none_left(
    answers: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        club = world(sold=0)
        monkeypatch.setattr(club.eventbrite, "change", lambda *_, **__: None)
        club.eventbrite.answered = lambda answer: dataclasses.replace(answer, hidden=answers)
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.CLOSE))).changes
        assert change.outcome is Outcome.UNCLEAR
        assert (change.reading.remaining, change.listing.offer.value) == (30, 30)

    run(story())


def test_a_reading_that_does_not_say_whether_a_class_is_hidden_does_not_show_it_on_sale() -> None:
    """To some roles Eventbrite tells the public fields of a class alone."""

    async def story() -> None:
        club = world(sold=0)
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        await asyncio.sleep(600)
        plan = await club.us.plan(ChangeRequest(CLASS, Action.REOPEN))

        def answered(answer: TicketClass) -> TicketClass:
            club.eventbrite.change("123", "456", hidden=None)
            return dataclasses.replace(answer, hidden=None)

        club.eventbrite.answered = answered
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.UNCLEAR
        (left,) = await recoverable(club.us.club)
        assert (left.entry.id, "hidden as before" in left.story) == (change.entry, False)
        assert "its present number is unknown (Eventbrite did not say whether it is hidden)" in left.story

    run(story())


@pytest.mark.parametrize("told", [None, False])
def test_what_was_hidden_here_is_called_shown_already_only_where_that_is_told(told: bool | None) -> None:
    async def story() -> None:
        club = world(sold=0)
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        await asyncio.sleep(600)
        club.eventbrite.change("123", "456", hidden=told)
        plan = await club.us.plan(ChangeRequest(CLASS, Action.REOPEN))
        assert [one.listing.id for one in plan.changes] == ([CLASS] if told is None else [])
        assert [one.reason for one in plan.refused] == ([] if told is None else ["it is shown for sale already"])

    run(story())


@pytest.mark.parametrize(("until", "outcome"), [(20, Outcome.SETTLED), (600, Outcome.VERIFIED)])
def test_a_reading_that_does_not_tell_the_number_shows_no_other_hand(until: float, outcome: Outcome) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CLASS, 40))
        at = asyncio.get_running_loop().call_later
        at(5, lambda: club.eventbrite.change("123", "456", capacity=None, quantity_total=None))
        at(until, lambda: club.eventbrite.change("123", "456", capacity=40, quantity_total=40))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is outcome
        assert change.reading.capacity == 40
        if outcome is Outcome.VERIFIED:
            assert "did not say how many there are" in change.reason
            (left,) = await recoverable(club.us.club)
            assert "is unknown" in left.story

    run(story())


@pytest.mark.parametrize(("until", "outcome"), [(20, Outcome.SETTLED), (600, Outcome.VERIFIED)])
def test_a_later_reading_that_does_not_say_whether_a_class_is_hidden_has_not_seen_it_stand(
    until: float, outcome: Outcome
) -> None:
    async def story() -> None:
        club = world(sold=0)
        plan = await club.us.plan(ChangeRequest(CLASS, Action.CLOSE))
        at = asyncio.get_running_loop().call_later
        at(5, lambda: club.eventbrite.change("123", "456", hidden=None))
        at(until, lambda: club.eventbrite.change("123", "456", hidden=True))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is outcome
        assert "showed the old number" not in change.reason
        if outcome is Outcome.VERIFIED:
            assert "Eventbrite did not say whether it is hidden" in change.reason

    run(story())


def test_an_answer_that_does_not_say_whether_a_class_is_hidden_says_nothing_of_it() -> None:
    """The number of a hidden class was changed: that it is shown as hidden still is nobody else's doing."""

    async def story() -> None:
        club = world(sold=0)
        club.eventbrite.change("123", "456", hidden=True)
        club.eventbrite.answered = lambda answer: dataclasses.replace(answer, hidden=None)
        await club.us.set((CLASS, 40))
        assert (await club.us.plan((CLASS, 41))).refused == ()

    run(story())


@pytest.mark.parametrize("rule", [None, "3451654000"])
def test_the_plan_says_that_a_child_of_a_ticket_rule_will_be_refused(rule: str | None) -> None:
    async def story() -> None:
        club = world()
        club.eventbrite.change("123", "456", ticket_parent_id=rule)
        plan = await club.us.plan((CLASS, 40))
        assert plan.refused == ()
        said = [words for words in plan.changes[0].warnings if "ticket_parent_id" in words]
        assert len(said) == (rule is not None)
        assert all("Eventbrite will refuse this" in words for words in said)

    run(story())


@pytest.mark.parametrize("seconds", [40, 1])
def test_a_raise_of_a_show_is_not_repeated_on_what_was_read_long_ago(seconds: int) -> None:
    """While nobody answered, somebody may have put more of its seats on sale elsewhere."""

    async def story() -> None:
        club = nights.world(5, 0, 30, seats=45)
        plan = await nights.planned(club)
        assert [(change.listing.id, change.lowers) for change in plan.changes] == [(nights.CELL, True), (CLASS, False)]

        async def slow() -> None:
            await asyncio.sleep(seconds)

        club.us.wire.faults["set_capacity"].append("lost")
        club.us.wire.before["set_capacity"].append(slow)
        change = (await club.us.apply(plan)).changes[1]
        assert len(club.eventbrite.requests) == (seconds == 1)
        assert change.outcome is (Outcome.SETTLED if seconds == 1 else Outcome.UNCLEAR)
        assert ("it was not repeated" in change.reason) is (seconds == 40)

    run(story())


@pytest.mark.parametrize(("shown", "outcome"), [(30, Outcome.SETTLED), (25, Outcome.CONFLICT)])
def test_a_later_reading_may_show_the_old_number_and_no_other(shown: int, outcome: Outcome) -> None:
    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (30, 5)})
        plan = await club.us.plan((CLASS, 20))
        if shown == 30:
            club.eventbrite.lag = 300.0
        else:
            asyncio.get_running_loop().call_later(
                5, lambda: club.eventbrite.change("123", "456", capacity=shown, quantity_total=shown)
            )
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is outcome
        words = "still showed the old number" if shown == 30 else f"somebody else set its capacity to {shown}"
        assert words in change.reason

    run(story())
