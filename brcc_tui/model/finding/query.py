"""Filters as people type them: `fri 8`, `next week free>=8`, `12 dec`, `tonight <50%`, `one shop`, `"full house"`.

Terms are separated by spaces and must all match; several weekdays match any of them. If a thing has a start, days and
hours match only that, because what is found is marked and synced together: `fri` must not find a show "& Friends" on a
Sunday, nor `8pm` one at ten in a series named for eight. Everything else must match the beginning of a word; quoted
text matches anywhere in the title, exactly. An unknown number is neither more nor less than any other.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from brcc_tui.model.dates import hour_of_day
from brcc_tui.model.finding.days import NAMED_DAYS, DayTest, day_of, is_tonight, weekday_of
from brcc_tui.model.finding.subject import Candidate
from brcc_tui.model.finding.words import has_word, has_word_from
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited

NUMBERS: Final = {
    "free": "free", "left": "free", "sold": "sold", "held": "held", "seats": "seats", "capacity": "seats",
    "offer": "offer",
}  # fmt: skip
"""The names by which numbers are compared, and which number each means."""

MARKS: Final = {
    "one shop": "one shop", "one shop only": "one shop", "drift": "drift", "oversold": "oversold",
    "sold twice": "sold twice", "twice": "sold twice", "not confirmed": "not confirmed", "unknown": "unknown",
    "full": "full", "sold out": "sold out", "closed": "closed", "on sale": "on sale", "not sold": "not sold",
    "read only": "read only", "hidden": "hidden", "lost": "lost",
}  # fmt: skip
"""What can be the matter, as people type it, and the mark that a thing must have."""

_NAMES = "|".join(NUMBERS)
_SPACED = re.compile(rf"(?<!\S)(?:(not\s+sold\s)|({_NAMES}))?\s*(>=|<=|>|<|=|≥|≤)\s*(\d+)\s*(%)?(?!\S)")
_COMPARED = re.compile(rf"({_NAMES})?(>=|<=|>|<|=)(\d+)(%)?")
_UNFINISHED = re.compile(rf"(?:{_NAMES})?(?:>=?|<=?|=)")
_TOKEN = re.compile(r'"([^"]*)"?|([^\s"]+)')
_HOUR = re.compile(r"(\d{1,2})(?:[:.]([0-5]\d))?([ap])(?:m|\.m\.?)|(\d\d?):([0-5]\d)")
_HALVES = frozenset(("am", "pm", "a.m.", "p.m.", "a.m", "p.m"))
_EITHER_HALF = frozenset(map(str, range(1, 13)))
"""Hours that the 12-hour clock has as well; 08:30 with its 0 is of the 24-hour clock."""
_LAST_DAY = 31

Tested = bool | None
"""Whether a thing is wanted; None when a number that decides it is not known."""

Test = Callable[[Candidate, dt.date], Tested]
"""A term, asked about a thing on a day: that of the clock on the thing's own wall."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a person typed, understood. `unfinished` is a comparison whose number is still to come: it asks nothing."""

    tests: tuple[Test, ...]
    unfinished: str
    now: dt.datetime

    def __bool__(self) -> bool:
        """Whether anything is wanted: nothing typed wants everything."""
        return bool(self.tests)

    def verdict(self, subject: Candidate) -> Tested:
        """Whether it is wanted: False if one term says no, else None if one cannot tell."""
        if not self.tests:
            return True
        start = subject.start
        today = (self.now.astimezone(start.tzinfo) if start is not None and start.tzinfo else self.now).date()
        verdict: Tested = True
        for test in self.tests:
            answer = test(subject, today)
            if answer is False:
                return False
            if answer is None:
                verdict = None
        return verdict

    def __call__(self, subject: Candidate) -> bool:
        """Whether it is surely wanted."""
        return self.verdict(subject) is True


def read_query(typed: str, now: dt.datetime) -> Query:
    """Understand what was typed; anything can be typed. `now` decides what tonight and next week are."""
    tokens = list(_tokens(typed))
    unfinished = ""
    weekdays: set[int] = set()
    spelled: list[str] = []
    tests: list[Test] = []
    at = 0
    while at < len(tokens):
        text, quoted = tokens[at]
        taken = 1
        if quoted:
            tests.append(_title(text))
        elif _UNFINISHED.fullmatch(text):
            unfinished = text
        elif (day := weekday_of(text)) is not None:
            weekdays.add(day)
            spelled.append(text)
        else:
            test, taken = _term([word for word, in_quotes in tokens[at : at + 3] if not in_quotes])
            tests.append(test)
        at += taken
    if weekdays:
        tests.insert(0, _of_day(lambda day, _: day.weekday() in weekdays, spelled))
    return Query(tuple(tests), unfinished, now)


def _tokens(typed: str) -> Iterator[tuple[str, bool]]:
    plain = typed.casefold().replace("“", '"').replace("”", '"')
    for found in _TOKEN.finditer(_SPACED.sub(_glued, plain)):
        if found[2] is not None:
            yield found[2], False
        elif found[1].strip():
            yield found[1].strip(), True


def _glued(comparison: re.Match[str]) -> str:
    """A comparison without blanks; that nothing is sold is a mark, whose last word names no number."""
    mark, name, sign, number, percent = comparison.groups("")
    return f"{mark}{name}{sign.replace('≥', '>=').replace('≤', '<=')}{number}{percent}"


def _ends_in_an_hour(words: Sequence[str], many: int) -> bool:
    """Whether the last of so many words is the hour of the next one: `dec 8 pm` is no eighth of December."""
    return words[many - 1].isdecimal() and not _HALVES.isdisjoint(words[many : many + 1])


def _term(words: Sequence[str]) -> tuple[Test, int]:
    """The longest term with which these words begin, and how many of them it takes."""
    for many in range(len(words), 0, -1):
        if _ends_in_an_hour(words, many):
            continue
        phrase = " ".join(words[:many])
        if phrase in MARKS:
            return _mark(MARKS[phrase], words[:many]), many
        if phrase == "tonight":
            return _tonight, many
        if phrase in NAMED_DAYS:
            return _of_day(NAMED_DAYS[phrase], words[:many]), many
        if day := day_of(words[:many]):
            return _of_day(day, words[:many]), many
    if len(words) > 1 and words[1] in _HALVES and (hour := _hour(words[0] + words[1])):
        return hour, 2
    return _single(words[0]), 1


def _single(word: str) -> Test:
    if found := _COMPARED.fullmatch(word):
        return _compared(NUMBERS.get(found[1] or "", ""), found[2], int(found[3]), percent=bool(found[4]))
    if hour := _hour(word):
        return hour
    if word.isascii() and word.isdecimal() and int(word) <= _LAST_DAY:
        return _number(int(word), word)
    return lambda subject, _: has_word_from(subject.words(), word)


def _of_day(wanted: DayTest, words: Sequence[str]) -> Test:
    """A test of the day; a thing without one must have these words instead."""

    def test(subject: Candidate, today: dt.date) -> Tested:
        if subject.day is not None:
            return wanted(subject.day, today)
        return all(has_word_from(subject.words(), word) for word in words)

    return test


def _tonight(subject: Candidate, today: dt.date) -> Tested:
    if subject.start is not None:
        return is_tonight(subject.start, today)
    return subject.day == today if subject.day is not None else has_word_from(subject.words(), "tonight")


def _hour(word: str) -> Test | None:
    found = _HOUR.fullmatch(word)
    if found is None:
        return None
    hour = int(found[1] or found[4])
    minute = int(found[2] or found[5] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour_of_day(hour, past_noon=found[3] == "p")

    def test(subject: Candidate, _: dt.date) -> Tested:
        start = subject.start
        if start is None:
            return has_word_from(subject.words(), word)
        hours = (start.hour, start.hour % 12 or 12) if found[4] in _EITHER_HALF else (start.hour,)
        return hour in hours and start.minute == minute

    return test


def _number(number: int, word: str) -> Test:
    """A bare number: an hour, a day of the month, or a word; as a whole, so that 1 is not 10 pm."""

    def test(subject: Candidate, _: dt.date) -> Tested:
        start, day = subject.start, subject.day
        hours = () if start is None else (start.hour, start.hour % 12 or 12)
        return number in hours or (day is not None and day.day == number) or has_word(subject.words(), word)

    return test


def _title(part: str) -> Test:
    return lambda subject, _: part in subject.title()


def _mark(mark: str, words: Sequence[str]) -> Test:
    def test(subject: Candidate, _: dt.date) -> Tested:
        if subject.marks is None:
            return all(has_word_from(subject.words(), word) for word in words)
        return mark in subject.marks()

    return test


_COMPARISONS: Final[dict[str, Callable[[int, int], bool]]] = {
    ">=": int.__ge__, "<=": int.__le__, ">": int.__gt__, "<": int.__lt__, "=": int.__eq__,
}  # fmt: skip


def _compared(name: str, sign: str, number: int, *, percent: bool) -> Test:
    """A comparison; without a name it is of what is sold in percent of the seats, or of the free seats."""
    name = name or ("sold" if percent else "free")
    compare = _COMPARISONS[sign]

    def test(subject: Candidate, _: dt.date) -> Tested:
        if subject.quantity is None:
            return False
        quantity = subject.quantity(name)
        if not percent:
            return _holds(quantity, lambda is_: compare(is_, number), endless=sign.startswith(">"))
        seats = subject.quantity("seats")
        if isinstance(seats, Unknown):
            return None
        if not isinstance(seats, int) or seats <= 0:
            return False
        return _holds(quantity, lambda is_: compare(is_ * 100, number * seats), endless=False)

    return test


def _holds(quantity: Quantity | None, check: Callable[[int], bool], *, endless: bool) -> Tested:
    if quantity is None:
        return False
    if isinstance(quantity, Unlimited):
        return endless
    return None if isinstance(quantity, Unknown) else check(quantity)
