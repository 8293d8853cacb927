"""WooCommerce's lists: whole, or what is missing of them. A part never passes for the whole."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brcc_tui.model.catalogue import Product
from brcc_tui.model.failure import Failure
from brcc_tui.platforms.errors import BadAnswer, is_of_one_thing
from brcc_tui.platforms.http.answers import ShopResponse
from brcc_tui.platforms.http.client import Call, Http
from brcc_tui.platforms.woocommerce.client import WooCommerce
from brcc_tui.platforms.woocommerce.lists import list_with_shortfall
from brcc_tui.settings import Secret, WooCommerceSettings
from tests.platforms.scripted_shop import HTML, KEY, SECRET, Reply, Script, ScriptedShop, reply

Json = dict[str, object]
TOTAL, PAGES = "X-WP-Total", "X-WP-TotalPages"


def product(ident: int, **fields: object) -> Json:
    return {
        "id": ident, "name": "Night", "status": "publish", "type": "simple", "manage_stock": False,
        "stock_quantity": None, "stock_status": "instock",
        "meta_data": [{"id": 90, "key": "WooCommerceEventsEvent", "value": "Event"}], **fields,
    }  # fmt: skip


def variation(ident: int) -> Json:
    return {"id": ident, "name": "Row", "status": "publish", "manage_stock": True, "stock_quantity": 8}


def client(script: list[Reply] | Script) -> tuple[WooCommerce, ScriptedShop]:
    shop = ScriptedShop(script)
    site = "https://shop.example.org"
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), site, f"{site}/wp-json/wc/v3", "query")
    return WooCommerce(settings, sleep=shop.sleep, transport=shop), shop


def page(items: Sequence[Json], **told: int) -> httpx.Response:
    """A page, with the headers that are given (`total`, `pages`)."""
    names = {"total": TOTAL, "pages": PAGES}
    return reply(list(items), headers={names[name]: str(number) for name, number in told.items()})


def ids(products: Sequence[Product]) -> list[int]:
    return [found.id for found in products]


def numbers(shop: ScriptedShop) -> list[str]:
    return [request.url.params["page"] for request in shop.requests]


def told_of(failed: Sequence[Failure]) -> str:
    """The one thing that failed: the list, of which only a part came."""
    (failure,) = failed
    assert (failure.id, failure.title) == ("woocommerce", "WooCommerce")
    assert failure.reason.startswith("the list of products arrived incomplete: ")
    return failure.reason.partition(": ")[2]


# a list that comes whole


async def test_pages_after_the_first_are_read_side_by_side() -> None:
    gate = asyncio.Event()
    waiting: list[str] = []

    async def answer(request: httpx.Request) -> Reply:
        number = request.url.params["page"]
        if number == "1":
            return page([product(1)], pages=3, total=3)
        waiting.append(number)
        if len(waiting) == 2:
            gate.set()
        await gate.wait()  # never ends if the pages came one after the other
        return page([product(int(number))], pages=3, total=3)

    woocommerce, _ = client(answer)
    seen: list[tuple[int, int | None]] = []
    found, failed = await woocommerce.products(lambda done, total: seen.append((done, total)))
    assert (ids(found), failed) == ([1, 2, 3], [])
    assert woocommerce.requests == 3
    assert (seen[0], seen[-1]) == ((1, 3), (3, 3))


def the_shop(
    count: int, *, at_once: int = 100, hidden: str = "", of_page: Callable[[int], int] = lambda number: number
) -> Script:
    """A shop of so many products: `at_once` on a page whatever is asked for, without the `hidden` headers."""

    def answer(request: httpx.Request) -> Reply:
        number = of_page(int(request.url.params["page"]))
        first = (number - 1) * at_once + 1
        told = {"total": count, "pages": -(-count // 100)}
        kept = {name: value for name, value in told.items() if name not in hidden}
        return page([product(each) for each in range(first, min(first + at_once, count + 1))], **kept)

    return answer


WHOLE = [
    ("one page", the_shop(17), ["1"]),
    ("two pages", the_shop(130), ["1", "2"]),
    ("short pages", the_shop(130, at_once=50), ["1", "2", "3"]),
    ("short pages, without the number of pages", the_shop(130, at_once=50, hidden="pages"), ["1", "2", "3"]),
    ("without the number of things", the_shop(130, hidden="total"), ["1", "2", "3"]),
    ("without both numbers", the_shop(130, hidden="total pages"), ["1", "2", "3"]),
    ("short pages, without both numbers", the_shop(130, at_once=50, hidden="total pages"), ["1", "2", "3", "4"]),
    ("nothing", the_shop(0), ["1"]),
    ("nothing, without both numbers", the_shop(0, hidden="total pages"), ["1"]),
    ("all on one page, whatever the second is", the_shop(17, of_page=lambda number: 1), ["1"]),
]


@pytest.mark.parametrize(("name", "shop", "asked"), WHOLE, ids=[name for name, _, _ in WHOLE])
async def test_a_whole_list(name: str, shop: Script, asked: list[str]) -> None:
    woocommerce, told = client(shop)
    found, failed = await woocommerce.products()
    assert failed == []
    assert ids(found) == list(range(1, len(found) + 1))
    assert len(found) == {"one page": 17, "all on one page, whatever the second is": 17}.get(
        name, 0 if "nothing" in name else 130
    )
    assert numbers(told) == asked


async def test_a_product_that_stands_on_two_pages_is_one() -> None:
    pages = [page([product(1)], pages=2, total=2), page([product(1), product(2)], pages=2, total=2)]
    woocommerce, _ = client([*pages])
    products, failed = await woocommerce.products()
    assert (ids(products), failed) == ([1, 2], [])


async def test_products_that_cannot_be_named_are_things_too() -> None:
    """Two broken products are two: they make no list short, each fails by itself."""
    broken = {"id": None, "name": "?"}
    woocommerce, _ = client([page([broken, product(2), broken], total=3, pages=1)])
    products, failed = await woocommerce.products()
    assert (ids(products), [failure.id for failure in failed]) == ([2], ["wc"])


# a list that comes short


def shuffled(count: int) -> Script:
    """Each page in an order of its own, twice as long as it should take to see everything."""
    dice = random.Random(5)

    def answer(request: httpx.Request) -> Reply:
        number = int(request.url.params["page"])
        everything = [product(each) for each in dice.sample(range(1, count + 1), count)]
        return page(everything[(number - 1) * 100 : number * 100], total=count, pages=2)

    return answer


SHORT = [
    ("each page is the first", the_shop(130, of_page=lambda number: 1), "100 of 130 came, page 2 was page 1 once more"),
    ("each page is the first, without numbers", the_shop(130, hidden="total pages", of_page=lambda number: 1),
     "100 came, page 2 was page 1 once more"),
    ("each page is the first, without the total", the_shop(130, hidden="total", of_page=lambda number: 1),
     "100 came, page 2 was page 1 once more"),
    ("a page that is told is empty", the_shop(130, hidden="total", of_page=lambda number: (1, 9)[number - 1]),
     "100 came, and no page brought the rest"),
    ("short pages of which each is the first", the_shop(130, at_once=50, hidden="pages", of_page=lambda number: 1),
     "50 of 130 came, page 2 was page 1 once more"),
    ("an order of its own on each page", shuffled(130), "some came twice, so that others never came"),
    ("more told than there are", lambda request: page([product(1)] * (request.url.params["page"] == "1"), total=3),
     "1 of 3 came, and no page brought the rest"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shop", "words"), SHORT, ids=[name for name, _, _ in SHORT])
async def test_a_list_that_came_short_says_what_is_missing(name: str, shop: Script, words: str) -> None:
    woocommerce, told = client(shop)
    found, failed = await woocommerce.products()
    assert words in told_of(failed)
    assert len(found) == len(set(ids(found))) < 130
    assert len(told.requests) <= 6, "and is not asked for without an end"


async def test_a_list_that_changes_between_its_pages_is_read_again() -> None:
    """A product is deleted after the first page was read: the others move up, and one stands on neither page."""
    before = [page([product(1), product(2)], pages=2, total=4), page([product(5)], pages=2, total=3), page([], total=3)]
    after = [page([product(2), product(3)], pages=2, total=3), page([product(5)], pages=2, total=3)]
    woocommerce, _ = client([*before, *after])
    products, failed = await woocommerce.products()
    assert (ids(products), failed) == ([2, 3, 5], [])
    woocommerce, shop = client([*before, *before])
    products, failed = await woocommerce.products()
    assert ids(products) == [1, 2, 5]
    assert told_of(failed) == "3 of 4 came, it changed while it was read"
    assert shop.script == []


async def test_what_came_first_stays_where_the_second_reading_fails() -> None:
    before = [page([product(1), product(2)], pages=2, total=4), page([product(5)], pages=2, total=3), page([], total=3)]
    woocommerce, _ = client([*before, *[reply(status=500, body=HTML)] * 6])
    products, failed = await woocommerce.products()
    assert ids(products) == [1, 2, 5]
    assert told_of(failed) == "3 of 4 came, it changed while it was read"


@pytest.mark.parametrize("header", [101, 999999])
async def test_a_list_of_too_many_pages_is_refused(header: int) -> None:
    woocommerce, shop = client([page([product(1)], pages=header)])
    with pytest.raises(BadAnswer, match="more than 100 pages"):
        await woocommerce.products()
    assert len(shop.requests) == 1


async def test_a_list_without_an_end_is_cut_off() -> None:
    fresh = itertools.count(1)
    woocommerce, shop = client(lambda request: page([product(next(fresh))]))
    with pytest.raises(BadAnswer, match="more than 100 pages"):
        await woocommerce.products()
    assert len(shop.requests) == 100


@pytest.mark.parametrize("error", [reply(status=500, body=HTML), reply({"id": 1})], ids=["fails", "no list"])
async def test_a_page_that_fails_takes_the_others_not_along(error: Reply) -> None:
    woocommerce, _ = client([page([product(1)], pages=2, total=2), *[error] * 6])
    products, failed = await woocommerce.products()
    assert ids(products) == [1]
    assert told_of(failed).startswith("1 of 2 came, page 2 did not come: WooCommerce, the list of products: ")


async def test_a_first_page_that_fails_is_a_list_that_failed() -> None:
    woocommerce, _ = client([reply({"id": 1})])
    with pytest.raises(BadAnswer, match="the list of products"):
        await woocommerce.products()


async def test_variations_that_came_short_are_not_the_product() -> None:
    def answer(request: httpx.Request) -> Reply:
        if request.url.path.endswith("/variations"):
            return page([variation(71)] * (request.url.params["page"] == "1"), total=2, pages=1)
        return (
            reply(product(2, type="variable"))
            if request.url.path.endswith("/2")
            else page([product(1), product(2, type="variable")], total=2, pages=1)
        )

    woocommerce, _ = client(answer)
    for question in (woocommerce.variations(2), woocommerce.product(2)):
        with pytest.raises(BadAnswer, match="variations of product 2 arrived incomplete: 1 of 2 came") as caught:
            await question
        assert caught.value.code == "not_whole"
    products, failed = await woocommerce.products()
    assert (ids(products), [failure.id for failure in failed]) == ([1], ["wc:2"])


# whatever a shop does


class Pages:
    """A connection whose every answer is a page of one list."""

    def __init__(self, page: Callable[[int], tuple[list[Json], Mapping[str, int]]]) -> None:
        self._page = page
        self.requests = 0

    async def read(self, call: Call) -> ShopResponse:
        self.requests += 1
        items, told = self._page(int(call.params["page"]))
        return ShopResponse(items, {name: str(number) for name, number in told.items()})


@settings(max_examples=200)
@given(
    count=st.integers(0, 12),
    at_once=st.integers(1, 5),
    hidden=st.sampled_from(["", "x-wp-total ", "x-wp-totalpages", "x-wp-total x-wp-totalpages"]),
    dropped=st.sets(st.integers(1, 8)),
    order=st.sampled_from(["kept", "of each page"]),
    seed=st.integers(0, 99),
)
def test_what_is_called_whole_is_whole(
    count: int, at_once: int, hidden: str, dropped: set[int], order: str, seed: int
) -> None:
    """A list that does not change, from a shop that loses pages, numbers and its order: whole, or said to be short."""
    dice = random.Random(seed)

    def of(number: int) -> tuple[list[Json], Mapping[str, int]]:
        number = 1 if number in dropped else number
        everything = list(range(1, count + 1))
        if order != "kept":
            dice.shuffle(everything)
        items: list[Json] = [{"id": each} for each in everything[(number - 1) * at_once : number * at_once]]
        told = {"x-wp-total": count, "x-wp-totalpages": -(-count // at_once)}
        return items, {name: value for name, value in told.items() if name not in hidden.split()}

    pages = Pages(of)
    things, short = asyncio.run(list_with_shortfall(cast(Http, pages), Call("products", about="the list")))
    assert pages.requests <= 40
    if short is None:
        assert sorted(thing["id"] for thing in cast("list[dict[str, int]]", things)) == list(range(1, count + 1))
    elif order == "kept" and not dropped:
        pytest.fail(f"nothing was lost, and it says {short}")


@pytest.mark.parametrize("told", [0, 1, 50, 99])
async def test_a_number_below_what_came_is_none(told: int) -> None:
    """Plugins that filter a list may forget its total: then an empty page is the end."""

    def answer(request: httpx.Request) -> Reply:
        first = (int(request.url.params["page"]) - 1) * 100 + 1
        return page([product(each) for each in range(first, min(first + 100, 131))], total=told)

    woocommerce, _ = client(answer)
    found, failed = await woocommerce.products()
    assert (ids(found), failed) == ([*range(1, 131)], [])


async def test_an_answer_about_another_product_is_none() -> None:
    woocommerce, _ = client([reply(product(11))])
    with pytest.raises(BadAnswer, match="it is product 11") as raised:
        await woocommerce.product(10)
    assert not is_of_one_thing(raised.value), "nothing is wrong with product 10"


@pytest.mark.parametrize("told", [{"message": "no robots here"}, {"success": False}, None], ids=str)
@pytest.mark.parametrize(
    "ask",
    [lambda shop: shop.product(10), lambda shop: shop.products(), lambda shop: shop.variations(10)],
    ids=["a product", "the list", "variations"],
)
async def test_what_is_about_nothing_says_nothing_of_a_product(
    ask: Callable[[WooCommerce], Awaitable[object]], told: Json | None
) -> None:
    """Firewalls answer so under a good status: the product is not broken."""
    woocommerce, _ = client(lambda request: reply(told))
    with pytest.raises(BadAnswer, match=str((told or {}).get("message", "the shop answered"))) as raised:
        await ask(woocommerce)
    assert not is_of_one_thing(raised.value)


async def test_some_products_of_a_list_are_those_that_it_tells_in_full() -> None:
    """What has no meta, cannot be understood or was not asked for is left out, to be read by itself."""
    told = [product(1), product(2, meta_data=[]), product(3, status=7), product(4, type="variable"), product(9)]

    def answer(request: httpx.Request) -> Reply:
        return page([variation(41)], total=1) if "/variations" in request.url.path else page(told)

    woocommerce, shop = client(answer)
    found = await woocommerce.products_by_id([1, 2, 3, 4, 5])
    assert ids(found) == [1, 4]
    assert [each.id for each in found[1].variations] == [41]
    assert shop.requests[0].url.params["include"] == "1,2,3,4,5"
    assert shop.requests[0].url.params["status"] == "any"


@pytest.mark.parametrize("error", [reply({}, 400), reply({"products": []}), reply(body=HTML)])
async def test_where_the_list_is_refused_none_of_them_are(error: Reply) -> None:
    woocommerce, shop = client([error])
    assert await woocommerce.products_by_id([1, 2, 3, 4]) == []
    assert len(shop.requests) == 1
