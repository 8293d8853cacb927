"""A sheet as lines of plain text, aligned: for the terminal, for a screen, and for a printer that prints letters."""

from __future__ import annotations

from dataclasses import replace

from brcc_tui.model.money.sheet import Chart, Sheet, Table, said
from brcc_tui.widgets.text import clean, fit, fit_name, width, wrap

_PAGE = 78
_MIN_WIDTH = 8
"""Cells that a column of text keeps, however narrow the page is."""


def sheet_lines(sheet: Sheet, cells: int | None = None, bar: str = "#") -> list[str]:
    """The whole sheet. With a number of cells no line is longer: texts are cut, numbers never."""
    lines = [*_wrapped(sheet.title, cells), *(part for text in sheet.lines for part in _wrapped(text, cells))]
    for table in sheet.tables:
        lines += ["", *table_lines(table, cells)]
    for chart in sheet.charts:
        lines += ["", *chart_lines(chart, cells or _PAGE, bar)]
    if sheet.notes or sheet.legend:
        lines += ["", *(part for note in sheet.notes for part in _wrapped(f"? {note}", cells))]
        lines += [part for text in sheet.legend for part in _wrapped(text, cells)]
    return lines


def table_lines(table: Table, cells: int | None = None) -> list[str]:
    """Header, rows and totals: numbers to the right, text to the left."""
    if not (table.rows or table.totals):
        return [*([clean(table.title)] if table.title else []), "none"]
    below: list[str] = []
    if cells is not None and table.below and _natural(table) > cells:
        below = [f"  {clean(said(row[-1]))}" for row in table.rows]
        table = replace(table, header=table.header[:-1], rows=tuple(row[:-1] for row in table.rows), below="")
    rows = [[clean(said(cell)) for cell in row] for row in (*table.rows, *table.totals)]
    numeric = [table.is_number(column) for column in range(len(table.header))]
    widths = [max([width(name), *(width(row[n]) for row in rows)]) for n, name in enumerate(table.header)]
    if cells is not None:
        firm = [number or name in table.firm for name, number in zip(table.header, numeric, strict=True)]
        _narrow(widths, firm, cells)
    made = [_row(row, widths, numeric) for row in [list(table.header), *rows]]
    for index in range(len(below), 0, -1):
        made[index + 1 : index + 1] = [below[index - 1]] if width(below[index - 1]) <= (cells or 0) else []
    if table.totals:
        made.insert(-len(table.totals), "-" * min(sum(widths) + 2 * (len(widths) - 1), cells or 10**6))
    return [*([clean(table.title)] if table.title else []), *made]


def _natural(table: Table) -> int:
    """Cells of the table when nothing of it is cut."""
    columns = zip(table.header, *table.rows, *table.totals, strict=True)
    widest = [max(width(clean(said(cell))) for cell in column) for column in columns]
    return sum(widest) + 2 * (len(widest) - 1)


def chart_lines(chart: Chart, cells: int, bar: str = "#") -> list[str]:
    """A line for each bar. It never wraps: the bars take what the labels and numbers leave."""
    labels = [clean(label) for label in chart.labels]
    ahead = min(max(map(width, labels), default=0), max(_MIN_WIDTH, cells // 3))
    behind = max(map(len, chart.numbers), default=0)
    room = max(1, cells - ahead - behind - 4)
    lines = [clean(chart.title)]
    for label, part, number in zip(labels, chart.parts, chart.numbers, strict=True):
        steps = 0 if part is None or part <= 0 else max(1, min(room, round(part * room)))
        lines.append(f"{fit(label, ahead)}  {(bar * steps).ljust(room)}  {number.rjust(behind)}".rstrip())
    return lines


def _narrow(widths: list[int], firm: list[bool], cells: int) -> None:
    """Take from the widest text until the row fits, as far as texts can give."""
    while sum(widths) + 2 * (len(widths) - 1) > cells:
        texts = [n for n, kept in enumerate(firm) if not kept and widths[n] > _MIN_WIDTH]
        if not texts:
            return
        widest = max(texts, key=lambda n: widths[n])
        widths[widest] -= 1


def _row(row: list[str], widths: list[int], numeric: list[bool]) -> str:
    parts = []
    for text, room, number in zip(row, widths, numeric, strict=True):
        short = text if number or width(text) <= room else fit_name(text, room, between=", ")
        space = " " * max(0, room - width(short))
        parts.append(space + short if number else short + space)
    return "  ".join(parts).rstrip()


def _wrapped(text: str, cells: int | None) -> list[str]:
    return [clean(text)] if cells is None else list(wrap(clean(text), cells))
