"""Consent as a value: only a confirmed plan makes a permit, and a permit only covers what it names."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.permit import ConfirmedPlan, NotConfirmed, WritePermit
from brcc_tui.model.changes.plan import Action, Change, Plan, make_plan
from brcc_tui.model.listing import Listing, Platform, Status, StockMethod
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
    permit = confirm(made, made.digest).permit("wc:1:a:b")
    permit.check("wc:1:a:b")
    with pytest.raises(NotConfirmed):
        permit.check("wc:1:a:c")
    with pytest.raises(NotConfirmed):
        permit.check()


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
