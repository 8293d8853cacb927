"""What the Eventbrite client writes, and how it keeps its waypoint token and its allowance."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest

from brcc_tui.model.changes.permit import NotConfirmed
from brcc_tui.platforms.errors import PlatformError, RateLimited, Unclear
from brcc_tui.settings import EventbriteSettings, Secret
from tests.platforms.eventbrite.recorded_eventbrite import Clock, client, event, lists, page, ticket_class
from tests.platforms.scripted_shop import TOKEN, Reply, permit, reply


async def test_a_capacity_is_written_alone_and_the_answer_returned() -> None:
    eventbrite, shop = client([reply(ticket_class("22", event_id="11", capacity=60))])
    written = await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)
    assert written.capacity == 60
    assert shop.paths == ["POST /v3/events/11/ticket_classes/22/"]
    assert shop.body() == {"ticket_class": {"capacity": 60}}
    assert shop.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


async def test_hiding_is_written_alone() -> None:
    eventbrite, shop = client([reply(ticket_class("22", event_id="11", hidden=True))])
    assert (await eventbrite.set_hidden(permit("eb:11:22"), "11", "22", True)).hidden
    assert shop.body() == {"ticket_class": {"hidden": True}}


async def test_an_answer_that_leaves_out_whether_it_is_hidden_does_not_say_that_it_is_shown() -> None:
    told = ticket_class("22", event_id="11")
    del told["hidden"]
    eventbrite, _ = client([reply(told), reply({**told, "hidden": None})])
    for _ in range(2):
        assert (await eventbrite.set_hidden(permit("eb:11:22"), "11", "22", False)).hidden is None


async def test_nothing_is_written_without_a_permit_for_it() -> None:
    eventbrite, shop = client([])
    with pytest.raises(NotConfirmed):
        await eventbrite.set_capacity(permit("eb:11:23"), "11", "22", 60)
    with pytest.raises(NotConfirmed):
        await eventbrite.set_hidden(permit("eb:12:22"), "11", "22", True)
    assert shop.requests == []


STRANGE_ANSWERS: list[tuple[str, object]] = [
    ("another class", ticket_class("23", event_id="11")),
    ("another event", ticket_class("22", event_id="12")),
    ("no class", {"id": None}),
    ("a list", []),
    ("a capacity of words", ticket_class("22", event_id="11", capacity="all")),
]


@pytest.mark.parametrize(("name", "answer"), STRANGE_ANSWERS, ids=[name for name, _ in STRANGE_ANSWERS])
async def test_a_good_status_with_a_strange_answer_is_unclear(name: str, answer: object) -> None:
    eventbrite, shop = client([reply(answer)])
    with pytest.raises(Unclear, match="ticket class 22 of event 11: the change was sent"):
        await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)
    assert len(shop.requests) == 1


# waypoint and allowance


WAYPOINT = "Eventbrite-API-Waypoint-Token"


async def test_the_newest_waypoint_token_goes_along_for_five_minutes() -> None:
    clock = Clock()
    written = reply(ticket_class("22", event_id="11"), headers={WAYPOINT: "one"})
    eventbrite, shop = client(
        [
            reply(event("11")),
            written,
            reply(event("11"), headers={WAYPOINT: "two"}),
            reply(event("11")),
            written,
            reply(event("11")),
        ],
        clock=clock,
    )
    await eventbrite.event("11")
    await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)
    await eventbrite.event("11")
    clock.now += 299
    await eventbrite.event("11")
    clock.now += 2
    await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)
    await eventbrite.event("11")
    assert [request.headers.get(WAYPOINT) for request in shop.requests] == [None, None, "one", "two", None, "one"]


async def test_a_read_that_was_on_its_way_before_a_write_brings_no_newer_token() -> None:
    asked, written = asyncio.Event(), asyncio.Event()

    async def answer(request: httpx.Request) -> Reply:
        if request.method == "POST":
            return reply(ticket_class("22", event_id="11"), headers={WAYPOINT: "of the write"})
        if len(shop.requests) == 1:
            asked.set()
            await written.wait()
        return reply(event("11"), headers={WAYPOINT: f"of read {len(shop.requests)}"})

    eventbrite, shop = client(answer)
    early = asyncio.create_task(eventbrite.event("11"))
    await asked.wait()
    await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)
    written.set()
    await early
    for _ in range(2):
        await eventbrite.event("11")
    assert [each.headers.get(WAYPOINT) for each in shop.requests] == [None, None, "of the write", "of read 3"]


@pytest.mark.parametrize("token", ["", "  ", "a\nb", "é", "x" * 5000])
async def test_a_waypoint_token_that_cannot_be_sent_back_is_dropped(token: str) -> None:
    headers = httpx.Headers([(WAYPOINT.encode(), token.encode())])
    eventbrite, shop = client([httpx.Response(200, json=event("11"), headers=headers), reply(event("11"))])
    await eventbrite.event("11")
    await eventbrite.event("11")
    assert WAYPOINT not in shop.requests[1].headers


async def test_a_refused_write_brings_a_token_too() -> None:
    refused = reply({"error": "BAD_QUANTITIES"}, 400, {WAYPOINT: "one"})
    eventbrite, shop = client([refused, reply(event("11"))])
    with pytest.raises(Exception, match="BAD_QUANTITIES"):
        await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 0)
    await eventbrite.event("11")
    assert shop.requests[1].headers[WAYPOINT] == "one"


def _limit(used: int, reset: int = 3575) -> Mapping[str, str]:
    return {"x-rate-limit": f"token:ABC 21/2000 reset={reset}s, key:XYZ {used}/2000 reset={reset}s"}


RATE_LIMITS: list[tuple[str, str, int | None]] = [
    ("the worse of two", "token:ABC 21/2000 reset=3575s, key:XYZ 1750/2000 reset=3575s", 250),
    ("one", "token:test 2/2000 reset=100s", 1998),
    ("overdrawn", "token:test 2001/2000 reset=100s", 0),
    ("nonsense", "soon", None),
    ("nothing", "", None),
    ("an hour that is over", "token:test 2/2000 reset=0s", None),
    ("the fuller one tells no reset", "key:APPKEY 1500/2000 reset=120s, token:TOKEN 1990/2000", 10),
    ("the emptier one tells no reset", "key:APPKEY 1500/2000, token:TOKEN 1990/2000 reset=120s", 10),
    ("neither tells its reset", "key:APPKEY 1500/2000, token:TOKEN 1990/2000", 10),
    ("three buckets", "a:A 1/2000 reset=9s, b:B 1999/2000 reset=9s, c:C 2/2000 reset=9s", 1),
    ("no unit", "token:test 2/2000 reset=100", 1998),
    ("spaces", "token:test 2 / 2000  reset = 100 s", 1998),
    ("a bucket without a size says nothing", "token:test 0/0 reset=100s, key:XYZ 1750/2000 reset=100s", 250),
]


@pytest.mark.parametrize(("name", "header", "left"), RATE_LIMITS, ids=[name for name, _, _ in RATE_LIMITS])
async def test_calls_left(name: str, header: str, left: int | None) -> None:
    eventbrite, _ = client([reply(event("11"), headers={"X-Rate-Limit": header})])
    assert eventbrite.calls_left is None
    await eventbrite.event("11")
    assert eventbrite.calls_left == left


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("key:A 1500/2000 reset=120s, token:T 1990/2000", 120), ("token:T 1990/2000", 3600)],
    ids=["when the others are full again", "within the hour"],
)
async def test_a_bucket_that_tells_no_reset_is_full_again(header: str, seconds: int) -> None:
    clock = Clock()
    eventbrite, _ = client([reply(event("11"), headers={"X-Rate-Limit": header})], clock=clock)
    await eventbrite.event("11")
    clock.now += seconds - 1
    assert eventbrite.calls_left == 10
    clock.now += 1
    assert eventbrite.calls_left is None


DENIED: list[tuple[str, Reply, str]] = [
    ("to the role", reply({"error": "NOT_AUTHORIZED", "error_description": "You may not modify this event."}, 403),
     "Take the private token of a member who may edit events"),
    ("to the token", reply({"error": "INVALID_AUTH"}, 401), "Check PRIVATE_TOKEN"),
    ("of a number that is none to it", reply({"error": "BAD_QUANTITIES", "error_description": "Bad"}, 400),
     "Choose another number"),
    ("to a child of a ticket rule", reply({"error": "INVALID_TICKET", "error_description": "Cannot update"}, 400),
     "change the ticket rule that it is a child of"),
    ("to a date of a series", reply({"error": "INVALID_EVENT", "error_description": "Update the parent"}, 400),
     "change it at the parent of the series"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "advice"), DENIED, ids=[part[0] for part in DENIED])
async def test_a_write_that_is_denied_says_what_would_help(name: str, answer: Reply, advice: str) -> None:
    eventbrite, _ = client([answer])
    with pytest.raises(PlatformError) as caught:
        await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 50)
    assert advice in str(caught.value)
    assert "Nothing was changed" in str(caught.value)
    assert not isinstance(caught.value, Unclear)


async def test_after_the_hour_the_allowance_is_not_known() -> None:
    clock = Clock()
    eventbrite, _ = client([reply(event("11"), headers=_limit(2000, reset=60)), reply(event("11"))], clock=clock)
    await eventbrite.event("11")
    assert eventbrite.calls_left == 0
    clock.now += 60
    assert eventbrite.calls_left is None
    await eventbrite.event("11")


async def test_background_reading_leaves_the_reserve_to_people() -> None:
    eventbrite, shop = client([reply(event("11"), headers=_limit(1900)), reply(ticket_class("22", event_id="11"))])
    await eventbrite.event("11")
    assert eventbrite.calls_left == 100
    with pytest.raises(RateLimited, match="The whole allowance returns in 60 min") as caught:
        await eventbrite.events()
    assert caught.value.happened == "100 calls are left this hour, and kept for what people do"
    assert caught.value.seconds == 3575
    assert len(shop.requests) == 1, "nothing was sent"
    await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)


async def test_a_refresh_that_would_not_fit_stops_at_its_first_page() -> None:
    first = page([event("1")], has_more_items=True, continuation="a", page_count=9)
    eventbrite, shop = client(lists([reply(first, headers=_limit(1893))], [reply(page([]), headers=_limit(1893))]))
    with pytest.raises(RateLimited, match="107 calls are left this hour: too few for this and what people do"):
        await eventbrite.events()
    assert len(shop.requests) == 2, "107 calls left, 8 to go, 100 kept"


async def test_a_refresh_that_just_fits_is_made() -> None:
    pages = [reply(page([event("1")], has_more_items=True, continuation="a", page_count=2), headers=_limit(1899))]
    eventbrite, _ = client(lists([*pages, reply(page([event("2")]))], [reply(page([]), headers=_limit(1899))]))
    assert len((await eventbrite.events())[0]) == 2


async def test_without_calls_left_nothing_is_sent_at_all() -> None:
    eventbrite, shop = client([reply(event("11"), headers=_limit(2000))])
    await eventbrite.event("11")
    with pytest.raises(RateLimited, match=r"is used up\. Nothing was sent"):
        await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)
    with pytest.raises(RateLimited):
        await eventbrite.event("11")
    assert len(shop.requests) == 1


async def test_a_429_tells_when_the_allowance_returns() -> None:
    eventbrite, shop = client([reply({"error": "HIT_RATE_LIMIT"}, 429, _limit(2000, reset=300))])
    with pytest.raises(RateLimited) as caught:
        await eventbrite.event("11")
    assert caught.value.seconds == 300
    assert len(shop.requests) == 1
    assert eventbrite.calls_left == 0


def test_nothing_is_loaded_or_sent_by_making_a_client() -> None:
    eventbrite, shop = client([])
    assert (eventbrite.requests, eventbrite.calls_left, shop.requests) == (0, None, [])


async def test_closing_a_client_that_was_never_used() -> None:
    await client([])[0].close()


def test_settings_are_not_shown() -> None:
    settings = EventbriteSettings(Secret(TOKEN), "https://x", None)
    assert TOKEN not in repr(replace(settings, url="https://y"))
