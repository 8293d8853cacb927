"""How many there are, in words; of long lists the first few names, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence


def few_of_many(names: Sequence[str], most: int = 3) -> str:
    """`one, two, three and 4 more`: at most so many of these names; empty for none."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def plural(word: str, number: int) -> str:
    """The word for so many: one `listing`, none or two `listings`."""
    return word if number == 1 else f"{word}s"


def so_many(number: int, word: str) -> str:
    """So many of them: `1 listing`, `2 listings`, `1,874 calls`."""
    return f"{number:,} {plural(word, number)}"
