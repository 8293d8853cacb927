"""How a show sells, day by day, drawn in cells: a line of blocks, or a plot compared with the usual pace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing import SHOP_NAMES, Platform
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.paint import Line, Span, line

if TYPE_CHECKING:
    from brcc_tui.operations.catalogue.pace import Pace

_HEIGHT: Final = 8
_DAY: Final = 4
_AXIS: Final = 5
_SHORT: Final = {Platform.EVENTBRITE: "EB", Platform.WOOCOMMERCE: "shop"}
_TONES: Final = {Platform.EVENTBRITE: "accent", Platform.WOOCOMMERCE: "good"}
_PACE: Final = "       pace "
_PLACES: Final = ("the first", "the second")


def pace_line(pace: Pace, glyphs: Glyphs, cells: int) -> Line:
    """One line below a show: a block for each day, their sum and, where there is room, each shop's part and the key."""
    most = max((*pace.sold, 1))
    blocks = "".join(glyphs.eighths[_height(sold, most, 8)] for sold in pace.sold)
    total, usually = f"  {_alone(pace)}{_total(pace)}", _usually(pace)
    picture = line((_PACE, "dim"), (blocks, "good"))
    room = cells - len(_PACE) - len(blocks)
    whole = f"{total}{_parts(pace)}{usually}"
    several = (f"{whole}   P: larger", whole, f"{total}{usually}", total)
    return (*picture, Span(next((words for words in several if len(words) <= room), several[-1]), "dim"))


def pace_lines(pace: Pace, glyphs: Glyphs, cells: int = 80) -> list[Line]:
    """The plot: for every day a bar of what each shop sold and beside them one of what is usual, then the words.

    No row is wider than so many cells: where there is little room the days stand closer, then the first are left out.
    """
    day = _DAY if _AXIS + 1 + _DAY * len(pace.days) <= cells else _DAY - 1
    kept = max(1, min(len(pace.days), (cells - _AXIS - 1) // day))
    days, usual = pace.days[-kept:], pace.usual[-kept:]
    series = [(sold[-kept:], _TONES.get(shop, "good")) for shop, sold in sorted(pace.shops.items())]
    series = series if len(series) > 1 else [(pace.sold[-kept:], "good")] * 2
    most = max((*(sold for one, _ in series for sold in one), *usual, 1))
    rows: list[Line] = []
    for row in range(_HEIGHT, 0, -1):
        label = f"{most:.0f}" if row == _HEIGHT else ""
        spans = [Span(f"{label:>{_AXIS}} ", "dim")]
        for n in range(kept):
            spans += [Span(_cell(sold[n], most, row, glyphs), tone) for sold, tone in series]
            spans += [Span(_shadow(usual[n], most, row, glyphs), "note"), Span(" " * (day - _DAY + 1))]
        rows.append(tuple(spans))
    return [*rows, *_days_below(days, day, glyphs), line(), *_legend(pace, glyphs)]


def _days_below(days: Sequence[dt.date], cells: int, glyphs: Glyphs) -> list[Line]:
    """The axis, and below it the date and the weekday of each day, in so many cells."""
    margin = " " * (_AXIS + 1)
    return [
        line((margin + glyphs.rule * (cells * len(days)), "faint")),
        line((margin + "".join(f"{day.day:<{cells}}" for day in days), "dim")),
        line((margin + "".join(f"{day:%a}"[:2].ljust(cells) for day in days), "dim")),
    ]


def _legend(pace: Pace, glyphs: Glyphs) -> list[Line]:
    full, rows = glyphs.eighths[-1], list[Line]()
    sold = f"sold{f' by {_alone(pace)}' if pace.silent else ': '}{_total(pace)}"
    if len(pace.shops) > 1:
        rows.append(line(("    ", ""), sold, (_usually(pace), "")))
        for n, shop in enumerate(sorted(pace.shops)):
            bar = f" {' ' * n}{full}{' ' * (2 - n)}"
            rows.append(
                line(
                    (bar, _TONES.get(shop, "good")),
                    f"{SHOP_NAMES[shop]}: {_sum_of(pace, shop)}, {_PLACES[n]} bar of a day",
                )
            )
    else:
        rows.append(line((f" {full * 2} ", "good"), sold, (_usually(pace), "")))
    if pace.compared:
        words = f"usual: the mean of the {so_many(pace.compared, 'show')} before it on this weekday and hour"
        rows.append(line((f" {glyphs.usual}  ", "note"), words))
    if pace.unknown:
        rows.append(line((f" {glyphs.unknown}  ", "warn"), (pace.unknown, "warn")))
    return rows


def _parts(pace: Pace) -> str:
    if len(pace.shops) < 2:
        return ""
    parts = ", ".join(f"{_SHORT[shop]} {_sum_of(pace, shop)}" for shop in sorted(pace.shops))
    return f" ({parts})"


def _alone(pace: Pace) -> str:
    """Whose sum it is, where another shop that sells the show does not tell its own."""
    return f"{' and '.join(_SHORT[shop] for shop in sorted(pace.shops))} alone: " if pace.silent else ""


def _total(pace: Pace) -> str:
    return f"{'at least ' if pace.at_least else ''}{sum(pace.sold)} in {len(pace.days)} days"


def _sum_of(pace: Pace, shop: Platform) -> str:
    return f"{'at least ' if shop in pace.at_least else ''}{sum(pace.shops[shop])}"


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
