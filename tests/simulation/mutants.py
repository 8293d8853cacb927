"""Run the fast tests of the change protocol against each of its mutants: `python tests/simulation/mutants.py`.

A mutant lives in the memory of a process of its own, forked when all tests are loaded; no file is changed. Names, or
parts of them, choose some: `mutants.py apply settle`; `--from 40 --many 20` takes a slice of what is chosen. Of the
tests those run that call the function in which the mutant is, the likely and the short ones first, until one fails.
`--likely` is the quick way: of these tests those that `LIKELY` names for the module. Who survives is run without it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.simulation.mutations import Mutant, all_mutants  # noqa: E402
from tests.simulation.mutations.graft import put_in  # noqa: E402

TESTS = (
    "tests/operations/changes",
    "tests/operations/test_closed_marks.py",
    "tests/model/changes",
    "tests/model/shows",
)
LEFT_OUT = ("test_practice_races.py", "test_processes.py", "test_permits.py")
"""They start servers or processes, or read sources, which are as they are."""

_LONGEST = 300
"""Seconds after which a mutant that is still at its tests ends, and is noticed by that."""

_OF_RECOVERY = (
    "test_as_before",
    "test_what_recovery_decides",
    "test_recovery",
    "test_rough_ends",
    "test_interruptions",
    "test_taken_up_again",
)

LIKELY = {
    "apply": (
        "test_look_ahead",
        "test_apply",
        "test_interruptions",
        "test_sync_races",
        "test_rough_ends",
        "test_answers_and_watch",
        "test_guards_in_order",
        "test_side_by_side",
        "test_at_once",
    ),
    "as_before": _OF_RECOVERY,
    "as_intended": _OF_RECOVERY,
    "at_once": ("test_at_once",),
    "batch": (
        "test_mates",
        "test_look_ahead",
        "test_bulk",
        "test_at_once",
        "test_side_by_side",
        "test_sync_races",
        "test_apply",
        "test_races",
        "test_lost_locks",
        "test_corrections",
        "test_answers_and_watch",
        "test_guards_in_order",
        "test_undo",
        "test_taken_up_again",
    ),
    "catalogue_known": ("test_not_whole", "test_rules_of_the_moment"),
    "closed_mark": ("test_closed_mark",),
    "closing": (
        "test_over_drift",
        "test_heal",
        "test_as_before",
        "test_past_closes",
        "test_closing",
        "test_guards",
        "test_apply",
    ),
    "collateral": (
        "test_told_by_the_journal",
        "test_recovery",
        "test_corrections",
        "test_later_looks",
    ),
    "confirmation": ("test_permit",),
    "read_together": ("test_bulk",),
    "decision_reader": (
        "test_replica",
        "test_stored_product",
        "test_heal",
        "test_side_by_side",
        "test_corrections",
        "test_propose",
        "test_later_looks",
        "test_second_reading",
    ),
    "decision_reading": ("test_heal",),
    "expectations": (
        "test_expectations",
        "test_later_looks",
        "test_corrections",
        "test_races",
        "test_when_it_is_verified",
        "test_hands_while_settling",
        "test_races_of_cancels",
        "test_paid_after_all",
        "test_never_arrived",
    ),
    "follow_up": (
        "test_follow_up",
        "test_recovery",
        "test_undo",
        "test_taken_up_again",
    ),
    "guards": (
        "test_guards_alone",
        "test_guards",
        "test_guards_in_order",
        "test_closing",
    ),
    "heal": ("test_heal",),
    "lately": ("test_lately", "test_as_before", "test_remembered_answers", "test_what_recovery_decides"),
    "lifecycle": ("test_recorder", "test_recovery"),
    "look_ahead": (
        "test_at_once",
        "test_look_ahead",
        "test_apply",
        "test_bulk",
        "test_side_by_side",
        "test_sync_races",
    ),
    "locking": (
        "test_locking",
        "test_lost_locks",
        "test_unusable_locks",
        "test_guards_in_order",
        "test_races",
    ),
    "own_answers": (
        "test_own_answers",
        "test_eventbrite_answers",
        "test_stored_product",
        "test_heal",
    ),
    "permit": ("test_permit",),
    "plan": (
        "test_guards",
        "test_apply",
        "test_propose",
        "test_plan",
        "test_settling",
        "test_guards_in_order",
    ),
    "propose": (
        "test_as_before",
        "test_closed_in_the_shop",
        "test_propose",
        "test_guards",
        "test_closing",
        "test_guards_in_order",
        "test_heal",
        "test_checkout_unknown",
    ),
    "recheck": (
        "test_check_again",
        "test_look_ahead",
        "test_apply",
        "test_sync_races",
        "test_checkout_unknown",
        "test_as_before",
        "test_closing",
        "test_paid_after_all",
    ),
    "recorder": (
        "test_recorder",
        "test_record_before_wire",
        "test_interruptions",
        "test_settling",
        "test_races",
        "test_answers_and_watch",
        "test_apply",
        "test_recovery",
        "test_when_it_is_verified",
    ),
    "reapply": ("test_taken_up_again",),
    "recover": _OF_RECOVERY,
    "recovery_story": _OF_RECOVERY,
    "settle": (
        "test_later_looks",
        "test_answers_and_watch",
        "test_settling",
        "test_races",
        "test_when_it_is_verified",
        "test_rough_ends",
        "test_at_once",
        "test_races_of_answers",
        "test_races_of_cancels",
        "test_as_before",
    ),
    "sharing": (
        "test_sharing",
        "test_sync_races",
        "test_checkout_unknown",
    ),
    "side_by_side": ("test_side_by_side",),
    "since_plan": (
        "test_told_by_the_journal",
        "test_since_the_plan",
        "test_apply",
    ),
    "unexpected_state": ("test_hands_while_settling", "test_recovery"),
    "shows": ("test_rules_of_the_moment", "test_sync_house_seats", "test_sync_plan"),
    "sync": (
        "test_rules_of_the_moment",
        "test_sync_plan",
        "test_sync_races",
        "test_closed_in_the_shop",
        "test_not_whole",
        "test_checkout_unknown",
    ),
    "known_state": ("test_told_by_the_journal", "test_what_recovery_decides"),
    "undo": (
        "test_over_drift",
        "test_told_by_the_journal",
        "test_undo",
        "test_apply",
    ),
    "verify_eventbrite": (
        "test_lost_locks",
        "test_answers_and_watch",
        "test_eventbrite_answers",
        "test_races",
        "test_closing",
        "test_closing_beside_checkouts",
        "test_closing_further",
        "test_rough_ends",
        "test_settling",
    ),
    "verify_woocommerce": (
        "test_hands_while_settling",
        "test_when_it_is_verified",
        "test_later_looks",
        "test_corrections",
        "test_races",
        "test_settling",
        "test_answers_and_watch",
        "test_rough_ends",
        "test_races_of_cancels",
        "test_never_arrived",
        "test_editors_button",
        "test_races_of_answers",
    ),
    "write": (
        "test_second_reading",
        "test_apply",
        "test_rough_ends",
        "test_races",
        "test_corrections",
        "test_answers_and_watch",
        "test_interruptions",
        "test_record_before_wire",
        "test_sync_races",
        "test_guards",
        "test_closing",
        "test_eventbrite_answers",
        "test_races_of_answers",
        "test_sync_of_stale_classes",
        "test_editors_button",
    ),
}
"""Tests that are most likely to notice a mutant of a module: they run first, and notice nearly all."""

PROGRAM = f"{os.sep}brcc_tui{os.sep}"
KILLED, SURVIVED, EQUIVALENT = "killed", "survived", "equivalent"


class Runner:
    """Takes the place of pytest's own loop: the tests run once for each mutant, until one fails."""

    def __init__(self, mutants: Sequence[Mutant], *, likely_only: bool = False) -> None:
        self.mutants, self.likely_only = mutants, likely_only
        self.seconds: dict[str, float] = {}
        self.counts = dict.fromkeys((KILLED, SURVIVED, EQUIVALENT), 0)
        self.failed: str | None = None
        self.called: dict[str, set[tuple[str, str]]] = {}
        self.calls: set[tuple[str, str]] = set()
        self.killers: list[str] = []

    def _note_call(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and PROGRAM in frame.f_code.co_filename:
            self.calls.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Every mutant in its turn, after the tests have run once without any."""
        items = [item for item in session.items if item.path.name not in LEFT_OUT]
        for item, following in zip(items, [*items[1:], None], strict=True):
            self.calls = self.called[item.nodeid] = set()
            began = time.process_time()
            sys.setprofile(self._note_call)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            sys.setprofile(None)
            self.seconds[item.nodeid] = time.process_time() - began
        if self.failed:
            raise pytest.UsageError(f"the tests fail without any mutant: {self.failed}")
        for mutant in self.mutants:
            began = time.monotonic()
            noticed = self._noticed(items, mutant)
            outcome = KILLED if noticed is not None else EQUIVALENT if mutant.equivalent else SURVIVED
            self.counts[outcome] += 1
            if noticed is not None and noticed not in self.killers:
                self.killers.append(noticed)
            seconds, why = time.monotonic() - began, mutant.equivalent if noticed is None else noticed
            print(f"{outcome:<10} {mutant!s:<66} {seconds:5.1f} s  {why}", flush=True)
        print(", ".join(f"{count} {outcome}" for outcome, count in self.counts.items()), f"of {len(self.mutants)}")
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the first failure."""
        if report.failed and self.failed is None:
            self.failed = report.nodeid.rpartition("/")[2]

    def _noticed(self, items: Sequence[pytest.Item], mutant: Mutant) -> str | None:
        """The first test that fails with this mutant; None when all pass."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.write(writing, (self._run(items, mutant) or "").encode()[:300])
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            noticed = pipe.read()
        _, status = os.waitpid(child, 0)
        return noticed or (f"ended with {status}" if status else None)

    def _run(self, items: Sequence[pytest.Item], mutant: Mutant) -> str | None:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        put_in(mutant)
        signal.alarm(_LONGEST)  # some turn a wait into one without end
        likely = LIKELY.get(Path(mutant.file).stem, ())

        def turn(item: pytest.Item) -> tuple[int, bool, float]:
            place = likely.index(item.path.stem) if item.path.stem in likely else len(likely)
            return place, item.nodeid.rpartition("/")[2] not in self.killers, self.seconds[item.nodeid]

        where = mutant.where()
        touched = [item for item in items if where is None or where in self.called[item.nodeid]]
        if self.likely_only:
            touched = [item for item in touched if item.path.stem in likely]
        ordered = sorted(touched, key=turn)
        for item, following in zip(ordered, [*ordered[1:], None], strict=False):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                break
        return self.failed


def _likely_files(mutants: Sequence[Mutant]) -> set[str]:
    names = {f"{name}.py" for mutant in mutants for name in LIKELY.get(Path(mutant.file).stem, ())}
    return {str(path) for where in TESTS for path in Path(where).rglob("test_*.py") if path.name in names}


def main(arguments: Sequence[str]) -> int:
    """Run the chosen mutants; 0 when none survived that is not named as equivalent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names (file: name); all of them when none is given")
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--many", type=int)
    parser.add_argument("--likely", action="store_true")
    options = parser.parse_args(arguments)
    chosen = [x for x in all_mutants() if not options.names or any(name in str(x) for name in options.names)]
    chosen = chosen[options.first :][: options.many]
    runner = Runner(chosen, likely_only=options.likely)
    os.chdir(ROOT)
    tests = sorted(_likely_files(chosen)) if options.likely else TESTS
    pytest_options = ("-q", "-s", "-p", "no:cacheprovider", "--no-header", "--tb=no", "--timeout=0")
    ended = pytest.main([*pytest_options, *tests], plugins=[runner])
    return int(ended) or (1 if runner.counts[SURVIVED] else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
