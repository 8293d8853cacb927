"""Numbers in stored texts; each as PHP 8.2 told it (`intval`, `floatval`)."""

from __future__ import annotations

import pytest

from brcc_tui.model.php_numbers import php_float, php_int


@pytest.mark.parametrize(
    ("text", "whole", "fraction"),
    [
        ("5", 5, 5.0),
        (" \t-5.9x", -5, -5.9),
        (".5", 0, 0.5),
        ("1e3", 1000, 1000.0),
        ("1e", 1, 1.0),
        ("5,5", 5, 5.0),
        ("1_0", 1, 1.0),
        ("2e0089", 2**63 - 1, 2e89),
        ("99999999999999999999", 2**63 - 1, 1e20),
        ("-1e400", 0, float("-inf")),
        ("0x1A", 0, 0.0),
    ],
)
def test_a_number_is_what_the_text_begins_with(text: str, whole: int, fraction: float) -> None:
    assert (php_int(text), php_float(text)) == (whole, fraction)


@pytest.mark.parametrize("text", ["", "abc", "--5", "\u0665", "\u00a05", "NaN", "INF", "."])
def test_what_begins_with_no_number_is_none(text: str) -> None:
    assert (php_int(text), php_float(text)) == (None, None)
