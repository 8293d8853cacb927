"""The journal's file: of a newer program in another mode, with rows that nobody wrote, moved away while it is open."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from brcc_tui.store.journal import Journal, JournalUnavailable
from tests.systems import posix

AT = dt.datetime(2026, 11, 22, 18, 2, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def begin(journal: Journal) -> str:
    return journal.begin(
        actor="ann@BOX-OFFICE", listing="wc:1", show=None, action="set", before=55, after=58, reason="", digest="ab",
        at=AT,
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["WAL", "DELETE", "TRUNCATE"])
def test_one_of_a_newer_program_is_told_in_words_and_keeps_its_mode(path: Path, mode: str) -> None:
    """Its program is running, and writes in a mode of its own: two modes on one file would harm both."""
    newer = sqlite3.connect(path, isolation_level=None)
    newer.execute(f"PRAGMA journal_mode = {mode}")
    newer.executescript("CREATE TABLE changes (what); PRAGMA user_version = 99")
    newer.execute("BEGIN IMMEDIATE")
    newer.execute("INSERT INTO changes VALUES ('one')")
    journal = Journal(path)
    for use in (journal.check_writable, journal.entries, journal.check, lambda: begin(journal)):
        with pytest.raises(JournalUnavailable, match="newer version of this program"):
            use()
    assert journal.notice is not None
    assert "newer version" in journal.notice
    newer.execute("COMMIT")
    assert newer.execute("PRAGMA journal_mode").fetchone() == (mode.lower(),)
    assert newer.execute("SELECT * FROM changes").fetchall() == [("one",)]
    newer.close()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE entries SET at = 'soon'",
        "UPDATE entries SET before = '{'",
        "UPDATE entries SET after = 'many'",
        "UPDATE entries SET listing = CAST(x'ff' AS TEXT)",
        "UPDATE events SET detail = '[]'",
        "UPDATE events SET detail = 'x'",
        "UPDATE events SET at = '2026-11-22T18:02:00'",
        "DELETE FROM events",
    ],
)
def test_rows_that_nobody_wrote_are_no_record(path: Path, harm: str) -> None:
    journal = Journal(path)
    entry = begin(journal)
    journal.append(entry, "settled", AT, {"capacity": 58})
    journal.close()
    with sqlite3.connect(path) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(harm)
    database.close()
    journal = Journal(path)
    with pytest.raises(JournalUnavailable, match="damaged"):
        journal.entries(in_full=True)
    journal.close()


@posix("moving an open file")
def test_one_that_is_moved_away_while_it_is_open_is_not_written_to_any_more(path: Path) -> None:
    """As the words about a damaged one advise: what is recorded next stands where the next program looks."""
    journal = Journal(path)
    first = begin(journal)
    path.rename(path.with_name("moved"))
    begin(journal)
    with pytest.raises(JournalUnavailable):  # the change that was under way has no entry here: nothing more is sent
        journal.append("c7", "sent", AT, {})
    journal.close()
    assert [entry.id for entry in Journal(path).entries()] == [first]
    assert [entry.id for entry in Journal(path.with_name("moved")).entries()] == [first]
