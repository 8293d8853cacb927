"""Every guard by its code: the reason tells the way out, and nothing is written."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Collection

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, NotANumberOfSeats, Outcome, parse_request
from brcc_tui.model.counts import Counts, Orphan
from brcc_tui.platforms.wordpress.database import Snapshot
from brcc_tui.store.journal import JournalUnavailable
from tests.operations.changes.fakes import META, encode
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

CELL = "wc:4061:aaa:ddd"
OTHER = "wc:4061:aaa:eee"
SINGLE = "wc:31907"
CLASS = "eb:123:456"


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    made.shop.add_single(31907, 30)
    made.eventbrite.add("123", {"456": (30, 10)})
    return made


def nothing_was_sent(club: World) -> None:
    assert club.shop.requests == []
    assert club.eventbrite.requests == []


class Case:
    """One way to be refused: what is done to the world, what is asked for, and the code with words of its reason."""

    def __init__(self, code: str, words: str, listing: str = CELL, number: int = 40, **world: object) -> None:
        self.code, self.words, self.listing, self.number, self.changes = code, words, listing, number, world

    def prepare(self, club: World) -> None:  # noqa: C901 - a table: one line for each thing that can be done
        shelf = club.shop.products[4061]
        for what, value in self.changes.items():
            match what:
                case "text":
                    shelf.text = str(value)
                case "label":
                    shelf.text = shelf.text.replace("aaa Show", str(value))
                case "row":
                    shelf.rows[9999] = (META, shelf.text)
                case "type":
                    shelf.rows[9002] = ("WooCommerceEventsType", str(value))
                case "meta":
                    shelf.rows.clear()
                case "editor":
                    club.shop.editors[4061] = 12.0
                case "wpml":
                    club.shop.site = dataclasses.replace(club.shop.site, translated_by="WPML")
                case "hybrid":
                    shelf.manage_stock, shelf.stock = True, 20
                case "unmanaged":
                    club.shop.products[31907].manage_stock = False
                    club.shop.products[31907].stock = None
                case "sold":
                    go(club.shop.sale(str(value), 3))
                case "busy":
                    for _ in range(20):
                        club.us.wire.before["snapshot"].append(lambda: go(club.shop.sale(OTHER), until="ticket 1"))
                case "pending":
                    go(club.shop.sale(SINGLE, 3), until="order")
                case "stock":
                    go(club.shop.staff(CELL, value))
                case "ticket":
                    club.eventbrite.change("123", "456", **value)  # type: ignore[arg-type]
                case "checkout":
                    club.eventbrite.events["123"].pending = 4
                case "database":
                    club.us.wire.faults["snapshot"].extend(["database"] * 9)
                case "no_database":
                    club.us.club = dataclasses.replace(club.us.club, wordpress=None)
                case "no_shop":
                    club.us.club = dataclasses.replace(club.us.club, woocommerce=None)
                case "no_eventbrite":
                    club.us.club = dataclasses.replace(club.us.club, eventbrite=None)


CASES = {
    "the database fails": Case("sold_unknown", "database", database=True),
    "no database is configured": Case("sold_unknown", "WORDPRESS_DB_HOST", no_database=True),
    "numbers that will not hold still": Case("sold_unknown", "Try again", busy=True),
    "below what is sold and held": Case("below_sold", "3 is the least", number=2, sold=CELL),
    "below what is sold of a product": Case("below_sold", "3 is the least", SINGLE, 2, sold=SINGLE),
    "below what is about to be paid": Case("below_sold", "3 about to be paid", SINGLE, 2, pending=True),
    "below what is sold at Eventbrite": Case("below_sold", "10 is the least", CLASS, 9),
    "below what is in checkout": Case("below_sold", "14 is the least", CLASS, 13, checkout=True),
    "booking text that is no JSON": Case("invalid_text", "cannot read", text="{"),
    "booking text in two rows": Case("two_rows", "remove one", row=True),
    "a label with a quote": Case("label_breaks_fooevents", "FooEvents", label='a \\" Show'),
    "a label with a backslash": Case("label_breaks_fooevents", "FooEvents", label="a \\\\ Show"),
    "open in the editor": Case("open_in_editor", "150 s", editor=True),
    "open in the editor, plain stock": Case("open_in_editor", "12 s ago", CELL, editor=True),
    "translations": Case("translated", "WPML", wpml=True),
    "a cell of a hybrid": Case("hybrid_cell", "change wc:4061 instead", hybrid=True),
    "no stock managed": Case("no_stock_to_change", "stock management", SINGLE, unmanaged=True),
    "0 at Eventbrite": Case("zero_refused_by_eventbrite", "brcc-tui close", CLASS, 0, ticket={"quantity_sold": 0}),
    "a tier": Case("tiered", "tier", CLASS, ticket={"inventory_tier_id": "I9"}),
    "a donation": Case("unlimited", "donation", CLASS, ticket={"donation": True, "capacity": None}),
    "no change": Case("no_change", "is 30 now", number=30),
    "no change of a product": Case("no_change", "is 30 now", SINGLE, 30),
    "no change of a class": Case("no_change", "is 30 now", CLASS, 30),
    "negative": Case("bad_number", "-5 is no number", number=-5),
    "a million million": Case("bad_number", "1,000,000,000,000", number=10**12),
    "a product whose meta did not come": Case("uncertain_product", "it could not be read", meta=None),
    "a date of bookings that have none": Case("uncertain_product", "no slot with a date", text="{}"),
    "the slot is gone": Case("unknown_listing", "gone", "wc:4061:zzz:ddd"),
    "the date is gone": Case("unknown_listing", "gone", "wc:4061:aaa:zzz"),
    "a product without its date": Case("unknown_listing", "such as wc:4061:aaa:ddd", "wc:4061"),
    "no such product": Case("unknown_listing", "no such product", "wc:99999"),
    "no such event": Case("unknown_listing", "no such event", "eb:9:9"),
    "no such class": Case("unknown_listing", "gone", "eb:123:9"),
    "another shop's id": Case("unknown_listing", "not a listing id", "shopify:1"),
    "odd characters": Case("unknown_listing", "not a listing id", "wc:1'; DROP TABLE wp_posts;--"),
    "a control character": Case("unknown_listing", "not a listing id", "wc:4061\x1b[2J"),
    "an empty id": Case("unknown_listing", "not a listing id", ""),
    "the shop is not configured": Case("platform_not_configured", "not configured", no_shop=True),
    "Eventbrite is not configured": Case("platform_not_configured", "not configured", CLASS, no_eventbrite=True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_refused_in_the_plan(case: Case) -> None:
    async def story() -> None:
        club = world()
        case.prepare(club)
        plan = await club.us.plan((case.listing, case.number))
        assert plan.changes == ()
        (refusal,) = plan.refused
        assert refusal.code.value == case.code, refusal
        assert case.words in refusal.reason, refusal.reason
        assert "\x1b" not in refusal.reason
        nothing_was_sent(club)

    run(story())


LATER = {
    name: case
    for name, case in CASES.items()
    if case.code not in ("bad_number", "no_change", "unknown_listing", "zero_refused_by_eventbrite", "below_sold")
} | {
    "staff close it": Case("conflict", "was 30 in the plan and is 0 now", stock=0),
    "staff make it unlimited": Case("conflict", "unlimited now", stock=""),
    "the label is changed": Case("conflict", "its slot was changed", label="Late Laughs"),
    "the text breaks": Case("conflict", "gone", text="{"),
    "Eventbrite moves it": Case("conflict", "is 44 now", CLASS, ticket={"capacity": 44}),
    "it sells below": Case("refused", "is the least", CLASS, 11, ticket={"quantity_sold": 12}),
}


@pytest.mark.parametrize("case", LATER.values(), ids=LATER.keys())
def test_stopped_at_the_second_reading(case: Case) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((case.listing, case.number))
        assert len(plan.changes) == 1
        case.prepare(club)
        (change,) = (await club.us.apply(plan)).changes
        expected = Outcome.CONFLICT if case.code == "conflict" else Outcome.REFUSED
        if change.outcome is not expected:  # a hazard that also changes the structure is a conflict first
            assert change.outcome is Outcome.CONFLICT, change
        assert change.reason
        if case.code in ("conflict", "refused"):
            assert case.words in change.reason, change.reason
        nothing_was_sent(club)
        assert change.entry is not None
        assert club.us.entry(change.entry).outcome == change.outcome.value
        assert club.us.locks.held == {}

    run(story())


@pytest.mark.parametrize(
    "text", ["", "x", "five", "2.5", "1e3", "--1", "+", "1000000", "٣", "5 5", "0x10", "5\x1b[2J", "1" * 400]
)
def test_a_capacity_that_is_no_number_is_a_sentence(text: str) -> None:
    with pytest.raises(NotANumberOfSeats, match="number of seats") as caught:
        parse_request(CELL, text)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number", "delta"), [("58", 58, False), ("+1", 1, True), ("-1", -1, True), (" 0 ", 0, False)]
)
def test_what_a_person_types_becomes_a_wish(text: str, number: int, delta: bool) -> None:
    assert parse_request(CELL, text) == ChangeRequest(CELL, Action.SET, number, delta=delta)


@pytest.mark.parametrize("number", [2.5, "58", True, None])
def test_a_wish_of_another_type_is_refused(number: object) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan(ChangeRequest(CELL, Action.SET, number))  # type: ignore[arg-type]
        assert [refusal.code.value for refusal in plan.refused] == ["bad_number"]

    run(story())


def test_above_the_room_must_be_typed_and_is_warned_of() -> None:
    async def story() -> None:
        club = world()
        (change,) = (await club.us.plan((CELL, 56))).changes
        assert [danger.value for danger in change.dangers] == ["beyond_room"]
        assert "56 is more than the 55 seats of the room" in change.warnings

    run(story())


def test_a_date_at_0_is_raised_only_explicitly() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.staff(CELL, 0))
        (change,) = (await club.us.plan((CELL, 20))).changes
        assert [danger.value for danger in change.dangers] == ["from_zero"]
        by_rule = await club.us.plan((CELL, 20), rules=[rule(CELL)])
        assert [refusal.code.value for refusal in by_rule.refused] == ["at_zero"]

    run(story())


def test_a_sync_raises_a_0_of_its_own_until_staff_put_one_there() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 2))
        await club.us.set((CELL, 2))
        own = await club.us.plan((CELL, 20), rules=[rule(CELL)])
        assert [danger.value for danger in own.changes[0].dangers] == ["from_zero"]
        (change,) = (await club.us.apply(own)).changes
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 20)
        go(club.shop.staff(CELL, 0))
        theirs = await club.us.plan((CELL, 20), rules=[rule(CELL)])
        assert [refusal.code.value for refusal in theirs.refused] == ["at_zero"]

    run(story())


def test_a_sync_does_not_reopen_what_a_person_closed_here() -> None:
    async def story() -> None:
        club = world()
        await club.us.set(ChangeRequest(CELL, Action.CLOSE))
        plan = await club.us.plan((CELL, 20), rules=[rule(CELL)])
        assert [refusal.code.value for refusal in plan.refused] == ["at_zero"]

    run(story())


def rule(*listings: str) -> object:
    from brcc_tui.model.changes.plan import ShowRule

    return ShowRule(listings, lambda now: dict.fromkeys(now, 20))


@pytest.mark.parametrize("listing", [CELL, SINGLE])
def test_sales_that_sell_it_out_since_the_plan_leave_the_wanted_capacity_standing(listing: str) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((listing, 35))
        go(club.shop.sale(listing, 30))
        assert club.shop.number(listing) == 0
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.wanted, change.sold_meanwhile) == (Outcome.SETTLED, 35, 30), change.reason
        assert club.shop.number(listing) == 5

    run(story())


@pytest.mark.parametrize("sold", [0, 3, 29])
@pytest.mark.parametrize("wish", [(CELL, 35), ChangeRequest(CELL, Action.CLOSE)], ids=["set", "close"])
def test_a_0_since_the_plan_that_sales_do_not_explain_is_never_raised(wish: ChangeRequest, sold: int) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan(wish)
        go(club.shop.sale(CELL, sold) if sold else ())
        go(club.shop.staff(CELL, 0))
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "another hand" in change.reason
        nothing_was_sent(club)

    run(story())


@pytest.mark.parametrize("listing", [CELL, SINGLE, CLASS])
def test_closing_what_sold_out_by_itself_since_the_plan_ends_well_and_sends_nothing(listing: str) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan(ChangeRequest(listing, Action.CLOSE))
        if listing == CLASS:
            assert club.eventbrite.sell("123", "456", 20)
        else:
            go(club.shop.sale(listing, 30))
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.wanted, change.reading.remaining) == (Outcome.SETTLED, 30, 0), change.reason
        assert "sold out by itself" in change.reason
        nothing_was_sent(club)
        assert "sent" not in club.us.moves(change.entry)

    run(story())


def test_a_sync_does_not_reopen_what_sold_out_before_a_person_closed_it() -> None:
    async def story() -> None:
        club = world()
        await club.us.set((CELL, 28))
        plan = await club.us.plan(ChangeRequest(CELL, Action.CLOSE))
        go(club.shop.sale(CELL, 28))
        await club.us.apply(plan)
        by_rule = await club.us.plan((CELL, 35), rules=[rule(CELL)])
        assert [refusal.code.value for refusal in by_rule.refused] == ["at_zero"]

    run(story())


def test_what_sold_out_and_was_then_closed_by_a_person_is_not_raised_by_an_older_plan() -> None:
    async def story() -> None:
        club = world()
        them = club.same_folder()
        ours, theirs = await club.us.plan((CELL, 35)), await them.plan(ChangeRequest(CELL, Action.CLOSE))
        go(club.shop.sale(CELL, 30))
        assert (await them.apply(theirs)).changes[0].outcome is Outcome.SETTLED
        (change,) = (await club.us.apply(ours)).changes
        assert change.outcome is Outcome.CONFLICT
        assert "changed it since the plan" in change.reason
        nothing_was_sent(club)

    run(story())


@pytest.mark.parametrize("listing", [CELL, SINGLE, CLASS])
def test_closing_what_is_closed_is_no_change(listing: str) -> None:
    async def story() -> None:
        club = world()
        await club.us.set(ChangeRequest(listing, Action.CLOSE))
        plan = await club.us.plan(ChangeRequest(listing, Action.CLOSE))
        assert [refusal.code.value for refusal in plan.refused] == ["no_change"]

    run(story())


def test_reopening_what_this_program_did_not_close_asks_for_a_number() -> None:
    async def story() -> None:
        club = world()
        go(club.shop.staff(CELL, 0))
        plan = await club.us.plan(ChangeRequest(CELL, Action.REOPEN))
        assert [refusal.code.value for refusal in plan.refused] == ["no_change"]
        assert "set a number" in plan.refused[0].reason

    run(story())


def test_one_refused_listing_refuses_its_show_but_not_the_closes() -> None:
    async def story() -> None:
        club = world()  # the cell and the class are one show: 27 November, 8 pm
        club.shop.editors[4061] = 3.0
        plan = await club.us.plan((CELL, 40), (CLASS, 40))
        assert plan.changes == ()
        assert {refusal.listing_id for refusal in plan.refused} == {CELL, CLASS}
        assert CELL in next(r.reason for r in plan.refused if r.listing_id == CLASS)
        closing = await club.us.plan(ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CLASS, Action.CLOSE))
        assert [change.listing.id for change in closing.changes] == [CLASS]

    run(story())


def test_a_lock_held_by_another_refuses_the_whole_show_before_anything_is_sent() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 20), (CLASS, 20))
        club.shop.locks[4061] = object()
        result = await club.us.apply(plan)
        assert [change.outcome for change in result.changes] == [Outcome.REFUSED] * 2
        nothing_was_sent(club)

    run(story())


def test_a_raise_is_not_sent_when_the_lowering_of_its_show_failed() -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_capacity"].append("rejected")
        result = await club.us.set((CELL, 40), (CLASS, 20))
        assert {change.listing_id: change.outcome for change in result.changes} == {
            CLASS: Outcome.REFUSED,
            CELL: Outcome.REFUSED,
        }
        nothing_was_sent(club)

    run(story())


@pytest.mark.parametrize("faults", [["lost", "lost"], []], ids=["never answered", "changed by another hand"])
def test_a_raise_is_not_sent_when_the_lowering_of_its_show_was_sent_and_did_not_stand(faults: list[str]) -> None:
    async def story() -> None:
        club = world()
        club.us.wire.faults["set_capacity"].extend(faults)
        task = asyncio.ensure_future(club.us.set((CELL, 40), (CLASS, 20)))
        await asyncio.sleep(8)
        if not faults:
            club.eventbrite.change("123", "456", capacity=50)
        outcomes = {change.listing_id: change.outcome for change in (await task).changes}
        assert outcomes == {CLASS: Outcome.UNCLEAR if faults else Outcome.CONFLICT, CELL: Outcome.REFUSED}
        assert club.shop.requests == []

    run(story())


def test_a_close_goes_on_where_another_listing_of_its_show_is_refused_at_the_second_reading() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan(ChangeRequest(CELL, Action.CLOSE), ChangeRequest(CLASS, Action.CLOSE))
        club.shop.editors[4061] = 3.0
        outcomes = {change.listing_id: change.outcome for change in (await club.us.apply(plan)).changes}
        assert outcomes == {CELL: Outcome.REFUSED, CLASS: Outcome.SETTLED}
        assert club.eventbrite.events["123"].classes["456"].capacity == 10

    run(story())


def test_the_same_listing_twice_is_refused() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40), (CELL, 41))
        assert [refusal.code.value for refusal in plan.refused] == ["bad_number"] * 2

    run(story())


def test_a_journal_that_cannot_be_written_refuses_the_plan_and_its_application(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))

        def full() -> None:
            raise JournalUnavailable("the journal cannot be used: disk full")

        monkeypatch.setattr(club.us.journal, "check_writable", full)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, change.entry) == (Outcome.REFUSED, None)
        assert "disk full" in change.reason
        again = await club.us.plan((CELL, 40))
        assert [refusal.code.value for refusal in again.refused] == ["journal_unavailable"]
        nothing_was_sent(club)

    run(story())


@pytest.mark.parametrize("move", ["planned", "confirmed", "locked", "read_again", "checkpointed", "sent"])
def test_a_disk_that_fills_up_before_the_request_stops_it(monkeypatch: pytest.MonkeyPatch, move: str) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        fill_up(club, monkeypatch, move)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.REFUSED
        assert "disk full" in change.reason
        nothing_was_sent(club)
        assert club.us.locks.held == {}

    run(story())


@pytest.mark.parametrize("move", ["answered", "looked", "verified", "settled"])
def test_a_disk_that_fills_up_after_the_request_does_not_stop_the_watching(
    monkeypatch: pytest.MonkeyPatch, move: str
) -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        fill_up(club, monkeypatch, move)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.SETTLED
        assert "could not record" in change.reason
        assert club.shop.number(CELL) == 40

    run(story())


def fill_up(club: World, monkeypatch: pytest.MonkeyPatch, move: str) -> None:
    journal = club.us.journal
    begin, append = journal.begin, journal.append
    full = [False]

    def fail(event: str) -> None:
        full[0] = full[0] or event == move
        if full[0]:
            raise JournalUnavailable("the journal cannot be used: disk full")

    def begins(**values: object) -> str:
        fail("planned")
        return begin(**values)

    def appends(entry: str, event: str, at: object, detail: object) -> None:
        fail(event)
        append(entry, event, at, detail)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "begin", begins)
    monkeypatch.setattr(journal, "append", appends)


def test_drift_is_named_in_the_next_plan() -> None:
    async def story() -> None:
        club = world()
        await club.us.set((CELL, 40))
        go(club.shop.sale(CELL, 2))
        (order,) = club.shop.orders_of(CELL)
        go(club.shop.refund(order))
        (change,) = (await club.us.plan((CELL, 45))).changes
        assert any("last set here to 40, now it is 38 (-2)" in warning for warning in change.warnings)

    run(story())


OF_ORDERS = [
    ({"paid_without_place": 2}, "2 places of this product are ordered without a date"),
    ({"orphans": (Orphan("", "", "aaa", "gone", 3, 1),)}, "4 places of this product are of dates or slots that it has"),
    ({"deleted_orders": 1}, "tickets of 1 deleted orders are counted as sold"),
    ({"custom_statuses": ("wc-moved",)}, "orders with the status wc-moved are counted as live"),
]


@pytest.mark.parametrize(("counted", "words"), OF_ORDERS, ids=[words for _, words in OF_ORDERS])
def test_what_the_numbers_leave_out_is_said_before_a_write(counted: dict[str, object], words: str) -> None:
    async def story() -> None:
        club = world()
        database = club.us.club.wordpress
        assert database is not None
        really_look = database.snapshot

        async def snapshot(product_ids: Collection[int], *, by_order: bool = False, lock: object = None) -> Snapshot:
            seen = await really_look(product_ids, by_order=by_order)
            more = {id_: dataclasses.replace(each, **counted) for id_, each in seen.counts.products.items()}  # type: ignore[arg-type]
            return Snapshot(Counts(seen.counts.taken_at, more), seen.products)

        database.snapshot = snapshot  # type: ignore[method-assign]
        (change,) = (await club.us.plan((CELL, 40))).changes
        assert any(words in warning for warning in change.warnings)

    run(story())


def test_what_is_not_a_booking_text_is_told_as_such() -> None:
    async def story() -> None:
        club = world()
        club.shop.products[4061].text = encode({"aaa": {"label": "x", "add_date": {"ddd": {"date": "?"}}}})
        plan = await club.us.plan((CELL, 40))
        assert plan.changes == () or plan.changes[0].dangers
        nothing_was_sent(club)

    run(story())


def test_an_order_that_never_gets_places_is_waited_for_until_it_is_no_longer_young() -> None:
    """Staff's own orders and those of the block checkout have none, and look like a sale in its first moments."""

    async def story() -> None:
        club = world()
        go(club.shop.sale(CELL, 1), until="order")
        (change,) = (await club.us.set((CELL, 40))).changes
        assert change.outcome is Outcome.SETTLED

    run(story())


def test_a_key_that_may_only_read_is_told_in_the_plan_and_not_at_the_write() -> None:
    async def story() -> None:
        club = world()
        club.shop.key_may_only_read = True
        plan = await club.us.plan((CELL, 40), ChangeRequest(SINGLE, Action.CLOSE), (CLASS, 40))
        told = {refusal.listing_id: (refusal.code.value, refusal.reason) for refusal in plan.refused}
        assert plan.changes == ()
        assert {code for code, _ in told.values()} == {"not_writable_key"}
        assert "Read/Write" in told[CELL][1]
        assert f"another listing of its show cannot be changed ({CELL}" in told[CLASS][1]
        alone = await club.us.plan((CLASS, 40))
        assert [change.listing.id for change in alone.changes] == [CLASS]

    run(story())


@pytest.mark.parametrize("app_error", ["key_broken", "key_silent"])
def test_a_shop_that_does_not_tell_what_its_key_may_is_asked_by_the_write(app_error: str) -> None:
    async def story() -> None:
        club = world()
        setattr(club.shop, app_error, True)
        plan = await club.us.plan((CELL, 40))
        assert [change.listing.id for change in plan.changes] == [CELL]

    run(story())
