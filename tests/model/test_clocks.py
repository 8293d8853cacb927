"""Times of which one of two could be meant: told as unreadable or as contradicting, never one of them in silence."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.model.dates import UnreadableDate, WallTime, read_clock


@pytest.mark.parametrize(
    "label",
    [
        "8:30 Show",
        "7:00 Early Show",
        "12:15 late set",
        "Best of 2:30 sets",
        "8 till 10pm",
        "8 or 10pm",
        "7:00, 9:30pm",
        "Doors 7pm, 20:30",
        "5pm and 20:00",
        "7, 9pm",
        "Late shows 7; 9:30pm",
        "19 et 21h",
        "7 9pm",
        "7pm & 9",
        "20h, 22",
        "Doors 7pm",
        "Doors 7pm, show 8",
    ],
)
def test_a_label_with_either_half_of_the_day_or_two_times_names_none(label: str) -> None:
    assert isinstance(read_clock("", "", "", label), UnreadableDate)


@pytest.mark.parametrize(
    ("label", "minutes"),
    [
        ("8pm Show (08:00 p.m.)", 20 * 60),
        ("8:00 Show, at 8pm", 20 * 60),
        ("11pm/23:00", 23 * 60),
        ("07:30", 7 * 60 + 30),
        ("18+ 9pm", 21 * 60),
        ("Dec 5, 8pm", 20 * 60),
        ("#3, 9pm", 21 * 60),
        ("8pm & 2 drinks", 20 * 60),
        ("8pm (doors 7)", 20 * 60),
        ("90-minute show, 7.30 pm", 19 * 60 + 30),
        ("0:30 late", 30),
        ("20:30 Uhr", 20 * 60 + 30),
    ],
)
def test_a_label_that_names_one_time_in_two_ways(label: str, minutes: int) -> None:
    assert read_clock("", "", "", label) == WallTime(minutes, inferred=True)


@given(st.integers(13, 23), st.sampled_from(["00", "30"]))
def test_a_time_of_the_afternoon_in_a_label_speaks_against_a_morning(hour: int, minute: str) -> None:
    clock = read_clock(f"{hour - 12:02}", minute, "", f"{hour}:{minute} Show")
    assert isinstance(clock, WallTime)
    assert (clock.minutes, clock.inferred) == (hour * 60 + int(minute), True)
    assert clock.contradiction


@given(st.integers(13, 23), st.sampled_from(["a.m.", "AM"]))
def test_an_hour_of_the_afternoon_in_the_morning_is_told(hour: int, period: str) -> None:
    """FooEvents' form ignores the period beside such an hour, and stores whatever stands there."""
    clock = read_clock(str(hour), "00", period, "Show")
    assert isinstance(clock, WallTime)
    assert (clock.minutes, bool(clock.contradiction)) == (hour * 60, True)


@pytest.mark.parametrize("period", ["abends", "μ.μ.", "午後", "noche", "x"])
@pytest.mark.parametrize("hour", ["08", "12", "0"])
def test_a_period_in_another_language_is_not_taken_for_none(hour: str, period: str) -> None:
    assert isinstance(read_clock(hour, "00", period, "Show"), UnreadableDate)
    clock = read_clock(hour, "00", period, "8pm Show")
    assert isinstance(clock, WallTime)
    assert (clock.minutes, clock.inferred, bool(clock.contradiction)) == (20 * 60, True, True)
    assert read_clock("20", "00", period, "Show") == WallTime(20 * 60)


@pytest.mark.parametrize("piece", ["a", "é", "7 ", "to ", "8:30", "doors ", "7pm & ", "x9"])
def test_a_label_of_any_length_is_read_at_once(piece: str) -> None:
    """A shop bounds no label: one of 60,000 letters in a row took half a minute."""
    label = piece * (60_000 // len(piece))
    began = time.process_time()
    read_clock("08", "30", "p.m.", label)
    assert time.process_time() - began < 1
