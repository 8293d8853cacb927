"""What is asked for beside an event: places in checkout, tiers and access codes; and what it means when they fail."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest

from brcc_tui.model.catalogue import CODES_NOT_ASKED, AccessCode, Event, InventoryTier
from brcc_tui.model.checkout import is_unread_checkout
from brcc_tui.model.quantity import Unknown
from brcc_tui.operations.checkout import tier_or_unread
from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotThere, PlatformError
from brcc_tui.platforms.eventbrite.access_codes import SHORT_LIST
from tests.platforms.eventbrite.recorded_eventbrite import Clock, Json, client, event, page, ticket_class
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
    ("a list", reply([]), BadAnswer, "something else than it documents"),
    ("a word", reply("none"), BadAnswer, "something else than it documents"),
    ("null", reply(None), BadAnswer, "something else than it documents"),
    ("no such field", reply({"capacity_total": 55}), BadAnswer, "neither capacity_pending nor quantity_pending"),
    ("a hold without its number", reply({"capacity_pending": 0, "holds": [{"quantity_total": 4}, {"id": "H1"}]}),
     BadAnswer, "a hold does not tell how many"),
    ("a hold of text", reply({"capacity_pending": 0, "holds": ["H1"]}), BadAnswer, "a hold does not tell how many"),
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


OF_NONE = reply(page([], "discounts"))


async def read(
    body: Json, tiers: Reply | None = None, discounts: Reply | None = None, of_all: Reply = OF_NONE
) -> tuple[Event, list[str]]:
    """The event of that body, and the paths that were asked with their parameters.

    `discounts` are its own, `of_all` those for every event of its organization.
    """

    def answer(request: httpx.Request) -> Reply:
        path = request.url.path
        codes = of_all if request.url.params.get("scope") == "user" else discounts
        found = tiers if "/inventory_tiers/" in path else codes if "/discounts/" in path else reply(body)
        assert found is not None, path
        return found

    eventbrite, shop = client(answer)
    found = await eventbrite.event(str(body["id"]))
    return found, [f"{request.url.path}?{request.url.query.decode()}" for request in shop.requests[1:]]


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


TROUBLE: list[tuple[str, Reply]] = [
    ("denied", reply({"error": "NOT_AUTHORIZED"}, 403)),
    ("no such route", reply({"error": "NOT_FOUND"}, 404)),
    ("its server fails", reply({"error": "INTERNAL_ERROR"}, 500)),
    ("nonsense", reply({"hello": "world"})),
    ("nonsense in a list", reply({"inventory_tiers": [7], "discounts": [{"quantity_available": "x"}]})),
    ("a part of the list",
     reply(page([{"id": "I1"}], "inventory_tiers", object_count=2) | {"discounts": [{"id": "1"}]})),
]  # fmt: skip


@pytest.mark.parametrize(("name", "trouble"), TROUBLE, ids=[part[0] for part in TROUBLE])
async def test_without_its_tiers_and_codes_an_event_is_read_all_the_same(name: str, trouble: Reply) -> None:
    assert (await read(tiered(), tiers=trouble))[0].tiers is None
    assert (await read(hidden(), discounts=trouble))[0].access_codes is None


# access codes


DISCOUNTS = "/v3/organizations/9/discounts/"


def hidden(ident: str = "5", **fields: object) -> Json:
    made = [ticket_class("1", event_id=ident), ticket_class("2", event_id=ident, hidden=True, quantity_sold=0)]
    whole: Json = {"series_id": None, "organization_id": "9", "ticket_classes": made}
    return event(ident, **{**whole, **fields})


def discount(**fields: object) -> Json:
    """An access code as the documentation has it; nobody has recorded one."""
    return {
        "id": "77", "type": "access", "code": "SESAME", "event_id": "5", "ticket_class_ids": [], "quantity_sold": 0,
        "quantity_available": 0, "start_date": "", "end_date": "", **fields,
    }  # fmt: skip


CODES: list[tuple[str, Json, AccessCode | None]] = [
    ("for all classes, as often as anybody likes", discount(), AccessCode(())),
    ("its kind in capital letters", discount(type="ACCESS"), AccessCode(())),
    ("for one class", discount(ticket_class_ids=["2"]), AccessCode(("2",))),
    ("so many times", discount(quantity_available=10, quantity_sold=3), AccessCode((), uses_left=7)),
    ("until then, by the event's clocks", discount(end_date="2025-06-01T12:00:00"),
     AccessCode((), ends_at=dt.datetime(2025, 6, 1, 16, tzinfo=dt.UTC))),
    ("null where there is nothing to say", discount(ticket_class_ids=None, quantity_available=None, end_date=None),
     AccessCode(())),
    ("a code that only lowers the price", discount(type="coded"), None),
    ("one for everybody", discount(type="public"), None),
    ("one that opens places held back", discount(type="hold"), None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "code"), CODES, ids=[part[0] for part in CODES])
async def test_access_codes(name: str, body: Json, code: AccessCode | None) -> None:
    found, asked = await read(hidden(), discounts=reply(page([body], "discounts")))
    assert asked == [f"{DISCOUNTS}?scope=user", f"{DISCOUNTS}?scope=event&event_id=5"]
    assert found.access_codes == ((code,) if code else ())
    assert "SESAME" not in repr(found), "the code itself is the club's secret"


async def test_codes_of_a_series_are_its_parents_or_its_own_dates() -> None:
    found, asked = await read(hidden(series_id="77"), discounts=reply(page([discount()], "discounts")))
    assert asked == [f"{DISCOUNTS}?scope=user"] + [f"{DISCOUNTS}?scope=event&event_id={at}" for at in ("77", "5")]
    assert found.access_codes == (AccessCode(()),), "the same code in two lists lets nobody in twice"
    both = [discount(id=None, quantity_available=3), discount(id=None, quantity_available=3)]
    found, _ = await read(hidden(), discounts=reply(page(both, "discounts")))
    assert found.access_codes == (AccessCode((), uses_left=3),) * 2


@pytest.mark.parametrize("kind", [None, "", "bulk"])
async def test_a_discount_that_may_be_an_access_code_leaves_the_codes_unknown(kind: str | None) -> None:
    found, _ = await read(hidden(), discounts=reply(page([discount(type=kind)], "discounts")))
    assert found.access_codes is None
    assert "does not say whether it is an access code" in (found.codes_unread or "")


@pytest.mark.parametrize("known", ["77", "5"])
@pytest.mark.parametrize("status", [404, 400])
async def test_one_of_the_places_where_a_series_has_its_codes_may_not_be_there(known: str, status: int) -> None:
    missing = reply({"error": "NOT_FOUND" if status == 404 else "ARGUMENTS_ERROR"}, status)

    def answer(request: httpx.Request) -> Reply:
        if "/discounts/" not in request.url.path:
            return reply(hidden(series_id="77"))
        return reply(page([discount()], "discounts")) if request.url.params.get("event_id") == known else missing

    eventbrite, _ = client(answer)
    found = await eventbrite.event("5")
    assert (found.access_codes, found.codes_unread) == ((AccessCode(()),), None)


async def test_codes_for_every_event() -> None:
    for_all = [discount(event_id=None), discount(id="78", event_id="6"), discount(id="79", event_id="", type="coded")]
    found, _ = await read(hidden(), discounts=OF_NONE, of_all=reply(page(for_all, "discounts")))
    assert found.access_codes == (AccessCode(()),), "one of another event opens nothing here"


async def test_a_code_for_every_event_ends_by_each_events_own_clock() -> None:
    code = reply(page([discount(event_id=None, end_date="2026-12-04T20:00:00")], "discounts"))

    def answer(request: httpx.Request) -> Reply:
        if "/discounts/" in request.url.path:
            return code if request.url.params.get("scope") == "user" else OF_NONE
        number, zone = ("5", "America/Toronto") if "/5/" in request.url.path else ("6", "America/Vancouver")
        return reply(hidden(number, start={"timezone": zone, "utc": "2026-12-09T01:00:00Z"}))

    eventbrite, _ = client(answer)
    ends = [codes[0].ends_at for number in "56" if (codes := (await eventbrite.event(number)).access_codes)]
    assert [end and end.isoformat()[-6:] for end in ends] == ["-05:00", "-08:00"]


@pytest.mark.parametrize(
    ("of_all", "codes", "why"),
    [
        (reply({"error": "NOT_FOUND"}, 404), (), ""),
        (reply({"error": "ARGUMENTS_ERROR", "error_description": "scope - INVALID"}, 400), (), ""),
        (reply({"error": "NOT_AUTHORIZED", "error_description": "No."}, 403), None, "access is denied: No"),
        (reply({"error": "INTERNAL_ERROR"}, 500), None, "INTERNAL_ERROR"),
        (reply(body=HTML), None, "web page"),
    ],
    ids=["no such list", "no such scope", "denied", "a failing server", "a web page"],
)
async def test_without_the_codes_for_every_event(of_all: Reply, codes: tuple[AccessCode, ...] | None, why: str) -> None:
    found, _ = await read(hidden(), discounts=OF_NONE, of_all=of_all)
    assert found.access_codes == codes
    assert why in (found.codes_unread or "")


NEEDLESS: list[tuple[str, Json]] = [
    ("nothing is hidden", hidden(ticket_classes=[ticket_class("1", event_id="5")])),
    ("what is hidden is no seat", hidden(ticket_classes=[ticket_class("1", event_id="5", hidden=True,
                                                                      category="add_on")])),
    ("it is over", hidden(status="completed")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body"), NEEDLESS, ids=[part[0] for part in NEEDLESS])
async def test_codes_that_open_nothing_are_not_asked_for(name: str, body: Json) -> None:
    found, asked = await read(body)
    assert (found.access_codes, found.codes_unread, asked) == (None, None, [])


async def test_codes_of_an_event_of_nobody_knows_whom() -> None:
    found, asked = await read(hidden(organization_id=None))
    assert (found.access_codes, found.codes_unread, asked) == (None, "Eventbrite did not say whose event it is", [])


async def test_codes_are_asked_for_where_a_class_is_about_to_be_hidden() -> None:
    def answer(request: httpx.Request) -> Reply:
        code = reply(page([discount()], "discounts"))
        shown = hidden(ticket_classes=[ticket_class("1", event_id="5", quantity_sold=0)])
        return code if "event_id" in request.url.params else OF_NONE if "scope" in request.url.params else reply(shown)

    eventbrite, shop = client(answer)
    event = await eventbrite.event("5")
    assert event.access_codes is None
    assert (await eventbrite.with_codes(event)).access_codes == (AccessCode(()),)
    assert ["discounts" in request.url.path for request in shop.requests] == [False, True, True], "it is not read again"


async def test_codes_are_asked_for_once_a_minute() -> None:
    clock = Clock()
    asked: list[str] = []

    def answer(request: httpx.Request) -> Reply:
        if request.url.params.get("scope") == "user":
            return OF_NONE
        if "/discounts/" in request.url.path:
            asked.append(request.url.path)
            return reply(page([discount()], "discounts"))
        return reply(hidden())

    eventbrite, _ = client(answer, clock=clock)
    for seconds, times in ((0, 1), (59, 1), (1, 2)):
        clock.now += seconds
        assert (await eventbrite.event("5")).access_codes == (AccessCode(()),)
        assert len(asked) == times


async def test_codes_for_only_so_many_are_asked_for_each_time() -> None:
    left = [3, 1]

    def answer(request: httpx.Request) -> Reply:
        if request.url.params.get("scope") == "user":
            return OF_NONE
        if "/discounts/" in request.url.path:
            return reply(page([discount(quantity_available=5, quantity_sold=5 - left.pop(0))], "discounts"))
        return reply(hidden())

    eventbrite, _ = client(answer)
    for uses_left in (3, 1):
        assert (await eventbrite.event("5")).access_codes == (AccessCode((), uses_left=uses_left),)


# the codes of a list


def listed(number: int, **fields: object) -> Json:
    made = ticket_class("1", event_id=str(number), hidden=True)
    return event(str(number), **{"series_id": None, "ticket_classes": [made], **fields})


Told = tuple[AccessCode, ...] | str | None


async def _codes_of_list(events: list[Json], discounts: Reply) -> tuple[dict[str, Told], list[str]]:
    """The codes of each event, or why they are not known, and for which events or series they were asked for."""
    asked = []

    def answer(request: httpx.Request) -> Reply:
        if request.url.params.get("scope") == "user":
            return OF_NONE
        if "/discounts/" in request.url.path:
            asked.append(request.url.params["event_id"])
            return discounts
        return reply(page(events if "live" in request.url.params["status"] else []))

    eventbrite, _ = client(answer)
    found, failed = await eventbrite.events()
    assert failed == []
    return {each.id: each.codes_unread or each.access_codes for each in found}, sorted(asked)


async def test_a_short_list_asks_once_for_each_series_and_event_that_hides_something() -> None:
    open_class = ticket_class("1", event_id="4")
    sold_out = ticket_class("1", event_id="6", hidden=True, capacity=10, quantity_sold=10)
    events = [listed(1, series_id="77"), listed(2, series_id="77"), listed(3), listed(5, status="draft"),
              listed(4, ticket_classes=[open_class]), listed(6, ticket_classes=[sold_out])]  # fmt: skip
    codes, asked = await _codes_of_list(events, reply(page([discount()], "discounts")))
    assert asked == ["1", "2", "3", "77"]
    code = AccessCode(())
    assert codes == {"1": (code,), "2": (code,), "3": (code,), "4": None, "5": None, "6": None}


@pytest.mark.parametrize(("status", "times"), [(403, 1), (404, 4)])
async def test_a_token_that_may_not_read_codes_asks_once_for_a_list(status: int, times: int) -> None:
    refused = reply({"status_code": status, "error": "NOT_AUTHORIZED", "error_description": "No."}, status)
    codes, asked = await _codes_of_list([listed(number) for number in range(1, 5)], refused)
    (why,) = set(codes.values())
    assert "could not be read" in str(why)
    assert len(asked) == times


async def test_a_long_list_asks_for_none_and_says_so() -> None:
    events = [listed(number) for number in range(1, SHORT_LIST + 1)]
    _, asked = await _codes_of_list(events, OF_NONE)
    assert len(asked) == SHORT_LIST
    one_more = listed(1000, ticket_classes=[ticket_class("1", event_id="1000")])
    codes, asked = await _codes_of_list([*events, one_more], OF_NONE)
    assert asked == []
    assert codes == {**{str(each["id"]): CODES_NOT_ASKED for each in events}, "1000": None}
