"""What a person is advised where the journal cannot be used: nothing that leaves behind what it has recorded."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import sqlite3
from pathlib import Path

import pytest

from brcc_tui.store import journal_file
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_file import JournalUnavailable

AT = dt.datetime(2026, 11, 22, 18, 2, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def advice(journal: Journal) -> str:
    """What a person is told to do where no change can be recorded."""
    with pytest.raises(JournalUnavailable) as refused:
        journal.check_writable()
    assert refused.value.next_step is not None
    return refused.value.next_step


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Make room on that disk"),
        (errno.EACCES, "Let this user write"),
        (errno.EIO, "Quit every copy of this program, move the folder of that file"),
    ],
)
def test_no_advice_leaves_what_was_recorded_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """Another folder has an empty journal, and locks of its own: what never ended or was closed is not known there."""
    Journal(path).begin(
        actor="Ann", listing="wc:1", show=None, action="set", before=55, after=58, reason="", digest="ab", at=AT
    )
    why = OSError(number, os.strerror(number))
    monkeypatch.setattr(journal_file, "why_not_kept", lambda _: why)
    told = advice(Journal(path))
    assert told.startswith(words)
    assert "BRCC_DATA_DIR" not in told or "knows nothing of what was changed" in told or "move the folder" in told


def test_a_newer_programs_journal_is_read_by_that_program(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    assert advice(Journal(path)).startswith("Update this copy of the program")
