"""Nothing is told by colour alone: without colours, and in ASCII, the same words and signs stand on every screen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
from fake_club import NOW, READ_AT
from fake_desk import FakeDesk
from scenes import SCENES

from brcc_tui.model.offer import Status
from brcc_tui.model.shows.show import ShowFlag
from brcc_tui.operations.diagnostics.check import Condition
from brcc_tui.widgets.age import Ages
from brcc_tui.widgets.glyphs import ASCII, UNICODE, Glyphs
from brcc_tui.widgets.listing_line import STATUS_WORDS, paint_listing
from brcc_tui.widgets.numbers import level
from brcc_tui.widgets.show_line import flag_word, paint_listing_of_show, paint_show
from brcc_tui.widgets.text import ascii_only, width
from brcc_tui.widgets.top_line import light

PICTURES = Path(__file__).parent / "pictures"

FRAME = dict.fromkeys("╭╮╰╯┌┐└┘┏┓┗┛", "+") | {"━": "=", "┃": "["}
"""Frames, for which the stylesheets and the cards have their own ASCII."""


def folding() -> Iterator[tuple[str, str]]:
    """Each sign, and what stands for it in ASCII."""
    for name in UNICODE._fields:
        sign, plain = getattr(UNICODE, name), getattr(ASCII, name)
        if isinstance(sign, tuple) or name == "eighths":
            yield from zip(sign, plain, strict=True)
        elif isinstance(sign, str):
            yield sign, plain
    yield UNICODE.bar[0], ASCII.bar[0]


FOLDED = dict(folding()) | FRAME


SCROLL_BAR = re.compile(r"[▁-▇](?=( │ *)?$)")
"""The end of a scroll bar, which lies in a part of the last cell; in ASCII it lies in whole cells."""


def words(line: str, columns: int) -> list[str]:
    """The words and signs of a line, in ASCII."""
    if width(line) >= columns - 1 or line.endswith("│"):
        line = SCROLL_BAR.sub(" ", line)
    return "".join(FOLDED.get(char) or ascii_only(char) for char in line).split()


def cut_alike(one: str, other: str) -> bool:
    """The same text; or cut at two places, where a sign takes more cells in ASCII."""
    if one.endswith(ASCII.more) and other.endswith(ASCII.more):
        begun, other_begun = one.removesuffix(ASCII.more).rstrip(), other.removesuffix(ASCII.more).rstrip()
        return begun.startswith(other_begun) or other_begun.startswith(begun)
    return one == other


def texts(words: list[str]) -> Iterator[str]:
    """The words one by one; those before a cut together with it, for the cut may take some of them."""
    cut = [at for at, word in enumerate(words) if word.endswith(ASCII.more)]
    last = -1
    for at in cut:
        yield " ".join(words[last + 1 : at + 1])
        last = at
    yield from words[last + 1 :]


def lost(coloured: str, plain: str, columns: int) -> list[str]:
    """Lines that say something else without colours."""
    pairs = zip_longest(coloured.splitlines(), plain.splitlines(), fillvalue="")
    return [f"{one}\n{other}" for one, other in pairs if not all_alike(words(one, columns), other.split())]


def all_alike(ones: list[str], others: list[str]) -> bool:
    """Each word as the one in its place."""
    if [word.replace(ASCII.more, ".") for word in ones] == others:  # the sign stood in a text, and cut nothing
        return True
    these, those = [*texts(ones)], [*texts(others)]
    return len(these) == len(those) and all(map(cut_alike, these, those))


@pytest.mark.parametrize("name", SCENES)
def test_the_same_words_and_signs_stand_there_without_colours(name: str) -> None:
    for file in (PICTURES / "ascii").glob(f"{name.replace(' ', '-')}-[0-9]*x*.txt"):
        columns = int(file.stem.rpartition("-")[2].partition("x")[0])
        coloured = (PICTURES / file.name).read_text(encoding="utf-8")
        assert not lost(coloured, file.read_text(encoding="utf-8"), columns), file.name


def test_a_sign_that_is_lost_is_found() -> None:
    assert lost(" ▲ tonight → 3 ▄", " ! tonight -> 3", 17) == []
    assert lost(" ▲ tonight", "   tonight", 80) == [" ▲ tonight\n   tonight"]
    assert lost(" → 0", " ->", 80) == [" → 0\n ->"]
    assert lost(" Friday N… → 0", " Saturday.. -> 0", 80) == [" Friday N… → 0\n Saturday.. -> 0"]
    assert lost(" Friday N… → 0", " Friday.. 0", 80) == [" Friday N… → 0\n Friday.. 0"]
    assert lost(" Friday N… → 0", " Friday.. -> 0", 80) == []
    assert lost(" Friday… → 0", " Frid.. -> 0", 80) == []


def tones_of(told: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """The tones in which each sign or word is painted."""
    tones: dict[str, set[str]] = {}
    for words, tone in told:
        tones.setdefault(words.strip(), set()).add(tone)
    return tones


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_what_has_another_tone_has_another_sign_or_word(glyphs: Glyphs) -> None:
    show = FakeDesk().programme(list(FakeDesk().listings.values())).shows[0]
    shows = [dataclasses.replace(show, flags=frozenset({flag})) for flag in ShowFlag]
    told = {
        "the worst of a show, without words": [flag_word(one, glyphs, words=False) for one in shows],
        "a service": [light(status, glyphs) for status in (*Condition, None)],
        "a listing's status": [STATUS_WORDS[status] for status in Status],
        "how full": [tuple(reversed(level(percent))) for percent in (0, 50, 80, 95, 100, 130)],
    }
    for what, pairs in told.items():
        found = tones_of(pairs)
        assert len(found) > 2, what
        assert all(len(tones) == 1 for tones in found.values()), f"{what}: {found}"


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("cells", [58, 78, 96])
def test_every_row_of_numbers_says_how_old_they_are(glyphs: Glyphs, cells: int) -> None:
    show = FakeDesk().programme(list(FakeDesk().listings.values())).shows[0]
    one = show.listings[0]
    for after, words in (
        ({"seconds": 20}, "now"), ({"minutes": 10}, "10m"), ({"hours": 2, "minutes": 59}, "2h"), ({"days": 3}, "3d"),
    ):  # fmt: skip
        now = READ_AT + dt.timedelta(**after)
        for silent, sign in ((), " "), ([one.id], glyphs.failed):
            ages = Ages(now, silent, glyphs)
            for line in (
                paint_show(show, cells, now, glyphs, ages.of(show.listings)),
                paint_listing("A", one, None, cells, glyphs, ages.of([one])),
                paint_listing_of_show("A", one, None, cells, glyphs, ages.of([one])),
            ):
                assert f" {sign}{words:>3} " in "".join(span.text for span in line)


def test_a_row_is_as_old_as_its_oldest_number() -> None:
    listings = FakeDesk().programme(list(FakeDesk().listings.values())).shows[0].listings
    new = dataclasses.replace(listings[0], reading=dataclasses.replace(listings[0].reading, read_at=NOW))
    never = dataclasses.replace(listings[0], reading=dataclasses.replace(listings[0].reading, read_at=None))
    by_a_clock_since_set_back = NOW + dt.timedelta(hours=1)
    later = dataclasses.replace(new, reading=dataclasses.replace(new.reading, read_at=by_a_clock_since_set_back))
    ages = Ages(NOW, (), UNICODE)
    rows = ([new], [new, listings[1]], [new, never], [new, later])
    assert [ages.of(them).words for them in rows] == ["now", "2h", "?", "?"]
    assert ages.of([later]).faded
