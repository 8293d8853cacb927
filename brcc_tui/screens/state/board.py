"""What the application knows at this moment, shared by all screens: plain values, no Textual."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from brcc_tui.model.failure import PART_IDS
from brcc_tui.model.listing import OF_THE_JOURNAL, OF_THE_WHOLE_SHOP, Flag, Listing, Platform, with_kept_flags
from brcc_tui.model.newest import asked_later, knows_less, takes_place
from brcc_tui.model.quantity import Unknown
from brcc_tui.model.reading import Source
from brcc_tui.model.shows.ending import as_of, over_before
from brcc_tui.model.shows.grouping import sells_same_seats, with_newer, with_show
from brcc_tui.model.shows.show import Show, ShowFlag
from brcc_tui.screens.state.attention import Attention, attention_of_show, comes_near, of_pairings, worst_first
from brcc_tui.widgets.age import is_faded
from brcc_tui.widgets.names import called_among, with_names
from brcc_tui.widgets.when import say_age

if TYPE_CHECKING:
    from brcc_tui.model.failure import Failure
    from brcc_tui.model.reading import Reading
    from brcc_tui.operations.changes.recover import Recoverable
    from brcc_tui.operations.diagnostics.check import Check
    from brcc_tui.operations.diagnostics.health import HealthReport

MAX_SELECTED = 10
"""Listings that can be compared at once."""

_AWAITED = dt.timedelta(minutes=15)
"""Nothing that comes now was asked for longer ago: what is dated after that is of a clock that was put back since."""

NEVER_READ = "Nobody knows: the catalogue was never read. R reads it."
"""What stands where shows or listings would, as long as nobody has asked the shops for them."""

_RULES_UNREAD = "Nobody knows: what was said of rooms and shows cannot be read. 7 says why, and what to do."
"""What stands where shows would, while the listings cannot be grouped into them."""

_WRONG = ("down", "unknown", "degraded")
"""What a check says that is not well."""

_SHOPS = frozenset(shop.value for shop in Platform)

PAIRINGS = "pairings"
"""The target of an attention that means all shows whose pairing nobody has confirmed."""


class ErrorNotice(NamedTuple):
    """An error that a person may want to read again, copy or try again."""

    at: dt.datetime
    doing: str
    text: str
    detail: str
    retry: Callable[[], object] | None


class _Noted(NamedTuple):
    """What was found to need attention, of which shows and when (a whole minute); `all` with what is no show's."""

    shows: Sequence[Show] = ()
    unfinished: Sequence[Recoverable] = ()
    failed: Sequence[Failure] = ()
    at: dt.datetime | None = None
    of_shows: Sequence[Attention] = ()
    all: Sequence[Attention] = ()


@dataclass(slots=True)
class Board:
    """Listings by id, the shows they make, what people selected and drafted, and what went wrong.

    `notices` tell what is the matter with the files of this computer, by what each of them holds. `silent` are listings
    of which the last question was not answered, each with the reason: they keep the numbers that were known. `waiting`
    are services (by the names of their checks) whose answer is overdue, `heard` is when each answered last.
    `shows_known` is False while listings cannot be grouped: there are no `shows` then, and that says nothing.
    `with_past`: somebody asked for what is over, too. `shops` are those that are configured.
    """

    listings: dict[str, Listing] = field(default_factory=dict)
    shows: tuple[Show, ...] = ()
    unpaired: tuple[Listing, ...] = ()
    failed: tuple[Failure, ...] = ()
    read_at: dt.datetime | None = None
    health: HealthReport | None = None
    unfinished: tuple[Recoverable, ...] = ()
    selected: list[str] = field(default_factory=list)
    drafts: dict[str, int] = field(default_factory=dict)
    partly: bool = False
    with_past: bool = False
    shops: frozenset[Platform] = frozenset(Platform)
    shows_known: bool = True
    loading: set[str] = field(default_factory=set)
    silent: dict[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    heard: Mapping[str, dt.datetime] = field(default_factory=dict)
    app_errors: dict[str, str] = field(default_factory=dict)
    faults: list[ErrorNotice] = field(default_factory=list)
    notices: Mapping[str, str] = field(default_factory=dict)
    taken: int = 0
    _noted: _Noted = field(default_factory=_Noted)

    @property
    def checks(self) -> Mapping[str, Check]:
        """The last checks of health by name; none before the first."""
        return self.health.checks if self.health else {}

    @property
    def unwell(self) -> Mapping[str, Check]:
        """The checks that say something of which somebody has to know on other screens than Health, too."""
        return {name: check for name, check in self.checks.items() if check.status.value in _WRONG}

    def is_quiet(self, check: str, now: dt.datetime) -> bool:
        """Whether it was checked, or a service answered, so long ago that nobody knows whether it is still so."""
        at = self.heard.get(check, self.health.timestamp if self.health else None)
        return at is not None and is_faded(at, now)

    @property
    def why_no_shows(self) -> str:
        """Why nobody knows which shows there are; empty where it is known."""
        if self.read_at is None:
            return NEVER_READ
        return "" if self.shows_known else _RULES_UNREAD

    def catalogue_age(self, now: dt.datetime, *shops: Platform) -> str:
        """How old the catalogue is, in words; empty where it was never read.

        What one of these shops (of any, where none is named) did not tell then is older.
        """
        if self.read_at is None:
            return ""
        older = {failure.id for failure in self.failed} & {shop.value for shop in shops or Platform}
        return f"{say_age(self.read_at, now)}{', in part older' if older else ''}"

    @property
    def not_all(self) -> str:
        """Why there may be shows and listings that are not known here; empty where all came."""
        if self.partly:
            return "Not all is loaded yet: look again in a moment."
        lists = [failure.title for failure in self.failed if failure.id in _SHOPS]
        if lists:
            return f"Nobody knows all: of {' and of '.join(lists)} no complete list came last. R asks again."
        parts = sum(failure.id.startswith(PART_IDS) for failure in self.failed)
        return f"What could not be read ({parts}) is not among them: see 1 Dashboard." if parts else ""

    def nothing_found(self, unknown: str = "") -> str:
        """What is said where nothing is found: why nobody knows (`unknown`), else that nothing of it fits."""
        if unknown or self.read_at is None:
            return unknown or NEVER_READ
        return f"Nothing matches. {self.not_all}".rstrip()

    def take(self, listings: Iterable[Listing]) -> bool:
        """Put newer listings in the place of the older ones; `taken` counts how often that was done.

        What was asked for earlier than what is known is left out, and what tells less (its shop or the database is
        silent) only says so: what was known stays, with its age. Their shows are summed again.

        False when that is not enough: a listing is new or sells other seats now, so that all must be grouped again.
        """
        self.taken += 1
        newer, all_stay = {}, True
        for listing in listings:
            before = self.listings.get(listing.id)
            if before is not None and self._stays(before, listing):
                continue
            if before is None or not sells_same_seats(before, listing):
                all_stay = False
            else:
                listing = with_show(listing, before.show)
            newer[listing.id] = self.listings[listing.id] = listing
        self._sum_again(newer)
        return all_stay

    def age(self, now: dt.datetime) -> None:
        """Judge what is known by the present: sales end, and shows, while nobody reads anything."""
        known = tuple(self.listings.values())
        newer = {x.id: x for before, x in zip(known, as_of(known, now), strict=True) if x is not before}
        if newer:
            self.taken += 1
            self.listings |= newer
            self._sum_again(newer)

    def _sum_again(self, newer: Mapping[str, Listing]) -> None:
        shows, self.shows = self.shows, with_newer(self.shows, newer)
        self._note_again(shows, {listing.show for listing in newer.values()})
        self.unpaired = tuple(newer.get(listing.id, listing) for listing in self.unpaired)

    def grouped(self, shows: tuple[Show, ...], unpaired: tuple[Listing, ...], *, known: bool = True) -> None:
        """Take the shows that the listings make, and the listings as they stand there; `known` False: they could not
        be grouped.
        """
        self.taken += 1
        self.shows, self.unpaired, self.shows_known = shows, unpaired, known
        for listings in (*(show.listings for show in shows), unpaired):
            for listing in listings:
                self.listings[listing.id] = listing

    def regrouped(self, group: Callable[[Board], None]) -> Callable[[], bool]:
        """Group a copy, in any thread. What comes back makes it this board's, if that has no newer listings by then."""
        before, taken = self.listings, self.taken
        copy = Board(listings=dict(before), failed=self.failed, unfinished=self.unfinished, shops=self.shops)
        group(copy)

        def take_over() -> bool:
            if self.listings is not before or self.taken != taken:
                return False
            self.listings, self.shows, self.unpaired = copy.listings, copy.shows, copy.unpaired
            self.shows_known = copy.shows_known
            self._noted = copy._noted
            self.taken += 1
            return True

        return take_over

    def adopt(self, other: Board) -> bool:
        """Take the catalogue of another board; answers as `take` does.

        Live readings that are no older stay, and so does what was known where a shop was silent.
        """
        kept, silent = [], {}
        for key, listing in self.listings.items():
            newer = other.listings.get(key)
            if newer is None:
                continue
            if why := knows_less(listing, newer):
                silent[key] = why
                kept.append(listing)
            elif listing.reading.source is Source.LIVE and not _is_older(listing.reading, newer.reading):
                kept.append(listing)
            elif asked_later(newer.reading, listing.reading):
                self._note_answer(newer)
        self.listings, self.shows, self.unpaired = other.listings, other.shows, other.unpaired
        self.failed, self.read_at, self.partly = other.failed, other.read_at, other.partly
        self.shows_known = other.shows_known
        self._noted = other._noted
        unanswered, went_wrong = self.silent | silent, dict(self.app_errors)
        all_stay = self.take(kept)  # which takes them for answers
        self.silent |= unanswered
        self.app_errors |= went_wrong
        return all_stay

    def forget_gone(self) -> Sequence[str]:
        """Let go of what is selected and drafted of listings that no shop has any more; the drafts' listings by id."""
        if self.read_at is None or self.partly:
            return ()
        self.selected[:] = [key for key in self.selected if key in self.listings]
        gone = [key for key in self.drafts if key not in self.listings]
        for key in gone:
            del self.drafts[key]
        return gone

    def take_results(self, listings: Iterable[Listing]) -> bool:
        """Take listings as changes made here left them; answers as `take` does."""
        return self.take(self._with_flags(listings, OF_THE_WHOLE_SHOP))

    def take_planned(self, listings: Iterable[Listing]) -> bool:
        """Take listings as a plan read them, so that all screens show what its question shows, or as they were found
        where nothing was changed; answers as `take`.
        """
        return self.take(self._with_flags(listings, OF_THE_WHOLE_SHOP | OF_THE_JOURNAL))

    def _with_flags(self, listings: Iterable[Listing], kept: frozenset[Flag]) -> Iterable[Listing]:
        for listing in listings:
            known = self.listings.get(listing.id)
            yield with_kept_flags(listing, known, kept=kept) if known else listing

    def _stays(self, before: Listing, listing: Listing) -> bool:
        """Whether what was known is the better knowledge; notes who was silent, and forgets it with the next answer."""
        if why := knows_less(before, listing):
            self.silent[listing.id] = why
            return True
        asked = listing.reading.read_at
        if _is_older(listing.reading, before.reading, asked + _AWAITED if asked else None):
            return True
        self._note_answer(listing)
        return False

    def _note_answer(self, listing: Listing) -> None:
        """What went wrong when it was asked for before is over, where its number was told."""
        if not isinstance(listing.reading.remaining, Unknown):
            self.silent.pop(listing.id, None)
            self.app_errors.pop(listing.id, None)

    def silence(self, platform: Platform, why: str) -> None:
        """A whole shop did not answer when everything was asked for."""
        self.silent |= {x.id: why for x in self.listings.values() if x.platform is platform}

    def title(self, listing_or_product: str) -> str:
        """What people call it; its id when nothing of it is known."""
        listing = self.listings.get(listing_or_product)
        failed = (failure.title for failure in self.failed if failure.id == listing_or_product)
        within = (x.title for x in self.listings.values() if x.id.startswith(f"{listing_or_product}:"))
        return listing.title if listing else next(failed, None) or next(within, listing_or_product)

    def title_apart(self, listing_id: str) -> str:
        """The same, and which ticket class or slot it is where another one at that time has its title."""
        listing = self.listings.get(listing_id)
        return called_among(listing, self.listings.values()) if listing else self.title(listing_id)

    def _starts_at(self, listing_id: str) -> dt.datetime | None:
        listing = self.listings.get(listing_id)
        return listing.starts_at if listing else None

    def listing_now(self, listing: Listing) -> Listing:
        """The same listing as it is known by now; as it was where it is known no more."""
        return self.listings.get(listing.id, listing)

    def show_now(self, show: Show) -> Show:
        """The same show as it is known by now; as it was where it is known no more."""
        return next((one for one in self.shows if one.id == show.id), show)

    def toggle(self, listing_id: str) -> bool:
        """Select or unselect; False when there is no room for another one."""
        if listing_id in self.selected:
            self.selected.remove(listing_id)
        elif len(self.selected) >= MAX_SELECTED:
            return False
        else:
            self.selected.append(listing_id)
        return True

    def upcoming(self, now: dt.datetime) -> Sequence[Show]:
        """Shows that are not over."""
        since = over_before(now)
        first = next((index for index, show in enumerate(self.shows) if show.starts_at >= since), len(self.shows))
        return [*(show for show in self.shows[:first] if show.ends_at and show.ends_at > now), *self.shows[first:]]

    def draft(self, listing: Listing, capacity: int, *, typed: bool = False) -> None:
        """Note the capacity wanted for a listing; the one it has takes the draft back, unless it was typed: what
        is shown may be old, or be given to what counts as closed.
        """
        if (capacity == listing.reading.capacity and not typed) or capacity < 0:
            self.drafts.pop(listing.id, None)
        else:
            self.drafts[listing.id] = capacity

    def attention(self, now: dt.datetime) -> Sequence[Attention]:
        """What needs somebody's eyes, worst first, then soonest. Looked for once a minute while nothing changes."""
        minute, noted = now.replace(second=0, microsecond=0), self._noted
        if noted.shows is not self.shows or noted.at is None or minute < noted.at:
            of_shows = [item for show in self.upcoming(minute) for item in attention_of_show(show, minute, self.shops)]
            self._note(minute, of_shows)
        elif minute > noted.at:
            self._note_time(noted.at, minute)
        elif noted.unfinished is not self.unfinished or noted.failed is not self.failed:
            self._note(minute, noted.of_shows)
        return self._noted.all

    def _note_time(self, before: dt.datetime, minute: dt.datetime) -> None:
        """Time alone went by: look at the shows that came near or are over. At thousands, a key would have to wait."""
        coming = self.upcoming(minute)
        over = {show.id for show in self.upcoming(before)}.difference(show.id for show in coming)
        near = {show.id for show in coming if comes_near(show, before, minute)}
        self._note(minute, self._looked_again(minute, over | near))

    def _note_again(self, before: Sequence[Show], touched: Collection[str | None]) -> None:
        """Some shows were summed again: look at these alone."""
        if self._noted.shows is before and self._noted.at is not None:
            self._note(self._noted.at, self._looked_again(self._noted.at, touched))

    def _looked_again(self, minute: dt.datetime, touched: Collection[str | None]) -> Sequence[Attention]:
        same = [item for item in self._noted.of_shows if item.target not in touched]
        if not touched:
            return same
        again = (show for show in self.upcoming(minute) if show.id in touched)
        return [*same, *(item for show in again for item in attention_of_show(show, minute, self.shops))]

    def _note(self, minute: dt.datetime, of_shows: Sequence[Attention]) -> None:
        found = worst_first([*of_shows, *self._attention_besides(minute)])
        self._noted = _Noted(self.shows, self.unfinished, self.failed, minute, of_shows, found)

    def _attention_besides(self, now: dt.datetime) -> Sequence[Attention]:
        """What is not of a single show."""
        found = [
            Attention(
                1,
                "warn",
                "unsettled",
                self.title_apart(one.entry.listing),
                f"never settled: {with_names(one.story, self.listings, now, of=one.entry.listing)}",
                f"entry:{one.entry.id}",
                self._starts_at(one.entry.listing),
            )
            for one in self.unfinished
        ]
        found += [
            Attention(5, "note", "unknown", failure.title, f"cannot be read: {failure.reason}", failure.id)
            for failure in self.failed
        ]
        if doubtful := sum(1 for show in self.upcoming(now) if ShowFlag.UNCONFIRMED_PAIRING in show.flags):
            found.append(of_pairings(doubtful, PAIRINGS))
        return found


def _is_older(reading: Reading, other: Reading, now: dt.datetime | None = None) -> bool:
    """Whether the other one was asked for later, and takes its place."""
    return asked_later(other, reading, now) and takes_place(other, reading, now)
