"""pyte's terminal, quicker at what this program writes most: colours, places, and words in letters of one cell.

Everything else goes pyte's own way, and so does a sequence of which only the beginning has come.
"""

from __future__ import annotations

import functools
import re

import pyte
from pyte import modes
from pyte.screens import Char
from wcwidth import wcwidth

_COLOUR_OR_PLACE = re.compile(r"\x1b\[([0-9;]*)([mH])")


class QuickScreen(pyte.Screen):
    """What stands on the terminal."""

    def select_graphic_rendition(self, *attrs: int) -> None:
        """The same colours follow on the same colours again and again."""
        known = _RENDITIONS.get((self.cursor.attrs, attrs))
        if known is None:
            before = self.cursor.attrs
            super().select_graphic_rendition(*attrs)
            known = _RENDITIONS[before, attrs] = self.cursor.attrs
        self.cursor.attrs = known

    def draw(self, data: str) -> None:
        """Letters that have room in their line and take one cell each."""
        cursor = self.cursor
        end = cursor.x + len(data)
        if end > self.columns or self.charset or modes.IRM in self.mode or not all(map(_takes_one_cell, data)):
            super().draw(data)
            return
        attrs = cursor.attrs
        letters = data.translate(self.g0_charset)
        self.buffer[cursor.y].update(zip(range(cursor.x, end), [_char(attrs, one) for one in letters], strict=True))
        cursor.x = end
        self.dirty.add(cursor.y)

    def text(self) -> str:
        """The lines, without blanks at their ends; the second cell of a wide letter holds nothing."""
        columns = range(self.columns)
        lines = [self.buffer[y] for y in range(self.lines)]
        return "\n".join(["".join([line[x].data for x in columns]).rstrip() for line in lines])


class QuickStream(pyte.ByteStream):
    """Brings what a program writes to the screen."""

    def feed(self, data: bytes) -> None:
        """Take what came, in whatever pieces."""
        text, at = self.utf8_decoder.decode(data), 0
        screen = self.listener
        while at < len(text):
            if not self._taking_plain_text:  # in the midst of a sequence, or at the beginning of one
                self._one(text[at])
                at += 1
            elif quick := _COLOUR_OR_PLACE.match(text, at):
                numbers = [min(int(number or 0), 9999) for number in quick[1].split(";")]
                (screen.select_graphic_rendition if quick[2] == "m" else screen.cursor_position)(*numbers)
                at = quick.end()
            elif words := self._text_pattern.match(text, at):
                screen.draw(words[0])
                at = words.end()
            else:
                self._one(text[at])
                at += 1

    def _one(self, char: str) -> None:
        self._taking_plain_text = self._send_to_parser(char)


_RENDITIONS: dict[tuple[Char, tuple[int, ...]], Char] = {}


@functools.cache
def _takes_one_cell(char: str) -> bool:
    return bool(wcwidth(char) == 1)


@functools.lru_cache(100_000)
def _char(attrs: Char, data: str) -> Char:
    return attrs._replace(data=data)
