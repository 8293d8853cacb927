"""Every check with its detail, how long answers take, the last errors, and the end of the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from brcc_tui.screens.app_screen import AppScreen
from brcc_tui.widgets.age import say_if_old
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.names import CHECK_NAMES
from brcc_tui.widgets.paint import Line, Span, line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.text import fit, fit_name, wrap
from brcc_tui.widgets.top_line import light
from brcc_tui.widgets.when import say_moment

_LOG_LINES = 40
_MIN_TEXT = 40
"""Cells of a detail below which it is under its line, in all of the width."""

_NUMBERS, _MIN_NAME = 36, 20
"""Cells of the numbers of a row of timings, and the least that its name gets."""


class Health(AppScreen):
    """Reads nothing but what `r` asks for."""

    NAME = "health"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "check", "read now", tooltip="check everything again"),
        Binding("E", "app.faults", "errors"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._checking = False

    def contents(self) -> Iterable[Widget]:
        yield Heading(id="state")
        yield Rows[tuple[int, Line]](lambda row, _: row[1], lambda row: str(row[0]), id="lines")

    def on_mount(self) -> None:
        """Check once, unless that was just done."""
        if self.board.health is None:
            self.action_check()

    def action_check(self) -> None:
        """Every check again."""
        self.host.work(self._check, "checking", group="health")

    async def _check(self) -> None:
        self._checking = True
        self.update_content()
        try:
            self.host.take_health(await self.host.desk.check_health())
        finally:
            self._checking = False
            self.host.changed()

    def update_content(self) -> None:
        """All of it, in lines."""
        width = self.query_one("#lines", Rows).size.width
        if not width:
            self.call_after_refresh(self.update_content)
            return
        report = self.board.health
        words = "checking…" if self._checking else "not checked yet"
        if report is not None and not self._checking:
            now = self.host.now()
            old = say_if_old(report.timestamp, now)
            words = f"checked {say_moment(report.timestamp, now)}{f', {old}' if old else ''}"
        status = report.status.value if report else "unknown"
        self.query_one("#state", Heading).set_content(f"Health: {status}", words, "accent" if self._checking else "dim")
        lines = [part for spans in self._lines(width - 1) for part in _wrapped(spans, width - 1)]
        self.query_one("#lines", Rows).set_rows(list(enumerate(lines)))

    def on_rows_widened(self, event: Rows.Widened) -> None:
        """Lines are wrapped for the width there is."""
        event.stop()
        self.update_content()

    def _lines(self, cells: int) -> Iterable[Line]:
        yield from self._checks()
        yield from self._timings(cells)
        yield from self._errors()
        if tail := self.host.desk.log_tail(_LOG_LINES):
            yield line()
            yield line((" The end of the log", "title"))
            for text in tail:
                yield line(" ", (text, "dim"))

    def _checks(self) -> Iterable[Line]:
        glyphs = self.host.glyphs
        for name, words in self.board.notices.items():
            yield line((f" {glyphs.warning} ", "warn"), (f"{name}: ", "warn"), (words, "warn"))
        for name, check in self.board.checks.items():
            status = check.status.value
            is_old = status == "healthy" and self.board.is_quiet(name, self.host.now())
            sign, tone = light("quiet" if is_old else status, glyphs)
            time = f"{check.milliseconds:,.0f} ms" if check.milliseconds is not None else ""
            head = f"{CHECK_NAMES.get(name, name):<21}{status.replace('_', ' '):<15}{time:>8}  "
            yield line((f" {sign} ", tone), (head, "" if tone in ("good", "dim") else tone), (check.detail, "dim"))

    def _timings(self, cells: int) -> Iterable[Line]:
        if rows := self.host.desk.timings().rows():
            yield line()
            room = max(min(max(len(row.name) for row in rows), cells - 1 - _NUMBERS), _MIN_NAME)
            title = fit(" How long answers take (ms)", room + 1)
            yield line((title, "title"), ("  asked  failed    p50    p95  worst", "dim"))
            for row in rows:
                numbers = f"{row.count:>7}{row.failures:>8}{row.p50:>7.0f}{row.p95:>7.0f}{row.worst:>7.0f}"
                name = fit_name(row.name, room, more=self.host.glyphs.more, between="/")
                yield line(f" {name}", (numbers, "warn" if row.failures else ""))

    def _errors(self) -> Iterable[Line]:
        if errors := self.host.desk.timings().errors():
            yield line()
            yield line((" Last errors", "title"))
            for error in errors:
                at = say_moment(error.at, self.host.now())
                yield line((f" {at}  ", "dim"), f"{error.name}  ", (error.text, "warn"))


def _wrapped(spans: Line, cells: int) -> Iterable[Line]:
    """The last span of a line may need more rows."""
    if len(spans) < 2 or sum(len(span.text) for span in spans) <= cells:
        yield spans
        return
    *head, last = spans
    indent = sum(len(span.text) for span in head)
    if cells - indent < _MIN_TEXT:
        indent = 4
        yield tuple(head)
        rows = wrap(last.text, cells - indent)
    else:
        first, *rows = wrap(last.text, cells - indent)
        yield (*head, Span(first, last.tone))
    for row in rows:
        yield (Span(" " * indent), Span(row, last.tone))


SCREEN = Health
