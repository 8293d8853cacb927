"""What Eventbrite's own words of a refusal come to: a token that is none, an expansion that it does not give."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import httpx
import pytest

from brcc_tui.platforms.errors import AccessDenied, BadAnswer, PlatformError, Rejected
from tests.platforms.eventbrite.recorded_eventbrite import Json, client, event, page, ticket_class
from tests.platforms.scripted_shop import Reply, permit, reply


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("code", ["INVALID_AUTH", "INVALID_AUTH_HEADER", "NO_AUTH", "NOT_AUTH"])
async def test_a_token_that_is_none_is_the_settings_to_correct(status: int, code: str) -> None:
    said = {"status_code": status, "error": code, "error_description": "This is not a token."}
    eventbrite, _ = client(lambda request: reply(said, status))
    with pytest.raises(AccessDenied, match="Check PRIVATE_TOKEN"):
        await eventbrite.events()
    with pytest.raises(AccessDenied, match="Check PRIVATE_TOKEN"):
        await eventbrite.capacity_tier("5")
    with pytest.raises(AccessDenied, match="Check PRIVATE_TOKEN"):
        await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)


NO_EXPANSION: list[tuple[str, int, Json]] = [
    ("by its detail", 400, {
        "error": "ARGUMENTS_ERROR", "error_description": "There are errors with your arguments.",
        "error_detail": {"ARGUMENTS_ERROR": {"expand": ["INVALID"]}}}),
    ("by its name", 400, {"error": "ARGUMENTS_ERROR", "error_description": "ticket_classes - not a valid choice"}),
    ("under a good status", 200, {"error": "EXPANSION_FAILED", "error_description": "It failed."}),
    ("to this role", 403, {"error": "NOT_AUTHORIZED", "error_description": "You may not expand ticket_classes."}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "said"), NO_EXPANSION, ids=[part[0] for part in NO_EXPANSION])
async def test_what_is_not_expanded_is_asked_for_by_itself(name: str, status: int, said: Json) -> None:
    bare = {key: value for key, value in event("5").items() if key != "ticket_classes"}

    def answer(request: httpx.Request) -> Reply:
        if "expand" in request.url.params:
            return reply(said, status)
        if request.url.path.endswith("/ticket_classes/"):
            return reply(page([ticket_class(event_id="5")], "ticket_classes"))
        if request.url.path.endswith("/events/5/"):
            return reply(bare)
        return reply(page([bare] if "live" in request.url.params["status"] else []))

    eventbrite, _ = client(answer)
    (listed,), failed = await eventbrite.events()
    assert (len(listed.ticket_classes), failed) == (1, [])
    assert len((await eventbrite.event("5")).ticket_classes) == 1


DETAILS: list[tuple[str, object, str]] = [
    ("Errors with your arguments.", {"ARGUMENTS_ERROR": {"status": ["INVALID"], "order_by": ["INVALID", "x"]}},
     "arguments: status - INVALID; order_by - INVALID, x (ARGUMENTS_ERROR)"),
    ("status - INVALID", {"ARGUMENTS_ERROR": {"status": ["INVALID"]}}, "refused: status - INVALID (ARGUMENTS_ERROR)"),
    ("", {"ARGUMENTS_ERROR": {"status": "INVALID"}}, "refused: status - INVALID (ARGUMENTS_ERROR)"),
    ("No.", {"ARGUMENTS_ERROR": ["INVALID"]}, "refused: No (ARGUMENTS_ERROR)"),
    ("No.", "INVALID", "refused: No (ARGUMENTS_ERROR)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "detail", "told"), DETAILS)
async def test_which_part_of_a_question_was_refused_is_told(text: str, detail: object, told: str) -> None:
    said = {"error": "ARGUMENTS_ERROR", "error_description": text, "error_detail": detail}
    eventbrite, _ = client(lambda request: reply(said, 400))
    with pytest.raises(Rejected) as caught:
        await eventbrite.events()
    assert told in str(caught.value)


async def test_a_page_that_fails_loses_none_of_the_events_that_were_being_read() -> None:
    """The list is asked for once more without its expansion, and that reads all of it."""
    under_way, failing = asyncio.Event(), 2

    async def page_two() -> Reply:
        nonlocal failing
        if failing:
            await under_way.wait()
            failing -= 1
            return reply({"error": "INTERNAL_ERROR"}, 500)
        return reply(page([event("6")], object_count=2))

    async def classes(event_id: str) -> Reply:
        under_way.set()
        if failing:
            await asyncio.Event().wait()
        return reply(page([ticket_class(event_id=event_id)], "ticket_classes"))

    def answer(request: httpx.Request) -> Reply | Awaitable[Reply]:
        if request.url.path.endswith("/ticket_classes/"):
            return classes(request.url.path.split("/")[3])
        if "continuation" in request.url.params:
            return page_two()
        first = {**event("5"), "ticket_classes": None}
        more: Json = {"object_count": 2, "has_more_items": True, "continuation": "2"}
        return reply(page([first], **more) if "live" in request.url.params["status"] else page([]))

    eventbrite, _ = client(answer)
    found, failed = await eventbrite.events()
    assert ([each.id for each in found], failed) == (["5", "6"], [])


async def test_an_answer_from_another_address_is_not_asked_for_again_without_the_expansion() -> None:
    """The question was not at fault: whoever stands there would be asked for every list twice."""
    eventbrite, shop = client(lambda request: reply({}, 301))
    with pytest.raises(BadAnswer):
        await eventbrite.event("5")
    assert len(shop.requests) == 1


@pytest.mark.parametrize("said", [[], ["no"], [{"error": "A"}, {"error": "B"}], {"error": {"code": 7}}, {}, "no", 7])
async def test_a_refusal_in_a_shape_of_its_own_is_a_refusal_all_the_same(said: object) -> None:
    eventbrite, shop = client(lambda request: reply(said, 400))
    with pytest.raises(PlatformError, match="400"):
        await eventbrite.set_capacity(permit("eb:11:22"), "11", "22", 60)
    assert len(shop.requests) == 1
