"""When a show is over: one rule for numbers, syncs and screens."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from brcc_tui.model.listing import Flag, Listing
from brcc_tui.model.offer import OfferRule, Status

STILL_SELLING: Final = dt.timedelta(hours=3)
"""A show that began less long ago may still run, and be sold at the door: midnight ends nothing."""

ONE_NIGHT: Final = dt.timedelta(hours=16)
"""What lasts longer goes on over several days."""


def over_before(now: dt.datetime) -> dt.datetime:
    """Shows that began before this moment are over. In UTC, where hours are long as they pass: clocks may be set."""
    return now.astimezone(dt.UTC) - STILL_SELLING


def is_over(starts_at: dt.datetime, now: dt.datetime, ends_at: dt.datetime | None = None) -> bool:
    """Whether a show that began then is over: one of several days is there until its last day ends."""
    return starts_at < over_before(now) and (ends_at is None or ends_at <= now)


def aged(listing: Listing, now: dt.datetime) -> Listing:
    """What was kept of a listing, as it must be by now: a show that was still to come may be over."""
    if Flag.PAST in listing.flags or listing.starts_at is None or not is_over(listing.starts_at, now, listing.ends_at):
        return listing
    ended = listing.status if listing.status in (Status.DRAFT, Status.CLOSED) else Status.ENDED
    terms = replace(listing.terms, unknown=None) if listing.terms.limit is not OfferRule.LOST else listing.terms
    return replace(listing, flags=listing.flags | {Flag.PAST}, status=ended, terms=terms)


def has_several_days(starts_at: dt.datetime | None, ends_at: dt.datetime | None) -> bool:
    """Whether it goes on over more than one night."""
    return starts_at is not None and ends_at is not None and ends_at - starts_at > ONE_NIGHT


def is_day_over(day: dt.date, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether all shows of a day there are over: for a date whose hour nobody knows. It may be a minute to midnight."""
    return day < over_before(now).astimezone(zone).date()
