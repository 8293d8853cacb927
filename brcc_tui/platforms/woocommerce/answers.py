"""WooCommerce's answers, validated where they come in."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from brcc_tui.model.catalogue import MetaRow, Product, Variation
from brcc_tui.model.fooevents.meta_keys import META_KEYS
from brcc_tui.platforms.http.answer_shapes import AnswerShape, Broken, Detail, LenientText, Whole, label, parsed


def _whole_part(value: object) -> object:
    """A fraction of a stock (plugins count in kilograms) counts whole, as in the database's own number. An empty text
    is no number, as null is.
    """
    if value == "":
        return None
    text = value if isinstance(value, str) else ""
    if re.fullmatch(r"-?[0-9]{1,15}\.[0-9]+", text, re.ASCII):
        return int(float(text))
    return int(value) if isinstance(value, float) and abs(value) < 2**53 else value


def _list(value: object) -> object:
    """PHP makes an object of an array with gaps, which plugins leave that take things out of it."""
    numbered = isinstance(value, Mapping) and all(isinstance(key, str) and key.isdecimal() for key in value)
    return list(value.values()) if isinstance(value, Mapping) and numbered else value


def _list_or_none(value: object) -> object:
    return [] if value is None else _list(value)


def _yes_or_no(value: object) -> object:
    """A truth that a plugin tells as WordPress stores it."""
    return _STORED_TRUTHS.get(value.lower(), value) if isinstance(value, str) else value


def _as_text(value: object) -> object:
    """A number is text to WordPress, whatever a plugin in between makes of it."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_STORED_TRUTHS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("yes", "1", "true"), True),
    **dict.fromkeys(("no", "0", "false"), False),
}

Name = Annotated[LenientText, BeforeValidator(_as_text), AfterValidator(html.unescape)]
"""WordPress stores names with `&` encoded; they are unescaped once, here."""

StockNumber = Annotated[Whole | None, BeforeValidator(_whole_part)]
OptionalThings = Annotated[list[object], BeforeValidator(_list_or_none)]
Purchasable = Annotated[bool | None, BeforeValidator(lambda value: None if value == "" else value)]


class _Meta(AnswerShape):
    id: Whole
    key: str
    value: Annotated[object, BeforeValidator(_as_text)] = None


class _Product(AnswerShape):
    id: Whole = Field(gt=0)
    name: Name
    status: str
    type: str
    manage_stock: bool
    stock_quantity: StockNumber
    stock_status: str
    meta_data: OptionalThings = Field(default_factory=list)
    permalink: Detail = None
    price: Detail = None
    purchasable: Purchasable = None
    backorders: str | None = None
    variations: OptionalThings = Field(default_factory=list)
    date_modified_gmt: Detail = None


class _Attribute(AnswerShape):
    option: Annotated[Name | None, BeforeValidator(_as_text)] = None


class _Variation(AnswerShape):
    id: Whole = Field(gt=0)
    name: Name | None = None
    status: str
    manage_stock: Annotated[bool | str, BeforeValidator(_yes_or_no)]
    stock_quantity: StockNumber
    price: Detail = None
    purchasable: Purchasable = None
    stock_status: str = "instock"
    backorders: str | None = None
    attributes: Annotated[list[_Attribute], BeforeValidator(_list_or_none)] = Field(default_factory=list)


def _fields(shape: type[AnswerShape]) -> str:
    return ",".join(shape.model_fields)


PRODUCT_FIELDS: Final = _fields(_Product)
VARIATION_FIELDS: Final = _fields(_Variation)
"""What is asked for (`_fields`) of a product and of a variation: what is read of them, and nothing else."""


def product_from(item: object) -> Product:
    """A product with the meta that matters, without its variations; raises `Broken`."""
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
        backorders=_backorders(part),
        has_variations=part.type.startswith("variable") or bool(part.variations),
        saved=_moment(part.date_modified_gmt),
        unpriced=_is_unpriced(part),
        refused=_is_refused(part),
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
        _backorders(part),
        _is_unpriced(part),
        _is_refused(part),
    )


def _backorders(part: _Product | _Variation) -> str:
    """Whether it sells on at 0; if that is not given, its status tells whether it does so now."""
    return part.backorders or ("notify" if part.stock_status == "onbackorder" else "no")


def _is_unpriced(part: _Product | _Variation) -> bool:
    """Whether it is told to have no price, and not told that it is sold so (buyers may name one)."""
    return part.price == "" and part.purchasable is not True


def _is_refused(part: _Product | _Variation) -> bool:
    """Whether WooCommerce says that it cannot be bought, for a reason that is not given: a plugin may have it so."""
    return part.purchasable is False and part.status == "publish" and part.price != ""


def has_meta(item: object) -> bool:
    """Whether any meta came with a product; one that is no event has none that was asked for."""
    return isinstance(item, Mapping) and bool(item.get("meta_data"))


def tells_meta(item: object) -> bool:
    """Whether a product came with its meta at all: a list without any is one that tells."""
    return isinstance(item, Mapping) and item.get("meta_data") is not None


def product_label(item: object) -> tuple[str, str]:
    """(id, name) of a product that may be broken, as far as they can be read."""
    if not isinstance(item, Mapping):
        return "", ""
    ident, name = label(item.get("id"), item.get("name"))
    return ident, html.unescape(name)


def items_from(data: object) -> list[object]:
    """The things on a page of a list; raises `Broken`. An object without anything is none: PHP makes a list of that."""
    things = _list(data) if data else data
    if not isinstance(things, list):
        raise Broken("there is no list")
    return things


def _moment(text: str | None) -> dt.datetime | None:
    """A time that WordPress tells in UTC without saying so."""
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) if text else None
    except ValueError:
        return None


def _meta(rows: list[object]) -> tuple[MetaRow, ...]:
    """The rows that matter, in the shop's order. Shops before 8.7 send all: a broken other one is no concern."""
    wanted = [row for row in rows if isinstance(row, Mapping) and row.get("key") in META_KEYS]
    return tuple(MetaRow(row.id, row.key, row.value) for row in (parsed(_Meta, row) for row in wanted))
