"""Listings side by side: up to four as cards where there is room, up to ten as rows below that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from brcc_tui.model.few_of_many import plural
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.sums import Sum, sums_together
from brcc_tui.screens.drafts import DraftScreen
from brcc_tui.screens.support.choosers import choose_date, choose_product
from brcc_tui.widgets.compare_cards import MAX_CARDS, CompareCards
from brcc_tui.widgets.compare_detail import CompareDetail
from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.listing_line import ListingColumns, paint_listing
from brcc_tui.widgets.names import alike_of, shop_mark
from brcc_tui.widgets.numbers import percent_sold
from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.text import fit, fit_name, width
from brcc_tui.widgets.when import say_start


class Compare(DraftScreen):
    """What was selected, read now, each by itself. Drafts are noted here and reviewed as one plan."""

    NAME = "compare"
    CSS_PATH = "compare.tcss"
    NO_LISTING = "Nothing is compared yet: a finds a listing, p a product."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "left, or fold", show=False),
        Binding("right,l", "step(1)", "right, or unfold", show=False),
        Binding("enter", "why", "open", show=False),
        Binding("r", "read", "read now", tooltip="read this one again"),
        Binding("R", "read_all", "refresh all", show=False, tooltip="read all that is compared"),
        Binding("p", "product", "product", tooltip="another product or series in its place"),
        Binding("f", "date", "date", tooltip="another date, slot or ticket class in its place"),
        Binding("a", "add", "add", tooltip="add any listing"),
        Binding("slash", "add", "find", show=False, tooltip="find any listing to add"),
        Binding("V", "replace", "replace", show=False, tooltip="any listing in its place"),
        Binding("d,delete", "remove", "remove"),
        Binding("space", "remove", "select", show=False, tooltip="select no longer: remove"),
        Binding("D", "clear", "clear", show=False),
    ]

    def contents(self) -> Iterable[Widget]:
        """Cards and rows (one of them hidden), and the summary."""
        yield Heading(id="state")
        yield CompareCards(id="cards")
        yield CompareHeader(id="columns")
        yield Rows[str](self._paint, lambda key: key, empty=self.NO_LISTING, id="rows")
        yield CompareDetail(id="detail")
        yield Painted(id="summary")

    def on_mount(self) -> None:
        for listing in self._chosen():
            self._read(listing.id)

    def on_screen_resume(self) -> None:
        """Read what was added meanwhile."""
        cached = [listing for listing in self._chosen() if listing.reading.source.value == "cache"]
        for listing in cached:
            self._read(listing.id)

    def on_resize(self) -> None:
        """Cards or rows, as there is room."""
        self.update_content()

    def _look_again(self) -> None:
        """How wide a card is, and the line of sums, is known once all have their places."""
        self.query_one("#summary", Painted).show(self._summary())
        if self._as_cards() != self.query_one("#cards").display:
            self.update_content()

    def _as_cards(self) -> bool:
        """Whether every card has room for all that it tells: what is below the last line, nobody would see."""
        shown, body = len(self._chosen()), self.query_one("#body")
        if self.size.width < 120 or not 0 < shown <= MAX_CARDS:
            return False
        cards, summary = self.query_one("#cards", CompareCards), self.query_one("#summary")
        margins = cards.styles.margin.height + summary.styles.margin.height
        left = self.size.height - _FRAME - len(self._summary()) - margins
        return not body.size.width or len(cards.lines(body.size.width)) <= left

    def _chosen(self) -> list[Listing]:
        board = self.board
        return [board.listings[key] for key in board.selected if key in board.listings]

    def listing(self) -> Listing | None:
        """The one under the cursor."""
        key: str | None = self.query_one("#rows", Rows).current
        return self.board.listings.get(key) if key is not None else None

    def update_content(self) -> None:
        board = self.board
        rows = self.query_one("#rows", Rows)
        before = list(rows.rows)
        rows.set_rows([listing.id for listing in self._chosen()])
        rows.repaint()
        cards = self.query_one("#cards", CompareCards)
        cards.set_content(self._chosen(), board.drafts, board.loading, self._errors(), rows.cursor)
        cards.display = as_cards = self._as_cards()
        rows.styles.height = 0 if as_cards else "1fr"
        self.query_one("#columns").display = not as_cards and bool(rows.rows)
        self._tell_state(len(rows.rows))
        self.query_one("#summary", Painted).show(self._summary())
        self._tell_detail()
        if before != list(rows.rows):
            self.refresh_bindings()
        self.call_after_refresh(self._look_again)

    def _tell_state(self, shown: int) -> None:
        """How many are compared, and what is under way or noted."""
        reading, drafts = len(self.board.loading), len(self.board.drafts)
        loading = f"reading {reading}…" if reading else ""
        noted = f"{drafts} {plural('draft', drafts)}: w reviews" if drafts else ""
        title = f"{shown} of 10 listings" if shown else "Compare"
        self.query_one("#state", Heading).set_content(title, loading or noted, "accent")

    def _tell_detail(self) -> None:
        """What the row under the cursor has no room for; a card tells it itself."""
        detail, listing = self.query_one("#detail", CompareDetail), self.listing()
        detail.display = listing is not None and not self.query_one("#cards").display
        if detail.display:
            detail.set_content(listing, self._errors().get(listing.id, "") if listing else "")

    def _errors(self) -> Mapping[str, str]:
        """Why a listing was not read when it was asked last; its numbers are those that were known then."""
        silent = {key: f"no answer, so this is what was known: {why}" for key, why in self.board.silent.items()}
        return {**silent, **self.board.app_errors}

    def offers(self, action: str) -> bool:
        """Where nothing is compared, something can be added."""
        return (action not in _OF_ONE or bool(self.board.selected)) and super().offers(action)

    def _summary(self) -> list[Line]:
        chosen = self._chosen()
        if not chosen:
            return []
        sums = sums_together(chosen)
        parts = {"capacity": sums.capacity, "sold": sums.sold, "held": sums.held, "on sale": sums.on_offer}
        spans = [Span(" Together  ", "title")]
        for name, total in parts.items():
            spans += [Span(f"{total.known:,}", "strong"), Span(f" {name}  ", "dim")]
        notes = _left_out(parts, self.host.glyphs)
        percent = percent_sold(sums.sold.known, sums.capacity.known)
        cells = self.query_one("#summary").size.width or self.size.width
        if percent is not None and not notes and sum(len(span.text) for span in spans) + 11 <= cells:
            spans.append(Span(f"{percent} % sold", "dim"))
        return [tuple(spans), *((Span(f" {words}", "warn"),) for words in notes)]

    def _paint(self, key: str, cells: int) -> Line:
        glyphs, board = self.host.glyphs, self.board
        listing = board.listings.get(key)
        if listing is None:  # a catalogue was taken, and this screen has not heard of it yet
            return ()
        shop = shop_mark(key)
        when = say_start(listing.starts_at, self.host.now()) if listing.starts_at else "no date"
        head = f" {shop} {when} "
        after = len(head) if key in alike_of(self._chosen()) else None
        if key in board.app_errors:
            return self._unread(f"{head}{listing.title}", listing.slot or "", after, board.app_errors[key], cells)
        waiting = " reading…" if key in board.loading else ""
        title = f"{head}{listing.title}  {listing.slot or ''}{waiting}"
        old = self.ages().of([listing])
        return paint_listing(title, listing, board.drafts.get(key), cells, glyphs, old, after=after)

    def _unread(self, name: str, slot: str, after: int | None, why: str, cells: int) -> Line:
        """One that could not be read, and why: at least half of the row is for that."""
        glyphs = self.host.glyphs
        reason = f"{glyphs.failed} {why}  r"
        room = max(cells // 2, cells - width(reason) - 2)
        if after is not None:
            name = fit_name(f"{name}  {slot}", room, more=glyphs.more, after=after)
        return Span(f"{fit(name, room, more=glyphs.more).rstrip()}: "), Span(reason, "bad")

    def action_step(self, by: int) -> None:
        """To the neighbour."""
        rows = self.query_one("#rows", Rows)
        rows.move_to(rows.cursor + by)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """The card under the cursor follows."""
        event.stop()
        self.query_one("#cards", CompareCards).point(event.rows.cursor)
        self._tell_detail()

    def on_compare_cards_pointed(self, event: CompareCards.Pointed) -> None:
        """A click on a card."""
        event.stop()
        self.query_one("#rows", Rows).move_to(event.index)

    def on_rows_opened(self, event: Rows.Opened) -> None:
        """A click on the row under the cursor."""
        event.stop()
        self.action_why()

    def action_read_all(self) -> None:
        """Read all, each by itself: one that fails or is slow keeps nobody else waiting."""
        for listing in self._chosen():
            self._read(listing.id)
        if not self._chosen():
            self.host.show_status(self.NO_LISTING)

    def action_read(self) -> None:
        """Read this one again, whatever became of the last time."""
        listing = self._listing_or_say()
        if listing is not None:
            self._read(listing.id)

    def _read(self, listing_id: str) -> None:
        self.host.read_alone(listing_id)

    def action_remove(self) -> None:
        """Take this one out of the comparison."""
        listing = self._listing_or_say()
        if listing is not None:
            self.board.toggle(listing.id)
            self._changed()

    def action_clear(self) -> None:
        """Take all of them out."""
        self.board.selected.clear()
        self._changed()

    def action_add(self) -> None:
        """Find another listing."""
        self.host.find(lambda listing: self._put(None, listing))

    def action_replace(self) -> None:
        """Find one to stand in the place of this one."""
        listing = self._listing_or_say()
        if listing is not None:
            self.host.find(lambda other: self._put(listing.id, other))

    def action_product(self) -> None:
        """Compare another product or series in the place of this one."""
        listing = self.listing()
        choose_product(self.host, listing, lambda other: self._put(listing.id if listing else None, other))

    def action_date(self) -> None:
        """Compare another date, slot or ticket class of the same product."""
        listing = self._listing_or_say()
        if listing is not None:
            choose_date(self.host, listing, lambda other: self._put(listing.id, other))

    def _put(self, instead_of: str | None, listing: Listing) -> None:
        selected = self.board.selected
        if listing.id in selected:
            self.host.show_status("It is compared already.")
            self.query_one("#rows", Rows).move_to(selected.index(listing.id))
            return
        if instead_of in selected:
            selected[selected.index(instead_of)] = listing.id
        elif not self.board.toggle(listing.id):
            self.host.show_status("Ten listings are selected: remove one first.")
            return
        self._changed()
        self._read(listing.id)


def _left_out(sums: Mapping[str, Sum], glyphs: Glyphs) -> list[str]:
    """Of how many listings these are not known, or have no limit, and so are not added."""
    missing = [f"{name} of {total.missing}" for name, total in sums.items() if total.missing]
    endless = [f"{name} of {total.endless}" for name, total in sums.items() if total.endless]
    return [
        *([f"{glyphs.unknown} not added, because not known: {', '.join(missing)}"] if missing else []),
        *([f"{glyphs.no_limit} not added, because without a limit: {', '.join(endless)}"] if endless else []),
    ]


_OF_ONE = frozenset(
    {"read", "read_all", "date", "replace", "remove", "clear", "draft", "draft_number", "why", "page", "forget"}
)
"""What needs a listing."""

_FRAME = 3
"""Lines above and below the cards: the top line, the heading and the keys."""


class CompareHeader(Painted):
    """The names of the columns of the rows."""

    def lines(self, cells: int) -> list[Line]:
        return [ListingColumns.within(cells - 1).header("")]


SCREEN = Compare
