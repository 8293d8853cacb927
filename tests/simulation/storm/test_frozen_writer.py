"""A writer that is frozen after its last reading, while others sell and write; and two data folders, one database."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.forked import Process
from tests.simulation.storm.served import Served
from tests.simulation.storm.small_club import CELLS
from tests.systems import posix

pytestmark = [pytest.mark.xdist_group("frozen writer"), posix("signals of POSIX systems")]

CELL, NEIGHBOUR = CELLS[0], CELLS[2]
FROZEN = {"at": "checkpointed", "send": "SIGSTOP", "lock_seconds": 1}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "ours", seed=8, latency=0.0, settle="0.1,0.2")
    served.folder.mkdir()
    yield served
    served.close()


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    folder = tmp_path / "theirs"
    folder.mkdir()
    return folder


def until_it_is_frozen(process: Process) -> None:
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def until_the_lock_is_free(served: Served) -> None:
    """The database waits a second for a word of the frozen connection, and then lets go of its lock."""
    deadline = time.monotonic() + 10
    while served.tell(lambda: dict(served.club.mysql.locks._held)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_second_of_two_data_folders_is_refused(served: Served, theirs: Path) -> None:
    wanted = served.implied(CELL) + 4
    arguments = served.confirmed(CELL, wanted)
    other = served.confirmed(NEIGHBOUR, served.implied(NEIGHBOUR) + 3, theirs)
    with served.spawn(*arguments, puppet={"at": "checkpointed", "send": "SIGSTOP"}) as process:
        until_it_is_frozen(process)
        ran = served.run(*other, folder=theirs)
        assert ran.status == 1
        (change,) = ran.json["changes"]
        assert change["outcome"] == "refused"
        assert "being changed by" in change["reason"]
        assert served.writes() == []
        process.send_signal(signal.SIGCONT)
        assert process.wait(20) == 0
    assert served.implied(CELL) == wanted


def test_woken_after_others_sold_it_reads_again(served: Served) -> None:
    wanted, neighbour = served.implied(CELL) + 4, served.implied(NEIGHBOUR)
    with served.spawn(*served.confirmed(CELL, wanted), puppet=FROZEN) as process:
        until_it_is_frozen(process)
        until_the_lock_is_free(served)
        served.call(served.club.buy(CELL, 2))
        served.call(served.club.buy(NEIGHBOUR, 1))
        process.send_signal(signal.SIGCONT)
        assert process.wait(20) == 0
    words = [event.event for event in served.entries()[-1].events]
    assert "held_back" in words
    assert len(served.writes()) == 1
    assert (served.implied(CELL), served.implied(NEIGHBOUR)) == (wanted, neighbour)


@pytest.mark.parametrize("listing", [CELL, NEIGHBOUR], ids=["the same date", "another date of the product"])
def test_woken_after_another_wrote_no_seat_is_lost(served: Served, theirs: Path, listing: str) -> None:
    ours, other = served.implied(CELL) + 4, served.implied(listing) + 7
    theirs_too = served.confirmed(listing, other, theirs)
    with served.spawn(*served.confirmed(CELL, ours), puppet=FROZEN) as process:
        until_it_is_frozen(process)
        until_the_lock_is_free(served)
        assert served.run(*theirs_too, folder=theirs).status == 0
        served.call(served.club.buy(CELL, 2))
        process.send_signal(signal.SIGCONT)
        status = process.wait(20)
    assert served.implied(listing) == other, "what the other has written stands"
    entry = served.entries()[-1]
    if listing == CELL:
        assert (status, entry.outcome) == (1, "conflict")
    else:
        assert (status, entry.outcome) == (0, "settled")
        assert served.implied(CELL) == ours


def test_frozen_with_the_request_in_its_hand_it_is_too_old(served: Served) -> None:
    """After `sent` was recorded the age is asked once more: a sleep of the computer ends there."""
    wanted = served.implied(CELL) + 4
    puppet = {"at": "sent", "send": "SIGSTOP", "asleep": 60}
    with served.spawn(*served.confirmed(CELL, wanted), puppet=puppet) as process:
        until_it_is_frozen(process)
        served.call(served.club.buy(CELL, 2))
        process.send_signal(signal.SIGCONT)
        assert process.wait(20) == 0
    assert "held_back" in [event.event for event in served.entries()[-1].events]
    assert len(served.writes()) == 1
    assert served.implied(CELL) == wanted


def test_without_the_guards_the_others_work_is_lost(served: Served, theirs: Path) -> None:
    """Negative control: neither lock nor age is asked after the sleep, and what the other has written is gone."""
    ours, other = served.implied(CELL) + 4, served.implied(NEIGHBOUR) + 7
    theirs_too = served.confirmed(NEIGHBOUR, other, theirs)
    with served.spawn(*served.confirmed(CELL, ours), puppet={**FROZEN, "broken": "guards"}) as process:
        until_it_is_frozen(process)
        until_the_lock_is_free(served)
        assert served.run(*theirs_too, folder=theirs).status == 0
        process.send_signal(signal.SIGCONT)
        process.wait(20)
    assert served.implied(NEIGHBOUR) == other - 7
