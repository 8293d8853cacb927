"""WooCommerce's answers, checked where they come in."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from brcc_tui.model.catalogue import MetaRow, Product, Variation
from brcc_tui.model.fooevents.meta_keys import META_KEYS
from brcc_tui.platforms.http.answer_shapes import AnswerShape, Broken, Detail, Whole, Words, label, parsed

Name = Annotated[Words, AfterValidator(html.unescape)]
"""WordPress stores names with `&` encoded; they are unescaped once, here."""


class _Meta(AnswerShape):
    id: Whole
    key: str
    value: object = None


class _Product(AnswerShape):
    id: Whole = Field(gt=0)
    name: Name
    status: str
    type: str
    manage_stock: bool
    stock_quantity: Whole | None
    stock_status: str
    meta_data: list[object]
    permalink: Detail = None
    price: Detail = None
    backorders: str = "no"
    variations: list[object] = Field(default_factory=list)
    date_modified_gmt: Detail = None


class _Attribute(AnswerShape):
    option: Name | None = None


class _Variation(AnswerShape):
    id: Whole = Field(gt=0)
    name: Name | None = None
    status: str
    manage_stock: bool | str
    stock_quantity: Whole | None
    price: Detail = None
    stock_status: str = "instock"
    backorders: str = "no"
    attributes: list[_Attribute] = Field(default_factory=list)


def _fields(shape: type[AnswerShape]) -> str:
    return ",".join(shape.model_fields)


PRODUCT_FIELDS: Final = _fields(_Product)
VARIATION_FIELDS: Final = _fields(_Variation)


def product_from(item: object, variations: tuple[Variation, ...] = ()) -> Product:
    """A product with the meta that matters; raises `Broken`."""
    part = parsed(_Product, item)
    return Product(
        id=part.id,
        name=part.name,
        status=part.status,
        type=part.type,
        manage_stock=part.manage_stock,
        stock_quantity=part.stock_quantity,
        stock_status=part.stock_status,
        meta=_meta(part.meta_data),
        url=part.permalink,
        price=part.price or None,
        variations=variations,
        backorders=part.backorders,
        has_variations=part.type.startswith("variable") or bool(part.variations),
        saved=_moment(part.date_modified_gmt),
    )


def variation_from(item: object) -> Variation:
    """A variation; raises `Broken`. Older shops send no name: then its attributes make one."""
    part = parsed(_Variation, item)
    name = part.name or " / ".join(attribute.option for attribute in part.attributes if attribute.option)
    return Variation(
        part.id,
        name,
        part.status,
        part.manage_stock,
        part.stock_quantity,
        part.price or None,
        part.stock_status,
        part.backorders,
    )


def has_meta(item: object) -> bool:
    """Whether any meta came with a product; one that is no event has none that was asked for."""
    return isinstance(item, Mapping) and bool(item.get("meta_data"))


def label_of(item: object) -> tuple[str, str]:
    """(id, name) of a product that may be broken, as far as they can be read."""
    if not isinstance(item, Mapping):
        return "", ""
    ident, name = label(item.get("id"), item.get("name"))
    return ident, html.unescape(name)


def items_from(data: object) -> list[object]:
    """The things on a page of a list; raises `Broken`."""
    if not isinstance(data, list):
        raise Broken("there is no list")
    return data


def _moment(told: str | None) -> dt.datetime | None:
    """A time that WordPress tells in UTC without saying so."""
    try:
        return dt.datetime.fromisoformat(told).replace(tzinfo=dt.UTC) if told else None
    except ValueError:
        return None


def _meta(rows: list[object]) -> tuple[MetaRow, ...]:
    """The rows that matter, in the shop's order. Shops before 8.7 send all: a broken other one is no concern."""
    wanted = [row for row in rows if isinstance(row, Mapping) and row.get("key") in META_KEYS]
    return tuple(MetaRow(row.id, row.key, row.value) for row in (parsed(_Meta, row) for row in wanted))
