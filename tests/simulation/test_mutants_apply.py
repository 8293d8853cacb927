"""The list of mutants keeps up with the program: each stands exactly once, can be loaded, and has a name of its own."""

from __future__ import annotations

import pytest

from tests.simulation.mutations import Mutant, all_mutants


def test_every_mutant_still_applies() -> None:
    mutants = all_mutants()
    wrong = []
    for mutant in mutants:
        try:
            mutant.applied()
        except (ValueError, SyntaxError) as error:
            wrong.append(f"{mutant}: {error}")
    assert not wrong
    assert len(mutants) >= 150
    assert len({str(mutant) for mutant in mutants}) == len(mutants)


def test_a_text_that_stands_nowhere_or_twice_is_told() -> None:
    for old in ("this stands nowhere", "import"):
        with pytest.raises(ValueError, match="times"):
            Mutant("operations/changes/apply.py", "no such", [old], [""]).applied()


def test_a_mutant_knows_its_function() -> None:
    inside = Mutant(
        "operations/changes/settle.py", "in a method", ["        self.failing_since = None\n        self.looks ="]
    )
    outside = Mutant("operations/changes/settle.py", "outside", ["UNSEEN_DELAY: Final"])
    assert (inside.where() or ("", ""))[1] == "_Watched.seen"
    assert outside.where() is None
