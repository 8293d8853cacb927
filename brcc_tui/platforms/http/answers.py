"""What an HTTP answer means: data, or one of the errors of `errors.py`.

The rule for writes is here only: a refusal counts as "certainly not done" only if the shop itself says
so in its own format. A 5xx, a web page (a firewall's, a proxy's, a PHP error) or anything unreadable leaves
the outcome unclear.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from brcc_tui.logs import redact
from brcc_tui.platforms.errors import (
    AccessDenied,
    BadAnswer,
    NotThere,
    PlatformError,
    RateLimited,
    Rejected,
    Unclear,
)

DEEPEST_JSON: Final = 64
"""Levels of lists and objects in an answer: no shop's has more than a few."""

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""Statuses that send to another address. A 304 sends nowhere: a cache says so, to a question about nothing older."""

_MOST_PARTS: Final = 1_000_000
"""Lists and objects in an answer, several times as many as a page of products has: each takes 64 bytes and more."""

OF_PHP: Final = "a message of PHP in the midst of its data"
"""Why an answer is no JSON where a site shows its visitors what PHP complains of."""

_MESSAGE_OF_PHP: Final = re.compile(
    rb"^[ \t]{0,8}(?:<br ?/?>)?(?:<b>)?(?:PHP )?(?:Warning|Notice|Deprecated|(?:Fatal|Parse) error)(?:</b>)?: "
    rb"[^\n]{1,500}?(?: on line |\.php:[0-9])",
    re.MULTILINE,
)
PHP_FAILED: Final = "an error of PHP instead of its data"
"""Why an answer is no JSON where PHP has failed, and a site shows its visitors why."""

_FAILURE_OF_PHP: Final = re.compile(
    rb"^[ \t]{0,8}(?:<br ?/?>)?(?:<b>)?(?:PHP )?(?:Fatal|Parse) error(?:</b>)?: ", re.MULTILINE
)
_DATA: Final = re.compile(rb"^\s{0,8}[\[{]", re.MULTILINE)

_PAGE: Final = re.compile(rb"^[ \t]{0,8}<(?:!doctype|html)\b", re.MULTILINE | re.IGNORECASE)
"""A page of HTML: it may show messages of PHP too, and there are no data in it."""

_MARKS: Final = b"\xef\xbb\xbf \t\r\n"
_BLANKS: Final = re.compile(r"[\ufeff \t\r\n]*")
_CONTAINERS: Final = frozenset({list, dict})
_LONGEST_QUOTE: Final = 300
_LONGEST_HEARD: Final = 20_000
_LONGEST_ASIDE: Final = 1_000
_MOST_COMMENTS: Final = 8
_UNCHANGED: Final = "nothing was changed"
TRY_AGAIN: Final = "try again"
_LOOK_FIRST: Final = "look at the listing before anything is sent again"


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class ShopResponse:
    """A good answer: its JSON, parsed, and its headers, names in lower case."""

    data: object
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one shop words a refusal.

    `words` finds (constant, text) in an error's body, or None when the body is not this shop's own. `kinds`
    sorts constants that mean something else than their HTTP status does. `advice` is the next step for a constant, for
    a kind of error, or (by its status, or as `OF_PHP` or `PHP_FAILED`) for a page that came to a read in the shop's
    place. `reset` finds the seconds until the allowance returns in the headers. `others_words` finds what something
    before the shop says in its place, in JSON and under a good status; None where the shop itself may have said it.
    """

    shop: str
    words: Callable[[object], tuple[str, str] | None]
    kinds: Mapping[str, type[PlatformError]]
    advice: Mapping[str | int | type[PlatformError], str]
    reset: Callable[[Mapping[str, str]], float | None] = lambda headers: None
    others_words: Callable[[object], str | None] = lambda data: None


class NotJson(Exception):
    """The text is not JSON that this program takes; the message says why, without quoting it."""


def read_json(body: bytes) -> object:
    """Parse strictly: no NaN, no depth beyond `DEEPEST_JSON`, no millions of parts. Raises `NotJson`.

    Beside the data may stand what plugins leave there: byte order marks, and behind it comments of HTML, by which page
    caches sign.
    """
    if body.count(b"[") + body.count(b"{") > _MOST_PARTS:
        raise NotJson("more parts than an answer has")
    reason = ""
    try:
        data = _document(body)
    except RecursionError:
        reason = "data nested too deeply"
    except ValueError:
        reason = _instead_of_data(body)
    if not reason and _deeper_than(data, DEEPEST_JSON):
        reason = "data nested too deeply"
    if reason:
        raise NotJson(reason)
    return data


def _begins_like_json(body: bytes) -> bool:
    """Whether it begins as the answers of both shops do, an object or a list: told without reading all of it."""
    return body[:200].lstrip(_MARKS).startswith((b"{", b"["))


def _document(body: bytes) -> object:
    """The one document in a body; raises `ValueError`, or `RecursionError`."""
    text = body.decode(json.detect_encoding(body), "surrogatepass")
    data, end = _DECODER.raw_decode(text, _after_blanks(text, 0))
    end = _after_blanks(text, end)
    for _ in range(_MOST_COMMENTS):
        if text.startswith("<!--", end):
            end = _after_blanks(text, text.index("-->", end + 4) + 3)
    if end < len(text):
        raise ValueError("extra data after the end")
    return data


def _after_blanks(text: str, start: int) -> int:
    found = _BLANKS.match(text, start)
    return found.end() if found else start


def _instead_of_data(body: bytes) -> str:
    heard = body[:_LONGEST_HEARD] + body[-_LONGEST_HEARD:]
    if _MESSAGE_OF_PHP.search(heard) and not _PAGE.search(heard):
        return PHP_FAILED if _FAILURE_OF_PHP.search(heard) and not _DATA.search(heard) else OF_PHP
    shown = body[:200].lstrip(_MARKS)
    return "a web page instead of data" if shown.startswith(b"<") else "unreadable data" if body.strip() else "nothing"


def _without_data(raw: Raw, unreadable: str) -> str:
    """Why there are no data, of an answer whose status says so too: WordPress's own error stands behind PHP's then."""
    failed = unreadable == OF_PHP and raw.status >= 500 and _FAILURE_OF_PHP.search(raw.body[:_LONGEST_HEARD])
    return PHP_FAILED if failed else unreadable


def _no_constant(name: str) -> object:
    raise ValueError(name)


_DECODER: Final = json.JSONDecoder(parse_constant=_no_constant)


def _deeper_than(data: object, levels: int) -> bool:
    """Level by level, each in one go: it is done for every page, and in the event loop."""
    level: list[Any] = [data] if data.__class__ in _CONTAINERS else []
    while level and levels > 0:
        levels -= 1
        contents = (part.values() if part.__class__ is dict else part for part in level)
        level = [item for content in contents for item in content if item.__class__ in _CONTAINERS]
    return bool(level)


@dataclass(frozen=True, slots=True)
class _Question:
    """What an answer is to: in which dialect it was asked, about what, and whether that was a write."""

    dialect: Dialect
    subject: str
    wrote: bool

    def strange(self, happened: str, *, code: str = "", next_step: str) -> PlatformError:
        """An answer to it that cannot be used."""
        return strange(happened, self.subject, wrote=self.wrote, code=code, next_step=next_step)

    def instead_of_an_answer(self, unreadable: str, status: int) -> str:
        """The next step after something that came in the shop's place: by what it is, else by its status."""
        return self.dialect.advice.get(unreadable) or self.dialect.advice.get(status, TRY_AGAIN)


def understand(raw: Raw, dialect: Dialect, subject: str, *, wrote: bool) -> ShopResponse | PlatformError:
    """The answer's data, or what is wrong with it; `wrote` says that the request was a write."""
    meaning = _meaning(raw, _Question(dialect, subject, wrote))
    if isinstance(meaning, PlatformError):
        meaning.status = raw.status
    return meaning


def _meaning(raw: Raw, asked: _Question) -> ShopResponse | PlatformError:
    data, unreadable = None, ""
    try:
        data = read_json(raw.body)
    except NotJson as error:
        unreadable = _without_data(raw, str(error))
    refusal = None if unreadable else asked.dialect.words(data)
    if 200 <= raw.status < 300:
        if refusal is not None:
            return _refusal_as_if_well(raw, refusal, asked)
        happened = f"answered with {unreadable}" if unreadable else _of_another(data, asked.dialect)
        if not happened:
            return ShopResponse(data, raw.headers)
        return asked.strange(happened, next_step=asked.instead_of_an_answer(unreadable, raw.status))
    if raw.status in REDIRECTS:
        return _redirected(raw, asked)
    if _is_refusal(raw.status, refusal, wrote=asked.wrote):
        return _refusal(raw, refusal or ("", ""), asked)
    return _not_its_own_refusal(raw, unreadable, refusal, asked)


def _of_another(data: object, dialect: Dialect) -> str:
    """What happened where something before the shop has answered in its place; empty where the shop did."""
    said = dialect.others_words(data) if dialect.words(data) is None else None
    if said is None:
        return ""
    return f"answered as if all were well, and not about what was asked: {quoted(said)}"


def is_in_its_place(raw: Raw, dialect: Dialect) -> bool:
    """Whether something before the shop has answered a reading: with no JSON, or with JSON that is not the shop's.

    What is told so is short: a longer answer is looked at by its beginning alone.
    """
    if not _begins_like_json(raw.body):
        return True
    if len(raw.body) > _LONGEST_ASIDE or not 200 <= raw.status < 300:
        return False
    try:
        return bool(_of_another(read_json(raw.body), dialect))
    except NotJson:
        return False


def _is_refusal(status: int, refusal: tuple[str, str] | None, *, wrote: bool) -> bool:
    """Whether the shop itself refused, so that nothing was done: by its own words, which a 429 to a read may lack."""
    return status < 500 and (refusal is not None or (status == 429 and not wrote))


def strange(happened: str, subject: str, *, wrote: bool, code: str = "", next_step: str = TRY_AGAIN) -> PlatformError:
    """An answer that cannot be used: after a write nobody knows what was done. `next_step` is that of a read."""
    if wrote:
        unclear = Unclear(
            f"the change was sent, but the shop {happened}", code=code, subject=subject, next_step=_LOOK_FIRST
        )
        unclear.met = happened
        return unclear
    return BadAnswer(f"the shop {happened}", code=code, subject=subject, next_step=next_step)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a `Retry-After` header asks for; None without, or of its form with a date (no shop's)."""
    text = headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def quoted(text: str) -> str:
    """Words of a shop, fit to be shown: one line, no markup, no control characters, no secrets, not long."""
    if len(text) > _LONGEST_HEARD:
        return f"a text of {len(text)} characters"
    # Before and after: a secret may hold what looks like a tag, and a tag may stand within a secret.
    text = redact(html.unescape(re.sub(r"<[^<>]{0,500}>", "", redact(text))))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def _redirected(raw: Raw, asked: _Question) -> PlatformError:
    try:
        host = urlsplit(raw.headers.get("location", "")).hostname or ""
    except ValueError:
        host = ""
    answered = f"answered with a redirect ({raw.status})" + (f" to {quoted(host)}" if host else "")
    if asked.wrote and raw.status == 303:  # "done; see the result there"
        return strange(answered, asked.subject, wrote=True, code="redirect")
    happened = f"the shop {answered}"
    next_step = "put the address that the shop answers at into the settings"
    if asked.wrote:
        return Rejected(happened, code="redirect", subject=asked.subject, still_works=_UNCHANGED, next_step=next_step)
    return BadAnswer(happened, code="redirect", subject=asked.subject, next_step=next_step)


def _not_its_own_refusal(raw: Raw, unreadable: str, refusal: tuple[str, str] | None, asked: _Question) -> PlatformError:
    """A 5xx, or an error that does not look like the shop's own.

    405 alone says that nothing was done whoever says it: the method did not get through. A 403 page may hide an answer.
    """
    code, text = refusal or ("", "")
    happened = f"answered {raw.status}"
    if refusal:
        happened += f": {_sentence(code, text)}"
    elif raw.status == 503:
        happened += " (not available, perhaps maintenance)"
    else:
        happened += f" with {unreadable or 'data that is not its own error message'}"
    if seconds := retry_after(raw.headers):
        happened += f" and asks to wait {duration(seconds)}"
    if asked.wrote and raw.status == 405:
        return Rejected(
            f"the host lets no such change through: it {happened}",
            code="method_blocked",
            subject=asked.subject,
            still_works=_UNCHANGED,
            next_step=asked.dialect.advice.get("method_blocked", "ask the host to let it through"),
        )
    advised = (
        asked.dialect.advice.get(code, TRY_AGAIN) if refusal else asked.instead_of_an_answer(unreadable, raw.status)
    )
    return asked.strange(happened, code=quoted(code), next_step=advised)


def _refusal_as_if_well(raw: Raw, refusal: tuple[str, str], asked: _Question) -> PlatformError:
    """The shop's own refusal under a good status: status and words contradict each other."""
    code, _ = refusal
    advice, kind = asked.dialect.advice, asked.dialect.kinds.get(code, Rejected)
    happened = f"answered {raw.status}, and with it a refusal: {_sentence(*refusal)}"
    return asked.strange(happened, code=quoted(code), next_step=advice.get(code) or advice.get(kind) or TRY_AGAIN)


def _refusal(raw: Raw, refusal: tuple[str, str], asked: _Question) -> PlatformError:
    code, text = refusal
    dialect, still_works = asked.dialect, _UNCHANGED if asked.wrote else ""
    if raw.status == 429:
        seconds = retry_after(raw.headers)
        return rate_limited(dialect.reset(raw.headers) if seconds is None else seconds, asked.subject, still_works)
    kind = dialect.kinds.get(code) or _BY_STATUS.get(raw.status, Rejected)
    return kind(
        f"{_HAPPENED[kind]}: {_sentence(code, text)}",
        code=quoted(code),
        subject=asked.subject,
        still_works=still_works,
        next_step=dialect.advice.get(code) or dialect.advice.get(kind, ""),
    )


def rate_limited(
    seconds: float | None, subject: str, still_works: str, happened: str = "the allowance of calls is used up"
) -> RateLimited:
    """The shop's allowance of calls is used up, or as good as that, for that many seconds if they are known."""
    when = f"the whole allowance returns in {duration(seconds)}" if seconds is not None else "try again later"
    return RateLimited(happened, seconds=seconds, subject=subject, still_works=still_works, next_step=when)


def duration(seconds: float) -> str:
    """Seconds in words for a person, rounded up."""
    if seconds < 120:
        return f"{-int(-seconds // 1)} s"
    return f"{-int(-seconds // 60)} min"


def _sentence(code: str, text: str) -> str:
    text = quoted(text).rstrip(".")
    return f"{text} ({quoted(code)})" if text else quoted(code)


_BY_STATUS: Final[Mapping[int, type[PlatformError]]] = {401: AccessDenied, 403: AccessDenied, 404: NotThere}
_HAPPENED: Final[Mapping[type[PlatformError], str]] = {
    AccessDenied: "access is denied",
    NotThere: "this is not there",
    Rejected: "the shop refused",
    BadAnswer: "the shop cannot answer this",
}
