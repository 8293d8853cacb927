"""What is known of a listing once its sales should have begun or ended: what its terms say of that moment, no more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from brcc_tui.model.listing import Flag, Platform
from brcc_tui.model.offer import OfferRule, Status, Terms
from brcc_tui.model.shows.ending import (
    CLOCK_WAS_AHEAD,
    MAY_BE_OVER,
    ONE_NIGHT,
    aged,
    as_of,
    has_several_days,
    status_in_doubt,
)
from tests.model.shows.test_ending import at, kept

FIVE, LATER = at("2027-06-01T17:00"), at("2027-06-01T18:00")
WHY, CODES = "nobody knows", "nobody knows the codes"


@pytest.mark.parametrize(
    ("status", "terms", "doubted"),
    [
        (Status.ON_SALE, Terms(), Status.ON_SALE),
        (Status.ON_SALE, Terms(unknown=WHY), Status.UNKNOWN),
        (Status.ON_SALE, Terms(unknown=CODES, by_code=None), Status.ON_SALE),  # they open what is hidden alone
        (Status.SOLD_OUT, Terms(unknown=WHY), Status.SOLD_OUT),
        (Status.SOLD_OUT, Terms(unknown=WHY, capped=False), Status.UNKNOWN),
        (Status.SOLD_OUT, Terms(capped=False), Status.SOLD_OUT),
        (Status.CLOSED, Terms(unknown=WHY, capped=False), Status.CLOSED),
    ],
)
def test_only_a_word_that_says_too_much_is_taken_back(status: Status, terms: Terms, doubted: Status) -> None:
    assert status_in_doubt(status, terms) is doubted


@pytest.mark.parametrize("unknown", [None, WHY])
def test_sales_that_begin_begin_once(unknown: str | None) -> None:
    known = kept(Status.NOT_YET_ON_SALE, terms=Terms(OfferRule.TIER, since=FIVE, until=LATER, unknown=unknown))
    begun = aged(known, FIVE)
    assert aged(known, FIVE - dt.timedelta(seconds=1)) == known
    assert begun == replace(
        known, status=Status.UNKNOWN if unknown else Status.ON_SALE, terms=replace(known.terms, since=None)
    )
    assert aged(begun, FIVE) == begun


@pytest.mark.parametrize(
    ("then", "flags", "why"),
    [
        (OfferRule.NOT_KNOWN, set(), MAY_BE_OVER),
        (OfferRule.NOT_KNOWN, {Flag.SEVERAL_DAYS}, "its last day cannot be read"),
        (OfferRule.SALES_ENDED, set(), None),
        (OfferRule.SALES_ENDED, {Flag.SEVERAL_DAYS}, None),
    ],
)
def test_what_is_said_of_sales_whose_end_has_come(then: OfferRule, flags: set[Flag], why: str | None) -> None:
    known = replace(kept(Status.ON_SALE, terms=Terms(until=FIVE, then=then)), flags=frozenset(flags))
    ended = aged(known, FIVE)
    assert (ended.status, ended.offer.unknown) == (Status.UNKNOWN if why else Status.ENDED, why)
    assert ended.terms.until is None
    assert ended.flags == (flags if why else flags | {Flag.SALES_ENDED})


@pytest.mark.parametrize("status", [Status.ON_SALE, Status.HIDDEN, Status.NOT_YET_ON_SALE])
def test_of_what_may_be_over_nobody_says_that_its_shop_calls_it_on_sale(status: Status) -> None:
    """A class that a code opens is hidden by its shop's word, and one that waits for another is not yet on sale."""
    known = kept(status, terms=Terms(until=FIVE, then=OfferRule.NOT_KNOWN, by_code=True))
    why = aged(known, FIVE).offer.unknown
    assert why == "the time at which its sales should end has passed, and its shop does not say that they are over"


@pytest.mark.parametrize("start", [None, FIVE - dt.timedelta(hours=4)])
def test_only_what_a_threshold_still_stops_is_said_to_be_stopped_by_one(start: dt.datetime | None) -> None:
    known = kept(Status.CLOSED, terms=Terms(none_at=60, until=FIVE))
    known = replace(known, starts_at=start, platform=Platform.WOOCOMMERCE, flags=frozenset({Flag.THRESHOLD}))
    assert known.offer.rule is OfferRule.THRESHOLD
    ended = aged(known, FIVE)
    assert (Flag.THRESHOLD in ended.flags) == (ended.offer.rule is OfferRule.THRESHOLD) == (start is not None)
    over = aged(replace(ended, starts_at=FIVE - dt.timedelta(hours=4)), FIVE)
    assert (over.flags, over.offer.rule) == ({Flag.PAST, Flag.THRESHOLD}, OfferRule.THRESHOLD), "as if read anew"


def test_the_end_of_a_show_that_nobody_tells_otherwise_is_that_of_its_sales() -> None:
    ended = aged(kept(Status.ON_SALE, terms=Terms(until=FIVE, then=OfferRule.ENDED)), FIVE)
    assert (ended.status, ended.flags, ended.terms) == (Status.ENDED, {Flag.PAST}, Terms(then=OfferRule.ENDED))
    draft = kept(Status.DRAFT, terms=Terms(until=FIVE))
    assert aged(draft, FIVE) == draft, "it was never on sale"


def test_that_somebody_had_it_open_at_a_moment_that_nobody_knows_is_not_told() -> None:
    known = kept(Status.ON_SALE)
    open_ = replace(known, flags=frozenset({Flag.OPEN_IN_EDITOR}), reading=replace(known.reading, read_at=None))
    assert aged(open_, FIVE).flags == set()


def test_a_doubt_that_is_told_already_is_not_told_otherwise() -> None:
    """A show of several days, of which nobody knows the last, once its first one is over."""
    known = replace(kept(Status.UNKNOWN, terms=Terms(unknown=WHY)), flags=frozenset({Flag.SEVERAL_DAYS}))
    over = at("2027-06-02T23:01")
    assert aged(known, over) == known
    certain = replace(known, status=Status.ON_SALE, terms=Terms())
    assert (aged(certain, over).offer.unknown, aged(certain, over).status) == (
        "its last day cannot be read",
        Status.UNKNOWN,
    )


@pytest.mark.parametrize(
    ("status", "flags", "doubted"),
    [
        (Status.ENDED, {Flag.PAST}, True),
        (Status.CLOSED, {Flag.SALES_ENDED}, True),
        (Status.CLOSED, {Flag.PAST}, False),  # its shop had closed it anyway
        (Status.DRAFT, {Flag.PAST}, False),
    ],
)
def test_what_a_clock_that_was_ahead_has_ended_is_not_known_once_it_is_put_back(
    status: Status, flags: set[Flag], doubted: bool
) -> None:
    stopped = OfferRule.SALES_ENDED if Flag.SALES_ENDED in flags else None
    known = replace(kept(status, terms=Terms(stopped=stopped)), platform=Platform.WOOCOMMERCE, flags=frozenset(flags))
    back = aged(known, at("2027-06-01T15:00"))
    assert (back.flags, back.status) == (set(), Status.UNKNOWN if doubted else status)
    assert back.terms == Terms(unknown=CLOCK_WAS_AHEAD if doubted else None)
    assert list(as_of([known], at("2027-06-01T15:00"))) == [back]


@pytest.mark.parametrize(
    ("lasts", "several"), [(ONE_NIGHT, False), (ONE_NIGHT + dt.timedelta(minutes=1), True), (None, False)]
)
def test_what_lasts_longer_than_a_night_goes_on_over_several_days(lasts: dt.timedelta | None, several: bool) -> None:
    assert has_several_days(FIVE, FIVE + lasts if lasts else None) is several
    assert not has_several_days(None, FIVE)
