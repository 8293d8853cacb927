"""A shop's own tree as a flat list of rows: series > event > ticket class; product > slot > date. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from brcc_tui.model.failure import Failure
from brcc_tui.model.finding.query import Query, read_query
from brcc_tui.model.finding.sorting import SortOrder, SortValue, arranged
from brcc_tui.model.finding.subject import of_listing, of_text
from brcc_tui.model.finding.words import text_words
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import is_of_the_shop, is_on_eventbrite, parent_of
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited
from brcc_tui.model.shows.ending import Over
from brcc_tui.model.shows.shared_stock import held_of
from brcc_tui.model.shows.sums import ListingSums, over_counted, without_limited_dates
from brcc_tui.model.shows.venue_rules import NOT_SEATS
from brcc_tui.widgets.numbers import was_not_asked
from brcc_tui.widgets.when import NO_START, say_start

TREE_ORDER = SortOrder("week", columns=("week", "title", "capacity", "sold", "left"), most_first=("capacity", "sold"))
"""By weekday and hour of the next date, by title, or by one of the numbers that are on the branches."""

BY_TIME = SortOrder("time", columns=("time",))
"""Soonest first, within a branch."""


@dataclass(slots=True)
class TreeRow:
    """One row, never changed. `listing` is set on leaves; `open` is None where nothing can be unfolded.

    Not frozen: making a frozen one takes three times as long, and there are thousands. `title` is empty on the
    leaves of a branch: `row_title` knows what they are called.
    """

    key: str
    depth: int
    title: str
    listing: Listing | None = None
    open: bool | None = None
    count: int = 0
    sums: ListingSums | None = None
    first: dt.datetime | None = None
    failure: Failure | None = None
    inside: Sequence[Listing] = ()

    @property
    def leaves(self) -> Sequence[Listing]:
        """The listings that the row stands for: all that are below a branch, itself as a leaf."""
        return (self.listing,) if self.listing is not None else self.inside


def tree_rows(
    listings: Iterable[Listing],
    failed: Iterable[Failure],
    platform: Platform,
    unfolded: Collection[str],
    *,
    words: str = "",
    folded: Collection[str] = (),
    order: SortOrder = TREE_ORDER,
    past: bool = False,
    now: dt.datetime,
) -> list[TreeRow]:
    """The rows to show. A filter unfolds what it finds, but for the branches `folded` since; what could not be read
    stands at the end.
    """
    wanted = read_query(words, now)
    over, when = Over(now), _sayer(now)
    of_shop = (x for x in listings if x.platform is platform and (past or not over(x)))
    top = _nested((x for x in of_shop if not wanted or wanted(of_listing(x))), platform)
    opens: Callable[[str], bool] = (lambda key: key not in folded) if wanted else unfolded.__contains__
    rows: list[TreeRow] = []
    for outer in _arranged(top, lambda key: _all(top[key]), order):
        rows += _branch(outer, top[outer], opens, order=order, when=when)
    rows += _failure_rows(failed, platform, wanted)
    return rows


def _failure_rows(failed: Iterable[Failure], platform: Platform, wanted: Query) -> Iterable[TreeRow]:
    """What could not be read of this shop and is looked for."""
    is_of_it = is_on_eventbrite if platform is Platform.EVENTBRITE else is_of_the_shop
    for failure in failed:
        if is_of_it(failure.id) and (not wanted or wanted(of_text(text_words(failure.title)))):
            yield TreeRow(f"failed:{failure.id}", 0, failure.title, failure=failure)


def _nested(listings: Iterable[Listing], platform: Platform) -> Mapping[str, dict[str, list[Listing]]]:
    """By series and event, or by product and slot."""
    of_eventbrite = platform is Platform.EVENTBRITE
    inner: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        inner[parent_of(listing.id) if of_eventbrite else listing.group].append(listing)
    top: dict[str, dict[str, list[Listing]]] = defaultdict(dict)
    for key, leaves in inner.items():
        top[leaves[0].group if of_eventbrite else parent_of(leaves[0].id)][key] = leaves
    return top


def sums_in_view(rows: Iterable[TreeRow]) -> tuple[int, ListingSums]:
    """How many listings these rows stand for, and their sums: those of the branches at the top."""
    count, total, copies = 0, ListingSums(0, 0, 0, 0), list[Listing]()
    for row in rows:
        if row.depth or row.failure is not None:
            continue
        count += row.count or 1
        total = _plus(total, row.sums or _added(row.leaves))
        copies += (x for x in row.leaves if Flag.TRANSLATED in x.flags)
    if copies:  # the products of one show in several languages are branches of their own
        total = _less(total, over_counted(without_limited_dates(copies)))
    return count, total


def held_inside(row: TreeRow) -> tuple[Quantity, bool]:
    """Places held of all that a branch stands for, and whether there may be more: of some of it that is not known.

    Unknown where it is of none, with the reason of one that was asked for.
    """
    counted = _seats_or_all(list(without_limited_dates(row.inside)))
    known = [listing for listing in counted if isinstance(listing.reading.held, int)]
    if known:
        return held_of(known), len(known) < len(counted)
    unknown = [listing.reading.held for listing in counted]
    return next((held for held in unknown if not was_not_asked(held)), unknown[0]), False


def row_title(row: TreeRow, now: dt.datetime) -> str:
    """What a row is called. Leaves are many, and only few are ever seen: these are named when they are painted."""
    leaf = row.listing
    if leaf is None or row.depth == 0:
        return row.title
    if leaf.platform is Platform.EVENTBRITE:
        return f"{_say_when(leaf, now)}  {leaf.slot or ''}" if row.depth == 1 else leaf.slot or leaf.title
    return _say_when(leaf, now)


def _branch(
    outer: str,
    inner: dict[str, list[Listing]],
    opens: Callable[[str], bool],
    *,
    order: SortOrder,
    when: Callable[[Listing], str],
) -> list[TreeRow]:
    everyone = _all(inner)
    whole = _whole(everyone)
    if len(everyone) == 1 and _is_a_product(everyone[0]):
        return [TreeRow(everyone[0].id, 0, everyone[0].title, everyone[0])]
    shown = opens(outer)
    rows = [_parent(outer, 0, everyone[0].title, everyone, whole, opened=shown)]
    if not shown:
        return rows
    eventbrite = is_on_eventbrite(outer)
    # The events of a series stay in order of time unless a number is asked for.
    inside = BY_TIME if eventbrite and order.column in ("week", "title") else order
    for key in _arranged(inner, inner.__getitem__, inside):
        rows += _inner_branch(key, inner[key], whole, opened=opens(key), when=when)
    return rows


def _inner_branch(
    key: str, leaves: Sequence[Listing], whole: Listing | None, *, opened: bool, when: Callable[[Listing], str]
) -> list[TreeRow]:
    """An event of a series, or a slot of a product. An event of one ticket class is that class alone."""
    eventbrite = is_on_eventbrite(key)
    if len(leaves) == 1 and eventbrite:
        return [TreeRow(leaves[0].id, 1, "", leaves[0])]
    leaves = sorted(leaves, key=_leaf_order)
    title = when(leaves[0]) if eventbrite else leaves[0].slot or leaves[0].title
    branch = _parent(key, 1, title, leaves, whole, opened=opened)
    return [branch, *(TreeRow(leaf.id, 2, "", leaf) for leaf in leaves)] if opened else [branch]


def _is_a_product(listing: Listing) -> bool:
    return listing.platform is Platform.WOOCOMMERCE and parent_of(listing.id) == listing.id


def _parent(
    key: str, depth: int, title: str, listings: Sequence[Listing], whole: Listing | None, *, opened: bool
) -> TreeRow:
    starts = [listing.starts_at for listing in listings if listing.starts_at]
    return TreeRow(
        key,
        depth,
        title,
        open=opened,
        count=len(listings),
        sums=_sums(listings, whole),
        first=min(starts, default=None),
        inside=listings,
    )


def _sums(listings: Sequence[Listing], whole: Listing | None) -> ListingSums:
    """What stands on a branch. The stock of a hybrid (`whole`) holds the places of all its dates: it alone counts, and
    of some of the dates no more is left than of it.
    """
    if whole is not None and whole in listings:
        return _added([whole])
    sums = _added(listings)
    left = whole.reading.remaining if whole is not None and not whole.terms.endless else None
    if isinstance(left, int) and sums.remaining > left and not sums.endless:
        return sums._replace(remaining=max(left, 0), capacity=sums.capacity - sums.remaining + max(left, 0))
    return sums


def _plus(sums: ListingSums, part: ListingSums) -> ListingSums:
    return ListingSums(
        sums.capacity + part.capacity, sums.sold + part.sold, sums.remaining + part.remaining,
        sums.unknown + part.unknown, sums.endless or part.endless,
    )  # fmt: skip


def _less(sums: ListingSums, over: tuple[int, int]) -> ListingSums:
    remaining, capacity = over
    return sums._replace(remaining=sums.remaining - remaining, capacity=sums.capacity - capacity)


def _added(listings: Iterable[Listing]) -> ListingSums:
    shared = list[Listing]()
    capacity = sold = remaining = unknown = 0
    endless = False
    for listing in _seats_or_all(list(listings)):
        reading, left = listing.reading, listing.left
        if listing.shares_limit:
            shared.append(listing)
        if type(reading.capacity) is type(reading.sold) is type(left) is int:  # nearly all
            capacity += reading.capacity
            sold += reading.sold
            remaining += left
            continue
        unknown += any(isinstance(part, Unknown) for part in (reading.capacity, reading.sold, left))
        endless = endless or isinstance(left, Unlimited)
        capacity += reading.capacity if isinstance(reading.capacity, int) else 0
        sold += reading.sold if isinstance(reading.sold, int) else 0
        remaining += left if isinstance(left, int) else 0
    sums = ListingSums(capacity, sold, remaining, unknown, endless)
    return _less(sums, over_counted(shared)) if len(shared) > 1 else sums


def _seats_or_all(listings: list[Listing]) -> list[Listing]:
    """They without donations and add-ons beside seats: a donation has no limit, and takes no seat."""
    return [listing for listing in listings if listing.flags.isdisjoint(NOT_SEATS)] or listings


def _all(inner: dict[str, list[Listing]]) -> list[Listing]:
    return [listing for leaves in inner.values() for listing in leaves]


def _leaf_order(listing: Listing) -> tuple[dt.datetime, str]:
    return listing.starts_at or dt.datetime.max.replace(tzinfo=dt.UTC), listing.id


def _whole(listings: Iterable[Listing]) -> Listing | None:
    """The stock of a product that holds the places of all its dates, if there is one."""
    return next((listing for listing in listings if listing.limits_dates), None)


def _arranged(keys: Iterable[str], inside: Callable[[str], Sequence[Listing]], order: SortOrder) -> list[str]:
    """Branches in that order; equal ones by title."""
    named = sorted(keys, key=lambda key: inside(key)[0].title.casefold())
    if order.column == "title":
        return named[::-1] if order.falling else named
    return arranged(named, lambda key: _place(inside(key), order.column), falling=order.falling)


def _place(listings: Sequence[Listing], column: str) -> SortValue | None:
    """Where a branch stands: by its next date, or by the number that is on it."""
    if column in ("week", "time"):
        first = min((listing.starts_at for listing in listings if listing.starts_at), default=None)
        if first is None:
            return None
        return first.timestamp() if column == "time" else (first.weekday(), first.hour * 60 + first.minute)
    sums = _sums(listings, _whole(listings))
    if sums.unknown == len(listings):
        return None
    if sums.endless and column != "sold":
        return float("inf")
    return {"capacity": sums.capacity, "sold": sums.sold, "left": sums.remaining}[column]


def _sayer(now: dt.datetime) -> Callable[[Listing], str]:
    """Says when a listing begins; each start once. The same moment elsewhere has another hour."""
    words: dict[tuple[dt.datetime, dt.tzinfo | None], str] = {}

    def when(listing: Listing) -> str:
        start = listing.starts_at
        if start is None:
            return _say_when(listing, now)
        key = start, start.tzinfo
        return words.get(key) or words.setdefault(key, say_start(start, now))

    return when


def _say_when(listing: Listing, now: dt.datetime) -> str:
    return say_start(listing.starts_at, now) if listing.starts_at else NO_START
