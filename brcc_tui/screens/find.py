"""Finding by a few letters: `fri 8` is everything on a Friday at eight."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable

from brcc_tui.model.listing import Listing
from brcc_tui.model.show import Show

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip


def _moment_words(start: dt.datetime) -> Iterable[str]:
    """The words under which people look for a moment."""
    hour = start.hour % 12 or 12
    half = "pm" if start.hour >= 12 else "am"
    minutes = f":{start:%M}" if start.minute else ""
    yield from (_DAYS[start.weekday()], str(start.day), _MONTHS[start.month - 1], str(start.year))
    yield from (f"{start:%H:%M}", f"{hour}{minutes}{half}", start.date().isoformat())


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
        words += _moment_words(thing.starts_at)
    return words


def wanted_by(tokens: Collection[str], words: Collection[str]) -> bool:
    """Whether every token begins one of the words."""
    return all(any(word.startswith(token) for word in words) for token in tokens)
