"""What must stand in the journal before a request leaves: without that one move, even if the next could be recorded."""

from __future__ import annotations

import asyncio

import pytest

from brcc_tui.model.changes.plan import Outcome
from brcc_tui.store.journal_file import JournalUnavailable
from tests.operations.changes.nights import CELL, CLASS, STOCK, world
from tests.operations.changes.operators import World, go
from tests.operations.changes.virtual_time import run


def forgets(club: World, monkeypatch: pytest.MonkeyPatch, move: str) -> None:
    """The journal takes every move but these."""
    append = club.us.journal.append

    def appends(entry: str, event: str, at: object, detail: object) -> None:
        if event == move:
            raise JournalUnavailable("the journal cannot be used: disk full")
        append(entry, event, at, detail)  # type: ignore[arg-type]

    monkeypatch.setattr(club.us.journal, "append", appends)


@pytest.mark.parametrize("listing", [CELL, CLASS, STOCK])
@pytest.mark.parametrize("move", ["confirmed", "locked", "read_again", "checkpointed", "sent"])
def test_nothing_leaves_without_its_record(monkeypatch: pytest.MonkeyPatch, listing: str, move: str) -> None:
    async def story() -> None:
        club = world(40, 5, 30, 20)
        plan = await club.us.plan((listing, 25))
        forgets(club, monkeypatch, move)
        (change,) = (await club.us.apply(plan)).changes
        assert change.outcome is Outcome.REFUSED
        assert "disk full" in change.reason
        assert club.shop.requests == [] and club.eventbrite.requests == []  # noqa: PT018

    run(story())


def test_no_correction_leaves_without_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CELL, 20))
        forgets(club, monkeypatch, "correcting")
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        (change,) = (await club.us.apply(plan)).changes
        assert len(club.shop.requests) == 1
        assert change.outcome is Outcome.CONFLICT
        assert "could not be corrected" in change.reason

    run(story())


@pytest.mark.parametrize("move", ["answered", "looked", "verified", "settled"])
def test_what_has_happened_already_is_watched_on_without_its_record(monkeypatch: pytest.MonkeyPatch, move: str) -> None:
    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CELL, 20))
        forgets(club, monkeypatch, move)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 20)
        assert "could not record this" in change.reason

    run(story())


def test_what_was_corrected_in_the_end_is_not_told_as_uncorrected(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk was full for a moment only, and the next look mended what that one could not."""

    async def story() -> None:
        club = world(40, 5, 30)
        plan = await club.us.plan((CELL, 20))
        forgets(club, monkeypatch, "correcting")
        club.us.wire.before["set_booking_text"].append(lambda: go(club.shop.sale(CELL, 2)))
        asyncio.get_running_loop().call_later(1.0, monkeypatch.undo)
        (change,) = (await club.us.apply(plan)).changes
        assert (change.outcome, club.implied(CELL)) == (Outcome.SETTLED, 20), change.reason
        assert "could not be corrected" not in change.reason

    run(story())
