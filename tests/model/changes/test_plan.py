"""A plan's order and its digest: what changes it, and what does not."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import random

import pytest

from brcc_tui.model.changes.plan import (
    Action,
    Change,
    ChangeResult,
    Danger,
    Outcome,
    Result,
    ShowRule,
    digest,
    make_plan,
    number_to_type,
)
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.quantity import UNLIMITED, Quantity
from brcc_tui.model.reading import Reading, Source

AT = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)


def change(
    listing_id: str = "wc:1:a:b",
    before: Quantity = 30,
    after: int = 40,
    *,
    sold: int = 0,
    action: Action = Action.SET,
    dangers: tuple[Danger, ...] = (),
) -> Change:
    platform = Platform.EVENTBRITE if listing_id.startswith("eb") else Platform.WOOCOMMERCE
    left: Quantity = before - sold if isinstance(before, int) else before
    reading = Reading(before, sold, 0, left, AT, Source.LIVE)
    listing = Listing(listing_id, platform, "Friday", None, AT, StockMethod.BOOKING_STOCK, Status.ON_SALE, reading, "g")
    return Change(listing, action, reading, Reading(after, sold, 0, after - sold, AT, Source.LIVE), "PUT", dangers)


def seen_otherwise(**parts: object) -> Change:
    """The same change of a listing of which something else was shown."""
    made = change()
    return dataclasses.replace(made, listing=dataclasses.replace(made.listing, **parts))  # type: ignore[arg-type]


def test_the_digest_is_what_the_documents_say() -> None:
    seen = ["Friday", None, None, AT.isoformat()]
    rows = [["eb:1:2", *seen, "set", 30, 20, []], ["wc:1:a:b", *seen, "set", 30, 40, ["beyond_room", "from_zero"]]]
    text = json.dumps(["shop", rows], separators=(",", ":"))
    made = make_plan(
        "shop", [change(dangers=(Danger.FROM_ZERO, Danger.BEYOND_ROOM)), change("eb:1:2", after=20)], (), AT
    )
    assert made.digest == hashlib.sha256(text.encode()).hexdigest()[:12]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (change(sold=5), True),
        (change(after=41), False),
        (change(before=31), False),
        (change(before=UNLIMITED), False),
        (change("wc:1:a:c"), False),
        (change(action=Action.REOPEN), False),
        (change(dangers=(Danger.FROM_ZERO,)), False),
        (dataclasses.replace(change(), warnings=("drift",), call="another"), True),
        (seen_otherwise(title="Saturday"), False),
        (seen_otherwise(slot="late"), False),
        (seen_otherwise(date=AT.date()), False),
        (seen_otherwise(starts_at=AT + dt.timedelta(days=30)), False),
        (seen_otherwise(url="https://shop.example"), True),
    ],
    ids=[
        *("sales", "capacity after", "another hand", "unlimited", "listing", "action", "danger", "words"),
        *("title", "slot", "date", "moved by a month", "address"),
    ],
)
def test_sales_do_not_change_the_digest_and_another_hand_does(other: Change, same: bool) -> None:
    assert (digest("shop", [other]) == digest("shop", [change()])) is same


def test_a_close_keeps_its_digest_through_sales() -> None:
    one, two = change(action=Action.CLOSE, after=5, sold=5), change(action=Action.CLOSE, after=9, sold=9)
    assert digest("shop", [one]) == digest("shop", [two])


def test_another_shop_is_another_digest() -> None:
    assert digest("shop", [change()]) != digest("other", [change()])


def test_lowers_come_before_raises_and_eventbrite_lowers_first() -> None:
    parts = [
        change("wc:1", after=40),
        change("eb:1:1", after=40),
        change("wc:2", after=20),
        change("eb:1:2", after=20),
        change("wc:3", before=UNLIMITED, after=20),
        change("eb:1:3", after=30, dangers=(Danger.HIDES,)),
    ]
    for _ in range(20):
        random.Random(7).shuffle(parts)
        order = [each.listing.id for each in make_plan("shop", parts, (), AT).changes]
        assert set(order[:2]) == {"eb:1:2", "eb:1:3"}
        assert set(order[2:4]) == {"wc:2", "wc:3"}
        assert order[4:] == ["eb:1:1", "wc:1"]


def test_closing_takes_seats_off_sale_whatever_capacity_that_comes_to() -> None:
    assert change(before=30, after=32, sold=32, action=Action.CLOSE).lowers
    assert not change(before=30, after=32, sold=32).lowers


def test_a_rule_is_no_part_of_the_digest() -> None:
    rule = ShowRule(("wc:1:a:b",), lambda listings: dict.fromkeys(listings, 1))
    assert make_plan("shop", [change()], (), AT, [rule]) == make_plan("shop", [change()], (), AT)


def test_the_outcomes_are_those_of_the_contract() -> None:
    assert {outcome.value for outcome in Outcome} - {"verified"} == {
        "settled", "settled_low", "refused", "conflict", "undone_by_shop", "rolled_back", "unclear", "interrupted",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("dangerous", "number"), [([], None), ([7], 7), ([0], 0), ([7, 9], 2), ([7, 9, 11], 3)], ids=str
)
def test_the_number_to_type_is_the_dangerous_capacity_or_how_many_there_are(
    dangerous: list[int], number: int | None
) -> None:
    """Beside a change that is none: what is typed proves that the danger was read, and not the first line."""
    risky = [change(f"wc:{n}", after=n, dangers=(Danger.CLOSES_SALES,)) for n in dangerous]
    assert number_to_type(make_plan("shop", [change(after=20), *risky], (), AT)) == number


@pytest.mark.parametrize(
    ("outcomes", "done"),
    [
        ([Outcome.SETTLED, Outcome.SETTLED_LOW, Outcome.VERIFIED], True),
        ([Outcome.SETTLED, Outcome.REFUSED], False),
        ([Outcome.UNCLEAR, Outcome.SETTLED], False),
        ([Outcome.CONFLICT], False),
    ],
)
def test_a_plan_is_carried_out_when_all_of_it_is(outcomes: list[Outcome], done: bool) -> None:
    """A script goes by it: one change that still needs a person is enough to say so."""
    made = make_plan("shop", [change()], (), AT)
    ended = tuple(ChangeResult(change().listing, outcome, 40) for outcome in outcomes)
    assert Result(made, (), ended).done is done
    unseen = tuple(dataclasses.replace(each, unseen=True) for each in ended)
    assert not Result(made, (), unseen).done
