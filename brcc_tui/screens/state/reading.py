"""Reads on behalf of the screens: single listings, the cached catalogue, both shops; what was known is never lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from brcc_tui.model.app_error import AppError
from brcc_tui.model.few_of_many import plural, so_many
from brcc_tui.model.listing import Platform
from brcc_tui.operations.garbage import freeze, no_full_collection, sweep
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.state.lights import Lights, said_together

if TYPE_CHECKING:
    from brcc_tui.model.listing import Listing
    from brcc_tui.operations.catalogue.refresh_report import RefreshProgress, RefreshReport
    from brcc_tui.operations.changes.recover import Recoverable


_WHOLE = {"Eventbrite": "Eventbrite", "WooCommerce": "the shop", "WordPress database": "the database"}
"""The title under which a refresh tells of a service that failed as a whole, and what people call it."""

_SERVICES = frozenset({"eventbrite", "woocommerce", "wordpress"})

_FOR_KEYS = 0.01
"""Seconds for keys that were pressed while a catalogue was taken over, before the screens are made anew."""

_MAX_NAMED = 2
"""Products that a toast names; the dashboard names all."""


class ReadingTasks(Lights):
    """What is read goes to the board, beside the event loop."""

    _read_again_for = ""
    _unheard = False
    """Whether another copy of the program has set something for the venue that the shows do not have yet."""

    def __init__(self) -> None:
        super().__init__()
        self._readings: dict[object, tuple[int, int]] = {}
        """How many listings of how many each reading has, of those that are under way."""

    def read_now(self, ids: Sequence[str]) -> None:
        """Read these listings' numbers now; the screens follow.

        What was asked for of others goes on beside it; only the same question once more takes the first one's place.
        """
        if ids:
            doing = f"reading {len(ids)} {plural('listing', len(ids))}"
            self.work(lambda: self.read(ids), doing, group=f"read {' '.join(sorted(ids))}")

    async def read(self, ids: Sequence[str]) -> None:
        """Read these listings' numbers now, with progress on the way."""
        this = object()

        def update(done: int, total: int) -> None:
            self._readings[this] = done, total
            self._tell_readings()

        update(0, len(ids))
        try:
            await self._take(await self.desk.read_live(ids, update))
        finally:
            del self._readings[this]
            self._tell_readings()
        asked = {key: self.board.listings[key] for key in ids if key in self.board.listings}
        if words := self.say_what_stayed(asked):
            self.show_status(words, "warn")

    def _tell_readings(self) -> None:
        """How far the readings are that are under way, together."""
        done, total = (sum(reading[n] for reading in self._readings.values()) for n in (0, 1))
        begun = f"reading {total} {plural('listing', total)}…" if total else ""
        self.busy = f"read {done} of {total}" if done else begun
        self.changed()

    def read_alone(self, listing_id: str) -> None:
        """Read one listing by itself: its failure is its own."""
        doing = f"reading {self.board.title(listing_id)}"
        self.work(lambda: self._read_alone(listing_id), doing, group=f"read {listing_id}")

    async def _read_alone(self, listing_id: str) -> None:
        board = self.board
        board.loading.add(listing_id)
        board.app_errors.pop(listing_id, None)
        self.changed()
        try:
            read = await self.desk.read_live([listing_id], lambda done, total: None)
        except AppError as app_error:
            board.app_errors[listing_id] = str(app_error)
        else:
            await self._take(read)
        finally:
            board.loading.discard(listing_id)
            self.changed()

    def hear_other_copies(self) -> None:
        """Take over what another copy of the program has set for the venue: house seats and pairings show no age.
        Where it cannot be asked, the screens say what is the matter with the file.
        """
        if self.board.read_at is not None:
            self.work(self._hear_other_copies, "taking over what another copy of the program set")

    async def _hear_other_copies(self) -> None:
        try:
            await self._ask_other_copies()
        except AppError:
            self.note_files()
            return
        if self._unheard:
            await self.regroup()
            self.changed()

    async def _ask_other_copies(self) -> None:
        """Ask what they have set. It is answered once: who asked may be cancelled meanwhile, the answer counts."""

        def ask() -> None:
            if self.desk.venue_changed():
                self._unheard = True

        await asyncio.to_thread(ask)

    async def _take(self, listings: Iterable[Listing]) -> None:
        fits = self.board.take(listings)
        self._unheard |= self.desk.venue_changed()
        if not fits or self._unheard:
            await self.regroup()

    async def regroup(self) -> None:
        """Group the board's listings into shows again, beside the event loop: anew, if newer numbers came meanwhile."""

        def group(board: Board) -> None:
            self.desk.group(board)
            board.attention(self.desk.now())  # looked for there and then, so that the screens find it done

        with self._hearing():
            while not (await asyncio.to_thread(self.board.regrouped, group))():
                pass
        self._unheard |= not self.board.shows_known

    @contextlib.contextmanager
    def _hearing(self) -> Iterator[None]:
        """What other copies set is read within. Where that is cut short it is still to be heard; so it is, as whoever
        reads must tell, where the file was busy: shows are unknown then.
        """
        heard, self._unheard = self._unheard, False
        try:
            yield
        except BaseException:
            self._unheard |= heard
            raise

    def fault(self, doing: str, error: Exception, retry: Callable[[], object] | None = None) -> None:
        """Tell and keep an error, and what is the matter with the files of this computer."""
        super().fault(doing, error, retry)
        self.note_files()

    def note_files(self) -> None:
        """Look what is the matter with the files of this computer: every screen tells.

        What a damaged catalogue held is read again from the shops, once for each.
        """
        notices = self.desk.notices()
        if notices != self.board.notices:
            self.board.notices = notices
            self.changed()
        words = notices.get("catalogue", "")
        if self.is_running and words != self._read_again_for and self.desk.catalogue_lost():
            self._read_again_for = words
            self.call_later(self.refresh_catalogue, "The kept catalogue was damaged: reading both shops again")

    async def take_catalogue(self) -> None:
        """Take what the cache knows now, read and grouped beside the event loop. A damaged one takes nothing away."""
        board = self.board
        whole = Board(unfinished=board.unfinished, with_past=board.with_past, shops=board.shops)

        def load() -> None:
            sweep()  # what the refresh left
            self.desk.load(whole, board.listings)
            whole.attention(self.desk.now())  # as in `regroup`

        with no_full_collection():  # until what was read is frozen: it would be looked through, and nothing is garbage
            with contextlib.suppress(AppError):  # the refresh itself set something: it is not to be grouped for again
                await self._ask_other_copies()
            try:
                with self._hearing():
                    await asyncio.to_thread(load)
                    if self.board.with_past and not whole.with_past:  # asked for while this was read
                        self.desk.load_all(whole)
            except AppError as app_error:
                self.fault("reading the kept catalogue", app_error)
                return
            self._unheard |= not whole.shows_known
            noted = {key: self.board.title_apart(key) for key in self.board.drafts}
            if not self.board.adopt(whole):
                await self.regroup()
            freeze()
        await asyncio.sleep(_FOR_KEYS)
        if gone := self.board.forget_gone():
            titles = "; ".join(noted[key] for key in gone)
            self.call_later(self.toast, f"Gone from its shop, and its draft with it: {titles}", "warn")
        self.note_files()

    def refresh_catalogue(self, doing: str = "Reading the catalogue of both shops") -> None:
        """Read both shops from the beginning; it can be cancelled and never empties what is shown."""
        from brcc_tui.screens.modals.waiting import Waiting

        async def refresh() -> tuple[str, str]:
            far: dict[str, str] = {}

            def update(progress: RefreshProgress) -> None:
                total = f" of {progress.total:,}" if progress.total is not None else ""
                far[progress.part] = f"{progress.part}: {progress.done:,}{total} {progress.unit}"
                waiting.say("   ".join(far.values()))

            with no_full_collection():  # what is garbage by then goes before the new catalogue comes
                report = await self.desk.refresh(update)
                await self.take_catalogue()
            self.work(partial(self.check_again_if_unwell, "cache_status"), "checking", group="health")
            silent = self._silent_parts(report)
            failed = (
                f", {len(report.failed) - len(silent)} could not be read" if len(report.failed) > len(silent) else ""
            )
            self.changed()
            listings = report.counts.get("listings", len(self.board.listings))
            first = (
                f"No usable answer from {said_together(silent)}: what was known of it stays, with its age.  "
                if silent
                else ""
            )
            words = f"{first}{so_many(listings, 'listing')} in {report.seconds:.1f} s{failed}"
            if report.failed:
                titles = ", ".join(failure.title for failure in report.failed[:_MAX_NAMED])
                more = len(report.failed) - _MAX_NAMED
                rest = f" and {more} more" if more > 0 else ""
                self.call_later(self.toast, f"Cannot be read: {titles}{rest}.  1 Dashboard says why.", "warn")
            return words, "warn" if report.failed else "good"

        def show(status: tuple[str, str] | None) -> None:
            if status is not None:
                self.call_later(self.show_status, *status)

        waiting = Waiting(doing, refresh, self.refresh_catalogue)
        self.push_screen(waiting, show)  # it may go later than the reading ends: behind a question nobody would read it

    def take_unsettled(self, found: Sequence[Recoverable]) -> None:
        """Have these stand as what never settled; what the look that found them has ended is told so."""
        ended = {one.entry.id for one in self.board.unfinished} - {one.entry.id for one in found}
        self.board.unfinished = tuple(found)
        if ended:
            self.tell_journal_anew()
        else:
            self.changed()

    def tell_journal_anew(self) -> None:
        """Something was decided or ended in it: the history, and whether it is well, are told as it has them now."""
        self.history_moves += 1
        self.changed()
        self.work(partial(self.check_again_if_unwell, "journal"), "checking", group="health")

    async def check_again_if_unwell(self, name: str) -> None:
        """Look again at a thing that was not well when it was checked: what was done since may have repaired it."""
        checked = self.board.checks.get(name)
        if checked is not None and checked.status.value != "healthy":
            self.take_health(await self.desk.check_health())

    def _silent_parts(self, report: RefreshReport) -> Sequence[str]:
        """The services that failed as a whole, by their names; what is known of their listings stays, and says so."""
        from brcc_tui.model.wholeness import came_short  # not for the first picture: a refresh has loaded it

        services = (one for one in report.failed if one.id in _SERVICES and one.title in _WHOLE)
        whole = {failure.id: failure for failure in services if not came_short(failure)}
        for platform in Platform:
            if platform.value in whole:
                self.board.silence(platform, whole[platform.value].reason)
        return [_WHOLE[failure.title] for failure in whole.values()]
