"""Whether a list that a shop gives page by page is complete.

Both shops say how many things a list has, and either may say nothing, give one page twice, or lose a page
(WooCommerce behind proxies and plugins, Eventbrite's continuation tokens). Part of a list must not pass for all of it:
an incomplete list is reported as a `Shortfall`, and nothing that needs the whole list may rely on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from brcc_tui.model.failure import Failure

NOT_WHOLE: Final = "not_whole"
"""The code of a refusal whose decision would have rested on a list that came short."""

_SHORT: Final = "arrived incomplete: "
_KEPT: Final = (_SHORT, "did not come whole: ", "is incomplete: ")
"""By these words of the kept catalogue, those of earlier versions among them, such a failure is known again."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A list that came short: of `what` ("the list of products") only `got` different things came.

    `reported` is how many the shop said there are, None where it did not say. `reason` says in words what was seen,
    as the end of a sentence ("page 2 was page 1 once more").
    """

    what: str
    got: int
    reported: int | None
    reason: str

    def __str__(self) -> str:
        """For people: what came, of how many, and what was seen."""
        of = "" if self.reported is None else f" of {self.reported}"
        return f"{self.what} {_SHORT}{self.got}{of} came, {self.reason}"

    def failure(self, ident: str, title: str) -> Failure:
        """The entry under `failed`: `ident` is the platform's name or the id of the thing that has the list."""
        return Failure(ident, title, str(self))


def came_short(failure: Failure) -> bool:
    """Whether what failed is a list of which only a part came."""
    return any(words in failure.reason for words in _KEPT)
