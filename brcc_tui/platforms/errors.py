"""The errors of platforms, classified by what they mean for the caller.

For a write the class decides: after `Unclear` it is unknown whether it was done; after any other
`PlatformError` it was certainly not done.
"""

from __future__ import annotations

from typing import Final

from brcc_tui.model.app_error import AppError

_GOOD: Final = 200


class PlatformError(AppError):
    """A shop or the database did not do what was asked. A write was certainly not done.

    `code` is the shop's own constant for it, where there was one, and `status` the answer's HTTP status (0 where there
    was no answer).
    """

    status: int = 0

    def __init__(
        self, happened: str, *, code: str = "", subject: str = "", still_works: str = "", next_step: str = ""
    ) -> None:
        super().__init__(happened, subject=subject, still_works=still_works, next_step=next_step)
        self.code = code


class NotReachable(PlatformError):
    """No connection could be made, so nothing was sent. For a read also: no answer came in time."""


class AccessDenied(PlatformError):
    """The key, token or account is not accepted, or may not do this (HTTP 401, 403; a read-only key)."""


class NotThere(PlatformError):
    """The thing does not exist (HTTP 404, and WooCommerce's 400 for an unknown id on a PUT)."""


class Rejected(PlatformError):
    """The shop understood and refused (HTTP 400, 409, 413, a redirect)."""


class RateLimited(PlatformError):
    """The hourly limit of calls is used up; `seconds` until it is reset, if the shop said so."""

    def __init__(
        self,
        happened: str,
        *,
        seconds: float | None = None,
        subject: str = "",
        still_works: str = "",
        next_step: str = "",
    ) -> None:
        super().__init__(happened, subject=subject, still_works=still_works, next_step=next_step)
        self.seconds = seconds


class WritesBlocked(PlatformError):
    """Something in front of the shop (the web server, a firewall) refuses the way in which writes are sent."""


class BadAnswer(PlatformError):
    """A read was answered with something other than the shop documents (HTML, another structure, too large, 5xx)."""


def of_another(error: BadAnswer) -> BadAnswer:
    """The same, known to be no word of the shop about what was asked: something before it has answered in its place."""
    error.status = error.status or _GOOD
    return error


class Unclear(PlatformError):
    """A write was sent and its outcome is unknown (timeout, connection lost, 5xx, HTML).

    `met` says what the shop did instead, after the words "the shop" ("answered 502 with a web page").
    """

    met: str = "did not say whether it was done"


class DatabaseError(PlatformError):
    """The WordPress database could not be asked."""


class OnReplica(DatabaseError):
    """The server follows another one: its answers may be old, and its named locks exclude nobody."""


def is_of_one_thing(error: Exception) -> bool:
    """Whether it is this one thing that cannot be read, and not a shop that is silent, or has its host answer for it.

    What the shop said and was not understood has no status: that is one of a page which came in the shop's place.
    """
    return isinstance(error, NotThere) or (isinstance(error, BadAnswer) and not error.status)
