"""Who is at which desk is told to colleagues, and stands in no log: logs are handed on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from brcc_tui.log_file import FILE_NAME
from brcc_tui.logs import log, start_logging, stop_logging
from brcc_tui.store.journal import Journal
from brcc_tui.store.locks import LocalLocks
from tests.commands import Run

AT = dt.datetime(2027, 5, 12, 16, 0, tzinfo=dt.UTC)


def logged(data_dir: Path) -> str:
    (log,) = data_dir.glob(f"*/{FILE_NAME}")
    return log.read_text("ascii")


def test_nobody_who_holds_a_lock_is_named(run: Run, cell: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRCC_OPERATOR", "Zelda Quux")
    digest = run("set", cell, "+1", "--json").json["digest"]
    (folder,) = (path.parent for path in data_dir.glob("*/catalogue.sqlite"))
    held = LocalLocks(folder / "locks").take(":".join(cell.split(":")[:2]), "Orson Xylophone at CLUB-PC (orson)", AT)
    ran = run("set", cell, "+1", "--confirm", digest)
    held.release()
    assert (ran.status, "Orson Xylophone at CLUB-PC" in ran.err) == (1, True)
    assert '"event": "applied"' in logged(data_dir)
    for name in ("Orson", "orson", "Zelda"):
        assert name not in logged(data_dir)


def test_nobody_whom_the_journal_names_is(tmp_path: Path) -> None:
    """A conflict says who has changed the listing since the plan."""
    journal = Journal(tmp_path / "journal.sqlite")
    journal.begin(
        actor="Igor Zyx at OFFICE", listing="eb:1:2", show=None, action="set", before=3, after=4, reason="", digest="",
        at=AT, detail={},
    )  # fmt: skip
    journal.close()
    journal = Journal(tmp_path / "journal.sqlite")
    (entry,) = journal.entries()
    journal.close()
    start_logging(tmp_path, ())
    log("applied", reason=f"{entry.actor} changed it since the plan")
    stop_logging()
    assert "Igor" not in (tmp_path / FILE_NAME).read_text("ascii")
