"""No function has more than ten ways through it, but those that say why.

Ways are counted as radon counts them: a branch, a loop, a filter of a comprehension and each further part of an `and`
or `or` is one more. From eleven on (rank C) a function stands with its reason in `complex_functions.txt`, and leaves it
when it becomes shorter.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from radon.complexity import cc_visit
from radon.visitors import Class

ROOT = Path(__file__).parents[1]
REASONS = Path(__file__).with_name("complex_functions.txt")
MOST = 10
"""Of rank B."""


def complex_functions(source: str) -> Iterator[tuple[str, int]]:
    """The functions and methods of the source with more than `MOST` ways, and how many each has."""
    for block in cc_visit(source):
        if not isinstance(block, Class) and block.complexity > MOST:
            yield block.fullname, block.complexity


def reasons() -> dict[str, str]:
    """What `complex_functions.txt` says: a file and a function of it, and why it is as it is."""
    lines = REASONS.read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


def test_a_complex_function_has_its_reason() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()} {name}"
        for path in (ROOT / "brcc_tui").rglob("*.py")
        for name, _ in complex_functions(path.read_text(encoding="utf-8"))
    }
    told = reasons()
    assert found - told.keys() == set(), "either simpler, or a reason in complex_functions.txt"
    assert told.keys() - found == set(), "simple enough by now: no reason is needed"
    assert all(len(reason) > 20 for reason in told.values())


def test_a_complex_function_would_be_found() -> None:
    questions = " or ".join(f"x == {number}" for number in range(MOST))
    assert list(complex_functions(f"def asked(x):\n    return {questions}\n")) == []
    assert list(complex_functions(f"def asked(x):\n    return {questions} or x == -1\n")) == [("asked", MOST + 1)]
