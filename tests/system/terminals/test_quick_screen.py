"""The quicker terminal shows what pyte's own shows, in whatever pieces the output comes."""

from __future__ import annotations

import pyte
import pytest
from quick_screen import QuickScreen, QuickStream

WRITTEN = (
    "\x1b[?1049h\x1b[H\x1b[2J\x1b[38;2;1;2;3;48;5;17mcolours\x1b[0m \x1b[1;4mset off\x1b[22m\x1b[m plain"
    "\x1b[3;5Ha place\x1b[;7Hof the first line\x1b[4Hand one without a column\x1b[99;99H!"
    "\x1b[5;36Hover the edge of its line\x1b[6;1Hwide 笑い combining e\u0301 blocks █▒░ and \x1b[7mreversed"
    "\x1b[7;1Hone\ttwo\r\nthree\b\b\x1b[K\x1b[2Cfour\x1b[2;3r\x1b[r\x1b[8;1Hagain\x1b[1Ahigher\x1b]0;title\x07"
    "\x1b[4h\x1b[4;1Hpushed aside \x1b[4l\x1b(0\x1b[9;1Hlqqk\x1b(B\x1b[9;10H\x1b[?25l\x1b[?7l\x1b[9;38Hno new line"
).encode()


def drawn(screen: pyte.Screen, stream: pyte.ByteStream, pieces: int) -> list[object]:
    for at in range(0, len(WRITTEN), pieces):
        stream.feed(WRITTEN[at : at + pieces])
    cells = [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]
    return [cells, screen.cursor.x, screen.cursor.y, screen.cursor.attrs, screen.mode, screen.title]


@pytest.mark.parametrize("pieces", [1, 2, 3, 7, 50, len(WRITTEN)])
def test_it_shows_what_pyte_shows(pieces: int) -> None:
    theirs, ours = pyte.Screen(40, 10), QuickScreen(40, 10)
    assert drawn(ours, QuickStream(ours), pieces) == drawn(theirs, pyte.ByteStream(theirs), pieces)
    assert ours.text() == "\n".join(line.rstrip() for line in theirs.display)
    assert "笑い combining é blocks █▒░" in ours.text()
