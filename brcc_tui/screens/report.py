"""A period's figures, as a screen: by month, quarter or year, grouped in any way."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from brcc_tui.model.money.report import By, Report
from brcc_tui.model.money.sheet import Sheet
from brcc_tui.screens.modals.sheet import SheetScreen

_VIEWS: Final = (By.WEEKDAY, By.SERIES, By.MONTH, By.SHOW)
_SPANS: Final = (1, 3, 12)
"""Months of a period: a month, a quarter, a year."""

_ROOMY: Final = 104
"""Cells from which every column has its place."""


class ReportScreen(SheetScreen):
    """The figures of a period. Another view of it asks nobody anything; another period is read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "view", "view"),
        Binding("Q", "span", "month, quarter or year"),
        Binding("left_square_bracket", "turn(-1)", "month before", key_display="["),
        Binding("right_square_bracket", "turn(1)", "next month", key_display="]"),
    ]
    EXTRA_KEYS: ClassVar = (
        ("v", "view", "screen.view"),
        ("[", "", "screen.turn(-1)"),
        ("]", "turn", "screen.turn(1)"),
        ("Q", "longer", "screen.span"),
    )

    def __init__(self, today: dt.date) -> None:
        super().__init__("Report", "reading what the shows earned…")
        self._month = today.replace(day=1)
        self._view = 0
        self._span = 0
        self._report: Report | None = None

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of the period."""
        last = self._month.replace(day=calendar.monthrange(self._month.year, self._month.month)[1])
        return _months_on(self._month, 1 - _SPANS[self._span]), last

    def action_view(self) -> None:
        """Added up by something else."""
        self._view = (self._view + 1) % len(_VIEWS)
        if self._report is not None:
            self.set_sheet(self._made(self._report))

    def action_turn(self, by: int) -> None:
        """So many months on."""
        self._month = _months_on(self._month, by)
        self.action_read()

    def action_span(self) -> None:
        """A month, a quarter, a year, and a month again."""
        self._span = (self._span + 1) % len(_SPANS)
        self.action_read()

    async def read_sheet(self) -> Sheet:
        """The figures of the period that is meant."""
        from brcc_tui.operations.money.report import read_report

        self._report = await read_report(self.host.desk.club, *self.days, self.show_status)
        return self._made(self._report)

    def _made(self, report: Report) -> Sheet:
        from brcc_tui.operations.money.sheets import report_sheet

        return report_sheet(report, _VIEWS[self._view], roomy=self.app.size.width >= _ROOMY)


def _months_on(day: dt.date, months: int) -> dt.date:
    """The first of the month so many months later."""
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)
