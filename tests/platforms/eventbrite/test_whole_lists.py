"""A list of Eventbrite's is whole, or it is told that it is not; and it ends, whatever its pages say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.catalogue import Event
from brcc_tui.model.failure import Failure
from brcc_tui.model.wholeness import NOT_WHOLE
from brcc_tui.platforms.errors import BadAnswer, Rejected
from brcc_tui.platforms.eventbrite.lists import UPCOMING, read_chain, ticket_classes
from brcc_tui.platforms.http.client import Call
from tests.platforms.eventbrite.recorded_eventbrite import Json, client, event, page, ticket_class
from tests.platforms.scripted_shop import HTML, Reply, Script, reply

SIZE: Final = 50
HOLLOW: Final = {"ticket_classes": []}


def events(*numbers: int) -> list[Json]:
    return [event(str(number), **HOLLOW) for number in numbers]


async def listed(script: list[Reply] | Script) -> tuple[list[str], list[Failure], int]:
    """The ids of the events, what failed, and how many requests that took."""
    eventbrite, shop = client(script)
    found, failed = await eventbrite.events()
    return [each.id for each in found], failed, len(shop.requests)


def upcoming(pages: Callable[[str | None, int], Json]) -> Script:
    """A shop without a past, whose coming events are the pages of a function of the token and how often it asked."""
    asked = iter(range(10_000))

    def answer(request: httpx.Request) -> Reply:
        if "live" not in request.url.params["status"]:
            return reply(page([], object_count=0))
        return reply(pages(request.url.params.get("continuation"), next(asked)))

    return answer


# shapes of pagination: (what it is, the pages by token, what came, what is said to be missing, requests for it)

SHAPES: list[tuple[str, dict[str | None, Json], int, str, int]] = [
    ("one page that says nothing", {None: {"events": events(1, 2)}}, 2, "", 1),
    ("one full page that says nothing", {None: {"events": events(*range(50))}}, 50, "nothing says that it is", 1),
    ("a number alone, and all are there", {None: page(events(1, 2), object_count=2, has_more_items=None)}, 2, "", 1),
    ("a number alone, more than a page", {None: page(events(*range(50)), object_count=60, has_more_items=None)}, 50,
     "50 of 60 came", 1),
    ("a token although nothing follows", {None: page(events(1), continuation="x")}, 1, "", 1),
    ("a token and no other word, till an empty page",
     {None: page(events(1), has_more_items=None, continuation="x"), "x": page([], has_more_items=None,
      continuation="y")}, 1, "", 2),
    ("a token and a number: no empty page is needed",
     {None: page(events(1), has_more_items=None, object_count=2, continuation="x"),
      "x": page(events(2), has_more_items=None, object_count=2, continuation="y")}, 2, "", 2),
    ("an empty page that promises more", {None: page([], has_more_items=True, continuation="x")}, 0, "", 1),
    ("an empty page before the number is reached",
     {None: page(events(1), has_more_items=True, object_count=2, continuation="x"),
      "x": page([], has_more_items=True, object_count=2, continuation="y")}, 1, "page 2 was empty", 2),
    ("an empty page before the last", {None: page(events(1), has_more_items=True, page_count=3, continuation="x"),
     "x": page([], has_more_items=True, page_count=3, continuation="y")}, 1, "page 2 was empty", 2),
    ("more is promised without a way", {None: page(events(1), has_more_items=True, object_count=2)}, 1,
     "names no next page", 1),
    ("more is promised without a way or a number", {None: page(events(1), has_more_items=True)}, 1,
     "names no next page", 1),
    ("more is promised, but the number is reached", {None: page(events(1), has_more_items=True, object_count=1)}, 1,
     "", 1),
    ("the token repeats with other events",
     {None: page(events(1), has_more_items=True, continuation="x"),
      "x": page(events(2), has_more_items=True, continuation="x")}, 2, "names no next page", 2),
    ("the page and its token repeat",
     {None: page(events(1), has_more_items=True, continuation="x", object_count=2),
      "x": page(events(1), has_more_items=True, continuation="x", object_count=2)}, 1,
     "1 of 2 came, the list goes on, but names no next page", 2),
    ("the page repeats with another token each time, and the number counts it twice",
     {None: page(events(1), has_more_items=True, continuation="x", object_count=2),
      "x": page(events(1), has_more_items=True, continuation="y", object_count=2)}, 1, "1 of 2 came", 2),
    ("the page repeats where nothing tells the number",
     {None: page(events(1), has_more_items=None, continuation="x"),
      "x": page(events(1), has_more_items=None, continuation="y")}, 1, "page 2 held what had come before", 2),
    ("the last page came, and fewer than there are", {None: page(events(1, 2), object_count=3)}, 2, "2 of 3 came", 1),
    ("pages are counted, and none is named", {None: page(events(1), has_more_items=None, page_count=2)}, 1,
     "it has 2 pages", 1),
    ("a number of nonsense below what came", {None: page(events(1, 2), object_count=-1)}, 2, "", 1),
    ("what has no id counts as one", {None: page([*events(1), {"name": "no id"}], object_count=2)}, 1, "", 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "pages", "count", "missing", "requests"), SHAPES, ids=[shape[0] for shape in SHAPES])
async def test_shapes_of_pagination(
    name: str, pages: dict[str | None, Json], count: int, missing: str, requests: int
) -> None:
    found, failed, asked = await listed(upcoming(lambda token, number: pages[token]))
    short = [failure for failure in failed if failure.id == "eventbrite"]
    assert (len(found), asked - 1) == (count, requests)
    assert [failure.title for failure in short] == ["Eventbrite"] * bool(missing)
    assert all("the list of events arrived incomplete" in failure.reason for failure in short)
    assert all(missing in failure.reason for failure in short)


async def test_a_list_without_an_end_is_left_at_its_limit() -> None:
    async def endless(call: Call, ahead: int) -> object:
        number = int(call.params.get("continuation", 0))
        return page(events(number), has_more_items=True, continuation=str(number + 1))

    found, failed = await read_chain(endless, "9", replace(UPCOMING, pages=30), lambda done, total: None)
    assert len(found) == 30
    assert "it has more than 30 pages" in failed[0].reason


async def test_of_the_past_the_newest_thousand_are_read_and_nothing_is_missing() -> None:
    numbers = iter(range(1000))

    def much_past(request: httpx.Request) -> Reply:
        if "live" in request.url.params["status"]:
            return reply(page(events(5000), object_count=1))
        number = next(numbers)
        return reply(page(events(number), has_more_items=True, continuation=str(number), object_count=5000))

    eventbrite, _ = client(much_past)
    seen: list[tuple[int, int | None]] = []
    found, failed = await eventbrite.events(lambda done, total: seen.append((done, total)))
    assert (len(found), failed) == (21, [])
    assert seen[-1] == (21, 1001)


# a page that fails


def is_past(request: httpx.Request) -> bool:
    return "live" not in request.url.params["status"]


PAST_FAILURES: list[tuple[str, Reply, str]] = [
    ("refused", reply({"error": "ARGUMENTS_ERROR", "error_description": 'status - "completed" is not a valid choice'},
                      400), "not a valid choice"),
    ("denied", reply({"error": "NOT_AUTHORIZED", "error_description": "no"}, 403), "NOT_AUTHORIZED"),
    ("a page of HTML", reply(status=500, body=HTML), "web page"),
    ("not a page", reply([]), "no list of events"),
    ("no answer", httpx.ConnectError("refused"), "Eventbrite, the list of past events"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "failure", "words"), PAST_FAILURES, ids=[part[0] for part in PAST_FAILURES])
async def test_past_events_that_cannot_be_read_leave_the_coming_ones(name: str, failure: Reply, words: str) -> None:
    coming = reply(page(events(1), object_count=1))
    found, failed, _ = await listed(lambda request: failure if is_past(request) else coming)
    assert found == ["1"]
    [failure] = failed
    assert (failure.id, failure.title) == ("eventbrite", "Eventbrite, past events")
    assert words in failure.reason


async def test_a_later_page_of_the_past_that_fails_takes_the_past_alone() -> None:
    def answer(request: httpx.Request) -> Reply:
        if not is_past(request):
            return reply(page(events(1), object_count=1))
        if "continuation" in request.url.params:
            return reply({"error": "INTERNAL_ERROR"}, 500)
        return reply(page(events(2), has_more_items=True, continuation="x", object_count=60))

    found, failed, _ = await listed(answer)
    assert found == ["1"]
    assert "INTERNAL_ERROR" in failed[0].reason


@pytest.mark.parametrize("failure", [reply(status=500, body=HTML), reply([])], ids=["a page fails", "not a page"])
async def test_coming_events_of_which_a_page_fails_are_no_list(failure: Reply) -> None:
    def answer(request: httpx.Request) -> Reply:
        return failure if "continuation" in request.url.params else reply(page(events(1), has_more_items=True,
                                                                               continuation="a"))  # fmt: skip

    with pytest.raises(BadAnswer, match="Eventbrite, the list of events"):
        await listed(answer)


# the expansion


EXPANSION_FAILURES: list[tuple[str, Reply]] = [
    ("as documented", reply({"status_code": 500, "error": "EXPANSION_FAILED"}, 500)),
    ("by another name", reply({"status_code": 500, "error": "INTERNAL_ERROR", "error_description": "unhandled"}, 500)),
    ("as a page of HTML", reply(status=502, body=HTML)),
    ("refused by name", reply({"error": "ARGUMENTS_ERROR", "error_description": "expand - Unknown parameter"}, 400)),
    ("with half an answer", reply(body=b'{"events": [')),
]


@pytest.mark.parametrize(("name", "failure"), EXPANSION_FAILURES, ids=[part[0] for part in EXPANSION_FAILURES])
@pytest.mark.parametrize("at", [None, "2"], ids=["from the first page on", "at the second page"])
async def test_a_list_whose_expansion_fails_is_read_without_it_from_its_beginning(
    name: str, failure: Reply, at: str | None
) -> None:
    """A token belongs to the parameters that it was given for, so the rest cannot be asked for without them."""

    def answer(request: httpx.Request) -> Reply:
        params = request.url.params
        if request.url.path.endswith("/ticket_classes/"):
            return reply(page([ticket_class("9", event_id=request.url.path.split("/")[3])], "ticket_classes"))
        if is_past(request):
            return reply(page([]))
        token = params.get("continuation")
        if "expand" in params:
            whole = page(events(1), has_more_items=True, continuation="2", object_count=2)
            return failure if token == at else reply(whole)
        bare = [{key: each[key] for key in each if key != "ticket_classes"} for each in events(1 if not token else 2)]
        more: Json = {} if token else {"has_more_items": True, "continuation": "bare"}
        return failure if token == "2" else reply(page(bare, object_count=2, **more))

    eventbrite, _ = client(answer)
    found, failed = await eventbrite.events()
    assert ([each.id for each in found], failed) == (["1", "2"], [])
    assert [part.id for part in found[-1].ticket_classes] == ["9"]


async def test_a_refusal_of_something_else_is_not_asked_again_without_the_expansion() -> None:
    eventbrite, shop = client(lambda request: reply({"error": "ARGUMENTS_ERROR", "error_description": "no"}, 400))
    with pytest.raises(Rejected):
        await eventbrite.events()
    assert len(shop.requests) == 2


async def test_classes_of_past_events_are_asked_for_after_the_coming_ones_are_all_read() -> None:
    """They may use the hour's calls up."""
    order: list[str] = []

    async def answer(request: httpx.Request) -> Reply:
        if "/ticket_classes/" in request.url.path:
            order.append(request.url.path.split("/")[3])
            return reply(page([], "ticket_classes", object_count=0))
        if not is_past(request):
            await asyncio.sleep(0.02)
        return reply(page([{"id": "2" if is_past(request) else "1"}], object_count=1))

    found, _, _ = await listed(answer)
    assert (sorted(found), order) == (["1", "2"], ["1", "2"])


# a list of classes


async def test_ticket_classes_that_came_short_are_no_ticket_classes() -> None:
    async def read(call: Call, ahead: int) -> object:
        return page([ticket_class("7", event_id="1")], "ticket_classes", object_count=2)

    with pytest.raises(BadAnswer, match="1 of 2 came") as caught:
        await ticket_classes(read, "1")
    assert caught.value.code == NOT_WHOLE


@pytest.mark.parametrize(
    ("told", "sent"),
    [({"has_more_items": True}, 1), ({"object_count": 2}, 1), ({"page_count": 2}, 1), ({"continuation": "x"}, 1),
     ({}, SIZE)],
    ids=["more follow", "the number is greater", "there is another page", "a way on, and no other word",
         "a full page, and not a word"],
)  # fmt: skip
async def test_classes_of_which_a_part_came_along_are_asked_for(told: Json, sent: int) -> None:
    classes = [ticket_class(str(number), event_id="1") for number in range(sent + 1)]
    part = {"pagination": told, "ticket_classes": classes[:sent]}

    def answer(request: httpx.Request) -> Reply:
        whole = page(classes, "ticket_classes")
        return reply(whole if "ticket_classes" in request.url.path else event("1", ticket_classes=part))

    eventbrite, _ = client(answer)
    assert [part.id for part in (await eventbrite.event("1")).ticket_classes] == [each["id"] for each in classes]


# a list that changes while it is read


@dataclass
class Shop:
    """Events by number, in pages that are named by their number. `before` is called with the count of pages asked."""

    ids: list[int]
    before: Callable[[Shop, int], None] = lambda shop, asked: None
    asked: int = 0
    told: list[int] = field(default_factory=list)

    async def read(self, call: Call, ahead: int) -> object:
        self.asked += 1
        self.before(self, self.asked - 1)
        number = int(call.params.get("continuation", 1))
        ids = self.ids[::-1] if call.params["order_by"] == "start_desc" else self.ids
        begin, count = (number - 1) * SIZE, len(ids)
        more = begin + SIZE < count
        told: Json = {"object_count": count, "page_count": -(-count // SIZE), "has_more_items": more}
        return page(events(*ids[begin : begin + SIZE]), **told, **({"continuation": str(number + 1)} if more else {}))

    async def listed(self) -> tuple[list[Event], list[Failure]]:
        return await read_chain(self.read, "9", UPCOMING, lambda done, total: None)


@pytest.mark.parametrize("count", [60, 130, 200])
@pytest.mark.parametrize("gone", [0, 49, -1], ids=["the first", "the last of a page", "the last"])
async def test_an_event_that_is_canceled_while_the_list_is_read_takes_no_other_along(count: int, gone: int) -> None:
    def cancel(shop: Shop, asked: int) -> None:
        if asked == 1:
            del shop.ids[gone]

    shop = Shop(list(range(1, count + 1)), cancel)
    found, failed = await shop.listed()
    assert ({int(each.id) for each in found}, failed) == (set(shop.ids), [])
    assert shop.asked <= 2 * (-(-count // SIZE) + 1)


async def test_an_event_that_is_added_while_the_list_is_read_is_there() -> None:
    def add(shop: Shop, asked: int) -> None:
        if asked == 1:
            shop.ids.insert(0, 999)

    shop = Shop(list(range(1, 131)), add)
    found, failed = await shop.listed()
    assert ({int(each.id) for each in found}, failed) == (set(shop.ids), [])


async def test_a_list_that_changes_all_the_time_is_read_twice_and_then_told() -> None:
    shop = Shop(list(range(1, 201)), lambda shop, asked: shop.ids.pop(0) and None)
    found, failed = await shop.listed()
    assert len(found) < 200
    assert "it changed while it was read" in failed[0].reason
    assert shop.asked <= 12


@pytest.mark.parametrize("code", ["BAD_CONTINUATION_TOKEN", "BAD_PAGE"])
async def test_a_token_that_is_no_longer_known_begins_the_list_anew_once(code: str) -> None:
    refused = Rejected("no", code=code)
    shop = Shop(list(range(1, 61)), lambda shop, asked: _raise(refused) if asked == 1 else None)
    found, failed = await shop.listed()
    assert (len(found), failed, shop.asked) == (60, [], 4)
    shop = Shop(list(range(1, 61)), lambda shop, asked: _raise(refused) if asked in (1, 3) else None)
    with pytest.raises(Rejected):
        await shop.listed()


def _raise(error: Exception) -> None:
    raise error


@given(
    count=st.integers(0, 230),
    moments=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 229), st.booleans()), max_size=2),
    lose=st.sampled_from(["nothing", "a page", "the total", "has_more_items"]),
)
def test_what_came_is_the_truth_or_it_is_told_that_it_is_not(  # noqa: C901 - a small shop of its own
    count: int, moments: list[tuple[int, int, bool]], lose: str
) -> None:
    """Cancellations and additions at any moment of the reading, and pages that say less than they should.

    Truth is the list as it stood at the end. What cannot be seen from outside, as a page of the wrong content under an
    unchanged number, is not among these.
    """

    def change(shop: Shop, asked: int) -> None:
        for at, where, adds in moments:
            if at == asked and adds:
                shop.ids.insert(where % (len(shop.ids) + 1), 1000 + at)
            elif at == asked and shop.ids:
                del shop.ids[where % len(shop.ids)]

    shop = Shop(list(range(1, count + 1)), change)

    async def read(call: Call, ahead: int) -> object:
        body = await shop.read(call, ahead)
        assert isinstance(body, dict)
        if lose == "a page" and call.params.get("continuation") == "2":
            body["events"] = []
        elif lose == "the total":
            body["pagination"].pop("object_count")
        elif lose == "has_more_items":
            body["pagination"].pop("has_more_items")
        return body

    found, failed = asyncio.run(read_chain(read, "9", UPCOMING, lambda done, total: None))
    ids, truth = {int(each.id) for each in found}, set(shop.ids)
    told = any("arrived incomplete" in failure.reason for failure in failed)
    opposite = len({adds for _, _, adds in moments}) > 1
    if lose == "a page" and count > SIZE and not moments:
        assert told
    if not moments and lose != "a page":
        assert (ids, told) == (truth, False)
    elif lose in ("nothing", "has_more_items") and not opposite:
        assert told or truth <= ids
    assert shop.asked <= 2 * (2 + (count + 2) // SIZE + 1)
