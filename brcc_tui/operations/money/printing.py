"""Sheets as a page to print and as a table for a spreadsheet. Everything from a shop is data in both."""

from __future__ import annotations

import csv
import html
import io
from typing import Final

from brcc_tui.model.money.sheet import Chart, Sheet, SheetCell, Table, cell_text
from brcc_tui.operations.catalogue.export import without_formula

_STYLE: Final = """
body { font: 12pt/1.4 sans-serif; margin: 2em; color: #000; background: #fff }
table { border-collapse: collapse; margin: 1em 0 } caption { text-align: left; font-weight: bold }
th, td { text-align: left; padding: .15em .8em .15em 0; border-bottom: 1px solid #bbb; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums } .sum td { font-weight: bold }
.bar { width: 24em } .bar span { display: block; height: .9em; background: #555; print-color-adjust: exact }
@media print { body { margin: 0 } thead { display: table-header-group } tr { page-break-inside: avoid } }"""


def as_html(sheet: Sheet) -> str:
    """A whole page of its own: no script, nothing from elsewhere, every text escaped."""
    title = _text(sheet.title)
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>{title}</title><style>{_STYLE}\n</style></head><body>",
        f"<h1>{title}</h1>",
        *(f"<p>{_text(text)}</p>" for text in sheet.lines),
        *(part for table in sheet.tables for part in _table(table)),
    ]
    parts += [part for chart in sheet.charts for part in _chart(chart)]
    if sheet.notes:
        parts += ["<ul>", *(f"<li>{_text(note)}</li>" for note in sheet.notes), "</ul>"]
    parts += [f"<p>{_text(text)}</p>" for text in sheet.legend]
    return "\n".join([*parts, "</body></html>"]) + "\n"


def _table(table: Table) -> list[str]:
    numeric = [table.is_number(column) for column in range(len(table.header))]
    caption = f"<caption>{_text(table.title)}</caption>" if table.title else ""
    head = "".join(
        f"<th{_class(number)}>{_text(name)}</th>" for name, number in zip(table.header, numeric, strict=True)
    )
    rows = [f"<tr>{_cells(row, numeric)}</tr>" for row in table.rows]
    rows += [f'<tr class="sum">{_cells(row, numeric)}</tr>' for row in table.totals]
    return [f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>", *rows, "</tbody></table>"]


def _chart(chart: Chart) -> list[str]:
    """Bars that a printer prints: their width is all that is drawn."""
    rows = [
        f'<tr><td>{_text(label)}</td><td class="bar">{_bar(part)}</td><td class="number">{_text(number)}</td></tr>'
        for label, part, number in zip(chart.labels, chart.parts, chart.numbers, strict=True)
    ]
    return [f'<table class="chart"><caption>{_text(chart.title)}</caption><tbody>', *rows, "</tbody></table>"]


def _bar(part: float | None) -> str:
    share = 0 if part is None else round(max(0.0, min(1.0, part)) * 100)
    return f'<span style="width: {share}%"></span>'


def _cells(row: tuple[SheetCell, ...], numeric: list[bool]) -> str:
    return "".join(
        f"<td{_class(number)}>{_text(cell_text(cell))}</td>" for cell, number in zip(row, numeric, strict=True)
    )


def _class(number: bool) -> str:
    return ' class="number"' if number else ""


def _text(text: str) -> str:
    """Escaped; letters that turn the writing around or that nobody can see become spaces."""
    return html.escape("".join(c if c.isprintable() else " " for c in text))


def table_as_csv(header: tuple[str, ...], rows: list[tuple[SheetCell, ...]]) -> str:
    """A table for a spreadsheet; what is not known is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def _plain(cell: SheetCell) -> str | int:
    if cell is None:
        return ""
    return without_formula(cell) if isinstance(cell, str) else cell if isinstance(cell, int) else str(cell)
