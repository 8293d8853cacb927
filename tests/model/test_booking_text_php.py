"""Booking texts of every shape: what holds for all of them, with PHP itself as the judge of reading and writing.

`php/judge.php` replays a text as FooEvents Bookings does. Without php-cli those tests are skipped, and
nothing then shows that FooEvents reads the same cells.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from brcc_tui.model.dates import local_instant, read_date
from brcc_tui.model.fooevents.booking_text import NotEditable, parse_booking_text
from brcc_tui.model.quantity import UNLIMITED, Unknown, is_known
from brcc_tui.model.zones import zone_of

TOKENS = re.compile(r'("(?:[^"\\]|\\.)*"|[\s\[\]{},:])')
JUDGED = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Pairs:
    """A JSON object as keys and values in order, for a key may occur twice."""

    items: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Style:
    """How a writer spells JSON: its spacing, `\\uXXXX` for other letters, `\\/` for slashes."""

    colon: str
    comma: str
    ascii: bool
    slashes: bool

    def text(self, value: Any) -> str:
        if isinstance(value, Pairs):
            inner = self.comma.join(self.string(key) + self.colon + self.text(part) for key, part in value.items)
            return "{" + inner + "}"
        if isinstance(value, list):
            return "[" + self.comma.join(map(self.text, value)) + "]"
        return self.string(value) if isinstance(value, str) else json.dumps(value)

    def string(self, value: str) -> str:
        text = json.dumps(value, ensure_ascii=self.ascii)
        return text.replace("/", "\\/") if self.slashes else text


STYLES = st.builds(
    Style, st.sampled_from([":", " : ", ":\n"]), st.sampled_from([",", ", ", "\n,\t"]), st.booleans(), st.booleans()
)
IDS = st.sampled_from(["abcdefghijklmnopqrst", "tsrqponmlkjihgfedcba", "a", "0", "1", "é", "d_1", ""])
LABELS = st.sampled_from(["8pm Show", "Café / Bar", "20-20 Show", "🎭 Σάββατο", "", "(16:00)"])
DATES = st.sampled_from(["June 02, 2025", "05/07/2025", "agosto 4, 2026", "", "août 4, 2026"])
NUMBERS = st.integers(0, 300) | st.integers(0, 300).map(str)
STOCKS = NUMBERS | st.sampled_from(["", None, -1, "-2", "7.5", 7.5, " 5 ", "abc", True, False, 10**20, "1e3"])
FIELDS = st.one_of(
    st.tuples(st.just("label"), LABELS | st.none()),
    st.tuples(st.sampled_from(["hour", "minute"]), st.sampled_from(["08", "00", "20", "", 8, None])),
    st.tuples(st.just("period"), st.sampled_from(["p.m.", "a.m.", "", "0", None])),
    st.tuples(st.just("add_time"), st.sampled_from(["enabled", "", None])),
    st.tuples(st.just("formatted_time"), st.sampled_from(["(08:00 p.m.)", "(19:00)"])),
    st.tuples(st.sampled_from(["zoom_id", "unformatted_time", "new_key"]), st.sampled_from(["enabled", 1, [1, "x"]])),
)
FLAT = st.one_of(
    st.tuples(IDS.map("{}_add_date".format), DATES),
    st.tuples(IDS.map("{}_stock".format), STOCKS),
    st.tuples(IDS.map("{}_zoom_id".format), st.sampled_from(["auto", 7, None])),
)


def pairs(items: Any, *, unique: bool = False, most: int = 6) -> Any:
    listed = st.lists(items, max_size=most, unique_by=(lambda item: item[0]) if unique else None)
    return listed.map(lambda found: Pairs(tuple(found)))


NESTED_DATE = pairs(
    st.one_of(st.tuples(st.just("date"), DATES), st.tuples(st.just("stock"), STOCKS)), unique=True, most=3
)
ODD = st.sampled_from([None, False, True, "", "gone", 5, []])
ADD_DATE = st.tuples(
    st.just("add_date"), pairs(st.tuples(IDS, NESTED_DATE | ODD), unique=True) | st.lists(NESTED_DATE, max_size=2) | ODD
)
SLOTS = pairs(FIELDS | FLAT | ADD_DATE, most=9) | pairs(FIELDS | FLAT | ADD_DATE, unique=True, most=9) | ODD
DOCUMENTS = pairs(st.tuples(IDS, SLOTS), most=4) | st.lists(SLOTS, max_size=3) | ODD
TEXTS = st.builds(Style.text, STYLES, DOCUMENTS)


@st.composite
def sound_texts(draw: st.DrawFn) -> str:
    """Texts as FooEvents writes them, flat or nested by slot: every numbered cell of these can be edited."""
    slots = []
    for slot_id in draw(st.lists(st.from_regex(r"[a-z]{20}", fullmatch=True), min_size=1, max_size=3, unique=True)):
        fields: list[tuple[str, Any]] = [("label", draw(LABELS)), ("hour", "08"), ("minute", "00"), ("period", "p.m.")]
        fields.append(("add_time", "enabled"))
        dates = draw(st.lists(st.from_regex(r"[a-z]{20}", fullmatch=True), min_size=1, max_size=5, unique=True))
        rows = [(date_id, draw(DATES), draw(NUMBERS | st.just(""))) for date_id in dates]
        if draw(st.booleans()):
            fields += [pair for row in rows for pair in ((f"{row[0]}_add_date", row[1]), (f"{row[0]}_stock", row[2]))]
        else:
            nested = tuple((date_id, Pairs((("date", date), ("stock", stock)))) for date_id, date, stock in rows)
            fields.append(("add_date", Pairs(nested)))
        slots.append((slot_id, Pairs(tuple(fields))))
    return draw(STYLES).text(Pairs(tuple(slots)))


MIXED = TEXTS | sound_texts()


class Php:
    """The judge, running."""

    def __init__(self) -> None:
        script = Path(__file__).parent / "php" / "judge.php"
        self._process = subprocess.Popen(
            ["php", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, do: str, **request: object) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, **request}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def php() -> Iterator[Php]:
    if shutil.which("php") is None:
        pytest.skip("php-cli is not installed, so nothing judges whether FooEvents reads the same")
    judge = Php()
    yield judge
    judge.close()


def as_php_has_it(value: Any) -> Any:
    """A Python document in the judge's terms: arrays as pairs with text keys, scalars with PHP's type."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [[str(key), as_php_has_it(inner)] for key, inner in items]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        value = float(value)
    kinds = {str: "string", bool: "boolean", int: "integer", float: "double", type(None): "NULL"}
    return {"value": value, "type": kinds[type(value)]}


@given(st.text(max_size=80) | TEXTS.flatmap(lambda text: st.integers(0, len(text)).map(lambda cut: text[:cut])))
def test_parse_never_raises(text: str) -> None:
    parsed = parse_booking_text(text)
    assert parsed.text == text
    assert parsed.edit({}) == text
    assert parsed.error is None or not parsed.cells


@settings(max_examples=300)
@given(MIXED, st.data())
def test_an_edit_changes_its_tokens_only(text: str, data: st.DataObject) -> None:
    parsed = parse_booking_text(text)
    if not parsed.cells:
        return
    chosen = data.draw(st.sets(st.sampled_from([(cell.slot_id, cell.date_id) for cell in parsed.cells]), min_size=1))
    wishes = {key: data.draw(st.integers(0, 500)) for key in sorted(chosen)}
    try:
        edited = parsed.edit(wishes, from_unlimited=chosen)
    except NotEditable:
        return
    assert_only(text, edited, wishes)


@given(sound_texts(), st.data())
def test_sound_texts_can_always_be_edited(text: str, data: st.DataObject) -> None:
    parsed = parse_booking_text(text)
    wishes = {
        (cell.slot_id, cell.date_id): data.draw(st.integers(0, 500))
        for cell in parsed.cells
        if is_known(cell.remaining)
    }
    edited = parsed.edit(wishes)
    assert_only(text, edited, wishes)
    assert all(parse_booking_text(edited).cell(*key).remaining == number for key, number in wishes.items())  # type: ignore[union-attr]


def assert_only(text: str, edited: str, wishes: dict[tuple[str, str], int]) -> None:
    """Nothing but stock tokens differ, each keeps its type, and no other cell reads otherwise."""
    before, after = TOKENS.split(text), TOKENS.split(edited)
    assert len(before) == len(after)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) <= 2 * len(wishes)
    for old, new in changed:
        assert re.fullmatch(r'"[0-9]+"' if old.startswith('"') else r"[0-9]+", new)
    for old_cell, new_cell in zip(parse_booking_text(text).cells, parse_booking_text(edited).cells, strict=True):
        key = (old_cell.slot_id, old_cell.date_id)
        if key in wishes:
            assert (new_cell.remaining, new_cell.other) == (wishes[key], None)
        else:
            assert new_cell == old_cell


@JUDGED
@given(MIXED)
@example('{"a":{"d_stock":"5","d_add_date":"x","add_date":{"d":{"date":"x","stock":9}}}}')
@example('{"a":{"add_date":"","d_stock":"5"}}')
@example('{"a":{"add_date":{"d":[]},"d_stock":"5"}}')
@example('{"a":{"hour":null,"minute":"00","add_time":"enabled","d_stock":"5"}}')
def test_php_sees_the_same_cells(php: Php, text: str) -> None:
    verdict = php.ask("replay", text=text)
    parsed = parse_booking_text(text)
    if "cells" not in verdict:
        assert parsed.error, verdict
        return
    if parsed.error:
        assert parsed.error.endswith("a single value, not a set of slots")
        return
    assert len(parsed.cells) == len(verdict["cells"])
    for cell, (slot_id, date_id, date, fields, seats) in zip(parsed.cells, verdict["cells"], strict=True):
        label, hour, minute, period, formatted = fields
        assert (cell.slot_id, cell.date_id, cell.date_text, cell.label) == (slot_id, date_id, date, label)
        assert (cell.hour, cell.minute, cell.period) == (hour, minute, period)
        assert not label or not formatted or f"{label} {formatted}" in cell.slot_texts
        if not isinstance(cell.remaining, Unknown):
            assert seats == ("unlimited" if cell.remaining is UNLIMITED else cell.remaining)


@JUDGED
@given(MIXED, st.data())
def test_php_reads_every_edited_text(php: Php, text: str, data: st.DataObject) -> None:
    parsed = parse_booking_text(text)
    known = [(cell.slot_id, cell.date_id) for cell in parsed.cells if is_known(cell.remaining)]
    if not known:
        return
    try:
        edited = parsed.edit({data.draw(st.sampled_from(known)): data.draw(st.integers(0, 500))})
    except NotEditable:
        return
    assert php.ask("decode", text=edited) == {"pairs": as_php_has_it(json.loads(edited))}


@JUDGED
@given(sound_texts(), st.sampled_from(["form", "sale"]), st.data())
def test_what_php_wrote_survives_an_edit(php: Php, text: str, style: str, data: st.DataObject) -> None:
    """Editing PHP's own bytes gives the bytes that PHP itself would write for the new number."""
    written = php.ask("encode", text=text, style=style)["text"]
    parsed = parse_booking_text(written)
    known = [(cell.slot_id, cell.date_id) for cell in parsed.cells if is_known(cell.remaining)]
    if not known:
        return
    edited = parsed.edit({data.draw(st.sampled_from(known)): data.draw(st.integers(0, 500))})
    assert php.ask("encode", text=edited, style=style)["text"] == edited


@pytest.mark.parametrize(
    "text",
    [
        '{"s":NaN}',
        '{"s":TRUE}',
        r'{"a":"\ud83c"}',
        r'{"a":"\udc00\ud83c"}',
        '{"a":1,}',
        '{"a":01}',
        '{"a":1}x',
        '["a\tb"]',
        "[" * 512 + "]" * 512,
        "{'a':1}",
        "\ufeff[]",
    ],
)
def test_what_php_refuses_is_an_error_here(php: Php, text: str) -> None:
    assert "error" in php.ask("decode", text=text)
    assert parse_booking_text(text).error


@pytest.mark.parametrize(
    "date_format",
    [
        "F j, Y",
        "j F Y",
        "jS F Y",
        "F jS, Y",
        "Y-m-d",
        "d/m/Y",
        "m/d/Y",
        "n/j/y",
        "d.m.Y",
        "j. n. Y",
        "l, F j, Y",
        "D j M Y",
        "Ymd",
    ],
)
@given(day=st.dates(dt.date(1971, 1, 1), dt.date(2069, 12, 31)))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_php_dates_are_read_back(php: Php, date_format: str, day: dt.date) -> None:
    text = php.ask("date", format=date_format, day=day.isoformat())["text"]
    assert read_date(text, date_format) == day


@pytest.mark.parametrize(
    ("wall", "name"),
    [
        ("2026-03-08 02:30", "America/Toronto"),
        ("2026-03-08 02:00", "America/Toronto"),
        ("2026-11-01 01:30", "America/Toronto"),
        ("2026-11-01 00:59", "America/Toronto"),
        ("2026-03-29 02:30", "Europe/Berlin"),
        ("2026-06-01 20:00", "+02:00"),
        ("2026-10-04 02:15", "Australia/Lord_Howe"),
    ],
)
def test_instants_are_those_of_php(php: Php, wall: str, name: str) -> None:
    at = dt.datetime.fromisoformat(wall)
    zone = zone_of(name)
    assert zone is not None
    ours = local_instant(at.date(), at.hour * 60 + at.minute, zone)
    assert ours.timestamp() == php.ask("instant", wall=wall, zone=name)["unix"]
