"""A sheet of figures that is read when it is opened: shows the progress, the result, and what went wrong."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from brcc_tui.logs import redact
from brcc_tui.model.app_error import AppError
from brcc_tui.model.money.sheet import Sheet
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.sheet_text import sheet_lines

_MARGIN = 5
"""Cells that the frame, its padding and the scroll bar take."""


class SheetScreen(TextReader):
    """Reads a sheet beside the event loop. A subclass says what is read; `r` reads it again."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "read", "read again")]
    EXTRA_KEYS: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    """Keys of the subclass in the last line: the key, its word, and what it does."""
    shows_faults = True
    waits_for_letters = True
    """There is nothing to answer: `F[` in one go is the month before."""

    def __init__(self, title: str, doing: str) -> None:
        super().__init__(title)
        self._doing = doing
        self._sheet: Sheet | None = None
        self._said: Sequence[Line] = ()
        self._reading = False

    @abstractmethod
    async def read_sheet(self) -> Sheet:
        """Read what the sheet shows. Raises `AppError`."""

    def on_mount(self) -> None:
        self.add_class("-sheet")
        self.action_read()

    def keep_up(self) -> None:
        """Who does not answer, while it is read: what was read stays as it was then."""
        super().keep_up()
        if self._reading:
            self.show_sheet()

    def action_read(self) -> None:
        """Read it anew; what was there stays until then."""
        self._reading = True
        self.show_status(self._doing)
        self.run_worker(self._read(), group="sheet", exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        try:
            self._sheet = await self.read_sheet()
        except AppError as app_error:
            self._reading = False
            self.show_status(str(app_error), "bad")
        except Exception as error:  # noqa: BLE001 - told to the person who waits for it
            self._reading = False
            self.show_status(redact(f"unexpected: {type(error).__name__}: {error}"), "bad")
        else:
            self._reading, self._said = False, ()
            self.show_sheet()

    def show_status(self, words: str, tone: str = "dim") -> None:
        """A line above whatever stands there; where it is bad news, how to go on."""
        more = [line((" r reads it again", "dim"))] if tone == "bad" else []
        self._said = [line((f" {words}", tone)), *more, line()]
        self.show_sheet()

    def show_sheet(self) -> None:
        """Paint it anew."""
        for painted in self.query("VerticalScroll Painted").results(Painted):
            painted.refresh(layout=True)

    def text(self) -> Sequence[Line]:
        """What is said of the reading, then the sheet as wide as the terminal allows."""
        silent = self.host.who_is_silent() if self._reading else ""
        heading = [*self._said[:1], *([line((f" {silent}", "warn"))] if silent else ()), *self._said[1:]]
        if self._sheet is None:
            return heading
        cells = max(20, self.app.size.width - _MARGIN)
        lines = sheet_lines(self._sheet, cells, self.host.glyphs.bar[0])
        return [*heading, line((lines[0], "strong")), *(line(text) for text in lines[1:])]

    def set_sheet(self, sheet: Sheet) -> None:
        """Show this one, without reading anything."""
        self._sheet = sheet
        self.show_sheet()

    def keys(self) -> Line:
        """The last line: short, for it never wraps."""
        keys = (
            ("esc", "close", "screen.cancel"),
            *self.EXTRA_KEYS,
            ("r", "again", "screen.read"),
            ("c", "copy", "screen.copy"),
        )
        return tuple(
            span
            for key, words, action in keys
            for span in (Span(f" {key}", "key", action), Span(f" {words} " if words else "", "dim", action))
        )


class SheetOfPeople(SheetScreen):
    """A sheet of one show. Names of people come only when somebody asks for them (`I`), and go by the same key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("I", "names", "names")]
    EXTRA_KEYS: ClassVar = (("I", "names", "screen.names"),)

    def __init__(self, title: str, doing: str, show: Show) -> None:
        super().__init__(title, doing)
        self._show, self.names = show, False

    @property
    def show_meant(self) -> Show:
        """The show as it is known by now: the sheet may have been open for hours."""
        return self.host.board.show_now(self._show)

    def action_names(self) -> None:
        """With or without the names: these go at once, whether or not the shops answer."""
        self.names = not self.names
        if not self.names:
            self._sheet = None
        self.action_read()
