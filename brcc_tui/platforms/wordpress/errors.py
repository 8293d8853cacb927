"""What the database's errors mean, in words for a person.

The driver's own messages are not shown: they contain the account, the host and sometimes data.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from brcc_tui.platforms.errors import DatabaseError, OnReplica
from brcc_tui.platforms.wordpress.error_words import (
    BY_TEXT,
    CERTIFICATES,
    CHECK_ACCOUNT,
    ERROR_WORDS,
    HOST,
    IN_INNODB,
    NO_ENCRYPTION,
    STRICT_CERTIFICATES,
    WORTH_ANOTHER_TRY,
    ReasonAndAdvice,
)

SUBJECT = "WordPress database"
"""What an error of the database is said to be about."""

STILL = "Eventbrite does not need it; nothing on WooCommerce can be changed, because what is sold is unknown"

_TABLE = re.compile(r"'[^']*\.([a-z0-9_]+)'")
"""The name of a table in the server's text, behind the database's."""

_DENIED_TABLE = re.compile(r"(?:for table|in table) [`'](?:[^`']*[`']\.[`'])?([A-Za-z0-9_]+)[`']", re.IGNORECASE)
_DENIED_COLUMN = re.compile(r"for column [`']([A-Za-z0-9_]+)[`']", re.IGNORECASE)
"""The names in the server's text of a SELECT that is denied; before them stands the account, which is not shown."""

DENIED = frozenset({"1142", "1143"})
"""Codes of what the account may not read: a table, a column."""

CANNOT_READ = DENIED | {"1146", "1054"}
"""Codes of what the account may not read, or is not there: an old shop lacks tables and columns of a newer one."""

_SELF_SIGNED = 18
_MADE_BY_MARIADB = (11, 4)
"""From this version on MariaDB makes a certificate at each start where it was given none."""


class NoMySql(Exception):
    """What answers at that port does not speak the protocol."""


class NoTls(Exception):
    """The server offers no encryption although it is required; the password was not sent."""


class PlainPassword(Exception):
    """The server wants the password as it is, over a connection that is not encrypted; it was not sent."""


class Garbled(Exception):
    """The answer cannot be read: not in the letters agreed on, or not in the protocol's form."""


class TooLong(Exception):
    """More came than any answer has; the argument says how much is the most."""


class PartOfAnAnswer(Exception):
    """The answer was cut: too few rows, or a text that ends too early."""


class UntrustedCertificate(Exception):
    """TLS failed over the server's certificate (the cause); the argument is what the server called itself."""


class NotSet(Exception):
    """The server did not take what a session must be set to; the arguments are the variables' names."""


class OtherSession(Exception):
    """Another session of the server answers than the one that was set up."""


class OtherDatabase(Exception):
    """Another database answers than the one that was connected to."""


class NotAtOneInstant(Exception):
    """Tables (the arguments) are kept by an engine without transactions: questions see them at several instants."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the connection was tried: encrypted or not, and whether with an authority of one's own."""

    tls: bool = False
    ca_file: bool = False


_NOT_CONNECTED = "Not connected"
"""What the driver says, without a number, where the connection was lost before."""


def code_of(error: BaseException) -> int:
    """The server's or driver's number of an error; -1 if it has none."""
    number = error.args[0] if error.args else -1
    return number if isinstance(number, int) else -1


def worth_another_try(error: BaseException) -> bool:
    """Whether connecting may succeed a moment later."""
    if isinstance(error.__cause__, ssl.SSLError) or isinstance(error, ssl.SSLError):
        return False
    return isinstance(error, (TimeoutError, OSError)) or code_of(error) in WORTH_ANOTHER_TRY


def app_error(error: BaseException, how: Circumstances = Circumstances()) -> DatabaseError:
    """The error as a person should read it, without account, host or data."""
    happened, next_step = _own(error) or _of_tls(error, how) or _of_the_server(error, how)
    code = str(max(0, code_of(error)) or "")
    return DatabaseError(happened, code=code, subject=SUBJECT, still_works=STILL, next_step=next_step)


def part_of_an_answer() -> DatabaseError:
    """Whatever cut it (a limit of rows, of a text's length, a proxy): a part of an answer is none."""
    return app_error(PartOfAnAnswer())


def on_replica() -> OnReplica:
    """Why nothing is decided on what this server says."""
    return OnReplica(
        "the server is a replica, may only read, or is one of several that answer under its name: what it says may be "
        "old, and its locks keep nobody out",
        subject=SUBJECT,
        still_works="Everything can still be read; nothing on WooCommerce is changed",
        next_step="Set WORDPRESS_DB_HOST to the database server that the shop itself writes to",
    )


_OWN: Final[Mapping[type[BaseException], ReasonAndAdvice]] = {
    NoTls: (
        "the server offers no encrypted connection",
        "Ask the host to switch TLS on, or set WORDPRESS_DB_TLS=off if the network between is your own",
    ),
    PlainPassword: (
        "the server wants this user's password in plain text, and the connection is not encrypted: it was not sent",
        "Set WORDPRESS_DB_TLS=required, or ask the host for a user with a password of the usual kind",
    ),
    NoMySql: ("what answers there is not a MySQL or MariaDB server", HOST),
    Garbled: (
        "the server's answer could not be read",
        "Ask the host whether something between this computer and the database changes what is sent (a proxy, or "
        "an init_connect that sets another character set)",
    ),
    TooLong: (
        "the server answered with more than {names}, and no more of it was read",
        "Check WORDPRESS_DB_HOST and WORDPRESS_DB_PORT, and ask the host what answers there: no question has so long "
        "an answer",
    ),
    PartOfAnAnswer: (
        "the database gave only a part of its answer",
        "Ask the host what cuts it: max_allowed_packet must be 1 MB at least, and a proxy between must not limit "
        "the rows",
    ),
    OtherSession: (
        "another session of the database answers than the one that was set up for counting",
        "Ask the host for a way to the database itself: a proxy between shares or resets sessions (multiplexing, "
        "pooling by statement), and counting needs one of its own",
    ),
    OtherDatabase: (
        "another database answers than the one that WORDPRESS_DB_NAME names",
        "Ask the host what sends this user elsewhere (an init_connect with USE, or a proxy between)",
    ),
    NotAtOneInstant: (
        "what is sold cannot be seen at one instant: {names} kept without transactions",
        IN_INNODB,
    ),
    NotSet: (
        "the server did not take the settings that counting needs ({names})",
        "Ask the host for a way to the database itself: a proxy between may swallow SET SESSION",
    ),
}
"""What this program found out by itself; `{names}` stands for the tables, settings or size that the error names."""


def _own(error: BaseException) -> ReasonAndAdvice | None:
    """The words for an error of our own; None for another one."""
    for kind, (reason, advice) in _OWN.items():
        if isinstance(error, kind):
            return reason.replace("{names}", ", ".join(map(str, error.args))), advice
    return None


def _of_tls(error: BaseException, how: Circumstances) -> ReasonAndAdvice | None:
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        server = str(error.args[0]) if isinstance(error, UntrustedCertificate) else ""
        return _of_the_certificate(cause, server, how.ca_file)
    if isinstance(cause, ssl.SSLError):
        return NO_ENCRYPTION
    return None


def _of_the_certificate(error: ssl.SSLCertVerificationError, server: str, ca_file: bool) -> ReasonAndAdvice:
    code = error.verify_code
    if code == _SELF_SIGNED and _makes_its_own(server):
        return (
            "the server's certificate is not trusted here: it vouches for itself, as those do that MariaDB makes anew "
            "at each start, so that no file can hold it",
            "Ask the host to give MariaDB a lasting certificate (ssl_cert, ssl_key), and put it, or its CA's, into the "
            "file of BRCC_CA_FILE; or go through an SSH tunnel with WORDPRESS_DB_TLS=off",
        )
    if code in CERTIFICATES:
        return CERTIFICATES[code]
    if code in STRICT_CERTIFICATES:
        return (
            "the server's certificate is not made as certificates must be (MySQL makes such ones by itself)",
            "Put the server's CA certificate (ca.pem of its data folder) into the file that BRCC_CA_FILE names and set "
            "WORDPRESS_DB_TLS=ca, or ask the host for a proper certificate",
        )
    if ca_file:
        return (
            "the server's certificate is not trusted here: no authority in the file of BRCC_CA_FILE signed it",
            "Ask the host for the certificate of the CA that signed the database server's (MySQL: ca.pem of its data "
            "folder), and put that into the file",
        )
    return (
        "the server's certificate is not trusted here: its authority is not known",
        "Ask the host for the CA certificate of the database server (MySQL: ca.pem of its data folder), put it into a "
        "file and name that in BRCC_CA_FILE",
    )


def _makes_its_own(server: str) -> bool:
    """Whether a server that calls itself so makes its certificate at each start: `5.5.5-11.8.9-MariaDB`."""
    if "mariadb" not in server.lower():
        return False
    numbers = server.lower().removeprefix("5.5.5-").split("-")[0].split(".")
    return tuple(int(part) for part in numbers[:2] if part.isdecimal()) >= _MADE_BY_MARIADB


def _denied_words(text: str) -> ReasonAndAdvice | None:
    """What the account may not read, by the server's text, and the statement that lets it; None where it names none."""
    table, column = _DENIED_TABLE.search(text), _DENIED_COLUMN.search(text)
    if table is None:
        return None
    what = f"a column that is needed: {column[1]} of {table[1]}" if column else f"a table that is needed: {table[1]}"
    return (
        f"this user may not read {what}",
        f"Let the host run GRANT SELECT ON {table[1]} TO this user; assets/database-user.sql has all that is needed",
    )


def _by_its_text(number: int, text: str) -> ReasonAndAdvice | None:
    """The words for an error of the server whose text says more than its number; None where it does not."""
    if number in BY_TEXT:
        return next((words for name, words in BY_TEXT[number].items() if name in text.lower()), ERROR_WORDS[number])
    if number == 1146 and (table := _TABLE.search(text.lower())):
        return f"the table {table[1]} is missing", ERROR_WORDS[number][1]
    return _denied_words(text) if str(number) in DENIED else None


def _of_the_server(error: BaseException, how: Circumstances) -> ReasonAndAdvice:
    if isinstance(error, TimeoutError):
        return "the server did not answer in time", ERROR_WORDS[2013][1]
    number = 2006 if _NOT_CONNECTED in str(error) else code_of(error)
    by_text = _by_its_text(number, str(error.args[1]) if len(error.args) > 1 else "")
    if by_text is not None:
        return by_text
    if number == 1045 and not how.tls:
        return (
            ERROR_WORDS[number][0],
            f"{CHECK_ACCOUNT}. If they are right: set WORDPRESS_DB_TLS=required, since the host may let this user "
            "in over an encrypted connection alone, or ask whether the user may come from this computer's address",
        )
    if number in ERROR_WORDS:
        return ERROR_WORDS[number]
    if isinstance(error, OSError):
        return ERROR_WORDS[2003]
    name = f"error {number}" if number > 0 else type(error).__name__
    return (
        f"the server refused with {name}, which this program does not know",
        "Tell the host this number and what you did: it says what the database was not willing to do",
    )
