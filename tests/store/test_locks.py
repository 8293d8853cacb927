"""Local locks: one writer a subject, named to others, gone with its process."""

from __future__ import annotations

import datetime as dt
import errno
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from brcc_tui.log_file import FILE_NAME
from brcc_tui.logs import log, start_logging
from brcc_tui.store.locks import LocalLocks, LockedHere, LockUnusable
from tests.systems import posix

AT = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)

HOLDER = """
import sys, datetime as dt
from pathlib import Path
from brcc_tui.store.locks import LocalLocks
lock = LocalLocks(Path(sys.argv[1])).take("wc:4061", "ann@BOX-OFFICE", dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC))
print("held", flush=True)
sys.stdin.read()
"""


def test_one_writer_and_the_other_is_told_who(tmp_path: Path) -> None:
    locks = LocalLocks(tmp_path / "locks")
    held = locks.take("wc:4061", "ann@BOX-OFFICE", AT)
    with pytest.raises(LockedHere, match=f"ann@BOX-OFFICE is changing it since {AT.astimezone():%H:%M:%S}"):
        LocalLocks(tmp_path / "locks").take("wc:4061", "bob@DOOR", AT)
    assert not locks.is_free("wc:4061")
    held.release()
    held.release()
    assert locks.is_free("wc:4061")
    LocalLocks(tmp_path / "locks").take("wc:4061", "bob@DOOR", AT).release()


def test_other_subjects_are_free(tmp_path: Path) -> None:
    locks = LocalLocks(tmp_path)
    first, second, third = (locks.take(subject, "ann", AT) for subject in ("wc:4061", "wc:406", "eb:4061"))
    for held in (first, second, third):
        held.release()


def test_asking_takes_nothing_and_makes_nothing(tmp_path: Path) -> None:
    locks = LocalLocks(tmp_path / "locks")
    assert locks.is_free("wc:4061")
    assert not (tmp_path / "locks").exists()
    locks.take("wc:4061", "ann", AT).release()
    assert locks.is_free("wc:4061")
    locks.take("wc:4061", "ann", AT).release()


@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_a_dead_process_holds_nothing(tmp_path: Path, how: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        locks = LocalLocks(tmp_path)
        with pytest.raises(LockedHere, match="ann@BOX-OFFICE"):
            locks.take("wc:4061", "bob", AT)
        getattr(holder, how)()
        holder.wait(10)
        locks.take("wc:4061", "bob", AT).release()


@posix("no process can be frozen")
def test_a_frozen_process_keeps_its_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.send_signal(signal.SIGSTOP)
        assert not LocalLocks(tmp_path).is_free("wc:4061")
        holder.kill()


@posix("a link that leads to itself")
def test_in_a_folder_that_cannot_be_looked_into_somebody_may_hold_anything(tmp_path: Path) -> None:
    assert LocalLocks(tmp_path / "locks").held() == []
    (tmp_path / "locks").symlink_to(tmp_path / "locks")
    with pytest.raises(LockUnusable):
        LocalLocks(tmp_path / "locks").held()


def test_a_lock_that_cannot_be_tried_is_neither_free_nor_held(tmp_path: Path) -> None:
    """Another account made it once, or something else is there: then nobody knows, and nothing may be written."""
    locks = LocalLocks(tmp_path)
    (tmp_path / "wc-4061.lock").mkdir()
    with pytest.raises(LockUnusable, match=r"wc-4061.lock cannot be used .*whether another copy .* is not known"):
        locks.is_free("wc:4061")
    with pytest.raises(LockUnusable, match="cannot be used"):
        locks.take("wc:4061", "ann", AT)
    assert locks.is_free("wc:4062")


def test_a_folder_of_locks_that_is_none_leaves_nothing_free(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("")
    with pytest.raises(LockUnusable):
        LocalLocks(tmp_path / "locks").is_free("wc:4061")


@pytest.mark.parametrize(
    "note",
    ["{", "[]", "null", '{"who": "ann", "since": "2026-11-22T19:00:00+00:00", "until": "2026-11-22T19:01:00"}'],
    ids=["broken", "a list", "nothing", "without a zone"],
)
def test_a_note_that_cannot_be_read_still_leaves_a_lock(tmp_path: Path, note: str) -> None:
    locks = LocalLocks(tmp_path)
    held = locks.take("eb:1", "ann", AT)
    (tmp_path / "eb-1.json").write_text(note)
    with pytest.raises(LockedHere, match="another copy of this program"):
        locks.take("eb:1", "bob", AT)
    held.release()


def test_a_folder_that_cannot_be_made_is_a_reason_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("")
    with pytest.raises(LockedHere, match="BRCC_DATA_DIR"):
        LocalLocks(tmp_path / "locks").take("eb:1", "ann", AT)


def test_whoever_waits_is_told_until_about_when_and_for_what(tmp_path: Path) -> None:
    locks, until = LocalLocks(tmp_path), AT + dt.timedelta(minutes=2)
    cells = {"wc:4061:a:d": "Fri 27 Nov 20:00", "wc:4061:b:d": "Fri 27 Nov 20:00", "wc:4061:a:e": "Sat 28 Nov 20:00"}
    held = locks.take("wc:4061", "Anna at CLUB-PC", AT, until, cells)
    with pytest.raises(LockedHere) as raised:
        locks.take("wc:4061", "Bob", AT + dt.timedelta(minutes=1))
    words = f", until about {until.astimezone():%H:%M} (Fri 27 Nov 20:00; Sat 28 Nov 20:00)"
    assert f"Anna at CLUB-PC is changing it since {AT.astimezone():%H:%M:%S}{words}" in str(raised.value)
    assert raised.value.listings == cells.keys()
    with pytest.raises(LockedHere, match="longer than was thought"):
        locks.take("wc:4061", "Bob", AT + dt.timedelta(minutes=3))
    held.release()


def test_who_has_the_lock_is_told_to_people_and_not_to_the_log(tmp_path: Path) -> None:
    """The name comes from another process's note: nobody here has named it before."""
    note = {"who": "ann@BOX-OFFICE", "since": AT.isoformat()}
    (tmp_path / "wc-4061.json").write_text(json.dumps(note), encoding="utf-8")
    assert LocalLocks(tmp_path).holder("wc:4061").who == "ann@BOX-OFFICE"
    start_logging(tmp_path, ())
    log("refused", reason="ann@BOX-OFFICE is changing it")
    said = (tmp_path / FILE_NAME).read_text("ascii")
    assert "somebody is changing it" in said
    assert "BOX-OFFICE" not in said


def test_whoever_could_not_be_noted_is_not_taken_for_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the note of who held it last stood there as the present holder's; and drafts piled up."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    locks = LocalLocks(tmp_path)
    locks.take("eb:1", "ann", AT).release()
    monkeypatch.setattr("brcc_tui.store.locks.replace_file", full)
    held = locks.take("eb:1", "bob", AT)
    with pytest.raises(LockedHere, match="another copy of this program is changing it"):
        locks.take("eb:1", "carl", AT)
    assert [file.name for file in tmp_path.iterdir()] == ["eb-1.lock"]
    held.release()
