"""The application: it owns what all screens share, starts work beside the event loop, and tells what went wrong."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.signal import Signal

from brcc_tui.model.trouble import Trouble
from brcc_tui.screens.board import Board, Fault
from brcc_tui.screens.themes import DARK, THEMES
from brcc_tui.widgets.glyphs import glyphs_for
from brcc_tui.widgets.paint import Palette

if TYPE_CHECKING:
    from textual.screen import Screen

    from brcc_tui.model.listing import Listing
    from brcc_tui.model.plan import Plan, Wanted
    from brcc_tui.operations.refresh import RefreshProgress
    from brcc_tui.screens.desk import Desk
    from brcc_tui.screens.modals.confirm_plan import Consent
    from brcc_tui.screens.run import Run
    from brcc_tui.settings import Settings

START_PRACTICE = 100
"""What `run_app` returns when a person chose the practice club on the first screen."""


def _place(name: str) -> Callable[[], Screen[Any]]:
    """A screen by its name, imported when somebody goes there."""

    def make() -> Screen[Any]:
        from importlib import import_module

        module = import_module(f"brcc_tui.screens.{name}")
        screen: Screen[Any] = module.SCREEN()
        return screen

    return make


class BrccApp(App[int]):
    """The screens over one pair of shops."""

    TITLE = "brcc-tui"
    CSS_PATH = "app.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        name: _place(name) for name in ("shows", "compare", "eventbrite", "woocommerce", "history", "health")
    }
    DEFAULT_MODE = "dashboard"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('dashboard')", "Dashboard", show=False),
        Binding("2", "go('shows')", "Shows", show=False),
        Binding("3", "go('compare')", "Compare", show=False),
        Binding("4", "go('eventbrite')", "Eventbrite", show=False),
        Binding("5", "go('woocommerce')", "WooCommerce", show=False),
        Binding("6", "go('history')", "History", show=False),
        Binding("7", "go('health')", "Health", show=False),
        Binding("question_mark", "help", "help"),
        Binding("b", "sidebar", "sidebar", show=False),
        Binding("E", "faults", "errors", show=False),
        Binding("ctrl+q", "quit", "quit", show=False, priority=True),
    ]

    def __init__(self, desk: Desk, problems: Sequence[str] = ()) -> None:
        super().__init__()
        self.desk = desk
        self.problems = tuple(problems)
        self.board = Board()
        self.board_changed: Signal[None] = Signal(self, "board")
        self.runs: list[Run] = []
        self.glyphs = glyphs_for(os.environ)
        self.busy = ""
        self.sidebar_hidden = False
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        chosen = os.environ.get("TEXTUAL_THEME") or self.desk.theme()
        self.theme = chosen if chosen in self.available_themes else DARK
        self.palette = Palette(self.get_css_variables())
        self._stumbles = 0
        self.add_mode("dashboard", _place("first_run" if desk.needs_settings else "dashboard"))

    # What the frame of every screen shows

    @property
    def shop_name(self) -> str:
        """The host that the top line names."""
        return self.desk.shop_name

    @property
    def practice(self) -> bool:
        """Whether this is the practice club."""
        return self.desk.practice

    def news(self) -> str:
        """A word on writes that are still watched, and on errors."""
        watching = sum(1 for run in self.runs if not run.ended)
        words = [f"watching {watching}"] if watching else []
        if faults := len(self.board.faults):
            words.append(f"{faults} error{'s' if faults > 1 else ''} (E)")
        return "  ".join(words)

    # Start and end

    def on_load(self) -> None:
        """Take what the cache knows, before anything is painted."""
        if not self.desk.needs_settings:
            try:
                self.desk.load(self.board)
            except Trouble as trouble:
                self.fault("reading the cache", trouble)

    def on_mount(self) -> None:
        """Restore the terminal on signals; look at the live shops once the first picture stands."""
        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self._on_signal, 128 + number)
        self.theme_changed_signal.subscribe(self, lambda _: self._repaint_all())
        if not self.desk.needs_settings:
            self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.work(self._look_around, "looking at the shops")

    async def _look_around(self) -> None:
        await self.desk.open()
        self.board.unfinished = tuple(await self.desk.unfinished())
        self.changed()
        self.board.health = await self.desk.check_health()
        self.changed()

    def _on_signal(self, code: int) -> None:
        self.work(lambda: self.leave(code), "leaving")

    async def action_quit(self) -> None:
        """Leave; a write that is under way is finished first."""
        self.work(lambda: self.leave(0), "leaving")

    async def leave(self, code: int) -> None:
        """Send nothing new, let what is under way verify itself, give everything back, and go."""
        for run in self.runs:
            run.stop()
        if any(not run.safe_to_leave for run in self.runs):
            self.notify("Finishing the change that is under way, then leaving.", markup=False, timeout=60)
        for run in self.runs:
            await run.until_safe()
        await self.desk.close()
        self.exit(code, return_code=code)

    # Work beside the event loop

    def work(
        self, job: Callable[[], Awaitable[None]], doing: str, *, group: str = "default", again: bool = True
    ) -> None:
        """Run a job in a worker. What goes wrong becomes a fault, with a retry if it may be done again."""

        async def guarded() -> None:
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - the last place before the person who asked for it
                self.fault(doing, error, retry=(lambda: self.work(job, doing, group=group)) if again else None)

        self.run_worker(guarded(), group=group, exclusive=group != "default", exit_on_error=False)

    def fault(self, doing: str, error: Exception, retry: Callable[[], None] | None = None) -> None:
        """Tell and keep an error: the top line counts it, `E` opens it in full."""
        detail = "" if isinstance(error, Trouble) else "".join(traceback.format_exception(error))
        text = str(error) or type(error).__name__
        from brcc_tui.logs import log, redact

        log("fault", doing=doing, error=error)
        self.board.faults.append(Fault(self.desk.now(), doing, redact(text), redact(detail), retry))
        self.notify(f"{doing}: {redact(text)}\nE opens the errors.", severity="error", markup=False)
        self.changed()

    def changed(self) -> None:
        """The board says something new: whoever is in front repaints what differs."""
        if self.is_running:
            self.board_changed.publish(None)

    async def _dispatch_message(self, message: Message) -> None:
        """An error in a key's action is told in a panel; the program goes on."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self._stumbles += 1
            if self._stumbles > _MOST_STUMBLES or not self.is_running:
                raise
            self.fault("an action", error)

    # Reading

    def read_now(self, ids: Sequence[str]) -> None:
        """Read these listings' numbers now; the screens follow."""
        if ids:
            self.work(lambda: self._read(ids), f"reading {len(ids)} listings", group="read")

    async def _read(self, ids: Sequence[str]) -> None:
        def tell(done: int, total: int) -> None:
            self.busy = f"read {done} of {total}"
            self.changed()

        self.busy = f"reading {len(ids)} listing{'s' if len(ids) > 1 else ''}…"
        self.changed()
        try:
            self.board.take(await self.desk.read_live(ids, tell))
            self.desk.group(self.board)
        finally:
            self.busy = ""
            self.changed()

    def read_alone(self, listing_id: str) -> None:
        """Read one listing by itself: its failure is its own."""
        self.work(lambda: self._read_alone(listing_id), f"reading {listing_id}", group=f"read {listing_id}")

    async def _read_alone(self, listing_id: str) -> None:
        board = self.board
        board.loading.add(listing_id)
        board.troubles.pop(listing_id, None)
        self.changed()
        try:
            board.take(await self.desk.read_live([listing_id], lambda done, total: None))
            self.desk.group(board)
        except Trouble as trouble:
            board.troubles[listing_id] = str(trouble)
        finally:
            board.loading.discard(listing_id)
            self.changed()

    def find(self, then: Callable[[Listing], None]) -> None:
        """Let a person find a listing."""
        from brcc_tui.screens.modals.finder import Finder

        def chosen(listing: Listing | None) -> None:
            if listing is not None:
                then(listing)

        self.push_screen(Finder(), chosen)

    def refresh_catalogue(self) -> None:
        """Read both shops from the beginning; it can be cancelled and never empties what is shown."""
        from brcc_tui.screens.modals.waiting import Waiting

        async def refresh(say: Callable[[str], None]) -> bool:
            far: dict[str, str] = {}

            def tell(progress: RefreshProgress) -> None:
                total = f" of {progress.total:,}" if progress.total is not None else ""
                far[progress.part] = f"{progress.part}: {progress.done:,}{total} {progress.unit}"
                say("   ".join(far.values()))

            report = await self.desk.refresh(tell)
            self.desk.load(self.board)
            self.changed()
            failed = f", {len(report.failed)} could not be read" if report.failed else ""
            listings = report.counts.get("listings", len(self.board.listings))
            self.notify(f"{listings:,} listings in {report.seconds:.1f} s{failed}", markup=False)
            return True

        self.push_screen(Waiting("Reading the catalogue of both shops", refresh))

    def explain(self, listing_or_product: str) -> None:
        """Why: how it was classified, and where each number comes from."""
        from brcc_tui.screens.modals.reader import Reader
        from brcc_tui.screens.modals.waiting import Waiting
        from brcc_tui.screens.modals.why import explanation_lines

        async def show() -> None:
            asking = Waiting("Why", lambda _: self.desk.explain(listing_or_product))
            found = await self.push_screen_wait(asking)
            if found is not None:
                listing = self.board.listings.get(listing_or_product)
                lines = explanation_lines(found, listing, self.glyphs)
                await self.push_screen(Reader(f"Why: {listing.title if listing else listing_or_product}", lines))

        self.work(show, "asking why", group="why")

    def open_page(self, url: str) -> None:
        """Open an address in a browser; over SSH there is none here, so show it."""
        from brcc_tui.screens.modals.reader import Reader
        from brcc_tui.widgets.paint import line

        if os.environ.get("SSH_CONNECTION") or not url.startswith(("https://", "http://")):
            self.push_screen(Reader("The page's address", [line(url)]))
        else:
            self.open_url(url)

    # Every write goes this way

    def review(self, doing: str, make_plan: Callable[[], Awaitable[Plan]]) -> None:
        """Make a plan from what is true now, ask a person, and apply what was confirmed."""
        self.work(lambda: self._review(doing, make_plan), doing, group="review")

    def review_wishes(self, doing: str, wanted: Sequence[Wanted]) -> None:
        """Review wishes for single listings as one plan."""
        self.review(doing, lambda: self.desk.plan(wanted))

    async def _review(self, doing: str, make_plan: Callable[[], Awaitable[Plan]]) -> None:
        from brcc_tui.screens.modals.confirm_plan import ConfirmPlan
        from brcc_tui.screens.modals.waiting import Waiting

        plan = await self.push_screen_wait(Waiting(doing, lambda _: make_plan()))
        if plan is None:
            return
        consent = await self.push_screen_wait(ConfirmPlan(plan, self.desk.actor()))
        if consent is not None:
            self._start(consent)

    def _start(self, consent: Consent) -> None:
        from brcc_tui.screens.modals.progress import Progress
        from brcc_tui.screens.run import Run

        run = Run(consent.confirmed, consent.reason, self.desk.now(), self.changed)
        self.runs.append(run)
        for change in run.plan.changes:
            self.board.drafts.pop(change.listing.id, None)
        self.work(lambda: self._apply(run), "applying a plan", again=False)
        self.push_screen(Progress(run))

    async def _apply(self, run: Run) -> None:
        await run.go(self.desk.apply)
        self.board.take_readings({result.listing_id: result.reading for result in run.results().values()})
        self.desk.group(self.board)
        self.changed()

    # Keys that work everywhere

    async def on_event(self, event: events.Event) -> None:
        """Throw away keys that were typed before the question that they would answer was painted."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            painted_at = getattr(self.screen, "painted_at", 0.0)
            if painted_at is None or event.time < painted_at:
                return
        await super().on_event(event)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A blinking cursor costs 1.3 kB a second over SSH: none blinks here."""
        if hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    def action_go(self, name: str) -> None:
        """To one of the seven screens."""
        if name != self.current_mode:
            self.switch_mode(name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without settings there is nowhere to go."""
        return not (action == "go" and self.desk.needs_settings)

    def action_sidebar(self) -> None:
        """Show or hide the list of screens."""
        self.sidebar_hidden = not self.sidebar_hidden
        self.changed()

    def action_help(self) -> None:
        """The keys of this screen."""
        from brcc_tui.screens.modals.help import Help

        self.push_screen(Help(self.screen))

    def action_faults(self) -> None:
        """Every error of this session."""
        from brcc_tui.screens.modals.errors import Errors

        self.push_screen(Errors())

    def _repaint_all(self) -> None:
        self.desk.keep_theme(self.theme)
        self.palette = Palette(self.get_css_variables())
        for screen in self.screen_stack:
            for widget in screen.walk_children():
                widget.refresh()


_MOST_STUMBLES = 20
"""Unhandled errors in one session before the program gives up: something is broken for good."""


def run_app(settings: Settings | None, problems: list[str]) -> int:
    """Run the screens until a person leaves; returns the exit status, or `START_PRACTICE`.

    Without settings (None) the first-run screen asks for them; `problems` are what was wrong with those found.
    """
    from brcc_tui.screens.desk import Desk

    app = BrccApp(Desk(settings), problems)
    over_ssh = bool(os.environ.get("SSH_CONNECTION"))
    asked = os.environ.get("BRCC_MOUSE", "").strip()
    result = app.run(mouse=asked == "1" or (not over_ssh and asked != "0"))
    return result if result is not None else app.return_code or 0
