"""A period's figures: per show, and summed by weekday, series or month."""

from __future__ import annotations

import datetime as dt
import enum
import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from brcc_tui.model.listing import Platform
from brcc_tui.model.listing_id import is_on_eventbrite
from brcc_tui.model.money.amounts import NOTHING, only_currency
from brcc_tui.model.shows.show import Show

MONEY: Final = ("gross", "net", "fees")


class By(enum.StrEnum):
    """What the figures are added up by."""

    SHOW = "show"
    WEEKDAY = "weekday"
    SERIES = "series"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Figures:
    """Seats and money of one shop, or of both. What is None has its reason in `unknown`, by its name.

    `gross` is what buyers paid, taxes and fees included, less what was given back. `net` is what is left of it as the
    shop tells: Eventbrite's after its fees, the club's own shop's without taxes (what a payment provider keeps, it does
    not tell). `fees` are what the shop keeps.
    """

    sold: int | None = 0
    gross: Decimal | None = NOTHING
    net: Decimal | None = NOTHING
    fees: Decimal | None = NOTHING
    currency: str = ""
    unknown: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def not_known(cls, reason: str) -> Figures:
        """Nothing of it can be told."""
        return cls(None, None, None, None, "", dict.fromkeys(("sold", *MONEY), reason))


@dataclass(frozen=True, slots=True)
class ShowFigures:
    """One show: seats of its room, house seats, and the figures of each shop that sells it."""

    show_id: str
    title: str
    starts_at: dt.datetime
    capacity: int
    house_seats: int
    series: str
    shops: Mapping[Platform, Figures]

    @property
    def both(self) -> Figures:
        """Both shops together."""
        return added_up(list(self.shops.values()), lambda reasons: next(iter(reasons)))


@dataclass(frozen=True, slots=True)
class ReportRow:
    """Some shows added up. `key` is what they have in common, `label` the same in words."""

    key: str
    label: str
    shows: int
    capacity: int
    house_seats: int
    both: Figures
    shops: Mapping[Platform, Figures]

    @property
    def fill(self) -> float | None:
        """The part of the seats that was sold, 0 to 1; None where what was sold is not known, or there are no seats."""
        return None if self.both.sold is None or not self.capacity else self.both.sold / self.capacity


@dataclass(frozen=True, slots=True)
class Report:
    """The shows of a period, soonest first. `notes` are what the figures leave out, in sentences.

    `outside` is what the club's own shop sold on these days in dates that it no longer lists: no show of today's
    catalogue has them. `unread` says of which shop shows of the period are not known here, and why: then no total is,
    nor what several shows come to. From the day `whole_from` on every show is known all the same (None: from none on).
    """

    first: dt.date
    last: dt.date
    read_at: dt.datetime
    shows: tuple[ShowFigures, ...]
    outside: Figures | None = None
    notes: tuple[str, ...] = ()
    failed: Mapping[Platform, str] = field(default_factory=dict)
    unread: Mapping[Platform, str] = field(default_factory=dict)
    whole_from: dt.date | None = None

    def rows(self, by: By) -> tuple[ReportRow, ...]:
        """Added up, in the order of the calendar; series by their name."""
        groups: dict[tuple[object, str], list[ShowFigures]] = {}
        for show in self.shows:
            groups.setdefault(_place(show, by), []).append(show)
        return tuple(
            _row(key, label, groups[order, key], self._unread_beside(groups[order, key], by))
            for (order, key), label in _labelled(groups, by)
        )

    def _unread_beside(self, shows: Sequence[ShowFigures], by: By) -> Mapping[Platform, str]:
        """Shops that may have sold more shows of a group than these, and why that is not known."""
        month = shows[0].starts_at.date().replace(day=1)
        is_whole = by is By.MONTH and self.whole_from is not None and month >= self.whole_from
        return {} if is_whole or by is By.SHOW else self.unread

    def total(self) -> ReportRow:
        """Everything."""
        return _row("total", "total", self.shows, self.unread)


def added_up(several: Sequence[Figures], say: Callable[[Counter[str]], str]) -> Figures:
    """The sums; one that lacks a part is None, with what `say` makes of the reasons."""
    unknown: dict[str, str] = {}
    sums: dict[str, Decimal | None] = {}
    currencies = {one.currency for one in several if one.currency}
    mixed = in_currencies(currencies)
    for name in ("sold", *MONEY):
        reasons = _why_no_sum(several, name)
        if mixed and name in MONEY:
            reasons[mixed] += 1
        if reasons:
            unknown[name] = say(reasons)
            sums[name] = None
        else:
            sums[name] = sum((Decimal(getattr(one, name)) for one in several), NOTHING)
    sold = sums["sold"]
    return Figures(
        sold=None if sold is None else int(sold),
        gross=sums["gross"],
        net=sums["net"],
        fees=sums["fees"],
        currency=only_currency(currencies),
        unknown=unknown,
    )


def _why_no_sum(several: Iterable[Figures], name: str) -> Counter[str]:
    """For which reasons a figure of that name is not known, and of how many."""
    without = [one for one in several if getattr(one, name) is None]
    # Nearly always there is none, and what is counted is a quarter of a report's sums.
    return Counter(one.unknown.get(name, "it is not given") for one in without) if without else Counter()


def in_currencies(currencies: Collection[str]) -> str:
    """Why amounts cannot be added up; empty where they can."""
    named = sorted(currency or "an unknown currency" for currency in currencies)
    return f"it is in {' and '.join(named)}" if len(named) > 1 else ""


def _row(key: str, label: str, shows: Sequence[ShowFigures], unread: Mapping[Platform, str]) -> ReportRow:
    """The shows added up. `unread` says of which shop not every show is known here, and why."""
    say = functools.partial(_commonest, of=len(shows))
    shops = {
        shop: added_up(figures, say)
        for shop in Platform
        if (figures := [show.shops[shop] for show in shows if shop in show.shops])
    }
    both = added_up([show.both for show in shows], say)
    for shop, reason in unread.items():
        shops[shop] = both = Figures.not_known(reason)
    return ReportRow(
        key=key,
        label=label,
        shows=len(shows),
        capacity=sum(show.capacity for show in shows),
        house_seats=sum(show.house_seats for show in shows),
        both=both,
        shops=shops,
    )


def _commonest(reasons: Counter[str], *, of: int) -> str:
    """The commonest reasons, each with how many shows it is true of; of a single show the reason alone."""
    if of < 2:
        return next(iter(reasons))
    return "; ".join(f"{many} of {of}: {reason}" for reason, many in reasons.most_common(3))


def _place(show: ShowFigures, by: By) -> tuple[object, str]:
    """What a show's group is sorted by, and its key."""
    start = show.starts_at
    if by is By.WEEKDAY:
        return start.weekday(), f"{start:%A}".lower()
    if by is By.MONTH:
        return (start.year, start.month), f"{start:%Y-%m}"
    if by is By.SERIES:
        return 0, show.series
    return start, show.show_id


def _labelled(
    groups: Mapping[tuple[object, str], Sequence[ShowFigures]], by: By
) -> Iterable[tuple[tuple[object, str], str]]:
    labelled = [(place, _label(shows, by)) for place, shows in groups.items()]
    if by is By.SERIES:
        often = Counter(label for _, label in labelled)
        labelled = [
            (place, f"{label}, {_usual_start(groups[place])}" if often[label] > 1 else label)
            for place, label in labelled
        ]
        return sorted(labelled, key=lambda one: (one[1].casefold(), one[0][1]))
    return sorted(labelled, key=lambda one: one[0])


def _usual_start(shows: Sequence[ShowFigures]) -> str:
    """`Tue 20:00`: what tells series apart that bear the same title."""
    return Counter(f"{show.starts_at:%a %H:%M}" for show in shows).most_common(1)[0][0]


def _label(shows: Sequence[ShowFigures], by: By) -> str:
    start = shows[0].starts_at
    if by is By.WEEKDAY:
        return f"{start:%A}"
    if by is By.MONTH:
        return f"{start:%B %Y}"
    title = Counter(show.title for show in shows).most_common(1)[0][0]
    return title if by is By.SERIES else f"{start:%a %d %b %Y %H:%M} {title}"


def series_of(shows: Iterable[Show]) -> Mapping[str, str]:
    """The series that each show is of, by the show's id: Eventbrite's, where it has one.

    A date that only the club's own shop sells is of the series that its slot's other dates mostly are of.
    """
    several = list(shows)
    votes: dict[str, Counter[str]] = {}
    for show in several:
        on_eventbrite = sorted({x.group for x in show.listings if x.platform is Platform.EVENTBRITE})
        for group in {x.group for x in show.listings if x.platform is Platform.WOOCOMMERCE}:
            votes.setdefault(group, Counter()).update(on_eventbrite[:1])
    found = {}
    for show in several:
        groups = sorted({x.group for x in show.listings}, key=lambda group: (not is_on_eventbrite(group), group))
        likely = votes.get(groups[0], Counter()).most_common(1)
        found[show.id] = likely[0][0] if likely else groups[0]
    return found
