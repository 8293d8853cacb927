"""Run the tests under Windows' own Python in Wine: `python tests/run.py --wine [PYTEST...]`.

What came out is counted by folder: passed, failed, and not run, each failure and each reason in a line of its own.
Wine's consoles understand no terminal sequences, so what the screens paint is read from a file (`screens`); what else
Wine lacks, the tests name.
"""

from __future__ import annotations

import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.wine.kit import Kit, NotHere, provide, run, windows_path

FOLDERS = ("model", "store", "test_settings.py", "test_logs.py", "test_log_file.py", "windows", "cli", "operations",
           "platforms", "sandbox", "system")  # fmt: skip
"""What is run unless somebody names something else."""

SCREENS = "screens"
"""The name for the screens in a console, which are no tests of pytest's."""


@dataclass(frozen=True)
class Case:
    """One test: its folder or file, its name, and how it went (`passed`, `failed`, `not run`) and why."""

    where: str
    name: str
    outcome: str
    why: str = ""


def main(arguments: Sequence[str]) -> int:
    """Run them and tell; 0 only where all that ran passed."""
    try:
        kit = provide()
    except NotHere as reason:
        print(f"Not run under Wine: {reason}")
        return 0
    chosen = list(arguments) or [*(f"tests/{name}" for name in FOLDERS), SCREENS]
    cases = [case for place in chosen for case in (_screens(kit) if place == SCREENS else _run(kit, place))]
    print("\n".join(summary(cases)))
    return 1 if any(case.outcome == "failed" for case in cases) or not cases else 0


def _run(kit: Kit, place: str) -> list[Case]:
    """The cases of one folder or file; shown while they run."""
    print(f"\n{place} under Wine:", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", "-p", "no:cacheprovider", "--timeout", "1800", f"--junitxml={windows_path(report)}"]
        with run(kit, ["-m", "pytest", *options, place]) as process:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
        if not report.exists():
            return [Case(place, "all of it", "failed", f"it broke off with status {process.returncode}")]
        return list(cases_of(report.read_text(encoding="utf-8"), place))


def _screens(kit: Kit) -> list[Case]:
    """The program on a console, from the first picture to its end."""
    from tests.wine.screens import WAYS_OUT, what_went_wrong

    wrong = {way: what_went_wrong(kit, way) for way in WAYS_OUT}
    return [Case(SCREENS, f"screens::{way}", "failed" if why else "passed", why) for way, why in wrong.items()]


def cases_of(report: str, place: str) -> Iterator[Case]:
    """What a report of pytest in JUnit's form says."""
    for case in ElementTree.fromstring(report).iter("testcase"):
        name = f"{case.get('classname', '')}::{case.get('name', '')}"
        bad = [part for part in case if part.tag in ("failure", "error")]
        skipped = case.find("skipped")
        if bad:
            yield Case(place, name, "failed", _first_line(bad[0].get("message")))
        elif skipped is not None:
            yield Case(place, name, "not run", _first_line(skipped.get("message")))
        else:
            yield Case(place, name, "passed")


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0][:200]


def summary(cases: Sequence[Case]) -> list[str]:
    """How many of each outcome there were, by folder; every failure; and for what reasons tests were not run."""
    counts = Counter((case.where, case.outcome) for case in cases)
    lines = ["", f"{'under Wine':<24}{'passed':>8}{'failed':>8}{'not run':>9}"]
    for where in [*dict.fromkeys(case.where for case in cases), None]:
        of_this = [sum(n for (place, each), n in counts.items() if each == outcome and where in (place, None))
                   for outcome in ("passed", "failed", "not run")]  # fmt: skip
        lines.append(f"{where or 'in all':<24}{of_this[0]:>8}{of_this[1]:>8}{of_this[2]:>9}")
    lines += [f"failed: {case.name}: {case.why}" for case in cases if case.outcome == "failed"]
    reasons = Counter(case.why for case in cases if case.outcome == "not run")
    return lines + [f"not run ({count}): {why}" for why, count in reasons.most_common()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
