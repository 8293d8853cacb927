"""A list whose question Eventbrite refuses in part is asked for without that part, where it is the same list."""

from __future__ import annotations

from typing import Final

import httpx
import pytest

from brcc_tui.platforms.errors import Rejected
from tests.platforms.eventbrite.recorded_eventbrite import client, event, page
from tests.platforms.scripted_shop import Reply, reply

NIGHTS: Final = {number: event(str(number), ticket_classes=[]) for number in range(1, 30)}


def is_past(request: httpx.Request) -> bool:
    return "live" not in request.url.params["status"]


@pytest.mark.parametrize("refused", [{"page_size"}, {"order_by"}, {"page_size", "order_by"}, {"order_by", "expand"}])
async def test_a_list_is_read_without_what_is_refused_of_it_by_name(refused: set[str]) -> None:
    """In any order and in pages of any size it is the same list, and each page names the next."""

    def answer(request: httpx.Request) -> Reply:
        params = request.url.params
        if request.url.path.endswith("/ticket_classes/"):
            return reply(page([], "ticket_classes"))
        if name := next((name for name in params if name in refused), None):
            return reply({"error": "ARGUMENTS_ERROR", "error_description": f"{name} - Unknown parameter"}, 400)
        if is_past(request):
            return reply(page([NIGHTS[3]], object_count=1))
        if "continuation" in params:
            return reply(page([NIGHTS[2]], object_count=2))
        return reply(page([NIGHTS[1]], has_more_items=True, continuation="2", object_count=2))

    eventbrite, _ = client(answer)
    found, failed = await eventbrite.events()
    assert ([each.id for each in found], failed) == (["1", "2", "3"], [])


async def test_a_part_of_the_past_in_no_order_does_not_pass_for_its_newest() -> None:
    def answer(request: httpx.Request) -> Reply:
        params = request.url.params
        if not is_past(request):
            return reply(page([NIGHTS[1]], object_count=1))
        if "order_by" in params:
            return reply({"error": "ARGUMENTS_ERROR", "error_description": "order_by - Unknown parameter"}, 400)
        number = int(params.get("continuation", "1"))
        return reply(page([NIGHTS[number + 1]], has_more_items=True, continuation=str(number + 1), object_count=1_200))

    eventbrite, _ = client(answer)
    found, [failure] = await eventbrite.events()
    assert found[0].id == "1"
    assert "it has more than 20 pages" in failure.reason


async def test_a_refusal_of_what_the_list_is_about_is_told() -> None:
    words = 'status - "started" is not a valid choice'
    eventbrite, shop = client(lambda _: reply({"error": "ARGUMENTS_ERROR", "error_description": words}, 400))
    with pytest.raises(Rejected, match="not a valid choice"):
        await eventbrite.events()
    assert len(shop.requests) == 2
