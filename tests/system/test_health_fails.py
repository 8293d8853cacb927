"""Each check of `health` made to fail in turn: its own status, its own words, and the exit status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from tests.commands import Run
from tests.system.terminal import ROOT
from tests.systems import keep_from_looking, posix
from tests.telling import WAYS, tell

EXIT = {"healthy": 0, "degraded": 1, "down": 2, "unknown": 3}
Break = Callable[[pytest.MonkeyPatch, Path], None]


def setting(name: str, value: str) -> Break:
    """A setting that is wrong."""
    return lambda patch, _: patch.setenv(name, value)


def without_catalogue(_: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "catalogue.sqlite").unlink()


def damaged(name: str) -> Break:
    def damage(_: pytest.MonkeyPatch, folder: Path) -> None:
        for stale in folder.glob(f"{name}-*"):
            stale.unlink()
        (folder / name).write_bytes(b"this was a database once " * 400)

    return damage


def full_disk(patch: pytest.MonkeyPatch, _: Path) -> None:
    patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000_000))


def no_memory(patch: pytest.MonkeyPatch, _: Path) -> None:
    patch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1_000_000))


def folder_that_opens_again(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """A folder whose access cannot be taken back, as on some network drives."""
    patch.setattr("brcc_tui.private_files.close_to_others", lambda path: None)
    folder.chmod(0o755)


FAILURES: dict[str, tuple[Break, str, str, str]] = {
    "a token that is none": (setting("PRIVATE_TOKEN", "WRONGTOKEN"), "eventbrite_api", "down", "access is denied"),
    "another organization": (
        setting("EVENTBRITE_ORGANIZATION_ID", "4242"), "eventbrite_api", "degraded", "does not belong to organization"),
    "Eventbrite is away": (
        setting("EVENTBRITE_API_URL", "http://127.0.0.1:9/v3"), "eventbrite_api", "down", "connection was refused"),
    "a key that is none": (
        setting("WOOCOMMERCE_CONSUMER_SECRET", "cs_wrong"), "woocommerce_api", "down", "access is denied"),
    "the shop is away": (
        setting("WOOCOMMERCE_API_URL", "http://127.0.0.1:9"), "woocommerce_api", "down", "connection was refused"),
    "a password that is none": (
        setting("WORDPRESS_DB_PASSWORD", "wrongword"), "wordpress_db", "down", "does not accept this user"),
    "a prefix of another site": (
        setting("WORDPRESS_TABLE_PREFIX", "other_"), "wordpress_db", "down", "WORDPRESS_TABLE_PREFIX"),
    "two zones": (setting("BRCC_TIMEZONE", "Europe/Paris"), "wordpress_db", "degraded", "make them the same"),
    "no catalogue": (without_catalogue, "cache_status", "degraded", "no catalogue yet: refresh"),
    "a damaged catalogue": (damaged("catalogue.sqlite"), "cache_status", "degraded", "efresh"),
    "a damaged journal": (damaged("journal.sqlite"), "journal", "down", "journal"),
    "a full disk": (full_disk, "disk_space", "degraded", "free some"),
    "no memory": (no_memory, "memory_usage", "degraded", "1 MB free"),
    "an open folder": (folder_that_opens_again, "configuration", "degraded", "is open to its group"),
}  # fmt: skip
MODES = posix("modes of files")
JUDGED = [pytest.param(*each, marks=[MODES] if each[1] == "configuration" else []) for each in FAILURES.values()]


@pytest.fixture
def folder(run: Run, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The healthy data folder of the practice club, copied, so that it can be broken."""
    (healthy,) = (path.parent for path in data_dir.glob("*/catalogue.sqlite"))
    broken = tmp_path / "broken"
    shutil.copytree(healthy, broken / healthy.name)
    broken.chmod(0o700)
    monkeypatch.setenv("BRCC_DATA_DIR", str(broken))
    return broken / healthy.name


@pytest.mark.parametrize(("bend", "check", "status", "words"), JUDGED, ids=list(FAILURES))
def test_each_check_made_to_fail(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, bend: Break, check: str, status: str, words: str
) -> None:
    before = run("health", "--json")
    assert (before.status, before.json["status"]) == (0, "healthy"), before.json
    bend(monkeypatch, folder)
    if not (own := folder.parent / _shop(run)).exists():  # another address is another shop, with its own folder
        shutil.copytree(folder, own)
    ran = run("health", "--json")
    unwell = {name: found for name, found in ran.json["checks"].items() if found["status"] != "healthy"}
    assert set(unwell) == {check}, unwell
    assert unwell[check]["status"] == ran.json["status"] == status
    assert words in unwell[check]["detail"]
    assert ran.status == EXIT[status]
    plain = run("health")
    assert (plain.status, plain.out.splitlines()[0]) == (EXIT[status], status)


def _shop(run: Run) -> str:
    return str(Path(run("logs", "--json").json["folder"]).name)


def test_settings_that_cannot_be_used_are_unknown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOOCOMMERCE_API_URL", "http://shop.example.org")
    ran = run("health", "--json")
    assert (ran.status, ran.json["status"]) == (3, "unknown")
    assert ran.json["checks"]["configuration"]["status"] == "down"
    assert "https://" in ran.json["checks"]["configuration"]["detail"]


def test_a_folder_that_cannot_be_looked_into_surprises_no_check(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal's says what the matter is; room on the disk there is all the same."""
    monkeypatch.setenv("BRCC_DATA_DIR", str(tmp_path / "locked"))
    keep_from_looking(monkeypatch, tmp_path)
    checks = run("health", "--json").json["checks"]
    assert not [name for name, check in checks.items() if "unexpected" in check["detail"]], checks
    assert checks["disk_space"]["status"] == "healthy"


@MODES
def test_an_open_settings_file_is_closed_and_told(
    practice: Mapping[str, str], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "club"
    here.mkdir()
    file = here / ".env"
    file.write_text("".join(f"{name}='{value}'\n" for name, value in practice.items()))
    file.chmod(0o644)
    for name in practice:
        if name != "BRCC_DATA_DIR":
            monkeypatch.delenv(name)
    monkeypatch.chdir(here)
    told = run("health", "--json")
    assert told.status == 1
    assert "closed now" in told.json["checks"]["configuration"]["detail"]
    assert run("health", "--json").status == 0, "it is closed, once and for all"


def test_a_monitor_watches_until_it_is_told_to_stop(run: Run, data_dir: Path, practice: Mapping[str, str]) -> None:
    environment = {**os.environ, **practice, "BRCC_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "brcc_tui", "health", "--watch", "1", "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as watching:
        assert watching.stdout is not None
        reports = [json.loads(watching.stdout.readline()) for _ in range(2)]
        tell(watching, WAYS[0])
        assert watching.wait(20) == 0
    assert [report["status"] for report in reports] == ["healthy", "healthy"]
    assert reports[0]["timestamp"] < reports[1]["timestamp"]
