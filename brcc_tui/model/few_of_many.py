"""Long lists in little space: the first few names, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence


def few_of_many(names: Sequence[str], most: int = 3) -> str:
    """`one, two, three and 4 more`: at most so many of these names; empty for none."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
