"""The journal: append-only, on the disk before a call returns, shared by processes, refused where it could be lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from brcc_tui.store import folder
from brcc_tui.store.journal import Journal
from brcc_tui.store.journal_entries import Entry, LastWrite
from brcc_tui.store.journal_file import JournalUnavailable
from tests.systems import posix

AT = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.sqlite"


def begin(journal: Journal, listing: str = "wc:4061:s:d", show: str | None = None, after: int = 58) -> str:
    return journal.begin(
        actor="dave@CLUB-PC",
        listing=listing,
        show=show,
        action="set",
        before=55,
        after=after,
        reason="three more chairs",
        digest="0123456789ab",
        at=AT,
    )


def test_a_change_comes_back_as_it_was_recorded(path: Path) -> None:
    journal = Journal(path)
    entry_id = begin(journal, show="2026-11-27T20:00@main")
    journal.append(entry_id, "checkpointed", AT, {"text": '{"a":"É\\u00e9😀\\/"}', "taken": {"x": 3}})
    journal.append(entry_id, "settled", AT + dt.timedelta(seconds=60), {"capacity": 58})
    entry = Journal(path).entry(entry_id)
    assert entry is not None
    assert (entry.actor, entry.listing, entry.before, entry.after) == ("dave@CLUB-PC", "wc:4061:s:d", 55, 58)
    assert (entry.show, entry.reason, entry.outcome) == ("2026-11-27T20:00@main", "three more chairs", "settled")
    assert [event.event for event in entry.events] == ["planned", "checkpointed", "settled"]
    assert entry.events[1].detail["text"] == '{"a":"É\\u00e9😀\\/"}'


def test_a_list_of_changes_leaves_out_what_only_recovery_needs(path: Path) -> None:
    journal = Journal(path)
    entry_id = begin(journal)
    text = '{"slot":"' + "É\\u00e9" * 5000 + '"}'
    checkpoint = {"row": 9, "text": text, "taken": {"wc:1:s:d": 3}, "sends": {"wc:1:s:d": 4}, "wanted": {"wc:1:s:d": 7}}
    rest = {"row": 9, "sends": {"wc:1:s:d": 4}, "wanted": {"wc:1:s:d": 7}}
    said = {"read_again": {"taken": 3, "text": "ours"}, "checkpointed": checkpoint, "correcting": checkpoint}
    for event, detail in said.items():
        journal.append(entry_id, event, AT, detail)
    full = [None, {"taken": 3, "text": "ours"}, checkpoint, checkpoint]
    short = [None, {"taken": 3, "text": "ours"}, rest, rest]

    def told(entries: Sequence[Entry]) -> list[object]:
        (entry,) = entries
        return [None, *(event.detail for event in entry.events[1:])]

    assert told(journal.entries()) == told(journal.unfinished()) == short
    assert told(journal.entries(in_full=True)) == told(journal.unresolved()) == full
    found = journal.entry(entry_id)
    assert found is not None
    assert told([found]) == full


def test_ids_are_short_enough_to_type_and_forgiving(path: Path) -> None:
    journal = Journal(path)
    assert [begin(journal), begin(journal)] == ["c1", "c2"]
    found = journal.entry(" C2 ")
    assert found is not None
    assert found.id == "c2"


@pytest.mark.parametrize("nonsense", ["", "c", "c99", "-1", "x'; DROP TABLE events", "c1 OR 1=1", "9" * 40, "²"])
def test_an_id_that_is_none_finds_nothing(path: Path, nonsense: str) -> None:
    journal = Journal(path)
    begin(journal)
    assert journal.entry(nonsense) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET event = 'settled'",
        "DELETE FROM events",
        "UPDATE entries SET after = 1",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO events VALUES (1, 1, 'x', 'settled', '{}', 0)",
    ],
)
def test_nothing_is_ever_changed_or_removed(path: Path, statement: str) -> None:
    journal = Journal(path)
    begin(journal)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        journal._open().execute(statement)


@posix("modes")
def test_the_file_is_for_this_user_alone(path: Path) -> None:
    begin(Journal(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_commit_is_on_the_disk_before_the_call_returns(path: Path) -> None:
    journal = Journal(path)
    begin(journal)
    db = journal._open()
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "truncate"


def test_what_is_recorded_together_is_recorded_or_nothing_of_it(path: Path) -> None:
    journal, other = Journal(path), Journal(path)
    first = begin(journal)
    with journal.together():
        second = begin(journal)
        journal.append_all([first, second], "confirmed", AT, {})
        assert [entry.id for entry in other.entries()] == [first]
    assert {entry.id: entry.state for entry in other.entries()} == {first: "confirmed", second: "confirmed"}
    with pytest.raises(JournalUnavailable):
        journal.append_all([first, "c99"], "locked", AT, {})  # there is no such entry
    with contextlib.suppress(RuntimeError), journal.together():
        journal.append(first, "locked", AT, {})
        raise RuntimeError
    assert {entry.state for entry in other.entries()} == {"confirmed"}
    journal.append(first, "locked", AT, {})
    assert {entry.id: entry.state for entry in other.entries()} == {first: "locked", second: "confirmed"}


def test_newest_first_and_filtered(path: Path) -> None:
    journal = Journal(path)
    begin(journal, "wc:1", "2026-11-27T20:00@main")
    begin(journal, "wc:2", "2026-11-27T22:00@main")
    begin(journal, "wc:1")
    assert [entry.id for entry in journal.entries()] == ["c3", "c2", "c1"]
    assert [entry.id for entry in journal.entries(listing="wc:1")] == ["c3", "c1"]
    assert [entry.id for entry in journal.entries(show="2026-11-27T22:00@main")] == ["c2"]
    assert [entry.id for entry in journal.entries(limit=1)] == ["c3"]


def test_of_several_plans_one_is_found_and_none_is_called_broken(path: Path) -> None:
    journal = Journal(path)
    for digest in ("0123456789ab", "abcdef012345", "0123456789ab"):
        journal.begin(
            actor="dave", listing="wc:4061:s:d", show="x@main", action="close", before=55, after=20, reason="",
            digest=digest, at=AT,
        )  # fmt: skip
    assert [entry.id for entry in journal.entries(digest="0123456789ab")] == ["c3", "c1"]
    assert [entry.id for entry in journal.entries(digest="abcdef012345", listing="wc:4061:s:d")] == ["c2"]
    assert len(journal.made("wc:4061:s:d", limit=9)) == 0


def test_unfinished_are_those_that_could_have_been_sent(path: Path) -> None:
    journal = Journal(path)
    planned, checkpointed, sent, settled = (begin(journal) for _ in range(4))
    for entry in (checkpointed, sent, settled):
        journal.append(entry, "checkpointed", AT, {})
    for entry in (sent, settled):
        journal.append(entry, "sent", AT, {})
    journal.append(settled, "settled", AT, {})
    assert [entry.id for entry in journal.unfinished()] == [checkpointed, sent]
    assert planned not in {entry.id for entry in journal.unfinished()}


def test_the_capacity_last_set_is_the_settled_one(path: Path) -> None:
    journal = Journal(path)
    for after, outcome, detail in ((50, "settled", {}), (58, "settled_low", {"capacity": 57}), (70, "refused", {})):
        journal.append(begin(journal, after=after), outcome, AT, detail)
    assert journal.last_set() == {"wc:4061:s:d": 57}
    journal.append("c1", "settled", AT, {"capacity": 50})
    assert journal.last_set() == {"wc:4061:s:d": 57}, "what an earlier change was found to have come to later"


def test_looking_at_history_makes_no_file(path: Path) -> None:
    assert list(Journal(path).entries()) == []
    assert not path.exists()


def test_two_processes_write_to_one_journal(path: Path) -> None:
    program = (
        "import sys,datetime as dt;from pathlib import Path;from brcc_tui.store.journal import Journal\n"
        "j=Journal(Path(sys.argv[1]));at=dt.datetime(2027,5,12,tzinfo=dt.UTC)\n"
        "for n in range(40):\n"
        " e=j.begin(actor=sys.argv[2],listing='wc:1',show=None,action='set',before=None,after=n,reason='',digest='d',"
        "at=at);j.append(e,'checkpointed',at,{'n':n})\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("ann", "bob")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    entries = Journal(path).entries()
    assert len(entries) == 80
    assert len({entry.id for entry in entries}) == 80
    for name in ("ann", "bob"):
        assert [entry.after for entry in reversed(entries) if entry.actor == name] == list(range(40))
    assert all(len(entry.events) == 2 for entry in entries)


def test_a_read_only_folder_is_refused_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(folder.tempfile, "NamedTemporaryFile", no_file)
    with pytest.raises(JournalUnavailable, match="Read-only file system"):
        Journal(tmp_path / "journal.sqlite").check_writable()


@posix("folders whose owner may not write to them")
def test_a_folder_without_rights_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    nobodys = Path("/proc/self")  # root may write anywhere but there
    folder = nobodys if nobodys.is_dir() else tmp_path
    with pytest.raises(JournalUnavailable):
        Journal(folder / "journal.sqlite").check_writable()


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(JournalUnavailable, match="BRCC_DATA_DIR"):
        Journal(tmp_path / "data" / "journal.sqlite").check_writable()


def test_a_file_that_is_no_journal_is_refused_and_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"somebody's letters, not a database at all" * 100)
    with pytest.raises(JournalUnavailable):
        Journal(path).check_writable()
    assert path.read_bytes().startswith(b"somebody's letters")


def test_a_journal_of_a_newer_program_is_refused(path: Path) -> None:
    journal = Journal(path)
    begin(journal)
    journal.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(JournalUnavailable, match="newer version"):
        Journal(path).check_writable()


@pytest.mark.parametrize(
    ("kind", "options", "refused"),
    [
        ("nfs4", "rw", True),
        ("cifs", "rw", True),
        ("fuse.sshfs", "rw", True),
        ("ext4", "rw,relatime", False),
        ("NTFS", "rw,fixed", False),
        ("fuse.portal", "rw", False),
    ],
)
def test_a_network_drive_is_refused_before_any_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, options: str, refused: bool
) -> None:
    import psutil

    class Part:
        def __init__(self, mountpoint: str, fstype: str, opts: str) -> None:
            self.mountpoint, self.fstype, self.opts = mountpoint, fstype, opts

    drives = [Part("/", "ext4", "rw"), Part(str(tmp_path), kind, options)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: drives)
    monkeypatch.setattr(folder, "ON_WINDOWS", False)
    journal = Journal(tmp_path / "journal.sqlite")
    if refused:
        with pytest.raises(JournalUnavailable, match="network drive"):
            journal.check_writable()
        assert list(tmp_path.iterdir()) == []
    else:
        journal.check_writable()


def test_a_time_without_a_zone_is_a_bug(path: Path) -> None:
    journal = Journal(path)
    with pytest.raises(ValueError, match="zone"):
        journal.append(begin(journal), "sent", dt.datetime(2026, 1, 1), {})


def test_text_that_no_file_can_hold_is_recorded_as_far_as_it_goes(path: Path) -> None:
    """A command line can hand in bytes that are no text; a change must not fail on its reason."""
    journal = Journal(path)
    number = journal.begin(
        actor="d\udce9@CLUB-PC", listing="wc:4061:s:d", show=None, action="set", before=55, after=58,
        reason="more \udcff chairs", digest="0123456789ab", at=AT, detail={"said": "\ud83d"},
    )  # fmt: skip
    journal.append(number, "refused", AT, {"reason": "no \udcff"})
    entry = Journal(path).entry(number)
    assert entry is not None
    assert (entry.actor, entry.reason) == ("d?@CLUB-PC", "more ? chairs")
    assert [event.detail for event in entry.events] == [{"said": "?"}, {"reason": "no ?"}]
    assert journal.entries(listing="\udcff") == []


def test_how_many_changes_were_recorded(path: Path) -> None:
    journal = Journal(path)
    assert journal.recorded() == 0
    assert not path.exists()
    begin(journal)
    journal.append(begin(journal), "settled", AT, {})
    assert journal.recorded() == 2


def test_what_was_left_behind_is_what_was_seen_or_where_that_was_not_told_what_was_wanted(path: Path) -> None:
    journal = Journal(path)
    told, untold = begin(journal, "eb:1:2", after=40), begin(journal, "eb:1:3", after=40)
    journal.append(told, "answered", AT, {"capacity": 38})
    journal.append(untold, "answered", AT, {"capacity": None})
    assert journal.last_writes() == {"eb:1:2": LastWrite(38, False), "eb:1:3": LastWrite(40, False)}


def test_a_new_journal_does_not_miss_what_it_left_behind_on_purpose(path: Path) -> None:
    """The very first change among it: the new file would pass for damaged as soon as it is made."""
    journal = Journal(path)
    begin(journal)
    kept = begin(journal, after=59)
    journal.renew(lambda: [kept], AT)
    assert [entry.id for entry in journal.entries()] == [kept]
    assert Journal(path).check() is None
