"""A page of tables for a terminal, a printer or a spreadsheet: its content, not its appearance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

SheetCell = str | int | Decimal | None
"""None is a number that is not known."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header. `totals` are rows that sum up the others."""

    header: tuple[str, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    title: str = ""
    totals: tuple[tuple[SheetCell, ...], ...] = ()
    below: str = ""
    """A last column that is of no use when it is cut: where the page is narrow, it is below its row."""
    nothing: str = "none"
    """What stands in the place of rows where there are none."""

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers or percentages, and stands to the right."""
        cells = [row[column] for row in (*self.rows, *self.totals)]
        filled = [cell for cell in cells if cell not in (None, "")]
        return bool(filled) and all(map(_counts, filled))


def _counts(cell: SheetCell) -> bool:
    """Whether a cell is a number or a percentage."""
    return cell.endswith(" %") if isinstance(cell, str) else cell is not None


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with a label before and a number behind each; `parts` are from 0 to 1, None where it is not known."""

    title: str
    labels: tuple[str, ...]
    parts: tuple[float | None, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Title, a line or two below it, tables, a chart, notes on what is not known, and a legend."""

    title: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...] = ()
    notes: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()


def cell_text(cell: SheetCell) -> str:
    """A cell as a person reads it; what is not known is a question mark, never 0."""
    return "?" if cell is None else str(cell)
