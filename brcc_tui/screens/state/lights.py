"""Which services answer at this moment: the lights follow every request that the program makes, not only the checks."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from brcc_tui.screens.support.host import ScreenHost
from brcc_tui.widgets.age import is_faded
from brcc_tui.widgets.top_line import News

if TYPE_CHECKING:
    from brcc_tui.model.listing import Listing
    from brcc_tui.operations.diagnostics.check import Check
    from brcc_tui.operations.diagnostics.health import HealthReport
    from brcc_tui.platforms.timings import Pulse

_FIRST_SIGN: Final = 0.8
"""Seconds without an answer after which a person is told: within the second in which they begin to wonder."""

_BARELY: Final = 0.08
"""Seconds too early that a timer may be."""

_NAMES: Final = {"eventbrite_api": "Eventbrite", "woocommerce_api": "the shop", "wordpress_db": "the database"}
"""The health check of each service, and what a sentence calls it."""

_PULSES: Final = {"eventbrite_api": "Eventbrite", "woocommerce_api": "WooCommerce", "wordpress_db": "SQL"}
"""The name under which each service's answers are timed."""


class Lights(ScreenHost):
    """Keeps the lights true between two checks."""

    _checked: HealthReport | None = None
    _looks_again = False

    def watch_services(self) -> None:
        """Follow every question from now on."""
        self.desk.timings().moved = self.look_at_lights

    def take_health(self, report: HealthReport) -> None:
        """Every service was just checked."""
        self._checked = report
        self.look_at_lights()
        self.changed()

    def look_at_lights(self) -> None:
        """Tell when a service has become silent, or answers again; look again soon while one is waited for."""
        pulses = self.desk.timings().pulses
        due = _first_signs_due(pulses)
        waiting = frozenset(key for key, left in due.items() if left <= _BARELY)
        self._show_lights(pulses, waiting)
        later = [left for key, left in due.items() if key not in waiting]
        if not self._looks_again and self.is_running and later:
            self._looks_again = True
            self.set_timer(min(later), self._look_again)

    def _show_lights(self, pulses: Mapping[str, Pulse], waiting: frozenset[str]) -> None:
        """Have the screens tell, where it is something other than what they show."""
        report = _as_they_answer(self._checked, pulses) if self._checked else None
        board, anew = self.board, self._hear(pulses)
        if anew or (report, waiting) != (board.health, board.waiting):
            board.health, board.waiting = report, waiting
            self.changed()

    def _hear(self, pulses: Mapping[str, Pulse]) -> bool:
        """Note when each service answered last; whether one has of which nobody had heard for long."""
        board, now = self.board, self.now()
        before, board.heard = board.heard, _last_answers(self._checked, pulses) if self._checked else {}
        return any(is_faded(at, now) and not board.is_quiet(key, now) for key, at in before.items())

    def _look_again(self) -> None:
        self._looks_again = False
        self.look_at_lights()

    def silent_news(self) -> Sequence[News]:
        """Who gives no usable answer at this moment, then who none yet."""
        checks = self.board.checks
        down = [key for key in _NAMES if key in checks and checks[key].status.value == "down"]
        slow = [key for key in _NAMES if key in self.board.waiting and key not in down]
        told = (("down:", down), ("waiting for", slow))
        return [
            News(f"{how} {said_together([_NAMES[key] for key in keys])}", frozenset(keys)) for how, keys in told if keys
        ]

    def who_is_silent(self) -> str:
        """The same in words; empty while all answer."""
        return "  ".join(news.words for news in self.silent_news())

    def say_what_stayed(self, listings: Mapping[str, Listing]) -> str:
        """Who did not answer of these listings, and that they keep what was known; empty when all were read."""
        silent = {key: why for key, why in self.board.silent.items() if key in listings}
        if not silent:
            return ""
        who = dict.fromkeys(
            "the database" if why.startswith("database") else _NAMES[f"{listings[key].platform.value}_api"]
            for key, why in silent.items()
        )
        many = "1 listing keeps" if len(silent) == 1 else f"{len(silent):,} listings keep"
        return f"No usable answer from {said_together(list(who))}: {many} what was known, with its age."


def said_together(names: Sequence[str]) -> str:
    """Services in a few words: `both shops and the database`, `Eventbrite and the database`."""
    shops = [name for name in names if name.lower() in ("eventbrite", "the shop")]
    if len(shops) > 1:
        names = ["both shops", *(name for name in names if name not in shops)]
    return " and ".join(names)


def _first_signs_due(pulses: Mapping[str, Pulse]) -> Mapping[str, float]:
    """In how many seconds a person is to be told that a service does not answer, of those that are waited for."""
    now = time.monotonic()
    awaited = {key: pulses[name] for key, name in _PULSES.items() if name in pulses and pulses[name].waiting}
    return {key: min(pulse.waiting) + _FIRST_SIGN - now for key, pulse in awaited.items()}


def _last_answers(report: HealthReport, pulses: Mapping[str, Pulse]) -> Mapping[str, dt.datetime]:
    """When each service answered last: at the check, or a question since."""
    good = {key: pulse.at for key, name in _PULSES.items() if (pulse := pulses.get(name)) and pulse.good and pulse.at}
    return {key: max(report.timestamp, good.get(key, report.timestamp)) for key in _PULSES}


def _as_they_answer(report: HealthReport, pulses: Mapping[str, Pulse]) -> HealthReport:
    """The checks, of which those of the services are as their last answer was, where that came later."""
    from brcc_tui.operations.diagnostics.health import health_report as whole

    checks = dict(report.checks)
    for key, name in _PULSES.items():
        check, pulse = checks.get(key), pulses.get(name)
        if check is not None and pulse is not None and pulse.at is not None and pulse.at > report.timestamp:
            checks[key] = _as_it_answers(check, pulse)
    return report if checks == report.checks else whole(checks, report.timestamp)


def _as_it_answers(check: Check, pulse: Pulse) -> Check:
    from brcc_tui.operations.diagnostics.check import Condition

    if not pulse.good:
        # One that counts its callers answers, and says so.
        answers = pulse.error == "answered 429"
        silent = "gives no answer that can be used" if pulse.error.startswith("answered ") else "does not answer"
        words = f"asks for fewer requests ({pulse.error})" if answers else f"{silent}: {pulse.error}"
        return replace(check, status=Condition.DEGRADED if answers else Condition.DOWN, detail=words, milliseconds=None)
    if check.status is Condition.DOWN and pulse.served:
        return replace(check, status=Condition.HEALTHY, detail="answers again")
    return check
