"""What can be found: the actions of a screen, the screens, the themes, every show and every listing to come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from brcc_tui.model.listing import Listing
from brcc_tui.screens.board import STILL_SELLING
from brcc_tui.screens.find import search_words, text_words
from brcc_tui.screens.modals.search import Findable
from brcc_tui.widgets.key_line import key_name
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.sidebar import PLACES
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from textual.screen import Screen

    from brcc_tui.app import BrccApp


def actions(app: BrccApp, screen: Screen[Any]) -> Iterable[Findable]:
    """What the keys of this screen do, then the other screens and the themes."""
    seen: set[str] = set()
    for key, active in screen.active_bindings.items():
        binding = active.binding
        walking = isinstance(active.node, Rows) or binding.action.startswith(("go(", "app.focus"))
        if not binding.description or walking or binding.action in seen or not active.enabled:
            continue
        seen.add(binding.action)
        run = _action(app, binding.action, active.node)
        words = binding.tooltip or binding.description
        yield _do(f"action {binding.action}", words[0].upper() + words[1:], binding.key_display or key_name(key), run)
    for key, name, title in PLACES:
        yield _do(f"go {name}", f"Go to {title}", key, _action(app, f"go('{name}')", app))
    for theme in sorted(app.available_themes, key=lambda name: (not name.startswith("brcc"), name)):
        yield _do(f"theme {theme}", f"Theme {theme}", "", _theme(app, theme))


def _do(key: str, title: str, note: str, run: Callable[[], None]) -> Findable:
    return Findable(key, title, note, tuple(text_words(title)), run)


def _action(app: BrccApp, action: str, node: Any) -> Callable[[], None]:
    def run() -> None:
        app.call_later(app.run_action, action, node)

    return run


def _theme(app: BrccApp, name: str) -> Callable[[], None]:
    def choose() -> None:
        app.theme = name

    return choose


def shows(app: BrccApp) -> Iterable[Findable]:
    """Every show to come."""
    now = app.desk.now()
    for show in app.board.upcoming(now):
        title = f"{say_start(show.starts_at, now)}  {show.title}"
        words = tuple(search_words(show))
        yield Findable(f"show {show.id}", title, "show", words, _open(app, show.id))


def listings(app: BrccApp, then: Callable[[Listing], None]) -> Iterable[Findable]:
    """Every listing to come, soonest first; those without a date at the end."""
    now = app.desk.now()
    coming = [x for x in app.board.listings.values() if x.starts_at is None or x.starts_at >= now - STILL_SELLING]
    coming.sort(key=lambda x: (x.starts_at is None, x.starts_at or now, x.id))
    for listing in coming:
        when = say_start(listing.starts_at, now) if listing.starts_at else "no date"
        shop = "Eventbrite" if listing.id.startswith("eb:") else "WooCommerce"
        title = f"{when}  {listing.title}  {listing.slot or ''}"
        yield Findable(listing.id, title, shop, tuple(search_words(listing)), _then(then, listing))


def _then(then: Callable[[Listing], None], listing: Listing) -> Callable[[], None]:
    return lambda: then(listing)


def _open(app: BrccApp, show_id: str) -> Callable[[], None]:
    return lambda: app.open_show(show_id)
