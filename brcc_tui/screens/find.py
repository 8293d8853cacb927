"""Finding by a few letters: `fri 8` is everything on a Friday at eight.

A weekday in three letters and an hour with am, pm or a colon mean the start alone: what is found is marked and
synced together, and `fri` is no show "& Friends" on a Sunday, `8pm` none at ten in a series named for eight.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable

from brcc_tui.model.listing import Listing
from brcc_tui.model.show import Show

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_START_ALONE = re.compile("|".join((*(day[:3] for day in _DAYS), r"\d{1,2}(:\d\d)?[ap]m", r"\d\d:\d\d")))
_OF_START = "\N{UNIT SEPARATOR}"
"""Before a word of the start: no text of a shop begins a word with it."""

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip


def moment_words(start: dt.datetime) -> Iterable[str]:
    """The words under which people look for a moment."""
    hour = start.hour % 12 or 12
    half = "pm" if start.hour >= 12 else "am"
    minutes = f":{start:%M}" if start.minute else ""
    told = (_DAYS[start.weekday()], f"{start:%H:%M}", f"{hour}{minutes}{half}")
    yield from (*told, *(f"{_OF_START}{word}" for word in told))
    yield from (str(start.day), _MONTHS[start.month - 1], str(start.year), start.date().isoformat())


def text_words(text: str) -> list[str]:
    """The words of a text, small letters, without brackets and dashes; and the text's own pieces as they stand."""
    folded = text.casefold()
    return [*re.findall(r"\w+", folded), *folded.split()]


def search_words(thing: Listing | Show) -> list[str]:
    """The words by which a listing or a show is found, small letters."""
    words = text_words(thing.title)
    if isinstance(thing, Listing):
        words += [*text_words(thing.slot or ""), thing.id.casefold(), thing.platform.value]
        words.append("eb" if thing.id.startswith("eb:") else "wc")
    else:
        words += [thing.id.casefold(), thing.room.name.casefold()]
    if thing.starts_at is not None:
        words += moment_words(thing.starts_at)
    return words


def wanted_by(tokens: Collection[str], words: Collection[str]) -> bool:
    """Whether every token begins one of the words; one that means a start, one of the start's where there is one."""
    return all(any(word.startswith(token) for word in words) for token in _meant(tokens, words))


def _meant(tokens: Collection[str], words: Collection[str]) -> Collection[str]:
    of_start = {token for token in tokens if _START_ALONE.fullmatch(token)}
    if not of_start or not any(word.startswith(_OF_START) for word in words):
        return tokens
    return [f"{_OF_START}{token}" if token in of_start else token for token in tokens]
