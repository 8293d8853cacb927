"""What set-up in lines finds out by trying is kept with what was typed, and goes with its part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from brcc_tui.cli import setup
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.settings_table import WOOCOMMERCE

TYPED = {
    "WOOCOMMERCE_CONSUMER_KEY": "ck_of",
    "WOOCOMMERCE_CONSUMER_SECRET": "cs_of",
    "WOOCOMMERCE_API_URL": "https://a.org",
}
FOUND = {"WOOCOMMERCE_READ_AUTH": "query", "WOOCOMMERCE_WRITE_METHOD": "header"}


@pytest.mark.parametrize(
    ("condition", "words", "kept"),
    [
        (Condition.HEALTHY, [], {**TYPED, **FOUND}),
        (Condition.DEGRADED, ["keep"], {**TYPED, **FOUND}),
        (Condition.DEGRADED, ["out"], {}),
    ],
)
def test_what_was_found_out_is_kept(
    condition: Condition, words: list[str], kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: Iterator[str] = iter([*TYPED.values(), *words])
    asked: list[str] = []

    def answer(question: str, *, secret: bool = False) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(setup, "_answer", answer)
    monkeypatch.setattr(setup, "_try", lambda part, values: Check(condition, "answers", found=FOUND))
    assert setup._part(WOOCOMMERCE, "production", {}) == kept
    assert not [question for question in asked if question.startswith(tuple(FOUND))], "nobody is asked for these"
