"""What a network of WordPress sites (multisite) keeps for all of them, in a table of its own."""

from __future__ import annotations

from collections.abc import Mapping

from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress.errors import DENIED
from brcc_tui.platforms.wordpress.options import NETWORK_UNREAD, OF_NETWORK, UPDATES, plugins_off
from brcc_tui.platforms.wordpress.pool import Session


async def with_network(session: Session, options: Mapping[str, str], *, seen: bool) -> dict[str, str]:
    """The site's options with those of its network, which is asked where it is `seen`, or where the site may be in one
    that cannot be seen.
    """
    numbered = UPDATES not in options and session.sql.may_be_numbered
    if seen or numbered or plugins_off(options):
        return {**options, **await _of_network(session, numbered=numbered)}
    return {**options}


async def _of_network(session: Session, *, numbered: bool) -> dict[str, str]:
    """What the network keeps, by name; nothing of a site that is in none.

    `numbered`: the prefix is one of a network's sites, and not of a second copy of WordPress.
    """
    found: dict[str, str] = {}
    denied = False
    for asked in session.sql.network_options(OF_NETWORK):
        try:
            rows = await session.rows(asked)
        except DatabaseError as app_error:  # there is no such table, or it may not be read
            denied = denied or app_error.code in DENIED
            continue
        for name, value in rows:  # there may be several networks
            found[str(name)] = f"{found.get(str(name), '')}{value or ''}"
        if found:
            return found
    # A server says so of a table that is not there, too, to an account that may read single tables alone.
    return {NETWORK_UNREAD: ""} if denied and numbered else {}
