"""Whether a colour is readable on another one, and the nearest colour that is."""

from __future__ import annotations

from textual.color import BLACK, WHITE, Color

_STEPS = 20
"""Steps on the way from a colour to black or white: fine enough that its hue survives."""


def luminance(colour: Color) -> float:
    """How bright a colour is, from 0 to 1, as WCAG 2 counts it."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours as WCAG 2 counts it: from 1, the same, to 21, black on white."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def legible(ink: Color, ground: Color, least: float) -> Color:
    """The ink, if its contrast on that ground is at least so much; else as little nearer to black or white as does.

    Where neither has that contrast it is the better one of them. A terminal's own colours are left alone: only
    the terminal knows how they look.
    """
    if ink.ansi is not None or ground.ansi is not None:
        return ink
    end = max((BLACK, WHITE), key=lambda far: contrast(far, ground))
    nearer = (ink.blend(end, step / _STEPS) for step in range(_STEPS))
    return next((colour for colour in nearer if contrast(colour, ground) >= least), end)
