"""Text, moments, numbers and searching: the small words that every screen is made of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest
from fake_club import NOW, at, club_listings, eb, wc
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from brcc_tui.model.finding.query import read_query
from brcc_tui.model.finding.subject import of_listing
from brcc_tui.model.offer import Status, Terms
from brcc_tui.model.quantity import UNLIMITED, Unknown
from brcc_tui.screens.modals.ask_number import read_number
from brcc_tui.widgets.glyphs import ASCII, UNICODE, wants_ascii
from brcc_tui.widgets.listing_line import status_word
from brcc_tui.widgets.numbers import capacity_bar, level, percent_sold, quantity_text
from brcc_tui.widgets.text import ascii_only, clean, fit, wrap
from brcc_tui.widgets.when import say_age, say_moment, say_start

HOSTILE = {
    "escape sequence": ("\x1b[2J\x1b]0;owned\x07Night", " [2J ]0;owned Night"),
    "newlines and tabs": ("Friday\r\nNight\tLate", "Friday  Night Late"),
    "C1 control": ("a\x9b31mb", "a 31mb"),
    "right-to-left override": ("seats \u202e55 dlos", "seats 55 dlos"),
    "isolates and marks": ("\u2066a\u2069\u200fb\ufeff", "ab"),
    "zero width joiner": ("\U0001f469\u200d\U0001f4bb", "\U0001f469\U0001f4bb"),
    "tower of accents": ("Z" + "\u0301" * 40, "Z\u0301\u0301"),
    "variation selector": ("\u2764\ufe0f", "\u2764"),
    "lone surrogate": ("a\ud800b", "a\ufffdb"),
    "markup stays letters": ("[bold]VIP[/nope] [@click=app.quit]x", "[bold]VIP[/nope] [@click=app.quit]x"),
    "line separator": ("a\u2028b", "a b"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_becomes_harmless(name: str) -> None:
    text, wanted = HOSTILE[name]
    assert clean(text) == wanted


@pytest.mark.parametrize(
    ("status", "terms", "word"),
    [
        (Status.ON_SALE, Terms(), "on sale"),
        (Status.ON_SALE, Terms(unknown="nobody knows"), "unknown"),
        (Status.NOT_YET_ON_SALE, Terms(unknown="nobody knows"), "unknown"),
        (Status.HIDDEN, Terms(), "hidden"),
        (Status.HIDDEN, Terms(by_code=True), "by code"),
        (Status.HIDDEN, Terms(by_code=None, unknown="a list does not give it"), "by code?"),
        (Status.ON_SALE, Terms(by_code=None, unknown="a list does not give it"), "on sale"),
    ],
)
def test_no_row_is_sure_of_what_nobody_knows(status: Status, terms: Terms, word: str) -> None:
    assert status_word(dataclasses.replace(eb(7, "A", at(1, 20), 20, 3), status=status, terms=terms))[0] == word


@given(st.text(), st.integers(0, 40))
def test_fitted_text_has_exactly_that_many_cells(text: str, cells: int) -> None:
    assert cell_len(clean(fit(text, cells))) == cells, "as it is painted: a control character becomes a space"


@given(st.text(max_size=200), st.integers(2, 40))
def test_wrapped_lines_never_overflow(text: str, cells: int) -> None:
    assert all(cell_len(part) <= cells for part in wrap(text, cells))


@pytest.mark.parametrize("letter", ["a", "界"])
def test_a_word_as_long_as_a_title_can_be_is_wrapped_at_once(letter: str) -> None:
    """WordPress keeps 65,535 bytes of one: a screen was painted for three seconds."""
    word = letter * (65_535 // len(letter.encode()))
    began = time.process_time()
    lines = wrap(f"so {word} on", 61)
    assert time.process_time() - began < 1
    assert "".join(lines).replace(" ", "") == f"so{word}on"
    assert all(cell_len(part) <= 61 for part in lines)


@given(st.text(max_size=80))
@example("Ａ１！")
def test_ascii_text_is_ascii_and_as_wide(text: str) -> None:
    plain = ascii_only(clean(text))
    assert plain.isascii()
    assert len(plain) == sum(cell_len(char) for char in clean(text))


def test_a_wide_letter_is_not_halved() -> None:
    assert fit("日本語ショー", 6) == "日本… "


MOMENTS = {
    "tonight": (at(0, 20), "tonight 20:00"),
    "today at noon": (at(0, 12), "today 12:00"),
    "tomorrow": (at(1, 20), "tomorrow 20:00"),
    "this week": (at(3, 20), "Mon 30 Nov 20:00"),
    "in a fortnight": (at(14, 22, 30), "Fri 11 Dec 22:30"),
    "in two months": (at(60, 20), "Tue 26 Jan 20:00"),
    "in a year": (at(333, 20), "26 Oct '27 20:00"),
    "yesterday": (at(-1, 20), "Thu 26 Nov 20:00"),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_a_start_is_said_as_people_say_it(name: str) -> None:
    start, words = MOMENTS[name]
    assert say_start(start, NOW) == words


def test_tonight_is_tonight_by_the_clock_on_the_shows_own_wall() -> None:
    start = dt.datetime(2026, 11, 28, 1, 0, tzinfo=dt.UTC).astimezone(ZoneInfo("America/Toronto"))
    assert say_start(start, NOW.astimezone(dt.UTC)) == "tonight 20:00"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "just now"),
        (5, "5 min old"),
        (60, "1 h old"),
        (130, "2 h 10 min old"),
        (1500, "1 day old"),
        (4400, "3 days old"),
        (-3, "just now"),
        (-60, "of unknown age"),
    ],
)
def test_ages(minutes: int, words: str) -> None:
    assert say_age(NOW - dt.timedelta(minutes=minutes), NOW) == words


def test_a_moment_of_another_day_names_the_day() -> None:
    assert say_moment(NOW, NOW) == "19:04"
    assert say_moment(NOW - dt.timedelta(days=1), NOW) == "Thu 26 Nov 19:04"


def test_an_unknown_number_is_a_question_mark_and_never_nought() -> None:
    assert quantity_text(Unknown("database: gone"), UNICODE) == "?"
    assert quantity_text(Unknown("not_read"), UNICODE) == "-"
    assert quantity_text(UNLIMITED, UNICODE) == "∞"
    assert quantity_text(0, UNICODE) == "0"
    assert percent_sold(Unknown("x"), 55) is None
    assert "█" not in capacity_bar(Unknown("x"), 0, 55, 10, UNICODE)


@pytest.mark.parametrize(
    ("percent", "word"),
    [(None, ""), (0, "low"), (49, "low"), (50, "medium"), (80, "high"), (94, "high"), (95, "critical")],
)
def test_how_full_is_said_in_words_too(percent: int | None, word: str) -> None:
    assert level(percent)[1] == word


BARS = {
    "nobody": (0, 0, 55, "...................."),
    "one is seen": (1, 0, 55, "#..................."),
    "held stand apart": (20, 10, 55, "#######::::........."),
    "one left is seen": (54, 0, 55, "###################."),
    "sold out": (55, 0, 55, "####################"),
    "oversold": (70, 0, 55, "####################"),
    "no seats at all": (0, 0, 0, "                    "),
}


@pytest.mark.parametrize("name", BARS)
def test_capacity_bar(name: str) -> None:
    sold, held, capacity, bar = BARS[name]
    assert capacity_bar(sold, held, capacity, 20, ASCII) == bar


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 200), st.integers(1, 60))
def test_a_bar_is_as_wide_as_asked(sold: int, held: int, capacity: int, cells: int) -> None:
    assert len(capacity_bar(sold, held, capacity, cells, ASCII)) == cells


FINDS = {
    "fri 8": 11,
    "fri 8pm": 11,
    "friday 20:00": 11,
    "late": 4,
    "stef": 2,
    "stef eb": 1,
    "27 nov 22": 2,
    "wc:11192": 1,
    "nothing like it": 0,
}


@pytest.mark.parametrize("words", FINDS)
def test_finding(words: str) -> None:
    wanted = read_query(words, NOW)
    found = [x.id for x in club_listings() if wanted(of_listing(x))]
    assert len(found) == FINDS[words], found


@pytest.mark.parametrize(
    ("words", "found"),
    [("fri", {"friday", "dateless"}), ("frien", {"sunday"}), ("8pm", {"friday", "sunday"}), ("10pm", {"late"}),
     ("22:00", {"late"}), ("fri 8", {"friday"}), ("sun", {"sunday", "late"}), ("show fri", {"friday", "dateless"})],
)  # fmt: skip
def test_a_weekday_and_an_hour_mean_the_start_and_no_title(words: str, found: set[str]) -> None:
    things = {
        "friday": eb(1, "Show", at(0, 20), 55, 0),
        "sunday": eb(2, "Sunday Night & Friends", at(2, 20), 55, 0),
        "late": eb(3, "8PM Sunday", at(2, 22), 55, 0),
        "dateless": wc(4, "Friday Show", "dates to follow", None, 55, 0),
    }
    assert {name for name, thing in things.items() if read_query(words, NOW)(of_listing(thing))} == found


def test_a_date_is_found_by_its_exact_form() -> None:
    listing = eb(1, "Show", at(7, 20), 55, 0)
    assert read_query("2026-12-04", NOW)(of_listing(listing))


@pytest.mark.parametrize(
    ("text", "number"),
    [("58", 58), (" 58 ", 58), ("+2", 57), ("-1", 54), ("0", 0), ("-60", None), ("", None), ("5.5", None),
     ("１２", None), ("1e3", None), ("9999999", None), ("--1", None), ("+", None)],
)  # fmt: skip
def test_numbers_as_people_type_them(text: str, number: int | None) -> None:
    assert read_number(text, 55) == number


def test_one_more_than_unknown_is_no_number() -> None:
    assert read_number("+1", Unknown("database: gone")) is None


@pytest.mark.parametrize(
    ("environment", "plain"),
    [({"BRCC_ASCII": "1"}, True), ({"BRCC_ASCII": "0", "TERM": "linux"}, False), ({"TERM": "linux"}, True),
     ({"LANG": "en_US.ISO-8859-1"}, True), ({"LANG": "C.UTF-8", "TERM": "xterm-256color"}, False), ({}, False)],
)  # fmt: skip
def test_poor_terminals_get_ascii(environment: dict[str, str], plain: bool) -> None:
    assert wants_ascii(environment) is plain
