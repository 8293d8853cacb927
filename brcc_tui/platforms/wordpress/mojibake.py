"""Repairs mojibake: texts of WordPress sites whose tables hold UTF-8 in columns declared otherwise.

Old sites have `DB_CHARSET` latin1: WordPress tells the server that it speaks Latin-1 and sends UTF-8, byte for byte,
into columns declared latin1 (or, when the tables were converted without care, utf8mb4). A client that speaks utf8mb4
to the server, as this program does, gets "aoÃ»t" for "août". WordPress itself, and so the shop's REST answers, see
"août".

The site's encoding is not guessed from its data: a text that is searched for is known, so it is
searched for in both forms, and a result in the other form is read as the text that was searched for.
"""

from __future__ import annotations

from collections.abc import Iterable

from brcc_tui.model.counts import ProductCells

CUT_AT = 64
"""Statements ask for so many letters of a text at least: a shorter one was not cut off."""


def _latin1(byte: int) -> str:
    """The server's latin1 is Windows's code page 1252; the five bytes that it lacks are control characters."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_LETTERS = [_latin1(byte) for byte in range(256)]
_BYTES = {letter: byte for byte, letter in enumerate(_LETTERS)}


def writings(text: str) -> tuple[str, ...]:
    """The text, and how it comes where its bytes are called Latin-1, if that is another."""
    return (text,) if text.isascii() else (text, _misread(text))


def all_writings(texts: Iterable[str]) -> list[str]:
    """Every writing of these texts, each once, sorted."""
    return sorted({written for text in texts for written in writings(text)})


def repaired(text: str) -> str:
    """The text that these letters are the misread bytes of; the text itself where they are none.

    A text that was cut off in the middle of a letter loses that letter.
    """
    if text.isascii():
        return text
    try:
        data = bytes(_BYTES[letter] for letter in text)
        return data.decode()
    except KeyError:
        return text
    except UnicodeDecodeError as error:
        cut_off = len(text) >= CUT_AT and error.end == len(data) and error.reason == "unexpected end of data"
        return data[: error.start].decode() if cut_off else text


def _misread(text: str) -> str:
    return "".join(_LETTERS[byte] for byte in text.encode(errors="replace"))


class MojibakeReader:
    """Reads texts of tickets as they were meant; `wanted` are the texts by which the tickets are looked for."""

    def __init__(self, wanted: Iterable[str]) -> None:
        texts = [text for text in wanted if not text.isascii()]
        self._meant = {_misread(text): text for text in texts} | {text: text for text in texts}

    @classmethod
    def of_cells(cls, products: Iterable[ProductCells]) -> MojibakeReader:
        """Knowing the texts of all cells of these products."""
        return cls(text for product in products for texts in product.cells.values() for text in texts.all())

    def read(self, text: str) -> str:
        """The text that was meant."""
        if text.isascii():
            return text
        return self._meant.get(text) or repaired(text)
