"""Which takes fewer requests: Eventbrite's whole list, or the wanted events one by one."""

from __future__ import annotations

from typing import Any

from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.catalogue.read import FEW_EVENTS, read_live
from brcc_tui.operations.catalogue.refresh import refresh
from brcc_tui.platforms.eventbrite.pages import EVENTBRITE_PAGE_SIZE


async def test_many_events_are_one_list(town: Any, make_event: Any) -> None:
    town.eventbrite.stored = {str(n): make_event(n) for n in range(1, FEW_EVENTS + 2)}
    await refresh(town.club)
    town.eventbrite.asked.clear()
    found = await read_live(town.club, [f"eb:{n}:{n}9" for n in range(1, FEW_EVENTS + 2)])
    assert town.eventbrite.asked == ["events"]
    assert {str(listing.reading.held) for listing in found} == {str(Unknown("not_read"))}


async def test_a_list_that_has_more_pages_is_not_read_for_them(town: Any, make_event: Any) -> None:
    wanted = FEW_EVENTS + 2
    many = 2 * wanted * EVENTBRITE_PAGE_SIZE
    town.eventbrite.stored = {str(n): make_event(n) for n in range(1, many + 1)}
    await refresh(town.club)
    ids = [f"eb:{n}:{n}9" for n in range(1, wanted + 1)]
    for more in (0, 1):
        town.eventbrite.stored |= {str(n): make_event(n) for n in range(many + 1, many + 1 + more)}
        await refresh(town.club)
        town.eventbrite.asked.clear()
        assert {x.id for x in await read_live(town.club, ids)} >= set(ids)
        assert ("events" in town.eventbrite.asked) == (more == 0)
    assert len(town.eventbrite.asked) == 2 * wanted
