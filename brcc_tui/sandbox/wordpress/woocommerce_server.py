"""WooCommerce's REST API (wc/v3), as far as a program that reads products and changes stock meets it."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NoReturn

from aiohttp import web
from aiohttp.typedefs import Middleware

from brcc_tui.sandbox.wordpress import woocommerce_products as products
from brcc_tui.sandbox.wordpress import woocommerce_writes as writes
from brcc_tui.sandbox.wordpress.site import WordPressSite
from brcc_tui.sandbox.wordpress.woocommerce_products import Post, View

_ROOT = "/wp-json/wc/v3"
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_MAX_BYTES = 32 * 1024 * 1024


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
    for path, load in (
        ("/products/{product:\\d+}", server.load_product),
        ("/products/{product:\\d+}/variations/{variation:\\d+}", server.load_variation),
    ):
        app.router.add_get(_ROOT + path, server.reading(load))
        for method in ("PUT", "POST", "PATCH"):
            app.router.add_route(method, _ROOT + path, server.writing(load))
        app.router.add_delete(_ROOT + path, server.deleting(load))
    app.router.add_get(_ROOT + "/products", server.list_products)
    app.router.add_get(_ROOT + "/products/{product:\\d+}/variations", server.list_variations)
    app.router.add_route("*", "/wp-json/{rest:.*}", server.no_route)
    return app


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
        """Authenticates every request, and turns refusals into WordPress's JSON."""

        @web.middleware
        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                self._authenticate(request)
                return await handler(request)
            except RequestRefused as refused:
                return web.json_response(refused.body, status=refused.status)
            except writes.BadParameters as bad:
                refusal = _bad_parameters(bad.wrong)
                return web.json_response(refusal.body, status=refusal.status)

        return answer

    # A real shop takes neither kind of credentials over plain http and answers 401, as if there were none:
    # it wants is_ssl(). The practice club serves on loopback and behaves as behind TLS.
    def _authenticate(self, request: web.Request) -> None:
        key, secret = _credentials(request)
        writing = request.method in _WRITES
        if key is None or not hmac.compare_digest(key, self._key):
            if writing:
                raise RequestRefused(
                    401, "woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource."
                )
            raise RequestRefused(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        code = "woocommerce_rest_authentication_error"
        if not hmac.compare_digest(secret, self._secret):
            raise RequestRefused(401, code, "Consumer secret is invalid.")
        needed = "write" if writing else "read"
        if needed not in self._permissions:
            raise RequestRefused(401, code, f"The API key provided does not have {needed} permissions.")

    async def no_route(self, request: web.Request) -> web.Response:
        """Nothing is there."""
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

    def reading(self, load: Load) -> Handler:
        """GET."""

        async def read(request: web.Request) -> web.Response:
            return self._described(load(request), request)

        return read

    def writing(self, load: Load) -> Handler:
        """PUT; POST and PATCH do the same."""

        async def write(request: web.Request) -> web.Response:
            body = await _body(request)
            post = load(request)
            await writes.update(self._site.shop.request(), post, body)
            return self._described(load(request), request)

        return write

    def deleting(self, load: Load) -> Handler:
        """DELETE without force: into the trash. The answer still tells the old status."""

        async def delete(request: web.Request) -> web.Response:
            post = load(request)
            self._site.database.execute("UPDATE {p}posts SET post_status='trash' WHERE ID=?", (post.id,))
            return self._described(post, request)

        return delete

    def _described(self, post: Post, request: web.Request) -> web.Response:
        described = products.describe(self._site.shop, post, _view(request), in_list=False)
        return _json(described)

    # -- lists -----------------------------------------------------------------------------------------------

    async def list_products(self, request: web.Request) -> web.Response:
        """GET products."""
        return self._list(request, "product", None)

    async def list_variations(self, request: web.Request) -> web.Response:
        """GET the variations of a product."""
        return self._list(request, "product_variation", self.load_product(request).id)

    def _list(self, request: web.Request, kind: str, parent: int | None) -> web.Response:
        page, size, statuses, order = self._list_parameters(request)
        shop, view = self._site.shop, _view(request)
        ids, total = products.load_list(shop, kind, statuses, parent, order, (page, size))
        found = products.load_many(shop, ids, view.keys)
        pages = -(-total // size)
        headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
        links = [(page - 1, "prev")] * (1 < page <= pages + 1) + [(page + 1, "next")] * (page < pages)
        if links:
            headers["Link"] = ", ".join(f'<{request.url.update_query(page=n)}>; rel="{rel}"' for n, rel in links)
        return _json([products.describe(shop, post, view, in_list=True) for post in found], headers)

    def _list_parameters(self, request: web.Request) -> tuple[int, int, Sequence[str], str]:
        query, wrong = request.query, {}
        numbers = {}
        for name, default, limits in (("page", 1, (1, 10**9)), ("per_page", 10, (1, 100))):
            text = query.get(name, str(default))
            numbers[name] = int(text) if text.isdecimal() else 0
            if not limits[0] <= numbers[name] <= limits[1]:
                wrong[name] = ("rest_out_of_bounds", f"{name} must be between {limits[0]} and {limits[1]}")
        status = query.get("status", "any")
        if status not in ("any", "trash", *products.STATUSES):
            wrong["status"] = ("rest_not_in_enum", "status is not one of any, future, trash, draft, publish.")
        if query.get("stock_status", "instock") not in writes.STOCK_STATUSES:
            wrong["stock_status"] = ("rest_not_in_enum", writes.NO_STOCK_STATUS)
        order, orderby = query.get("order", "desc"), query.get("orderby", "date")
        columns = {"id": "ID", "title": "post_title", "slug": "post_title", "modified": "post_modified", "date": ""}
        if order not in ("asc", "desc"):
            wrong["order"] = ("rest_not_in_enum", "order is not one of asc, desc.")
        if orderby not in columns:
            wrong["orderby"] = ("rest_not_in_enum", f"orderby is not one of {', '.join(columns)}.")
        if wrong:
            raise _bad_parameters(wrong)
        statuses = products.STATUSES if status == "any" else (status,)
        column = columns[orderby] or self._date_column()
        return numbers["page"], numbers["per_page"], statuses, column.replace("{order}", order) + f" {order}"

    def _date_column(self) -> str:
        """By date, which is the default: products of the same second come in another order every time."""
        self._pages_by_date += 1
        return "post_date {order}, ID % 2" if self._pages_by_date % 2 else "post_date {order}, -ID"


def _credentials(request: web.Request) -> tuple[str | None, str]:
    """The key and secret of the Authorization header, else those of the query."""
    header = request.headers.get("Authorization", "")
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
        details={name: {"code": code, "message": text, "data": None} for name, (code, text) in wrong.items()},
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
    return body if isinstance(body, dict) else {}


def _view(request: web.Request) -> View:
    def names(parameter: str) -> frozenset[str] | None:
        text = request.query.get(parameter)
        return None if not text else frozenset(name.strip() for name in text.split(","))

    return View(names("_fields"), names("include_meta"), names("exclude_meta") or frozenset())


def _json(data: object, headers: Mapping[str, str] | None = None) -> web.Response:
    """PHP's JSON: letters beyond ASCII escaped, `/` as `\\/`."""
    text = json.dumps(data, separators=(",", ":")).replace("/", "\\/")
    return web.Response(text=text, content_type="application/json", headers=headers)
