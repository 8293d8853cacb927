"""The journal's file: of a newer or earlier version, with rows that nobody wrote so, moved away while it is open."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from brcc_tui.store import journal_faults, journal_file
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.store.journal_tables import JournalTables
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


NOBODY_WROTE = [
    "UPDATE entries SET at = 'soon'",
    "UPDATE entries SET before = '{'",
    "UPDATE entries SET after = 'many'",
    "UPDATE entries SET listing = CAST(x'ff' AS TEXT)",
    "UPDATE events SET detail = '[]'",
    "UPDATE events SET detail = 'x'",
    "UPDATE events SET at = '2026-11-22T18:02:00'",
    "DELETE FROM events",
]
BELIEVABLE = [
    "UPDATE entries SET after = 59",
    "UPDATE entries SET before = '54'",
    "UPDATE entries SET listing = 'wc:2'",
    "UPDATE entries SET action = 'close'",
    "UPDATE entries SET at = '2026-11-22T18:03:00.000+00:00'",
    "UPDATE entries SET digest = 'ac'",
    "UPDATE entries SET number = 3 WHERE number = 2",
    "UPDATE events SET entry = 3 - entry",
    "UPDATE events SET detail = '{\"capacity\":59}' WHERE event = 'settled'",
    "UPDATE events SET event = 'refused' WHERE event = 'settled'",
    "UPDATE events SET number = 9 WHERE number = 1",
]
"""What could have been written, and was not: a bit of a number, an id or a name has turned."""


def harm_rows(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = TRUNCATE")  # as the program's: on Windows two modes exclude each other
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.execute(statement)
    database.close()


def settled(journal: Journal) -> str:
    entry = begin(journal)
    journal.append(entry, "settled", AT, {"capacity": 58})
    return entry


def as_version_one(path: Path) -> None:
    """The file as the program's first version made it."""
    seals = [f"ALTER TABLE {table} DROP COLUMN seal" for table in ("entries", "events")]
    harm_rows(path, *seals, "PRAGMA user_version = 1")


@pytest.mark.parametrize("harm", NOBODY_WROTE)
def test_rows_that_nobody_can_have_written_are_no_record(path: Path, harm: str) -> None:
    """Of a version without seals, by what they say."""
    settled(Journal(path))
    as_version_one(path)
    harm_rows(path, harm)
    with pytest.raises(JournalUnavailable, match="damaged"):
        Journal(path).entries(in_full=True)


@pytest.mark.parametrize("harm", NOBODY_WROTE[:-1] + BELIEVABLE)
def test_a_row_that_is_not_as_it_was_written_is_no_record(path: Path, harm: str) -> None:
    """By its seal. The file stays as it is: what else it says can still be read by hand."""
    journal = Journal(path)
    settled(journal)
    settled(journal)
    journal.close()
    harm_rows(path, harm)
    harmed = path.read_bytes()
    journal = Journal(path)
    for look in (lambda: journal.entries(in_full=True), journal.entries):
        with pytest.raises(JournalUnavailable, match=r"damaged: .* c[0-9]+ is not as it was written"):
            look()
    assert "recover --set-aside" in (journal.notice or "")
    told = journal.entries_to_show(listing="wc:99", in_full=True)
    assert [entry for entry in told if entry.damage], "what it is of may be what is wrong: told whatever is asked for"
    assert all(entry.outcome is None for entry in told)
    assert not any((entry.damage or "").startswith("None") for entry in told)
    with pytest.raises(JournalUnavailable, match="damaged"):
        journal.check_writable()
    assert "is not as it was written" in (journal.check() or "")
    assert path.read_bytes() == harmed


@posix("replacing an open file")
def test_a_new_journal_takes_along_what_is_whole_as_it_was(path: Path) -> None:
    journal, other = Journal(path), Journal(path)
    ended, broken, open_one, headless = (settled(journal), settled(journal), begin(journal), settled(journal))
    other.append(open_one, "confirmed", AT, {"said": "ä"})
    kept = [journal.entry(open_one), journal.entry(ended)]
    harm_rows(path, "UPDATE entries SET after = 59 WHERE number = 2", "DELETE FROM events WHERE number = 6")
    harmed = path.read_bytes()
    told = {entry.id: entry.damage or "" for entry in Journal(path).entries_to_show()}
    assert (told[ended], told[open_one]) == ("", "")
    assert "c2 is not as it was written. It reads: 2026-11-22T18:02" in told[broken]
    assert told[headless] == "the first event of c4 is missing"
    assert not any(damage.startswith("None") for damage in told.values())
    assert told["e6"] == "event 6 is gone: of which change is not known"

    aside = Journal(path).renew(lambda: [ended, open_one], AT)
    assert aside.read_bytes() == harmed
    for look in (journal, other, Journal(path)):
        assert look.entries(in_full=True) == kept
        assert look.check() is None
    other.append(open_one, "settled", AT, {})
    assert [entry.outcome for entry in journal.entries()] == ["settled", "settled"]
    assert begin(journal) == "c5", "no id is given twice"
    harm_rows(path, "DELETE FROM events WHERE entry = 5")
    assert Journal(path).check() == "event 10 is gone: of which change is not known"


@posix("a folder that can be opened")
def test_a_new_journal_stands_under_its_name_also_after_a_power_cut(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the damaged one might be back, and what was recorded since in a file that the next renewal deletes."""
    journal, real = Journal(path), os.fsync
    settled(journal)
    harm_rows(path, "UPDATE entries SET reason = 'x'")
    damaged, synced = path.stat().st_ino, list[tuple[int, int]]()

    def sync(descriptor: int) -> None:
        real(descriptor)
        synced.append((os.fstat(descriptor).st_ino, path.stat().st_ino))

    monkeypatch.setattr(os, "fsync", sync)
    journal.renew(list, AT)
    assert (path.parent.stat().st_ino, path.stat().st_ino) in synced
    assert path.stat().st_ino != damaged


def test_a_new_journal_that_was_never_finished_is_in_nobodys_way(path: Path) -> None:
    """The program was killed while it made one: what it had taken along is read from the old one again."""
    journal = Journal(path)
    entry = settled(journal)
    path.with_name(f"{path.name}.new").write_bytes(path.read_bytes())
    harm_rows(path, "DELETE FROM events WHERE number = 2")
    journal.renew(lambda: [entry], AT)
    assert [each.state for each in journal.entries()] == ["planned"]
    harm_rows(path, "DELETE FROM events WHERE number = 1")
    assert "event 1 is gone" in (Journal(path).check() or ""), "what was taken along is missed from now on"


def test_what_refuses_to_judge_leaves_the_file_as_it_is(path: Path) -> None:
    journal = Journal(path)
    settled(journal)
    harm_rows(path, "UPDATE entries SET after = 59")
    harmed = path.read_bytes()

    def refuse() -> list[str]:
        raise ValueError

    with pytest.raises(ValueError):
        journal.renew(refuse, AT)
    assert (path.read_bytes(), list(path.parent.glob("*.damaged-*"))) == (harmed, [])


@posix("moving an open file")
def test_who_waited_while_it_was_set_aside_writes_into_the_new_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock that a writer waited for was of the old file: what is written there nobody would ever read."""
    journal, waiting = Journal(path), Journal(path)
    entry = settled(journal)
    real, waited = journal_file.transaction, []

    def late(db: sqlite3.Connection) -> contextlib.AbstractContextManager[sqlite3.Connection]:
        if not waited:
            waited.append(db)
            journal.renew(lambda: [entry], AT)
        return real(db)

    monkeypatch.setattr(journal_file, "transaction", late)
    waiting.append(entry, "rolled_back", AT, {})
    assert [each.outcome for each in journal.entries()] == ["rolled_back"]


@posix("moving an open file")
@pytest.mark.parametrize("after", ["connect_sqlite", "JournalTables"])
def test_who_opens_it_while_it_is_set_aside_opens_the_new_one(
    path: Path, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what stands under the name would pass for what is open, and all that follows be recorded beside it."""
    journal, opening = Journal(path), Journal(path)
    entry = settled(journal)
    real, opened = getattr(journal_file, after), []

    def early(*args: Any, **more: Any) -> Any:
        made = real(*args, **more)
        if not opened:
            opened.append(made)
            journal.renew(lambda: [entry], AT)
        return made

    monkeypatch.setattr(journal_file, after, early)
    opening.append(entry, "rolled_back", AT, {})
    assert [each.outcome for each in journal.entries()] == ["rolled_back"]
    assert [each.outcome for each in opening.entries()] == ["rolled_back"]


def test_whatever_is_asked_for_a_row_is_held_against_what_it_holds(path: Path) -> None:
    """One of several plans, one of several listings: the others are as whole as the one that is looked for."""
    journal = Journal(path)
    for number, digest in enumerate(["ab", "cd", "0e12"]):
        entry = journal.begin(
            actor="ann", listing=f"wc:{number}", show=f"night {number}", action="set", before=55, after=58, reason="",
            digest=digest, at=AT,
        )  # fmt: skip
        for move in ("checkpointed", "sent", "answered", "settled"):
            journal.append(entry, move, AT, {"capacity": 58})
    assert [entry.id for entry in journal.entries(digest="cd")] == ["c2"]
    assert [entry.id for entry in journal.entries(digest="cd", listing="wc:1", show="night 1")] == ["c2"]
    assert [entry.id for entry in journal.made("wc:2", limit=9)] == ["c3"]
    assert set(journal.requests("wc:1")) == {"wc:1"}
    assert journal.sent_after(10) == {"wc:2"}
    assert journal.written_about(AT, dt.timedelta(0)) == {"wc:0", "wc:1", "wc:2"}
    assert journal.notice is None


def test_other_copies_write_while_one_looks_through_all_rows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a journal of years that takes longer than they wait: a change under way would be left without its record."""
    monkeypatch.setattr(journal_file, "_WAIT_SECONDS", 0.0)
    looking, writing = Journal(path), Journal(path)
    entry = settled(writing)
    with writing.together():
        for _ in range(300):
            writing.append(entry, "looked", AT, {})
    real, seen = journal_faults.row_seal, []

    def meanwhile(table: str, number: int, *values: bytes | None) -> int:
        seen.append(number)
        if len(seen) in (1, 100, 303):
            writing.append(entry, "looked", AT, {})
        return real(table, number, *values)

    monkeypatch.setattr(journal_faults, "row_seal", meanwhile)
    assert looking.faults() == ()
    assert len(seen) >= 303, "each row was held against its seal"


def test_a_row_that_is_gone_is_missed(path: Path) -> None:
    journal = Journal(path)
    settled(journal)
    assert journal.check() is None
    harm_rows(path, "DELETE FROM events WHERE event = 'settled'")
    assert journal.check() == "event 2 is gone: of which change is not known"
    settled(journal)
    harm_rows(path, "DELETE FROM entries WHERE number = 1")
    assert "the row of c1 is gone" in (journal.check() or "")
    assert {entry.id: entry.damage for entry in journal.entries_to_show()}["c1"] == "the row of c1 is gone"
    harm_rows(path, "DELETE FROM events WHERE number = 4")
    journal = Journal(path)
    for _ in range(2):
        assert [fault.number for fault in journal.faults()] == [1, 2, 4], "each once, however often it is looked for"
    assert [fault.at for fault in journal.faults()] == [None, AT, AT], "as the row before it says"
    assert "more" not in (journal.notice or "more"), "three are told one by one"


def test_a_journal_of_the_first_version_is_read_and_goes_on_with_seals(path: Path) -> None:
    journal = Journal(path)
    first = settled(journal)
    before = journal.entries(in_full=True)
    journal.close()
    as_version_one(path)
    old = sqlite3.connect(path)
    old.execute("PRAGMA journal_mode = TRUNCATE")
    journal = Journal(path)
    assert journal.entries(in_full=True) == before
    begin(journal)
    with old:  # a copy of that version is running still
        old.execute("INSERT INTO events (entry, at, event, detail) VALUES (2, '2026-11-22T18:02Z', 'refused', '{}')")
    old.close()
    assert [(entry.id, entry.outcome) for entry in journal.entries()] == [("c2", "refused"), (first, "settled")]
    assert journal.check() is None
    journal.close()
    harm_rows(path, "UPDATE entries SET after = 59 WHERE number = 2")
    with pytest.raises(JournalUnavailable, match="the row of c2 is not as it was written"):
        Journal(path).entries()


def test_a_journal_of_the_first_version_that_may_only_be_read_is_read(path: Path) -> None:
    settled(Journal(path))
    as_version_one(path)
    old = path.read_bytes()
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        tables = JournalTables(database)
        assert database.execute("SELECT COUNT(*) FROM whole_events").fetchone() == (2,)
        assert tables.broken is None
    database.close()
    assert path.read_bytes() == old


@posix("a link that leads to itself")
def test_a_folder_that_cannot_be_looked_into_is_no_empty_journal(path: Path) -> None:
    folder = path.with_name("round")
    folder.symlink_to(folder)
    journal = Journal(folder / path.name)
    questions = (journal.entries_to_show, journal.unfinished, journal.changed, journal.faults, journal.check)
    for asked in (journal.entries, *questions):
        with pytest.raises(JournalUnavailable):
            asked()


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
