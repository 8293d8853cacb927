"""Output of the command line: documents on standard output, everything else on standard error.

Text from the shops is data: control and invisible characters are shown as escapes, so that no title
can move the cursor, ring the bell or reverse the writing direction.
"""

from __future__ import annotations

import codecs
import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

from brcc_tui.windows import ON_WINDOWS

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Exit statuses; wrong usage is argparse's own 2, and `health` has its own."""


class Failed(Exception):
    """A command ends with this status; whatever there was to say has been said."""

    def __init__(self, status: int = FAILED) -> None:
        super().__init__(status)
        self.status = status


def prepare() -> None:
    """Never let a letter that the terminal's encoding lacks, or a stream that was closed, end the program."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started it (`>&-`), or a service without them
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - it stays open
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def speaks_utf8() -> bool:
    """Whether standard output is written in UTF-8: on Windows a file or another program gets the computer's own."""
    return codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"


def harmless(text: str) -> str:
    """The text with everything that a terminal would act on shown as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\u200d" else c.encode("unicode_escape").decode() for c in text)


def print_json(document: Any, **written: str) -> None:
    """One JSON document, in ASCII: any terminal and any reader can take it. What is `written` already, the JSON of a
    value under its name, stands before the members of the document.
    """
    text = json.dumps(document, check_circular=False)  # its own values hold no circles
    if written:
        text = f"{{{', '.join(f'{json.dumps(name)}: {value}' for name, value in written.items())}, {text[1:]}"
    _write(sys.stdout, text + "\n")


def print_lines(lines: Sequence[str]) -> None:
    """Lines for a person, on standard output. Whatever stands in them, a terminal acts on none of it."""
    _write(sys.stdout, "".join(f"{harmless(line)}\n" for line in lines))


def print_message(*lines: str) -> None:
    """Lines for a person, on standard error."""
    _write(sys.stderr, "".join(f"{harmless(line)}\n" for line in lines))


def ask(question: str) -> str:
    """What a person types in answer; the end of input and Ctrl+C count as nothing, and so does what was typed before:
    whoever typed that had not seen what is asked.
    """
    # An event loop that runs would keep Ctrl+C to itself until the line has been typed.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        _forget_what_was_typed()
        _write(sys.stderr, harmless(question))
        return sys.stdin.readline().strip()
    except (KeyboardInterrupt, OSError):  # or the terminal went away
        _write(sys.stderr, "\n")
        return ""
    finally:
        signal.signal(signal.SIGINT, before)


def _forget_what_was_typed() -> None:
    """Throw away what waits to be read from the terminal."""
    if ON_WINDOWS:
        from brcc_tui.windows.api import forget_console_input

        forget_console_input()
        return
    import termios

    with suppress(termios.error, OSError, ValueError):  # there is no terminal to read from
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def can_ask() -> bool:
    """Whether a person sits before this program."""
    return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)


def can_show_screens() -> bool:
    """Whether the screens can be seen and typed into: they are painted on standard error, on Windows on the output."""
    return can_ask() and (not ON_WINDOWS or _is_terminal(sys.stdout))


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether a person can be at the other end; Python takes Windows' NUL for a terminal, too."""
    if stream is None or not stream.isatty():
        return False
    if not ON_WINDOWS:
        return True
    from brcc_tui.windows.api import is_console

    return is_console(stream.fileno())


def fail(text: str) -> NoReturn:
    """End with status 1, with the reason on standard error: for what prints no JSON."""
    print_message(f"brcc-tui: {text}")
    raise Failed


def _write(stream: TextIO, text: str) -> None:
    """Write it all now. A message that cannot be told stops no work; an answer that cannot be given is a failure."""
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # Whoever read has gone (`| head`; to Windows an invalid argument): point the stream elsewhere, or Python
        # complains once more at its end.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is sys.stderr:
            return
        if not (isinstance(error, BrokenPipeError) or (ON_WINDOWS and error.errno == errno.EINVAL)):
            print_message(f"brcc-tui: the answer could not be written: {error.strerror}")
        raise Failed from None


class ProgressLine:
    """One line that is written over and over on a terminal; elsewhere nothing is shown."""

    def __init__(self) -> None:
        self._shown = ""
        self._live = bool(sys.stderr and sys.stderr.isatty())

    def show(self, text: str) -> None:
        """Replace the line, if it says something new."""
        text = harmless(text)[: min(78, shutil.get_terminal_size().columns - 1)]  # one that wraps cannot be taken away
        if self._live and text != self._shown:
            _write(sys.stderr, f"\r{text.ljust(len(self._shown))}")
            self._shown = text

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            _write(sys.stderr, f"\r{' ' * len(self._shown)}\r")
            self._shown = ""


def need_terminal() -> None:
    """End with a word where there is no terminal: pictures in a file, waiting for keys for ever, help nobody."""
    if not can_show_screens():
        fail("the screens need a terminal. The commands do not: brcc-tui --help lists them")
