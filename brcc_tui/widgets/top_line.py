"""The first line of every screen: the shop, the current screen, and a light for each service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.paint import Line, Painted, Span, line
from brcc_tui.widgets.text import fit, width

SERVICES: Final = (("eventbrite_api", "Eventbrite"), ("woocommerce_api", "Shop"), ("wordpress_db", "Database"))
"""The health check behind each light, and what people call it."""


_MARKS: Final = {"practice": "reverse", "staging": "mark", "production": "live"}
"""How a profile is marked: practice alone stands in reverse video."""


class News(NamedTuple):
    """A few words of what is new; `services` are those whose condition they tell, by their checks."""

    words: str
    services: frozenset[str] = frozenset()


def light(status: str | None, glyphs: Glyphs) -> tuple[str, str]:
    """A service's sign and tone: the shape differs too, for eyes and screens without colours."""
    match status:
        case "healthy":
            return glyphs.light, "good"
        case "degraded":
            return glyphs.warning, "warn"
        case "down":
            return glyphs.failed, "bad"
        case "not_configured":
            return "-", "dim"
        case "waiting":
            return glyphs.hollow, "warn"
        case "unknown":
            return glyphs.unknown, "warn"
        case _:  # never asked, or not for long
            return glyphs.hollow, "dim"


class TopLine(Painted):
    """One line. `PRACTICE` stands in reverse video: nobody may take it for the real shop, nor the other way."""

    def __init__(self, place: str) -> None:
        super().__init__(id="top")
        self._place = place
        self._content: tuple[str, str, dict[str, str], tuple[News, ...]] = ("", "", {}, ())

    def set_content(self, shop: str, profile: str, services: Mapping[str, str], news: Sequence[News]) -> None:
        """What to show: host, profile, the services' conditions by check, and the news, the weightiest first."""
        content = (shop, profile, dict(services), tuple(news))
        if content != self._content:
            self._content = content
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """The line, with as many words as there is room for: what does not fit is left out whole."""
        left: Line = ()
        lights: Line = ()
        for left, lights in self._from_most_to_least():
            if _cells(left) + _cells(lights) <= cells:
                break
        room = max(cells - _cells(lights), 0)
        spans: list[Span] = []
        for span in left:
            text = span.text if width(span.text) <= room else fit(span.text, room, more=self.host.glyphs.more)
            spans.append(span._replace(text=text))
            room -= width(text)
        return [(*spans, Span(" " * room), *lights)]

    def _from_most_to_least(self) -> Iterator[tuple[Line, Line]]:
        """The line at the left and the lights, in ever fewer words.

        The host goes first (the profile tells whose shops these are), then the screen's name. A service that the news
        names needs no name beside its light, then no light. Only then the news goes, the last first; never who is
        down, nor the profile: rather than those, the names of all lights.
        """
        shop, profile, _, news = self._content
        place, host = line((f" {self._place} ", "title")), line((f" {shop}", "strong"), " ")
        yield self._left(news, *host, *place), self._lights()
        if profile not in _MARKS:  # the first run: what stands there says how the settings are
            yield self._left(news, *host, *place), self._lights(2)
        yield self._left(news, *place), self._lights()
        for many in range(len(news), -1, -1):
            some = news[:many]
            named = frozenset(key for one in some for key in one.services)
            yield self._left(some), self._lights()
            for letters, lit in ((None, True), (2, True), (0, True), (2, False)):
                yield self._left(some), self._lights(letters, named, named_lit=lit)
            if many == 1:
                yield self._left(some), self._lights(named=frozenset(key for key, _ in SERVICES))
                return

    def _left(self, news: Sequence[News], *before: Span) -> Line:
        """The profile, what stands between, and the news."""
        profile = self._content[1]
        mark = [Span(" "), Span(f" {profile.upper()} ", _MARKS[profile])] if profile in _MARKS else []
        return (*mark, *before, *(Span(f" {one.words} ", "warn") for one in news))

    def _lights(
        self, letters: int | None = None, named: frozenset[str] = frozenset(), *, named_lit: bool = True
    ) -> Line:
        """The lights; so many letters (None: all) of the names of what is well, none of what the news has `named`."""
        services, glyphs = self._content[2], self.host.glyphs
        spans: list[Span] = []
        for key, name in SERVICES:
            sign, tone = light(services.get(key), glyphs)
            well = tone in ("dim", "good")
            word = "" if key in named else name[:letters] if well else name
            if named_lit or key not in named:
                spans += [Span(sign, tone), Span(f" {word} " if word else " ", "dim" if well else tone)]
        return tuple(spans)


def _cells(spans: Line) -> int:
    return sum(width(span.text) for span in spans)
