"""Files on Windows: others open them (a scanner, an indexer, another copy of this program), editors add a mark."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Final

from brcc_tui.windows import ON_WINDOWS

RETRY_DELAYS: Final = (0.02, 0.05, 0.1, 0.2, 0.4)
"""Seconds between attempts: a scanner lets go of a fresh file after some of them."""


def text_of(data: bytes) -> str:
    """The text of a file that a person has written in UTF-8. Raises `UnicodeDecodeError`.

    Windows PowerShell's `>` writes UTF-16, its editors like to put a byte order mark first.
    """
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def names_a_stream(path: str) -> bool:
    """Whether Windows takes this for a stream of another file, which no folder shows: a colon stands in its name."""
    return ":" in path[len(PureWindowsPath(path).drive) :]


def replace_file(source: Path, target: Path, sleep: Callable[[float], object] = time.sleep) -> None:
    """Put a file in another one's place in one step. Raises `OSError`.

    On Windows that is refused while somebody looks into either of them, which passes: it is tried again for a moment.
    """
    _try_for_a_moment(lambda: source.replace(target), sleep)


def rename(source: Path, target: Path, sleep: Callable[[float], object] = time.sleep) -> None:
    """Give a file a name under which nothing stands, as patiently. Raises `OSError`."""
    _try_for_a_moment(lambda: source.rename(target), sleep)


def _try_for_a_moment(work: Callable[[], object], sleep: Callable[[float], object]) -> None:
    for pause in RETRY_DELAYS if ON_WINDOWS else ():
        try:
            work()
        except PermissionError:
            sleep(pause)
        else:
            return
    work()
