"""The screens' access to every operation, each imported only when it is first used.

The first paint needs no network library; the first request does. A screen holds no client and no store, so
a test can give the application another desk.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from brcc_tui.clock import SystemClock, on_the_wall
from brcc_tui.model.listing import Flag
from brcc_tui.model.shows.ending import as_of
from brcc_tui.screens.state.venue_desk import VenueDesk

if TYPE_CHECKING:
    from brcc_tui.model.changes.permit import ConfirmedPlan
    from brcc_tui.model.changes.plan import ChangeRequest, Plan, Result
    from brcc_tui.model.listing import Listing
    from brcc_tui.model.shows.grouping import Programme
    from brcc_tui.model.shows.show import Show
    from brcc_tui.operations.catalogue.explain import Explanation
    from brcc_tui.operations.catalogue.pace import Pace
    from brcc_tui.operations.catalogue.refresh_report import RefreshProgress, RefreshReport
    from brcc_tui.operations.changes.damaged_journal import Damage
    from brcc_tui.operations.changes.recorder import Step
    from brcc_tui.operations.changes.recover import Recoverable
    from brcc_tui.operations.context import ClubContext, LocalStores
    from brcc_tui.operations.diagnostics.check import Check
    from brcc_tui.operations.diagnostics.health import HealthReport
    from brcc_tui.platforms.timings import Timings
    from brcc_tui.screens.state.board import Board
    from brcc_tui.settings import Settings


_FIRST_LISTINGS = 60
"""Listings of the first picture: more shows than a tall terminal has lines."""


class Desk(VenueDesk):
    """The screens' access to the operations. Settings are None until the first-run screen has some."""

    def __init__(self, settings: Settings | None) -> None:
        self._settings = settings
        self._club: ClubContext | None = None
        self._stores: LocalStores | None = None

    @property
    def needs_settings(self) -> bool:
        """Whether nothing can be requested yet."""
        return self._settings is None or not self._settings.configured

    @property
    def shop_name(self) -> str:
        """The host that the top line names."""
        return self._settings.host if self._settings else "no settings yet"

    @property
    def profile(self) -> str:
        """Which shop this is: `practice`, `staging` or `production`; empty without settings."""
        return self._settings.profile if self._settings else ""

    @property
    def display(self) -> Mapping[str, str]:
        """The settings for how the screens look, by name."""
        return self._settings.display if self._settings else {}

    def keys_file(self) -> Path:
        """The file in which a person may set other keys."""
        from brcc_tui.settings_file import user_settings_file

        return user_settings_file().with_name("keys.toml")

    def pictures(self) -> Path:
        """Where pictures of the screen go."""
        return self._settings.data_dir / "pictures" if self._settings else Path.cwd()

    @property
    def stores(self) -> LocalStores:
        """What is kept on this computer, made without any client."""
        if self._stores is None:
            assert self._settings is not None, "no settings"  # noqa: S101 - screens ask only when there are some
            from brcc_tui.operations.context import open_local_stores

            self._stores = open_local_stores(self._settings)
        return self._stores

    @property
    def club(self) -> ClubContext:
        """The clients and stores, made once; nothing is connected by that."""
        if self._club is None:
            assert self._settings is not None, "no settings"  # noqa: S101 - screens ask only when there are some
            from brcc_tui.operations.context import open_context

            self._club = open_context(self._settings, self.stores)
        return self._club

    def _renew(self, settings: Settings) -> None:
        self._settings = settings
        if self._stores is not None:
            self._stores = dataclasses.replace(self._stores, settings=settings)
        if self._club is not None:
            self._club = dataclasses.replace(self._club, settings=settings)

    def now(self) -> dt.datetime:
        """The present time in the club's zone: a server or a laptop may be in another one."""
        clock = SystemClock(self._settings.practice_ahead) if self._settings else SystemClock()
        return on_the_wall(clock.now())

    def notices(self) -> Mapping[str, str]:
        """Problems with the files of this computer (damaged, not saved), by what they hold; empty: none."""
        if self._stores is None:
            return {}
        found = {"catalogue": self._stores.cache.notice, "rooms": self._stores.venue.notice}
        if self._club is not None:
            found["journal"] = self._club.journal.notice
        return {name: words for name, words in found.items() if words}

    def catalogue_lost(self) -> bool:
        """Whether the cached catalogue was damaged, is set aside, and has not been read again since."""
        return self._stores is not None and self._stores.cache.lost

    async def check_catalogue(self) -> None:
        """Checks whether the cached catalogue is complete and consistent. Raises `CacheDamaged`.

        Also checks whether somebody edited the settings since the last start, and records that in the history.
        """
        if self._stores is not None:
            from brcc_tui.operations.settings_seen import note_edits

            await asyncio.to_thread(note_edits, self._stores.settings)
            await asyncio.to_thread(self._stores.cache.check)

    def load_first(self, board: Board) -> None:
        """What the first picture shows: the next days of the cached catalogue, and when that was read."""
        from brcc_tui.operations.context import find_wall, first_day

        cache = self.stores.cache
        find_wall(self.stores.settings, cache)
        from_day = first_day(self.stores.settings, cache, self.now())
        self._fill(board, cache.upcoming(_FIRST_LISTINGS, from_day), partly=True)

    def load(self, board: Board, known: Mapping[str, Listing]) -> None:
        """Everything that the cache knows from yesterday on (`with_past`: at all), sharing with what is `known`."""
        from brcc_tui.operations.context import find_wall

        cache = self.stores.cache
        find_wall(self.stores.settings, cache)
        kept = cache.listings(None if board.with_past else self._yesterday(), known=known)
        self._fill(board, as_of(kept, self.now()) if board.with_past else kept, partly=False)

    def _fill(self, board: Board, kept: Iterable[Listing], *, partly: bool) -> None:
        cache = self.stores.cache
        board.listings = {listing.id: listing for listing in kept}
        board.failed, board.read_at, board.partly = cache.failed(), cache.read_at(), partly
        self.group(board)

    def load_all(self, board: Board) -> None:
        """Past listings too, from now on, beside what is known: the cache has nothing that came since the refresh."""
        kept, known, board.with_past = self.stores.cache.listings(), board.listings, True
        board.listings = {listing.id: listing for listing in as_of(kept, self.now())} | known

    def group(self, board: Board) -> None:
        """Groups the board's listings into shows again. Without the venue's rules no show is known."""
        from brcc_tui.store.venue import VenueError

        yesterday = self._yesterday()
        coming = [x for x in board.listings.values() if _goes_on(x, yesterday)]
        try:
            programme = self.programme(coming)
        except VenueError:  # the notice tells
            board.grouped((), tuple(coming), known=False)
        else:
            board.grouped(programme.shows, programme.unpaired)

    def programme(self, listings: Sequence[Listing]) -> Programme:
        """Listings grouped into performances by the venue's rules."""
        from brcc_tui.operations.catalogue.shows import programme

        return programme(self.stores, listings)

    def _yesterday(self) -> dt.date:
        return self.now().date() - dt.timedelta(days=1)

    async def open(self) -> None:
        """Import what is needed next beside the event loop, so that no key waits for it, and make the club."""
        await asyncio.to_thread(_import_the_rest)
        self.club  # noqa: B018 - made here, in the loop's own thread

    async def close(self) -> None:
        """Give every connection and file back."""
        if self._club is not None:
            await self._club.close()
        elif self._stores is not None:
            self._stores.close()

    async def unfinished(self) -> bool:
        """Whether the journal knows changes that have no outcome, or does not know because it is damaged."""
        journal = self.club.journal
        return await asyncio.to_thread(lambda: bool(journal.faults() or journal.unfinished()))

    async def left_open(self) -> frozenset[str]:
        """Changes that never settled and that nobody is known to be at work on, by their entries."""
        from brcc_tui.operations.changes.under_way import left_open

        return await asyncio.to_thread(left_open, self.club)

    async def journal_damage(self) -> Damage | None:
        """What of the journal is broken, what a new one is without, and what its shops show of that; None if whole."""
        from brcc_tui.operations.changes.damaged_journal import look_at_damage

        return await look_at_damage(self.club)

    async def renew_journal(self, digest: str) -> str:
        """Begin a new journal without what is broken; the old file's new name."""
        from brcc_tui.operations.changes.damaged_journal import renew_journal

        return (await asyncio.to_thread(renew_journal, self.club, digest)).name

    def theme(self) -> str:
        """The theme that a person chose last; empty for none, or where what is kept of it is no text."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return file.read_text(encoding="utf-8").strip()[:40] if (file := self._theme_file()) else ""
        return ""

    def keep_theme(self, name: str) -> None:
        """Remember the theme. Not being able to is no reason to disturb anybody."""
        if file := self._theme_file():
            with contextlib.suppress(OSError):
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(name + "\n", encoding="utf-8")

    def _theme_file(self) -> Path | None:
        return self._settings.data_dir / "theme" if self._settings else None

    async def recoverable(self) -> Sequence[Recoverable]:
        """Changes that never ended, each with what is true now and what can be done about it."""
        from brcc_tui.operations.changes.recover import recoverable

        return await recoverable(self.club)

    async def under_way(self) -> Sequence[str]:
        """Changes that somebody is making now, in words: nothing is to be decided about them yet."""
        from brcc_tui.operations.changes.under_way import under_way

        return [*(await asyncio.to_thread(under_way, self.club)).values()]

    async def keep(self, entry_id: str) -> Sequence[str]:
        """A person looked at an unsettled change and lets stand what stands; what of that is too high, in words."""
        return [refusal.reason for refusal in (await self.plan_recovery(entry_id, "keep")).refused]

    async def plan_recovery(self, entry_id: str, choice: str) -> Plan:
        """A plan that carries an unsettled change to its end, or takes it back."""
        from brcc_tui.operations.changes.recover import plan_recovery

        return await plan_recovery(self.club, entry_id, choice)

    async def plan_undo(self, *entry_ids: str) -> Plan:
        """A plan back to the capacities before these changes."""
        from brcc_tui.operations.changes.undo import plan_undo

        return await plan_undo(self.club, *entry_ids)

    async def plan_undo_of_plan(self, entry_id: str) -> Plan:
        """The same for everything that was changed with it, as one plan."""
        from brcc_tui.operations.changes.undo import plan_undo

        return await plan_undo(self.club, entry_id, whole=True)

    def timings(self) -> Timings:
        """How long the outside world takes to answer."""
        return self.club.timings

    def log_tail(self, count: int) -> list[str]:
        """The last lines of the log, in words."""
        from brcc_tui.logs import log_tail
        from brcc_tui.operations.diagnostics.log_reading import in_words

        return [in_words(text) for text in log_tail(count)]

    async def refresh(self, progress: Callable[[RefreshProgress], None]) -> RefreshReport:
        """Read the catalogue of both shops."""
        from brcc_tui.operations.catalogue.refresh_apart import refresh_apart

        return await refresh_apart(self.club, progress)

    async def read_live(self, ids: Collection[str], progress: Callable[[int, int], None]) -> tuple[Listing, ...]:
        """The numbers of these listings as they are now."""
        from brcc_tui.operations.catalogue.read import read_live

        return await read_live(self.club, ids, progress)

    async def plan(self, wanted: Sequence[ChangeRequest]) -> Plan:
        """A plan for these wishes."""
        from brcc_tui.operations.changes.once_shown import once_shown
        from brcc_tui.operations.changes.plan import plan_changes

        return await once_shown(self.club, lambda: plan_changes(self.club, wanted))

    async def plan_close(self, shows: Sequence[str]) -> Plan:
        """A plan that closes everything of these shows."""
        from brcc_tui.operations.changes.close_show import plan_close_shows

        return await plan_close_shows(self.club, shows)

    async def plan_heal(self, product: str) -> Plan:
        """A plan that puts every date of this product right which the shop itself has moved."""
        from brcc_tui.operations.changes.heal import plan_heal

        return await plan_heal(self.club, product)

    async def plan_sync(self, shows: Sequence[str], split: bool, buffer: int) -> Plan:
        """A plan that shares the free seats of these shows among their listings."""
        from brcc_tui.model.shows.sharing import Mode
        from brcc_tui.operations.changes.sync import plan_sync

        return await plan_sync(self.club, shows, Mode.SPLIT if split else Mode.MIRROR, buffer)

    def remember_pairings(self, plan: Plan) -> bool:
        """A person confirmed a sync of a show that was never confirmed: that is kept. Whether there was one."""
        from brcc_tui.operations.changes.sync import remember_pairings

        return remember_pairings(self.club, plan)

    async def apply(
        self, confirmed: ConfirmedPlan, reason: str, watch: Callable[[Step], None], stop: Callable[[], bool]
    ) -> Result:
        """Carry out what a person confirmed."""
        from brcc_tui.operations.changes.apply import apply_plan
        from brcc_tui.operations.changes.remember import remembering

        remembers = remembering(self.club, confirmed.plan, watch)
        return await apply_plan(self.club, confirmed, reason=reason, watch=remembers, stop=stop)

    async def explain(self, listing_or_product: str) -> Explanation:
        """How a product was classified."""
        from brcc_tui.operations.catalogue.explain import explain

        return await explain(self.club, listing_or_product)

    async def try_settings(self, values: Mapping[str, str], check: str) -> Check:
        """Whether these values reach the service behind a check; nothing is kept."""
        from brcc_tui.operations.diagnostics.try_settings import try_service

        return await try_service(values, check)

    def save_settings(self, values: Mapping[str, str]) -> Path:
        """Check the values, then keep them in the user's settings file. Raises `SettingsError`."""
        from brcc_tui.operations.kept_settings import check_with_kept, keep_settings
        from brcc_tui.settings import SettingsError
        from brcc_tui.settings_checks import settings_from

        if not settings_from(values).configured:
            raise SettingsError(["neither shop is filled in"])
        check_with_kept(values)
        return keep_settings(values)

    async def pace(self, show: Show) -> Pace:
        """When the seats of the show were sold, on both shops, beside the shows before it."""
        from brcc_tui.operations.catalogue.pace import pace

        return await pace(self.club, show)

    async def check_health(self) -> HealthReport:
        """Every check."""
        from brcc_tui.operations.diagnostics.health import check_health

        return await check_health(self.club)


def _goes_on(listing: Listing, since: dt.date) -> bool:
    """Whether it is of that day or later, or began before and goes on for days; nobody may know until when."""
    if listing.date is None or listing.date >= since:
        return True
    lasts = Flag.SEVERAL_DAYS in listing.flags and Flag.PAST not in listing.flags
    return lasts and (listing.ends_at is None or listing.ends_at.date() >= since)


def _import_the_rest() -> None:
    """What the first picture can do without, imported for its cost and not for its names."""
    from importlib import import_module

    for name in (
        "brcc_tui.screens.shows",
        "brcc_tui.screens.woocommerce",
        "brcc_tui.screens.eventbrite",
        "brcc_tui.platforms.http.lean_httpx",
        "aiomysql",
        "pydantic",
        "brcc_tui.platforms.wordpress.database",
        "brcc_tui.operations.diagnostics.health",
    ):
        import_module(name)
