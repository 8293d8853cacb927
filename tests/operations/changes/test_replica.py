"""Nothing is decided on what a replica says."""

from __future__ import annotations

import dataclasses

from brcc_tui.model.changes.plan import RefusalCode
from brcc_tui.platforms.wordpress.counts import Snapshot
from tests.operations.changes.guard_world import CELL, database_tells, nothing_was_sent, world
from tests.operations.changes.virtual_time import run


def test_a_plan_on_a_replica_is_refused_with_the_way_out() -> None:
    async def story() -> None:
        club = world()
        database_tells(club, lambda seen: Snapshot(dataclasses.replace(seen.counts, replica=True), seen.products))
        (refusal,) = (await club.us.plan((CELL, 40))).refused
        assert refusal.code is RefusalCode.REPLICA
        assert "WORDPRESS_DB_HOST" in refusal.reason
        nothing_was_sent(club)

    run(story())


def test_a_product_that_a_replica_lacks_is_not_called_gone() -> None:
    async def story() -> None:
        club = world()
        database_tells(club, lambda seen: Snapshot(dataclasses.replace(seen.counts, replica=True), {}))
        assert [no.code for no in (await club.us.plan((CELL, 40))).refused] == [RefusalCode.REPLICA]

    run(story())
