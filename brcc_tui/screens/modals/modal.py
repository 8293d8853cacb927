"""What all modals share: opaque, full-screen where the terminal is narrow, and ignoring keys typed too early."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.await_complete import AwaitComplete
from textual.containers import VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen

from brcc_tui.screens.app_screen import WIDTHS
from brcc_tui.screens.support.textual_internals import ShowsBehind
from brcc_tui.widgets.paint import Painted, Span, line

if TYPE_CHECKING:
    from brcc_tui.screens.support.host import ScreenHost

Answer = TypeVar("Answer")

_SETTLING = 0.03
"""Seconds that a modal's layout takes to come to rest: more than it needs, less than a person notices."""


MODAL_STYLES = str(Path(__file__).with_name("modal.tcss"))
"""What every modal looks like, one of another folder too. One with styles of its own names these first: they would be
read by then only if another modal had been opened before.
"""

_DOUBLE_CLICK = 0.5
"""Seconds within which a second click belongs to the first: what the terminal counts as one, too."""


class Modal(ShowsBehind[Answer], ModalScreen[Answer]):
    """A screen in front of another. Its content stands in a `#box`.

    On a wide terminal what lies behind stays in sight: it is on the terminal already, and is not sent again. A
    dimmed one would send the whole screen behind it, 100 kB, for each opening. `painted_at` is None until it is on
    the terminal; the application drops what this does not hear.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = [MODAL_STYLES]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    AUTO_FOCUS = ""

    painted_at: float | None = None

    _parting: tuple[Answer | None] | None = None
    """What it is to be dismissed with, once it is in front again."""

    waits_for_letters: ClassVar[bool] = False
    """Whether what was typed right after the key that opened it is meant for its field: `=58` in one go is 58.

    Of a question whose answer is written to a shop it never is.
    """

    shows_faults: ClassVar[bool] = False
    """Whether it tells by itself what goes wrong in the work that it shows."""

    @property
    def host(self) -> ScreenHost:
        """The application, as far as a screen may know it."""
        return cast("ScreenHost", self.app)

    def on_mount(self) -> None:
        """Paint once everything has its place (else four times the same); listen to keys once that can be seen."""
        self.app.delay_update(_SETTLING)
        self.add_class(f"-{self.host.glyphs.frames}")
        self.host.board_changed.subscribe(self, lambda _: self.keep_up())
        self.keep_up()
        self._look_whether_painted()

    def keep_up(self) -> None:
        """Tell what depends on what is known, or on the time: how old a number is, which night is tonight's.

        It may stand here for hours, and over midnight.
        """

    def _look_whether_painted(self) -> None:
        """Once its picture should stand."""
        self.set_timer(_SETTLING * 1.5, lambda: self.call_after_refresh(self._painted))

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Leave; what lies behind is painted once, when it has come to rest (else twice the same).

        Where another one is in front, as soon as that has gone: Textual (8.2) would take that one away instead.
        """
        if self.app.screen is not self:
            self._parting = (result,)
            return AwaitComplete()
        self.app.delay_update(_SETTLING)
        self.host.outdated |= self.covered()
        return super().dismiss(result)

    def action_cancel(self) -> None:
        """Close it; nothing is chosen, written or confirmed."""
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        """So many lines down, or up, in its one part that scrolls."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def on_screen_resume(self) -> None:
        """What stood in front has gone: leave, if that is due."""
        if self._parting is not None:
            self.dismiss(*self._parting)

    def show_answer(self, complaint: str, *keys: tuple[str, str, str], note: str = "") -> None:
        """Show in `#answer` what is wrong with what was typed, a note, and the keys: name, what it does, its action."""
        complaints = [line((f" {complaint}", "bad"))] if complaint else []
        noted = [line((f" {note}", "dim"))] if note else []
        spans: list[Span] = []
        for key, does, action in keys:
            spans += [Span(key if spans else f" {key}", "key", action), Span(f" {does}   ", "dim", action)]
        spans[-1] = spans[-1]._replace(text=spans[-1].text.rstrip())
        self.query_one("#answer", Painted).show([*complaints, *noted, tuple(spans)])

    def hears(self, event: events.InputEvent) -> bool:
        """Whether a person can have meant this modal: a key or click after it could be seen.

        The second half of a double click on what opened it comes later still: it must not answer what it opened.
        """
        if self.waits_for_letters and not isinstance(event, events.MouseEvent):
            return True
        if self.painted_at is None:
            return False
        deaf = _DOUBLE_CLICK if isinstance(event, events.MouseDown) else 0
        return event.time >= self.painted_at + deaf

    def _painted(self) -> None:
        if self.host_app.holds_pictures_back:  # a busy machine ends that late: nothing of it can be seen yet
            self._look_whether_painted()
            return
        self.painted_at, self.stands = Message().time, True
