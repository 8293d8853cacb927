"""The first screen: how the services are, what needs somebody's eyes, and the next shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.widget import Widget

from brcc_tui.model.quantity import Quantity, add
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.show_actions import ShowActions
from brcc_tui.screens.state.board import PAIRINGS, Attention
from brcc_tui.screens.support.textual_internals import PaintsOnce
from brcc_tui.widgets.cards import Card, Cards
from brcc_tui.widgets.heading import Heading
from brcc_tui.widgets.numbers import quantity_text
from brcc_tui.widgets.paint import Line, Span
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.show_header import ShowHeader
from brcc_tui.widgets.show_line import paint_show
from brcc_tui.widgets.text import fit
from brcc_tui.widgets.top_line import light
from brcc_tui.widgets.totals import TotalsLine
from brcc_tui.widgets.when import say_age, say_moment, say_start, start_width

if TYPE_CHECKING:
    from brcc_tui.operations.diagnostics.check import Check

_CARDS_IN_FULL = 76
"""From so many columns on a low terminal too has all lines of the cards: they stand in one row."""

_SERVICES = (
    ("eventbrite_api", "Eventbrite"),
    ("woocommerce_api", "Shop"),
    ("wordpress_db", "Database"),
)


class Dashboard(PaintsOnce[None], ShowActions):
    """Paints from the cache at once, then fills in what the shops say now."""

    NAME = "dashboard"
    CSS_PATH = "dashboard.tcss"
    AUTO_FOCUS = "#shows"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open"),
        Binding("space", "select", "select"),
        Binding("c", "app.go('compare')", "compare"),
        Binding("slash", "find", "find"),
        Binding("i", "why", "why", show=False),
        Binding("tab", "app.focus_next", "Next list", show=False),
    ]

    _told_for: Size | None = None

    def contents(self) -> Iterable[Widget]:
        """Cards, totals, what needs attention, the next shows."""
        yield Cards(14, id="services")
        yield TotalsLine(id="totals")
        yield Heading("Needs attention", id="attention-heading")
        yield Rows[Attention](self._paint_attention, _attention_key, empty="Nothing. All is well.", id="attention")
        yield ShowHeader("Next shows")
        yield Rows[Show](
            self._paint_show, lambda show: show.id, empty="No shows. R reads the catalogue of both shops.", id="shows"
        )

    def _show(self) -> Show | None:
        """The show that the keys mean: of either list."""
        if self.query_one("#attention", Rows).has_focus:
            item: Attention | None = self.query_one("#attention", Rows).current
            return next((show for show in self.board.shows if item and show.id == item.target), None)
        show: Show | None = self.query_one("#shows", Rows).current
        return show

    def subject(self) -> str:
        """The show's id, or that of the product that needs attention."""
        show = self._show()
        return show.id if show else super().subject().split(" ", 1)[0]

    def shows_meant(self) -> Sequence[Show]:
        """The show under the cursor."""
        show = self._show()
        return [show] if show else []

    def action_open(self) -> None:
        """Open the show under Shows; an unreadable product tells why; an unsettled change goes to History."""
        show = self._show()
        if show is not None:
            self.host.open_show(show.id)
            return
        item: Attention | None = self.query_one("#attention", Rows).current
        if item is not None and item.target.startswith("entry:"):
            self.host.recover()
        elif item is not None and item.target == PAIRINGS:
            self.host.open_unconfirmed()
        elif item is not None:
            self.host.explain(item.target)

    def action_why(self) -> None:
        """Why a product cannot be read; else the show itself."""
        self.action_open()

    def action_select(self) -> None:
        """Select all listings of the show, or let them go."""
        show = self._show()
        if show is None:
            return
        board = self.board
        chosen = all(listing.id in board.selected for listing in show.listings)
        for listing in show.listings:
            if (listing.id in board.selected) == chosen and not board.toggle(listing.id):
                self.host.show_status("Ten listings are selected: that is all that can be compared.", "warn")
                break
        self.host.changed()

    def action_find(self) -> None:
        """Find a listing, and open its show."""
        self.host.find(lambda listing: self.host.open_listing(listing))

    def on_rows_opened(self, event: Rows.Opened) -> None:
        """A click on the row under the cursor."""
        event.stop()
        self.action_open()

    def update_content(self) -> None:
        """Everything from the board."""
        now = self.host.now()
        self._told_for = self.app.size
        low = self.app.size.height < 30
        cards = self._cards()
        brief = low and self.app.size.width < _CARDS_IN_FULL
        self.query_one("#services", Cards).set_content(
            [Card(card.title, card.lines[:1]) if brief else card for card in cards]
        )
        self.query_one(TotalsLine).set_content(self._totals())
        waiting = self.board.attention(now)
        heading = self.query_one("#attention-heading", Heading)
        heading.set_content("Needs attention", str(len(waiting)) if waiting else "", "warn")
        attention = self.query_one("#attention", Rows)
        height = max(1, min(len(waiting), 3 if low else 8))
        if attention.styles.height is None or attention.styles.height.cells != height:
            attention.styles.height = height
        never = "Nobody knows: the catalogue was never read. R reads it."
        attention.empty = "Nothing. All is well." if self.board.read_at else never
        attention.set_rows(waiting)
        self.query_one("#shows", Rows).set_rows(self.board.upcoming(now))

    def on_resize(self) -> None:
        """Fewer lines where the terminal is low. A screen that opens hears of its size several times."""
        if self._told_for not in (None, self.app.size):
            self.update_content()

    def _cards(self) -> list[Card]:
        checks = self.board.health.checks if self.board.health else {}
        glyphs, now = self.host.glyphs, self.host.now()
        cards = []
        for key, name in _SERVICES:
            check = checks.get(key)
            sign, tone = light(check.status.value if check else None, glyphs)
            speed = f"{check.milliseconds:.0f} ms" if check and check.milliseconds is not None else ""
            state = speed or (check.status.value.replace("_", " ") if check else "asking…")
            told = tuple((Span(words, "dim" if tone == "good" else tone),) for words in service_words(check))
            cards.append(Card(name, ((Span(f"{sign} ", tone), Span(state)), *told)))
        read_at = self.board.read_at
        if read_at is None:
            catalogue: tuple[Line, ...] = (
                (Span(f"{glyphs.unknown} ", "warn"), Span("never read")),
                (Span("R reads it", "dim"),),
            )
        else:
            age = say_age(read_at, now)
            catalogue = (
                (Span(f"{glyphs.light} ", "good"), Span(age)),
                (Span(f"read {say_moment(read_at, now)}", "dim"),),
            )
        cards.append(Card("Catalogue", catalogue))
        disk, memory = checks.get("disk_space"), checks.get("memory_usage")
        sign, tone = light(disk.status.value if disk else None, glyphs)
        cards.append(
            Card(
                "This PC",
                (
                    (Span(f"{sign} ", tone), Span(amount(disk, "free") if disk else "asking…")),
                    (Span(amount(memory, "used") if memory else "", "dim"),),
                ),
            )
        )
        return cards

    def _totals(self) -> list[Line]:
        if self.board.partly:
            return [(Span("the next days; the rest of the catalogue follows", "dim"),)]
        shows = self.board.upcoming(self.host.now())
        glyphs = self.host.glyphs
        seats = sum(show.room.seats for show in shows)
        sold, left_out = _sum([show.sold for show in shows])
        remaining, unknown = _sum([show.remaining for show in shows])
        listings = sum(len(show.listings) for show in shows)
        parts = [
            _counted(f"{len(shows):,}", "shows"),
            _counted(quantity_text(sold, glyphs), "sold"),
            _counted(quantity_text(remaining, glyphs), "on offer"),
        ]
        if missing := max(left_out, unknown):
            parts.append((Span(f"without {missing} unknown", "warn"),))
        return [*parts, _counted(f"{seats:,}", "seats"), _counted(f"{listings:,}", "listings")]

    def _paint_show(self, show: Show, cells: int) -> Line:
        picked = any(listing.id in self.board.selected for listing in show.listings)
        mark = self.host.glyphs.chosen if picked else " "
        return paint_show(show, cells, self.host.now(), self.host.glyphs, self.ages().of(show.listings), mark)

    def _paint_attention(self, item: Attention, cells: int) -> Line:
        glyphs = self.host.glyphs
        sign = {"warning": glyphs.warning, "one_shop": glyphs.one_shop, "unsettled": glyphs.running}.get(
            item.sign, glyphs.unknown
        )
        when = say_start(item.starts_at, self.host.now()) if item.starts_at else ""
        wide = start_width()
        title = min(24, max(cells // 4, 10))
        words = f"{fit(when, wide, more='')} {fit(item.title, title, more=glyphs.more)} "
        return (Span(f" {sign} ", item.tone), Span(words), Span(fit(item.text, max(cells - wide - title - 5, 4),
                more=glyphs.more), "dim"))  # fmt: skip


def service_words(check: Check | None) -> tuple[str, ...]:
    """What a card has room for of a service that is asked: what is wrong, else what matters most."""
    if check is None:
        return ("",)
    detail = check.detail.removeprefix("answers; ").removesuffix(" this hour")
    if check.status.value != "healthy":
        return (detail,)
    if "read only" in detail or "read-only" in detail:
        return ("read only",)
    return (detail.replace("the key may write", "may write"),)


def amount(check: Check, word: str) -> str:
    """`77.8 GB free` of a longer detail; the whole of one that tells no amount."""
    found = re.search(r"[\d.,]+ [kMGT]B", check.detail)
    return f"{found[0]} {word}" if found else check.detail


def _counted(number: str, word: str) -> Line:
    return Span(number, "strong"), Span(f" {word}", "dim")


def _attention_key(item: Attention) -> str:
    return f"{item.target} {item.text}"


def _sum(quantities: Iterable[Quantity]) -> tuple[Quantity, int]:
    """The sum of what is known, and how many parts it leaves out."""
    known = [quantity for quantity in quantities if isinstance(quantity, int)]
    total = list(quantities)
    return add(*known), len(total) - len(known)


SCREEN = Dashboard
