"""The client at the practice Eventbrite, whose answers are bent on their way: what came is whole, or is told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from brcc_tui.model.catalogue import AccessCode
from brcc_tui.model.listings.of_eventbrite import event_listings
from brcc_tui.operations.checkout import tier_or_unread
from brcc_tui.platforms.errors import NotThere
from brcc_tui.platforms.eventbrite.access_codes import could_be_opened
from brcc_tui.platforms.eventbrite.client import Eventbrite
from brcc_tui.sandbox import offences
from brcc_tui.sandbox.eventbrite.shop import EVERY_EVENT, OF_GROUPS
from brcc_tui.sandbox.faults import Fault, FaultKind
from brcc_tui.settings import EventbriteSettings, Secret
from tests.practice_eventbrite import EVENT, EVENTS, NOW, ORGANIZATION, SERIES, Practice, served


@pytest.fixture
async def practice() -> AsyncIterator[Practice]:
    async with served() as running:
        yield running


@pytest.fixture
async def eventbrite(practice: Practice) -> AsyncIterator[Eventbrite]:
    client = Eventbrite(EventbriteSettings(Secret("GOODTOKEN"), practice.address, ORGANIZATION))
    yield client
    await client.close()


Way = tuple[str, Fault | None, int, str]
WAYS: list[Way] = [
    ("as it should be", None, 4, ""),
    ("pages come short", Fault(FaultKind.SHORT_PAGES, EVENTS, count=-1, size=20), 5, "of 124 came"),
    ("the first page comes every time", Fault(FaultKind.FIRST_PAGE, EVENTS, count=-1), 4, "of 124 came"),
    ("an event leaves the list once", Fault(FaultKind.SHIFTED_PAGE, EVENTS, count=1), 10, ""),
    ("the list shrinks with every page", Fault(FaultKind.SHIFTED_PAGE, EVENTS, count=-1), 10, "it changed while"),
    ("nothing tells how many there are", Fault(FaultKind.NO_TOTALS, EVENTS, count=-1), 4, ""),
    ("as the documentation has pages", Fault(FaultKind.DOCUMENTED_PAGES, EVENTS, count=-1), 5, ""),
]


@pytest.mark.parametrize(("name", "fault", "requests", "missing"), WAYS, ids=[way[0] for way in WAYS])
async def test_all_came_or_it_is_told_that_they_did_not(
    practice: Practice, eventbrite: Eventbrite, name: str, fault: Fault | None, requests: int, missing: str
) -> None:
    if fault:
        practice.faults.add(fault)
    found, failed = await eventbrite.events()
    ids = {event.id for event in found}
    if missing:
        assert ids < practice.shop.events.keys()
        assert any(missing in failure.reason for failure in failed)
    else:
        assert (ids, failed) == (practice.shop.events.keys(), [])
    assert eventbrite.requests <= requests, "a long list asks for no access codes, though each event hides a class"
    assert offences.NOTED == []


LISTS: list[tuple[str, Fault | None, int]] = [
    ("as it should be", None, 60),
    ("pages come short", Fault(FaultKind.SHORT_PAGES, EVENTS, count=-1, size=2), 4),
    ("it knows no ids", Fault(FaultKind.REFUSED, EVENTS, having="event_ids", count=-1, status=400), 0),
    ("it fails", Fault(FaultKind.REFUSED, EVENTS, count=-1, status=500), 0),
]


@pytest.mark.parametrize(("name", "fault", "told"), LISTS, ids=[each[0] for each in LISTS])
async def test_a_list_tells_of_events_what_each_of_them_does_or_nothing(
    practice: Practice, eventbrite: Eventbrite, name: str, fault: Fault | None, told: int
) -> None:
    whole = [ident for ident, event in practice.shop.events.items() if not event.spec.is_series_parent]
    if fault:
        practice.faults.add(fault)
    listed = await eventbrite.events_by_id([*whole[:60], "999", SERIES])
    assert len(listed) == told
    practice.faults.clear()
    opened = sorted(listed, key=could_be_opened)
    for event in (*opened[:2], *opened[-2:]):
        whole_event = await eventbrite.event(event.id)
        assert await eventbrite.completed(event) == whole_event
        assert (event == whole_event) is not could_be_opened(event), "its codes are not in a list"
    assert offences.NOTED == []


@pytest.mark.parametrize("status", [500, 403])
async def test_without_its_expansion_the_list_is_as_whole(
    practice: Practice, eventbrite: Eventbrite, status: int
) -> None:
    """Only a failing server is asked again without it: what is denied stays denied."""
    practice.faults.add(Fault(FaultKind.REFUSED, EVENTS, having="expand", count=-1, status=status))
    if status == 500:
        found, failed = await eventbrite.events()
        assert (len(found), failed) == (124, [])
        assert sum(len(event.ticket_classes) for event in found) == sum(
            len(event.classes) for event in practice.shop.events.values()
        )
    else:
        with pytest.raises(Exception, match="NOT_AUTHORIZED"):
            await eventbrite.events()


async def test_what_a_code_opens_is_known_of_one_event(practice: Practice, eventbrite: Eventbrite) -> None:
    assert (await eventbrite.event(EVENT)).access_codes == ()
    practice.shop.add_code(SERIES, ["901"], uses=3)
    practice.shop.add_code(EVENT, uses=2)
    practice.shop.add_code(EVERY_EVENT)
    practice.shop.add_code(OF_GROUPS, group={SERIES: ["901"], "6": ["1"]})
    practice.shop.add_code(OF_GROUPS, group={"6": ["1"]})
    again = Eventbrite(EventbriteSettings(Secret("GOODTOKEN"), practice.address, ORGANIZATION))
    of_series, of_group = AccessCode(("901",), uses_left=3), AccessCode(("901",))
    found = (await again.event(EVENT)).access_codes
    assert found == (of_series, AccessCode((), uses_left=2), of_group, AccessCode(()))
    await again.close()


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_places_in_checkout_that_are_refused_are_unknown(
    practice: Practice, eventbrite: Eventbrite, status: int
) -> None:
    assert (await tier_or_unread(eventbrite, EVENT)).pending == 0
    practice.faults.add(Fault(FaultKind.REFUSED, "*/capacity_tier/", count=-1, status=status))
    assert "cannot be read" in str((await tier_or_unread(eventbrite, EVENT)).pending)


async def test_places_that_an_event_holds_back_are_not_sold(practice: Practice, eventbrite: Eventbrite) -> None:
    event, general = practice.shop.find(EVENT, "1")
    event.capacity, event.held_back, general.pending = 30, 5, 2
    read, tier = await eventbrite.event(EVENT), await tier_or_unread(eventbrite, EVENT)
    listing = event_listings(read, NOW, tier)[0]
    assert listing.offer.value == practice.shop.on_offer(event, general) == 30 - 5 - 10 - 2


async def test_an_organization_of_somebody_else(practice: Practice) -> None:
    stranger = Eventbrite(EventbriteSettings(Secret("GOODTOKEN"), practice.address, "110000000001"))
    with pytest.raises(NotThere, match="EVENTBRITE_ORGANIZATION_ID"):
        await stranger.events()
    await stranger.close()
