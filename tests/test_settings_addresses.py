"""An address that the settings take is one that can be asked: the library that asks takes it, too."""

from __future__ import annotations

import asyncio
import contextlib

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brcc_tui.platforms.http.client import Call
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.woocommerce.calls import connect_woocommerce
from brcc_tui.settings import SettingsError
from brcc_tui.settings_checks import settings_from

KEYS = {"WOOCOMMERCE_CONSUMER_KEY": f"ck_{'0' * 40}", "WOOCOMMERCE_CONSUMER_SECRET": f"cs_{'0' * 40}"}

LABELS = st.sampled_from(
    ["xn--", "xn--ls8h", "xn--a", "XN--a", "-a-", "_a", "1", "0", "01", "255", "256", "999", "0x7f", "club", "[::1]"]
)
ADDRESSES = st.builds("{}://{}{}".format, st.sampled_from(["https", "http"]), st.lists(LABELS).map(".".join),
                      st.sampled_from(["", ":1", ":65535", ":", "/", "/en", "/%zz", "/.."]))  # fmt: skip


def _ask(address: str) -> list[str]:
    """The addresses that were asked; a library's own transport comes after what it makes of an address."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.url} of {request.headers['host']}")
        return httpx.Response(200, json=[])

    shop = settings_from({**KEYS, "WOOCOMMERCE_API_URL": address}).woocommerce
    assert shop is not None
    http = connect_woocommerce(shop, None, Timings(), transport=httpx.MockTransport(answer))
    asyncio.run(http.read(Call("products")))
    return asked


@given(ADDRESSES)
@example("https://127.1.1.999")
def test_what_the_settings_take_can_be_asked(address: str) -> None:
    with contextlib.suppress(SettingsError):
        _ask(address)


@pytest.mark.parametrize("host", ["xn--ls8h.la", "xn--80ak6aa92e.example", "1.2.3", "[2001:db8::7]", "192.168.0.7"])
def test_hosts_that_are_some(host: str) -> None:
    """The first is a name of one emoji, of which the library's own table of letters knows nothing."""
    assert _ask(f"https://{host}") == [f"https://{host}/wp-json/wc/v3/products of {host}"]


@pytest.mark.parametrize("host", ["999.1.1.1", "1.2.3.256", "127.0.0.999", "[1.2.3.4]"])
def test_numbers_that_are_no_addresses(host: str) -> None:
    with pytest.raises(
        SettingsError, match=r"WOOCOMMERCE_API_URL (must begin with https:// and a host|is not an addr)"
    ):
        _ask(f"https://{host}")
