"""What follows from a change's moves alone: what may be taken back, and how high our own texts may have left a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from brcc_tui.model.changes.plan import Action, Refusal, RefusalCode
from brcc_tui.operations.changes.collateral import Raised, raised_neighbours
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.recover import NotRecoverable, plan_recovery, recoverable
from brcc_tui.operations.changes.since_plan import was_made_since
from brcc_tui.operations.changes.under_way import left_open
from brcc_tui.operations.changes.undo import plan_undo, way_back
from brcc_tui.store.journal_entries import Entry, JournalEvent
from tests.operations.changes.fake_texts import with_stock
from tests.operations.changes.fake_wire import START
from tests.operations.changes.killing import killed_at
from tests.operations.changes.operators import World, go
from tests.operations.changes.race_world import CELL, SINGLE, world
from tests.operations.changes.virtual_time import run

A, B = "wc:4061:aaa:ddd", "wc:4061:aaa:eee"
ON_ITS_WAY = ("planned", "confirmed", "locked", "read_again")

Move = str | tuple[str, Mapping[str, object]]


def entry(*moves: Move, outcome: str | None = None, before: int | str = 50, action: Action = Action.SET) -> Entry:
    """A change of A from 50 to 20 that has made these moves."""
    made = [(move, {}) if isinstance(move, str) else move for move in moves]
    events = tuple(JournalEvent(START, move, detail, place) for place, (move, detail) in enumerate(made, 1))
    return Entry("c7", START, "ann", A, None, action.value, before, 20, "", "0123456789ab", outcome, events)


SETTLED = entry(*ON_ITS_WAY, "checkpointed", "sent", "answered", "looked", "verified", outcome="settled")

# -- what may be taken back --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (replace(SETTLED, outcome="rolled_back"), "was undone already"),
        (entry(*ON_ITS_WAY, outcome="conflict"), "nothing of c7 was written"),
        (entry(*ON_ITS_WAY, "checkpointed", "sent", outcome="refused"), "nothing of c7 was written"),
        (replace(SETTLED, before="unlimited"), "only the shop itself can restore"),
    ],
    ids=["undone", "never sent", "refused by the shop", "sold without limit before"],
)
def test_what_cannot_be_taken_back_says_why(made: Entry, why: str) -> None:
    back = way_back(made)
    assert isinstance(back, Refusal)
    assert why in back.reason
    assert back.code is (RefusalCode.UNLIMITED if made.before == "unlimited" else RefusalCode.NO_CHANGE)


@pytest.mark.parametrize("outcome", ["settled", "unclear", "interrupted", None])
def test_what_may_have_been_written_can_be_taken_back(outcome: str | None) -> None:
    back = way_back(replace(SETTLED, outcome=outcome))
    assert not isinstance(back, Refusal)
    assert (back.number, back.follows) == (50, "c7")


# -- how high our own texts may have left a date -------------------------------------------------------------------


class Product:
    """Two dates in one text, of which B is the neighbour that no change names."""

    def __init__(self, remaining: int, *, taken: int) -> None:
        self.club = World()
        self.club.shop.add_bookings(4061, {("aaa", "ddd"): 50, ("aaa", "eee"): remaining + taken})
        if taken:
            go(self.club.shop.sale(B, taken))
        self.sold = taken

    def prepared(self, move: str, remaining: int, taken: int) -> Move:
        """A text of ours with so many left of B, made when so many of it were taken."""
        text = with_stock(self.club.shop.products[4061].text, ("aaa", "eee"), remaining)
        return move, {"text": text, "sends": {A: 20}, "taken": {A: 0, B: taken}}

    async def told(self, *moves: Move) -> list[Raised]:
        look = await DecisionReader(self.club.us.club).look(subject_of(A))
        return raised_neighbours(self.club.us.club, entry(*ON_ITS_WAY, *moves), look)


def test_only_a_text_that_left_can_have_put_seats_on_sale_again() -> None:
    async def story() -> None:
        product = Product(7, taken=3)
        go(product.club.shop.staff(B, 10))
        first = product.prepared("checkpointed", 10, taken=0)
        assert await product.told(first) == []
        assert await product.told(first, "sent", "held_back", "looked") == []
        for left in (("sent",), ("sent", "answered")):
            (raised,) = await product.told(first, *left)
            assert (raised.number, raised.target, raised.capacity) == (10, 7, 10)

    run(story())


def test_the_highest_of_all_texts_bounds_what_is_ours() -> None:
    """FooEvents may write back whichever of our texts it has read: the first, or a correction's."""

    async def story() -> None:
        product = Product(7, taken=3)
        go(product.club.shop.staff(B, 10))
        high, low = [product.prepared(move, 10, 0) for move in ("checkpointed", "correcting")], 4
        lower = product.prepared("correcting", low, 3)
        assert [x.number for x in await product.told(high[0], "sent", "answered", "looked", lower, "sent")] == [10]
        first = product.prepared("checkpointed", low, taken=0)
        told = await product.told(first, "sent", "answered", "looked", high[1], "sent", "answered")
        assert [(x.number, x.target) for x in told] == [(10, 1)]
        assert await product.told(first, "sent", "answered", "looked", lower, "sent", "answered") == []

    run(story())


def test_what_cancels_gave_back_since_is_ours_too() -> None:
    """Three were cancelled before the correction, one after it; then its late text went over a sale of three."""

    async def story() -> None:
        product = Product(8, taken=5)
        first = product.prepared("checkpointed", 4, taken=6)
        correction = product.prepared("correcting", 7, taken=3)
        told = await product.told(first, "sent", "answered", "looked", correction, "sent")
        assert [(x.number, x.target, x.capacity) for x in told] == [(8, 5, 10)]
        go(product.club.shop.staff(B, 9))
        assert await product.told(first, "sent", "answered", "looked", correction, "sent") == []

    run(story())


def test_a_neighbour_that_sold_more_than_it_had_is_to_offer_nothing() -> None:
    async def story() -> None:
        product = Product(2, taken=5)
        (raised,) = await product.told(product.prepared("checkpointed", 2, taken=0), "sent")
        assert (raised.target, raised.capacity) == (0, 5)

    run(story())


def test_a_neighbour_that_was_set_here_since_is_as_it_was_set_whatever_came_to_nothing_after_that() -> None:
    async def story() -> None:
        product = Product(7, taken=3)
        us = product.club.us
        go(product.club.shop.staff(B, 10))
        left = (product.prepared("checkpointed", 10, taken=0), "sent")
        assert len(await product.told(*left)) == 1
        await us.set((A, 30), (B, 12))
        assert await product.told(*left) == []
        us.stopped = True
        for _ in range(5):
            await us.set((B, 20))
        assert await product.told(*left) == []

    run(story())


# -- what was done here since a plan was made ------------------------------------------------------------------------

REACHED_NOTHING = entry(*ON_ITS_WAY, "checkpointed", "sent", "held_back", "read_again", outcome="refused")
HAD_NOTHING_TO_SEND = entry(*ON_ITS_WAY, "settled", outcome="settled", action=Action.CLOSE)


@pytest.mark.parametrize(
    ("made", "counts"),
    [(SETTLED, True), (REACHED_NOTHING, False), (HAD_NOTHING_TO_SEND, True), (entry(*ON_ITS_WAY), False)],
    ids=["sent", "held back", "a close that found nothing to send", "prepared alone"],
)
def test_only_what_left_or_needed_nothing_was_done_since(made: Entry, counts: bool) -> None:
    assert was_made_since(made, len(ON_ITS_WAY)) is counts
    assert not was_made_since(made, len(made.events))


# -- what another version has recorded -------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["locked", "checkpointed", "sent", "answered", "settled"])
def test_what_a_newer_version_recorded_is_told_and_decided_by_nobody_here(move: str) -> None:
    """It may be how the change ended. The others are told as ever."""

    async def story() -> None:
        club = world()
        await killed_at(club, await club.us.plan((SINGLE, 35)), "sent")
        plan = await club.us.plan((CELL, 35))
        await (club.us.apply(plan) if move == "settled" else killed_at(club, plan, move))
        club.us.journal.append("c2", "handed over", club.us.club.clock.now(), {})
        found = {one.entry.id: one for one in await recoverable(club.us.club)}
        assert left_open(club.us.club) == found.keys(), "what is told is left open, and asked for no more"
        assert found.pop("c1").choices
        assert [(one.choices, "'handed over'" in one.story) for one in found.values()] == [((), True)] * (
            move != "settled"
        )
        for choice in ("keep", "reapply", "restore"):
            with pytest.raises(NotRecoverable, match="Update this copy"):
                await plan_recovery(club.us.club, "c2", choice)
        undo = await plan_undo(club.us.club, "c2")
        assert (undo.changes, ["Update this copy" in no.reason for no in undo.refused]) == ((), [True])
        assert club.us.moves("c2")[-1] == "handed over"

    run(story())


def test_an_action_of_a_newer_version_is_decided_by_nobody_here() -> None:
    async def story() -> None:
        club = world()
        us = club.us
        entry = us.journal.begin(actor="ann", listing=CELL, show=None, action="move", before=30, after=35, reason="",
                                 digest="0" * 12, at=START)  # fmt: skip
        for event in ("confirmed", "locked", "read_again", "checkpointed", "sent", "answered"):
            us.journal.append(entry, event, START, {})
        (one,) = await recoverable(us.club)
        assert (one.choices, "'move'" in one.story) == ((), True)
        with pytest.raises(NotRecoverable, match="'move'"):
            await plan_recovery(us.club, entry, "keep")
        assert us.moves(entry)[-1] == "answered"

    run(story())
