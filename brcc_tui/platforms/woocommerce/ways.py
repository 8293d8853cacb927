"""Ways into a shop: how the key is sent, and how a write is sent, where the host blocks the usual way.

Some hosts strip the Authorization header before PHP sees it; then credentials in the address work. Some refuse
PUT before WordPress sees it; WordPress accepts a POST instead, with the method in a header or a parameter.
All of these were recorded on real shops. Nothing here changes anything in a shop: what may be written is found out with
a product that cannot exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from brcc_tui.platforms.errors import AccessDenied, BadAnswer, NotReachable, NotThere, PlatformError, WritesBlocked
from brcc_tui.platforms.http.answers import OF_PHP, PHP_FAILED, ShopResponse
from brcc_tui.platforms.http.client import Call, Http
from brcc_tui.platforms.woocommerce.lists import items_of

_NO_PRODUCT: Final = 2_147_483_647
_NOT_SEEN: Final = "woocommerce_rest_cannot_"
"""How the constants begin by which WooCommerce refuses somebody whose credentials it did not see; with status 401."""

KEY_OF_CHANGES: Final = (
    "the key is wrong, its user may not edit products, or the host strips the Authorization header: then leave "
    "WOOCOMMERCE_WRITE_AUTH out of the settings"
)
"""What to do where the shop does not see, or not accept, the key that changes show."""

OTHER_WAY: Final = "run brcc-tui setup, which looks for another way, or ask the host to let it through"
"""What to do where the host lets no change through."""

_FIREWALL: Final = (
    "try again; if it stays so, a firewall or a log-in is in front of the shop: ask its host to let requests to "
    "/wp-json/ through"
)
_MEND: Final = (
    "PHP failed on the site: its error log names the plugin, or the theme, that is to be fixed or switched off there"
)
PAGES: Final[Mapping[str | int | type[PlatformError], str]] = {
    **dict.fromkeys((200, 202, 403, 406), _FIREWALL),
    401: "the site asks for a password before WordPress does: ask its host to let requests to /wp-json/ through",
    404: "check WOOCOMMERCE_API_URL, and that WordPress's permalinks (Settings, Permalinks) are not Plain",
    **dict.fromkeys((PHP_FAILED, "internal_server_error"), _MEND),
    OF_PHP: "have the site keep what PHP complains of to its log: WP_DEBUG_DISPLAY is to be false in wp-config.php",
}
"""What to do about a page that came instead of the shop's answer, by its status, or by what it is."""

_BY_THE_HOST: Final = frozenset({*range(300, 500), 501} - {429})
"""Statuses with which a web server or firewall refuses a method or leads it astray, when the words are not WordPress's
own.
"""


@dataclass(frozen=True, slots=True)
class WriteMethod:
    """How an update is sent: the method on the wire, and what tells WordPress that a PUT is meant."""

    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)

    def of(self, call: Call) -> Call:
        """The call with what tells the method."""
        return replace(call, headers={**call.headers, **self.headers}, params={**call.params, **self.params})


WRITE_METHODS: Final[Mapping[str, WriteMethod]] = {
    "put": WriteMethod("PUT"),
    "header": WriteMethod("POST", headers={"X-HTTP-Method-Override": "PUT"}),
    "parameter": WriteMethod("POST", params={"_method": "PUT"}),
    "post": WriteMethod("POST"),
}
"""By the words of the setting `WOOCOMMERCE_WRITE_METHOD`, in the order in which they are tried. A POST without more is
an update as well."""


_LEAST: Final = Call("products", about="a first product", params={"per_page": 1, "_fields": "id"})


async def ask_least(http: Http) -> None:
    """The smallest question. Raises `BadAnswer` also where something answers that is not the shop."""
    items_of(await http.read(_LEAST), _LEAST.about)


async def write_permission(http: Http, method: WriteMethod, *, shows_key_otherwise: bool = False) -> bool:
    """Whether the key may write, found out without writing: an update of nothing in a product that cannot exist.

    With a key that may write the shop misses the product; a read-only key is refused before that. A request whose key
    it did not see is told the same: where changes show the key otherwise than reads, so that reads prove nothing
    (`shows_key_otherwise`), it is asked whether it sees it. Raises `AccessDenied` where it does not, `WritesBlocked`
    when the request does not get as far as the shop, and what else is wrong.
    """
    call = method.of(Call("products/{product}", {"product": _NO_PRODUCT}, "the permissions of the key"))
    try:
        answer = await http.probe(method.method, call, {})
    except NotThere:
        if shows_key_otherwise:
            await _must_be_seen(http)
        return True
    except (AccessDenied, BadAnswer, NotReachable) as error:
        met = _met_on_the_way(error)
    else:
        return _is_updated(answer)
    # A wrong secret is refused with the same constant as a read-only key: then reading fails too, and says so.
    await ask_least(http)
    if not met:
        return False
    raise WritesBlocked(
        f"the host's web server or firewall lets no change through: {method.method} {met}",
        code="method_blocked",
        subject="WooCommerce",
        still_works="reads work",
        next_step=OTHER_WAY,
    )


def _met_on_the_way(error: AccessDenied | BadAnswer | NotReachable) -> str:
    """What a change meets before it comes to the shop; empty where the shop itself says no. Raises what is neither."""
    if isinstance(error, AccessDenied):
        if error.status == 401 and error.code.startswith(_NOT_SEEN):
            raise error
        return ""
    if isinstance(error, NotReachable):
        return f"was not answered ({error.happened})"
    if error.status not in _BY_THE_HOST:
        raise error
    return f"was {error.happened.removeprefix('the shop ')}"


def _is_updated(answer: ShopResponse) -> bool:
    """True where the product that cannot exist was updated. Raises `BadAnswer` for any other good status: some hosts
    send refusals with one.
    """
    if isinstance(answer.data, Mapping) and answer.data.get("id") == _NO_PRODUCT:
        return True
    raise BadAnswer(
        "the shop answered as if all were well, and not about what was asked",
        subject="WooCommerce, the permissions of the key",
        next_step=_FIREWALL,
    )


async def _must_be_seen(http: Http) -> None:
    """Raise `AccessDenied` where the shop does not see the key that changes show."""
    try:
        await http.read(replace(_LEAST, as_writer=True))
    except AccessDenied as denied:
        if not denied.code.startswith(_NOT_SEEN):
            return  # it is seen, and may not read
    else:
        return
    raise AccessDenied(
        "the shop does not see the key of a change",
        code="woocommerce_rest_cannot_edit",
        subject="WooCommerce",
        still_works="reads work",
        next_step=KEY_OF_CHANGES,
    )


async def open_write_method(http: Http, closed: str) -> str | None:
    """The first method that gets as far as the shop, whatever the key may do, other than the closed one; or None."""
    for name, method in WRITE_METHODS.items():
        if name != closed and await _gets_through(http, method):
            return name
    return None


async def _gets_through(http: Http, method: WriteMethod) -> bool:
    try:
        await write_permission(http, method)
    except PlatformError:
        return False
    return True
