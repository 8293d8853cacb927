"""The practice club as the program sees it after its first refresh."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import Plan, Result
from brcc_tui.model.shows.ending import as_of
from brcc_tui.model.shows.show import PairingState, Show
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import find_and_keep_pairings, programme, show_ids
from brcc_tui.operations.catalogue.venue_changes import confirm_pairing, new_change
from brcc_tui.operations.changes.apply import apply_plan
from brcc_tui.operations.context import ClubContext, open_context
from brcc_tui.private_files import make_private_folder
from brcc_tui.sandbox.clock import PracticeClock
from brcc_tui.sandbox.serve import PracticeClub, PracticeOptions
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
        listings = tuple(as_of(self.club.cache.listings(), self.club.clock.now()))
        subjects = {
            ":".join(listing.id.split(":")[:2]) if listing.id.startswith("wc:") else listing.id
            for listing, show in zip(listings, show_ids(self.club, listings), strict=True)
            if show is not None and self.world.world.truth.get(listing.id) is None
        }
        with self.club.venue.record(new_change(self.club, "is_seat")) as rows:
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


@dataclass(frozen=True)
class Refreshed:
    """What a first refresh left behind: the files, as they are stored, and the clock of the club that was read."""

    clock: PracticeClock
    files: Mapping[str, bytes]


_known: dict[tuple[PracticeOptions, bool], Refreshed] = {}
"""By the club, and whether a person has confirmed everything in it."""


async def open_in(
    folder: Path,
    options: PracticeOptions,
    prepare: Callable[[PracticeClub], None] | None = None,
    *,
    read_anew: bool = False,
    settled: bool = False,
) -> Practice:
    """A practice club, and the program after its first refresh with its data in that folder.

    Of clubs that are alike, and that nobody prepares in another way, only the first is read: the others are given a
    copy of what was kept of it, and time goes on for them where it stood. `read_anew` is for a test of the reading.
    `settled`: a person has confirmed everything, in a copy as well.
    """
    world = PracticeClub(options)
    alone = read_anew or prepare is not None
    said = not alone and settled and (options, True) in _known
    known = None if alone else _known.get((options, said))
    if known:
        world.clock = known.clock
    settings = settings_from({**await world.start(), "BRCC_DATA_DIR": str(folder)})
    if prepare:
        prepare(world)
    if known:
        make_private_folder(settings.data_dir)
        for name, stored in known.files.items():
            (settings.data_dir / name).write_bytes(stored)
    practice = Practice(open_context(settings), world)
    if not known:
        await refresh(practice.club)
    if settled and not said:
        practice.settle_all()
    if alone or (options, settled) in _known:
        return practice
    _known[options, settled] = Refreshed(world.clock, _stored(settings.data_dir))
    await practice.club.close()
    return Practice(open_context(settings), world)  # as the others get it: its clients have not asked for anything yet


def _stored(folder: Path) -> Mapping[str, bytes]:
    files = {}
    for path in folder.glob("*.sqlite"):
        with contextlib.closing(sqlite3.connect(path)) as session:
            files[path.name] = session.serialize()
    return files
