"""Requests for which no real shop's answer is known: no recording and no measured fact covers them.

The practice club does not guess. Such a request is answered with a 500 that names it, and recorded here; the tests
check whether anything was recorded, whatever the program did with the answer. Otherwise a parameter that a real shop
interprets differently could stay hidden: every test would pass, and every real shop would fail.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

NOTED: Final[list[str]] = []
"""The offences of this process, in order and in words."""

CODE: Final = "practice_club_cannot_vouch"
"""The constant in the answer: no real shop has it."""


class Offence(Exception):
    """A request that is not covered; the message says what of it. It must not hold a credential."""


def note(request: web.Request, offence: object) -> str:
    """Note what of this request is not covered, and say it."""
    text = f"{request.method} {request.path}: {offence}"
    NOTED.append(text)
    return text


def answer_to(request: web.Request, offence: Offence) -> web.Response:
    """Note the offence, and the loud answer."""
    text = note(request, offence)
    body = {"code": CODE, "message": f"no recording and no fact covers {text}", "data": {"status": 500}}
    return web.json_response(body, status=500)
