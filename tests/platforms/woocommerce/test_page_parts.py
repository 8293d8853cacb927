"""Products over which PHP fails on the site: their page is read in parts, and only they are not sent."""

from __future__ import annotations

from collections.abc import Collection

import httpx
import pytest

from brcc_tui.model.failure import Failure, Unanswered
from brcc_tui.platforms.errors import BadAnswer
from tests.platforms.scripted_shop import HTML, Reply, Script, reply
from tests.platforms.woocommerce.test_lists import client, ids, page, product, told_of

FAILURE = reply(status=500, body=HTML)
SHOWN = reply(body=b"<b>Fatal error</b>: Uncaught x in /x.php:3")


def the_shop(count: int, failing: Collection[int], failure: Reply = FAILURE, *, named: bool = True) -> Script:
    """A shop of so many products that fails over some of them, by their place; `named`: not over their names alone."""

    def answer(request: httpx.Request) -> Reply:
        asked = request.url.params
        size = int(asked["per_page"])
        first = (int(asked["page"]) - 1) * size + 1
        places = range(first, min(first + size, count + 1))
        if set(places) & set(failing) and not (named and asked["_fields"] == "id,name"):
            return failure
        return page([product(900 + place) for place in places], total=count, pages=-(-count // size))

    return answer


@pytest.mark.parametrize("failure", [FAILURE, SHOWN], ids=["a page", "shown under a good status"])
@pytest.mark.parametrize("count", [1, 3, 20, 100, 130])
async def test_a_product_that_the_site_cannot_send_is_a_row_with_its_reason_among_all_others(
    count: int, failure: Reply
) -> None:
    woocommerce, shop = client(the_shop(count, {count}, failure))
    found, (failed,) = await woocommerce.products()
    assert ids(found) == [900 + place for place in range(1, count)]
    assert (type(failed), failed.id, failed.title) == (Unanswered, f"wc:{900 + count}", "Night")
    assert "PHP failed on the site" in failed.reason or "500" in failed.reason
    assert len(shop.requests) <= 17


async def test_a_page_that_is_merely_too_large_comes_in_parts() -> None:
    def answer(request: httpx.Request) -> Reply:
        return FAILURE if request.url.params["per_page"] == "100" else whole(request)

    whole = the_shop(130, ())
    woocommerce, shop = client(answer)
    found, failed = await woocommerce.products()
    assert (len(ids(found)), failed) == (130, [])
    assert len(shop.requests) == 12


async def test_a_site_that_fails_as_a_whole_is_asked_no_further() -> None:
    woocommerce, shop = client(lambda request: FAILURE)
    with pytest.raises(BadAnswer, match="answered 500"):
        await woocommerce.products()
    assert len(shop.requests) == 6


async def test_a_site_that_fails_over_half_of_its_products_is_asked_a_limited_number_of_times() -> None:
    woocommerce, shop = client(the_shop(100, range(1, 100, 2)))
    with pytest.raises(BadAnswer, match="answered 500"):
        await woocommerce.products()
    assert len(shop.requests) <= 62


async def test_what_cannot_even_be_named_makes_the_list_one_that_came_short() -> None:
    woocommerce, _ = client(the_shop(40, {7}, named=False))
    found, failed = await woocommerce.products()
    assert ids(found) == [900 + place for place in range(1, 41) if place != 7]
    assert told_of(failed).startswith("39 of 40 came, page 1 did not come: not the whole of it, for ")


@pytest.mark.parametrize("status", [403, 404, 401])
async def test_what_is_refused_is_refused_in_parts_as_well(status: int) -> None:
    woocommerce, shop = client(lambda request: reply(status=status, body=HTML))
    with pytest.raises(BadAnswer):
        await woocommerce.products()
    assert len(shop.requests) == 1


async def test_variations_of_a_product_are_asked_for_as_one_list() -> None:
    def answer(request: httpx.Request) -> Reply:
        if request.url.path.endswith("/variations"):
            return FAILURE
        return page([product(1), product(2, type="variable")], total=2, pages=1)

    woocommerce, shop = client(answer)
    found, failed = await woocommerce.products()
    assert (ids(found), [(type(each), each.id) for each in failed]) == ([1], [(Unanswered, "wc:2")])
    assert len(shop.requests) == 2
    assert isinstance(failed[0], Failure)
