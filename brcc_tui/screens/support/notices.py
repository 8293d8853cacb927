"""How the application reports something: in the last line, in the errors panel, and in a toast where neither shows.

A toast only repeats what a panel keeps. It appears above the keys, and never in front of a confirmation.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from textual.signal import Signal

from brcc_tui.logs import log, redact
from brcc_tui.model.app_error import AppError
from brcc_tui.screens.state.board import Board, ErrorNotice
from brcc_tui.screens.support.textual_internals import SurvivingApp
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.key_line import KeyLine
from brcc_tui.widgets.names import with_names
from brcc_tui.widgets.text import ascii_only, clean

if TYPE_CHECKING:
    from brcc_tui.screens.state.desk import Desk

_SEVERITIES: Final[dict[str, Literal["information", "warning", "error"]]] = {"warn": "warning", "bad": "error"}

_STAYS: Final = {"warn": 10.0, "bad": 15.0}
"""Seconds that a toast stays; a good one goes sooner."""


class Notices(SurvivingApp):
    """The words that the application says by itself."""

    desk: Desk
    board: Board
    glyphs: Glyphs
    board_changed: Signal[None]

    def changed(self) -> None:
        """The board says something new: whoever is in front repaints what differs."""
        if self.is_running:
            self.board_changed.publish(None)

    def show_status(self, words: str, tone: str = "accent") -> None:
        """A word to the person, in the last line, until the next key. It costs one line, a toast the whole corner."""
        for line in self.screen.query(KeyLine) if self.is_running else ():
            line.show_status(words, tone)

    def toast(self, words: str, tone: str) -> None:
        """Repeat what a panel keeps, for somebody who looks elsewhere. What shops say in it is data, never markup."""
        words = clean(words)
        if self.glyphs.ascii:
            words = ascii_only(words)
        self.notify(words, severity=_SEVERITIES.get(tone, "information"), timeout=_STAYS.get(tone, 6.0), markup=False)

    def fault(self, doing: str, error: Exception, retry: Callable[[], object] | None = None) -> None:
        """Tell and keep an error: the top line counts it, `E` opens it in full."""
        detail = "" if isinstance(error, AppError) else "".join(traceback.format_exception(error))
        now = self.desk.now()
        text = with_names(redact(str(error) or type(error).__name__), self.board.listings, now)
        log("fault", doing=doing, error=error)
        self.board.faults.append(ErrorNotice(now, doing, text, redact(detail), retry))
        words = f"{doing}: {text}   E opens the errors."
        self.show_status(words, "bad")
        if self.is_running and not self.screen.query(KeyLine) and not getattr(self.screen, "shows_faults", False):
            self.toast(words, "bad")
        self.changed()
