"""Which organization is read: the one that the settings name, or the first, and never without saying so."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from brcc_tui.model.catalogue import Membership, Organization
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.operations.diagnostics.service_checks import check_eventbrite
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere
from tests.platforms.eventbrite.recorded_eventbrite import Json, client, event, page
from tests.platforms.scripted_shop import Reply, reply

DANA, CLUB, OTHER = (
    {"id": "547440371489", "name": "Dana's own account"},
    {"id": "3012894655993", "name": "The Club"},
    {"id": "7", "name": None},
)


def organizations(*found: Json) -> Reply:
    """As recorded: with a continuation although nothing follows."""
    return reply(page(list(found), "organizations", object_count=len(found), page_count=1, continuation="AGWl1yEyw"))


async def test_it_is_asked_for_once() -> None:
    eventbrite, shop = client([organizations(DANA, CLUB)], organization=None)
    assert [await eventbrite.organization() for _ in range(2)] == [DANA["id"]] * 2
    assert await eventbrite.membership() == Membership((Organization(**DANA), Organization(**CLUB)))
    assert shop.paths == ["GET /v3/users/me/organizations/"]


async def test_a_silent_shop_is_waited_for_once_by_all_who_ask_together() -> None:
    """A report asks for the sales of many events, and each of them needs to know whose they are."""
    eventbrite, shop = client(lambda request: reply({"error": "INTERNAL_ERROR"}, 500), organization=None)
    heard = await asyncio.gather(*(eventbrite.organization() for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in heard] == [BadAnswer] * 4
    assert shop.paths == ["GET /v3/users/me/organizations/"]
    shop.script = [organizations(CLUB)]
    assert await eventbrite.organization() == CLUB["id"], "whoever comes later asks again"


async def test_a_configured_one_is_not_asked_for_before_the_list() -> None:
    eventbrite, shop = client([])
    assert await eventbrite.organization() == "9"
    assert shop.requests == []


async def test_a_token_without_one() -> None:
    eventbrite, _ = client([organizations()], organization=None)
    with pytest.raises(AccessDenied, match="PRIVATE_TOKEN"):
        await eventbrite.organization()


async def test_they_may_be_more_than_a_page() -> None:
    first = page([DANA], "organizations", has_more_items=True, continuation="x", object_count=2)
    eventbrite, _ = client([reply(first), reply(page([CLUB], "organizations", object_count=2))], organization=None)
    assert [each.id for each in (await eventbrite.membership()).seen] == [DANA["id"], CLUB["id"]]


Check = tuple[str, Reply, str | None, Condition, tuple[str, ...]]
CHECKS: list[Check] = [
    ("the only one", organizations(CLUB), None, Condition.HEALTHY, ("The Club (3012894655993)",)),
    ("the only one, without a name", organizations(OTHER), None, Condition.HEALTHY, ("answers for 7",)),
    ("the first of two, chosen by nobody", organizations(DANA, CLUB), None, Condition.DEGRADED,
     ("sees 2 organizations", "Dana's own account (547440371489) is read because it is the first",
      "the other is The Club (3012894655993)", "EVENTBRITE_ORGANIZATION_ID")),
    ("the first of three, chosen by nobody", organizations(DANA, CLUB, OTHER), None, Condition.DEGRADED,
     ("sees 3 organizations", "the others are The Club (3012894655993) and 7")),
    ("the second of two, chosen", organizations(DANA, CLUB), str(CLUB["id"]), Condition.HEALTHY,
     ("The Club (3012894655993)", "not read: Dana's own account (547440371489)")),
    ("somebody else's", organizations(DANA, CLUB), "8", Condition.DEGRADED,
     ("does not belong to organization 8", "EVENTBRITE_ORGANIZATION_ID", "The Club (3012894655993)")),
    ("of a member of none", organizations(), None, Condition.DEGRADED, ("belongs to no organization",)),
    ("of a public token", reply({"error": "NOT_AUTHORIZED"}, 403), "9", Condition.DEGRADED, ("not the public one",)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "wanted", "status", "words"), CHECKS, ids=[part[0] for part in CHECKS])
async def test_what_health_and_set_up_say(
    name: str, answer: Reply, wanted: str | None, status: Condition, words: tuple[str, ...]
) -> None:
    eventbrite, _ = client([answer], organization=wanted)
    check = await check_eventbrite(eventbrite)
    assert check.status is status
    assert [part for part in words if part not in check.detail] == []
    undecided = (status is Condition.DEGRADED and "organizations" in check.detail) or "does not belong" in check.detail
    assert bool(check.choices.get("EVENTBRITE_ORGANIZATION_ID")) == undecided


async def test_a_wrong_token_is_told() -> None:
    eventbrite, _ = client([reply({"error": "INVALID_AUTH"}, status) for status in (401, 400, 401)])
    for _ in range(2):
        with pytest.raises(AccessDenied, match="PRIVATE_TOKEN"):
            await check_eventbrite(eventbrite)
    with pytest.raises(AccessDenied):
        await eventbrite.check()


GONE = {"status_code": 404, "error": "NOT_FOUND", "error_description": "organization_id you requested does not exist"}


@pytest.mark.parametrize("known", [True, False], ids=["the token sees others", "nobody tells what it sees"])
async def test_a_foreign_organization_is_a_setting_to_correct(known: bool) -> None:
    def answer(request: httpx.Request) -> Reply:
        if request.url.path.endswith("/organizations/"):
            return organizations(DANA, CLUB) if known else reply({"error": "INTERNAL_ERROR"}, 500)
        return reply(GONE, 404)

    eventbrite, _ = client(answer, organization="63112553027")
    with pytest.raises(NotThere, match="Correct EVENTBRITE_ORGANIZATION_ID") as caught:
        await eventbrite.events()
    told = str(caught.value)
    assert "organization 63112553027" in told
    assert "refresh the catalogue" not in told.lower(), "that is what was being done"
    assert ("The Club (3012894655993)" in told) == known


# places in checkout, of which health asks one


@pytest.mark.parametrize(
    ("tier", "status", "words"),
    [
        (reply({"capacity_pending": 2}), Condition.HEALTHY, "answers for The Club"),
        (reply({"error": "NOT_AUTHORIZED", "error_description": "no permission"}, 403), Condition.DEGRADED,
         "a role that may read them"),
        (reply({"error": "NOT_FOUND"}, 404), Condition.DEGRADED, "places in checkout cannot be read"),
        (reply({"error": "INTERNAL_ERROR"}, 500), Condition.DEGRADED, "raising a capacity asks about it"),
        (reply({"capacity_total": 5}), Condition.DEGRADED, "places in checkout cannot be read"),
    ],
    ids=["told", "denied", "no such route", "a failing server", "nonsense"],
)  # fmt: skip
async def test_health_asks_for_one_events_places_in_checkout(tier: Reply, status: Condition, words: str) -> None:
    eventbrite, shop = client([organizations(CLUB), tier, reply(event("11"))], organization=None)
    check = await check_eventbrite(eventbrite, "11")
    assert (check.status, words in check.detail) == (status, True), check.detail
    assert shop.paths[1] == "GET /v3/events/11/capacity_tier/"


async def test_an_event_that_is_gone_says_nothing_of_places_in_checkout() -> None:
    """It was deleted since the last refresh; where the event is there, it is the route that is not."""
    eventbrite, _ = client([organizations(CLUB), *[reply({"error": "NOT_FOUND"}, 404)] * 2], organization=None)
    check = await check_eventbrite(eventbrite, "11")
    assert (check.status, check.detail) == (Condition.HEALTHY, "answers for The Club (3012894655993)")


# refresh


@pytest.mark.parametrize(
    ("seen", "wanted", "told"),
    [
        (("9",), None, {"id": "9", "name": "Nine", "others": 0}),
        (("9", "10"), None, {"id": "9", "name": "Nine", "others": 1}),
        (("9", "10"), "10", {"id": "10", "name": "Ten", "others": 1}),
        (("9", "10"), "11", {"id": "11", "name": None, "others": 2}),
        ((), None, None),
    ],
)
def test_what_a_refresh_says_of_it(seen: tuple[str, ...], wanted: str | None, told: dict[str, Any] | None) -> None:
    from brcc_tui.cli.as_json import _organization
    from brcc_tui.cli.reading import organization_lines

    names = {"9": "Nine", "10": "Ten"}
    membership = Membership(tuple(Organization(each, names[each]) for each in seen), wanted)
    assert _organization(membership) == told
    lines = " ".join(organization_lines(membership))
    assert ("EVENTBRITE_ORGANIZATION_ID" in lines) == (len(seen) > 1 and wanted is None)
    assert all(names[each] in lines for each in seen) or membership.chosen is None
