"""The colours of a screen as a text file: a letter for each cell, and what the letters look like in each theme.

A theme may change colours, never which cells are set off: one letter stands for one look in every theme. A cell
that is only background is written as a blank.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cells import Look, Picture

from brcc_tui.screens.support.themes import CONTRAST, DARK, LIGHT

THEMES = (DARK, LIGHT, CONTRAST)
_LETTERS = string.ascii_letters + string.digits + "!#$%&*+-/:;<>?@^_~"
_LEGEND = "=" * 20
_BLANK = " "


class Looks(NamedTuple):
    """How one cell looks in the themes."""

    dark: Look
    light: Look
    contrast: Look


ColourMap = list[list[Looks]]


def colour_map(pictures: Mapping[str, Picture]) -> ColourMap:
    """What the same cells look like in each theme."""
    rows = zip(*(pictures[theme] for theme in THEMES), strict=True)
    return [[Looks(*(cell.look for cell in one)) for one in zip(*row, strict=True)] for row in rows]


def write(file: Path, colours: ColourMap) -> None:
    """Keep it. A look keeps the letter that its cells had before: a new colour changes the legend alone."""
    letters = _letters(colours, _rows(file, colours) if file.exists() else [])
    rows = ["".join(letters[looks] for looks in row).rstrip() for row in colours]
    legend = [f"{letter}  {_say(looks)}" for looks, letter in sorted(letters.items(), key=lambda item: item[1])]
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join([*rows, _LEGEND, *legend, ""]), encoding="utf-8")


def read(file: Path) -> tuple[list[str], dict[str, Looks]]:
    """The rows of letters, without blanks at their ends, and what each letter looks like."""
    rows, legend = file.read_text(encoding="utf-8").split(_LEGEND + "\n")
    return rows.splitlines(), {row[0]: _read_looks(row[3:]) for row in legend.splitlines()}


def differences(file: Path, colours: ColourMap) -> list[str]:
    """Where the screen looks otherwise than the file says."""
    if not file.exists():
        return [f"{file.name} is new"]
    rows, legend = read(file)
    if len(rows) != len(colours):
        return [f"{file.name}: {len(rows)} rows are now {len(colours)}"]
    found: Counter[str] = Counter()
    for y, (kept, now) in enumerate(zip(rows, colours, strict=True), 1):
        for letter, looks in zip(kept.ljust(len(now)), now, strict=False):
            if legend.get(letter) != looks:
                was = _say(legend[letter]) if letter in legend else "nothing"
                found[f"{file.name}, row {y}, {letter!r}:\n  was {was}\n  now {_say(looks)}"] += 1
    return [f"{words}  ({count} cells)" for words, count in found.items()]


def _rows(file: Path, colours: ColourMap) -> list[str]:
    return [row.ljust(len(colours[0])) for row in read(file)[0]]


def _letters(colours: ColourMap, before: Sequence[str]) -> dict[Looks, str]:
    """A letter for each look: the one that most of its cells had before, or else the next one."""
    wishes: dict[Looks, Counter[str]] = {}
    for y, row in enumerate(colours):
        for x, looks in enumerate(row):
            had = before[y][x] if y < len(before) and x < len(before[y]) else ""
            wishes.setdefault(looks, Counter())[had] += 1
    blank = next((looks for looks in _by_size(wishes) if not looks.dark.ink), None)
    letters = {blank: _BLANK} if blank else {}
    for looks in _by_size(wishes):
        for letter, _ in wishes[looks].most_common():
            if looks not in letters and letter.strip() and letter not in letters.values():
                letters[looks] = letter
    free = (letter for letter in _LETTERS if letter not in letters.values())
    for looks in wishes:
        if looks not in letters:
            letters[looks] = next(free)
    return letters


def _by_size(wishes: Mapping[Looks, Counter[str]]) -> list[Looks]:
    return sorted(wishes, key=lambda looks: -wishes[looks].total())


def _say(looks: Looks) -> str:
    colours = "   ".join(f"{look.ink or '-':7} on {look.ground:7}" for look in looks)
    return f"{colours}   {looks.dark.how}".rstrip()


def _read_looks(text: str) -> Looks:
    words = text.split()
    how = " ".join(words[9:])
    return Looks(*(Look(words[n].removeprefix("-"), words[n + 2], how) for n in (0, 3, 6)))
