"""The characters on the screens, and plain ones for terminals or fonts that have only ASCII."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from brcc_tui.windows import ON_WINDOWS
from brcc_tui.windows.terminals import is_old_console


class Glyphs(NamedTuple):
    """One sign for each meaning, and one meaning for each sign: `signs` says them in sentences.

    `bar` are sold, held and free places; `rule` draws a line across. `eighths` are nine heights from nothing to full.
    `frames` are the lines around boxes: round, square or ascii. `card` is a box's upper corner, its edge along the top
    and down the side, and its lower corner.
    """

    ascii: bool
    frames: str
    light: str
    hollow: str
    warning: str
    one_shop: str
    no_shop: str
    full: str
    unknown: str
    done: str
    failed: str
    running: str
    here: str
    chosen: str
    marked: str
    open: str
    shut: str
    bar: tuple[str, str, str]
    rule: str
    wall: str
    card: tuple[str, str, str, str]
    card_here: tuple[str, str, str, str]
    arrow: str
    no_limit: str
    more: str
    maybe: str
    rising: str
    falling: str
    usual: str
    eighths: str

    def ended(self, how: str) -> str:
        """The sign of a change that ended `done` or `failed`, or was taken back and stands no more (`hollow`)."""
        return {"done": self.done, "hollow": self.hollow}.get(how, self.failed)


UNICODE = Glyphs(
    ascii=False, frames="round", light="●", hollow="○", warning="▲", one_shop="■", no_shop="□", full="≡", unknown="?",
    done="✓", failed="✗", running="›",
    here="▌", chosen="◆", marked="•", open="▾", shut="▸", bar=("█", "▒", "░"), rule="─", wall="│",
    card=("┌", "─", "│", "└"), card_here=("┏", "━", "┃", "┗"), arrow="→", no_limit="∞",
    more="…", maybe="≈", rising="↑", falling="↓", usual="¦", eighths=" ▁▂▃▄▅▆▇█",
)  # fmt: skip

OLD_CONSOLE = UNICODE._replace(
    frames="square",
    done="√",
    failed="×",
    chosen="♦",
    no_shop="¬",
    open="▼",
    shut="►",
    eighths=" ··∙∙▄▄▄█",
    card_here=("╔", "═", "║", "╚"),
)
"""What the fonts of Windows 10's console have: Consolas and Lucida Console know the signs of the old code pages."""

ASCII = Glyphs(
    ascii=True, frames="ascii", light="o", hollow="()", warning="!", one_shop="/", no_shop="N", full="F", unknown="?",
    done="+", failed="x", running="&",
    here=">", chosen="@", marked="=", open="v", shut="}", bar=("#", ":", "."), rule="-", wall="|",
    card=("+", "-", "|", "+"), card_here=("+", "=", "[", "+"), arrow="->", no_limit="inf",
    more="..", maybe="~", rising="^", falling="_", usual="'", eighths=" ,;ijIEH#",
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


def glyphs_for(environment: Mapping[str, str], *, windows: bool = ON_WINDOWS) -> Glyphs:
    """The signs this terminal can show."""
    if wants_ascii(environment):
        return ASCII
    wish = environment.get("BRCC_ASCII", "").strip()
    return OLD_CONSOLE if windows and not wish and is_old_console(environment) else UNICODE
