"""What one look at a service means, case by case, and what set-up says of a shop that answers oddly."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from brcc_tui.model.catalogue import Site
from brcc_tui.operations.diagnostics.service_checks import check_wordpress
from brcc_tui.operations.diagnostics.try_settings import try_service
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress.site import DatabaseServer
from brcc_tui.settings_checks import settings_from
from tests.mariadb.certificates import make_certificate

NOW = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.UTC)
SITE = Site("F j, Y", "g:i a", "America/Toronto", may_write=False, database="10.11-MariaDB", fooevents_version="1.19.7")
TLS = DatabaseServer("TLSv1.3", NOW)
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Database:
    says: Site = SITE
    meets: DatabaseServer = TLS
    uncounted: str = ""
    unread: tuple[str, ...] = ()

    async def site(self) -> Site:
        return self.says

    async def server(self) -> DatabaseServer:
        return self.meets

    async def try_counting(self) -> None:
        if self.uncounted:
            raise DatabaseError(self.uncounted)

    async def try_orders(self) -> tuple[str, ...]:
        return self.unread


def _settings(host: str = "db.example.org", tls: str = "required") -> Any:
    values = {"HOST": host, "USER": "reader", "PASSWORD": "pass", "NAME": "wordpress", "TLS": tls}
    return settings_from({f"WORDPRESS_DB_{name}": value for name, value in values.items()}).wordpress


DATABASES: dict[str, tuple[Database, str | None, str, str]] = {
    "all is well": (Database(), None, "healthy", "encrypted (TLSv1.3); read only; zone America/Toronto, dates F j, Y"),
    "too powerful": (Database(replace(SITE, may_write=True)), None, "degraded", "can only SELECT"),
    "its grants are hidden": (Database(replace(SITE, may_write=None)), None, "healthy", "may write is unknown"),
    "plugin off": (Database(replace(SITE, bookings_version="1", bookings_off=True)), None, "degraded", "not active"),
    "network unread": (Database(replace(SITE, network_unread=True)), None, "degraded", "network's table sitemeta"),
    "coming soon": (Database(replace(SITE, coming_soon=True)), None, "degraded", "Site visibility"),
    "translated": (Database(replace(SITE, translated_by="Polylang")), None, "degraded", "Polylang keeps a copy"),
    "no full date": (Database(replace(SITE, date_format="l")), None, "degraded", "names no full date"),
    "an unknown zone": (Database(replace(SITE, zone="Mars/Olympus")), None, "degraded", "set BRCC_TIMEZONE"),
    "two zones": (Database(), "Europe/Paris", "degraded", "make them the same"),
    "the same zone twice": (Database(), "America/Toronto", "healthy", "zone America/Toronto"),
    "a fixed offset": (Database(replace(SITE, zone="-05:00")), "America/Toronto", "healthy", "no summer time"),
    "no city": (Database(replace(SITE, zone="UTC")), None, "degraded", "set BRCC_TIMEZONE"),
    "no city, and the club's zone": (Database(replace(SITE, zone="UTC")), "America/Toronto", "healthy", "no summer"),
    "a fixed offset alone": (Database(replace(SITE, zone="-05:00")), None, "degraded", "set BRCC_TIMEZONE"),
    "our clock is ahead": (Database(meets=replace(TLS, clock=NOW - 7 * MINUTE)), None, "degraded", "7 min ahead of"),
    "our clock is behind": (Database(meets=replace(TLS, clock=NOW + 90 * MINUTE)), None, "degraded", "90 min behind"),
    "some seconds": (Database(meets=replace(TLS, clock=NOW - 0.9 * MINUTE)), None, "healthy", "read only"),
    "a replica": (Database(meets=replace(TLS, replica=True)), None, "degraded", "the server that the shop itself"),
    "a cluster": (Database(meets=replace(TLS, nodes=3)), None, "degraded", "one of 3 nodes of a Galera cluster"),
    "a cluster of one": (Database(meets=replace(TLS, nodes=1)), None, "healthy", "a Galera cluster of one node"),
    "old letters": (Database(meets=replace(TLS, character_set="latin1")), None, "healthy", "texts kept as latin1"),
    "plain text": (Database(meets=replace(TLS, tls=None)), None, "degraded", "others on the way can read it"),
    "tickets when processing": (
        Database(replace(SITE, ticket_statuses=("wc-processing", "wc-completed"), hpos=True)), None, "healthy",
        "orders in HPOS; FooEvents 1.19.7, tickets made when processing and completed"),
}  # fmt: skip


@pytest.mark.parametrize(("database", "timezone", "status", "words"), DATABASES.values(), ids=list(DATABASES))
async def test_what_a_database_says(database: Database, timezone: str | None, status: str, words: str) -> None:
    check = await check_wordpress(cast("Any", database), _settings(), NOW, timezone)
    assert check.status == status
    assert words in check.detail


async def test_a_database_of_which_no_count_can_be_made_is_not_healthy() -> None:
    database = Database(uncounted="this user may not read a table that is needed")
    with pytest.raises(DatabaseError, match="may not read a table"):
        await check_wordpress(cast("Any", database), _settings(), NOW, None)


async def test_plain_text_stays_on_this_computer() -> None:
    plain = Database(meets=replace(TLS, tls=None))
    check = await check_wordpress(cast("Any", plain), _settings("127.0.0.1", "off"), NOW, None)
    assert check.status == "healthy"
    assert "not encrypted" in check.detail


@asynccontextmanager
async def shop(answer: bytes, context: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that gives one answer to everything; its port, and what it was asked."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


def _shop(address: str, **more: str) -> Mapping[str, str]:
    keys = {"WOOCOMMERCE_CONSUMER_KEY": "ck_ofthistest", "WOOCOMMERCE_CONSUMER_SECRET": "cs_ofthistest"}
    return {**keys, "WOOCOMMERCE_API_URL": address, **more}


def _said(status: str, body: bytes, *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


async def test_a_shop_with_a_private_certificate(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    if certificate is None:
        pytest.skip("PHP, which makes the certificate, is not there")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.cert, certificate.key)
    async with shop(_said("200 OK", b"[]"), context) as (port, heard):
        address = f"https://127.0.0.1:{port}"
        check = await try_service(_shop(address), "woocommerce_api")
        assert check.status == "down"
        assert "certificate is not trusted (a private one goes into BRCC_CA_FILE)" in check.detail
        assert heard == [], "no key was sent"
        trusted = await try_service(_shop(address, BRCC_CA_FILE=str(certificate.cert)), "woocommerce_api")
        assert "certificate" not in trusted.detail
        assert heard


ANSWERS: dict[str, tuple[bytes, str]] = {
    "moved": (_said("301 Moved", b"", "Location: https://www.example.org/"), "redirect (301) to www.example.org"),
    "a web page": (_said("200 OK", b"<html>One moment</html>"), "a web page instead of data"),
    "nested too deeply": (_said("200 OK", b"[" * 100 + b"]" * 100), "nested too deeply"),
    "no shop there": (
        _said("404 Not Found", b'{"code": "rest_no_route", "message": "No route"}'), "WooCommerce is active"),
    "a wrong key": (
        _said("401 No", b'{"code": "woocommerce_rest_cannot_view", "message": "Sorry"}'), "WOOCOMMERCE_CONSUMER_KEY"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), ANSWERS.values(), ids=list(ANSWERS))
async def test_what_a_shop_says_is_explained(answer: bytes, words: str) -> None:
    async with shop(answer) as (port, heard):
        check = await try_service(_shop(f"http://127.0.0.1:{port}"), "woocommerce_api")
    assert check.status == "down"
    assert words in check.detail
    assert "ck_ofthistest" not in check.detail
    assert all(request.startswith(b"GET /wp-json/wc/v3/products?") for request in heard), "nothing is written"


async def test_wrong_settings_are_told_without_asking_anybody() -> None:
    check = await try_service(_shop("http://shop.example.org"), "woocommerce_api")
    assert check.status == "down"
    assert "must begin with https://" in check.detail
    nothing = await try_service({}, "eventbrite_api")
    assert nothing.status == "not_configured"
