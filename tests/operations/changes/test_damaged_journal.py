"""Which changes a new journal takes along: those whose record tells the worst that can have happened to the shop."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.operations.changes import recover
from brcc_tui.operations.changes.damaged_journal import Damage, NotRenewed, find_damage, renew_journal
from brcc_tui.store.journal import Journal
from brcc_tui.store.locks import LocalLocks

AT = dt.datetime(2026, 11, 22, 18, 2, tzinfo=dt.UTC)
PREPARED = ("confirmed", "locked", "read_again")
SENT = (*PREPARED, "checkpointed", "sent")


@pytest.fixture
def club(tmp_path: Path) -> Any:
    """A journal and locks: c1 is done, c2 was sent and never ended, c3 was never sent."""
    journal = Journal(tmp_path / "journal.sqlite")
    for moves in ((*SENT, "answered", "looked", "verified", "looked", "settled"), SENT, PREPARED):
        entry = journal.begin(
            actor="ann", listing="wc:1", show=None, action="set", before=55, after=58, reason="", digest="ab", at=AT
        )  # fmt: skip
        for move in moves:
            journal.append(entry, move, AT, {})
    return SimpleNamespace(journal=journal, locks=LocalLocks(tmp_path / "locks"))


def harmed(club: Any, tmp_path: Path, statement: str) -> Damage:
    with sqlite3.connect(tmp_path / "journal.sqlite") as database:
        database.execute("PRAGMA journal_mode = TRUNCATE")  # the program has it open, and Windows allows one mode
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(statement)
    database.close()
    damage = find_damage(club)
    assert damage is not None
    return damage


def test_of_a_whole_one_nothing_is_damaged(club: Any) -> None:
    assert find_damage(club) is None


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("UPDATE entries SET after = 59 WHERE number = 1", {"c2", "c3"}),
        ("DELETE FROM events WHERE entry = 1 AND event = 'sent'", {"c2"}),
        ("DELETE FROM events WHERE entry = 2 AND event = 'sent'", {"c1"}),
        ("DELETE FROM events WHERE entry = 2 AND event IN ('checkpointed', 'sent')", {"c1"}),
        ("UPDATE events SET event = 'refused' WHERE entry = 2 AND event = 'sent'", {"c1"}),
        ("UPDATE events SET entry = 3 WHERE entry = 2 AND event = 'sent'", {"c1"}),
        ("DELETE FROM events WHERE entry = 1 AND event = 'settled'", {"c1", "c2"}),
        ("DELETE FROM entries WHERE number = 3", {"c1", "c2"}),
    ],
)  # fmt: skip
def test_what_may_have_lost_a_move_is_left_behind(club: Any, tmp_path: Path, statement: str, kept: set[str]) -> None:
    """What stands as never sent may have been; what was sent and never ended, recover asks a person about."""
    assert set(harmed(club, tmp_path, statement).kept) == kept


def test_it_is_not_set_aside_unseen_nor_while_somebody_is_at_work(club: Any, tmp_path: Path) -> None:
    damage = harmed(club, tmp_path, "UPDATE entries SET after = 59 WHERE number = 1")
    before = (tmp_path / "journal.sqlite").read_bytes()
    with pytest.raises(NotRenewed, match="what is broken in it has"):
        renew_journal(SimpleNamespace(**vars(club), clock=SimpleNamespace(now=lambda: AT)), "0" * 12)  # type: ignore[arg-type]
    held = club.locks.take("wc:7", "ann", AT)
    with pytest.raises(NotRenewed, match="ann is changing wc:7: its record goes on"):
        renew_journal(club, damage.digest)
    held.release()
    assert (tmp_path / "journal.sqlite").read_bytes() == before


def test_of_what_no_answer_tells_it_is_not_said_that_it_is_gone(club: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A live look leaves out what the catalogue does not have and a silent shop does not tell."""

    async def silent(*_: object) -> tuple[()]:
        return ()

    monkeypatch.setattr(recover, "read_live", silent)
    (one,) = asyncio.run(recover.as_they_stand(club, club.journal.unfinished()))
    assert one.now.unknowns()["capacity"] == "its shop did not list it: it is gone, or could not be read"
