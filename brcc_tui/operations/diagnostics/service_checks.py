"""One check for each service: what `health` repeats, and what set-up tests before it saves settings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.catalogue import Membership
from brcc_tui.model.dates import understands_format
from brcc_tui.model.few_of_many import so_many
from brcc_tui.model.zones import zone_of
from brcc_tui.operations.checkout import is_gone, why_unread_checkout
from brcc_tui.operations.diagnostics.check import Check, Condition
from brcc_tui.platforms.errors import AccessDenied, WritesBlocked
from brcc_tui.platforms.eventbrite.allowance import RESERVE
from brcc_tui.platforms.wordpress.error_words import IN_INNODB
from brcc_tui.platforms.wordpress.session_variables import LONGEST_TEXT
from brcc_tui.settings import WordPressSettings
from brcc_tui.settings_practice import is_loopback

if TYPE_CHECKING:
    from brcc_tui.model.catalogue import Site
    from brcc_tui.platforms.eventbrite.client import Eventbrite
    from brcc_tui.platforms.woocommerce.client import WooCommerce
    from brcc_tui.platforms.wordpress.database import WordPress
    from brcc_tui.platforms.wordpress.site import DatabaseServer


_CLOCKS_APART: Final = dt.timedelta(minutes=1)


async def check_eventbrite(eventbrite: Eventbrite, event_id: str | None = None) -> Check:
    """Whether Eventbrite answers, which organization is read, whether calls are left, and places in checkout told.

    `event_id` is an event whose places in checkout are asked for; None: there is none to ask for.
    """
    try:
        membership = await eventbrite.membership(anew=True)
    except AccessDenied as denied:
        if denied.code != "NOT_AUTHORIZED":
            raise
        membership = Membership(())  # a public token, which sees none
    problem = _of_organizations(membership)
    if problem is None and event_id is not None:
        problem = await _of_checkout(eventbrite, event_id)
    chosen, left = membership.chosen, eventbrite.calls_left
    if problem is None and left is not None and left < RESERVE:
        problem = f"{so_many(left, 'call')} left this hour: what is left is kept for changes; refresh later"
    if problem is not None:
        return Check(Condition.DEGRADED, f"answers, but {problem}", choices=_choices(membership))
    facts = [f"answers for {chosen}", *_told_others(membership)]
    facts += [] if left is None else [f"{so_many(left, 'call')} left this hour"]
    return Check(Condition.HEALTHY, "; ".join(facts))


def _of_organizations(membership: Membership) -> str | None:
    """What is wrong with the organization that is read; a choice that nobody made is wrong as well."""
    chosen, others, wanted = membership.chosen, membership.others, membership.wanted
    if not membership.seen:
        return "the token belongs to no organization: take the private token, not the public one"
    if chosen is None:
        seen = " and ".join(map(str, membership.seen))
        return (
            f"the token does not belong to organization {wanted}: correct EVENTBRITE_ORGANIZATION_ID, leave it empty "
            f"(the token sees {seen}), or take the private token of a member"
        )
    if others and wanted is None:
        return (
            f"the token sees {len(membership.seen)} organizations, and {chosen} is read because it is the first: the "
            f"other{'s are' if len(others) > 1 else ' is'} {' and '.join(map(str, others))}. Set "
            "EVENTBRITE_ORGANIZATION_ID to the id of the club's"
        )
    return None


def _choices(membership: Membership) -> dict[str, dict[str, str]]:
    """The organizations to choose from, where nobody has chosen, or wrongly."""
    decided = membership.chosen is not None and (membership.wanted is not None or not membership.others)
    return {} if decided else {"EVENTBRITE_ORGANIZATION_ID": {each.id: each.name for each in membership.seen}}


def _told_others(membership: Membership) -> list[str]:
    return [f"not read: {' and '.join(map(str, membership.others))}"] if membership.others else []


async def _of_checkout(eventbrite: Eventbrite, event_id: str) -> str | None:
    try:
        await eventbrite.capacity_tier(event_id)
    except AppError as app_error:
        if await is_gone(eventbrite, event_id, app_error):
            return None  # it was deleted since the last refresh
        why = why_unread_checkout(app_error).reason
        return f"{why}: raising a capacity asks about it, and shows cannot be shared out"
    return None


async def check_woocommerce(woocommerce: WooCommerce) -> Check:
    """Whether the shop answers and its key may write; nothing is changed to find out.

    Where the host closes the way that the settings name, one that is open is looked for.
    """
    try:
        await woocommerce.check()
    except AccessDenied:
        if not await woocommerce.reads_by_address():
            raise
        return Check(
            Condition.DOWN,
            "the key is right, but the host strips the Authorization header: run brcc-tui setup, or set "
            "WOOCOMMERCE_READ_AUTH=query",
            found={"WOOCOMMERCE_READ_AUTH": "query"},
        )
    try:
        may_write = await woocommerce.write_permission()
    except WritesBlocked as blocked:
        return await _blocked(woocommerce, blocked)
    if not may_write:
        detail = "answers, but the key may only read: make one with read and write permission to change seats"
        return Check(Condition.DEGRADED, detail)
    return Check(Condition.HEALTHY, "answers; the key may write")


async def _blocked(woocommerce: WooCommerce, blocked: WritesBlocked) -> Check:
    """The host lets no change through as the settings send it; perhaps another way."""
    method = await woocommerce.open_write_method()
    if method is None:
        return Check(
            Condition.DEGRADED,
            f"answers, and reads work, but {blocked.happened}, and no other way of sending one gets through either: "
            "ask the host to let PUT through; until then nothing on WooCommerce can be changed",
        )
    return Check(
        Condition.DEGRADED,
        f"answers, and reads work, but {blocked.happened}. WOOCOMMERCE_WRITE_METHOD={method} gets through: set it, or "
        "run brcc-tui setup",
        found={"WOOCOMMERCE_WRITE_METHOD": method},
    )


async def check_wordpress(
    wordpress: WordPress, settings: WordPressSettings, now: dt.datetime, timezone: str | None
) -> Check:
    """Whether a count can be made, the database is reached safely, and what its site says that gives numbers a meaning;
    and what of orders cannot be read, which stops nothing else.

    `now` is this computer's time before the first question, `timezone` the one that the settings name.
    """
    site = await wordpress.site()
    server = await wordpress.server()
    await wordpress.try_counting()
    found = [
        *_of_the_server(server),
        *_of_the_account(site, server, settings),
        *_of_the_clock(server, now),
        *_of_the_site(site, timezone),
        *(f"of lists and reports of money, {words}" for words in await wordpress.try_orders()),
    ]
    detail = "; ".join([*found, *_facts(site, server)])
    return Check(Condition.DEGRADED if found else Condition.HEALTHY, detail)


def _of_the_server(server: DatabaseServer) -> list[str]:
    found = []
    if server.replica:
        found.append(
            "it is a replica, may only read, or is one of several that answer under its name: its numbers may be old, "
            "and nothing on WooCommerce is changed: set WORDPRESS_DB_HOST to the server that the shop itself writes to"
        )
    if server.moving:
        found.append(
            f"{' and '.join(server.moving)} cannot be read at one instant (their engine has no transactions), so "
            f"nothing on WooCommerce is changed: {IN_INNODB[0].lower()}{IN_INNODB[1:]}"
        )
    if server.longest is not None and server.longest < LONGEST_TEXT:
        found.append(
            f"it returns no text longer than {server.longest:,} bytes, so the tickets of many shows cannot be counted: "
            "ask the host to raise max_allowed_packet to 16 MB"
        )
    if server.nodes > 1:
        found.append(
            f"it is one of {server.nodes} nodes of a Galera cluster, whose locks hold on one node only: let every "
            "computer that changes seats name the same node in WORDPRESS_DB_HOST"
        )
    return found


def _of_the_account(site: Site, server: DatabaseServer, settings: WordPressSettings) -> list[str]:
    found = []
    if site.may_write:
        found.append("its user may write, and need not: give this program one that can only SELECT")
    if server.tls is None and not is_loopback(settings.host):
        found.append("not encrypted, so others on the way can read it: ask the host for TLS, then take out "
                     "WORDPRESS_DB_TLS=off")  # fmt: skip
    return found


def _of_the_clock(server: DatabaseServer, now: dt.datetime) -> list[str]:
    apart = now - server.clock
    if abs(apart) < _CLOCKS_APART:
        return []
    way = "ahead of" if apart > dt.timedelta(0) else "behind"
    minutes = f"{abs(apart).total_seconds() / 60:,.0f} min"
    return [f"this computer's clock is {minutes} {way} the server's: let it be set by the network"]


_FIXED: Final = (
    "the site names no zone but a fixed offset ({}): where clocks change, its shows are shown an hour off for half of "
    "the year, and apart from Eventbrite's: set BRCC_TIMEZONE, or choose a city under Settings > General"
)


def _of_the_plugins(site: Site) -> list[str]:
    found = []
    if site.translated_by is not None:
        found.append(
            f"{site.translated_by} keeps a copy of the seats for each language: changes on WooCommerce are refused"
        )
    if site.bookings_off:
        found.append(
            "FooEvents Bookings is installed and not active: while it is off WooCommerce sells its products without "
            "asking for a date. Activate it under Plugins, with FooEvents; where a network of sites does, let this "
            "account read the network's table sitemeta (assets/database-user.sql)"
        )
    if site.network_unread:
        found.append(
            "it is one of a network of sites, and this account may not read what that activates for all of them: "
            "whether FooEvents is, and whether a plugin keeps a copy of the seats for each language, is unknown. Let "
            "it read the network's table sitemeta (assets/database-user.sql)"
        )
    if site.coming_soon:
        found.append(
            "WooCommerce shows its shop to staff, and to whoever has a private link to it, alone: nobody else can buy "
            'what is on sale here. Choose "Live" under WooCommerce > Settings > Site visibility'
        )
    return found


def _of_the_site(site: Site, timezone: str | None) -> list[str]:
    found = _of_the_plugins(site)
    if zone_of(site.zone) is None:
        found.append(f"the site's zone {site.zone!r} is not known here: set BRCC_TIMEZONE")
    elif _is_fixed(site):
        found += [] if timezone else [_FIXED.format(site.zone)]
    elif timezone is not None and timezone != site.zone:
        found.append(f"BRCC_TIMEZONE says {timezone} and the site {site.zone}: make them the same")
    if not understands_format(site.date_format):
        found.append(f"the date format {site.date_format!r} names no full date: choose one under Settings > General")
    return found


def _is_fixed(site: Site) -> bool:
    """Whether WordPress was told hours from UTC, or UTC itself, and no city."""
    return site.zone.startswith(("+", "-", "UTC", "GMT", "Etc/"))


def _facts(site: Site, server: DatabaseServer) -> list[str]:
    return [*_facts_of_the_server(site, server), *_facts_of_the_site(site)]


def _facts_of_the_server(site: Site, server: DatabaseServer) -> list[str]:
    words = [site.database or "answers", f"encrypted ({server.tls})" if server.tls else "not encrypted"]
    words.append({False: "read only", None: "whether its user may write is unknown"}.get(site.may_write, "may write"))
    if server.nodes == 1:
        words.append("a Galera cluster of one node")
    if server.character_set and not server.character_set.startswith("utf8"):
        words.append(f"texts kept as {server.character_set}, and read as the UTF-8 that WordPress puts there")
    return words


def _facts_of_the_site(site: Site) -> list[str]:
    fixed = " (a fixed offset: no summer time)" if _is_fixed(site) else ""
    words = [f"zone {site.zone}{fixed}, dates {site.date_format} {site.time_format}"]
    orders = "HPOS" if site.hpos else "posts"
    words.append(f"WooCommerce {site.woocommerce_version or 'of unknown version'}, orders in {orders}")
    made = " and ".join(status.removeprefix("wc-") for status in site.ticket_statuses)
    words.append(f"FooEvents {site.fooevents_version or 'of unknown version'}, tickets made when {made}")
    if site.bookings_version and not site.bookings_off:
        words.append(f"FooEvents Bookings {site.bookings_version}")
    return words
