"""Answers that plugins of a shop have bent on their way out: what they say is understood all the same."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from brcc_tui.model.catalogue import MetaRow
from brcc_tui.platforms.http.answer_shapes import Broken
from brcc_tui.platforms.woocommerce.answers import has_meta, items_from, product_from, variation_from

Json = dict[str, object]
ROWS: list[Json] = [
    {"id": 90, "key": "WooCommerceEventsEvent", "value": "Event"},
    {"id": 92, "key": "WooCommerceEventsType", "value": "single"},
]


def product(**fields: object) -> Json:
    return {
        "id": 500, "name": "Gala", "status": "publish", "type": "simple", "manage_stock": True, "stock_quantity": 12,
        "stock_status": "instock", "price": "14.11", "meta_data": ROWS, **fields,
    }  # fmt: skip


def variation(**fields: object) -> Json:
    return {"id": 701, "name": "Row", "status": "publish", "manage_stock": True, "stock_quantity": 8, **fields}


BENT: list[tuple[str, Json, Json]] = [
    ("a list with gaps, which PHP tells as an object", {"meta_data": {"0": ROWS[0], "3": ROWS[1]}},
     {"meta": (MetaRow(90, "WooCommerceEventsEvent", "Event"), MetaRow(92, "WooCommerceEventsType", "single"))}),
    ("variations with gaps", {"variations": {"1": 702}}, {"has_variations": True}),
    ("no variations as null", {"variations": None}, {"has_variations": False}),
    ("a name that is a number", {"name": 1984}, {"name": "1984"}),
    ("no quantity as an empty text", {"stock_quantity": ""}, {"stock_quantity": None}),
    ("nothing said of whether it can be bought", {"purchasable": ""}, {"refused": False}),
    ("backorders that are not told, and taken", {"stock_quantity": 0, "stock_status": "onbackorder"},
     {"backorders": "notify"}),
    ("backorders that are not told", {"backorders": None}, {"backorders": "no"}),
    ("backorders that are told", {"backorders": "no", "stock_status": "onbackorder"}, {"backorders": "no"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "expected"), BENT, ids=[name for name, _, _ in BENT])
def test_a_bent_product(name: str, given: Json, expected: Mapping[str, object]) -> None:
    answer = product(**given)
    found = product_from(answer)
    assert has_meta(answer)
    assert {field: getattr(found, field) for field in expected} == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"manage_stock": "yes"}, {"manage_stock": True}),
        ({"manage_stock": "no"}, {"manage_stock": False}),
        ({"manage_stock": "parent", "stock_quantity": ""}, {"manage_stock": "parent", "stock_quantity": None}),
        ({"name": None, "attributes": {"0": {"option": 1984}, "2": {"option": "Left"}}}, {"name": "1984 / Left"}),
        ({"name": "Row", "attributes": None}, {"name": "Row"}),
        ({"stock_quantity": 0, "stock_status": "onbackorder"}, {"backorders": "notify"}),
    ],
)
def test_a_bent_variation(given: Json, expected: Mapping[str, object]) -> None:
    found = variation_from(variation(**given))
    assert {field: getattr(found, field) for field in expected} == expected


@pytest.mark.parametrize(
    "given",
    [
        {"meta_data": {"first": ROWS[0]}},
        {"meta_data": "none"},
        {"stock_quantity": "many"},
        {"stock_quantity": 10**30},
        {"id": 2**63},
        {"manage_stock": None},
    ],
)
def test_what_says_something_else_is_not_guessed(given: Json) -> None:
    with pytest.raises(Broken):
        product_from(product(**given))


def test_a_page_with_gaps_is_a_page() -> None:
    """A plugin that takes products out of the shop's answer leaves an object."""
    assert items_from({"0": product(), "2": product(id=502)}) == [product(), product(id=502)]


@pytest.mark.parametrize("answer", [{}, {"0": product(), "total": 1}, {"data": [product()]}, "none", None])
def test_what_is_no_page_is_not_taken_for_an_empty_one(answer: object) -> None:
    with pytest.raises(Broken, match="no list"):
        items_from(answer)


@pytest.mark.parametrize("answer", [[], ["busy"], "busy", None, 5, {}, {"meta_data": []}, {"meta_data": None}])
def test_what_is_no_product_has_no_meta(answer: object) -> None:
    """A host in between may answer anything: what it is not is told, and stops nothing else."""
    assert not has_meta(answer)
