"""A change from the command line, told to a person: what it does to the show, and each step in words."""

from __future__ import annotations

import re

from tests.commands import Run


def test_a_plan_tells_what_it_does_to_its_show(run: Run, cell: str) -> None:
    told = run("set", cell, "+1").out
    assert re.match(r"plan [0-9a-f]+: 1 change\n", told)
    offers = re.search(r"on sale (\d+) -> (\d+) for (\d+) seats left; could be sold twice (\d+) -> (\d+)", told)
    assert offers is not None
    now, then, free, _, twice = map(int, offers.groups())
    assert then == now + 1
    assert twice == max(then - free, 0)


def test_steps_and_outcome_are_told_in_words(run: Run, cell: str) -> None:
    digest = run("set", cell, "+1", "--json").json["digest"]
    ran = run("set", cell, "+1", "--confirm", digest)
    assert ran.status == 0
    assert f"{cell}: locked, nobody else writes it" in ran.err
    assert f"{cell}: written and verified; watched until it settles" in ran.err
    assert "read_again" not in ran.err
    assert ran.out.startswith(f"{cell}: done, capacity ")
