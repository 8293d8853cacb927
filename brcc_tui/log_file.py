"""The log's file: rotated by size, shared by every copy of the program that runs on this computer."""

from __future__ import annotations

import logging
import logging.handlers
import os
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from brcc_tui.windows import ON_WINDOWS

FILE_NAME: Final = "brcc-tui.log"
LARGEST_FILE: Final = 2_000_000
_OLD_FILES: Final = 5
ASIDE: Final = "rotating"
"""The ending of a full file while older ones make room for it."""


class LogFile(logging.handlers.RotatingFileHandler):
    """A rotated file that only its owner can read, that several processes write to, and that never raises or prints."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=LARGEST_FILE, backupCount=_OLD_FILES, encoding="ascii", delay=True)
        self._try_again_at = 0
        self._written: tuple[logging.LogRecord | None, str] = None, ""

    def format(self, record: logging.LogRecord) -> str:
        """The record as its line, made once: whether it still fits is asked before it is written."""
        of, line = self._written
        if of is not record:
            line = super().format(record)
            self._written = record, line
        return line

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, and let go of it: what it tells of must not outlive it."""
        super().emit(record)
        self._written = None, ""

    def _open(self) -> TextIOWrapper:
        if ON_WINDOWS:
            from brcc_tui.windows.api import open_for_appending

            descriptor = open_for_appending(self.baseFilename)
        else:
            with suppress(OSError):  # a file from before, or of another program, may be open to others
                Path(self.baseFilename).chmod(0o600)
            descriptor = os.open(self.baseFilename, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        return TextIOWrapper(os.fdopen(descriptor, "ab"), encoding=self.encoding, newline="\n")

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802  # the base class's name
        """Whether the file is full; where another process rotated it meanwhile, its fresh one is used from now on."""
        stream = self.stream
        if stream is None or not self._is_current(stream):
            stream = self._reopen()
        size = os.fstat(stream.fileno()).st_size
        limit = max(self.maxBytes, self._try_again_at)
        return size > 0 and size + len(self.format(record)) + 1 > limit

    def _reopen(self) -> TextIOWrapper:
        if self.stream is not None:
            self.stream.close()
        self.stream = None
        self.stream = fresh = self._open()
        self._try_again_at = 0
        return fresh

    def _is_current(self, stream: TextIOWrapper) -> bool:
        """Whether the file of our name is still the one that we write to."""
        try:
            return os.path.samestat(os.fstat(stream.fileno()), Path(self.baseFilename).stat())
        except OSError:
            return False

    def doRollover(self) -> None:  # noqa: N802  # the base class's name
        """Rotate, one process at a time. Where that fails, write on, and try again when some more was written."""
        from filelock import FileLock, Timeout  # not needed before the first paint

        path = Path(self.baseFilename)
        try:
            with FileLock(f"{path}.lock", timeout=0, mode=0o600):
                # Of two processes that find it full, the second must not rotate what the first has just begun.
                if path.stat().st_size > self.maxBytes // 2:
                    rotate(path, _OLD_FILES)
            self._reopen()
        except (OSError, Timeout):  # on Windows a file that another program reads cannot be renamed
            size = os.fstat(self.stream.fileno()).st_size if self.stream else 0
            self._try_again_at = size + self.maxBytes // 20

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the base class's name
        """Keep quiet: the base class would print into the terminal that the screens are drawn on."""


def rotate(path: Path, kept: int) -> None:
    """Move the file to `.1`, and those that are there one further each; the oldest is deleted. Raises `OSError`.

    The file itself is moved aside first, for that is what fails while somebody reads it: a rotation that cannot be
    done has then shifted nothing. What was moved aside is no later lost, whenever the rest fails or the process dies.
    """
    aside = path.with_name(f"{path.name}.{ASIDE}")
    if aside.exists():
        _number(path, aside, kept)
    path.rename(aside)
    _number(path, aside, kept)


def _number(path: Path, aside: Path, kept: int) -> None:
    _make_room(path, 1, kept)
    aside.rename(path.with_name(f"{path.name}.1"))


def _make_room(path: Path, number: int, kept: int) -> None:
    """Free this number, from the first free one above it downwards; without one the oldest goes."""
    here = path.with_name(f"{path.name}.{number}")
    if not here.exists():
        return
    if number == kept:
        here.unlink()
        return
    _make_room(path, number + 1, kept)
    here.rename(path.with_name(f"{path.name}.{number + 1}"))
