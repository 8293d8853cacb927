"""What stands beside the code says the same as the code: the checks of the CI, before a commit, and of the runner."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.system.terminal import ROOT

RUNNER = (ROOT / "tests" / "run.py").read_text(encoding="utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")


def test_before_a_commit_the_same_checks_run() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"entry: (?:python -m )?(.*)", hooks)
    assert entries == ["ruff check .", "ruff format --check .", "mypy", "lint-imports --no-cache"]
    for entry in entries:
        words = ", ".join(f'"{word}"' for word in entry.split())
        assert words in RUNNER or all(f'"{word}"' in RUNNER for word in entry.split()), entry


def test_the_ci_runs_the_runner_on_every_system() -> None:
    assert "run: python tests/run.py" in WORKFLOW
    assert "[ubuntu-latest, macos-latest, windows-latest]" in WORKFLOW
    assert 'CI: "true"' in WORKFLOW


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []
