"""How a show sells, day by day, drawn in cells: a line of blocks, or a plot beside what is usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.paint import Line, Span, line

if TYPE_CHECKING:
    from brcc_tui.operations.catalogue.pace import Pace

_HEIGHT: Final = 8
_DAY: Final = 4
_AXIS: Final = 5


def pace_line(pace: Pace, glyphs: Glyphs) -> Line:
    """One line below a show: a block for each day, and their sum."""
    most = max((*pace.sold, 1))
    blocks = "".join(glyphs.eighths[_height(sold, most, 8)] for sold in pace.sold)
    words = f"  {sum(pace.sold)} in {len(pace.days)} days{_usually(pace)}"
    return line(("       pace ", "dim"), (blocks, "good"), (words, "dim"), ("   p: larger", "dim"))


def pace_lines(pace: Pace, glyphs: Glyphs) -> list[Line]:
    """The plot: for every day a bar of what was sold and beside it one of what is usual, then the words."""
    most = max((*pace.sold, *pace.usual, 1))
    rows: list[Line] = []
    for row in range(_HEIGHT, 0, -1):
        label = f"{most:.0f}" if row == _HEIGHT else ""
        spans = [Span(f"{label:>{_AXIS}} ", "dim")]
        for sold, usual in zip(pace.sold, pace.usual, strict=True):
            bar = _cell(sold, most, row, glyphs)
            spans += [Span(bar * 2, "good"), Span(_shadow(usual, most, row, glyphs), "note"), Span(" ")]
        rows.append(tuple(spans))
    rows.append(line((" " * (_AXIS + 1) + glyphs.rule * (_DAY * len(pace.days)), "faint")))
    rows.append(line((" " * (_AXIS + 1) + "".join(f"{day.day:<{_DAY}}" for day in pace.days), "dim")))
    rows.append(line((" " * (_AXIS + 1) + "".join(f"{day:%a}"[:2].ljust(_DAY) for day in pace.days), "dim")))
    rows.append(line())
    full = glyphs.eighths[-1]
    rows.append(
        line((f" {full * 2} ", "good"), f"sold: {sum(pace.sold)} in {len(pace.days)} days", (_usually(pace), ""))
    )
    if pace.compared:
        words = f"usual: the mean of the {pace.compared} shows before it on this weekday and hour"
        rows.append(line((f" {glyphs.usual}  ", "note"), words))
    if pace.unknown:
        rows.append(line((f" {glyphs.unknown}  ", "warn"), (pace.unknown, "warn")))
    return rows


def _usually(pace: Pace) -> str:
    return f", usually {sum(pace.usual):.0f}" if pace.compared else ", nothing to compare it with"


def _height(value: float, most: float, steps: int) -> int:
    """How many steps high: none for nothing, one at least for something."""
    return 0 if value <= 0 else max(1, min(steps, round(value * steps / most)))


def _cell(value: float, most: float, row: int, glyphs: Glyphs) -> str:
    eighths = _height(value, most, _HEIGHT * 8) - (row - 1) * 8
    return glyphs.eighths[max(0, min(eighths, 8))]


def _shadow(value: float, most: float, row: int, glyphs: Glyphs) -> str:
    return glyphs.usual if _height(value, most, _HEIGHT) >= row else " "
