"""What every sign and number on a screen means, in sentences for its help. A test checks that none is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from brcc_tui.widgets.glyphs import Glyphs


@dataclass(frozen=True, slots=True)
class Sign:
    """How it looks on this terminal, and what it means."""

    looks: Callable[[Glyphs], str]
    means: str


SIGNS: Final[Mapping[str, Sign]] = {
    "here": Sign(lambda g: g.here, "you are here: the row that the keys mean, and the screen in the list of screens"),
    "chosen": Sign(lambda g: g.chosen, "selected for comparing (space)"),
    "marked": Sign(lambda g: g.marked, "marked, to plan many shows at once (m)"),
    "warning": Sign(lambda g: g.warning, "something is wrong and wants a person; where there is no room for words, "
                    "twice means people without a seat"),
    "one_shop": Sign(lambda g: g.one_shop, "one shop alone sells it"),
    "no_shop": Sign(lambda g: g.no_shop, "no shop sells it now"),
    "full": Sign(lambda g: g.full, "full: every seat is taken"),
    "unknown": Sign(lambda g: g.unknown, "unknown; nothing is computed from it, and it never counts as 0. "
                    "With a number (+3?): true only if a listing in doubt is a seat"),
    "none": Sign(lambda _: "-", "nothing there: that shop does not sell it, or nobody asked"),
    "maybe": Sign(lambda g: g.maybe, "the program put these listings together and nobody has confirmed it yet (y)"),
    "draft": Sign(lambda _: "*", "a draft: noted here, written nowhere until w reviews it"),
    "failed": Sign(lambda g: g.failed, "it failed or did not answer; before an age: these are the numbers known last"),
    "done": Sign(lambda g: g.done, "done, and seen to be so"),
    "running": Sign(lambda g: g.running, "under way, or never settled"),
    "light": Sign(lambda g: g.light, "a service that answers; hollow where nobody asked it for 5 minutes"),
    "hollow": Sign(lambda g: g.hollow, "not yet, or not so: not asked, not begun, left as it is, taken back"),
    "open": Sign(lambda g: g.open, "unfolded: what belongs to it is below"),
    "shut": Sign(lambda g: g.shut, "folded: enter or right shows what belongs to it"),
    "sold": Sign(lambda g: g.bar[0], "in a bar: places sold"),
    "held": Sign(lambda g: g.bar[1], "in a bar: places held, in an order or a checkout that is not paid yet"),
    "left": Sign(lambda g: g.bar[2], "in a bar: free places"),
    "fills": Sign(lambda g: g.eighths[1:], "how full a show is, or how many seats a day sold: the higher the more"),
    "usual": Sign(lambda g: g.usual, "what is usual: the mean of the shows before it on this weekday and hour"),
    "arrow": Sign(lambda g: g.arrow, "from, to"),
    "no_limit": Sign(lambda g: g.no_limit, "no limit: as many as anybody buys"),
    "rising": Sign(lambda g: g.rising, "sorted by this column, the least first"),
    "falling": Sign(lambda g: g.falling, "sorted by this column, the most first"),
    "more": Sign(lambda g: g.more, "the text goes on: there was no room for it"),
}  # fmt: skip
"""By name. Lines around boxes are no signs."""

_FRAME: Final = ("here", "light", "hollow", "warning", "failed", "unknown", "none", "draft", "more")
"""On every screen: the top line and the list of screens."""

_SHOWS: Final = ("chosen", "one_shop", "no_shop", "full", "maybe", "sold", "held", "left", "no_limit", "running")

SIGNS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "dashboard": (*_FRAME, *_SHOWS),
    "shows": (*_FRAME, *_SHOWS, "marked", "open", "shut", "rising", "falling", "fills", "arrow"),
    "compare": (*_FRAME, "sold", "held", "left", "arrow", "no_limit"),
    "eventbrite": (*_FRAME, "chosen", "open", "shut", "sold", "held", "left", "arrow", "no_limit", "rising", "falling"),
    "woocommerce": (
        *_FRAME, "chosen", "open", "shut", "sold", "held", "left", "arrow", "no_limit", "rising", "falling",
    ),
    "history": (*_FRAME, "done", "running", "arrow", "rising", "falling"),
    "health": _FRAME,
}  # fmt: skip
"""The signs that each screen can show, in the order in which its help tells them."""

IN_FRONT: Final = (
    "warning",
    "failed",
    "unknown",
    "none",
    "done",
    "running",
    "arrow",
    "hollow",
    "no_limit",
    "fills",
    "sold",
    "held",
    "left",
    "usual",
    "here",
    "maybe",
    "one_shop",
    "no_shop",
    "full",
    "more",
)
"""The signs of what comes in front of a screen: questions, progress, pictures."""

_OF_SHOWS: Final = (
    ("seats", "the seats of the room, as they are set here (N)"),
    ("sold", "tickets sold, by both shops together"),
    ("held", "places in an order or a checkout that is not paid yet: nobody else can buy them"),
    ("free", "seats less sold, held and kept for the house; below 0, so many people have none"),
    ("EB, shop", "what Eventbrite and the web shop still have on sale; shut: its sales are closed"),
    ("age", "how old the oldest number of the row is: now, 10m, 2h, 3d; after 5 minutes the row fades; r reads it"),
    ("+7", "so many seats could be sold twice, if both shops sell all they have on sale"),
    ("8 over", "so many people have a ticket and no seat; 8+: at least so many, for not all of the show is known"),
    ("drift", "the stock is not what was set here last"),
    ("house", "more seats are kept for the house than are free"),
)
_OF_LISTINGS: Final = (
    ("capacity", "how many places the listing sells in all; 55 and an arrow: the draft beside it"),
    ("sold", "tickets sold of it"),
    ("held", "places in an order or a checkout that is not paid yet"),
    ("left", "what is left of it for buyers"),
    (
        "status",
        "whether buyers can buy it; by code: with an access code alone (?: maybe); read only: not changed here; "
        "of a branch what is said of all in it, or how many are on sale (+?: perhaps more)",
    ),
    ("age", "how old its numbers are: now, 10m, 2h, 3d; after 5 minutes the row fades; r reads them"),
)

NUMBERS_OF: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "dashboard": _OF_SHOWS,
    "shows": _OF_SHOWS,
    "compare": _OF_LISTINGS,
    "eventbrite": _OF_LISTINGS,
    "woocommerce": _OF_LISTINGS,
    "history": (("31, 28", "the capacity before and after; ? before: it was not known"),),
    "health": (("p50, p95", "half of the answers, and 95 of 100, came within so many milliseconds"),),
}
"""The numbers and words of each screen's columns."""

COLOURS: Final = (
    "Green is well, yellow and orange want attention, red is wrong; a bar is green below 50 % sold, another colour "
    "from 50 %, orange from 80 % and red from 95 %. Every colour has a sign or a word beside it."
)
