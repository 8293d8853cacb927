"""A list of events that is read from both of its ends: nothing is missing, and no page is asked for in vain."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from brcc_tui.model.catalogue import Event
from brcc_tui.model.failure import Failure
from brcc_tui.platforms.errors import BadAnswer
from brcc_tui.platforms.eventbrite import walk as eventbrite_walk
from brcc_tui.platforms.eventbrite.lists import ENDED_EVENTS, OLDEST_EVENTS, UPCOMING, Chain, read_chain
from brcc_tui.platforms.http.client import Call
from tests.platforms.eventbrite.recorded_eventbrite import Json, event, page, ticket_class

SIZE = 50


@dataclass
class Shop:
    """Answers for one list of events by number, oldest first. `asked` are the orders and ids of the pages asked for."""

    count: int
    obeys: bool = True
    tells_total: bool = True
    bare: bool = False
    before_page: Callable[[Shop, int], None] = lambda shop, number: None
    ids: list[str] = field(default_factory=list)
    asked: list[tuple[str, int]] = field(default_factory=list)
    ahead: list[int] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids = [str(n) for n in range(1, self.count + 1)]

    async def read(self, call: Call, ahead: int) -> object:
        if (of := call.parts.get("event")) is not None:
            self.classes.append(str(of))
            return page([ticket_class(event_id=str(of))], "ticket_classes")
        self.before_page(self, len(self.asked))
        begin = int(call.params.get("continuation", 0))
        order = str(call.params["order_by"])
        self.asked.append((order, begin // SIZE + 1))
        self.ahead.append(ahead)
        ids = self.ids[::-1] if order == "start_desc" and self.obeys else self.ids
        end = begin + SIZE
        more: Json = {"has_more_items": end < len(ids), "page_count": -(-len(ids) // SIZE)}
        more |= {"continuation": str(end)} if end < len(ids) else {}
        more |= {"object_count": len(ids)} if self.tells_total else {}
        return page([self.event(ident) for ident in ids[begin:end]], **more)

    def event(self, ident: str) -> Json:
        made = event(ident)
        return {name: made[name] for name in made if not (self.bare and name == "ticket_classes")}

    async def listed(self, chain: Chain = UPCOMING) -> tuple[list[Event], list[Failure]]:
        return await read_chain(self.read, "9", chain, lambda done, total: None)


FIRST = dt.datetime(2020, 1, 1, 20, tzinfo=dt.UTC)


class Nights(Shop):
    """An event each night; the start of one cannot be read."""

    def event(self, ident: str) -> Json:
        start = f"{FIRST + dt.timedelta(days=int(ident)):%Y-%m-%dT%H:%M:%SZ}"
        return super().event(ident) | {"start": {"timezone": "UTC", "utc": "" if ident == "7" else start}}


@pytest.mark.parametrize(("days", "pages"), [(49, 1), (50, 2), (99, 2), (100, 3), (500, 4)])
async def test_the_oldest_events_are_left_once_one_starts_later_than_anybody_asked_for(days: int, pages: int) -> None:
    shop, until = Nights(160), FIRST + dt.timedelta(days=days)
    found, failed = await read_chain(shop.read, "9", OLDEST_EVENTS, lambda done, total: None, until=until)
    assert ([number for _, number in shop.asked], failed) == (list(range(1, pages + 1)), [])
    assert ids_of(found) == shop.ids[: pages * SIZE]


def ids_of(events: list[Event]) -> list[str]:
    return sorted((each.id for each in events), key=int)


@pytest.mark.parametrize(
    ("count", "forwards", "backwards"), [(381, 4, 4), (340, 4, 3), (101, 2, 1), (100, 2, 0), (30, 1, 0), (0, 1, 0)]
)
async def test_both_ways_meet_and_ask_for_no_more_pages_than_there_are(
    count: int, forwards: int, backwards: int
) -> None:
    shop = Shop(count)
    found, failed = await shop.listed()
    assert (ids_of(found), failed) == (shop.ids, [])
    assert [order for order, _ in shop.asked].count("start_asc") == forwards
    assert [order for order, _ in shop.asked].count("start_desc") == backwards
    assert len(set(shop.asked)) == len(shop.asked)


async def test_each_page_says_how_many_calls_both_ways_still_need() -> None:
    shop = Shop(381)
    await shop.listed()
    assert shop.ahead == [1, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("status", [200, 500])
async def test_a_page_that_came_garbled_is_asked_for_once_more_and_no_other_page_is(status: int) -> None:
    """Read without its ticket classes the list would cost a call for each event, of the hour's 2,000."""
    garbled = BadAnswer("the shop answered with a web page instead of data")
    garbled.status = status
    at = [2]

    def before_page(_: Shop, number: int) -> None:
        if number in at:
            at.clear()
            raise garbled

    shop = Shop(170, before_page=before_page)
    found, failed = await shop.listed()
    assert (ids_of(found), failed, at) == (shop.ids, [], [])
    assert len(set(shop.asked)) == len(shop.asked) == 4


async def test_two_halves_that_do_not_overlap_are_enough_when_the_number_fits() -> None:
    shop = Shop(400)
    found, failed = await shop.listed()
    assert (ids_of(found), failed) == (shop.ids, [])
    assert len(shop.asked) == 8


async def test_events_on_both_ways_are_taken_once_and_their_classes_asked_for_once() -> None:
    shop = Shop(381, bare=True)
    found, _ = await shop.listed()
    assert ids_of(found) == shop.ids
    assert sorted(shop.classes, key=int) == shop.ids


async def test_a_shop_that_does_not_turn_the_order_round_is_read_to_its_end() -> None:
    shop = Shop(381, obeys=False)
    found, _ = await shop.listed()
    assert ids_of(found) == shop.ids


async def test_without_a_total_there_is_one_way_only() -> None:
    shop = Shop(381, tells_total=False)
    found, _ = await shop.listed()
    assert ids_of(found) == shop.ids
    assert {order for order, _ in shop.asked} == {"start_asc"}


async def test_a_list_that_grows_while_it_is_read_is_read_to_its_end() -> None:
    def grow(shop: Shop, number: int) -> None:
        if number == 5:
            shop.ids += [str(n) for n in range(1001, 1041)]

    shop = Shop(381, before_page=grow)
    found, _ = await shop.listed()
    assert ids_of(found) == shop.ids


async def test_the_past_is_read_from_its_newest_on() -> None:
    shop = Shop(381)
    await shop.listed(ENDED_EVENTS)
    assert {order for order, _ in shop.asked} == {"start_desc"}


async def test_a_page_that_fails_on_the_way_back_fails_the_list() -> None:
    def fail(shop: Shop, number: int) -> None:
        if number == 6:
            raise BadAnswer("broken")

    with pytest.raises(BadAnswer):
        await Shop(381, before_page=fail).listed()


async def test_work_on_a_page_waits_until_the_next_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request leaves in several turns of the event loop, and work on a page takes one long one."""
    monkeypatch.setattr(eventbrite_walk, "_QUESTION_IS_OUT", 0.2)
    shop = Shop(90, tells_total=False)
    sent: list[Call] = []
    seen: list[tuple[int, int]] = []

    async def read(call: Call, ahead: int) -> object:
        for _ in range(20):
            await asyncio.sleep(0)
        sent.append(call)
        return await shop.read(call, ahead)

    async def came(events: Sequence[Event]) -> None:
        seen.append((len(sent), len(events)))

    await read_chain(read, "9", UPCOMING, lambda done, total: None, came)
    assert seen == [(2, 50), (2, 40)]
