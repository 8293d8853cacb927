"""The first line of every screen: the shop, the current screen, and a light for each service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from brcc_tui.widgets.glyphs import Glyphs
from brcc_tui.widgets.paint import Line, Painted, Span
from brcc_tui.widgets.text import fit, width

SERVICES: Final = (("eventbrite_api", "Eventbrite"), ("woocommerce_api", "Shop"), ("wordpress_db", "Database"))
"""The health check behind each light, and what people call it."""


_MARKS: Final = {"practice": "reverse", "staging": "mark", "production": "live"}
"""How a profile is marked: practice alone stands in reverse video."""


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
        self._told: tuple[str, str, dict[str, str], str] = ("", "", {}, "")

    def set_content(self, shop: str, profile: str, services: Mapping[str, str], news: str) -> None:
        """What to show: host, profile, the services' conditions by check, and a word of news (errors, writes)."""
        told = (shop, profile, dict(services), news)
        if told != self._told:
            self._told = told
            self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """The line, with as many words as there is room for."""
        shop, profile, services, news = self._told
        lights: list[Span] = []
        for key, name in SERVICES:
            sign, tone = light(services.get(key), self.host.glyphs)
            word = name if cells >= 78 else name[:2]
            lights += [Span(sign, tone), Span(f" {word} ", "dim" if tone in ("dim", "good") else tone)]
        taken = sum(width(span.text) for span in lights)
        mark = [Span(f" {profile.upper()} ", _MARKS[profile]), Span(" ")] if profile in _MARKS else []
        left = [
            Span(" "),
            *mark,
            Span(shop, "strong"),
            Span("  "),
            Span(self._place, "title"),
            Span(f"  {news}", "warn"),
        ]
        room = cells - taken - 1
        spans: list[Span] = []
        for span in left:
            text = span.text if width(span.text) <= room else fit(span.text, room, more=self.host.glyphs.more)
            spans.append(span._replace(text=text))
            room -= width(text)
        return [(*spans, Span(" " * (room + 1)), *lights)]
