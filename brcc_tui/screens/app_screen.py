"""What the seven screens have in common: top line, sidebar, body, keys, and the errors panel's news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from brcc_tui.screens.state.board import Board
from brcc_tui.screens.support.keymap import named
from brcc_tui.widgets.age import Ages
from brcc_tui.widgets.key_line import KeyLine
from brcc_tui.widgets.names import shop_mark
from brcc_tui.widgets.paint import Span
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.sidebar import SCREENS, SIDEBAR_FROM, Sidebar
from brcc_tui.widgets.top_line import SERVICES, TopLine
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from brcc_tui.model.listing import Listing
    from brcc_tui.screens.support.host import ScreenHost
from brcc_tui.screens.support.textual_internals import PaintsOnce

WIDTHS: Final = [(0, "-narrow"), (SIDEBAR_FROM, "-medium"), (120, "-wide")]
HEIGHTS: Final = [(0, "-low"), (30, "-high")]
"""Classes that a screen takes from so many columns and rows on; the stylesheets arrange by them."""


def _class_for(cells: int, steps: Sequence[tuple[int, str]]) -> str:
    return next(name for least, name in reversed(steps) if cells >= least)


class AppScreen(PaintsOnce[None]):
    """One of the seven screens. A subclass gives its `NAME` and `contents`, and repaints itself in `update_content`."""

    NAME: ClassVar[str] = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "Rows"
    FOR_A_ROW: ClassVar[frozenset[str]] = frozenset()
    """What cannot be done while there is no row to do it to."""

    _in_front = False
    _is_due = True
    """Whether the board has said something that is not shown; nothing is, of a new screen."""

    @property
    def host(self) -> ScreenHost:
        """The application, as far as a screen may know it."""
        return cast("ScreenHost", self.app)

    @property
    def board(self) -> Board:
        """What is known now."""
        return self.host.board

    def compose(self) -> ComposeResult:
        """Frame and contents, arranged for the terminal's size from the first layout on."""
        size = self.app.size
        self.add_class(_class_for(size.width, WIDTHS), _class_for(size.height, HEIGHTS))
        title = next(title for _, name, title in SCREENS if name == self.NAME)
        yield TopLine(title)
        with Horizontal(id="middle"):
            yield Sidebar(self.NAME)
            with Vertical(id="body"):
                yield from self.contents()
        yield KeyLine(id="keys")

    def ages(self) -> Ages:
        """How old numbers are at this moment."""
        return Ages(self.host.now(), self.board.silent, self.host.glyphs)

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Every key gets the name by which a person may move it."""
        cls.BINDINGS = named(vars(cls).get("BINDINGS", ()))
        super().__init_subclass__(**arguments)

    def offers(self, action: str) -> bool:
        """Whether the line of keys shows the key of this action now. One that is pressed all the same says why not."""
        return action not in self.FOR_A_ROW or any(rows.rows for rows in self.query(Rows))

    def say_no_row(self) -> None:
        """Why a key for a row cannot act: the list is empty, and says itself why it is."""
        self.host.show_status("This key is for a row, and the list has none.")

    def subject(self) -> str:
        """The id of what the keys mean now, for whoever wants to copy it."""
        focused = self.focused
        return focused.current_key if isinstance(focused, Rows) else ""

    def select(self, listings: Sequence[Listing]) -> None:
        """Select these for comparing, or let them go when all of them are selected."""
        board = self.board
        chosen = all(listing.id in board.selected for listing in listings)
        for listing in listings:
            if (listing.id in board.selected) == chosen and not board.toggle(listing.id):
                self.host.show_status("Ten listings are selected: that is all that can be compared.", "warn")
                break
        self.host.changed()

    def contents(self) -> Iterable[Widget]:
        """The widgets of this screen's body."""
        return ()

    def update_content(self) -> None:
        """Show what the board says now."""

    def on_mount(self) -> None:
        """Follow the board; the first telling is that of coming to the front."""
        self.host.board_changed.subscribe(self, self._hear, immediate=True)

    def _hear(self, _: None) -> None:
        """However often the board says something before this screen's turn comes, it is shown once."""
        if not self._is_due:
            self._is_due = True
            self.call_next(self._update_all)

    def on_screen_resume(self) -> None:
        """What was said while another screen was in front, or before this one was there; not what it showed behind a
        modal. A new screen hears of it twice.
        """
        if not self._in_front:
            self._in_front = True
            self._update_all()
            self.host.hear_other_copies()

    def on_screen_suspend(self) -> None:
        """Another screen or a modal comes to the front."""
        self._in_front = False

    def _update_all(self) -> None:
        """Show what the board has said, once. What is said while another screen takes this one's place waits."""
        hidden = not self.is_current and self.is_mounted and self.app.screen_stack[0] is not self
        if hidden or not self._is_due:
            return
        self._is_due = False
        self.set_class(self.host.sidebar_hidden, "-no-sidebar")
        self._tell_frame()
        self.update_content()

    def _tell_frame(self) -> None:
        host, board, now = self.host, self.board, self.host.now()
        self.query_one(TopLine).set_content(host.shop_name, host.desk.profile, _services_of(board, now), host.news())
        selected = [_selected_words(board, listing_id, now) for listing_id in board.selected]
        self.query_one(Sidebar).set_content(_badges(board, now), selected)


def _services_of(board: Board, now: dt.datetime) -> Mapping[str, str]:
    """The condition of each service by its check; `waiting` where an answer is overdue and it is not known as down,
    `quiet` where it was well when it was asked last, and that is long ago.
    """
    checks = board.checks
    services = {key: checks[key].status.value for key, _ in SERVICES if key in checks}
    services |= {key: "quiet" for key, status in services.items() if status == "healthy" and board.is_quiet(key, now)}
    return services | dict.fromkeys(
        board.waiting - {key for key, status in services.items() if status == "down"}, "waiting"
    )


def _badges(board: Board, now: dt.datetime) -> Mapping[str, Span]:
    """What stands beside the name of a screen: how much waits there."""
    badges = {}
    if waiting := len(board.attention(now)):
        badges["dashboard"] = Span(str(waiting), "warn")
    if board.selected:
        badges["compare"] = Span(f"{len(board.selected)}/10", "note")
    if board.drafts:
        badges["compare"] = Span(f"{len(board.drafts)}* {len(board.selected)}/10", "accent")
    return badges


def _selected_words(board: Board, listing_id: str, now: dt.datetime) -> tuple[str, str]:
    """A selected listing in the sidebar: when it begins, or what it is called; its shop, and whether it has a draft."""
    listing = board.listings.get(listing_id)
    words = listing_id
    if listing is not None:
        words = say_start(listing.starts_at, now) if listing.starts_at else listing.title
    return words, f"{shop_mark(listing_id)}{'*' if listing_id in board.drafts else ' '}"
