"""The confirmation before every write: the whole plan, and one key that says yes.

Enter, Esc and n say no. `y` says yes, and only once the plan has been on the screen. A plan with a danger in it also
requires a number to be typed. This is the only module of the screens that can make a confirmed plan.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import number_to_type
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.age import say_if_old
from brcc_tui.widgets.paint import Painted, Span, line
from brcc_tui.widgets.plan_lines import plan_lines, plan_title

if TYPE_CHECKING:
    from brcc_tui.model.changes.permit import ConfirmedPlan
    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.screens.state.board import Board


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person said yes to, and why, if they told."""

    confirmed: ConfirmedPlan
    reason: str


class ConfirmPlan(Modal[Consent | None]):
    """Shows a plan and asks. Dismissed with the consent, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("enter,n", "cancel", "cancel", show=False),
        Binding("y", "yes", "apply"),
        Binding("w", "why", "say why"),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("pagedown,space", "scroll(10)", "Page down", show=False),
        Binding("pageup", "scroll(-10)", "Page up", show=False),
    ]

    def __init__(self, plan: Plan, actor: str) -> None:
        super().__init__()
        self._plan = plan
        self._actor = actor
        self._number = number_to_type(plan)

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Painted(id="title")
            with VerticalScroll(classes="scroll gap", can_focus=False):
                yield _PlanText(self._plan, self.host.board)
            with Vertical(classes="foot"):
                yield from self._fields()
                yield Painted(id="answer", classes="gap")

    def _fields(self) -> ComposeResult:
        if self._plan.changes:
            with Horizontal(classes="row gap"):
                yield Painted(classes="label", id="why-label")
                yield Input(id="why", max_length=200)
        if self._number is not None:
            with Horizontal(classes="row"):
                yield Painted(classes="label", id="number-label")
                yield Input(id="number", max_length=6)

    def on_mount(self) -> None:
        if self._plan.changes:
            key = "w" if self._number is None else "tab"  # where a number is typed, w is a letter
            self.query_one("#why-label", Painted).show([line((f" Why (optional, {key}): ", "dim"))])
        if self._number is not None:
            kind = (
                "the new capacity" if sum(bool(c.dangers) for c in self._plan.changes) == 1 else "the dangerous changes"
            )
            self.query_one("#number-label", Painted).show([line((f" Type {self._number}, {kind}: ", "bad"))])
            self.query_one("#number", Input).focus()
        self._show_answer()

    def keep_up(self) -> None:
        """What is to be changed; of a question that stands for long also how old its numbers are."""
        tone, now = "bad" if self._number is not None else "title", self.host.now()
        lines = [line((plan_title(self._plan, self.host.board.shows, now), tone))]
        if old := say_if_old(self._plan.made_at, now):
            lines.append(line((f" The numbers are {old}. They are read again before anything is written.", "warn")))
        self.query_one("#title", Painted).show(lines)
        self.query_one(_PlanText).keep_up()

    def _show_answer(self, complaint: str = "") -> None:
        if not self._plan.changes:
            self.query_one("#answer", Painted).show([(Span("  "), Span(" Close ", "reverse", "screen.cancel"))])
            return
        complaints = [line((f" {complaint}", "bad"))] if complaint else []
        apply = Span("  y", "key", "screen.yes"), Span(" apply", "", "screen.yes")
        if self._number is not None:
            apply = Span("  enter", "key", "screen.yes"), Span(" after the number applies", "", "screen.yes")
        cancel = Span("[ Cancel ]", "strong", "screen.cancel")
        buttons = (Span(" "), cancel, *apply, Span(f"    as {self._actor}", "dim"))
        self.query_one("#answer", Painted).show([*complaints, buttons])

    def action_yes(self) -> None:
        """Apply, unless there is nothing to apply or a number is still to be typed."""
        if not self._plan.changes:
            return
        if self._number is not None and self.query_one("#number", Input).value.strip() != str(self._number):
            self._show_answer(f"This plan is dangerous: type {self._number} first.")
            self.query_one("#number", Input).focus()
            return
        reason = self.query_one("#why", Input).value.strip()
        self.dismiss(Consent(confirm(self._plan, self._plan.digest), reason))

    def action_why(self) -> None:
        """Type a reason for the journal."""
        if self._plan.changes:
            self.query_one("#why", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter ends typing: after the right number it applies, after a reason the number or the answer follows."""
        event.stop()
        if event.input.id == "number" and event.value.strip():
            self.action_yes()
        elif event.input.id == "number":
            self.action_cancel()
        else:
            self.set_focus(self.query_one("#number", Input) if self._number is not None else None)


class _PlanText(Painted):
    """The plan, laid out for the width there is."""

    def __init__(self, plan: Plan, board: Board) -> None:
        super().__init__()
        self._plan = plan
        self._board = board
        self._told_on: dt.date | None = None

    def keep_up(self) -> None:
        """On another day its nights have other names."""
        if self._told_on not in (None, self.host.now().date()):
            self.update()

    def lines(self, cells: int) -> list[tuple[Span, ...]]:
        """Totals, changes, refusals."""
        host, board = self.host, self._board
        self._told_on = host.now().date()
        return plan_lines(self._plan, board.shows, board.listings, host.now(), host.glyphs, cells)
