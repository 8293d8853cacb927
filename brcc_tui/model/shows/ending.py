"""When a show is over: one rule for numbers, syncs and screens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.offer import OfferRule, Status, Terms

STILL_SELLING: Final = dt.timedelta(hours=3)
"""A show that began less long ago may still run, and be sold at the door: midnight ends nothing."""

MAY_BE_OVER: Final = "the time at which its sales should end has passed, and its shop does not say that they are over"
"""Why it is not known what a buyer can buy of a listing of which no certain end of sales is told."""

CLOCK_WAS_AHEAD: Final = "it was considered over by a clock that was ahead and has since been set back"
_NO_LAST_DAY: Final = "its last day cannot be read"
_OVER: Final = frozenset({Flag.PAST, Flag.SALES_ENDED})
_DAY: Final = dt.timedelta(days=1)

ONE_NIGHT: Final = dt.timedelta(hours=16)
"""What lasts longer goes on over several days."""


def over_before(now: dt.datetime) -> dt.datetime:
    """Shows that began before this moment are over. In UTC, where hours are long as they pass: clocks may be set."""
    return now.astimezone(dt.UTC) - STILL_SELLING


def is_over(starts_at: dt.datetime, now: dt.datetime, ends_at: dt.datetime | None = None) -> bool:
    """Whether a show that began then is over: one of several days is there until its last day ends."""
    return starts_at < over_before(now) and (ends_at is None or ends_at <= now)


class Over:
    """Whether a listing's show is over, at one moment: comparing days decides it for nearly all of thousands."""

    def __init__(self, now: dt.datetime) -> None:
        self._now, self._since = now, over_before(now)
        # A day is that of the show's own zone: one more on either side holds in all of them.
        self._surely_over, self._surely_not = self._since.date() - _DAY, self._since.date() + _DAY

    def __call__(self, listing: Listing) -> bool:
        """One without a start is over when its shop says so."""
        if listing.ends_at is not None and listing.ends_at > self._now:
            return False
        start, day = listing.starts_at, listing.date
        if start is None:
            return Flag.PAST in listing.flags
        if day is None or self._surely_over <= day <= self._surely_not:
            return start < self._since
        return day < self._surely_over


def aged(listing: Listing, now: dt.datetime) -> Listing:
    """What was known of a listing, as it must be by now: its show, or the time in which it is sold, may be over.

    Whatever shows a listing or counts with it judges it so first: a row of an hour ago still says "on sale".
    """
    known = _without_editor(listing, now)
    by_now = _aged(known, now)
    return by_now if by_now is known else _stopped_by_threshold(by_now)


def _stopped_by_threshold(listing: Listing) -> Listing:
    """The listing with the flag of a threshold where that is what stops it, and nothing else has in the meantime."""
    others = listing.flags - {Flag.THRESHOLD}
    is_why = listing.offer.rule is OfferRule.THRESHOLD
    return replace(listing, flags=others | {Flag.THRESHOLD} if is_why else others)


def _aged(listing: Listing, now: dt.datetime) -> Listing:
    if _judged_ahead(listing, now):
        return _not_over_yet(listing)
    if Flag.PAST in listing.flags:
        return listing
    terms = listing.terms
    if listing.starts_at is not None and is_over(listing.starts_at, now, listing.ends_at):
        if not listing.has_open_end:
            return _ended(listing)
        return listing if terms.unknown else _doubted(listing, _NO_LAST_DAY)  # the same one: nothing is new
    if terms.begins_by(now) and listing.status is Status.NOT_YET_ON_SALE:
        listing = replace(listing, status=status_in_doubt(Status.ON_SALE, terms), terms=replace(terms, since=None))
    return _sold_no_longer(listing) if terms.ends_by(now) else listing


def as_of(listings: Iterable[Listing], now: dt.datetime) -> Iterator[Listing]:
    """All of these as they must be by now. Thousands at once: days decide for nearly all that nothing is over."""
    tomorrow = now.date() + _DAY
    for listing in listings:
        day, until, since = listing.date, listing.terms.until, listing.terms.since
        if (
            (day is not None and day <= tomorrow)
            or (until is not None and until.date() <= tomorrow)
            or (since is not None and since.date() <= tomorrow)
            or _held_for_a_moment(listing, now)
        ):
            listing = aged(listing, now)
        yield listing


def _held_for_a_moment(listing: Listing, now: dt.datetime) -> bool:
    """Whether it says what may not hold any more, or not yet, whatever its days are."""
    return (bool(listing.flags) and Flag.OPEN_IN_EDITOR in listing.flags) or _judged_ahead(listing, now)


def _without_editor(listing: Listing, now: dt.datetime) -> Listing:
    """The listing, which says that its product is open in an editor only as long as that may be so."""
    if Flag.OPEN_IN_EDITOR not in listing.flags:
        return listing
    from brcc_tui.model.stored_product import EDITOR_SECONDS  # a quick look does not wait for it

    read_at = listing.reading.read_at
    if read_at is not None and dt.timedelta(0) <= now - read_at < dt.timedelta(seconds=EDITOR_SECONDS):
        return listing
    return replace(listing, flags=listing.flags - {Flag.OPEN_IN_EDITOR})


def _judged_ahead(listing: Listing, now: dt.datetime) -> bool:
    """Whether it was called over, or its sales, by a clock that tells an earlier time by now, and is not."""
    read_at = listing.reading.read_at
    if read_at is None or read_at <= now or not (listing.status is Status.ENDED or listing.flags & _OVER):
        return False
    if listing.starts_at is not None:
        return not is_over(listing.starts_at, now, listing.ends_at)
    return listing.date is None or listing.date + 2 * _DAY > now.date()  # of a day in any zone


def _not_over_yet(listing: Listing) -> Listing:
    """What it was before it was called over stands nowhere, but where its shop had stopped it anyway."""
    found = replace(listing, flags=listing.flags - _OVER)
    if listing.status is not Status.ENDED and Flag.SALES_ENDED not in listing.flags:
        return found
    return replace(found, status=Status.UNKNOWN, terms=_without_end_of_sales(listing.terms).doubted(CLOCK_WAS_AHEAD))


def _ended(listing: Listing) -> Listing:
    """The listing once its show is over: how its sales ended before that, or who could see it, is no matter then."""
    stays = (Status.DRAFT, Status.CLOSED) if listing.platform is Platform.EVENTBRITE else (Status.DRAFT,)
    flags = (listing.flags - {Flag.SALES_ENDED, Flag.HIDDEN_SOLD_BY_CODE}) | {Flag.PAST}
    ended = listing.status if listing.status in stays else Status.ENDED
    terms = _without_end_of_sales(listing.terms)
    terms = terms.undoubted() if terms.limit is not OfferRule.LOST else terms
    return replace(listing, flags=flags, status=ended, terms=terms)


def _without_end_of_sales(terms: Terms) -> Terms:
    return replace(terms, stopped=None) if terms.stopped is OfferRule.SALES_ENDED else terms


def _doubted(listing: Listing, reason: str) -> Listing:
    if listing.offer.value == 0:
        return listing
    terms = listing.terms.doubted(reason)
    return replace(listing, terms=terms, status=status_in_doubt(listing.status, terms))


def status_in_doubt(status: Status, terms: Terms) -> Status:
    """The status, but on sale only where that is known, and sold out only where its number limits what is sold."""
    says_too_much = status is Status.ON_SALE or (status is Status.SOLD_OUT and not terms.capped)
    return Status.UNKNOWN if says_too_much and terms.doubt_at(status) is not None else status


def _sold_no_longer(listing: Listing) -> Listing:
    """The listing once the time in which it is sold is over, as its shop would tell it anew."""
    terms = replace(listing.terms, until=None)
    match terms.then:
        case OfferRule.ENDED:
            return _ended(replace(listing, terms=terms))
        case OfferRule.HIDDEN:  # no code shows it any more
            flags = listing.flags - {Flag.HIDDEN_SOLD_BY_CODE}
            return replace(listing, flags=flags, terms=replace(terms, by_code=False, code_places=None))
        case OfferRule.NOT_KNOWN:
            return _doubted(replace(listing, terms=terms), _NO_LAST_DAY if listing.has_open_end else MAY_BE_OVER)
    if listing.status in (Status.DRAFT, Status.ENDED):
        return listing
    eventbrite = listing.platform is Platform.EVENTBRITE
    return replace(
        listing,
        status=Status.ENDED if eventbrite else Status.CLOSED,
        flags=(listing.flags - {Flag.HIDDEN_SOLD_BY_CODE}) | {Flag.SALES_ENDED},
        terms=replace(terms.undoubted(), stopped=OfferRule.SALES_ENDED),
    )


def has_several_days(starts_at: dt.datetime | None, ends_at: dt.datetime | None) -> bool:
    """Whether it goes on over more than one night."""
    return starts_at is not None and ends_at is not None and ends_at - starts_at > ONE_NIGHT


def is_day_over(day: dt.date, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether all shows of a day there are over: for a date whose hour nobody knows. It may be a minute to midnight."""
    return day < over_before(now).astimezone(zone).date()


def day_over_at(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """From when on `is_day_over` holds: hours as they pass, also in a night in which the clocks are set."""
    midnight = dt.datetime.combine(day + _DAY, dt.time(), zone)
    return (midnight.astimezone(dt.UTC) + STILL_SELLING).astimezone(zone)
