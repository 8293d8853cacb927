"""What WordPress's options and the server say of themselves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from brcc_tui.model.catalogue import Site
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import sql
from brcc_tui.platforms.wordpress.counts import read_clock
from brcc_tui.platforms.wordpress.pool import Session

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
    "_site_transient_update_plugins",
)

TRANSLATORS = {
    "sitepress-multilingual-cms/": "WPML",
    "woocommerce-multilingual/": "WPML",
    "polylang": "Polylang",
    "multilingualpress/": "MultilingualPress",
    "bogo/": "Bogo",
}
"""Plugins that keep a copy of each product for every language, by the start of what WordPress calls them. Those that
translate the one product (TranslatePress, Weglot) sell each seat once, and are no concern."""

HARMLESS = frozenset(
    {
        "USAGE",
        "SELECT",
        "SHOW VIEW",
        "SHOW DATABASES",
        "PROCESS",
        "REFERENCES",
        "LOCK TABLES",
        "CREATE TEMPORARY TABLES",  # of this session's own
        "EVENT",  # an event can do what its maker can
        "DELETE HISTORY",  # of versioned tables, which WordPress has none of
        *("REPLICATION CLIENT", "BINLOG MONITOR", "SLAVE MONITOR", "REPLICA MONITOR"),
        *("SHOW CREATE ROUTINE", "SHOW_ROUTINE", "SHOW ROUTINE"),
        *("CONNECTION ADMIN", "CONNECTION_ADMIN", "BACKUP_ADMIN", "INNODB_REDO_LOG_ARCHIVE", "FLUSH_STATUS"),
        *("FLUSH_TABLES", "FLUSH_OPTIMIZER_COSTS", "FLUSH_USER_RESOURCES", "FLUSH_PRIVILEGES", "OPTIMIZE_LOCAL_TABLE"),
        *("RESOURCE_GROUP_USER", "AUDIT_ABORT_EXEMPT", "FIREWALL_EXEMPT", "SENSITIVE_VARIABLES_OBSERVER"),
        *("XA_RECOVER_ADMIN", "SESSION_VARIABLES_ADMIN", "TELEMETRY_LOG_ADMIN", "SERVICE_CONNECTION_ADMIN"),
    }
)
"""Privileges that cannot change a row of the shop."""

BY_OTHERS = frozenset({"EXECUTE", "TRIGGER", "SYSTEM_VARIABLES_ADMIN"})
"""Privileges that can, if at all, by what others may do: a stored routine of theirs, a trigger in their writes, an
`init_connect` in their sessions. Any privilege that is named nowhere here counts as the power to write."""

_GRANT = re.compile(r"GRANT (?P<what>.+?) ON (?P<where>.+?) TO ", re.IGNORECASE | re.DOTALL)
_COLUMNS = re.compile(r"\([^)]*\)")
_PLUGIN = re.compile(r'"([^"]+\.php)"')
_STATUS = re.compile(r"wc-[a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Server:
    """The database server as this connection meets it.

    `tls` is the version of TLS, None for plain text. `clock` is the server's own time when it answered. `replica`: it
    follows another server, so what it says may be old. `nodes` of a Galera cluster that it belongs to, of which named
    locks hold on this one alone; 0 where it belongs to none. `letters` is the character set in which WordPress's
    texts are kept, None where there are none yet.
    """

    tls: str | None
    clock: dt.datetime
    replica: bool = False
    nodes: int = 0
    letters: str | None = None


async def read_server(session: Session, texts: sql.Sql) -> Server:
    """Ask the server for the time, and for what it is."""
    clock = await read_clock(session, texts)
    nodes = [int(size) for _, size in await session.rows(sql.NODES)] if session.galera else [0]
    letters = [str(name) for (name,) in await session.rows(texts.letters())]
    return Server(
        tls=session.tls,
        clock=dt.datetime.fromtimestamp(clock.now, dt.UTC),
        replica=clock.replica,
        nodes=max(nodes, default=1),
        letters=letters[0] if letters else None,
    )


async def read_site(session: Session, texts: sql.Sql) -> Site:
    """The site's own settings, and whether this database user could write."""
    rows = await session.rows(texts.options(OPTIONS))
    options = {str(name): value if isinstance(value, str) else "" for name, value in rows}
    (version,) = await session.row(sql.VERSION)
    (translated,) = await session.row(texts.table_exists("icl_translations"))
    translator = "WPML" if translated else translator_of(options)
    return site_from(
        options,
        version=str(version),
        translator=translator,
        copies=await _copies(session, texts, translator),
        may_write=await _may_write(session),
    )


def site_from(
    options: Mapping[str, str],
    *,
    version: str,
    translator: str | None = None,
    copies: Mapping[int, int] | None = None,
    may_write: bool | None,
) -> Site:
    """The options as the program uses them; WordPress's own defaults where one is missing."""
    plugins = options.get("_site_transient_update_plugins", "")
    return Site(
        date_format=options.get("date_format") or "F j, Y",
        time_format=options.get("time_format") or "g:i a",
        zone=options.get("timezone_string") or offset(options.get("gmt_offset", "")),
        currency=options.get("woocommerce_currency") or None,
        hpos=options.get("woocommerce_custom_orders_table_enabled") == "yes",
        ticket_statuses=ticket_statuses(options.get("globalWooCommerceEventsSendOnStatus", "")),
        translated_by=translator,
        copies=copies if translator else {},
        none_at=_whole(options.get("woocommerce_notify_no_stock_amount", "")),
        woocommerce_version=options.get("woocommerce_version") or None,
        fooevents_version=plugin_version(plugins, "fooevents.php"),
        bookings_version=plugin_version(plugins, "fooevents-bookings.php"),
        database=version,
        may_write=may_write,
    )


def translator_of(options: Mapping[str, str]) -> str | None:
    """The plugin that copies products for other languages, by its own options or among the active plugins."""
    if "icl_sitepress_settings" in options:
        return "WPML"
    if "polylang" in options:
        return "Polylang"
    active = _PLUGIN.findall(options.get("active_plugins", ""))
    return next((name for file in active for start, name in TRANSLATORS.items() if file.startswith(start)), None)


async def _copies(session: Session, texts: sql.Sql, translator: str | None) -> Mapping[int, int] | None:
    """The original of each product that is a copy; None where the plugin's way of keeping them is not known."""
    questions = {"WPML": texts.wpml_copies(), "Polylang": texts.polylang_copies()}
    if translator not in questions:
        return None if translator else {}
    try:
        return copies_of(await session.rows(questions[translator]))
    except DatabaseError:  # a table or column of another version: the plugin is there all the same
        return None


def copies_of(rows: Iterable[tuple[object, object, object]]) -> Mapping[int, int]:
    """Each copy's original, from rows of (group, product, whether it is the original by the plugin's own word).

    Of a group without such a word the oldest product (the least id) is taken for the original.
    """
    groups: dict[str, list[tuple[bool, int]]] = {}
    for group, product, original in rows:
        groups.setdefault(str(group), []).append((not int(str(original)), int(str(product))))
    found: dict[int, int] = {}
    for members in groups.values():
        (_, first), *others = sorted(members)
        found |= {product: first for _, product in others}
    return found


def _whole(text: str) -> int:
    """WooCommerce's own reading of such an option (PHP's absint); 0 for what is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def offset(hours: str) -> str:
    """WordPress's `gmt_offset` (hours, maybe with a fraction) as `+HH:MM`; UTC if it is no number."""
    try:
        minutes = round(float(hours or 0) * 60)
    except (ValueError, OverflowError):
        minutes = 0
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def ticket_statuses(stored: str) -> tuple[str, ...]:
    """The order statuses at which FooEvents makes tickets: one as text or several as a PHP array.

    Without the option it is `wc-completed` alone.
    """
    return tuple(dict.fromkeys(_STATUS.findall(stored))) or ("wc-completed",)


def plugin_version(checked: str, file: str) -> str | None:
    """The version of a plugin by its main file, as WordPress noted it when it last looked for updates."""
    found = re.search(rf'"[^"]*{re.escape(file)}";s:\d+:"(\d[\w.+-]*)"', checked)
    return found.group(1) if found else None


def may_write(grants: Iterable[str]) -> bool | None:
    """Whether these grants allow a change; None if roles hide what they allow, or it depends on others."""
    answer: bool | None = False
    for grant in grants:
        found = _GRANT.match(grant)
        if not found:
            answer = None  # a role: what it allows is not in this line
            continue
        privileges = {name.strip().upper() for name in _COLUMNS.sub("", found["what"]).split(",")} - HARMLESS
        if found["where"].strip() != "''@'%'" and privileges - BY_OTHERS - {"PROXY"}:
            return True
        if privileges & BY_OTHERS:
            answer = None
        if "WITH GRANT OPTION" in grant.upper():
            return True
    return answer


async def _may_write(session: Session) -> bool | None:
    """None if the server does not tell. The lines hold password hashes: they go no further than this."""
    try:
        rows = await session.rows(sql.GRANTS)
    except DatabaseError:
        return None
    return may_write([str(grant) for (grant,) in rows])
