"""The signs on the screens, and their plain ones for terminals or fonts that have no more than ASCII."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One sign for each meaning. `bar` are sold, held and free places; `rule` draws a line across.

    `eighths` are nine heights from nothing to full; `maybe` marks a pairing that nobody has confirmed, `cached` a
    line whose numbers are from the cache.
    """

    ascii: bool
    light: str
    hollow: str
    warning: str
    one_shop: str
    unknown: str
    done: str
    failed: str
    running: str
    here: str
    chosen: str
    open: str
    shut: str
    bar: tuple[str, str, str]
    rule: str
    wall: str
    arrow: str
    no_limit: str
    more: str
    maybe: str
    cached: str
    eighths: str


UNICODE = Glyphs(
    ascii=False, light="●", hollow="○", warning="▲", one_shop="■", unknown="?", done="✓", failed="✗", running="›",
    here="▌", chosen="◆", open="▾", shut="▸", bar=("█", "▒", "░"), rule="─", wall="│", arrow="→", no_limit="∞",
    more="…", maybe="≈", cached="·", eighths=" ▁▂▃▄▅▆▇█",
)  # fmt: skip

ASCII = Glyphs(
    ascii=True, light="*", hollow="o", warning="!", one_shop="#", unknown="?", done="+", failed="x", running=">",
    here=">", chosen="*", open="v", shut=">", bar=("#", "+", "."), rule="-", wall="|", arrow="->", no_limit="inf",
    more="~", maybe="~", cached="'", eighths=" .:-=+*%#",
)  # fmt: skip


def wants_ascii(environment: Mapping[str, str]) -> bool:
    """Whether this terminal is better off with ASCII: asked for (`BRCC_ASCII`), the Linux console, no UTF-8."""
    asked = environment.get("BRCC_ASCII", "").strip().lower()
    if asked:
        return asked not in ("0", "no", "off", "false")
    if environment.get("TERM") in ("linux", "dumb", "vt100", "vt220", "ansi", "cons25"):
        return True
    language = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    return "." in language and "utf" not in language.lower()


def glyphs_for(environment: Mapping[str, str]) -> Glyphs:
    """The signs this terminal can show."""
    return ASCII if wants_ascii(environment) else UNICODE
