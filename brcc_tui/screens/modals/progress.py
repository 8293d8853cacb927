"""A plan being applied, change by change. It may be closed at any time: the work continues and stays watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from brcc_tui.model.changes.plan import Change, ChangeResult
from brcc_tui.operations.changes.outcome_words import OUTCOME_WORDS, STATE_WORDS
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.age import say_if_old
from brcc_tui.widgets.names import called_apart, shop_name, with_names
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.plan_lines import plan_title
from brcc_tui.widgets.text import fit, wrap

if TYPE_CHECKING:
    from brcc_tui.screens.state.running_plan import RunningPlan


class ProgressModal(Modal[None]):
    """Follows one run."""

    shows_faults = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "cancel", "close"),
        Binding("s", "stop", "stop after this step"),
        Binding("u", "undo", "undo"),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, run: RunningPlan) -> None:
        super().__init__()
        self._run = run

    def follows(self, run: RunningPlan) -> bool:
        """Whether this is the run that is shown."""
        return run is self._run

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Painted(id="title")
            with VerticalScroll(classes="scroll gap", can_focus=False):
                yield Painted(id="changes")
            yield Painted(id="answer", classes="foot gap")

    def on_mount(self) -> None:
        self.call_after_refresh(self.keep_up)

    def on_resize(self) -> None:
        """Lines are cut for the width there is."""
        self.keep_up()

    def keep_up(self) -> None:
        """Show how far it has come."""
        run, glyphs = self._run, self.host.glyphs
        cells = max(self.query_one("#changes").size.width, 40)
        ended = len(run.results()) if run.ended else len(run.seen())
        title = plan_title(run.plan, self.host.board.shows, self.host.now())
        self.query_one("#title", Painted).show(
            [line((title, "title"), (f"   {ended} of {len(run.plan.changes)}", "dim"))]
        )
        lines: list[Line] = []
        for change in run.plan.changes:
            lines += self._change(change, cells)
        if run.error:
            lines += [line(), *(line((f" {part}", "bad")) for part in wrap(run.error, cells - 2))]
        self.query_one("#changes", Painted).show(lines)
        self.query_one("#answer", Painted).show([self._answer(glyphs.done)])

    def _answer(self, done: str) -> Line:
        run = self._run
        close = (Span(" esc", "key", "screen.cancel"), Span(" close", "", "screen.cancel"))
        if run.ended:
            return (*close, *self._undo(), Span("    nothing more will happen; History keeps it", "dim"))
        if run.stop_asked:
            return (*close, Span(f"    {done} stops after the step that is under way", "warn"))
        return (
            *close,
            Span(" and keep watching    ", "dim"),
            Span("s", "key", "screen.stop"),
            Span(" stop after this step", "", "screen.stop"),
            *self._undo(),
        )

    def _undo(self) -> Line:
        shown = (Span("    u", "key", "screen.undo"), Span(" undo, through a plan", "", "screen.undo"))
        return shown if self._run.can_be_undone else ()

    def _change(self, change: Change, cells: int) -> list[Line]:
        run, glyphs, listing = self._run, self.host.glyphs, change.listing
        shop = shop_name(listing.platform)
        name, *more = wrap(f"{shop}  {called_apart([x.listing for x in run.plan.changes])[listing.id]}", cells - 22)
        result = run.results().get(listing.id)
        came_to = result.reading if result is not None and result.done else change.after
        before, after = (quantity_text(reading.capacity, glyphs) for reading in (change.before, came_to))
        numbers = f"{before} {glyphs.arrow} {after}"
        sign, tone, words = self._ended(result, change) if result is not None else self._under_way(change)
        return [
            line((f" {sign} ", tone), (fit(name, cells - 22), "strong"), f"{numbers:>15}"),
            *(line((f"   {part}", "strong")) for part in more),
            *(line((f"     {part}", tone)) for part in wrap(words, cells - 6)),
        ]

    def _ended(self, result: ChangeResult, change: Change) -> tuple[str, str, str]:
        """Sign, tone and words for how a change ended."""
        glyphs = self.host.glyphs
        kind, tone, words = OUTCOME_WORDS[result.outcome]
        if result.sold_meanwhile:
            words += f"; {result.sold_meanwhile} sold meanwhile"
        offered, left = result.offer, quantity_text(result.reading.remaining, glyphs)
        read_at = result.reading.read_at
        old = say_if_old(read_at, self.host.now()) if read_at else ""
        since = f", {old}" if old else " now"
        left += " left" if result.read_since else " left when it was planned"
        words += f"; {left}" if offered is None else f"; {quantity_text(offered, glyphs)} on sale{since}"
        words += f". {self._named(result.reason, change)}" if result.reason else ""
        return glyphs.ended(kind), tone, words

    def _under_way(self, change: Change) -> tuple[str, str, str]:
        """Sign, tone and words for the last step of a change, or that it waits."""
        step = self._run.last_steps().get(change.listing.id)
        if step is None:
            return self.host.glyphs.hollow, "dim", "waiting its turn"
        words = STATE_WORDS.get(step.event, step.event.replace("_", " "))
        words += f": {self._named(step.detail, change)}" if step.detail else ""
        return self.host.glyphs.running, "accent", words

    def _named(self, text: str, change: Change) -> str:
        """Names in the place of ids: what people know."""
        return with_names(text, self.host.board.listings, self.host.now(), of=change.listing.id)

    def action_undo(self) -> None:
        """Back to the capacities before, through a plan of its own. What is under way is stopped first."""
        run, host = self._run, self.host
        if not run.can_be_undone:
            return

        async def stop_and_undo() -> None:
            run.stop()
            await run.until_ended()
            await host.until_nothing_is_asked()
            if entries := run.written():
                host.undo(entries)

        self.dismiss(None)
        host.work(stop_and_undo, "undoing a plan", again=False)

    def action_stop(self) -> None:
        """Begin no further change."""
        self._run.stop()
        self.keep_up()
