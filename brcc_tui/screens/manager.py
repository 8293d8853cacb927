"""One shop's own tree: find, select, change, explain. It is both the Eventbrite and the WooCommerce screen."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.listing import Flag, Listing, Platform
from brcc_tui.model.listing_id import parent_of
from brcc_tui.model.shows.ending import Over
from brcc_tui.screens.drafts import DraftScreen
from brcc_tui.screens.filtered import FilteredScreen
from brcc_tui.screens.state.board import NEVER_READ
from brcc_tui.screens.support.tree import TREE_ORDER, TreeRow, held_inside, row_title, sums_in_view, tree_rows
from brcc_tui.widgets.filter_field import FIND_LISTINGS, FilterField
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.listing_line import ListingColumns, branch_status, paint_listing
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.sidebar import SCREENS
from brcc_tui.widgets.text import fit, width
from brcc_tui.widgets.totals import TotalsLine, listing_sums
from brcc_tui.widgets.when import say_start

VIEWS: tuple[tuple[str, Callable[[Listing], bool]], ...] = (
    ("everything", lambda _: True),
    ("what cannot be changed", lambda listing: not listing.writable),
    ("what is unusual", lambda listing: bool(listing.flags - {Flag.PAST})),
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
    FOR_A_ROW = frozenset({"open", "select", "read", "draft", "draft_number", "why"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open"),
        Binding("right,l", "unfold(True)", "right, or unfold", show=False),
        Binding("left,h", "unfold(False)", "left, or fold", show=False),
        Binding("e", "unfold_all", "unfold all", show=False),
        Binding("v", "next_view", "view", tooltip="view: everything, what cannot be changed, what is unusual"),
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
        self._folded: set[str] = set()  # of what is looked for: that is unfolded otherwise
        self._view = 0
        self._order = TREE_ORDER
        self._past = False
        self._made: tuple[object, Sequence[TreeRow], int] = (None, (), 0)

    def contents(self) -> Iterable[Widget]:
        yield Heading(id="state")
        yield FilterField(FIND_LISTINGS)
        yield TotalsLine(id="sums")
        yield TreeHeader()
        yield Rows[TreeRow](self._paint, lambda row: row.key, id="tree")

    def update_content(self) -> None:
        """The tree as it is unfolded now."""
        now = self.host.now()
        rows, mine = self._rows(self.filter_field.value, now)
        empty = f"Nothing here of {VIEWS[self._view][0]}. v shows the next view." if self._view else _EMPTY
        self.show_rows(rows, empty, self._why_unknown, self.board.not_all)
        self.rows.repaint()
        count, sums = sums_in_view(rows)
        self._tell_state(count, mine, now)
        self.tell_sums([] if self._why_unknown else listing_sums(sums, self.host.glyphs))
        self.query_one(TreeHeader).set_order(self._order.column, self.order_sign)

    @property
    def _why_unknown(self) -> str:
        """Why nobody knows what this shop sells; empty where it is known."""
        if self.PLATFORM not in self.board.shops:
            return f"{self._title} is not configured: nothing of it is read. ctrl+p, “settings” tells where they are."
        return self._never_listed() if self.board.read_at else NEVER_READ

    def _never_listed(self) -> str:
        """That no list of this shop came, if nothing that it sells is known from earlier: it may sell anything."""
        board, shop = self.board, self.PLATFORM
        if board.partly or any(listing.platform is shop for listing in board.listings.values()):
            return ""
        failed = any((one.id, one.title) == (shop.value, self._title) for one in board.failed)
        words = f"Nobody knows: the last refresh got no list of {self._title}. R asks again, E says what went wrong."
        return words if failed else ""

    @property
    def _title(self) -> str:
        """What the shop is called, as its list is among what failed."""
        return next(title for _, name, title in SCREENS if name == self.NAME)

    def _tell_state(self, shown: int, mine: int, now: dt.datetime) -> None:
        """How many listings, of how many there are, and what the view leaves out."""
        wanted, busy = self.wanted(), self.host.busy
        found = self.found_note(wanted)
        many = f"{shown:,} of {so_many(mine, 'listing')}" if wanted or self._view else so_many(mine, "listing")
        self.query_one("#state", Heading).set_content(
            "Listings" if self._why_unknown else many,
            busy or f"{found}{self._view_note(now)}",
            "warn" if found else "accent" if busy else "dim",
        )

    def _view_note(self, now: dt.datetime) -> str:
        """The view, or the order with or without past dates; before it the catalogue's age where there is room."""
        view, past = VIEWS[self._view][0], f"{'with' if self._past else 'without'} past dates"
        order = f"{self._order.column} {self.order_sign}   {past}"
        if self.size.width < _ROOMY:
            return view if self._view else order
        catalogue_age = "" if self._why_unknown else self.board.catalogue_age(now, self.PLATFORM)
        unread = "not read" if self.board.read_at else "never read"
        age = f"catalogue {catalogue_age}" if catalogue_age else unread
        return f"{age}   " + (f"showing {view}" if self._view else f"by {order}")

    def _rows(self, words: str, now: dt.datetime) -> tuple[Sequence[TreeRow], int]:
        """The rows, and how many listings there are. They are the same until one of these differs."""
        board = self.board
        seen = (
            id(board.listings), board.taken, id(board.failed), frozenset(self._unfolded), frozenset(self._folded),
            words, self._view, self._order, self._past, now.replace(second=0, microsecond=0),
        )  # fmt: skip
        if self._made[0] != seen:
            name, wanted = VIEWS[self._view]
            every = board.listings.values()
            failed = board.failed if name != VIEWS[-1][0] else ()
            rows = tree_rows(
                filter(wanted, every) if self._view else every, failed, self.PLATFORM, self._unfolded,
                words=words, folded=self._folded, order=self._order, past=self._past, now=now,
            )  # fmt: skip
            over = Over(now)
            of_shop = (listing for listing in board.listings.values() if listing.platform is self.PLATFORM)
            mine = sum(1 for listing in of_shop if self._past or not over(listing))
            self._made = seen, rows, mine
        return self._made[1:]

    def listing(self) -> Listing | None:
        """The listing of the row under the cursor."""
        row: TreeRow | None = self.rows.current
        if row is None or row.listing is None:
            return None
        return self.board.listings.get(row.listing.id, row.listing)

    def _paint(self, row: TreeRow, cells: int) -> Line:
        if row.listing is not None:
            return self._paint_leaf(row, row.listing, cells)
        if row.failure is not None:
            return _failure_line(row.title, row.failure.reason, cells, self.host.glyphs)
        return self._paint_branch(row, cells)

    def _paint_leaf(self, row: TreeRow, listing: Listing, cells: int) -> Line:
        glyphs, board = self.host.glyphs, self.board
        mark = glyphs.chosen if listing.id in board.selected else " "
        title = f" {'  ' * row.depth}{mark} {row_title(row, self.host.now())}"
        return paint_listing(title, listing, board.drafts.get(listing.id), cells, glyphs, self.ages().of([listing]))

    def _paint_branch(self, row: TreeRow, cells: int) -> Line:
        glyphs, indent = self.host.glyphs, "  " * row.depth
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
        known, more = held_inside(row)
        held = quantity_text(known, glyphs) + ("+?" if more else "")
        spare = max(columns.capacity - max(width(capacity), _BRANCH), 0)  # no draft is ever noted on a branch
        numbers = f"{capacity:>{columns.capacity - spare}} {sold:>5} {held:>5} {left:>5}"
        room = columns.title + 1 + columns.capacity + 18 - width(numbers) - len(count)  # long sums take of the title
        title = fit(f" {indent}{sign} {row.title}", room, more=glyphs.more) + count
        status, tone = _next_or_status(row, columns, self.host.now(), glyphs)
        name = Span(f"{title} ", "strong" if row.depth == 0 else "")
        return name, Span(numbers, "dim"), self.ages().of(row.inside).span(), Span(f" {status}", tone)

    def action_open(self) -> None:
        """Unfold a branch; show a listing in full."""
        row = self.rows.current
        if row is None:
            self.say_no_row()
        elif row.open is not None:
            self._turn(row.key)
            self.update_content()
            self._show_branch()
        else:
            self.host.explain(row.failure.id if row.failure else row.key)

    def action_unfold(self, unfold: bool) -> None:
        """Unfold or fold the branch of the row under the cursor."""
        tree = self.rows
        row = tree.current
        if row is None:
            self.say_no_row()
            return
        if row.open is not None and row.open is not unfold:
            self._turn(row.key)
        elif not unfold and row.depth:
            above = next(i for i in range(tree.cursor, -1, -1) if tree.rows[i].depth < row.depth)
            tree.move_to(above)
            return
        self.update_content()
        self._show_branch()

    def _turn(self, key: str) -> None:
        """Fold the branch where it is unfolded, else unfold it. What a filter unfolded stays as it was without it."""
        (self._folded if self.wanted() else self._unfolded).symmetric_difference_update({key})

    def _show_branch(self) -> None:
        """What stands below the row under the cursor comes into sight, as much of it as fits."""
        tree = self.rows
        first = tree.cursor
        below = itertools.takewhile(lambda row: row.depth > tree.rows[first].depth, tree.rows[first + 1 :])
        tree.show_together(first, first + sum(1 for _ in below))

    def action_unfold_all(self) -> None:
        """Unfold everything, or fold everything."""
        if not self.rows.rows:
            self.say_no_row()
        mine = [listing for listing in self.board.listings.values() if listing.platform is self.PLATFORM]
        everything = {key for listing in mine for key in (listing.group, _above(listing))}
        if self.wanted():
            self._folded = set() if self._folded else everything
        else:
            self._unfolded = set() if everything <= self._unfolded else everything
        self.update_content()

    def on_input_changed(self, _: Input.Changed) -> None:
        """What is found is unfolded anew. Textual calls that of `FilteredScreen` after it."""
        self._folded.clear()

    def action_next_view(self) -> None:
        """Everything, then what cannot be changed, then what is unusual."""
        self._view = (self._view + 1) % len(VIEWS)
        self.update_content()
        self.rows.move_to(0)

    def action_leave_filter(self) -> None:
        """Everything again."""
        self._view = 0
        super().action_leave_filter()
        self.update_content()

    def action_why(self) -> None:
        """Why: of a listing, of a product, of what cannot be read; of a series, by what in it cannot be changed."""
        row: TreeRow | None = self.rows.current
        if row is None or row.open is None:
            self.action_open()
            return
        inside = self._inside(row)
        if inside and inside[0].platform is Platform.WOOCOMMERCE and row.depth == 0:
            self.host.explain(row.key)
        elif inside:
            self.host.explain(min(inside, key=lambda one: (one.writable, one.id)).id)

    def action_past(self) -> None:
        """Show or hide what is over."""
        with self.host.telling("reading past dates"):
            if not self._past:
                self.host.desk.load_all(self.board)
            self._past = not self._past
        self.update_content()

    def action_read(self) -> None:
        """Read what is under the cursor now: one listing, or a branch with everything in it."""
        tree = self.rows
        row = tree.current
        if row is None:
            self.say_no_row()
            return
        if row.listing is not None:
            self.host.read_now([row.listing.id])
            return
        inside = self._inside(row)
        unfolded = {row.key, *(x.group for x in self.board.listings.values())}
        rows = tree_rows(inside, (), self.PLATFORM, unfolded, past=self._past, now=self.host.now())
        in_view = [leaf.listing.id for leaf in rows if leaf.listing is not None]
        self.host.read_now(in_view or [x.id for x in inside])

    def _inside(self, row: TreeRow) -> list[Listing]:
        """The listings that are below a branch, past ones included."""
        return [x for x in self.board.listings.values() if row.key in (x.group, _above(x))]

    def action_refresh_catalogue(self) -> None:
        """Both shops from the beginning."""
        self.host.refresh_catalogue()


def _failure_line(title: str, reason: str, cells: int, glyphs: Glyphs) -> Line:
    """What cannot be read, and why; the title gives way to the reason, as far as it can still be known."""
    words = f" cannot be read: {reason}"
    least = min(30, cells // 2)
    name = fit(title, max(least, min(width(title), cells - 3 - width(words))), more=glyphs.more)
    return (
        Span(f" {glyphs.unknown} ", "warn"),
        Span(name),
        Span(fit(words, cells - width(name) - 3, more=glyphs.more), "dim"),
    )


def _next_or_status(row: TreeRow, columns: ListingColumns, now: dt.datetime, glyphs: Glyphs) -> tuple[str, str]:
    """What stands behind the numbers of a branch, with its tone: its next date where there is room, else its status."""
    room = columns.bar + columns.status + 1 if columns.bar else 0
    if columns.status and not room:
        return branch_status(row.inside, columns.status)
    start = say_start(row.first, now) if row.first and room else ""
    return fit(start, room, more=glyphs.more) if start != row.title else "", "dim"


def _above(listing: Listing) -> str:
    """The branch beside its group that a listing is below."""
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
