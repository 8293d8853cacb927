"""After a crash: changes that were begun and never seen to their end, with the present state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from brcc_tui.model.few_of_many import plural
from brcc_tui.screens.modals.modal import MODAL_STYLES, Modal
from brcc_tui.screens.support.entry_lines import night_of, say_when
from brcc_tui.widgets.age import say_when_read
from brcc_tui.widgets.names import alike_of, listing_name, shop_mark, with_names
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.text import fit, fit_name, width
from brcc_tui.widgets.when import say_briefly, say_start

if TYPE_CHECKING:
    from brcc_tui.model.listing import Listing
    from brcc_tui.operations.changes.recover import Recoverable

_WORDS = {
    "keep": ("c", "keep", "the present number is right"),
    "reapply": ("a", "re-apply", "write what was intended; a plan is shown first"),
    "restore": ("t", "restore", "write the capacity before it; a plan is shown first"),
}

_NUMBERS = 22
"""Cells of the numbers of a row: from what to what, and the present state."""


@dataclass(frozen=True, slots=True)
class RecoveryChoice:
    """What to do about one entry: keep, or the plan to make (`how` is reapply or restore)."""

    entry_id: str
    how: str

    @property
    def keep(self) -> bool:
        """Whether nothing is to be written."""
        return self.how == "keep"


class Recovery(Modal[RecoveryChoice | None]):
    """One change a row; a key decides about the one under the cursor."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [MODAL_STYLES, "recovery.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "later"),
        Binding("c", "choose('keep')", "keep"),
        Binding("a", "choose('reapply')", "re-apply"),
        Binding("t", "choose('restore')", "restore"),
    ]

    def __init__(self, found: Sequence[Recoverable]) -> None:
        super().__init__()
        self._found = found
        self._moments = 0
        self._alike: Collection[str] = ()

    def compose(self) -> ComposeResult:
        """The list, and the one under the cursor in words."""
        with Vertical(id="box"):
            yield Painted(id="title")
            yield Rows(self._paint, lambda one: one.entry.id, id="found")
            yield Painted(id="about", classes="gap")
            yield Painted(id="answer", classes="gap")

    def on_mount(self) -> None:
        count = len(self._found)
        self.query_one("#title", Painted).show([line((f"{count} {plural('change', count)} never settled", "bad"))])
        self._alike = alike_of(self.host.board.listings.values())
        self._moments = max(width(self._moment(one)) for one in self._found)
        rows = self.query_one("#found", Rows)
        rows.set_rows(self._found)
        rows.styles.height = min(count, 8)
        rows.focus()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another one."""
        event.stop()
        self._tell()

    def _current(self) -> Recoverable | None:
        one: Recoverable | None = self.query_one("#found", Rows).current
        return one

    def _paint(self, one: Recoverable, cells: int) -> Line:
        """When it was changed, of which shop, night and title, and the numbers in columns."""
        host, entry = self.host, one.entry
        stands = "now" if say_when_read(one.now.read_at, host.now()) == "Now" else "was"
        glyphs, listing = host.glyphs, host.board.listings.get(entry.listing)
        night = night_of(entry, listing)
        start = f"{say_start(night, host.now())} " if night is not None else ""
        before = f" {fit(self._moment(one), self._moments)} {shop_mark(entry.listing)} {start}"
        return line(
            self._named(before, entry.listing, listing, cells - _NUMBERS),
            (f"{f'{one.before} {glyphs.arrow} {entry.after}':>11}", "strong"),
            (f"  {stands} {quantity_text(one.now.capacity, glyphs):>4} ", "accent"),
        )

    def _named(self, before: str, listing_id: str, listing: Listing | None, cells: int) -> str:
        """The title behind what stands before it, with the class or slot where nothing else tells it from another."""
        more = self.host.glyphs.more
        if listing is None or listing_id not in self._alike:
            return fit(f"{before}{listing.title if listing else listing_id}", cells, more=more)
        return fit_name(f"{before}{listing.title}  {listing.slot or ''}", cells, more=more, after=width(before))

    def _moment(self, one: Recoverable) -> str:
        return say_when(one.entry, lambda at: say_briefly(at, self.host.now()))

    def keep_up(self) -> None:
        """What stood in the shops then is not what is there now."""
        self.query_one("#found", Rows).repaint()
        self._tell()

    def _tell(self) -> None:
        one = self._current()
        if one is None:
            return
        host, now = self.host, one.now
        listing = host.board.listings.get(one.entry.listing)
        capacity, sold, held, offered = (
            quantity_text(each, host.glyphs) for each in (now.capacity, now.sold, now.held, one.offered)
        )
        lines = [
            line((listing_name(listing, host.now()) if listing else one.entry.listing, "strong")),
            line((with_names(one.story, host.board.listings, host.now(), of=one.entry.listing), "warn")),
            line(
                f"{say_when_read(now.read_at, host.now())}: capacity {capacity}, {sold} sold, {held} held, "
                f"{offered} on sale. It was to go from {one.before} to {one.intended}."
            ),
            line((f"by {one.entry.actor}", "dim")),
        ]
        self.query_one("#about", Painted).show(lines)
        keys: list[Line] = []
        for choice in one.choices:
            key, name, words = _WORDS[choice]
            does = f"screen.choose('{choice}')"
            keys.append((Span(f" {key}", "key", does), Span(f" {name:<9}", "strong", does), Span(words, "dim", does)))
        keys.append(
            (
                Span(" esc", "key", "screen.cancel"),
                Span(" later: it stays under Needs attention", "dim", "screen.cancel"),
            )
        )
        self.query_one("#answer", Painted).show(keys)

    def action_choose(self, how: str) -> None:
        """Decide about the one under the cursor."""
        one = self._current()
        if one is not None and how in one.choices:
            self.dismiss(RecoveryChoice(one.entry.id, how))
