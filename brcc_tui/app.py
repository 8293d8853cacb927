"""The application: owns what all screens share, runs work beside the event loop, and reports what went wrong."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.signal import Signal
from textual.widgets import Input

from brcc_tui.model.app_error import AppError
from brcc_tui.operations.garbage import freeze
from brcc_tui.screens.app_screen import AppScreen
from brcc_tui.screens.state.board import Board
from brcc_tui.screens.support.clipboard import ClipboardActions
from brcc_tui.screens.support.key_queue import KeyQueue
from brcc_tui.screens.support.keymap import NotAKeymap, named, read_keymap
from brcc_tui.screens.support.lost_terminal import end_without_a_terminal, lasting
from brcc_tui.screens.support.stylesheet import ParsedOnce
from brcc_tui.screens.support.terminal_cursor import PointsOut
from brcc_tui.screens.support.themes import DARK, THEMES
from brcc_tui.widgets.glyphs import glyphs_for
from brcc_tui.widgets.key_line import KeyLine
from brcc_tui.widgets.paint import Palette
from brcc_tui.widgets.sidebar import SCREENS, SIDEBAR_FROM
from brcc_tui.widgets.top_line import News
from brcc_tui.widgets.when import use_clock
from brcc_tui.windows import ON_WINDOWS
from brcc_tui.windows.console_events import told_to_end

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.screen import Screen

    from brcc_tui.screens.state.desk import Desk
    from brcc_tui.screens.state.running_plan import RunningPlan
    from brcc_tui.settings import Settings


def _place(name: str) -> Callable[[], Screen[Any]]:
    """A screen by its name, imported when somebody goes there."""

    def make() -> Screen[Any]:
        from importlib import import_module

        module = import_module(f"brcc_tui.screens.{name}")
        screen: Screen[Any] = module.SCREEN()
        return screen

    return make


class _PlainScrollBar(ScrollBarRender):
    """Whole cells in another colour, without the eighths that poor terminals lack."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]


class BrccApp(ClipboardActions, PointsOut):
    """The screens over one pair of shops."""

    TITLE = "brcc-tui"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {name: _place(name) for _, name, _ in SCREENS[1:]}
    DEFAULT_MODE = "dashboard"
    BINDINGS: ClassVar[list[BindingType]] = named(
        [
            *(Binding(key, f"go('{name}')", title, show=False) for key, name, title in SCREENS),
            Binding("question_mark", "help", "help", show=False),
            Binding("ctrl+p", "palette", "everything", show=False),
            Binding("b", "sidebar", "sidebar", show=False),
            Binding("E", "faults", "errors", show=False),
            Binding("F", "figures", "figures", show=False),
            Binding("C", "copy", "copy", show=False),
            Binding("at", "who", "your name", show=False, key_display="@"),
            Binding("f12", "picture", "picture of this screen", show=False),
            Binding("ctrl+q", "quit", "quit", show=False, priority=True),
        ]
    )

    def __init__(self, desk: Desk, problems: Sequence[str] = ()) -> None:
        super().__init__()
        self.desk = desk
        self.problems = tuple(problems)
        self.board = Board(shops=desk.shops)
        self.board_changed: Signal[None] = Signal(self, "board")
        self.runs: list[RunningPlan] = []
        habits = {**desk.display, **os.environ}
        self.glyphs = glyphs_for(habits)
        ScrollBar.renderer = ScrollBarRender if self.glyphs.frames == "round" else _PlainScrollBar
        use_clock(twelve=habits.get("BRCC_CLOCK", "").strip() == "12")
        self._shows_cursor = habits.get("BRCC_CURSOR", "").strip() == "1"
        self.busy = ""
        self.sidebar_hidden = False
        self._aged_at: dt.datetime | None = None
        self._keys = KeyQueue(self, self._on_key_alone, lambda: bool(self.opening))
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        chosen = os.environ.get("TEXTUAL_THEME") or self.desk.theme()
        self.theme = chosen if chosen in self.available_themes else DARK
        variables = self.get_css_variables()
        self.stylesheet = ParsedOnce(variables=variables)
        self.palette = Palette(variables, plain=self.no_color)
        self.add_mode("dashboard", _place("first_run" if desk.needs_settings else "dashboard"))

    def get_driver_class(self) -> type[Driver]:
        """The platform's own, so that a terminal that is lost or stuck does not stop a change that is under way."""
        return lasting(
            super().get_driver_class(), lost=lambda: self.end_by_signal(_LOST), repaint=self.repaint,
            cursor=lambda: self._shows_cursor,
        )  # fmt: skip

    def repaint(self) -> None:
        """Paint everything anew: the terminal did not take all that was painted."""
        self.forget_what_stands()
        self.screen.refresh(layout=True)

    # What the frame of every screen shows

    @property
    def shop_name(self) -> str:
        """The host that the top line names."""
        return self.desk.shop_name

    def news(self) -> Sequence[News]:
        """Who does not answer, then errors, and writes that are still watched."""
        watching = sum(1 for run in self.runs if not run.ended)
        faults = len(self.board.faults)
        words = (
            f"{' and '.join(self.board.notices)}: see 7" if self.board.notices else "",
            f"{faults} error{'s' if faults > 1 else ''} (E)" if faults else "",
            f"watching {watching}" if watching else "",
        )
        return [*self.silent_news(), *(News(told) for told in words if told)]

    # Start and end

    def on_load(self) -> None:
        """Take what the cache knows, before anything is painted."""
        if not self.desk.needs_settings:
            try:
                self.desk.load_first(self.board)
            except AppError as app_error:
                self.fault("reading the cache", app_error)

    def on_mount(self) -> None:
        """Restore the terminal on signals; look at the live shops once the first picture stands."""
        if not ON_WINDOWS:  # there `run_app` has Windows tell of its events
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self.end_by_signal, 128 + number)
        try:
            self.set_keymap(dict(read_keymap(self.desk.keys_file(), type(self))))
        except NotAKeymap as app_error:
            self.fault("reading your keys", app_error)
        self.theme_changed_signal.subscribe(self, lambda _: self._repaint_all())
        self._aged_at = self.desk.now()
        self.set_interval(_MINUTE, self._minute_passed)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        freeze()
        gc.enable()
        if not self.desk.needs_settings:
            self.work(self._look_around, "looking at the shops")

    def _minute_passed(self) -> None:
        self._aged_at = self.desk.now()
        self.board.age(self._aged_at)
        self.changed()
        self.tell_unsettled()

    def _catch_up(self) -> None:
        """Grow as old as time went by: where the computer slept, the minutes of the timer are those it was awake."""
        if self._aged_at is not None and abs((self.desk.now() - self._aged_at).total_seconds()) > 2 * _MINUTE:
            self._minute_passed()

    def on_app_focus(self) -> None:
        """Somebody is back at this terminal, where it tells."""
        self._catch_up()

    async def _look_around(self) -> None:
        await self.take_catalogue()
        self.changed()
        await self.desk.open()
        self.watch_services()
        try:
            await self.desk.check_catalogue()
        except AppError as app_error:
            self.fault("checking the kept catalogue", app_error)
        with self.telling("reading the journal"):
            if await self.desk.unfinished():
                self.recover()
        self.work(self._read_next_shows, "reading the next shows", group="read")
        self.take_health(await self.desk.check_health())
        freeze()  # the libraries that were loaded for it
        self.note_files()
        self.changed()

    async def _read_next_shows(self) -> None:
        shows = self.board.upcoming(self.desk.now())[:_NEXT_SHOWS]
        await self.read([listing.id for show in shows for listing in show.listings])

    def end_by_signal(self, code: int) -> None:
        """Leave with this exit status, as `action_quit` does."""
        self.work(lambda: self.leave(code), "leaving")

    async def action_quit(self) -> None:
        """Leave; a write that is under way is finished first. Capacities noted and not written are asked about."""
        from brcc_tui.screens.modals.leaving import Leaving

        if not self.board.drafts:
            self.work(lambda: self.leave(0), "leaving")
        elif not isinstance(self.screen, Leaving):
            self.push_screen(Leaving(len(self.board.drafts)), self._leave_or_review)

    def _leave_or_review(self, answer: str | None) -> None:
        if answer == "l":
            self.work(lambda: self.leave(0), "leaving")
        elif answer == "w" and not self._reviews:
            self.review_drafts()

    @property
    def _reviews(self) -> bool:
        """Whether a plan is being made, or stands before a person."""
        return any(worker.group == "review" and not worker.is_finished for worker in self.workers)

    def action_help_quit(self) -> None:
        """Ctrl+C is typed out of habit: say how to leave, in the line where everything is said."""
        if self.screen.query(KeyLine):
            self.show_status("ctrl+q leaves; a change that is under way is finished first.")
        else:
            super().action_help_quit()

    async def leave(self, code: int) -> None:
        """Send nothing new, let what is under way verify itself, give everything back, and go."""
        self.leaves = True
        for run in self.runs:
            run.stop()
        if any(not run.ended for run in self.runs):
            self.show_status("Finishing the change that is under way, then leaving.", "warn")
        for run in self.runs:
            await run.until_ended()
        await self.desk.close()
        if code and not self.is_headless:
            end_without_a_terminal(code)
        self.exit(code, return_code=code)

    # Keys that work everywhere

    async def on_event(self, event: events.Event) -> None:
        """Keys one after another, and none from before the question that it would answer could be seen; so clicks."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._keys.hear(event)
        elif not isinstance(event, events.InputEvent) or event.is_forwarded or self._is_meant(event):
            await super().on_event(event)

    async def _on_key_alone(self, event: events.Key | events.Paste) -> None:
        self._catch_up()
        if self._is_meant(event):
            if isinstance(event, events.Key):
                self.show_status(self._of_idle(event))
            await super().on_event(event)

    def _of_idle(self, event: events.Key) -> str:
        """What the status line says of a key that does nothing on this screen: no key stays without an answer."""
        screen = self.screen
        if (
            not isinstance(screen, AppScreen)
            or isinstance(screen.focused, Input)
            or event.key in screen.active_bindings
        ):
            return ""
        from brcc_tui.screens.support.idle_keys import said_of_idle

        return said_of_idle(event)

    def _is_meant(self, event: events.Event) -> bool:
        return bool(getattr(self.screen, "hears", lambda _: True)(event))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A blinking cursor costs 1.3 kB a second over SSH: none blinks here."""
        if hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    def action_go(self, name: str) -> None:
        """To one of the seven screens."""
        if name != self.current_mode:
            self.switch_mode(name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without settings there is nowhere to go, nothing to add up, and nowhere to keep a name."""
        return not (action in ("go", "figures", "who") and self.desk.needs_settings)

    def action_sidebar(self) -> None:
        """Show or hide the list of screens, where there is room for it."""
        if self.size.width < SIDEBAR_FROM:
            self.show_status(f"The list of screens is there from {SIDEBAR_FROM} columns on: 1 to 7 go to them.")
            return
        self.sidebar_hidden = not self.sidebar_hidden
        self.changed()

    def action_help(self) -> None:
        """The keys of this screen."""
        from brcc_tui.screens.modals.help import Help

        self.push_screen(Help(self.screen))

    def action_palette(self) -> None:
        """Every action of this screen, every show and every listing."""
        from brcc_tui.screens.support.findables import findable_actions, findable_listings, findable_shows

        board, unset = self.board, self.desk.needs_settings
        self.search(
            "Everything",
            [*findable_actions(self, self.screen), *findable_shows(self), *findable_listings(self, self.open_listing)],
            nothing="Nothing matches." if unset else board.nothing_found(board.why_no_shows),
        )

    def action_figures(self) -> None:
        """What the shows of a period brought."""
        if not self.desk.needs_settings:
            from brcc_tui.screens.report import ReportScreen

            self.push_screen(ReportScreen(self.desk.now().date()))

    def action_faults(self) -> None:
        """Every error of this session."""
        from brcc_tui.screens.modals.errors import Errors

        self.push_screen(Errors())

    def _repaint_all(self) -> None:
        self.desk.keep_theme(self.theme)
        self.palette = Palette(self.get_css_variables(), plain=self.no_color)
        for screen in self.screen_stack:
            for widget in screen.walk_children():
                widget.refresh()


_LOST = 129
"""The exit status of a program whose terminal is gone, as the system's own signal (SIGHUP) would make it."""

_MINUTE = 60.0
"""Seconds after which everything that tells an age is looked at again: what differs are a few cells a row."""

_NEXT_SHOWS = 12
"""Shows whose numbers are read when the program opens; others when somebody asks."""

_TURN = 0.0005
"""Seconds that one thread may keep the others waiting."""


def wants_mouse(environment: Mapping[str, str]) -> bool:
    """Over SSH every movement of a mouse costs bytes: there it is off unless `BRCC_MOUSE` is 1 (0: off anywhere)."""
    asked = environment.get("BRCC_MOUSE", "").strip()
    return asked == "1" or (asked != "0" and not environment.get("SSH_CONNECTION"))


def run_app(settings: Settings | None, problems: list[str]) -> int:
    """Run the screens until a person leaves; returns the exit status, or `START_PRACTICE`.

    Without settings (None) the first-run screen asks for them; `problems` are what was wrong with those found.
    """
    from brcc_tui.screens.state.desk import Desk

    # A picture of 20 kB goes to the terminal in pieces of 4 kB, by a thread that needs its turn before each of
    # them; and a key waits for its turn while a catalogue is grouped in another one. Python's own 5 ms add up.
    sys.setswitchinterval(_TURN)
    app = BrccApp(Desk(settings), problems)
    # Windows' own loop cannot speak TLS with the database's driver; elsewhere this is the usual one.
    habits = {**(settings.display if settings else {}), **os.environ}
    with (
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
        told_to_end(lambda: runner.get_loop().call_soon_threadsafe(app.end_by_signal, 128 + signal.SIGTERM)),
    ):
        result = runner.run(app.run_async(mouse=wants_mouse(habits)))
    return result if result is not None else app.return_code or 0
