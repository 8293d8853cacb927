"""Consent as a value: only a confirmed plan makes a permit, and a permit only covers what it names."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from brcc_tui.model.changes import permit
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.permit import ConfirmedPlan, NotConfirmed, WritePermit
from brcc_tui.model.changes.plan import Action, Change, Plan, ShowRule, make_plan
from brcc_tui.model.listing import Listing, Platform, StockMethod
from brcc_tui.model.offer import Status
from brcc_tui.model.reading import Reading, Source

AT = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)


def plan(*listing_ids: str) -> Plan:
    changes = []
    for listing_id in listing_ids:
        before = Reading(30, 0, 0, 30, AT, Source.LIVE)
        after = Reading(40, 0, 0, 40, AT, Source.LIVE)
        listing = Listing(
            listing_id, Platform.WOOCOMMERCE, "Friday", None, AT, StockMethod.BOOKING_STOCK, Status.ON_SALE, before, "g"
        )
        changes.append(Change(listing, Action.SET, before, after, "PUT"))
    return make_plan("shop", changes, (), AT)


def test_a_confirmed_plan_permits_what_it_names() -> None:
    made = plan("wc:1:a:b", "wc:1:a:c")
    drawn = confirm(made, made.digest).permit("wc:1:a:b")
    drawn.check("wc:1:a:b")
    with pytest.raises(NotConfirmed):
        drawn.check("wc:1:a:c")
    with pytest.raises(NotConfirmed):
        drawn.check()


def test_it_permits_nothing_else() -> None:
    made = plan("wc:1:a:b")
    with pytest.raises(NotConfirmed):
        confirm(made, made.digest).permit("wc:2:a:b")


def test_a_correction_may_touch_the_cells_of_the_same_product_and_no_other() -> None:
    made = plan("wc:1:a:b")
    confirmed = confirm(made, made.digest)
    confirmed.permit_correction("wc:1:a:b", "wc:1:x:y").check("wc:1:x:y")
    for other in ("wc:2:a:b", "wc:1", "eb:1:1"):
        with pytest.raises(NotConfirmed):
            confirmed.permit_correction(other)


def test_a_plain_product_permits_no_cells() -> None:
    made = plan("wc:1")
    with pytest.raises(NotConfirmed):
        confirm(made, made.digest).permit_correction("wc:1:a:b")


@pytest.mark.parametrize("seal", [None, object(), "SEAL"])
def test_neither_can_be_forged(seal: object) -> None:
    made = plan("wc:1")
    with pytest.raises(NotConfirmed):
        ConfirmedPlan(made, seal)
    with pytest.raises(NotConfirmed):
        WritePermit(made.digest, frozenset({"wc:1"}), seal)
    with pytest.raises(NotConfirmed):
        dataclasses.replace(confirm(made, made.digest), seal=seal)


def test_another_digest_confirms_nothing() -> None:
    made = plan("wc:1")
    with pytest.raises(NotConfirmed, match="not the one"):
        confirm(made, plan("wc:2").digest)


def test_a_plan_whose_changes_were_swapped_under_its_digest_confirms_nothing() -> None:
    made = plan("wc:1")
    forged = dataclasses.replace(made, changes=plan("wc:2").changes)
    with pytest.raises(NotConfirmed, match="signed for"):
        confirm(forged, made.digest)


def test_a_permit_reads_the_change_that_it_is_for_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan(*(f"wc:{number}" for number in range(1, 101)))
    confirmed = confirm(made, made.digest)
    sealed: list[object] = []
    seal_of = permit.seal_of

    def noted(*content: object) -> bytes:
        sealed.extend(each for each in content if isinstance(each, Change))
        return seal_of(*content)

    monkeypatch.setattr(permit, "seal_of", noted)
    confirmed.permit("wc:7").check("wc:7")
    assert sealed == [made.changes[6]]
    object.__setattr__(confirmed, "plan", dataclasses.replace(made, changes=(*made.changes[:-1], made.changes[0])))
    with pytest.raises(NotConfirmed):
        confirmed.check()
    object.__setattr__(confirmed, "plan", dataclasses.replace(made, changes=made.changes[:-1]))
    with pytest.raises(NotConfirmed):
        confirmed.permit("wc:7")


def ruled(made: Plan) -> Plan:
    return dataclasses.replace(made, rules=(ShowRule(("wc:1",), lambda _listings: {"wc:1": 1}),))


TURNED = {
    "to another plan": lambda made: plan("wc:2"),
    "to another capacity": lambda made: dataclasses.replace(
        made, changes=(dataclasses.replace(made.changes[0], after=made.changes[0].before),)
    ),
    "to other numbers seen": lambda made: dataclasses.replace(
        made, changes=(dataclasses.replace(made.changes[0], before=made.changes[0].after),)
    ),
    "to a later making": lambda made: dataclasses.replace(made, made_at=AT + dt.timedelta(hours=1)),
    "to be without its rule": lambda made: dataclasses.replace(made, rules=()),
    "to take up an entry": lambda made: dataclasses.replace(
        made, changes=(dataclasses.replace(made.changes[0], follows="c1"),)
    ),
}


@pytest.mark.parametrize("turn", TURNED.values(), ids=TURNED)
def test_consent_is_not_turned_to_what_nobody_saw(turn: Callable[[Plan], Plan]) -> None:
    made = ruled(plan("wc:1"))
    confirmed = confirm(made, made.digest)
    with pytest.raises(NotConfirmed):
        dataclasses.replace(confirmed, plan=turn(made))
    object.__setattr__(confirmed, "plan", turn(made))  # around the constructor as well
    with pytest.raises(NotConfirmed):
        confirmed.permit("wc:1")
    with pytest.raises(NotConfirmed):
        confirmed.permit_correction("wc:1")


def test_a_permit_is_not_turned_to_other_listings_or_another_plan() -> None:
    made = plan("wc:1", "wc:1:a:b")
    permit = confirm(made, made.digest).permit("wc:1")
    for turned in ({"listing_ids": frozenset({"wc:1", "wc:2"})}, {"digest": plan("wc:2").digest}):
        with pytest.raises(NotConfirmed):
            dataclasses.replace(permit, **turned)  # type: ignore[arg-type]
    object.__setattr__(permit, "listing_ids", frozenset({"wc:2"}))
    with pytest.raises(NotConfirmed):
        permit.check("wc:2")


def test_copies_of_the_same_content_are_as_good() -> None:
    made = plan("wc:1", "wc:1:a:b")
    copied = copy.copy(confirm(made, made.digest))
    copied.permit("wc:1").check("wc:1")
    copy.copy(copied.permit("wc:1:a:b")).check("wc:1:a:b")
