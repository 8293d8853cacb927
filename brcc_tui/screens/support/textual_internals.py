"""Overridden private methods of Textual, and why no public one serves.

Written for Textual 8.2; `pyproject.toml` accepts no other, and a test fails if one of the names disappears.
"""

from __future__ import annotations

import contextlib
import traceback
from typing import Any, Self, cast

from rich.console import Console, RenderableType
from rich.control import Control
from rich.text import Text
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.app import App, ScreenStackError
from textual.geometry import Region, Size
from textual.message import Message
from textual.messages import Update
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget

from brcc_tui.logs import log, redact
from brcc_tui.screens.support.terse import terse
from brcc_tui.widgets.text import clean

OVERRIDDEN = (
    (App, "_dispatch_message"),
    (App, "_handle_exception"),
    (App, "_fatal_error"),
    (App, "_exception"),
    (App, "_background_screens"),
    (App, "_batch_count"),
    (App, "_display"),
    (App, "_end_batch"),
    (ChopsUpdate, "render_segments"),
    (LayoutUpdate, "render_segments"),
    (Screen, "_compositor_refresh"),
    (Screen, "_compositor"),
    (Screen, "_dirty_widgets"),
    (Screen, "_on_timer_update"),
    (Screen, "_on_update"),
    (Widget, "_exchange_repaint_regions"),
    (Widget, "_repaint_required"),
    (Compositor, "_dirty_regions"),
)
"""Every private name of Textual that this program relies on, with the class that must have it."""

_MAX_STUMBLES = 20
"""Unhandled errors in one session before the program gives up: something is broken for good."""


class SurvivingApp(App[int]):
    """An application that an unhandled error does not end: it is told, and the program goes on."""

    survive = True
    """Tests turn it off, so that an error fails them."""
    _stumbles = 0
    _whole: tuple[Screen[Any], Size] | None = None
    """Which screen the terminal was last given the whole of, and at what size."""

    def __init__(self) -> None:
        super().__init__()
        self.outdated: set[Region] = set()
        """Where the terminal no longer shows what is so, and no screen will paint it by itself: a screen that stood
        there has gone, or what lies behind changed while another one opened. Empty once it is painted.
        """

    def fault(self, doing: str, error: Exception) -> None:
        """Tell and keep an error."""
        raise error

    async def _dispatch_message(self, message: Message) -> None:
        """An error in a key's action is told in a panel; the program goes on."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if not self._survives():
                raise
            self.fault("an action", error)

    def _handle_exception(self, error: Exception) -> None:
        """An error while something is painted or mounted: told as well. Textual would end the program here."""
        if self._survives():
            self.fault("this screen", error)
        else:
            super()._handle_exception(error)

    def clear_selection(self) -> None:
        """From Python 3.12 on Textual makes a first screen's fields before it stands, and each field asks for this."""
        with contextlib.suppress(ScreenStackError):
            super().clear_selection()

    def _fatal_error(self) -> None:
        """Tell the error that ends the program. Textual (8.2) would print every variable of every function with it."""
        error = self._exception
        log("the screens ended", error=error)
        lines = redact("".join(traceback.format_exception(error))).splitlines()
        self.panic(Text("\n".join(map(clean, lines))))

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send the cells that changed alone. Textual (8.2) begins each line at the left end of its widget."""
        if isinstance(renderable, ChopsUpdate):
            renderable = _ChangedCells(renderable.chops, renderable.spans, renderable.chop_ends)
        elif isinstance(renderable, LayoutUpdate):
            renderable = _Everything(renderable.strips, renderable.region)
            if not self._batch_count:
                self._whole = (screen, screen.size)
                self.outdated.clear()
        super()._display(screen, renderable)

    @property
    def holds_pictures_back(self) -> bool:
        """Whether nothing that is painted now reaches the terminal."""
        return self._batch_count > 0

    def stands_behind(self, screen: Screen[Any]) -> bool:
        """Whether the terminal shows what lies behind this screen: it was painted whole, and at this size."""
        return self._whole is not None and self._whole[0] in self._background_screens and self._whole[1] == screen.size

    def forget_what_stands(self) -> None:
        """Nobody knows what the terminal shows: the next painting is of everything."""
        self._whole = None

    def _end_batch(self) -> None:
        """Paint what fell due while pictures were held back. Textual (8.2) waits for the next message to a screen."""
        super()._end_batch()
        if not self._batch_count and self.is_running and self.screen_stack:
            for screen in (*self._background_screens, self.screen):
                if screen._compositor._dirty_regions:
                    screen._dirty_widgets.add(screen)
                screen.check_idle()

    def _survives(self) -> bool:
        self._stumbles += 1
        seen = self.is_running and bool(self.screen_stack)  # without a screen nobody would be told
        return self.survive and seen and self._stumbles <= _MAX_STUMBLES


class _ChangedCells(ChopsUpdate):
    """A part of the screen, from the first cell that changed to the last."""

    def render_segments(self, console: Console) -> str:
        """As the terminal takes it."""
        sent: list[str] = []
        for y, first, last in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= last or end <= first:
                    continue
                left, right = max(x, first), min(end, last)
                part = strip if (left, right) == (x, end) else strip.crop(left - x, right - x)
                sent += [Control.move_to(left, y).segment.text, part.render(console)]
        return terse("".join(sent))


class _Everything(LayoutUpdate):
    """The whole screen, in fewer bytes."""

    def render_segments(self, console: Console) -> str:
        """As the terminal takes it: each line begins with its own place, so that no line needs an end."""
        sent: list[str] = []
        for y, strips in enumerate(self.strips, self.region.y):
            sent.append(Control.move_to(self.region.x, y).segment.text)
            sent += [strip.render(console) for strip in strips]
        return terse("".join(sent))


class HiddenWhole(Screen[ScreenResultType]):
    """A screen that sends nothing while another one hides all of it.

    Textual (8.2) has the one in front painted again wherever the one behind changed, seen or not: on a phone, where a
    question is the whole screen, 32 kB for a change that was followed. What comes to the front again is painted whole.
    """

    def _compositor_refresh(self) -> None:
        """Paint, but nothing that goes nowhere.

        While Textual (8.2) holds pictures back, as it does when it starts, it paints all the same and throws that
        away; the next picture then lacks what was painted already.
        """
        app = self.app
        if app._batch_count:
            return
        if app.screen is not self and app.screen.styles.background.a == 1:
            if isinstance(app.screen, ShowsBehind):  # it may be opening, and not know yet what it leaves in sight
                app.screen.host_app.outdated |= self._compositor._dirty_regions
            self._compositor._dirty_regions.clear()
            self._dirty_widgets.clear()
        else:
            super()._compositor_refresh()
            if app.screen is not self:
                self._repaint_required = False  # that was handed over: Textual (8.2) would do so again at each message

    def on_screen_suspend(self) -> None:
        """Textual (8.2) has the whole of what goes behind painted again: nothing of it changed by that.

        Its widgets cover all of it, and each says itself when it changes.
        """
        self._repaint_required = False
        self._exchange_repaint_regions()


class ShowsBehind(HiddenWhole[ScreenResultType]):
    """A screen in front that leaves what lies behind in sight: that is on the terminal, and is not sent again."""

    stands = False
    """Whether it has been painted: until then only what it covers is, and what changed behind meanwhile."""

    @property
    def host_app(self) -> SurvivingApp:
        """The application, which knows what the terminal shows."""
        return cast("SurvivingApp", self.app)

    def covered(self) -> set[Region]:
        """Where it is in front of what lies behind: its box, and toasts. Nowhere before it has a layout."""
        return {child.region for child in self.children if child.display and child.region}

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Paint again. Regions are where what lies behind changed: Textual (8.2) loses them while this one opens."""
        if regions:
            self.host_app.outdated.update(regions)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def on_screen_suspend(self) -> None:
        """Another one comes in front, maybe before this one was painted."""
        if not self.stands:
            self.host_app.outdated |= self.covered()

    def _on_timer_update(self) -> None:
        """Paint what is due, in one go.

        Where the one behind changed, too, Textual (8.2) forgets which widgets in front did: half of a line would be
        the new one and half of it the old. Where the layout is due, too, it paints twice: for that, and the screen.
        """
        if self._repaint_required and self.is_current and not self.app._batch_count:
            self._compositor.update_widgets({*self._dirty_widgets, self})
        super()._on_timer_update()

    def _compositor_refresh(self) -> None:
        compositor, app = self._compositor, self.host_app
        if self is app.screen and self.styles.background.a < 1 and not app._batch_count:
            opens = not self.stands and app.stands_behind(self)
            if opens and self.size.region in compositor._dirty_regions:
                compositor._dirty_regions = self.covered()
            compositor._dirty_regions |= app.outdated
            app.outdated.clear()
        super()._compositor_refresh()


class PaintsOnce(HiddenWhole[ScreenResultType]):
    """A screen whose first picture stands 30 ms sooner, is whole, and is sent once."""

    _whole_at = 0.0
    """When everything was painted last, by the clock of messages."""

    def _compositor_refresh(self) -> None:
        """Once everything is painted, nothing is due any more."""
        app = self.app
        whole = self is app.screen and not app._batch_count and self.size.region in self._compositor._dirty_regions
        super()._compositor_refresh()
        if whole:
            self._whole_at = Message().time
            for widget in self._compositor.visible_widgets:
                widget._repaint_required = False

    async def _on_update(self, message: Update) -> None:
        """What was due before everything was painted has been painted with it. Textual (8.2) paints it once more."""
        if message.time <= self._whole_at:
            message.stop()
            message.prevent_default()
