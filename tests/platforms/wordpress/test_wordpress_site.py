"""The site's own settings, the account's rights, and who has a product open in the editor."""

from __future__ import annotations

import dataclasses
import time
from typing import Any, Final

import phpserialize
import pytest

from brcc_tui.model.catalogue import Site
from brcc_tui.platforms.wordpress.database import WordPress
from brcc_tui.platforms.wordpress.options import offset, plugin_version, site_from, ticket_statuses, translator_of
from brcc_tui.platforms.wordpress.site import may_write
from brcc_tui.settings import Secret
from tests.mariadb.fixtures import Connect, connect, hpos_shop, shop, wordpress
from tests.mariadb.server import ROOT_PASSWORD
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop", "shop", "wordpress"]

pytestmark = pytest.mark.xdist_group("mariadb")

PLUGINS = (
    'O:8:"stdClass":3:{s:12:"last_checked";i:1795357847;s:7:"checked";a:2:{'
    's:23:"fooevents/fooevents.php";s:6:"1.19.7";'
    's:41:"fooevents-bookings/fooevents-bookings.php";s:5:"1.7.2";}'
    's:8:"response";a:1:{s:23:"fooevents/fooevents.php";O:8:"stdClass":2:{s:6:"plugin";'
    's:23:"fooevents/fooevents.php";s:11:"new_version";s:7:"1.20.20";}}}'
)

OFFSETS = {
    "-4": "-04:00",
    "5.5": "+05:30",
    "0": "+00:00",
    "": "+00:00",
    "-3.5": "-03:30",
    "-0.5": "-00:30",
    "x": "+00:00",
    "12.75": "+12:45",
    "inf": "+00:00",
    "-1e400": "+00:00",
    "5:30": "+05:00",  # as to PHP, of which it is the number that the text begins with
    "5,5": "+05:00",
    "1_0": "+01:00",
}


@pytest.mark.parametrize(("hours", "wanted"), OFFSETS.items())
def test_offset(hours: str, wanted: str) -> None:
    assert offset(hours) == wanted


STATUSES = {
    "": ("wc-completed",),
    "wc-processing": ("wc-processing",),
    'a:2:{i:0;s:13:"wc-processing";i:1;s:12:"wc-completed";}': ("wc-processing", "wc-completed"),
    "nonsense": ("wc-completed",),
}


@pytest.mark.parametrize(("stored", "wanted"), STATUSES.items())
def test_statuses_that_make_tickets(stored: str, wanted: tuple[str, ...]) -> None:
    assert ticket_statuses(stored) == wanted


def test_plugin_versions_as_wordpress_noted_them() -> None:
    assert plugin_version(PLUGINS, "fooevents.php") == "1.19.7"
    assert plugin_version(PLUGINS, "fooevents-bookings.php") == "1.7.2"
    assert plugin_version("", "fooevents.php") is None


USAGE = "GRANT USAGE ON *.* TO `reader`@`%` IDENTIFIED BY PASSWORD '*AB'"
READER = "`reader`@`%`"
GRANTS: dict[str, tuple[list[str], bool | None]] = {
    "none that came": ([], None),
    "SELECT only": ([USAGE, "GRANT SELECT ON `shop`.* TO `reader`@`%`"], False),
    "SELECT and harmless ones": ([USAGE, "GRANT SELECT, SHOW VIEW, LOCK TABLES ON `shop`.* TO `reader`@`%`"], False),
    "one column": ([USAGE, "GRANT SELECT (a, b), UPDATE (c) ON `shop`.`wp_posts` TO `reader`@`%`"], True),
    "everything": (["GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION"], True),
    "may pass it on": ([USAGE, "GRANT SELECT ON `shop`.* TO `reader`@`%` WITH GRANT OPTION"], True),
    "INSERT somewhere": ([USAGE, "GRANT SELECT, INSERT ON `other`.* TO `reader`@`%`"], True),
    "a privilege of tomorrow": ([USAGE, "GRANT TELEPORT ON *.* TO `reader`@`%`"], True),
    "a role": ([USAGE, "GRANT `staff`@`%` TO `reader`@`%`"], None),
    "a role, and INSERT": ([USAGE, "GRANT `staff`@`%` TO `reader`@`%`", "GRANT INSERT ON *.* TO `reader`@`%`"], True),
    "what is of this session alone": ([f"GRANT CREATE TEMPORARY TABLES, EVENT, SELECT ON `shop`.* TO {READER}"], False),
    "what only looks": ([f"GRANT SELECT, SLAVE MONITOR, SHOW CREATE ROUTINE ON *.* TO {READER}"], False),
    "MySQL's that only look": ([f"GRANT BACKUP_ADMIN,CONNECTION_ADMIN,SHOW_ROUTINE ON *.* TO {READER}"], False),
    "a routine of others": ([USAGE, f"GRANT SELECT, EXECUTE ON `shop`.* TO {READER}"], None),
    "a trigger in others' writes": ([f"GRANT SELECT, TRIGGER ON `shop`.* TO {READER}"], None),
    "what others' sessions begin with": ([f"GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO {READER}"], None),
    "a routine of others, and INSERT": ([f"GRANT EXECUTE, INSERT ON `shop`.* TO {READER}"], True),
    "a privilege that nobody knows": ([f"GRANT SELECT, SOMETHING_NEW ON *.* TO {READER}"], True),
    "a proxy": (["GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION"], True),
}


@pytest.mark.parametrize(("grants", "wanted"), GRANTS.values(), ids=GRANTS)
def test_may_write(grants: list[str], wanted: bool | None) -> None:
    assert may_write(grants) is wanted


def test_a_site_without_any_option_has_wordpress_defaults() -> None:
    site = site_from({}, version="8.0.36", may_write=None)
    assert site == Site("F j, Y", "g:i a", "+00:00", database="8.0.36")


async def test_site(shop: Shop, wordpress: WordPress) -> None:
    shop.option("_site_transient_update_plugins", PLUGINS)
    shop.option("globalWooCommerceEventsSendOnStatus", "wc-processing")
    ((version,),) = shop.rows("SELECT VERSION()")
    assert await wordpress.site() == Site(
        date_format="F j, Y",
        time_format="g:i a",
        zone="America/Toronto",
        currency="CAD",
        hpos=shop.hpos,
        ticket_statuses=("wc-processing",),
        translated_by=None,
        woocommerce_version="10.0.2",
        fooevents_version="1.19.7",
        bookings_version="1.7.2",
        database=version,
        may_write=False,
    )


async def test_translations(connect: Connect, hpos_shop: Shop) -> None:
    wordpress = connect(hpos_shop.settings())
    hpos_shop.sql("CREATE TABLE wp_icl_translations (a int)")
    try:
        assert (await wordpress.site()).translated_by == "WPML"
    finally:
        hpos_shop.sql("DROP TABLE wp_icl_translations")
    hpos_shop.option("icl_sitepress_settings", "a:0:{}")
    site = await wordpress.site()
    assert (site.translated_by, site.copies) == ("WPML", None), (
        "its table cannot be read, so which are copies is not known"
    )


async def test_copies_of_polylang_and_wpml(connect: Connect, hpos_shop: Shop) -> None:
    wordpress = connect(hpos_shop.settings())
    for post in (
        (9500, "product", "publish"),
        (9501, "product", "publish"),
        (9502, "product", "trash"),
        (9503, "post", "x"),
        (9504, "product", "publish"),  # of the same category, or with a category of its number
    ):
        hpos_shop.sql(f"INSERT INTO wp_posts (ID, post_type, post_status) VALUES {post}")
    hpos_shop.sql("CREATE TABLE IF NOT EXISTS wp_term_taxonomy (term_taxonomy_id int, taxonomy varchar(32))")
    hpos_shop.sql("CREATE TABLE IF NOT EXISTS wp_term_relationships (object_id int, term_taxonomy_id int)")
    hpos_shop.sql(
        "INSERT INTO wp_term_taxonomy (term_taxonomy_id, taxonomy) VALUES (90, 'post_translations'), (91, 'x')"
    )
    hpos_shop.sql("INSERT INTO wp_term_relationships (object_id, term_taxonomy_id) VALUES (9501, 90), (9500, 90), "
                  "(9502, 90), (9503, 90), (9500, 91), (9504, 91)")  # fmt: skip
    hpos_shop.option("polylang", 'a:1:{s:12:"default_lang";s:2:"en";}')
    site = await wordpress.site()
    assert (site.translated_by, site.copies) == ("Polylang", {9501: 9500})
    hpos_shop.sql("CREATE TABLE wp_icl_translations (element_type varchar(60), element_id int, trid int, "
                  "source_language_code varchar(7))")  # fmt: skip
    hpos_shop.sql(
        "INSERT INTO wp_icl_translations VALUES ('post_product', 9500, 7, 'en'), ('post_product', 9501, 7, NULL),"
        " ('tax_product_cat', 9504, 7, 'en'), ('post_product', 9502, 8, NULL), ('post_product', 9504, 8, 'en')"
    )
    try:
        site = await wordpress.site()
        assert (site.translated_by, site.copies) == ("WPML", {9500: 9501})
    finally:
        hpos_shop.sql("DROP TABLE wp_icl_translations")


PLUGIN_LISTS = {
    "WPML": "sitepress-multilingual-cms/sitepress.php",
    "Polylang": "polylang-pro/polylang.php",
    "MultilingualPress": "multilingualpress/multilingualpress.php",
    None: "translatepress-multilingual/index.php",
}


@pytest.mark.parametrize(("name", "file"), PLUGIN_LISTS.items())
def test_plugins_that_copy_products_for_languages(name: str | None, file: str) -> None:
    stored = f'a:2:{{i:0;s:27:"woocommerce/woocommerce.php";i:1;s:{len(file)}:"{file}";}}'
    assert translator_of({"active_plugins": stored}) == name


@pytest.mark.parametrize(
    ("active", "off", "core_off"),
    [
        (
            ("woocommerce/woocommerce.php", "fooevents/fooevents.php", "fooevents_bookings/fooevents-bookings.php"),
            False,
            False,
        ),
        (("woocommerce/woocommerce.php", "fooevents/fooevents.php"), True, False),
        (("woocommerce/woocommerce.php", "fooevents_bookings/fooevents-bookings.php"), True, True),
        (("polylang/polylang.php",), False, False),  # the others are a network's
        ((), False, False),
    ],
)
def test_plugins_without_which_no_date_is_sold(active: tuple[str, ...], off: bool, core_off: bool) -> None:
    options = {"active_plugins": phpserialize.dumps(list(active)).decode()}
    installed = phpserialize.dumps(
        {"fooevents/fooevents.php": "1.20.1", "fooevents_bookings/fooevents-bookings.php": "1.7.2"}
    ).decode()
    known = {**options, "_site_transient_update_plugins": installed}
    site, uninstalled = (site_from(told, version="8", may_write=None) for told in (known, options))
    assert (site.bookings_off, site.fooevents_off) == (off, core_off)
    assert (uninstalled.bookings_off, uninstalled.fooevents_off) == (False, False), "nobody knows what is installed"


@pytest.mark.parametrize(("stored", "hidden"), [(None, False), ("no", False), ("yes", True), ("", False)])
async def test_a_shop_that_is_coming_soon_is_shown_to_nobody(
    shop: Shop, wordpress: WordPress, stored: str | None, hidden: bool
) -> None:
    if stored is not None:
        shop.option("woocommerce_coming_soon", stored)
    assert (await wordpress.site()).coming_soon is hidden


def test_the_threshold_is_read_as_woocommerce_reads_it() -> None:
    huge = "9" * 25  # of such a stock nothing is ever sold
    numbers = {"5": 5, "": 0, "0": 0, "-3": 3, " 4": 4, "5.9": 5, "many": 0, "1e3": 1000, "9999999999": 9999999999}
    numbers[huge] = 2**63 - 1
    for stored, wanted in numbers.items():
        site = site_from({"woocommerce_notify_no_stock_amount": stored}, version="8", may_write=None)
        assert site.none_at == wanted


async def test_an_account_that_could_write_is_noticed(connect: Connect, hpos_shop: Shop) -> None:
    wordpress = connect(hpos_shop.settings(user="root", password=Secret(ROOT_PASSWORD)))
    site = await wordpress.site()
    assert site.may_write is True
    assert "*" not in str(site)


EDITORS: dict[str, tuple[str, int | None]] = {
    "open now": ("{now}:1", 0),
    "two minutes ago": ("{two_minutes_ago}:1", 120),
    "stale": ("{long_ago}:1", None),
    "left": ("{left}:1", 145),
    "no number": ("x:1", None),
    "empty": ("", None),
    "the web server's clock is ahead": ("{ahead}:1", 0),
    "beyond all time": ("9" * 5000, 0),
}


@pytest.mark.parametrize(("stored", "wanted"), EDITORS.values(), ids=EDITORS)
async def test_editors(shop: Shop, wordpress: WordPress, stored: str, wanted: int | None) -> None:
    product, other = shop.product(), shop.product()
    now = shop.now()
    times = {"now": now, "two_minutes_ago": now - 120, "long_ago": now - 151, "left": now - 145, "ahead": now + 30}
    shop.meta(product, "_edit_lock", stored.format(**times))
    shop.meta(other, "_edit_lock", f"{now}:1")
    seen: Any = await wordpress.editors([product])
    if wanted is None:
        assert not seen
    else:
        assert set(seen) == {product}
        assert wanted <= seen[product] <= wanted + 4
    assert not await wordpress.editors([])


async def test_editors_by_the_databases_clock(
    connect: Connect, hpos_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A computer whose own clock is wrong sees the same."""
    product = hpos_shop.product()
    hpos_shop.meta(product, "_edit_lock", f"{hpos_shop.now()}:1")
    wordpress = connect(hpos_shop.settings())
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert set(await wordpress.editors([product])) == {product}


@pytest.mark.parametrize("translated", [False, True])
async def test_a_decision_is_told_the_same_of_the_site(connect: Connect, shop: Shop, translated: bool) -> None:
    """All but what the account may do, in its own snapshot; of copies only that they are there."""
    shop.option("_site_transient_update_plugins", PLUGINS)
    if translated:
        shop.option("icl_sitepress_settings", "a:0:{}")
    product = shop.product()
    wordpress, other = connect(shop.settings()), connect(shop.settings())
    seen = (await wordpress.snapshot([product], by_order=True)).site
    site = await other.site()
    if translated:
        assert seen is not None
        assert (seen.translated_by, seen.copies) == ("WPML", None)
    else:
        assert seen == dataclasses.replace(site, may_write=None)
    asked = wordpress.queries
    again = (await wordpress.snapshot([product], by_order=True)).site
    assert translated or again is seen
    assert (await wordpress.snapshot([product])).site is None
    assert wordpress.queries - asked == 2 * 4, "the options come with the clock"
    assert (await other.snapshot([product], by_order=True)).site is site


async def test_a_decision_is_told_the_threshold_of_now(connect: Connect, shop: Shop) -> None:
    """The rest of the site is good for some minutes; none of its threshold is sold, from the moment it is set."""
    product = shop.product()
    wordpress, other = connect(shop.settings()), connect(shop.settings())
    told = [(await wordpress.snapshot([product], by_order=True)).site, await other.site()]
    shop.option("woocommerce_notify_no_stock_amount", "5")
    told += [(await client.snapshot([product], by_order=True)).site for client in (wordpress, other)]
    assert [site and site.none_at for site in told] == [0, 0, 5, 5]


MLP: Final = "multilingualpress/multilingualpress.php"


@pytest.mark.parametrize(
    ("prefix", "network"), [("wp_", "wp_"), ("wp_2_", "wp_"), ("wp12_", "wp12_"), ("wp_7_", "wp_7_")]
)
async def test_a_plugin_that_the_network_activates_is_not_off(
    hpos_shop: Shop, connect: Connect, prefix: str, network: str
) -> None:
    installed = {"fooevents/fooevents.php": "1.20.1", "fooevents_bookings/fooevents-bookings.php": "1.7.2"}
    shop = Shop.make(hpos_shop.server, hpos=False, prefix=prefix)
    try:
        shop.option("_site_transient_update_plugins", phpserialize.dumps(installed).decode())
        shop.option("active_plugins", phpserialize.dumps(["woocommerce/woocommerce.php"]).decode())
        client = connect(shop.settings())
        alone = await client.site()
        assert (alone.bookings_off, alone.fooevents_off) == (True, True)
        shop.sql(
            f"CREATE TABLE {network}sitemeta (meta_id INT, site_id INT, meta_key VARCHAR(255), meta_value LONGTEXT)"
        )
        active = phpserialize.dumps(dict.fromkeys(installed, 1_700_000_000)).decode()
        shop.sql(f"INSERT INTO {network}sitemeta VALUES (1, 1, 'active_sitewide_plugins', %s)", active)
        together = await client.site()
        assert (together.bookings_off, together.fooevents_off) == (False, False)
        seen = await client.snapshot([], by_order=True)
        assert seen.site is not None
        assert not seen.site.bookings_off
        shop.sql(f"UPDATE {network}sitemeta SET meta_value = %s", phpserialize.dumps({MLP: 1}).decode())
        assert (await client.site()).bookings_off
        assert (await client.site()).translated_by == "MultilingualPress"
        # The list of updates is the network's too: what a site has of it is left from before there was a network.
        newer = phpserialize.dumps(dict.fromkeys(installed, "9.9.9")).decode()
        shop.sql(f"INSERT INTO {network}sitemeta VALUES (2, 1, '_site_transient_update_plugins', %s)", newer)
        for _ in range(2):
            site = await client.site()
            assert (site.fooevents_version, site.bookings_version, site.bookings_off) == ("9.9.9", "9.9.9", True)
            shop.sql(f"DELETE FROM {prefix}options WHERE option_name = '_site_transient_update_plugins'")
    finally:
        shop.close()


@pytest.mark.parametrize("prefix", ["wp_", "wp_2_"])
async def test_a_network_that_may_not_be_read_is_told_from_none(hpos_shop: Shop, connect: Connect, prefix: str) -> None:
    """A site of a number is one of a network; without a grant nobody tells whether the table is there."""
    shop = Shop.make(hpos_shop.server, hpos=False, prefix=prefix)
    try:
        assert not (await connect(shop.settings()).site()).network_unread, "of a whole database's grant: not there"
        shop.server.run(
            "DROP USER IF EXISTS by_table@'%'",
            f"CREATE USER by_table@'%' IDENTIFIED BY '{ROOT_PASSWORD}'",
            *(f"GRANT SELECT ON {shop.database}.{name} TO by_table@'%'" for (name,) in shop.rows("SHOW TABLES")),
        )
        by_table = connect(shop.settings(user="by_table", password=Secret(ROOT_PASSWORD)))
        assert (await by_table.site()).network_unread == (prefix == "wp_2_")
        shop.option("_site_transient_update_plugins", PLUGINS)
        assert not (await by_table.site()).network_unread, "a second WordPress with a prefix of that kind"
    finally:
        shop.close()
