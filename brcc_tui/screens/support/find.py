"""Finding by a few letters: `fri 8` is everything on a Friday at eight.

A weekday in three letters and an hour with am, pm or a colon mean the start alone: what is found is marked and
synced together, and `fri` is no show "& Friends" on a Sunday, `8pm` none at ten in a series named for eight.

The words by which a thing is found are one text, with a line break before each: thousands of things are looked
through while a key is typed, and their titles, days and hours are few.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from brcc_tui.model.listing import Listing
from brcc_tui.model.shows.show import Show

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_START_ALONE = re.compile("|".join((*(day[:3] for day in _DAYS), r"\d{1,2}(:\d\d)?[ap]m", r"\d\d:\d\d")))
_WORD = "\n"
_WORD_OF_START = f"{_WORD}\N{UNIT SEPARATOR}"
"""Before a word of the start: no text of a shop begins a word with it."""

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip


class SearchQuery:
    """What a person typed: every one of these words must begin one of a thing's words.

    One that means a start must begin one of the start's words, where the thing has a start.
    """

    def __init__(self, typed: str) -> None:
        words = typed.casefold().split()
        self._anywhere = [f"{_WORD}{word}" for word in words]
        self._with_start = [f"{_WORD_OF_START if _START_ALONE.fullmatch(word) else _WORD}{word}" for word in words]

    def __bool__(self) -> bool:
        """Whether anything is wanted: nothing typed wants everything."""
        return bool(self._anywhere)

    def __call__(self, words: str) -> bool:
        """Whether a thing with these words is wanted."""
        wanted = self._with_start if _WORD_OF_START in words else self._anywhere
        return all(word in words for word in wanted)


@functools.lru_cache(maxsize=4096)
def text_words(text: str) -> str:
    """The words of a text, small letters, without brackets and dashes; and the text's own pieces as they stand."""
    folded = text.casefold()
    return _words(*re.findall(r"\w+", folded), *folded.split())


def moment_words(start: dt.datetime) -> str:
    """The words under which people look for a moment."""
    return _day_words(start.date()) + _hour_words(start.hour, start.minute)


def search_words(thing: Listing | Show) -> str:
    """The words by which a listing or a show is found, small letters."""
    if isinstance(thing, Listing):
        shop = _words(thing.platform.value, "eb" if thing.id.startswith("eb:") else "wc")
        own = f"{text_words(thing.slot or '')}{shop}"
    else:
        own = _words(thing.room.name.casefold())
    start = moment_words(thing.starts_at) if thing.starts_at is not None else ""
    return f"{text_words(thing.title)}{own}{_WORD}{thing.id.casefold()}{start}"


def _words(*words: str) -> str:
    return "".join(f"{_WORD}{word}" for word in words)


def _of_start(words: Iterable[str]) -> str:
    return "".join(f"{_WORD}{word}{_WORD_OF_START}{word}" for word in words)


@functools.lru_cache(maxsize=4096)
def _day_words(day: dt.date) -> str:
    words = _words(str(day.day), _MONTHS[day.month - 1], str(day.year), day.isoformat())
    return _of_start([_DAYS[day.weekday()]]) + words


@functools.lru_cache(maxsize=1440)
def _hour_words(hour: int, minute: int) -> str:
    minutes = f":{minute:02}" if minute else ""
    return _of_start([f"{hour:02}:{minute:02}", f"{hour % 12 or 12}{minutes}{'pm' if hour >= 12 else 'am'}"])


class Findable(Protocol):
    """Something to be found: its title, a note at the right, the words it is found by, and what it does."""

    @property
    def key(self) -> str:
        """Its name for good."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def note(self) -> str:
        """What stands beside."""

    @property
    def words(self) -> str:
        """As `text_words` and `search_words` give them."""

    @property
    def run(self) -> Callable[[], object]:
        """Do what it does."""


@dataclass(slots=True)
class FindableChoice:
    """One of a few things to be found."""

    key: str
    title: str
    note: str
    words: str
    run: Callable[[], object]
