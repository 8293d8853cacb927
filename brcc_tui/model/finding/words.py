"""The words by which things are found: one text, with a line break before each word.

Thousands of things are searched at every key press, and their titles, days and hours are few.
"""

from __future__ import annotations

import functools
import re

WORD = "\n"
"""Before each word."""


@functools.lru_cache(maxsize=4096)
def text_words(text: str) -> str:
    """The words of a text, small letters, without brackets and dashes; and the text's own pieces as they stand."""
    folded = text.casefold()
    return joined(*re.findall(r"\w+", folded), *folded.split())


def joined(*words: str) -> str:
    """Words as one text."""
    return "".join(f"{WORD}{word}" for word in words)


def has_word_from(words: str, beginning: str) -> bool:
    """Whether one of the words begins so."""
    return f"{WORD}{beginning}" in words


def has_word(words: str, word: str) -> bool:
    """Whether this is one of the words."""
    return f"{WORD}{word}{WORD}" in f"{words}{WORD}"
