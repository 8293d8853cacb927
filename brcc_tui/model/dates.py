"""Dates and times as the shops write them, parsed without guessing.

FooEvents stores a date as text in the site's `date_format` at the moment of saving, with localised month
names, padded or not, and keeps old spellings when the option changes. `05/07/2025` may be two different days:
only the site's option decides, or a date that is possible in one order only.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from brcc_tui.model.month_names import month_in_date, month_number

_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)?\.?"
_WEEKDAY = rf"{_WORD}(?:-feira)?"  # terça-feira: five of the seven in Portuguese
_PHP_LETTERS = {
    "d": r"(?P<day>[0-9]{1,2})",
    "j": r"(?P<day>[0-9]{1,2})",
    "m": r"(?P<month>[0-9]{1,2})",
    "n": r"(?P<month>[0-9]{1,2})",
    "F": rf"(?P<name>{_WORD})",
    "M": rf"(?P<name>{_WORD})",
    "Y": r"(?P<year>[0-9]{4})",
    "y": r"(?P<year>[0-9]{2}(?:[0-9]{2})?)",  # FooEvents' datepicker writes the whole year
    "D": _WEEKDAY,
    "l": _WEEKDAY,
    "S": r"(?:[^\W\d_]{0,3}[.ºª°]?)",
}
_AS_FOOEVENTS = {"mm/dd/yyyy": "m/d/Y"}
"""A format that is none to PHP, and what FooEvents' calendar takes it for."""

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_NUMERIC = re.compile(r"([0-9]{1,2})([-/.]) ?([0-9]{1,2})\2 ?([0-9]{4})\.?")
_ROBBED = re.compile(r"u(0[0-9a-f]{3})")
"""A letter as FooEvents stores it (\\u00e9), once its own button has taken the backslash away."""

_PIECE = re.compile(rf"[0-9]+|{_WEEKDAY}", re.IGNORECASE)
_FILLERS = frozenset(
    ("de", "del", "d", "of", "den", "di", "el", "le", "la", "the", "st", "nd", "rd", "th", "er", "m", "г", "gada")
)
_CLOCK_12 = re.compile(r"(?<![\w:.])([0-9]{1,2})(?:[:.]([0-5][0-9]))? ?([ap])\.?m(?!\w)", re.IGNORECASE)
_TUESDAY = ("mar", "mar.")
"""Short for a weekday in Spanish, French, Italian and Romanian, and for a month in many languages."""

_SPAN = re.compile(
    r"[0-9] ?(?:[-–—/&]|to|and|or|til|till|until) ?[0-9]{1,2}(?:[:.][0-5][0-9])? ?[ap]\.?m(?!\w)", re.IGNORECASE
)
_CLOCK_AT_ALL = r"(?:[0-9]{1,2}(?:[:.][0-5][0-9])? ?[ap]\.?m|(?:1[3-9]|2[0-3])h(?:[0-5][0-9])?)(?!\w)"
_LISTED = re.compile(
    rf"(?:(?<![^\W\d_])(?P<word>[^\W\d_]+)\.? )?(?<![\w#.:+])(?:[1-9]|1[0-9]|2[0-3])(?:[:.][0-5][0-9])?"
    rf" ?(?:[,;|]|\b(?:et|y|e|und|en|og|och|then|plus)\b) ?{_CLOCK_AT_ALL}"
    rf"|^(?:[1-9]|1[0-2]) {_CLOCK_AT_ALL}"
    rf"|\b(?:doors?|einlass|portes|puertas)\b[^0-9]{{0,12}}{_CLOCK_AT_ALL}"
    r"|(?:[ap]\.?m|h) ?(?:[,;|&+/]|\b(?:and|or|et|y|und|then|plus)\b) ?(?:[1-9]|1[0-9]|2[0-3])"
    r"(?= ?(?:$|[,;|()&]|shows?\b))",
    re.IGNORECASE,
)
"""Two times of which one alone says which half of the day: 7, 9pm; 7pm & 9. And when the doors open: not the show."""

_CLOCK_24 = re.compile(
    r"(?<![\w:.])(?:(?P<colon>[01]?[0-9]|2[0-3]):(?P<past>[0-5][0-9])"
    r"|(?P<h>0?[06-9]|1[0-9]|2[0-3])h(?P<minutes>[0-5][0-9])|(?P<bare>1[3-9]|2[0-3])h)(?![\w:])"
    r"(?! ?(?:h|hrs?|hours?|heures?|horas?|ore|uur|stunden|std|min|mins|minutes|of|long|marathon)\b)",
    re.IGNORECASE,
)
"""20:30, 20h30, 20h. A small number before an h is how long something lasts: 2h, 1h30, a 12h marathon; and so is one
before a word for it: 1:30 hours, 24h of stand-up."""

_EITHER_HALF = frozenset(map(str, range(1, 13)))
"""Hours before a colon that the 12-hour clock has as well; 07:30 with its 0 is of the 24-hour clock."""

_NOON = 12 * 60
_ONE = 13 * 60
"""From here on a time on the 24-hour clock is no other on the 12-hour one."""


@dataclass(frozen=True, slots=True)
class UnreadableDate:
    """A text that is no date or time that one could be sure of, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class WallTime:
    """A time of day in minutes after midnight (1440 is the next midnight).

    `inferred` says that it was read from a label; `contradiction` names what the stored fields said instead.
    """

    minutes: int
    inferred: bool = False
    contradiction: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """When something begins, as far as it can be read. `problem` is for a person: why not, or what contradicts."""

    date: dt.date | None
    at: dt.datetime | None
    time_inferred: bool = False
    problem: str | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether it was inferred, or something contradicts it."""
        return self.time_inferred or (self.at is not None and self.problem is not None)


def read_start(date: dt.date | UnreadableDate, clock: WallTime | UnreadableDate, zone: dt.tzinfo | None) -> Start:
    """A date, a time and a zone put together; whatever of them is missing leaves no instant."""
    if isinstance(date, UnreadableDate):
        return Start(None, None, problem=date.reason)
    if isinstance(clock, UnreadableDate):
        return Start(date, None, problem=clock.reason)
    if zone is None:
        return Start(date, None, clock.inferred, "the site's time zone is not known")
    return Start(date, local_instant(date, clock.minutes, zone), clock.inferred, clock.contradiction)


def local_instant(date: dt.date, minutes: int, zone: dt.tzinfo) -> dt.datetime:
    """That wall time in the zone.

    A time that the clocks skip in spring moves forward by the skipped hour, as in PHP; one that comes twice
    in autumn is always the first, still in summer time (PHP 8.2 takes the first in Toronto, the second in Berlin).
    """
    wall = dt.datetime.combine(date, dt.time(), zone) + dt.timedelta(minutes=minutes)
    return wall.astimezone(dt.UTC).astimezone(zone)


@functools.lru_cache(maxsize=8192)
def read_date(text: str, date_format: str = "") -> dt.date | UnreadableDate:
    """Read a date text by the site's PHP date format, else in any spelling that has only one meaning."""
    text = _ROBBED.sub(lambda found: chr(int(found[1], 16)), text)
    cleaned = " ".join(unicodedata.normalize("NFC", text).split())
    if not cleaned:
        return UnreadableDate("there is no date")
    pattern = _pattern(date_format)
    if pattern and (match := pattern.fullmatch(cleaned)) and (date := _date_of(match.groupdict(), cleaned)):
        return date
    if match := _ISO.fullmatch(cleaned):
        year, month, day = (int(part) for part in match.groups())
        return _date(year, month, day) or UnreadableDate(f"there is no such day as {_shown(cleaned)}")
    if match := _NUMERIC.fullmatch(cleaned):
        return _numeric(cleaned, match)
    return _with_month_name(cleaned)


def understands_format(date_format: str) -> bool:
    """Whether a PHP date format names a full date in a way that `read_date` can follow."""
    return _pattern(date_format) is not None


def infer_date_format(texts: Iterable[str]) -> str:
    """`d/m/Y` or `m/d/Y`, when dates like 25/12/2025 among the texts leave only one of them; else nothing."""
    day_first = month_first = False
    for text in texts:
        if (match := _NUMERIC.fullmatch(" ".join(text.split()))) and match[2] == "/":
            day_first = day_first or int(match[1]) > 12
            month_first = month_first or int(match[3]) > 12
    if day_first == month_first:
        return ""
    return "d/m/Y" if day_first else "m/d/Y"


@functools.lru_cache(maxsize=4096)
def day_and_time(start: dt.datetime | None) -> str:
    """`Fri 27 Nov 2026 20:00`, as tables and sheets have it; `no date` for none."""
    return f"{start:%a %d %b %Y %H:%M}" if start else "no date"


def read_clock(hour: str, minute: str, period: str, label: str) -> WallTime | UnreadableDate:
    """Read stored time fields; where they say nothing, or less than the label, the label's time is inferred.

    Hour 00 without anything else is FooEvents' unset form field; with a.m. it is midnight (point-of-sale programs
    write it so), unless the label names another time. An hour up to 12 without a period is read as the 24-hour clock,
    unless the label names a time with a.m. or p.m.: that contradiction is told, as is an a.m. where the label says p.m.
    """
    named, as_written = _time_in(label), _fields(hour, minute, period)
    stored = _stored_minutes(hour, minute, period) if _is_a_time(hour, period) else None
    if stored is None or (stored == 0 and named and int(hour) == 0):
        if named is None:
            return UnreadableDate("no time is stored, and the label names none or more than one")
        wrong = f"the stored time {as_written} is not a time" if period.strip() else None
        return WallTime(named.minutes, inferred=True, contradiction=wrong)
    if named and named.is_sure:
        return _beside_label(stored, named.minutes, hour, period, as_written)
    return WallTime(stored, contradiction=_of_no_clock(stored, hour, period, as_written))


def _beside_label(stored: int, named: int, hour: str, period: str, as_written: str) -> WallTime:
    """Which of the two minutes is meant where the label names a sure time."""
    half = _meridiem(period)
    if not half and stored < _ONE and stored != named:
        wrong = f"{as_written} is stored without a.m. or p.m., but the label says otherwise"
        return WallTime(named, inferred=True, contradiction=wrong)
    if half and (stored < _NOON) != (named < _NOON):
        return WallTime(stored, contradiction=f"{as_written} is stored, but the label says otherwise")
    return WallTime(stored, contradiction=_of_no_clock(stored, hour, period, as_written))


def _of_no_clock(stored: int, hour: str, period: str, as_written: str) -> str | None:
    """That an hour of the 24-hour clock has a.m. beside it."""
    strange = stored >= _ONE and _meridiem(period) == "am" and _is_past_noon(hour)
    return f"{as_written} is stored, which is not a time" if strange else None


def _is_a_time(hour: str, period: str) -> bool:
    """Whether a time can be read of these fields: beside a period that is foreign only an hour past noon is one."""
    return not _is_foreign(period) or _is_past_noon(hour)


def _is_foreign(period: str) -> bool:
    """Whether a period is told that is neither a.m. nor p.m.: PHP reads no time with it."""
    return bool(period.strip()) and not _meridiem(period)


def _is_past_noon(hour: str) -> bool:
    """Whether the hour is one of the 24-hour clock alone: FooEvents' form then ignores the period beside it."""
    return bool(re.fullmatch(r" *(?:1[3-9]|2[0-4]) *", hour, re.ASCII))


@dataclass(frozen=True, slots=True)
class _NamedTime:
    """`is_sure` of a time that is one and no other, whichever clock is meant."""

    minutes: int
    is_sure: bool


@functools.lru_cache(maxsize=1024)
def _time_in(label: str) -> _NamedTime | None:
    """The one time of day that a label names ("8pm Show", "20h30"); None for none ("10 Spam") or several.

    With a colon alone 8:30 may be either half of the day: such a time is none, and none beside it is sure but its own.
    """
    label = " ".join(label.split())
    if _SPAN.search(label) or any(month_number(two["word"] or "") is None for two in _LISTED.finditer(label)):
        return None
    sure, read, either = _times_in(label)
    if any(half not in {minutes % _NOON for minutes in sure} for half in either):
        return None
    if len(sure | read) != 1:
        return None
    (minutes,) = sure | read
    return _NamedTime(minutes, minutes in sure)


def _times_in(label: str) -> tuple[set[int], set[int], set[int]]:
    """Times of day in a label: those that are sure, those of the 24-hour clock before 1 p.m., and halves of a day."""
    sure, read, either = set(), set(), set()
    for match in _CLOCK_12.finditer(label):
        hour = int(match[1])
        if 1 <= hour <= 12:
            sure.add(hour_of_day(hour, past_noon=match[3] in "pP") * 60 + int(match[2] or 0))
    for match in _CLOCK_24.finditer(_CLOCK_12.sub(" ", label)):
        minutes = _minutes_of(match)
        if match["colon"] in _EITHER_HALF:
            either.add(minutes % _NOON)
        elif minutes >= _ONE:
            sure.add(minutes)
        else:
            read.add(minutes)
    return sure, read, either


def _minutes_of(match: re.Match[str]) -> int:
    """Minutes after midnight of a time on the 24-hour clock (`_CLOCK_24`)."""
    return int(match["colon"] or match["h"] or match["bare"]) * 60 + int(match["past"] or match["minutes"] or 0)


def hour_of_day(hour: int, *, past_noon: bool) -> int:
    """0 to 23 for an hour of the 12-hour clock."""
    return hour % 12 + (12 if past_noon else 0)


def _meridiem(period: str) -> str:
    """`am`, `pm` or nothing, of FooEvents' dotted spelling or any other."""
    letters = "".join(c for c in period.lower() if c.isalpha())
    return letters if letters in ("am", "pm") else ""


def _stored_minutes(hour: str, minute: str, period: str) -> int | None:
    """Minutes after midnight of the stored fields; None for fields that are unset or impossible."""
    hour, minute, meridiem = hour.strip(), minute.strip(), _meridiem(period)
    if not re.fullmatch(r"[0-9]{1,2}", hour, re.ASCII) or not re.fullmatch(r"[0-5]?[0-9]?", minute, re.ASCII):
        return None
    hours, minutes = int(hour), int(minute or 0)
    if hours == 0 and _is_no_midnight(minutes, meridiem):
        return None
    if meridiem and hours <= 12:
        hours = hour_of_day(hours, past_noon=meridiem == "pm")
    return hours * 60 + minutes if hours < 24 or (hours, minutes) == (24, 0) else None


def _is_no_midnight(minutes: int, meridiem: str) -> bool:
    """Whether an hour 0 is no hour: an unset form field has no minutes either, and no 0 is past noon."""
    return meridiem == "pm" or (minutes == 0 and not meridiem)


def _fields(hour: str, minute: str, period: str) -> str:
    return _shown(f"{hour}:{minute} {period}".strip())


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:40])


@functools.lru_cache(maxsize=32)
def _pattern(date_format: str) -> re.Pattern[str] | None:
    """A PHP date format as an expression that ignores padding; None for formats without a full date."""
    parts: list[str] = []
    letters = iter(_AS_FOOEVENTS.get(date_format.strip(), date_format.strip()))
    for letter in letters:
        if letter == "\\":
            parts.append(re.escape(next(letters, "")))
        elif letter in _PHP_LETTERS:
            parts.append(_PHP_LETTERS[letter])
        elif letter.isascii() and letter.isalpha():
            return None
        else:
            parts.append(" *" if letter.isspace() else re.escape(letter) + ("?" if letter in ",." else ""))
    try:
        pattern = re.compile("".join(parts), re.IGNORECASE)
    except re.error:
        return None
    return pattern if _is_full_date(pattern.groupindex) else None


def _is_full_date(names: Collection[str]) -> bool:
    """Whether these named parts make a date: a day, a year, and a month as a number or by its name."""
    return "day" in names and "year" in names and ("month" in names or "name" in names)


def _date_of(parts: dict[str, str], text: str) -> dt.date | None:
    month = int(parts["month"]) if parts.get("month") else month_in_date(parts.get("name") or "", text)
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 70 else 1900
    return _date(year, month or 0, int(parts["day"]))


def is_of_our_time(year: int) -> bool:
    """Whether tickets could be sold for that year: programs write 1970, as 1 and 9999, where there is no day."""
    return 1970 < year < 2200


def _date(year: int, month: int, day: int) -> dt.date | None:
    """That day, if there is one in a year that tickets could be sold for (1970-01-01 is how PHP writes *none*)."""
    try:
        return dt.date(year, month, day) if is_of_our_time(year) else None
    except ValueError:
        return None


def _numeric(text: str, match: re.Match[str]) -> dt.date | UnreadableDate:
    """Three numbers that the site's format did not explain. With dots the day comes first everywhere."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    day_first = _date(year, second, first)
    month_first = None if match[2] == "." else _date(year, first, second)
    if day_first and month_first and day_first != month_first:
        return UnreadableDate(f"{_shown(text)} may be two different days, and the site's date format does not decide")
    return day_first or month_first or UnreadableDate(f"there is no such day as {_shown(text)}")


def _with_month_name(text: str) -> dt.date | UnreadableDate:
    """A day, a month's name and a year in any order, perhaps after a weekday; anything more is not read."""
    pieces = _PIECE.findall(text)
    words = _without_weekday(pieces)
    month = month_in_date(words[0], text) if len(words) == 1 else None
    numbers = _day_and_year(pieces)
    if month is None or numbers is None:
        return UnreadableDate(f"the date text {_shown(text)} cannot be read")
    day, year = numbers
    return _date(year, month, day) or UnreadableDate(f"there is no such day as {_shown(text)}")


def _day_and_year(pieces: Iterable[str]) -> tuple[int, int] | None:
    """The numbers among the pieces of a date, where they are a day and a year of four digits, and no more."""
    numbers = sorted((piece for piece in pieces if piece.isdecimal()), key=len)
    if len(numbers) != 2 or len(numbers[0]) > 2 or len(numbers[1]) != 4:
        return None
    return int(numbers[0]), int(numbers[1])


def _without_weekday(pieces: list[str]) -> list[str]:
    """The words among the pieces of a date, less one that stands first, beside another, and is no month."""
    words = [piece for piece in pieces if not piece.isdecimal() and piece.casefold().rstrip(".") not in _FILLERS]
    if len(words) == 2 and pieces[0] == words[0] and (month_number(words[0]) is None or words[0].lower() in _TUESDAY):
        return words[1:]
    return words
