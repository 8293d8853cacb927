"""The database as a club meets it: with and without TLS, an account that only reads and one that may do too much."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest

from brcc_tui.operations.diagnostics.check import Check
from brcc_tui.operations.diagnostics.try_settings import try_service
from brcc_tui.platforms import wordpress
from tests.mariadb.certificates import Certificate, make_certificate
from tests.mariadb.fixtures import needs_server, running_server
from tests.mariadb.server import KINDS, ROOT_PASSWORD, database_server
from tests.mariadb.shop import Shop
from tests.system.terminal import ROOT

pytestmark = [pytest.mark.xdist_group("mariadb"), pytest.mark.real_clock]

SCRIPT = ROOT / "assets" / "database-user.sql"
PASSWORD = "a long password of this test"
_OF_MONEY = ("wc_order_addresses", "wc_orders", "wc_order_operational_data")


@dataclass
class Site:
    """A shop on a server that speaks TLS."""

    shop: Shop
    certificate: Certificate

    def values(self, **changes: str) -> dict[str, str]:
        """The settings as somebody types them, over TLS, with the certificate's authority."""
        server = self.shop.server
        made = {
            "WORDPRESS_DB_HOST": server.host,
            "WORDPRESS_DB_PORT": str(server.port),
            "WORDPRESS_DB_USER": self.shop.reader,
            "WORDPRESS_DB_PASSWORD": self.shop.reader_password,
            "WORDPRESS_DB_NAME": self.shop.database,
            "WORDPRESS_DB_TLS": "required",
            "BRCC_CA_FILE": str(self.certificate.cert),
        }
        return {name: text for name, text in {**made, **changes}.items() if text}


@pytest.fixture(
    scope="module",
    params=[pytest.param(kind, id=kind.group, marks=pytest.mark.xdist_group(kind.group)) for kind in KINDS],
)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    needs_server(request.param)
    certificate = make_certificate(tmp_path_factory.mktemp("certificate"))
    if certificate is None:
        pytest.skip("no PHP with OpenSSL is installed to make a certificate with")
    folder = tmp_path_factory.mktemp("server")
    with database_server(folder / "data", kind=request.param, options=certificate.server_options()) as server:
        shop = Shop.make(server, hpos=True)
        shop.sql(f"CREATE TABLE IF NOT EXISTS {shop.prefix}comments (comment_ID bigint unsigned, comment_content text)")
        yield Site(shop, certificate)


async def tried(values: dict[str, str]) -> Check:
    return await try_service(values, "wordpress_db")


async def test_a_reading_account_over_tls_is_healthy(site: Site) -> None:
    check = await tried(site.values())
    assert check.status == "healthy", check
    assert "encrypted (TLSv1." in check.detail
    assert "read only" in check.detail


async def test_an_authority_that_nobody_named(site: Site) -> None:
    check = await tried(site.values(BRCC_CA_FILE=""))
    assert check.status == "down"
    assert "certificate is not trusted" in check.detail
    assert "BRCC_CA_FILE" in check.detail


async def test_a_server_without_tls_where_tls_is_required(site: Site) -> None:
    plain = Shop.make(running_server(), hpos=True)
    account = {"WORDPRESS_DB_USER": plain.reader, "WORDPRESS_DB_PASSWORD": plain.reader_password}
    where = {"WORDPRESS_DB_PORT": str(plain.server.port), "WORDPRESS_DB_NAME": plain.database, **account}
    refused = await tried(site.values(**where))
    assert refused.status == "down"
    assert "offers no encrypted connection" in refused.detail
    allowed = await tried(site.values(**where, WORDPRESS_DB_TLS="off"))
    assert allowed.status == "healthy"
    assert "not encrypted" in allowed.detail


async def test_an_account_that_may_do_too_much(site: Site) -> None:
    check = await tried(site.values(WORDPRESS_DB_USER="root", WORDPRESS_DB_PASSWORD=ROOT_PASSWORD))
    assert check.status == "degraded"
    assert "its user may write, and need not" in check.detail


async def test_a_table_that_the_account_may_not_read(site: Site) -> None:
    """Set-up tries what a change would need: an account of half the tables is found out before it matters."""
    database, prefix = site.shop.database, site.shop.prefix
    site.shop.server.run(
        "DROP USER IF EXISTS halfway@'%'",
        f"CREATE USER halfway@'%' IDENTIFIED BY '{PASSWORD}'",
        *(f"GRANT SELECT ON {database}.{prefix}{table} TO halfway@'%'" for table in ("options", "posts", "postmeta")),
    )
    check = await tried(site.values(WORDPRESS_DB_USER="halfway", WORDPRESS_DB_PASSWORD=PASSWORD))
    assert check.status == "down"
    assert "may not read a table" in check.detail


def _script_for(site: Site) -> list[str]:
    """The statements of the script with a club's own words in it."""
    text = SCRIPT.read_text(encoding="utf-8")
    words = {"203.0.113.7": "%", "CHANGE-ME": PASSWORD, "`wordpress`": f"`{site.shop.database}`"}
    for theirs, ours in words.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]


@pytest.fixture
def scripted(site: Site) -> Iterator[dict[str, str]]:
    """Settings with the account that the script made."""
    elsewhere = [
        f"{site.shop.database}.{site.shop.prefix}{name}"
        for name in ("icl_translations", "wc_order_addresses", "sitemeta")
    ]
    site.shop.server.run(
        "DROP USER IF EXISTS brcc_reader@'%'",
        *(f"CREATE TABLE {table} (trid int)" for table in elsewhere),
        *_script_for(site),
        *(f"DROP TABLE {table}" for table in elsewhere),
    )
    yield site.values(WORDPRESS_DB_USER="brcc_reader", WORDPRESS_DB_PASSWORD=PASSWORD)
    site.shop.server.run("DROP USER brcc_reader@'%'")


async def test_the_scripts_account_is_enough_for_everything(scripted: dict[str, str]) -> None:
    check = await tried(scripted)
    assert check.status == "healthy", check
    assert "read only" in check.detail


async def test_what_lists_of_money_cannot_read_is_told_with_the_grant(site: Site) -> None:
    """An account of before can count; nobody should find out at the door that it can tell no names."""
    shop, database = site.shop, site.shop.database
    addresses, orders, paid = (f"{shop.prefix}{name}" for name in _OF_MONEY)
    shop.sql(f"CREATE TABLE {addresses} (order_id int, address_type text, first_name text, last_name text, email text)")
    shop.sql(f"ALTER TABLE {orders} ADD COLUMN currency varchar(10), ADD COLUMN total_amount decimal(26,8)")
    shop.sql(f"ALTER TABLE {paid} ADD COLUMN date_paid_gmt datetime")
    whole = [name for (name,) in shop.rows("SHOW TABLES") if name not in (addresses, orders)]
    shop.server.run(
        "DROP USER IF EXISTS before_names@'%'",
        f"CREATE USER before_names@'%' IDENTIFIED BY '{PASSWORD}'",
        *(f"GRANT SELECT ON {database}.{table} TO before_names@'%'" for table in whole),
        f"GRANT SELECT (id, status, type, date_updated_gmt, date_created_gmt, parent_order_id) ON {database}.{orders}"
        " TO before_names@'%'",
    )
    try:
        check = await tried(site.values(WORDPRESS_DB_USER="before_names", WORDPRESS_DB_PASSWORD=PASSWORD))
    finally:
        shop.sql(f"DROP TABLE {addresses}")
        shop.sql(f"ALTER TABLE {orders} DROP COLUMN currency, DROP COLUMN total_amount")
        shop.sql(f"ALTER TABLE {paid} DROP COLUMN date_paid_gmt")
    assert check.status == "degraded", check
    assert "who is billed cannot be read" in check.detail
    assert f"GRANT SELECT ON {addresses} TO" in check.detail
    assert "amounts of orders cannot be read" in check.detail
    assert f"GRANT SELECT ON {orders} TO" in check.detail
    assert "before_names" not in check.detail


async def test_the_scripts_account_is_refused_without_tls(scripted: dict[str, str]) -> None:
    check = await tried({**scripted, "WORDPRESS_DB_TLS": "off"})
    assert check.status == "down"
    assert "does not accept this user" in check.detail


def test_the_scripts_account_can_read_nothing_else_and_change_nothing(site: Site, scripted: dict[str, str]) -> None:
    site.shop.sql(f"CREATE TABLE IF NOT EXISTS {site.shop.prefix}users (user_pass text)")
    options = f"{site.shop.prefix}options"
    with contextlib.closing(_connected(site)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT option_name FROM {options}")
        for forbidden in (
            f"SELECT user_pass FROM {site.shop.prefix}users",
            f"UPDATE {options} SET option_value = 'x'",
            f"DELETE FROM {options}",
            "CREATE TABLE mine (x int)",
            f"SELECT * FROM {options} INTO OUTFILE 'x'",
        ):
            with pytest.raises(pymysql.err.MySQLError, match="denied"):
                cursor.execute(forbidden)


def _connected(site: Site) -> pymysql.connections.Connection:
    server = site.shop.server
    return pymysql.connect(
        host=server.host, port=server.port, user="brcc_reader", password=PASSWORD, database=site.shop.database,
        ssl_ca=str(site.certificate.cert),
    )  # fmt: skip


def test_the_script_grants_exactly_the_tables_that_are_read() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(*wordpress.__path__).glob("*.py"))
    read = set(re.findall(r"\{(?:prefix|network)\}([a-z_]+)", source))
    granted = set(re.findall(r"GRANT SELECT ON `wordpress`\.wp_([a-z_]+) TO", SCRIPT.read_text(encoding="utf-8")))
    assert read == granted
    assert len(read) > 6
