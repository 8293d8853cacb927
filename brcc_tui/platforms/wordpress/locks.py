"""The database's named locks: one writer per product, across computers.

They need no privilege, hold across computers, and vanish with the connection that took them. A lock does not count if
its server is, or becomes, a replica, or is one of several servers under one name.

On a Galera cluster a named lock holds on the one node that gave it: two computers that ask different nodes both
get it. Nothing that a read-only account can do is visible on every node, so the protocol treats it like a person in
the shop's own editor: reads wait until the node has what the others wrote (`wsrep_sync_wait`), what was written is
looked at again until it has settled, and a number that another computer wrote is reported as a conflict, never
overwritten. `health` names such a cluster, and the remedy: all computers use the same node.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator

from brcc_tui.logs import keep_name
from brcc_tui.platforms.errors import DatabaseError, PlatformError
from brcc_tui.platforms.wordpress import badges, session_sql
from brcc_tui.platforms.wordpress.errors import SUBJECT, on_replica
from brcc_tui.platforms.wordpress.pool import Connections, Session

LOCK_NAME_LIMIT = 64
"""MySQL's longest lock name."""

WAIT_TIMEOUT_SECONDS = 120
"""A holder that is frozen, or gone without a word, loses the lock after these; a living one pings."""

PING_SECONDS = 30
"""Seconds between two pings of a living holder: the lock outlives three that do not arrive."""

BADGE_SECONDS = 1.0
"""Whoever holds a lock for longer than this tells others its name: a question more, and not on the way to a write."""


class LockedElsewhere(PlatformError):
    """Somebody else is changing this product.

    `holder` is `user@host`, or empty if the server does not say (another database user). All computers share one
    account, so it identifies only the computer. `operator` is the person there, who may have given no name.
    `idle_seconds` says how long ago that connection was last heard of.
    """

    def __init__(
        self, product_id: int, connection: int | None, holder: str, idle_seconds: int | None, operator: str = ""
    ) -> None:
        keep_name(operator)
        where = f" at {holder.rpartition('@')[2]}" if holder else ""
        heard = "" if idle_seconds is None else f", last heard of {idle_seconds} s ago"
        super().__init__(
            f"being changed by {operator or 'somebody else'}{where}{heard}",
            subject=f"product {product_id}",
            still_works="Everything can still be read",
            next_step="Wait until that change has settled, then plan again",
        )
        self.product_id = product_id
        self.connection = connection
        self.holder = holder
        self.operator = operator
        self.idle_seconds = idle_seconds


def lock_name(site: str, product_id: int) -> str:
    """`brcc:<site>:<product>` in lower case; a site that does not fit is replaced by a digest of it."""
    name = f"brcc:{site}:{product_id}".lower()
    if len(name) <= LOCK_NAME_LIMIT and name.isascii() and name.isprintable():
        return name
    return f"brcc:{hashlib.sha256(site.lower().encode()).hexdigest()[:24]}:{product_id}"


class ProductLock:
    """A named lock, held on a connection of its own until it is released or the connection is lost."""

    def __init__(self, session: Session, name: str, operator: str = "", ping_seconds: float = PING_SECONDS) -> None:
        self._session = session
        self._name = name
        self._operator = operator
        self._one_at_a_time = asyncio.Lock()
        self._lost = False
        self._done = asyncio.Event()
        self._pings = asyncio.create_task(self._ping(ping_seconds))

    async def still_ours(self) -> bool:
        """Whether the server says at this moment that this connection holds it. Never raises, never reconnects."""
        if self._lost:
            return False
        try:
            async with self._one_at_a_time:
                owner, connection, replica = await self._session.row(session_sql.lock_owner(self._name))
        except DatabaseError:
            self._lost = True
            return False
        self._lost = owner is None or owner != connection or self._session.is_replica(replica)
        return not self._lost

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """The connection that the lock is held on, to ask something on it: who is answered has the lock.

        Where asking fails the connection may be lost, and the lock with it.
        """
        async with self._one_at_a_time:
            yield self._session

    async def release(self) -> None:
        """Let go; safe to call twice, and when the connection is lost."""
        self._lost = True
        self._done.set()
        await asyncio.wait([self._pings])  # a ping under way is not broken off: that would cost the connection
        if not self._session.closed:
            with contextlib.suppress(DatabaseError):
                await self._session.rows(session_sql.release_lock(self._name))
        await self._session.close()

    async def _ping(self, seconds: float) -> None:
        """Show the server that we live. A lost connection is a lost lock: there is no second connection."""
        if self._operator:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(BADGE_SECONDS, seconds)):
                    await self._done.wait()
            await self._wear_badge()
        while not self._lost:
            try:
                async with asyncio.timeout(seconds):
                    await self._done.wait()
            except TimeoutError:
                async with self._one_at_a_time:
                    self._lost = not await self._session.alive() or self._lost

    async def _wear_badge(self) -> None:
        """Spell the operator's name for others. Without it they are told the computer: it is no reason to fail."""
        with contextlib.suppress(DatabaseError):
            async with self._one_at_a_time:
                if self._lost:
                    return
                owner, connection, _ = await self._session.row(session_sql.lock_owner(self._name))
                badge = badges.worn(int(connection), self._operator) if owner == connection else ()
                if badge:
                    await self._session.row(session_sql.get_locks(badge))


async def take_lock(
    connections: Connections,
    site: str,
    product_id: int,
    operator: str = "",
    *,
    wait_timeout: int = WAIT_TIMEOUT_SECONDS,
    ping_seconds: float = PING_SECONDS,
) -> ProductLock:
    """Take the product's lock without waiting; raises `LockedElsewhere` or `DatabaseError`.

    `operator` is the name that others who have to wait are shown.
    """
    name = lock_name(site, product_id)
    session = await connections.connect(wait_timeout)
    try:
        taken, replica = await session.row(session_sql.get_lock(name, session.mark))
        if session.is_replica(replica):
            raise on_replica()
        if taken == 1:
            return ProductLock(session, name, operator, ping_seconds)
        if taken == 0:
            raise await _elsewhere(session, name, product_id)
        raise DatabaseError(
            "the server neither gave nor refused the lock",
            subject=SUBJECT,
            still_works="Nothing was changed",
            next_step="Try again in a moment",
        )
    except BaseException:
        await session.close()
        raise


async def _elsewhere(session: Session, name: str, product_id: int) -> LockedElsewhere:
    """Name the holder as far as the server lets us: connections of other database users are hidden."""
    owner, _, _ = await session.row(session_sql.lock_owner(name))
    for number, user, host, _database, _command, seconds, *_more in await session.rows(session_sql.CONNECTIONS):
        if number == owner:
            where = f"{user}@{str(host).rsplit(':', 1)[0]}"
            return LockedElsewhere(product_id, int(number), where, int(seconds or 0), await _worn_by(session, owner))
    return LockedElsewhere(product_id, owner, "", None, await _worn_by(session, owner))


async def _worn_by(session: Session, owner: object) -> str:
    """The operator whose connection that is, as far as it says; what cannot be asked is not said."""
    if not isinstance(owner, int):
        return ""
    with contextlib.suppress(DatabaseError):
        return badges.read(owner, await session.row(session_sql.lock_owners(badges.locks_to_ask(owner))))
    return ""
