"""Encrypted connections as hosts have them: certificates that servers make by themselves, and proper ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.wordpress.pool import Connections
from brcc_tui.settings import Secret, WordPressSettings
from tests.mariadb.certificates import Certificate, make_certificate
from tests.mariadb.fixtures import needs_server, running_server
from tests.mariadb.server import INSTALLED, MARIADB_11, MYSQL_9, ROOT_PASSWORD, Kind, Server, database_server

pytestmark = pytest.mark.xdist_group("mariadb")

MYSQLS_CA = "ca.pem of MySQL's data folder"
OTHER_CA = "another authority"
NO_FILE = ""
WORKS = ""


def settings(server: Server, **changes: object) -> WordPressSettings:
    """As the administrator, over TLS."""
    values = {
        "host": server.host, "port": server.port, "user": "root", "password": Secret(ROOT_PASSWORD), "name": "mysql",
        "prefix": "wp_", "tls": True,
    }  # fmt: skip
    return WordPressSettings(**(values | changes))  # type: ignore[arg-type]


async def version(settings: WordPressSettings, ca_file: Path | None) -> str | None:
    """The version of TLS that a connection has."""
    pool = Connections(settings, ca_file=ca_file, timings=Timings())
    try:
        async with pool.session() as session:
            return session.tls
    finally:
        await pool.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    made = make_certificate(tmp_path_factory.mktemp("tls"))
    if made is None:
        pytest.skip("no PHP with OpenSSL is installed to make a certificate with")
    return made


@dataclass(frozen=True)
class Case:
    """A server with its own certificate, what is set, and what comes of it."""

    kind: Kind
    file: str
    host_checked: bool
    happened: str = WORKS
    next_step: str = ""


REFUSED = "names another host" if sys.version_info < (3, 13) else "is not made as certificates must be"
"""Why MySQL's own certificate is refused: since 3.13 Python also looks how it is made, and before that."""

BY_THEMSELVES = {
    "MySQL, nothing named": Case(
        MYSQL_9, NO_FILE, True, "its authority is not known", "put it into a file and name that in BRCC_CA_FILE"
    ),
    "MySQL, its CA, its name compared": Case(MYSQL_9, MYSQLS_CA, True, REFUSED, "WORDPRESS_DB_TLS=ca"),
    "MySQL, its CA": Case(MYSQL_9, MYSQLS_CA, False),
    "MySQL, another CA": Case(MYSQL_9, OTHER_CA, False, "no authority in the file of BRCC_CA_FILE", "ca.pem"),
    "MariaDB, nothing named": Case(MARIADB_11, NO_FILE, True, "makes anew at each start", "lasting certificate"),
    "MariaDB, another CA": Case(MARIADB_11, OTHER_CA, False, "makes anew at each start", "SSH tunnel"),
}


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=pytest.mark.xdist_group(case.kind.group)) for case in BY_THEMSELVES.values()],
    ids=BY_THEMSELVES,
)
async def test_certificates_that_servers_make_by_themselves(case: Case, certificate: Certificate) -> None:
    needs_server(case.kind)
    server = running_server(case.kind)
    file = {NO_FILE: None, OTHER_CA: certificate.cert, MYSQLS_CA: server.data / "ca.pem"}[case.file]
    asked = settings(server, host_checked=case.host_checked)
    if case.happened == WORKS:
        assert await version(asked, file) == "TLSv1.3"
        return
    with pytest.raises(DatabaseError, match=case.happened) as refused:
        await version(asked, file)
    assert case.next_step in refused.value.next_step


@pytest.fixture(scope="module")
def proper(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Server]:
    """A MariaDB with a certificate for 127.0.0.1."""
    needs_server(INSTALLED)
    folder = tmp_path_factory.mktemp("server")
    with database_server(folder / "data", options=certificate.server_options()) as running:
        yield running


async def test_a_proper_certificate(proper: Server, certificate: Certificate, tmp_path: Path) -> None:
    assert await version(settings(proper), certificate.cert) == "TLSv1.3"
    assert await version(settings(proper, host_checked=False), certificate.cert) == "TLSv1.3"
    with pytest.raises(DatabaseError, match="names another host"):
        await version(settings(proper, host="localhost"), certificate.cert)
    with pytest.raises(DatabaseError, match="its authority is not known"):
        await version(settings(proper), None)
    with pytest.raises(DatabaseError, match="is not there"):
        await version(settings(proper), tmp_path / "absent.pem")
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(DatabaseError, match="holds no certificate"):
        await version(settings(proper), tmp_path / "empty.pem")


async def test_a_usual_authority_is_none_where_the_name_is_not_compared(
    proper: Server, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Anybody may have a certificate that one of the usual authorities has signed."""
    other = make_certificate(tmp_path)
    assert other
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.cert))  # now the usual ones have signed the server's
    assert await version(settings(proper), other.cert) == "TLSv1.3"
    with pytest.raises(DatabaseError, match="no authority in the file"):
        await version(settings(proper, host_checked=False), other.cert)
