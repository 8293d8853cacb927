"""Textual's stylesheet, without its habit of parsing every source anew for each screen that opens.

Measured with Textual 8.2.8: a screen that opens for the first time has all sources parsed four times (its own
added, the theme's variables set twice more, its widgets' defaults added), 6 to 10 ms each time. The sources do not
change while the program runs, and the variables only with the theme.
"""

from __future__ import annotations

from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_Parsed = LRUCache[tuple[Any, ...], list[RuleSet]]

_SOURCES = 256
"""Sources remembered for each theme; there are about a hundred, one or two for each class of widget and screen."""

PARSED: dict[frozenset[tuple[str, str]], _Parsed] = {}
"""What was parsed in this process, by the variables of the theme. Rules are read and never changed."""


class ParsedOnce(Stylesheet):
    """Each source is parsed when it is first needed, and once for every theme that is chosen."""

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._take_parsed(variables)

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take the theme's variables; what was parsed with others does not hold."""
        if variables != self._parsed_with:
            self._parse_cache = LRUCache(1)  # the other theme's is kept: this empties what it finds
            super().set_variables(variables)
            self._take_parsed(variables)

    def _take_parsed(self, variables: dict[str, str]) -> None:
        self._parsed_with = dict(variables)
        self._parse_cache = PARSED.setdefault(frozenset(variables.items()), LRUCache(_SOURCES))

    def reparse(self) -> None:
        """Put the rules together anew; only sources that were not parsed yet are parsed."""
        self.parse()
