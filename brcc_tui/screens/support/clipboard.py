"""Copying: the id, the row or the table under the cursor as text, and a picture of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.screen import Screen

from brcc_tui.model.app_error import AppError
from brcc_tui.screens.state.tasks import Tasks
from brcc_tui.widgets.paint import Line, line
from brcc_tui.widgets.rows import Rows

_CELLS = 140
"""How wide a table is written for a text editor or a mail."""


class PictureNotSaved(AppError):
    """The picture of the screen could not be written."""


class ClipboardActions(Tasks):
    """Copies go to the terminal's clipboard (OSC 52); not every terminal takes them, so text can be selected too."""

    def action_copy(self) -> None:
        """Ask what to copy."""
        from brcc_tui.screens.app_screen import AppScreen
        from brcc_tui.screens.modals.choose import Choose, Option
        from brcc_tui.screens.modals.reader import TextReader

        screen = self.screen
        rows = _focused_rows(screen)
        if not isinstance(screen, AppScreen) or rows is None or not rows.rows:
            self.show_status("There is nothing to copy here.")
            return
        subject, row = screen.subject(), rows.text([rows.cursor], _CELLS)

        def chosen(key: str | None) -> None:
            match key:
                case "i":
                    self.copy(subject)
                case "r":
                    self.copy(row)
                case "t":
                    self.copy(rows.text(None, _CELLS))
                case "s":
                    title = "Select with the mouse (with shift, where the mouse is on)"
                    self.push_screen(TextReader(title, _lines(rows.text(None, _CELLS)), bare=True))

        answers = (Option("i", f"the id: {subject}"), Option("r", "this row"),
                   Option("t", f"the whole table, {len(rows.rows):,} rows"),
                   Option("s", "show the table as bare text, to be selected by hand"))  # fmt: skip
        self.push_screen(
            Choose(lambda: "Copy", "Text goes to the clipboard of your own terminal, over SSH too.", answers), chosen
        )

    def copy(self, text: str) -> None:
        """Hand a text to the terminal's clipboard."""
        self.copy_to_clipboard(text)
        self.show_status(f"{len(text):,} characters copied, if this terminal allows it. Else: C, then s.")

    def action_picture(self) -> None:
        """Save the screen as a picture (SVG) and say where."""
        path = Path(f"{self.desk.now():%Y-%m-%d %H-%M-%S}.svg")
        with self.telling("saving a picture of the screen"):
            try:
                path = self.desk.pictures() / path
                path.parent.mkdir(parents=True, exist_ok=True)
                self.save_screenshot(path.name, path=str(path.parent))
            except OSError as error:
                raise PictureNotSaved(
                    f"cannot be written: {error.strerror or error}",
                    subject=str(path),
                    still_works="C copies what is in a list as text",
                    next_step="free the disk, or let this user write to that folder",
                ) from error
            self.show_status(f"Saved as {path}", "good")


def _focused_rows(screen: Screen[Any]) -> Rows[Any] | None:
    """The list that the keys go to, or else the first one."""
    return screen.focused if isinstance(screen.focused, Rows) else next(iter(screen.query(Rows)), None)


def _lines(text: str) -> Sequence[Line]:
    return [line(part) for part in text.splitlines()]
