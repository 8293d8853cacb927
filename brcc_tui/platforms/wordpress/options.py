"""A site's WordPress options, converted to the program's own terms."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Final

from brcc_tui.model.catalogue import Site
from brcc_tui.model.php_numbers import php_float, php_int

SITE_SECONDS: Final = 600.0
"""How long the site's own settings are good for: one question for a command, a few an hour for the screens."""

OF_CLOCK = (
    "woocommerce_custom_orders_table_enabled",
    "woocommerce_manage_stock",
    "woocommerce_notify_no_stock_amount",
)
"""What every look needs: whether orders are in HPOS tables, whether the shop lets WooCommerce manage stock, and at
which stock it sells none."""

TRANSLATIONS = "icl_translations"
"""The table, named without the prefix, in which WPML keeps what is a copy of what."""

UPDATES: Final = "_site_transient_update_plugins"
"""WordPress's last look for updates, which tells what is installed. A network's is among its own options: a site in one
has none, or one from before it was.
"""

OPTIONS = (
    "date_format",
    "time_format",
    "timezone_string",
    "gmt_offset",
    "woocommerce_currency",
    "woocommerce_custom_orders_table_enabled",
    "woocommerce_version",
    "globalWooCommerceEventsSendOnStatus",
    "icl_sitepress_settings",
    "polylang",
    "active_plugins",
    "woocommerce_notify_no_stock_amount",
    "woocommerce_coming_soon",
    UPDATES,
)
"""What `site_from` and `translator_of` read."""

_ACTIVE_IN_NETWORK: Final = "active_sitewide_plugins"
OF_NETWORK: Final = (_ACTIVE_IN_NETWORK, UPDATES)
"""What is read besides, of the network that the site may be in, which keeps it in a table of its own."""

NETWORK_UNREAD: Final = "brcc network unread"
"""Stands among the options where that table may not be read."""

TRANSLATORS = {
    "sitepress-multilingual-cms/": "WPML",
    "woocommerce-multilingual/": "WPML",
    "polylang": "Polylang",
    "multilingualpress/": "MultilingualPress",
    "bogo/": "Bogo",
}
"""Plugins that keep a copy of each product for every language, by the start of what WordPress calls them. Those that
translate the one product (TranslatePress, Weglot) sell each seat once, and are no concern."""

_PLUGIN = re.compile(r'"([^"]+\.php)"')
_STATUS = re.compile(r"wc-[a-z0-9_-]+")


_FOOEVENTS: Final = "fooevents.php"
_BOOKINGS: Final = "fooevents-bookings.php"
"""The plugins' main files, whatever folder they stand in."""


def site_from(
    options: Mapping[str, str],
    *,
    version: str,
    translator: str | None = None,
    may_write: bool | None,
) -> Site:
    """The options as the program uses them; WordPress's own defaults where one is missing.

    What is a copy of what is in no option: with a `translator` that is not known yet, without one there is none.
    """
    plugins = options.get(UPDATES, "")
    off = plugins_off(options)
    return Site(
        date_format=options.get("date_format") or "F j, Y",
        time_format=options.get("time_format") or "g:i a",
        zone=options.get("timezone_string") or offset(options.get("gmt_offset", "")),
        currency=options.get("woocommerce_currency") or None,
        hpos=options.get("woocommerce_custom_orders_table_enabled") == "yes",
        ticket_statuses=ticket_statuses(options.get("globalWooCommerceEventsSendOnStatus", "")),
        translated_by=translator,
        copies=None if translator else {},
        none_at=absint(options.get("woocommerce_notify_no_stock_amount", "")),
        woocommerce_version=options.get("woocommerce_version") or None,
        fooevents_version=plugin_version(plugins, _FOOEVENTS),
        bookings_version=plugin_version(plugins, _BOOKINGS),
        bookings_off=bool(off),
        fooevents_off=_FOOEVENTS in off,
        coming_soon=options.get("woocommerce_coming_soon") == "yes",
        database=version,
        may_write=may_write,
        network_unread=NETWORK_UNREAD in options,
    )


def translator_of(options: Mapping[str, str]) -> str | None:
    """The plugin that copies products for other languages, by its options or among the active ones; None: none."""
    if "icl_sitepress_settings" in options:
        return "WPML"
    if "polylang" in options:
        return "Polylang"
    active = _PLUGIN.findall(_active(options))
    return next((name for file in active for start, name in TRANSLATORS.items() if file.startswith(start)), None)


def plugins_off(options: Mapping[str, str]) -> Collection[str]:
    """Which of FooEvents and FooEvents Bookings are installed, by the last look for updates, and not active.

    A network of sites may activate plugins for all of them, and elsewhere (`OF_NETWORK`): where not even WooCommerce is
    in the list, it says nothing.
    """
    checked = options.get(UPDATES, "")
    files = {file.rpartition("/")[2] for file in _PLUGIN.findall(_active(options))}
    missing = (file for file in (_FOOEVENTS, _BOOKINGS) if file not in files)
    return {file for file in missing if plugin_version(checked, file)} if "woocommerce.php" in files else ()


def _active(options: Mapping[str, str]) -> str:
    """The plugins that the site has activated, and those that its network has."""
    return f"{options.get('active_plugins', '')}{options.get(_ACTIVE_IN_NETWORK, '')}"


def absint(text: str) -> int:
    """WooCommerce's own reading of such an option (PHP's absint); 0 for what is no number."""
    return abs(php_int(text) or 0)


def offset(hours: str) -> str:
    """WordPress's `gmt_offset` (hours, maybe with a fraction) as `+HH:MM`; UTC if it is no number, as to WordPress."""
    fraction, whole = math.modf(php_float(hours) or 0.0)
    if not math.isfinite(whole):
        return "+00:00"
    return f"{'-' if min(fraction, whole) < 0 else '+'}{abs(int(whole)):02}:{abs(int(fraction * 60)):02}"


def ticket_statuses(stored: str) -> tuple[str, ...]:
    """The order statuses at which FooEvents makes tickets: one as text or several as a PHP array.

    Without the option it is `wc-completed` alone.
    """
    return tuple(dict.fromkeys(_STATUS.findall(stored))) or ("wc-completed",)


def plugin_version(checked: str, file: str) -> str | None:
    """The version of a plugin by its main file, as WordPress noted it at its last look for updates; None if not."""
    found = re.search(rf'"[^"]*{re.escape(file)}";s:\d+:"(\d[\w.+-]*)"', checked)
    return found.group(1) if found else None
