"""What people at the program do over the wire besides single changes, and what may stand between them and the shops."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from brcc_tui.model.changes.plan import Plan
from brcc_tui.model.shows.sharing import Mode
from brcc_tui.model.shows.show import Show
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.operations.catalogue.shows import programme
from brcc_tui.operations.catalogue.venue_changes import hold_back
from brcc_tui.operations.changes.sync import plan_sync
from brcc_tui.sandbox.faults import Fault, FaultKind
from brcc_tui.sandbox.wordpress import mysql_session
from tests.people import some_plan, some_wishes
from tests.simulation.storm.pilots import Pilot
from tests.simulation.storm.small_club import SmallClub


async def read_the_catalogue(pilot: Pilot) -> None:
    """What both shops sell, as a refresh finds it; what cannot be read stays as it was."""
    await refresh(pilot.club)


async def the_night(pilot: Pilot) -> Show | None:
    """The show of the most listings that this copy knows of."""
    if not pilot.club.cache.listings():
        await read_the_catalogue(pilot)
    shows = programme(pilot.club, pilot.club.cache.listings()).shows
    return max(shows, key=lambda show: len(show.listings), default=None)


async def plan_something(rng: Random, pilot: Pilot, listings: Sequence[str], *, shared: bool) -> Plan:
    """A plan that somebody makes. Raises `AppError` when it cannot be made at all."""
    if shared:
        return await some_plan(rng, pilot.club, listings, await the_night(pilot))
    return await pilot.plan(*some_wishes(rng, listings))


async def share_the_night(rng: Random, pilot: Pilot) -> Plan | None:
    """A split of the night as it is now."""
    await read_the_catalogue(pilot)
    show = await the_night(pilot)
    return await plan_sync(pilot.club, [show.id], Mode.SPLIT, rng.choice([0, 0, 2])) if show is not None else None


async def hold_some_back(rng: Random, pilot: Pilot) -> None:
    """The house keeps some seats of the night for itself, or gives them free again."""
    show = await the_night(pilot)
    if show is not None:
        hold_back(pilot.club, show, rng.choice([0, 2, 5]))


def put_in_between(rng: Random, club: SmallClub) -> None:
    """Eventbrite shows its writers old numbers too; a cache before the shop gives its first answers for ever."""
    club.eventbrite.honours_waypoints = rng.random() < 0.5
    if rng.random() < 0.5:
        club.faults.add(Fault(FaultKind.OLD_ANSWERS, "*/products/*", "GET", -1, rng.randint(0, 2), 1e9))


def a_replica_answers(*, yes: bool) -> None:
    """Whether the server at the database's address says that it follows another one."""
    mysql_session._VARIABLES.schema["read_only"] = (bool, yes, True)
