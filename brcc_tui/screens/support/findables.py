"""The things that can be found: the actions of a screen, the screens, the themes, every coming show and listing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.widgets import Input

from brcc_tui.model.finding.subject import Candidate, of_listing, of_text, show_subject
from brcc_tui.model.finding.words import text_words
from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.ending import Over
from brcc_tui.model.shows.show import Show
from brcc_tui.screens.support.find import Findable, FindableChoice
from brcc_tui.screens.support.sentences import ERRAND_PLACES, sentence_of
from brcc_tui.widgets.key_line import key_name
from brcc_tui.widgets.names import alike_of, shop_name
from brcc_tui.widgets.paint import line
from brcc_tui.widgets.rows import Rows
from brcc_tui.widgets.sidebar import SCREENS
from brcc_tui.widgets.when import say_start

if TYPE_CHECKING:
    from textual.screen import Screen

    from brcc_tui.screens.support.host import ScreenHost


def findable_actions(host: ScreenHost, screen: Screen[Any]) -> Iterable[Findable]:
    """What the keys of this screen do, then the other screens, where one can go to them, and the themes."""
    here: str = getattr(screen, "NAME", "")
    yield from _actions_of(host, screen, here)
    if not host.desk.needs_settings:
        yield from _places(host, here)
    yield _do("settings", "Settings: where they are and how to change them", "", _settings(host), _OF_SETTINGS)
    for theme in sorted(host.available_themes, key=lambda name: (not name.startswith("brcc"), name)):
        yield _do(f"theme {theme}", f"Theme {theme}", "", _theme(host, theme))


def _places(host: ScreenHost, here: str) -> Iterable[Findable]:
    """What is done elsewhere, and the screens."""
    for number, (name, says, words) in enumerate(ERRAND_PLACES):
        if name != here:
            yield _do(f"place {number}", says, name.capitalize(), _action(host, f"go('{name}')", host), words)
    yield _do("cancelled", _CANCELLED, "", lambda: _choose_cancelled(host), _OF_CANCELLED)
    for key, name, title in SCREENS:
        yield _do(f"go {name}", f"Go to {title}", key, _action(host, f"go('{name}')", host))


def _actions_of(host: ScreenHost, screen: Screen[Any], here: str) -> Iterable[Findable]:
    """What the keys of this screen do, each action once; walking is no action, nor is writing in a field."""
    seen = {"screen.copy_text"}  # the terminal's own: of what was selected with the mouse
    for key, active in screen.active_bindings.items():
        binding = active.binding
        walking = isinstance(active.node, (Rows, Input)) or binding.action.startswith(("go(", "app.focus"))
        if not binding.description or walking or binding.action in seen or not active.enabled:
            continue
        seen.add(binding.action)
        run = _action(host, binding.action, active.node)
        says, words = sentence_of(here, binding.action, binding.tooltip or binding.description)
        key_words = binding.key_display or key_name(key)
        words = f"{binding.description} {words}"
        yield _do(f"action {binding.action}", says[0].upper() + says[1:], key_words, run, words)


_CANCELLED = "Orders of a show cancelled on Eventbrite itself"
_OF_CANCELLED = "cancelled canceled deleted gone missing vanished refund refunds money back amount paid event"

_OF_SETTINGS = "settings setup configuration password token key clock ascii mouse theme operator name preferences"
"""How people call what can be set."""


def _do(key: str, title: str, note: str, run: Callable[[], None], words: str = "") -> Findable:
    return FindableChoice(key, lambda: title, note, of_text(text_words(f"{title} {words}")), run)


def _choose_cancelled(host: ScreenHost) -> None:
    from brcc_tui.screens.cancelled_show import choose_cancelled

    choose_cancelled(host)


def _settings(host: ScreenHost) -> Callable[[], None]:
    def show() -> None:
        from brcc_tui.screens.modals.reader import TextReader
        from brcc_tui.settings_file import user_settings_file

        file = user_settings_file(host.desk.profile)
        host.push_screen(
            TextReader(
                "Settings",
                [
                    line(
                        "brcc-tui setup asks for what each service needs, tests it and writes the file; run it beside "
                        "this one."
                    ),
                    line("The file is ", (str(file), "strong"), "; one in the working folder comes before it."),
                    line(
                        "Clock, plain letters, mouse and zone are set in it by hand, as in BRCC_CLOCK=12; .env.example "
                        "explains each."
                    ),
                    line(),
                    line('keys.toml in the same folder moves keys: sync = "f8"'),
                    line("ctrl+p, theme: another theme, kept for the next time"),
                ],
            )
        )

    return show


def _action(host: ScreenHost, action: str, node: Any) -> Callable[[], None]:
    def run() -> None:
        host.call_later(host.run_action, action, node)

    return run


def _theme(host: ScreenHost, name: str) -> Callable[[], None]:
    def choose() -> None:
        host.theme = name

    return choose


def findable_shows(host: ScreenHost) -> Iterable[Findable]:
    """Every show to come."""
    return [_Show(show, host) for show in host.board.upcoming(host.now())]


def findable_listings(host: ScreenHost, then: Callable[[Listing], None]) -> Iterable[Findable]:
    """Every listing to come, soonest first; those without a date at the end."""
    over = Over(host.now())
    coming = [x for x in host.board.listings.values() if not over(x)]  # in order of date, as the cache gives them
    alike = alike_of(coming)
    dated = [_Listing(listing, host, then, alike) for listing in coming if listing.starts_at is not None]
    return [*dated, *(_Listing(listing, host, then, alike) for listing in coming if listing.starts_at is None)]


@dataclass(slots=True)
class _Listing:
    """A listing: called by its name only where it is seen, as there are thousands."""

    listing: Listing
    host: ScreenHost
    then: Callable[[Listing], None]
    alike: frozenset[str]

    @property
    def key(self) -> str:
        return self.listing.id

    @property
    def title(self) -> str:
        return f"{self._when}{self.listing.title}  {self.listing.slot or ''}"

    @property
    def _when(self) -> str:
        start = self.listing.starts_at
        return f"{say_start(start, self.host.now()) if start else 'no date'}  "

    @property
    def alike_after(self) -> int | None:
        return len(self._when) if self.listing.id in self.alike else None

    @property
    def note(self) -> str:
        return shop_name(self.listing.platform)

    @property
    def subject(self) -> Candidate:
        return of_listing(self.listing)

    def run(self) -> None:
        self.then(self.listing)


@dataclass(slots=True)
class _Show:
    """A show, in the same way."""

    show: Show
    host: ScreenHost
    alike_after: int | None = None

    @property
    def key(self) -> str:
        return f"show {self.show.id}"

    @property
    def title(self) -> str:
        return f"{say_start(self.show.starts_at, self.host.now())}  {self.show.title}"

    @property
    def note(self) -> str:
        return "show"

    @property
    def subject(self) -> Candidate:
        return show_subject(self.show)

    def run(self) -> None:
        self.host.open_show(self.show.id)
