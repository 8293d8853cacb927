"""What WordPress's options and the server report about themselves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from brcc_tui.model.catalogue import Site
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import session_sql
from brcc_tui.platforms.wordpress.counts import read_beginning
from brcc_tui.platforms.wordpress.pool import Session

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


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """The database server as this connection meets it.

    `tls` is the version of TLS, None for plain text. `clock` is the server's own time when it answered. `replica`: it
    follows another server, so what it says may be old. `nodes` of a Galera cluster that it belongs to, of which named
    locks hold on this one alone; 0 where it belongs to none. `character_set` is the one in which WordPress's
    texts are kept, None where there are none yet. `longest` are the bytes of the longest text that it makes, None where
    it does not tell. `moving` are the tables that cannot be read at one instant.
    """

    tls: str | None
    clock: dt.datetime
    replica: bool = False
    nodes: int = 0
    character_set: str | None = None
    longest: int | None = None
    moving: tuple[str, ...] = ()


async def read_server(session: Session) -> DatabaseServer:
    """Ask the server for the time, and for what it is."""
    clock, _ = await read_beginning(session, with_site=False)
    nodes = [int(size) for _, size in await session.rows(session_sql.NODES)] if session.galera else [0]
    character_sets = [str(name) for (name,) in await session.rows(session.sql.character_set())]
    return DatabaseServer(
        tls=session.tls,
        clock=dt.datetime.fromtimestamp(clock.now, dt.UTC),
        replica=clock.replica,
        nodes=max(nodes, default=1),
        character_set=character_sets[0] if character_sets else None,
        longest=session.longest_packet,
        moving=clock.moving or (),
    )


async def read_site(session: Session) -> Site:
    """The site's own settings, and whether this database user could write."""
    _, site = await read_beginning(session, with_site=True)
    if site is None:
        raise AssertionError("asked for")
    copies = await _copies(session, site.translated_by)
    return replace(site, copies=copies, may_write=await _may_write(session))


async def _copies(session: Session, translator: str | None) -> Mapping[int, int] | None:
    """The original of each product that is a copy; None where the plugin's way of keeping them is not known."""
    questions = {"WPML": session.sql.wpml_copies(), "Polylang": session.sql.polylang_copies()}
    if translator not in questions:
        return None if translator else {}
    try:
        return _copies_of(await session.rows(questions[translator]))
    except DatabaseError:  # a table or column of another version: the plugin is there all the same
        return None


def _copies_of(rows: Iterable[tuple[object, object, object]]) -> Mapping[int, int]:
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


def may_write(grants: Iterable[str]) -> bool | None:
    """Whether these grants allow a change; None if roles hide what they allow, it depends on others, or none came:
    every account has one.
    """
    several = list(grants)
    answer: bool | None = False if several else None
    for grant in several:
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
    """None if the server does not say. The lines hold password hashes: they go no further than this."""
    try:
        rows = await session.rows(session_sql.GRANTS)
    except DatabaseError:
        return None
    return may_write([str(grant) for (grant,) in rows])
