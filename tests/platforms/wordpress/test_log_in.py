"""Logging in as hosts have their accounts, with a cold and a warm cache, and what is said where it fails."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.counts import ProductCells
from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress.error_words import BY_TEXT, ERROR_WORDS
from brcc_tui.platforms.wordpress.errors import NoMySql, NoTls, app_error
from brcc_tui.platforms.wordpress.rsa import NoKey, encipher_password, public_key
from brcc_tui.settings import Secret
from tests.mariadb.fixtures import Connect, connect, hpos_shop, on_every_server
from tests.mariadb.server import MYSQL_9, find_program
from tests.mariadb.shop import Shop

__all__ = ["connect", "hpos_shop"]

pytestmark = pytest.mark.xdist_group("mariadb")

on_mysql = pytest.mark.parametrize(
    "server_kind", [pytest.param(MYSQL_9, marks=pytest.mark.xdist_group(MYSQL_9.group))], ids=["mysql"], indirect=True
)

PASSWORD = "pÄss→wörd 🎭"

# -- RSA ---------------------------------------------------------------------------------------------------------

_JUDGE = """<?php
$key = openssl_pkey_new(['private_key_bits' => (int)$argv[1], 'config' => $argv[2]]);
echo base64_encode(openssl_pkey_get_details($key)['key']), "\\n";
while ($line = fgets(STDIN)) {
    echo openssl_private_decrypt(base64_decode($line), $plain, $key, OPENSSL_PKCS1_OAEP_PADDING)
        ? base64_encode($plain) : 'refused', "\\n";
    flush();
}
"""


@pytest.mark.parametrize("bits", [1024, 2048])
def test_openssl_reads_what_is_enciphered(tmp_path: Path, bits: int) -> None:
    php = find_program("php")
    if not php:
        pytest.skip("no PHP is installed to judge with")
    (tmp_path / "openssl.cnf").write_text("[req]\n")
    (tmp_path / "judge.php").write_text(_JUDGE)
    with subprocess.Popen(
        [php, tmp_path / "judge.php", str(bits), tmp_path / "openssl.cnf"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as judge:  # fmt: skip
        assert judge.stdin
        assert judge.stdout
        key = base64.b64decode(judge.stdout.readline())
        nonce, longest = bytes(range(1, 21)), bits // 8 - 42 - 1
        seen = set()
        for password in (b"", b"x", PASSWORD.encode(), b"y" * longest):
            for _ in range(2):
                enciphered = encipher_password(password, nonce, key)
                seen.add(enciphered)
                judge.stdin.write(base64.b64encode(enciphered).decode() + "\n")
                judge.stdin.flush()
                plain = base64.b64decode(judge.stdout.readline())
                assert bytes(a ^ nonce[n % 20] for n, a in enumerate(plain)) == password + b"\0"
        assert len(seen) == 8  # never the same twice
        with pytest.raises(NoKey, match="too short a key"):
            encipher_password(b"y" * (longest + 1), nonce, key)
        judge.stdin.close()


def a_key(modulus: int, exponent: int) -> bytes:
    """A public key in PEM."""

    def value(kind: int, data: bytes) -> bytes:
        return bytes([kind, 0x83]) + len(data).to_bytes(3, "big") + data

    numbers = value(2, modulus.to_bytes(2600, "big")) + value(2, exponent.to_bytes(3, "big"))
    der = value(0x30, value(0x30, b"") + value(3, b"\0" + value(0x30, numbers)))
    return b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der) + b"\n-----END PUBLIC KEY-----"


PEM = a_key(2**1023 + 1, 65537)
CUT = st.builds(lambda cut, more: PEM[:cut] + more, st.integers(0, len(PEM)), st.binary(max_size=9))


@given(st.binary(max_size=40) | CUT)
def test_what_is_no_key_is_refused(text: bytes) -> None:
    with contextlib.suppress(NoKey):
        assert public_key(text) == (2**1023 + 1, 65537)


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [(2**511 + 1, 65537), (2**1023 + 1, 1), (2**20000 + 1, 3)],
    ids=["short", "no power", "for hours"],
)
def test_a_key_that_protects_nothing_is_refused(modulus: int, exponent: int) -> None:
    with pytest.raises(NoKey, match="protects nothing"):
        public_key(a_key(modulus, exponent))


# -- MySQL's own accounts ------------------------------------------------------------------------------------------


@on_mysql
@pytest.mark.parametrize("plugin", ["caching_sha2_password", "sha256_password"])
@pytest.mark.parametrize("password", ["short", PASSWORD, "x" * 100], ids=["short", "other letters", "long"])
async def test_mysqls_accounts_without_tls(connect: Connect, hpos_shop: Shop, plugin: str, password: str) -> None:
    """Cold first, then warm, then cold again: what the server remembers is gone after FLUSH PRIVILEGES."""
    hpos_shop.server.make_user(
        "own", f"IDENTIFIED WITH {plugin} BY '{password}'", grants=[f"SELECT ON {hpos_shop.database}.*"]
    )
    settings = hpos_shop.settings(user="own", password=Secret(password))
    for _ in range(2):
        hpos_shop.server.run("FLUSH PRIVILEGES")
        await connect(settings).check()
        await connect(settings).check()
        with pytest.raises(DatabaseError, match="does not accept this user and password"):
            await connect(hpos_shop.settings(user="own", password=Secret("wrong"))).check()


@on_every_server
async def test_an_account_without_a_password(connect: Connect, hpos_shop: Shop) -> None:
    hpos_shop.server.make_user("open", "IDENTIFIED BY ''", grants=[f"SELECT ON {hpos_shop.database}.*"])
    await connect(hpos_shop.settings(user="open", password=Secret(""))).check()
    with pytest.raises(DatabaseError, match="does not accept this user and password"):
        await connect(hpos_shop.settings(user="open", password=Secret("one"))).check()


# -- accounts that do not come in ------------------------------------------------------------------------------------

ACCOUNTS: dict[str, tuple[str, str, str]] = {
    "locked": ("ACCOUNT LOCK", "this user is locked", "unlock"),
    "expired": ("PASSWORD EXPIRE", "password has expired", "new one"),
    "over TLS alone": ("REQUIRE SSL", "does not accept this user and password", "WORDPRESS_DB_TLS=required"),
    "with a certificate": ("REQUIRE X509", "does not accept this user and password", "WORDPRESS_DB_TLS=required"),
    "one connection": ("WITH MAX_USER_CONNECTIONS 1", "as many connections as it may", "MAX_USER_CONNECTIONS"),
    "few queries": ("WITH MAX_QUERIES_PER_HOUR 6", "as many queries as it may", "MAX_QUERIES_PER_HOUR"),
    "few connections": ("WITH MAX_CONNECTIONS_PER_HOUR 1", "made as many connections", "MAX_CONNECTIONS_PER_HOUR"),
}


@on_every_server
@pytest.mark.parametrize(("clause", "happened", "next_step"), ACCOUNTS.values(), ids=ACCOUNTS)
async def test_accounts_that_do_not_come_in(
    connect: Connect, hpos_shop: Shop, clause: str, happened: str, next_step: str
) -> None:
    grants = [f"SELECT ON {hpos_shop.database}.*"]
    hpos_shop.server.make_user("limited", "IDENTIFIED BY 'right'", clause, grants=grants)
    first, second = (connect(hpos_shop.settings(user="limited", password=Secret("right"))) for _ in range(2))

    async def several_times() -> None:
        async with first._connections.session():
            for _ in range(5):
                await second.check()

    with pytest.raises(DatabaseError, match=happened) as refused:
        await several_times()
    assert next_step in refused.value.next_step
    assert "again in a moment" not in refused.value.next_step


@on_every_server
async def test_a_user_of_two_connections_goes_on_with_them(connect: Connect, hpos_shop: Shop) -> None:
    """Whoever finds none left waits for one of our own; one that nobody uses makes room for a lock's."""
    grants = [f"SELECT ON {hpos_shop.database}.*"]
    hpos_shop.server.make_user("limited", "IDENTIFIED BY 'right'", "WITH MAX_USER_CONNECTIONS 2", grants=grants)
    client = connect(hpos_shop.settings(user="limited", password=Secret("right")), site="shop.example")
    counted = await asyncio.gather(*(client.counts([ProductCells(number)]) for number in range(8)))
    assert len(counted) == 8
    lock = await client.lock(7)
    assert await lock.still_ours()
    await asyncio.gather(*(client.check() for _ in range(3)))
    await lock.release()


@on_mysql
async def test_a_user_who_is_locked_for_a_time(connect: Connect, hpos_shop: Shop) -> None:
    hpos_shop.server.make_user("limited", "IDENTIFIED BY 'right' FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1")
    for password, happened in (("wrong", "locked for a time|does not accept"), ("right", "locked for a time")):
        with pytest.raises(DatabaseError, match=happened):
            await connect(hpos_shop.settings(user="limited", password=Secret(password))).check()


@on_mysql
@pytest.mark.parametrize(
    ("variable", "happened"),
    [("require_secure_transport", "encrypted connections only"), ("offline_mode", "offline mode")],
)
async def test_a_server_that_lets_nobody_in(connect: Connect, hpos_shop: Shop, variable: str, happened: str) -> None:
    hpos_shop.server.run(f"SET GLOBAL {variable} = ON")
    try:
        with pytest.raises(DatabaseError, match=happened):
            await connect(hpos_shop.settings()).check()
    finally:
        hpos_shop.server.run(f"SET GLOBAL {variable} = OFF")


# -- servers that ask for too much -----------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def a_server_that_asks_for(plugin: bytes, answers: list[bytes]) -> AsyncIterator[int]:
    """A server that greets as MySQL does and wants the password by this plugin; gives its port."""
    greeting = (
        b"\x0a8.0.40\0" + b"\1\0\0\0" + b"saltsalt" + b"\0" + b"\xff\xf7" + b"\xff\2\0" + b"\xff\xdf" + b"\x15"
        + bytes(10) + b"saltsaltsalt\0" + b"mysql_native_password\0"
    )  # fmt: skip

    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, packet in ((0, greeting), (2, b"\xfe" + plugin + b"\0" + b"saltsaltsaltsaltsalt\0")):
            writer.write(len(packet).to_bytes(3, "little") + bytes([number]) + packet)
            answers.append(await reader.read(4096))
        writer.close()
        served.set()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]
        await asyncio.wait_for(served.wait(), 10)


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"mysql_old_password"])
async def test_a_password_is_not_sent_in_plain_text(connect: Connect, hpos_shop: Shop, plugin: bytes) -> None:
    answers: list[bytes] = []
    async with a_server_that_asks_for(plugin, answers) as port:
        settings = hpos_shop.settings(port=port, password=Secret("hunter2"))
        with pytest.raises(DatabaseError, match=r"plain text.*was not sent"):
            await connect(settings).check()
    assert len(answers) == 2
    assert answers[1] == b""
    assert b"hunter2" not in answers[0]


@pytest.mark.parametrize("plugin", [b"client_ed25519", b"parsec", b"auth_gssapi_client", b"dialog"])
async def test_a_kind_of_log_in_that_the_program_does_not_have(
    connect: Connect, hpos_shop: Shop, plugin: bytes
) -> None:
    async with a_server_that_asks_for(plugin, []) as port:
        with pytest.raises(DatabaseError, match=r"a kind of log-in that this program does not have") as refused:
            await connect(hpos_shop.settings(port=port)).check()
    assert "mysql_native_password on MariaDB, caching_sha2_password on MySQL" in refused.value.next_step


# -- words -----------------------------------------------------------------------------------------------------------


def _told() -> Iterator[Any]:
    for number in ERROR_WORDS:
        yield pytest.param(app_error(_numbered(number)), id=str(number))
    for number, texts in BY_TEXT.items():
        for text in texts:
            yield pytest.param(app_error(_numbered(number, f"User 'x' of secret.example: --{text}")), id=text)
    yield pytest.param(app_error(_numbered(9999)), id="unknown")
    yield pytest.param(app_error(NoTls()), id="no TLS")
    yield pytest.param(app_error(NoMySql()), id="no MySQL")


def _numbered(number: int, text: str = "Access denied for user 'reader'@'secret.example'") -> Exception:
    return RuntimeError(number, text)


@pytest.mark.parametrize("problem", _told())
def test_every_error_says_what_happened_and_what_to_do(problem: DatabaseError) -> None:
    assert problem.happened
    assert len(problem.next_step) > 10
    assert "manual" not in str(problem)
    assert "secret.example" not in str(problem)
    assert not problem.happened.endswith(".")


MARIADB_AND_MYSQL = (
    1040, 1044, 1045, 1047, 1049, 1104, 1129, 1130, 1142, 1143, 1146, 1193, 1203, 1226, 1227, 1305, 1317, 1370, 1412,
    1698, 1820, 1862, 1927, 1969, 2003, 2006, 2013, 2059, 3024, 3032, 3118, 3159, 3955, 4031, 4151,
    3, 5, 41, 1028, 1105, 1109, 1152, 1176, 1184, 1221, 1267, 1271, 1290, 1815, 1878, 3144, 3889, 9001,
)  # fmt: skip


def test_the_numbers_that_hosts_give_are_all_known() -> None:
    assert set(MARIADB_AND_MYSQL) <= ERROR_WORDS.keys()


@pytest.mark.parametrize(
    ("number", "text", "happened", "next_step"),
    [
        (1146, "Table 'club_wp.wp_wc_orders' doesn't exist", "the table wp_wc_orders is missing", "TABLE_PREFIX"),
        (1030, 'Got error 28 "No space left on device" from storage engine InnoDB', "no disk space", "free"),
        (1030, 'Got error 194 "Tablespace is missing" from storage engine InnoDB', "damaged", "repair"),
        (1290, "running with the --max-session-mem-used=8192 option so it cannot", "too little memory", "raise"),
        (1290, "running with the --read-only option so it cannot", "may only read", "Nothing was lost"),
        (1290, "running with the --something option so it cannot", "a setting of the server", "init_connect"),
        (1226, "User 'x' has exceeded the 'max_questions' resource", "in an hour", "MAX_QUERIES_PER_HOUR"),
        (41, "Local temporary space limit reached", "temporary tables", "limit"),
    ],
)
def test_a_number_that_means_several_things_is_told_by_the_servers_text(
    number: int, text: str, happened: str, next_step: str
) -> None:
    problem = app_error(_numbered(number, text))
    assert happened in problem.happened
    assert next_step in problem.next_step
    assert "club_wp" not in str(problem)
