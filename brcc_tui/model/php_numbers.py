"""Numbers in stored texts, as PHP reads them: by what the text begins with."""

from __future__ import annotations

import math
import re
from typing import Final

_NUMBER: Final = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)", re.ASCII)
_LARGEST: Final = 2**63 - 1


def php_float(text: str) -> float | None:
    """What `floatval` makes of it; None where it begins with no number, which is 0 to PHP."""
    match = _NUMBER.match(text)
    return float(match[1]) if match else None


def php_int(text: str) -> int | None:
    """What `intval` makes of it, no more than PHP's largest number; None where it begins with no number."""
    number = php_float(text)
    if number is None or not math.isfinite(number):
        return None if number is None else 0
    return max(-_LARGEST, min(_LARGEST, int(number)))
