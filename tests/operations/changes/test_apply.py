"""The twelve steps for the three stock methods, on a quiet day."""

from __future__ import annotations

import json

import pytest

from brcc_tui.model.catalogue import Product
from brcc_tui.model.changes.plan import Action, ChangeRequest, Outcome
from brcc_tui.operations.changes.decision_reader import DecisionReader
from brcc_tui.operations.changes.decision_reading import subject_of
from brcc_tui.operations.changes.undo import plan_undo
from tests.operations.changes.fake_texts import stock_of
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

CELL = "wc:4061:aaa:ddd"
OTHER = "wc:4061:aaa:eee"
SINGLE = "wc:31907"
CLASS = "eb:123:456"


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 55, ("aaa", "eee"): "30", ("bbb", "fff"): ""})
    made.shop.add_single(31907, 40)
    made.eventbrite.add("123", {"456": (55, 20)})
    return made


def test_a_booking_cell_is_raised() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 3))
        result = await club.us.set((CELL, 58))
        (change,) = result.changes
        assert (change.outcome, change.wanted, change.reading.capacity) == (Outcome.SETTLED, 58, 58)
        assert club.shop.number(CELL) == 55
        assert club.us.moves(change.entry) == [
            "planned", "confirmed", "locked", "read_again", "checkpointed", "sent", "answered", "looked", "verified",
            "looked", "looked", "looked", "settled",
        ]  # fmt: skip

    run(story())


def test_only_the_one_number_of_the_text_changes() -> None:
    async def story() -> None:
        club = world()
        before = club.shop.products[4061].text
        await club.us.set((CELL, 58))
        assert club.shop.products[4061].text == before.replace('"stock":55', '"stock":58')

    run(story())


def test_the_checkpoint_holds_the_text_to_the_byte_and_precedes_the_request() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(OTHER, 2))
        before = club.shop.products[4061].text
        (change,) = (await club.us.set((CELL, 58))).changes
        entry = club.us.entry(change.entry)
        checkpoint = entry.last("checkpointed")
        assert checkpoint is not None
        assert checkpoint.detail["text"] == before
        assert checkpoint.detail["sends"] == {CELL: 58}
        assert checkpoint.detail["taken"] == {CELL: 0, OTHER: 2, "wc:4061:bbb:fff": 0}
        sent = entry.last("sent")
        assert sent is not None
        (request,) = club.shop.requests
        assert (sent.at - entry.at).total_seconds() <= request.at
        json.dumps(dict(checkpoint.detail))

    run(story())


def test_a_products_own_stock_is_lowered() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(SINGLE, 4))
        (change,) = (await club.us.set((SINGLE, 30))).changes
        assert (change.outcome, change.reading.capacity) == (Outcome.SETTLED, 30)
        assert club.shop.number(SINGLE) == 26
        assert [request.what for request in club.shop.requests] == ["set_stock"]

    run(story())


def test_a_ticket_class_gets_its_capacity() -> None:
    async def story() -> None:
        club = world()
        (change,) = (await club.us.set((CLASS, 60))).changes
        assert (change.outcome, change.reading.capacity) == (Outcome.SETTLED, 60)
        assert club.eventbrite.events["123"].classes["456"].capacity == 60
        assert [request.carried for request in club.eventbrite.requests] == [{"capacity": 60, "quantity_total": 60}]

    run(story())


def test_all_cells_of_a_product_go_in_one_request() -> None:
    async def story() -> None:
        club = world()
        result = await club.us.set((CELL, 50), (OTHER, 25))
        assert [change.outcome for change in result.changes] == [Outcome.SETTLED] * 2
        assert len(club.shop.requests) == 1
        assert len({entry.digest for entry in club.us.journal.entries()}) == 1
        assert len(result.entries) == 2

    run(story())


def test_lowers_settle_before_raises_are_sent() -> None:
    async def story() -> None:
        club = world()
        result = await club.us.set((CELL, 60), (CLASS, 50), (SINGLE, 35))
        assert [change.outcome for change in result.changes] == [Outcome.SETTLED] * 3
        by_what = {request.what: request.at for request in [*club.shop.requests, *club.eventbrite.requests]}
        assert by_what["set_booking_text"] - max(by_what["set_stock"], by_what["set_capacity"]) >= 15

    run(story())


@pytest.mark.parametrize("listing", [CELL, SINGLE, CLASS])
def test_sales_since_the_plan_are_counted_in(listing: str) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((listing, 50))
        if listing == CLASS:
            club.eventbrite.sell("123", "456", 2)
        else:
            go(club.shop.sale(listing, 2))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.sold_meanwhile, change.reading.capacity) == (Outcome.SETTLED, 2, 50)

    run(story())


@pytest.mark.parametrize("listing", [CELL, SINGLE])
def test_closing_leaves_nothing_on_offer_and_reopening_restores(listing: str) -> None:
    async def story() -> None:
        club = world()
        before = club.implied(listing)
        go(club.shop.sale(listing, 2))
        plan = await club.us.plan(ChangeRequest(listing, Action.CLOSE))
        go(club.shop.sale(listing, 3))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.reading.remaining, change.wanted) == (Outcome.SETTLED, 0, 5)
        assert club.shop.number(listing) == 0
        (change,) = (await club.us.set(ChangeRequest(listing, Action.REOPEN))).changes
        assert (change.outcome, club.shop.number(listing)) == (Outcome.SETTLED, before - 5)

    run(story())


def test_a_ticket_class_with_sales_closes_at_what_is_taken() -> None:
    async def story() -> None:
        club = world()
        club.eventbrite.events["123"].pending = 2
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.CLOSE))).changes
        assert (change.outcome, change.wanted) == (Outcome.SETTLED, 22)
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.REOPEN))).changes
        assert club.eventbrite.events["123"].classes["456"].capacity == 55

    run(story())


def test_a_ticket_class_without_sales_is_hidden_and_shown_again() -> None:
    async def story() -> None:
        club = World()
        club.eventbrite.add("123", {"456": (55, 0)})
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.CLOSE))).changes
        assert change.outcome is Outcome.SETTLED
        assert club.eventbrite.events["123"].classes["456"].hidden
        assert club.eventbrite.events["123"].classes["456"].capacity == 55
        (change,) = (await club.us.set(ChangeRequest(CLASS, Action.REOPEN))).changes
        assert change.outcome is Outcome.SETTLED
        assert not club.eventbrite.events["123"].classes["456"].hidden

    run(story())


@pytest.mark.parametrize("listing", [CELL, SINGLE, CLASS])
def test_undo_goes_back_to_the_capacity_before_and_not_to_the_old_text(listing: str) -> None:
    async def story() -> None:
        club = world()
        before = {CELL: 55, SINGLE: 40, CLASS: 55}[listing]
        (change,) = (await club.us.set((listing, 45))).changes
        if listing == CLASS:
            club.eventbrite.sell("123", "456", 3)
        else:
            go(club.shop.sale(listing, 3))
        plan = await plan_undo(club.us.club, change.entry or "")
        (undone,) = (await club.us.apply(plan)).changes
        assert (undone.outcome, undone.reading.capacity) == (Outcome.SETTLED, before)
        assert club.us.entry(change.entry).outcome == "rolled_back"
        again = await plan_undo(club.us.club, change.entry or "")
        assert [refusal.code.value for refusal in again.refused] == ["no_change"]

    run(story())


@pytest.mark.parametrize("listing", [CELL, CLASS])
def test_undo_of_a_close_and_of_a_reopen(listing: str) -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): 55, ("aaa", "eee"): 3})
        club.eventbrite.add("123", {"456": (55, 0)})
        (closed,) = (await club.us.set(ChangeRequest(listing, Action.CLOSE))).changes
        (opened,) = (await club.us.apply(await plan_undo(club.us.club, closed.entry or ""))).changes
        assert opened.outcome is Outcome.SETTLED
        assert club.shop.number(CELL) == 55
        assert not club.eventbrite.events["123"].classes["456"].hidden
        (closed,) = (await club.us.apply(await plan_undo(club.us.club, opened.entry or ""))).changes
        assert closed.outcome is Outcome.SETTLED
        assert club.shop.number(CELL) == 0 or club.eventbrite.events["123"].classes["456"].hidden

    run(story())


def test_an_unlimited_date_gets_a_number_only_from_a_plan_that_says_so() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan(("wc:4061:bbb:fff", 20))
        assert [danger.value for danger in plan.changes[0].dangers] == ["from_unlimited"]
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        assert stock_of(club.shop.products[4061].text, ("bbb", "fff")) == 20

    run(story())


def test_without_settling_it_is_verified_and_stays_open_in_the_journal() -> None:
    async def story() -> None:
        club = world()
        (change,) = (await club.us.set((CELL, 58), settle=False)).changes
        assert change.outcome is Outcome.VERIFIED
        assert change.done
        assert club.us.entry(change.entry).outcome is None
        assert club.us.moves(change.entry)[-2:] == ["verified", "unwatched"]

    run(story())


def test_every_lock_is_given_back() -> None:
    async def story() -> None:
        club = world()
        await club.us.set((CELL, 60), (CLASS, 50), (SINGLE, 35))
        assert club.us.locks.held == {}
        assert club.shop.locks == {}

    run(story())


def test_a_flat_text_stays_flat_and_strings_stay_strings() -> None:
    async def story() -> None:
        club = World()
        club.shop.add_bookings(4061, {("aaa", "ddd"): "55", ("aaa", "eee"): 30}, flat=True)
        before = club.shop.products[4061].text
        (change,) = (await club.us.set((CELL, 58))).changes
        assert change.outcome is Outcome.SETTLED
        assert club.shop.products[4061].text == before.replace('"ddd_stock":"55"', '"ddd_stock":"58"')

    run(story())


def test_a_look_asks_the_shop_once_and_still_sees_a_new_date() -> None:
    async def story() -> None:
        club = world()
        shop, asked = club.us.club.woocommerce, []
        assert shop is not None
        really_ask = shop.product

        async def counted(product: int) -> Product:
            asked.append(product)
            return await really_ask(product)

        shop.product = counted  # type: ignore[method-assign]
        reader, subject = DecisionReader(club.us.club), subject_of(CELL)
        await reader.look(subject)
        shelf = club.shop.products[4061]
        shelf.text = shelf.text.replace('"eee":', '"new":{"date":"December 20, 2026","stock":9},"eee":')
        go(club.shop.sale("wc:4061:aaa:new", 2))
        look = await reader.look(subject)
        assert len(asked) == 1  # the dates are those of the database's own text
        assert (look.taken("wc:4061:aaa:new"), look.listings["wc:4061:aaa:new"].reading.capacity) == (2, 9)

    run(story())


def test_the_look_ahead_reads_a_few_at_a_time() -> None:
    async def story() -> None:
        club = World()
        for number in range(8):
            club.eventbrite.add(str(number), {"456": (30, 10)})
        result = await club.us.set(*((f"eb:{number}:456", 20) for number in range(8)))
        assert {change.outcome for change in result.changes} == {Outcome.SETTLED}
        moves = {event.event: event.at for event in reversed(club.us.entry(result.entries[0]).events)}
        one_look = club.us.wire.delay() * 2
        assert (moves["read_again"] - moves["locked"]).total_seconds() < 4.5 * one_look  # two rounds, and its own

    run(story())
