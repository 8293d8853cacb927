"""The practice club as the program sees it after its first refresh, for the tests of shows and sync."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Plan, Result
from brcc_tui.model.shows.show import PairingState, Show
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import find_and_keep_pairings, programme
from brcc_tui.operations.catalogue.venue_changes import confirm_pairing, said
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.world.types import OrderSpec
from brcc_tui.settings_checks import settings_from


@dataclass
class Practice:
    """Both sides of the wire, and the truth that the program does not see."""

    club: ClubContext
    world: PracticeClub

    def shows(self) -> tuple[Show, ...]:
        return programme(self.club, self.club.cache.listings()).shows

    def say_not_seats(self) -> int:
        """A person says once for every product (or single listing of a series) that is no seat; how often."""
        subjects = {
            ":".join(listing.id.split(":")[:2]) if listing.id.startswith("wc:") else listing.id
            for show in self.shows()
            for listing in show.listings
            if self.world.world.truth.get(listing.id) is None
        }
        with self.club.venue.record(said(self.club, "is_seat")) as rows:
            for subject in subjects:
                rows.set_is_seat(subject, False)
        find_and_keep_pairings(self.club, self.club.cache.listings())
        return len(subjects)

    def doubtful(self) -> list[Show]:
        """Shows of which nobody has said what belongs together, although that is not plain."""
        settled = (PairingState.SINGLE, PairingState.CONFIRMED)
        return [show for show in self.shows() if show.pairing.state not in settled]

    def settle_all(self) -> None:
        """A person confirms whatever is doubtful: of a series that meets on many dates, one of them."""
        self.say_not_seats()
        while doubtful := self.doubtful():
            for show in {frozenset(listing.group for listing in show.listings): show for show in doubtful}.values():
                confirm_pairing(self.club, show)

    async def stop(self) -> None:
        await self.club.close()
        await self.world.stop()

    async def apply(self, plan: Plan, **more: Any) -> Result:
        """A person says yes; what was written is not watched for a minute, as with --no-settle."""
        return await apply_plan(self.club, confirm(plan, plan.digest), settle=False, **more)


async def open_in(folder: Path, options: PracticeOptions) -> Practice:
    """A practice club, and the program after its first refresh with its data in that folder."""
    world = PracticeClub(options)
    practice = Practice(open_context(settings_from({**await world.start(), "BRCC_DATA_DIR": str(folder)})), world)
    await refresh(practice.club)
    return practice


@pytest.fixture(scope="session", autouse=True)
def orders_of_a_world_are_placed_once() -> Iterator[None]:
    """Placing them is most of a practice club's start; another club with the same world gets a copy of the rows."""
    place, kept = WordPressSite.place_orders, dict[int, sqlite3.Connection]()

    def place_once(site: WordPressSite, specs: Iterable[OrderSpec]) -> None:
        orders = tuple(specs)
        world = hash((site.spec, orders, *site.database.rows("SELECT * FROM {p}postmeta")))
        with contextlib.closing(site.database.connect()) as session:
            if world in kept:
                kept[world].backup(session)
                return
            place(site, orders)
            if len(kept) > 1:
                kept.pop(next(iter(kept))).close()
            kept[world] = sqlite3.connect(":memory:", check_same_thread=False)
            session.backup(kept[world])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WordPressSite, "place_orders", place_once)
        yield


@pytest.fixture
async def open_practice(tmp_path: Path) -> AsyncIterator[Callable[[PracticeOptions], Awaitable[Practice]]]:
    opened: list[Practice] = []

    async def start(options: PracticeOptions) -> Practice:
        opened.append(await open_in(tmp_path / str(len(opened)), options))
        return opened[-1]

    yield start
    for practice in opened:
        await practice.stop()


@pytest.fixture
async def practice(open_practice: Callable[[PracticeOptions], Awaitable[Practice]]) -> Practice:
    return await open_practice(PracticeOptions())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def settled(day: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Practice]:
    """One in which a person has confirmed everything, for all tests of a file on that day (`loop_scope="module"`)."""
    practice = await open_in(tmp_path_factory.mktemp("settled"), PracticeOptions())
    practice.settle_all()
    yield practice
    await practice.stop()
