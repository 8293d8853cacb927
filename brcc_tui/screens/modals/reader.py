"""A text to read: scroll it, copy it, leave it. Base of help, errors, explanations and journal entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.text import clean, width, wrap

_COPIED = "Copied, if this terminal allows it; otherwise s shows it bare, to be selected with the mouse (and shift)."


class TextReader(Modal[None]):
    """Shows lines. A subclass may replace `text`; long lines are wrapped under their own beginning."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "cancel", "close"),
        Binding("c", "copy", "copy"),
        Binding("s", "bare", "bare text, to select"),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("pagedown,space", "scroll(10)", "Page down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
        Binding("home,g", "scroll(-100000)", "First", show=False),
        Binding("end,G", "scroll(100000)", "Last", show=False),
    ]

    def __init__(self, title: str = "", text: Iterable[Line] = (), *, bare: bool = False) -> None:
        super().__init__()
        self.set_class(bare, "-bare")
        self._title = title
        self._text = tuple(text)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Painted(id="title")
            with VerticalScroll(classes="scroll gap", can_focus=False):
                yield _Text(self)
            yield Painted(id="answer", classes="foot gap")

    def heading(self) -> str:
        """What it is about."""
        return self._title

    def text(self) -> Sequence[Line]:
        """The lines."""
        return self._text

    def on_mount(self) -> None:
        self.query_one("#answer", Painted).show([self.keys()])

    def keep_up(self) -> None:
        self.query_one("#title", Painted).show([line((self.heading(), "title"))])

    def keys(self) -> Line:
        return (
            Span(" esc", "key", "screen.cancel"),
            Span(" close   ", "dim", "screen.cancel"),
            Span("c", "key", "screen.copy"),
            Span(" copy   ", "dim", "screen.copy"),
            Span("s", "key", "screen.bare"),
            Span(" text to select", "dim", "screen.bare"),
        )

    def action_copy(self) -> None:
        """Hand the text to the terminal (OSC 52); some terminals do not take it, so say how else."""
        plain = "\n".join(clean("".join(span.text for span in spans)) for spans in self.text())
        self.app.copy_to_clipboard(plain)
        self.query_one("#answer", Painted).show([line((_COPIED, "dim"))])

    def action_bare(self) -> None:
        """Without a frame, from the left edge on: for selecting with the terminal's own mouse."""
        self.toggle_class("-bare")


class _Text(Painted):
    """The reader's lines, wrapped."""

    def __init__(self, reader: TextReader) -> None:
        super().__init__()
        self._reader = reader

    def lines(self, cells: int) -> list[Line]:
        """Every line in as many rows as it needs."""
        return [row for spans in self._reader.text() for row in _rows(spans, cells)]


def _rows(spans: Line, cells: int) -> list[Line]:
    if sum(width(span.text) for span in spans) <= cells:
        return [spans]
    *head, last = spans
    indent = sum(width(span.text) for span in head)
    if indent > cells - 12:
        text = "".join(span.text for span in spans)
        margin = len(text) - len(text.lstrip())
        return [line((" " * margin + part, last.tone)) for part in wrap(text, cells - margin)]
    lead = len(last.text) - len(last.text.lstrip())
    first, *more = wrap(last.text, cells - indent - lead)
    return [
        (*head, Span(" " * lead + first, last.tone)),
        *(line((" " * (indent + lead) + part, last.tone)) for part in more),
    ]
