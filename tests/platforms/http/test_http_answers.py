"""What an answer means: every error body of the two shops, for a read and for a write."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.platforms.errors import (
    AccessDenied,
    BadAnswer,
    NotThere,
    PlatformError,
    RateLimited,
    Rejected,
    Unclear,
)
from brcc_tui.platforms.eventbrite import calls as eventbrite_calls
from brcc_tui.platforms.http.answers import (
    DEEPEST_JSON,
    Dialect,
    NotJson,
    Raw,
    ShopResponse,
    duration,
    quoted,
    read_json,
    retry_after,
    understand,
)
from brcc_tui.platforms.http.client import LARGEST_ANSWER, Http
from brcc_tui.platforms.timings import Timings
from brcc_tui.platforms.woocommerce import calls as woocommerce_calls
from brcc_tui.settings import EventbriteSettings, Secret, WooCommerceSettings
from tests.platforms.scripted_shop import HTML, KEY, SECRET, TOKEN


def _dialect(http: Http) -> Dialect:
    return http._dialect


@pytest.fixture(scope="module")
def eventbrite() -> Dialect:
    settings = EventbriteSettings(Secret(TOKEN), "http://127.0.0.1:9/v3", None)
    return _dialect(eventbrite_calls.connect_eventbrite(settings, None, Timings(), lambda headers: None))


@pytest.fixture(scope="module")
def woocommerce() -> Dialect:
    settings = WooCommerceSettings(Secret(KEY), Secret(SECRET), "http://127.0.0.1:9", "http://127.0.0.1:9/wc", "query")
    return _dialect(woocommerce_calls.connect_woocommerce(settings, None, Timings()))


@dataclass(frozen=True)
class Case:
    """An answer, and what it must mean for a read and for a write; `says` stands in the words for people."""

    name: str
    status: int
    body: object
    read: type[PlatformError]
    write: type[PlatformError]
    says: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def raw(self) -> Raw:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return Raw(self.status, dict(self.headers), body)


def _eb(status: int, error: str, text: str = "Some words.") -> dict[str, object]:
    return {"status_code": status, "error": error, "error_description": text}


def _wc(status: int, code: str, text: str) -> dict[str, object]:
    return {"code": code, "message": text, "data": {"status": status}}


ANY_SHOP = [
    Case("redirect", 301, {"error": "PERMANENTLY_MOVED"}, BadAnswer, Rejected, "to www.example.org",
         (("location", "https://www.example.org/wp-json/?consumer_secret=cs_zzzzzzzzzzzz"),)),
    Case("redirect without a place", 302, b"", BadAnswer, Rejected, "redirect (302)"),
    Case("see what was done", 303, b"", BadAnswer, Unclear, "redirect (303)"),
    Case("redirect to nonsense", 301, b"", BadAnswer, Rejected, "redirect", (("location", "http://[bad"),)),
    Case("nothing new, says a cache that was told of nothing old", 304, b"", BadAnswer, Unclear, "304 with nothing"),
    Case("good status with a web page", 200, HTML, BadAnswer, Unclear, "a web page instead of data"),
    Case("good status with a notice of PHP before the data", 200, b"<br />\nNotice{}", BadAnswer, Unclear, "web page"),
    Case("good status with half a comment", 200, b"{} <!-- cached", BadAnswer, Unclear, "unreadable"),
    Case("good status with nothing", 200, b"  ", BadAnswer, Unclear, "nothing"),
    Case("good status with half an answer", 200, b'{"id": 1, "na', BadAnswer, Unclear, "unreadable"),
    Case("good status with NaN", 200, b'{"id": NaN}', BadAnswer, Unclear, "unreadable"),
    Case("good status with wrong letters", 200, b'{"id": "\xff\xfe"}', BadAnswer, Unclear, "unreadable"),
    Case("good status, too deep", 200, b"[" * 5000 + b"]" * 5000, BadAnswer, Unclear, "nested too deeply"),
    Case("maintenance", 503, HTML, BadAnswer, Unclear, "wait 10 min", (("retry-after", "600"),)),
    Case("gateway", 502, HTML, BadAnswer, Unclear, "502"),
    Case("error of PHP", 500, HTML, BadAnswer, Unclear, "500 with a web page"),
    Case("firewall", 403, HTML, BadAnswer, Unclear, "403 with a web page"),
    Case("not found by a web server", 404, HTML, BadAnswer, Unclear, "404 with a web page"),
    Case("error in a foreign shape", 400, {"errors": ["x"]}, BadAnswer, Unclear, "not its own error message"),
    Case("refused without words", 401, b"", BadAnswer, Unclear, "401 with nothing"),
    Case("rate limit of a web server", 429, HTML, RateLimited, Unclear),
]  # fmt: skip

EVENTBRITE = [
    Case("wrong token", 401, _eb(401, "INVALID_AUTH", "The OAuth token you provided was invalid."),
         AccessDenied, AccessDenied, "PRIVATE_TOKEN"),
    Case("wrong token as 400", 400, _eb(400, "INVALID_AUTH"), AccessDenied, AccessDenied),
    Case("wrong header", 400, _eb(400, "INVALID_AUTH_HEADER"), AccessDenied, AccessDenied),
    Case("no token", 401, _eb(401, "NO_AUTH"), AccessDenied, AccessDenied),
    Case("public token", 403, _eb(403, "NOT_AUTHORIZED"), AccessDenied, AccessDenied, "NOT_AUTHORIZED"),
    Case("unknown event", 404, _eb(404, "NOT_FOUND", "The event you requested does not exist."), NotThere, NotThere,
         "The event you requested does not exist (NOT_FOUND)"),
    Case("bad quantity", 400, _eb(400, "BAD_QUANTITIES"), Rejected, Rejected, "BAD_QUANTITIES"),
    Case("child of a series", 400, _eb(400, "INVALID_TICKET", "Cannot update child"), Rejected, Rejected,
         "Cannot update child"),
    Case("conflict", 409, _eb(409, "REQUEST_CONFLICT"), Rejected, Rejected),
    Case("method", 405, _eb(405, "METHOD_NOT_ALLOWED"), Rejected, Rejected),
    Case("expansion", 500, _eb(500, "EXPANSION_FAILED"), BadAnswer, Unclear, "EXPANSION_FAILED"),
    Case("internal", 500, _eb(500, "INTERNAL_ERROR"), BadAnswer, Unclear, "INTERNAL_ERROR"),
    Case("a list around the error", 400, [_eb(400, "ARGUMENTS_ERROR")], Rejected, Rejected, "ARGUMENTS_ERROR"),
    Case("an empty list", 400, [], BadAnswer, Unclear),
    Case("error as an object", 400, {"error": {"code": 1}}, BadAnswer, Unclear),
    Case("error without words", 400, {"error": "X"}, Rejected, Rejected, ": X"),
    Case("allowance used up", 429, _eb(429, "HIT_RATE_LIMIT"), RateLimited, RateLimited, "in 60 min",
         (("x-rate-limit", "token:A 1/2000 reset=10s, key:B 2000/2000 reset=3575s"),)),
    Case("a refusal under a good status", 200, _eb(400, "BAD_QUANTITIES", "Too many."), BadAnswer, Unclear,
         "200, and with it a refusal: Too many (BAD_QUANTITIES)"),
    Case("a wrong token under a good status", 200, _eb(401, "NO_AUTH"), BadAnswer, Unclear, "Some words (NO_AUTH)"),
]  # fmt: skip

WOOCOMMERCE = [
    Case("no or unknown key", 401, _wc(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
         AccessDenied, AccessDenied, "WOOCOMMERCE_CONSUMER_KEY"),
    Case("wrong secret", 401, _wc(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid."),
         AccessDenied, AccessDenied, "Consumer secret is invalid"),
    Case("read-only key", 401, _wc(401, "woocommerce_rest_authentication_error",
         "The API key provided does not have write permissions."), AccessDenied, AccessDenied, "Read/Write"),
    Case("unknown id at a GET", 404, _wc(404, "woocommerce_rest_product_invalid_id", "Bad ID."), NotThere, NotThere),
    Case("unknown id at a PUT", 400, _wc(400, "woocommerce_rest_product_invalid_id", "Bad ID."), NotThere, NotThere),
    Case("a variation's id", 404, _wc(404, "woocommerce_rest_invalid_product_id", "To manipulate product variations"),
         NotThere, NotThere),
    Case("no such route", 404, _wc(404, "rest_no_route", "No route was found"), Rejected, Rejected,
         "WOOCOMMERCE_API_URL"),
    Case("bad parameter", 400, _wc(400, "rest_invalid_param", "Invalid: stock_quantity"), Rejected, Rejected,
         "stock_quantity"),
    Case("too many in a batch", 413, _wc(413, "woocommerce_rest_request_entity_too_large", "x"), Rejected, Rejected),
    Case("fatal error told as JSON", 500, _wc(500, "internal_server_error", "<p>There has been a critical error</p>"),
         BadAnswer, Unclear, "There has been a critical error (internal_server_error)"),
    Case("a firewall's refusal under a good status", 200, {"message": "Access denied by <b>bot-protection</b>."},
         BadAnswer, Unclear, "not about what was asked: Access denied by bot-protection."),
    Case("what PHP complains of", 200, b"<br />\n<b>Warning</b>:  No x in <b>/x.php</b> on line <b>3</b><br />\n[]",
         BadAnswer, Unclear, "a message of PHP"),
    Case("the same behind the data", 200, b'{"id": 7}\nPHP Deprecated:  Creation of x in /x.php on line 3', BadAnswer,
         Unclear, "a message of PHP"),
    Case("the same, and it is all", 500, b"\nFatal error: Uncaught Error in /x.php:3\nStack trace:", BadAnswer,
         Unclear, "500 with an error of PHP"),
    Case("a page of the theme's, with the same in it", 404,
         b"<br />\n<b>Warning</b>:  No x in <b>/x.php</b> on line <b>3</b><br />\n<!DOCTYPE html>\n<html><body>",
         BadAnswer, Unclear, "404 with a web page"),
    Case("a page that warns", 200, b"<p>\nWarning: you are a robot.</p>", BadAnswer, Unclear, "a web page"),
    Case("a refusal under a good status", 200, _wc(400, "rest_invalid_param", "Invalid: stock_quantity"),
         BadAnswer, Unclear, "200, and with it a refusal: Invalid: stock_quantity (rest_invalid_param)"),
]  # fmt: skip


def _meaning(case: Case, dialect: Dialect, *, wrote: bool) -> PlatformError:
    meaning = understand(case.raw(), dialect, "The shop, product 7", wrote=wrote)
    assert isinstance(meaning, PlatformError)
    return meaning


def _check(case: Case, dialect: Dialect) -> None:
    for wrote, kind in ((False, case.read), (True, case.write)):
        app_error = _meaning(case, dialect, wrote=wrote)
        assert type(app_error) is kind
        assert case.says in str(app_error)
        assert app_error.subject == "The shop, product 7"
        assert "cs_zzz" not in str(app_error)
        if wrote and kind is not Unclear:
            assert app_error.still_works == "nothing was changed"


@pytest.mark.parametrize("case", ANY_SHOP, ids=lambda case: case.name)
def test_answers_of_any_web_server(case: Case, eventbrite: Dialect, woocommerce: Dialect) -> None:
    _check(case, eventbrite)
    _check(case, woocommerce)


@pytest.mark.parametrize("case", EVENTBRITE, ids=lambda case: case.name)
def test_refusals_of_eventbrite(case: Case, eventbrite: Dialect) -> None:
    _check(case, eventbrite)


@pytest.mark.parametrize("case", WOOCOMMERCE, ids=lambda case: case.name)
def test_refusals_of_woocommerce(case: Case, woocommerce: Dialect) -> None:
    _check(case, woocommerce)


def test_the_other_shops_refusal_is_not_understood(eventbrite: Dialect) -> None:
    """A WordPress error where Eventbrite should answer is something in between, not a refusal of the write."""
    case = next(case for case in WOOCOMMERCE if case.name == "bad parameter")
    assert type(_meaning(case, eventbrite, wrote=True)) is Unclear


def test_the_code_goes_along(woocommerce: Dialect) -> None:
    case = next(case for case in WOOCOMMERCE if case.name == "bad parameter")
    assert _meaning(case, woocommerce, wrote=False).code == "rest_invalid_param"


@given(
    status=st.integers(100, 599),
    body=st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=10),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["error", "code", "message", "error_description", "data"]), inner)
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
    ),
    wrote=st.booleans(),
)
def test_any_answer_has_a_meaning(
    eventbrite: Dialect, woocommerce: Dialect, status: int, body: bytes, wrote: bool
) -> None:
    for dialect in (eventbrite, woocommerce):
        meaning = understand(Raw(status, {}, body), dialect, "x", wrote=wrote)
        if isinstance(meaning, ShopResponse):
            assert 200 <= status < 300
        elif wrote and (status >= 500 or 200 <= status < 300):
            assert type(meaning) is Unclear


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[" * (DEEPEST_JSON + 1) + b"]" * (DEEPEST_JSON + 1), "data nested too deeply"),
        (b'{"a":' * 100_000, "data nested too deeply"),
        (b"", "nothing"),
        (b"\xef\xbb\xbf<html>", "a web page instead of data"),
        (b"9" * 5000, "unreadable data"),
        (b"Infinity", "unreadable data"),
    ],
    ids=["too deep by one", "deeper than Python's stack", "empty", "a page with a mark", "huge number", "no constant"],
)
def test_what_is_not_taken_as_json(body: bytes, reason: str) -> None:
    with pytest.raises(NotJson, match=reason):
        read_json(body)


@pytest.mark.parametrize("part", [b"[],", b'{"a": 1},'])
def test_data_of_millions_of_parts_are_not_read(part: bytes) -> None:
    """In 32 MiB there is room for eleven million lists, which are a gigabyte, and seconds in the event loop."""
    many = b"[" + part * (LARGEST_ANSWER // len(part) - 1) + b"0]"
    began = time.process_time()
    with pytest.raises(NotJson, match="more parts than an answer has"):
        read_json(many)
    assert time.process_time() - began < 1


def test_what_is_taken_as_json() -> None:
    assert read_json(b"[" * DEEPEST_JSON + b"]" * DEEPEST_JSON) is not None
    assert read_json(b'\xef\xbb\xbf{"a": "\\ud83d\\ude00"}') == {"a": "\N{GRINNING FACE}"}


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf\xef\xbb\xbf[7]",
        b"\n\xef\xbb\xbf [7]\xef\xbb\xbf\n",
        b"[7]\n<!-- Page cached, and signed -->\n<!-- [8] -- > -->",
    ],
    ids=["two marks", "marks before and behind", "comments of caches"],
)
def test_what_plugins_leave_beside_the_data_is_no_part_of_it(body: bytes) -> None:
    assert read_json(body) == [7]


def test_a_site_that_shows_what_php_complains_of_is_told_to_keep_it(woocommerce: Dialect) -> None:
    """The data behind it are whole, but its text may hold what looks like them."""
    for status in (200, 500):
        told = understand(
            Raw(status, {}, b"\nNotice: Undefined index: a[0] in /x.php on line 3\n[7]"), woocommerce, "x", wrote=False
        )
        assert isinstance(told, PlatformError)
        assert "WP_DEBUG_DISPLAY" in told.next_step


FATAL = b"<br />\n<b>Fatal error</b>:  Uncaught x in /x.php:3\nStack trace:\n#0 {main}\n  thrown in <b>/x.php</b>"
TOLD_AS_JSON = b'{"code": "internal_server_error", "message": "<p>A critical error", "data": {"status": 500}}'


@pytest.mark.parametrize(
    ("status", "body", "fails"),
    [
        (500, FATAL, True),
        (200, FATAL, True),
        (500, TOLD_AS_JSON, True),
        (500, FATAL + b"<br />\n" + TOLD_AS_JSON, True),
        (500, b"PHP Parse error: syntax error in /x.php on line 3", True),
        (200, b"\nWarning: x in /x.php on line 3\n" + FATAL, True),
        (200, b"[7]\n" + FATAL, False),
        (200, b"\nWarning: x in /x.php on line 3\n[7]\n" + FATAL, False),
    ],
    ids=[
        "alone", "under a good status", "told by WordPress", "shown, and told by WordPress", "it cannot be read",
        "behind a warning", "behind the data", "behind a warning and the data",
    ],
)  # fmt: skip
def test_a_site_on_which_php_fails_is_told_to_mend_that(
    woocommerce: Dialect, status: int, body: bytes, fails: bool
) -> None:
    """Kept to the log it would be nothing, or a page: there are no data that it stands in the midst of."""
    told = understand(Raw(status, {}, body), woocommerce, "x", wrote=False)
    assert isinstance(told, PlatformError)
    assert ("PHP failed" in told.next_step) is fails
    assert ("WP_DEBUG_DISPLAY" in told.next_step) is not fails


def test_words_of_a_shop_are_made_fit_to_be_shown() -> None:
    hostile = "<b>Sorry</b>\x1b[31m &amp;\nred\u202e " + "x" * 500
    shown = quoted(hostile)
    assert shown.startswith("Sorry [31m & red x")
    assert shown.isprintable()
    assert len(shown) < 310
    assert quoted("<" * 30_000_000) == "a text of 30000000 characters"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("600", 600.0), ("", None), ("Fri, 31 Dec 1999 23:59:59 GMT", None), ("-1", None), ("9" * 9, None)],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}) == seconds


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "1 s"), (119, "119 s"), (121, "3 min"), (3575, "60 min")])
def test_durations_are_rounded_up(seconds: float, words: str) -> None:
    assert duration(seconds) == words
