"""Quantities in words and colours: an unknown number is a question mark, never a zero."""

from __future__ import annotations

from brcc_tui.model.checkout import NOT_READ
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited
from brcc_tui.widgets.glyphs import Glyphs

CRITICAL, HIGH, MEDIUM = 95, 80, 50
"""Percent sold from which a listing is called critical, high and medium."""


def quantity_text(quantity: Quantity, glyphs: Glyphs) -> str:
    """The number, the sign for no limit, `?` for an unknown one, `-` for one that nobody asked for."""
    if isinstance(quantity, Unlimited):
        return glyphs.no_limit
    if isinstance(quantity, Unknown):
        return "-" if was_not_asked(quantity) else glyphs.unknown
    return f"{quantity:,}"


def was_not_asked(quantity: Quantity) -> bool:
    """Whether it is unknown because nobody asked for it."""
    return isinstance(quantity, Unknown) and quantity.reason == NOT_READ


def reason(quantity: Quantity) -> str:
    """Why a number is unknown; empty when it is known."""
    return quantity.reason if isinstance(quantity, Unknown) else ""


def percent_sold(taken: Quantity, capacity: Quantity) -> int | None:
    """Percent of the places that are gone; None when it cannot be said. Rounded down: 100 means all."""
    if not isinstance(taken, int) or not isinstance(capacity, int) or capacity <= 0:
        return None
    return taken * 100 // capacity


def say_percent_sold(percent: int | None) -> str:
    """How full in words, as `45 % sold  low`; that it is not known where it is not."""
    return "% sold not known" if percent is None else f"{percent} % sold  {level(percent)[1]}"


def level(percent: int | None) -> tuple[str, str]:
    """How full, as (tone, word). The word stands beside the colour, so that neither is needed alone."""
    if percent is None:
        return "dim", ""
    if percent >= CRITICAL:
        return "bad", "critical"
    if percent >= HIGH:
        return "warn", "high"
    if percent >= MEDIUM:
        return "note", "medium"
    return "good", "low"


def capacity_bar(sold: Quantity, held: Quantity, capacity: Quantity, cells: int, glyphs: Glyphs) -> str:
    """A bar of sold, held and free places. Nobody sold means no filled cell, one sold means at least one."""
    if cells <= 0:
        return ""
    if capacity == 0 or isinstance(capacity, Unlimited):  # of no places, or of any number, no share is sold
        return " " * cells
    if not (isinstance(sold, int) and isinstance(capacity, int)) or capacity < 0:
        return (glyphs.unknown + " ") * (cells // 2) + " " * (cells % 2)
    full, waiting, free = glyphs.bar
    reserved = held if isinstance(held, int) else 0
    filled = _share(sold, capacity, cells)
    taken = max(_share(sold + reserved, capacity, cells), filled)
    if taken == cells and sold + reserved < capacity:
        taken -= 1
        filled = min(filled, taken)
    return full * filled + waiting * (taken - filled) + free * (cells - taken)


def _share(part: int, whole: int, cells: int) -> int:
    if part <= 0:
        return 0
    return max(1, min(cells, round(part * cells / whole)))
