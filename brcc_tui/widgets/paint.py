"""How everything is painted: lines of (text, tone), turned into terminal strips by one table of colours.

A tone is a meaning (`good`, `warn`, `dim`), never a colour. Widgets that paint lines themselves repaint only
the lines that changed: over a phone's SSH every cell costs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self, cast

from rich.cells import chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget

from brcc_tui.widgets.legible import legible
from brcc_tui.widgets.text import ascii_only, clean, width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.geometry import Size

    from brcc_tui.widgets.glyphs import Glyphs


class Span(NamedTuple):
    """A piece of a line. `action` is run when it is clicked, where the mouse is on."""

    text: str
    tone: str = ""
    action: str = ""


Line = tuple[Span, ...]


def line(*parts: Span | str | tuple[str, str]) -> Line:
    """A line of spans; a plain text has no tone."""
    return tuple(Span(part) if isinstance(part, str) else Span(*part) for part in parts)


_NARROW = 20
"""Cells below which a line is not folded: what is left would be no text any more."""

_PIECES = re.compile(r"\s+|\S+")


def folded(spans: Line, cells: int) -> list[Line]:
    """The line in rows of so many cells, broken at blanks; the rows after the first begin where its text does.

    A word longer than a row (a path, a title without blanks) goes on in the next one. A key goes with its words; the
    text of an answer (a key, perhaps its name, what it means) begins after these.
    """
    if cells < _NARROW or _cells(spans) <= cells:
        return [spans]
    pieces = [span._replace(text=piece) for span in spans for piece in _PIECES.findall(span.text)]
    before = pieces.pop(0).text[: cells // 2] if pieces[0].text.isspace() else ""
    margin = _of_answer(spans, cells) or before
    room = cells - max(width(before), width(margin))
    parts = (piece._replace(text=text) for piece in pieces for text in chop_cells(clean(piece.text), room))
    return [_joined(row) for row in _filled(parts, Span(before), Span(margin), cells)]


def _filled(pieces: Iterable[Span], before: Span, margin: Span, cells: int) -> list[list[Span]]:
    """Rows of as many pieces as have room: the first begins with `before`, the others with the margin."""
    rows = [[before]]
    for piece in pieces:
        row = rows[-1]
        if len(row) > 1 and _cells(row) + width(piece.text) > cells:
            rows.append([margin, *_unfinished(row, cells - width(margin.text) - width(piece.text))])
        if len(rows[-1]) > 1 or not piece.text.isspace():
            rows[-1].append(piece)
    return rows


def _of_answer(spans: Line, cells: int) -> str:
    """The margin of one answer's text; none of a line of several keys, or where too little would be left."""
    if spans[0].tone != "key" or any(span.tone == "key" for span in spans[1:]):
        return ""
    named = 2 if len(spans) > 2 and spans[1].tone == "strong" else 1
    text = "".join(span.text for span in spans[named:])
    margin = _cells(spans[:named]) + len(text) - len(text.lstrip())
    return " " * margin if margin <= cells // 3 else ""


def _unfinished(row: list[Span], room: int) -> list[Span]:
    """What is taken from the end of a row into the next: a key whose words come there, where both have room."""
    end = len(row) - 1 if row[-1].text.isspace() else len(row)
    if end > 2 and row[end - 1].tone == "key" and _cells(row[end - 1 :]) <= room:
        taken = row[end - 1 :]
        del row[end - 1 :]
        return taken
    return []


TONES: dict[str, tuple[str, float, str]] = {
    "": ("foreground", 1.0, ""),
    "strong": ("foreground", 1.0, "bold"),
    "dim": ("foreground", 0.62, ""),
    "faint": ("foreground", 0.3, ""),
    "good": ("success", 1.0, ""),
    "note": ("secondary", 1.0, ""),
    "warn": ("warning", 1.0, ""),
    "bad": ("error", 1.0, "bold"),
    "accent": ("accent", 1.0, ""),
    "title": ("primary", 1.0, "bold"),
    "key": ("accent", 1.0, "bold"),
    "reverse": ("foreground", 1.0, "bold reverse"),
    "mark": ("secondary", 1.0, "bold"),
    "live": ("error", 1.0, "bold"),
}
"""Tone -> (theme colour, strength against the background, attributes)."""

PLAIN_TONES: Final = {
    tone: ("foreground", strength, f"{attributes} reverse".strip() if tone in ("bad", "live") else attributes)
    for tone, (_, strength, attributes) in TONES.items()
}
"""The same without colours: a danger stands out by bold letters in reverse, and is nowhere a darker grey."""

_MIN_CONTRAST = 4.5
"""The contrast of text, unless the theme asks for more in its variable `least-contrast`: WCAG 2's level AA."""

_MIN_OF_LINES = 3.0
"""The contrast of what is seen and not read: the tone of lines and walls."""


class Palette:
    """The styles of every tone for one theme: made when the theme changes, then only looked up."""

    def __init__(self, variables: Mapping[str, str], *, plain: bool = False) -> None:
        """`plain` is without colours: a danger is told by bold letters in reverse, never by a darker grey."""
        self._tones = PLAIN_TONES if plain else TONES
        self._colours = {
            name: Color.parse(variables[name])
            for name in ("foreground", "background", "success", "secondary", "warning", "error", "accent", "primary")
        }
        self._least = float(variables.get("least-contrast", _MIN_CONTRAST))
        self._styles: dict[tuple[str, Color], Style] = {}

    def cursor(self, *, bright: bool) -> Color:
        """What lies behind the row under the cursor: fainter in a list that has no focus."""
        return self._colours["background"].blend(self._colours["primary"], 0.28 if bright else 0.12)

    def style(self, tone: str, background: Color) -> Style:
        """The style of a tone on that background, which can be read on it in every theme."""
        key = (tone, background)
        style = self._styles.get(key)
        if style is None:
            name, strength, attributes = self._tones[tone]
            least = _MIN_OF_LINES if tone == "faint" else self._least
            colour = legible(background.blend(self._colours[name], strength), background, least)
            style = Style.parse(attributes) + Style.from_color(colour.rich_color, background.rich_color)
            self._styles[key] = style
        return style


class WidgetHost(Protocol):
    """What a widget may ask of its surroundings: how to paint, and what time it is. The application is one of these."""

    glyphs: Glyphs
    palette: Palette

    def now(self) -> dt.datetime:
        """The present moment, by the clock on the club's wall."""


class Hosted(Widget):
    """A widget of this application: it knows its surroundings, and paints spans.

    Links are not lit under the mouse: all of the widget would be painted again wherever the mouse moves.
    """

    auto_links = Reactive(False)

    @property
    def host(self) -> WidgetHost:
        """The application, as far as a widget may know it."""
        return cast("WidgetHost", self.app)

    def strip(self, spans: Line, cells: int, background: Color | None = None) -> Strip:
        """Spans in exactly that many cells."""
        background = background or self.background_colors[1]
        return paint(spans, cells, background, self.host.palette, plain=self.host.glyphs.ascii)


class Painted(Hosted):
    """A widget whose lines are made by `lines` (override it), or handed over with `show`."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown: tuple[Line, ...] = ()
        self._laid_out: tuple[int, Sequence[Line]] | None = None

    def lines(self, cells: int) -> Sequence[Line]:
        """What stands in this widget when it is that many cells wide: no text is cut, it takes another row."""
        return _folded_lines(self._shown, cells)

    def show(self, lines: Iterable[Line]) -> None:
        """Paint these lines from now on; only those that differ are repainted."""
        before, self._shown = self._shown, tuple(lines)
        if before == self._shown:
            return
        cells = self.size.width
        moved = self._width_follows and _widest(before) != _widest(self._shown)
        old, new = _folded_lines(before, cells), _folded_lines(self._shown, cells)
        if len(old) != len(new) or moved or not cells:
            self.refresh(layout=True)
            return
        self._repaint_what_differs(old, new, cells)

    def update(self) -> None:
        """Make the lines anew; only those that differ are repainted."""
        cells, before = self._laid_out or (-1, ())
        after = self.lines(cells) if cells == self.size.width else ()
        if len(before) != len(after) or not after:
            self.refresh(layout=True)
            return
        self._repaint_what_differs(before, after, cells)
        self._laid_out = cells, after

    def _repaint_what_differs(self, before: Sequence[Line], after: Sequence[Line], cells: int) -> None:
        """Paint those of as many lines again that are others now, each as far as it is another."""
        for y, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                self.refresh(what_differs(old, new, y, cells))

    @property
    def _width_follows(self) -> bool:
        return self.styles.width is not None and self.styles.width.is_auto

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as the widest line, where the stylesheet leaves the width to it."""
        return _widest(self._shown)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines."""
        return len(self._layout(width))

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Lay the lines out anew."""
        self._laid_out = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _layout(self, cells: int) -> Sequence[Line]:
        """The lines, made once for a width: a long text is wrapped once, not once a line."""
        if self._laid_out is None or self._laid_out[0] != cells:
            self._laid_out = cells, self.lines(cells)
        return self._laid_out[1]

    def render_line(self, y: int) -> Strip:
        """One line of the content."""
        rows = self._layout(self.size.width)
        return self.strip(rows[y] if y < len(rows) else (), self.size.width)


def _folded_lines(lines: Iterable[Line], cells: int) -> list[Line]:
    return [row for spans in lines for row in folded(spans, cells)]


def what_differs(before: Line, after: Line, y: int, cells: int) -> Region:
    """The cells of a line from the first span that differs to the last; all of what follows where that has moved."""
    pairs = list(zip(before, after, strict=False))
    first = next((n for n, (old, new) in enumerate(pairs) if old != new), len(pairs))
    left, was, whole = _cells(after[:first]), _cells(before), _cells(after)
    if left >= cells:
        return Region(0, y, cells, 1)
    if was != whole or len(before) != len(after):
        return Region(left, y, cells - left, 1)
    last = next(n for n, (old, new) in reversed(list(enumerate(pairs))) if old != new)
    return Region(left, y, min(whole - _cells(after[last + 1 :]), cells) - left, 1)


def _cells(spans: Iterable[Span]) -> int:
    return sum(width(clean(span.text)) for span in spans)


def _widest(lines: Sequence[Line]) -> int:
    return max(map(_cells, lines), default=0)


def paint(spans: Line, cells: int, background: Color, palette: Palette, *, plain: bool) -> Strip:
    """The strip of a line. Text is made harmless here, once, whatever a caller forgot."""
    segments: list[Segment] = []
    left = cells
    for text, tone, action in _joined(spans):
        text = ascii_only(clean(text)) if plain else clean(text)
        taken = width(text)
        if taken > left:
            text, taken = set_cell_size(text, left), left
        if not text:
            continue
        style = palette.style(tone, background)
        if action:
            style += Style.from_meta({"@click": action})
        segments.append(Segment(text, style))
        left -= taken
    if left > 0:
        segments.append(Segment(" " * left, palette.style("", background)))
    return Strip(segments, cells)


def _joined(spans: Iterable[Span]) -> Line:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        # A span of blanks takes the tone before it: nobody sees the difference, the terminal saves a change.
        blank = not span.text.strip() and last is not None and "reverse" not in last.tone
        if last is not None and last.action == span.action and (last.tone == span.tone or blank):
            joined[-1] = Span(last.text + span.text, last.tone, last.action)
        elif span.text:
            joined.append(span)
    return tuple(joined)
