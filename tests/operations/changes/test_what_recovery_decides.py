"""What recovery ends by itself, what it leaves to a person, and what it says of a product that is gone."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome, RefusalCode
from brcc_tui.model.listing import Flag
from brcc_tui.operations.catalogue.drift import drift_notes, mark_drift
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.recover import NotRecoverable, plan_recovery, recoverable
from tests.operations.changes import killing
from tests.operations.changes.operators import MemoryJournal, World, go
from tests.operations.changes.test_recovery import CLASS, SINGLE, A, B, die, dying, killed_in_a_correction, world
from tests.operations.changes.virtual_time import run


def killed_at(club: World, move: str) -> None:
    """The program is killed right after this move was recorded."""
    journal = club.us.journal
    assert isinstance(journal, MemoryJournal)

    def noted(event: str) -> None:
        if event == move:
            journal.on_append = None
            die(club.us)

    journal.on_append = noted


def test_what_arrived_stays_open_while_a_neighbour_stands_high() -> None:
    """Until that is lowered: a plan that nobody confirms mends nothing."""

    async def story() -> None:
        club = world()
        await killed_in_a_correction(club)
        (found,) = await recoverable(club.us.club)
        await plan_recovery(club.us.club, found.entry.id, "reapply")
        assert club.us.entry(found.entry.id).outcome is None
        assert [one.entry.id for one in await recoverable(club.us.club)] == [found.entry.id]

    run(story())


@pytest.mark.parametrize("choice", ["reapply", "restore"])
def test_whatever_is_done_with_the_named_date_its_neighbour_is_lowered_too(choice: str) -> None:
    async def story() -> None:
        club = world()

        def bought() -> None:
            go(club.shop.sale(A, 2))
            go(club.shop.sale(B, 3))

        club.us.wire.before["set_booking_text"].append(bought)
        club.us.wire.after["set_booking_text"].append(lambda: die(club.us))
        await dying(club, (A, 20))
        (found,) = await recoverable(club.us.club)
        plan = await plan_recovery(club.us.club, found.entry.id, choice)
        wanted = 20 if choice == "reapply" else 50
        assert {(change.listing.id, change.capacity) for change in plan.changes} == {(A, wanted), (B, 10)}

    run(story())


def test_a_product_that_is_gone_can_be_kept_as_that() -> None:
    """It will not be there tomorrow either: who waits for a look would wait for ever."""

    async def story() -> None:
        club = world()
        club.us.wire.after["set_booking_text"].append(lambda: die(club.us))
        await dying(club, (A, 20))
        del club.shop.products[4061]
        await asyncio.sleep(60)
        (found,) = await recoverable(club.us.club)
        assert "is unknown" in found.story
        assert "no such product" in found.story
        assert "keep" in found.choices
        await plan_recovery(club.us.club, found.entry.id, "keep")
        assert club.us.entry(found.entry.id).outcome == "interrupted"

    run(story())


def test_a_close_that_never_arrived_does_not_stand_as_intended() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: die(club.us))
        await dying(club, ChangeRequest(A, Action.CLOSE))
        (found,) = await recoverable(club.us.club)
        assert "as intended" not in found.story
        plan = await plan_recovery(club.us.club, found.entry.id, "reapply")
        assert [(change.listing.id, change.action) for change in plan.changes] == [(A, Action.CLOSE)]

    run(story())


def test_what_was_never_seen_after_its_write_is_left_to_a_person() -> None:
    """It is as intended now; what happened to it in between nobody has watched."""

    async def story() -> None:
        club = world()
        plan = await club.us.plan((A, 20))
        club.us.wire.after["set_booking_text"].append(lambda: club.us.wire.faults["snapshot"].extend(["database"] * 99))
        (change,) = (await club.us.apply(plan, settle=False)).changes
        assert change.outcome is not Outcome.SETTLED
        assert "verified" not in club.us.moves(change.entry)
        assert club.us.moves(change.entry)[-1] == "unwatched"
        club.us.wire.faults.clear()
        await asyncio.sleep(600)
        assert ["as intended" in one.story for one in await recoverable(club.us.club)] == [True]

    run(story())


@pytest.mark.parametrize("ended", [False, True], ids=["killed while it was watched", "told not to watch"])
def test_only_what_was_left_in_order_ends_by_itself(ended: bool) -> None:
    async def story() -> None:
        club = world()
        if ended:
            await club.us.set((A, 20), settle=False)
        else:
            killed_at(club, "verified")
            await dying(club, (A, 20))
        assert (await recoverable(club.us.club)) != []
        await asyncio.sleep(45)
        assert (await recoverable(club.us.club)) != [], "the shop may still undo it"
        await asyncio.sleep(600)
        assert (await recoverable(club.us.club) == []) is ended

    run(story())


@pytest.mark.parametrize("listing", [A, SINGLE, CLASS])
def test_what_our_own_unsettled_change_made_of_a_capacity_is_nobody_elses(listing: str) -> None:
    async def story() -> None:
        club = world()
        us = club.us
        await us.set((listing, 18))
        for call in ("set_booking_text", "set_stock", "set_capacity"):
            us.wire.after[call].append(lambda: die(us))
        await dying(club, (listing, 16))
        (found,) = [one for one in await recoverable(us.club) if one.entry.after == 16]
        (change,) = (await plan_recovery(us.club, found.entry.id, "restore")).changes
        assert (change.before.capacity, change.capacity) == (16, 18)
        assert not [words for words in change.warnings if "last set here" in words], "that is what is taken back"

    run(story())


async def told(club: World) -> str:
    return next(one.story for one in await recoverable(club.us.club) if one.entry.id == "c1")


@pytest.mark.parametrize("settle", [True, False], ids=["watched until it died", "not watched"])
@pytest.mark.parametrize("sold", [0, 6], ids=["nothing sold", "sold between"])
def test_what_a_later_change_of_ours_made_of_it_is_nobody_elses_and_no_lost_sale(settle: bool, sold: int) -> None:
    async def story() -> None:
        club = world()
        if settle:
            killed_at(club, "answered")
            await dying(club, (A, 20))
        else:
            await club.us.set((A, 20), settle=False)
        if sold:
            go(club.shop.sale(A, sold))
        await asyncio.sleep(100)
        assert {change.outcome for change in (await club.us.set((A, 25))).changes} == {Outcome.SETTLED}
        assert "changed it here since (c2)" in await told(club)
        await club.us.set((A, 20))
        assert all("and it is as intended" in one.story for one in await recoverable(club.us.club))

    run(story())


def test_what_was_done_and_seen_and_then_put_back_by_the_shop_was_sent() -> None:
    """FooEvents writes back a text that it has read before ours, when nobody watches any more."""

    async def story() -> None:
        club = world()
        plan = await club.us.plan((A, 20))
        checkout = club.shop.sale(A, 1)
        next(checkout)
        await club.us.apply(plan, settle=False)
        go(checkout)
        await asyncio.sleep(100)
        assert await told(club) == "it was done and verified, and the old number is there again"

    run(story())


def test_what_was_held_back_when_it_died_was_never_sent() -> None:
    """Its numbers had grown old: nothing left, and staff have set another number since."""

    async def story() -> None:
        club = world()
        plan = await club.us.plan((A, 20))
        club.us.wire.after["snapshot"].append(lambda: asyncio.sleep(6))
        await killing.killed_at(club, plan, "held_back")
        go(club.shop.staff(A, 33))
        (found,) = await recoverable(club.us.club)
        assert (found.story, found.choices) == ("it was prepared, but never sent", ("keep", "reapply"))

    run(story())


@pytest.mark.parametrize("later", [(25,), (25, 20)], ids=["changed", "changed, and changed back"])
def test_what_somebody_made_of_a_later_change_is_no_earlier_one_that_arrived(later: tuple[int, ...]) -> None:
    """Its number would pass for the one set here last, and a date that staff closed at it for one that sold out."""

    async def story() -> None:
        club = world()
        await club.us.set((A, 20), settle=False)
        for number in later:
            await club.us.set((A, number))
        go(club.shop.staff(A, 20))
        await asyncio.sleep(100)
        await recoverable(club.us.club)
        assert club.us.entry("c1").outcome == ("settled" if later[-1] == 20 else None)
        assert club.us.journal.last_set() == {A: later[-1]}

    run(story())


def test_an_old_reading_does_not_show_that_an_earlier_change_arrived() -> None:
    """Eventbrite still shows what stood before a later change of ours: nothing ends on that, nor is it planned on."""

    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (40, 5)})
        await club.us.set((CLASS, 20), settle=False)
        await asyncio.sleep(400)
        await club.us.set((CLASS, 25))
        club.eventbrite.lag = 100.0
        assert (await recoverable(club.us.club))[0].now.capacity == 20
        plan = await plan_recovery(club.us.club, "c1", "reapply")
        assert [refusal.code for refusal in plan.refused] == [RefusalCode.SOLD_UNKNOWN]
        assert (club.us.entry("c1").outcome, club.us.journal.last_set()) == (None, {CLASS: 25})

    run(story())


@pytest.mark.parametrize("closed", [False, True])
def test_a_class_that_only_its_event_stops_is_not_closed(closed: bool) -> None:
    """Its event is full; its own capacity would go on selling what somebody gives back."""

    async def story() -> None:
        club = World()
        club.eventbrite.add("7", {"1": (30, 5), "2": (30, 10)}, capacity=15)
        club.us.wire.faults["set_capacity"] += ["lost"] * 2
        (change,) = (await club.us.set(ChangeRequest("eb:7:1", Action.CLOSE))).changes
        assert change.outcome is Outcome.UNCLEAR
        if closed:
            club.eventbrite.change("7", "1", capacity=5, quantity_total=5)
        await asyncio.sleep(600)
        assert [one.entry.id for one in await recoverable(club.us.club)] == ([] if closed else [change.entry])

    run(story())


@pytest.mark.parametrize("sold", [0, 2])
def test_more_than_was_sold_since_is_no_sale_that_our_text_overwrote(sold: int) -> None:
    """Somebody has raised it: to take that for seats that are sold twice would have them taken off again."""

    async def story() -> None:
        club = world()
        club.us.wire.after["set_booking_text"].append(lambda: die(club.us))
        await dying(club, (A, 60))
        if sold:
            go(club.shop.sale(A, sold))
        go(club.shop.staff(A, club.shop.number(A) + sold + 1))
        (found,) = await recoverable(club.us.club)
        assert found.story.endswith("something else is there now")

    run(story())


def test_that_eventbrite_may_still_show_the_old_number_is_told() -> None:
    """Else whoever recovers right after the death takes it for one that never arrived."""

    async def story() -> None:
        club = World(waypoint=False)
        club.eventbrite.add("123", {"456": (40, 5)})
        club.us.wire.after["set_capacity"].append(lambda: die(club.us))
        club.eventbrite.lag = 300.0
        await dying(club, (CLASS, 60))
        (found,) = await recoverable(club.us.club)
        assert found.story.endswith("the old number is there, as Eventbrite may show it for minutes after a write")

    run(story())


UNTOLD: list[tuple[str, ChangeRequest | tuple[str, int], str]] = [
    ("capacity", (CLASS, 30), "how many there are in all"),
    ("quantity_sold", ChangeRequest(CLASS, Action.CLOSE), "how many are sold"),
    ("tickets", (A, 20), "2 tickets may be of this date"),
]


@pytest.mark.parametrize(("part", "wanted", "why"), UNTOLD, ids=[part for part, _, _ in UNTOLD])
def test_what_is_not_told_is_nothing_else_and_cannot_be_kept(
    part: str, wanted: ChangeRequest | tuple[str, int], why: str
) -> None:
    async def story() -> None:
        club = world()
        for call in ("set_capacity", "set_booking_text"):
            club.us.wire.after[call].append(lambda: die(club.us))
        await dying(club, wanted)
        if part == "tickets":
            club.shop.astray[("aaa", "ddd")] = 2
        else:
            club.eventbrite.change("123", "456", **dict.fromkeys((part, "quantity_total")))
        (left,) = await recoverable(club.us.club)
        assert f"its present number is unknown ({why}" in left.story.replace("Eventbrite did not say ", "")
        assert left.choices == ("reapply", "restore")
        with pytest.raises(NotRecoverable, match="could not be read"):
            await plan_recovery(club.us.club, left.entry.id, "keep")
        assert [one.entry.id for one in await recoverable(club.us.club)] == [left.entry.id]

    run(story())


@pytest.mark.parametrize("answered", [True, False], ids=["it answered", "it did not"])
def test_of_a_change_that_was_never_seen_it_is_told_whether_the_shop_answered(*, answered: bool) -> None:
    """The database was away for the whole watch, and seats were sold in the moment of the write."""

    async def story() -> None:
        club = world()
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(A, 3)))
        club.us.wire.after["set_booking_text"].append(lambda: club.us.wire.faults["snapshot"].extend(["database"] * 99))
        club.us.wire.faults["set_booking_text"].extend([] if answered else ["timeout"])
        (change,) = (await club.us.set((A, 20))).changes
        assert change.outcome is Outcome.UNCLEAR
        club.us.wire.faults.clear()
        (found,) = await recoverable(club.us.club)
        was = "the shop took it" if answered else "the shop never said whether it was done"
        assert found.story.startswith(f"{was}, and 3 more are on offer than intended"), found.story

    run(story())


@pytest.mark.parametrize(
    ("listing", "call"), [(A, "set_booking_text"), (SINGLE, "set_stock"), (CLASS, "set_capacity")], ids=["A", "S", "C"]
)
@pytest.mark.parametrize("by", ["us, who died", "somebody", "somebody after us"])
def test_what_a_change_that_never_ended_has_made_of_it_is_nobody_elses_doing(listing: str, call: str, by: str) -> None:
    """Lists said of it that somebody had changed it, and to set it again."""

    async def story() -> None:
        club = world()
        await club.us.set((listing, 22))
        await asyncio.sleep(900)
        club.us.wire.after[call].append(lambda: die(club.us))
        await dying(club, (listing, 27))
        if by == "somebody after us":  # the same number again: ours was another one since
            await asyncio.sleep(900)
            await club.us.set((listing, 24))
        if by != "us, who died":
            await club.another().set((listing, 25 if by == "somebody" else 27))
        await asyncio.sleep(900)
        look = await DecisionReader(club.us.club).look(subject_of(listing))
        flags = {each.id: each.flags for each in mark_drift(club.us.club, look.listings.values())}
        assert (Flag.DRIFT in flags[listing]) is (by != "us, who died")

    run(story())


def test_a_date_beside_it_that_drifted_names_the_change_that_never_ended() -> None:
    """Of somebody's change and of the shop's own losses alone was told, and to set it again."""

    async def story() -> None:
        club = world()
        await club.us.set((B, 9))
        await asyncio.sleep(900)
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(B, 3)))
        club.us.wire.after["set_booking_text"].append(lambda: die(club.us))
        await dying(club, (A, 20))
        (entry,) = club.us.journal.unresolved()
        look = await DecisionReader(club.us.club).look(subject_of(A))
        marked = mark_drift(club.us.club, look.listings.values())
        notes = await drift_notes(dataclasses.replace(club.us.club, wordpress=None), marked)
        assert f"{entry.id}, a change of {A}, has not ended and may have moved {B}: brcc-tui recover tells" in notes

    run(story())
