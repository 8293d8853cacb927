"""One connection to the database, with aiomysql. Imported only when the first connection is made."""

from __future__ import annotations

import contextlib
import ssl
from pathlib import Path
from typing import Any

import aiomysql
from pymysql.constants import CLIENT

from brcc_tui.platforms.wordpress.errors import NoTls
from brcc_tui.settings import WordPressSettings

CONNECT_SECONDS = 10

DriverError: type[Exception] = aiomysql.Error


class _Cursor(aiomysql.Cursor):  # type: ignore[misc]
    """A cursor that does not fetch the server's warnings, one more question each time, to print them."""

    async def _show_warnings(self, conn: Any) -> None:
        """A ticket with an empty order id is worth a warning to the server, and none to us."""


class _Connection(aiomysql.Connection):  # type: ignore[misc]
    """aiomysql goes on in plain text when the server offers no TLS; this one stops before the password is sent."""

    async def _request_authentication(self) -> None:
        if self._ssl_context and not self.server_capabilities & CLIENT.SSL:
            raise NoTls
        await super()._request_authentication()


async def open_connection(settings: WordPressSettings, context: ssl.SSLContext | None) -> Any:
    """Connect and authenticate; raises the driver's errors."""
    connection = _Connection(
        host=settings.host,
        port=settings.port,
        user=settings.user,
        # The driver encodes the password as Latin-1; servers expect UTF-8.
        password=settings.password.reveal().encode().decode("latin-1"),
        db=settings.name,
        charset="utf8mb4",
        autocommit=True,
        cursorclass=_Cursor,
        connect_timeout=CONNECT_SECONDS,
        ssl=context,
        program_name="brcc-tui",
    )
    try:
        await connection._connect()
    except BaseException:
        with contextlib.suppress(Exception):
            connection.close()
        raise
    return connection


def tls_context(settings: WordPressSettings, ca_file: Path | None) -> ssl.SSLContext | None:
    """The context that checks the server's certificate, or None where TLS is off."""
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None) if settings.tls else None
