"""Everything on the kept pictures can be read: the contrast of each cell as WCAG 2 counts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from cells import Look
from colour_map import THEMES, Looks, read, write
from driving import make_app
from fake_desk import FakeDesk
from rich.cells import cell_len
from scenes import SCENES
from textual.color import Color

from brcc_tui.screens.support.themes import CONTRAST, DARK, LIGHT
from brcc_tui.widgets.legible import legible
from brcc_tui.widgets.paint import TONES, Palette

PICTURES = Path(__file__).parent / "pictures"

MIN_RATIO = {DARK: 4.5, LIGHT: 4.5, CONTRAST: 7.0}
"""What letters and signs need: WCAG 2's level AA, and AAA in the theme of high contrast."""

MIN_OF_SHAPES = 3.0
"""What lines, bars and blocks need."""


class Seen(NamedTuple):
    """A cell of a kept picture."""

    where: str
    char: str
    look: Look


def luminance(colour: str) -> float:
    """How bright a colour is, from 0 to 1."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1, the same colour, to 21, black on white."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def is_shape(char: str) -> bool:
    """Lines, walls, bars and blocks, which are seen and not read."""
    return "\u2500" <= char <= "\u259f"


def seen(folder: Path, name: str, theme: str) -> Iterator[Seen]:
    """Every cell of the pictures of a scene that is not blank."""
    for file in sorted(folder.glob(f"{name.replace(' ', '-')}-[0-9]*x*.txt")):
        rows, legend = read(folder / "colours" / file.name)
        lines = file.read_text(encoding="utf-8").splitlines()
        for y, (line, letters) in enumerate(zip(lines, rows, strict=True), 1):
            x = 0
            for char in line:
                if not char.isspace() and cell_len(char):
                    yield Seen(f"{file.name}, row {y}, cell {x}", char, legend[letters[x]][THEMES.index(theme)])
                x += cell_len(char)


def too_faint(cells: Iterable[Seen], theme: str) -> list[str]:
    """Those that are hard to see, each look once."""
    found: dict[Look, str] = {}
    for where, char, look in cells:
        ratio = contrast(look.ink, look.ground)
        if ratio < (MIN_OF_SHAPES if is_shape(char) else MIN_RATIO[theme]):
            found.setdefault(look, f"{where}: {char!r}, {look.ink} on {look.ground}, has only {ratio:.2f}")
    return list(found.values())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", SCENES)
def test_everything_can_be_read(name: str, theme: str) -> None:
    found = list(seen(PICTURES, name, theme))
    assert len(found) > 100
    assert not too_faint(found, theme)


@pytest.mark.parametrize("name", SCENES)
def test_what_one_theme_sets_off_the_others_set_off_too(name: str) -> None:
    for file in (PICTURES / "colours").glob(f"{name.replace(' ', '-')}-[0-9]*x*.txt"):
        _, legend = read(file)
        for theme in range(len(THEMES)):
            assert len({looks[theme] for looks in legend.values()}) == len(legend), f"{THEMES[theme]}: {file.name}"


def test_what_cannot_be_read_is_found(tmp_path: Path) -> None:
    (tmp_path / "faint-4x1.txt").write_text("a▒b\n", encoding="utf-8")
    grey, faint = Look("#8a8a8a", "#000000"), Look("#606060", "#000000")
    row = [Looks(grey, grey, grey), Looks(faint, faint, faint), Looks(faint, faint, faint)]
    write(tmp_path / "colours" / "faint-4x1.txt", [row])
    told = "faint-4x1.txt, row 1, cell 2: 'b', #606060 on #000000, has only 3.34"
    assert too_faint(seen(tmp_path, "faint", DARK), DARK) == [told]
    assert len(too_faint(seen(tmp_path, "faint", CONTRAST), CONTRAST)) == 2


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#767676", "#ffffff", 4.54)])
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_every_tone_can_be_read_in_every_theme_that_can_be_chosen() -> None:
    app = make_app(FakeDesk())
    for name, theme in app.available_themes.items():
        app.theme = name
        variables = app.get_css_variables()
        palette = Palette(variables)
        planes = [Color.parse(variables[plane]) for plane in ("background", "panel", "surface")]
        for ground in [*planes, palette.cursor(bright=True), palette.cursor(bright=False)]:
            for tone in TONES if not theme.ansi else ():
                style = palette.style(tone, ground)
                assert style.color is not None
                assert style.color.triplet is not None
                ratio = contrast(style.color.triplet.hex, ground.hex)
                wanted = MIN_OF_SHAPES if tone == "faint" else MIN_RATIO.get(name, 4.5)
                best = max(contrast(end, ground.hex) for end in ("#000000", "#ffffff"))
                assert ratio >= min(wanted, best), f"{tone or 'plain'} on {ground.hex} in {name}: {ratio:.2f}"


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    orange, white = Color.parse("#9a5b00"), Color.parse("#ffffff")
    assert legible(orange, white, 4.5) == orange
    darker = legible(orange, white, 7)
    assert 7 <= contrast(darker.hex, white.hex) < 8
    assert darker.r > darker.g > darker.b == 0, "still orange"


def test_the_colours_of_the_terminal_itself_are_left_alone() -> None:
    blue = Color.parse("ansi_blue")
    assert legible(blue, Color.parse("#000000"), 4.5) == blue
