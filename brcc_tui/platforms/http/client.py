"""The HTTP client for both shops: limits, retries of reads, a single attempt at each write, timings.

A write is sent once. If no connection could be made, nothing was sent (`NotReachable`); once a byte may have
left, only a proper answer of the shop says what happened, and everything else is `Unclear`. Redirects are
never followed: a redirected POST turns into a GET, a write that silently does nothing.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, stop_after_delay
from tenacity.wait import wait_random_exponential

from brcc_tui import __version__
from brcc_tui.logs import log
from brcc_tui.platforms.errors import NotReachable, PlatformError, RateLimited
from brcc_tui.platforms.http.answers import (
    REDIRECTS,
    Dialect,
    Raw,
    ShopResponse,
    is_in_its_place,
    retry_after,
    strange,
    understand,
)
from brcc_tui.platforms.http.connection import (
    AS_THEY_CAME,
    PACKED,
    NoAnswer,
    NotOurAnswer,
    in_turn,
    open_client,
    why_no_answer,
)
from brcc_tui.platforms.http.lean_httpx import httpx
from brcc_tui.platforms.timings import Timings

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
OnHeaders = Callable[[Mapping[str, str], Mapping[str, str] | None], None]
"""Told the headers of an answer, and those that a read had sent along for it; None for a write."""

LARGEST_ANSWER: Final = 32 * 1024 * 1024
"""Bytes of an answer, unpacked, after which no more of it is read."""

READS_AT_ONCE: Final = 4
"""Reads of a shop of one's own side by side: more would take the web server's workers away from its buyers."""

_TRIES: Final = 3
_LONGEST_TRYING: Final = 30.0
_LONGEST_WAIT: Final = 5.0
_WHOLE_ANSWER: Final = 90.0
_NOT_AT_WORK: Final = frozenset({408, 429})
"""Statuses in the 400s that are no refusal: the request did not come through in time, or too many did."""
_WORTH_ANOTHER_TRY: Final = frozenset({*_NOT_AT_WORK, 502, 503, 504})
_ALWAYS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": PACKED,
    "Content-Type": "application/json",
    "Cache-Control": "no-cache",
    "User-Agent": f"brcc-tui/{__version__}",
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request without its method: `endpoint` is a template such as `events/{event}/`, filled from `parts`.

    `about` names its subject for people ("event 1362389596959"). `as_writer`: a read that uses the credentials of
    writes.
    """

    endpoint: str
    parts: Mapping[str, str | int] = field(default_factory=dict)
    about: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    as_writer: bool = False

    @property
    def path(self) -> str:
        """The endpoint with its parts; raises `ValueError` for a part that would become another path."""
        if not all(str(part).strip(".") for part in self.parts.values()):
            raise ValueError("an id that would change the path")
        return self.endpoint.format_map({name: quote(str(part), safe="") for name, part in self.parts.items()})


class _Passing(Exception):
    """An error of a read that may be gone at the next try, at the earliest after so many seconds."""

    def __init__(self, app_error: PlatformError, seconds: float) -> None:
        super().__init__()
        self.app_error = app_error
        self.seconds = seconds


class _TooLarge(Exception):
    pass


class Http:
    """The connections to one shop. Create it off the event loop: reading the certificates takes a moment.

    Every method raises `PlatformError`; after a write, `Unclear` means that its outcome is unknown.
    """

    def __init__(
        self,
        address: str,
        dialect: Dialect,
        *,
        read_auth: httpx.Auth,
        write_auth: httpx.Auth,
        timings: Timings,
        ca_file: Path | None = None,
        on_headers: OnHeaders = lambda headers, sent: None,
        sleep: Sleep = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
        reads_at_once: int = READS_AT_ONCE,
    ) -> None:
        """`on_headers` is told the headers of every answer, bad ones too. `transport` replaces the network in tests."""
        self.requests = 0
        self._address = address.rstrip("/")
        self._dialect = dialect
        self._read_auth = read_auth
        self._write_auth = write_auth
        self._timings = timings
        self._on_headers = on_headers
        self._sleep = sleep
        self._turns = asyncio.Semaphore(reads_at_once)
        self._client = open_client(self._address, ca_file, transport)

    async def read(self, call: Call) -> ShopResponse:
        """GET, retried a few times if the error may pass."""
        return await self._tried("GET", call, None)

    async def probe(self, method: str, call: Call, body: Mapping[str, object]) -> ShopResponse:
        """A request in the form of a write that can change nothing: its errors are treated as a read's."""
        return await self._tried(method, call, _content(body))

    async def _tried(self, method: str, call: Call, content: bytes | None) -> ShopResponse:
        retrying = AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(_TRIES) | stop_after_delay(_LONGEST_TRYING),
            wait=_wait,
            retry=retry_if_exception_type(_Passing),
            reraise=True,
        )
        tries = count()
        try:
            return await retrying(self._read_once, method, call, content, tries)
        except _Passing as passing:
            app_error = passing.app_error
        raise app_error

    async def write(self, method: str, call: Call, body: Mapping[str, object]) -> ShopResponse:
        """PUT or POST, once. It does not queue behind reads, because a person waits for it."""
        outcome = await self._exchange(method, call, _content(body))
        if not isinstance(outcome, NoAnswer):
            answer = understand(outcome, self._dialect, self._subject(call), wrote=True)
        elif outcome.sent:
            answer = strange(outcome.reason, self._subject(call), wrote=True)
        else:
            answer = self._not_reachable(outcome, call, "nothing was sent")
        if isinstance(answer, PlatformError):
            raise answer
        return answer

    async def close(self) -> None:
        await self._client.aclose()

    async def _read_once(self, method: str, call: Call, content: bytes | None, tries: Iterator[int]) -> ShopResponse:
        async with self._turns:
            outcome = await self._exchange(method, call, content, retries=next(tries))
        if isinstance(outcome, NoAnswer):
            if not outcome.passing:
                raise strange(outcome.reason, self._subject(call), wrote=False)
            raise _Passing(self._not_reachable(outcome, call, "what was read before is still shown"), 0)
        answer = understand(outcome, self._dialect, self._subject(call), wrote=False)
        if not isinstance(answer, PlatformError):
            return answer
        if outcome.status in _WORTH_ANOTHER_TRY:
            wait = answer.seconds if isinstance(answer, RateLimited) else retry_after(outcome.headers) or 0.0
            if wait is not None and wait <= _LONGEST_WAIT:
                raise _Passing(answer, wait)
        raise answer

    async def _exchange(self, method: str, call: Call, content: bytes | None, *, retries: int = 0) -> Raw | NoAnswer:
        """One request and its answer, timed and logged; raises for nothing that the network does.

        `retries` says how often the same request was sent before.
        """
        name = f"{method} {call.endpoint}"
        about: dict[str, object] = {"shop": self._dialect.shop, "about": call.about, "method": method}
        about |= {"path": call.path, "retries": retries}
        began = time.monotonic()
        self.requests += 1
        try:
            with self._timings.asking(self._dialect.shop):
                outcome = await self._send(method, call, content)
        except asyncio.CancelledError:
            log(f"{name} cancelled", **about)
            raise
        milliseconds = (time.monotonic() - began) * 1000
        reason = outcome.reason if isinstance(outcome, NoAnswer) else f"answered {outcome.status}"
        # A refusal in the 400s is the shop at work; what keeps it from working is counted as a failure.
        good = isinstance(outcome, Raw) and outcome.status < 500 and outcome.status not in _NOT_AT_WORK
        self._timings.record(f"{self._dialect.shop}: {name}", milliseconds, good, "" if good else reason)
        self._tell_how_it_answers(outcome, "" if good else reason, reads=content is None)
        if isinstance(outcome, Raw):
            about |= {"status": outcome.status, "bytes": len(outcome.body)}
            self._on_headers(outcome.headers, call.headers if content is None else None)
        log(name, **about, outcome=reason, milliseconds=round(milliseconds), good=good)
        return outcome

    def _tell_how_it_answers(self, outcome: Raw | NoAnswer, failed: str, *, reads: bool) -> None:
        """For the shop's light. A change may be stopped on its way alone, and says nothing of reading."""
        silent = failed or (_instead_of_the_shop(outcome, self._dialect) if reads else "")
        served = isinstance(outcome, Raw) and 200 <= outcome.status < 300
        self._timings.ended(self._dialect.shop, silent, served=served)

    async def _send(self, method: str, call: Call, content: bytes | None) -> Raw | NoAnswer:
        request = self._client.stream(
            method,
            f"{self._address}/{call.path}",
            params=call.params,
            headers={**_ALWAYS, **call.headers},
            content=content,
            auth=self._read_auth if content is None and not call.as_writer else self._write_auth,
            extensions={"trace": in_turn()},
        )
        try:
            async with asyncio.timeout(_WHOLE_ANSWER), request as response:
                return Raw(response.status_code, _headers(response), await _bounded(response))
        except _TooLarge:
            return NoAnswer(f"answered with more than {LARGEST_ANSWER // 1024 // 1024} MiB", sent=True, passing=False)
        except TimeoutError:
            return NoAnswer(f"did not finish its answer within {_WHOLE_ANSWER:.0f} s", sent=True)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, NotOurAnswer) as error:
            return why_no_answer(error)

    def _not_reachable(self, lost: NoAnswer, call: Call, still_works: str) -> NotReachable:
        return NotReachable(
            f"the shop {lost.reason}",
            subject=self._subject(call),
            still_works=still_works,
            next_step="check the internet connection, then try again",
        )

    def _subject(self, call: Call) -> str:
        return f"{self._dialect.shop}, {call.about}" if call.about else self._dialect.shop


async def all_or_first_failure(work: Iterable[Coroutine[object, object, T]]) -> list[T]:
    """Results of all, in order. The first failure stops the others, and is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part) for part in work]
    except ExceptionGroup as several:
        first = several.exceptions[0]
    else:
        return [task.result() for task in tasks]
    raise first


def _instead_of_the_shop(outcome: Raw | NoAnswer, dialect: Dialect) -> str:
    """What answers a reading where the shop should; empty where the shop does, whose answers are JSON, refusals too.

    A firewall's page, a log-in or a redirect is as good as silence: nothing can be read.
    """
    if isinstance(outcome, NoAnswer):
        return outcome.reason
    if outcome.status in REDIRECTS:
        return f"a redirect answers in its place ({outcome.status})"
    instead = is_in_its_place(outcome, dialect)
    return f"something else answers in its place ({outcome.status}, no data)" if instead else ""


def _content(body: Mapping[str, object]) -> bytes:
    return json.dumps(body).encode("ascii")


_backing_off: Final = wait_random_exponential(multiplier=0.5, max=_LONGEST_WAIT)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.seconds if isinstance(error, _Passing) else 0.0
    return max(asked, _backing_off(state))


def _headers(response: httpx.Response) -> dict[str, str]:
    """The headers by their names in lower case; httpx's own way asks anew for each how all of them are written."""
    found: dict[str, str] = {}
    for raw_name, raw in response.extensions[AS_THEY_CAME]:
        name, value = raw_name.decode("latin-1").lower(), raw.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


async def _bounded(response: httpx.Response) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise _TooLarge
        pieces.append(piece)
    return b"".join(pieces)
