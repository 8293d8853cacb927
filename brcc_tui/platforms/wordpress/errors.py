"""What the database's errors mean, in words for a person.

The driver's own texts are not shown: they carry the account, the host and sometimes data.
"""

from __future__ import annotations

import ssl

from brcc_tui.platforms.errors import DatabaseError

SUBJECT = "WordPress database"
STILL = "Eventbrite still works; nothing on WooCommerce can be changed, because what is sold is unknown"

_ACCOUNT = "Check WORDPRESS_DB_USER and WORDPRESS_DB_PASSWORD"
_HOST = "Check WORDPRESS_DB_HOST and WORDPRESS_DB_PORT, and whether the host lets this computer in"
_AGAIN = "Try again in a moment"

_WORDS: dict[int, tuple[str, str]] = {
    0: ("the connection was lost", _AGAIN),
    1045: ("the server does not accept this user and password", _ACCOUNT),
    1698: ("the server does not accept this user and password", _ACCOUNT),
    1044: ("this user may not open that database", "Ask the host to grant SELECT on it"),
    1142: ("this user may not read a table that is needed", "Ask the host to grant SELECT on the whole database"),
    1143: ("this user may not read a column that is needed", "Ask the host to grant SELECT on the whole database"),
    1049: ("the server has no database of that name", "Check WORDPRESS_DB_NAME"),
    1146: (
        "a WordPress table is missing",
        "Check WORDPRESS_TABLE_PREFIX: it is $table_prefix in the site's wp-config.php",
    ),
    1130: ("the server does not let this computer in", "Ask the host to allow this computer's address"),
    1129: ("the server has locked this computer out after too many failures", "Ask the host to unblock it"),
    1040: ("the server has no connection free", _AGAIN),
    1203: ("this user has too many connections", _AGAIN),
    1226: ("this user has used up its allowance on the server", _AGAIN),
    1969: ("the server stopped the question because it took too long", _AGAIN),
    3024: ("the server stopped the question because it took too long", _AGAIN),
    1317: ("the question was stopped on the server", _AGAIN),
    1927: ("the connection was ended on the server", _AGAIN),
    2003: ("the server cannot be reached", _HOST),
    2005: ("the server cannot be reached", _HOST),
    2006: ("the connection was lost", _AGAIN),
    2013: ("the connection was lost", _AGAIN),
}

_WORTH_ANOTHER_TRY = frozenset({1040, 1203, 2003, 2005, 2006, 2013})


class NoMySql(Exception):
    """What answers at that port does not speak the protocol."""


class NoCipher(Exception):
    """The server takes this account's password over an encrypted connection only (MySQL 8's caching_sha2_password)."""


class NoTls(Exception):
    """The server offers no encryption although it is required; the password was not sent."""


def code_of(error: BaseException) -> int:
    """The server's or driver's number of an error; -1 if it has none."""
    number = error.args[0] if error.args else -1
    return number if isinstance(number, int) else -1


def worth_another_try(error: BaseException) -> bool:
    """Whether connecting may succeed a moment later."""
    if isinstance(error.__cause__, ssl.SSLError) or isinstance(error, ssl.SSLError):
        return False
    return isinstance(error, (TimeoutError, OSError)) or code_of(error) in _WORTH_ANOTHER_TRY


def app_error(error: BaseException) -> DatabaseError:
    """The error as a person should read it, without account, host or data."""
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(error, NoTls):
        return _said(
            "the server offers no encrypted connection",
            "Ask the host to switch TLS on, or set WORDPRESS_DB_TLS=off if the network between is your own",
        )
    if isinstance(error, NoCipher):
        return _said(
            "the server takes this user's password only over an encrypted connection",
            "Set WORDPRESS_DB_TLS=required, or ask the host for a user with mysql_native_password",
        )
    if isinstance(error, NoMySql):
        return _said("what answers there is not a MySQL or MariaDB server", _HOST)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _said(
            "the server's certificate is not trusted here",
            "Put the host's CA certificate into a file and name it in BRCC_CA_FILE",
        )
    if isinstance(cause, ssl.SSLError):
        return _said("no encrypted connection could be agreed on", "Ask the host which TLS versions it speaks")
    if isinstance(error, TimeoutError):
        return _said("the server did not answer in time", _AGAIN)
    number = code_of(error)
    if number in _WORDS:
        return _said(*_WORDS[number])
    if isinstance(error, OSError):
        return _said(*_WORDS[2003])
    name = f"error {number}" if number > 0 else type(error).__name__
    return _said(f"the server answered with {name}", "Look the number up in the manual of MariaDB or MySQL")


def _said(happened: str, next_step: str) -> DatabaseError:
    return DatabaseError(happened, subject=SUBJECT, still_works=STILL, next_step=next_step)
