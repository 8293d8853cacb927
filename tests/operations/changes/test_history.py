"""The journal as people read it, and who they are."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from brcc_tui.cli.as_json import entry_json
from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Action, ChangeRequest
from brcc_tui.model.shows.show import HouseSeats
from brcc_tui.operations.actor import actor
from brcc_tui.operations.changes.follow_up import with_taken_back
from brcc_tui.operations.changes.history import Told, ending, history, what
from brcc_tui.operations.changes.recover import plan_recovery
from brcc_tui.operations.changes.undo import plan_undo
from brcc_tui.store.journal_faults import damaged
from brcc_tui.store.journal_file import JournalUnavailable
from brcc_tui.store.venue import Venue, VenueError
from brcc_tui.store.venue_history import VenueChange
from tests.operations.changes.killing import killed_at
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run

CELL = "wc:4061:aaa:ddd"
CLASS = "eb:123:456"
SAID_NOTHING: Any = SimpleNamespace(history=list)
"""A venue of which nobody has said anything."""


def world() -> World:
    made = World()
    made.shop.add_bookings(4061, {("aaa", "ddd"): 30, ("aaa", "eee"): 30})
    made.eventbrite.add("123", {"456": (30, 0)})
    return made


def test_every_change_is_told_newest_first() -> None:
    async def story() -> None:
        club = world()
        plan = await club.us.plan((CELL, 40))
        (first,) = (await club.us.apply(plan, reason="three more chairs")).changes
        await club.us.apply(await plan_undo(club.us.club, first.entry or ""))
        await club.us.set(ChangeRequest(CLASS, Action.CLOSE))
        club.us.wire.faults["set_booking_text"].append("rejected")
        await club.us.set((CELL, 35))
        await club.us.set((CELL, 33), settle=False)
        entries = club.us.journal.entries()
        assert [(what(entry), ending(entry)) for entry in entries] == [
            ("capacity 30 -> 33", "written and verified, not watched to the end"),
            ("capacity 30 -> 35", "refused (the shop did not accept it: it was refused)"),
            ("hidden from sale", "done"),
            ("capacity 40 -> 30", "done"),
            ("capacity 30 -> 40", "rolled back"),
        ]
        assert {entry.actor for entry in entries} == {actor()}
        assert [entry.reason for entry in entries] == ["", "", "", "", "three more chairs"]

    run(story())


def test_what_was_taken_up_again_names_the_change_that_went_through() -> None:
    """ "interrupted" alone does not say that what was wanted is there."""

    async def story() -> None:
        club = world()
        await killed_at(club, await club.us.plan((CELL, 40)), "checkpointed")
        (entry,) = club.us.journal.entries()
        again = await plan_recovery(club.us.club, entry.id, "reapply")
        (change,) = (await club.us.apply(again)).changes
        assert ending(club.us.entry(entry.id)) == f"interrupted (taken up again by {change.entry})"

    run(story())


def test_what_was_set_in_the_end_is_told_and_not_what_was_planned() -> None:
    """Two seats were sold between the plan of a close and its write."""

    async def story() -> None:
        club = world()
        plan = await club.us.plan(ChangeRequest(CELL, Action.CLOSE))
        go(club.shop.sale(CELL, 2))
        await club.us.apply(plan)
        (entry,) = club.us.journal.entries()
        assert (entry.after, what(entry), entry_json(entry)["to"]) == (0, "sales closed, capacity 30 -> 2", 2)

    run(story())


@pytest.mark.parametrize(
    ("at", "outcome"), [("settled", "rolled_back"), ("verified", "settled")], ids=["when it was done", "before it was"]
)
def test_what_was_undone_by_a_program_that_died_is_told_as_rolled_back(at: str, outcome: str) -> None:
    """What the undo took back is noted once all of its plan has settled: a minute later, where it has more to do."""

    async def story() -> None:
        club = world()
        (first,) = (await club.us.set((CELL, 40))).changes
        await killed_at(club, await plan_undo(club.us.club, first.entry or ""), at)
        for asked in ({}, {"listing": CELL}, {"show": "2026-11-27T20:00@main"}, {"in_full": True}):
            told = history(club.us.journal, SAID_NOTHING, **asked).entries  # type: ignore[arg-type]
            assert [entry.outcome for entry in told if entry.id == first.entry] == [outcome]

    run(story())


def test_what_was_only_undone_in_part_is_not_told_as_rolled_back() -> None:
    async def story() -> None:
        club = world()
        (first,) = (await club.us.set((CELL, 40))).changes
        of_undo = {"actor": "a", "show": None, "action": "set", "before": 30, "reason": "", "digest": "d" * 12}
        told = {"at": club.us.club.clock.now(), "detail": {"follows": first.entry}}
        undo = club.us.journal.begin(listing=CELL, after=30, **of_undo, **told)
        club.us.journal.begin(listing="wc:4061:aaa:eee", after=30, **of_undo, **told)
        club.us.journal.append(undo, "settled", club.us.club.clock.now(), {})
        (entry,) = (each for each in history(club.us.journal, SAID_NOTHING).entries if each.id == first.entry)
        assert entry.outcome == "settled"

    run(story())


@pytest.mark.parametrize("clock", ["went on", "was put back, in a damaged journal"])
def test_what_was_undone_at_the_second_attempt_is_told_as_rolled_back(clock: str) -> None:
    """The same plan of an undo, which was refused at first: both attempts bear its digest."""

    async def story() -> None:
        club = world()
        (first,) = (await club.us.set((CELL, 40))).changes
        undo = await plan_undo(club.us.club, first.entry or "")
        club.us.wire.faults["set_booking_text"].append("rejected")
        await club.us.apply(undo)
        await killed_at(club, await plan_undo(club.us.club, first.entry or ""), "settled")
        told = history(club.us.journal, SAID_NOTHING).entries
        assert [entry.digest == undo.digest for entry in told] == [True, True, False]
        assert [entry.outcome for entry in told] == ["settled", "refused", "rolled_back"]
        if clock != "went on":  # such a journal is told by its moments
            told = with_taken_back(club.us.journal.entries_to_show()[::-1])
            assert [entry.outcome for entry in told] == ["rolled_back", "refused", "settled"]

    run(story())


def test_it_is_filtered_by_show_and_listing() -> None:
    async def story() -> None:
        club = world()
        await club.us.set((CELL, 40), (CLASS, 40))
        (one,) = club.us.journal.entries(listing=CELL)
        assert one.show == "2026-11-27T20:00@main"
        assert len(club.us.journal.entries(show=one.show)) == 2
        assert len(club.us.journal.entries(show="2026-11-28T20:00@main")) == 0
        assert len(club.us.journal.entries(limit=1)) == 1

    run(story())


@pytest.mark.parametrize("show", ["2027-05-12T20:00@main", "2027-05-12T20:00@room 2"])
def test_what_was_set_together_is_of_each_show_whatever_its_room_is_called(tmp_path: Path, show: str) -> None:
    venue = Venue(tmp_path / "house.sqlite", 55)
    with venue.record(VenueChange("Ann at CLUB-PC", dt.datetime(2027, 5, 1, tzinfo=dt.UTC), "venue")) as rows:
        rows.hold_back(show, HouseSeats(4, "", frozenset([CELL])))
    journal: Any = SimpleNamespace(entries_to_show=lambda **_: [])
    assert [entry.id for entry in history(journal, venue, show=show).entries] == ["h1"]
    assert not history(journal, venue, show="2027-05-12T20:00@room").entries
    venue.close()


def test_of_two_files_the_one_that_cannot_be_read_hides_nothing_of_the_other() -> None:
    def broken(*_: object, **__: object) -> Any:
        raise errors[-1]

    errors: list[AppError] = []
    said = damaged("h1", dt.datetime(2027, 5, 1, tzinfo=dt.UTC), "it is gone")
    changed = replace(said, id="c1")
    whole: tuple[Any, Any] = (
        SimpleNamespace(entries_to_show=lambda **_: [changed]),
        SimpleNamespace(history=lambda: [said]),
    )
    errors.append(VenueError("rooms cannot be read"))
    assert history(whole[0], SimpleNamespace(history=broken)) == Told([changed], errors[-1])  # type: ignore[arg-type]
    errors.append(JournalUnavailable("the journal cannot be used"))
    unread: Any = SimpleNamespace(entries_to_show=broken, history=broken)
    assert history(unread, whole[1]) == Told([said], errors[-1])
    with pytest.raises(JournalUnavailable):
        history(unread, unread)


@pytest.mark.parametrize(
    ("environment", "ending"),
    [
        ({}, ""),
        ({"SSH_CLIENT": "192.0.2.7 50000 22"}, " over SSH from 192.0.2.7"),
        ({"SSH_CONNECTION": "2001:db8::7 50000 192.0.2.1 22"}, " over SSH from 2001:db8::7"),
    ],
)
def test_an_actor_is_a_user_a_computer_and_where_they_sit(environment: dict[str, str], ending: str) -> None:
    name = actor(environment=environment)
    assert "@" in name
    assert name.endswith(ending)
    assert ("SSH" in name) == bool(ending)


def test_an_environment_that_names_nobody_has_an_actor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service may start a program so; Python then looks into the password file, which Windows has not."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "pwd", None)
    who, _, host = actor(environment={}).partition("@")
    assert who
    assert host


def test_an_operator_is_named_first_and_the_account_beside_it() -> None:
    user, _, host = actor(environment={}).partition("@")
    assert actor("Anna", {}) == f"Anna at {host} ({user})"
    assert actor(user, {}) == f"{user} at {host}"
    assert actor("Anna", {"SSH_CLIENT": "192.0.2.7 50000 22"}).endswith("over SSH from 192.0.2.7")
