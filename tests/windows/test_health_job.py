"""The report that the scheduled task keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from brcc_tui.windows import health_job


def test_the_report_is_kept_and_its_status_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = tmp_path / "kept" / "health.json"
    for _ in range(2):  # the second takes the place of the first
        assert health_job.run([str(report)]) == 3, "nothing is known without settings"
        assert json.loads(report.read_text())["checks"]["configuration"]["status"] == "not_configured"
    assert [path.name for path in report.parent.iterdir()] == ["health.json"]


def test_it_needs_no_standard_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pythonw.exe` has none."""
    monkeypatch.chdir(tmp_path)
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", None)
    assert health_job.run([str(tmp_path / "health.json")]) == 3
    assert json.loads((tmp_path / "health.json").read_text())["status"] == "unknown"


def test_a_report_that_cannot_be_written_is_no_healthy_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_job, "main", lambda _arguments: 0)
    (tmp_path / "health.json").mkdir()
    assert health_job.run([str(tmp_path / "health.json")]) == 3
    assert health_job.run([]) == 3
