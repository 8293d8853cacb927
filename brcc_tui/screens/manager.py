"""One shop's own tree: find, select, change, ask why. The Eventbrite and the WooCommerce screen are this one."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import parent_of
from brcc_tui.screens.drafts import DraftScreen
from brcc_tui.screens.filtered import FilteredScreen
from brcc_tui.screens.support.tree import TREE_ORDER, TreeRow, row_title, sums_in_view, tree_rows
from brcc_tui.widgets.filter_field import FIND_LISTINGS, FilterField
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.listing_line import ListingColumns, branch_status, paint_listing
from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.text import fit, width
from brcc_tui.widgets.totals import TotalsLine, listing_sums
from brcc_tui.widgets.when import say_age, say_start

VIEWS: tuple[tuple[str, Callable[[Listing], bool]], ...] = (
    ("everything", lambda _: True),
    ("what cannot be changed", lambda listing: not listing.writable),
    ("what is out of the ordinary", lambda listing: bool(listing.flags - {Flag.PAST})),
)
"""What can be looked at alone, by its name. What cannot be read cannot be changed either."""

_ROOMY = 76
"""Cells from which on the heading says how old the catalogue is: each row says its own age."""

_BRANCH = 7
"""Cells of the capacity of a branch, as in `12,345?`: what else the column has is for its name."""

_EMPTY = "Nothing here. R reads the catalogue of both shops."


class Manager(FilteredScreen, DraftScreen):
    """A tree of everything one shop sells. A subclass names the platform."""

    PLATFORM: ClassVar[Platform]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open"),
        Binding("right,l", "unfold(True)", "right, or unfold", show=False),
        Binding("left,h", "unfold(False)", "left, or fold", show=False),
        Binding("e", "unfold_all", "unfold all", show=False),
        Binding(
            "v", "next_view", "view", tooltip="view: everything, what cannot be changed, what is out of the ordinary"
        ),
        Binding("S", "sort", "sort", tooltip="sort by the next column: week, title, capacity, sold, left"),
        Binding("Z", "turn_order", "sort the other way round", show=False),
        Binding("c", "app.go('compare')", "compare", show=False),
        Binding("O", "past", "past"),
        Binding("r", "read", "read now"),
        Binding("R", "refresh_catalogue", "refresh all", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._unfolded: set[str] = set()
        self._view = 0
        self._order = TREE_ORDER
        self._past = False
        self._made: tuple[object, Sequence[TreeRow], int] = (None, (), 0)

    def contents(self) -> Iterable[Widget]:
        """Filter, columns, tree."""
        yield Heading(id="state")
        yield FilterField(FIND_LISTINGS)
        yield TotalsLine(id="sums")
        yield TreeHeader()
        yield Rows[TreeRow](self._paint, lambda row: row.key, id="tree")

    def update_content(self) -> None:
        """The tree as it is unfolded now."""
        now = self.host.now()
        words = self.filter_field.value
        rows, mine = self._rows(words, now)
        view = VIEWS[self._view][0]
        empty = f"Nothing here of {view}. v shows the next view." if self._view else _EMPTY
        self.show_rows(rows, self.of_catalogue(empty))
        self.rows.repaint()
        age = f"catalogue {say_age(self.board.read_at, now)}" if self.board.read_at else "never read"
        busy, sign = self.host.busy, self.host.glyphs.falling if self._order.falling else self.host.glyphs.rising
        past = f"{'with' if self._past else 'without'} past dates"
        wanted = self.wanted()
        found = self.found_note(wanted)
        if self.size.width >= _ROOMY:
            seen = f"{age}   " + (f"showing {view}" if self._view else f"by {self._order.column} {sign}   {past}")
        else:
            seen = view if self._view else f"{self._order.column} {sign}   {past}"
        note = busy or f"{found}{seen}"
        count, sums = sums_in_view(rows)
        many = f"{count:,} of {mine:,} listings" if wanted or self._view else f"{mine:,} listings"
        many = self.of_catalogue(many, "Listings")
        self.query_one("#state", Heading).set_content(many, note, "warn" if found else "accent" if busy else "dim")
        self.tell_sums(listing_sums(sums, self.host.glyphs))
        self.query_one(TreeHeader).set_order(self._order.column, sign)

    def _rows(self, words: str, now: dt.datetime) -> tuple[Sequence[TreeRow], int]:
        """The rows, and how many listings there are. They are the same until one of these differs."""
        board = self.board
        seen = (
            id(board.listings), board.taken, id(board.failed), frozenset(self._unfolded), words, self._view,
            self._order, self._past, now.replace(second=0, microsecond=0),
        )  # fmt: skip
        if self._made[0] != seen:
            name, wanted = VIEWS[self._view]
            every = board.listings.values()
            failed = board.failed if name != VIEWS[-1][0] else ()
            rows = tree_rows(
                filter(wanted, every) if self._view else every, failed, self.PLATFORM, self._unfolded,
                words=words, order=self._order, past=self._past, now=now,
            )  # fmt: skip
            mine = sum(1 for listing in board.listings.values() if listing.platform is self.PLATFORM)
            self._made = seen, rows, mine
        return self._made[1:]

    def listing(self) -> Listing | None:
        """The listing of the row under the cursor."""
        row: TreeRow | None = self.rows.current
        if row is None or row.listing is None:
            return None
        return self.board.listings.get(row.listing.id, row.listing)

    def _paint(self, row: TreeRow, cells: int) -> Line:
        glyphs = self.host.glyphs
        indent = "  " * row.depth
        if row.listing is not None:
            mark = glyphs.chosen if row.listing.id in self.board.selected else " "
            draft = self.board.drafts.get(row.listing.id)
            title = row_title(row, self.host.now())
            return paint_listing(
                f" {indent}{mark} {title}", row.listing, draft, cells, glyphs, self.ages().of([row.listing])
            )
        if row.failure is not None:
            words = f" cannot be read: {row.failure.reason}"
            least = min(30, cells // 2)
            title = fit(row.title, max(least, min(width(row.title), cells - 3 - width(words))), more=glyphs.more)
            return (
                Span(f" {glyphs.unknown} ", "warn"),
                Span(title),
                Span(fit(words, cells - width(title) - 3, more=glyphs.more), "dim"),
            )
        sign = glyphs.open if row.open else glyphs.shut
        columns = ListingColumns.within(cells)
        count = f" ({row.count})"
        sums = row.sums
        if sums is None:
            return (Span(fit(f" {indent}{sign} {row.title}{count}", columns.title + 1, more=glyphs.more)),)
        part = "+?" if sums.unknown else ""
        capacity, sold, left = (f"{number:,}{part}" for number in (sums.capacity, sums.sold, sums.remaining))
        if sums.endless:
            capacity = left = glyphs.no_limit
        spare = max(columns.capacity - max(width(capacity), _BRANCH), 0)  # no draft is ever noted on a branch
        room = columns.title + 1 + spare - len(count)
        title = fit(f" {indent}{sign} {row.title}", room, more=glyphs.more) + count
        numbers = f"{capacity:>{columns.capacity - spare}} {sold:>5} {'':>5} {left:>5}"
        room = columns.bar + columns.status + 1 if columns.bar else 0
        start = say_start(row.first, self.host.now()) if row.first and room else ""
        said, tone = fit(start, room, more=glyphs.more) if start != row.title else "", "dim"
        if columns.status and not room:
            said, tone = branch_status(row.inside, columns.status)
        name = Span(f"{title} ", "strong" if row.depth == 0 else "")
        return name, Span(numbers, "dim"), self.ages().of(row.inside).span(), Span(f" {said}", tone)

    def action_open(self) -> None:
        """Unfold a branch; show a listing in full."""
        row = self.rows.current
        if row is None:
            return
        if row.open is not None:
            self._unfolded.symmetric_difference_update({row.key})
            self.update_content()
            self._show_branch()
        else:
            self.host.explain(row.failure.id if row.failure else row.key)

    def action_unfold(self, unfold: bool) -> None:
        """Unfold or fold the branch of the row under the cursor."""
        tree = self.rows
        row = tree.current
        if row is None:
            return
        if unfold and row.open is False:
            self._unfolded.add(row.key)
        elif not unfold and row.open:
            self._unfolded.discard(row.key)
        elif not unfold and row.depth:
            above = next(i for i in range(tree.cursor, -1, -1) if tree.rows[i].depth < row.depth)
            tree.move_to(above)
            return
        self.update_content()
        self._show_branch()

    def _show_branch(self) -> None:
        """What stands below the row under the cursor comes into sight, as much of it as fits."""
        tree = self.rows
        first = tree.cursor
        below = itertools.takewhile(lambda row: row.depth > tree.rows[first].depth, tree.rows[first + 1 :])
        tree.show_together(first, first + sum(1 for _ in below))

    def action_unfold_all(self) -> None:
        """Unfold everything, or fold everything."""
        mine = [listing for listing in self.board.listings.values() if listing.platform is self.PLATFORM]
        everything = {key for listing in mine for key in (listing.group, _above(listing))}
        self._unfolded = set() if everything <= self._unfolded else everything
        self.update_content()

    def action_next_view(self) -> None:
        """Everything, then what cannot be changed, then what is out of the ordinary."""
        self._view = (self._view + 1) % len(VIEWS)
        self.update_content()
        self.rows.move_to(0)

    def action_why(self) -> None:
        """Why: of a listing, of a product, of what cannot be read; of a series, by what in it cannot be changed."""
        row: TreeRow | None = self.rows.current
        if row is None or row.open is None:
            self.action_open()
            return
        inside = [one for one in self.board.listings.values() if row.key in (one.group, _above(one))]
        if inside and inside[0].platform is Platform.WOOCOMMERCE and row.depth == 0:
            self.host.explain(row.key)
        elif inside:
            self.host.explain(min(inside, key=lambda one: (one.writable, one.id)).id)

    def action_past(self) -> None:
        """Show or hide what is over."""
        self._past = not self._past
        if self._past:
            self.host.desk.load_all(self.board)
        self.update_content()

    def action_read(self) -> None:
        """Read what is under the cursor now: one listing, or a branch with everything in it."""
        tree = self.rows
        row = tree.current
        if row is None:
            self.host.show_status("Nothing stands here to be read: esc shows everything.")
            return
        if row.listing is not None:
            self.host.read_now([row.listing.id])
            return
        now = self.host.now()
        inside = tree_rows(
            (x for x in self.board.listings.values() if row.key in (x.group, _above(x))), (), self.PLATFORM,
            {row.key, *(x.group for x in self.board.listings.values())}, words="", past=self._past, now=now,
        )  # fmt: skip
        ids = [inner.listing.id for inner in inside if inner.listing is not None]
        self.host.read_now(ids or [x.id for x in self.board.listings.values() if row.key in (x.group, _above(x))])

    def action_refresh_catalogue(self) -> None:
        """Both shops from the beginning."""
        self.host.refresh_catalogue()


def _above(listing: Listing) -> str:
    """The branch beside its group that a listing stands below."""
    return parent_of(listing.id)


class TreeHeader(Painted):
    """The names of the columns of the tree."""

    _order = ("", "")

    def set_order(self, column: str, sign: str) -> None:
        """Mark the column by which the tree is sorted."""
        if (column, sign) != self._order:
            self._order = (column, sign)
            self.refresh()

    def lines(self, cells: int) -> list[Line]:
        """One line, as wide as the list without its scroll bar."""
        names = ListingColumns.within(cells - 1).header("", "next")
        column, sign = self._order
        if column:
            names = tuple(span._replace(text=span.text.replace(f"{column} ", f"{column}{sign}", 1)) for span in names)
        return [names]
