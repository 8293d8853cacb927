"""One connection to the database, with aiomysql. Imported only when the first connection is made."""

from __future__ import annotations

import contextlib
import ssl
import struct
from pathlib import Path
from typing import Any

import aiomysql
from pymysql import _auth
from pymysql.constants import CLIENT

from brcc_tui.platforms.wordpress.errors import (
    Garbled,
    NoMySql,
    NoTls,
    PlainPassword,
    TooLong,
    UntrustedCertificate,
    code_of,
)
from brcc_tui.platforms.wordpress.rsa import encipher_password
from brcc_tui.settings import WordPressSettings

MOST_OF_AN_ANSWER = 128 * 1024 * 1024
"""Bytes of an answer after which no more of it is read."""

CONNECT_SECONDS = 10
"""How long connecting and logging in may take together."""

DriverError: type[Exception] = aiomysql.Error

UNREADABLE = (
    ValueError, LookupError, ArithmeticError, AssertionError, AttributeError, TypeError, RuntimeError, struct.error,
)  # fmt: skip
"""What the driver raises over bytes that it cannot read; a UnicodeDecodeError is a ValueError."""


def is_unreadable(error: BaseException) -> bool:
    """Whether the driver could not read what came: of its own errors those have no number that are about packets out of
    turn, or of another kind than it waits for.
    """
    if isinstance(error, (aiomysql.InternalError, aiomysql.OperationalError)):
        return code_of(error) < 0
    return isinstance(error, UNREADABLE) and not isinstance(error, OSError)


class _Cursor(aiomysql.Cursor):  # type: ignore[misc]
    """A cursor that does not fetch the server's warnings, one more question each time, to print them."""

    async def _show_warnings(self, conn: Any) -> None:
        """A ticket with an empty order id is worth a warning to the server, and none to us."""


NONCE = 20
"""Bytes of the server's nonce; a NUL may follow, which does not belong to it."""

_KEY_WANTED = {"caching_sha2_password": b"\2", "sha256_password": b"\1"}
_KNOWN_ALREADY, _IN_FULL = 3, 4
"""caching_sha2_password: the server remembers the password's hash, or wants the whole password."""


class _Connection(aiomysql.Connection):  # type: ignore[misc]
    """aiomysql, where it would give a password away or could not log in.

    It goes on in plain text when the server offers no TLS, and sends the password as it is to any server that asks
    for it so: this one stops before. MySQL's own accounts it serves over TLS alone, unless `cryptography` is there.
    And it takes whatever comes for an answer, without an end.
    """

    _heard = 0

    async def _execute_command(self, command: Any, sql: Any) -> None:
        self._heard = 0
        await super()._execute_command(command, sql)

    def _read_bytes(self, num_bytes: int) -> Any:  # twice for each row: no coroutine around another
        self._heard += num_bytes
        if self._heard > MOST_OF_AN_ANSWER:
            raise TooLong(f"{MOST_OF_AN_ANSWER // 1024 // 1024} MiB")
        return super()._read_bytes(num_bytes)

    @property
    def tls_version(self) -> str | None:
        """The version of TLS that it is encrypted with; None for plain text."""
        encryption = self._writer.get_extra_info("ssl_object") if self._writer else None
        return str(encryption.version()) if encryption else None

    async def _get_server_information(self) -> None:
        try:
            await super()._get_server_information()
        except Exception as error:
            if is_unreadable(error):
                raise NoMySql from error
            raise

    async def _request_authentication(self) -> None:
        if self._ssl_context and not self.server_capabilities & CLIENT.SSL:
            raise NoTls
        if self._server_auth_plugin == "mysql_clear_password" and not self._ssl_context:
            raise PlainPassword
        try:
            await super()._request_authentication()
        except ssl.SSLCertVerificationError as error:
            raise UntrustedCertificate(self.server_version) from error

    async def _process_auth(self, plugin_name: bytes, auth_packet: Any) -> Any:
        if plugin_name in (b"mysql_clear_password", b"mysql_old_password") and not self._secure:
            raise PlainPassword
        return await super()._process_auth(plugin_name, auth_packet)

    async def caching_sha2_password_auth(self, pkt: Any) -> Any:
        """The short way where the server remembers the password, else the whole password, enciphered."""
        if pkt.is_auth_switch_request():
            self.salt = pkt.read_all()[:NONCE]
            pkt = await self._exchange(_auth.scramble_caching_sha2(self._secret, self.salt))
        if not pkt.is_extra_auth_data():
            return pkt  # an empty password is taken or refused at once
        pkt.advance(1)
        answer = pkt.read_uint8()
        if answer == _KNOWN_ALREADY:
            return await self._read_packet()
        if answer != _IN_FULL:
            raise aiomysql.OperationalError(2027, "unknown answer to caching_sha2_password")
        return await self._whole_password("caching_sha2_password")

    async def sha256_password_auth(self, pkt: Any) -> Any:
        """The whole password, enciphered. The server may have sent its key unasked."""
        if pkt.is_auth_switch_request():
            self.salt = pkt.read_all()[:NONCE]
        elif pkt.is_extra_auth_data():
            self.server_public_key = pkt.read_all()[1:]
        return await self._whole_password("sha256_password")

    async def _whole_password(self, plugin: str) -> Any:
        """Over TLS as it is, else for the owner of the server's public key alone."""
        if self._secure or not self._secret:
            return await self._exchange(self._secret + b"\0")
        if not self.server_public_key:
            self.server_public_key = (await self._exchange(_KEY_WANTED[plugin])).read_all()[1:]
        return await self._exchange(encipher_password(self._secret, self.salt[:NONCE], self.server_public_key))

    @property
    def _secret(self) -> bytes:
        return str(self._password).encode("latin-1")

    async def _exchange(self, data: bytes) -> Any:
        """Send, and the server's answer; raises the driver's error for a refusal."""
        self.write_packet(data)
        packet = await self._read_packet()
        packet.check_error()
        return packet


PRIVATE_NAMES = {
    aiomysql.Connection: (
        "_connect", "_execute_command", "_get_server_information", "_request_authentication", "_process_auth",
        "_read_bytes", "_read_packet", "_password", "_secure", "_server_auth_plugin", "_ssl_context", "_writer",
    ),
    aiomysql.Cursor: ("_show_warnings",),
    _auth: ("scramble_caching_sha2",),
}  # fmt: skip
"""Every private name of the drivers that this program relies on; a test fails when one of them is gone."""


async def open_connection(settings: WordPressSettings, context: ssl.SSLContext | None) -> Any:
    """Connect and authenticate; raises the driver's errors, and those that say why it stopped before."""
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
    except BaseException as error:
        with contextlib.suppress(Exception):
            connection.close()
        if is_unreadable(error):
            raise Garbled from error
        raise
    return connection


def tls_context(settings: WordPressSettings, ca_file: Path | None) -> ssl.SSLContext | None:
    """The context that checks the server's certificate, or None where TLS is off. Raises `OSError` for a bad file.

    The file's authorities are taken beside the usual ones, as for the shops. Where the host's name is not compared
    they are the only ones, for anybody may have a certificate of a usual one. The authority that MySQL makes lacks
    what Python from 3.13 on looks for (`VERIFY_X509_STRICT`), and the file may hold the server's own certificate.
    """
    if not settings.tls:
        return None
    if settings.host_checked:
        context = ssl.create_default_context()
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT
    if ca_file:
        context.load_verify_locations(cafile=str(ca_file))
    return context
