"""The log read back: what a request leaves in it, one operation of it, failures, and durations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.log_file import FILE_NAME
from brcc_tui.operations.diagnostics.log_reading import log_line_in_words, read_log, timings_of
from tests.commands import Run

REQUEST = {
    "at", "level", "event", "operation", "doing", "shop", "about", "method", "path", "retries", "status", "bytes",
    "outcome", "milliseconds", "good",
}  # fmt: skip


@pytest.fixture
def lines(run: Run, data_dir: Path) -> Callable[[], list[dict[str, Any]]]:
    def read() -> list[dict[str, Any]]:
        document: dict[str, Any] = run("logs", "--lines", "9999", "--json").json
        assert Path(document["folder"]).parent == data_dir
        found: list[dict[str, Any]] = document["lines"]
        return found

    return read


def test_a_request_tells_everything_but_its_secrets(run: Run, lines: Callable[[], list[dict[str, Any]]]) -> None:
    run("health")
    request = [line for line in lines() if line["event"] == "GET users/me/organizations/"][-1]
    assert set(request) == REQUEST
    assert (request["method"], request["path"]) == ("GET", "users/me/organizations/")
    assert (request["status"], request["retries"], request["good"]) == (200, 0, True)
    assert request["bytes"] > 10
    assert request["doing"] == "health"
    query = [line for line in lines() if line["event"] == "SQL grants"][-1]
    assert query["rows"] >= 1
    assert query["operation"] == request["operation"], "one errand, one id"


def test_a_request_that_was_sent_again_counts_it(
    run: Run,
    lines: Callable[[], list[dict[str, Any]]],
    fault: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("brcc_tui.platforms.http.client._wait", lambda state: 0.0)
    fault("bad_gateway", path="/wp-json/*", count=2)
    run("health")
    tries = [line for line in lines() if line["event"] == "GET products"][-3:]
    assert [(line["retries"], line["status"], line["good"]) for line in tries] == [
        (0, 502, False), (1, 502, False), (2, 200, True)]  # fmt: skip
    failed = run("logs", "--errors", "--lines", "2").out
    assert failed.count("answered 502") == 2
    ident = tries[0]["operation"]
    alone = run("logs", "--operation", ident, "--lines", "999", "--json").json["lines"]
    assert {line.get("operation") for line in alone} == {ident}
    assert len(alone) >= 10


def test_durations_are_kept_over_every_run(run: Run) -> None:
    before = {row["name"]: row["count"] for row in run("logs", "--timings", "--json").json["timings"]}
    run("health")
    after = {row["name"]: row for row in run("logs", "--timings", "--json").json["timings"]}
    assert {"WooCommerce: GET products", "SQL grants", "SQL clock"} <= set(after)
    assert after["SQL grants"]["count"] == before["SQL grants"] + 1
    assert all(row["p50"] <= row["p95"] <= row["worst"] for row in after.values())
    shown = run("logs", "--timings").out.splitlines()
    assert shown[0].split() == ["milliseconds", "count", "failed", "typical", "95%", "within", "worst"]
    assert len(shown) == len(after) + 1


def test_old_files_come_first_and_broken_lines_are_left_out(tmp_path: Path) -> None:
    def line(number: int) -> str:
        return json.dumps({"at": "2026-11-22T18:00:00+00:00", "event": f"n{number}", "milliseconds": 5, "good": True})

    (tmp_path / f"{FILE_NAME}.2").write_text(f"{line(1)}\n")
    (tmp_path / f"{FILE_NAME}.1").write_text(f"{line(2)}\n" + '{"event": "cut off by a cra\n[1]\nnull\n{}\n')
    (tmp_path / FILE_NAME).write_text(f"{line(3)}\n")
    assert [each["event"] for each in read_log(tmp_path)] == ["n1", "n2", "n3"]
    assert [row.name for row in timings_of(read_log(tmp_path)).rows()] == ["n1", "n2", "n3"]
    assert list(read_log(tmp_path / "absent")) == []


def test_a_file_of_the_log_that_cannot_be_read_is_not_an_empty_one(run: Run, data_dir: Path) -> None:
    run("health")
    folder = Path(run("logs", "--json").json["folder"])
    unreadable = folder / f"{FILE_NAME}.9"
    unreadable.mkdir()
    ran = run("logs", "--lines", "1", "--json")
    unreadable.rmdir()
    assert (ran.status, len(ran.json["lines"])) == (1, 1)
    assert f"{unreadable.name} cannot be read" in ran.err


def test_a_line_in_words_shows_the_error_and_nothing_twice() -> None:
    words = log_line_in_words(
        {"at": "x", "level": "error", "event": "unexpected", "operation": "abcd1234", "doing": "refresh",
         "error": {"type": "OSError", "text": "no space", "traceback": "Traceback ..."}, "milliseconds": 3}
    )  # fmt: skip
    assert words == "x  abcd1234  refresh  unexpected  OSError: no space  milliseconds=3"


def test_without_settings_there_is_no_log(run: Run, monkeypatch: pytest.MonkeyPatch, practice: dict[str, str]) -> None:
    for name in practice:
        monkeypatch.delenv(name)
    ran = run("logs", "--json")
    assert ran.status == 1
    assert ran.json["error"] == "the settings cannot be used"
    assert ran.json["problems"][0].startswith("PRIVATE_TOKEN is not set")


def test_a_secret_that_was_written_before_it_was_one_is_shown_to_nobody(
    run: Run, practice: Mapping[str, str], data_dir: Path
) -> None:
    """A token that was typed into another setting first, say."""
    (log,) = data_dir.glob(f"*/{FILE_NAME}")
    line = {"at": "2026-11-29T12:00:00+00:00", "level": "info", "event": "typed", "with": [practice["PRIVATE_TOKEN"]]}
    with log.open("a") as file:
        file.write(json.dumps(line) + "\n")
    for ran in (run("logs", "--json"), run("logs")):
        assert "typed" in ran.out
        assert practice["PRIVATE_TOKEN"] not in ran.out
