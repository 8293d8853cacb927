"""Every error of this session, newest first: what happened, to what, what still works, what to do; failing checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from brcc_tui.screens.modals.reader import TextReader
from brcc_tui.widgets.names import CHECK_NAMES
from brcc_tui.widgets.paint import Line, Span, line
from brcc_tui.widgets.top_line import light
from brcc_tui.widgets.when import say_moment

if TYPE_CHECKING:
    from brcc_tui.operations.diagnostics.check import Check
    from brcc_tui.screens.state.board import ErrorNotice


class Errors(TextReader):
    """The errors panel. `r` tries the newest one again where that is safe; a write is never tried again here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "retry", "try again"),
        Binding("d", "forget", "forget all"),
    ]

    def __init__(self) -> None:
        super().__init__("Errors")

    def text(self) -> Sequence[Line]:
        """Each with its moment; the trace of an unexpected one below it. Then what is not well now, whoever asked."""
        faults, unwell = self.host.board.faults, self.host.board.unwell
        if not faults and not unwell:
            return [line(("Nothing went wrong.", "good"))]
        return [*self._faults(reversed(faults)), *self._unwell(unwell)]

    def _faults(self, faults: Iterable[ErrorNotice]) -> list[Line]:
        rows: list[Line] = []
        for fault in faults:
            moment = say_moment(fault.at, self.host.now())
            rows.append(
                line(
                    (f"{moment}  ", "dim"),
                    (fault.doing, "strong"),
                    ("   r tries it again" if fault.retry else "", "dim"),
                )
            )
            rows.append(line("  ", (fault.text, "warn")))
            rows += [line(("    " + part, "dim")) for part in fault.detail.splitlines()]
            rows.append(line())
        return rows

    def _unwell(self, checks: Mapping[str, Check]) -> Iterable[Line]:
        if checks:
            yield line(("Not well now", "title"), ("   7 has all checks, and the last errors of each service", "dim"))
        for key, check in checks.items():
            sign, tone = light(check.status.value, self.host.glyphs)
            name = CHECK_NAMES.get(key, key)
            yield line((f"{sign} ", tone), (f"{name}: {check.detail.removeprefix(f'{name}: ')}", tone))

    def keys(self) -> Line:
        return (*super().keys(), Span("  r", "key", "screen.retry"), Span(" again", "dim", "screen.retry"),
                Span("  d", "key", "screen.forget"), Span(" forget", "dim", "screen.forget"))  # fmt: skip

    def action_retry(self) -> None:
        """Do the newest failed thing once more."""
        faults = self.host.board.faults
        again = next((fault for fault in reversed(faults) if fault.retry), None)
        self.dismiss(None)
        if again is not None and again.retry is not None:
            faults.remove(again)
            again.retry()
            self.host.changed()

    def action_forget(self) -> None:
        """They stay in the log."""
        self.host.board.faults.clear()
        self.host.changed()
        self.dismiss(None)
