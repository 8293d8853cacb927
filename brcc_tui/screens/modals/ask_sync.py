"""How the free seats are shared: mirrored on every listing, or split among them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from brcc_tui.model.newest import read_since
from brcc_tui.model.quantity import add
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.modals.modal import Modal
from brcc_tui.widgets.age import Ages, say_if_old
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.show_line import ShowColumns, paint_show
from brcc_tui.widgets.when import say_start

MAX_BUFFER = 500


@dataclass(frozen=True, slots=True)
class SyncWish:
    """Split, or else mirror; `buffer` seats are kept back."""

    split: bool
    buffer: int


_MIRROR, _SPLIT = "screen.choose(False)", "screen.choose(True)"
"""What a click on a way does: the same as its key."""


class AskSync(Modal[SyncWish | None]):
    """Asks how; nothing is written by this: the plan is shown next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "cancel"),
        Binding("m", "choose(False)", "mirror"),
        Binding("p", "choose(True)", "split"),
        Binding("plus,right,l", "buffer(1)", "more kept back"),
        Binding("minus,left,h", "buffer(-1)", "fewer kept back"),
    ]

    def __init__(self, shows: Sequence[Show]) -> None:
        super().__init__()
        self._shows = shows
        self._buffer = 0

    def compose(self) -> ComposeResult:
        """The shows, the two ways, the buffer."""
        with Vertical(id="box"):
            yield Painted(id="title")
            with VerticalScroll(classes="scroll gap", can_focus=False):
                yield _ShowList(self._shows, self.host.board.silent)
            yield Painted(id="ways", classes="gap")
            yield Painted(id="answer", classes="foot gap")

    def on_mount(self) -> None:
        keys = (
            Span(" esc", "key", "screen.cancel"),
            Span(" cancel   the plan is shown before anything is written", "dim", "screen.cancel"),
        )
        self.query_one("#answer", Painted).show([keys])

    def keep_up(self) -> None:
        """Of which shows, their numbers by now, and the two ways."""
        first = self._shows[0]
        many = f"{len(self._shows)} shows" if len(self._shows) > 1 else say_start(first.starts_at, self.host.now())
        self.query_one("#title", Painted).show(
            [line((f"Sync {many}: share the free seats between the shops", "title"))]
        )
        self.query_one(_ShowList).set_shows(self._now())
        self._explain()

    def _now(self) -> list[Show]:
        """The shows as they are known by now: they may be read while the question stands."""
        return [self.host.board.show_now(show) for show in self._shows]

    def _say_free(self) -> str:
        """The free seats of all the shows, and how old these numbers are."""
        shows = self._now()
        free = add(*(max(show.free, 0) if isinstance(show.free, int) else show.free for show in shows))
        old = say_if_old(read_since([x for show in shows for x in show.listings]), self.host.now())
        many = quantity_text(free, self.host.glyphs)
        return f"free: {many}, {old}" if old else f"free now: {many}"

    def _explain(self) -> None:
        glyphs, kept = self.host.glyphs, self._buffer
        lines: list[Line] = [
            line(
                Span("  m", "key", _MIRROR),
                Span(" mirror  ", "strong", _MIRROR),
                "each listing offers all free seats, less what is kept back.",
            ),
            line(("            A seat may be sold twice until the next sync.", "warn")),
            line(
                Span("  p", "key", _SPLIT),
                Span(" split   ", "strong", _SPLIT),
                "the offers never add up to more than what is free.",
            ),
            line(),
            line(
                Span("  -", "key", "screen.buffer(-1)"),
                Span(" +", "key", "screen.buffer(1)"),
                " kept back from each show: ",
                (f"{kept}", "strong"),
                (f"   {self._say_free()}", "dim"),
            ),
        ]
        unsure = [show for show in self._now() if show.pairing.state.value in ("certain", "likely")]
        if unsure:
            words = "nobody has confirmed that its listings share the room" if len(self._shows) == 1 else (
                f"{len(unsure)} of them were never confirmed (y under Shows) and will be left out"
            )  # fmt: skip
            lines += [line(), line((f"  {glyphs.warning} {words}", "warn"))]
        self.query_one("#ways", Painted).show(lines)

    def action_choose(self, split: bool) -> None:
        """This way."""
        self.dismiss(SyncWish(split, self._buffer))

    def action_buffer(self, by: int) -> None:
        """Keep more or fewer back."""
        self._buffer = max(0, min(self._buffer + by, MAX_BUFFER))
        self._explain()


class _ShowList(Painted):
    """The shows, a line each."""

    def __init__(self, shows: Sequence[Show], silent: Collection[str]) -> None:
        super().__init__()
        self._shows = shows
        self._silent = silent

    def set_shows(self, shows: Sequence[Show]) -> None:
        """Show these, with the age that their numbers have by now."""
        self._shows = shows
        self.update()

    def lines(self, cells: int) -> list[Line]:
        """As the programme has them."""
        host = self.host
        ages = Ages(host.now(), self._silent, host.glyphs)
        rows = [paint_show(show, cells, ages.now, ages.glyphs, ages.of(show.listings)) for show in self._shows]
        return [ShowColumns.within(cells).header(), *rows]
