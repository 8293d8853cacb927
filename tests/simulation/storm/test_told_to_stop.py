"""SIGTERM and SIGHUP of the real command, in every state that the journal names.

The process sends the signal to itself right after the word was committed, so the moment is exact. Nothing new
is sent after it; what was sent is verified; exit status and journal say what happened.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from brcc_tui.sandbox.faults import Fault, FaultKind
from brcc_tui.sandbox.wordpress.mysql_session import PracticeSession
from brcc_tui.sandbox.wordpress.shop import CheckoutRefused
from tests.simulation.storm.served import Served
from tests.simulation.storm.small_club import CELLS, Arrived
from tests.systems import posix

pytestmark = [
    pytest.mark.xdist_group("told to stop"),
    posix("signals of POSIX systems"),
]

CELL = CELLS[0]
BEFORE_THE_WIRE = ("planned", "confirmed", "locked", "read_again", "checkpointed")
AFTER_IT = ("sent", "answered", "looked", "verified")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("told"), seed=8, latency=0.0, settle="0.2,0.4")
    yield served
    served.close()


@pytest.fixture(autouse=True)
def _quiet_weather(served: Served) -> Iterator[None]:
    yield
    served.club.on_arrival = served.club.on_answer = None
    served.tell(served.club.faults.clear)


def told(served: Served, state: str, name: str, *more: str, nth: int = 1) -> tuple[int, list[Arrived], list[str]]:
    """Set one more seat and tell the process to stop in that state: its status, what arrived, the journal's words."""
    arguments = [*served.confirmed(CELL, served.implied(CELL) + 1), *more]
    arrived, known = len(served.writes()), len(served.entries())
    with served.spawn(*arguments, puppet={"at": state, "send": name, "nth": nth, "fresh": 60.0}) as process:
        status = process.wait(30)
    (entry,) = served.entries()[known:]
    served.assert_locks_are_free()
    return status, served.writes()[arrived:], [event.event for event in entry.events]


def ended_by_hand(served: Served) -> None:
    """Keep what stands, so that the next test begins with nothing unfinished."""
    for one in served.run("recover", "--json").json["entries"]:
        served.keep(one["id"])
    assert served.run("recover", "--json").json["entries"] == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("state", BEFORE_THE_WIRE)
def test_before_the_request_nothing_is_sent(served: Served, state: str, name: str) -> None:
    text = served.club.text
    status, arrived, words = told(served, state, name)
    assert (status, arrived, words[-1]) == (1, [], "interrupted")
    assert "sent" not in words
    assert served.club.text == text
    assert served.run("recover", "--json").json["entries"] == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("state", AFTER_IT)
def test_after_it_what_was_sent_is_verified(served: Served, state: str, name: str) -> None:
    wanted = served.implied(CELL) + 1
    status, arrived, words = told(served, state, name)
    assert (status, len(arrived), words.count("sent")) == (1, 1, 1)
    assert {"answered", "looked", "verified"} <= set(words)
    assert words[-1] == "unwatched"
    assert served.implied(CELL) == wanted
    ended_by_hand(served)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_without_an_answer_nothing_is_repeated(served: Served, name: str) -> None:
    served.tell(lambda: served.club.faults.add(Fault(FaultKind.DROP_AFTER, "*/products/*", "PUT")))
    wanted = served.implied(CELL) + 1
    status, arrived, words = told(served, "unanswered", name)
    assert (status, len(arrived), words.count("sent")) == (1, 1, 1)
    assert words[-1] == "unwatched"
    (one,) = served.run("recover", "--json").json["entries"]
    assert (one["intended"], one["now"]["capacity"]) == (wanted, wanted)
    ended_by_hand(served)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_correction_under_way_is_finished(served: Served, name: str) -> None:
    """A sale made during the write was lowered for: that is part of verifying, and still done."""
    sell_into_the_write(served)
    status, arrived, words = told(served, "correcting", name)
    assert (status, len(arrived)) == (1, 2)
    assert words[-1] == "unwatched"
    assert "verified" in words
    (one,) = served.run("recover", "--json").json["entries"] or [{"intended": served.implied(CELL)}]
    assert served.implied(CELL) == one["intended"], "no seat was lost"
    ended_by_hand(served)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_held_back_for_a_lost_lock_it_stays_unsent(served: Served, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_the_lock_after_the_last_reading(monkeypatch)
    status, arrived, words = told(served, "held_back", name)
    assert (status, arrived, words[-1]) == (1, [], "interrupted")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_when_all_is_done_it_ends_as_if_nothing_had_been_said(served: Served, name: str) -> None:
    status, arrived, words = told(served, "settled", name)
    assert (status, len(arrived), words[-1]) == (0, 1, "settled")
    status, arrived, words = told(served, "unwatched", name, "--no-settle")
    assert (status, len(arrived), words[-1]) == (0, 1, "unwatched")
    ended_by_hand(served)


def test_a_signal_that_kills_is_told_apart(served: Served) -> None:
    """Negative control: without a handler the process dies in the middle, and is not verified."""
    status, arrived, words = told(served, "answered", "SIGKILL")
    assert (status, len(arrived)) == (-signal.SIGKILL, 1)
    assert words[-1] == "answered"
    ended_by_hand(served)


def sell_into_the_write(served: Served) -> None:
    """One place is bought when the first PUT has arrived, before the shop works on it."""
    left = 1

    async def arrived(method: str, _write: Arrived | None) -> None:
        nonlocal left
        if method == "PUT" and left:
            left -= 1
            with suppress(CheckoutRefused):
                await served.club.buy(CELL, 1)

    served.club.on_arrival = arrived


def lose_the_lock_after_the_last_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection that holds the lock is cut when all has been read through it."""
    commit = PracticeSession._commit

    async def committed(self: PracticeSession, rest: str) -> None:
        await commit(self, rest)
        if self.number in [lock.owner for lock in self.server.locks._held.values()]:
            asyncio.get_running_loop().call_soon(self.server.kill, self.number)

    monkeypatch.setattr(PracticeSession, "_commit", committed)
