"""The screens' requests to the application that take time: read, explain, refresh; and the only way to a write."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from textual import work as in_worker
from textual.worker import WorkerError, WorkType

from brcc_tui.model.app_error import AppError
from brcc_tui.model.few_of_many import plural
from brcc_tui.screens.state.reading import ReadingTasks
from brcc_tui.screens.state.venue_tasks import VenueTasks
from brcc_tui.widgets.names import with_names

if TYPE_CHECKING:
    from textual.screen import Screen

    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.model.listing import Listing
    from brcc_tui.operations.changes.damaged_journal import Damage
    from brcc_tui.operations.changes.recover import Recoverable
    from brcc_tui.screens.modals.confirm_plan import Consent
    from brcc_tui.screens.state.reviewed import Reviewed
    from brcc_tui.screens.state.running_plan import RunningPlan
    from brcc_tui.screens.support.find import Findable
    from brcc_tui.store.journal_entries import Entry


_Answer = TypeVar("_Answer")

_UNSETTLED: Final = "unsettled"
_DECIDES: Final = ("recover", "review")
"""Workers that look at what never settled, and those by which a person decides about that or about another change."""

_LOOK_AGAIN: Final = 0.1
"""Seconds between two looks whether a question has been answered."""


class Tasks(ReadingTasks, VenueTasks):
    """Work beside the event loop, on behalf of the screens. Its results go to the board, its failures to the faults."""

    opening = 0
    """Ways to another screen that have not come to their end."""

    leaves = False
    """Whether the program is about to end: nothing is begun that would outlive its files."""

    _damaged = False
    """Whether the journal's records were broken when it was last asked what never settled: only people ask then."""

    # Work beside the event loop

    def work(
        self, job: Callable[[], Awaitable[None]], doing: str, *, group: str = "default", again: bool = True
    ) -> None:
        """Run a job in a worker. What goes wrong becomes a fault, with a retry if it may be done again."""

        async def guarded() -> None:
            with self.telling(doing, partial(self.work, job, doing, group=group) if again else None):
                await job()

        todo: WorkType[None] = guarded
        self.run_worker(todo, group=group, exclusive=group != "default", exit_on_error=False)

    @contextlib.contextmanager
    def telling(self, doing: str, retry: Callable[[], object] | None = None) -> Iterator[None]:
        """What goes wrong within is told to the person who asked for it: nobody else would."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the last place before that person
            self.fault(doing, error, retry)

    async def ask(self, question: Screen[_Answer]) -> _Answer:
        """Put a question before a person and wait for the answer: in a worker alone. One whose asker is cancelled
        meanwhile goes with it: nobody would hear the answer.
        """
        try:
            return await self.push_screen_wait(question)
        except asyncio.CancelledError:
            if self.is_running:
                question.dismiss(None)
            raise

    async def until_nothing_is_asked(self) -> None:
        """Wait until no modal stands in front: what comes by itself never comes between a question and its answer."""
        from brcc_tui.screens.modals.modal import Modal

        while isinstance(self.screen, Modal):  # noqa: ASYNC110 - it may go in many ways
            await asyncio.sleep(_LOOK_AGAIN)

    # Finding and going there

    def find(self, then: Callable[[Listing], None]) -> None:
        """Let a person find a listing."""
        from brcc_tui.screens.support.findables import findable_listings

        self.search("Find a listing", findable_listings(self, then), nothing=self.board.nothing_found())

    def search(self, title: str, things: Iterable[Findable], at: str = "", nothing: str = "") -> None:
        """Let a person find one of these things, and do what it does. The cursor begins on the one named `at`;
        `nothing` is said where none of them fits.
        """
        from brcc_tui.screens.modals.search import Search

        def chosen(thing: Findable | None) -> None:
            if thing is not None:
                thing.run()

        self.push_screen(Search(title, tuple(things), at, nothing), chosen)

    def open_show(self, show_id: str, listing_id: str = "") -> None:
        """Go to a show in the programme, or to a listing of it."""
        self._go(lambda: self._open_show(show_id, listing_id), "opening a show")

    def _go(self, job: Callable[[], Awaitable[None]], doing: str) -> None:
        """Go to another screen; the keys that were typed after this one are its own."""
        self.opening += 1

        async def there() -> None:
            try:
                await job()
            finally:
                self.opening -= 1

        self.work(there, doing, again=False)

    async def _open_show(self, show_id: str, listing_id: str) -> None:
        from brcc_tui.screens.shows import Shows

        await self.switch_mode("shows")
        screen = self.screen
        if isinstance(screen, Shows):
            screen.open_show(show_id)
            if listing_id:
                screen.go_to(f"{show_id} {listing_id}")

    def open_unconfirmed(self) -> None:
        """Go to the shows that nobody has confirmed."""
        self._go(self._open_unconfirmed, "opening the shows")

    async def _open_unconfirmed(self) -> None:
        from brcc_tui.screens.shows import Shows

        await self.switch_mode("shows")
        screen = self.screen
        if isinstance(screen, Shows):
            screen.open_unconfirmed()

    def open_listing(self, listing: Listing) -> None:
        """Go to a listing in its show, where its keys work at once; one without a show tells about itself."""
        if listing.show:
            self.open_show(listing.show, listing.id)
        else:
            self.explain(listing.id)

    def explain(self, listing_or_product: str) -> None:
        """Why: how it was classified, and where each number comes from; of what could not be read, why not."""
        from brcc_tui.screens.modals.reader import TextReader
        from brcc_tui.screens.modals.waiting import Waiting
        from brcc_tui.screens.modals.why import unread_lines, why_lines

        if unread := unread_lines(listing_or_product, self.board.failed):
            self.push_screen(TextReader(f"Why: {self.board.title(listing_or_product)}", unread))
            return

        async def show() -> None:
            asking, asked_at = partial(self.desk.explain, listing_or_product), self.desk.now()
            found = await self.ask(Waiting("Why", asking, partial(self.explain, listing_or_product)))
            if found is not None:
                lines = why_lines(found, self.board.listings.get(listing_or_product), self.glyphs, asked_at)
                await self.push_screen(TextReader(f"Why: {self.board.title(listing_or_product)}", lines))

        self.work(show, "asking why", group="why")

    def open_page(self, url: str) -> None:
        """Open an address in a browser; where there is none for the person who sits here, show it."""
        from brcc_tui.screens.modals.reader import TextReader
        from brcc_tui.screens.support.browser import can_open_pages
        from brcc_tui.widgets.paint import line

        if not url.startswith(("https://", "http://")) or not can_open_pages(os.environ):
            self.push_screen(TextReader("The page's address", [line(url)]))
        else:
            self.open_url(url)

    # Every write goes this way

    @in_worker(group="review", exclusive=True, exit_on_error=False)
    async def review(
        self, doing: str, make_plan: Callable[[], Awaitable[Plan]], then: Callable[[Reviewed], None] | None = None
    ) -> None:
        """Make a plan from what is true now, ask a person, and apply what was confirmed.

        `then` hears what runs, or that the plan held nothing to write; nothing where the person said no.
        """
        from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
        from brcc_tui.screens.modals.waiting import Waiting
        from brcc_tui.screens.state.reviewed import Reviewed, has_news

        again = partial(self.review, doing, make_plan, then)
        with self.telling(doing, again):
            plan = await self.ask(Waiting(doing, make_plan, again))
            if plan is None:
                return
            if not plan.changes and not plan.refused:
                self.show_status("It is as intended: there is nothing left to write.", "good")
                return
            if not self.board.take_planned(change.listing for change in plan.changes):
                await self.regroup()
            self.changed()
            if plan.changes and self.desk.asks_who():
                await self.ask_who()
            asked = then is None or has_news(plan)
            consent = await self.ask(ConfirmPlan(plan, self.desk.actor())) if asked else None
            run = self._start(consent) if consent is not None else None
            if then is not None and (run is not None or not plan.changes):
                then(Reviewed(plan, run))

    def review_drafts(self) -> None:
        """Review all capacities that are noted as one plan."""
        from brcc_tui.model.changes.plan import Action, ChangeRequest

        wanted = [ChangeRequest(listing_id, Action.SET, number) for listing_id, number in self.board.drafts.items()]
        doing = f"Reading {len(wanted)} {plural('listing', len(wanted))} again"
        self.review(doing, partial(self.desk.plan, wanted))

    def undo(self, entry_ids: Sequence[str], entry: Entry | None = None) -> None:
        """Review a plan back to the capacities before these changes, from today's sales; `entry` is one of them."""
        if entry_ids and entry_ids[0].startswith("h"):
            self.work(lambda: self.take_back(entry_ids[0]), "taking back what was said", again=False)
            return
        watching = [run for run in self.runs if entry is not None and run.only_watches(entry, whole=False)]
        self._review_undo("Undo: reading what is true now", partial(self.desk.plan_undo, *entry_ids), watching)

    def undo_plan(self, entry_id: str, entry: Entry | None = None) -> None:
        """The same for everything that was changed with it, as one plan."""
        if entry_id.startswith("h"):  # what was said at once is one entry
            self.undo([entry_id])
            return
        make_plan = partial(self.desk.plan_undo_of_plan, entry_id)
        watching = [run for run in self.runs if entry is not None and run.only_watches(entry, whole=True)]
        self._review_undo("Undo of a whole plan: reading what is true now", make_plan, watching)

    def _review_undo(
        self, doing: str, make_plan: Callable[[], Awaitable[Plan]], watching: Sequence[RunningPlan]
    ) -> None:
        """What is verified is watched here no longer: its own lock would refuse what takes it back."""

        async def stop_and_plan() -> Plan:
            for run in watching:
                run.stop()
                await run.until_ended()
            return await make_plan()

        self.review(doing, stop_and_plan)

    def _start(self, consent: Consent) -> RunningPlan:
        from brcc_tui.screens.modals.progress import ProgressModal
        from brcc_tui.screens.state.running_plan import RunningPlan

        if self.desk.remember_pairings(consent.confirmed.plan):
            self.work(self._group_again, "grouping the shows again")
        run = RunningPlan(consent.confirmed, consent.reason, self.desk.now(), self.board, self.changed)
        self.runs.append(run)
        self._apply(run)
        self.push_screen(ProgressModal(run))
        return run

    async def _group_again(self) -> None:
        """By what was said just now, before the shops have answered: no screen asks for it any more."""
        await self.regroup()
        self.changed()

    @in_worker(exit_on_error=False)
    async def _apply(self, run: RunningPlan) -> None:
        from brcc_tui.operations.changes.outcome_words import how_it_ended
        from brcc_tui.screens.modals.progress import ProgressModal
        from brcc_tui.widgets.plan_lines import plan_title

        with self.telling("applying a plan"):
            try:
                with run.under_way():
                    await self._no_look()
                    run.result = await self.desk.apply(run.confirmed, run.reason, run.watch, lambda: run.stop_asked)
            finally:
                self.tell_unsettled()
            if run.must_regroup:
                await self.regroup()
            self.changed()
            in_front = isinstance(self.screen, ProgressModal) and self.screen.follows(run)
            if not in_front and getattr(self.screen, "NAME", "") != "history":
                tone, words = how_it_ended(run.results().values())
                self.toast(
                    f"{plan_title(run.plan, self.board.shows, self.desk.now())}: {words}.  6 History keeps it.", tone
                )

    def recover(self) -> None:
        """Show changes that never settled, with what is true now."""
        self.work(self._recover, "looking at changes that never settled", group="recover")

    async def _recover(self) -> None:
        from brcc_tui.screens.modals.recovery import Recovery
        from brcc_tui.screens.modals.waiting import Waiting

        await self.until_nothing_is_asked()
        await self._no_look()
        read = await self.ask(
            Waiting("Changes that never settled: reading what is true now", self._unsettled, self.recover)
        )
        if read is None:
            return
        damage, found = read
        self.take_unsettled(found)
        if damage is not None:
            await self._renew(damage)
            return
        if not found:
            made = await self.desk.under_way()
            words = with_names(". ".join(made), self.board.listings, self.now())
            self.show_status(words or "Every change has settled.", "warn" if made else "good")
            return
        choice = await self.ask(Recovery(found))
        if choice is None:
            return
        if choice.keep:
            with self.telling("keeping what stands"):
                left = await self.desk.keep(choice.entry_id)
                self._resolved(choice.entry_id)
                if left:
                    self.toast(with_names(" ".join(left), self.board.listings, self.now()), "bad")
        else:
            self.review("Reading what is true now", partial(self._plan_recovery, choice.entry_id, choice.how))

    def tell_unsettled(self) -> None:
        """Have what never settled stand under Needs attention as the journal has it now, whoever left or ended it.

        The shops are asked only where that is something other than what is there, or where a look may end one by
        now; and not while a person decides: a look holds the locks.
        """
        asked = any(worker.group in _DECIDES and not worker.is_finished for worker in self.workers)
        if not (asked or self.leaves or self._damaged or self.desk.needs_settings):
            self.work(self._tell_unsettled, "looking at changes that never settled", group=_UNSETTLED)

    async def _no_look(self) -> None:
        """End a look that is under way: what is to be done now needs the locks that it holds."""
        for look in self.workers.cancel_group(self, _UNSETTLED):
            with contextlib.suppress(WorkerError):
                await look.wait()

    async def _tell_unsettled(self) -> None:
        try:
            left = await self.desk.left_open()
        except AppError:  # what the matter is with its file is on the screens
            return
        now = self.desk.now()
        due = any(one.again_at is not None and one.again_at <= now for one in self.board.unfinished)
        if due or left != {one.entry.id for one in self.board.unfinished}:
            _, found = await self._unsettled()
            self.board.unfinished = tuple(found)
            self.tell_journal_anew()

    async def _unsettled(self) -> tuple[Damage | None, Sequence[Recoverable]]:
        damage = await self.desk.journal_damage()
        self._damaged = damage is not None
        return damage, await self.desk.recoverable() if damage is None or damage.kept else ()

    async def _renew(self, damage: Damage) -> None:
        """A damaged journal: begin a new one, once somebody has seen what is left behind."""
        from brcc_tui.screens.modals.journal_damage import JournalDamage

        digest = await self.ask(JournalDamage(damage))
        if digest is not None:
            with self.telling("beginning a new journal"):
                name = await self.desk.renew_journal(digest)
                self._damaged = False
                self.note_files()
                self.tell_journal_anew()
                self.toast(f"A new journal was begun; the old one is kept as {name}.  W shows what is open.", "good")

    async def _plan_recovery(self, entry_id: str, how: str) -> Plan:
        plan = await self.desk.plan_recovery(entry_id, how)
        if not plan.changes and not plan.refused:
            self._resolved(entry_id)
        return plan

    def _resolved(self, entry_id: str) -> None:
        """A change that never ended has ended now."""
        self.board.unfinished = tuple(one for one in self.board.unfinished if one.entry.id != entry_id)
        self.tell_journal_anew()
