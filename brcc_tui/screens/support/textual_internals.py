"""Where we reach into Textual: each private method that is overridden, and why no public one serves.

Written for Textual 8.2; `pyproject.toml` takes no other, and a test fails when one of the names is gone.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.message import Message
from textual.messages import Update
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget

from brcc_tui.screens.support.terse import terse

OVERRIDDEN = (
    (App, "_dispatch_message"),
    (App, "_handle_exception"),
    (App, "_batch_count"),
    (App, "_display"),
    (ChopsUpdate, "render_segments"),
    (LayoutUpdate, "render_segments"),
    (Screen, "_compositor_refresh"),
    (Screen, "_compositor"),
    (Screen, "_dirty_widgets"),
    (Screen, "_on_update"),
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
    uncovered: Region | None = None
    """Where a screen stood in front that has gone, until what lies behind it is painted again."""

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

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send the cells that changed alone. Textual (8.2) begins each line at the left end of its widget."""
        if not isinstance(renderable, ChopsUpdate) and not self._batch_count:
            self.uncovered = None  # everything is painted
        if isinstance(renderable, ChopsUpdate):
            renderable = _ChangedCells(renderable.chops, renderable.spans, renderable.chop_ends)
        elif isinstance(renderable, LayoutUpdate):
            renderable = _Everything(renderable.strips, renderable.region)
        super()._display(screen, renderable)

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
        if self.app.screen is not self and self.app.screen.styles.background.a == 1:
            self._compositor._dirty_regions.clear()
            self._dirty_widgets.clear()
        else:
            super()._compositor_refresh()


class ShowsBehind(HiddenWhole[ScreenResultType]):
    """A screen in front that leaves what lies behind in sight: that stands on the terminal, and is not sent again."""

    stands = False
    """Whether it has been painted: until then only its own box is."""

    def covered(self) -> Region:
        """Where it stands in front of what lies behind."""
        return self.size.region

    def _on_timer_update(self) -> None:
        """Paint what is due. Where the one behind changed, too, Textual (8.2) forgets which widgets in front did:

        half of a line would be the new one and half of it the old.
        """
        if self._repaint_required and self.is_current and not self.app._batch_count:
            self._compositor.update_widgets(self._dirty_widgets)
        super()._on_timer_update()

    def _compositor_refresh(self) -> None:
        compositor, app = self._compositor, self.app
        opens = not self.stands and self.styles.background.a < 1
        if opens and self is app.screen and self.size.region in compositor._dirty_regions:
            gone = getattr(app, "uncovered", None)
            compositor._dirty_regions = {self.covered(), *([gone] if gone else [])}
        super()._compositor_refresh()


class PaintsOnce(HiddenWhole[ScreenResultType]):
    """A screen whose first picture stands 30 ms sooner, is whole, and is sent once."""

    _whole_at = 0.0
    """When everything was painted last, by the clock of messages."""

    def _compositor_refresh(self) -> None:
        """Paint, but nothing that goes nowhere.

        While Textual (8.2) holds pictures back, as it does when it starts, it paints all the same and throws that
        away; the next picture then lacks what was painted already.
        """
        if not self.app._batch_count:
            whole = self is self.app.screen and self.size.region in self._compositor._dirty_regions
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
