"""The requests that the practice shop's REST routes accept: those whose answers are known from real shops.

Everything else is an `Offence`, even if a real shop would ignore it (it does ignore unknown parameters): a request
that was never tried on a real shop must not pass its tests here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from brcc_tui.sandbox.offences import Offence

ParameterValue = str | tuple[str, ...]

CREDENTIALS: Final = frozenset({"consumer_key", "consumer_secret"})
OVERRIDE_HEADER: Final = "X-HTTP-Method-Override"
OVERRIDE_PARAMETER: Final = "_method"

_VIEW: Final = frozenset({"_fields", "include_meta", "exclude_meta"})
_LIST: Final = _VIEW | {"page", "per_page", "orderby", "order", "status"}
_MAY_BE_ARRAYS: Final = frozenset({"include_meta", "exclude_meta"})
_UPDATES: Final = frozenset({"PUT", "POST", "PATCH"})

_NOT_HERE: Final = frozenset(
    {"orders", "customers", "coupons", "reports", "refunds", "settings", "system_status", "data", "webhooks", "taxes"}
)
_NOT_HERE_OF_PRODUCTS: Final = tuple(
    f"/products/{part}" for part in ("batch", "attributes", "categories", "tags", "reviews", "shipping_classes")
)
"""What WooCommerce has besides products; nothing of it was recorded."""

_BODY_FIELDS: Final = frozenset(
    {
        "name",
        "status",
        "regular_price",
        "manage_stock",
        "stock_quantity",
        "stock_status",
        "inventory_delta",
        "meta_data",
    }
)


@dataclass(frozen=True, slots=True)
class WooCommerceRoute:
    """One route: the parameters it takes by method. `splits_meta`: whether `include_meta` is split at its commas."""

    parameters: Mapping[str, Collection[str]]
    splits_meta: bool
    allow: str


_READ_LIST: Final = {"GET": _LIST, "HEAD": _LIST}
_ONE: Final = dict.fromkeys(("GET", "HEAD", "DELETE", *_UPDATES), _VIEW)
_ALL_METHODS: Final = "GET, POST, PUT, PATCH, DELETE"

PRODUCTS: Final = WooCommerceRoute(
    {method: names | {"include", "stock_status"} for method, names in _READ_LIST.items()}, True, "GET, POST"
)
VARIATIONS: Final = WooCommerceRoute(_READ_LIST, True, "GET, POST")
ONE: Final = WooCommerceRoute(_ONE, False, _ALL_METHODS)
"""One product or variation: here a comma is a part of the key, on reading and on writing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's parameters as PHP reads them: `a[0]=x&a[1]=y` is an array. `method` is the one that counts."""

    route: WooCommerceRoute
    method: str
    parameters: Mapping[str, ParameterValue]

    def text(self, name: str, default: str) -> str:
        """A parameter that is one text."""
        value = self.parameters.get(name, default)
        return value if isinstance(value, str) else ",".join(value)

    def names(self, name: str) -> frozenset[str] | None:
        """A comma list of names; None when it is missing or empty."""
        text = self.text(name, "")
        return frozenset(part.strip() for part in text.split(",")) if text else None

    def meta_keys(self, name: str) -> frozenset[str] | None:
        """Meta keys: an array on every route; a text with commas is a list on lists, and one key elsewhere."""
        value = self.parameters.get(name, "")
        if isinstance(value, tuple):
            return frozenset(value)
        if not value:
            return None
        return frozenset(part.strip() for part in value.split(",")) if self.route.splits_meta else frozenset({value})


def read_request(request: web.Request, route: WooCommerceRoute) -> Asked:
    """What the request asks of the route; raises `Offence` for what the table does not have."""
    parameters = _php_parameters(request)
    method = _overridden(request, parameters)
    known = route.parameters.get(method)
    if known is None:
        raise Offence(f"the method {method} on this route")
    for name, value in parameters.items():
        if name in CREDENTIALS or (name == OVERRIDE_PARAMETER and request.method == "POST"):
            continue
        if name not in known:
            raise Offence(f"the parameter {name}")
        if isinstance(value, tuple) and name not in _MAY_BE_ARRAYS:
            raise Offence(f"an array as the parameter {name}")
    return Asked(route, method, parameters)


def check_no_route(path: str) -> None:
    """Raise `Offence` for a path that a real shop answers and this one does not."""
    part = path.strip("/").partition("/")[0]
    if part in _NOT_HERE or path.startswith(_NOT_HERE_OF_PRODUCTS):
        raise Offence("this route")


def check_product_body(body: Mapping[str, Any]) -> None:
    """Raise `Offence` for a field that no recording and no fact covers."""
    unknown = sorted(body.keys() - _BODY_FIELDS)
    if unknown:
        raise Offence(f"the field {unknown[0]} in the body")


def _php_parameters(request: web.Request) -> dict[str, ParameterValue]:
    """The query as PHP's `$_GET`: of two scalars of one name the last counts, `a[0]` and `a[]` make an array."""
    found: dict[str, ParameterValue] = {}
    for raw, value in request.query.items():
        match = re.fullmatch(r"([^\[\]]+)\[(\d*)\]", raw)
        if match is None:
            found[raw] = value
        else:
            before = found.get(match[1], ())
            found[match[1]] = (*(before if isinstance(before, tuple) else ()), value)
    return found


def _overridden(request: web.Request, parameters: Mapping[str, ParameterValue]) -> str:
    """The method that WordPress acts on; only a POST that stands for a PUT was recorded."""
    wanted = [parameters.get(OVERRIDE_PARAMETER), request.headers.get(OVERRIDE_HEADER)]
    for override in wanted:
        if override is None:
            continue
        if request.method != "POST" or override != "PUT":
            raise Offence(f"the method {request.method} that stands for {override}")
        return "PUT"
    return request.method
