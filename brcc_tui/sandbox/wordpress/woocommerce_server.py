"""WooCommerce's REST API (wc/v3), as far as a program that reads products and changes stock needs it.

Answers are those that were recorded on real shops, headers included; what was never recorded is an `Offence`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, NoReturn
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Middleware

from brcc_tui.sandbox.offences import Offence, answer_to
from brcc_tui.sandbox.on_the_way import bent
from brcc_tui.sandbox.wordpress import woocommerce_products as products
from brcc_tui.sandbox.wordpress import woocommerce_requests as requests
from brcc_tui.sandbox.wordpress import woocommerce_writes as writes
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.wordpress.woocommerce_products import Post, View
from brcc_tui.sandbox.wordpress.woocommerce_requests import Asked, WooCommerceRoute

_ROOT = "/wp-json/wc/v3"
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_MAX_BYTES = 32 * 1024 * 1024

_ALWAYS = {"X-Robots-Tag": "noindex"}
_NOT_KEPT = {
    "Expires": "Wed, 11 Jan 1984 05:00:00 GMT",
    "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
}
"""Of every answer to a key that the shop knows."""

_ORDER_COLUMNS = {"id": "ID", "title": "post_title", "slug": "post_title", "modified": "post_modified", "date": ""}
"""What each word of `orderby` sorts a list by; by date, which is the default, no order lasts (`_date_column`)."""

_ENUMERATIONS: tuple[tuple[str, str, Collection[str], str], ...] = (
    (
        "status",
        "any",
        ("any", "trash", *products.STATUSES),
        "status is not one of any, future, trash, draft, publish.",
    ),
    ("stock_status", "instock", writes.STOCK_STATUSES, writes.NO_STOCK_STATUS),
    ("order", "desc", ("asc", "desc"), "order is not one of asc, desc."),
    ("orderby", "date", _ORDER_COLUMNS, f"orderby is not one of {', '.join(_ORDER_COLUMNS)}."),
)
"""Parameters of a list that take one of some words: their names, defaults, words, and how another is refused."""

_ASKED = web.RequestKey("asked", Asked)


class RequestRefused(Exception):
    """An answer in WordPress's words: `{"code", "message", "data": {"status"}}`."""

    def __init__(self, status: int, code: str, message: str, **data: object) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "data": {"status": status, **data}}


def make_app(
    site: WordPressSite,
    key: str,
    secret: str,
    *,
    permissions: str = "read_write",
    middlewares: Sequence[Middleware] = (),
) -> web.Application:
    """The shop's API for one key with permissions `read`, `write` or `read_write`."""
    server = _Server(site, key, secret, permissions)
    app = web.Application(middlewares=[*middlewares, server.answer_errors], client_max_size=_MAX_BYTES)
    one = "/products/{product:\\d+}"
    for path, route, handler in (
        (one, requests.ONE, server.on_one(server.load_product)),
        (one + "/variations/{variation:\\d+}", requests.ONE, server.on_one(server.load_variation)),
        ("/products", requests.PRODUCTS, server.list_products),
        (one + "/variations", requests.VARIATIONS, server.list_variations),
    ):
        app.router.add_route("*", _ROOT + path, server.checked(route, handler))
    app.router.add_route("*", "/wp-json/{rest:.*}", server.no_route)
    return app


_OF_NOBODY = frozenset({"woocommerce_rest_cannot_edit", "woocommerce_rest_cannot_view"})

Load = Callable[[web.Request], Post]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Server:
    """Requests to one site with one key."""

    def __init__(self, site: WordPressSite, key: str, secret: str, permissions: str) -> None:
        self._site = site
        self._key = key
        self._secret = secret
        self._permissions = permissions
        self._pages_by_date = 0

    @property
    def answer_errors(self) -> Middleware:
        """Turns refusals into WordPress's JSON, and what nobody vouches for into a loud 500."""

        @web.middleware
        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                answered = await handler(request)
            except Offence as offence:
                return answer_to(request, offence)
            except RequestRefused as refused:
                answered = _json(refused.body, status=refused.status)
            except writes.BadParameters as bad:
                refusal = _bad_parameters(bad.wrong)
                answered = _json(refusal.body, status=refusal.status)
            for name, value in self._headers(request).items():
                answered.headers.setdefault(name, value)
            return answered

        return answer

    def _headers(self, request: web.Request) -> dict[str, str]:
        headers = _ALWAYS | {"Link": f'<{request.url.origin()}/wp-json/>; rel="https://api.w.org/"'}
        if self._knows(request):
            headers |= _NOT_KEPT
        if (asked := request.get(_ASKED)) and self._why_refused(request, asked.method) is None:
            headers["Allow"] = asked.route.allow
        return headers

    def checked(self, route: WooCommerceRoute, handler: Handler) -> Handler:
        """The handler, asked only what the route's table has, and by somebody who may (of one thing it asks itself)."""

        async def check(request: web.Request) -> web.StreamResponse:
            asked = request[_ASKED] = requests.read_request(request, route)
            if route is not requests.ONE:
                self._authenticate(request, asked.method)
            return await handler(request)

        return check

    # A real shop takes neither kind of credentials over plain http and answers 401, as if there were none:
    # it wants is_ssl(). The practice club serves on loopback and behaves as behind TLS.
    def _authenticate(self, request: web.Request, method: str) -> None:
        if (refused := self._why_refused(request, method)) is not None:
            raise refused

    def _authenticate_for_one(self, request: web.Request, load: Load) -> None:
        """Nobody may see or change a thing without a key. Whether it is there, WooCommerce tells everybody."""
        refused = self._why_refused(request, request[_ASKED].method)
        if refused is not None and refused.body["code"] in _OF_NOBODY:
            load(request)
        if refused is not None:
            raise refused

    def _why_refused(self, request: web.Request, method: str) -> RequestRefused | None:
        key, secret = _credentials(request)
        writing = method in _WRITES
        if key is None or not hmac.compare_digest(key, self._key):
            if writing:
                return RequestRefused(
                    401, "woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource."
                )
            return RequestRefused(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        code = "woocommerce_rest_authentication_error"
        if not hmac.compare_digest(secret, self._secret):
            return RequestRefused(401, code, "Consumer secret is invalid.")
        needed = "write" if writing else "read"
        if needed not in self._permissions:
            return RequestRefused(401, code, f"The API key provided does not have {needed} permissions.")
        return None

    def _knows(self, request: web.Request) -> bool:
        """Whether WordPress took the request for somebody's: key and secret are right, whatever they may do."""
        key, secret = _credentials(request)
        return key is not None and hmac.compare_digest(key, self._key) and hmac.compare_digest(secret, self._secret)

    async def no_route(self, request: web.Request) -> web.StreamResponse:
        """Nothing is there; but what a real shop has there and this one has not, nobody may ask for."""
        requests.check_no_route(request.path.removeprefix(_ROOT))
        self._authenticate(request, request.method)
        raise RequestRefused(404, "rest_no_route", "No route was found matching the URL and request method.")

    # -- one product or variation ----------------------------------------------------------------------------

    def load_product(self, request: web.Request) -> Post:
        """The product of the URL. A variation can be read there too, but not written."""
        number = int(request.match_info["product"])
        post = products.load(self._site.shop, number, "product")
        if post is None and (variation := products.load(self._site.shop, number, "product_variation")):
            if request.method not in _WRITES:
                return variation
            text = "To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/ route."
            raise RequestRefused(404, "woocommerce_rest_invalid_product_id", text)
        if post is None:
            _invalid_id(request, "product")
        return post

    def load_variation(self, request: web.Request) -> Post:
        """The variation of the URL, if it belongs to the product of the URL."""
        post = products.load(self._site.shop, int(request.match_info["variation"]), "product_variation")
        if post is None or post.parent != int(request.match_info["product"]):
            _invalid_id(request, "product_variation")
        return post

    def on_one(self, load: Load) -> Handler:
        """GET, PUT (POST and PATCH do the same) and DELETE of what `load` finds."""

        async def answer(request: web.Request) -> web.StreamResponse:
            self._authenticate_for_one(request, load)
            if request.method == "DELETE":
                return self._delete(request, load(request))
            if request.method in _WRITES:
                body = await _body(request)
                await writes.update(self._site.shop.request(), load(request), body)
            return self._described(load(request), request)

        return answer

    def _delete(self, request: web.Request, post: Post) -> web.Response:
        """Without force: into the trash. The answer still tells the old status."""
        self._site.database.execute("UPDATE {p}posts SET post_status='trash' WHERE ID=?", (post.id,))
        return self._described(post, request)

    def _described(self, post: Post, request: web.Request) -> web.Response:
        return _json(products.describe(self._site.shop, post, _view(request[_ASKED]), in_list=False))

    # -- lists -----------------------------------------------------------------------------------------------

    async def list_products(self, request: web.Request) -> web.StreamResponse:
        """GET products."""
        return self._list(request, "product", None)

    async def list_variations(self, request: web.Request) -> web.StreamResponse:
        """GET the variations of a product."""
        return self._list(request, "product_variation", self.load_product(request).id)

    def _list(self, request: web.Request, kind: str, parent: int | None) -> web.Response:
        asked = request[_ASKED]
        page, size, statuses, order = self._list_parameters(asked)
        way = bent(request)
        at_once = min(size, way.at_most or size)
        first = 0 if way.first_page else (page - 1) * at_once + way.left_out
        if way.own_order:
            order = self._own_order()
        shop, view = self._site.shop, _view(asked)
        wanted = asked.names("include")
        only = None if wanted is None else [int(text) for text in wanted if text.isdecimal()]
        ids, total = products.load_list(shop, kind, statuses, parent, order, (first, at_once), only)
        found = products.load_many(shop, ids, view.keys)
        total -= way.left_out
        pages = -(-total // size)
        headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
        links = [(min(page - 1, pages), "prev")] * (page > 1) + [(page + 1, "next")] * (page < pages)
        if links:
            headers["Link"] = ", ".join(f'<{_page_url(request, n)}>; rel="{rel}"' for n, rel in links)
        return _json([products.describe(shop, post, view, in_list=True) for post in found], headers)

    def _list_parameters(self, asked: Asked) -> tuple[int, int, Sequence[str], str]:
        numbers, wrong = {}, {}
        for name, default, limits in (("page", 1, (1, 10**9)), ("per_page", 10, (1, 100))):
            text = asked.text(name, str(default))
            numbers[name] = int(text) if text.isdecimal() else 0
            if not limits[0] <= numbers[name] <= limits[1]:
                wrong[name] = ("rest_out_of_bounds", f"{name} must be between {limits[0]} and {limits[1]}")
        words = {name: asked.text(name, default) for name, default, _, _ in _ENUMERATIONS}
        for name, _, allowed, text in _ENUMERATIONS:
            if words[name] not in allowed:
                wrong[name] = ("rest_not_in_enum", text)
        if wrong:
            raise _bad_parameters(wrong)
        if "stock_status" in asked.parameters:
            raise Offence("a list of one stock status")
        statuses = products.STATUSES if words["status"] == "any" else (words["status"],)
        return numbers["page"], numbers["per_page"], statuses, self._in_order(words["orderby"], words["order"])

    def _in_order(self, orderby: str, order: str) -> str:
        column = _ORDER_COLUMNS[orderby] or self._date_column()
        return column.replace("{order}", order) + f" {order}"

    def _own_order(self) -> str:
        """An order that comes once."""
        self._pages_by_date += 1
        return f"(ID * {2 * self._pages_by_date + 7919}) % 1009"

    def _date_column(self) -> str:
        """By date, which is the default: products of the same second come in another order every time."""
        self._pages_by_date += 1
        return "post_date {order}, ID % 2" if self._pages_by_date % 2 else "post_date {order}, -ID"


def _page_url(request: web.Request, page: int) -> str:
    """The address of another page: the parameters in their order, encoded as PHP does, `page` where it stood."""
    parameters = dict(request.query) | {"page": str(page)}
    return f"{request.url.origin()}{request.path}?{urlencode(parameters)}"


def _credentials(request: web.Request) -> tuple[str | None, str]:
    """The key and secret of the Authorization header, else those of the query."""
    header = "" if bent(request).no_authorization else request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        try:
            key, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None, ""
        return key, secret
    return request.query.get("consumer_key"), request.query.get("consumer_secret", "")


def _invalid_id(request: web.Request, what: str) -> NoReturn:
    status = 400 if request.method in _WRITES else 404
    raise RequestRefused(status, f"woocommerce_rest_{what}_invalid_id", "Invalid ID.")


def _bad_parameters(wrong: Mapping[str, tuple[str, str]]) -> RequestRefused:
    return RequestRefused(
        400,
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(wrong)}",
        params={name: text for name, (_, text) in wrong.items()},
        details={
            name: {"code": code, "message": text, "data": {"param": name} if code == "rest_invalid_type" else None}
            for name, (code, text) in wrong.items()
        },
    )


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if not text.strip():
        return {}
    try:
        body = json.loads(text)
    except ValueError:
        reason = {"json_error_code": 4, "json_error_message": "Syntax error"}
        raise RequestRefused(400, "rest_invalid_json", "Invalid JSON body passed.", **reason) from None
    body = body if isinstance(body, dict) else {}
    requests.check_product_body(body)
    return body


def _view(asked: Asked) -> View:
    excluded = asked.meta_keys("exclude_meta") or frozenset()
    return View(asked.names("_fields"), asked.meta_keys("include_meta"), excluded)


def _json(data: object, headers: Mapping[str, str] | None = None, status: int = 200) -> web.Response:
    """PHP's JSON: letters beyond ASCII escaped, `/` as `\\/`."""
    body = json.dumps(data, separators=(",", ":")).replace("/", "\\/").encode("ascii")
    return web.Response(
        body=body, status=status, headers={"Content-Type": "application/json; charset=UTF-8", **(headers or {})}
    )
