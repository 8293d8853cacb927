"""Every guard by its code: the reason tells the way out, and nothing is written."""

from __future__ import annotations

import dataclasses

import pytest

from brcc_tui.model.changes.plan import Action, ChangeRequest, NotANumberOfSeats, Outcome, parse_request
from tests.operations.changes.fakes import META
from tests.operations.changes.guard_world import CELL, CLASS, SINGLE, nothing_was_sent, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

OTHER = "wc:4061:aaa:eee"


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
    "below what is sold at Eventbrite": Case("below_sold", "10 is the least, and closes sales", CLASS, 9),
    "below what is in checkout": Case("below_sold", "14 is the least", CLASS, 13, checkout=True),
    "the same, and what to do": Case("below_sold", "sales. What is in a checkout is", CLASS, 13, checkout=True),
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
    "negative": Case("bad_number", "-5 is not a number", number=-5),
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
    "text", ["", "x", "five", "2.5", "1e3", "--1", "+", "100001", "1000000", "٣", "5 5", "0x10", "5\x1b[2J", "1" * 400]
)
def test_a_capacity_that_is_no_number_is_a_sentence(text: str) -> None:
    with pytest.raises(NotANumberOfSeats, match="number of seats") as caught:
        parse_request(CELL, text)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number", "delta"),
    [("58", 58, False), ("+1", 1, True), ("-1", -1, True), (" 0 ", 0, False), ("100000", 100_000, False)],
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
        await club.us.set((CELL, 2))
        go(club.shop.sale(CELL, 2))
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
        assert "somebody else" in change.reason
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
