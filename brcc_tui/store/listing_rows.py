"""Listings as rows of the cache, and back: 10,000 of them in a few dozen milliseconds.

Numbers use SQLite's dynamic typing: an integer is a number, the text `unlimited` means unlimited, and
any other text is a question mark followed by the reason why the number is unknown.

Each row has a seal, which shows whether it was altered, is left over from an earlier catalogue, or belongs to another
table.
"""

from __future__ import annotations

import datetime as dt
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final
from zlib import crc32

from brcc_tui.model.listing import FIELD_INDEX, Flag, Listing, Platform, StockMethod, field_values
from brcc_tui.model.offer import PLAIN_TERMS, OfferRule, Status, Terms
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown, Unlimited
from brcc_tui.model.reading import Reading, Source

LISTING_COLUMNS: Final = (
    "id", "platform", "title", "slot", "starts_at", "zone", "stock_method", "kin", "day", "price", "currency", "url",
    "show", "read_only_reason", "ends_at", "last_day", "tier", "copy_of", "status", "flags", "terms", "event_left",
    "tier_left", "capacity", "sold", "held", "remaining", "pending", "read_at", "seal",
)  # fmt: skip
"""`kin` is the listing's group, `day` its date, `starts_at` local time with its offset, `zone` that zone's name.
`last_day` is the date of the last of several days (none where that cannot be read), else `day`: it is there until
then."""

CachedRow = tuple[Any, ...]

_MOMENT: Final = dt.timedelta(seconds=1)
"""What ends at midnight ends on the day before."""

_NEAR: Final = 256
"""So many different values are remembered of what only neighbours in order of time have in common: a night or two."""

NOTHING_KNOWN: Final[Mapping[str, Listing]] = MappingProxyType({})
_OWN: Final = tuple(FIELD_INDEX[name] for name in ("id", "starts_at", "url", "show", "ends_at", "terms"))
"""What nearly each listing has a value of its own of: half the memory of a catalogue."""

_PLATFORMS: Final = {platform.value: platform for platform in Platform}
_METHODS: Final = {method.value: method for method in StockMethod}
_STATUSES: Final = {status.value: status for status in Status}
_RULES: Final = {rule.value: rule for rule in OfferRule}


def to_row(listing: Listing, generation: int) -> CachedRow:
    """One listing as it is stored, in the order of `LISTING_COLUMNS`. The generation is its catalogue's."""
    start, reading = listing.starts_at, listing.reading
    values = (
        listing.id,
        listing.platform.value,
        listing.title,
        listing.slot,
        start.isoformat() if start else None,
        getattr(start.tzinfo, "key", None) if start else None,
        listing.stock_method.value,
        listing.group,
        listing.date.isoformat() if listing.date else None,
        listing.price,
        listing.currency,
        listing.url,
        listing.show,
        listing.read_only_reason,
        listing.ends_at.isoformat() if listing.ends_at else None,
        _last_day(listing),
        listing.tier,
        listing.copy_of,
        listing.status.value,
        " ".join(sorted(flag.value for flag in listing.flags)),
        _packed_terms(listing.terms),
        None if listing.event_left is None else _stored(listing.event_left),
        None if listing.tier_left is None else _stored(listing.tier_left),
        _stored(reading.capacity),
        _stored(reading.sold),
        _stored(reading.held),
        _stored(reading.remaining),
        _stored(reading.pending),
        reading.read_at.isoformat() if reading.read_at else None,
    )
    return (*values, seal(values, generation))


def seal(values: CachedRow, generation: int = 0) -> int:
    """A number by which these values are known again, of a catalogue of that generation."""
    return crc32(marshal.dumps(values, 2), generation)  # of these formats 2 is the same for equal values


def unbroken(rows: Iterable[CachedRow], generation: int) -> Iterator[CachedRow]:
    """The same rows. Raises `ValueError` at one that is not as that generation's catalogue was written."""
    for row in rows:
        if row[-1] != seal(row[:-1], generation):
            raise ValueError(f"the row of {str(row[0])[:60]!r} is not as it was written")
        yield row


def from_rows(rows: Iterable[CachedRow], generation: int) -> tuple[Listing, ...]:
    """Listings from stored rows. Raises `ValueError` for a row that is not as this catalogue's were written."""
    return from_unbroken(unbroken(rows, generation))


def from_unbroken(rows: Iterable[CachedRow], known: Mapping[str, Listing] = NOTHING_KNOWN) -> tuple[Listing, ...]:
    """Listings from rows whose seals are whole. What repeats is decoded once and shared: half the time and memory.

    Values that are the same in listings that are `known` already, by id, are shared with those, so that a catalogue
    takes little beside the one whose place it is about to take.

    Nothing of that is kept for the next reading, which would be a sixth quicker: with its texts it takes as much memory
    as half of what was read.
    """
    starts, days, flags, readings = _starts(), _Decoded(_day), _Decoded(_flags), _readings()
    same, near, terms = _Decoded(_itself), _Decoded(_itself, _NEAR), _Decoded(_terms, _NEAR)
    # fmt: off
    return tuple(
        _sharing(known.get(id_), Listing(
            id_, _PLATFORMS[platform], same[title], same[slot], starts[starts_at, zone], _METHODS[method],
            _STATUSES[status], readings[capacity, sold, held, remaining, pending, read_at],
            same[group], days[day], same[price], same[currency], near[url], near[show], same[reason],
            flags[flag_text], None if event_left is None else _quantity(event_left), starts[ends_at, zone],
            terms[terms_text], same[tier], None if tier_left is None else _quantity(tier_left), same[copy_of],
        ))
        for (id_, platform, title, slot, starts_at, zone, method, group, day, price, currency, url, show, reason,
             ends_at, _, tier, copy_of, status, flag_text, terms_text, event_left, tier_left, capacity, sold, held,
             remaining, pending, read_at, _)
        in rows
    )
    # fmt: on


def _sharing(known: Listing | None, listing: Listing) -> Listing:
    """The listing with those values of the known one, of its own ones, that are the same."""
    if known is None:
        return listing
    values, theirs = list(field_values(listing)), field_values(known)
    for field in _OWN:
        if _is_same(values[field], theirs[field]):
            values[field] = theirs[field]
    return Listing(*values)


def _is_same(one: Any, other: Any) -> bool:
    """Whether nothing tells them apart: of two equal moments the zones may be different, and so their wall clocks."""
    if one != other:
        return False
    return not isinstance(one, dt.datetime) or (one.tzinfo == other.tzinfo and one.fold == other.fold)


class _Decoded(dict[Any, Any]):
    """Decodes each stored value once; all are forgotten when there are `most`.

    `decode` must not hold this object: what is in a circle outlives the reading, for good if it is frozen by then.
    """

    def __init__(self, decode: Callable[[Any], Any], most: int | None = None) -> None:
        super().__init__()
        self._decode, self._most = decode, most

    def __missing__(self, stored: Any) -> Any:
        if len(self) == self._most:
            self.clear()
        value = self[stored] = self._decode(stored)
        return value


def _starts() -> _Decoded:
    """Decodes local times with their offsets, and the names of their zones."""
    zones = _Decoded(_zone)

    def start_of(stored: tuple[str | None, str | None]) -> dt.datetime | None:
        text, zone = stored
        start = _moment(text)
        if start is None or zone is None:
            return start
        local = start.replace(tzinfo=zones[zone])
        # The stored offset tells which of an autumn night's two equal hours was meant.
        return local if local.utcoffset() == start.utcoffset() else local.replace(fold=1)

    return _Decoded(start_of, _NEAR)


def _readings() -> _Decoded:
    """Decodes sets of numbers read at one moment: the dates of a series have few different ones."""
    moments = _Decoded(_moment)

    def reading_of(stored: tuple[Any, ...]) -> Reading:
        capacity, sold, held, remaining, pending = map(_quantity, stored[:5])
        return Reading(capacity, sold, held, remaining, moments[stored[5]], Source.CACHE, pending)

    return _Decoded(reading_of)


def _itself(stored: Any) -> Any:
    return stored


def _zone(name: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _flags(text: str) -> frozenset[Flag]:
    return frozenset(map(Flag, text.split()))


def _last_day(listing: Listing) -> str | None:
    if Flag.SEVERAL_DAYS in listing.flags:
        return (listing.ends_at - _MOMENT).date().isoformat() if listing.ends_at is not None else None
    return listing.date.isoformat() if listing.date else None


def _packed_terms(terms: Terms) -> str:
    """Plain terms, which nearly all listings have, as an empty text."""
    if terms == PLAIN_TERMS:
        return ""
    code_places = "" if terms.code_places is None else terms.code_places
    unknown = "" if terms.unknown is None else f"?{terms.unknown}"
    by_code = "" if terms.by_code is None else int(terms.by_code)
    until, since = (moment.isoformat() if moment else "" for moment in (terms.until, terms.since))
    fields = (terms.limit, terms.endless or "", terms.stopped or "", terms.none_at, by_code, code_places)
    return "|".join(map(str, (*fields, until, terms.then, since, int(terms.capped), unknown)))


def _terms(text: str) -> Terms:
    if not text:
        return PLAIN_TERMS
    limit, endless, stopped, none_at, by_code, code_places, until, then, since, capped, unknown = text.split("|", 10)
    return Terms(
        _RULES[limit],
        _RULES[endless] if endless else None,
        _RULES[stopped] if stopped else None,
        int(none_at),
        by_code == "1" if by_code else None,
        unknown[1:] if unknown else None,
        int(code_places) if code_places else None,
        _moment(until or None),
        _RULES[then],
        _moment(since or None),
        capped == "1",
    )


def _stored(quantity: Quantity) -> int | str:
    if isinstance(quantity, Unknown):
        return f"?{quantity.reason}"
    return quantity.value if isinstance(quantity, Unlimited) else quantity


def _quantity(stored: int | str) -> Quantity:
    if isinstance(stored, int):
        return stored
    return UNLIMITED if stored == UNLIMITED.value else Unknown(stored[1:])
