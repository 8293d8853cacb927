"""What is asked for beside an event: places in checkout and tiers; and what it means when they fail."""

from __future__ import annotations

import pytest

from brcc_tui.model.catalogue import InventoryTier
from brcc_tui.model.checkout import is_unread_checkout
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.checkout import tier_or_unread
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere, PlatformError
from tests.platforms.eventbrite.recorded_eventbrite import Json, client, event, hidden, page, read, ticket_class
from tests.platforms.scripted_shop import HTML, Reply, reply

TOLD: list[tuple[str, Json, int]] = [
    ("as documented", {"event_id": "11", "capacity_pending": 3, "quantity_pending": 3}, 3),
    ("wrapped", {"capacity_tier": {"capacity_pending": 0}}, 0),
    ("without the places held back", {"event_id": "11", "quantity_pending": 2}, 2),
    ("null beside a number", {"capacity_pending": None, "quantity_pending": 4}, 4),
    ("more of them among those held back", {"capacity_pending": 5, "quantity_pending": 2}, 5),
    ("fewer than without those held back", {"capacity_pending": 0, "quantity_pending": 2}, 2),
    ("as text", {"capacity_pending": "3"}, 3),
]


@pytest.mark.parametrize(("name", "body", "places"), TOLD, ids=[part[0] for part in TOLD])
async def test_places_in_checkout(name: str, body: Json, places: int) -> None:
    eventbrite, shop = client([reply(body)])
    assert (await eventbrite.capacity_tier("11")).pending == places
    assert shop.paths == ["GET /v3/events/11/capacity_tier/"]
    assert dict(shop.requests[0].url.params) == {}


SUMS: Json = {"capacity_pending": 0, "quantity_pending": 0, "capacity_sold": 0, "quantity_sold": 0}
HELD_BACK: list[tuple[str, Json, int]] = [
    ("none", {**SUMS, "capacity_total": 55, "quantity_total": 55, "holds": []}, 0),
    ("named and in the sums", {**SUMS, "capacity_total": 55, "quantity_total": 45,
                               "holds": [{"id": "H1", "quantity_total": 10, "quantity_sold": 0}]}, 10),
    ("of two, and some of them are sold", {**SUMS, "holds": [{"quantity_total": 8, "quantity_sold": 3},
                                                             {"quantity_total": 2, "quantity_sold": 0}]}, 7),
    ("in the sums alone", {**SUMS, "capacity_total": 55, "quantity_total": 45, "holds": None}, 10),
    ("in the sums, some of them sold and in checkout",
     {"capacity_total": 55, "quantity_total": 45, "capacity_sold": 14, "quantity_sold": 10, "capacity_pending": 3,
      "quantity_pending": 2}, 5),
    ("as text", {"capacity_pending": 0, "capacity_total": "55", "quantity_total": "45"}, 10),
    ("nonsense beside sums that tell it", {**SUMS, "capacity_total": 55, "quantity_total": 45,
                                           "holds": [7, {"quantity_total": "some"}, {"quantity_total": 4}]}, 10),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "places"), HELD_BACK, ids=[part[0] for part in HELD_BACK])
async def test_places_that_the_organizer_holds_back(name: str, body: Json, places: int) -> None:
    eventbrite, _ = client([reply(body)])
    assert (await eventbrite.capacity_tier("11")).held_back == places


NOT_TOLD: list[tuple[str, Reply, type[PlatformError], str]] = [
    ("denied to the role", reply({"error": "NOT_AUTHORIZED", "error_description": "You do not have permission"}, 403),
     AccessDenied, "a role that may read them"),
    ("no such route", reply({"error": "NOT_FOUND", "error_description": "The path does not exist."}, 404), NotThere,
     "Everything else of the event can be read"),
    ("its server fails", reply({"error": "INTERNAL_ERROR", "error_description": "unhandled"}, 500), BadAnswer,
     "INTERNAL_ERROR"),
    ("a web page", reply(body=HTML), BadAnswer, "web page"),
    ("a list", reply([]), BadAnswer, "something other than it documents"),
    ("a word", reply("none"), BadAnswer, "something other than it documents"),
    ("null", reply(None), BadAnswer, "something other than it documents"),
    ("no such field", reply({"capacity_total": 55}), BadAnswer, "neither capacity_pending nor quantity_pending"),
    ("a hold without its number", reply({"capacity_pending": 0, "holds": [{"quantity_total": 4}, {"id": "H1"}]}),
     BadAnswer, "a hold does not say how many"),
    ("a hold of text", reply({"capacity_pending": 0, "holds": ["H1"]}), BadAnswer, "a hold does not say how many"),
    ("both are null", reply({"capacity_pending": None, "quantity_pending": None}), BadAnswer, "neither"),
    ("words for a number", reply({"capacity_pending": "many"}), BadAnswer, "is not a whole number"),
    ("half a place", reply({"capacity_pending": 1.5}), BadAnswer, "is not a whole number"),
    ("fewer than none", reply({"capacity_pending": -1}), BadAnswer, "-1 is no number of places"),
    ("more than there are people", reply({"capacity_pending": 8_000_000_000}), BadAnswer, "no number of places"),
    ("of another event", reply({"event_id": "12", "capacity_pending": 0}), BadAnswer, "of another event"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "kind", "words"), NOT_TOLD, ids=[part[0] for part in NOT_TOLD])
async def test_places_in_checkout_that_are_not_told_are_unknown_and_never_none(
    name: str, answer: Reply, kind: type[PlatformError], words: str
) -> None:
    eventbrite, _ = client(lambda request: answer)
    with pytest.raises(kind) as caught:
        await eventbrite.capacity_tier("11")
    assert words in str(caught.value)
    assert "PRIVATE_TOKEN" not in str(caught.value), "the token is right"
    assert "refresh the catalogue" not in str(caught.value).lower(), "the event is there"
    held = (await tier_or_unread(eventbrite, "11")).pending
    assert isinstance(held, Unknown)
    assert is_unread_checkout(held)


async def test_a_token_that_is_wrong_is_told_as_that() -> None:
    eventbrite, _ = client([reply({"error": "INVALID_AUTH"}, 401)])
    with pytest.raises(AccessDenied, match="PRIVATE_TOKEN"):
        await eventbrite.capacity_tier("11")


# tiers


def tiered() -> Json:
    made = ticket_class("1", event_id="5", capacity=None, quantity_total=20, inventory_tier_id="I987")
    return event("5", ticket_classes=[made])


async def test_the_tiers_of_a_tiered_event_are_asked_for() -> None:
    bar = {"id": "I987", "name": "Bar", "quantity_total": 20, "quantity_sold": 5, "quantity_pending": 1}
    bar |= {"capacity_sold": 7, "holds": [{"id": "H1", "quantity_total": 4}]}
    balcony = {"id": "I988", "count_against_event_capacity": False}
    found, asked = await read(tiered(), reply(page([bar, {"inventory_tier": balcony}], "inventory_tiers")))
    assert asked == ["/v3/events/5/inventory_tiers/?"]
    assert found.tiers == (
        InventoryTier("I987", "Bar", 20, 5, 1, capacity_sold=7, has_holds=True),
        InventoryTier("I988", "", None, None, None, counts_against_event=False),
    )
    assert found.tier_of(found.ticket_classes[0]) == found.tiers[0]


FAILURES: list[tuple[str, Reply]] = [
    ("denied", reply({"error": "NOT_AUTHORIZED"}, 403)),
    ("no such route", reply({"error": "NOT_FOUND"}, 404)),
    ("its server fails", reply({"error": "INTERNAL_ERROR"}, 500)),
    ("nonsense", reply({"hello": "world"})),
    ("nonsense in a list", reply({"inventory_tiers": [7], "discounts": [{"quantity_available": "x"}]})),
    ("a part of the list",
     reply(page([{"id": "I1"}], "inventory_tiers", object_count=2) | {"discounts": [{"id": "1"}]})),
]  # fmt: skip


@pytest.mark.parametrize(("name", "failure"), FAILURES, ids=[part[0] for part in FAILURES])
async def test_without_its_tiers_and_codes_an_event_is_read_all_the_same(name: str, failure: Reply) -> None:
    assert (await read(tiered(), tiers=failure))[0].tiers is None
    assert (await read(hidden(), discounts=failure))[0].access_codes is None
