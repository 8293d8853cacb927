"""Dates and times as shops spell them: one named case for every spelling, and for everything that is not guessed."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brcc_tui.model.catalogue import MetaRow, Product
from brcc_tui.model.dates import (
    Start,
    UnreadableDate,
    WallTime,
    infer_date_format,
    read_clock,
    read_date,
    read_start,
)
from brcc_tui.model.fooevents.event_time import event_start
from brcc_tui.model.month_names import _CROATIAN_SPELLINGS, _SPELLINGS, _plain, croatian_month, month_number
from brcc_tui.model.zones import zone_of

TORONTO = zoneinfo.ZoneInfo("America/Toronto")


@pytest.mark.parametrize(
    ("text", "date_format", "day"),
    [
        ("January 06, 2025", "F j, Y", "2025-01-06"),  # the datepicker pads what PHP does not
        ("January 6, 2025", "F j, Y", "2025-01-06"),
        ("agosto 4, 2026", "F j, Y", "2026-08-04"),
        ("  January   06,2025 ", "F j, Y", "2025-01-06"),
        ("4 de agosto de 2026", r"j \d\e F \d\e Y", "2026-08-04"),
        ("June 2nd, 2025", "F jS, Y", "2025-06-02"),
        ("2nd June 2025", "jS F Y", "2025-06-02"),
        ("05/07/2025", "d/m/Y", "2025-07-05"),
        ("05/07/2025", "m/d/Y", "2025-05-07"),
        ("5/7/25", "n/j/y", "2025-05-07"),
        ("Mon 05-07-2027", "D d-m-y", "2027-07-05"),  # the datepicker writes the whole year
        ("05/07/2027", "d/m/y", "2027-07-05"),
        ("05-07-2025", "m-d-Y", "2025-05-07"),
        ("05/07/2025", "mm/dd/yyyy", "2025-05-07"),  # no format of PHP's; FooEvents' calendar writes it so
        ("5. října 2026", "j. F Y", "2026-10-05"),
        ("mar. 5 août 2026", "D j M Y", "2026-08-05"),
        ("terça-feira 4 agosto 2026", "l j F Y", "2026-08-04"),
        ("Sexta-Feira 04-09-2026", "l d-m-Y", "2026-09-04"),
        ("2026-08-04", "Y-m-d", "2026-08-04"),
        ("04.08.2026", "d.m.Y", "2026-08-04"),
        ("4. 8. 2026", "j. n. Y", "2026-08-04"),
        ("Σάββατο, 4 Αυγούστου 2026", "l, j F Y", "2026-08-04"),
        ("4 AĞUSTOS 2026", "j F Y", "2026-08-04"),
    ],
)
def test_by_the_sites_format(text: str, date_format: str, day: str) -> None:
    assert read_date(text, date_format) == dt.date.fromisoformat(day)


@pytest.mark.parametrize("date_format", ["", "F j, Y", "Y-m-d", "d/m/Y", "not a format", "(", r"\\"])
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("January 06, 2025", "2025-01-06"),
        ("6 January 2025", "2025-01-06"),
        ("2025-01-06", "2025-01-06"),
        ("Friday, June 21st, 2024", "2024-06-21"),
        ("5 d'octubre de 2026", "2026-10-05"),
        ("2026 m. sausio 5 d.", "2026-01-05"),
        ("mar 5 ago 2026", "2026-08-05"),  # martes, not March
        ("segunda-feira, 31 de agosto de 2026", "2026-08-31"),
        ("31.12.2025", "2025-12-31"),
        ("05.07.2025", "2025-07-05"),  # with dots the day comes first everywhere
        ("25/12/2025", "2025-12-25"),
        ("05/05/2025", "2025-05-05"),
    ],
)
def test_old_spellings_stay_readable_after_the_option_changed(text: str, date_format: str, day: str) -> None:
    assert read_date(text, date_format) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "date_format", "day"),
    [
        ("aou00fbt 04, 2026", "F j, Y", "2026-08-04"),
        ("5 du00e9cembre 2026", "j F Y", "2026-12-05"),
        ("4. kesu00e4kuu2026", "j. FY", "2026-06-04"),
    ],
)
def test_letters_that_have_lost_their_backslash(text: str, date_format: str, day: str) -> None:
    assert read_date(text, date_format) == dt.date.fromisoformat(day)


@pytest.mark.parametrize("date_format", ["", "F j, Y", "Y-m-d", "d.m.Y"])
@pytest.mark.parametrize("text", ["05/07/2025", "05-07-2025"])
def test_two_possible_days_are_never_guessed(text: str, date_format: str) -> None:
    found = read_date(text, date_format)
    assert isinstance(found, UnreadableDate)
    assert "two different days" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "soon",
        "jS F Y",
        "February 30, 2025",
        "31/31/2025",
        "2025-13-01",
        "January 2025",
        "June 21",
        "April 5 & 6, 2025",
        "May June 5 2025",
        "Mon-Tue June 5 2025",
        "terça-feira e quarta-feira, 4 de agosto de 2026",
        "1970-01-01",
        "0000-00-00",
        "99999999999999999999",
        "٠٥/٠٧/٢٠٢٥",
        "[red]June 2, 2025[/red] 7",
    ],
)
def test_unreadable_with_a_reason(text: str) -> None:
    found = read_date(text, "F j, Y")
    assert isinstance(found, UnreadableDate)
    assert found.reason


@pytest.mark.parametrize(
    ("texts", "date_format"),
    [
        (["05/07/2025", "25/12/2025"], "d/m/Y"),
        (["05/07/2025", "12/25/2025"], "m/d/Y"),
        (["05/07/2025"], ""),
        (["25/12/2025", "12/25/2025"], ""),
        (["25.12.2025", "June 2, 2025"], ""),
    ],
)
def test_the_format_is_inferred_only_from_what_has_one_meaning(texts: list[str], date_format: str) -> None:
    assert infer_date_format(texts) == date_format


class TestMonths:
    def test_no_spelling_means_two_months(self) -> None:
        seen: dict[str, int] = {}
        for language, names in _SPELLINGS.items():
            words = names.split()
            assert len(words) == 12, language
            for number, word in enumerate(words, start=1):
                assert seen.setdefault(_plain(word), number) == number, (language, word)

    def test_croatian_by_itself(self) -> None:
        for names in _CROATIAN_SPELLINGS:
            assert [croatian_month(word) for word in names.split()] == [*range(1, 13)]

    def test_the_languages_of_the_plugin(self) -> None:
        languages = {name.split(",")[0] for name in _SPELLINGS}
        assert languages == {
            "English", "French", "German", "Spanish", "Catalan", "Dutch", "Italian", "Polish", "Afrikaans", "Turkish",
            "Portuguese", "Swedish", "Czech", "Norwegian", "Danish", "Finnish", "Russian", "Icelandic", "Latvian",
            "Lithuanian", "Greek", "Slovak", "Slovenian", "Romanian",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("word", "number"),
        [
            ("août", 8),
            ("aout", 8),
            ("AOÛT", 8),
            ("Sept.", 9),
            ("d’agost", 8),
            ("Şubat", 2),
            ("мая", 5),
            ("smarch", None),
        ],
    )
    def test_without_case_and_accents(self, word: str, number: int | None) -> None:
        assert month_number(word) == number


@pytest.mark.parametrize(
    ("fields", "label", "clock"),
    [
        (("08", "00", "p.m."), "", WallTime(20 * 60)),
        (("08", "00", "PM"), "", WallTime(20 * 60)),
        (("08", "30", "a.m."), "", WallTime(8 * 60 + 30)),
        (("12", "00", "a.m."), "", WallTime(0)),
        (("12", "30", "p.m."), "", WallTime(12 * 60 + 30)),
        (("19", "00", ""), "", WallTime(19 * 60)),
        (("20", "00", "p.m."), "", WallTime(20 * 60)),  # the disabled select still says p.m.
        (("20", "", ""), "", WallTime(20 * 60)),
        (("24", "00", ""), "", WallTime(24 * 60)),
        (("00", "30", ""), "", WallTime(30)),
        (("08", "00", ""), "Matinee", WallTime(8 * 60)),
        (("10", "00", "p.m."), "8pm Show", WallTime(22 * 60)),  # the shop's own fields win when they are complete
        (("20", "00", ""), "8pm Show", WallTime(20 * 60)),
        (("00", "00", ""), "8pm Show", WallTime(20 * 60, inferred=True)),
        (("", "", ""), "Wednesday 10pm", WallTime(22 * 60, inferred=True)),
        (("", "", ""), "Saturday 6pm Show (NON-ENGLISH)", WallTime(18 * 60, inferred=True)),
        (("", "", ""), "8:30 p.m. late show", WallTime(20 * 60 + 30, inferred=True)),
        (("", "", ""), "8.30PM", WallTime(20 * 60 + 30, inferred=True)),
        (("", "", ""), "20h30 Soirée", WallTime(20 * 60 + 30, inferred=True)),
        (("", "", ""), "21h", WallTime(21 * 60, inferred=True)),
        (("", "", ""), "Late 22:15", WallTime(22 * 60 + 15, inferred=True)),
        (("N/A", "", ""), "12am Special", WallTime(0, inferred=True)),
        (("00", "00", "a.m."), "Midnight madness", WallTime(0)),
        (("00", "30", "a.m."), "Late-night set", WallTime(30)),
        (("0", "5", "AM"), "", WallTime(5)),
        (("00", "30", "a.m."), "12:30am late show", WallTime(30)),
        (("00", "30", ""), "00:30", WallTime(30)),
        (("", "", ""), "8pm Show (2h)", WallTime(20 * 60, inferred=True)),
        (("", "", ""), "19h00 (1h30)", WallTime(19 * 60, inferred=True)),
        (("", "", ""), "9h30 Brunch", WallTime(9 * 60 + 30, inferred=True)),
        (("19", "00", "p.m."), "7pm Show", WallTime(19 * 60)),
    ],
)
def test_times(fields: tuple[str, str, str], label: str, clock: WallTime) -> None:
    assert read_clock(*fields, label) == clock


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        (("00", "00", ""), "Monday Show"),
        (("00", "00", ""), "10 Spam"),
        (("00", "00", ""), "February: 20-20 Show"),
        (("", "", ""), "8pm & 10pm"),
        (("", "", ""), "7:30-9pm"),
        (("", "", ""), "7 to 9 pm"),
        (("", "", ""), "Doors 7pm, show 8pm"),
        (("", "", ""), "13pm"),
        (("", "", ""), "pm"),
        (("", "", ""), "Show 2024"),
        (("00", "00", "p.m."), "June"),
        (("25", "00", ""), ""),
        (("24", "30", ""), ""),
        (("20", "75", ""), ""),
        (("٨", "00", ""), ""),
        (("", "", ""), "2h Show"),
        (("00", "00", ""), "5h of stand-up"),
        (("", "", ""), "12h marathon"),
        (("", "", ""), "24h of comedy"),
        (("", "", ""), "20h marathon"),
        (("", "", ""), "1h30 Show"),
        (("", "", ""), "1:30 hours"),
        (("", "", ""), "2:00 h"),
        (("", "", ""), "90min of improv"),
    ],
)
def test_times_that_are_not_guessed(fields: tuple[str, str, str], label: str) -> None:
    assert isinstance(read_clock(*fields, label), UnreadableDate)


@pytest.mark.parametrize("fields", [("08", "00", ""), ("10", "00", ""), ("00", "00", "p.m.")])
def test_a_label_against_incomplete_fields_is_told(fields: tuple[str, str, str]) -> None:
    clock = read_clock(*fields, "8pm Show")
    assert isinstance(clock, WallTime)
    assert (clock.minutes, clock.inferred) == (20 * 60, True)
    assert clock.contradiction


class TestStart:
    def test_without_a_zone_there_is_a_day_but_no_instant(self) -> None:
        start = read_start(dt.date(2027, 6, 7), WallTime(1200), None)
        assert (start.date, start.at) == (dt.date(2027, 6, 7), None)
        assert start.problem

    def test_without_a_time_there_is_no_midnight_instead(self) -> None:
        start = read_start(dt.date(2027, 6, 7), UnreadableDate("no time"), TORONTO)
        assert start == Start(dt.date(2027, 6, 7), None, False, "no time")

    def test_without_a_day_there_is_nothing(self) -> None:
        assert read_start(UnreadableDate("no day"), WallTime(1200), TORONTO) == Start(None, None, False, "no day")


@pytest.mark.parametrize(
    ("fields", "label", "minutes"),
    [
        (("08", "00", "a.m."), "8pm Show", 8 * 60),
        (("10", "30", "p.m."), "10:30am Family show", 22 * 60 + 30),
        (("00", "30", "a.m."), "12:30pm Lunch show", 30),
    ],
)
def test_a_period_against_the_label_is_told(fields: tuple[str, str, str], label: str, minutes: int) -> None:
    clock = read_clock(*fields, label)
    assert isinstance(clock, WallTime)
    assert (clock.minutes, clock.inferred) == (minutes, False)
    assert "label says otherwise" in (clock.contradiction or "")


@pytest.mark.parametrize(
    ("text", "date_format", "day"),
    [
        ("5. listopada 2026.", "j. F Y.", dt.date(2026, 10, 5)),
        ("5. listopada 2026.", "", dt.date(2026, 10, 5)),
        ("28. studenoga 2026.", "j. F Y.", dt.date(2026, 11, 28)),
        ("1. siječnja 2027.", "", dt.date(2027, 1, 1)),
        ("9. lis 2026.", "j. M Y.", dt.date(2026, 10, 9)),
        ("9. srp 2026.", "j. M Y.", dt.date(2026, 7, 9)),
        ("28 studenoga 2026", "j F Y", dt.date(2026, 11, 28)),
        ("5 listopada 2026", "j F Y", dt.date(2026, 11, 5)),
        ("5 listopada 2026 r.", r"j F Y \r.", dt.date(2026, 11, 5)),
        ("5. listopadu 2026", "j. F Y", dt.date(2026, 11, 5)),
        ("5. listopada 2026", "j. F Y", None),
        ("listopad 5, 2026", "F j, Y", None),
        ("5. srp 2026", "", None),
    ],
)
def test_the_croatian_october_is_its_neighbours_november(text: str, date_format: str, day: dt.date | None) -> None:
    read = read_date(text, date_format)
    assert read == day if day else isinstance(read, UnreadableDate)


def event(name: str = "Robyn: Saturday Night", **meta: object) -> Product:
    rows = tuple(MetaRow(n, f"WooCommerceEvents{key}", value) for n, (key, value) in enumerate(meta.items()))
    return Product(31907, name, "publish", "simple", True, 50, "instock", rows)


class TestSingleEvents:
    @pytest.mark.parametrize(
        ("meta", "at"),
        [
            ({"Date": "June 07, 2025", "Hour": "20", "Minutes": "00", "Period": ""}, "2025-06-07T20:00-04:00"),
            ({"Date": "June 07, 2025", "Hour": "08", "Minutes": "30", "Period": "p.m."}, "2025-06-07T20:30-04:00"),
            (
                {"Date": "05/07/2025", "DateMySQLFormat": "2025-07-05 00:00:00", "Hour": "20", "Minutes": "00"},
                "2025-07-05T20:00-04:00",
            ),
            ({"Date": "", "SelectDate": ["June 07, 2025", "June 08, 2025"], "Hour": "20"}, "2025-06-07T20:00-04:00"),
            ({"SelectDate": {"0": "June 07, 2025"}, "Hour": "20"}, "2025-06-07T20:00-04:00"),
        ],
    )
    def test_start(self, meta: dict[str, object], at: str) -> None:
        assert event_start(event(**meta), "F j, Y", TORONTO).at == dt.datetime.fromisoformat(at)

    def test_php_s_nothing_is_no_date(self) -> None:
        start = event_start(event(Date="", DateMySQLFormat="1970-01-01 00:00:00", Hour="20"), "F j, Y", TORONTO)
        assert (start.date, start.at) == (None, None)

    def test_the_name_may_tell_the_time(self) -> None:
        start = event_start(event("Robyn 8pm", Date="June 07, 2025", Hour="00", Minutes="00"), "F j, Y", TORONTO)
        assert start.time_inferred
        assert start.at == dt.datetime.fromisoformat("2025-06-07T20:00-04:00")


@settings(max_examples=200)
@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=6), st.text(max_size=30))
def test_no_text_raises(text: str, date_format: str, field: str, label: str) -> None:
    date = read_date(text, date_format)
    clock = read_clock(field, field, label, text)
    assert isinstance(read_start(date, clock, TORONTO), Start)
    zone_of(text)
