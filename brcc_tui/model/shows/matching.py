"""How similar two titles are, with the club's own noise words learned from its catalogue.

A word that occurs in many titles ("comedy", "backroom", "show") says little; one that occurs in few says
much. Times and weekdays are left out: the start itself is better evidence than its name.
"""

from __future__ import annotations

import functools
import html
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz

from brcc_tui.model.finding.days import WEEKDAYS

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_TIME = re.compile(r"\d{1,2}(?:[.:h]\d{2})?\s*(?:[ap]\.?\s?m\b\.?)|\b\d{1,2}[:h]\d{2}\b", re.IGNORECASE)
_DAYS = frozenset(name + ending for name in WEEKDAYS for ending in ("", "s"))
_ALIKE = 88  # percent from which two spellings count as one word


def words(title: str) -> frozenset[str]:
    """The words of a title, folded: case, accents, HTML entities, weekdays and times of day removed."""
    plain = unicodedata.normalize("NFKD", html.unescape(title)).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return frozenset(word for word in _WORD.findall(_TIME.sub(" ", plain)) if word not in _DAYS)


class TitleSense:
    """Knows how much each word of a catalogue's titles says."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._words = functools.cache(words)  # its own: what a look at all pairings needs goes with it
        sets = [self._words(title) for title in titles]
        many = max(2, len(sets))
        seen = Counter(word for each in sets for word in each)
        self._weights = {word: math.log(many / often) / math.log(many) for word, often in seen.items()}

    def weight(self, word: str) -> float:
        """Between 0 (in every title) and 1 (in one): the word's inverse document frequency, scaled."""
        return self._weights.get(word, 1.0)

    def likeness(self, one: str, other: str) -> float:
        """0 to 1: the weight of shared words over the weight of the title that says less."""
        mine, theirs = self._words(one), self._words(other)
        if not mine or not theirs:
            return 0.0
        shared = sum(
            max((self.weight(word) for w in theirs if w == word or fuzz.ratio(w, word) >= _ALIKE), default=0.0)
            for word in mine
        )
        least = min(sum(map(self.weight, mine)), sum(map(self.weight, theirs)))
        if not least:  # a catalogue too small to tell noise from names
            return len(mine & theirs) / max(len(mine), len(theirs))
        return min(1.0, shared / least)
