"""A sheet as lines of plain aligned text: for the terminal, for a screen, and for a text printer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from brcc_tui.model.money.sheet import Chart, Sheet, Table, cell_text
from brcc_tui.widgets.text import clean, fit, fit_name, width, wrap

_PAGE = 78
_MIN_WIDTH = 8
"""Cells that a column of text keeps, however narrow the page is."""


def sheet_lines(sheet: Sheet, cells: int | None = None, bar: str = "#") -> list[str]:
    """The whole sheet. With a number of cells no line is longer: texts are cut, numbers never."""
    lines = _wrapped([sheet.title, *sheet.lines], cells)
    for table in sheet.tables:
        lines += ["", *table_lines(table, cells)]
    for chart in sheet.charts:
        lines += ["", *chart_lines(chart, cells or _PAGE, bar)]
    if sheet.notes or sheet.legend:
        lines += ["", *_wrapped([*(f"? {note}" for note in sheet.notes), *sheet.legend], cells)]
    return lines


def table_lines(table: Table, cells: int | None) -> list[str]:
    """Header, rows and totals: numbers to the right, text to the left."""
    title = [clean(table.title)] if table.title else []
    return [*title, *(_grid(table, cells) if table.rows or table.totals else [table.nothing])]


def _grid(table: Table, cells: int | None) -> list[str]:
    below: list[list[str]] = []
    if cells is not None:
        table, below = _with_less_beside(table, cells)
    rows = _texts(table)
    numeric = [table.is_number(column) for column in range(len(table.header))]
    widths = [max(map(width, column)) for column in zip(table.header, *rows, strict=True)]
    if cells is not None:
        _narrow(widths, table, cells)
        below = _with_names([row[0] for row in rows[: len(table.rows)]], widths[0], below, cells)
    made = [_row(row, widths, numeric) for row in [list(table.header), *rows]]
    _put_below(made, below)
    if table.totals:
        made.insert(-len(table.totals), "-" * min(sum(widths) + 2 * (len(widths) - 1), cells or 10**6))
    return made


def _texts(table: Table) -> list[list[str]]:
    """The cells of every row, then of the totals."""
    return [[clean(cell_text(cell)) for cell in row] for row in (*table.rows, *table.totals)]


def _put_below(made: list[str], below: Sequence[Sequence[str]]) -> None:
    """Put what is below each row into its place: the first row follows the header."""
    for index in range(len(below), 0, -1):
        made[index + 1 : index + 1] = below[index - 1]


def _with_names(names: Sequence[str], room: int, below: Sequence[list[str]], cells: int) -> list[list[str]]:
    """What stands below each row, with its whole name before it where names that differ would be cut alike."""
    if not _cut_alike(names, room):
        return list(below)
    return [
        [*(_indented([name], cells) if width(name) > room else []), *others]
        for name, others in zip(names, below, strict=True)
    ]


def _cut_alike(names: Iterable[str], room: int) -> bool:
    """Whether two of these cannot be told apart in so many cells."""
    several = set(names)
    return len({_cut(name, room) for name in several}) < len(several)


def _cut(name: str, room: int) -> str:
    """A text of a row in so many cells at most."""
    return name if width(name) <= room else fit_name(name, room, between=", ")


def _with_less_beside(table: Table, cells: int) -> tuple[Table, list[list[str]]]:
    """The table without what is below its rows where the page is narrow, and what that is, row by row.

    It is the column that is of no use when it is cut, and the last texts, for as long as even cut ones leave no room.
    """
    links = [""] * len(table.rows)
    texts: list[list[str]] = [[] for _ in table.rows]
    if table.below and _cells_of(table) > cells:
        links, table = _last_taken_off(table)
    while _cells_of(table, _MIN_WIDTH) > cells and not _is_firm(table, len(table.header) - 1):
        last, table = _last_taken_off(table)
        texts = [[text, *others] for text, others in zip(last, texts, strict=True)]
    return table, [_below_a_row(several, link, cells) for several, link in zip(texts, links, strict=True)]


def _below_a_row(texts: Sequence[str], link: str, cells: int) -> list[str]:
    """The lines below one row: those texts, and its link where there is room for the whole of it."""
    lines = [*_indented(texts, cells), f"  {link}"]
    return [text for text in lines if text.strip() and width(text) <= cells]


def _indented(texts: Sequence[str], cells: int) -> list[str]:
    """On one line if all of it has room there, else each on its own."""
    whole = f"  {'  '.join(filter(None, texts))}"
    return [whole] if width(whole) <= cells else [f"  {fit(text, cells - 2)}".rstrip() for text in texts]


def _last_taken_off(table: Table) -> tuple[list[str], Table]:
    header, rows, totals = table.header[:-1], [row[:-1] for row in table.rows], [row[:-1] for row in table.totals]
    last = [clean(cell_text(row[-1])) for row in table.rows]
    return last, replace(table, header=header, rows=tuple(rows), totals=tuple(totals), below="")


def _is_firm(table: Table, column: int) -> bool:
    """Whether a column is never cut: half a number, or half an order's, is a wrong one."""
    return table.is_number(column) or table.header[column] == "order"


def _cells_of(table: Table, texts_at_most: int | None = None) -> int:
    """Cells of the table when nothing of it is cut, or when each text is cut to so many."""
    total = 2 * (len(table.header) - 1)
    for column, name in enumerate(table.header):
        widest = max(width(name), *(width(clean(cell_text(row[column]))) for row in (*table.rows, *table.totals)))
        cut = texts_at_most is not None and not _is_firm(table, column)
        total += min(widest, texts_at_most or 0) if cut else widest
    return total


def chart_lines(chart: Chart, cells: int, bar: str = "#") -> list[str]:
    """A line for each bar. It never wraps: the bars take what the labels and numbers leave."""
    labels = [clean(label) for label in chart.labels]
    widest = max(map(width, labels), default=0)
    ahead = min(widest, max(_MIN_WIDTH, cells // 3))
    if _cut_alike(labels, ahead):
        ahead = min(widest, max(_MIN_WIDTH, cells // 2))
    behind = max(map(len, chart.numbers), default=0)
    room = max(1, cells - ahead - behind - 4)
    lines = [clean(chart.title)]
    for label, part, number in zip(labels, chart.parts, chart.numbers, strict=True):
        steps = 0 if part is None or part <= 0 else max(1, min(room, round(part * room)))
        lines.append(f"{fit(label, ahead)}  {(bar * steps).ljust(room)}  {number.rjust(behind)}".rstrip())
    return lines


def _narrow(widths: list[int], table: Table, cells: int) -> None:
    """Take from the widest text until the row fits, as far as texts can give."""
    firm = [_is_firm(table, column) for column in range(len(table.header))]
    while sum(widths) + 2 * (len(widths) - 1) > cells:
        texts = [n for n, kept in enumerate(firm) if not kept and widths[n] > _MIN_WIDTH]
        if not texts:
            return
        widest = max(texts, key=lambda n: widths[n])
        widths[widest] -= 1


def _row(row: list[str], widths: list[int], numeric: list[bool]) -> str:
    parts = []
    for text, room, number in zip(row, widths, numeric, strict=True):
        short = text if number else _cut(text, room)
        space = " " * max(0, room - width(short))
        parts.append(space + short if number else short + space)
    return "  ".join(parts).rstrip()


def _wrapped(texts: Iterable[str], cells: int | None) -> list[str]:
    if cells is None:
        return [clean(text) for text in texts]
    return [part for text in texts for part in wrap(clean(text), cells)]
